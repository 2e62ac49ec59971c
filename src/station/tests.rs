//! The loop with a real database: what is answered is on disk, and what is not on disk is said.

use std::path::Path;
use std::sync::Arc;

use tokio::sync::oneshot;

use super::input::{Came, Chore, Input};
use super::run::{self, Handle};
use super::setup::{Bench, Setup};
use super::view::View;
use super::work::Job;
use crate::code::Codebook;
use crate::code::command::Command;
use crate::code::own::{Kind, make};
use crate::floor::bench::Contact;
use crate::floor::event::Event;
use crate::floor::intake::{Intake, JobSpec, PackageSpec};
use crate::floor::moment::{Moment, Wall};
use crate::floor::route::Route;
use crate::floor::verdict::{NotSafe, Say, Signal, Verdict, Work};
use crate::ids::{
    AttachmentId, EntryId, JobId, LedgerId, OrderId, PackageId, PrinterId, ScannerId, Seq, StageId, StationId,
};
use crate::ledger::entry::{Cause, Entry, Read};
use crate::ledger::read::entries_after;
use crate::ledger::store::Store;
use crate::ledger::wire::{ForeignEntry, Page, Subject};
use crate::scan::{Broken, Heard};

/// A pack bench with a shipping printer, in a folder of its own.
fn start(folder: &Path) -> (Handle, std::thread::JoinHandle<()>) {
    let bench = Bench::of(StationId::new("pack-1").unwrap(), vec![StageId::new("pack").unwrap()]);
    let pack = Bench { shipping: PrinterId::new("zebra").ok(), ..bench };
    let clock = || Wall { time: Moment::of(jiff::Timestamp::now()), zone: 0 };
    let codes = Arc::new(Codebook::default());
    let setup = Setup {
        folder: folder.into(),
        stations: vec![pack],
        codes,
        clock: Arc::new(clock),
        hub: true,
        wiring: Default::default(),
    };
    run::start(setup).unwrap()
}

fn stop((handle, thread): (Handle, std::thread::JoinHandle<()>)) {
    drop(handle);
    thread.join().unwrap();
}

fn job() -> JobId {
    JobId::new(make(Kind::Job, 1)).unwrap()
}

/// An order of one piece whose package has a label document, as the feed brings it.
fn order_page() -> Page {
    let order = OrderId::new(make(Kind::Order, 1)).unwrap();
    let spec = JobSpec {
        job: job(),
        product: "Tee".into(),
        size: String::new(),
        colour: String::new(),
        places: vec![],
        note: String::new(),
        picture: None,
        package: None,
    };
    let package = PackageId::new(make(Kind::Package, 1)).unwrap();
    let document = Some(AttachmentId::from_bytes([5; 16]));
    let intake = Intake {
        order: order.clone(),
        number: "1042".into(),
        channel: String::new(),
        ship_by: None,
        rush: false,
        sample: false,
        starts_at: StageId::new("pack").ok(),
        carrier: None,
        route: Route::default(),
        jobs: vec![spec],
        packages: vec![PackageSpec { document, tracking: Some("1Z1".into()), ..PackageSpec::bare(package) }],
    };
    let entry = Entry {
        id: EntryId::from_bytes([8; 16]),
        station: StationId::new("hub").unwrap(),
        at: Moment(1),
        wall: Wall { time: Moment(1), zone: 0 },
        by: None,
        cause: Cause::Desk,
        verdict: Verdict::go(Say::OrderTaken { number: "#1042".into() }),
        events: vec![Event::OrderTaken(Box::new(intake))],
    };
    let bytes = String::from_utf8(entry.to_bytes()).unwrap();
    let hub = LedgerId::from_bytes([3; 16]);
    let subject =
        Subject { order, entries: vec![ForeignEntry { ledger: hub, seq: Seq(1), bytes }], attachments: vec![] };
    Page { epoch: hub, rev: 1, subjects: vec![subject], more: false }
}

fn bring(handle: &Handle, page: Page) {
    let (done, answer) = oneshot::channel();
    handle.chores.blocking_send(Chore::Page { page: Box::new(page), done }).unwrap();
    assert!(answer.blocking_recv().unwrap());
}

fn typed(handle: &Handle, code: &str) -> Verdict {
    let (reply, answer) = oneshot::channel();
    let station = StationId::new("pack-1").unwrap();
    handle.inputs.blocking_send(Input::Typed { station, code: code.into(), reply: Some(reply) }).unwrap();
    answer.blocking_recv().unwrap()
}

