//! The list of scanners and USB printers: what is plugged in, what is configured, and what the running program knows.

use serde::Serialize;

use crate::cli::scanners::{self, roster};
use crate::config::{Config, Scanner};
use crate::device::discover::Found;
use crate::device::scanner::Transport;
use crate::device::sysfs::{self, Identity, Node};

/// One scanner or printer.
#[derive(Debug, Default, Serialize)]
pub struct Row {
    name: String,
    /// `keyboard`, `hidpos`, `serial`, `tcp` or `printer`.
    kind: String,
    model: String,
    profile: String,
    /// Whether a profile names it, or the configuration does.
    known: bool,
    /// Where it is plugged in, or its Bluetooth address.
    port: String,
    serial_number: String,
    /// Its device file, or its address on the network.
    device: String,
    station: Option<String>,
    /// How the running program finds it; empty while none runs.
    state: String,
    /// RFC 3339; since the program started.
    last_scan: Option<String>,
}

/// Everything, in the order of the names. `running` is what the running program told.
pub fn rows(config: &Config, found: &[Found], running: &[roster::Shown], zone: &jiff::tz::TimeZone) -> Vec<Row> {
    let absent = config.scanner.iter().filter(|scanner| !found.iter().any(|found| is(scanner, found)));
    let scanners = found.iter().map(|found| present_row(config, found)).chain(absent.filter_map(absent_row));
    let mut rows: Vec<Row> = scanners.collect();
    for known in running {
        let name = known.name.to_string();
        if !rows.iter().any(|row| row.name == name) {
            rows.push(Row { name: name.clone(), kind: known.kind.to_string(), known: true, ..Row::default() });
        }
        if let Some(row) = rows.iter_mut().find(|row| row.name == name) {
            row.station = known.station.as_ref().map(ToString::to_string);
            row.state.clone_from(&known.state);
            row.last_scan =
                known.last_scan.map(|at| at.to_zoned(zone.clone()).strftime("%Y-%m-%dT%H:%M:%S%:z").to_string());
        }
    }
    rows.extend(sysfs::nodes("usbmisc", "lp").iter().map(|node| printer_row(config, node)));
    rows.sort_by(|a, b| (a.kind == "printer", &a.name).cmp(&(b.kind == "printer", &b.name)));
    rows
}

fn present_row(config: &Config, found: &Found) -> Row {
    let of = config.scanner.iter().find(|scanner| is(scanner, found));
    let profile = of.and_then(|scanner| scanner.profile.clone()).or_else(|| found.profile.clone());
    Row {
        name: of.map_or_else(|| found.name.to_string(), |scanner| scanner.name.to_string()),
        kind: found.kind.to_string(),
        known: found.known || of.is_some(),
        profile: profile.unwrap_or_default(),
        device: found.node.display().to_string(),
        station: of.and_then(|scanner| scanner.station.as_ref()).map(ToString::to_string),
        ..identified(&found.identity)
    }
}

/// A configured scanner that is not plugged in, or is none that one could plug in.
fn absent_row(scanner: &Scanner) -> Option<Row> {
    let device = scanners::device(scanner)?;
    let (place, state) = match &device.transport {
        Transport::Evdev(place) | Transport::Hidraw(place) | Transport::Serial(place, _) => {
            let path = place.path.clone().unwrap_or_default();
            (path.display().to_string(), if path.exists() { "" } else { "not plugged in" })
        }
        Transport::TcpListen(addr) => (format!("listens at {addr}"), ""),
        Transport::TcpConnect(addr) => (format!("calls {addr}"), ""),
    };
    let kind = device.transport.kind();
    let port = scanner.port.clone().or_else(|| scanner.bluetooth.clone());
    Some(Row {
        name: scanner.name.to_string(),
        kind: kind.to_string(),
        known: true,
        profile: scanner.profile.clone().unwrap_or_else(|| kind.generic().to_owned()),
        port: port.unwrap_or_default(),
        serial_number: scanner.serial_number.clone().unwrap_or_default(),
        device: place,
        station: scanner.station.as_ref().map(ToString::to_string),
        state: state.to_owned(),
        ..Row::default()
    })
}

fn printer_row(config: &Config, node: &Node) -> Row {
    let of = config.printer.iter().find(|printer| {
        let path = printer.device.as_ref().and_then(|path| std::fs::canonicalize(path).ok());
        path.as_ref() == Some(&node.path)
    });
    let port = node.identity.port.clone().unwrap_or_default();
    Row {
        name: of.map_or(port, |printer| printer.name.to_string()),
        kind: "printer".to_owned(),
        known: of.is_some(),
        profile: of.and_then(|printer| printer.profile.clone()).unwrap_or_default(),
        device: node.path.display().to_string(),
        ..identified(&node.identity)
    }
}

