//! The scanners of a real daemon: pairing without a keyboard, the layout's test, several barcodes in one pull.

use std::fs;
use std::time::{Duration, Instant};

use serde_json::Value;
use stationd::catalog::keyboards;
use stationd::code::command::Command;
use stationd::code::own::{Kind, LAYOUT_TEST, make, make_named};
use stationd::ledger::entry::{Cause, Read};
use stationd::scan::layout::Level;

use super::scan::wire::{self, Wire, key_wire, report};
use super::shop::daemon::Daemon;
use super::shop::home::Home;
use super::shop::http::{Events, Http};
use super::shop::ledger::Ledger;
use super::shop::parcel::ups;
use super::shop::process;
use super::shop::scanner::Pty;

/// For an answer, on a busy machine.
const WITHIN: Duration = Duration::from_secs(60);
/// For a scanner that was just paired to be ready.
const TRY_AGAIN: Duration = Duration::from_millis(500);

const STATIONS: &str = "listen = \"127.0.0.1:0\"\n[[station]]\nname = \"QC-1\"\nstages = [\"qc\"]\n\
                        [[station]]\nname = \"PRINT-1\"\nstages = [\"print\"]\n";

fn start(home: &Home) -> (Daemon, String) {
    let daemon = Daemon::start(home.stationd(["run"]), "stationd is ready").expect("a daemon");
    let said = daemon.stdout();
    let url = said.split_whitespace().find(|word| word.starts_with("http://")).expect("its address").to_owned();
    (daemon, url)
}

fn screen<'a>(http: &'a Http, url: &str, station: &str) -> Events<'a> {
    http.events(&format!("{url}station/{station}/live")).expect("a live page")
}

/// Waits until a screen shows what is wanted, and returns it.
fn until(screen: &mut Events<'_>, what: &str, wanted: impl Fn(&str) -> bool) -> String {
    let end = Instant::now() + WITHIN;
    let mut last = String::new();
    loop {
        let event = screen.next(end.saturating_duration_since(Instant::now()));
        let event = event.unwrap_or_else(|| panic!("waited for {what}; the screen shows {last}"));
        if event.name == "view" {
            if wanted(&event.data) {
                return event.data;
            }
            last = event.data;
        }
    }
}

/// Scans until a screen answers to the code: a scanner that was just paired is not ready at once, and says so.
fn scan_until_answered(scan: &mut dyn FnMut(&str), code: &str, screen: &mut Events<'_>) {
    let end = Instant::now() + WITHIN;
    scan(code);
    let mut tried = Instant::now();
    while Instant::now() < end {
        match screen.next(TRY_AGAIN) {
            Some(event) if event.name == "view" && event.data.contains(code) => return,
            _ => {}
        }
        if tried.elapsed() > TRY_AGAIN {
            scan(code);
            tried = Instant::now();
        }
    }
    panic!("{code} was not answered");
}

fn pairing(station: &str) -> String {
    make_named(Kind::Pairing, station).expect("a code")
}

fn devices(home: &Home) -> Value {
    let listed = process::run(home.stationd(["devices", "--json"]), WITHIN);
    serde_json::from_str(&listed.stdout).unwrap_or_else(|error| panic!("{error}: {listed:?}"))
}

fn row<'a>(devices: &'a Value, name: &str) -> &'a Value {
    devices.as_array().expect("a list").iter().find(|row| row["name"] == name).expect("the scanner")
}

