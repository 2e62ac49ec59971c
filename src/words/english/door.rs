//! What is said at the door, where parcels leave.

use crate::floor::verdict::Door;
use crate::words::{Said, carrier_name, quoted, said_as};

pub(super) fn said(door: &Door) -> Said {
    match door {
        Door::Leaves { number, carrier } => leaves(number, carrier.as_deref()),
        Door::LeavesUnscanned { number, printed } => leaves_unscanned(number, printed),
        Door::LeftBefore { number } => left_before(number),
        Door::NotOurs { printed } => not_ours(printed),
        Door::NoLabel { number } => no_label(number),
        Door::Unsaid => super::unsaid(),
    }
}

fn leaves(number: &str, carrier: Option<&str>) -> Said {
    let happened = match carrier {
        Some(carrier) => format!("{number} leaves with {}.", carrier_name(carrier)),
        None => format!("{number} leaves."),
    };
    said_as(happened, "Scan the next parcel.")
}

fn leaves_unscanned(number: &str, printed: &str) -> Said {
    let happened = format!("{number} leaves, but its label was not scanned at packing.");
    said_as(happened, format!("Label {} is recorded now. Check that it is {number}.", quoted(printed)))
}

fn left_before(number: &str) -> Said {
    said_as(format!("{number} was scanned at the door before."), "It counts once. If this is a second parcel, stop it.")
}

fn not_ours(printed: &str) -> Said {
    let happened = format!("No package here has the label {}.", quoted(printed));
    said_as(happened, "Keep the parcel back. Find out what is in it.")
}

fn no_label(number: &str) -> Said {
    said_as(format!("{number} has no shipping label yet."), "Keep it back: bring it to packing.")
}
