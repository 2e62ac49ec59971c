//! A day in a small shop: the real binary, five benches that scan at once, 200 orders in random order. 3 % of the scans
//! are left out, and the reports name exactly those.

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::path::PathBuf;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use stationd::code::command::Command;

use super::shop::chance::Chance;
use super::shop::daemon::Daemon;
use super::shop::home::Home;
use super::shop::http::{Events, Http};
use super::shop::ledger::{Ledger, is_passed_on, open};
use super::shop::parcel::{labelled, times_on, ups};
use super::shop::printer::{FakePrinter, Language};
use super::shop::process;
use super::shop::scanner::{Pty, TcpScanner};

const ORDERS: usize = 200;
/// Of 100 scans, how many are left out.
const LEFT_OUT: usize = 3;
const STAGES: [&str; 4] = ["preproduction", "print", "qc", "pack"];
/// Each bench, and what is done there.
const BENCHES: [(&str, &str); 5] =
    [("PRE", "preproduction"), ("PRINT", "print"), ("QC-1", "qc"), ("QC-2", "qc"), ("PACK", "pack")];
/// For a verdict, on a busy machine.
const ANSWERED_WITHIN: Duration = Duration::from_secs(30);
/// For the feed, the printer or the hub to come to an end.
const SETTLED_WITHIN: Duration = Duration::from_secs(90);

/// One order, as the test knows it.
#[derive(Clone)]
struct Order {
    number: usize,
    parcel: Parcel,
    /// Its pieces' codes, and which of their stages are left out.
    pieces: Vec<Piece>,
}

#[derive(Clone, PartialEq, Eq)]
struct Piece {
    order: usize,
    job: String,
    left_out: [bool; 4],
}

/// How an order's package gets its carrier's number.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Parcel {
    /// The shop has the label; it is printed and scanned.
    Document,
    /// The label is made elsewhere; it is scanned.
    Elsewhere,
    /// Not on this day.
    None,
}

impl Order {
    fn tracking(&self) -> String {
        ups(self.number)
    }

    /// All its pieces are scanned at the last bench.
    fn is_packed(&self) -> bool {
        self.pieces.iter().all(|piece| !piece.left_out[3])
    }
}

impl Piece {
    fn last(&self) -> Option<usize> {
        (0..4).rev().find(|&stage| !self.left_out[stage])
    }

    /// The left-out scans that a later one proves.
    fn missed(&self) -> impl Iterator<Item = usize> {
        let last = self.last().unwrap_or(0);
        (0..last).filter(|&stage| self.left_out[stage])
    }

    /// What it waits for at the end of the day.
    fn waits_for(&self) -> Option<usize> {
        self.last().map_or(Some(0), |last| (last < 3).then_some(last + 1))
    }
}

/// A bench with its scanner and its screen.
struct Bench<'a> {
    scanner: Scanner,
    screen: Events<'a>,
    /// The newest answer on the screen.
    mark: Option<String>,
}

enum Scanner {
    Serial(Pty),
    Network(TcpScanner),
}

impl Scanner {
    fn scan(&mut self, code: &str) -> io::Result<()> {
        match self {
            Scanner::Serial(pty) => pty.scan(code),
            Scanner::Network(tcp) => tcp.scan(code),
        }
    }
}

impl Bench<'_> {
    /// Scans and waits for the answer: its colour and its words.
    fn scan(&mut self, code: &str) -> (String, String) {
        self.scanner.scan(code).expect("a daemon that reads");
        let end = Instant::now() + ANSWERED_WITHIN;
        loop {
            let left = end.saturating_duration_since(Instant::now());
            let event = self.screen.next(left).unwrap_or_else(|| panic!("no answer to {code}"));
            let newest = newest(&event.data);
            if let Some((mark, colour, words)) = newest.filter(|(mark, ..)| self.mark.as_ref() != Some(mark)) {
                self.mark = Some(mark);
                return (colour, words);
            }
        }
    }

    /// Scans a piece at a stage, unless that is left out, and looks whether the colour is right.
    fn pass(&mut self, piece: &Piece, stage: usize) {
        if piece.left_out[stage] {
            return;
        }
        let (colour, words) = self.scan(&piece.job);
        let wanted = if piece.left_out[..stage].contains(&true) { "attention" } else { "go" };
        assert!(
            colour == wanted && words.contains(&format!("#{}", piece.order)),
            "{wanted} for {piece:?}: {colour}, {words}"
        );
    }
}

