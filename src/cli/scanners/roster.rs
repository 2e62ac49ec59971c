//! Every scanner of this PC: whose it is, how it is opened, how it is, and when it last said something.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use serde::{Deserialize, Serialize};

use crate::catalog::scanners::Kind;
use crate::config::Scanner;
use crate::device::discover::Found;
use crate::device::scanner::{ScannerConfig, State, Transport};
use crate::ids::{ScannerId, StationId};
use crate::ledger::scanners::Scanners;

/// The scanners of this PC and its benches.
#[derive(Debug)]
pub struct Roster {
    stations: Vec<StationId>,
    lines: Mutex<BTreeMap<ScannerId, Line>>,
}

#[derive(Debug)]
struct Line {
    /// As the configuration or the device itself has it.
    base: ScannerConfig,
    /// Whose it is by the configuration.
    fixed: Option<StationId>,
    /// It is a scanner for sure: somebody configured it, or a profile names it.
    sure: bool,
    /// It is in the configuration, so that it stays when it is unplugged.
    configured: bool,
    /// Whose it is, as last planned.
    owner: Option<StationId>,
    /// How it was last ordered to be read.
    ordered: Option<ScannerConfig>,
    state: Option<State>,
    last: Option<jiff::Timestamp>,
}

/// What the scanners' thread must do for the plan.
#[derive(Debug, PartialEq, Eq)]
pub enum Order {
    /// Open it, or open it in another way.
    Open(Box<ScannerConfig>),
    /// Close it and forget it.
    Close(ScannerId),
}

/// One scanner as `stationd devices` asks for it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shown {
    /// Its name.
    pub name: ScannerId,
    /// How it talks.
    pub kind: Kind,
    /// Whose it is.
    pub station: Option<StationId>,
    /// How it is, in a few words.
    pub state: String,
    /// When it last gave a scan, since the program started.
    pub last_scan: Option<jiff::Timestamp>,
    /// The keyboard layout that it was set to.
    pub layout: Option<String>,
}

impl Roster {
    /// With the scanners of the configuration.
    #[must_use]
    pub fn new(stations: Vec<StationId>, configured: &[Scanner]) -> Roster {
        let line = |scanner: &Scanner| {
            let mut line = Line::new(super::device(scanner)?, true);
            (line.fixed, line.configured) = (scanner.station.clone(), true);
            Some((scanner.name.clone(), line))
        };
        Roster { stations, lines: Mutex::new(configured.iter().filter_map(line).collect()) }
    }

    /// What is plugged in now. Scanners of the configuration are there in any case, under their own names.
    pub fn plugged(&self, found: &[Found]) {
        let mut lines = self.lines();
        let strangers: Vec<&Found> =
            found.iter().filter(|found| !lines.values().any(|line| line.configured && line.is(found))).collect();
        let is_stranger = |name: &ScannerId| strangers.iter().any(|found| found.name == *name);
        let is_taken = |name: &ScannerId| !is_stranger(name) && found.iter().any(|found| found.name == *name);
        lines.retain(|name, line| line.configured || is_stranger(name) || (line.owner.is_some() && !is_taken(name)));
        for found in strangers {
            // Unknown serial devices are left alone: they may be anything, and opening one disturbs it.
            if found.known || found.kind != Kind::Serial {
                let line = || Line::new(found.config(true), found.known);
                lines.entry(found.name.clone()).or_insert_with(line);
            }
        }
    }

