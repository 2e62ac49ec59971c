//! Every sentence is there in every language, plain, and free of the words of the trade.

use std::collections::BTreeSet;

use super::*;
use crate::code::command::{Command, FailReason, ReprintReason};
use crate::floor::printing::{Hindrance, PrintSay};
use crate::floor::rework::Gone;
use crate::floor::verdict::{Door, LabelState, LastSeen, NotSafe, PieceName, ScannerNews, Seen, Unreadable, Work};
use crate::ids::{JobId, OperatorId, PrinterId, ScannerId, StationId};

/// What operators never read, as the start of a word, in either language.
const BANNED: &[&str] = &[
    "ledger",
    "entry",
    "entries",
    "link",
    "route",
    "strict",
    "divergen",
    "hub",
    "enlace",
    "enlaz",
    "vincul",
    "ruta",
    "entrada",
    "estrict",
    "diario",
    "bitácora",
    "none",
    "some(",
    "json",
    "error:",
    "panic",
    "null",
];

#[test]
fn every_answer_is_said_in_both_languages() {
    let says = says();
    let kinds: BTreeSet<usize> = says.iter().map(kind).collect();
    assert_eq!(kinds.into_iter().collect::<Vec<_>>(), (0..KINDS).collect::<Vec<_>>(), "a sample of each kind");
    for what in &says {
        check(&format!("{what:?}"), |language| say(what, language));
        for language in Language::ALL {
            let said = said(what, language);
            assert!(said.happened.chars().count() <= 100, "too long to read at three metres: {}", said.happened);
        }
    }
}

#[test]
fn everything_that_a_bench_waits_for_is_said_in_both_languages() {
    let number = || "#1042".to_owned();
    let all = [
        Expect::Piece(stage("qc")),
        Expect::FirstPiece,
        Expect::MorePieces { number: number(), missing: 1 },
        Expect::MorePieces { number: number(), missing: 3 },
        Expect::TrackingNumber { number: number() },
        Expect::Answer { number: number(), printer: printer() },
        Expect::Ticket,
        Expect::Meant(Command::Fail(FailReason::Print)),
        Expect::Meant(Command::Scrap),
        Expect::Meant(Command::Swapped),
        Expect::Sure { number: number(), stage: stage("pack") },
        Expect::WhoAreYou,
        Expect::Parcel,
    ];
    for what in &all {
        check(&format!("{what:?}"), |language| expect(what, language));
    }
}

#[test]
fn every_trouble_is_said_in_both_languages() {
    let scanner = || "front".to_owned();
    let all = [
        Trouble::ScannerGone { scanner: scanner() },
        Trouble::ScannerRefused { scanner: scanner() },
        Trouble::ScannerForbidden { scanner: scanner() },
        Trouble::ScannerUnusable { scanner: scanner() },
        Trouble::PressAway { press: "dtg".into(), job: "J7K3M9".into() },
        Trouble::DiskFull,
        Trouble::DiskReadOnly,
        Trouble::DiskError,
    ];
    let printers = HINDRANCES
        .into_iter()
        .flat_map(|why| [0, 1, 7].map(|labels| Trouble::Printer { printer: printer(), why, labels }));
    for what in all.into_iter().chain(printers).collect::<Vec<_>>().iter() {
        check(&format!("{what:?}"), |language| trouble(what, language));
    }
    check("an offer", |language| offer(&super::tests::scanner(), language));
}

#[test]
fn a_bench_that_is_alone_says_since_when_and_that_the_scans_are_safe() {
    let clock = Clock { now: Moment::of("2026-11-21T15:00:00Z".parse().unwrap()), zone: 60 };
    let away = Contact::AwaySince(Moment::of("2026-11-21T13:02:00Z".parse().unwrap()));
    assert_eq!(contact(&away, 37, clock, Language::En), "Offline since 14:02. 37 scans safe here.");
    let long = Contact::AwaySince(Moment::of("2026-11-14T13:02:00Z".parse().unwrap()));
    assert_eq!(contact(&long, 1, clock, Language::Es), "Sin conexión desde 14 nov 14:02. 1 escaneo guardado aquí.");
    for what in [Contact::NotYet, Contact::Here, away, long] {
        for unsent in [0, 1, 5] {
            check(&format!("{what:?}"), |language| contact(&what, unsent, clock, language));
        }
    }
}

