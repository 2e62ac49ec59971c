//! Scanners through the kernel's own drivers: each kind, pulled in mid-scan, in other ports and orders, twins, and the
//! kernel's own loss of keys.

use std::thread;
use std::time::Duration;

use crate::report::note;
use anyhow::{Result, bail, ensure};

use crate::bench::{Bench, Lab, greens};
use crate::codes::job;
use crate::devices::{ACM, FTDI, HIDPOS, KEYBOARD, Model};
use crate::vm::Disk;

/// A scanner works again so soon after it was plugged in.
const BACK_WITHIN: Duration = Duration::from_secs(2);
/// For something that a person would notice.
const SEEN_WITHIN: Duration = Duration::from_secs(20);

/// Codes that each of two hands scans without a pause: as many as a kiosk shows of both.
const AT_ONCE: u64 = 3;
/// The least time in which a person reads the screen and scans again.
const SCAN_AGAIN: Duration = Duration::from_millis(700);

/// A scanner of a test: its name, its model, its socket. Each has a station of its own with the same name.
type Scanner = (&'static str, Model, u32);

const EACH: [Scanner; 4] = [("keys", KEYBOARD, 0), ("pos", HIDPOS, 1), ("acm", ACM, 2), ("ftdi", FTDI, 3)];

pub fn configuration(scanners: &[(&str, String)]) -> String {
    let one = |(name, line): &(&str, String)| {
        format!(
            "[[station]]\nname = \"{name}\"\nstages = [\"qc\"]\n\
             [[scanner]]\nname = \"{name}\"\nstation = \"{name}\"\n{line}\n"
        )
    };
    scanners.iter().map(one).collect()
}

pub fn line(model: Model, path: &str) -> String {
    let transport = match model.kind {
        "keyboard" => "evdev",
        "hidpos" => "hidraw",
        _ => "serial",
    };
    format!("{transport} = \"{path}\"")
}

fn bench(lab: &Lab, scanners: &[Scanner]) -> Result<Bench> {
    let mut bench = Bench::up(lab, &Disk::Empty)?;
    let lines = scanners.iter().map(|(name, model, socket)| (*name, line(*model, &model.path(*socket))));
    bench.configure(&configuration(&lines.collect::<Vec<_>>()))?;
    Ok(bench)
}

pub fn each_kind_shows_green(lab: &Lab) -> Result<()> {
    let mut bench = bench(lab, &EACH)?;
    // The stations wait for scanners as well as scanners for the stations.
    for (name, model, socket) in &EACH[..2] {
        bench.plug(name, *model, *socket)?;
    }
    bench.start()?;
    for (name, model, socket) in &EACH[2..] {
        bench.plug(name, *model, *socket)?;
    }
    bench.opened(EACH.len())?;
    for (at, (name, ..)) in (1..).zip(EACH) {
        ensure!(bench.devices.scan(name, &job(at))?, "{name} was not read");
        bench.green(name, &job(at))?;
    }
    Ok(())
}

pub fn pulled_in_mid_scan(lab: &Lab) -> Result<()> {
    let mut bench = bench(lab, &EACH)?;
    bench.start()?;
    for (at, (name, model, socket)) in (0..).zip(EACH) {
        bench.plug(name, model, socket)?;
        bench.ready(name)?;
        let (cut, whole) = (job(2 * at), job(2 * at + 1));
        bench.devices.scan_cut(name, &cut, 5)?;
        bench.sees(name, SEEN_WITHIN, |page| {
            page.contains("is gone") && page.contains("stopped in the middle of that scan")
        })?;
        let page = bench.page(name)?;
        ensure!(greens(&page).next().is_none(), "half a barcode of {name} turned green");
        bench.devices.plug(name, model, socket)?;
        let back = bench.ready(name)?;
        ensure!(back < BACK_WITHIN, "{name} came back after {back:?}");
        bench.devices.scan(name, &whole)?;
        bench.green(name, &whole)?;
    }
    Ok(())
}

pub fn twins_keep_their_stations(lab: &Lab) -> Result<()> {
    for (model, base) in [(KEYBOARD, 0), (ACM, 4)] {
        let twins: [Scanner; 2] = [("left", model, base), ("right", model, base + 1)];
        let mut bench = bench(lab, &twins)?;
        bench.start()?;
        let (mut next, orders) = (100, [[0, 1], [1, 0], [1, 0]]);
        for order in orders {
            // Whoever comes first gets the lowest number from the kernel.
            for (name, model, socket) in order.map(|at: usize| twins[at]) {
                bench.plug(name, model, socket)?;
            }
            for (name, ..) in twins {
                bench.ready(name)?;
                bench.devices.scan(name, &job(next))?;
                bench.green(name, &job(next))?;
                let other = if name == "left" { "right" } else { "left" };
                ensure!(!bench.page(other)?.contains(&job(next)), "a scan of {name} came out at {other}");
                next += 1;
            }
            for (name, ..) in twins {
                bench.devices.unplug(name)?;
                bench.sees(name, SEEN_WITHIN, |page| page.contains("is gone"))?;
            }
        }
    }
    Ok(())
}

/// Two hands scan at the same time, each through its own scanner; every code must come out whole at its own bench.
fn at_once(bench: &Bench, hands: [(&str, &str); 2], from: u64) -> Result<()> {
    let codes = |hand: u64| (0..AT_ONCE).map(move |at| job(from + 2 * at + hand));
    thread::scope(|scope| {
        for (hand, (scanner, _)) in (0..).zip(hands) {
            scope.spawn(move || codes(hand).try_for_each(|code| bench.devices.scan(scanner, &code).map(drop)));
        }
    });
    for (hand, (_, station)) in (0..).zip(hands) {
        for code in codes(hand) {
            bench.green(station, &code)?;
        }
    }
    Ok(())
}

pub fn two_scan_at_once(lab: &Lab) -> Result<()> {
    let twins: [Scanner; 2] = [("left", KEYBOARD, 0), ("right", KEYBOARD, 1)];
    let mut bench = bench(lab, &twins)?;
    bench.start()?;
    for (name, model, socket) in twins {
        bench.plug(name, model, socket)?;
        bench.ready(name)?;
    }
    at_once(&bench, [("left", "left"), ("right", "right")], 100)?;
    // The same with one decoder for two hands, as a planted fault: it must not pass.
    match at_once(&bench, [("left", "left"), ("left", "left")], 200) {
        Ok(()) => bail!("two hands on one decoder went unnoticed"),
        Err(_) => note!("caught: two hands on one decoder"),
    }
    Ok(())
}

pub fn moves_to_another_port(lab: &Lab) -> Result<()> {
    let mut bench = Bench::up(lab, &Disk::Empty)?;
    // By its serial number, as udev's own rules name it.
    let keys = "evdev = \"/dev/input/by-id/usb-Lab_Scanner__as_a_keyboard_keys-serial-event-kbd\"".to_owned();
    let acm = "serial = \"/dev/serial/by-id/usb-Lab_Scanner__CDC-ACM_acm-serial-if00\"".to_owned();
    bench.configure(&configuration(&[("keys", keys), ("acm", acm)]))?;
    bench.start()?;
    let mut next = 0;
    for socket in [0, 3, 6] {
        for (name, model, socket) in [("keys", KEYBOARD, socket), ("acm", ACM, socket + 1)] {
            bench.devices.plug(name, model, socket)?;
            bench.ready(name)?;
            bench.devices.scan(name, &job(next))?;
            bench.green(name, &job(next))?;
            bench.devices.unplug(name)?;
            bench.sees(name, SEEN_WITHIN, |page| page.contains("is gone"))?;
            next += 1;
        }
    }
    Ok(())
}

/// The pairing code of `QC-1`, as the product's page about codes has it.
const QC_1: &str = "S6VB1S4S";

pub fn paired_by_its_bench_s_code(lab: &Lab) -> Result<()> {
    let mut bench = Bench::up(lab, &Disk::Empty)?;
    let station = |name| format!("[[station]]\nname = \"{name}\"\nstages = [\"qc\"]\n");
    bench.configure(&["QC-2", "QC-1"].map(station).concat())?;
    bench.start()?;
    bench.plug("new", KEYBOARD, 0)?;
    bench.opened(1)?;
    bench.devices.scan("new", &job(1))?;
    for station in ["QC-1", "QC-2"] {
        bench.sees(station, SEEN_WITHIN, |page| page.contains("A new scanner"))?;
        ensure!(!bench.page(station)?.contains(&job(1)), "what a stranger scanned is shown at {station}");
    }
    thread::sleep(SCAN_AGAIN);
    bench.devices.scan("new", QC_1)?;
    bench.sees("QC-1", SEEN_WITHIN, |page| !page.contains("A new scanner"))?;
    thread::sleep(SCAN_AGAIN);
    bench.devices.scan("new", &job(2))?;
    bench.green("QC-1", &job(2))?;
    bench.devices.unplug("new")?;
    bench.sees("QC-1", SEEN_WITHIN, |page| page.contains("is gone"))?;
    bench.plug("new", KEYBOARD, 0)?;
    bench.ready("QC-1")?;
    bench.devices.scan("new", &job(3))?;
    bench.green("QC-1", &job(3))?;
    bench.vm.sh("systemctl restart stationd")?;
    bench.opened(1)?;
    bench.ready("QC-1")?;
    thread::sleep(SCAN_AGAIN);
    bench.devices.scan("new", &job(4))?;
    bench.green("QC-1", &job(4))?;
    ensure!((1..5).all(|code| !bench.page("QC-2").unwrap_or_default().contains(&job(code))), "QC-2 heard a scan");
    Ok(())
}

pub fn lost_keys_are_said(lab: &Lab) -> Result<()> {
    let mut bench = bench(lab, &EACH[..1])?;
    bench.plug("keys", KEYBOARD, 0)?;
    bench.start()?;
    bench.opened(1)?;
    // A program that does not read: the kernel's ring overflows by itself.
    bench.vm.sh("systemctl kill --signal=STOP stationd")?;
    for code in 0..12 {
        bench.devices.scan_paced("keys", &job(code), 0)?;
    }
    bench.vm.sh("systemctl kill --signal=CONT stationd")?;
    bench.sees("keys", SEEN_WITHIN, |page| page.contains("Part of that scan was lost"))?;
    // What follows at once may be the rest of what was lost; a person takes longer than this.
    thread::sleep(SCAN_AGAIN);
    bench.devices.scan("keys", &job(99))?;
    bench.green("keys", &job(99))?;
    let page = bench.page("keys")?;
    for line in greens(&page) {
        let whole = (0..12).chain([99]).any(|code| line.contains(&job(code)));
        ensure!(whole, "something was made of what was left: {line}");
    }
    Ok(())
}

pub fn nothing_is_typed_on_the_console(lab: &Lab) -> Result<()> {
    let mut bench = bench(lab, &EACH[..1])?;
    bench.vm.sh("systemctl stop getty@tty1; (setsid cat </dev/tty1 >/run/typed 2>/dev/null &) ")?;
    bench.plug("keys", KEYBOARD, 0)?;
    // First without stations, or the test would see nothing at all.
    bench.devices.scan("keys", &job(1))?;
    bench.vm.until(&format!("grep -qi {} /run/typed", job(1)), SEEN_WITHIN)?;
    bench.vm.sh(": >/run/typed")?;
    bench.start()?;
    bench.opened(1)?;
    for code in 2..6 {
        bench.devices.scan("keys", &job(code))?;
        bench.green("keys", &job(code))?;
    }
    let typed = bench.vm.sh("cat /run/typed")?;
    ensure!(typed.is_empty(), "on the console: {typed:?}");
    Ok(())
}
