//! The port status byte of the USB printer class. Source: USB Device Class Definition for Printing Devices 1.1, 4.2.2.

use super::{State, Status, Work};

const NOT_ERROR: u8 = 0x08;
const SELECTED: u8 = 0x10;
const PAPER_EMPTY: u8 = 0x20;

/// What the byte says. Cheap printers return a constant, so that a good one is no proof of anything: it is unknown.
#[must_use]
pub const fn usb_port(byte: u8) -> Status {
    let state = if byte & PAPER_EMPTY != 0 {
        State::PaperOut
    } else if byte & NOT_ERROR == 0 && byte & SELECTED != 0 {
        State::Fault
    } else {
        State::Unknown
    };
    Status { state, work: Work::Unknown }
}