#[test]
fn every_fault_is_said_in_both_languages() {
    let path = || "/var/lib/stationd".to_owned();
    let all = [
        Fault::PortInUse { address: "127.0.0.1:7070".into() },
        Fault::PortRefused { address: "127.0.0.1:80".into() },
        Fault::DiskFull { path: path() },
        Fault::ReadOnly { path: path() },
        Fault::DiskError { path: path() },
        Fault::NoPermission { path: path() },
        Fault::Damaged { path: path() },
        Fault::Newer { path: path() },
        Fault::AlreadyRunning { path: path() },
        Fault::NotRunning,
        Fault::NoAnswer,
        Fault::NoSuchStation { station: "QC-9".into(), known: vec!["QC-1".into(), "PACK-1".into()] },
        Fault::NoSuchOrder { order: "1042".into() },
        Fault::NoSuchFile { path: path() },
    ];
    for what in &all {
        check(&format!("{what:?}"), |language| fault(what, language));
    }
}

#[test]
fn a_text_from_outside_can_not_take_the_screen() {
    let flood = Say::Held { number: "#1".into(), reason: "\u{7}".repeat(4096), why: None };
    assert!(say(&flood, Language::En).chars().count() < 140);
    assert!(!say(&flood, Language::En).contains('\u{7}'));
    let wordy = Say::Cancelled { number: "#1".into(), reason: "x".repeat(400) };
    assert!(say(&wordy, Language::Es).chars().count() < 160);
}

#[test]
fn the_fixed_texts_of_the_screen_are_plain_too() {
    for language in Language::ALL {
        let all = format!("{:?}", language.labels()).to_lowercase();
        for word in all.split(|c: char| !c.is_alphanumeric()) {
            assert!(!BANNED.iter().any(|banned| word.starts_with(banned)), "{word}");
        }
        assert!(!all.contains(": \"\""), "{all}");
    }
}

#[test]
fn a_stage_of_the_shops_own_is_called_by_its_own_name() {
    assert_eq!(stage_name(&stage("steam"), Language::Es), "steam");
    assert_eq!(stage_name(&stage("pack"), Language::Es), "Empaque");
}

#[test]
fn a_language_is_named_by_two_letters() {
    for language in Language::ALL {
        assert_eq!(language.code().parse(), Ok(language));
        assert_eq!(serde_json::to_string(&language).unwrap(), format!("\"{}\"", language.code()));
    }
    assert!("fr".parse::<Language>().is_err());
}

/// A text is there, plain, free of the program's own trade, and not the same in two languages.
fn check(of: &str, text: impl Fn(Language) -> String) {
    let texts = Language::ALL.map(text);
    for text in &texts {
        assert!(text.trim().len() > 8, "{of}: {text}");
        assert!(!text.contains(['{', '}', '"']) && !text.contains("  "), "{of}: {text}");
        let lower = text.to_lowercase();
        for word in lower.split(|c: char| !c.is_alphanumeric() && c != '(') {
            assert!(!BANNED.iter().any(|banned| word.starts_with(banned)), "{of}: {text}: {word}");
        }
    }
    assert_ne!(texts[0], texts[1], "{of}");
}

fn stage(name: &str) -> StageId {
    StageId::new(name).unwrap()
}

/// As long as a name may be: a scanner is called by its port until somebody names it.
fn scanner() -> ScannerId {
    ScannerId::new("keyboard:0000:00:14.0:2.3.1.4.2.2-and-a-long-one").unwrap()
}

fn printer() -> PrinterId {
    PrinterId::new("zebra").unwrap()
}

/// How many kinds of answers there are.
const KINDS: usize = 65;

