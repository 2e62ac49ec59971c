//! What a field of a number says: the name of a service, a country, an operator.

use super::file::{Iso3166, LookupFile};
use crate::code::country;
use crate::code::layout::{self, LayoutError};
use crate::code::tracking::Term;

/// A list of values and what they say.
#[derive(Debug, Clone)]
pub(super) struct Lookup {
    /// What about.
    pub about: Term,
    /// Whether a value that is not listed makes the number none.
    pub must: bool,
    iso_3166: Option<Iso3166>,
    /// In the order of the values.
    exact: Vec<(Box<[u8]>, Term)>,
    patterns: Vec<(Vec<u64>, Term)>,
}

impl Lookup {
    /// Checks a list; an error comes with the key that is wrong.
    pub fn new(file: &LookupFile) -> Result<Lookup, (String, LayoutError)> {
        let mut lookup = Lookup {
            about: Term::from(file.says.as_str()),
            must: file.must,
            iso_3166: file.iso_3166,
            exact: Vec::new(),
            patterns: Vec::new(),
        };
        for (key, says) in &file.list {
            let says = Term::from(says.as_str());
            if key.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit()) && !key.is_empty() {
                lookup.exact.push((key.as_bytes().into(), says));
            } else {
                let places = layout::single(key).map_err(|error| (key.clone(), error))?;
                lookup.patterns.push((places, says));
            }
        }
        lookup.exact.sort_by(|(a, _), (b, _)| a.cmp(b));
        Ok(lookup)
    }

    /// What a value says; the list goes before the countries.
    pub fn find(&self, value: &[u8], symbols: &[u8]) -> Option<Term> {
        let fits = |places: &[u64]| {
            places.len() == symbols.len() && places.iter().zip(symbols).all(|(set, symbol)| set >> symbol & 1 == 1)
        };
        let by_pattern = || self.patterns.iter().find(|(places, _)| fits(places)).map(|(_, says)| says);
        let exact = self.exact.binary_search_by(|(key, _)| key.as_ref().cmp(value)).ok();
        if let Some(says) = exact.and_then(|at| self.exact.get(at)).map(|(_, says)| says).or_else(by_pattern) {
            return Some(says.clone());
        }
        let code = std::str::from_utf8(value).ok()?;
        let country = match self.iso_3166? {
            Iso3166::Alpha2 => country::by_letters(code),
            Iso3166::Numeric => country::by_number(code),
        };
        country.map(|country| Term::from(country.alpha2))
    }
}
