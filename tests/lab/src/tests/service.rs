//! The unit, its user and its rights, in a real systemd with a real udev.

use std::time::Duration;

use crate::report::note;
use anyhow::{Context, Result, ensure};

use crate::bench::{Bench, Lab};
use crate::codes::job;
use crate::devices::{ACM, HIDPOS, KEYBOARD, Model};
use crate::tests::scanners::{configuration, line};
use crate::vm::Disk;

/// Most that `systemd-analyze security` may say, in tenths: 10 is no protection, 0 is a program that can do nothing.
const EXPOSURE_MAX: f64 = 1.5;
/// The watchdog's time in the test, in seconds, and what may pass until it has acted.
const WATCHDOG: u64 = 4;
const ACTED_WITHIN: Duration = Duration::from_secs(40);
const SEEN_WITHIN: Duration = Duration::from_secs(20);

const SCANNERS: [(&str, Model, u32); 3] = [("keys", KEYBOARD, 0), ("pos", HIDPOS, 1), ("acm", ACM, 2)];

fn bench(lab: &Lab) -> Result<Bench> {
    let mut bench = Bench::up(lab, &Disk::Empty)?;
    let lines = SCANNERS.map(|(name, model, socket)| (name, line(model, &model.path(socket))));
    bench.configure(&configuration(&lines))?;
    for (name, model, socket) in SCANNERS {
        bench.plug(name, model, socket)?;
    }
    Ok(bench)
}

pub fn hardened_and_still_at_work(lab: &Lab) -> Result<()> {
    let mut bench = bench(lab)?;
    // What the unit's own sandbox lets a program do, told by a program in it.
    let probe = "id -un; for f in /dev/vda /dev/mem /etc/shadow; do head -c1 $f >/dev/null 2>&1 && echo opened $f; done; \
        touch /etc/written 2>/dev/null && echo wrote /etc; touch /var/lib/stationd/written && echo wrote its own";
    bench.drop_in("probe", &format!("ExecStartPre=/bin/sh -c '{probe}'"))?;
    bench.start()?;
    bench.opened(SCANNERS.len())?;
    let log = bench.log()?;
    let said: Vec<&str> = log.lines().map(str::trim).collect();
    ensure!(said.contains(&"stationd"), "it does not run as its own user: {log}");
    let groups = bench.vm.sh(
        "for g in $(sed -n 's/^Groups://p' /proc/$(systemctl show -P MainPID stationd)/status); do getent group $g; done",
    )?;
    let mut groups: Vec<&str> = groups.lines().filter_map(|line| line.split(':').next()).collect();
    groups.sort_unstable();
    ensure!(groups == ["dialout", "lp", "stationd"], "its groups are {groups:?}");
    ensure!(!log.contains("opened /") && !log.contains("wrote /etc"), "the sandbox is open: {log}");
    ensure!(log.contains("wrote its own"), "it can not write its own folder: {log}");
    for (at, (name, model, socket)) in (1..).zip(SCANNERS) {
        let node = bench.vm.sh(&format!("stat -L -c '%G %a' {}", model.path(socket)))?;
        ensure!(node.trim() == "stationd 660", "the node of {name} is of {node}");
        bench.ready(name)?;
        bench.devices.scan(name, &job(at))?;
        bench.green(name, &job(at))?;
    }
    let priorities =
        bench.vm.sh("for t in /proc/$(systemctl show -P MainPID stationd)/task/*; do chrt -p ${t##*/}; done")?;
    ensure!(priorities.contains("priority: 2"), "no thread reads before the others: {priorities}");
    let table = bench.vm.sh("systemd-analyze security stationd --no-pager")?;
    let judged = table.lines().last().unwrap_or_default();
    let exposure = judged.split_whitespace().find_map(|word| word.parse::<f64>().ok());
    let exposure = exposure.with_context(|| format!("no judgement in {table}"))?;
    note!("systemd-analyze security: {exposure}");
    ensure!(exposure <= EXPOSURE_MAX, "{table}");
    Ok(())
}

pub fn stuck_and_started_anew(lab: &Lab) -> Result<()> {
    let mut bench = bench(lab)?;
    bench.drop_in("watchdog", &format!("WatchdogSec={WATCHDOG}"))?;
    bench.start()?;
    bench.opened(SCANNERS.len())?;
    bench.devices.scan("keys", &job(1))?;
    bench.green("keys", &job(1))?;
    let before = bench.vm.sh("systemctl show -P MainPID stationd")?;
    // A disk that does not answer holds the loop in a commit.
    bench.vm.sh("fsfreeze -f /var/lib/stationd")?;
    bench.devices.scan("keys", &job(2))?;
    bench.vm.until("journalctl -u stationd -o cat | grep -q 'Watchdog timeout'", ACTED_WITHIN)?;
    bench.vm.sh("fsfreeze -u /var/lib/stationd")?;
    let anew = format!(
        "p=$(systemctl show -P MainPID stationd); systemctl is-active -q stationd && test $p != {} -a $p != 0",
        before.trim()
    );
    bench.vm.until(&anew, ACTED_WITHIN)?;
    bench.opened(SCANNERS.len())?;
    bench.devices.scan("keys", &job(3))?;
    bench.green("keys", &job(3))?;
    // One that is idle is not stuck.
    let starts = |bench: &mut Bench| bench.vm.sh("systemctl show -P NRestarts stationd");
    let count = starts(&mut bench)?;
    bench.vm.sh(&format!("sleep {}", 2 * WATCHDOG))?;
    ensure!(starts(&mut bench)? == count, "the watchdog killed stations that only had nothing to do");
    bench.sees("keys", SEEN_WITHIN, |page| page.contains(&job(1)))?;
    Ok(())
}
