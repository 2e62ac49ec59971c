//! `DLE EOT n`, `GS r 1` and the automatic status (ASB). Source: Epson, ESC/POS command reference.
//!
//! A byte's fixed bits tell what it belongs to: `0xx1xx10` answers `DLE EOT`, `0xx1xx00` begins four bytes of ASB,
//! `0xx0xxxx` is one of their others or answers `GS r`. Raster data may hold `DLE EOT` by chance and bring stray
//! answers, so the last one counts.

use super::{Ask, State, Status, Work};

const FIXED: u8 = 0x93;
const REALTIME: u8 = 0x12;
const ASB: u8 = 0x10;
/// The fixed bits of the later bytes of ASB and of the answer to `GS r`.
const PLAIN: u8 = 0x90;
/// Bytes of one automatic status.
const ASB_LEN: usize = 4;

/// The last answer of this kind, with the last automatic status where one came.
pub(super) fn realtime(ask: Ask, heard: &[u8]) -> Option<Status> {
    let parts = split(heard);
    let answer = parts.answer.map(|byte| meaning(ask, byte));
    let automatic = parts.automatic.map(|[first, second, third, _]| {
        let causes = [
            (first & 0x20 != 0, State::Open),
            (third & 0x0c != 0, State::PaperOut),
            (second & 0x2c != 0, State::Fault),
            (first & 0x08 != 0, State::Offline),
        ];
        worst(&causes)
    });
    match (answer, automatic) {
        (None, _) => None,
        (Some(state), other) => {
            let state = other.map_or(state, |other| state.max(other));
            Some(Status { state, work: Work::Unknown })
        }
    }
}

/// Any answer to `GS r 1` after the job: all before it is done. Paper that ended with the label is paper out.
pub(super) fn done(heard: &[u8]) -> Option<Status> {
    let byte = split(heard).plain?;
    let state = if byte & 0x0c == 0 { State::Ready } else { State::PaperOut };
    Some(Status { state, work: Work::Idle })
}

fn meaning(ask: Ask, byte: u8) -> State {
    match ask {
        Ask::EscposCause => worst(&[
            (byte & 0x04 != 0, State::Open),
            (byte & 0x20 != 0, State::PaperOut),
            (byte & 0x40 != 0, State::Fault),
        ]),
        Ask::EscposError => worst(&[(byte & 0x28 != 0, State::Fault), (byte & 0x40 != 0, State::Hot)]),
        Ask::EscposPaper => worst(&[(byte & 0x60 != 0, State::PaperOut)]),
        _ => worst(&[(byte & 0x08 != 0, State::Offline)]),
    }
}

fn worst(causes: &[(bool, State)]) -> State {
    causes.iter().filter(|(is_so, _)| *is_so).map(|(_, state)| *state).max().unwrap_or(State::Ready)
}

/// What came, by kind: the last of each.
#[derive(Default)]
struct Parts {
    answer: Option<u8>,
    automatic: Option<[u8; ASB_LEN]>,
    plain: Option<u8>,
}

fn split(heard: &[u8]) -> Parts {
    let mut parts = Parts::default();
    let mut rest = heard;
    while let [byte, after @ ..] = rest {
        rest = after;
        if byte & FIXED == REALTIME {
            parts.answer = Some(*byte);
        } else if byte & FIXED == ASB {
            if let [second, third, fourth, more @ ..] = after
                && [second, third, fourth].iter().all(|byte| **byte & PLAIN == 0)
            {
                parts.automatic = Some([*byte, *second, *third, *fourth]);
                rest = more;
            } else {
                // Cut: what follows can not be told from other answers.
                break;
            }
        } else if byte & PLAIN == 0 {
            parts.plain = Some(*byte);
        }
    }
    parts
}