fn ready(handle: &Handle) -> oneshot::Receiver<Job> {
    let (reply, job) = oneshot::channel();
    let printer = PrinterId::new("zebra").unwrap();
    handle.inputs.blocking_send(Input::Ready { printer, reply }).unwrap();
    job
}

fn sent(handle: &Handle, job: &Job, came: Came) {
    let printer = PrinterId::new("zebra").unwrap();
    handle.inputs.blocking_send(Input::Sent { printer, label: job.label, came }).unwrap();
}

/// The view once it satisfies `wanted`.
fn view(handle: &Handle, wanted: impl Fn(&View) -> bool) -> Arc<View> {
    let mut views = handle.views[0].1.clone();
    let found = async { views.wait_for(|view| wanted(view)).await.map(|view| Arc::clone(&view)) };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
    let within = std::time::Duration::from_secs(10);
    runtime.block_on(async { tokio::time::timeout(within, found).await }).expect("the view within 10 s").unwrap()
}

fn entries(folder: &Path) -> Vec<Entry> {
    let store = Store::open(folder, LedgerId::from_bytes([1; 16])).unwrap();
    let all = entries_after(store.conn(), store.own().n, Seq::NONE, usize::MAX, usize::MAX).unwrap();
    all.iter().map(|(_, bytes)| Entry::from_bytes(bytes.as_bytes()).unwrap()).collect()
}

#[test]
fn what_is_answered_is_on_disk_once() {
    let folder = tempfile::tempdir().unwrap();
    let station = start(folder.path());
    bring(&station.0, order_page());
    let verdict = typed(&station.0, job().as_str());
    assert_eq!(verdict.signal, Signal::Go, "{verdict:?}");
    stop(station);
    let told: Vec<Verdict> = entries(folder.path()).into_iter().map(|e| e.verdict).collect();
    assert_eq!(told, [verdict]);
}

#[test]
fn a_waiting_printer_gets_the_label_and_a_crash_while_sending_asks() {
    let folder = tempfile::tempdir().unwrap();
    let station = start(folder.path());
    bring(&station.0, order_page());
    let waiting = ready(&station.0);
    typed(&station.0, job().as_str());
    let label = waiting.blocking_recv().unwrap().label;
    // The program dies before anybody says what came of it.
    stop(station);

    let station = start(folder.path());
    let asked = view(&station.0, |v| v.question.is_some());
    assert_eq!(asked.question.as_ref().unwrap().label, label);
    let idle = ready(&station.0);
    assert_eq!(typed(&station.0, &Command::No.code()).signal, Signal::Go);
    let again = idle.blocking_recv().unwrap();
    assert_eq!(again.label, label, "NO prints the same label again");
    sent(&station.0, &again, Came::Printed);
    view(&station.0, |v| v.question.is_none());
    stop(station);

    let station = start(folder.path());
    assert!(view(&station.0, |_| true).question.is_none(), "what printed is not asked about");
    stop(station);
}

#[test]
fn a_label_that_surely_did_not_print_is_handed_over_again() {
    let folder = tempfile::tempdir().unwrap();
    let station = start(folder.path());
    bring(&station.0, order_page());
    typed(&station.0, job().as_str());
    let first = ready(&station.0).blocking_recv().unwrap();
    sent(&station.0, &first, Came::Failed);
    let second = ready(&station.0).blocking_recv().unwrap();
    assert_eq!(first.label, second.label);
    sent(&station.0, &second, Came::Doubtful);
    view(&station.0, |v| v.question.as_ref().is_some_and(|q| q.label == first.label));
    stop(station);
}

#[test]
fn unreadable_and_personal_texts_stay_out_of_entries() {
    let folder = tempfile::tempdir().unwrap();
    let station = start(folder.path());
    let scanner = ScannerId::new("usb-1").unwrap();
    let at = StationId::new("pack-1").unwrap();
    let broken = Heard::Broken(Broken::NotText { bytes: b"Jane Doe".to_vec() });
    station.0.inputs.blocking_send(Input::Heard { station: at, scanner, heard: broken }).unwrap();
    let badge = make(Kind::Badge, 7);
    typed(&station.0, "Jane Doe, 5 Elm Street");
    typed(&station.0, &badge);
    stop(station);
    let all = entries(folder.path());
    assert_eq!(all.len(), 3);
    for entry in &all {
        let text = String::from_utf8(entry.to_bytes()).unwrap();
        assert!(!text.contains("Jane"), "{text}");
        assert!(matches!(
            &entry.cause,
            Cause::Scan { read: Read::Broken { .. }, .. } | Cause::Typed { read: Read::Kept(_) }
        ));
    }
}

