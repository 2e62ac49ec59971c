//! Printers that behave badly: whatever they do, no shipping label is lost, none comes out twice without somebody having
//! been asked, and people are told what to do before they wait.

mod bench;
mod press;

use std::collections::BTreeMap;
use std::path::Path;
use std::time::{Duration, Instant};

use stationd::code::command::Command;
use stationd::code::command::ReprintReason;
use stationd::device::printer::Address;
use stationd::floor::bench::Trouble;
use stationd::floor::event::{Event, Outcome};
use stationd::floor::printing::{Hindrance, PrintSay, Proof};
use stationd::floor::verdict::{Say, Signal};

use self::bench::{Bench, SOON, job, package, package_of, tracking};
use self::press::{Answers, Fault, Press, until};
use super::shop::chance::Chance;
use super::shop::ledger::Ledger;

/// Schedules of a run, and with `STATIOND_TEST_LONG=1`.
const SCHEDULES: usize = 64;
const SCHEDULES_LONG: usize = 1_000;
/// Labels of a schedule.
const LABELS: u64 = 4;
/// Schedules at once: they wait more than they work.
const THREADS: usize = 8;

fn zebra(press: &Press) -> Option<(&'static str, Address)> {
    Some(("zebra-203", Address::Tcp(press.address().to_string())))
}

fn times(tray: &[Vec<u8>]) -> BTreeMap<String, usize> {
    let mut times = BTreeMap::new();
    tray.iter().for_each(|label| *times.entry(package_of(label)).or_default() += 1);
    times
}

fn ended(folder: &Path) -> Vec<(Outcome, Proof)> {
    let ledger = Ledger::own(folder);
    let events = ledger.entries.iter().flat_map(|entry| &entry.events);
    let ended = events.filter_map(|event| match event {
        Event::LabelEnded { outcome, proof, .. } => Some((*outcome, *proof)),
        _ => None,
    });
    ended.collect()
}

fn trouble(bench: &Bench) -> Option<Hindrance> {
    bench.view().trouble.iter().find_map(|trouble| match trouble {
        Trouble::Printer { why, .. } => Some(*why),
        _ => None,
    })
}

#[test]
fn a_label_is_printed_when_the_printer_says_so() {
    let folder = tempfile::tempdir().expect("a folder");
    let press = Press::start(vec![], Answers::Well);
    let bench = Bench::start(folder.path(), zebra(&press));
    bench.bring(1);
    bench.pack(1);
    press.wait(SOON, |tray| tray.len() == 1);
    until(SOON, "the printer's word is recorded", || bench.is_idle());
    bench.stop();
    assert_eq!(ended(folder.path()), [(Outcome::Printed, Proof::Printer)]);
}

#[test]
fn a_printer_that_never_answers_still_prints_and_nobody_claims_to_have_seen_it() {
    let folder = tempfile::tempdir().expect("a folder");
    let press = Press::start(vec![], Answers::Never);
    let bench = Bench::start(folder.path(), zebra(&press));
    bench.bring(2);
    bench.pack(1);
    bench.pack(2);
    let tray = press.wait(SOON, |tray| tray.len() == 2);
    assert_eq!(times(&tray).len(), 2);
    until(SOON, "both are recorded", || bench.is_idle());
    bench.stop();
    assert_eq!(ended(folder.path()), [(Outcome::Printed, Proof::Taken); 2]);
}

#[test]
fn paper_out_is_on_the_screen_before_anybody_waits_and_the_label_comes_out_after_the_remedy_once() {
    for answers in [Answers::Well, Answers::NotInTrouble] {
        let folder = tempfile::tempdir().expect("a folder");
        let press = Press::start(vec![], answers);
        press.take_paper();
        let bench = Bench::start(folder.path(), zebra(&press));
        bench.bring(1);
        until(SOON, "the screen says that the paper is out", || trouble(&bench) == Some(Hindrance::PaperOut));
        let verdict = bench.pack(1);
        let Say::Print(PrintSay::Waits { number, printer, why }) = &verdict.say else { panic!("{verdict:?}") };
        assert_eq!((number.as_str(), printer.as_str(), *why), ("#1001", "zebra", Hindrance::PaperOut));
        assert_eq!(verdict.signal, Signal::Attention);
        press.load_paper();
        press.wait(SOON, |tray| tray.len() == 1);
        until(SOON, "the screen is well again", || trouble(&bench).is_none() && bench.is_idle());
        bench.stop();
        assert_eq!(press.tray().len(), 1);
        assert_eq!(ended(folder.path()).last(), Some(&(Outcome::Printed, Proof::Printer)));
    }
}