    /// Plans by what was recorded of scanners, and gives what has to change for that.
    pub fn plan(&self, known: &Scanners, open: &mut Vec<ScannerId>) -> Vec<Order> {
        let mut lines = self.lines();
        let gone = open.iter().filter(|name| !lines.contains_key(name)).cloned().map(Order::Close).collect();
        let mut orders: Vec<Order> = gone;
        for (name, line) in lines.iter_mut() {
            let recorded = known.get(name);
            let paired = recorded.and_then(|known| known.station.clone()).filter(|s| self.stations.contains(s));
            let only = match self.stations.as_slice() {
                [only] if line.sure => Some(only.clone()),
                _ => None,
            };
            line.owner = line.fixed.clone().or(paired).or(only);
            let layout = recorded.and_then(|known| known.layout.clone());
            let wanted = ScannerConfig {
                keyboard: layout.or_else(|| line.base.keyboard.clone()),
                exclusive: line.sure || line.owner.is_some(),
                paired: line.owner.is_some(),
                ..line.base.clone()
            };
            if line.ordered.as_ref() != Some(&wanted) {
                line.ordered = Some(wanted.clone());
                orders.push(Order::Open(Box::new(wanted)));
            }
        }
        *open = lines.keys().cloned().collect();
        orders
    }

    /// Whose a scanner is.
    #[must_use]
    pub fn owner(&self, scanner: &ScannerId) -> Option<StationId> {
        self.lines().get(scanner)?.owner.clone()
    }

    /// A scanner gave a scan.
    pub fn heard(&self, scanner: &ScannerId, now: jiff::Timestamp) {
        if let Some(line) = self.lines().get_mut(scanner) {
            line.last = Some(now);
        }
    }

    /// A scanner came, went or is in trouble. Tells the benches that want to know: its own, or all where it is a
    /// scanner for sure and has none yet.
    pub fn reported(&self, scanner: &ScannerId, state: &State) -> Vec<StationId> {
        let mut lines = self.lines();
        let Some(line) = lines.get_mut(scanner) else { return Vec::new() };
        line.state = Some(state.clone());
        match &line.owner {
            Some(owner) => vec![owner.clone()],
            None if line.sure => self.stations.clone(),
            None => Vec::new(),
        }
    }

    /// All of them, as `stationd devices` asks for them.
    #[must_use]
    pub fn shown(&self) -> Vec<Shown> {
        let shown = |(name, line): (&ScannerId, &Line)| Shown {
            name: name.clone(),
            kind: line.base.transport.kind(),
            station: line.owner.clone(),
            state: match &line.state {
                None => "not opened yet".to_owned(),
                Some(State::Connected) => "ready".to_owned(),
                Some(State::Gone) => "not plugged in".to_owned(),
                Some(State::Failed(why)) => why.to_string(),
            },
            last_scan: line.last,
            layout: line.ordered.as_ref().and_then(|config| config.keyboard.clone()),
        };
        self.lines().iter().map(shown).collect()
    }

