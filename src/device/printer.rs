//! Printers: one thread each asks the station for work, sends the bytes, and says what came of it.
//!
//! Writing to a printer may block for as long as the paper is out, so it never happens on a thread that does
//! anything else. The station records `sending` before a byte leaves.

use std::io::Write;
use std::net::{TcpStream, ToSocketAddrs};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{mpsc, oneshot};
use tracing::{info, warn};

use crate::ids::{PrinterId, StationId};
use crate::station::input::{Input, Outcome, Trouble};
use crate::station::work::Job;

/// How long a printer on the network may take to answer a call.
const CONNECT_WAIT: Duration = Duration::from_secs(5);
/// How long one write may block before the label is in doubt: longer than a slow printer needs for its buffer.
const WRITE_WAIT: Duration = Duration::from_secs(30);
/// Bytes of one write: what printers with small buffers take at once.
const CHUNK: usize = 4096;
/// First and longest pause after a printer did not take a label.
const PAUSE: [Duration; 2] = [Duration::from_millis(500), Duration::from_secs(10)];
/// Pause before the station is asked again after it could not record.
const ASK_AGAIN: Duration = Duration::from_secs(1);

/// Where a printer is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Address {
    /// Raw TCP, `host:port`.
    Tcp(String),
    /// A device file.
    Device(PathBuf),
}

/// Makes the bytes of a label; an error is the reason in plain words for the log.
pub type Make = Arc<dyn Fn(&Job) -> Result<Vec<u8>, String> + Send + Sync>;

/// One printer.
pub struct Printer {
    /// Its name.
    pub name: PrinterId,
    /// Where it is.
    pub address: Address,
    /// The benches that use it: they are told of its trouble.
    pub stations: Vec<StationId>,
    /// Makes its bytes.
    pub make: Make,
}

/// Why a label did not get through, and whether some of it may have come out.
#[derive(Debug, thiserror::Error)]
pub enum SendError {
    /// Nothing was sent.
    #[error("the printer cannot be reached")]
    Unreachable(#[source] std::io::Error),
    /// Some of it was sent.
    #[error("the connection broke after {sent} of {all} bytes")]
    Broken { sent: usize, all: usize, source: std::io::Error },
    /// There is nothing to send.
    #[error("the label cannot be made: {0}")]
    Unmade(String),
}

impl SendError {
    const fn outcome(&self) -> Outcome {
        match self {
            SendError::Broken { sent: 1.., .. } => Outcome::Doubtful,
            SendError::Unreachable(_) | SendError::Broken { .. } | SendError::Unmade(_) => Outcome::Failed,
        }
    }
}

impl Printer {
    /// Starts the printer's thread. It ends when the station does.
    ///
    /// # Errors
    /// The system gives no thread.
    pub fn start(self, inputs: mpsc::Sender<Input>) -> std::io::Result<()> {
        let name = format!("printer-{}", self.name);
        let name = name.chars().take(15).collect();
        std::thread::Builder::new().name(name).spawn(move || self.work(&inputs)).map(|_| ())
    }

    fn work(&self, inputs: &mpsc::Sender<Input>) {
        let mut away = false;
        loop {
            let (reply, job) = oneshot::channel();
            if inputs.blocking_send(Input::Ready { printer: self.name.clone(), reply }).is_err() {
                return;
            }
            let Ok(job) = job.blocking_recv() else {
                if inputs.is_closed() {
                    return;
                }
                std::thread::sleep(ASK_AGAIN);
                continue;
            };
            let label = job.label;
            let sent = self.send(&job);
            let outcome = match &sent {
                Ok(()) => Outcome::Printed,
                Err(error) => {
                    warn!(printer = %self.name, %label, error = error as &dyn std::error::Error, "a label did not get through");
                    error.outcome()
                }
            };
            if inputs.blocking_send(Input::Sent { printer: self.name.clone(), label, outcome }).is_err() {
                return;
            }
            if sent.is_ok() == away {
                away = !away;
                self.tell(inputs, away);
            }
            if away && !self.comes_back(inputs) {
                return;
            }
        }
    }

