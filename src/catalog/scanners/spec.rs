//! The settings of a scanner, as its file writes them.

use serde::Deserialize;

use super::{AFFIX_MAX, ProfileError};
use crate::scan::frame::{Ending, Marks};
use crate::scan::keys::CapsLock;

/// How scans are marked; what is left out is as usual for the transport.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FramingSpec {
    /// What stands around a scan.
    pub marks: Option<MarksSpec>,
    /// Whether a scan may end by silence.
    pub ending: Option<EndingSpec>,
    /// Silence that ends a scan, in milliseconds.
    pub gap_ms: Option<u16>,
    /// Removed from the beginning of a scan.
    pub prefix: Option<String>,
    /// Removed from the end of a scan.
    pub suffix: Option<String>,
    /// What it sends instead of GS.
    pub gs: Option<char>,
}

/// [`Marks`] as a file names them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum MarksSpec {
    /// Line ends.
    Line,
    /// Line ends and tabs.
    LineOrTab,
    /// STX and ETX.
    StxEtx,
}

/// [`Ending`] as a file names it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum EndingSpec {
    /// [`Ending::Learned`]
    Learned,
    /// [`Ending::Terminator`]
    Terminator,
    /// [`Ending::Silence`]
    Silence,
}

/// [`CapsLock`] as a file names it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Caps {
    /// [`CapsLock::Keys`]
    #[default]
    Keys,
    /// [`CapsLock::Light`]
    Light,
    /// [`CapsLock::AlwaysOn`]
    AlwaysOn,
}

/// Settings of a serial line; what is left out is 9600 8N1 without flow control.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SerialSpec {
    /// Bits per second; USB devices ignore it.
    pub baud: Option<u32>,
    /// 7 or 8.
    pub data_bits: Option<u8>,
    /// The parity bit.
    pub parity: Option<ParitySpec>,
    /// 1 or 2.
    pub stop_bits: Option<u8>,
    /// Who may stop the sender.
    pub flow: Option<FlowSpec>,
}

/// The parity bit of a serial line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ParitySpec {
    /// No parity bit.
    None,
    /// An odd number of ones.
    Odd,
    /// An even number of ones.
    Even,
}

/// Flow control of a serial line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum FlowSpec {
    /// Nobody.
    None,
    /// By XON and XOFF.
    XonXoff,
    /// By RTS and CTS.
    RtsCts,
}

impl FramingSpec {
    /// Whether its texts are within bounds.
    ///
    /// # Errors
    /// A prefix or suffix longer than [`AFFIX_MAX`].
    pub fn check(&self) -> Result<(), ProfileError> {
        let long = |affix: &Option<String>| affix.as_ref().is_some_and(|affix| affix.len() > AFFIX_MAX);
        if long(&self.prefix) || long(&self.suffix) { Err(ProfileError::LongAffix) } else { Ok(()) }
    }
}

impl SerialSpec {
    /// Whether a serial line can be set so.
    ///
    /// # Errors
    /// A speed of zero, or a number of bits that no serial line has.
    pub fn check(&self) -> Result<(), ProfileError> {
        let good = self.baud != Some(0)
            && matches!(self.data_bits, None | Some(7 | 8))
            && matches!(self.stop_bits, None | Some(1 | 2));
        if good { Ok(()) } else { Err(ProfileError::Serial) }
    }

    /// These settings, and `other` where they say nothing.
    #[must_use]
    pub fn or(self, other: Self) -> Self {
        Self {
            baud: self.baud.or(other.baud),
            data_bits: self.data_bits.or(other.data_bits),
            parity: self.parity.or(other.parity),
            stop_bits: self.stop_bits.or(other.stop_bits),
            flow: self.flow.or(other.flow),
        }
    }
}

impl MarksSpec {
    pub(super) const fn marks(self) -> Marks {
        match self {
            Self::Line => Marks::Line { tab: false },
            Self::LineOrTab => Marks::Line { tab: true },
            Self::StxEtx => Marks::StxEtx,
        }
    }
}

impl EndingSpec {
    pub(super) const fn ending(self) -> Ending {
        match self {
            Self::Learned => Ending::Learned,
            Self::Terminator => Ending::Terminator,
            Self::Silence => Ending::Silence,
        }
    }
}

impl From<Caps> for CapsLock {
    fn from(caps: Caps) -> Self {
        match caps {
            Caps::Keys => Self::Keys,
            Caps::Light => Self::Light,
            Caps::AlwaysOn => Self::AlwaysOn,
        }
    }
}
