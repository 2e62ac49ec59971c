//! Power cuts: the daemon is killed at random moments while scans, orders and labels are on their way, and started
//! again. Whatever was answered with a verdict is in the ledger once, and at the hub once; no shipping label comes out
//! twice.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::ffi::OsStr;
use std::path::Path;
use std::process::Stdio;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use stationd::code::command::Command;
use stationd::code::own::{Kind, make};
use stationd::floor::event::{Event, Outcome};
use stationd::ids::EntryId;

use super::shop::chance::Chance;
use super::shop::daemon::Daemon;
use super::shop::home::Home;
use super::shop::http::Http;
use super::shop::ledger::{Ledger, is_passed_on, open};
use super::shop::parcel::{labelled, ups};
use super::shop::printer::{FakePrinter, Language};
use super::shop::scanner::Pty;

/// Kills of a run, half of which hit a daemon that is still starting in one case of five.
const KILLS: usize = 60;
/// The same with `STATIOND_TEST_LONG=1`.
const KILLS_LONG: usize = 1_000;
/// Longest life of a daemon between two kills.
const LIFE_MAX: Duration = Duration::from_millis(700);
/// Longest life of a daemon that is killed before anybody looked whether it is ready.
const BIRTH_MAX: Duration = Duration::from_millis(250);
/// For the hub to get what a station holds, on a busy machine.
const CAUGHT_UP_WITHIN: Duration = Duration::from_secs(60);

/// Orders between the one that comes in and the one that is made: the time that the feed takes.
const BACKLOG: usize = 12;

const STATIONS: [&str; 4] = ["preproduction", "print", "qc", "pack"];

/// Where the daemon is now; everybody who scans waits for it there.
#[derive(Default)]
struct Door {
    url: Mutex<Option<String>>,
    opened: Condvar,
    over: AtomicBool,
}

/// What was answered.
#[derive(Default)]
struct Book {
    /// Stations and codes with a verdict, over HTTP or seen on a kiosk.
    answered: BTreeSet<(String, String)>,
    /// Orders that the hub said it created.
    orders: BTreeSet<String>,
    /// Codes that were made for scanning: each is scanned once.
    made: BTreeSet<String>,
}

impl Door {
    fn open(&self, url: &str) {
        *self.url() = Some(url.to_owned());
        self.opened.notify_all();
    }

    fn close(&self) {
        *self.url() = None;
    }

    fn end(&self) {
        self.over.store(true, Ordering::SeqCst);
        self.opened.notify_all();
    }

    /// The address of the running daemon, as soon as there is one; none when the day is over.
    fn wait(&self) -> Option<String> {
        let is_over = || self.over.load(Ordering::SeqCst);
        let closed = |url: &mut Option<String>| url.is_none() && !is_over();
        let url = self.opened.wait_while(self.url(), closed).unwrap_or_else(PoisonError::into_inner);
        if is_over() { None } else { url.clone() }
    }

    /// Lets this much time pass, or less when the day is over.
    fn rest(&self, time: Duration) {
        let end = Instant::now() + time;
        let over = |_: &mut Option<String>| !self.over.load(Ordering::SeqCst) && Instant::now() < end;
        drop(self.opened.wait_timeout_while(self.url(), time, over));
    }

    fn url(&self) -> MutexGuard<'_, Option<String>> {
        self.url.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[derive(Clone, Default)]
struct Shop {
    door: Arc<Door>,
    book: Arc<Mutex<Book>>,
}

impl Shop {
    fn book(&self) -> MutexGuard<'_, Book> {
        self.book.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Scans over HTTP; true when there was a verdict, which is noted.
    fn scan(&self, http: &Http, station: &str, code: &str) -> bool {
        let Some(url) = self.door.wait() else { return false };
        let answer = http.tell(&format!("{url}/station/{station}/scan"), &json!({ "code": code }));
        let is_answered = answer.is_ok_and(|answer| answer.status == 200 && !answer.body.contains("NOT saved"));
        if is_answered {
            self.book().answered.insert((station.to_owned(), code.to_owned()));
        }
        is_answered
    }