#[test]
fn a_scanner_is_paired_by_the_code_on_the_screen_and_stays_so() {
    let home = Home::new();
    let keys = home.path().join("keys");
    let _ = wire::evdev(&keys);
    let scanner = format!("[[scanner]]\nname = \"left\"\nevdev = \"{}\"\n", keys.display());
    home.write("config/stationd/stationd.toml", format!("{STATIONS}{scanner}"));
    let http = Http::new();
    let (daemon, url) = start(&home);
    let mut wire = key_wire(&keys);
    let (mut qc, mut print) = (screen(&http, &url, "QC-1"), screen(&http, &url, "PRINT-1"));

    wire.scan("my secret word");
    for screen in [&mut qc, &mut print] {
        let shown = until(screen, "an offer", |html| html.contains("class=\"offer\""));
        assert!(shown.contains("A new scanner at left") && shown.contains("/pairing.png"), "{shown}");
        assert!(!shown.contains("secret"), "{shown}");
    }
    wire.scan(&pairing("FAR-1"));
    until(&mut print, "elsewhere", |html| html.contains("Bench FAR-1 is at another computer."));
    wire.scan(&pairing("PRINT-1"));
    let shown = until(&mut print, "the pairing", |html| html.contains("Scanner left belongs to this bench now."));
    assert!(!shown.contains("class=\"offer\""), "{shown}");
    let first = make(Kind::Job, 1);
    scan_until_answered(&mut |code| wire.scan(code), &first, &mut print);
    assert!(daemon.stop().success());

    let (daemon, url) = start(&home);
    let (mut qc, mut print) = (screen(&http, &url, "QC-1"), screen(&http, &url, "PRINT-1"));
    let second = make(Kind::Job, 2);
    scan_until_answered(&mut |code| wire.scan(code), &second, &mut print);
    // Another pairing code moves it.
    wire.scan(&pairing("QC-1"));
    until(&mut qc, "the pairing", |html| html.contains("Scanner left belongs to this bench now."));
    let third = make(Kind::Job, 3);
    scan_until_answered(&mut |code| wire.scan(code), &third, &mut qc);
    let listed = devices(&home);
    let left = row(&listed, "left");
    assert_eq!((left["station"].as_str(), left["state"].as_str()), (Some("QC-1"), Some("ready")), "{left}");
    assert!(left["last_scan"].as_str().is_some_and(|at| at.starts_with("20")), "{left}");
    assert!(daemon.stop().success());
    let ledger = Ledger::own(&home.path().join("state/stationd/station"));
    let codes: Vec<(&str, &str)> = ledger.codes().filter(|(_, code)| code.starts_with('J')).collect();
    for wanted in [("PRINT-1", first.as_str()), ("PRINT-1", &second), ("QC-1", &third)] {
        assert!(codes.contains(&wanted), "{codes:?}");
    }
    for file in fs::read_dir(home.path().join("state/stationd/station")).expect("the folder").flatten() {
        let bytes = fs::read(file.path()).unwrap_or_default();
        assert!(!bytes.windows(6).any(|word| word == b"secret"), "{}", file.path().display());
    }
}

#[test]
fn a_scanner_with_another_keyboard_is_set_by_the_layout_test() {
    let home = Home::new();
    let keys = home.path().join("keys");
    let _ = wire::evdev(&keys);
    let scanner = format!("[[scanner]]\nname = \"left\"\nstation = \"QC-1\"\nevdev = \"{}\"\n", keys.display());
    home.write("config/stationd/stationd.toml", format!("{STATIONS}{scanner}"));
    let http = Http::new();
    let (daemon, url) = start(&home);
    let mut wire = key_wire(&keys);
    let mut qc = screen(&http, &url, "QC-1");
    type_german(&mut wire, LAYOUT_TEST);
    until(&mut qc, "the layout", |html| html.contains("The keyboard of scanner left is de now."));
    // Set: what is Y and Z to an American keyboard is read right, and the test says so.
    let end = Instant::now() + WITHIN;
    let right = |html: &str| html.contains("The keyboard of scanner left is de: right.");
    while Instant::now() < end {
        type_german(&mut wire, LAYOUT_TEST);
        if qc.next(TRY_AGAIN).is_some_and(|event| right(&event.data)) {
            break;
        }
    }
    assert!(daemon.stop().success());
    let ledger = Ledger::own(&home.path().join("state/stationd/station"));
    let said: Vec<String> = ledger.bytes.iter().filter(|entry| entry.contains("layout_right")).cloned().collect();
    assert!(!said.is_empty(), "{:?}", ledger.bytes);
}

