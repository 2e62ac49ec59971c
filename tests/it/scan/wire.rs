//! Scanners to test with: a FIFO of key events, a pseudo-terminal, a TCP connection. Each sends as a real one does.

use std::collections::HashMap;
use std::fs::{self, File};
use std::io::{self, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Condvar, Mutex};
use std::time::{Duration, Instant};

use evdev::KeyCode;
use rustix::fs::{CWD, Mode, mkfifoat};
use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
use stationd::catalog::{keyboards, scanners};
use stationd::device::scanner::{
    Catalog, Deliver, Full, Handle, Place, Report, ScannerConfig, State, Tap, Transport, spawn, watch,
};
use stationd::ids::ScannerId;
use stationd::scan::layout::{Cell, Level, ROWS};
use stationd::scan::{Heard, Scan};

/// How long anything may take that should happen at once; the machine may be busy.
pub const PATIENCE: Duration = Duration::from_secs(20);

/// One end of a line to stationd.
pub enum Wire {
    /// Key events.
    Keys(File),
    /// Bytes.
    Bytes(Box<dyn Write + Send>),
}

impl Wire {
    /// What is sent for one scan, cut where a real scanner pauses: after each key, after each byte.
    pub fn strokes(&self, text: &str) -> Vec<Vec<u8>> {
        match self {
            Wire::Keys(_) => text.chars().chain(['\n']).map(stroke).collect(),
            Wire::Bytes(_) => text.bytes().chain(*b"\r").map(|byte| vec![byte]).collect(),
        }
    }

    pub fn send(&mut self, bytes: &[u8]) -> io::Result<()> {
        match self {
            Wire::Keys(file) => file.write_all(bytes),
            Wire::Bytes(line) => line.write_all(bytes).and_then(|()| line.flush()),
        }
    }

    pub fn scan(&mut self, text: &str) {
        let bytes = self.strokes(text).concat();
        self.send(&bytes).expect("somebody reads");
    }
}

/// The events of one key on a US keyboard, with Shift where it is needed.
pub fn stroke(c: char) -> Vec<u8> {
    let (key, shift) = us_key(c);
    let with = |value| {
        let shift = shift.then_some((KeyCode::KEY_LEFTSHIFT, value));
        report(&shift.into_iter().chain([(key, value)]).collect::<Vec<_>>())
    };
    [with(1), with(0)].concat()
}

/// The key of a US keyboard, and whether Shift is needed; a line end is Enter.
pub fn us_key(c: char) -> (KeyCode, bool) {
    match c {
        '\n' => return (KeyCode::KEY_ENTER, false),
        ' ' => return (KeyCode::KEY_SPACE, false),
        _ => {}
    }
    let us = keyboards::parse(keyboards::BUILT_IN.iter().find(|(name, _)| *name == "us").unwrap().1).unwrap().layout;
    let mut all = ROWS.into_iter().flatten().copied().flat_map(|key| [(key, false), (key, true)]);
    all.find(|(key, shift)| us.cell(*key, Level::new(*shift, false)) == Some(Cell::Char(c))).unwrap()
}

/// One report: these keys, and `SYN_REPORT`.
pub fn report(keys: &[(KeyCode, i32)]) -> Vec<u8> {
    keys.iter().flat_map(|(key, value)| event(1, key.0, *value)).chain(event(0, 0, 0)).collect()
}

/// A `struct input_event` at time 0.
pub fn event(kind: u16, code: u16, value: i32) -> Vec<u8> {
    let mut bytes = vec![0; size_of::<libc::input_event>() - 8];
    bytes.extend(kind.to_ne_bytes());
    bytes.extend(code.to_ne_bytes());
    bytes.extend(value.to_ne_bytes());
    bytes
}

/// Where a scanner is, before stationd runs.
pub fn evdev(path: &Path) -> Transport {
    mkfifoat(CWD, path, Mode::RUSR | Mode::WUSR).expect("a FIFO");
    Transport::Evdev(Place::at(path))
}

pub fn serial(path: &Path) -> Transport {
    Transport::Serial(Place::at(path), scanners::SerialSpec::default())
}

/// Opens the scanner's end of a FIFO.
pub fn key_wire(path: &Path) -> Wire {
    Wire::Keys(File::options().read(true).write(true).open(path).expect("the FIFO"))
}

/// A pseudo-terminal under a name of its own; the name goes when this is dropped.
pub struct Pty {
    link: PathBuf,
    master: File,
}

impl Pty {
    pub fn plug(link: &Path) -> Self {
        let master = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY | OpenptFlags::CLOEXEC).expect("a pty");
        grantpt(&master).expect("a pty");
        unlockpt(&master).expect("a pty");
        let slave = ptsname(&master, Vec::new()).expect("its name");
        symlink(slave.to_str().expect("its name"), link).expect("a link");
        Self { link: link.to_owned(), master: master.into() }
    }

    pub fn wire(&self) -> Wire {
        Wire::Bytes(Box::new(self.master.try_clone().expect("a file")))
    }
}

impl Drop for Pty {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.link);
    }
}

/// A port that nobody uses, to listen at soon.
pub fn free_addr() -> SocketAddr {
    TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr()).expect("a port")
}

pub fn tcp_wire(stream: TcpStream) -> Wire {
    stream.set_nodelay(true).expect("a socket");
    Wire::Bytes(Box::new(stream))
}

