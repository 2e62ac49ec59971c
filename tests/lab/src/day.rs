//! A day at the bench for as long as the power lasts: six scanners read, two printers print, and eyes on every kiosk note
//! what was answered.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

use anyhow::{Context, Result};
use serde_json::{Value, json};

use crate::bench::Bench;
use crate::devices::{ACM, Devices, FTDI, HIDPOS, KEYBOARD, Model, PRINTER};
use crate::http::{self, Live};
use crate::shop::ups;
use crate::tests::line;

/// Station, scanner and socket of those who scan pieces.
const SCANNERS: [(&str, Model, u32); 4] =
    [("pre-1", KEYBOARD, 0), ("pre-2", KEYBOARD, 1), ("pre-3", HIDPOS, 2), ("pre-4", ACM, 3)];
/// And of those who pack.
const PACKERS: [(&str, Model, u32, &str, u32); 2] =
    [("pack-1", ACM, 4, "zebra-1", 6), ("pack-2", FTDI, 5, "zebra-2", 7)];
/// Pieces of an order that is scanned piece by piece.
const PIECES: usize = 12;
/// Orders that are at the hub before their pieces are scanned: the time that the feed takes.
const AHEAD: usize = 2;
/// Bytes of a shipping label, so that one takes a moment.
const LABEL: usize = 6_000;
/// For the hub's feed to arrive.
const FED_WITHIN: Duration = Duration::from_secs(60);
/// Between two scans of one scanner, at least and at most: six scanners without a pause are more than the emulated
/// machine can take in, and then nothing else gets its turn.
const PACE: [Duration; 2] = [Duration::from_millis(150), Duration::from_millis(600)];

/// What was made, what was answered and what came out, from the first life to the last.
#[derive(Default)]
pub struct Book {
    /// Stations and job codes of which a verdict was seen.
    pub seen: BTreeMap<(String, String), u64>,
    /// Of each order's number, the codes of its pieces.
    orders: BTreeMap<String, Vec<String>>,
    next_order: usize,
    /// Orders of a station that are not scanned to their end.
    ahead: BTreeMap<String, Vec<(String, usize)>>,
    /// Tracking numbers of the orders that were packed.
    pub tracking: BTreeSet<String>,
    /// What each printer took in all lives.
    pub paper: BTreeMap<String, Vec<u8>>,
    /// Scans that were made.
    pub scans: usize,
}

/// The book, and what is noted beside each verdict: how far the write log was.
pub struct Day<'a> {
    pub hub: &'a str,
    pub book: &'a Mutex<Book>,
    pub mark: &'a (dyn Fn() -> u64 + Sync),
}

/// The configuration of this bench, without the hub.
pub fn configuration() -> String {
    let scanner = |name: &str, model: Model, socket: u32| {
        format!("[[scanner]]\nname = \"{name}\"\nstation = \"{name}\"\n{}\n", line(model, &model.path(socket)))
    };
    let mut text = String::new();
    for (name, model, socket) in SCANNERS {
        text += &format!("[[station]]\nname = \"{name}\"\nstages = [\"preproduction\"]\n");
        text += &scanner(name, model, socket);
    }
    for (at, (name, model, socket, printer, _)) in PACKERS.into_iter().enumerate() {
        text += &format!("[[station]]\nname = \"{name}\"\nstages = [\"pack\"]\nshipping = \"{printer}\"\n");
        text += &scanner(name, model, socket);
        text += &format!(
            "[[printer]]\nname = \"{printer}\"\nprofile = \"generic-zpl-203\"\ndevice = \"/dev/usb/lp{at}\"\n"
        );
    }
    text
}

/// Plugs everything in. The kernel numbers printers in the order in which they come.
pub fn plug_all(bench: &mut Bench) -> Result<()> {
    for (at, (_, _, _, printer, socket)) in PACKERS.into_iter().enumerate() {
        bench.devices.plug(printer, PRINTER, socket)?;
        bench.vm.until(&format!("test -e /dev/usb/lp{at}"), Duration::from_secs(20))?;
    }
    for (name, model, socket) in
        SCANNERS.into_iter().chain(PACKERS.map(|(name, model, socket, ..)| (name, model, socket)))
    {
        bench.devices.plug(name, model, socket)?;
    }
    Ok(())
}

