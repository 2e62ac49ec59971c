//! A job's code: which stage it records, and what was missed before.

use super::{Decision, PACK, PREPRODUCTION, Room, small, stopped, told};
use crate::floor::bench::{Bench, Change, Contact};
use crate::floor::event::{Event, LabelOf};
use crate::floor::order::Order;
use crate::floor::route::Route;
use crate::floor::verdict::{LabelState, Say, Verdict};
use crate::ids::{JobId, OrderId, StageId};

impl Room<'_> {
    pub(super) fn job(&self, job: &JobId, bench: Bench) -> Decision {
        let Some(stage) = self.place.stages.first() else {
            return told(bench, Verdict::attention(Say::CommandNotHere));
        };
        let known = self.named_order().and_then(|o| Some((o, o.intake.as_deref()?)));
        let Some((order, intake)) = known else {
            return self.new_here(job, stage, bench);
        };
        let mut decision = self.known_job(&intake.order, order, job, bench);
        decision.job = Some(job.clone());
        decision
    }

    /// A job that is known: red, or its next stage.
    pub(super) fn known_job(&self, id: &OrderId, order: &Order, job: &JobId, bench: Bench) -> Decision {
        match self.ended(order, job).or_else(|| stopped(order)) {
            Some(verdict) => {
                let mut decision = told(bench, verdict);
                decision.events.push(Event::JobSeen { order: id.clone(), job: job.clone() });
                decision
            }
            None => self.pass(id, order, job, bench),
        }
    }

    /// A valid code of a job that nobody here knows is recorded. With the hub in reach that is odd; without it
    /// the order may simply be newer than the last contact.
    fn new_here(&self, job: &JobId, stage: &StageId, bench: Bench) -> Decision {
        let say = Say::NewHere { job: job.clone(), stage: stage.clone() };
        let verdict = if self.place.contact == Contact::Here { Verdict::attention(say) } else { Verdict::go(say) };
        let mut decision = told(bench, verdict);
        decision.events.push(Event::JobPassed { order: None, job: job.clone(), stage: stage.clone() });
        // An UNDO now must not take back what was scanned before.
        decision.bench.undoable = None;
        decision
    }

    fn pass(&self, id: &OrderId, order: &Order, job: &JobId, bench: Bench) -> Decision {
        let Some(route) = order.intake.as_deref().map(|i| &i.route) else {
            return told(bench, Verdict::attention(Say::CommandNotHere));
        };
        let done = steps_done(order, job, route);
        let is_due = |i: &usize| !done[*i] && self.place.stages.contains(&route.steps[*i].stage);
        let Some(first) = (0..route.steps.len()).find(is_due) else {
            return self.nothing_due(id, order, job, bench);
        };
        let missed = self.missed(order, &done, first);
        let last = if self.place.together { (first..route.steps.len()).take_while(is_due).last() } else { None };
        let last = last.unwrap_or(first);
        let strict = route.steps[first..=last].iter().find(|step| step.strict);
        if let Some(asked) = strict.and_then(|step| self.unsure(id, order, job, &step.stage, &missed, &bench)) {
            return asked;
        }
        let mut decision = match route.steps[last].stage.as_str() {
            PACK => self.pack(id, order, job, &missed, bench),
            _ => self.passed(id, order, job, last, missed, bench),
        };
        let before = route.steps[first..last].iter().rev();
        for step in before.filter(|_| decision.undo.is_some()) {
            let pass = Event::JobPassed { order: Some(id.clone()), job: job.clone(), stage: step.stage.clone() };
            decision.events.insert(0, pass);
        }
        let wants_a_name = route.steps[first..=last].iter().any(|step| step.signed);
        if wants_a_name && decision.bench.operator.is_none() && decision.undo.is_some() {
            decision.unclaimed = Some(id.clone());
        }
        decision
    }

    fn passed(
        &self,
        id: &OrderId,
        order: &Order,
        job: &JobId,
        i: usize,
        missed: Vec<StageId>,
        bench: Bench,
    ) -> Decision {
        let Some(intake) = order.intake.as_deref() else { return told(bench, Verdict::attention(Say::NoTicketWaits)) };
        let stage = intake.route.steps[i].stage.clone();
        let number = order.spoken();
        let place = order.job_spec(job).map_or(1, |(place, _)| place);
        let verdict = if missed.is_empty() {
            let next = intake.route.steps.get(i + 1).map(|s| s.stage.clone());
            let (n, of) = (small(place), small(intake.jobs.len()));
            Verdict::go(Say::Passed { number, stage: stage.clone(), n, of, next })
        } else {
            Verdict::attention(Say::PassedButMissed { number, stage: stage.clone(), missed })
        };
        let mut decision = told(bench, verdict);
        decision.events.push(Event::JobPassed { order: Some(id.clone()), job: job.clone(), stage: stage.clone() });
        decision.undo = Some(self.change(id, order, job, &stage));
        decision
    }

    /// What an UNDO of a piece's scan would take back.
    pub(super) fn change(&self, id: &OrderId, order: &Order, job: &JobId, stage: &StageId) -> Change {
        Change { piece: Some(self.name_of(order, job)), stage: Some(stage.clone()), ..Change::of(id.clone()) }
    }

    /// Every stage of this bench has its scan, or none is on the route.
    fn nothing_due(&self, id: &OrderId, order: &Order, job: &JobId, bench: Bench) -> Decision {
        let number = order.spoken();
        let before = order.jobs.get(job).into_iter().flat_map(|j| j.passes.iter().rev());
        let here = before.into_iter().find(|p| self.place.stages.contains(&p.stage)).map(|p| p.stage.clone());
        let mut decision = match (here, self.place.stages.first()) {
            (Some(stage), _) if stage.as_str() == PACK => self.packed_again(id, order, job, bench),
            (Some(stage), _) => told(bench, Verdict::go(Say::Already { number, stage })),
            (None, Some(stage)) => {
                let say = Say::NotOnRoute { number, stage: stage.clone() };
                let mut decision = told(bench, Verdict::attention(say));
                let pass = Event::JobPassed { order: Some(id.clone()), job: job.clone(), stage: stage.clone() };
                decision.events.push(pass);
                decision.undo = Some(self.change(id, order, job, stage));
                return decision;
            }
            (None, None) => told(bench, Verdict::attention(Say::CommandNotHere)),
        };
        if decision.events.is_empty() {
            decision.events.push(Event::JobSeen { order: id.clone(), job: job.clone() });
        }
        decision
    }

    /// The due stages before step `i` that have no scan. While the hub is away, only those count that this PC
    /// would have seen.
    pub(super) fn missed(&self, order: &Order, done: &[bool], i: usize) -> Vec<StageId> {
        let Some(intake) = order.intake.as_deref() else { return Vec::new() };
        let first = intake.starts_at.as_ref().and_then(|s| intake.route.find(s, 0)).unwrap_or(0);
        let could_know = |stage: &StageId| self.place.contact == Contact::Here || self.place.seen_here.contains(stage);
        let steps = intake.route.steps.iter().zip(done).enumerate().take(i).skip(first);
        steps
            .filter(|(_, (step, done))| !step.optional && !**done && could_know(&step.stage))
            .map(|(_, (step, _))| step.stage.clone())
            .collect()
    }

    pub(super) fn ticket(&self, job: &JobId, bench: Bench) -> Decision {
        let found = self.named_order().and_then(|o| Some((o, o.intake.as_deref()?)));
        let Some((order, intake)) = found.filter(|(o, _)| o.stopped.is_none()) else {
            return told(bench, Verdict::attention(Say::NoTicketWaits));
        };
        self.tickets(&intake.order, order, vec![job.clone()], bench)
    }

    pub(super) fn order(&self, id: &OrderId, bench: Bench) -> Decision {
        let found = self.named_order().and_then(|o| Some((o, o.intake.as_deref()?)));
        let Some((order, intake)) = found else {
            return told(bench, Verdict::attention(Say::NotKnown { code: id.to_string() }));
        };
        if let Some(verdict) = stopped(order) {
            return told(bench, verdict);
        }
        let without = |job: &JobId| !order.labels.values().any(|l| l.what == LabelOf::Ticket(job.clone()));
        let jobs: Vec<JobId> = intake.jobs.iter().map(|s| s.job.clone()).filter(without).collect();
        if !self.serves(PREPRODUCTION) || jobs.is_empty() {
            let say = Say::OrderSeen { number: order.spoken(), jobs: small(intake.jobs.len()) };
            return told(bench, Verdict::attention(say));
        }
        self.tickets(&intake.order, order, jobs, bench)
    }

    fn tickets(&self, id: &OrderId, order: &Order, mut jobs: Vec<JobId>, bench: Bench) -> Decision {
        jobs.truncate(self.tickets_at_once());
        let count = small(jobs.len());
        let say = Say::Tickets { number: order.spoken(), count, label: self.place.tickets };
        let mut decision = told(bench, Verdict::go(say));
        decision.job = jobs.first().cloned();
        decision.labels = jobs.into_iter().map(|job| (id.clone(), LabelOf::Ticket(job))).collect();
        decision
    }

    /// A screen shows one ticket; the others wait until it is done with.
    fn tickets_at_once(&self) -> usize {
        if self.place.tickets == LabelState::OnScreen { 1 } else { usize::MAX }
    }

    pub(super) fn print_next(&self, n: u32, bench: Bench) -> Decision {
        let jobs = self.known.waiting.iter().take(self.tickets_at_once().min(n as usize));
        let asked: Vec<(OrderId, LabelOf)> = jobs.map(|(o, j)| (o.clone(), LabelOf::Ticket(j.clone()))).collect();
        let Some((first, _)) = asked.first() else {
            return told(bench, Verdict::attention(Say::NoTicketWaits));
        };
        let number = self.known.orders.get(first).map_or_else(String::new, Order::spoken);
        let say = Say::Tickets { number, count: small(asked.len()), label: self.place.tickets };
        let mut decision = told(bench, Verdict::go(say));
        decision.labels = asked;
        decision
    }
}

/// Which steps of the route a job has a scan for. A stage that is due twice wants two scans; the first scan
/// counts for the first step.
#[must_use]
pub fn steps_done(order: &Order, job: &JobId, route: &Route) -> Vec<bool> {
    let mut done = vec![false; route.steps.len()];
    for pass in order.jobs.get(job).into_iter().flat_map(|j| &j.passes) {
        let step = (0..done.len()).find(|&i| !done[i] && route.steps[i].stage == pass.stage);
        if let Some(i) = step {
            done[i] = true;
        }
    }
    done
}
