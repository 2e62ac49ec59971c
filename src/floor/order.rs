//! An order's state: the fold of the facts that mention it, in the order of [`Key`] and nothing else.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::event::{Event, Link};
use super::intake::Intake;
use super::moment::Moment;
use super::printing::Proof;
pub use super::printing::{Label, Progress};
use super::rework::{Ended, Rework};
use crate::code::command::{FailReason, HoldReason};
use crate::ids::{EntryId, JobId, LabelId, OperatorId, OrderId, PackageId, StageId, StationId};

/// The place of an entry in the fold. An entry keeps its identifier when its ledger is renewed, so the order
/// of a fold does not depend on which copy arrived first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Key {
    /// The entry's ordering time.
    pub at: Moment,
    /// The entry.
    pub entry: EntryId,
}

/// What the fold sees of one entry.
#[derive(Debug, Clone, Copy)]
pub struct Fact<'a> {
    /// Its place.
    pub key: Key,
    /// Where it was made.
    pub station: &'a StationId,
    /// Who was signed on.
    pub by: Option<&'a OperatorId>,
    /// What happened.
    pub events: &'a [Event],
}

/// The version of the fold: a board that was made by another one is rebuilt.
pub const FOLD_VERSION: u32 = 4;

/// What is known of an order.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Order {
    /// As it came in; absent while only scans of it are known.
    pub intake: Option<Box<Intake>>,
    /// When it came in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub taken: Option<Moment>,
    /// Why it must not go on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stopped: Option<Stopped>,
    /// Where each job was.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub jobs: BTreeMap<JobId, Job>,
    /// What each package holds.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub packages: BTreeMap<PackageId, Package>,
    /// The labels that were asked for.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub labels: BTreeMap<LabelId, Label>,
    /// The entries that an undo names, also those that are not here yet, in their order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub undone: Vec<EntryId>,
    /// The newest entry folded in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last: Option<Key>,
}

/// Why an order must not go on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stopped {
    /// Cancelled for good; else held.
    pub cancelled: bool,
    /// In the shop's words.
    pub reason: String,
    /// What a command code said instead.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub why: Option<HoldReason>,
    /// Since when.
    pub at: Moment,
}

/// Where one job was.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Job {
    /// Every scan that counts, in the order of the fold.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub passes: Vec<Pass>,
    /// The package that it is in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub package: Option<PackageId>,
    /// How often it was sent back, in the order of the fold.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub rework: Vec<Rework>,
    /// It is made no more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ended: Option<Ended>,
}

/// A job's scan at a stage.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pass {
    /// What it passed.
    pub stage: StageId,
    /// When, and by which entry.
    #[serde(flatten)]
    pub key: Key,
    /// Where.
    pub station: StationId,
    /// By whom.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<OperatorId>,
}

/// What one package holds.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Package {
    /// The bench at which the first piece was put in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub station: Option<StationId>,
    /// Complete or closed by hand.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub closed: Option<Moment>,
    /// The carrier's number, when its label was scanned.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub link: Option<Linked>,
    /// When it left the shop, and by which entry.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dispatched: Option<Key>,
}

/// A link, and when it was made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Linked {
    /// When, and by which entry.
    #[serde(flatten)]
    pub key: Key,
    /// The carrier's number.
    pub link: Link,
}

/// Folds facts into the order `id`. They need not be sorted, and may repeat; entries that an [`Event::Undone`]
/// among them names do not count, nor what an entry says of other orders.
#[must_use]
pub fn fold<'a>(id: &OrderId, facts: impl IntoIterator<Item = Fact<'a>>) -> Order {
    let mut facts: Vec<Fact<'a>> = facts.into_iter().collect();
    facts.sort_by_key(|f| f.key);
    facts.dedup_by_key(|f| f.key);
    let mut order = Order { undone: undone(&facts), ..Order::default() };
    for fact in &facts {
        if order.is_undone(fact.key.entry) {
            order.remember_labels(id, fact);
        } else {
            order.step(id, fact);
        }
    }
    order
}

