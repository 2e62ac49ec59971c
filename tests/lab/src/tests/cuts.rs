//! Power cuts: the machine is killed at random moments while six scanners read and two printers print, and what is on
//! its disk is held against what was seen outside.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::thread;
use std::time::{Duration, Instant};

use crate::report::note;
use anyhow::{Context, Result, ensure};

use crate::bench::{Bench, Lab};
use crate::chance::{again, chance};
use crate::day::{Book, Day, configuration, is_fed, plug_all};
use crate::hub::Hub;
use crate::ledger::Ledger;
use crate::shop::times_on;
use crate::vm::{Disk, Vm};
use crate::{series, write_log};

/// Cuts of a run, and of a long one.
const CUTS: usize = 25;
const CUTS_LONG: usize = 200;
/// Crash points of a run, and of a long one.
const POINTS: usize = 60;
const POINTS_LONG: usize = 200;
/// Cuts until a planted loss must be caught, and how much of it is shown.
const PLANTED_CUTS: usize = 6;
const CAUGHT_SHOWN: usize = 100;
/// Longest life after the stations have come up.
const LIFE_MAX: Duration = Duration::from_millis(4_000);
/// Longest life of a machine whose stations are still coming up.
const BIRTH_MAX: Duration = Duration::from_millis(2_500);
/// How long the day lasts whose writes are replayed.
const RECORDED: Duration = Duration::from_secs(12);
/// For the hub to get what a station holds.
const CAUGHT_UP_WITHIN: Duration = Duration::from_secs(120);

/// A folder that is gone with this value.
pub struct Folder(pub PathBuf);

impl Folder {
    /// An empty one.
    pub fn new() -> Result<Folder> {
        let path = std::env::temp_dir().join(format!("stationd-cuts-{}", std::process::id()));
        fs::remove_dir_all(&path).ok();
        fs::create_dir_all(&path)?;
        Ok(Folder(path))
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        if std::env::var_os("KEEP").is_none() {
            fs::remove_dir_all(&self.0).ok();
        }
    }
}

pub fn killed_at_random(lab: &Lab) -> Result<()> {
    let (mut random, seed) = chance();
    let folder = Folder::new()?;
    let disk = folder.0.join("disk");
    fs::copy(&lab.machine.ledger, &disk)?;
    let hub = Hub::start(&lab.host, &folder.0)?;
    let book = Mutex::new(Book::default());
    let day = Day { hub: &hub.address, book: &book, mark: &|| 0 };
    day.open()?;
    let mut bench = begin(lab, &hub, &Disk::File(disk.clone()))?;
    is_fed(&bench)?;
    bench.vm.sh("sync")?;
    bench.vm.cut();
    let cuts = series(CUTS, CUTS_LONG);
    for cut in 1..=cuts {
        let told = || format!("cut {cut} of {cuts}; {}", again(seed));
        live_and_die(lab, &hub, &day, &disk, Promise::Kept, &mut random).with_context(told)?;
        let found = autopsy(lab, &Disk::File(disk.clone()), &folder.0).with_context(told)?;
        hold(&day.book.lock().expect("a book"), &found, u64::MAX).with_context(told)?;
    }
    note!("{cuts} cuts");
    end(lab, &hub, &day, &disk, &folder.0).with_context(|| again(seed))
}

/// A bench with everything plugged in and the stations up.
fn begin(lab: &Lab, hub: &Hub, disk: &Disk) -> Result<Bench> {
    let mut bench = Bench::up(lab, disk)?;
    bench.configure(&(hub.line() + &configuration()))?;
    plug_all(&mut bench)?;
    bench.start()?;
    Ok(bench)
}

