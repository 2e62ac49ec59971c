//! What is told of an input: its turn once it is committed, or that it is not safe.

use tracing::warn;

use super::input::Input;
use super::run::Station;
use super::turn::Turn;
use super::view::Shown;
use crate::floor::verdict::{NotSafe, Say, Verdict};

impl Station {
    /// Shows a turn, and tells those who have to do with its scanner.
    pub(super) fn shown(&mut self, turn: &Turn, input: &Input, by_person: bool) {
        if turn.scanners {
            self.scanners_changed();
        }
        match input {
            Input::Heard { scanner, .. } | Input::Unpaired { scanner, .. } => self.answered(turn, Some(scanner)),
            Input::Typed { .. } => self.answered(turn, None),
            _ => {}
        }
        self.show(turn, by_person);
    }

    pub(super) fn show(&mut self, turn: &Turn, by_person: bool) {
        if let Some(screen) = self.screens.get_mut(&turn.station) {
            screen.turn(turn, by_person);
        }
    }

    /// Says "NOT safe, scan again" for an input that was not committed.
    pub(super) fn refuse(&mut self, input: Input, why: NotSafe) {
        let verdict = Verdict::stop(Say::NotSafe { why });
        let shown = Shown { entry: None, wall: (self.setup.clock)(), verdict: verdict.clone(), piece: None };
        let (station, reply) = match input {
            Input::Heard { station, .. } => (station, None),
            // It is scanned again, as nothing is shown for it.
            Input::Unpaired { .. } => return,
            Input::Typed { station, reply, .. } | Input::Touched { station, reply, .. } => (station, reply),
            Input::Sent { printer, label, came } => {
                warn!(%printer, %label, "what became of a label could not be recorded yet");
                self.again.push(Input::Sent { printer, label, came });
                return;
            }
            // The printer asks again when its question is dropped.
            Input::Ready { .. } => return,
            Input::Equipment { device, stations, trouble } => {
                self.equipment(&device, &stations, trouble.as_ref());
                return;
            }
        };
        if let Some(screen) = self.screens.get_mut(&station) {
            screen.say(shown);
        }
        if let Some(reply) = reply {
            reply.send(verdict).ok();
        }
    }
}
