//! Commands about a piece: it failed, its ticket is ruined, it is waste or lost, its order waits.
//!
//! A command is for the piece that was scanned last, for as long as the screen shows it large. Without one it asks
//! for the piece, and the next one that is scanned is meant.

use super::{Decision, Room, small, told};
use crate::code::command::{Command, FailReason, HoldReason};
use crate::floor::bench::{Bench, Change, Current, Meant};
use crate::floor::event::{Event, LabelOf};
use crate::floor::intake::{Intake, JobSpec};
use crate::floor::order::Order;
use crate::floor::rework::{Gone, back_to};
use crate::floor::verdict::{PieceName, Say, Verdict, Work};
use crate::ids::JobId;

/// A piece that a command is about, with all that is known of it.
struct Piece<'a> {
    order: &'a Order,
    intake: &'a Intake,
    spec: &'a JobSpec,
    name: PieceName,
}

impl Room<'_> {
    /// A command about the current piece; without one, the next that is scanned.
    pub(super) fn for_piece(&self, command: Command, mut bench: Bench) -> Decision {
        match bench.current(self.now).cloned() {
            Some(piece) => self.do_to(command, &piece, bench),
            None => {
                bench.meant = Some(Meant { command, at: self.now, first: None });
                told(bench, Verdict::attention(Say::Work(Work::WhichPiece { command })))
            }
        }
    }

    /// Does what `command` says to one piece.
    pub(super) fn do_to(&self, command: Command, current: &Current, mut bench: Bench) -> Decision {
        bench.meant = None;
        let job = &current.job;
        let Some(piece) = self.piece(current) else {
            return told(bench, Verdict::attention(Say::NotKnown { code: job.to_string() }));
        };
        let mut decision = match command {
            Command::Fail(reason) => self.fail(&piece, reason, bench),
            Command::Scrap => self.replace(&piece, Gone::Scrapped, bench),
            Command::Lost => self.replace(&piece, Gone::Lost, bench),
            Command::RuinedTicket => self.new_ticket(&piece, bench),
            Command::Hold(why) => hold(&piece, why, bench),
            Command::Release => release(&piece, bench),
            _ => told(bench, Verdict::attention(Say::CommandNotHere)),
        };
        decision.job = Some(job.clone());
        decision
    }

    fn piece(&self, current: &Current) -> Option<Piece<'_>> {
        let order = self.known.orders.get(&current.order)?;
        let intake = order.intake.as_deref()?;
        let (_, spec) = order.job_spec(&current.job)?;
        let name = self.name_of(order, &current.job);
        Some(Piece { order, intake, spec, name })
    }

    fn fail(&self, piece: &Piece<'_>, reason: FailReason, bench: Bench) -> Decision {
        let Some(here) = self.place.stages.first() else {
            return told(bench, Verdict::attention(Say::CommandNotHere));
        };
        let back = back_to(&piece.intake.route, here, reason);
        let times = small(piece.order.jobs.get(&piece.spec.job).map_or(0, |job| job.rework.len()) + 1);
        let say = Say::Work(Work::Failed { piece: piece.name.clone(), reason, back: back.clone(), times });
        let mut decision = told(bench, Verdict::go(say));
        let (order, job) = (piece.intake.order.clone(), piece.spec.job.clone());
        decision.undo = Some(Change { piece: Some(piece.name.clone()), ..Change::of(order.clone()) });
        decision.events.push(Event::JobFailed { order, job, reason, back });
        decision
    }

    /// The piece ends, and one with a new code begins where the route begins.
    fn replace(&self, piece: &Piece<'_>, why: Gone, bench: Bench) -> Decision {
        let Some(fresh) = self.known.fresh else {
            return told(bench, Verdict::attention(Say::CommandNotHere));
        };
        let by = JobSpec { job: fresh.job.clone(), ..piece.spec.clone() };
        let say = Say::Work(Work::Replaced { piece: piece.name.clone(), why, by: by.job.clone() });
        let mut decision = told(bench, Verdict::go(say));
        let (order, job) = (piece.intake.order.clone(), piece.spec.job.clone());
        decision.undo = Some(Change { piece: Some(piece.name.clone()), ..Change::of(order.clone()) });
        decision.events.push(Event::JobReplaced { order, job, why, by: Box::new(by) });
        decision.bench.piece = None;
        decision
    }

    fn new_ticket(&self, piece: &Piece<'_>, bench: Bench) -> Decision {
        let say = Say::Work(Work::TicketAgain { piece: piece.name.clone(), label: self.place.tickets });
        let mut decision = told(bench, Verdict::go(say));
        decision.labels.push((piece.intake.order.clone(), LabelOf::Ticket(piece.spec.job.clone())));
        decision
    }

    /// A code of a piece that was scrapped or lost: red everywhere.
    pub(super) fn ended(&self, order: &Order, job: &JobId) -> Option<Verdict> {
        let ended = order.jobs.get(job)?.ended.as_ref()?;
        let say = Say::Work(Work::PieceEnded { number: order.spoken(), why: ended.why, by: ended.by.clone() });
        Some(Verdict::stop(say))
    }
}

fn hold(piece: &Piece<'_>, why: HoldReason, bench: Bench) -> Decision {
    if let Some(verdict) = super::stopped(piece.order) {
        return told(bench, verdict);
    }
    let mut decision = told(bench, Verdict::go(Say::Work(Work::PutOnHold { number: piece.order.spoken(), why })));
    let order = piece.intake.order.clone();
    decision.undo = Some(Change::of(order.clone()));
    decision.events.push(Event::OrderHeld { order, reason: String::new(), why: Some(why) });
    decision
}

fn release(piece: &Piece<'_>, bench: Bench) -> Decision {
    let number = piece.order.spoken();
    if piece.order.is_cancelled()
        && let Some(verdict) = super::stopped(piece.order)
    {
        return told(bench, verdict);
    }
    if piece.order.stopped.is_none() {
        return told(bench, Verdict::attention(Say::Work(Work::NotHeld { number })));
    }
    let mut decision = told(bench, Verdict::go(Say::Work(Work::Released { number })));
    let order = piece.intake.order.clone();
    decision.undo = Some(Change::of(order.clone()));
    decision.events.push(Event::OrderReleased { order });
    decision
}
