//! What commands about pieces and packages are answered with.

use super::{NEXT_PIECE, because, name, pieces};
use crate::code::command::{Command, FailReason, HoldReason};
use crate::floor::rework::Gone;
use crate::floor::verdict::{LabelState, LastSeen, PieceName, Work};
use crate::ids::{JobId, OperatorId, StageId};
use crate::words::{Language, Said, commands, listed, said_as};

pub(super) fn said(work: &Work) -> Said {
    match work {
        Work::Redone { number, piece, stage } => redone(number, piece.as_ref(), stage.as_ref()),
        Work::WhichPiece { command } => which_piece(*command),
        Work::NoPackage { command } => no_package(*command),
        Work::Failed { piece, reason, back, times } => failed(piece, *reason, back, *times),
        Work::Replaced { piece, why, by } => replaced(piece, *why, by),
        Work::PieceEnded { number, why, by } => piece_ended(number, *why, by),
        Work::TicketAgain { piece, label } => ticket_again(piece, *label),
        Work::PutOnHold { number, why } => put_on_hold(number, *why),
        Work::Released { number } => released(number),
        Work::NotHeld { number } => not_held(number),
        Work::NotComplete { number, missing, others } => not_complete(number, *missing, others),
        Work::NothingPacked { number } => nothing_packed(number),
        Work::SwapOther { number } => swap_other(number),
        Work::Swapped { one, other } => swapped(one, other),
        Work::NoSwap { number } => no_swap(number),
        Work::Unsaid => super::unsaid(),
    }
}

pub(super) const fn why_held(why: HoldReason) -> &'static str {
    match why {
        HoldReason::Customer => "a question for the customer",
        HoldReason::Artwork => "the artwork",
        HoldReason::Stock => "out of stock",
        HoldReason::Other => "ask the supervisor",
    }
}

const fn why_failed(reason: FailReason) -> &'static str {
    match reason {
        FailReason::Print => "bad print",
        FailReason::Placement => "print in the wrong place",
        FailReason::Garment => "faulty garment",
        FailReason::Stain => "stain",
        FailReason::Other => "another fault",
    }
}

const fn gone(why: Gone) -> &'static str {
    match why {
        Gone::Scrapped => "scrapped",
        Gone::Lost => "marked as lost",
    }
}

fn called(command: Command) -> String {
    commands::command(command, Language::En)
}

pub(super) fn piece_name(piece: &PieceName) -> String {
    let PieceName { number, n, of } = piece;
    if *of > 1 { format!("{number}, piece {n} of {of}") } else { number.clone() }
}

/// What a command does, as the end of "scan the piece …".
const fn to_do(command: Command) -> &'static str {
    match command {
        Command::Fail(_) => "that failed",
        Command::Scrap => "to scrap",
        Command::Lost => "that is lost: touch it in the list, or type its code",
        Command::RuinedTicket => "that needs a new ticket",
        Command::Hold(_) => "whose order waits",
        Command::Release => "whose order goes on",
        _ => "that is meant",
    }
}

fn which_piece(command: Command) -> Said {
    said_as("Which piece?", format!("Nothing changed yet. Scan the piece {}.", to_do(command)))
}

fn no_package(command: Command) -> Said {
    match command {
        Command::Swapped => said_as(
            "Two labels are on each other's package.",
            "Nothing changed yet. Scan the label of one package, then that of the other.",
        ),
        _ => said_as("No package is open here.", "Nothing changed. Scan a piece of the package first."),
    }
}

pub(super) fn expect(command: Command) -> String {
    match command {
        Command::Swapped => "Scan the labels of the two packages.".to_owned(),
        _ => format!("Scan the piece {}.", to_do(command)),
    }
}

fn failed(piece: &PieceName, reason: FailReason, back: &StageId, times: u32) -> Said {
    let again = if times > 1 { format!(" It failed {times} times.") } else { String::new() };
    let happened = format!("{} failed: {}.", piece_name(piece), why_failed(reason));
    said_as(happened, format!("Put it on the cart for {}.{again}", name(back)))
}

fn replaced(piece: &PieceName, why: Gone, by: &JobId) -> Said {
    let next = match why {
        Gone::Scrapped => format!("Put it into the scrap bin. {by} is made instead."),
        Gone::Lost => format!("{by} is made instead. If the old one turns up, scrap it."),
    };
    said_as(format!("{} is {}.", piece_name(piece), gone(why)), next)
}

fn piece_ended(number: &str, why: Gone, by: &JobId) -> Said {
    let happened = format!("This piece of {number} was {}.", gone(why));
    said_as(happened, format!("Put it into the scrap bin. It was replaced by {by}."))
}

fn ticket_again(piece: &PieceName, label: LabelState) -> Said {
    let happened = match label {
        LabelState::OnScreen => format!("The ticket of {} is on this screen.", piece_name(piece)),
        _ => format!("The ticket of {} prints again.", piece_name(piece)),
    };
    said_as(happened, "It has the same code. Throw the old ticket away.")
}

