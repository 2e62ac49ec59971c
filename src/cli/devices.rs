//! `stationd devices`: the scanners and printers of this PC, known or not, and what one of them sends.

mod list;

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::{Arc, Mutex, PoisonError};

use super::remote::{Remote, block_on};
use super::scanners::roster;
use super::{Done, Folders, scanners};
use crate::config::Config;
use crate::device::discover::{Found, present};
use crate::device::scanner::{Catalog, Place, ScannerConfig, State, Transport, watch};
use crate::device::sysfs;
use crate::ids::{ID_MAX, ScannerId};
use crate::scan::record;
use crate::service::Stop;

/// Most lines of a recording; a barcode of a keyboard scanner has some fifty.
const RECORD_MAX: usize = 100_000;

/// What to do; without anything it lists them.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// List as JSON.
    #[arg(long)]
    json: bool,
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    /// Show what a scanner sends until Ctrl+C. Stop the stations first: only one program can read a scanner.
    Watch {
        /// A name from the list or the configuration, or a device file.
        scanner: String,
        /// Save it as a test fixture; barcodes and everything else that was typed will be in it.
        #[arg(long, value_name = "FILE")]
        record: Option<PathBuf>,
        /// Its keyboard layout, such as `de`.
        #[arg(long, value_name = "NAME")]
        layout: Option<String>,
    },
}

/// Lists devices, or shows what one sends.
pub fn run(args: &Args, folders: &Folders) -> Done {
    let config = folders.config()?;
    let catalog = scanners::catalog(&config, folders)?;
    let found = present(&catalog.profiles);
    match &args.command {
        None => {
            // Without a running program the list says what is plugged in, and not what was scanned.
            let running: Vec<roster::Shown> = Remote::new(folders)
                .map(|remote| block_on(async { Ok(remote.get(scanners::ADDRESS).await?) }))
                .map_or_else(|_| Vec::new(), Result::unwrap_or_default);
            let rows = list::rows(&config, &found, &running, &jiff::tz::TimeZone::system());
            let text = if args.json { serde_json::to_string_pretty(&rows)? + "\n" } else { list::table(&rows) };
            print!("{text}");
            Ok(ExitCode::SUCCESS)
        }
        Some(Command::Watch { scanner, record, layout }) => {
            let mut device = chosen(scanner, &config, &found).ok_or_else(|| {
                format!("there is no scanner {scanner}; `stationd devices` lists those that are there")
            })?;
            device.keyboard = layout.clone().or(device.keyboard);
            look(device, catalog, record.as_deref())
        }
    }
}

/// The scanner that is meant. A keyboard that no profile names is not taken from others: Ctrl+C may come from it.
fn chosen(which: &str, config: &Config, found: &[Found]) -> Option<ScannerConfig> {
    if let Some(scanner) = config.scanner.iter().find(|scanner| scanner.name.as_str() == which) {
        return scanners::device(scanner);
    }
    if let Some(found) = found.iter().find(|found| found.name.as_str() == which) {
        return Some(found.config(found.known));
    }
    let path = Path::new(which);
    if !path.exists() {
        return None;
    }
    let place = Place::at(path);
    let transport = if sysfs::node_at("input", path).is_some() {
        Transport::Evdev(place)
    } else if sysfs::node_at("hidraw", path).is_some() {
        Transport::Hidraw(place)
    } else {
        Transport::Serial(place, Default::default())
    };
    let name: String = which.chars().filter(char::is_ascii_graphic).take(ID_MAX).collect();
    let name = ScannerId::new(name).ok()?;
    let known = found.iter().any(|found| found.known && std::fs::canonicalize(path).is_ok_and(|p| p == found.node));
    Some(ScannerConfig { exclusive: known, ..ScannerConfig::new(name, transport) })
}

/// What was recorded: the two halves of a fixture.
#[derive(Debug, Default)]
struct Recording {
    sent: Vec<String>,
    heard: Vec<String>,
}

impl Recording {
    /// The first line says what a device it is; when it says so again, it was unplugged in between.
    fn sent(&mut self, line: String) {
        println!("{line}");
        let again = self.sent.first() == Some(&line);
        if self.sent.len() < RECORD_MAX {
            self.sent.push(if again { "unplug".to_owned() } else { line });
        }
    }

    fn heard(&mut self, line: String) {
        println!("    => {line}");
        if self.heard.len() < RECORD_MAX {
            self.heard.push(line);
        }
    }

    fn text(&self) -> String {
        format!("{}\n\n{}\n", self.sent.join("\n"), self.heard.join("\n"))
    }
}

fn look(device: ScannerConfig, catalog: Catalog, file: Option<&Path>) -> Done {
    let recording = Arc::new(Mutex::new(Recording::default()));
    let (heard, sent) = (Arc::clone(&recording), Arc::clone(&recording));
    let handle = watch(
        device,
        Arc::new(catalog),
        Arc::new(move |_, what| {
            heard.lock().unwrap_or_else(PoisonError::into_inner).heard(record::heard(&what));
            Ok(())
        }),
        Arc::new(|_, state| {
            eprintln!(
                "{}",
                match state {
                    State::Connected => "The scanner is here. Scan something; Ctrl+C ends.".to_owned(),
                    State::Gone => "The scanner is not plugged in.".to_owned(),
                    State::Failed(why) => format!("The scanner can not be read: {why}."),
                }
            );
        }),
        Arc::new(move |line| sent.lock().unwrap_or_else(PoisonError::into_inner).sent(line)),
    )?;
    block_on(async {
        Stop::expected()?.asked().await;
        Ok(())
    })?;
    drop(handle);
    if let Some(file) = file {
        let text = recording.lock().unwrap_or_else(PoisonError::into_inner).text();
        std::fs::write(file, text).map_err(|error| format!("{} can not be written: {error}", file.display()))?;
    }
    Ok(ExitCode::SUCCESS)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_recording_with_a_replug_is_one_fixture() {
        let mut recording = Recording::default();
        ["lines", "send J1", "lines", "send J2\\r"].into_iter().for_each(|line| recording.sent(line.to_owned()));
        ["broken cut_off", "scan J2"].into_iter().for_each(|line| recording.heard(line.to_owned()));
        assert_eq!(recording.text(), "lines\nsend J1\nunplug\nsend J2\\r\n\nbroken cut_off\nscan J2\n");
    }
}
