//! Tells presses of the jobs that were scanned beside them.

use std::sync::Arc;

use super::scanners::Unsaid;
use crate::config::{Config, press as file};
use crate::device::press::{Handle, NotPassed, Press, Way};
use crate::floor::bench::Trouble;
use crate::floor::verdict::Signal;
use crate::ids::{JobId, StationId};
use crate::station::input::Input;
use crate::station::scanners::Answered;

/// The presses of this PC.
pub struct Presses {
    all: Vec<(file::Press, Handle, Arc<Report>)>,
}

/// Shows at the press's bench what was not passed on.
struct Report {
    press: String,
    stations: Vec<StationId>,
    unsaid: Arc<Unsaid>,
}

impl Presses {
    /// Starts their threads.
    ///
    /// # Errors
    /// There is no thread.
    pub fn start(config: &Config, unsaid: &Arc<Unsaid>) -> std::io::Result<Presses> {
        let mut all = Vec::new();
        for press in &config.press {
            // A scanner that is paired may be anywhere: then every kiosk is told.
            let of_scanner = config.scanner.iter().find(|scanner| press.scanner.as_ref() == Some(&scanner.name));
            let station = press.station.clone().or_else(|| of_scanner.and_then(|scanner| scanner.station.clone()));
            let everywhere = || config.station.iter().map(|station| station.name.clone()).collect();
            let stations = station.map_or_else(everywhere, |station| vec![station]);
            let report = Arc::new(Report { press: press.name.clone(), stations, unsaid: Arc::clone(unsaid) });
            let told = Arc::clone(&report);
            let Some(way) = way(press) else { continue };
            let line = press.line.clone().unwrap_or_else(|| format!("{}\r\n", file::CODE));
            let device = Press { name: press.name.clone(), way, line };
            let handle = device.start(Box::new(move |job, passed| told.told(job, passed)))?;
            all.push((press.clone(), handle, report));
        }
        Ok(Presses { all })
    }

    /// A scan was answered: its job is passed on, unless the answer was red.
    pub fn answered(&self, answered: &Answered) {
        let Some(job) = answered.job.as_ref().filter(|_| answered.signal != Signal::Stop) else { return };
        for (press, handle, report) in &self.all {
            let of_station = press.station.as_ref() == Some(&answered.station);
            let of_scanner = press.scanner.is_some() && press.scanner == answered.scanner;
            if (of_station || of_scanner)
                && let Err(error) = handle.pass(job)
            {
                report.told(job, Err(error));
            }
        }
    }
}

impl Report {
    fn told(&self, job: &JobId, passed: Result<(), NotPassed>) {
        let trouble = passed.err().map(|error| {
            let cause = &error as &dyn std::error::Error;
            tracing::warn!(press = self.press, %job, error = cause, "a job is not passed on");
            Trouble::PressAway { press: self.press.clone(), job: job.to_string() }
        });
        let device = format!("press {}", self.press);
        let input = Input::Equipment { device: device.clone(), stations: self.stations.clone(), trouble };
        self.unsaid.put(device, vec![input]);
    }
}

fn way(press: &file::Press) -> Option<Way> {
    let name = press.file.clone().unwrap_or_else(|| format!("{}.txt", file::CODE));
    Some(match press {
        file::Press { tcp: Some(address), .. } => Way::Tcp(address.clone()),
        file::Press { serial: Some(path), baud, .. } => Way::Serial(path.clone(), *baud),
        file::Press { folder: Some(folder), .. } => Way::Folder(folder.clone(), name),
        file::Press { url: Some(url), .. } => Way::Url(url.clone()),
        _ => return None,
    })
}
