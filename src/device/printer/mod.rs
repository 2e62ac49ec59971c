//! Printers: one thread each asks the station for work, sends the bytes, and says what came of it.
//!
//! Writing to a printer may block for as long as the paper is out, so it never happens on a thread that does
//! anything else. The station records `sending` before a byte leaves.
//!
//! [`mod@line`] is how bytes go out and answers come back, with one file for each kind of connection; `deliver` brings one
//! label to paper over a line; `ipp` does so where a print server is in between; `work` is the thread; [`once`] is for what is
//! in no ledger.

mod answer;
mod deliver;
mod file;
mod ipp;
pub mod line;
pub mod once;
mod serial;
mod tcp;
pub mod usb;
mod work;

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use tokio::sync::{mpsc, watch};

use crate::ids::{PrinterId, StationId};
use crate::label;
use crate::station::input::Input;
use crate::station::work::Job;

/// How long a printer's thread may take to end a label that is on its way when the program stops.
const END_WAIT: Duration = Duration::from_secs(3);

/// Where a printer is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Address {
    /// Raw TCP, `host:port`.
    Tcp(String),
    /// A device file, such as `/dev/usb/lp0`.
    Device(PathBuf),
    /// A serial port and its speed in bits a second.
    Serial(PathBuf, u32),
    /// A printer of the USB printer class, without the kernel's driver.
    Usb(usb::Wanted),
    /// A queue of a print server, or a printer that is one: `ipp://host/path`.
    Ipp(String),
}

impl std::fmt::Display for Address {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Address::Tcp(address) => write!(f, "tcp {address}"),
            Address::Device(path) => write!(f, "device {}", path.display()),
            Address::Serial(path, baud) => write!(f, "serial {} at {baud}", path.display()),
            Address::Usb(wanted) => write!(f, "usb {wanted}"),
            Address::Ipp(uri) => f.write_str(uri),
        }
    }
}

/// Makes the bytes of a label; an error is the reason in plain words for the log.
pub type Make = Arc<dyn Fn(&Job) -> Result<Vec<u8>, String> + Send + Sync>;

/// One printer.
pub struct Printer {
    /// Its name.
    pub name: PrinterId,
    /// Where it is.
    pub address: Address,
    /// The benches that use it: they are told of its trouble.
    pub stations: Vec<StationId>,
    /// What it can tell, and how bytes must be handed to it.
    pub profile: label::Printer,
    /// Makes its bytes.
    pub make: Make,
    /// How long to wait for what.
    pub patience: Patience,
}

/// How long a printer is waited for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Patience {
    /// For a printer on the network to answer a call.
    pub connect: Duration,
    /// For an answer to one question. Printers on a network answer within some 100 ms, or not at all.
    pub answer: Duration,
    /// Between two questions about a label that is printing.
    pub between: Duration,
    /// Longest single wait for a device to take bytes; then it is looked at, and waited for again.
    pub step: Duration,
    /// How long nothing may move before people are told that the printer stands still: longer than a slow one needs for
    /// a full buffer.
    pub still: Duration,
    /// How long a printer that says it is well may leave the last word out: some answer only while idle.
    pub last_word: Duration,
    /// How long a printer that answered before may be silent before it is taken for one that never answers: a firmware
    /// that hangs its answers must not stop a bench for good.
    pub mute: Duration,
    /// How long a label may be on its way: somebody may be away to fetch paper. Then people are asked.
    pub give_up: Duration,
    /// How long a printer that can not tell may need to hang up after the last byte.
    pub hang_up: Duration,
    /// Pause after a label where data that arrives while it prints may be lost and the printer can not tell: what the
    /// slowest needs for a label of six inches.
    pub settle: Duration,
    /// How often an idle printer is looked at, so that an open cover is on the screen before anybody waits for a label.
    pub look: Duration,
    /// First and longest pause between two looks at a printer that does not print.
    pub pause: [Duration; 2],
}

impl Default for Patience {
    fn default() -> Self {
        let (ms, s) = (Duration::from_millis, Duration::from_secs);
        Patience {
            connect: s(5),
            answer: s(1),
            between: ms(250),
            step: s(1),
            still: s(5),
            last_word: s(10),
            mute: s(300),
            give_up: s(1800),
            hang_up: s(3),
            settle: s(3),
            look: s(15),
            pause: [ms(500), s(10)],
        }
    }
}

/// A printer's running thread; it is told to end when this is dropped, and waited for a short time.
#[derive(Debug)]
pub struct Running {
    stop: watch::Sender<bool>,
    ended: Receiver<()>,
}

impl Printer {
    /// Starts the printer's thread. It ends when the station does, or with the returned value.
    ///
    /// # Errors
    /// The system gives no thread.
    pub fn start(self, inputs: mpsc::Sender<Input>) -> std::io::Result<Running> {
        let (stop, stopped) = watch::channel(false);
        let (alive, ended) = channel();
        let name: String = format!("printer-{}", self.name).chars().take(15).collect();
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        std::thread::Builder::new().name(name).spawn(move || {
            work::work(&self, &inputs, stopped, &runtime);
            drop(alive);
        })?;
        Ok(Running { stop, ended })
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.stop.send_replace(true);
        // Nothing is ever sent: the wait ends when the thread drops its end.
        self.ended.recv_timeout(END_WAIT).ok();
    }
}