    fn lines(&self) -> MutexGuard<'_, BTreeMap<ScannerId, Line>> {
        self.lines.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Line {
    fn new(base: ScannerConfig, sure: bool) -> Line {
        Line { base, fixed: None, sure, configured: false, owner: None, ordered: None, state: None, last: None }
    }

    /// Whether this is the device that was found.
    fn is(&self, found: &Found) -> bool {
        let (Transport::Evdev(place) | Transport::Hidraw(place) | Transport::Serial(place, _)) = &self.base.transport
        else {
            return false;
        };
        self.base.transport.kind() == found.kind && found.is_at(place)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::device::sysfs::Identity;
    use crate::ledger::scanners::Known;

    /// A device at a USB port, and whether a profile names it.
    fn found(port: &str, known: bool) -> Found {
        let identity = Identity { port: Some(port.to_owned()), ..Identity::default() };
        let name = ScannerId::new(format!("keyboard:{port}")).unwrap();
        let node = "/dev/input/event0".into();
        Found { name, kind: Kind::Keyboard, node, identity, profile: None, known, by_serial: false }
    }

    fn known(pairs: &[(&str, &str)]) -> Scanners {
        let known = |(name, station): &(&str, &str)| {
            let known = Known { station: StationId::new(station).ok(), layout: None };
            (ScannerId::new(name).unwrap(), known)
        };
        pairs.iter().map(known).collect()
    }

    /// `name owner`, in capitals where nobody else may hear it.
    fn check(stations: &[&str], found: &[Found], recorded: &[(&str, &str)], expected: &[&str]) {
        let stations = stations.iter().map(|name| StationId::new(name).unwrap()).collect();
        let (roster, mut open) = (Roster::new(stations, &[]), Vec::new());
        roster.plugged(found);
        let orders = roster.plan(&known(recorded), &mut open);
        let shown: Vec<String> = orders
            .iter()
            .map(|order| match order {
                Order::Open(config) => {
                    let owner = roster.owner(&config.name).map_or_else(|| "nobody".to_owned(), |s| s.to_string());
                    assert_eq!(config.paired, owner != "nobody");
                    let line = format!("{} {owner}", config.name);
                    if config.exclusive { line.to_uppercase() } else { line }
                }
                Order::Close(name) => format!("close {name}"),
            })
            .collect();
        assert_eq!(shown, expected);
        assert_eq!(roster.plan(&known(recorded), &mut open), [], "nothing changes without news");
    }

    #[test]
    fn an_unknown_keyboard_is_not_taken_from_the_person_who_types_on_it_until_it_is_paired() {
        let both = [found("1", false), found("2", true)];
        check(&["QC-1", "PACK-1"], &both, &[], &["keyboard:1 nobody", "KEYBOARD:2 NOBODY"]);
        let paired = [("keyboard:1", "PACK-1"), ("keyboard:2", "QC-1")];
        check(&["QC-1", "PACK-1"], &both, &paired, &["KEYBOARD:1 PACK-1", "KEYBOARD:2 QC-1"]);
        check(&["QC-1", "PACK-1"], &both, &[("keyboard:1", "GONE-1")], &["keyboard:1 nobody", "KEYBOARD:2 NOBODY"]);
    }

    #[test]
    fn on_a_pc_with_one_station_a_device_with_a_profile_needs_no_pairing() {
        check(&["QC-1"], &[found("1", false), found("2", true)], &[], &["keyboard:1 nobody", "KEYBOARD:2 QC-1"]);
    }

    #[test]
    fn two_of_one_model_keep_their_benches_whatever_comes_first() {
        let paired = [("keyboard:1", "PACK-1"), ("keyboard:2", "QC-1")];
        for both in [[found("1", true), found("2", true)], [found("2", true), found("1", true)]] {
            check(&["QC-1", "PACK-1"], &both, &paired, &["KEYBOARD:1 PACK-1", "KEYBOARD:2 QC-1"]);
        }
    }

    #[test]
    fn what_is_unplugged_is_closed_unless_it_belongs_to_a_bench() {
        let stations = ["QC-1", "PACK-1"].map(|name| StationId::new(name).unwrap());
        let (roster, mut open) = (Roster::new(stations.to_vec(), &[]), Vec::new());
        roster.plugged(&[found("1", false), found("2", false)]);
        let known = known(&[("keyboard:1", "PACK-1")]);
        assert_eq!(roster.plan(&known, &mut open).len(), 2);
        roster.plugged(&[]);
        let gone = ScannerId::new("keyboard:2").unwrap();
        assert_eq!(roster.plan(&known, &mut open), [Order::Close(gone)]);
        roster.plugged(&[found("2", false)]);
        assert!(matches!(roster.plan(&known, &mut open).as_slice(), [Order::Open(_)]));
    }

    #[test]
    fn a_scanner_of_the_configuration_is_not_offered_under_another_name() {
        let text = "[[station]]\nname = \"QC-1\"\nstages = [\"qc\"]\n[[station]]\nname = \"QC-2\"\nstages = [\"qc\"]\n\
                    [[scanner]]\nname = \"left\"\nport = \"1\"\nstation = \"QC-2\"\n";
        let config = crate::config::Config::parse(std::path::Path::new("c"), text).unwrap();
        let stations = config.station.iter().map(|s| s.name.clone()).collect();
        let (roster, mut open) = (Roster::new(stations, &config.scanner), Vec::new());
        roster.plugged(&[found("1", true), found("2", true)]);
        roster.plan(&Scanners::new(), &mut open);
        let shown: Vec<String> =
            roster.shown().iter().map(|s| format!("{} {:?}", s.name, s.station.is_some())).collect();
        assert_eq!(shown, ["keyboard:2 false", "left true"]);
    }
}