#[test]
fn paper_that_ends_in_mid_label_is_waited_for_and_the_label_comes_out_once() {
    for fault in [Fault::PaperOut, Fault::StandsStill] {
        let folder = tempfile::tempdir().expect("a folder");
        let press = Press::start(vec![fault], Answers::Well);
        let bench = Bench::start(folder.path(), zebra(&press));
        bench.bring(2);
        bench.pack(1);
        until(SOON, "the screen says so", || trouble(&bench).is_some());
        bench.pack(2);
        press.load_paper();
        let tray = press.wait(SOON, |tray| tray.len() == 2);
        assert!(times(&tray).values().all(|times| *times == 1), "{fault:?}");
        until(SOON, "the screen is well again", || trouble(&bench).is_none() && bench.is_idle());
        bench.stop();
        assert!(ended(folder.path()).iter().all(|end| *end == (Outcome::Printed, Proof::Printer)), "{fault:?}");
    }
}

#[test]
fn a_printer_that_is_switched_off_holds_its_own_labels_only_and_fills_no_list_of_scans() {
    let folder = tempfile::tempdir().expect("a folder");
    let address = {
        let gone = Press::start(vec![], Answers::Well);
        gone.address()
    };
    let bench = Bench::start(folder.path(), Some(("zebra-203", Address::Tcp(address.to_string()))));
    bench.bring(1);
    until(SOON, "the screen says so", || trouble(&bench) == Some(Hindrance::Away));
    let verdict = bench.pack(1);
    assert!(matches!(verdict.say, Say::Print(PrintSay::Waits { why: Hindrance::Away, .. })), "{verdict:?}");
    until(SOON, "the label is counted", || {
        bench.view().trouble.iter().any(|t| matches!(t, Trouble::Printer { labels: 1, .. }))
    });
    // The piece and PARK; what the printer tried is no scan.
    until(SOON, "both scans are listed", || bench.view().recent.len() == 2);
    bench.stop();
}

#[test]
fn a_question_holds_its_own_label_and_the_scan_of_what_came_out_is_the_yes() {
    let folder = tempfile::tempdir().expect("a folder");
    let press = Press::start(vec![Fault::HangsUpAtTheEnd], Answers::Well);
    let bench = Bench::start(folder.path(), zebra(&press));
    bench.bring(2);
    bench.pack(1);
    until(SOON, "a question", || bench.view().question.is_some());
    bench.pack(2);
    press.wait(SOON, |tray| tray.len() == 2);
    bench.scan(&job(1));
    let verdict = bench.scan(&tracking(1));
    assert!(matches!(verdict.say, Say::Linked { .. }), "{verdict:?}");
    until(SOON, "the question is answered", || bench.view().question.is_none());
    bench.stop();
    assert!(ended(folder.path()).contains(&(Outcome::Printed, Proof::Scan)));
    assert_eq!(press.tray().len(), 2, "nothing was printed again");
}

#[test]
fn a_shipping_label_is_printed_again_for_a_reason_only_and_the_second_parcel_is_asked_about() {
    let folder = tempfile::tempdir().expect("a folder");
    let press = Press::start(vec![], Answers::Well);
    let bench = Bench::start(folder.path(), zebra(&press));
    bench.bring(1);
    bench.scan(&job(1));
    press.wait(SOON, |tray| tray.len() == 1);
    until(SOON, "the printer's word is recorded", || bench.is_idle());
    let why = bench.scan(&Command::RepeatLabel.code());
    assert_eq!(why.say, Say::Print(PrintSay::WhyAgain { number: "#1001".into() }));
    let again = bench.scan(&Command::Reprint(ReprintReason::Damaged).code());
    let wanted = PrintSay::Again { number: "#1001".into(), reason: ReprintReason::Damaged };
    assert_eq!(again.say, Say::Print(wanted));
    let tray = press.wait(SOON, |tray| tray.len() == 2);
    assert_eq!(times(&tray), BTreeMap::from([(package(1), 2)]));
    assert!(matches!(bench.scan(&tracking(1)).say, Say::Linked { .. }));
    until(SOON, "the second print is recorded", || bench.is_idle());
    assert!(matches!(bench.scan(&tracking(1)).say, Say::Print(PrintSay::SecondParcel { .. })));
    let verdict = bench.scan(&Command::Yes.code());
    assert_eq!(verdict.signal, Signal::Stop);
    assert_eq!(verdict.say, Say::Print(PrintSay::SecondParcelFound { number: "#1001".into() }));
    bench.stop();
    let ledger = Ledger::own(folder.path());
    let again = |event: &&Event| matches!(event, Event::LabelRequested { again: Some(ReprintReason::Damaged), .. });
    assert_eq!(ledger.entries.iter().flat_map(|entry| &entry.events).filter(again).count(), 1);
}

