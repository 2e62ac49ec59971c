//! One `[[scanner]]` of the configuration file, and whether what it names exists.

use std::net::SocketAddr;
use std::path::PathBuf;

use serde::Deserialize;

use super::known;
use crate::catalog::keyboards::Keyboards;
use crate::catalog::scanners::{Kind, Profiles};
use crate::ids::{ScannerId, StationId};

/// One scanner: exactly one of the ways to reach it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Scanner {
    /// Its name in the ledger and on screens, such as `qc-left`.
    pub name: ScannerId,
    /// Whose it is; left out, it is paired by scanning a station's pairing code with it.
    #[serde(default)]
    pub station: Option<StationId>,
    /// A keyboard-like scanner's event node, best a stable link below `/dev/input/by-path` or `by-id`.
    #[serde(default)]
    pub evdev: Option<PathBuf>,
    /// A HID POS scanner's hidraw node.
    #[serde(default)]
    pub hidraw: Option<PathBuf>,
    /// A serial scanner's port.
    #[serde(default)]
    pub serial: Option<PathBuf>,
    /// Where this PC listens for a fixed-mount reader.
    #[serde(default)]
    pub listen: Option<SocketAddr>,
    /// A fixed-mount reader that listens itself, as `host:port`.
    #[serde(default)]
    pub connect: Option<String>,
    /// How a scanner talks that is named by what follows: `keyboard`, `hidpos` or `serial`.
    #[serde(default)]
    pub kind: Option<Kind>,
    /// The USB port that it is plugged into, as `stationd devices` lists it.
    #[serde(default)]
    pub port: Option<String>,
    /// Its serial number.
    #[serde(default)]
    pub serial_number: Option<String>,
    /// Its Bluetooth address.
    #[serde(default)]
    pub bluetooth: Option<String>,
    /// The scanner's profile, the name of a file below `devices/scanners`.
    #[serde(default)]
    pub profile: Option<String>,
    /// Its keyboard layout, the name of a file below `devices/keyboards`; else what the profile says.
    #[serde(default)]
    pub layout: Option<String>,
    /// Serial speed in bits a second; else what the profile says.
    #[serde(default)]
    pub baud: Option<u32>,
}

impl Scanner {
    /// How it talks.
    #[must_use]
    pub fn kind(&self) -> Kind {
        match self {
            Scanner { evdev: Some(_), .. } => Kind::Keyboard,
            Scanner { hidraw: Some(_), .. } => Kind::Hidpos,
            Scanner { serial: Some(_), .. } => Kind::Serial,
            Scanner { listen: Some(_), .. } | Scanner { connect: Some(_), .. } => Kind::Tcp,
            // Most scanners type.
            _ => self.kind.unwrap_or(Kind::Keyboard),
        }
    }

    /// Whether it names a device by what it is and not by a node.
    #[must_use]
    pub const fn by_place(&self) -> bool {
        self.port.is_some() || self.serial_number.is_some() || self.bluetooth.is_some()
    }

    /// There must be one way to it, and the station must exist.
    pub(super) fn make_sense(&self, stations: &[&str]) -> Result<(), String> {
        let name = &self.name;
        if let Some(station) = &self.station {
            known("station", station.as_str(), stations)?;
        }
        let ways = [
            self.evdev.is_some(),
            self.hidraw.is_some(),
            self.serial.is_some(),
            self.listen.is_some(),
            self.connect.is_some(),
            self.by_place(),
        ];
        if ways.iter().filter(|way| **way).count() != 1 {
            return Err(format!(
                "scanner {name} needs exactly one of evdev, hidraw, serial, listen, connect, or port, serial_number, \
                 bluetooth"
            ));
        }
        if self.kind.is_some() && !self.by_place() {
            return Err(format!("scanner {name}: kind goes with port, serial_number or bluetooth only"));
        }
        if self.kind == Some(Kind::Tcp) {
            return Err(format!(
                "scanner {name}: kind is keyboard, hidpos or serial; a network reader has listen or connect"
            ));
        }
        if self.baud == Some(0) || (self.baud.is_some() && self.kind() != Kind::Serial) {
            return Err(format!("scanner {name}: baud is the speed of a serial line, above 0"));
        }
        if self.layout.is_some() && self.kind() != Kind::Keyboard {
            return Err(format!("scanner {name}: layout is for scanners that type as a keyboard"));
        }
        Ok(())
    }

