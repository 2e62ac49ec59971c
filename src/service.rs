//! systemd: tells it when stationd is ready, that it lives and that it stops, and waits for the signal to stop.

use std::time::Duration;

use tokio::signal::unix::{Signal, SignalKind, signal};
use tracing::debug;

/// Says that everything is up. Without systemd this does nothing.
pub fn ready() {
    if let Err(error) = sd_notify::notify(&[sd_notify::NotifyState::Ready]) {
        debug!(error = &error as &dyn std::error::Error, "systemd was not told that stationd is ready");
    }
}

/// How often life is proved in the time that systemd's watchdog allows: once may come late.
const PROOFS: u32 = 3;

/// Tells systemd's watchdog that stationd lives, each time that `proof` comes; where it does not come, systemd starts
/// stationd anew. Without a watchdog this returns at once.
pub async fn prove_life(mut proof: impl AsyncFnMut()) {
    let Some(within) = sd_notify::watchdog_enabled().filter(|within| *within > Duration::ZERO) else { return };
    loop {
        proof().await;
        if let Err(error) = sd_notify::notify(&[sd_notify::NotifyState::Watchdog]) {
            debug!(error = &error as &dyn std::error::Error, "systemd was not told that stationd lives");
        }
        tokio::time::sleep(within / PROOFS).await;
    }
}

/// The wish that stationd stops: SIGTERM or SIGINT.
#[derive(Debug)]
pub struct Stop {
    terminate: Signal,
    interrupt: Signal,
}

impl Stop {
    /// Takes the signals from here on: one that comes before [`asked`](Self::asked) is not lost, and ends nothing in
    /// the middle.
    ///
    /// # Errors
    /// The signals can not be waited for.
    pub fn expected() -> std::io::Result<Stop> {
        Ok(Stop { terminate: signal(SignalKind::terminate())?, interrupt: signal(SignalKind::interrupt())? })
    }

    /// Waits until somebody asks stationd to stop, and tells systemd that it does.
    pub async fn asked(&mut self) {
        tokio::select! {
            _ = self.terminate.recv() => {}
            _ = self.interrupt.recv() => {}
        }
        if let Err(error) = sd_notify::notify(&[sd_notify::NotifyState::Stopping]) {
            debug!(error = &error as &dyn std::error::Error, "systemd was not told that stationd stops");
        }
    }
}
