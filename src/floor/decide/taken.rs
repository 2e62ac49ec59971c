//! Which commands the rules know, asked of the rules themselves.

use std::collections::BTreeMap;

use super::{Action, DISPATCH, Known, Place, decide};
use crate::code::command::Command;
use crate::floor::bench::{Bench, Contact};
use crate::floor::moment::Moment;
use crate::floor::route::STAGES;
use crate::floor::verdict::{LabelState, Say};
use crate::ids::StageId;

/// Whether any bench does something when this command is scanned: only such are worth printing on a sheet.
#[must_use]
pub fn is_taken(command: Command) -> bool {
    let stages: Vec<StageId> = STAGES.into_iter().chain([DISPATCH]).flat_map(StageId::new).collect();
    let place = Place {
        stages: &stages,
        seen_here: &stages,
        contact: Contact::Here,
        together: false,
        sign_off_after: None,
        tickets: LabelState::OnScreen,
        shipping: LabelState::OnScreen,
    };
    let known = Known { orders: &BTreeMap::new(), named: &[], waiting: &[], fresh: None };
    let decision = decide(&Action::Command(command), &place, &Bench::default(), &known, Moment::default());
    decision.verdict.say != Say::CommandNotHere
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_every_bench_needs_is_taken() {
        for command in [Command::Yes, Command::No, Command::Undo, Command::SignOff, Command::PrintNext(5)] {
            assert!(is_taken(command), "{command:?}");
        }
    }
}
