//! Ten scanners that nobody uses cost nothing.

use std::thread::sleep;
use std::time::Duration;

use stationd::device::scanner::{State, Transport};

use super::wire::{Pty, Shop, dial, evdev, free_addr, key_wire, scan, serial, tcp_wire};

/// How long nobody scans.
const QUIET: Duration = Duration::from_secs(3);

/// Times that the reading thread may wake in that time; the kernel itself sometimes wakes a thread.
const WAKES_MAX: u64 = 3;

#[test]
fn ten_idle_scanners_wake_nobody() {
    let folder = tempfile::tempdir().expect("a folder");
    let names: Vec<String> = (0..10).map(|i| format!("s{i}")).collect();
    let (mut ptys, mut addrs) = (Vec::new(), Vec::new());
    let transports = names.iter().enumerate().map(|(i, name)| {
        let path = folder.path().join(name);
        match i {
            0..4 => evdev(&path),
            4..7 => {
                ptys.push(Pty::plug(&path));
                serial(&path)
            }
            _ => {
                addrs.push(free_addr());
                Transport::TcpListen(addrs[i - 7])
            }
        }
    });
    let shop = Shop::open(names.iter().map(String::as_str).zip(transports).collect());
    let mut readers: Vec<_> = addrs.into_iter().map(|addr| tcp_wire(dial(addr))).collect();
    names.iter().for_each(|name| shop.wait_for(name, &State::Connected));
    let mut wires: Vec<_> = names[..4].iter().map(|name| key_wire(&folder.path().join(name))).collect();
    wires.extend(ptys.iter().map(Pty::wire));
    wires.append(&mut readers);
    for (name, wire) in names.iter().zip(&mut wires) {
        wire.scan("J1");
        assert_eq!(shop.heard(name, 1), [scan("J1")]);
    }
    sleep(Duration::from_millis(300));
    let before = shop.wakes();
    sleep(QUIET);
    let wakes = shop.wakes() - before;
    assert!(wakes <= WAKES_MAX, "{wakes} wake-ups in {QUIET:?}");
}
