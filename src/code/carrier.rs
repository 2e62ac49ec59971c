//! A carrier as its file describes it, checked and made ready for reading.
//!
//! Nothing here knows a carrier by name: formats, check digits and look-ups all come from the file.

mod file;
mod lookup;

use compact_str::CompactString;

use super::check::{self, Scheme};
use super::layout::{self, Compact, Filter, Row};
use super::tracking::{CarrierId, Fact, FormatId, Passed, Tracking};
pub use file::{CarrierError, CarrierFile, CheckFile, FormatFile, Iso3166, LookupFile};
use lookup::Lookup;

/// A carrier, ready for reading.
#[derive(Debug, Clone)]
pub struct Carrier {
    /// Its code.
    pub id: CarrierId,
    /// Its name for people.
    pub name: String,
    /// Its tracking page; `%s` stands for the number.
    pub page: Option<String>,
    pub(super) scac: Vec<String>,
    pub(super) formats: Vec<Format>,
}

/// One format, ready for reading.
#[derive(Debug, Clone)]
pub(super) struct Format {
    pub id: FormatId,
    pub carrier: CarrierId,
    pub name: String,
    pub address: bool,
    check: Option<Scheme>,
    lead: Vec<u8>,
    /// Whether the printed form ends in a check character of its own.
    closed: bool,
    lookups: Vec<Lookup>,
    pub rows: Vec<Ready>,
}

/// One row of a format, ready for reading.
#[derive(Debug, Clone)]
pub(super) struct Ready {
    /// The symbols of the first place.
    pub first: u64,
    pub len: usize,
    filter: Filter,
    /// How likely this row is the right one, in tenths of a bit.
    pub score: i32,
    over: Vec<(u8, u8)>,
    check: u8,
    key: Vec<(u8, u8)>,
    printed: Vec<(u8, u8)>,
    /// Where the fields of the look-ups are.
    looked_up: Vec<Option<(u8, u8)>>,
}

/// How a text fits a format.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fit {
    /// Shape and check digit.
    Right,
    /// The shape, but another check digit.
    WrongCheck,
    /// Not at all, or a value that must be listed is not.
    No,
}

/// The word in `printed` for a check character over what is printed.
const CLOSED: &str = "mod_37_36";

/// The name of the field that holds the check digit.
const CHECK: &str = "check";

impl Carrier {
    /// Checks a file and makes it ready; `code` is the name of the file.
    ///
    /// # Errors
    /// See [`CarrierError`].
    pub fn new(code: &str, file: &CarrierFile) -> Result<Carrier, CarrierError> {
        let id = CarrierId::from(code);
        let mut formats: Vec<Format> = Vec::new();
        for format in &file.format {
            if formats.iter().any(|f| f.id.as_str() == format.id) {
                return Err(CarrierError::Twice(format.id.clone()));
            }
            formats.push(Format::new(&id, i32::from(file.common) * 10, format)?);
        }
        Ok(Carrier { id, name: file.name.clone(), page: file.page.clone(), scac: file.scac.clone(), formats })
    }
}

impl Carrier {
    /// The identifiers of its formats.
    pub fn formats(&self) -> impl Iterator<Item = &str> {
        self.formats.iter().map(|format| format.id.as_str())
    }
}

impl Format {
    fn new(carrier: &CarrierId, common: i32, file: &FormatFile) -> Result<Format, CarrierError> {
        let layout_error =
            |layout: &str, error| CarrierError::Layout { format: file.id.clone(), layout: layout.to_owned(), error };
        let mut rows = Vec::new();
        for layout in &file.layout {
            rows.extend(layout::rows(layout).map_err(|error| layout_error(layout, error))?);
        }
        if rows.is_empty() {
            return Err(CarrierError::NoLayout(file.id.clone()));
        }
        if let Some(CheckFile { by: Scheme::WeightedSum { modulo, .. }, .. }) = &file.check
            && (modulo.contains(&0) || modulo[1] > 10)
        {
            return Err(CarrierError::Modulo(file.id.clone()));
        }
        let mut lookups = Vec::new();
        for lookup in &file.lookup {
            lookups.push(Lookup::new(lookup).map_err(|(key, error)| layout_error(&key, error))?);
        }
        let ready = rows.iter().map(|row| Ready::new(row, &rows, common, file));
        Ok(Format {
            id: FormatId::from(file.id.as_str()),
            carrier: carrier.clone(),
            name: file.name.clone(),
            address: file.address,
            check: file.check.as_ref().map(|c| c.by.clone()),
            lead: file.check.iter().flat_map(|c| c.lead.iter().flat_map(|l| l.bytes())).collect(),
            closed: file.printed.as_ref().is_some_and(|p| p.split_ascii_whitespace().any(|word| word == CLOSED)),
            lookups,
            rows: ready.collect::<Result<_, _>>()?,
        })
    }

    /// Holds a text against one row of this format.
    pub fn fit(&self, row: &Ready, text: &Compact) -> Fit {
        if text.symbols().len() != row.len || !row.filter.takes(text) {
            return Fit::No;
        }
        if let Some(scheme) = &self.check {
            let right = match row.over.as_slice() {
                [one] if self.lead.is_empty() => scheme.digit(part(text.bytes(), *one)),
                _ => scheme.digit(Picked::led(&self.lead, &row.over, text.bytes()).bytes()),
            };
            if right != text.bytes().get(usize::from(row.check)).copied() {
                return Fit::WrongCheck;
            }
        }
        let known = |(lookup, at): (&Lookup, &Option<(u8, u8)>)| {
            !lookup.must || at.is_some_and(|at| lookup.find(part(text.bytes(), at), part(text.symbols(), at)).is_some())
        };
        if self.lookups.iter().zip(&row.looked_up).all(known) { Fit::Right } else { Fit::No }
    }

