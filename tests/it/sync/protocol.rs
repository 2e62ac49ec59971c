//! What the hub takes and what it refuses.

use std::sync::atomic::{AtomicU8, Ordering};

use stationd::floor::moment::Moment;
use stationd::hub::hello::{hello, restored};
use stationd::hub::ingest::{self, IngestError};
use stationd::ids::{LedgerId, Seq};
use stationd::ledger::entry::{Digest, Entry};
use stationd::ledger::wire::{Head, HeadReply, Hello, Refused, Seen, Served, UPLOAD_ENTRIES_MAX, Upload};

use super::made::{Disk, digest_of, entry, intake, passed, stage, station, upload};
use stationd::floor::event::Event;

const A: [u8; 16] = [0xA; 16];

fn entries(n: u8) -> Vec<Entry> {
    (1..=n).map(|i| entry([i; 16], i64::from(i), "qc", vec![passed(1, 0, "qc")])).collect()
}

fn hub() -> (tempfile::TempDir, Disk) {
    let folder = tempfile::tempdir().unwrap();
    let disk = Disk::new(folder.path(), [0xB; 16]);
    (folder, disk)
}

/// Uploads what is asked one after the other; each answer as text.
fn check(uploads: &[Upload]) -> Vec<String> {
    let (_folder, mut hub) = hub();
    let say = |result: Result<Head, IngestError>| match result {
        Ok(head) => format!("head {}", head.seq),
        Err(IngestError::Refused(Refused::Gap { head })) => format!("gap after {}", head.seq),
        Err(IngestError::Refused(Refused::Divergence { head })) => format!("divergence, head {}", head.seq),
        Err(IngestError::Refused(Refused::Malformed { seq })) => format!("malformed {seq}"),
        Err(error) => panic!("{error:?}"),
    };
    let answers = uploads.iter().map(|u| say(hub.upload(u))).collect();
    hub.board_is_right();
    let count: i64 = hub.store().conn().query_row("SELECT count(*) FROM entry", [], |r| r.get(0)).unwrap();
    let head = ingest::head(hub.store().conn(), LedgerId::from_bytes(A)).unwrap();
    assert_eq!(count as u64, head.seq.0, "the ledger has no gap");
    answers
}

#[test]
fn a_repeat_changes_nothing_and_an_overlap_is_compared() {
    let all = entries(5);
    let first = upload(A, 1, Digest::NONE, &all[..3]);
    let overlap = upload(A, 2, digest_of(&all[..1]), &all[1..]);
    assert_eq!(check(&[first.clone(), first.clone(), overlap, first]), ["head 3", "head 3", "head 5", "head 5"]);
}

#[test]
fn a_gap_is_refused() {
    let all = entries(5);
    let first = upload(A, 1, Digest::NONE, &all[..2]);
    let later = upload(A, 4, digest_of(&all[..3]), &all[3..]);
    assert_eq!(check(&[later.clone(), first, later]), ["gap after 0", "head 2", "gap after 2"]);
}

#[test]
fn another_history_in_the_same_place_is_divergence() {
    let all = entries(4);
    let mut others = entries(4);
    others[2].at = Moment(99);
    let first = upload(A, 1, Digest::NONE, &all[..3]);
    let repeat = upload(A, 1, Digest::NONE, &others);
    let overlap = upload(A, 3, digest_of(&all[..2]), &others[2..]);
    let after = upload(A, 4, digest_of(&others[..3]), &others[3..]);
    let told = "divergence, head 3";
    assert_eq!(check(&[first, repeat, overlap, after]), ["head 3", told, told, told]);
}

#[test]
fn what_is_no_entry_is_refused_with_all_that_came_with_it() {
    let all = entries(3);
    let mut bad = upload(A, 1, Digest::NONE, &all);
    bad.entries[1] = "{}".into();
    let mut empty_place = upload(A, 1, Digest::NONE, &all);
    empty_place.from = Seq(0);
    let mut many = upload(A, 1, Digest::NONE, &all[..1]);
    many.entries = vec![many.entries[0].clone(); UPLOAD_ENTRIES_MAX + 1];
    let mut huge = upload(A, 1, Digest::NONE, &all[..1]);
    huge.entries[0] = format!("{}{}", huge.entries[0], " ".repeat(4 << 20));
    let none = upload(A, 1, Digest::NONE, &[]);
    assert_eq!(
        check(&[bad, empty_place, many, huge, none]),
        ["malformed 2", "malformed 0", "malformed 501", "malformed 1", "head 0"]
    );
}

