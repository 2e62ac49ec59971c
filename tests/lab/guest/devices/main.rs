//! In the machine: scanners and printers on virtual USB sockets, plugged, used and pulled as the host says.
//!
//! Each line from the host is a JSON object with `do`, `name` and an `id`; each is answered by a line with that `id`
//! when it is done. What a printer takes is told in lines with `printed`, before the kernel hears that it was taken.

mod hid;
mod printer;
mod serial;
mod usb;

use std::collections::BTreeMap;
use std::error::Error;
use std::fs::{File, OpenOptions};
use std::io::{self, BufRead, BufReader, Write};
use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex, PoisonError, mpsc};
use std::thread;
use std::time::Duration;

use serde_json::{Value, json};

use hid::Hid;
use printer::Printer;
use serial::{Acm, Ftdi};
use usb::{IN, Plug};

const PORT: &str = "/dev/virtio-ports/lab.dev";
/// Between two reports of a keyboard unless told otherwise, in microseconds: scanners for full-speed USB send one each
/// millisecond, and most are slower.
const PAUSE: u64 = 1500;
/// From the last byte to the pulled plug.
const PULL: Duration = Duration::from_millis(20);
/// For a driver to fetch from a device that was just plugged in.
const OPENED_WITHIN: Duration = Duration::from_secs(10);

type Host = Arc<Mutex<File>>;
type Failed = Box<dyn Error + Send + Sync>;

/// A device that is plugged in, or was.
struct Slot {
    kind: String,
    plug: Option<Arc<Plug>>,
    printer: Arc<printer::Handle>,
}

type Slots = Arc<Mutex<BTreeMap<String, Slot>>>;

fn main() -> io::Result<()> {
    let port = OpenOptions::new().read(true).write(true).open(PORT)?;
    let host: Host = Arc::new(Mutex::new(port.try_clone()?));
    let slots = Slots::default();
    tell(&host, &json!({ "ready": true }));
    let mut lines = BufReader::new(port);
    loop {
        let mut line = String::new();
        if lines.read_line(&mut line)? == 0 {
            thread::sleep(Duration::from_millis(20));
            continue;
        }
        let Ok(request) = serde_json::from_str::<Value>(&line) else { continue };
        let (host, slots) = (Arc::clone(&host), Arc::clone(&slots));
        // A scan takes as long as it takes; other devices go on meanwhile.
        thread::spawn(move || {
            let done = obey(&request, &host, &slots).map_err(|error| error.to_string());
            tell(&host, &json!({ "id": request["id"], "failed": done.as_ref().err(), "done": done.unwrap_or(false) }));
        });
    }
}

fn tell(host: &Host, message: &Value) {
    let line = format!("{message}\n");
    // When this fails, nobody is there to be told.
    host.lock().unwrap_or_else(PoisonError::into_inner).write_all(line.as_bytes()).ok();
}

fn obey(request: &Value, host: &Host, slots: &Slots) -> Result<bool, Failed> {
    let text = |key: &str| request[key].as_str().unwrap_or_default();
    let name = text("name");
    match text("do") {
        "plug" => plug(request, host, slots).map(|()| true),
        "unplug" => {
            let slot =
                slots.lock().unwrap_or_else(PoisonError::into_inner).get_mut(name).and_then(|slot| slot.plug.take());
            // A scan under way holds it too.
            if let Some(plug) = slot.as_ref() {
                plug.pull();
            }
            Ok(slot.is_some())
        }
        "scan" => scan(request, slots),
        "hold" | "pull_after" => {
            let slots = slots.lock().unwrap_or_else(PoisonError::into_inner);
            let printer = &slots.get(name).ok_or("no such device")?.printer;
            printer.holds.store(text("do") == "hold", Ordering::SeqCst);
            printer.pulled_after.store(request["bytes"].as_i64().unwrap_or(-1), Ordering::SeqCst);
            Ok(true)
        }
        other => Err(format!("{other:?} is not known").into()),
    }
}

fn plug(request: &Value, host: &Host, slots: &Slots) -> Result<(), Failed> {
    let text = |key: &str| request[key].as_str().unwrap_or_default().to_owned();
    let number = |key: &str| request[key].as_u64().unwrap_or_default();
    let socket = u32::try_from(number("socket"))?;
    let (vendor, product) = (u16::try_from(number("vendor"))?, u16::try_from(number("product"))?);
    let (kind, name, serial) = (text("kind"), text("name"), text("serial"));
    let handle = Arc::new(printer::Handle { pulled_after: (-1).into(), ..printer::Handle::default() });
    let plug = match kind.as_str() {
        "keyboard" => Plug::in_socket(socket, Hid { vendor, product, serial, is_keyboard: true })?,
        "hidpos" => Plug::in_socket(socket, Hid { vendor, product, serial, is_keyboard: false })?,
        "acm" => Plug::in_socket(socket, Acm { vendor, product, serial })?,
        "ftdi" => Plug::in_socket(socket, Ftdi { serial })?,
        "printer" => {
            let (taken, kept) = paper(host, &name);
            Plug::in_socket(socket, Printer { serial, handle: Arc::clone(&handle), taken, kept })?
        }
        other => return Err(format!("{other:?} is no kind of device").into()),
    };
    let slot = Slot { kind, plug: Some(Arc::new(plug)), printer: handle };
    slots.lock().unwrap_or_else(PoisonError::into_inner).insert(name, slot);
    Ok(())
}

/// Where a printer's bytes go: to the host, who keeps what was printed when this machine loses its power.
fn paper(host: &Host, name: &str) -> (mpsc::SyncSender<Vec<u8>>, mpsc::Receiver<()>) {
    let (taken, bytes) = mpsc::sync_channel::<Vec<u8>>(0);
    let (told, kept) = mpsc::channel();
    let (host, name) = (Arc::clone(host), name.to_owned());
    thread::spawn(move || {
        for bytes in bytes {
            tell(&host, &json!({ "printed": name, "hex": data_encoding::HEXLOWER.encode(&bytes) }));
            if told.send(()).is_err() {
                return;
            }
        }
    });
    (taken, kept)
}

fn scan(request: &Value, slots: &Slots) -> Result<bool, Failed> {
    let (name, code) = (request["name"].as_str().unwrap_or_default(), request["code"].as_str().unwrap_or_default());
    let only = request["only"].as_u64().map(usize::try_from).transpose()?;
    let pause = Duration::from_micros(request["pause"].as_u64().unwrap_or(PAUSE));
    let (kind, plug) = {
        let slots = slots.lock().unwrap_or_else(PoisonError::into_inner);
        let slot = slots.get(name).ok_or("no such device")?;
        (slot.kind.clone(), slot.plug.clone().ok_or("it is not plugged in")?)
    };
    if !plug.is_asked(IN, OPENED_WITHIN) {
        return Err("nobody reads it".into());
    }
    let whole = match kind.as_str() {
        "keyboard" => hid::types(&plug, code, only, pause),
        "hidpos" => hid::reports(&plug, code, only.is_some()),
        kind => serial::sends(&plug, code, only, kind == "ftdi"),
    };
    if only.is_some() {
        // The driver hands on what it fetched; no hand is quicker.
        thread::sleep(PULL);
        plug.pull();
    }
    Ok(whole)
}