/// One life: the stations come up, everybody works, the power goes.
fn live_and_die(
    lab: &Lab,
    hub: &Hub,
    day: &Day<'_>,
    disk: &Path,
    promise: Promise,
    random: &mut fastrand::Rng,
) -> Result<()> {
    let mut bench = Bench::up(lab, &Disk::File(disk.to_owned()))?;
    bench.configure(&(hub.line() + &configuration()))?;
    plug_all(&mut bench)?;
    if promise == Promise::Broken {
        bench.plant_forgetful(lab)?;
    } else if random.u8(..5) == 0 {
        bench.vm.sh("systemctl start --no-block stationd")?;
        thread::sleep(BIRTH_MAX.mul_f64(random.f64()));
        bench.vm.cut();
        return Ok(());
    }
    bench.start()?;
    let life = LIFE_MAX.mul_f64(random.f64());
    day.work(bench, random.u64(..), |bench| {
        thread::sleep(life);
        bench.vm.cut();
    });
    Ok(())
}

/// Whether the stations wait for the disk, as they promise.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Promise {
    Kept,
    Broken,
}

pub fn a_planted_loss_is_caught(lab: &Lab) -> Result<()> {
    let (mut random, seed) = chance();
    let folder = Folder::new()?;
    let disk = folder.0.join("disk");
    fs::copy(&lab.machine.ledger, &disk)?;
    let hub = Hub::start(&lab.host, &folder.0)?;
    let book = Mutex::new(Book::default());
    let day = Day { hub: &hub.address, book: &book, mark: &|| 0 };
    day.open()?;
    for _ in 0..PLANTED_CUTS {
        live_and_die(lab, &hub, &day, &disk, Promise::Broken, &mut random)?;
        let found = autopsy(lab, &Disk::File(disk.clone()), &folder.0);
        match found.and_then(|found| hold(&book.lock().expect("a book"), &found, u64::MAX)) {
            // A torn file is a loss too.
            Err(error) => {
                note!("caught: {}", format!("{error:#}").chars().take(CAUGHT_SHOWN).collect::<String>());
                return Ok(());
            }
            Ok(()) => continue,
        }
    }
    anyhow::bail!("stations that do not wait for the disk were not caught in {PLANTED_CUTS} cuts; {}", again(seed))
}

/// What a disk holds after the kernel has mounted it again, before any station starts. None: no ledger yet.
fn autopsy(lab: &Lab, disk: &Disk, folder: &Path) -> Result<Option<Ledger>> {
    let mut vm = Vm::restore(&lab.machine, disk)?;
    vm.sh("mount -t ext4 /dev/vdb /var/lib/stationd")?;
    fetch(&mut vm, folder)
}

/// The ledger on a disk that is mounted.
pub fn fetch(vm: &mut Vm, folder: &Path) -> Result<Option<Ledger>> {
    for name in ["ledger.sqlite", "ledger.sqlite-wal"] {
        let (status, bytes) = vm.fetch(&format!("cat /var/lib/stationd/station/{name}"))?;
        let file = folder.join(name);
        fs::remove_file(&file).ok();
        if status == 0 {
            fs::write(file, bytes)?;
        }
    }
    // What an earlier look left behind belongs to another file.
    fs::remove_file(folder.join("ledger.sqlite-shm")).ok();
    let file = folder.join("ledger.sqlite");
    // Before the first commit of the first start there is no table.
    let is_born = fs::metadata(&file).is_ok_and(|file| file.len() > 0) && Ledger::is_born(&file)?;
    is_born.then(|| Ledger::own(&file)).transpose()
}

/// Every verdict that was seen before the mark is in the ledger, and nothing is in it twice.
fn hold(book: &Book, found: &Option<Ledger>, mark: u64) -> Result<()> {
    let mut times = std::collections::BTreeMap::<(&str, &str), usize>::new();
    let codes = found.iter().flat_map(Ledger::codes).filter(|(_, code)| *code != crate::day::PARK);
    codes.for_each(|scan| *times.entry(scan).or_default() += 1);
    let seen = book.seen.iter().filter(|(_, at)| **at <= mark);
    let lost: Vec<_> =
        seen.map(|((s, c), _)| (s.as_str(), c.as_str())).filter(|scan| !times.contains_key(scan)).collect();
    ensure!(lost.is_empty(), "{} verdicts were seen and are not in the ledger: {lost:?}", lost.len());
    let twice: Vec<_> = times.iter().filter(|(_, times)| **times > 1).collect();
    ensure!(twice.is_empty(), "in the ledger more than once: {twice:?}");
    Ok(())
}

