//! The board is the fold of the entries, whatever the order in which they arrive.

use std::collections::BTreeMap;

use stationd::floor::event::Event;
use stationd::hub::board;
use stationd::ids::EntryId;
use stationd::ledger::entry::{Digest, Entry};

use super::made::{Dice, Disk, digest_of, entry, intake, job_id, order_id, passed, upload};

const ORDERS: usize = 3;
const STAGES: [&str; 5] = ["preproduction", "print", "qc", "pack", "embroidery"];

/// One ledger: its identifier, and its entries in their places.
type Ledger = ([u8; 16], Vec<Entry>);

/// Random ledgers: one of the orders, some of scans, and one that repeats the tail of another.
fn ledgers(dice: &mut Dice) -> Vec<Ledger> {
    let mut all: Vec<EntryId> = Vec::new();
    let mut made: Vec<Ledger> = Vec::new();
    let orders = (1..=ORDERS).map(|n| {
        let at = dice.below(200) as i64;
        entry(dice.bytes(), at, "hub", vec![Event::OrderTaken(Box::new(intake(n, 2)))])
    });
    made.push(([1; 16], orders.collect()));
    for writer in 2..=4u8 {
        let mut entries = Vec::new();
        for _ in 0..dice.below(14) {
            let (order, job) = (1 + dice.below(ORDERS), dice.below(2));
            let event = match dice.below(10) {
                0 | 1 if !all.is_empty() => Event::Undone { order: order_id(order), entry: *dice.pick(&all) },
                2 => Event::JobPassed { order: None, job: job_id(order, job), stage: "qc".parse().unwrap() },
                3 => Event::OrderHeld { order: order_id(order), reason: "late".into(), why: None },
                4 => Event::OrderReleased { order: order_id(order) },
                5 if dice.chance(30) => Event::OrderCancelled { order: order_id(order), reason: "x".into() },
                _ => passed(order, job, dice.pick::<&str>(&STAGES)),
            };
            let made = entry(dice.bytes(), dice.below(200) as i64, "bench", vec![event]);
            all.push(made.id);
            entries.push(made);
        }
        made.push(([writer; 16], entries));
    }
    let (_, renewed) = &made[2];
    let tail = renewed[dice.below(renewed.len() + 1)..].to_vec();
    made.push(([9; 16], tail));
    made
}

/// Brings the ledgers in random pieces; the states at the end.
fn arrive(ledgers: &[Ledger], dice: &mut Dice) -> BTreeMap<String, String> {
    let folder = tempfile::tempdir().unwrap();
    let mut hub = Disk::new(folder.path(), [0xB; 16]);
    let mut here = vec![0; ledgers.len()];
    while here.iter().zip(ledgers).any(|(n, (_, entries))| *n < entries.len()) {
        let which = dice.below(ledgers.len());
        let (id, entries) = &ledgers[which];
        let from = here[which];
        let to = entries.len().min(from + 1 + dice.below(4));
        let before = if from == 0 { Digest::NONE } else { digest_of(&entries[..from]) };
        hub.upload(&upload(*id, from as u64 + 1, before, &entries[from..to])).unwrap();
        here[which] = to;
        hub.board_is_right();
    }
    let conn = hub.store().conn();
    let mut find = conn.prepare("SELECT subject, state FROM board").unwrap();
    let rows = find.query_map([], |r| Ok((r.get(0)?, r.get(1)?))).unwrap();
    rows.collect::<Result<_, _>>().unwrap()
}

#[test]
fn the_board_is_the_fold_whatever_arrives_first() {
    for seed in 0..60 {
        let mut dice = Dice(seed);
        let ledgers = ledgers(&mut dice);
        let one = arrive(&ledgers, &mut dice);
        let other = arrive(&ledgers, &mut dice);
        assert_eq!(one, other, "seed {seed}");
    }
}

#[test]
fn a_board_that_was_spoiled_is_made_again() {
    let folder = tempfile::tempdir().unwrap();
    let mut hub = Disk::new(folder.path(), [0xB; 16]);
    hub.append_with_board(&entry([1; 16], 1, "hub", vec![Event::OrderTaken(Box::new(intake(1, 1)))]));
    hub.append_with_board(&entry([2; 16], 2, "qc", vec![passed(1, 0, "qc")]));
    hub.board_is_right();
    let spoil = |hub: &mut Disk, sql: &str| hub.store().conn().execute(sql, []).unwrap();
    for sql in ["UPDATE board SET state = '{\"intake\":null}'", "DELETE FROM missed", "UPDATE due SET since = 7"] {
        spoil(&mut hub, sql);
        assert_eq!(board::verify(hub.store().conn()).unwrap(), [order_id(1)]);
        let before = board::newest(hub.store().conn()).unwrap();
        let mut writing = hub.store().begin().unwrap();
        assert_eq!(board::rebuild(&mut writing).unwrap(), 1);
        writing.commit().unwrap();
        hub.board_is_right();
        assert!(board::newest(hub.store().conn()).unwrap() > before, "the stations are told");
    }
}
