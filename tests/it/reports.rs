//! The reports, against a calculation that tries everything, and as people see them.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::ExitCode;

use clap::Parser;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use stationd::cli;
use stationd::floor::event::{Event, Link};
use stationd::floor::moment::{Moment, SECOND};
use stationd::floor::route::STAGES;
use stationd::hub::hello::hello;
use stationd::hub::report;
use stationd::ids::{LedgerId, PackageId, Seq};
use stationd::ledger::entry::Entry;
use stationd::ledger::wire::{Hello, Served};

use crate::sync::made::{Dice, Disk, entry, intake, job_id, order_id, passed, stage, station};

const ORDERS: usize = 12;
const JOBS: usize = 3;

/// Random scans of a shop: mostly in order, some left out, some late, some undone, one order cancelled.
fn history(dice: &mut Dice) -> Vec<Entry> {
    let mut all = Vec::new();
    for order in 1..=ORDERS {
        let mut taken = intake(order, JOBS);
        taken.starts_at = dice.chance(30).then(|| stage("print"));
        taken.sample = order == 2;
        taken.route.steps[1].optional = order == 3;
        let mut at = 10 * SECOND * order as i64;
        all.push(entry(dice.bytes(), at, "hub", vec![Event::OrderTaken(Box::new(taken))]));
        for job in 0..JOBS {
            for name in STAGES.iter().take(1 + dice.below(4)) {
                at += SECOND + dice.below(100) as i64 * SECOND;
                if dice.chance(25) {
                    continue;
                }
                let late = if dice.chance(10) { 500 * SECOND } else { 0 };
                let scan = entry(dice.bytes(), at + late, &name.to_uppercase(), vec![passed(order, job, name)]);
                if dice.chance(8) {
                    let undo = Event::Undone { order: order_id(order), entry: scan.id };
                    all.push(entry(dice.bytes(), at + late + 1, "QC", vec![undo]));
                }
                all.push(scan);
            }
        }
        if order == 4 {
            let reason = "x".into();
            all.push(entry(dice.bytes(), at, "hub", vec![Event::OrderCancelled { order: order_id(order), reason }]));
        }
    }
    all
}

/// Every miss by trying everything: (proved at, job, stage).
fn by_force(all: &[Entry]) -> BTreeSet<(i64, String, String)> {
    let undone: BTreeSet<_> = all
        .iter()
        .flat_map(|e| &e.events)
        .filter_map(|event| match event {
            Event::Undone { entry, .. } => Some(*entry),
            _ => None,
        })
        .collect();
    let scans = |wanted: &str| -> Vec<(i64, String)> {
        let of = |e: &Entry| match e.events.as_slice() {
            [Event::JobPassed { job, stage, .. }] if job.as_str() == wanted && !undone.contains(&e.id) => {
                Some((e.at.0, stage.to_string()))
            }
            _ => None,
        };
        all.iter().filter_map(of).collect()
    };
    let mut missed = BTreeSet::new();
    for e in all {
        let [Event::OrderTaken(taken)] = e.events.as_slice() else { continue };
        let cancelled = all.iter().find_map(|c| match c.events.as_slice() {
            [Event::OrderCancelled { order, .. }] if *order == taken.order => Some(c.at.0),
            _ => None,
        });
        for job in &taken.jobs {
            let scans = scans(job.job.as_str());
            let start = taken.starts_at.as_ref().map_or(0, |_| 1);
            for (n, step) in taken.route.steps.iter().enumerate().skip(start) {
                let name = step.stage.as_str();
                let later: Vec<_> = STAGES[n + 1..].to_vec();
                let proof = scans.iter().filter(|(_, s)| later.contains(&s.as_str())).map(|(at, _)| *at).min();
                let is_scanned = scans.iter().any(|(_, s)| s == name);
                if let Some(at) = proof
                    && !is_scanned
                    && !step.optional
                    && !taken.sample
                    && cancelled.is_none_or(|cancelled| at <= cancelled)
                {
                    missed.insert((at, job.job.to_string(), name.to_owned()));
                }
            }
        }
    }
    missed
}