/// The place of an answer's kind; a new kind does not compile before it stands here.
fn kind(say: &Say) -> usize {
    match say {
        Say::Passed { .. } => 0,
        Say::Already { .. } => 1,
        Say::PassedButMissed { .. } => 2,
        Say::NotOnRoute { .. } => 3,
        Say::NewHere { .. } => 4,
        Say::Cancelled { .. } => 5,
        Say::Held { .. } => 6,
        Say::Packed { .. } => 7,
        Say::AlreadyPacked { .. } => 8,
        Say::Complete { .. } => 9,
        Say::WrongOrder { .. } => 10,
        Say::Linked { .. } => 11,
        Say::AlreadyLinked { .. } => 12,
        Say::LinkedUnsure { .. } => 13,
        Say::LabelOfOther { .. } => 14,
        Say::OtherLabelExpected { .. } | Say::ReturnLabel { .. } => 15,
        Say::PackFirst { .. } => 16,
        Say::WhichPackage { .. } => 17,
        Say::PackageInHand { .. } => 18,
        Say::Tickets { .. } => 19,
        Say::NoTicketWaits => 20,
        Say::OrderSeen { .. } => 21,
        Say::NotKnown { .. } => 22,
        Say::NotHere { .. } => 23,
        Say::OtherBarcode { .. } => 24,
        Say::Misread => 25,
        Say::Unknown => 26,
        Say::BadCheckDigit { .. } => 27,
        Say::Unreadable { .. } => 28,
        Say::LabelEnded { .. } => 29,
        Say::DidItPrint { .. } => 30,
        Say::NothingAsked | Say::CommandNotHere => 31,
        Say::Undone { .. } | Say::NothingToUndo => 32,
        Say::SignedOn { .. } | Say::SignedOff { .. } => 33,
        Say::Help | Say::Noted => 34,
        Say::OrderTaken { .. } => 35,
        Say::NotSafe { .. } => 36,
        Say::Unsaid => 37,
        Say::LabelFirst { .. } => 38,
        Say::Parked { .. } => 39,
        Say::Work(Work::Redone { .. } | Work::Unsaid) => 40,
        Say::Work(Work::WhichPiece { .. }) | Say::Work(Work::NoPackage { .. }) => 41,
        Say::Work(Work::Failed { .. }) => 42,
        Say::Work(Work::Replaced { .. }) => 43,
        Say::Work(Work::PieceEnded { .. }) => 44,
        Say::Work(Work::TicketAgain { .. }) => 45,
        Say::Work(Work::PutOnHold { .. }) => 46,
        Say::Work(Work::Released { .. }) => 47,
        Say::Work(Work::NotHeld { .. }) => 48,
        Say::Work(Work::NotComplete { .. }) => 49,
        Say::Work(Work::NothingPacked { .. }) => 50,
        Say::Work(Work::SwapOther { .. }) => 51,
        Say::Work(Work::Swapped { .. }) => 52,
        Say::Work(Work::NoSwap { .. }) => 53,
        Say::Door(Door::Leaves { .. } | Door::Unsaid) => 56,
        Say::Door(Door::LeavesUnscanned { .. }) => 57,
        Say::Door(Door::LeftBefore { .. }) => 58,
        Say::Door(Door::NotOurs { .. }) => 59,
        Say::Door(Door::NoLabel { .. }) => 60,
        Say::Sure { .. } => 54,
        Say::NotCounted { .. } => 55,
        Say::Scanner { .. } => 61,
        Say::SeveralCommands => 62,
        Say::Beside => 63,
        Say::Print(_) => 64,
    }
}