#[test]
fn nobody_writes_into_the_hubs_own_ledger() {
    assert_eq!(check(&[upload([0xB; 16], 1, Digest::NONE, &entries(1))]), ["divergence, head 0"]);
}

#[test]
fn a_tail_and_a_digest_are_given_back_as_they_came() {
    let (_folder, mut hub) = hub();
    let all = entries(4);
    hub.upload(&upload(A, 1, Digest::NONE, &all)).unwrap();
    let (conn, a) = (hub.store().conn(), LedgerId::from_bytes(A));
    assert_eq!(ingest::digest(conn, a, Seq(2)).unwrap(), Some(digest_of(&all[..2])));
    assert_eq!(ingest::digest(conn, a, Seq(5)).unwrap(), None);
    let tail = ingest::tail(conn, a, Seq(2)).unwrap().unwrap();
    assert_eq!(tail, upload(A, 3, digest_of(&all[..2]), &all[2..]));
}

fn said(last: u64, settled: i64, seen: Option<Seen>) -> Hello {
    Hello {
        ledger: LedgerId::from_bytes(A),
        stations: vec![Served { station: station("QC-1"), stages: vec![stage("qc")] }],
        last: Seq(last),
        oldest: Seq(1),
        now: Moment(5),
        settled: Moment(settled),
        seen,
    }
}

fn contact(hub: &mut Disk, hello_: &Hello) -> HeadReply {
    static FRESH: AtomicU8 = AtomicU8::new(0x10);
    let mut writing = hub.store().begin().unwrap();
    let mut make = || LedgerId::from_bytes([FRESH.fetch_add(1, Ordering::Relaxed); 16]);
    let (reply, _) = hello(&mut writing, hello_, Moment(100), &mut make).unwrap();
    writing.commit().unwrap();
    reply
}

#[test]
fn a_station_is_settled_only_up_to_what_is_here() {
    let (_folder, mut hub) = hub();
    let settled = |hub: &mut Disk| -> i64 {
        hub.store().conn().query_row("SELECT settled FROM station WHERE name = 'QC-1'", [], |r| r.get(0)).unwrap()
    };
    contact(&mut hub, &said(2, 70, None));
    assert_eq!(settled(&mut hub), 0);
    hub.upload(&upload(A, 1, Digest::NONE, &entries(2))).unwrap();
    contact(&mut hub, &said(2, 80, None));
    assert_eq!(settled(&mut hub), 80);
    contact(&mut hub, &said(3, 90, None));
    assert_eq!(settled(&mut hub), 80);
}

#[test]
fn a_hub_that_was_restored_begins_a_new_ledger_once() {
    let (_folder, mut hub) = hub();
    let order = |n: usize| entry([n as u8; 16], n as i64, "hub", vec![Event::OrderTaken(Box::new(intake(n, 1)))]);
    hub.append_with_board(&order(1));
    let told = contact(&mut hub, &said(0, 0, None)).hub;
    assert_eq!(contact(&mut hub, &said(0, 0, Some(told))).hub, told);
    let copy = hub.copy();
    hub.append_with_board(&order(2));
    let lost = contact(&mut hub, &said(0, 0, Some(told))).hub;
    hub.put_back(&copy);
    hub.append_with_board(&order(3));

    let renewed = contact(&mut hub, &said(0, 0, Some(lost))).hub;
    assert_ne!(renewed.ledger, told.ledger);
    assert_eq!(renewed.head.seq, Seq(1), "what was written since is in the new ledger");
    let old = ingest::head(hub.store().conn(), told.ledger).unwrap();
    assert_eq!(old, told.head, "the old ledger ends where both agree");
    assert_eq!(contact(&mut hub, &said(0, 0, Some(lost))).hub, renewed);
    assert_eq!(contact(&mut hub, &said(0, 0, Some(renewed))).hub, renewed);
    let facts = restored(hub.store().conn()).unwrap();
    assert_eq!((facts.len(), facts[0].seen, facts[0].fork), (1, lost, told.head.seq));
    hub.board_is_right();

    // Restored once more, from before the renewal: now even the ledger's name is unknown.
    hub.put_back(&copy);
    let again = contact(&mut hub, &said(0, 0, Some(renewed))).hub;
    assert!(again.ledger != renewed.ledger && again.ledger != told.ledger);
    assert_eq!(contact(&mut hub, &said(0, 0, Some(renewed))).hub, again);
}