/// Connects as soon as somebody listens.
pub fn dial(addr: SocketAddr) -> TcpStream {
    let until = Instant::now() + PATIENCE;
    loop {
        match TcpStream::connect(addr) {
            Ok(stream) => return stream,
            Err(_) if Instant::now() < until => std::thread::sleep(Duration::from_millis(10)),
            Err(error) => panic!("nobody listens: {error}"),
        }
    }
}

/// The device layer with an ear at its end.
pub struct Shop {
    handle: Option<Handle>,
    ear: Arc<Ear>,
}

#[derive(Default)]
struct Ear {
    heard: Mutex<Ledger>,
    news: Condvar,
}

#[derive(Default)]
struct Ledger {
    heard: HashMap<String, Vec<Heard>>,
    states: HashMap<String, Vec<State>>,
    /// The thread that reads.
    thread: Option<rustix::process::Pid>,
    /// How much is still taken, if that is limited.
    room: Option<usize>,
}

impl Shop {
    pub fn open(scanners: Vec<(&str, Transport)>) -> Self {
        let configs = scanners.into_iter().map(|(name, transport)| config(name, transport)).collect();
        Self::begin(|catalog, deliver, report| spawn(configs, catalog, deliver, report))
    }

    /// One scanner, and everything that it sends goes to the tap.
    pub fn watch(scanner: ScannerConfig, tap: Tap) -> Self {
        Self::begin(|catalog, deliver, report| watch(scanner, catalog, deliver, report, tap))
    }

    fn begin(spawn: impl FnOnce(Arc<Catalog>, Deliver, Report) -> io::Result<Handle>) -> Self {
        let ear = Arc::new(Ear::default());
        let deliver: Deliver = Arc::new({
            let ear = Arc::clone(&ear);
            move |scanner: &ScannerId, heard: Heard| {
                let mut ledger = ear.heard.lock().unwrap();
                match ledger.room.as_mut() {
                    Some(0) => return Err(Full),
                    Some(room) => *room -= 1,
                    None => {}
                }
                // What came in one pull is counted scan by scan.
                let heard = match heard {
                    Heard::Pull(scans) => scans.into_iter().map(Heard::Scan).collect(),
                    other => vec![other],
                };
                ledger.heard.entry(scanner.to_string()).or_default().extend(heard);
                ear.news.notify_all();
                Ok(())
            }
        });
        let report: Report = Arc::new({
            let ear = Arc::clone(&ear);
            move |scanner: &ScannerId, state: State| {
                let mut ledger = ear.heard.lock().unwrap();
                ledger.states.entry(scanner.to_string()).or_default().push(state);
                ledger.thread = Some(rustix::thread::gettid());
                ear.news.notify_all();
            }
        });
        let catalog =
            Catalog { profiles: scanners::built_in().unwrap(), keyboards: Arc::new(keyboards::built_in().unwrap()) };
        let handle = spawn(Arc::new(catalog), deliver, report).expect("a thread");
        Self { handle: Some(handle), ear }
    }

    /// Limits how many more scans are taken.
    pub fn room(&self, room: Option<usize>) {
        self.ear.heard.lock().unwrap().room = room;
    }

    /// How often the reading thread has waited so far.
    pub fn wakes(&self) -> u64 {
        let thread = self.ear.heard.lock().unwrap().thread.expect("a thread that said something");
        let status = fs::read_to_string(format!("/proc/self/task/{thread}/status")).expect("its status");
        let line = status.lines().find_map(|line| line.strip_prefix("voluntary_ctxt_switches:")).expect("its count");
        line.trim().parse().expect("a number")
    }

    pub fn handle(&self) -> &Handle {
        self.handle.as_ref().expect("open")
    }

    /// Waits until a scanner's latest state is this one.
    pub fn wait_for(&self, name: &str, state: &State) {
        self.wait(&format!("{name} {state:?}"), |ledger| {
            ledger.states.get(name).and_then(|all| all.last()) == Some(state)
        });
    }

    /// Every state that a scanner was in so far.
    pub fn states(&self, name: &str) -> Vec<State> {
        self.ear.heard.lock().unwrap().states.get(name).cloned().unwrap_or_default()
    }

    /// Everything that a scanner said, once there are so many pieces.
    pub fn heard(&self, name: &str, count: usize) -> Vec<Heard> {
        self.wait(&format!("{count} from {name}"), |ledger| ledger.heard.get(name).map_or(0, Vec::len) >= count);
        self.ear.heard.lock().unwrap().heard.get(name).cloned().unwrap_or_default()
    }

    fn wait(&self, what: &str, done: impl Fn(&Ledger) -> bool) {
        let ledger = self.ear.heard.lock().unwrap();
        let (ledger, timeout) = self.ear.news.wait_timeout_while(ledger, PATIENCE, |ledger| !done(ledger)).unwrap();
        assert!(!timeout.timed_out(), "waited for {what}; heard {:?}, states {:?}", ledger.heard, ledger.states);
    }
}

pub fn config(name: &str, transport: Transport) -> ScannerConfig {
    ScannerConfig::new(ScannerId::new(name).expect("a name"), transport)
}

pub fn scan(text: &str) -> Heard {
    Heard::Scan(Scan { text: text.to_owned(), aim: None })
}
