//! Scanners that come, go, or find nobody with room for what they say.

use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use evdev::KeyCode;
use stationd::code::own::{Kind, make};
use stationd::device::scanner::{State, Transport, Trouble};
use stationd::ids::ScannerId;
use stationd::scan::{Broken, Heard, record};

use super::fixtures;
use super::wire::{Pty, Shop, config, dial, evdev, event, free_addr, key_wire, report, scan, serial, stroke, tcp_wire};

#[test]
fn a_scanner_that_is_plugged_in_later_works_within_two_seconds() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("by-id").join("scanner");
    let shop = Shop::open(vec![("s", serial(&path))]);
    shop.wait_for("s", &State::Gone);
    std::fs::create_dir(folder.path().join("by-id")).expect("a folder");
    for text in ["J1", "J2"] {
        let pty = Pty::plug(&path);
        let since = Instant::now();
        shop.wait_for("s", &State::Connected);
        assert!(since.elapsed() < Duration::from_secs(2));
        pty.wire().scan(text);
        shop.heard("s", if text == "J1" { 1 } else { 2 });
        drop(pty);
        shop.wait_for("s", &State::Gone);
    }
    assert_eq!(shop.heard("s", 2), [scan("J1"), scan("J2")]);
}

#[test]
fn a_scanner_that_is_unplugged_in_mid_barcode_gives_no_half_barcode() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("scanner");
    let pty = Pty::plug(&path);
    let shop = Shop::open(vec![("s", serial(&path))]);
    shop.wait_for("s", &State::Connected);
    pty.wire().scan("J1");
    shop.heard("s", 1);
    pty.wire().send(b"J234").expect("somebody reads");
    // A terminal that hangs up forgets what nobody has read yet.
    std::thread::sleep(Duration::from_millis(200));
    drop(pty);
    shop.wait_for("s", &State::Gone);
    let pty = Pty::plug(&path);
    shop.wait_for("s", &State::Connected);
    pty.wire().scan("J3");
    assert_eq!(shop.heard("s", 3), [scan("J1"), Heard::Broken(Broken::CutOff), scan("J3")]);
}

#[test]
fn a_reader_on_the_network_comes_back_and_each_connection_is_read_for_itself() {
    let addr = free_addr();
    let shop = Shop::open(vec![("s", Transport::TcpListen(addr))]);
    let (one, two) = (dial(addr), dial(addr));
    for stream in [&one, &two] {
        // When it is dropped, the connection breaks: the reader lost its power.
        rustix::net::sockopt::set_socket_linger(stream, Some(std::time::Duration::ZERO)).expect("a socket");
    }
    let (mut one, mut two) = (tcp_wire(one), tcp_wire(two));
    one.send(b"J1").expect("somebody reads");
    two.scan("J2");
    shop.heard("s", 1);
    one.send(b"1\r").expect("somebody reads");
    assert_eq!(shop.heard("s", 2), [scan("J2"), scan("J11")]);
    drop((one, two));
    shop.wait_for("s", &State::Gone);
    tcp_wire(dial(addr)).scan("J3");
    assert_eq!(shop.heard("s", 3).last(), Some(&scan("J3")));
}

#[test]
fn a_reader_that_connects_for_each_barcode_is_ready_between_them() {
    let addr = free_addr();
    let shop = Shop::open(vec![("s", Transport::TcpListen(addr))]);
    for n in 1..=3 {
        tcp_wire(dial(addr)).scan(&format!("J{n}"));
        shop.heard("s", n);
    }
    assert_eq!(shop.states("s"), [State::Gone, State::Connected]);
}

#[test]
fn what_finds_no_room_is_said_as_soon_as_there_is_room() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("scanner");
    let shop = Shop::open(vec![("s", evdev(&path))]);
    shop.wait_for("s", &State::Connected);
    let mut wire = key_wire(&path);
    shop.room(Some(1));
    // Our own labels, which wait for nothing.
    let label = |n| make(Kind::Job, n);
    (1..=3).for_each(|n| wire.scan(&label(n)));
    shop.heard("s", 1);
    std::thread::sleep(Duration::from_millis(200));
    shop.room(None);
    assert_eq!(shop.heard("s", 2), [scan(&label(1)), Heard::Broken(Broken::Full { lost: 2 })]);
    wire.scan(&label(4));
    assert_eq!(shop.heard("s", 3).last(), Some(&scan(&label(4))));
}

#[test]
fn keys_that_the_kernel_dropped_lose_one_scan_loudly() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("scanner");
    let shop = Shop::open(vec![("s", evdev(&path))]);
    let mut wire = key_wire(&path);
    let held = report(&[(KeyCode::KEY_LEFTSHIFT, 1)]);
    let dropped = event(0, 3, 0);
    let bytes = [stroke('J'), held, dropped, stroke('1'), stroke('2'), stroke('\n')].concat();
    wire.scan("J1");
    wire.send(&bytes).expect("somebody reads");
    wire.scan("a3");
    assert_eq!(shop.heard("s", 3), [scan("J1"), Heard::Broken(Broken::Overrun), scan("a3")]);
}

#[test]
fn a_scanner_is_added_and_removed_while_others_are_read() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("scanner");
    let shop = Shop::open(Vec::new());
    shop.handle().add(config("s", evdev(&path))).expect("room");
    shop.wait_for("s", &State::Connected);
    key_wire(&path).scan("J1");
    assert_eq!(shop.heard("s", 1), [scan("J1")]);
    shop.handle().remove(ScannerId::new("s").expect("a name")).expect("room");
    let mut unknown = config("t", serial(&folder.path().join("t")));
    unknown.profile = Some("no-such".to_owned());
    let _pty = Pty::plug(&folder.path().join("t"));
    shop.handle().add(unknown).expect("room");
    shop.wait_for("t", &State::Failed(Trouble::NoProfile("no-such".to_owned())));
}

#[test]
fn what_is_recorded_from_a_scanner_is_a_fixture() {
    let folder = tempfile::tempdir().expect("a folder");
    let check = |transport: Transport, send: &dyn Fn(), count: usize| {
        let lines = Arc::new(Mutex::new(Vec::new()));
        let tap = {
            let lines = Arc::clone(&lines);
            Arc::new(move |line: String| lines.lock().unwrap().push(line))
        };
        let shop = Shop::watch(config("s", transport), tap);
        shop.wait_for("s", &State::Connected);
        send();
        let heard: String = shop.heard("s", count).iter().map(|heard| record::heard(heard) + "\n").collect();
        drop(shop);
        let fixture = lines.lock().unwrap().join("\n");
        assert_eq!(fixtures::check(&fixture), heard, "{fixture}");
    };
    let (keys, line) = (folder.path().join("keys"), folder.path().join("line"));
    let type_keys = || {
        let mut wire = key_wire(&keys);
        wire.scan("J1-a:");
        wire.send(&[stroke('x'), event(0, 3, 0), stroke('y'), stroke('\n')].concat()).expect("somebody reads");
        wire.scan("J2");
    };
    check(evdev(&keys), &type_keys, 3);
    let pty = Pty::plug(&line);
    let send_bytes = || pty.wire().send(b"]C101\x1d10\r\n\\ \xff\rJ2\r").expect("somebody reads");
    check(serial(&line), &send_bytes, 3);
}