fn says() -> Vec<Say> {
    let number = || "#1042 (etsy)".to_owned();
    let printed = || "1Z 999 AA1 01 2345 6784".to_owned();
    let carriers = || vec!["UPS".to_owned(), "FedEx".to_owned()];
    let mut all = vec![
        Say::Passed { number: number(), stage: stage("print"), n: 2, of: 5, next: Some(stage("qc")) },
        Say::Passed { number: number(), stage: stage("pack"), n: 1, of: 1, next: None },
        Say::Already { number: number(), stage: stage("print") },
        Say::PassedButMissed { number: number(), stage: stage("pack"), missed: vec![stage("print"), stage("qc")] },
        Say::NotOnRoute { number: number(), stage: stage("print") },
        Say::NewHere { job: JobId::new("J7K3M9").unwrap(), stage: stage("print") },
        Say::Cancelled { number: number(), reason: String::new() },
        Say::Cancelled { number: number(), reason: "customer changed their mind".into() },
        Say::Held { number: number(), reason: "out of stock.".into(), why: None },
        Say::Packed { number: number(), n: 1, of: 5, others: vec![] },
        Say::Packed { number: number(), n: 4, of: 5, others: vec![] },
        Say::Packed { number: number(), n: 5, of: 5, others: vec![] },
        Say::AlreadyPacked { number: number() },
        Say::WrongOrder { number: number(), open: "#1043".into() },
        Say::LabelFirst { open: "#1043".into() },
        Say::Parked { number: number() },
        Say::Linked { number: number(), printed: printed() },
        Say::AlreadyLinked { number: number(), printed: printed() },
        Say::LinkedUnsure { number: number(), printed: printed(), carriers: carriers() },
        Say::LinkedUnsure { number: number(), printed: printed(), carriers: vec![] },
        Say::LabelOfOther { printed: printed(), belongs: number(), open: Some("#1043".into()) },
        Say::LabelOfOther { printed: printed(), belongs: number(), open: None },
        Say::OtherLabelExpected { number: number(), printed: printed(), expected: "6784".into() },
        Say::ReturnLabel { number: number(), printed: printed() },
        Say::PackFirst { number: number(), printed: printed(), missing: 1 },
        Say::PackFirst { number: number(), printed: printed(), missing: 2 },
        Say::WhichPackage { printed: printed() },
        Say::PackageInHand { number: number(), n: 1, of: 5 },
        Say::PackageInHand { number: number(), n: 5, of: 5 },
        Say::NoTicketWaits,
        Say::OrderSeen { number: number(), jobs: 1 },
        Say::OrderSeen { number: number(), jobs: 3 },
        Say::NotKnown { code: "D123".into() },
        Say::Misread,
        Say::Unknown,
        Say::BadCheckDigit { carriers: carriers() },
        Say::BadCheckDigit { carriers: vec![] },
        Say::DidItPrint { number: number(), printer: printer() },
        Say::NothingAsked,
        Say::CommandNotHere,
        Say::Undone { number: number(), piece: None, stage: None },
        Say::NothingToUndo,
        Say::Help,
        Say::Noted,
        Say::OrderTaken { number: number() },
        Say::Unsaid,
        Say::SeveralCommands,
        Say::Beside,
    ];
    all.extend(answers_with_kinds());
    all.extend(answers_to_commands());
    all.extend(answers_of_printers());
    all
}

/// What commands about pieces and packages are answered with.
fn answers_to_commands() -> Vec<Say> {
    let number = || "#1042 (etsy)".to_owned();
    let piece = || PieceName { number: number(), n: 2, of: 5 };
    let only = || PieceName { number: number(), n: 1, of: 1 };
    let by = || JobId::new("J7K3M9").unwrap();
    let others = || vec![LastSeen { n: 1, stage: Some(stage("print")) }, LastSeen { n: 2, stage: None }];
    let mut all = vec![
        Say::Packed { number: number(), n: 2, of: 5, others: others() },
        Say::Undone { number: number(), piece: Some(piece()), stage: Some(stage("print")) },
        Say::Work(Work::Redone { number: number(), piece: Some(only()), stage: None }),
        Say::Work(Work::Redone { number: number(), piece: None, stage: None }),
        Say::Work(Work::TicketAgain { piece: piece(), label: LabelState::Printing }),
        Say::Work(Work::TicketAgain { piece: only(), label: LabelState::OnScreen }),
        Say::Work(Work::Released { number: number() }),
        Say::Work(Work::NotHeld { number: number() }),
        Say::Work(Work::NotComplete { number: number(), missing: 3, others: others() }),
        Say::Work(Work::NotComplete {
            number: number(),
            missing: 1,
            others: vec![LastSeen { n: 1, stage: Some(stage("qc")) }],
        }),
        Say::Work(Work::NothingPacked { number: number() }),
        Say::Work(Work::SwapOther { number: number() }),
        Say::Work(Work::Swapped { one: number(), other: "#1043".into() }),
        Say::Work(Work::NoSwap { number: number() }),
        Say::Work(Work::NoSwap { number: String::new() }),
    ];
    let printed = || "1Z 999 AA1 01 2345 6784".to_owned();
    let door = [
        Door::Leaves { number: number(), carrier: Some("ups".to_owned()) },
        Door::Leaves { number: number(), carrier: None },
        Door::LeavesUnscanned { number: number(), printed: printed() },
        Door::LeftBefore { number: number() },
        Door::NotOurs { printed: printed() },
        Door::NoLabel { number: number() },
        Door::Unsaid,
    ];
    all.extend(door.map(Say::Door));
    for claimed in [0, 1, 7] {
        all.push(Say::SignedOn { operator: OperatorId::new("maria").unwrap(), claimed });
    }
    for (package, questions) in [(None, 0), (Some(number()), 0), (None, 1), (None, 2), (Some(number()), 1)] {
        all.push(Say::SignedOff { package, questions });
    }
    all.push(Say::Sure { number: number(), stage: stage("pack"), missed: vec![stage("print"), stage("qc")] });
    all.push(Say::NotCounted { number: number() });
    for why in [Gone::Scrapped, Gone::Lost] {
        all.push(Say::Work(Work::Replaced { piece: piece(), why, by: by() }));
        all.push(Say::Work(Work::PieceEnded { number: number(), why, by: by() }));
    }
    for command in Command::all() {
        match command {
            Command::Hold(why) => {
                all.push(Say::Work(Work::PutOnHold { number: number(), why }));
                all.push(Say::Held { number: number(), reason: String::new(), why: Some(why) });
            }
            Command::Fail(reason) => {
                all.push(Say::Work(Work::Failed { piece: piece(), reason, back: stage("print"), times: 1 }));
                all.push(Say::Work(Work::Failed { piece: only(), reason, back: stage("preproduction"), times: 3 }));
            }
            Command::Close | Command::Split | Command::Swapped => all.push(Say::Work(Work::NoPackage { command })),
            _ => {}
        }
        if command.is_about_a_piece() {
            all.push(Say::Work(Work::WhichPiece { command }));
        }
    }
    all
}

