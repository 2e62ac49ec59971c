//! Opens this PC's scanners, and hands what they say to their stations.

mod follow;
pub mod roster;

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, OnceLock, PoisonError, Weak};

use axum::{Json, Router, routing::get};
use tokio::sync::mpsc::error::TrySendError;
use tokio::sync::{Notify, mpsc};
use tokio::task::JoinSet;

use super::Folders;
use crate::catalog;
use crate::catalog::scanners::{Kind, SerialSpec};
use crate::config::devices::masked;
use crate::config::{Config, Scanner};
use crate::device::scanner::{self, Catalog, Deliver, Full, Place, Report, ScannerConfig, State, Transport, spawn};
use crate::floor::bench::Trouble;
use crate::floor::verdict::Signal;
use crate::ids::{ScannerId, StationId};
use crate::scan::Heard;
use crate::station::input::Input;
use crate::station::run::Handle;
use crate::station::scanners::Answered;
use roster::Roster;

/// The address at which the running program tells of its scanners.
pub const ADDRESS: &str = "/scanners";

type Failed = Box<dyn std::error::Error + Send + Sync>;

/// The way back to the scanners, once they are read.
pub(super) type Hand = OnceLock<Weak<scanner::Handle>>;

/// A red lets the scanner itself signal a refusal, where it can. That may be lost: the screen says the same.
pub(super) fn refuse(hand: &Hand, answered: &Answered) {
    if answered.signal == Signal::Stop
        && let Some(scanner) = &answered.scanner
        && let Some(handle) = hand.get().and_then(Weak::upgrade)
    {
        handle.refuse(scanner.clone()).ok();
    }
}

/// The scanners of this PC. Reading goes on as long as this lives.
#[derive(Debug)]
pub struct Scanners {
    roster: Arc<Roster>,
    _handle: Arc<scanner::Handle>,
    _tasks: JoinSet<()>,
}

/// The device files by which scanners are understood, this machine's own in their place.
///
/// # Errors
/// A file can not be read or understood, or the configuration names one that does not exist.
pub fn catalog(config: &Config, folders: &Folders) -> Result<Catalog, Failed> {
    let devices = folders.devices();
    let built_in = catalog::scanners::built_in()?;
    let profiles = masked(devices, "scanners", built_in, |_, text| catalog::scanners::parse(text))?;
    let built_in = catalog::keyboards::built_in()?;
    let keyboards = masked(devices, "keyboards", built_in, |_, text| catalog::keyboards::parse(text))?;
    config.has_files(folders.config_file(), &profiles, &keyboards)?;
    Ok(Catalog { profiles, keyboards: Arc::new(keyboards) })
}

/// Starts reading.
///
/// # Errors
/// There is no thread.
pub(super) fn start(
    config: &Config,
    catalog: Catalog,
    stations: Vec<StationId>,
    station: &Handle,
    unsaid: Arc<Unsaid>,
    hand: &Hand,
) -> Result<Scanners, Failed> {
    let roster = Arc::new(Roster::new(stations, &config.scanner));
    let profiles = catalog.profiles.clone();
    let deliver = deliver(station, Arc::clone(&roster));
    let handle = spawn(Vec::new(), Arc::new(catalog), deliver, report(Arc::clone(&roster), Arc::clone(&unsaid)))?;
    let handle = Arc::new(handle);
    hand.set(Arc::downgrade(&handle)).ok();
    let mut tasks = JoinSet::new();
    tasks.spawn(tell(unsaid, station.inputs.clone()));
    tasks.spawn(follow::follow(Arc::clone(&roster), Arc::clone(&handle), profiles, station.scanners.clone()));
    Ok(Scanners { roster, _handle: handle, _tasks: tasks })
}

impl Scanners {
    /// What `stationd devices` asks of the running program.
    pub fn router(&self) -> Router {
        let roster = Arc::clone(&self.roster);
        Router::new().route(ADDRESS, get(move || async move { Json(roster.shown()) }))
    }
}

