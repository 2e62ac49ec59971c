//! The rule: one input and what is known give one verdict, the events to record and the bench as it is after.
//!
//! A station records every physical fact: what is out of route is marked and shown amber, not refused. Red is
//! for what must not go on: cancelled or held, another order's label, a piece of another order in an open
//! package.

mod command;
mod dispatch;
mod job;
mod link;
mod pack;
mod parcel;
mod reprint;
mod rework;
mod strict;
mod taken;

use std::collections::BTreeMap;

use super::bench::{Bench, Change, Contact, Current, Expect, REPEAT_WITHIN};
use super::event::{Event, LabelOf};
use super::moment::Moment;
use super::order::Order;
use super::verdict::{LabelState, PieceName, Say, Seen, Signal, Verdict, Work};
use crate::code::Meaning;
use crate::code::command::{Command, ReprintReason};
use crate::ids::{JobId, LabelId, OrderId, PackageId, StageId};

pub use taken::is_taken;

/// The stage at which tickets are made.
pub const PREPRODUCTION: &str = "preproduction";
/// The stage at which pieces are put into packages.
pub const PACK: &str = "pack";
/// The stage at which packages leave.
pub const DISPATCH: &str = "dispatch";

/// What a person did.
#[derive(Debug, Clone, Copy)]
pub enum Action<'a> {
    /// Scanned or typed a code.
    Code {
        /// As it was read, for telling a repeat.
        text: &'a str,
        /// What it means.
        meaning: &'a Meaning,
    },
    /// Touched a command.
    Command(Command),
    /// Touched YES or NO under the question about this label.
    Answer {
        /// The label.
        label: LabelId,
        /// It came out.
        yes: bool,
    },
    /// Asked for the ticket of one job.
    Ticket(&'a JobId),
    /// Asked for the tickets of the next jobs.
    PrintNext(u32),
    /// Took back the last scan.
    Undo,
}

/// Where the input was made.
#[derive(Debug, Clone, Copy)]
pub struct Place<'a> {
    /// What is done at this bench.
    pub stages: &'a [StageId],
    /// What is done at any bench of this PC: what could have been seen from here without the hub.
    pub seen_here: &'a [StageId],
    /// Whether the hub is heard.
    pub contact: Contact,
    /// One scan records every stage of this bench that is due in a row.
    pub together: bool,
    /// Without a scan for so long, in microseconds, whoever was signed on is so no more; none: never.
    pub sign_off_after: Option<i64>,
    /// Where a ticket would come out: [`LabelState::Printing`] or [`LabelState::OnScreen`].
    pub tickets: LabelState,
    /// Where a shipping or package label would come out.
    pub shipping: LabelState,
}

/// What is known of the things that the input names.
#[derive(Debug, Clone, Copy)]
pub struct Known<'a> {
    /// The orders that may matter, the one in hand among them.
    pub orders: &'a BTreeMap<OrderId, Order>,
    /// The orders that the code names.
    pub named: &'a [OrderId],
    /// Jobs that wait for a ticket, most urgent first; filled only where tickets are asked for.
    pub waiting: &'a [(OrderId, JobId)],
    /// Codes that nothing has yet; filled only where [`Action::wants_fresh`].
    pub fresh: Option<&'a Fresh>,
}

/// Codes for a piece and a package that the rule may bring into being.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fresh {
    /// For a piece.
    pub job: JobId,
    /// For a package.
    pub package: PackageId,
}

/// What follows from an input.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decision {
    /// What the operator is told.
    pub verdict: Verdict,
    /// What is recorded.
    pub events: Vec<Event>,
    /// Why the labels are printed once more, where they were before.
    pub again: Option<ReprintReason>,
    /// Labels to be asked for, in this order.
    pub labels: Vec<(OrderId, LabelOf)>,
    /// The bench afterwards.
    pub bench: Bench,
    /// What an UNDO of this input would take back; none: nothing.
    pub undo: Option<Change>,
    /// The job that the input was about, for its screen card.
    pub job: Option<JobId>,
    /// The order of a scan that should have a name and has none.
    pub unclaimed: Option<OrderId>,
}

/// Decides.
#[must_use]
pub fn decide(action: &Action<'_>, place: &Place<'_>, bench: &Bench, known: &Known<'_>, now: Moment) -> Decision {
    let room = Room { place, known, now, sure: false };
    let mut next = bench.clone();
    let idle = place.sign_off_after.is_some_and(|after| room.idle(bench) > after);
    let signed_off = idle && next.operator.take().is_some();
    let mut decision = room.act(action, bench, next);
    if signed_off {
        decision.events.insert(0, Event::SignedOff);
    }
    decision
}

