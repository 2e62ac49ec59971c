//! Moments: microseconds of Unix time, and the two times that every entry carries.

use serde::{Deserialize, Serialize};

/// A moment, in microseconds since 1970-01-01 UTC. Orders entries; shown in a zone only at the edge.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Moment(pub i64);

/// One second, in the unit of [`Moment`].
pub const SECOND: i64 = 1_000_000;
/// One minute, in the unit of [`Moment`].
pub const MINUTE: i64 = 60 * SECOND;

/// A foreign moment further ahead than this is a wrong clock and does not pull ours along.
pub const FOREIGN_AHEAD_MAX: i64 = 5 * MINUTE;
/// Where the ordering time and the wall clock are further apart than this, the time is doubtful.
pub const DOUBTFUL_APART: i64 = 2 * MINUTE;

impl Moment {
    /// This moment moved by `micros`; stays at the ends of time.
    #[must_use]
    pub const fn plus(self, micros: i64) -> Moment {
        Moment(self.0.saturating_add(micros))
    }

    /// Microseconds from `earlier` to this; negative when it is later.
    #[must_use]
    pub const fn since(self, earlier: Moment) -> i64 {
        self.0.saturating_sub(earlier.0)
    }

    /// The same moment as the library type, for showing; out-of-range moments show as the epoch.
    #[must_use]
    pub fn timestamp(self) -> jiff::Timestamp {
        jiff::Timestamp::from_microsecond(self.0).unwrap_or_default()
    }

    /// From the library type.
    #[must_use]
    pub fn of(timestamp: jiff::Timestamp) -> Moment {
        Moment(timestamp.as_microsecond())
    }
}

/// What the clock on the wall said when an entry was made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Wall {
    /// The clock's time.
    #[serde(rename = "t")]
    pub time: Moment,
    /// Offset of the station's zone from UTC, in minutes, east positive.
    #[serde(rename = "z")]
    pub zone: i16,
}

/// The ordering time of a new entry: after the writer's last, and after the newest known of the same order
/// unless that one is from a clock far ahead.
#[must_use]
pub fn ordering_time(wall: Moment, last_own: Moment, newest_of_order: Option<Moment>) -> Moment {
    let known = newest_of_order.filter(|m| m.since(wall) <= FOREIGN_AHEAD_MAX).unwrap_or(Moment(i64::MIN));
    wall.max(last_own.plus(1)).max(known.plus(1))
}

/// Whether an entry's ordering time can not be believed as a time of day.
#[must_use]
pub fn is_doubtful(at: Moment, wall: Moment) -> bool {
    at.since(wall).abs() > DOUBTFUL_APART
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ordering_time_never_runs_back_and_ignores_a_foreign_clock_far_ahead() {
        let wall = Moment(1_000 * SECOND);
        assert_eq!(ordering_time(wall, Moment(0), None), wall);
        assert_eq!(ordering_time(wall, wall.plus(5), None), wall.plus(6));
        assert_eq!(ordering_time(wall, Moment(0), Some(wall.plus(MINUTE))), wall.plus(MINUTE + 1));
        assert_eq!(ordering_time(wall, Moment(0), Some(wall.plus(60 * MINUTE))), wall);
    }

    #[test]
    fn a_clock_that_stepped_back_makes_doubtful_times() {
        assert!(is_doubtful(Moment(10 * MINUTE), Moment(0)));
        assert!(!is_doubtful(Moment(MINUTE), Moment(0)));
    }
}
