//! All carriers' formats together: which of them a text fits.

use super::carrier::{Carrier, Fit, Format, Ready};
use super::layout::{Compact, LENGTH_MAX, SYMBOLS};
use super::tracking::{CarrierId, Fact, Tracking};

/// Every carrier that is known, with an index by length and first character: a scan is held against the few
/// rows that it can fit at all.
#[derive(Debug, Clone, Default)]
pub struct Carriers {
    carriers: Vec<Carrier>,
    /// For each length and first symbol: carrier, format and row.
    index: Vec<Vec<(u16, u16, u16)>>,
}

/// Most formats that one text is given as; the built-in files have three that overlap.
const FITS_MAX: usize = 8;

/// What the carriers say of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Found {
    /// Numbers that it may be.
    Numbers {
        /// How strongly the best one speaks, in tenths of a bit; see [`layout`](super::layout).
        evidence: i32,
        /// Best first; at least one.
        numbers: Vec<Tracking>,
    },
    /// It has the shape of these carriers' numbers, but the check digit is wrong.
    WrongCheck(Vec<CarrierId>),
    /// Nobody's number.
    Nothing,
}

impl Carriers {
    /// Puts carriers together.
    #[must_use]
    pub fn new(carriers: Vec<Carrier>) -> Carriers {
        let mut index = vec![Vec::new(); (LENGTH_MAX + 1) * SYMBOLS];
        for (c, carrier) in (0..).zip(&carriers) {
            for (f, format) in (0..).zip(&carrier.formats) {
                for (r, row) in (0..).zip(&format.rows) {
                    for first in (0..SYMBOLS).filter(|symbol| row.first >> symbol & 1 == 1) {
                        if let Some(place) = index.get_mut(row.len * SYMBOLS + first) {
                            place.push((c, f, r));
                        }
                    }
                }
            }
        }
        Carriers { carriers, index }
    }

    /// The carriers, in the order of their files.
    #[must_use]
    pub fn all(&self) -> &[Carrier] {
        &self.carriers
    }

    /// The carrier with this code.
    #[must_use]
    pub fn get(&self, id: &str) -> Option<&Carrier> {
        self.carriers.iter().find(|carrier| carrier.id.as_str() == id)
    }

    /// The name for people of a format.
    #[must_use]
    pub fn format_name(&self, number: &Tracking) -> Option<&str> {
        let carrier = self.get(number.carrier.as_str())?;
        carrier.formats.iter().find(|format| format.id == number.format).map(|format| format.name.as_str())
    }

    /// Whether somebody's address is part of such a number's scan.
    #[must_use]
    pub fn has_address(&self, number: &Tracking) -> bool {
        let formats = self.get(number.carrier.as_str()).map_or(&[][..], |carrier| &carrier.formats);
        formats.iter().any(|format| format.address && format.id == number.format && number.scanned != number.key)
    }

    /// What else a number says, such as its service; looked up when somebody asks.
    #[must_use]
    pub fn facts(&self, number: &Tracking) -> Vec<Fact> {
        let Some(text) = Compact::new(&number.scanned) else { return Vec::new() };
        let is_its = |(format, row): &(&Format, &Ready)| {
            format.id == number.format && format.carrier == number.carrier && format.fit(row, &text) == Fit::Right
        };
        self.rows(&text).find(is_its).map_or_else(Vec::new, |(format, row)| format.facts(row, &text))
    }

    /// The carrier whose symbols carry this code.
    #[must_use]
    pub fn by_scac(&self, scac: &str) -> Option<&CarrierId> {
        self.carriers.iter().find(|carrier| carrier.scac.iter().any(|s| s == scac)).map(|carrier| &carrier.id)
    }

    /// Holds a text against every format. White space, separators and lower case are forgiven.
    #[must_use]
    pub fn find(&self, text: &str) -> Found {
        let Some(compact) = Compact::new(text) else { return Found::Nothing };
        // On the stack, as nearly every scan fits one format or two.
        let mut right: Fits<'_> = Fits { fits: [None; FITS_MAX], count: 0 };
        let mut wrong: Fits<'_> = Fits { fits: [None; FITS_MAX], count: 0 };
        for (format, row) in self.rows(&compact) {
            match format.fit(row, &compact) {
                Fit::Right => right.add(format, row),
                Fit::WrongCheck => wrong.add(format, row),
                Fit::No => {}
            }
        }
        let right = right.best_first();
        let Some((_, best)) = right.first().copied().flatten() else {
            return wrong.carriers().map_or(Found::Nothing, Found::WrongCheck);
        };
        let mut numbers = Vec::with_capacity(right.len());
        numbers.extend(right.iter().flatten().map(|(format, row)| format.tracking(row, &compact, text)));
        Found::Numbers { evidence: best.score, numbers }
    }

    fn rows<'a>(&'a self, text: &Compact) -> impl Iterator<Item = (&'a Format, &'a Ready)> {
        let symbols = text.symbols();
        let place = symbols.first().and_then(|first| self.index.get(symbols.len() * SYMBOLS + usize::from(*first)));
        place.into_iter().flatten().filter_map(|(carrier, format, row)| {
            let format = self.carriers.get(usize::from(*carrier))?.formats.get(usize::from(*format))?;
            Some((format, format.rows.get(usize::from(*row))?))
        })
    }
}

/// The formats that a text fits, each by its first row.
struct Fits<'a> {
    fits: [Option<(&'a Format, &'a Ready)>; FITS_MAX],
    count: usize,
}

impl<'a> Fits<'a> {
    fn add(&mut self, format: &'a Format, row: &'a Ready) {
        let is_known = self.fits.iter().take(self.count).flatten().any(|(known, _)| std::ptr::eq(*known, format));
        if !is_known && let Some(free) = self.fits.get_mut(self.count) {
            *free = Some((format, row));
            self.count += 1;
        }
    }

    fn best_first(&mut self) -> &[Option<(&'a Format, &'a Ready)>] {
        let Some(fits) = self.fits.get_mut(..self.count) else { return &[] };
        fits.sort_by_key(|fit| std::cmp::Reverse(fit.map_or(i32::MIN, |(_, row)| row.score)));
        fits
    }

    /// Whose formats they are, each once; none where there are none.
    fn carriers(&self) -> Option<Vec<CarrierId>> {
        let mut carriers: Vec<CarrierId> = Vec::new();
        for (format, _) in self.fits.iter().flatten() {
            if !carriers.contains(&format.carrier) {
                carriers.push(format.carrier.clone());
            }
        }
        (!carriers.is_empty()).then_some(carriers)
    }
}