/// How a scanner of the configuration is reached.
pub(super) fn device(scanner: &Scanner) -> Option<ScannerConfig> {
    let by_place = || Place {
        path: None,
        port: scanner.port.clone(),
        serial: scanner.serial_number.clone(),
        address: scanner.bluetooth.clone(),
    };
    let node = scanner.evdev.as_ref().or(scanner.hidraw.as_ref()).or(scanner.serial.as_ref());
    let place = node.map_or_else(by_place, Place::at);
    let transport = match (scanner.kind(), scanner.listen, &scanner.connect) {
        (Kind::Keyboard, ..) => Transport::Evdev(place),
        (Kind::Hidpos, ..) => Transport::Hidraw(place),
        (Kind::Serial, ..) => Transport::Serial(place, SerialSpec { baud: scanner.baud, ..SerialSpec::default() }),
        (Kind::Tcp, Some(address), _) => Transport::TcpListen(address),
        (Kind::Tcp, None, Some(address)) => Transport::TcpConnect(address.clone()),
        (Kind::Tcp, None, None) => return None,
    };
    let (profile, keyboard) = (scanner.profile.clone(), scanner.layout.clone());
    Some(ScannerConfig { profile, keyboard, ..ScannerConfig::new(scanner.name.clone(), transport) })
}

/// Readers never wait: a full station is said so, loudly, by the reader itself.
fn deliver(station: &Handle, roster: Arc<Roster>) -> Deliver {
    let inputs = station.inputs.clone();
    Arc::new(move |scanner, heard| {
        let scanner = scanner.clone();
        let input = match (heard, roster.owner(&scanner)) {
            (Heard::Unpaired(said), _) => Input::Unpaired { scanner, said: Some(said) },
            (heard, Some(station)) => {
                roster.heard(&scanner, jiff::Timestamp::now());
                Input::Heard { station, scanner, heard }
            }
            (_, None) => return Ok(()),
        };
        match inputs.try_send(input) {
            Ok(()) | Err(TrySendError::Closed(_)) => Ok(()),
            Err(TrySendError::Full(_)) => Err(Full),
        }
    })
}

/// What was not told yet, the latest of each device: news is late at worst, never lost.
#[derive(Debug, Default)]
pub(super) struct Unsaid {
    inputs: Mutex<BTreeMap<String, Vec<Input>>>,
    news: Notify,
}

impl Unsaid {
    /// Tells this of a device, in place of what was not told yet.
    pub(super) fn put(&self, device: String, inputs: Vec<Input>) {
        self.inputs.lock().unwrap_or_else(PoisonError::into_inner).insert(device, inputs);
        self.news.notify_one();
    }

    fn take(&self) -> Vec<Input> {
        let mut unsaid = self.inputs.lock().unwrap_or_else(PoisonError::into_inner);
        unsaid.pop_first().map(|(_, inputs)| inputs).unwrap_or_default()
    }
}

/// Tells the station as soon as it has room.
async fn tell(unsaid: Arc<Unsaid>, inputs: mpsc::Sender<Input>) {
    loop {
        unsaid.news.notified().await;
        loop {
            let next = unsaid.take();
            if next.is_empty() {
                break;
            }
            for input in next {
                if inputs.send(input).await.is_err() {
                    return;
                }
            }
        }
    }
}

/// Troubles go to the kiosk of the scanner's bench.
fn report(roster: Arc<Roster>, unsaid: Arc<Unsaid>) -> Report {
    Arc::new(move |scanner, state| {
        let stations = roster.reported(scanner, &state);
        let trouble = trouble(scanner, &state).filter(|_| roster.owner(scanner).is_some() || state != State::Gone);
        let device = format!("scanner {scanner}");
        let mut inputs = vec![Input::Equipment { device: device.clone(), stations, trouble }];
        if state == State::Gone {
            inputs.push(Input::Unpaired { scanner: scanner.clone(), said: None });
        }
        unsaid.put(device, inputs);
    })
}

fn trouble(scanner: &ScannerId, state: &State) -> Option<Trouble> {
    let scanner = scanner.to_string();
    match state {
        State::Connected => None,
        State::Gone => Some(Trouble::ScannerGone { scanner }),
        State::Failed(scanner::Trouble::InUse) => Some(Trouble::ScannerRefused { scanner }),
        State::Failed(scanner::Trouble::NotPermitted) => Some(Trouble::ScannerForbidden { scanner }),
        State::Failed(why) => {
            tracing::warn!(scanner, %why, "a scanner can not be used");
            Some(Trouble::ScannerUnusable { scanner })
        }
    }
}
