//! `stationd devices`: the scanners and printers of this PC, known or not, and what one of them sends.

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::{Arc, Mutex, PoisonError};

use super::remote::block_on;
use super::{Done, Folders, scanners};
use crate::catalog;
use crate::config::{Config, Scanner};
use crate::device::discover::{Found, present};
use crate::device::scanner::{Catalog, Place, ScannerConfig, State, Transport, watch};
use crate::device::sysfs::{self, Identity, Node};
use crate::ids::{ID_MAX, ScannerId};
use crate::scan::record;
use crate::service;

/// Most lines of a recording; a barcode of a keyboard scanner has some fifty.
const RECORD_MAX: usize = 100_000;

/// What to do; without anything it lists them.
#[derive(Debug, clap::Args)]
pub struct Args {
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
    let catalog = Catalog { profiles: catalog::scanners::built_in()?, keyboards: catalog::keyboards::built_in()? };
    let found = present(&catalog.profiles);
    match &args.command {
        None => {
            print!("{}", table(&rows(&config, &found)));
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

/// Name, way of talking, model, profile, device file and station.
type Row = [String; 6];

fn rows(config: &Config, found: &[Found]) -> Vec<Row> {
    let absent = config.scanner.iter().filter(|scanner| !found.iter().any(|found| is(scanner, found)));
    let scanners = found.iter().map(|found| present_row(config, found)).chain(absent.filter_map(other_row));
    scanners.chain(sysfs::nodes("usbmisc", "lp").iter().map(|node| printer_row(config, node))).collect()
}

fn present_row(config: &Config, found: &Found) -> Row {
    let of = config.scanner.iter().find(|scanner| is(scanner, found));
    let name = of.map_or_else(|| found.name.to_string(), |scanner| scanner.name.to_string());
    let station = match of {
        Some(scanner) => scanner.station.to_string(),
        None if found.known => "(no station)".to_owned(),
        None => "(perhaps no scanner)".to_owned(),
    };
    let profile = of.and_then(|scanner| scanner.profile.clone()).or_else(|| found.profile.clone());
    let node = found.node.display().to_string();
    [name, found.kind.to_string(), model(&found.identity), profile.unwrap_or_default(), node, station]
}

/// A configured scanner that is not plugged in, or is none that one could plug in.
fn other_row(scanner: &Scanner) -> Option<Row> {
    let device = scanners::device(scanner)?;
    let (place, state) = match &device.transport {
        Transport::Evdev(place) | Transport::Hidraw(place) | Transport::Serial(place, _) => {
            let path = place.path.clone().unwrap_or_default();
            (path.display().to_string(), if path.exists() { "" } else { "(not plugged in)" })
        }
        Transport::TcpListen(addr) => (format!("listens at {addr}"), ""),
        Transport::TcpConnect(addr) => (format!("calls {addr}"), ""),
    };
    let kind = device.transport.kind();
    let profile = scanner.profile.clone().unwrap_or_else(|| kind.generic().to_owned());
    let (name, station) = (scanner.name.to_string(), scanner.station.to_string());
    Some([name, kind.to_string(), state.to_owned(), profile, place, station])
}

fn printer_row(config: &Config, node: &Node) -> Row {
    let of = config.printer.iter().find(|printer| {
        let path = printer.device.as_ref().and_then(|path| std::fs::canonicalize(path).ok());
        path.as_ref() == Some(&node.path)
    });
    let port = node.identity.port.clone().unwrap_or_default();
    let name = of.map_or(port, |printer| printer.name.to_string());
    let profile = of.map(|printer| printer.profile.clone()).unwrap_or_default();
    let path = node.path.display().to_string();
    [name, "printer".to_owned(), model(&node.identity), profile, path, String::new()]
}

fn model(identity: &Identity) -> String {
    format!("{} {:04x}:{:04x}", identity.name, identity.vendor, identity.product)
}

/// Whether a configured scanner is this device.
fn is(scanner: &Scanner, found: &Found) -> bool {
    let classes = [(&scanner.evdev, "input"), (&scanner.hidraw, "hidraw"), (&scanner.serial, "tty")];
    classes.into_iter().any(|(path, class)| {
        let node = path.as_ref().and_then(|path| sysfs::node_at(class, path));
        node.is_some_and(|node| node.identity.folder == found.identity.folder)
    })
}

fn table(rows: &[Row]) -> String {
    if rows.is_empty() {
        return "No scanner and no USB printer is plugged in.\n".to_owned();
    }
    let head = ["NAME", "KIND", "MODEL", "PROFILE", "DEVICE", "STATION"].map(str::to_owned);
    let all: Vec<&Row> = std::iter::once(&head).chain(rows).collect();
    let mut widths = [0; 6];
    for row in &all {
        widths.iter_mut().zip(*row).for_each(|(width, cell)| *width = (*width).max(cell.chars().count()));
    }
    let line = |row: &&Row| {
        let cells: Vec<String> = row.iter().zip(widths).map(|(cell, width)| format!("{cell:width$}")).collect();
        cells.join("  ").trim_end().to_owned() + "\n"
    };
    all.iter().map(line).collect()
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
    block_on(async { Ok(service::asked_to_stop().await?) })?;
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
    fn columns_are_as_wide_as_they_must_be() {
        let row = |cells: [&str; 6]| cells.map(str::to_owned);
        let rows = [row(["qc", "serial", "", "generic-serial", "/dev/ttyACM0", "QC-1"])];
        let wanted = "NAME  KIND    MODEL  PROFILE         DEVICE        STATION\n\
                      qc    serial         generic-serial  /dev/ttyACM0  QC-1\n";
        assert_eq!(table(&rows), wanted);
    }

    #[test]
    fn a_recording_with_a_replug_is_one_fixture() {
        let mut recording = Recording::default();
        ["lines", "send J1", "lines", "send J2\\r"].into_iter().for_each(|line| recording.sent(line.to_owned()));
        ["broken cut_off", "scan J2"].into_iter().for_each(|line| recording.heard(line.to_owned()));
        assert_eq!(recording.text(), "lines\nsend J1\nunplug\nsend J2\\r\n\nbroken cut_off\nscan J2\n");
    }
}