const HINDRANCES: [Hindrance; 11] = [
    Hindrance::PaperOut,
    Hindrance::Open,
    Hindrance::Ribbon,
    Hindrance::Paused,
    Hindrance::Hot,
    Hindrance::Offline,
    Hindrance::Fault,
    Hindrance::Away,
    Hindrance::Silent,
    Hindrance::Behind,
    Hindrance::Other,
];

fn answers_of_printers() -> Vec<Say> {
    let number = || "#1042 (etsy)".to_owned();
    let printed = || "1Z 999 AA1 01 2345 6784".to_owned();
    let waits = HINDRANCES.map(|why| PrintSay::Waits { number: number(), printer: printer(), why });
    let again = [ReprintReason::Nothing, ReprintReason::BadPrint, ReprintReason::Damaged]
        .map(|reason| PrintSay::Again { number: number(), reason });
    let others = [
        PrintSay::Unmade { number: number() },
        PrintSay::WhyAgain { number: number() },
        PrintSay::NothingToRepeat,
        PrintSay::SecondParcel { number: number(), printed: printed() },
        PrintSay::SecondParcelFound { number: number() },
        PrintSay::SameParcel { number: number() },
        PrintSay::Unsaid,
    ];
    waits.into_iter().chain(again).chain(others).map(Say::Print).collect()
}

/// Answers whose sentence depends on a kind of label, code or failure.
fn answers_with_kinds() -> Vec<Say> {
    let number = || "#1042 (etsy)".to_owned();
    let mut all = Vec::new();
    for label in [
        LabelState::Printing,
        LabelState::OnScreen,
        LabelState::NotYet,
        LabelState::Printed,
        LabelState::Failed,
        LabelState::Doubtful,
    ] {
        all.push(Say::Complete { number: number(), label });
        all.push(Say::LabelEnded { number: number(), state: label });
        all.push(Say::Tickets { number: number(), count: 1, label });
        all.push(Say::Tickets { number: number(), count: 4, label });
    }
    for what in [Seen::Routing, Seen::Product, Seen::Web, Seen::Tracking, Seen::Ours] {
        all.push(Say::NotHere { what });
        all.push(Say::OtherBarcode { what });
    }
    for why in [Unreadable::TooLong, Unreadable::NotText, Unreadable::Lost, Unreadable::CutOff, Unreadable::TooMany] {
        all.push(Say::Unreadable { why });
    }
    let (station, layout) = (StationId::new("QC-1").unwrap(), "de".to_owned());
    for news in [
        ScannerNews::Paired,
        ScannerNews::Freed,
        ScannerNews::Elsewhere { station: station.clone() },
        ScannerNews::Fixed { station },
        ScannerNews::LayoutSet { layout: layout.clone() },
        ScannerNews::LayoutRight { layout },
        ScannerNews::NotReady,
    ] {
        all.push(Say::Scanner { scanner: scanner(), news });
    }
    all.extend([NotSafe::DiskFull, NotSafe::ReadOnly, NotSafe::DiskError].map(|why| Say::NotSafe { why }));
    all
}
