//! One `[[press]]` of the configuration file: whose scans a press's software is told of, and how it is reached.

use std::path::PathBuf;

use serde::Deserialize;

use super::known;
use crate::ids::{ScannerId, StationId};

/// What stands for the job's code in `line`, `file` and `url`.
pub const CODE: &str = "{code}";

/// The software of a press, which loads the artwork of the job that was scanned.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Press {
    /// Its name on screens, such as `dtg-1`.
    pub name: String,
    /// Whose jobs it is told of: every scan of this station.
    #[serde(default)]
    pub station: Option<StationId>,
    /// Or only what this scanner reads.
    #[serde(default)]
    pub scanner: Option<ScannerId>,
    /// Where it waits for a line, as `host:port`.
    #[serde(default)]
    pub tcp: Option<String>,
    /// The serial port at which it waits for a line.
    #[serde(default)]
    pub serial: Option<PathBuf>,
    /// Serial speed in bits a second; 9600 if left out.
    #[serde(default)]
    pub baud: Option<u32>,
    /// The folder that it looks into for a file.
    #[serde(default)]
    pub folder: Option<PathBuf>,
    /// The address that it wants to be called at (POST).
    #[serde(default)]
    pub url: Option<String>,
    /// What is sent, or stands in the file; `{code}` and a line end if left out.
    #[serde(default)]
    pub line: Option<String>,
    /// The file's name; `{code}.txt` if left out.
    #[serde(default)]
    pub file: Option<String>,
}

impl Press {
    /// It must be told of somebody's jobs, in one way.
    pub(super) fn make_sense(&self, stations: &[&str], scanners: &[&str]) -> Result<(), String> {
        let name = &self.name;
        match (&self.station, &self.scanner) {
            (Some(station), None) => known("station", station.as_str(), stations)?,
            (None, Some(scanner)) => known("scanner", scanner.as_str(), scanners)?,
            _ => return Err(format!("press {name} needs exactly one of station, scanner")),
        }
        let ways = [self.tcp.is_some(), self.serial.is_some(), self.folder.is_some(), self.url.is_some()];
        if ways.iter().filter(|way| **way).count() != 1 {
            return Err(format!("press {name} needs exactly one of tcp, serial, folder, url"));
        }
        if self.baud == Some(0) || (self.baud.is_some() && self.serial.is_none()) {
            return Err(format!("press {name}: baud is the speed of a serial line, above 0"));
        }
        if self.file.is_some() && self.folder.is_none() {
            return Err(format!("press {name}: file goes with folder only"));
        }
        let lacks = |text: &Option<String>| text.as_ref().is_some_and(|text| !text.contains(CODE));
        if lacks(&self.line) || lacks(&self.file) {
            return Err(format!("press {name}: line and file must hold {CODE}, which stands for the job's code"));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::super::Config;

    fn check(press: &str, expected: &str) {
        let station = "[[station]]\nname = \"PRINT-1\"\nstages = [\"print\"]\n";
        let text = format!("{station}[[press]]\nname = \"dtg\"\n{press}\n");
        let read = Config::parse(std::path::Path::new("c"), &text);
        assert_eq!(read.map_or_else(|error| error.to_string(), |_| "good".to_owned()), expected, "of:\n{press}");
    }

    #[test]
    fn a_press_is_told_of_a_station_or_scanner_in_one_way() {
        check("station = \"PRINT-1\"\ntcp = \"10.0.0.7:5000\"", "good");
        check("station = \"PRINT-1\"\nfolder = \"/srv/hot\"\nfile = \"{code}.job\"", "good");
        check("tcp = \"10.0.0.7:5000\"", "c: press dtg needs exactly one of station, scanner");
        check("station = \"PRINT-1\"", "c: press dtg needs exactly one of tcp, serial, folder, url");
        check(
            "station = \"PRINT1\"\ntcp = \"10.0.0.7:5000\"",
            "c: there is no station named PRINT1; do you mean PRINT-1?",
        );
        check(
            "station = \"PRINT-1\"\ntcp = \"10.0.0.7:5000\"\nline = \"code\"",
            "c: press dtg: line and file must hold {code}, which stands for the job's code",
        );
    }
}
