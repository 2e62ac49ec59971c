//! `ESC ! ?`: one byte of flags. Source: TSC, TSPL/TSPL2 Programming Manual, "ESC!?"; Gprinter's manual has the same.

use super::{State, Status, Work};

const HEAD_OPEN: u8 = 0x01;
const JAM: u8 = 0x02;
const PAPER_OUT: u8 = 0x04;
const RIBBON_OUT: u8 = 0x08;
const PAUSE: u8 = 0x10;
const PRINTING: u8 = 0x20;
const COVER_OPEN: u8 = 0x40;
const OTHER: u8 = 0x80;

/// The last byte that came: an earlier one is a late answer.
pub(super) fn byte(heard: &[u8]) -> Option<Status> {
    let flags = *heard.last()?;
    let causes = [
        (HEAD_OPEN | COVER_OPEN, State::Open),
        (PAPER_OUT, State::PaperOut),
        (RIBBON_OUT, State::Ribbon),
        (JAM | OTHER, State::Fault),
        (PAUSE, State::Paused),
    ];
    let state = causes.into_iter().filter(|(mask, _)| flags & mask != 0).map(|(_, state)| state).max();
    let work = if flags & PRINTING == 0 { Work::Idle } else { Work::Busy };
    Some(Status { state: state.unwrap_or(State::Ready), work })
}
