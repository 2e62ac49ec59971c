//! systemd: tells it when stationd is ready and that it stops, and waits for the signal to stop.

use tokio::signal::unix::{SignalKind, signal};
use tracing::debug;

/// Says that everything is up. Without systemd this does nothing.
pub fn ready() {
    if let Err(error) = sd_notify::notify(&[sd_notify::NotifyState::Ready]) {
        debug!(error = &error as &dyn std::error::Error, "systemd was not told that stationd is ready");
    }
}

/// Waits until somebody asks stationd to stop (SIGTERM or SIGINT), and tells systemd that it does.
///
/// # Errors
/// The signals can not be waited for.
pub async fn asked_to_stop() -> std::io::Result<()> {
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    tokio::select! {
        _ = terminate.recv() => {}
        _ = interrupt.recv() => {}
    }
    if let Err(error) = sd_notify::notify(&[sd_notify::NotifyState::Stopping]) {
        debug!(error = &error as &dyn std::error::Error, "systemd was not told that stationd stops");
    }
    Ok(())
}