#[test]
fn of_several_barcodes_in_one_pull_the_tracking_number_counts_and_two_commands_do_nothing() {
    let home = Home::new();
    let mut pty = Pty::plug(home.path().join("scanner")).expect("a scanner");
    let scanner = format!("[[scanner]]\nname = \"left\"\nstation = \"QC-1\"\nserial = \"{}\"\n", pty.path().display());
    home.write("config/stationd/stationd.toml", format!("{STATIONS}{scanner}"));
    let http = Http::new();
    let (daemon, url) = start(&home);
    let mut qc = screen(&http, &url, "QC-1");
    let (tracking, routing) = (ups(7), "420787019405");
    pty.send(format!("{routing}\r{tracking}\rSOMETHING ELSE\r").as_bytes()).expect("a scanner");
    let shown = until(&mut qc, "an answer", |html| html.contains("data-mark"));
    assert_eq!(shown.matches("data-mark").count(), 1, "answered once: {shown}");
    pty.send(format!("{}\r{}\r", Command::Undo.code(), Command::SignOff.code()).as_bytes()).expect("a scanner");
    let shown = until(&mut qc, "an answer", |html| html.contains("Several commands were read at once."));
    assert_eq!(shown.matches("data-mark").count(), 2, "answered once: {shown}");
    assert!(daemon.stop().success());
    let ledger = Ledger::own(&home.path().join("state/stationd/station"));
    let read = |cause: &Cause| match cause {
        Cause::Scan { read: Read::Code { text, .. }, .. } => text.clone(),
        _ => "kept beside".to_owned(),
    };
    let read: Vec<String> = ledger.entries.iter().map(|entry| read(&entry.cause)).collect();
    let commands = [Command::Undo.code(), Command::SignOff.code()];
    assert_eq!(read, ["kept beside", &tracking, "kept beside", &commands[0], &commands[1]]);
    assert!(ledger.entries.iter().all(|entry| entry.events.is_empty()), "{:?}", ledger.entries);
}

#[test]
fn a_press_is_told_of_what_was_scanned_beside_it_and_a_failure_is_shown() {
    let home = Home::new();
    let hot = home.path().join("hot");
    fs::create_dir(&hot).expect("a folder");
    let mut pty = Pty::plug(home.path().join("scanner")).expect("a scanner");
    let scanner = format!(
        "[[scanner]]\nname = \"left\"\nstation = \"PRINT-1\"\nserial = \"{}\"\nprofile = \"datalogic-serial\"\n\
         [[press]]\nname = \"dtg\"\nstation = \"PRINT-1\"\nfolder = \"{}\"\n",
        pty.path().display(),
        hot.display()
    );
    home.write("config/stationd/stationd.toml", format!("{STATIONS}{scanner}"));
    let http = Http::new();
    let (daemon, url) = start(&home);
    let mut print = screen(&http, &url, "PRINT-1");
    let (good, lost) = (make(Kind::Job, 1), make(Kind::Job, 2));
    // A red is never passed on: this one has a wrong check character.
    let misread = format!("{}{}", &good[..8], if good.ends_with('0') { '1' } else { '0' });
    pty.scan(&misread).expect("a daemon that reads");
    until(&mut print, "a red", |html| html.contains("verdict stop"));
    assert_eq!(pty.hear(WITHIN).expect("a refusal"), b"FE", "the scanner itself signals it");
    pty.scan(&good).expect("a daemon that reads");
    until(&mut print, "an answer", |html| html.contains(&good));
    let file = hot.join(format!("{good}.txt"));
    let end = Instant::now() + WITHIN;
    while !file.exists() && Instant::now() < end {
        std::thread::sleep(Duration::from_millis(10));
    }
    assert_eq!(fs::read_to_string(&file).expect("the press's file"), format!("{good}\r\n"));
    assert_eq!(fs::read_dir(&hot).expect("the folder").count(), 1);
    fs::remove_dir_all(&hot).expect("a folder");
    pty.scan(&lost).expect("a daemon that reads");
    until(&mut print, "the trouble", |html| html.contains(&format!("Press dtg did not take {lost}.")));
    assert!(daemon.stop().success());
}

fn type_german(wire: &mut Wire, text: &str) {
    let german = keyboards::built_in().expect("the layouts").remove("de").expect("German").layout;
    let mut bytes = Vec::new();
    for c in text.chars() {
        let (key, level) = german.find(c).expect("a key");
        let shift = (level == Level::new(true, false)).then_some((evdev::KeyCode::KEY_LEFTSHIFT, 1));
        let release = shift.map(|(key, _)| (key, 0));
        bytes.extend(report(&shift.into_iter().chain([(key, 1)]).collect::<Vec<_>>()));
        bytes.extend(report(&[(key, 0)].into_iter().chain(release).collect::<Vec<_>>()));
    }
    bytes.extend(wire::stroke('\n'));
    wire.send(&bytes).expect("somebody reads");
}