    fn tell(&self, inputs: &mpsc::Sender<Input>, away: bool) {
        if !away {
            info!(printer = %self.name, "the printer takes labels again");
        }
        let trouble = away.then(|| Trouble::PrinterAway { printer: self.name.clone(), labels: 0 });
        let (device, stations) = (format!("printer {}", self.name), self.stations.clone());
        inputs.blocking_send(Input::Equipment { device, stations, trouble }).ok();
    }

    /// Waits until the printer can be reached; false when the station ended meanwhile. Nothing is recorded in this
    /// time: the label waits in the queue.
    fn comes_back(&self, inputs: &mpsc::Sender<Input>) -> bool {
        let mut pause = PAUSE[0];
        while !inputs.is_closed() {
            std::thread::sleep(pause);
            if self.is_reachable() {
                return true;
            }
            pause = (pause * 2).min(PAUSE[1]);
        }
        false
    }

    fn is_reachable(&self) -> bool {
        match &self.address {
            Address::Tcp(address) => connect(address).is_ok(),
            Address::Device(path) => std::fs::OpenOptions::new().write(true).open(path).is_ok(),
        }
    }

    fn send(&self, job: &Job) -> Result<(), SendError> {
        self.address.hand_over(&(self.make)(job).map_err(SendError::Unmade)?)
    }
}

impl Address {
    /// Gives the printer bytes in its own language, for what is in no ledger: command sheets, badges.
    ///
    /// # Errors
    /// It can not be reached, or the connection broke; then some of it may have come out.
    pub fn hand_over(&self, bytes: &[u8]) -> Result<(), SendError> {
        match self {
            Address::Tcp(address) => {
                let mut stream = connect(address).map_err(SendError::Unreachable)?;
                write_all(&mut stream, bytes)?;
                let end = stream.shutdown(std::net::Shutdown::Write);
                end.map_err(|source| SendError::Broken { sent: bytes.len(), all: bytes.len(), source })
            }
            Address::Device(path) => {
                let file = std::fs::OpenOptions::new().write(true).open(path);
                write_all(&mut file.map_err(SendError::Unreachable)?, bytes)
            }
        }
    }
}

fn connect(address: &str) -> std::io::Result<TcpStream> {
    let mut last = std::io::Error::new(std::io::ErrorKind::NotFound, "the name has no address");
    for address in address.to_socket_addrs()? {
        match TcpStream::connect_timeout(&address, CONNECT_WAIT) {
            Ok(stream) => {
                stream.set_write_timeout(Some(WRITE_WAIT))?;
                return Ok(stream);
            }
            Err(error) => last = error,
        }
    }
    Err(last)
}

/// Writes everything and counts what was taken: after the first byte nobody knows what came out.
fn write_all(to: &mut impl Write, bytes: &[u8]) -> Result<(), SendError> {
    let (mut sent, all) = (0, bytes.len());
    while sent < all {
        let end = all.min(sent + CHUNK);
        match to.write(bytes.get(sent..end).unwrap_or_default()) {
            Ok(0) => return Err(SendError::Broken { sent, all, source: std::io::ErrorKind::WriteZero.into() }),
            Ok(taken) => sent += taken,
            Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
            Err(source) => return Err(SendError::Broken { sent, all, source }),
        }
    }
    to.flush().map_err(|source| SendError::Broken { sent, all, source })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_label_of_which_bytes_may_have_come_out_is_in_doubt() {
        let broken = |sent| SendError::Broken { sent, all: 9, source: std::io::ErrorKind::BrokenPipe.into() };
        assert_eq!(broken(0).outcome(), Outcome::Failed);
        assert_eq!(broken(1).outcome(), Outcome::Doubtful);
        assert_eq!(SendError::Unreachable(std::io::ErrorKind::NotFound.into()).outcome(), Outcome::Failed);
    }
}