impl Day<'_> {
    /// Everybody works until `power` returns, which then has cut it.
    pub fn work(&self, bench: Bench, seed: u64, power: impl FnOnce(Bench) + Send) {
        let (devices, kiosk) = (bench.devices.clone(), bench.vm.kiosk.clone());
        let mut random = fastrand::Rng::with_seed(seed);
        thread::scope(|scope| {
            for (name, ..) in SCANNERS {
                let (devices, seed) = (devices.clone(), random.u64(..));
                scope.spawn(move || self.scan_on(&devices, name, seed));
            }
            for (name, ..) in PACKERS {
                let devices = devices.clone();
                let seed = random.u64(..);
                scope.spawn(move || self.pack_on(&devices, name, seed));
            }
            for name in SCANNERS.map(|(name, ..)| name).into_iter().chain(PACKERS.map(|(name, ..)| name)) {
                let kiosk = kiosk.clone();
                scope.spawn(move || self.look(&kiosk, name));
            }
            power(bench);
        });
        let mut book = self.book();
        for (.., printer, _) in PACKERS {
            book.paper.entry(printer.to_owned()).or_default().extend(devices.paper(printer));
        }
    }

    /// Brings orders in ahead of the first life.
    pub fn open(&self) -> Result<()> {
        for (name, ..) in SCANNERS {
            for _ in 0..AHEAD {
                self.bring(name, PIECES)?;
            }
        }
        for (name, ..) in PACKERS {
            for _ in 0..4 * AHEAD {
                self.bring(name, 1)?;
            }
        }
        Ok(())
    }

    fn book(&self) -> MutexGuard<'_, Book> {
        self.book.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn bring(&self, station: &str, pieces: usize) -> Result<()> {
        let number = {
            let mut book = self.book();
            book.next_order += 1;
            book.next_order
        };
        let products: Vec<Value> = (0..pieces).map(|_| json!({ "product": "Tee" })).collect();
        let zpl = format!("^XA^FX {} ^FS^FO60,200^BY3^BCN,160,Y,N,N^FD{}^FS^XZ", "x".repeat(LABEL), ups(number));
        let document = json!({ "mime": "application/zpl", "base64": data_encoding::BASE64.encode(zpl.as_bytes()) });
        let order = json!({ "number": number.to_string(), "pieces": products, "packages": [{ "document": document }] });
        let taken: Value =
            serde_json::from_str(&http::post(self.hub, "/api/v1/orders", &json!({ "orders": [order] }))?)?;
        let jobs = taken[0]["jobs"].as_array().with_context(|| format!("the hub took {taken}"))?;
        let jobs = jobs.iter().filter_map(|job| job.as_str().map(str::to_owned)).collect();
        let mut book = self.book();
        book.orders.insert(number.to_string(), jobs);
        book.ahead.entry(station.to_owned()).or_default().push((number.to_string(), 0));
        Ok(())
    }

    /// The next piece of a station, each once; and whether another order must come in.
    fn next(&self, station: &str) -> Option<(String, String, bool)> {
        let mut book = self.book();
        let (number, at) = book.ahead.get(station)?.first()?.clone();
        let jobs = book.orders.get(&number)?;
        let (job, is_last) = (jobs.get(at)?.clone(), at + 1 == jobs.len());
        let ahead = book.ahead.get_mut(station)?;
        if is_last {
            ahead.remove(0);
        } else {
            ahead.first_mut()?.1 += 1;
        }
        book.scans += 1;
        Some((number, job, is_last))
    }

    fn scan_on(&self, devices: &Devices, station: &str, seed: u64) {
        let mut random = fastrand::Rng::with_seed(seed);
        while let Some((_, job, is_last)) = self.next(station) {
            if devices.scan(station, &job).is_err() || is_last && self.bring(station, PIECES).is_err() {
                return;
            }
            pause(&mut random);
        }
    }

    fn pack_on(&self, devices: &Devices, station: &str, seed: u64) {
        let mut random = fastrand::Rng::with_seed(seed);
        // What was begun before is put aside.
        while devices.scan(station, PARK).is_ok() {
            let Some((number, job, _)) = self.next(station) else { return };
            let tracking = ups(number.parse().unwrap_or_default());
            self.book().tracking.insert(tracking.clone());
            let mut scan = |code: &str| {
                pause(&mut random);
                devices.scan(station, code)
            };
            let is_packed = scan(&job).and_then(|_| scan(&tracking));
            if is_packed.is_err() || self.bring(station, 1).is_err() {
                return;
            }
        }
    }

    /// Notes every verdict that a kiosk shows.
    fn look(&self, kiosk: &str, station: &str) {
        let Ok(mut live) = Live::open(kiosk, &format!("/station/{station}/live")) else { return };
        while let Ok((_, page)) = live.next() {
            let mark = (self.mark)();
            for line in page.split("<li ").skip(1) {
                let line = line.split("</li>").next().unwrap_or(line);
                let mut book = self.book();
                if let Some(job) = answered(&book, line) {
                    book.seen.entry((station.to_owned(), job)).or_insert(mark);
                }
            }
        }
    }
}

fn pause(random: &mut fastrand::Rng) {
    thread::sleep(PACE[0] + (PACE[1] - PACE[0]).mul_f64(random.f64()));
}

/// Waits until the stations know the orders that came in ahead.
pub fn is_fed(bench: &Bench) -> Result<()> {
    bench.sees(SCANNERS[0].0, FED_WITHIN, |page| page.contains("<b>#1</b>") && page.contains("passed on")).map(drop)
}

/// Puts aside what was begun.
pub const PARK: &str = "CPRK0000G";

/// The piece that a line of the last scans is about.
fn answered(book: &Book, line: &str) -> Option<String> {
    let text = line.rsplit("<span>").next()?;
    if let Some((code, _)) = text.split_once(" is new here") {
        return Some(code.to_owned());
    }
    let (number, rest) = text.strip_prefix('#')?.split_once(", piece ")?;
    let (piece, _) = rest.split_once(" of ")?;
    book.orders.get(number)?.get(piece.parse::<usize>().ok()?.checked_sub(1)?).cloned()
}