/// The last life: the hub gets everything, every label has an end, none came out twice.
fn end(lab: &Lab, hub: &Hub, day: &Day<'_>, disk: &Path, folder: &Path) -> Result<()> {
    let mut bench = begin(lab, hub, &Disk::File(disk.to_owned()))?;
    let begun = Instant::now();
    let own = loop {
        bench.sees("pack-1", CAUGHT_UP_WITHIN, |page| page.contains("All scans are passed on"))?;
        let own = fetch(&mut bench.vm, folder)?.context("there is no ledger")?;
        let ended = own.events("label_ended").count();
        if ended == own.events("label_requested").count()
            && hub.copy_of(&own.id)?.is_some_and(|there| there.bytes == own.bytes)
        {
            break own;
        }
        ensure!(begun.elapsed() < CAUGHT_UP_WITHIN, "the hub or the printers did not get everything");
        thread::sleep(Duration::from_millis(200));
    };
    let mut book = day.book.lock().expect("a book");
    for (printer, paper) in &mut book.paper {
        paper.extend(bench.devices.paper(printer));
    }
    let (mut out, mut twice) = (0, Vec::new());
    for tracking in &book.tracking {
        let times: usize = book.paper.values().map(|paper| times_on(paper, tracking)).sum();
        out += times.min(1);
        twice.extend((times > 1).then_some(tracking));
    }
    ensure!(twice.is_empty(), "shipping labels came out twice without a question: {twice:?}");
    let printed = own.events("label_ended").filter(|event| event["outcome"] == "printed").count();
    ensure!(printed <= out, "{printed} labels are called printed and {out} came out");
    // A few cuts may all come before the first label.
    ensure!(out > 0 || series(CUTS, CUTS_LONG) < CUTS, "no label came out");
    ensure!(book.seen.len() > 10, "hardly anything was seen: {}", book.seen.len());
    let (scans, seen, entries) = (book.scans, book.seen.len(), own.bytes.len());
    note!("{scans} scans made, {seen} verdicts seen, {entries} entries, {out} labels out: nothing lost, nothing twice");
    Ok(())
}

pub fn replayed_with_a_volatile_cache(lab: &Lab) -> Result<()> {
    let (mut random, seed) = chance();
    let folder = Folder::new()?;
    let (disk, log) = (folder.0.join("disk"), folder.0.join("log"));
    fs::copy(&lab.machine.ledger, &disk)?;
    fs::File::create(&log)?;
    let hub = Hub::start(&lab.host, &folder.0)?;
    let book = Mutex::new(Book::default());
    let mark = || write_log::entries(&log).unwrap_or(u64::MAX);
    let day = Day { hub: &hub.address, book: &book, mark: &mark };
    day.open()?;
    let bench = begin(lab, &hub, &Disk::Logged { disk, log: log.clone() })?;
    is_fed(&bench)?;
    let began = mark();
    day.work(bench, random.u64(..), |bench| {
        thread::sleep(RECORDED);
        bench.vm.cut();
    });
    let book = book.into_inner().context("a book")?;
    let writes = write_log::read(&log)?;
    let points = series(POINTS, POINTS_LONG);
    ensure!(book.seen.len() >= 10, "hardly anything was seen: {}", book.seen.len());
    let image = folder.0.join("image");
    for point in 1..=points {
        let at = random.u64(began..=writes.len() as u64);
        let told =
            || format!("crash point {point} of {points}, after {at} of {} writes; {}", writes.len(), again(seed));
        write_log::replay(&lab.machine.ledger, &log, &writes, at as usize, &mut random, &image)?;
        let found = autopsy(lab, &Disk::File(image.clone()), &folder.0).with_context(told)?;
        hold(&book, &found, at).with_context(told)?;
    }
    note!("{} writes, {} verdicts seen, {points} crash points: nothing lost", writes.len(), book.seen.len());
    Ok(())
}