    /// Profile and layout must exist, and the profile must be for such a scanner.
    pub(super) fn has_files(&self, profiles: &Profiles, keyboards: &Keyboards) -> Result<(), String> {
        let said = |why: String| format!("scanner {}: {why}", self.name);
        let kind = self.kind();
        if let Some(name) = &self.profile {
            let fitting: Vec<&str> = profiles
                .iter()
                .filter(|(_, profile)| profile.transport == kind)
                .map(|(name, _)| name.as_str())
                .collect();
            match profiles.get(name) {
                Some(profile) if profile.transport == kind => {}
                Some(profile) => {
                    let is = profile.transport;
                    return Err(said(format!("profile {name} is for {is} scanners, and this one is {kind}")));
                }
                None => known("profile", name, &fitting).map_err(said)?,
            }
        }
        if let Some(layout) = &self.layout {
            let layouts: Vec<&str> = keyboards.keys().map(String::as_str).collect();
            known("layout", layout, &layouts).map_err(said)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::super::Config;
    use crate::catalog::{keyboards, scanners};

    fn check(scanner: &str, expected: &str) {
        let station = "[[station]]\nname = \"QC-1\"\nstages = [\"qc\"]\n";
        let text = format!("{station}[[scanner]]\nname = \"left\"\n{scanner}\n");
        let (profiles, keyboards) = (scanners::built_in().unwrap(), keyboards::built_in().unwrap());
        let path = Path::new("stationd.toml");
        let read = Config::parse(path, &text).and_then(|config| config.has_files(path, &profiles, &keyboards));
        let shown = read.map_or_else(|error| error.to_string(), |()| "good".to_owned());
        assert_eq!(shown, expected, "of:\n{scanner}");
    }

    #[test]
    fn a_scanner_is_named_by_its_node_port_serial_number_or_address() {
        check("station = \"QC-1\"\nserial = \"/dev/ttyACM0\"", "good");
        check("evdev = \"/dev/input/by-id/x\"\nlayout = \"de\"", "good");
        check("port = \"0000:00:14.0:2.3\"", "good");
        check("kind = \"serial\"\nserial_number = \"SN1\"\nprofile = \"zebra-serial\"\nbaud = 115200", "good");
        check("bluetooth = \"00:11:22:33:44:55\"", "good");
    }

    #[test]
    fn what_a_scanner_may_not_say_is_refused_with_the_nearest_name() {
        let no_way = "stationd.toml: scanner left needs exactly one of evdev, hidraw, serial, listen, connect, or \
                      port, serial_number, bluetooth";
        check("", no_way);
        check("evdev = \"/dev/x\"\nport = \"1\"", no_way);
        check("station = \"QC1\"\nport = \"1\"", "stationd.toml: there is no station named QC1; do you mean QC-1?");
        check(
            "port = \"1\"\nprofile = \"zebra-keybord\"",
            "stationd.toml: scanner left: there is no profile named zebra-keybord; do you mean zebra-keyboard?",
        );
        check(
            "port = \"1\"\nprofile = \"zebra-serial\"",
            "stationd.toml: scanner left: profile zebra-serial is for serial scanners, and this one is keyboard",
        );
        check(
            "port = \"1\"\nlayout = \"dee\"",
            "stationd.toml: scanner left: there is no layout named dee; do you mean de?",
        );
        check("port = \"1\"\nbaud = 9600", "stationd.toml: scanner left: baud is the speed of a serial line, above 0");
        check(
            "listen = \"127.0.0.1:1\"\nkind = \"serial\"",
            "stationd.toml: scanner left: kind goes with port, serial_number or bluetooth only",
        );
    }
}
