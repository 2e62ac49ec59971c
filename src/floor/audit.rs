//! What an order's state says of scans that were missed and of jobs that stand still.
//!
//! A job's scans are laid along its route one by one, in the order of the fold:
//!
//! 1. a scan counts for the first step of its stage that lies ahead of every step scanned so far;
//! 2. where there is none ahead, it was late: it counts for the first step of its stage behind that has no scan;
//! 3. where all those have one, the job went back (it is made again): it waits for what follows that stage.
//!
//! So a stage may be due twice, a late scan settles a miss, and a stage that is not on the route proves nothing.
//! What was missed before a piece failed stays missed: only the scans after that begin anew.
//! Sample orders are in no report.

use super::moment::{MINUTE, Moment};
use super::order::{Order, Pass};
use super::route::{Route, Step};
use crate::ids::{JobId, StageId};

/// The version of these rules: reports that were made by another one are made again.
pub const AUDIT_VERSION: u32 = 2;

/// A step of the route without a scan, although a later step was scanned.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Missed<'a> {
    /// The piece.
    pub job: &'a JobId,
    /// Which step of the route, from 0.
    pub step: usize,
    /// Its stage.
    pub stage: &'a StageId,
    /// The first scan of a later step: when, where and by whom the miss was proved.
    pub proved: &'a Pass,
    /// The last scan before that, if there was any.
    pub before: Option<&'a Pass>,
}

/// The next stage that a job waits for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Due<'a> {
    /// The piece.
    pub job: &'a JobId,
    /// What it waits for.
    pub stage: &'a StageId,
    /// Its last scan, or when its order came in.
    pub since: Moment,
    /// From when on it is stalled; none where the stage has no limit.
    pub stalls_at: Option<Moment>,
}

/// The scans of an order that were missed, by job as the order lists them, then by step. Of an order that was
/// cancelled, only what was proved before.
#[must_use]
pub fn missed(order: &Order) -> Vec<Missed<'_>> {
    let Some(intake) = order.intake.as_deref().filter(|i| !i.sample) else { return Vec::new() };
    let cancelled = order.stopped.as_ref().filter(|s| s.cancelled).map(|s| s.at);
    let mut found = Vec::new();
    for spec in &intake.jobs {
        let Some(job) = order.jobs.get(&spec.job) else { continue };
        let mut of_job: Vec<Missed<'_>> = Vec::new();
        for passes in job.rework.iter().map(|rework| &rework.before).chain([&job.passes]) {
            let along = Along::of(&intake.route, intake.starts_at.as_ref(), passes);
            let missed = along.missed(&spec.job).filter(|m| cancelled.is_none_or(|at| m.proved.key.at <= at));
            let new: Vec<_> = missed.filter(|m| !of_job.iter().any(|known| known.step == m.step)).collect();
            of_job.extend(new);
        }
        of_job.sort_by_key(|missed| missed.step);
        found.extend(of_job);
    }
    found
}

/// What each job of an order waits for, as the order lists them; nothing of one that is cancelled or held.
#[must_use]
pub fn due(order: &Order) -> Vec<Due<'_>> {
    let Some(intake) = order.intake.as_deref().filter(|i| !i.sample) else { return Vec::new() };
    if order.stopped.is_some() {
        return Vec::new();
    }
    let waits = |job| {
        let state = order.jobs.get(job);
        let passes = state.map_or(&[][..], |state| &state.passes);
        let along = Along::of(&intake.route, intake.starts_at.as_ref(), passes);
        let step = along.next()?;
        let sent_back = state.and_then(|state| state.rework.last()).map(|rework| rework.key.at);
        let since = passes.last().map(|pass| pass.key.at).max(sent_back).or(order.taken).unwrap_or_default();
        let stalls_at = step.limit.map(|minutes| since.plus(i64::from(minutes) * MINUTE));
        Some(Due { job, stage: &step.stage, since, stalls_at })
    };
    intake.jobs.iter().filter_map(|spec| waits(&spec.job)).collect()
}

/// A job's scans, laid along its route.
struct Along<'a> {
    steps: &'a [Step],
    passes: &'a [Pass],
    /// The first step that this shop does.
    start: usize,
    /// Which scan counts for each step.
    taken_by: Vec<Option<usize>>,
    /// Which step each scan counts for.
    step_of: Vec<Option<usize>>,
    /// The step from which on the job waits for the next one.
    position: usize,
}

