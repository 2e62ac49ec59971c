//! Scanners: one task each that opens it, reads it and waits for it to come back, all on a thread of their own.
//!
//! The kernel keeps few unread keys of a scanner and then drops all, so readers never wait for anybody: they hand over
//! what they heard through [`Deliver`], and what finds no room becomes a loud
//! [`Broken::Full`](crate::scan::Broken::Full).

mod config;
mod ear;
mod open;
mod reader;
mod tcp;
mod tend;
mod thread;

use std::io;
use std::sync::Arc;

pub use config::{Catalog, Place, ScannerConfig, Transport};
pub use reader::{Decoder, Post, Tap, read};
pub use thread::{Busy, Handle, SCANNERS_MAX, spawn, watch};

use crate::catalog::scanners::Kind;
use crate::ids::ScannerId;
use crate::scan::Heard;

/// Takes what a scanner said, at once and without waiting.
pub type Deliver = Arc<dyn Fn(&ScannerId, Heard) -> Result<(), Full> + Send + Sync>;

/// Takes the news that a scanner came, went or is in trouble; only changes are told.
pub type Report = Arc<dyn Fn(&ScannerId, State) + Send + Sync>;

/// There is no room for another scan.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("there is no room for another scan")]
pub struct Full;

/// How a scanner is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum State {
    /// It is open and nobody else reads it.
    Connected,
    /// It is not plugged in, or not connected; it is used as soon as it comes.
    Gone,
    /// It is there and can not be used.
    Failed(Trouble),
}

/// Why a scanner can not be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Trouble {
    /// The user of this process may not open it.
    #[error("this user may not open it; the udev rules of stationd give access to its group")]
    NotPermitted,
    /// Another program has it.
    #[error("another program uses it")]
    InUse,
    /// Its profile is in no folder.
    #[error("there is no scanner profile named {0}")]
    NoProfile(String),
    /// Its profile is for another kind of connection.
    #[error("the profile {profile} is not for a scanner with transport {kind}")]
    OtherTransport {
        /// The profile.
        profile: String,
        /// How the scanner is connected.
        kind: Kind,
    },
    /// Its keyboard layout is in no folder.
    #[error("there is no keyboard layout named {0}")]
    NoKeyboard(String),
    /// It is no device of the kind that it is said to be.
    #[error("it is not a {0} scanner")]
    OtherKind(Kind),
    /// What the system said.
    #[error("{0}")]
    System(String),
}

impl From<io::Error> for Trouble {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::PermissionDenied => Self::NotPermitted,
            io::ErrorKind::ResourceBusy | io::ErrorKind::AddrInUse => Self::InUse,
            _ => Self::System(error.to_string()),
        }
    }
}
