//! English.

mod door;
mod work;

use super::{Clock, Language, Said, because, listed, minute, quoted, said_as};
use crate::floor::bench::{Contact, Expect, Trouble};
use crate::floor::verdict::{LabelState, LastSeen, NotSafe, Say, Seen, Unreadable};
use crate::ids::{JobId, PrinterId, StageId};

const AGAIN: &str = "It was not counted. Scan it again.";
const NEXT_PIECE: &str = "Scan the next piece.";
const STICK_AND_SCAN: &str = "Stick it on, then scan its tracking barcode.";
const ANSWER: &str = "Look at the printer, then answer YES or NO.";

pub(super) fn said(say: &Say) -> Said {
    match say {
        Say::Passed { number, stage, n, of, next } => passed(number, stage, *n, *of, next.as_ref()),
        Say::Already { number, stage } => already(number, stage),
        Say::PassedButMissed { number, stage, missed } => missed_before(number, stage, missed),
        Say::NotOnRoute { number, stage } => not_due(number, stage),
        Say::NewHere { job, stage } => new_here(job, stage),
        Say::Cancelled { number, reason } => cancelled(number, reason),
        Say::Held { number, why: Some(why), .. } => held(number, work::why_held(*why)),
        Say::Held { number, reason, why: None } => held(number, reason),
        Say::Packed { number, n, of, others } => packed(number, *n, *of, others),
        Say::AlreadyPacked { number } => already_packed(number),
        Say::Complete { number, label } => said_as(format!("{number} is complete."), shipping_label(*label)),
        Say::WrongOrder { number, open } => wrong_order(number, open),
        Say::LabelFirst { open } => label_first(open),
        Say::Parked { number } => work::parked(number),
        Say::Linked { number, printed } => labelled(number, printed),
        Say::AlreadyLinked { number, printed } => labelled_before(number, printed),
        Say::LinkedUnsure { number, carriers, .. } => which_carrier(number, carriers),
        Say::LabelOfOther { belongs, open, .. } => label_of_other(belongs, open.as_deref()),
        Say::OtherLabelExpected { number, expected, .. } => other_label(number, expected),
        Say::Work(work) => work::said(work),
        Say::Door(door) => door::said(door),
        Say::ReturnLabel { number, .. } => work::return_label(number),
        Say::PackFirst { number, missing, .. } => pack_first(number, *missing),
        Say::WhichPackage { printed } => which_package(printed),
        Say::PackageInHand { number, n, of } => in_hand(number, *n, *of),
        Say::Tickets { number, count, label } => tickets(number, *count, *label),
        Say::NoTicketWaits => said_as("No piece waits for a ticket.", "New orders come up here by themselves."),
        Say::OrderSeen { number, jobs } => order_seen(number, *jobs),
        Say::NotKnown { code } => not_known(code),
        Say::NotHere { what } => not_here(*what),
        Say::OtherBarcode { what } => other_barcode(*what),
        Say::Misread => said_as("The scanner misread that code.", AGAIN),
        Say::Unknown => said_as("That is not one of our codes.", "It was not counted. Scan the code on the ticket."),
        Say::BadCheckDigit { carriers } => bad_check_digit(carriers),
        Say::Unreadable { why } => unreadable(*why),
        Say::LabelEnded { number, state } => label_ended(number, *state),
        Say::DidItPrint { number, printer } => did_it_print(number, printer),
        Say::NothingAsked => said_as("There is no question to answer.", NEXT_PIECE),
        Say::CommandNotHere => said_as("That command does nothing at this bench.", "Nothing changed. Go on scanning."),
        Say::Undone { number, piece, stage } => work::undone(number, piece.as_ref(), stage.as_ref()),
        Say::NothingToUndo => said_as("There is nothing to take back.", NEXT_PIECE),
        Say::SignedOn { operator, claimed } => work::signed_on(operator, *claimed),
        Say::SignedOff { package, questions } => work::signed_off(package.as_deref(), *questions),
        Say::Sure { number, stage, missed } => work::sure(number, stage, missed),
        Say::NotCounted { number } => work::not_counted(number),
        Say::Scanner { .. } | Say::SeveralCommands | Say::Beside => super::scanner::said(say, Language::En),
        Say::Help => help(),
        Say::Noted => said_as("Noted.", NEXT_PIECE),
        Say::OrderTaken { number } => came_in(number),
        Say::NotSafe { why } => not_safe(*why),
        Say::Print(_) | Say::Unsaid => unsaid(),
    }
}

