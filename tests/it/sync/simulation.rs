//! A small shop in a bottle: three stations and a hub on real databases, a road between them that loses and doubles,
//! disks that are put back from copies. After healing, everything that a station has is at the hub, once.

use std::collections::{BTreeSet, HashMap};

use stationd::floor::event::Event;
use stationd::hub::hello::hello;
use stationd::hub::ingest::{self, IngestError};
use stationd::hub::{board, feed};
use stationd::ids::{LedgerId, Seq};
use stationd::ledger::entry::{Digest, Entry};
use stationd::ledger::foreign;
use stationd::ledger::orders;
use stationd::ledger::read::entries_after;
use stationd::ledger::wire::{FeedQuery, Hello, Refused, Served};
use stationd::uplink::climb::{Climb, Next, Role};
use stationd::uplink::reads::{Mine, batch, compare, ledgers, stand};

use super::made::{Dice, Disk, entry, intake, job_id, order_id, passed, stage, station};

const ORDERS: usize = 6;
const STATIONS: usize = 3;
const TURNS: usize = 120;

/// Lost on the way: the station knows nothing.
struct Lost;

struct Shop {
    dice: Dice,
    hub: Disk,
    benches: Vec<Disk>,
    copies: HashMap<usize, Vec<u8>>,
    now: i64,
    orders: usize,
    /// Percent of requests, and of answers, that are lost; and of requests that arrive twice.
    lossy: u64,
}

const HUB: usize = 99;

impl Shop {
    fn new(seed: u64, folder: &std::path::Path) -> Shop {
        let bench = |n: usize| Disk::new(&folder.join(format!("bench{n}")), [n as u8 + 1; 16]);
        Shop {
            dice: Dice(seed),
            hub: Disk::new(&folder.join("hub"), [0xB0; 16]),
            benches: (0..STATIONS).map(bench).collect(),
            copies: HashMap::new(),
            now: 1_000,
            orders: 0,
            lossy: 25,
        }
    }

    fn turn(&mut self, restores: bool) {
        self.now += 1 + self.dice.below(50) as i64;
        let bench = self.dice.below(STATIONS);
        match self.dice.below(20) {
            0..=8 => self.scan(bench),
            9..=13 => drop(self.sync(bench)),
            14..=15 => drop(self.follow(bench)),
            16 if self.orders < ORDERS => {
                self.orders += 1;
                let taken = Event::OrderTaken(Box::new(intake(self.orders, 2)));
                self.at_hub(taken);
            }
            17 => {
                let held =
                    Event::OrderHeld { order: order_id(1 + self.dice.below(ORDERS)), reason: "x".into(), why: None };
                self.at_hub(held);
            }
            18 if restores => {
                let which = if self.dice.chance(30) { HUB } else { bench };
                let disk = if which == HUB { &mut self.hub } else { &mut self.benches[bench] };
                self.copies.insert(which, disk.copy());
            }
            19 if restores && self.dice.chance(50) => {
                let which = if self.dice.chance(30) { HUB } else { bench };
                if let Some(copy) = self.copies.get(&which) {
                    let disk = if which == HUB { &mut self.hub } else { &mut self.benches[bench] };
                    disk.put_back(copy);
                }
            }
            // A crash: what was committed is there when the store is opened again.
            _ => self.benches[bench].store = None,
        }
    }

    fn at_hub(&mut self, event: Event) {
        let id = self.dice.bytes();
        self.hub.append_with_board(&entry(id, self.now, "hub", vec![event]));
    }

    fn scan(&mut self, bench: usize) {
        let (order, job) = (1 + self.dice.below(ORDERS), self.dice.below(2));
        let known = orders::order(self.benches[bench].store().conn(), &order_id(order)).unwrap();
        let event = match known {
            Some(_) => passed(order, job, self.dice.pick::<&str>(&["preproduction", "print", "qc", "pack"])),
            None => Event::JobPassed { order: None, job: job_id(order, job), stage: stage("qc") },
        };
        // Clocks differ by hours, and step.
        let at = self.now + [0, 7_200, -7_200][bench] + self.dice.below(30) as i64;
        let id = self.dice.bytes();
        let where_ = format!("B{bench}");
        self.benches[bench].append(&entry(id, at, &where_, vec![event]));
    }

