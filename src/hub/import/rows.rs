//! Gathers rows into orders: what they say of their order must agree, what they say of a piece is their own.

use std::collections::{BTreeSet, HashMap};

use jiff::tz::TimeZone;

use super::columns::{Column, Header};
use super::document::document;
use super::values::{file, list, moment, quantity, rush, stages, whole};
use super::{Problem, ReadFile};
use crate::floor::document::Purpose;
use crate::hub::draft::{Blob, Draft, Paper, Parcel, Piece};
use crate::ids::StageId;

/// Rows on their way to orders.
pub(super) struct Rows<'a> {
    header: Header,
    zone: &'a TimeZone,
    read: &'a mut ReadFile<'a>,
    orders: Vec<Gathered>,
    /// Where each order is, by channel and number.
    places: HashMap<(String, String), usize>,
    files: HashMap<String, Result<Blob, String>>,
    problems: Vec<Problem>,
}

/// An order as its rows told it up to now.
#[derive(Default)]
struct Gathered {
    draft: Draft,
    line: u64,
    /// What earlier rows said of the order, by column.
    said: HashMap<Column, (u64, String)>,
    /// The parcels as the rows call them; the empty name where a row gives a label but no parcel.
    parcels: Vec<(String, HashMap<Column, String>)>,
    spoiled: bool,
}

/// The columns that speak of the whole order.
const OF_ORDER: [Column; 5] = [Column::ShipBy, Column::Rush, Column::Route, Column::StartsAt, Column::Carrier];

/// The columns that speak of a parcel.
const OF_PARCEL: [Column; 6] =
    [Column::Tracking, Column::Label, Column::ReturnLabel, Column::PackingSlip, Column::Customs, Column::GiftNote];

struct Row<'r> {
    line: u64,
    cells: HashMap<Column, &'r str>,
}

impl Row<'_> {
    fn get(&self, column: Column) -> &str {
        self.cells.get(&column).copied().unwrap_or_default()
    }
}