fn name(stage: &StageId) -> String {
    super::stage_name(stage, Language::En)
}

fn pieces(count: u32) -> String {
    if count == 1 { "1 piece".to_owned() } else { format!("{count} pieces") }
}

fn passed(number: &str, stage: &StageId, n: u32, of: u32, next: Option<&StageId>) -> Said {
    let piece = if of > 1 { format!("{number}, piece {n} of {of}") } else { number.to_owned() };
    let next = next.map_or_else(|| "It needs nothing more.".to_owned(), |next| format!("It goes to {}.", name(next)));
    said_as(format!("{piece}: {} done.", name(stage)), next)
}

fn already(number: &str, stage: &StageId) -> Said {
    let happened = format!("This piece of {number} was already scanned at {}.", name(stage));
    said_as(happened, "It counts once. Scan the next piece.")
}

fn missed_before(number: &str, stage: &StageId, missed: &[StageId]) -> Said {
    let missed: Vec<String> = missed.iter().map(name).collect();
    let happened = format!("{number} has no scan at {}.", listed(&missed, "and"));
    said_as(happened, format!("{} is recorded. Check that the earlier work is really done.", name(stage)))
}

fn not_due(number: &str, stage: &StageId) -> Said {
    let happened = format!("{number} is not meant to come to {}.", name(stage));
    said_as(happened, "The scan is recorded. Check that this is the right piece.")
}

fn new_here(job: &JobId, stage: &StageId) -> Said {
    let happened = format!("{job} is new here: {} done.", name(stage));
    said_as(happened, "Go on. What it is shows up later.")
}

fn cancelled(number: &str, reason: &str) -> Said {
    said_as(format!("{number} is cancelled{}", because(reason)), "Do not work on it. Put this piece aside.")
}

fn held(number: &str, reason: &str) -> Said {
    said_as(format!("{number} is on hold{}", because(reason)), "Put this piece aside until the hold is lifted.")
}

fn packed(number: &str, n: u32, of: u32, others: &[LastSeen]) -> Said {
    let next = match of.saturating_sub(n) {
        0 => "All pieces are in.".to_owned(),
        1 => "Scan the last piece.".to_owned(),
        more if others.is_empty() => format!("{more} more to scan."),
        more => format!("{more} to come: {}.", work::whereabouts(others)),
    };
    said_as(format!("{number}: {n} of {of} packed."), next)
}

fn label_first(open: &str) -> Said {
    said_as(
        format!("The label of {open} is not scanned yet."),
        format!("Stick it on and scan it, or scan PARK to put {open} aside. Then scan this piece again."),
    )
}

fn already_packed(number: &str) -> Said {
    said_as(format!("This piece of {number} is already in a package."), "It counts once. Scan another piece.")
}

fn shipping_label(label: LabelState) -> String {
    match label {
        LabelState::Printing => format!("Its shipping label is printing. {STICK_AND_SCAN}"),
        LabelState::OnScreen => "Its shipping label is on this screen. Scan or type its tracking number.".to_owned(),
        LabelState::NotYet => "There is no shipping label yet. Put the package on shelf WAIT.".to_owned(),
        LabelState::Printed => format!("Its shipping label is printed. {STICK_AND_SCAN}"),
        LabelState::Failed => "Its shipping label did not print. Check the printer; it is sent again.".to_owned(),
        LabelState::Doubtful => format!("Its shipping label may have printed. {ANSWER}"),
    }
}

fn wrong_order(number: &str, open: &str) -> Said {
    said_as(format!("Wrong piece: it belongs to {number}."), format!("Take it out. The open package is {open}."))
}

fn labelled(number: &str, printed: &str) -> Said {
    said_as(format!("Label belongs to {number}. Done."), format!("Tracking number {}.", quoted(printed)))
}

fn labelled_before(number: &str, printed: &str) -> Said {
    let happened = format!("This label was scanned before. It belongs to {number}.");
    said_as(happened, format!("All is well with {}. {NEXT_PIECE}", quoted(printed)))
}