fn identified(identity: &Identity) -> Row {
    let model = format!("{} {:04x}:{:04x}", identity.name, identity.vendor, identity.product);
    Row {
        model: model.trim().to_owned(),
        port: identity.port.clone().or_else(|| identity.address.clone()).unwrap_or_default(),
        serial_number: identity.serial.clone().unwrap_or_default(),
        ..Row::default()
    }
}

/// Whether a configured scanner is this device.
fn is(scanner: &Scanner, found: &Found) -> bool {
    let device = scanners::device(scanner);
    device.is_some_and(|device| match &device.transport {
        Transport::Evdev(place) | Transport::Hidraw(place) | Transport::Serial(place, _) => {
            device.transport.kind() == found.kind && found.is_at(place)
        }
        Transport::TcpListen(_) | Transport::TcpConnect(_) => false,
    })
}

const HEAD: [&str; 8] = ["NAME", "KIND", "MODEL", "PROFILE", "PORT", "STATION", "LAST SCAN", "STATE"];

/// As people read it.
pub fn table(rows: &[Row]) -> String {
    if rows.is_empty() {
        return "No scanner and no USB printer is plugged in.\n".to_owned();
    }
    let cells = |row: &Row| -> [String; HEAD.len()] {
        let nobody = match (row.kind.as_str(), row.known) {
            ("printer", _) => "",
            (_, true) => "(not paired)",
            (_, false) => "(perhaps no scanner)",
        };
        let port = if row.port.is_empty() { &row.device } else { &row.port };
        [
            row.name.clone(),
            row.kind.clone(),
            row.model.clone(),
            row.profile.clone(),
            port.clone(),
            row.station.clone().unwrap_or_else(|| nobody.to_owned()),
            // The day is known to whoever asks; the time is what tells.
            row.last_scan.as_deref().and_then(|at| at.get(11..19)).unwrap_or_default().to_owned(),
            row.state.clone(),
        ]
    };
    let all: Vec<[String; HEAD.len()]> =
        std::iter::once(HEAD.map(str::to_owned)).chain(rows.iter().map(cells)).collect();
    let mut widths = [0; HEAD.len()];
    for row in &all {
        widths.iter_mut().zip(row).for_each(|(width, cell)| *width = (*width).max(cell.chars().count()));
    }
    let line = |row: &[String; HEAD.len()]| {
        let cells: Vec<String> = row.iter().zip(widths).map(|(cell, width)| format!("{cell:width$}")).collect();
        cells.join("  ").trim_end().to_owned() + "\n"
    };
    all.iter().map(line).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::scanners::Kind;
    use crate::ids::{ScannerId, StationId};

    #[test]
    fn what_the_running_program_knows_stands_beside_what_is_configured() {
        let text = "[[station]]\nname = \"QC-1\"\nstages = [\"qc\"]\n\
                    [[scanner]]\nname = \"left\"\nserial = \"/nowhere/scanner\"\n\
                    [[scanner]]\nname = \"gate\"\nlisten = \"127.0.0.1:5000\"\nstation = \"QC-1\"\n";
        let config = Config::parse(std::path::Path::new("c"), text).unwrap();
        let left = roster::Shown {
            name: ScannerId::new("left").unwrap(),
            kind: Kind::Serial,
            station: StationId::new("QC-1").ok(),
            state: "ready".to_owned(),
            last_scan: "2026-11-21T14:02:59Z".parse().ok(),
            layout: None,
        };
        let rows = rows(&config, &[], &[left], &jiff::tz::TimeZone::UTC);
        let rows: Vec<Row> = rows.into_iter().filter(|row| row.kind != "printer").collect();
        let wanted = [
            "NAME KIND MODEL PROFILE PORT STATION LAST SCAN STATE",
            "gate tcp generic-tcp listens at 127.0.0.1:5000 QC-1",
            "left serial generic-serial /nowhere/scanner QC-1 14:02:59 ready",
        ];
        let table_text = table(&rows);
        let lines: Vec<String> =
            table_text.lines().map(|line| line.split_whitespace().collect::<Vec<_>>().join(" ")).collect();
        assert_eq!(lines, wanted);
        let columns: Vec<Option<usize>> =
            table_text.lines().map(|line| line.find("QC-1").or(line.find("STATION"))).collect();
        assert!(columns.iter().all(|column| *column == columns[0]), "{table_text}");
        assert_eq!(serde_json::to_value(&rows).unwrap()[1]["last_scan"], "2026-11-21T14:02:59+00:00");
        assert_eq!(table(&[]), "No scanner and no USB printer is plugged in.\n");
    }
}