#[test]
fn a_database_that_can_not_be_written_says_not_safe_and_scanning_goes_on_after_it() {
    let folder = tempfile::tempdir().unwrap();
    let station = start(folder.path());
    bring(&station.0, order_page());
    // Somebody else holds the write lock, so that no transaction can begin.
    let hold = rusqlite::Connection::open(folder.path().join(crate::ledger::store::FILE)).unwrap();
    hold.execute_batch("BEGIN IMMEDIATE").unwrap();
    let verdict = typed(&station.0, job().as_str());
    assert_eq!(verdict, Verdict::stop(Say::NotSafe { why: NotSafe::DiskError }));
    assert!(!view(&station.0, |v| !v.trouble.is_empty()).trouble.is_empty());
    drop(hold);
    assert_eq!(typed(&station.0, job().as_str()).signal, Signal::Go, "the same scan again is taken");
    view(&station.0, |v| v.trouble.is_empty());
    stop(station);
    assert_eq!(entries(folder.path()).len(), 1);
}

#[test]
fn the_hub_s_silence_is_shown_with_what_is_safe_here() {
    let folder = tempfile::tempdir().unwrap();
    let station = start(folder.path());
    typed(&station.0, job().as_str());
    let contact = Contact::AwaySince(Moment(5));
    station.0.chores.blocking_send(Chore::Contact { contact, unsent: 1 }).unwrap();
    let shown = view(&station.0, |v| v.contact == contact);
    assert_eq!(shown.unsent, 1);
    typed(&station.0, &make(Kind::Job, 2));
    view(&station.0, |v| v.unsent == 2);
    stop(station);
}

#[test]
fn a_red_stays_open_over_other_scans_until_it_is_answered() {
    let folder = tempfile::tempdir().unwrap();
    let station = start(folder.path());
    bring(&station.0, order_page());
    let red = typed(&station.0, &make(Kind::Job, 1).replace('J', "D"));
    assert_eq!(red.signal, Signal::Stop, "{red:?}");
    let open = view(&station.0, |v| v.open.is_some()).open.clone().unwrap();
    assert_eq!(open.verdict, red);
    typed(&station.0, job().as_str());
    let later = view(&station.0, |v| v.recent.len() == 2);
    assert_eq!(later.open.as_ref().map(|shown| shown.entry), Some(open.entry), "the scan is answered, the red stays");
    assert_eq!(typed(&station.0, &Command::Ok.code()), Verdict::go(Say::Noted));
    view(&station.0, |v| v.open.is_none());
    stop(station);
}

#[test]
fn the_last_answers_are_listed_after_a_restart_and_no_old_red_is_open() {
    let folder = tempfile::tempdir().unwrap();
    let station = start(folder.path());
    bring(&station.0, order_page());
    typed(&station.0, job().as_str());
    typed(&station.0, &make(Kind::Job, 1).replace('J', "D"));
    let before: Vec<_> = view(&station.0, |v| v.recent.len() == 2).recent.iter().map(|s| s.entry).collect();
    stop(station);
    let station = start(folder.path());
    let after = view(&station.0, |_| true);
    assert_eq!(after.recent.iter().map(|s| s.entry).collect::<Vec<_>>(), before);
    assert!(after.open.is_none());
    stop(station);
}

#[test]
fn a_scrapped_piece_is_known_by_its_new_code_at_once() {
    let folder = tempfile::tempdir().unwrap();
    let station = start(folder.path());
    bring(&station.0, order_page());
    typed(&station.0, job().as_str());
    let Verdict { say: Say::Work(Work::Replaced { by, .. }), .. } = typed(&station.0, &Command::Scrap.code()) else {
        panic!()
    };
    let old = typed(&station.0, job().as_str());
    assert!(matches!(&old.say, Say::Work(Work::PieceEnded { by: named, .. }) if *named == by), "{old:?}");
    let new = typed(&station.0, by.as_str());
    assert!(matches!(new.say, Say::PassedButMissed { .. } | Say::Complete { .. }), "{new:?}");
    stop(station);
}