fn which_carrier(number: &str, carriers: &[String]) -> Said {
    let carriers = if carriers.is_empty() { "more than one carrier".to_owned() } else { listed(carriers, "or") };
    let happened = format!("Label belongs to {number}, but the number could be from {carriers}.");
    said_as(happened, "It is recorded. Tell the supervisor which carrier it is.")
}

fn label_of_other(belongs: &str, open: Option<&str>) -> Said {
    let next = match open {
        Some(open) => format!("Take it off: this package is {open}. Stick it on {belongs}."),
        None => format!("Find the package of {belongs} and stick it on that one."),
    };
    said_as(format!("This label belongs to {belongs}."), next)
}

fn other_label(number: &str, expected: &str) -> Said {
    let next = format!("Take it off. The right label's number ends in {}.", quoted(expected));
    said_as(format!("Wrong label for {number}."), next)
}

fn came_in(number: &str) -> Said {
    said_as(format!("Order {number} came in."), "There is nothing to do for it here.")
}

fn pack_first(number: &str, missing: u32) -> Said {
    let happened = format!("{number} is not complete: {} missing.", pieces(missing));
    said_as(happened, "The label does not count yet. Scan the missing pieces, then the label again.")
}

fn which_package(printed: &str) -> Said {
    let happened = format!("Which package is label {} for?", quoted(printed));
    said_as(happened, "It does not count yet. Scan a piece of the package, then the label again.")
}

fn in_hand(number: &str, n: u32, of: u32) -> Said {
    let next = if n < of { "Scan its other pieces." } else { "Scan the tracking barcode of its shipping label." };
    said_as(format!("The package of {number} is open: {n} of {of} packed."), next)
}

fn tickets(number: &str, count: u32, label: LabelState) -> Said {
    let what = if count == 1 { "1 ticket".to_owned() } else { format!("{count} tickets") };
    match label {
        LabelState::Printing => said_as(format!("{number}: {what} printing."), "Put each ticket with its piece."),
        LabelState::OnScreen => said_as(format!("{number}: {what} on this screen."), "No printer is set up for them."),
        LabelState::NotYet => said_as(format!("{number}: {what} to print."), "They print when the printer is ready."),
        LabelState::Printed => said_as(format!("{number}: {what} printed."), "Put each ticket with its piece."),
        LabelState::Failed => {
            said_as(format!("{number}: {what} did not print."), "Check the printer. They are sent again.")
        }
        LabelState::Doubtful => said_as(format!("{number}: {what} may have printed."), ANSWER),
    }
}

fn order_seen(number: &str, jobs: u32) -> Said {
    said_as(format!("That is the code of order {number}, {}.", pieces(jobs)), "Scan the code of the piece itself.")
}

fn not_known(code: &str) -> Said {
    let happened = format!("{} is not known at this bench.", quoted(code));
    said_as(happened, "The scan is recorded. Ask the supervisor whether the order has come in.")
}

fn did_it_print(number: &str, printer: &PrinterId) -> Said {
    said_as(format!("Did the label of {number} come out of printer {printer}?"), ANSWER)
}

const fn seen(what: Seen) -> &'static str {
    match what {
        Seen::Routing => "the postcode barcode",
        Seen::Product => "the product's own barcode",
        Seen::Web => "a web address",
        Seen::Tracking => "a tracking number",
        Seen::Ours => "another of our codes",
    }
}

fn not_here(what: Seen) -> Said {
    said_as(format!("That is {}, which this bench does not use.", seen(what)), "Scan the code on the ticket.")
}

fn other_barcode(what: Seen) -> Said {
    let next = match what {
        Seen::Routing | Seen::Web => "Scan the other barcode, with the tracking number.",
        Seen::Product | Seen::Tracking | Seen::Ours => "Scan the code on the ticket.",
    };
    said_as(format!("That is {}.", seen(what)), next)
}

fn bad_check_digit(carriers: &[String]) -> Said {
    let happened = match carriers {
        [] => "The scanner misread that tracking number.".to_owned(),
        names => format!("The scanner misread that {} number.", listed(names, "or")),
    };
    said_as(happened, AGAIN)
}