fn put_on_hold(number: &str, why: HoldReason) -> Said {
    let next = format!("Put its pieces aside. {} lets it go on.", called(Command::Release));
    said_as(format!("{number} waits{}", because(why_held(why))), next)
}

fn released(number: &str) -> Said {
    said_as(format!("{number} goes on."), "Scan its pieces where they are due.")
}

fn not_held(number: &str) -> Said {
    said_as(format!("{number} does not wait."), "Nothing changed. Go on with it.")
}

/// `2 at Print and 1 not begun`.
pub(super) fn whereabouts(others: &[LastSeen]) -> String {
    let place = |seen: &LastSeen| match &seen.stage {
        Some(stage) => format!("{} last seen at {}", seen.n, name(stage)),
        None => format!("{} not begun", seen.n),
    };
    listed(&others.iter().map(place).collect::<Vec<_>>(), "and")
}

fn not_complete(number: &str, missing: u32, others: &[LastSeen]) -> Said {
    let happened = format!("{number} is not complete: {} missing.", pieces(missing));
    said_as(happened, format!("{}. {} sends the rest later.", whereabouts(others), called(Command::Split)))
}

pub(super) fn parked(number: &str) -> Said {
    said_as(format!("{number} is put aside."), "Scan any of its pieces to go on with it.")
}

fn nothing_packed(number: &str) -> Said {
    said_as(format!("Nothing of {number} is packed yet."), NEXT_PIECE)
}

fn swap_other(number: &str) -> Said {
    said_as(format!("The first package is {number}."), "Now scan the label of the other one.")
}

fn swapped(one: &str, other: &str) -> Said {
    said_as(format!("The labels of {one} and {other} changed places."), "Leave the labels where they are now.")
}

fn no_swap(number: &str) -> Said {
    let which = if number.is_empty() { "That package".to_owned() } else { number.to_owned() };
    said_as(
        format!("{which} has no label to change."),
        "Nothing changed. Scan two packages whose labels were scanned before.",
    )
}

/// What was taken back or counts again: the piece and its stage as far as they are known.
fn what_was_scanned(number: &str, piece: Option<&PieceName>, stage: Option<&StageId>) -> String {
    let piece = piece.map_or_else(|| number.to_owned(), piece_name);
    match stage {
        Some(stage) => format!("{piece} at {}", name(stage)),
        None => format!("the last scan of {piece}"),
    }
}

pub(super) fn undone(number: &str, piece: Option<&PieceName>, stage: Option<&StageId>) -> Said {
    let happened = format!("Taken back: {}.", what_was_scanned(number, piece, stage));
    said_as(happened, format!("It does not count. {} once more lets it count again.", called(Command::Undo)))
}

fn redone(number: &str, piece: Option<&PieceName>, stage: Option<&StageId>) -> Said {
    said_as(format!("It counts again: {}.", what_was_scanned(number, piece, stage)), NEXT_PIECE)
}

pub(super) fn signed_on(operator: &OperatorId, claimed: u32) -> Said {
    let next = match claimed {
        0 => NEXT_PIECE.to_owned(),
        1 => "The last scan is yours. Scan the next piece.".to_owned(),
        many => format!("The last {many} scans are yours. Scan the next piece."),
    };
    said_as(format!("Hello {operator}, you are signed on."), next)
}

pub(super) fn signed_off(package: Option<&str>, questions: u32) -> Said {
    let left = match (package, questions) {
        (None, 0) => return said_as("Nobody is signed on now.", "Scan a badge to sign on."),
        (Some(number), 0) => format!("The package of {number} is still open here."),
        (None, 1) => "A question about a label is still open here.".to_owned(),
        (None, many) => format!("{many} questions about labels are still open here."),
        (Some(number), _) => format!("The package of {number} and a question about a label are still open here."),
    };
    said_as(format!("Signed off. {left}"), "Finish it, or tell whoever comes next.")
}

pub(super) fn sure(number: &str, stage: &StageId, missed: &[StageId]) -> Said {
    let missed: Vec<String> = missed.iter().map(name).collect();
    let happened = format!("{number} has no scan at {}.", listed(&missed, "and"));
    said_as(happened, format!("Not counted. YES if {} may go on, else NO.", name(stage)))
}

pub(super) fn expect_sure(number: &str, stage: &StageId) -> String {
    format!("Does {number} go on at {} without its earlier scans? YES or NO.", name(stage))
}

pub(super) fn not_counted(number: &str) -> Said {
    said_as(format!("{number} was not counted."), "Bring the piece to where it was missed.")
}

pub(super) fn return_label(number: &str) -> Said {
    said_as(
        format!("That is the return label of {number}."),
        "Put it in the package. Scan the shipping label on the outside.",
    )
}