impl<'a> Along<'a> {
    fn of(route: &'a Route, starts_at: Option<&StageId>, passes: &'a [Pass]) -> Along<'a> {
        let start = starts_at.and_then(|stage| route.find(stage, 0)).unwrap_or(0);
        let mut along = Along {
            steps: &route.steps,
            passes,
            start,
            taken_by: vec![None; route.steps.len()],
            step_of: Vec::with_capacity(passes.len()),
            position: start,
        };
        let mut ahead = 0;
        for (n, pass) in passes.iter().enumerate() {
            let step = along.lay(route, n, &pass.stage, &mut ahead);
            along.step_of.push(step);
        }
        along
    }

    fn lay(&mut self, route: &Route, n: usize, stage: &StageId, ahead: &mut usize) -> Option<usize> {
        if let Some(step) = route.find(stage, *ahead) {
            self.taken_by[step] = Some(n);
            *ahead = step + 1;
            self.position = self.start.max(*ahead);
            return Some(step);
        }
        let behind = || (0..*ahead).filter(|&i| route.steps[i].stage == *stage);
        if let Some(step) = behind().find(|&i| self.taken_by[i].is_none()) {
            self.taken_by[step] = Some(n);
            return Some(step);
        }
        if let Some(step) = behind().next_back() {
            self.position = self.start.max(step + 1);
        }
        None
    }

    fn missed<'j: 'a>(&self, job: &'j JobId) -> impl Iterator<Item = Missed<'a>> {
        let (steps, passes) = (self.steps, self.passes);
        let open = (self.start..steps.len()).filter(|&i| !steps[i].optional && self.taken_by[i].is_none());
        let found: Vec<Missed<'a>> = open
            .filter_map(|step| {
                let proof = self.step_of.iter().position(|of| of.is_some_and(|of| of > step))?;
                let before = proof.checked_sub(1).and_then(|n| passes.get(n));
                Some(Missed { job, step, stage: &steps[step].stage, proved: passes.get(proof)?, before })
            })
            .collect();
        found.into_iter()
    }

    fn next(&self) -> Option<&'a Step> {
        self.steps.get(self.position..)?.iter().find(|step| !step.optional)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::floor::intake::{Intake, JobSpec, PackageSpec};
    use crate::floor::order::{Job, Key, Stopped};
    use crate::ids::{EntryId, OrderId, PackageId, StationId};

    /// `route` and `scans` are stage names; one with `?` is optional. Returns "missed … | due …".
    fn check(route: &str, starts_at: Option<&str>, scans: &str) -> String {
        read(&order(route, starts_at, scans))
    }

    fn order(route: &str, starts_at: Option<&str>, scans: &str) -> Order {
        let job = JobId::new("J1").unwrap();
        let steps = route.split_whitespace().map(|name| Step { limit: Some(1), ..Step::read(name).unwrap() });
        let spec = JobSpec {
            job: job.clone(),
            product: String::new(),
            size: String::new(),
            colour: String::new(),
            places: Vec::new(),
            note: String::new(),
            picture: None,
            package: None,
        };
        let intake = Intake {
            order: OrderId::new("D1").unwrap(),
            number: "1".into(),
            channel: String::new(),
            ship_by: None,
            rush: false,
            sample: false,
            starts_at: starts_at.map(|s| StageId::new(s).unwrap()),
            carrier: None,
            route: Route { steps: steps.collect() },
            jobs: vec![spec],
            packages: vec![PackageSpec::bare(PackageId::new("P1").unwrap())],
        };
        let passes = scans.split_whitespace().enumerate().map(|(n, stage)| Pass {
            stage: StageId::new(stage).unwrap(),
            key: Key { at: Moment(n as i64 + 1), entry: EntryId::from_bytes([n as u8; 16]) },
            station: StationId::new(stage).unwrap(),
            by: None,
        });
        let passes = Job { passes: passes.collect(), ..Job::default() };
        Order { intake: Some(Box::new(intake)), jobs: [(job, passes)].into(), ..Order::default() }
    }

    fn read(order: &Order) -> String {
        let missed: Vec<String> = missed(order)
            .iter()
            .map(|m| {
                let before = m.before.map_or("-", |p| p.stage.as_str());
                format!("{}.{}({}>{})", m.step, m.stage, before, m.proved.stage)
            })
            .collect();
        let due: Vec<String> = due(order).iter().map(|d| format!("{} since {}", d.stage, d.since.0)).collect();
        format!("{} | {}", missed.join(" "), due.join(" "))
    }

    const BUILT_IN: &str = "preproduction print qc pack";

    #[test]
    fn a_step_is_missed_once_a_later_one_was_scanned() {
        assert_eq!(check(BUILT_IN, None, ""), " | preproduction since 0");
        assert_eq!(check(BUILT_IN, None, "preproduction print"), " | qc since 2");
        assert_eq!(check(BUILT_IN, None, "preproduction print pack"), "2.qc(print>pack) | ");
        assert_eq!(check(BUILT_IN, None, "qc"), "0.preproduction(->qc) 1.print(->qc) | pack since 1");
        assert_eq!(check(BUILT_IN, None, "qc print preproduction pack"), " | ");
    }

    #[test]
    fn steps_before_the_starting_stage_and_optional_ones_are_not_due() {
        assert_eq!(check(BUILT_IN, Some("qc"), "pack"), "2.qc(->pack) | ");
        assert_eq!(check(BUILT_IN, Some("qc"), ""), " | qc since 0");
        assert_eq!(check("print steam? pack", None, "print pack"), " | ");
        assert_eq!(check("print steam? pack", None, "print"), " | pack since 1");
    }

    #[test]
    fn a_stage_may_be_due_twice_and_a_job_may_go_back() {
        let twice = "print qc print qc pack";
        assert_eq!(check(twice, None, "print qc print qc pack"), " | ");
        assert_eq!(check(twice, None, "print qc pack"), "2.print(qc>pack) 3.qc(qc>pack) | ");
        assert_eq!(check(BUILT_IN, None, "preproduction print qc print"), " | qc since 4");
        assert_eq!(check(BUILT_IN, None, "preproduction print qc print qc"), " | pack since 5");
        assert_eq!(check(BUILT_IN, None, "preproduction print qc print qc pack"), " | ");
        assert_eq!(check(BUILT_IN, None, "preproduction embroidery print"), " | qc since 3");
    }

    #[test]
    fn what_was_proved_before_a_cancellation_stays() {
        let mut cancelled = order(BUILT_IN, None, "print pack");
        cancelled.stopped = Some(Stopped { cancelled: true, reason: String::new(), why: None, at: Moment(1) });
        assert_eq!(read(&cancelled), "0.preproduction(->print) | ");
        cancelled.stopped.as_mut().unwrap().cancelled = false;
        assert_eq!(read(&cancelled), "0.preproduction(->print) 2.qc(print>pack) | ");
        cancelled.intake.as_mut().unwrap().sample = true;
        assert_eq!(read(&cancelled), " | ");
    }
}
