//! Routes: the stages that a kind of job must pass, in order.

use serde::{Deserialize, Serialize};

use crate::ids::StageId;

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
#[serde(deny_unknown_fields)]
pub struct Step {
    /// What is due.
    pub stage: StageId,
    /// A job may leave it out; it is never missed.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub optional: bool,
    /// How long a job may wait for this stage, in minutes, before it is stalled; none: never.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit: Option<u32>,
}

/// The names of the built-in stages, in the order of the built-in route.
pub const STAGES: [&str; 4] = ["preproduction", "print", "qc", "pack"];

/// How long a job may wait for any built-in stage, in minutes: one working day.
pub const LIMIT_DEFAULT: u32 = 24 * 60;

impl Default for Route {
    fn default() -> Self {
        let step =
            |name: &str| Some(Step { stage: StageId::new(name).ok()?, optional: false, limit: Some(LIMIT_DEFAULT) });
        Route { steps: STAGES.iter().filter_map(|name| step(name)).collect() }
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
}
