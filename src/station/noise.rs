//! Unreadable scans are recorded, but a scanner gone mad does not fill the disk.

use std::collections::HashMap;

use crate::floor::moment::{MINUTE, Moment};
use crate::ids::ScannerId;

/// Unreadable scans of one scanner that get an entry each, a minute; the rest is counted into one.
pub const PER_MINUTE: u32 = 20;

/// What each scanner did in its present minute.
#[derive(Debug, Clone, Default)]
pub struct Noise {
    minutes: HashMap<ScannerId, Minute>,
}

#[derive(Debug, Clone, Copy)]
struct Minute {
    began: Moment,
    heard: u32,
    uncounted: u32,
}

impl Noise {
    /// Takes one unreadable scan: how many the entry to be made stands for, or none when it is only counted.
    pub fn heard(&mut self, scanner: &ScannerId, now: Moment) -> Option<u32> {
        let fresh = Minute { began: now, heard: 0, uncounted: 0 };
        let minute = self.minutes.entry(scanner.clone()).or_insert(fresh);
        let carried = minute.uncounted;
        if now.since(minute.began) >= MINUTE || now < minute.began {
            *minute = Minute { uncounted: carried, ..fresh };
        }
        minute.heard += 1;
        if minute.heard > PER_MINUTE {
            minute.uncounted = minute.uncounted.saturating_add(1);
            return None;
        }
        Some(std::mem::take(&mut minute.uncounted).saturating_add(1))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_scanner_gone_mad_makes_twenty_entries_a_minute_and_none_is_forgotten() {
        let (mut noise, scanner) = (Noise::default(), ScannerId::new("s1").unwrap());
        let entries: u32 = (0..100).filter_map(|i| noise.heard(&scanner, Moment(i))).sum();
        assert_eq!(entries, PER_MINUTE);
        assert_eq!(noise.heard(&scanner, Moment(MINUTE + 1)), Some(81));
        assert_eq!(noise.heard(&scanner, Moment(MINUTE + 2)), Some(1));
    }
}
