//! Gives a printer what is in no ledger: command sheets, badges, a test page. Nobody asks what came of it.

use std::io;
use std::time::Instant;

use super::deliver::pace;
use super::{Address, Patience, line};
use crate::label;

/// Why a printer did not take it.
#[derive(Debug, thiserror::Error)]
pub enum NotTaken {
    /// Nothing was sent.
    #[error("the printer can not be reached")]
    Unreachable(#[source] io::Error),
    /// Some of it was sent.
    #[error("the connection broke after {sent} of {all} bytes")]
    Broken { sent: usize, all: usize, source: io::Error },
    /// Nothing moved any more.
    #[error("the printer took {sent} of {all} bytes and then no more; check paper, cover and cable")]
    Stuck { sent: usize, all: usize },
}

/// Hands bytes in the printer's own language over, at its pace.
///
/// # Errors
/// It can not be reached, stands still, or the connection broke; then some of it may have come out.
pub fn hand_over(address: &Address, profile: &label::Printer, bytes: &[u8]) -> Result<(), NotTaken> {
    let patience = Patience::default();
    let mut line = line::open(address, &patience).map_err(NotTaken::Unreachable)?;
    let (mut sent, all, pace) = (0, bytes.len(), pace(profile));
    let mut moved = Instant::now();
    while sent < all {
        let end = all.min(sent + pace.bytes);
        let put = line.put(bytes.get(sent..end).unwrap_or_default(), patience.step);
        let put = put.map_err(|source| NotTaken::Broken { sent, all, source })?;
        sent += put;
        if put > 0 {
            moved = Instant::now();
            std::thread::sleep(pace.wait);
        } else if moved.elapsed() > 2 * patience.still {
            return Err(NotTaken::Stuck { sent, all });
        }
    }
    line.finish(patience.hang_up).map_err(|source| NotTaken::Broken { sent, all, source })
}