impl Room<'_> {
    fn act(&self, action: &Action<'_>, before: &Bench, next: Bench) -> Decision {
        let Room { known, now, .. } = *self;
        match action {
            Action::Code { text, meaning } => {
                let last = before.last.as_ref().filter(|(last, at, _)| last == text && now.since(*at) < REPEAT_WITHIN);
                let repeated = last.and_then(|(_, _, signal)| self.repeated(meaning, *signal, &next));
                let mut decision = repeated.unwrap_or_else(|| self.code(meaning, next));
                if let Meaning::Job(job) = meaning {
                    // Of a piece that is not known here, nothing can be said: a command must not hit the one before.
                    let current = |order: &OrderId| Current { order: order.clone(), job: job.clone(), at: now };
                    decision.bench.piece = known.named.first().map(current).filter(|piece| self.is_made(piece));
                }
                decision.bench.last = Some(((*text).to_owned(), now, decision.verdict.signal));
                decision
            }
            Action::Answer { label, yes } => self.answer(Some(*label), *yes, next),
            Action::Ticket(job) => self.ticket(job, next),
            Action::PrintNext(n) => self.print_next(*n, next),
            Action::Command(command) => self.command(*command, next),
            Action::Undo => self.undo(next),
        }
    }

    /// How long nothing was scanned here, in microseconds.
    fn idle(&self, bench: &Bench) -> i64 {
        bench.last.as_ref().map_or(0, |(_, at, _)| self.now.since(*at))
    }
}

/// What the bench waits for.
#[must_use]
pub fn expect(bench: &Bench, stages: &[StageId], orders: &BTreeMap<OrderId, Order>, now: Moment) -> Expect {
    if let Some(question) = bench.questions.first() {
        return Expect::Answer { number: question.number.clone(), printer: question.printer.clone() };
    }
    if let Some(doubt) = bench.doubted(now) {
        let number = orders.get(&doubt.piece.order).map_or_else(String::new, Order::spoken);
        return Expect::Sure { number, stage: doubt.stage.clone() };
    }
    if bench.operator.is_none() && bench.unclaimed.last().is_some_and(|scan| scan.is_open(now)) {
        return Expect::WhoAreYou;
    }
    if let Some(meant) = bench.waiting_command(now) {
        return Expect::Meant(meant.command);
    }
    if let Some(hand) = &bench.hand
        && let Some(order) = orders.get(&hand.order)
    {
        let number = order.spoken();
        let (n, of) = order.contents(&hand.package);
        let closed = order.packages.get(&hand.package).is_some_and(|p| p.closed.is_some());
        return if closed {
            Expect::TrackingNumber { number }
        } else {
            Expect::MorePieces { number, missing: small(of.saturating_sub(n)) }
        };
    }
    match stages.first() {
        Some(stage) if stage.as_str() == PREPRODUCTION => Expect::Ticket,
        Some(stage) if stage.as_str() == PACK => Expect::FirstPiece,
        Some(stage) if stage.as_str() == DISPATCH => Expect::Parcel,
        Some(stage) => Expect::Piece(stage.clone()),
        None => Expect::FirstPiece,
    }
}

/// Everything that a rule may look at.
#[derive(Clone, Copy)]
struct Room<'a> {
    place: &'a Place<'a>,
    known: &'a Known<'a>,
    now: Moment,
    /// A person said YES: a strict stage asks no more.
    sure: bool,
}

impl<'a> Room<'a> {
    fn code(&self, meaning: &Meaning, bench: Bench) -> Decision {
        match meaning {
            Meaning::Job(job) => self.piece_scanned(job, bench),
            Meaning::Package(_) | Meaning::Tracking(_) if self.swaps(&bench) => self.swap(meaning, bench),
            Meaning::Package(package) if self.is_door(&bench) => self.package_leaves(package, bench),
            Meaning::Tracking(candidates) if self.is_door(&bench) => self.leaves(candidates, bench),
            Meaning::Package(package) => self.package(package, bench),
            Meaning::Order(order) => self.order(order, bench),
            Meaning::Tracking(candidates) => self.tracking(candidates, bench),
            Meaning::Command(command) => self.command(*command, bench),
            Meaning::Badge(operator) => self.badge(operator, bench),
            Meaning::Routing(_) => other_barcode(bench, Seen::Routing),
            Meaning::Product(_) => other_barcode(bench, Seen::Product),
            Meaning::Web(_) => other_barcode(bench, Seen::Web),
            Meaning::Misread { .. } => told(bench, Verdict::stop(Say::Misread)),
            Meaning::Unknown(reason) => told(bench, Verdict::attention(unknown(reason))),
            _ => told(bench, Verdict::attention(Say::NotHere { what: Seen::Ours })),
        }
    }