/// The entries that do not count: named by an undo that itself counts. Later undos are decided first.
fn undone(facts: &[Fact<'_>]) -> Vec<EntryId> {
    let mut dead: Vec<EntryId> = Vec::new();
    for fact in facts.iter().rev() {
        if dead.contains(&fact.key.entry) {
            continue;
        }
        dead.extend(fact.events.iter().filter_map(|e| match e {
            Event::Undone { entry, .. } => Some(*entry),
            _ => None,
        }));
    }
    dead.sort_unstable();
    dead.dedup();
    dead
}

/// What an entry says of one order: an entry may be about two.
fn concerning<'a>(id: &'a OrderId, fact: &Fact<'a>) -> impl Iterator<Item = &'a Event> {
    fact.events.iter().filter(move |event| event.order().is_none_or(|order| order == id))
}

impl Order {
    /// Takes one more fact about this order, `id`, that is later than all before. False: the order must be folded again from its
    /// entries, because the fact is late, undoes another one or is undone; then nothing was changed.
    #[must_use]
    pub fn advance(&mut self, id: &OrderId, fact: &Fact<'_>) -> bool {
        let undoes = fact.events.iter().any(|e| matches!(e, Event::Undone { .. }));
        if undoes || self.is_undone(fact.key.entry) || self.last.is_some_and(|last| fact.key <= last) {
            return false;
        }
        self.step(id, fact);
        true
    }

    /// A label that was asked for comes out, whatever is undone later: a second one is never asked for.
    fn remember_labels(&mut self, id: &OrderId, fact: &Fact<'_>) {
        self.last = Some(fact.key);
        for event in concerning(id, fact).filter(|e| matches!(e, Event::LabelRequested { .. })) {
            self.happen(fact, event);
        }
    }

    fn step(&mut self, id: &OrderId, fact: &Fact<'_>) {
        self.last = Some(fact.key);
        for event in concerning(id, fact) {
            self.happen(fact, event);
        }
    }

    fn happen(&mut self, fact: &Fact<'_>, event: &Event) {
        let at = fact.key.at;
        match event {
            Event::OrderTaken(intake) => self.take(at, intake),
            Event::OrderCancelled { reason, .. } => {
                self.stopped = Some(Stopped { cancelled: true, reason: reason.clone(), why: None, at });
            }
            Event::OrderHeld { reason, why, .. } => {
                if !self.is_cancelled() {
                    self.stopped = Some(Stopped { cancelled: false, reason: reason.clone(), why: *why, at });
                }
            }
            Event::OrderReleased { .. } => {
                if !self.is_cancelled() {
                    self.stopped = None;
                }
            }
            Event::JobPassed { job, stage, .. } => {
                let pass =
                    Pass { stage: stage.clone(), key: fact.key, station: fact.station.clone(), by: fact.by.cloned() };
                self.jobs.entry(job.clone()).or_default().passes.push(pass);
            }
            Event::JobFailed { job, reason, back, .. } => self.fail(fact, job, *reason, back),
            Event::JobReplaced { job, why, by, .. } => self.replace(fact.key, job, *why, by),
            Event::PackageSplit { package, rest, .. } => self.split(package, rest),
            Event::Claimed { entry, operator, .. } => self.claim(*entry, operator),
            Event::Packed { package, job, .. } => {
                self.jobs.entry(job.clone()).or_default().package = Some(package.clone());
                self.packages.entry(package.clone()).or_default().station = Some(fact.station.clone());
            }
            Event::PackageClosed { package, .. } => {
                self.packages.entry(package.clone()).or_default().closed = Some(at);
            }
            Event::Linked { package, link, .. } => {
                let linked = Linked { key: fact.key, link: link.clone() };
                self.packages.entry(package.clone()).or_default().link = Some(linked);
            }
            Event::Dispatched { package, .. } => {
                self.packages.entry(package.clone()).or_default().dispatched = Some(fact.key);
            }
            Event::LabelRequested { label, what, printer, .. } => {
                let (what, printer, station) = (what.clone(), printer.clone(), fact.station.clone());
                let (progress, proof) = (Progress::Requested, Proof::Taken);
                let made = Label { what, station, printer, progress, since: at, proof };
                self.labels.insert(*label, made);
            }
            Event::LabelSending { label, .. } => self.label_is(label, at, Progress::Sending, Proof::Taken),
            Event::LabelEnded { label, outcome, proof, .. } => {
                self.label_is(label, at, Progress::Ended(*outcome), *proof);
            }
            Event::LabelUnmade { label, .. } => self.label_is(label, at, Progress::Unmade, Proof::Taken),
            Event::JobSeen { .. }
            | Event::ParcelDoubled { .. }
            | Event::SignedOn { .. }
            | Event::SignedOff
            | Event::ScannerSet { .. }
            | Event::Undone { .. }
            | Event::Unknown => {}
        }
    }

    fn fail(&mut self, fact: &Fact<'_>, job: &JobId, reason: FailReason, back: &StageId) {
        let (key, station, by) = (fact.key, fact.station.clone(), fact.by.cloned());
        let rework = Rework { key, station, by, reason, back: back.clone(), before: Vec::new() };
        let route = self.intake.as_deref().map(|i| &i.route);
        let state = self.jobs.entry(job.clone()).or_default();
        let package = state.package.clone();
        state.send_back(route, rework);
        self.reopen(package.as_ref());
    }

    fn claim(&mut self, entry: EntryId, operator: &OperatorId) {
        let passes = self.jobs.values_mut().flat_map(|job| &mut job.passes);
        passes.filter(|pass| pass.key.entry == entry).for_each(|pass| pass.by = Some(operator.clone()));
    }

    fn take(&mut self, at: Moment, intake: &Intake) {
        for spec in &intake.jobs {
            self.jobs.entry(spec.job.clone()).or_default();
        }
        for spec in &intake.packages {
            self.packages.entry(spec.package.clone()).or_default();
        }
        self.intake = Some(Box::new(intake.clone()));
        self.taken = Some(at);
    }

    fn label_is(&mut self, label: &LabelId, since: Moment, progress: Progress, proof: Proof) {
        if let Some(known) = self.labels.get_mut(label) {
            *known = Label { progress, since, proof, ..known.clone() };
        }
    }

    /// Whether an entry does not count, because an undo names it.
    #[must_use]
    pub fn is_undone(&self, entry: EntryId) -> bool {
        self.undone.binary_search(&entry).is_ok()
    }
}

impl Job {
    /// Whether a scan at `stage` counts.
    #[must_use]
    pub fn passed(&self, stage: &StageId) -> bool {
        self.passes.iter().any(|p| p.stage == *stage)
    }
}