    /// A code that nobody has scanned.
    fn fresh(&self, random: &mut fastrand::Rng) -> String {
        loop {
            let code = make(Kind::Job, random.u64(..));
            if self.book().made.insert(code.clone()) {
                return code;
            }
        }
    }

    /// A bench without orders: each scan is a new code, and it types as fast as it is answered.
    fn type_on(&self, station: &str, seed: u64) {
        let (http, mut random) = (Http::new(), fastrand::Rng::with_seed(seed));
        while self.door.wait().is_some() {
            self.scan(&http, station, &self.fresh(&mut random));
        }
    }

    /// A scanner on a serial line: never waits for an answer longer than a person would, never scans a code twice.
    fn scan_on(&self, pty: &mut Pty, seed: u64) {
        let mut random = fastrand::Rng::with_seed(seed);
        while self.door.wait().is_some() {
            let code = self.fresh(&mut random);
            // A full line is a daemon that does not read: the code may be cut, and was not answered.
            let sent = pty.scan(&code);
            self.door.rest(Duration::from_millis(if sent.is_ok() { random.u64(1..30) } else { 100 }));
        }
    }

    /// Looks at a kiosk: what it shows was committed before.
    fn look(&self, station: &str) {
        let http = Http::new();
        let words = regex::Regex::new("J[0-9A-Z]{8} is new here").expect("a pattern");
        while let Some(url) = self.door.wait() {
            let Ok(mut events) = http.events(&format!("{url}/station/{station}/live")) else {
                self.door.rest(Duration::from_millis(5));
                continue;
            };
            while let Some(event) = events.next(Duration::from_secs(3)) {
                let shown = words.find_iter(&event.data);
                let shown = shown.map(|found| (station.to_owned(), found.as_str()[..9].to_owned()));
                self.book().answered.extend(shown);
            }
        }
    }

    /// Orders come in, each with a label; a while later their pieces go through all four benches, and the label is
    /// scanned.
    fn work_on(&self) {
        let http = Http::new();
        let mut waiting = VecDeque::new();
        for number in 1.. {
            let Some(url) = self.door.wait() else { return };
            let tracking = ups(number);
            let order = json!({ "number": number.to_string(), "pieces": [{ "product": "Tee" }],
                "packages": [labelled(&tracking)] });
            let answer = http.tell(&format!("{url}/api/v1/orders"), &json!({ "orders": [order] }));
            let Some(answer) = answer.ok().filter(|answer| answer.status == 200) else { continue };
            let taken: Value = serde_json::from_str(&answer.body).unwrap_or_default();
            let Some(job) = taken[0]["jobs"][0].as_str() else { panic!("order {number}: {answer:?}") };
            self.book().orders.insert(number.to_string());
            waiting.push_back((job.to_owned(), tracking));
            if waiting.len() > BACKLOG
                && let Some((job, tracking)) = waiting.pop_front()
            {
                self.make(&http, &job, &tracking);
            }
        }
    }