    /// The number in a text that fits this row.
    pub fn tracking(&self, row: &Ready, text: &Compact, scanned: &str) -> Tracking {
        // A scan without spaces in capitals is cut as it is; only others are put together from what was kept.
        let whole = Some(scanned).filter(|scanned| scanned.as_bytes() == text.bytes());
        let key = picked(&row.key, text.bytes(), whole);
        let mut printed = if row.printed == row.key { key.clone() } else { picked(&row.printed, text.bytes(), whole) };
        if self.closed {
            printed.extend(check::mod_37_36(printed.bytes()).map(char::from));
        }
        Tracking {
            carrier: self.carrier.clone(),
            format: self.id.clone(),
            key,
            printed,
            scanned: scanned.into(),
            check: self.check.as_ref().map_or(Passed::Shape, Scheme::passed),
        }
    }

    /// What the fields of a text that fits this row say.
    pub fn facts(&self, row: &Ready, text: &Compact) -> Vec<Fact> {
        let mut facts = Vec::new();
        for (lookup, at) in self.lookups.iter().zip(&row.looked_up) {
            if let Some(at) = *at
                && let Some(says) = lookup.find(part(text.bytes(), at), part(text.symbols(), at))
            {
                facts.push(Fact { about: lookup.about.clone(), says });
            }
        }
        facts
    }
}

impl Ready {
    fn new(row: &Row, all: &[Row], common: i32, file: &FormatFile) -> Result<Ready, CarrierError> {
        let one = |name: &str| row.fields.iter().find(|(field, _)| field == name).map(|(_, at)| small(at));
        let every = (0, u8::try_from(row.places.len()).unwrap_or(u8::MAX));
        let ranges = |names: &str| -> Result<Vec<(u8, u8)>, CarrierError> {
            let mut ranges = Vec::new();
            for name in names.split_ascii_whitespace().filter(|name| *name != CLOSED) {
                if !all.iter().any(|row| row.fields.iter().any(|(field, _)| field == name)) {
                    return Err(CarrierError::Field { format: file.id.clone(), field: name.to_owned() });
                }
                ranges.extend(row.fields.iter().filter(|(field, _)| field == name).map(|(_, at)| small(at)));
            }
            Ok(joined(ranges))
        };
        let mut check = 0;
        let mut score = layout::evidence(&row.places) + common;
        if let Some(scheme) = file.check.as_ref().map(|c| &c.by) {
            check = match one(CHECK) {
                Some((start, end)) if end == start + 1 => start,
                _ => return Err(CarrierError::NoCheck(file.id.clone())),
            };
            score += scheme.passed().evidence();
        }
        let key = file.key.as_deref().map_or(Ok(vec![every]), &ranges)?;
        Ok(Ready {
            first: row.places.first().copied().unwrap_or(0),
            len: row.places.len(),
            filter: Filter::new(&row.places),
            score,
            over: file.check.as_ref().map_or(Ok(Vec::new()), |c| ranges(&c.over))?,
            check,
            printed: file.printed.as_deref().map_or(Ok(key.clone()), &ranges)?,
            key,
            looked_up: file
                .lookup
                .iter()
                .map(|lookup| ranges(&lookup.field).map(|found| found.first().copied()))
                .collect::<Result<_, _>>()?,
        })
    }
}

/// Fields of a text, one behind the other.
struct Picked {
    bytes: [u8; layout::LENGTH_MAX],
    len: usize,
}

impl Picked {
    /// With `lead` before the fields, unless they begin with it.
    fn led(lead: &[u8], ranges: &[(u8, u8)], text: &[u8]) -> Picked {
        let mut picked = Picked { bytes: [0; layout::LENGTH_MAX], len: 0 };
        picked.add(lead);
        for range in ranges {
            picked.add(part(text, *range));
        }
        match picked.bytes().get(lead.len()..) {
            Some(fields) if !lead.is_empty() && fields.starts_with(lead) => Picked::led(&[], ranges, text),
            _ => picked,
        }
    }

    fn add(&mut self, more: &[u8]) {
        if let Some(to) = self.bytes.get_mut(self.len..self.len + more.len()) {
            to.copy_from_slice(more);
            self.len += more.len();
        }
    }

    fn bytes(&self) -> &[u8] {
        self.bytes.get(..self.len).unwrap_or_default()
    }
}

/// Fields of a text, one behind the other; `whole` is the same text where it is at hand.
fn picked(ranges: &[(u8, u8)], text: &[u8], whole: Option<&str>) -> CompactString {
    let owned = |bytes: &[u8]| CompactString::from_utf8(bytes).unwrap_or_default();
    match (ranges, whole) {
        ([(start, end)], Some(whole)) => {
            whole.get(usize::from(*start)..usize::from(*end)).map_or_else(CompactString::default, CompactString::from)
        }
        ([one], None) => owned(part(text, *one)),
        _ => owned(Picked::led(&[], ranges, text).bytes()),
    }
}

/// Ranges that touch, as one.
fn joined(ranges: Vec<(u8, u8)>) -> Vec<(u8, u8)> {
    let mut joined: Vec<(u8, u8)> = Vec::new();
    for (start, end) in ranges {
        match joined.last_mut() {
            Some((_, last)) if *last == start => *last = end,
            _ => joined.push((start, end)),
        }
    }
    joined
}

fn part(text: &[u8], (start, end): (u8, u8)) -> &[u8] {
    text.get(usize::from(start)..usize::from(end)).unwrap_or_default()
}

fn small(at: &std::ops::Range<usize>) -> (u8, u8) {
    let small = |n: usize| u8::try_from(n).unwrap_or(u8::MAX);
    (small(at.start), small(at.end))
}
