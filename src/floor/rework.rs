//! What becomes of a piece that went wrong: it failed and is made again, or it ended and another takes its place.

use serde::{Deserialize, Serialize};

use super::intake::{Intake, JobSpec, PackageSpec};
use super::order::{Job, Key, Order, Pass};
use super::route::Route;
use crate::code::command::FailReason;
use crate::ids::{JobId, OperatorId, PackageId, StageId, StationId};

/// A piece was sent back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rework {
    /// When, and by which entry.
    #[serde(flatten)]
    pub key: Key,
    /// Where it was found.
    pub station: StationId,
    /// By whom.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<OperatorId>,
    /// What was wrong.
    pub reason: FailReason,
    /// The stage from which on it is made again.
    pub back: StageId,
    /// Every scan that counted until then: what was missed there stays missed.
    pub before: Vec<Pass>,
}

/// Why a piece is made no more.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Gone {
    /// It is waste.
    Scrapped,
    /// It can not be found.
    Lost,
}

/// A piece that is made no more.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ended {
    /// When, and by which entry.
    #[serde(flatten)]
    pub key: Key,
    /// Why.
    pub why: Gone,
    /// What takes its place.
    pub by: JobId,
}

/// Where a piece with this fault is made again: a bad garment needs a new one, everything else a new print. Where
/// the route lacks that stage or has it only later, it is the stage at which the fault was found.
#[must_use]
pub fn back_to(route: &Route, found_at: &StageId, reason: FailReason) -> StageId {
    let wanted: &[&str] = match reason {
        FailReason::Garment => &["preproduction", "print"],
        FailReason::Print | FailReason::Placement | FailReason::Stain | FailReason::Other => &["print"],
    };
    let at = route.steps.iter().rposition(|step| step.stage == *found_at).unwrap_or(route.steps.len());
    let earlier = || route.steps.iter().take(at).rev();
    let found = wanted.iter().find_map(|name| earlier().find(|step| step.stage.as_str() == *name));
    found.map_or_else(|| found_at.clone(), |step| step.stage.clone())
}

/// Which step of the route each scan counts for. A stage that is due twice wants two scans; the first scan counts
/// for the first step.
fn steps_of(passes: &[Pass], route: &Route) -> Vec<Option<usize>> {
    let mut taken = vec![false; route.steps.len()];
    let mut step_of = |pass: &Pass| {
        let step = (0..taken.len()).find(|&i| !taken[i] && route.steps[i].stage == pass.stage)?;
        taken[step] = true;
        Some(step)
    };
    passes.iter().map(&mut step_of).collect()
}

impl Job {
    /// Sends the piece back: its scans from the last one at `rework.back` on count no more.
    pub(super) fn send_back(&mut self, route: Option<&Route>, mut rework: Rework) {
        rework.before.clone_from(&self.passes);
        if let Some(route) = route {
            let steps = steps_of(&self.passes, route);
            let is_back = |step: &&usize| route.steps.get(**step).is_some_and(|s| s.stage == rework.back);
            let scanned = steps.iter().flatten().filter(is_back).max().copied();
            let from = scanned.or_else(|| route.find(&rework.back, 0)).unwrap_or(0);
            let mut steps = steps.into_iter();
            self.passes.retain(|_| steps.next().flatten().is_none_or(|step| step < from));
        }
        self.package = None;
        self.rework.push(rework);
    }
}

impl Order {
    /// Puts `by` in the place of a job that ended.
    pub(super) fn replace(&mut self, key: Key, job: &JobId, why: Gone, by: &JobSpec) {
        let ended = Ended { key, why, by: by.job.clone() };
        let old = self.jobs.entry(job.clone()).or_default();
        old.ended = Some(ended);
        let package = old.package.take();
        self.jobs.entry(by.job.clone()).or_default();
        if let Some(spec) = self.intake.as_mut().and_then(|i| i.jobs.iter_mut().find(|spec| spec.job == *job)) {
            *spec = by.clone();
        }
        self.reopen(package.as_ref());
    }

    /// A package that lacks a piece again is open again.
    pub(super) fn reopen(&mut self, package: Option<&PackageId>) {
        if let Some(state) = package.and_then(|package| self.packages.get_mut(package)) {
            state.closed = None;
        }
    }

    /// What of `package` is not in it goes into `rest`.
    pub(super) fn split(&mut self, package: &PackageId, rest: &PackageSpec) {
        let outside: Vec<JobId> = self.missing(package).cloned().collect();
        self.packages.entry(rest.package.clone()).or_default();
        let Some(intake) = self.intake.as_mut() else { return };
        let Intake { jobs, packages, .. } = &mut **intake;
        if !packages.iter().any(|p| p.package == rest.package) {
            packages.push(rest.clone());
        }
        for spec in jobs.iter_mut() {
            if outside.contains(&spec.job) {
                spec.package = Some(rest.package.clone());
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::floor::moment::Moment;
    use crate::floor::route::Step;
    use crate::ids::EntryId;

    fn route(stages: &str) -> Route {
        let step = |name: &str| Step::of(StageId::new(name).unwrap());
        Route { steps: stages.split_whitespace().map(step).collect() }
    }

    fn pass(n: usize, stage: &str) -> Pass {
        let key = Key { at: Moment(n as i64), entry: EntryId::from_bytes([n as u8; 16]) };
        Pass { stage: StageId::new(stage).unwrap(), key, station: StationId::new("here").unwrap(), by: None }
    }

    /// The stages that count after a failure, and where the piece goes.
    #[track_caller]
    fn check(stages: &str, scans: &str, found_at: &str, reason: FailReason, expected: &str) {
        let route = route(stages);
        let passes = scans.split_whitespace().enumerate().map(|(n, stage)| pass(n, stage)).collect();
        let mut job = Job { passes, ..Job::default() };
        let back = back_to(&route, &StageId::new(found_at).unwrap(), reason);
        let Pass { key, station, by, .. } = pass(99, found_at);
        job.send_back(Some(&route), Rework { key, station, by, reason, back: back.clone(), before: Vec::new() });
        let left: Vec<&str> = job.passes.iter().map(|p| p.stage.as_str()).collect();
        assert_eq!(format!("{} > {back}", left.join(" ")), expected);
        assert_eq!(job.rework[0].before.len(), scans.split_whitespace().count());
    }

    const BUILT_IN: &str = "preproduction print qc pack";

    #[test]
    fn a_bad_print_is_printed_again_and_a_bad_garment_begins_anew() {
        let scans = "preproduction print qc";
        check(BUILT_IN, scans, "qc", FailReason::Print, "preproduction > print");
        check(BUILT_IN, scans, "qc", FailReason::Garment, " > preproduction");
        check(BUILT_IN, "preproduction qc", "qc", FailReason::Stain, "preproduction > print");
    }

    #[test]
    fn only_the_last_side_is_printed_again() {
        let twice = "print qc print qc pack";
        check(twice, "print qc print qc", "qc", FailReason::Placement, "print qc > print");
        check(twice, "print qc", "qc", FailReason::Placement, " > print");
    }

    #[test]
    fn a_route_without_a_print_stage_repeats_the_stage_that_found_the_fault() {
        check("embroidery qc pack", "embroidery qc", "qc", FailReason::Print, "embroidery > qc");
        check(BUILT_IN, "preproduction", "preproduction", FailReason::Garment, " > preproduction");
        check(BUILT_IN, "steam preproduction print", "steam", FailReason::Print, "steam preproduction > print");
    }
}
