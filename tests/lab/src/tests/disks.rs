//! A disk that is full, read-only or broken, and a clock that jumps: red instead of green, and all that was green stays.

use std::time::Duration;

use anyhow::{Context, Result, ensure};

use crate::bench::{Bench, Lab, greens};
use crate::codes::job;
use crate::devices::KEYBOARD;
use crate::ledger::Ledger;
use crate::tests::cuts::{Folder, fetch};
use crate::tests::scanners::{configuration, line};
use crate::vm::Disk;

const SEEN_WITHIN: Duration = Duration::from_secs(20);

fn bench(lab: &Lab) -> Result<Bench> {
    let mut bench = Bench::up(lab, &Disk::Empty)?;
    bench.configure(&configuration(&[("keys", line(KEYBOARD, &KEYBOARD.path(0)))]))?;
    bench.plug("keys", KEYBOARD, 0)?;
    Ok(bench)
}

/// A scan while the disk is in trouble: said to be unsafe, not green.
fn refused(bench: &Bench, code: &str) -> Result<()> {
    bench.devices.scan("keys", code)?;
    bench.sees("keys", SEEN_WITHIN, |page| {
        page.contains("NOT saved") && !greens(page).any(|line| line.contains(code))
    })?;
    Ok(())
}

fn accepted(bench: &Bench, code: &str) -> Result<()> {
    bench.devices.scan("keys", code)?;
    bench.green("keys", code).map(drop)
}

/// What was green is in the ledger once, what was red is not.
fn settle(bench: &mut Bench, green: &[u64], red: &[u64]) -> Result<Ledger> {
    let folder = Folder::new()?;
    let ledger = fetch(&mut bench.vm, &folder.0)?.context("there is no ledger")?;
    let times = |number: &u64| ledger.codes().filter(|(_, code)| *code == job(*number)).count();
    ensure!(
        green.iter().all(|number| times(number) == 1),
        "of the green ones, {:?} times",
        green.iter().map(times).collect::<Vec<_>>()
    );
    ensure!(red.iter().all(|number| times(number) == 0), "what was refused is in the ledger");
    Ok(ledger)
}

pub fn full(lab: &Lab) -> Result<()> {
    let mut bench = bench(lab)?;
    bench.start()?;
    bench.opened(1)?;
    accepted(&bench, &job(1))?;
    // Not even what is kept for root is left.
    bench.vm.sh("cat /dev/zero >/var/lib/stationd/filler 2>/dev/null; sync; true")?;
    let mut red = Vec::new();
    // What the file has already allocated may hold a few more.
    let mut green = vec![1];
    for number in 2..400 {
        bench.devices.scan("keys", &job(number))?;
        let is_green = |page: &str| greens(page).any(|line| line.contains(&job(number)));
        bench.sees("keys", SEEN_WITHIN, |page| page.contains("NOT saved") || is_green(page))?;
        if bench.page("keys")?.contains("NOT saved") {
            red.push(number);
            break;
        }
        green.push(number);
    }
    ensure!(!red.is_empty(), "the disk was never full");
    bench.vm.sh("rm /var/lib/stationd/filler; sync")?;
    accepted(&bench, &job(1000))?;
    green.push(1000);
    settle(&mut bench, &green, &red).map(drop)
}

pub fn read_only(lab: &Lab) -> Result<()> {
    let mut bench = bench(lab)?;
    bench.start()?;
    bench.opened(1)?;
    accepted(&bench, &job(1))?;
    // As the kernel does it to a file system that it no more trusts; a remount by hand waits for the stations to stop.
    bench.vm.sh("mount -o remount,errors=remount-ro /var/lib/stationd; echo 1 >/sys/fs/ext4/vdb/trigger_fs_error")?;
    refused(&bench, &job(2))?;
    bench.vm.sh("systemctl stop stationd; umount /var/lib/stationd; e2fsck -p /dev/vdb; mount -t ext4 /dev/vdb /var/lib/stationd")?;
    bench.start()?;
    bench.opened(1)?;
    accepted(&bench, &job(3))?;
    settle(&mut bench, &[1, 3], &[2]).map(drop)
}

pub fn broken(lab: &Lab) -> Result<()> {
    let mut bench = bench(lab)?;
    let table = |kind: &str| format!("0 $(blockdev --getsz /dev/vdb) {kind}");
    let load = |kind: &str| {
        format!(
            "dmsetup suspend --noflush --nolockfs ledger && dmsetup load ledger --table \"{}\" && dmsetup resume ledger",
            table(kind)
        )
    };
    bench.vm.sh(&format!(
        "umount /var/lib/stationd; dmsetup create ledger --table \"{}\" && mount /dev/mapper/ledger /var/lib/stationd",
        table("linear /dev/vdb 0")
    ))?;
    bench.start()?;
    bench.opened(1)?;
    accepted(&bench, &job(1))?;
    bench.vm.sh(&load("flakey /dev/vdb 0 0 1 1 error_writes"))?;
    refused(&bench, &job(2))?;
    // The disk is well again; its file system has to be mounted anew.
    bench.vm.sh(&load("linear /dev/vdb 0"))?;
    bench.vm.sh("systemctl stop stationd; umount /var/lib/stationd && mount /dev/mapper/ledger /var/lib/stationd")?;
    bench.start()?;
    bench.opened(1)?;
    accepted(&bench, &job(3))?;
    settle(&mut bench, &[1, 3], &[2]).map(drop)
}

pub fn clock_jumps(lab: &Lab) -> Result<()> {
    let mut bench = bench(lab)?;
    bench.start()?;
    bench.opened(1)?;
    let mut green = Vec::new();
    for (number, jump) in (1..).zip(["+0 seconds", "+3 hours", "-2 days", "+400 days", "-399 days"]) {
        bench.vm.sh(&format!("date -s \"$(date '+%F %T') {jump}\""))?;
        accepted(&bench, &job(number))?;
        green.push(number);
    }
    let ledger = settle(&mut bench, &green, &[])?;
    let times = ledger.times();
    ensure!(
        times.windows(2).all(|pair| pair[0] < pair[1]),
        "the order of the entries is not that of the scans: {times:?}"
    );
    Ok(())
}
