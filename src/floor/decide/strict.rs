//! Strict stages: a piece whose earlier stages were missed counts only after a YES. A repeated scan never confirms.

use super::{Decision, Room, told};
use crate::floor::bench::{Bench, Current, Doubt, PIECE_FOR};
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

    /// The piece about which "Sure?" was asked, if not too long ago.
    pub(super) fn doubted(&self, bench: &Bench) -> Option<Current> {
        let doubt = bench.doubt.as_ref().filter(|doubt| self.now.since(doubt.piece.at) < PIECE_FOR)?;
        Some(doubt.piece.clone())
    }

    /// YES: it is recorded as any other. NO: it is left out.
    pub(super) fn resolve(&self, yes: bool, mut bench: Bench) -> Decision {
        let doubted = self.doubted(&bench);
        bench.doubt = None;
        let Some((piece, order)) = doubted
            .and_then(|piece| Some((self.known.orders.get(&piece.order)?, piece)))
            .map(|(order, piece)| (piece, order))
        else {
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