    fn make(&self, http: &Http, job: &str, tracking: &str) {
        // What a packer does after a power cut: puts aside what was begun, and begins anew.
        let Some(url) = self.door.wait() else { return };
        let park = json!({ "code": Command::Park.code() });
        let is_free = http.tell(&format!("{url}/station/pack/scan"), &park).is_ok();
        if is_free && STATIONS.iter().all(|station| self.scan(http, station, job)) {
            self.scan(http, "pack", tracking);
        }
    }
}

#[test]
fn what_was_answered_survives_any_number_of_power_cuts_once() {
    let mut chance = Chance::new();
    let (home, shop) = (Home::new(), Shop::default());
    let printer = FakePrinter::start(Language::Zpl).expect("a printer");
    let mut ptys: Vec<Pty> =
        ["print", "qc"].iter().map(|name| Pty::plug(home.path().join(name)).expect("a scanner")).collect();
    configure(&home, &ptys, &printer);
    let kills = if std::env::var_os("STATIOND_TEST_LONG").is_some() { KILLS_LONG } else { KILLS };
    thread::scope(|scope| {
        let over = Over(&shop.door);
        for pty in &mut ptys {
            let (shop, seed) = (&shop, chance.seed());
            scope.spawn(move || shop.scan_on(pty, seed));
        }
        for station in ["preproduction", "qc"] {
            let (shop, seed) = (&shop, chance.seed());
            scope.spawn(move || shop.type_on(station, seed));
        }
        for station in ["print", "qc"] {
            let shop = &shop;
            scope.spawn(move || shop.look(station));
        }
        scope.spawn(|| shop.work_on());
        for _ in 0..kills {
            cut_the_power(&home, &shop, &mut chance);
        }
        drop(over);
    });
    let labels = bring_up(&home, &printer);
    check(&home, &shop.book(), &labels);
}

/// Ends the day, also when the test panics: nobody waits for a daemon that never comes.
struct Over<'a>(&'a Door);

impl Drop for Over<'_> {
    fn drop(&mut self) {
        self.0.end();
    }
}

fn configure(home: &Home, ptys: &[Pty], printer: &FakePrinter) {
    let mut text = String::from("listen = \"127.0.0.1:0\"\n");
    for name in STATIONS {
        text += &format!("[[station]]\nname = \"{name}\"\nstages = [\"{name}\"]\nshipping = \"zebra\"\n");
    }
    for pty in ptys {
        let name = pty.path().file_name().and_then(OsStr::to_str).expect("a name");
        let port = pty.path().display();
        text += &format!("[[scanner]]\nname = \"{name}-1\"\nstation = \"{name}\"\nserial = \"{port}\"\n");
    }
    let address = printer.address();
    text += &format!("[[printer]]\nname = \"zebra\"\nprofile = \"generic-zpl-203\"\ntcp = \"{address}\"\n");
    home.write("config/stationd/stationd.toml", text);
}

fn start(home: &Home) -> (Daemon, String) {
    let daemon = Daemon::start(home.stationd::<&str>([]), "stationd is ready").expect("it starts after a power cut");
    let said = daemon.stdout();
    let (_, rest) = said.split_once("http://").expect("an address");
    let url = format!("http://{}", rest.split('/').next().unwrap_or_default());
    (daemon, url)
}

/// Starts the daemon, lets it live for a random time, and kills it. In one case of five it is killed in its start too.
fn cut_the_power(home: &Home, shop: &Shop, chance: &mut Chance) {
    let some = |chance: &mut Chance, most: Duration| most.mul_f64(chance.below(1_000_000) as f64 / 1e6);
    if chance.percent(20) {
        let mut unborn = home.stationd::<&str>([]);
        let mut unborn = unborn.stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("a process");
        shop.door.rest(some(chance, BIRTH_MAX));
        unborn.kill().and_then(|()| unborn.wait()).expect("a killed process");
    }
    let (daemon, url) = start(home);
    shop.door.open(&url);
    shop.door.rest(some(chance, LIFE_MAX));
    shop.door.close();
    let said = daemon.stderr();
    daemon.kill();
    assert!(!said.contains("panicked"), "{said}");
}

/// Starts it for the last time, waits until hub and printer have what is theirs, and returns what was printed.
fn bring_up(home: &Home, printer: &FakePrinter) -> Vec<Vec<u8>> {
    let (daemon, url) = start(home);
    let http = Http::new();
    let mut events = http.events(&format!("{url}/station/pack/live")).expect("a live page");
    let end = Instant::now() + CAUGHT_UP_WITHIN;
    let (station, hub) = (home.path().join("state/stationd/station"), home.path().join("state/stationd/hub"));
    // Two quiet beats in a row: nothing waits in a scanner's line or for the printer either.
    let mut quiet = 0;
    while quiet < 2 {
        assert!(Instant::now() < end, "the hub has not caught up");
        let event = events.next(CAUGHT_UP_WITHIN).expect("a live page goes on");
        let is_quiet = is_passed_on(&station, &hub) && waiting_labels(&station) == 0;
        quiet = if event.name == "beat" && is_quiet { quiet + 1 } else { 0 };
    }
    drop(events);
    let said = daemon.stderr();
    assert!(daemon.stop().success(), "{said}");
    printer.wait_for_jobs(0, Duration::ZERO)
}