    fn road(&mut self) -> Result<(), Lost> {
        let lossy = self.lossy;
        if self.dice.chance(lossy) { Err(Lost) } else { Ok(()) }
    }

    /// The station says hello; the answer may be lost.
    fn hello(&mut self, bench: usize, mine: &Mine) -> Result<stationd::ledger::wire::HeadReply, Lost> {
        self.road()?;
        let (_, seen) = stand(self.benches[bench].store().conn()).unwrap();
        let served = Served { station: station(&format!("B{bench}")), stages: vec![stage("qc")] };
        let now = stationd::floor::moment::Moment(self.now);
        let said = Hello {
            ledger: mine.id,
            stations: vec![served],
            last: mine.head.seq,
            oldest: mine.oldest,
            now,
            settled: now,
            seen,
        };
        let fresh = self.dice.bytes();
        let mut writing = self.hub.store().begin().unwrap();
        let (reply, _) = hello(&mut writing, &said, now, &mut || LedgerId::from_bytes(fresh)).unwrap();
        writing.commit().unwrap();
        self.road()?;
        let mut writing = self.benches[bench].store().begin().unwrap();
        foreign::set_seen(&mut writing, &reply.hub).unwrap();
        writing.commit().unwrap();
        Ok(reply)
    }

    fn mine(&mut self, bench: usize, role: Role, only: Option<LedgerId>) -> Mine {
        let all = ledgers(self.benches[bench].store().conn(), role).unwrap();
        all.into_iter().find(|m| only.is_none_or(|id| id == m.id)).unwrap()
    }

    /// One contact of a station, as the network driver does it. True: in step.
    fn sync(&mut self, bench: usize) -> Result<(), Lost> {
        self.climb(bench, Role::Written, None)?;
        for mine in ledgers(self.benches[bench].store().conn(), Role::Ended).unwrap() {
            self.climb(bench, Role::Ended, Some(mine.id))?;
        }
        Ok(())
    }

    fn climb(&mut self, bench: usize, role: Role, only: Option<LedgerId>) -> Result<(), Lost> {
        let mut climb = Climb::new(role);
        for _ in 0..500 {
            let mine = self.mine(bench, role, only);
            match climb.next() {
                Next::InStep | Next::Lost => return Ok(()),
                Next::Hello => {
                    let head = self.hello(bench, &mine)?.head;
                    let conn = self.benches[bench].store().conn();
                    climb = compare(conn, &mine, climb, |climb, side| climb.head(side, head)).unwrap();
                }
                Next::Send { after } => {
                    let conn = self.benches[bench].store().conn();
                    let mut upload = batch(conn, &mine, after).unwrap().unwrap();
                    let most = 1 + self.dice.below(5);
                    upload.entries.truncate(most);
                    self.road()?;
                    let twice = self.dice.chance(20);
                    let mut answer = self.hub.upload(&upload);
                    if twice {
                        answer = self.hub.upload(&upload);
                    }
                    self.road()?;
                    let head = match answer {
                        Ok(head) => head,
                        Err(IngestError::Refused(Refused::Gap { head } | Refused::Divergence { head })) => head,
                        Err(error) => panic!("{error:?}"),
                    };
                    let conn = self.benches[bench].store().conn();
                    climb = compare(conn, &mine, climb, |climb, side| climb.head(side, head)).unwrap();
                }
                Next::Ask { seq } => {
                    self.road()?;
                    let digest = ingest::digest(self.hub.store().conn(), mine.id, seq).unwrap();
                    let conn = self.benches[bench].store().conn();
                    climb = compare(conn, &mine, climb, |climb, side| climb.digest(side, digest)).unwrap();
                }
                Next::TakeBack { after } => {
                    self.road()?;
                    let tail = ingest::tail(self.hub.store().conn(), mine.id, after.seq).unwrap().unwrap();
                    assert_eq!((tail.from, tail.before), (after.seq.next(), after.digest));
                    let mut writing = self.benches[bench].store().begin().unwrap();
                    writing.take_back(&tail.entries).unwrap();
                    writing.commit().unwrap();
                    climb.again();
                }
                Next::Renew { fork } => {
                    let fresh = LedgerId::from_bytes(self.dice.bytes());
                    let mut writing = self.benches[bench].store().begin().unwrap();
                    writing.renew(fork, fresh).unwrap();
                    writing.commit().unwrap();
                    climb.again();
                }
            }
        }
        panic!("hub and station do not come to an end");
    }

