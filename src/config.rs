//! The configuration file: what this PC is, and nothing about the shop. Routes, operators and limits are the shop's
//! settings and live at the hub.
//!
//! Every key is known; an unknown one is an error that names the file, the line and the nearest key.

pub mod devices;
pub mod press;
mod printer;
mod scanner;

use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use serde::Deserialize;

use crate::catalog::keyboards::Keyboards;
use crate::catalog::scanners::Profiles;
use crate::code::ShopPattern;
use crate::ids::{PrinterId, StageId, StationId};
pub use printer::{BAUD, Printer};
pub use scanner::Scanner;

/// Largest configuration file, in bytes.
const FILE_MAX: u64 = 1 << 20;

/// Where the kiosk pages and the hub listen unless told otherwise: this machine only.
pub const LISTEN: &str = "127.0.0.1:7117";

/// The whole file.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Config {
    /// Where the kiosk pages, and the hub where one runs, are served.
    pub listen: SocketAddr,
    /// Names under which browsers may reach this PC, besides the loopback ones.
    pub names: Vec<String>,
    /// The language of the kiosks, `en` or `es`.
    pub language: String,
    /// The hub's address, such as `http://hub.shop.lan:7117`; without one the bench's own hub is used.
    pub hub: Option<String>,
    /// The benches at this PC.
    pub station: Vec<Station>,
    /// Their scanners.
    pub scanner: Vec<Scanner>,
    /// The software of presses, told of the jobs that were scanned.
    pub press: Vec<press::Press>,
    /// Their printers.
    pub printer: Vec<Printer>,
    /// Barcodes of the shop's own.
    pub pattern: Vec<ShopPattern>,
}

/// One bench.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Station {
    /// Its name, such as `QC-1`.
    pub name: StationId,
    /// What is done there, such as `["qc"]`.
    pub stages: Vec<StageId>,
    /// One scan records every stage of this bench that is due in a row, such as QC and pack at one table.
    #[serde(default)]
    pub one_scan: bool,
    /// Minutes without a scan after which whoever was signed on is so no more; none: never.
    #[serde(default)]
    pub sign_off_after: Option<u16>,
    /// The printer for job tickets; none: they are drawn on the kiosk.
    #[serde(default)]
    pub tickets: Option<PrinterId>,
    /// The printer for shipping and package labels; none: they are drawn on the kiosk.
    #[serde(default)]
    pub shipping: Option<PrinterId>,
}

impl Default for Config {
    fn default() -> Self {
        Config {
            listen: SocketAddr::from(([127, 0, 0, 1], 7117)),
            names: Vec::new(),
            language: "en".to_owned(),
            hub: None,
            station: Vec::new(),
            scanner: Vec::new(),
            press: Vec::new(),
            printer: Vec::new(),
            pattern: Vec::new(),
        }
    }
}

/// Why the configuration can not be used.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// The file can not be read.
    #[error("cannot read {}", path.display())]
    Read { path: PathBuf, source: std::io::Error },
    /// The file is too large to be a configuration.
    #[error("{} is larger than {FILE_MAX} bytes", path.display())]
    TooLarge { path: PathBuf },
    /// The text is not as it should be.
    #[error("{}, line {line}: {what}", path.display())]
    Text { path: PathBuf, line: usize, what: String },
    /// The text is well-formed and makes no sense.
    #[error("{}: {what}", path.display())]
    Sense { path: PathBuf, what: String },
}

impl Config {
    /// Reads a file.
    ///
    /// # Errors
    /// It can not be read, has an unknown key or a wrong value, or names what it does not define.
    pub fn read(path: &Path) -> Result<Config, ConfigError> {
        let unreadable = |source| ConfigError::Read { path: path.to_owned(), source };
        if std::fs::metadata(path).map_err(unreadable)?.len() > FILE_MAX {
            return Err(ConfigError::TooLarge { path: path.to_owned() });
        }
        Config::parse(path, &std::fs::read_to_string(path).map_err(unreadable)?)
    }

    /// Reads a file's text; `path` is for naming it.
    ///
    /// # Errors
    /// As [`Config::read`].
    pub fn parse(path: &Path, text: &str) -> Result<Config, ConfigError> {
        let config: Config = toml::from_str(text).map_err(|error| {
            let at = error.span().map_or(0, |s| s.start).min(text.len());
            let line = text.as_bytes().iter().take(at).filter(|b| **b == b'\n').count() + 1;
            ConfigError::Text { path: path.to_owned(), line, what: with_nearest_key(error.message()) }
        })?;
        config.make_sense().map_err(|what| ConfigError::Sense { path: path.to_owned(), what })?;
        Ok(config)
    }

    /// What the scanners name must be among the device files; `path` is for naming the configuration.
    ///
    /// # Errors
    /// A profile or layout that does not exist, or a profile of another kind of scanner.
    pub fn has_files(&self, path: &Path, profiles: &Profiles, keyboards: &Keyboards) -> Result<(), ConfigError> {
        let all = self.scanner.iter().try_for_each(|scanner| scanner.has_files(profiles, keyboards));
        all.map_err(|what| ConfigError::Sense { path: path.to_owned(), what })
    }