#[test]
fn missed_scans_are_exactly_those_that_a_later_scan_proves() {
    for seed in 0..25 {
        let mut dice = Dice(seed);
        let mut all = history(&mut dice);
        let expected = by_force(&all);
        let folder = tempfile::tempdir().unwrap();
        let mut hub = Disk::new(folder.path(), [0xB; 16]);
        while !all.is_empty() {
            let next = all.swap_remove(dice.below(all.len()));
            hub.append_with_board(&next);
        }
        let conn = hub.store().conn();
        let found = report::missed(conn, Moment(i64::MIN), Moment(i64::MAX)).unwrap();
        let found: Vec<_> =
            found.iter().map(|m| (m.next.at.as_microsecond(), m.which.job.to_string(), m.stage.to_string())).collect();
        assert!(found.is_sorted_by_key(|m| m.0));
        assert_eq!(found.iter().cloned().collect::<BTreeSet<_>>(), expected, "seed {seed}");
        assert_eq!(found.len(), expected.len(), "seed {seed}");
        let (from, to) = (Moment(300 * SECOND), Moment(900 * SECOND));
        let within = report::missed(conn, from, to).unwrap().len();
        assert_eq!(within, expected.iter().filter(|m| (from.0..to.0).contains(&m.0)).count());
    }
}

#[derive(Parser)]
enum Commands {
    Report(cli::report::Args),
    Order(cli::order::Args),
}

/// Runs a command line against a small shop; `~` is a space inside an argument.
fn check(folder: &Path, line: &str) -> (ExitCode, String) {
    let words: Vec<String> = line.split_whitespace().map(|word| word.replace('~', " ")).collect();
    let args = Commands::try_parse_from(std::iter::once("stationd").chain(words.iter().map(String::as_str)));
    let zone = TimeZone::get("America/Chicago").unwrap();
    let now: Timestamp = "2026-11-21T18:00:00Z".parse().unwrap();
    let mut out = Vec::new();
    let code = match args.unwrap_or_else(|error| panic!("{error}")) {
        Commands::Report(args) => cli::report::run(&args, folder, &zone, now, &mut out).unwrap(),
        Commands::Order(args) => cli::order::run(&args, folder, &zone, &mut out).unwrap(),
    };
    (code, String::from_utf8(out).unwrap())
}

/// Why a report is refused.
fn refused(folder: &Path, line: &str) -> String {
    let args = Commands::try_parse_from(std::iter::once("stationd").chain(line.split_whitespace()));
    let Ok(Commands::Report(args)) = args else { panic!("{line} is no report") };
    let now: Timestamp = "2026-11-21T18:00:00Z".parse().unwrap();
    cli::report::run(&args, folder, &TimeZone::UTC, now, &mut Vec::new()).unwrap_err().to_string()
}

fn at(text: &str) -> i64 {
    format!("2026-11-{text}:00Z").parse::<Timestamp>().unwrap().as_microsecond()
}

fn small_shop(folder: &Path) -> Disk {
    let mut hub = Disk::new(folder, [0xB; 16]);
    let mut web = intake(2, 1);
    (web.number, web.channel) = ("1001".into(), "web".into());
    let mut id = 0;
    let mut add = |when: &str, where_: &str, event: Event| {
        id += 1;
        hub.append_with_board(&entry([id; 16], at(when), where_, vec![event]));
        entry([id; 16], 0, where_, vec![]).id
    };
    add("18T14:00", "hub", Event::OrderTaken(Box::new(intake(1, 2))));
    add("18T14:01", "hub", Event::OrderTaken(Box::new(web)));
    add("18T15:00", "PRE-1", passed(1, 0, "preproduction"));
    add("18T15:30", "PRINT-1", passed(1, 0, "print"));
    let wrong = add("18T15:40", "PRINT-1", passed(1, 1, "print"));
    add("18T15:41", "PRINT-1", Event::Undone { order: order_id(1), entry: wrong });
    add("18T16:00", "PACK-1", passed(1, 0, "pack"));
    let link = Link {
        carrier: Some("ups".into()),
        key: "1Z12345E0205271688".into(),
        printed: "1Z 123 45E 02 0527 1688".into(),
        scanned: "1Z12345E0205271688".into(),
    };
    let package = PackageId::new("P1").unwrap();
    add("18T16:05", "PACK-1", Event::Linked { order: order_id(1), package, link });
    hub
}