    /// One page of the feed.
    fn follow(&mut self, bench: usize) -> Result<bool, Lost> {
        self.road()?;
        let (position, _) = stand(self.benches[bench].store().conn()).unwrap();
        let query = FeedQuery { epoch: position.map(|p| p.epoch), rev: position.map_or(0, |p| p.rev), wait: 0 };
        let page = feed::page(self.hub.store().conn(), &query).unwrap();
        self.road()?;
        let mut writing = self.benches[bench].store().begin().unwrap();
        foreign::take(&mut writing, &page).unwrap();
        writing.commit().unwrap();
        Ok(page.more)
    }

    fn heal(&mut self) {
        self.lossy = 0;
        // Twice: the first contact may show that the hub was restored.
        for _ in 0..2 {
            for bench in 0..STATIONS {
                assert!(self.sync(bench).is_ok());
            }
        }
        for bench in 0..STATIONS {
            while self.follow(bench).is_ok_and(|more| more) {}
        }
    }
}

/// Every entry of a database with the ledger that it stands in, gapless and vouched for by its digests.
fn entries(disk: &mut Disk, roles: &str) -> Vec<Entry> {
    let conn = disk.store().conn();
    let mut find = conn.prepare(&format!("SELECT n, seq, digest FROM ledger WHERE role IN ({roles})")).unwrap();
    let ledgers = find.query_map([], |r| Ok((r.get(0)?, r.get(1)?, r.get(2)?))).unwrap();
    let mut all = Vec::new();
    for ledger in ledgers {
        let (row, last, digest): (i64, u64, [u8; 32]) = ledger.unwrap();
        let mut chained = Digest::NONE;
        let entries = entries_after(conn, row, Seq::NONE, usize::MAX, usize::MAX).unwrap();
        assert_eq!(entries.len() as u64, last, "a ledger is gapless");
        for (n, (seq, bytes)) in entries.iter().enumerate() {
            assert_eq!(seq.0, n as u64 + 1);
            chained = chained.after(bytes.as_bytes());
            all.push(Entry::from_bytes(bytes.as_bytes()).unwrap());
        }
        assert_eq!(chained.0, digest, "the digest vouches for a ledger");
    }
    all
}

fn check(seed: u64, restores: bool) {
    let folder = tempfile::tempdir().unwrap();
    let mut shop = Shop::new(seed, folder.path());
    for _ in 0..TURNS {
        shop.turn(restores);
    }
    shop.heal();
    let at_hub: BTreeSet<_> = entries(&mut shop.hub, "0, 1, 2").into_iter().map(|e| e.id).collect();
    for bench in 0..STATIONS {
        for entry in entries(&mut shop.benches[bench], "1, 2") {
            assert!(at_hub.contains(&entry.id), "seed {seed}: bench {bench} has {} and the hub does not", entry.id);
        }
    }
    assert_eq!(board::verify(shop.hub.store().conn()).unwrap(), [], "seed {seed}");
    for n in 1..=ORDERS {
        let order = order_id(n);
        let history = orders::history(shop.hub.store().conn(), &order).unwrap();
        let ids: BTreeSet<_> = history.iter().map(|e| e.id).collect();
        assert_eq!(ids.len(), history.len(), "seed {seed}: an entry counts once");
        // An order that a restored hub lost must come in again; its scans wait.
        if board::state(shop.hub.store().conn(), &order).unwrap().is_none_or(|o| o.intake.is_none()) {
            continue;
        }
        for bench in 0..STATIONS {
            let here = orders::order(shop.benches[bench].store().conn(), &order).unwrap();
            let there = orders::order(shop.hub.store().conn(), &order).unwrap();
            assert_eq!(here, there, "seed {seed}: bench {bench} and hub agree on {order}");
        }
    }
}

#[test]
fn a_road_that_loses_and_doubles_loses_nothing_in_the_end() {
    for seed in 0..25 {
        check(seed, false);
    }
}

#[test]
fn disks_that_are_put_back_from_copies_lose_nothing_that_a_station_still_has() {
    for seed in 1_000..1_030 {
        check(seed, true);
    }
}
