//! What stands on each sheet.

use std::error::Error;

use super::SheetError;
use crate::code::command::Command;
use crate::code::own::{self, Kind, Own};
use crate::floor::decide::is_taken;
use crate::ids::StationId;
use crate::label::{Field, Fields, Template, builtin};
use crate::words::{self, Language};

/// Codes on one sheet of commands: the rows of the label `commands`.
const ROWS: usize = 8;
/// The counts that have a code on the sheets; others are printed with `stationd label render commands`.
const COUNTS: [u8; 6] = [1, 2, 5, 10, 20, 50];

/// One label: what it looks like and what stands on it.
pub(super) struct Page {
    pub template: Template,
    pub fields: Fields,
}

type Pages = Result<Vec<Page>, Box<dyn Error + Send + Sync>>;

/// Every command that a bench takes, on as few sheets as they fit.
pub(super) fn commands(language: Language) -> Pages {
    let template = builtin::template("commands")?;
    let labels = language.labels();
    let mut pages = Vec::new();
    for rows in in_rows(Command::all().filter(|command| is_on_a_sheet(*command))) {
        let mut fields = Fields::new().with(Field::Title, labels.commands);
        for (row, command) in (1..).zip(rows) {
            let Some(command) = command else { continue };
            fields.set(Field::RowText(row), &words::command(command, language));
            fields.set(Field::RowCode(row), &command.code());
        }
        pages.push(Page { template: template.clone(), fields });
    }
    Ok(pages)
}

fn is_on_a_sheet(command: Command) -> bool {
    let common = match command {
        Command::Quantity(n) | Command::PrintNext(n) => COUNTS.contains(&n),
        _ => true,
    };
    common && is_taken(command)
}

/// What is scanned every day: it stands between YES and NO on the first sheet.
const EVERYDAY: [Command; ROWS - 2] =
    [Command::Undo, Command::Ok, Command::Park, Command::Split, Command::Close, Command::Help];

/// The rows of each sheet. YES is the first code of the first sheet and NO its last: whoever aims at one of them must
/// not hit the other.
fn in_rows(commands: impl Iterator<Item = Command>) -> Vec<[Option<Command>; ROWS]> {
    let is_first = |command: &Command| EVERYDAY.contains(command) || matches!(command, Command::Yes | Command::No);
    let (first, rest): (Vec<Command>, Vec<Command>) = commands.partition(is_first);
    let mut rest = rest.into_iter().peekable();
    let between = EVERYDAY.map(|command| Some(command).filter(|command| first.contains(command)));
    let mut sheet = [Some(Command::Yes), None, None, None, None, None, None, Some(Command::No)];
    sheet.iter_mut().skip(1).zip(between).for_each(|(row, command)| *row = command);
    let mut sheets = vec![sheet];
    while rest.peek().is_some() {
        let mut rows = [None; ROWS];
        rows.iter_mut().for_each(|row| *row = rest.next());
        sheets.push(rows);
    }
    sheets
}

/// A badge for each of `people`, with the code behind `=` or a new one.
pub(super) fn badges(people: &[String], shop: &str, role: &str) -> Pages {
    let mut pages = Vec::new();
    for person in people {
        let (name, code) = match person.rsplit_once('=') {
            Some((name, code)) => (name, badge(code)?),
            None => (person.as_str(), own::make(Kind::Badge, getrandom::u64().map_err(SheetError::Random)?)),
        };
        let fields = Fields::new().with(Field::ShopName, shop).with(Field::OperatorRole, role);
        let fields = fields.with(Field::OperatorName, name).with(Field::OperatorCode, code);
        pages.push(Page { template: builtin::template("badge")?, fields });
    }
    Ok(pages)
}

fn badge(code: &str) -> Result<String, SheetError> {
    match own::read(code) {
        Some(Own::Id(Kind::Badge, printed)) => Ok(printed.as_str().to_owned()),
        _ => Err(SheetError::NotABadge(code.to_owned())),
    }
}

/// A pairing code for each station.
pub(super) fn pairing(stations: &[StationId], language: Language) -> Pages {
    let labels = language.labels();
    let mut pages = Vec::new();
    for station in stations {
        let code = own::make_named(Kind::Pairing, station.as_str());
        let code = code.ok_or_else(|| SheetError::StationName(station.clone()))?;
        let fields = Fields::new().with(Field::Title, labels.pair_with).with(Field::Note, labels.either_code);
        let fields = fields.with(Field::StationName, station.as_str()).with(Field::PairingCode, code);
        pages.push(Page { template: builtin::template("pairing")?, fields });
    }
    Ok(pages)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn yes_and_no_are_as_far_apart_as_a_sheet_is_high() {
        let sheets = in_rows(Command::all().filter(|command| is_on_a_sheet(*command)));
        assert_eq!((sheets[0][0], sheets[0][ROWS - 1]), (Some(Command::Yes), Some(Command::No)));
        let all: Vec<Command> = sheets.into_iter().flatten().flatten().collect();
        assert_eq!(all.iter().filter(|c| matches!(c, Command::Yes | Command::No)).count(), 2);
    }

    #[test]
    fn every_command_that_is_taken_stands_on_a_sheet_once_in_the_chosen_language() {
        for language in Language::ALL {
            let pages = commands(language).unwrap();
            let texts: Vec<String> = pages
                .iter()
                .flat_map(|page| (1..=8).map(|row| page.fields.get(Field::RowText(row)).to_owned()))
                .filter(|text| !text.is_empty())
                .collect();
            for command in Command::all().filter(|command| is_on_a_sheet(*command)) {
                let name = words::command(command, language);
                assert_eq!(texts.iter().filter(|text| **text == name).count(), 1, "{name}");
            }
        }
        let spanish = commands(Language::Es).unwrap();
        let row = |row| spanish[0].fields.get(Field::RowText(row)).to_owned();
        assert!((1..=8).any(|n| row(n) == "APARTAR"), "{:?}", spanish[0].fields);
    }

    #[test]
    fn a_badge_has_a_new_code_or_the_one_that_is_given() {
        let people = ["Ana".to_owned(), "Dolores=H".to_owned() + &own::make(Kind::Badge, 7)[1..]];
        let pages = badges(&people, "", "").unwrap();
        let code = |n: usize| pages[n].fields.get(Field::OperatorCode).to_owned();
        assert!(matches!(own::read(&code(0)), Some(Own::Id(Kind::Badge, _))));
        assert_eq!(code(1), own::make(Kind::Badge, 7));
        let wrong = badges(&["Ana=X".to_owned()], "", "").err().unwrap().to_string();
        assert_eq!(wrong, "\"X\" is no badge code; leave it out and a new one is made");
    }
}