    /// What the printers name must be among `profiles`; `path` is for naming the configuration.
    ///
    /// # Errors
    /// A profile that does not exist.
    pub fn has_profiles(&self, path: &Path, profiles: &[&str]) -> Result<(), ConfigError> {
        let all = self.printer.iter().try_for_each(|printer| printer.has_profile(profiles));
        all.map_err(|what| ConfigError::Sense { path: path.to_owned(), what })
    }

    /// Names must be unique, and everything that is named must exist.
    fn make_sense(&self) -> Result<(), String> {
        let stations: Vec<&str> = self.station.iter().map(|s| s.name.as_str()).collect();
        let printers: Vec<&str> = self.printer.iter().map(|p| p.name.as_str()).collect();
        unique("station", &stations)?;
        unique("printer", &printers)?;
        unique("scanner", &self.scanner.iter().map(|s| s.name.as_str()).collect::<Vec<_>>())?;
        for station in &self.station {
            if station.stages.is_empty() {
                return Err(format!("station {} has no stages; give it one, such as [\"qc\"]", station.name));
            }
            for printer in station.tickets.iter().chain(&station.shipping) {
                known("printer", printer.as_str(), &printers)?;
            }
        }
        for scanner in &self.scanner {
            scanner.make_sense(&stations)?;
        }
        let scanners: Vec<&str> = self.scanner.iter().map(|s| s.name.as_str()).collect();
        unique("press", &self.press.iter().map(|p| p.name.as_str()).collect::<Vec<_>>())?;
        self.press.iter().try_for_each(|press| press.make_sense(&stations, &scanners))?;
        for printer in &self.printer {
            printer.make_sense()?;
        }
        if !matches!(self.language.as_str(), "en" | "es") {
            return Err(format!("language is {:?}; known are \"en\" and \"es\"", self.language));
        }
        Ok(())
    }
}

fn unique(kind: &str, names: &[&str]) -> Result<(), String> {
    match names.iter().enumerate().find(|(i, name)| names[..*i].contains(name)) {
        Some((_, twice)) => Err(format!("there are two {kind}s named {twice}")),
        None => Ok(()),
    }
}

fn known(kind: &str, name: &str, names: &[&str]) -> Result<(), String> {
    if names.contains(&name) {
        return Ok(());
    }
    let nearest = nearest(name, names.iter().copied());
    Err(format!("there is no {kind} named {name}{}", nearest.map_or(String::new(), |n| format!("; do you mean {n}?"))))
}

/// Adds "do you mean …?" to the parser's message about an unknown key.
fn with_nearest_key(message: &str) -> String {
    let mut quoted = message.split('`').skip(1).step_by(2);
    let (Some(wrong), true) = (quoted.next(), message.starts_with("unknown field")) else {
        return message.to_owned();
    };
    match nearest(wrong, quoted) {
        Some(near) => format!("unknown key `{wrong}`; do you mean `{near}`?"),
        None => message.replacen("unknown field", "unknown key", 1),
    }
}

/// The most similar of `names`, if any is similar at all.
fn nearest<'a>(wrong: &str, names: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let likeness = |name: &str| strsim::jaro_winkler(wrong, name);
    let best = names.max_by(|a, b| likeness(a).total_cmp(&likeness(b)))?;
    (likeness(best) > 0.6).then_some(best)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &str) {
        let shown = match Config::parse(Path::new("stationd.toml"), text) {
            Ok(config) => format!("{} stations, {} scanners", config.station.len(), config.scanner.len()),
            Err(error) => error.to_string(),
        };
        assert_eq!(shown, expected, "of:\n{text}");
    }

    #[test]
    fn a_configuration_is_read_or_says_where_it_is_wrong() {
        check("", "0 stations, 0 scanners");
        check("[[station]]\nname = \"QC-1\"\nstages = [\"qc\"]\n", "1 stations, 0 scanners");
        check(
            "language = \"en\"\nlistn = \"127.0.0.1:1\"\n",
            "stationd.toml, line 2: unknown key `listn`; do you mean `listen`?",
        );
        check(
            "[[station]]\nname = \"QC 1\"\nstages = [\"qc\"]\n",
            "stationd.toml, line 2: it has a character that is not printable ASCII: ' '",
        );
        check(
            "[[station]]\nname = \"QC-1\"\nstages = [\"qc\"]\ntickets = \"zebr\"\n[[printer]]\nname = \"zebra\"\nprofile = \"generic-zpl-203\"\ntcp = \"10.0.0.9:9100\"\n",
            "stationd.toml: there is no printer named zebr; do you mean zebra?",
        );
        check(
            "[[station]]\nname = \"QC-1\"\nstages = [\"qc\"]\n[[scanner]]\nname = \"left\"\nstation = \"QC-1\"\n",
            "stationd.toml: scanner left needs exactly one of evdev, hidraw, serial, listen, connect, or port, \
             serial_number, bluetooth",
        );
        check("language = \"de\"\n", "stationd.toml: language is \"de\"; known are \"en\" and \"es\"");
    }
}
