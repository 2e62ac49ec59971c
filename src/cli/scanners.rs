//! Opens the configured scanners and hands what they say to their stations.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::mpsc::error::TrySendError;

use crate::catalog;
use crate::catalog::scanners::SerialSpec;
use crate::config::{Config, Scanner};
use crate::device::scanner::{
    Catalog, Deliver, Full, Handle as Scanners, Place, Report, ScannerConfig, State, Transport, spawn,
};
use crate::floor::bench::Trouble;
use crate::ids::{ScannerId, StationId};
use crate::station::input::Input;
use crate::station::run::Handle;

/// Starts reading. None when the configuration has no scanner.
///
/// # Errors
/// A device file that ships with the program is wrong, or there is no thread.
pub fn start(config: &Config, station: &Handle) -> Result<Option<Scanners>, Box<dyn std::error::Error + Send + Sync>> {
    if config.scanner.is_empty() {
        return Ok(None);
    }
    let catalog = Catalog { profiles: catalog::scanners::built_in()?, keyboards: catalog::keyboards::built_in()? };
    let of: BTreeMap<ScannerId, StationId> =
        config.scanner.iter().map(|s| (s.name.clone(), s.station.clone())).collect();
    let configs = config.scanner.iter().filter_map(device).collect();
    let handle = spawn(configs, Arc::new(catalog), deliver(station, of.clone()), report(station, of))?;
    Ok(Some(handle))
}

pub(super) fn device(scanner: &Scanner) -> Option<ScannerConfig> {
    let at = |path: &std::path::PathBuf| Place { path: Some(path.clone()), ..Place::default() };
    let transport = match scanner {
        Scanner { evdev: Some(path), .. } => Transport::Evdev(at(path)),
        Scanner { hidraw: Some(path), .. } => Transport::Hidraw(at(path)),
        Scanner { serial: Some(path), baud, .. } => {
            let line = SerialSpec { baud: *baud, ..SerialSpec::default() };
            Transport::Serial(at(path), line)
        }
        Scanner { listen: Some(address), .. } => Transport::TcpListen(*address),
        Scanner { connect: Some(address), .. } => Transport::TcpConnect(address.clone()),
        _ => return None,
    };
    let (profile, keyboard) = (scanner.profile.clone(), scanner.layout.clone());
    Some(ScannerConfig { profile, keyboard, ..ScannerConfig::new(scanner.name.clone(), transport) })
}

/// Readers never wait: a full station is said so, loudly, by the reader itself.
fn deliver(station: &Handle, of: BTreeMap<ScannerId, StationId>) -> Deliver {
    let inputs = station.inputs.clone();
    Arc::new(move |scanner, heard| {
        let Some(station) = of.get(scanner).cloned() else { return Ok(()) };
        match inputs.try_send(Input::Heard { station, scanner: scanner.clone(), heard }) {
            Ok(()) | Err(TrySendError::Closed(_)) => Ok(()),
            Err(TrySendError::Full(_)) => Err(Full),
        }
    })
}

/// Troubles go to the kiosk of the scanner's bench. The latest state of each scanner is kept until there is room for
/// it, so that news is late at worst, never lost.
fn report(station: &Handle, of: BTreeMap<ScannerId, StationId>) -> Report {
    let inputs = station.inputs.clone();
    let unsaid: Mutex<BTreeMap<ScannerId, State>> = Mutex::default();
    Arc::new(move |scanner, state| {
        let mut unsaid = unsaid.lock().unwrap_or_else(PoisonError::into_inner);
        unsaid.insert(scanner.clone(), state);
        unsaid.retain(|scanner, state| {
            let Some(station) = of.get(scanner).cloned() else { return false };
            let trouble = trouble(scanner, state);
            let device = format!("scanner {scanner}");
            inputs.try_send(Input::Equipment { device, stations: vec![station], trouble }).is_err()
        });
    })
}

fn trouble(scanner: &ScannerId, state: &State) -> Option<Trouble> {
    let scanner = scanner.to_string();
    match state {
        State::Connected => None,
        State::Gone => Some(Trouble::ScannerGone { scanner }),
        State::Failed(_) => Some(Trouble::ScannerRefused { scanner }),
    }
}