#[test]
fn whatever_a_printer_does_no_label_is_lost_and_none_is_doubled_unasked() {
    let mut chance = Chance::new();
    let schedules = if std::env::var_os("STATIOND_TEST_LONG").is_some() { SCHEDULES_LONG } else { SCHEDULES };
    let seeds: Vec<u64> = std::iter::repeat_with(|| chance.seed()).take(schedules).collect();
    let seeds = &seeds;
    std::thread::scope(|scope| {
        for first in 0..THREADS {
            scope.spawn(move || {
                for seed in seeds.iter().skip(first).step_by(THREADS) {
                    let mut chance = Chance::with_seed(*seed);
                    schedule(&mut chance);
                }
            });
        }
    });
}

/// One random day of one printer.
fn schedule(chance: &mut Chance) {
    let faults: Vec<Fault> = (0..chance.below(6)).map(|_| fault(chance)).collect();
    let kinds = [Answers::Well, Answers::Well, Answers::Never, Answers::NotInTrouble, Answers::Garbled, Answers::Late];
    let answers = *chance.pick(&kinds);
    let what = format!("{answers:?} {faults:?}");
    let folder = tempfile::tempdir().expect("a folder");
    let press = Press::start(faults, answers);
    let mut bench = Bench::start(folder.path(), zebra(&press));
    bench.bring(LABELS);
    let restart_at = chance.below(8) as u64;
    for n in 1..=LABELS {
        bench.pack(n);
        if n == restart_at {
            bench.stop();
            bench = Bench::start(folder.path(), zebra(&press));
        }
    }
    work_until_done(&bench, &press, &what);
    bench.stop();
    let tray = press.tray();
    let times = times(&tray);
    for n in 1..=LABELS {
        assert_eq!(times.get(&package(n)).copied().unwrap_or_default(), 1, "order {n} of {what}: {times:?}");
    }
}

fn fault(chance: &mut Chance) -> Fault {
    match chance.below(8) {
        0 => Fault::None,
        1 => Fault::Refuses,
        2 => Fault::HangsUpAfter(1 + chance.below(4_000)),
        3 => Fault::HangsUpAtTheEnd,
        4 => Fault::PaperOut,
        5 => Fault::StandsStill,
        6 => Fault::Resets(1 + chance.below(4_000)),
        _ => Fault::Slow,
    }
}

/// A packer who loads paper where it is out, answers each question by looking into the tray, and takes up what a printer
/// that can not tell swallowed: the station lists it as sent and never seen.
fn work_until_done(bench: &Bench, press: &Press, what: &str) {
    let end = Instant::now() + SOON;
    loop {
        if press.is_out_of_paper() {
            press.load_paper();
        }
        let view = bench.view();
        if press.is_at_work() {
            assert!(Instant::now() < end, "{what}: at work for ever");
            std::thread::sleep(Duration::from_millis(1));
            continue;
        }
        if let Some(question) = &view.question {
            let n: u64 = question.number.trim_start_matches('#').parse().expect("a number");
            let is_there = press.tray().iter().any(|label| package_of(label) == package(n - 1000));
            bench.answer(question, is_there);
        }
        if bench.view().question.is_none() && bench.is_idle() {
            let times = times(&press.tray());
            let Some(missing) = (1..=LABELS).find(|n| !times.contains_key(&package(*n))) else { return };
            assert!(bench.is_unseen(missing), "order {missing} of {what} is lost: {times:?}");
            bench.scan(&job(missing));
            bench.scan(&Command::Reprint(ReprintReason::Nothing).code());
            bench.scan(&Command::Park.code());
        }
        let troubles = &view.trouble;
        assert!(Instant::now() < end, "{what}: {:?} {troubles:?} {}", times(&press.tray()), bench.is_idle());
        std::thread::sleep(Duration::from_millis(1));
    }
}
