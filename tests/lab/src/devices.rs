//! The host's end of the virtual USB sockets: plugs scanners and printers, lets them scan, keeps what was printed.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Write};
use std::os::unix::net::UnixStream;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use data_encoding::HEXLOWER;
use serde_json::{Value, json};

/// For the machine to do what was asked.
const DONE_WITHIN: Duration = Duration::from_secs(60);

/// Everything on the virtual sockets. Clones speak to the same.
#[derive(Clone)]
pub struct Devices {
    shared: Arc<Shared>,
}

struct Shared {
    stream: Mutex<UnixStream>,
    heard: Mutex<Heard>,
    changed: Condvar,
}

#[derive(Default)]
struct Heard {
    asked: u64,
    is_ready: bool,
    answers: BTreeMap<u64, Value>,
    paper: BTreeMap<String, Vec<u8>>,
    is_gone: bool,
}

/// A device and the socket that it is plugged into.
#[derive(Clone, Copy)]
pub struct Model {
    pub kind: &'static str,
    pub vendor: u16,
    pub product: u16,
    /// How the udev rules name it.
    pub link: &'static str,
}

/// A Zebra scanner that types.
pub const KEYBOARD: Model = Model { kind: "keyboard", vendor: 0x05e0, product: 0x1200, link: "keyboard" };
/// A Honeywell scanner with HID POS reports.
pub const HIDPOS: Model = Model { kind: "hidpos", vendor: 0x0c2e, product: 0x0b87, link: "hidpos" };
/// A Zebra scanner with a serial line of its own.
pub const ACM: Model = Model { kind: "acm", vendor: 0x05e0, product: 0x1701, link: "serial" };
/// A scanner with RS-232 behind FTDI's adapter.
pub const FTDI: Model = Model { kind: "ftdi", vendor: 0, product: 0, link: "" };
/// A label printer.
pub const PRINTER: Model = Model { kind: "printer", vendor: 0, product: 0, link: "" };

impl Model {
    /// The stable name that a scanner of this model has in a socket.
    pub fn path(&self, socket: u32) -> String {
        let place = format!("platform-vhci_hcd.0-usb-0:{}:1.0", socket + 1);
        match self.kind {
            "printer" => "/dev/usb/lp0".to_owned(),
            "ftdi" => format!("/dev/serial/by-path/{place}-port0"),
            _ => format!("/dev/stationd/{}-{place}", self.link),
        }
    }
}

impl Devices {
    /// Takes over the host's end of the port.
    pub fn new(stream: UnixStream) -> Result<Devices> {
        stream.set_read_timeout(None)?;
        let lines = BufReader::new(stream.try_clone()?);
        let shared = Shared { stream: Mutex::new(stream), heard: Mutex::default(), changed: Condvar::new() };
        let devices = Devices { shared: Arc::new(shared) };
        let listener = devices.clone();
        thread::spawn(move || {
            lines.lines().map_while(Result::ok).for_each(|line| listener.hear(&line));
            listener.heard().is_gone = true;
            listener.shared.changed.notify_all();
        });
        Ok(devices)
    }

    /// Waits until the machine's end is there.
    pub fn ready(&self) -> Result<()> {
        self.wait(|heard| heard.is_ready.then_some(())).context("the devices' program did not start")
    }

    /// Plugs a device in.
    pub fn plug(&self, name: &str, model: Model, socket: u32) -> Result<()> {
        let Model { kind, vendor, product, .. } = model;
        let serial = format!("{name}-serial");
        let how = json!({ "do": "plug", "name": name, "kind": kind, "vendor": vendor, "product": product,
            "socket": socket, "serial": serial });
        self.ask(how).map(drop)
    }

    /// Pulls its cable.
    pub fn unplug(&self, name: &str) -> Result<()> {
        self.ask(json!({ "do": "unplug", "name": name })).map(drop)
    }

    /// Lets a scanner read a code; whether the machine took all of it.
    pub fn scan(&self, name: &str, code: &str) -> Result<bool> {
        self.ask(json!({ "do": "scan", "name": name, "code": code }))
    }

    /// The same with so many microseconds between two reports.
    pub fn scan_paced(&self, name: &str, code: &str, pause: u64) -> Result<bool> {
        self.ask(json!({ "do": "scan", "name": name, "code": code, "pause": pause }))
    }

    /// Lets a scanner read a code and pulls its cable after so many characters.
    pub fn scan_cut(&self, name: &str, code: &str, characters: usize) -> Result<()> {
        self.ask(json!({ "do": "scan", "name": name, "code": code, "only": characters })).map(drop)
    }

    /// Pulls a printer's cable after so many bytes.
    pub fn pull_after(&self, name: &str, bytes: usize) -> Result<()> {
        self.ask(json!({ "do": "pull_after", "name": name, "bytes": bytes })).map(drop)
    }

    /// Everything that a printer took so far.
    pub fn paper(&self, name: &str) -> Vec<u8> {
        self.heard().paper.get(name).cloned().unwrap_or_default()
    }

    /// Waits until a printer's paper is as it should be.
    pub fn printed(&self, name: &str, is_right: impl Fn(&[u8]) -> bool) -> Result<Vec<u8>> {
        self.wait(|heard| heard.paper.get(name).filter(|paper| is_right(paper)).cloned())
            .with_context(|| format!("printer {name} has {}", self.paper(name).escape_ascii()))
    }

    fn ask(&self, mut request: Value) -> Result<bool> {
        let id = {
            let mut heard = self.heard();
            heard.asked += 1;
            heard.asked
        };
        request["id"] = id.into();
        let line = format!("{request}\n");
        self.shared.stream.lock().unwrap_or_else(PoisonError::into_inner).write_all(line.as_bytes())?;
        let answer = self.wait(|heard| heard.answers.remove(&id)).with_context(|| format!("no answer to {request}"))?;
        match answer["failed"].as_str() {
            Some(why) => bail!("{request} failed: {why}"),
            None => Ok(answer["done"] == true),
        }
    }

    fn wait<T>(&self, mut find: impl FnMut(&mut Heard) -> Option<T>) -> Result<T> {
        let mut found = None;
        let waits = |heard: &mut Heard| {
            found = find(heard);
            found.is_none() && !heard.is_gone
        };
        drop(self.shared.changed.wait_timeout_while(self.heard(), DONE_WITHIN, waits));
        found.context("it did not come")
    }

    fn hear(&self, line: &str) {
        let Ok(said) = serde_json::from_str::<Value>(line) else { return };
        let mut heard = self.heard();
        if let Some(id) = said["id"].as_u64() {
            heard.answers.insert(id, said);
        } else if let Some(name) = said["printed"].as_str() {
            let bytes = HEXLOWER.decode(said["hex"].as_str().unwrap_or_default().as_bytes()).unwrap_or_default();
            heard.paper.entry(name.to_owned()).or_default().extend(bytes);
        } else {
            heard.is_ready |= said["ready"] == true;
        }
        drop(heard);
        self.shared.changed.notify_all();
    }

    fn heard(&self) -> MutexGuard<'_, Heard> {
        self.shared.heard.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
