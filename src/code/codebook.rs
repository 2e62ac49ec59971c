//! Every code that this PC knows, and the order in which a scan is held against them.

use super::aim::Aim;
use super::command::Command;
use super::meaning::{Meaning, Reading, Reason, Why};
use super::own::{self, Kind, Own};
use super::pattern::ShopPattern;
use crate::ids::{BatchId, IdError, JobId, OperatorId, OrderId, PackageId, StationId};

/// Longest text that is looked at, in bytes: the largest symbol, a QR code, holds 7,089 digits.
pub const TEXT_MAX: usize = 7_089;

/// What codes mean here: ours, the shop's and the carriers'.
#[derive(Debug, Clone, Default)]
pub struct Codebook {
    patterns: Vec<ShopPattern>,
}

impl Codebook {
    /// A codebook with a shop's own patterns; the first that fits counts.
    #[must_use]
    pub fn new(patterns: Vec<ShopPattern>) -> Codebook {
        Codebook { patterns }
    }

    /// Says what a scanned text means. Never fails.
    ///
    /// The text may still begin with its AIM identifier.
    #[must_use]
    pub fn read(&self, text: &str, aim: Option<Aim>) -> Reading {
        let (aim, text) = match aim {
            Some(aim) => (Some(aim), text),
            None => Aim::split(text),
        };
        let (meaning, others) = self.meanings(text, aim);
        Reading { scanned: text.to_owned(), aim, meaning, others }
    }

    fn meanings(&self, text: &str, _aim: Option<Aim>) -> (Meaning, Vec<Meaning>) {
        let alone = |meaning| (meaning, Vec::new());
        let trimmed = text.trim_ascii();
        if trimmed.is_empty() {
            return alone(unknown(Why::Empty, text));
        }
        if trimmed.len() > TEXT_MAX {
            return alone(unknown(Why::TooLong, text));
        }
        let shop = self.patterns.iter().find_map(|pattern| named(pattern.kind(), pattern.id(trimmed)?, text).ok());
        if let Some(meaning) = shop {
            return alone(meaning);
        }
        let own = own::read(trimmed);
        if let Some(own) = own {
            return alone(meaning_of(own, trimmed));
        }
        alone(unknown(Why::NoFormat, text))
    }
}

fn unknown(why: Why, text: &str) -> Meaning {
    Meaning::Unknown(Reason::new(why, text))
}

/// What one of our own codes means.
fn meaning_of(own: Own, text: &str) -> Meaning {
    match own {
        Own::Id(kind, printed) => named(kind, printed.as_str(), text),
        Own::Named(kind, name) => named(kind, &name, text),
        Own::LayoutTest => Ok(Meaning::LayoutTest),
        Own::Misread(kind) => Ok(Meaning::Misread { kind }),
    }
    .unwrap_or_else(|_| unknown(Why::NoFormat, text))
}

/// What `name` means as an identifier of this kind.
fn named(kind: Kind, name: &str, text: &str) -> Result<Meaning, IdError> {
    Ok(match kind {
        Kind::Job => Meaning::Job(JobId::new(name)?),
        Kind::Order => Meaning::Order(OrderId::new(name)?),
        Kind::Package => Meaning::Package(PackageId::new(name)?),
        Kind::Batch => Meaning::Batch(BatchId::new(name)?),
        Kind::Badge => Meaning::Badge(OperatorId::new(name)?),
        Kind::Pairing => Meaning::Pairing(StationId::new(name)?),
        Kind::Bin => Meaning::Bin(name.to_owned()),
        Kind::LayoutTest => Meaning::LayoutTest,
        Kind::Command => match Command::of_printed(name) {
            Some(command) => Meaning::Command(command),
            None => unknown(Why::NewerCommand, text),
        },
    })
}