impl std::fmt::Debug for Piece {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "#{} {} without {:?}", self.order, self.job, self.left_out)
    }
}

/// The newest answer in a screen's list of the last ones: its name, colour and words.
fn newest(html: &str) -> Option<(String, String, String)> {
    let (before, after) = html.split_once(" data-mark=\"")?;
    let colour = before.rsplit_once("class=\"")?.1.trim_end_matches('"');
    let (mark, rest) = after.split_once('"')?;
    let words = rest.split_once("<span>")?.1.split_once("</span>")?.0;
    Some((mark.to_owned(), colour.to_owned(), words.to_owned()))
}

#[test]
fn the_reports_of_a_day_name_exactly_the_scans_that_were_left_out() {
    let mut chance = Chance::new();
    let home = Home::new();
    let printer = FakePrinter::start(Language::Zpl).expect("a printer");
    let port = TcpScanner::listen().expect("a port");
    let ptys: Vec<Pty> = ["PRE", "PRINT", "QC-1", "PACK"]
        .iter()
        .map(|name| Pty::plug(home.path().join(name)).expect("a scanner"))
        .collect();
    configure(&home, &ptys, &port.address().expect("an address").to_string(), &printer);
    let daemon = Daemon::start(home.stationd::<&str>([]), "stationd is ready").expect("a daemon");
    let url = address(&daemon);
    let http = Http::new();
    let orders = take_orders(&http, &url, &mut chance);
    await_feed(&http, &url, &home);

    let mut scanners: Vec<Scanner> = ptys.into_iter().map(Scanner::Serial).collect();
    scanners.insert(3, Scanner::Network(port.accept(SETTLED_WITHIN).expect("the daemon calls the reader")));
    let https: Vec<Http> = BENCHES.iter().map(|_| Http::new()).collect();
    let mut benches = BENCHES.iter().zip(scanners).zip(&https).map(|(((name, _), scanner), http)| {
        let mut screen = http.events(&format!("{url}/station/{name}/live")).expect("a live page");
        let first = screen.next(ANSWERED_WITHIN).expect("a first picture");
        Bench { scanner, screen, mark: newest(&first.data).map(|(mark, ..)| mark) }
    });
    let benches: [Bench<'_>; 5] = std::array::from_fn(|_| benches.next().expect("five benches"));
    work(&orders, benches, &mut chance);

    check_reports(&home, &http, &url, &orders);
    check_links(&http, &url, &orders);
    let packed = orders.iter().filter(|order| order.is_packed()).count();
    printer.wait_for_jobs(packed, SETTLED_WITHIN);
    let said = daemon.stderr();
    assert!(daemon.stop().success() && !said.contains("panicked"), "{said}");
    check_labels(&printer.wait_for_jobs(0, Duration::ZERO), &orders);
    check_ledger(&home, &orders);
}

fn configure(home: &Home, ptys: &[Pty], reader: &str, printer: &FakePrinter) {
    let mut text = String::from("listen = \"127.0.0.1:0\"\n");
    for (name, stage) in BENCHES {
        text += &format!("[[station]]\nname = \"{name}\"\nstages = [\"{stage}\"]\nshipping = \"zebra\"\n");
    }
    for (name, pty) in ["PRE", "PRINT", "QC-1", "PACK"].iter().zip(ptys) {
        let port = pty.path().display();
        text += &format!("[[scanner]]\nname = \"{name}-left\"\nstation = \"{name}\"\nserial = \"{port}\"\n");
    }
    text += &format!("[[scanner]]\nname = \"tunnel\"\nstation = \"QC-2\"\nconnect = \"{reader}\"\n");
    let address = printer.address();
    text += &format!("[[printer]]\nname = \"zebra\"\nprofile = \"generic-zpl-203\"\ntcp = \"{address}\"\n");
    home.write("config/stationd/stationd.toml", text);
}

fn address(daemon: &Daemon) -> String {
    let said = daemon.stdout();
    let address = said.split_once("http://").and_then(|(_, rest)| rest.split('/').next());
    format!("http://{}", address.expect("an address"))
}

/// Brings the orders in and draws what will be left out.
fn take_orders(http: &Http, url: &str, chance: &mut Chance) -> Vec<Order> {
    let mut orders: Vec<Order> = (1..=ORDERS).map(|number| draw(number, chance)).collect();
    let drafts: Vec<Value> = orders.iter().map(draft).collect();
    let answer = http.tell(&format!("{url}/api/v1/orders"), &json!({ "orders": drafts })).expect("an answer");
    let taken: Vec<Value> = serde_json::from_str(&answer.body).unwrap_or_else(|_| panic!("{answer:?}"));
    for (order, taken) in orders.iter_mut().zip(&taken) {
        let jobs = taken["jobs"].as_array().unwrap_or_else(|| panic!("{taken}"));
        assert_eq!((taken["outcome"].as_str(), jobs.len()), (Some("created"), order.pieces.len()), "{taken}");
        for (piece, job) in order.pieces.iter_mut().zip(jobs) {
            piece.job = job.as_str().expect("a code").to_owned();
        }
    }
    chance.shuffle(&mut orders);
    orders
}

fn draw(number: usize, chance: &mut Chance) -> Order {
    let pieces = *chance.pick(&[1, 1, 1, 1, 2, 3]);
    let parcel = *chance.pick(&[Parcel::Document, Parcel::Document, Parcel::Elsewhere, Parcel::None]);
    let piece = |chance: &mut Chance| Piece {
        order: number,
        job: String::new(),
        left_out: std::array::from_fn(|_| chance.percent(LEFT_OUT)),
    };
    Order { number, parcel, pieces: (0..pieces).map(|_| piece(chance)).collect() }
}

fn draft(order: &Order) -> Value {
    let pieces: Vec<Value> = order.pieces.iter().map(|_| json!({ "product": "Tee", "size": "M" })).collect();
    let mut draft = json!({ "number": order.number.to_string(), "pieces": pieces });
    if order.parcel == Parcel::Document {
        draft["packages"] = json!([labelled(&order.tracking())]);
    }
    draft
}

fn station(home: &Home) -> PathBuf {
    home.path().join("state/stationd/station")
}

fn hub(home: &Home) -> PathBuf {
    home.path().join("state/stationd/hub")
}

/// Asks again with each beat of a live page until the answer is there.
fn await_answer<T>(http: &Http, url: &str, what: &str, ask: impl Fn() -> Option<T>) -> T {
    let mut beats = http.events(&format!("{url}/station/PRE/live")).expect("a live page");
    let end = Instant::now() + SETTLED_WITHIN;
    loop {
        if let Some(answer) = ask() {
            return answer;
        }
        assert!(Instant::now() < end, "{what} took too long");
        beats.next(SETTLED_WITHIN).expect("a live page goes on");
    }
}

fn await_feed(http: &Http, url: &str, home: &Home) {
    let sql = "SELECT count(DISTINCT subject) FROM foreign_entry";
    let known = || open(&station(home)).and_then(|conn| conn.query_row(sql, [], |row| row.get::<_, usize>(0)));
    await_answer(http, url, "the feed", || (known().expect("a database") == ORDERS).then_some(()));
}

/// Everybody works at once; a piece goes from bench to bench, and each bench takes any piece of its pile.
fn work(orders: &[Order], benches: [Bench<'_>; 5], chance: &mut Chance) {
    let [mut pre, print, qc_1, qc_2, pack] = benches;
    let (to_print, from_pre) = channel();
    let (to_qc, from_print) = channel();
    let (to_pack, from_qc) = channel();
    let (to_qc_2, from_print_2) = channel();
    let seeds: [u64; 4] = std::array::from_fn(|_| chance.seed());
    let mut pieces: Vec<Piece> = orders.iter().flat_map(|order| order.pieces.clone()).collect();
    chance.shuffle(&mut pieces);
    thread::scope(|scope| {
        let to_pack_2 = to_pack.clone();
        scope.spawn(move || {
            for piece in pieces {
                pre.pass(&piece, 0);
                to_print.send(piece).expect("somebody prints");
            }
        });
        scope.spawn(move || stand(print, 1, &from_pre, &[to_qc, to_qc_2], seeds[0]));
        scope.spawn(move || stand(qc_1, 2, &from_print, &[to_pack], seeds[1]));
        scope.spawn(move || stand(qc_2, 2, &from_print_2, &[to_pack_2], seeds[2]));
        scope.spawn(move || pack_all(pack, orders, &from_qc, seeds[3]));
    });
}

fn stand(mut bench: Bench<'_>, stage: usize, from: &Receiver<Piece>, to: &[Sender<Piece>], seed: u64) {
    let mut chance = Chance::with_seed(seed);
    let mut pile = Vec::new();
    while let Some(piece) = take(from, &mut pile, &mut chance) {
        bench.pass(&piece, stage);
        chance.pick(to).send(piece).expect("somebody takes it");
    }
}

/// Any piece of those that lie here; waits for one when there is none.
fn take<T>(from: &Receiver<T>, pile: &mut Vec<T>, chance: &mut Chance) -> Option<T> {
    if pile.is_empty() {
        pile.push(from.recv().ok()?);
    }
    pile.extend(from.try_iter());
    Some(pile.swap_remove(chance.below(pile.len())))
}

/// Packs an order when its pieces are here. A package that stays open is put aside.
fn pack_all(mut bench: Bench<'_>, orders: &[Order], from: &Receiver<Piece>, seed: u64) {
    let mut chance = Chance::with_seed(seed);
    let orders: BTreeMap<usize, &Order> = orders.iter().map(|order| (order.number, order)).collect();
    let (mut pile, mut shelf): (Vec<Piece>, BTreeMap<usize, Vec<Piece>>) = Default::default();
    while let Some(piece) = take(from, &mut pile, &mut chance) {
        let order = orders[&piece.order];
        let here = shelf.entry(order.number).or_default();
        here.push(piece);
        if here.len() < order.pieces.len() {
            continue;
        }
        chance.shuffle(here);
        here.iter().for_each(|piece| bench.pass(piece, 3));
        if !order.is_packed() && here.iter().any(|piece| !piece.left_out[3]) {
            bench.scan(&Command::Park.code());
        }
        if order.is_packed() && order.parcel != Parcel::None {
            let (colour, words) = bench.scan(&order.tracking());
            let wanted = format!("Label belongs to #{}. Done.", order.number);
            assert_eq!((colour.as_str(), words), ("go", wanted));
        }
    }
}

fn report(home: &Home, arguments: &[&str]) -> Vec<Value> {
    let command = home.stationd([&["report"][..], arguments, &["--format", "json"]].concat());
    let finished = process::run(command, SETTLED_WITHIN);
    assert!(finished.status.success(), "{finished:?}");
    serde_json::from_str(&finished.stdout).unwrap_or_else(|_| panic!("{finished:?}"))
}

fn named(rows: &[Value]) -> BTreeSet<(String, String)> {
    let text = |row: &Value, name: &str| row[name].as_str().unwrap_or_else(|| panic!("{name} of {row}")).to_owned();
    let named: BTreeSet<_> = rows.iter().map(|row| (text(row, "job"), text(row, "stage"))).collect();
    assert_eq!(named.len(), rows.len(), "something is named twice: {rows:?}");
    named
}

fn check_reports(home: &Home, http: &Http, url: &str, orders: &[Order]) {
    await_answer(http, url, "the way to the hub", || is_passed_on(&station(home), &hub(home)).then_some(()));
    let pieces = || orders.iter().flat_map(|order| &order.pieces);
    let name = |piece: &Piece, stage: usize| (piece.job.clone(), STAGES[stage].to_owned());

    let missed: BTreeSet<_> = pieces().flat_map(|p| p.missed().map(|stage| name(p, stage))).collect();
    // A bench says every few seconds that nothing older is on its way; until then a miss is "not known yet".
    let rows = await_answer(http, url, "certainty about every miss", || {
        let rows = report(home, &["missed-scans", "--since", "2000-01-01"]);
        rows.iter().all(|row| row.to_string().contains(r#""status":"missed""#)).then_some(rows)
    });
    assert_eq!(named(&rows), missed);
    assert!(!missed.is_empty(), "nothing was left out");

    let waits: BTreeSet<_> = pieces().filter_map(|p| p.waits_for().map(|stage| name(p, stage))).collect();
    assert_eq!(named(&report(home, &["stalled", "--at", "2100-01-01"])), waits);
    assert!(!waits.is_empty(), "no last scan was left out");
    assert_eq!(report(home, &["stalled"]), Vec::<Value>::new(), "nothing stands still after a minute");
}

/// Every package whose label was scanned is bound to it, and no other.
fn check_links(http: &Http, url: &str, orders: &[Order]) {
    for order in orders {
        let answer = http.get(&format!("{url}/api/v1/orders/{}", order.number)).expect("an answer");
        let story: Value = serde_json::from_str(&answer.body).unwrap_or_else(|_| panic!("{answer:?}"));
        let packages = story["state"]["packages"].as_object().unwrap_or_else(|| panic!("{story}"));
        let links: Vec<&str> =
            packages.values().filter_map(|package| package["link"]["link"]["key"].as_str()).collect();
        let tracking = order.tracking();
        let wanted = if order.is_packed() && order.parcel != Parcel::None { vec![tracking.as_str()] } else { vec![] };
        assert_eq!(links, wanted, "of order {}", order.number);
    }
}

/// One label for each package that is complete: the carrier's where the shop has it, else our own.
fn check_labels(jobs: &[Vec<u8>], orders: &[Order]) {
    for order in orders {
        let wanted = usize::from(order.is_packed() && order.parcel == Parcel::Document);
        assert_eq!(times_on(jobs, &order.tracking()), wanted, "labels of order {}", order.number);
    }
    assert_eq!(jobs.len(), orders.iter().filter(|order| order.is_packed()).count());
}

/// Station and hub hold the same entries, with every scan once, at its bench.
fn check_ledger(home: &Home, orders: &[Order]) {
    let own = Ledger::own(&station(home));
    let there = Ledger::all(&hub(home)).into_iter().find(|ledger| ledger.id == own.id).expect("the station's ledger");
    assert!(own.bytes == there.bytes, "the hub has other entries");
    let stage = |bench: &str| BENCHES.iter().find(|(name, _)| *name == bench).map(|(_, stage)| *stage);
    let mut scanned: Vec<(&str, &str)> = own
        .codes()
        .filter(|(_, code)| code.starts_with('J'))
        .filter_map(|(at, code)| Some((code, stage(at)?)))
        .collect();
    let made = |piece: &'_ Piece| (0..4).filter(|&i| !piece.left_out[i]).map(|i| STAGES[i]).collect::<Vec<_>>();
    let pieces = orders.iter().flat_map(|order| &order.pieces);
    let mut wanted: Vec<(&str, &str)> =
        pieces.flat_map(|piece| made(piece).into_iter().map(|stage| (piece.job.as_str(), stage))).collect();
    scanned.sort_unstable();
    wanted.sort_unstable();
    assert!(scanned == wanted, "{} scans were made, {} are there", wanted.len(), scanned.len());
}
