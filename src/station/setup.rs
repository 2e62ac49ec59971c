//! What the configuration says about this PC's stations, as the loop needs it.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use super::scanners::Answered;
use crate::code::Codebook;
use crate::floor::event::LabelOf;
use crate::floor::moment::Wall;
use crate::floor::verdict::LabelState;
use crate::ids::{PrinterId, ScannerId, StageId, StationId};

/// Most stations of one PC.
pub const STATIONS_MAX: usize = 16;

/// This PC.
#[derive(Clone)]
pub struct Setup {
    /// Where the database is.
    pub folder: PathBuf,
    /// The benches.
    pub stations: Vec<Bench>,
    /// What codes mean.
    pub codes: Arc<Codebook>,
    /// The clock on the wall.
    pub clock: Arc<dyn Fn() -> Wall + Send + Sync>,
    /// Whether there is a hub to be heard at all.
    pub hub: bool,
    /// What else the loop has to do with.
    pub wiring: Wiring,
}

/// Takes what was answered to a scan, at once and without waiting.
pub type Tell = Arc<dyn Fn(&Answered) + Send + Sync>;

/// The scanners of the configuration file, and who wants to hear what they were answered.
#[derive(Clone, Default)]
pub struct Wiring {
    /// The scanners whose bench the configuration file names: no pairing code changes that.
    pub fixed: BTreeMap<ScannerId, StationId>,
    /// Told after each commit.
    pub answered: Option<Tell>,
}

/// One bench.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bench {
    /// Its name.
    pub station: StationId,
    /// What is done there.
    pub stages: Vec<StageId>,
    /// One scan records every stage of this bench that is due in a row.
    pub together: bool,
    /// Without a scan for so long, in microseconds, whoever was signed on is so no more; none: never.
    pub sign_off_after: Option<i64>,
    /// Where tickets are printed; none: on the kiosk's screen.
    pub tickets: Option<PrinterId>,
    /// Where shipping and package labels are printed; none: on the kiosk's screen.
    pub shipping: Option<PrinterId>,
}

impl Bench {
    /// A bench without printers, as most of its settings are.
    #[must_use]
    pub const fn of(station: StationId, stages: Vec<StageId>) -> Self {
        Bench { station, stages, together: false, sign_off_after: None, tickets: None, shipping: None }
    }

    /// The printer for a label.
    #[must_use]
    pub fn printer(&self, what: &LabelOf) -> Option<&PrinterId> {
        match what {
            LabelOf::Ticket(_) => self.tickets.as_ref(),
            LabelOf::Package(_) | LabelOf::Shipping(_) | LabelOf::Document { .. } => self.shipping.as_ref(),
        }
    }

    /// Where a label for `printer` comes out.
    #[must_use]
    pub const fn comes_out(printer: Option<&PrinterId>) -> LabelState {
        match printer {
            Some(_) => LabelState::Printing,
            None => LabelState::OnScreen,
        }
    }
}

impl Setup {
    /// Every stage of this PC.
    #[must_use]
    pub fn stages(&self) -> Vec<StageId> {
        self.stations.iter().flat_map(|b| b.stages.iter().cloned()).collect()
    }
}

impl std::fmt::Debug for Setup {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Setup").field("folder", &self.folder).field("stations", &self.stations).finish_non_exhaustive()
    }
}