impl<'a> Rows<'a> {
    pub(super) fn new(header: Header, zone: &'a TimeZone, read: &'a mut ReadFile<'a>) -> Rows<'a> {
        Rows {
            header,
            zone,
            read,
            orders: Vec::new(),
            places: HashMap::new(),
            files: HashMap::new(),
            problems: Vec::new(),
        }
    }

    pub(super) fn problem(&mut self, line: u64, column: Option<Column>, what: String) {
        let named = |wanted| self.header.columns.iter().find(|(known, _)| *known == Some(wanted));
        let column = column.and_then(named).map(|(_, name)| name.clone());
        self.problems.push(Problem { line, column, what });
    }

    /// Takes one row; an empty one is passed over. `broken` is what is wrong with it already, and in which line.
    pub(super) fn take(&mut self, line: u64, cells: &[String], broken: Option<(u64, String)>) {
        if cells.iter().all(String::is_empty) {
            return;
        }
        let columns: Vec<Option<Column>> = self.header.columns.iter().map(|(column, _)| *column).collect();
        let named = columns.iter().zip(cells).filter_map(|(column, cell)| Some(((*column)?, cell.as_str())));
        let row = Row { line, cells: named.collect() };
        let is_broken = broken.is_some();
        if let Some((line, what)) = broken {
            self.problem(line, None, what);
        }
        let number = row.get(Column::Number).trim_start_matches('#').trim();
        if number.is_empty() {
            self.problem(line, Some(Column::Number), "There is no order number. Fill it in.".to_owned());
            return;
        }
        let key = (row.get(Column::Channel).to_owned(), number.to_owned());
        let place = *self.places.entry(key).or_insert(self.orders.len());
        if place == self.orders.len() {
            let mut fresh = Gathered { line, ..Gathered::default() };
            fresh.draft.number = number.to_owned();
            fresh.draft.channel = row.get(Column::Channel).to_owned();
            self.orders.push(fresh);
        }
        let Some(order) = self.orders.get_mut(place) else { return };
        let mut gathered = std::mem::take(order);
        let mut wrong = Vec::new();
        if cells.len() > columns.len() && cells.iter().skip(columns.len()).any(|cell| !cell.is_empty()) {
            let what = format!("The line has {} cells, but only {} columns are named.", cells.len(), columns.len());
            wrong.push((None, format!("{what} Put quotes around a cell with a comma.")));
        }
        let named = self.header.columns.iter().rposition(|(_, name)| !name.is_empty()).map_or(0, |last| last + 1);
        if !is_broken && cells.len() < named {
            let what = format!("The line has {} cells, but {named} columns are named: it is cut off.", cells.len());
            wrong.push((None, format!("{what} Save the file again, with every cell of the line.")));
        }
        self.of_order(&row, &mut gathered, &mut wrong);
        self.piece(&row, &mut gathered, &mut wrong);
        gathered.spoiled |= is_broken || !wrong.is_empty();
        for (column, what) in wrong {
            self.problem(line, column, what);
        }
        if let Some(order) = self.orders.get_mut(place) {
            *order = gathered;
        }
    }

    fn of_order(&mut self, row: &Row<'_>, order: &mut Gathered, wrong: &mut Vec<(Option<Column>, String)>) {
        if let Err(what) = whole(row.get(Column::Number)) {
            wrong.push((Some(Column::Number), what));
        }
        for column in OF_ORDER {
            let text = row.get(column);
            if text.is_empty() {
                continue;
            }
            if let Some((line, said)) = order.said.get(&column) {
                if said != text {
                    let what = format!("It says {text:?}, but line {line} of the same order says {said:?}.");
                    wrong.push((Some(column), format!("{what} Make them the same.")));
                }
                continue;
            }
            order.said.insert(column, (row.line, text.to_owned()));
            let draft = &mut order.draft;
            let done = match column {
                Column::ShipBy => moment(text, self.zone).map(|at| draft.ship_by = Some(at)),
                Column::Rush => rush(text).map(|rush| draft.rush = rush),
                Column::Route => {
                    draft.route = stages(text);
                    Ok(())
                }
                Column::StartsAt => match StageId::new(text) {
                    Ok(stage) => {
                        draft.starts_at = Some(stage);
                        Ok(())
                    }
                    Err(why) => Err(format!("{text:?} is no stage: {why}. Write a stage such as print.")),
                },
                _ => {
                    draft.carrier = Some(text.to_owned());
                    Ok(())
                }
            };
            if let Err(what) = done {
                wrong.push((Some(column), what));
            }
        }
    }

    fn piece(&mut self, row: &Row<'_>, order: &mut Gathered, wrong: &mut Vec<(Option<Column>, String)>) {
        let mut piece = Piece {
            product: row.get(Column::Product).to_owned(),
            size: row.get(Column::Size).to_owned(),
            colour: row.get(Column::Colour).to_owned(),
            places: list(row.get(Column::Places)),
            note: row.get(Column::Note).to_owned(),
            ..Piece::default()
        };
        match row.get(Column::Quantity) {
            "" => {}
            text => match quantity(text) {
                Ok(n) => piece.quantity = Some(n),
                Err(what) => wrong.push((Some(Column::Quantity), what)),
            },
        }
        match row.get(Column::Picture) {
            "" => {}
            name => match self.file(name) {
                Ok(blob) => piece.picture = Some(blob),
                Err(what) => wrong.push((Some(Column::Picture), what)),
            },
        }
        piece.package = self.parcel(row, order, wrong);
        order.draft.pieces.push(piece);
    }

    /// The parcel that a row names, from 1, with what the row says of it.
    fn parcel(
        &mut self,
        row: &Row<'_>,
        order: &mut Gathered,
        wrong: &mut Vec<(Option<Column>, String)>,
    ) -> Option<usize> {
        let (name, tracking) = (row.get(Column::Package), row.get(Column::Tracking));
        if name.is_empty() && OF_PARCEL.iter().all(|column| row.get(*column).is_empty()) {
            return None;
        }
        if let Err(what) = whole(tracking) {
            wrong.push((Some(Column::Tracking), what));
        }
        let known = order.parcels.iter().position(|(known, _)| known == name);
        let place = known.unwrap_or_else(|| {
            order.parcels.push((name.to_owned(), HashMap::new()));
            order.draft.packages.push(Parcel::default());
            order.parcels.len() - 1
        });
        for column in OF_PARCEL {
            let text = row.get(column);
            let (Some((_, said)), Some(parcel)) = (order.parcels.get_mut(place), order.draft.packages.get_mut(place))
            else {
                continue;
            };
            match said.get(&column) {
                _ if text.is_empty() => {}
                Some(before) if before == text => {}
                Some(before) => {
                    let what = format!("It says {text:?}, but an earlier line of the same package says {before:?}.");
                    wrong.push((Some(column), format!("{what} Number the packages in the column \"package\".")));
                }
                None => {
                    said.insert(column, text.to_owned());
                    let Some(purpose) = column.purpose() else {
                        parcel.tracking = Some(text.to_owned());
                        continue;
                    };
                    let asked = file(text);
                    match self.file(asked.name) {
                        Ok(blob) if purpose == Purpose::Shipping && asked.is_plain() => parcel.document = Some(blob),
                        Ok(document) => {
                            parcel.documents.push(Paper { purpose, document, pages: asked.pages, copies: asked.copies })
                        }
                        Err(what) => wrong.push((Some(column), what)),
                    }
                }
            }
        }
        (!name.is_empty()).then_some(place + 1)
    }

    fn file(&mut self, name: &str) -> Result<Blob, String> {
        if let Some(known) = self.files.get(name) {
            return known.clone();
        }
        let found = document(name, self.read);
        self.files.insert(name.to_owned(), found.clone());
        found
    }

    /// The orders that are whole, and what is wrong with the others.
    pub(super) fn end(mut self) -> (Vec<Draft>, Vec<Problem>) {
        let mut drafts = Vec::new();
        for order in std::mem::take(&mut self.orders) {
            let names: BTreeSet<&str> = order.parcels.iter().map(|(name, _)| name.as_str()).collect();
            if names.len() > 1 && names.contains("") {
                let what = "Some lines of this order name their package and others only a label. Name it in each.";
                self.problem(order.line, Some(Column::Package), what.to_owned());
                continue;
            }
            if order.spoiled {
                continue;
            }
            match order.draft.checked() {
                Ok(draft) => drafts.push(draft),
                Err(unfit) => self.problem(order.line, None, unfit.to_string()),
            }
        }
        self.problems.sort_by_key(|problem| problem.line);
        (drafts, self.problems)
    }
}
