//! A scan, from its bytes to the verdict with the commit on disk, beside the bare cost of one `fdatasync`.
//!
//! divan shows each alone; then both are interleaved in one loop and the ratio is printed, because disks drift.
//! A run whose floor is noisy (its 99th percentile over three times its median) says so and is void.

use std::fs::File;
use std::os::unix::fs::FileExt;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use stationd::catalog;
use stationd::code::Codebook;
use stationd::code::own::{self, Kind};
use stationd::floor::moment::{Moment, Wall};
use stationd::ids::{ScannerId, StageId, StationId};
use stationd::scan::Heard;
use stationd::scan::frame::{Frame, Framing};
use stationd::station::input::Input;
use stationd::station::run::{self, Handle};
use stationd::station::setup::{Bench, Setup};

/// Pairs of the interleaved run.
const PAIRS: usize = 1_000;
/// What the floor writes: one page.
const PAGE: usize = 4096;

fn main() {
    divan::main();
    if std::env::args().any(|a| a == "--bench") {
        interleaved();
    }
}

/// The floor: one page overwritten in place and synced.
struct Floor {
    file: File,
    page: Vec<u8>,
}

impl Floor {
    fn new(folder: &Path) -> Floor {
        let file = File::create(folder.join("floor")).expect("a file");
        let floor = Floor { file, page: vec![7; PAGE] };
        floor.sync();
        floor
    }

    fn sync(&self) {
        self.file.write_all_at(&self.page, 0).expect("a write");
        self.file.sync_data().expect("a sync");
    }
}

/// A QC bench that has never heard of the jobs it scans.
struct Shop {
    handle: Handle,
    frame: Frame,
    scanned: u64,
    heard: Vec<Heard>,
}

impl Shop {
    fn new(folder: &Path) -> Shop {
        let name = StationId::new("qc").expect("a name");
        let stages = vec![StageId::new("qc").expect("a name")];
        let bench = Bench::of(name, stages);
        let codes = Codebook::new(catalog::carriers::load(&[]).expect("carriers"), Vec::new());
        let clock = || {
            let now = Moment::of(jiff::Timestamp::now());
            Wall { time: now, zone: 0 }
        };
        let (folder, codes, clock) = (folder.join("station"), Arc::new(codes), Arc::new(clock));
        let setup = Setup { folder, stations: vec![bench], codes, clock, hub: false, wiring: Default::default() };
        let (handle, _thread) = run::start(setup).expect("a station");
        Shop { handle, frame: Frame::new(Framing::default()), scanned: 0, heard: Vec::new() }
    }

    /// Bytes of one scan in; returns when the verdict is out, after the commit.
    fn scan(&mut self) {
        self.scanned += 1;
        let bytes = own::make(Kind::Job, self.scanned) + "\r";
        self.heard.clear();
        self.frame.feed(bytes.as_bytes(), Duration::from_secs(self.scanned), &mut self.heard);
        let heard = self.heard.pop().expect("a scan");
        let before = self.handle.views[0].1.borrow_and_update().recent.first().map(|s| s.entry);
        let station = self.handle.views[0].0.clone();
        let scanner = ScannerId::new("bench").expect("a name");
        self.handle.inputs.try_send(Input::Heard { station, scanner, heard }).expect("room");
        let views = &mut self.handle.views[0].1;
        while views.borrow_and_update().recent.first().map(|s| s.entry) == before {
            std::hint::spin_loop();
        }
    }
}

#[divan::bench(sample_count = 200)]
fn fdatasync_of_one_page(bencher: divan::Bencher<'_, '_>) {
    let folder = folder();
    let floor = Floor::new(folder.path());
    bencher.bench_local(|| floor.sync());
}

#[divan::bench(sample_count = 200)]
fn scan_to_verdict(bencher: divan::Bencher<'_, '_>) {
    let folder = folder();
    let mut shop = Shop::new(folder.path());
    bencher.bench_local(|| shop.scan());
}

/// A folder on the disk under test, not in memory.
fn folder() -> tempfile::TempDir {
    tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).expect("a folder")
}

fn interleaved() {
    let folder = folder();
    let (floor, mut shop) = (Floor::new(folder.path()), Shop::new(folder.path()));
    let (mut bare, mut scans) = (Vec::with_capacity(PAIRS), Vec::with_capacity(PAIRS));
    for _ in 0..PAIRS {
        let began = Instant::now();
        floor.sync();
        bare.push(began.elapsed());
        let began = Instant::now();
        shop.scan();
        scans.push(began.elapsed());
    }
    bare.sort();
    scans.sort();
    let at = |all: &[Duration], percent: usize| all[(all.len() - 1) * percent / 100];
    let void = at(&bare, 99) > at(&bare, 50) * 3;
    println!("\n{PAIRS} interleaved pairs{}", if void { "; VOID: the floor is noisy" } else { "" });
    for percent in [50, 90, 99] {
        let (b, s) = (at(&bare, percent), at(&scans, percent));
        println!(
            "p{percent}: fdatasync {b:>9.1?}   scan to verdict {s:>9.1?}   ratio {:.2}",
            s.as_secs_f64() / b.as_secs_f64()
        );
    }
}
