//! One printer of the configuration: exactly one way to reach it, and what it is.

use std::path::PathBuf;

use serde::Deserialize;

use super::known;
use crate::ids::PrinterId;

/// Speed of a serial printer unless told otherwise, in bits a second: what most leave the factory with.
pub const BAUD: u32 = 9600;

/// One printer.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Printer {
    /// The name by which stations refer to it.
    pub name: PrinterId,
    /// Its profile, the name of a file below `devices/printers`, such as `generic-zpl-203`. Without one a USB printer's
    /// is worked out from what it says of itself.
    #[serde(default)]
    pub profile: Option<String>,
    /// Where it listens for raw data, as `host:9100`.
    #[serde(default)]
    pub tcp: Option<String>,
    /// Its device file, such as `/dev/usb/lp0`.
    #[serde(default)]
    pub device: Option<PathBuf>,
    /// Its serial port.
    #[serde(default)]
    pub serial: Option<PathBuf>,
    /// The serial port's speed in bits a second; else [`BAUD`].
    #[serde(default)]
    pub baud: Option<u32>,
    /// Its USB number, as `09c5:0588` or, where there are two of a kind, `09c5:0588:SERIAL`: without the kernel's driver.
    #[serde(default)]
    pub usb: Option<String>,
    /// Its queue at a print server, or itself where it is one: `ipp://host/printers/NAME`.
    #[serde(default)]
    pub ipp: Option<String>,
}

impl Printer {
    /// One way to reach it, written as it should be.
    pub(super) fn make_sense(&self) -> Result<(), String> {
        let name = &self.name;
        let ways =
            [self.tcp.is_some(), self.device.is_some(), self.serial.is_some(), self.usb.is_some(), self.ipp.is_some()];
        if ways.iter().filter(|w| **w).count() != 1 {
            return Err(format!("printer {name} needs exactly one of tcp, device, serial, usb, ipp"));
        }
        if self.profile.is_none() && self.usb.is_none() && self.device.is_none() {
            return Err(format!("printer {name} needs a profile, such as \"generic-zpl-203\""));
        }
        let is_host = |tcp: &str| {
            tcp.rsplit_once(':')
                .is_some_and(|(host, port)| !host.is_empty() && port.parse::<u16>().is_ok_and(|p| p > 0))
        };
        if let Some(tcp) = self.tcp.as_deref().filter(|tcp| !is_host(tcp)) {
            return Err(format!("printer {name}: tcp is {tcp:?}; write host and port, such as \"10.0.0.9:9100\""));
        }
        let is_server = |uri: &str| ["ipp://", "ipps://", "http://", "https://"].iter().any(|way| uri.starts_with(way));
        if let Some(uri) = self.ipp.as_deref().filter(|uri| !is_server(uri)) {
            return Err(format!("printer {name}: ipp is {uri:?}; write it such as \"ipp://server/printers/NAME\""));
        }
        if self.baud.is_some() && self.serial.is_none() {
            return Err(format!("printer {name} has a baud without serial; only a serial port has a speed"));
        }
        Ok(())
    }

    /// Its profile must be among these.
    pub(super) fn has_profile(&self, profiles: &[&str]) -> Result<(), String> {
        let Some(profile) = &self.profile else { return Ok(()) };
        known("printer profile", profile, profiles).map_err(|why| format!("printer {}: {why}", self.name))
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use crate::catalog::printers::names;
    use crate::config::Config;

    fn check(text: &str, expected: &str) {
        let path = Path::new("stationd.toml");
        let read = Config::parse(path, text).and_then(|config| config.has_profiles(path, &names()));
        assert_eq!(read.map_or_else(|error| error.to_string(), |()| "good".to_owned()), expected, "of:\n{text}");
    }

    #[test]
    fn what_a_printer_may_not_say_is_refused_in_plain_words() {
        let printer = |keys: &str| format!("[[printer]]\nname = \"zebra\"\n{keys}");
        check(
            &printer("profile = \"generic-zlp-203\"\ntcp = \"10.0.0.9:9100\"\n"),
            "stationd.toml: printer zebra: there is no printer profile named generic-zlp-203; do you mean generic-zpl-203?",
        );
        check(
            &printer("profile = \"zebra-203\"\ntcp = \"10.0.0.9\"\n"),
            "stationd.toml: printer zebra: tcp is \"10.0.0.9\"; write host and port, such as \"10.0.0.9:9100\"",
        );
        check(
            &printer("profile = \"zebra-203\"\nusb = \"0a5f\"\ndevice = \"/dev/usb/lp0\"\n"),
            "stationd.toml: printer zebra needs exactly one of tcp, device, serial, usb, ipp",
        );
        check(
            &printer("profile = \"zebra-203\"\nipp = \"server/zebra\"\n"),
            "stationd.toml: printer zebra: ipp is \"server/zebra\"; write it such as \"ipp://server/printers/NAME\"",
        );
        check(
            &printer("serial = \"/dev/ttyS0\"\n"),
            "stationd.toml: printer zebra needs a profile, such as \"generic-zpl-203\"",
        );
        check(
            &printer("profile = \"zebra-203\"\ntcp = \"a:1\"\nbaud = 9600\n"),
            "stationd.toml: printer zebra has a baud without serial; only a serial port has a speed",
        );
        check(&printer("usb = \"09c5:0588\"\n"), "good");
        check(&printer("profile = \"zebra-203\"\nserial = \"/dev/ttyS0\"\nbaud = 19200\n"), "good");
    }
}
