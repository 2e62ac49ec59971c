//! Opens and closes scanners as they are plugged in, paired and set.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;

use super::roster::{Order, Roster};
use crate::catalog::scanners::Profiles;
use crate::device::discover::{changes, present};
use crate::device::scanner::Handle;
use crate::device::watch::Watch;
use crate::ledger::scanners::Scanners;

/// After a change of the device folder, until udev has made what belongs to it; and after a pairing, until the scanner
/// has let go of the Enter key: a key that is held while a keyboard is taken from others stays down for them.
const SETTLE: Duration = Duration::from_millis(200);

/// Follows for ever.
pub async fn follow(
    roster: Arc<Roster>,
    handle: Arc<Handle>,
    profiles: Profiles,
    mut known: watch::Receiver<Arc<Scanners>>,
) {
    let profiles = Arc::new(profiles);
    let mut watch = changes().inspect_err(|error| {
        let error = error as &dyn std::error::Error;
        tracing::warn!(error, "scanners that are plugged in later are found only after a restart");
    });
    let mut open = Vec::new();
    loop {
        let look = Arc::clone(&profiles);
        if let Ok(found) = tokio::task::spawn_blocking(move || present(&look)).await {
            roster.plugged(&found);
        }
        let recorded = Arc::clone(&known.borrow_and_update());
        for order in roster.plan(&recorded, &mut open) {
            let done = match order {
                Order::Open(config) => handle.add(*config),
                Order::Close(name) => handle.remove(name),
            };
            if let Err(error) = done {
                tracing::warn!(error = &error as &dyn std::error::Error, "a scanner is not opened or closed");
            }
        }
        tokio::select! {
            told = known.changed() => if told.is_err() { return },
            () = changed(&mut watch) => {}
        }
        tokio::time::sleep(SETTLE).await;
    }
}

/// Waits for a change; for ever where nothing is told.
async fn changed(watch: &mut std::io::Result<Watch>) {
    match watch {
        Ok(watching) => {
            if let Err(error) = watching.changed().await {
                *watch = Err(error);
            }
        }
        Err(_) => std::future::pending().await,
    }
}