/// Labels that wait for the printer or are on their way to it; one in doubt waits for a person.
fn waiting_labels(station: &Path) -> u64 {
    let count =
        |conn: rusqlite::Connection| conn.query_row("SELECT count(*) FROM label WHERE state < 2", [], |r| r.get(0));
    open(station).and_then(count).expect("a database")
}

fn check(home: &Home, book: &Book, printed: &[Vec<u8>]) {
    let own = Ledger::own(&home.path().join("state/stationd/station"));
    let mut times: BTreeMap<(&str, &str), usize> = BTreeMap::new();
    own.codes().for_each(|scan| *times.entry(scan).or_default() += 1);
    let scans = book.answered.iter().map(|(station, code)| (station.as_str(), code.as_str()));
    let lost: Vec<_> = scans.filter(|scan| !times.contains_key(scan)).collect();
    assert!(lost.is_empty(), "answered and not in the ledger: {lost:?}");
    // Everything but that command is scanned once at a bench, answered or not.
    let park = Command::Park.code();
    let twice: Vec<_> = times.iter().filter(|((_, code), n)| **n > 1 && *code != park).collect();
    let entries = || own.bytes.iter().filter(|bytes| twice.iter().any(|((_, code), _)| bytes.contains(code)));
    assert!(twice.is_empty(), "in the ledger more than once: {:#?}", entries().collect::<Vec<_>>());
    assert!(book.answered.len() > KILLS, "hardly anything was scanned: {}", book.answered.len());

    let hub = Ledger::all(&home.path().join("state/stationd/hub"));
    let there: Vec<&Ledger> = hub.iter().filter(|ledger| ledger.id == own.id).collect();
    let [there] = there[..] else { panic!("the hub has {} ledgers of the station", there.len()) };
    assert!(there.bytes == own.bytes, "the hub has other entries than the station");
    assert_eq!(hub.len(), 2, "the hub's own ledger and the station's, which was never renewed");
    let all: Vec<EntryId> = hub.iter().flat_map(|ledger| ledger.entries.iter().map(|entry| entry.id)).collect();
    assert_eq!(all.iter().collect::<BTreeSet<_>>().len(), all.len(), "an entry is at the hub twice");

    let desk = hub.iter().find(|ledger| ledger.is_own).expect("the hub's own ledger");
    for order in &book.orders {
        let taken = |event: &&Event| matches!(event, Event::OrderTaken(intake) if intake.number == *order);
        let times = desk.entries.iter().flat_map(|entry| &entry.events).filter(taken).count();
        assert_eq!(times, 1, "order {order} is at the hub {times} times");
    }
    check_labels(&own, printed);
}

/// A label that the ledger calls printed came out once; one that came out is printed or asked about; none twice.
fn check_labels(own: &Ledger, printed: &[Vec<u8>]) {
    let events = || own.entries.iter().flat_map(|entry| &entry.events);
    let ended =
        |wanted| events().filter(|e| matches!(e, Event::LabelEnded { outcome, .. } if *outcome == wanted)).count();
    let requested = events().filter(|event| matches!(event, Event::LabelRequested { .. })).count();
    assert_eq!(ended(Outcome::Printed) + ended(Outcome::Doubtful), requested, "every label has an end");
    assert!(requested > 0, "no label was asked for");
    assert!((ended(Outcome::Printed)..=requested).contains(&printed.len()), "{} labels came out", printed.len());
    let distinct: BTreeSet<&Vec<u8>> = printed.iter().collect();
    assert_eq!(distinct.len(), printed.len(), "a shipping label came out twice");
}
