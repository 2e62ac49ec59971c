//! What the stations are told.

use stationd::floor::event::Event;
use stationd::hub::feed::page;
use stationd::ids::{LedgerId, OrderId};
use stationd::ledger::attachment;
use stationd::ledger::foreign;
use stationd::ledger::wire::{FeedQuery, PAGE_SUBJECTS_MAX, Page};

use super::made::{Disk, entry, intake, job_id, order_id, passed};

fn at(n: usize) -> [u8; 16] {
    let mut id = [0; 16];
    id[..8].copy_from_slice(&(n as u64).to_be_bytes());
    id
}

fn hub(orders: usize) -> (tempfile::TempDir, Disk) {
    let folder = tempfile::tempdir().unwrap();
    let mut hub = Disk::new(&folder.path().join("hub"), [0xB; 16]);
    for n in 1..=orders {
        hub.append_with_board(&entry(at(n), n as i64, "hub", vec![Event::OrderTaken(Box::new(intake(n, 1)))]));
    }
    (folder, hub)
}

fn ask(hub: &mut Disk, epoch: Option<LedgerId>, rev: u64) -> Page {
    page(hub.store().conn(), &FeedQuery { epoch, rev, wait: 0 }).unwrap()
}

#[test]
fn pages_hold_sixty_four_subjects_and_end() {
    let (_folder, mut hub) = hub(150);
    let mut sizes = Vec::new();
    let (mut epoch, mut rev) = (None, 0);
    loop {
        let page = ask(&mut hub, epoch, rev);
        sizes.push((page.subjects.len(), page.more));
        (epoch, rev) = (Some(page.epoch), page.rev);
        if !page.more {
            break;
        }
    }
    assert_eq!(sizes, [(PAGE_SUBJECTS_MAX, true), (PAGE_SUBJECTS_MAX, true), (22, false)]);
    assert_eq!(ask(&mut hub, epoch, rev).subjects, []);
}

#[test]
fn a_subject_is_whole_byte_for_byte_and_names_what_must_be_fetched() {
    let (_folder, mut hub) = hub(1);
    let mut with_picture = intake(2, 1);
    let (here, gone) = ("00000000-0000-4000-8000-000000000001", "00000000-0000-4000-8000-000000000002");
    with_picture.jobs[0].picture = Some(here.parse().unwrap());
    with_picture.packages[0].document = Some(gone.parse().unwrap());
    attachment::put(hub.store().conn(), here.parse().unwrap(), "image/png", b"png").unwrap();
    let taken = entry(at(50), 50, "hub", vec![Event::OrderTaken(Box::new(with_picture))]);
    let scan = entry(at(51), 51, "qc", vec![passed(2, 0, "qc")]);
    hub.append_with_board(&taken);
    hub.append_with_board(&scan);
    let page = ask(&mut hub, None, 0);
    let subject = &page.subjects[1];
    let bytes: Vec<&[u8]> = subject.entries.iter().map(|e| e.bytes.as_bytes()).collect();
    assert_eq!(bytes, [taken.to_bytes(), scan.to_bytes()]);
    assert_eq!(subject.attachments, [here.parse().unwrap()]);
}

#[test]
fn another_epoch_and_a_revision_that_is_not_here_begin_from_the_beginning() {
    let (_folder, mut hub) = hub(3);
    let first = ask(&mut hub, None, 0);
    assert_eq!(first.subjects.len(), 3);
    assert_eq!(ask(&mut hub, Some(LedgerId::from_bytes([7; 16])), first.rev).subjects.len(), 3);
    assert_eq!(ask(&mut hub, Some(first.epoch), first.rev + 1).subjects.len(), 3);
    assert_eq!(ask(&mut hub, Some(first.epoch), first.rev).subjects.len(), 0);
}

#[test]
fn scans_of_a_job_that_nobody_knows_are_not_fed_until_its_order_comes() {
    let (_folder, mut hub) = hub(0);
    let stage = "qc".parse().unwrap();
    let scan = Event::JobPassed { order: None, job: job_id(1, 0), stage };
    hub.append_with_board(&entry(at(7), 7, "qc", vec![scan]));
    assert_eq!(ask(&mut hub, None, 0).subjects, []);
    hub.append_with_board(&entry(at(8), 5, "hub", vec![Event::OrderTaken(Box::new(intake(1, 1)))]));
    let page = ask(&mut hub, None, 0);
    assert_eq!((page.subjects.len(), page.subjects[0].entries.len()), (1, 2));
    hub.board_is_right();
}

#[test]
fn a_station_that_took_every_page_knows_what_the_hub_knows() {
    let (folder, mut hub) = hub(70);
    let mut bench = Disk::new(&folder.path().join("bench"), [0xA; 16]);
    let mut follow = |hub: &mut Disk| loop {
        let position = foreign::position(bench.store().conn()).unwrap();
        let page = ask(hub, position.map(|p| p.epoch), position.map_or(0, |p| p.rev));
        let mut writing = bench.store().begin().unwrap();
        foreign::take(&mut writing, &page).unwrap();
        writing.commit().unwrap();
        if !page.more {
            let state =
                |disk: &mut Disk, order: &OrderId| stationd::ledger::orders::order(disk.store().conn(), order).unwrap();
            for n in 1..=70 {
                assert_eq!(state(&mut bench, &order_id(n)), state(hub, &order_id(n)));
            }
            break;
        }
    };
    follow(&mut hub);
    hub.append_with_board(&entry(at(100), 100, "qc", vec![passed(3, 0, "qc")]));
    follow(&mut hub);
    let mut writing = hub.store().begin().unwrap();
    writing.renew("70".parse::<u64>().map(stationd::ids::Seq).unwrap(), LedgerId::from_bytes([0xD; 16])).unwrap();
    writing.commit().unwrap();
    follow(&mut hub);
}
