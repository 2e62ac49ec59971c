//! The uplink's two roads at once, each with its own patience: entries up, the feed down.

use std::path::Path;
use std::time::Duration;

use tracing::{info, warn};

use super::hub::{Hub, HubError};
use super::reads::Reads;
use super::station::{NotTaken, Station};
use super::{down, up};
use crate::ids::Seq;
use crate::ledger::store::StoreError;

/// First wait after a failure.
const WAIT_MIN: Duration = Duration::from_millis(500);
/// Longest wait after failures: a hub that is back is found within this time.
const WAIT_MAX: Duration = Duration::from_secs(30);

/// Brings our ledger to the hub and the hub's feed to the station, until the future is dropped or the station is
/// gone. The database in `folder` is only read.
///
/// # Errors
/// Our database can not be opened for reading.
pub async fn run<S: Station>(hub: &Hub, folder: &Path, station: &S) -> Result<(), StoreError> {
    let reads = Reads::open(folder)?;
    tokio::select! {
        () = up::up(hub, &reads, station) => {}
        () = down::down(hub, &reads, station) => {}
    }
    Ok(())
}

/// Why a turn of one of the roads failed.
#[derive(Debug, thiserror::Error)]
pub(super) enum Failed {
    /// The hub.
    #[error(transparent)]
    Hub(#[from] HubError),
    /// Our own database.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The station's loop.
    #[error(transparent)]
    NotTaken(#[from] NotTaken),
    /// The hub's tail does not continue our ledger.
    #[error("the hub's entries after {after} do not continue ours")]
    NoTail { after: Seq },
    /// Hub and station do not come to an end with each other.
    #[error("hub and station do not agree after {steps} steps")]
    NoEnd { steps: usize },
}

/// Waits longer after each failure in a row, never in step with other stations.
#[derive(Debug, Default)]
pub(super) struct Patience {
    failures: u32,
}

impl Patience {
    /// A turn went well.
    pub(super) fn well(&mut self, what: &str) {
        if self.failures > 0 {
            info!(failures = self.failures, "{what} again");
            self.failures = 0;
        }
    }

    /// A turn failed: it is said once, and waited for.
    pub(super) async fn failed(&mut self, what: &str, error: &Failed) {
        if self.failures == 0 {
            warn!(error = error as &dyn std::error::Error, "no {what}; it is tried again until it works");
        }
        let wait = wait(self.failures, getrandom::u32().unwrap_or(u32::MAX));
        self.failures = self.failures.saturating_add(1);
        tokio::time::sleep(wait).await;
    }
}

/// Doubles with each failure; `dice` takes away up to a half.
fn wait(failures: u32, dice: u32) -> Duration {
    let whole = WAIT_MIN.saturating_mul(1 << failures.min(16)).min(WAIT_MAX);
    whole.mul_f64(0.5 + 0.5 * f64::from(dice) / f64::from(u32::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wait_doubles_and_has_an_end() {
        assert_eq!(wait(0, u32::MAX), WAIT_MIN);
        assert_eq!(wait(0, 0), WAIT_MIN / 2);
        assert_eq!(wait(2, u32::MAX), WAIT_MIN * 4);
        assert_eq!(wait(u32::MAX, u32::MAX), WAIT_MAX);
    }
}