    /// The same code within three seconds is one "already" with the same signal; a repeat never answers a question
    /// either. What must not go on is said again.
    fn repeated(&self, meaning: &Meaning, signal: Signal, bench: &Bench) -> Option<Decision> {
        let Meaning::Job(job) = meaning else {
            let Meaning::Command(_) = meaning else { return None };
            return Some(told(bench.clone(), Verdict::go(Say::NothingAsked)));
        };
        let order = self.named_order().filter(|o| o.stopped.is_none())?;
        let state = order.jobs.get(job).filter(|state| state.ended.is_none())?;
        if let Some(rework) = state.rework.last().filter(|r| self.now.since(r.key.at) < REPEAT_WITHIN) {
            let piece = self.name_of(order, job);
            let (reason, back, times) = (rework.reason, rework.back.clone(), small(state.rework.len()));
            let mut decision =
                told(bench.clone(), Verdict { signal, say: Say::Work(Work::Failed { piece, reason, back, times }) });
            decision.job = Some(job.clone());
            return Some(decision);
        }
        let passes = &state.passes;
        let pass = passes.iter().rev().find(|p| self.place.stages.contains(&p.stage))?;
        let say = Say::Already { number: order.spoken(), stage: pass.stage.clone() };
        let mut decision = told(bench.clone(), Verdict { signal, say });
        decision.job = Some(job.clone());
        Some(decision)
    }

    /// A piece: what a command waited for, or its next stage.
    fn piece_scanned(&self, job: &JobId, mut bench: Bench) -> Decision {
        bench.doubt = None;
        let command = bench.waiting_command(self.now).map(|meant| meant.command);
        match (command, self.known.named.first()) {
            (Some(command), Some(order)) if command.is_about_a_piece() => {
                let current = Current { order: order.clone(), job: job.clone(), at: self.now };
                self.do_to(command, &current, bench)
            }
            _ => self.job(job, bench),
        }
    }

    /// Whether a piece is known and still being made: a command can be about it.
    fn is_made(&self, current: &Current) -> bool {
        let order = self.known.orders.get(&current.order);
        order.is_some_and(|order| order.job_spec(&current.job).is_some())
    }

    /// A piece as people say it.
    fn name_of(&self, order: &Order, job: &JobId) -> PieceName {
        let n = order.job_spec(job).map_or(1, |(n, _)| n);
        let of = order.intake.as_deref().map_or(1, |i| i.jobs.len());
        PieceName { number: order.spoken(), n: small(n), of: small(of) }
    }

    fn named_order(&self) -> Option<&'a Order> {
        self.known.named.first().and_then(|id| self.known.orders.get(id))
    }

    fn serves(&self, stage: &str) -> bool {
        self.place.stages.iter().any(|s| s.as_str() == stage)
    }

    /// Whether parcels leave here. A bench that packs as well finishes what is in hand first.
    fn is_door(&self, bench: &Bench) -> bool {
        self.serves(DISPATCH) && bench.hand.is_none()
    }

    fn packs(&self) -> bool {
        self.serves(PACK) || self.serves(DISPATCH)
    }
}

/// A verdict that changes nothing.
fn told(bench: Bench, verdict: Verdict) -> Decision {
    let (events, labels) = (Vec::new(), Vec::new());
    Decision { verdict, events, again: None, labels, bench, undo: None, job: None, unclaimed: None }
}

/// What is said of every piece, package and label of an order that must not go on; none: it may.
fn stopped(order: &Order) -> Option<Verdict> {
    let stopped = order.stopped.as_ref()?;
    let (number, reason) = (order.spoken(), stopped.reason.clone());
    let held = |number, reason| Say::Held { number, reason, why: stopped.why };
    let say = if stopped.cancelled { Say::Cancelled { number, reason } } else { held(number, reason) };
    Some(Verdict::stop(say))
}

fn other_barcode(bench: Bench, what: Seen) -> Decision {
    told(bench, Verdict::attention(Say::OtherBarcode { what }))
}

fn unknown(reason: &crate::code::Reason) -> Say {
    match reason.carriers() {
        [] => Say::Unknown,
        carriers => Say::BadCheckDigit { carriers: carriers.iter().map(ToString::to_string).collect() },
    }
}

/// A count that a sentence can hold; orders have at most a few hundred pieces.
fn small(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}

/// The package of a bench's hand, as a value.
fn hand(order: &OrderId, package: &PackageId) -> Option<super::bench::Hand> {
    Some(super::bench::Hand { order: order.clone(), package: package.clone() })
}

#[cfg(test)]
mod tests;
