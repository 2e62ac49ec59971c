//! Strict stages: a piece whose earlier stages were missed counts only after a YES. A repeated scan never confirms.

use super::{Decision, Room, told};
use crate::floor::bench::{Bench, Current, Doubt};
use crate::floor::event::Event;
use crate::floor::order::Order;
use crate::floor::verdict::{Say, Verdict};
use crate::ids::{JobId, OrderId, StageId};

impl Room<'_> {
    /// Asks at a strict stage, where something was missed and nobody said YES yet.
    pub(super) fn unsure(
        &self,
        id: &OrderId,
        order: &Order,
        job: &JobId,
        stage: &StageId,
        missed: &[StageId],
        bench: &Bench,
    ) -> Option<Decision> {
        if self.sure || missed.is_empty() {
            return None;
        }
        let (number, stage) = (order.spoken(), stage.clone());
        let say = Say::Sure { number, stage: stage.clone(), missed: missed.to_vec() };
        let mut decision = told(bench.clone(), Verdict::attention(say));
        let piece = Current { order: id.clone(), job: job.clone(), at: self.now };
        decision.bench.doubt = Some(Doubt { piece, stage });
        decision.events.push(Event::JobSeen { order: id.clone(), job: job.clone() });
        Some(decision)
    }

    /// Answers "Sure?". YES: the piece is recorded as any other. NO: it is left out.
    pub(super) fn resolve(&self, yes: bool, mut bench: Bench) -> Decision {
        let Some(Doubt { piece, .. }) = bench.doubt.take() else {
            return told(bench, Verdict::attention(Say::NothingAsked));
        };
        let Some(order) = self.known.orders.get(&piece.order) else {
            return told(bench, Verdict::attention(Say::NothingAsked));
        };
        if !yes {
            return told(bench, Verdict::go(Say::NotCounted { number: order.spoken() }));
        }
        let sure = Room { sure: true, ..*self };
        let mut decision = sure.known_job(&piece.order, order, &piece.job, bench);
        decision.job = Some(piece.job);
        decision
    }
}
