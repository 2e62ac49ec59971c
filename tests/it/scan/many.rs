//! Six scanners at once, a hundred scans each: every scan whole, none mixed, in order.

use std::net::TcpListener;
use std::thread;
use std::time::Duration;

use stationd::device::scanner::{State, Transport};

use super::wire::{Pty, Shop, Wire, dial, evdev, free_addr, key_wire, scan, serial, tcp_wire};

const SCANNERS: usize = 6;
const SCANS: usize = 100;

#[derive(Clone, Copy)]
enum Line {
    Evdev,
    Serial,
    TcpListen,
    TcpConnect,
}

#[derive(Clone, Copy)]
enum Pace {
    /// Each at its own speed.
    Overlapped,
    /// Key by key in turn.
    Lockstep,
    /// All that it has, at once.
    Burst,
}

fn name(i: usize) -> String {
    format!("s{i}")
}

/// Twelve characters, some with Shift, different for each scanner and scan.
fn code(i: usize, n: usize) -> String {
    format!("J{i}-{n:03}_Ab{:03}:", (i * 7919 + n * 104_729) % 1000)
}

fn check(line: Line, pace: Pace) {
    let folder = tempfile::tempdir().expect("a folder");
    let path = |i: usize| folder.path().join(name(i));
    let names: Vec<String> = (0..SCANNERS).map(name).collect();
    let (mut ptys, mut listeners, mut addrs) = (Vec::new(), Vec::new(), Vec::new());
    let transports: Vec<Transport> = (0..SCANNERS)
        .map(|i| match line {
            Line::Evdev => evdev(&path(i)),
            Line::Serial => {
                ptys.push(Pty::plug(&path(i)));
                serial(&path(i))
            }
            Line::TcpListen => {
                addrs.push(free_addr());
                Transport::TcpListen(addrs[i])
            }
            Line::TcpConnect => {
                let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
                let addr = listener.local_addr().expect("a port");
                listeners.push(listener);
                Transport::TcpConnect(addr.to_string())
            }
        })
        .collect();
    let shop = Shop::open(names.iter().map(String::as_str).zip(transports).collect());
    let wires: Vec<Wire> = (0..SCANNERS)
        .map(|i| match line {
            Line::Evdev => key_wire(&path(i)),
            Line::Serial => ptys[i].wire(),
            Line::TcpListen => tcp_wire(dial(addrs[i])),
            Line::TcpConnect => tcp_wire(listeners[i].accept().expect("a connection").0),
        })
        .collect();
    names.iter().for_each(|name| shop.wait_for(name, &State::Connected));
    send(wires, pace);
    for (i, name) in names.iter().enumerate() {
        let wanted: Vec<_> = (0..SCANS).map(|n| scan(&code(i, n))).collect();
        assert_eq!(shop.heard(name, SCANS), wanted, "{name}");
    }
}

fn send(mut wires: Vec<Wire>, pace: Pace) {
    let strokes = |wire: &Wire, i: usize| (0..SCANS).flat_map(|n| wire.strokes(&code(i, n))).collect::<Vec<_>>();
    match pace {
        Pace::Lockstep => {
            let strokes: Vec<_> = wires.iter().enumerate().map(|(i, wire)| strokes(wire, i)).collect();
            for k in 0..strokes[0].len() {
                for (wire, strokes) in wires.iter_mut().zip(&strokes) {
                    wire.send(&strokes[k]).expect("somebody reads");
                }
            }
        }
        Pace::Overlapped | Pace::Burst => thread::scope(|threads| {
            for (i, mut wire) in wires.into_iter().enumerate() {
                threads.spawn(move || {
                    let strokes = strokes(&wire, i);
                    if matches!(pace, Pace::Burst) {
                        return wire.send(&strokes.concat()).expect("somebody reads");
                    }
                    for (k, stroke) in strokes.iter().enumerate() {
                        wire.send(stroke).expect("somebody reads");
                        thread::sleep(Duration::from_micros(200 + 137 * ((k * (i + 3)) % 7) as u64));
                    }
                });
            }
        }),
    }
}

macro_rules! six_scanners {
    ($($name:ident: $line:ident $pace:ident,)*) => {$(
        #[test]
        fn $name() {
            check(Line::$line, Pace::$pace);
        }
    )*};
}

six_scanners! {
    six_keyboard_scanners_overlapped: Evdev Overlapped,
    six_keyboard_scanners_in_lockstep: Evdev Lockstep,
    six_keyboard_scanners_with_a_backlog: Evdev Burst,
    six_serial_scanners_overlapped: Serial Overlapped,
    six_serial_scanners_in_lockstep: Serial Lockstep,
    six_serial_scanners_with_a_backlog: Serial Burst,
    six_network_readers_overlapped: TcpListen Overlapped,
    six_network_readers_in_lockstep: TcpListen Lockstep,
    six_network_readers_with_a_backlog: TcpListen Burst,
    six_called_network_readers_overlapped: TcpConnect Overlapped,
    six_called_network_readers_in_lockstep: TcpConnect Lockstep,
    six_called_network_readers_with_a_backlog: TcpConnect Burst,
}