fn contact(hub: &mut Disk, settled: i64) {
    let said = Hello {
        ledger: LedgerId::from_bytes([0xA; 16]),
        stations: vec![Served { station: station("QC-2"), stages: vec![stage("qc")] }],
        last: Seq(0),
        oldest: Seq(0),
        now: Moment(settled),
        settled: Moment(settled),
        seen: None,
    };
    let mut writing = hub.store().begin().unwrap();
    hello(&mut writing, &said, Moment(settled), &mut || LedgerId::from_bytes([1; 16])).unwrap();
    writing.commit().unwrap();
}

#[test]
fn the_missed_scan_report_names_neighbours_and_silent_stations() {
    let folder = tempfile::tempdir().unwrap();
    let mut hub = small_shop(folder.path());
    let sure = "\
order  piece   code  missed  seen next                              last seen before                      status
#1001  1 of 2  J1-0  qc      pack 2026-11-18 10:00 at PACK-1 by O1  print 2026-11-18 09:30 at PRINT-1 by O1  missed
";
    let squeeze = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    let report = |line: &str| squeeze(&check(folder.path(), line).1);
    assert_eq!(report("report missed-scans"), squeeze(sure));
    assert_eq!(report("report missed-scans --week 2026-W47"), squeeze(sure));
    assert_eq!(report("report missed-scans --since 2026-11-18 --until 2026-11-18"), squeeze(sure));
    let none = "No scan was missed from 2026-11-09 00:00 to 2026-11-16 00:00.";
    assert_eq!(report("report missed-scans --week 2026-W46"), none);
    for (by, name) in [("stage", "qc"), ("station", "PACK-1"), ("operator", "O1")] {
        assert_eq!(report(&format!("report missed-scans --by {by}")), format!("missed not known yet {name} 1 0"));
    }
    let csv = report("report missed-scans --format csv");
    let row = "D1,#1001,J1-0,1,2,Unisex tee,qc,missed,,pack,2026-11-18T16:00:00Z,PACK-1,O1,print,2026-11-18T15:30:00Z,PRINT-1,O1";
    assert!(csv.ends_with(row), "{csv}");
    let json: serde_json::Value = serde_json::from_str(&report("report missed-scans --format json")).unwrap();
    assert_eq!(json[0]["next"]["at"], "2026-11-18T16:00:00Z");
    assert_eq!(json[0]["status"]["status"], "missed");

    contact(&mut hub, at("18T15:50"));
    assert!(report("report missed-scans").ends_with("not known yet: QC-2 silent since 2026-11-18 09:50"));
    assert_eq!(report("report missed-scans --by stage"), "missed not known yet qc 0 1");
    contact(&mut hub, at("18T16:10"));
    assert_eq!(report("report missed-scans"), squeeze(sure));
}

#[test]
fn a_span_that_ends_before_it_begins_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let _hub = small_shop(folder.path());
    let said = refused(folder.path(), "report missed-scans --since 2026-11-20 --until 2026-11-16");
    assert_eq!(said, "--since 2026-11-20 lies after --until 2026-11-16; exchange them");
}

#[test]
fn a_report_says_that_sample_orders_are_left_out_where_there_are_some() {
    let folder = tempfile::tempdir().unwrap();
    let mut hub = small_shop(folder.path());
    let left_out = "Sample orders are left out.\n";
    assert!(!check(folder.path(), "report missed-scans").1.contains(left_out));
    let mut sample = intake(9, 1);
    sample.sample = true;
    hub.append_with_board(&entry([90; 16], at("18T14:00"), "hub", vec![Event::OrderTaken(Box::new(sample))]));
    for report in ["report missed-scans", "report stalled"] {
        assert!(check(folder.path(), report).1.ends_with(left_out), "{report}");
        assert!(!check(folder.path(), &format!("{report} --format csv")).1.contains("Sample"), "{report}");
    }
}

