//! Made-up shops: entries, orders and databases with little ceremony.

use std::path::{Path, PathBuf};

use stationd::floor::event::Event;
use stationd::floor::intake::{Intake, JobSpec, PackageSpec};
use stationd::floor::moment::{Moment, Wall};
use stationd::floor::route::Route;
use stationd::floor::verdict::{Say, Verdict};
use stationd::hub::board::Step;
use stationd::hub::ingest::{self, IngestError};
use stationd::ids::{EntryId, JobId, LedgerId, OperatorId, OrderId, PackageId, Seq, StageId, StationId};
use stationd::ledger::entry::{Cause, Digest, Entry};
use stationd::ledger::store::Store;
use stationd::ledger::wire::{Head, Upload};

/// Random numbers from a seed (SplitMix64, public domain).
pub struct Dice(pub u64);

impl Dice {
    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    pub fn below(&mut self, n: usize) -> usize {
        (self.next() % n as u64) as usize
    }

    pub fn chance(&mut self, percent: u64) -> bool {
        self.next() % 100 < percent
    }

    pub fn pick<'a, T>(&mut self, from: &'a [T]) -> &'a T {
        &from[self.below(from.len())]
    }

    pub fn bytes(&mut self) -> [u8; 16] {
        let mut bytes = [0; 16];
        bytes[..8].copy_from_slice(&self.next().to_be_bytes());
        bytes[8..].copy_from_slice(&self.next().to_be_bytes());
        bytes
    }
}

pub fn stage(name: &str) -> StageId {
    StageId::new(name).unwrap()
}

pub fn station(name: &str) -> StationId {
    StationId::new(name).unwrap()
}

pub fn order_id(n: usize) -> OrderId {
    OrderId::new(format!("D{n}")).unwrap()
}

pub fn job_id(order: usize, job: usize) -> JobId {
    JobId::new(format!("J{order}-{job}")).unwrap()
}

pub fn intake(order: usize, jobs: usize) -> Intake {
    let spec = |job| JobSpec {
        job: job_id(order, job),
        product: "Unisex tee".into(),
        size: "L".into(),
        colour: "navy".into(),
        places: vec!["front".into()],
        note: String::new(),
        picture: None,
        package: None,
    };
    let package = PackageId::new(format!("P{order}")).unwrap();
    Intake {
        order: order_id(order),
        number: (1000 + order).to_string(),
        channel: String::new(),
        ship_by: None,
        rush: false,
        sample: false,
        starts_at: None,
        carrier: None,
        route: Route::default(),
        jobs: (0..jobs).map(spec).collect(),
        packages: vec![PackageSpec::bare(package)],
    }
}

pub fn entry(id: [u8; 16], at: i64, where_: &str, events: Vec<Event>) -> Entry {
    Entry {
        id: EntryId::from_bytes(id),
        station: station(where_),
        at: Moment(at),
        wall: Wall { time: Moment(at), zone: 0 },
        by: OperatorId::new("O1").ok(),
        cause: Cause::Desk,
        verdict: Verdict::go(Say::Unsaid),
        events,
    }
}

pub fn passed(order: usize, job: usize, stage_name: &str) -> Event {
    Event::JobPassed { order: Some(order_id(order)), job: job_id(order, job), stage: stage(stage_name) }
}

/// A database in a folder of its own, that can be copied, lost and opened again.
pub struct Disk {
    pub folder: PathBuf,
    pub store: Option<Store>,
}

fn open(folder: &Path, ledger: [u8; 16]) -> Store {
    let store = Store::open(folder, LedgerId::from_bytes(ledger)).unwrap();
    // No power is cut here, and a sync costs more than all the rest.
    store.conn().pragma_update(None, "synchronous", "OFF").unwrap();
    store
}

impl Disk {
    pub fn new(folder: &Path, ledger: [u8; 16]) -> Disk {
        Disk { folder: folder.to_owned(), store: Some(open(folder, ledger)) }
    }

    pub fn store(&mut self) -> &mut Store {
        let folder = &self.folder;
        self.store.get_or_insert_with(|| open(folder, [0xEE; 16]))
    }

    /// As it is on disk now; the store is closed for it, so that one file holds all.
    pub fn copy(&mut self) -> Vec<u8> {
        self.store = None;
        std::fs::read(self.folder.join("ledger.sqlite")).unwrap()
    }

    pub fn put_back(&mut self, copy: &[u8]) {
        self.store = None;
        for name in ["ledger.sqlite-wal", "ledger.sqlite-shm"] {
            std::fs::remove_file(self.folder.join(name)).ok();
        }
        std::fs::write(self.folder.join("ledger.sqlite"), copy).unwrap();
    }

    pub fn append(&mut self, entry: &Entry) -> Head {
        let store = self.store();
        let mut writing = store.begin().unwrap();
        writing.append(entry).unwrap();
        writing.commit().unwrap();
        store.own().head
    }

    /// Appends as the hub does, with the board's step.
    pub fn append_with_board(&mut self, entry: &Entry) {
        let mut writing = self.store().begin().unwrap();
        let own = writing.own().n;
        let seq = writing.append(entry).unwrap();
        let mut step = Step::default();
        step.take(writing.conn(), entry, own, seq).unwrap();
        step.write(writing.conn()).unwrap();
        writing.commit().unwrap();
    }

    pub fn upload(&mut self, upload: &Upload) -> Result<Head, IngestError> {
        let mut writing = self.store().begin().map_err(IngestError::from)?;
        let head = writing.attempt(|w| ingest::upload(w, upload));
        writing.commit()?;
        head
    }

    pub fn board_is_right(&mut self) {
        let wrong = stationd::hub::board::verify(self.store().conn()).unwrap();
        assert_eq!(wrong, [], "the board is not what the entries say");
    }
}

/// An upload of entries that stand at `from` in their ledger, after `before`.
pub fn upload(ledger: [u8; 16], from: u64, before: Digest, entries: &[Entry]) -> Upload {
    let entries = entries.iter().map(|e| String::from_utf8(e.to_bytes()).unwrap()).collect();
    Upload { ledger: LedgerId::from_bytes(ledger), from: Seq(from), before, entries }
}

pub fn digest_of(entries: &[Entry]) -> Digest {
    entries.iter().fold(Digest::NONE, |digest, entry| digest.after(&entry.to_bytes()))
}
