//! Routes: the stages that a kind of job must pass, in order.

use serde::{Deserialize, Serialize};

use crate::ids::{IdError, StageId};

/// Most stages of one route.
pub const STEPS_MAX: usize = 24;

/// The stages a job must pass, in order. A stage may be due twice (front, back).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Route {
    /// In the order in which they are due.
    pub steps: Vec<Step>,
}

/// One stage of a route.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Step {
    /// What is due.
    pub stage: StageId,
    /// A job may leave it out; it is never missed.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub optional: bool,
    /// A job whose earlier stages were missed passes only after a YES.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub strict: bool,
    /// It must be known who did it: without a badge the bench asks.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub signed: bool,
    /// How long a job may wait for this stage, in minutes, before it is stalled; none: never.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit: Option<u32>,
}

/// What may stand behind a stage's name, see [`Step::read`].
const MARKS: [char; 3] = ['?', '!', '@'];

/// Why a text is no step of a route.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotAStep {
    /// The name of the stage can not be one.
    #[error(transparent)]
    Name(#[from] IdError),
    /// A mark inside the name.
    #[error("`{0}` may only stand behind the name")]
    Mark(char),
}

/// The names of the built-in stages, in the order of the built-in route.
pub const STAGES: [&str; 4] = ["preproduction", "print", "qc", "pack"];

/// How long a job may wait for any built-in stage, in minutes: one working day.
pub const LIMIT_DEFAULT: u32 = 24 * 60;

impl Default for Route {
    fn default() -> Self {
        let step = |name: &str| Some(Step::of(StageId::new(name).ok()?));
        Route { steps: STAGES.iter().filter_map(|name| step(name)).collect() }
    }
}

impl Step {
    /// A step as people write it: the stage's name, and behind it `?` where it may be left out, `!` where it is
    /// strict, `@` where it must be known who did it.
    ///
    /// # Errors
    /// What stands before the marks is no name of a stage.
    pub fn read(text: &str) -> Result<Self, NotAStep> {
        let name = text.trim_end_matches(MARKS);
        if let Some(mark) = name.chars().find(|c| MARKS.contains(c)) {
            return Err(NotAStep::Mark(mark));
        }
        let has = |mark| text[name.len()..].contains(mark);
        Ok(Step { optional: has('?'), strict: has('!'), signed: has('@'), ..Step::of(StageId::new(name)?) })
    }

    /// A step as most are: due, not strict, by anybody, within a working day.
    #[must_use]
    pub const fn of(stage: StageId) -> Self {
        Step { stage, optional: false, strict: false, signed: false, limit: Some(LIMIT_DEFAULT) }
    }
}

impl Route {
    /// The index of the first step of `stage` at or after `from`.
    #[must_use]
    pub fn find(&self, stage: &StageId, from: usize) -> Option<usize> {
        (from..self.steps.len()).find(|&i| self.steps[i].stage == *stage)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_built_in_route_has_the_four_stages() {
        let route = Route::default();
        let names: Vec<_> = route.steps.iter().map(|s| s.stage.as_str()).collect();
        assert_eq!(names, STAGES);
        assert_eq!(route.find(&route.steps[2].stage, 0), Some(2));
        assert_eq!(route.find(&route.steps[2].stage, 3), None);
    }

    #[test]
    fn the_marks_behind_a_stage_are_read() {
        let read = |text| Step::read(text).map(|s| (s.stage.as_str().to_owned(), s.optional, s.strict, s.signed)).ok();
        assert_eq!(read("qc"), Some(("qc".into(), false, false, false)));
        assert_eq!(read("steam?"), Some(("steam".into(), true, false, false)));
        assert_eq!(read("qc@!"), Some(("qc".into(), false, true, true)));
        assert_eq!((read("?"), read("q?c")), (None, None));
    }
}
