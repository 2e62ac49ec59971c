//! What can happen to an order, its jobs, packages and labels. Written into entries; never changed.
//!
//! An event of a kind that this program does not know reads as [`Event::Unknown`] and is skipped by the fold;
//! the entry's bytes are kept and passed on as they are.

use serde::{Deserialize, Serialize};

use super::document::Purpose;
use super::intake::{Intake, JobSpec, PackageSpec};
use super::printing::Proof;
use super::rework::Gone;
use crate::code::command::{FailReason, HoldReason, ReprintReason};
use crate::ids::{EntryId, JobId, LabelId, OperatorId, OrderId, PackageId, PrinterId, ScannerId, StageId};

/// One thing that happened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "e", rename_all = "snake_case")]
pub enum Event {
    /// An order came in.
    OrderTaken(Box<Intake>),
    /// The order must not be made or sent.
    OrderCancelled { order: OrderId, reason: String },
    /// The order waits until it is released. `why` is given where a command code held it.
    OrderHeld {
        order: OrderId,
        reason: String,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        why: Option<HoldReason>,
    },
    /// A held order goes on.
    OrderReleased { order: OrderId },
    /// A job was scanned at a stage. `order` is absent where this bench did not know the job.
    JobPassed {
        #[serde(default, skip_serializing_if = "Option::is_none")]
        order: Option<OrderId>,
        job: JobId,
        stage: StageId,
    },
    /// A job was scanned, and nothing came of it.
    JobSeen { order: OrderId, job: JobId },
    /// A job failed: it is made again from the stage `back` on.
    JobFailed { order: OrderId, job: JobId, reason: FailReason, back: StageId },
    /// A job ended unmade; `by` takes its place.
    JobReplaced { order: OrderId, job: JobId, why: Gone, by: Box<JobSpec> },
    /// A job was put into a package.
    Packed { order: OrderId, package: PackageId, job: JobId },
    /// The last job of a package was put in, or the packer closed it.
    PackageClosed { order: OrderId, package: PackageId },
    /// The package goes with what is in it; the rest goes into another one.
    PackageSplit { order: OrderId, package: PackageId, rest: PackageSpec },
    /// The package is bound to the carrier's number that is on it.
    Linked { order: OrderId, package: PackageId, link: Link },
    /// The package left the shop.
    Dispatched { order: OrderId, package: PackageId },
    /// A label was asked for.
    LabelRequested {
        label: LabelId,
        order: OrderId,
        what: LabelOf,
        printer: Option<PrinterId>,
        /// Why one more is printed of a label that there was before.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        again: Option<ReprintReason>,
    },
    /// The bytes of a label are about to go to a printer.
    LabelSending { label: LabelId, order: OrderId, printer: PrinterId, attempt: u32 },
    /// Whoever signed on afterwards made an entry at which nobody was signed on.
    Claimed { order: OrderId, entry: EntryId, operator: OperatorId },
    /// What came of sending a label.
    LabelEnded {
        label: LabelId,
        order: OrderId,
        outcome: Outcome,
        /// Who says so.
        #[serde(default, skip_serializing_if = "Proof::is_taken")]
        proof: Proof,
    },
    /// A label can not be made from what the shop gave; it is not tried again.
    LabelUnmade { label: LabelId, order: OrderId, reason: String },
    /// Two parcels carry the label of this package.
    ParcelDoubled { order: OrderId, package: PackageId },
    /// Somebody signed on at a scanner.
    SignedOn { operator: OperatorId },
    /// Whoever was signed on is so no longer.
    SignedOff,
    /// Whose a scanner is, or how it is read, from here on.
    ScannerSet { scanner: ScannerId, to: ScannerSet },
    /// An earlier entry does not count.
    Undone { order: OrderId, entry: EntryId },
    /// Something that a newer program wrote.
    #[serde(other)]
    Unknown,
}

/// What a scanner is set to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ScannerSet {
    /// It belongs to the bench of this entry.
    Paired,
    /// It belongs to no bench.
    Freed,
    /// It is read by this keyboard layout, the name of a file in `devices/keyboards`.
    Layout(String),
    /// Something that a newer program wrote.
    #[serde(untagged)]
    Unknown(serde_json::Value),
}

/// An order's package bound to a carrier's number.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Link {
    /// The carrier's code in the carrier files; absent while several fit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub carrier: Option<String>,
    /// The number as the carrier's systems know it.
    pub key: String,
    /// The number as people read it on the label.
    pub printed: String,
    /// What the scanner read.
    pub scanned: String,
}

/// What a label is for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LabelOf {
    /// The ticket that travels with a job.
    Ticket(JobId),
    /// Our own label of a package.
    Package(PackageId),
    /// The carrier's label of a package.
    Shipping(PackageId),
    /// Another document of a package: the `n`-th that its intake names, from 0.
    Document { package: PackageId, n: u16, purpose: Purpose },
}

impl LabelOf {
    /// Whether a second copy costs money or sends a parcel astray.
    #[must_use]
    pub const fn must_not_double(&self) -> bool {
        matches!(self, LabelOf::Shipping(_))
    }
}

/// How sending a label ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// The printer took every byte, or somebody says that it came out: see [`Proof`].
    Printed,
    /// Nothing came out; it may be sent again.
    Failed,
    /// It can not be known; a person is asked.
    Doubtful,
}

impl Event {
    /// The order that the event is about, where it names one.
    #[must_use]
    pub fn order(&self) -> Option<&OrderId> {
        match self {
            Event::OrderTaken(intake) => Some(&intake.order),
            Event::JobPassed { order, .. } => order.as_ref(),
            Event::OrderCancelled { order, .. }
            | Event::OrderHeld { order, .. }
            | Event::OrderReleased { order }
            | Event::JobSeen { order, .. }
            | Event::Dispatched { order, .. }
            | Event::JobFailed { order, .. }
            | Event::Claimed { order, .. }
            | Event::JobReplaced { order, .. }
            | Event::PackageSplit { order, .. }
            | Event::Packed { order, .. }
            | Event::PackageClosed { order, .. }
            | Event::Linked { order, .. }
            | Event::LabelRequested { order, .. }
            | Event::LabelSending { order, .. }
            | Event::LabelEnded { order, .. }
            | Event::LabelUnmade { order, .. }
            | Event::ParcelDoubled { order, .. }
            | Event::Undone { order, .. } => Some(order),
            Event::SignedOn { .. } | Event::SignedOff | Event::ScannerSet { .. } | Event::Unknown => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_event_of_an_unknown_kind_is_read_as_unknown() {
        let event: Event = serde_json::from_str(r#"{"e":"teleported","order":"D1","to":"mars"}"#).unwrap();
        assert_eq!(event, Event::Unknown);
    }

    #[test]
    fn an_event_is_written_in_the_form_that_is_pinned() {
        let event = Event::JobPassed {
            order: OrderId::new("D1").ok(),
            job: JobId::new("J2").unwrap(),
            stage: StageId::new("qc").unwrap(),
        };
        assert_eq!(
            serde_json::to_string(&event).unwrap(),
            r#"{"e":"job_passed","order":"D1","job":"J2","stage":"qc"}"#
        );
    }
}