#[test]
fn times_in_json_are_rfc_3339() {
    let folder = tempfile::tempdir().unwrap();
    let mut hub = small_shop(folder.path());
    let mut due = intake(9, 1);
    due.ship_by = Some(stationd::floor::moment::Moment(at("23T17:00")));
    hub.append_with_board(&entry([90; 16], at("18T14:00"), "hub", vec![Event::OrderTaken(Box::new(due))]));
    let json: serde_json::Value = serde_json::from_str(&check(folder.path(), "order D9 --json").1).unwrap();
    assert_eq!(json["intake"]["ship_by"], "2026-11-23T17:00:00Z");
    assert_eq!(json["lines"][0]["event"]["ship_by"], "2026-11-23T17:00:00Z", "{}", json["lines"][0]);
}

#[test]
fn the_stalled_list_names_what_each_piece_waits_for() {
    let folder = tempfile::tempdir().unwrap();
    // The daemon need not run.
    drop(small_shop(folder.path()));
    assert_eq!(
        check(folder.path(), "report stalled").1,
        "\
order        piece   code  waits for      since             stalled since
#1001        2 of 2  J1-1  preproduction  2026-11-18 08:00  2026-11-19 08:00
#1001 (web)  1 of 1  J2-0  preproduction  2026-11-18 08:01  2026-11-19 08:01
"
    );
    let csv = check(folder.path(), "report stalled --format csv").1;
    assert_eq!(
        csv.lines().nth(1),
        Some("D1,#1001,J1-1,2,2,Unisex tee,preproduction,2026-11-18T14:00:00Z,2026-11-19T14:00:00Z")
    );
}

#[test]
fn an_order_is_found_by_all_its_names_and_told_whole() {
    let folder = tempfile::tempdir().unwrap();
    let _hub = small_shop(folder.path());
    let story = "\
#1001  D1
  piece 1  J1-0  Unisex tee, L, navy
  piece 2  J1-1  Unisex tee, L, navy
2026-11-18 08:00:00  hub           order taken in: 2 pieces, 1 package, O1
2026-11-18 09:00:00  PRE-1         preproduction: piece 1 of 2 (J1-0), O1
2026-11-18 09:30:00  PRINT-1       print: piece 1 of 2 (J1-0), O1
2026-11-18 09:40:00  PRINT-1       print: piece 2 of 2 (J1-1), O1  (undone)
2026-11-18 09:41:00  PRINT-1       undone: print: piece 2 of 2 (J1-1), O1
2026-11-18 10:00:00  PACK-1        pack: piece 1 of 2 (J1-0), O1
2026-11-18 10:05:00  PACK-1        package P1 linked to 1Z 123 45E 02 0527 1688 (UPS), O1
";
    for name in ["D1", "j1-0", "P1", "1z12345e0205271688"] {
        assert_eq!(check(folder.path(), &format!("order {name}")), (ExitCode::SUCCESS, story.to_owned()), "{name}");
    }
    let several = "\
Several orders are called #1001. Name the channel with --channel:
  #1001  D1
  #1001 (web)  D2
";
    assert_eq!(check(folder.path(), "order #1001"), (ExitCode::FAILURE, several.to_owned()));
    assert!(check(folder.path(), "order 1001 --channel web").1.starts_with("#1001 (web)  D2"));
    assert!(check(folder.path(), "order #1001~(web)").1.starts_with("#1001 (web)  D2"), "as it is printed");
    assert_eq!(check(folder.path(), "order 7"), (ExitCode::FAILURE, "There is no order called 7.\n".to_owned()));
    let json: serde_json::Value = serde_json::from_str(&check(folder.path(), "order D1 --json").1).unwrap();
    assert_eq!((&json["lines"][2]["at"], json["lines"].as_array().unwrap().len()), (&"2026-11-18T15:30:00Z".into(), 7));
    assert_eq!(job_id(1, 0).as_str(), json["lines"][2]["event"]["job"]);
}