fn unreadable(why: Unreadable) -> Said {
    match why {
        Unreadable::TooLong => said_as("The scanner sent far too much for one barcode.", AGAIN),
        Unreadable::NotText => said_as("The scanner sent something that is no text.", AGAIN),
        Unreadable::Lost => said_as("Part of that scan was lost on the way.", AGAIN),
        Unreadable::CutOff => said_as("The scanner stopped in the middle of that scan.", AGAIN),
        Unreadable::TooMany => {
            said_as("Too many scans came at once.", "Not all were counted. Scan the last ones again.")
        }
    }
}

fn label_ended(number: &str, state: LabelState) -> Said {
    let label = format!("The label of {number}");
    match state {
        LabelState::Printing => said_as(format!("{label} is printing."), STICK_AND_SCAN),
        LabelState::OnScreen => said_as(format!("{label} is on this screen."), "No printer is set up for it."),
        LabelState::NotYet => said_as(format!("{label} is not here yet."), "Put the package on shelf WAIT."),
        LabelState::Printed => said_as(format!("{label} is printed."), "Take it from the printer."),
        LabelState::Failed => said_as(format!("{label} did not print."), "Check the printer. It is sent again."),
        LabelState::Doubtful => said_as(format!("{label} may have printed."), ANSWER),
    }
}

fn help() -> Said {
    said_as("Green: go on. Amber: look. Red: stop.", "Scan the code on the ticket. UNDO takes the last scan back.")
}

fn not_safe(why: NotSafe) -> Said {
    let why = match why {
        NotSafe::DiskFull => "the disk is full",
        NotSafe::ReadOnly => "the disk can not be written",
        NotSafe::DiskError => "the disk has an error",
    };
    said_as(format!("NOT saved: {why}."), "That scan does not count. Call the supervisor, then scan it again.")
}

fn unsaid() -> Said {
    said_as("This screen is too old to say what happened.", "The scan is recorded. Ask for an update of this bench.")
}

pub(super) fn expect(expect: &Expect) -> String {
    match expect {
        Expect::Piece(stage) => format!("Scan the next piece for {}.", name(stage)),
        Expect::FirstPiece => "Scan a piece to start its package.".to_owned(),
        Expect::MorePieces { number, missing: 1 } => format!("Scan the last piece of {number}."),
        Expect::MorePieces { number, missing } => format!("Scan the other {missing} pieces of {number}."),
        Expect::TrackingNumber { number } => {
            format!("Stick the label on {number} and scan its tracking barcode.")
        }
        Expect::Answer { number, printer } => {
            format!("Did the label of {number} come out of printer {printer}? YES or NO.")
        }
        Expect::Ticket => "Touch PRINT NEXT, or scan an order's code.".to_owned(),
        Expect::Meant(command) => work::expect(*command),
        Expect::Sure { number, stage } => work::expect_sure(number, stage),
        Expect::Parcel => "Scan the label of each parcel that leaves.".to_owned(),
        Expect::WhoAreYou => "Who are you? Scan your badge.".to_owned(),
    }
}

pub(super) fn trouble(trouble: &Trouble) -> String {
    match trouble {
        Trouble::ScannerGone { .. }
        | Trouble::ScannerRefused { .. }
        | Trouble::ScannerForbidden { .. }
        | Trouble::ScannerUnusable { .. }
        | Trouble::PressAway { .. } => super::scanner::trouble(trouble, Language::En),
        Trouble::Printer { printer, why, labels } => super::printing::trouble(printer, *why, *labels, Language::En),
        Trouble::DiskFull => "The disk is full: scans are NOT saved. Call the supervisor.".to_owned(),
        Trouble::DiskReadOnly => "The disk can not be written: scans are NOT saved. Call the supervisor.".to_owned(),
        Trouble::DiskError => "The disk has an error: scans are NOT saved. Call the supervisor.".to_owned(),
    }
}

pub(super) fn contact(contact: &Contact, unsent: u64, clock: Clock) -> String {
    let safe = match unsent {
        0 => "All scans are safe.".to_owned(),
        1 => "1 scan safe here.".to_owned(),
        many => format!("{many} scans safe here."),
    };
    match contact {
        Contact::NotYet => format!("Looking for the rest of the shop. {safe}"),
        Contact::Here if unsent == 0 => "Online. All scans are passed on.".to_owned(),
        Contact::Here => format!("Online, passing scans on. {safe}"),
        Contact::AwaySince(moment) => format!("Offline since {}. {safe}", minute(*moment, clock, Language::En)),
    }
}
