//! Every code that this PC knows, and the order in which a scan is held against them.
//!
//! What a symbology identifier or a prefix makes certain comes first; then every reading is asked for its
//! evidence (how unlikely it is that other text looks so), and the strongest counts. The others are kept.

use std::borrow::Cow;

use super::aim::Aim;
use super::carriers::{Carriers, Found};
use super::command::Command;
use super::gs1::{self, Element};
use super::meaning::{Meaning, Reading, Reason, Why};
use super::own::{self, Kind, Own};
use super::pattern::ShopPattern;
use super::product::{Gtin, GtinError};
use super::routing::{self, Routing};
use super::tracking::{Passed, Tracking};
use super::web::Web;
use crate::ids::{BatchId, IdError, JobId, OperatorId, OrderId, PackageId, StationId};

/// Longest text that is looked at, in bytes: the largest symbol, a QR code, holds 7,089 digits.
pub const TEXT_MAX: usize = 7_089;

/// Tenths of a bit of evidence in a digit that must be a certain one, and in a digit that may be any.
const CERTAIN: i32 = 52;
const ANY_DIGIT: i32 = 18;

/// Tenths of a bit in a right check digit.
const CHECKED: i32 = 33;

/// How an element string begins even where nothing says that it is one: with a logistic unit or a product.
const GS1_KEYS: [&str; 4] = ["00", "01", "02", "8006"];

/// What codes mean here: ours, the shop's and the carriers'.
#[derive(Debug, Clone, Default)]
pub struct Codebook {
    carriers: Carriers,
    patterns: Vec<ShopPattern>,
}

impl Codebook {
    /// A codebook of these carriers, with a shop's own patterns; the first pattern that fits counts.
    #[must_use]
    pub const fn new(carriers: Carriers, patterns: Vec<ShopPattern>) -> Codebook {
        Codebook { carriers, patterns }
    }

    /// The carriers.
    #[must_use]
    pub const fn carriers(&self) -> &Carriers {
        &self.carriers
    }

    /// Says what a scanned text means. Never fails.
    ///
    /// The text may still begin with its AIM identifier.
    #[must_use]
    pub fn read(&self, text: &str, aim: Option<Aim>) -> Reading {
        let (aim, text) = match aim {
            Some(aim) => (Some(aim), text),
            None => Aim::split(text),
        };
        let (meaning, others) = self.meanings(text, aim);
        Reading { scanned: text.into(), aim, meaning, others }
    }

    fn meanings(&self, text: &str, aim: Option<Aim>) -> (Meaning, Vec<Meaning>) {
        let trimmed = text.trim_matches(|c: char| c.is_ascii_whitespace() || c.is_ascii_control());
        if let Some(why) = unusable(trimmed) {
            return alone(unknown(why, text));
        }
        let fits = |pattern: &ShopPattern| named(pattern.kind(), pattern.id(trimmed)?, trimmed).ok();
        if let Some(meaning) = self.patterns.iter().find_map(fits) {
            return alone(meaning);
        }
        let own = own::read(trimmed);
        if let Some(own @ (Own::Id(..) | Own::Named(..) | Own::LayoutTest)) = own {
            return alone(meaning_of(own, trimmed));
        }
        if let Some(web) = Web::new(trimmed) {
            return alone(web_meaning(web));
        }
        if let Some(fields) = routing::transport_fields(trimmed) {
            return self.transport(fields);
        }
        let is_gs1 = aim.is_some_and(Aim::is_gs1) || trimmed.starts_with('(') || gs1::has_separator(trimmed);
        if is_gs1 && let Ok(elements) = gs1::read(trimmed) {
            return self.elements(trimmed, &elements);
        }
        let (meaning, others) = self.plain(trimmed, aim);
        match (meaning, own) {
            (Meaning::Unknown(_), Some(Own::Misread(kind))) => alone(Meaning::Misread { kind }),
            (Meaning::Unknown(reason), _) if is_gs1 && *reason.why() == Why::NoFormat => {
                alone(unknown(Why::NotGs1, trimmed))
            }
            (meaning, _) => (meaning, others),
        }
    }

    /// A text that no prefix and no identifier explains: every reading is weighed.
    fn plain(&self, text: &str, aim: Option<Aim>) -> (Meaning, Vec<Meaning>) {
        let (mut numbers, mut product) = (None, None);
        let mut reason = Why::NoFormat;
        match self.carriers.find(text) {
            Found::Numbers { evidence, numbers: found } => numbers = Some((evidence, Meaning::Tracking(found))),
            Found::WrongCheck(carriers) => reason = Why::CheckDigit(carriers),
            Found::Nothing => {}
        }
        if let Some((_, meaning)) = numbers.take_if(|_| !is_weighed(text)) {
            return alone(meaning);
        }
        let text = without_spaces(text);
        let text = text.as_ref();
        let length = i32::try_from(text.len()).unwrap_or(i32::MAX);
        let postcode = Routing::postcode(text, false)
            .map(|routing| (3 * CERTAIN + (length - 3) * ANY_DIGIT, Meaning::Routing(routing)));
        let prefix = if length == 20 { 2 * (CERTAIN - ANY_DIGIT) } else { 0 };
        let sscc =
            Routing::sscc(text).map(|routing| (length * ANY_DIGIT + prefix + CHECKED, Meaning::Routing(routing)));
        match Gtin::new(text) {
            // Shops scan parcels far more often than the wares of others, unless the symbol is a product's.
            Ok(gtin) => product = Some((if is_product(aim) { i32::MAX } else { 0 }, Meaning::Product(gtin))),
            Err(GtinError::CheckDigit) if is_product(aim) || reason == Why::NoFormat => reason = Why::ProductCheckDigit,
            Err(_) => {}
        }
        let mut readings = [numbers, postcode, sscc, product];
        readings.sort_by_key(|reading| std::cmp::Reverse(reading.as_ref().map(|(evidence, _)| *evidence)));
        let mut meanings = readings.into_iter().flatten().map(|(_, meaning)| meaning);
        match meanings.next() {
            Some(best) => (best, meanings.collect()),
            None if GS1_KEYS.iter().any(|ai| text.starts_with(ai)) => match gs1::read(text) {
                Ok(elements) => self.elements(text, &elements),
                Err(_) => alone(unknown(reason, text)),
            },
            None => alone(unknown(reason, text)),
        }
    }

    /// A GS1 element string: the product, the parcel's number or where it goes.
    fn elements(&self, text: &str, elements: &[Element<'_>]) -> (Meaning, Vec<Meaning>) {
        let value = |ais: &[&str]| elements.iter().find(|e| ais.contains(&e.ai)).map(|e| e.value);
        let gtin = value(&["01", "02"]).or_else(|| value(&["8006", "8026"])?.get(..14)).map(Gtin::new);
        if let Some(Ok(gtin)) = gtin {
            return alone(Meaning::Product(gtin));
        }
        let joined: String = elements.iter().flat_map(|element| [element.ai, element.value]).collect();
        let (numbers, reason) = match self.carriers.find(&joined) {
            Found::Numbers { evidence, mut numbers } => {
                numbers.iter_mut().for_each(|number| number.scanned = text.into());
                (Some((evidence, Meaning::Tracking(numbers))), Why::Gs1Other)
            }
            Found::WrongCheck(carriers) => (None, Why::CheckDigit(carriers)),
            Found::Nothing => (None, Why::Gs1Other),
        };
        let sscc = value(&["00"]).and_then(Routing::sscc);
        let postcode = match elements {
            [Element { ai: "420" | "421", .. }] => Routing::postcode(&joined, true),
            _ => None,
        };
        let length = i32::try_from(joined.len()).unwrap_or(i32::MAX);
        let weight =
            if sscc.is_some() { 2 * CERTAIN + 18 * ANY_DIGIT + CHECKED } else { 3 * CERTAIN + length * ANY_DIGIT };
        let routing = sscc.or(postcode).map(Meaning::Routing);
        match (routing, numbers) {
            (Some(routing), Some((evidence, numbers))) if evidence > weight => (numbers, vec![routing]),
            (Some(routing), numbers) => (routing, numbers.into_iter().map(|(_, numbers)| numbers).collect()),
            (None, Some((_, numbers))) => alone(numbers),
            (None, None) => alone(unknown(reason, text)),
        }
    }

    /// A carrier's own sorting data: whose, and the tracking numbers of that carrier among its fields.
    fn transport<'t>(&self, fields: impl Iterator<Item = &'t str>) -> (Meaning, Vec<Meaning>) {
        let fields: Vec<&str> = fields.collect();
        let carrier = fields.iter().find_map(|field| self.carriers.by_scac(field)).cloned();
        let mut numbers = Vec::new();
        for field in &fields {
            // ISO/IEC 15418: up to three digits and a letter may say what the field is.
            let value = field.trim_start_matches(|c: char| c.is_ascii_digit());
            let value = value.strip_prefix(|c: char| c.is_ascii_uppercase()).unwrap_or(field);
            for text in [*field, value] {
                if let Found::Numbers { numbers: found, .. } = self.carriers.find(text) {
                    let is_new = |number: &Tracking| {
                        Some(&number.carrier) == carrier.as_ref()
                            && number.check != Passed::Shape
                            && !numbers.iter().any(|known: &Tracking| known.key == number.key)
                    };
                    let mut found: Vec<_> = found.into_iter().filter(|number| is_new(number)).collect();
                    numbers.append(&mut found);
                }
            }
        }
        let others = if numbers.is_empty() { Vec::new() } else { vec![Meaning::Tracking(numbers)] };
        (Meaning::Routing(Routing::Transport { carrier }), others)
    }
}

fn alone(meaning: Meaning) -> (Meaning, Vec<Meaning>) {
    (meaning, Vec::new())
}

fn unknown(why: Why, text: &str) -> Meaning {
    Meaning::Unknown(Reason::new(why, text))
}

/// Why a text is not looked at.
fn unusable(text: &str) -> Option<Why> {
    if text.is_empty() {
        return Some(Why::Empty);
    }
    if text.len() > TEXT_MAX {
        return Some(Why::TooLong);
    }
    // Ordinary scans are ASCII: only others are searched.
    let is_broken = !text.is_ascii() && text.contains(char::REPLACEMENT_CHARACTER);
    is_broken.then_some(Why::NotText)
}

/// Whether a text can also be something else than a tracking number: where a parcel goes, a logistic unit or
/// a product.
fn is_weighed(text: &str) -> bool {
    text.starts_with('4') || text.bytes().all(|byte| byte.is_ascii_digit() || byte.is_ascii_whitespace())
}

/// People type numbers in groups.
fn without_spaces(text: &str) -> Cow<'_, str> {
    if text.bytes().any(|byte| byte.is_ascii_whitespace()) {
        Cow::Owned(text.split_ascii_whitespace().collect())
    } else {
        Cow::Borrowed(text)
    }
}

/// Whether the symbol is one that only products carry: EAN and UPC, and ITF-14 with a check digit.
fn is_product(aim: Option<Aim>) -> bool {
    matches!(aim, Some(Aim { symbology: 'E', .. } | Aim { symbology: 'I', modifier: '1' }))
}

fn web_meaning(web: Web) -> Meaning {
    let key = web.gs1_key().and_then(|(ai, value)| match ai {
        "00" => Routing::sscc(value).map(Meaning::Routing),
        "8006" => Gtin::new(value.get(..14)?).ok().map(Meaning::Product),
        _ => Gtin::new(value).ok().map(Meaning::Product),
    });
    key.unwrap_or(Meaning::Web(web))
}

/// What one of our own codes means.
fn meaning_of(own: Own, text: &str) -> Meaning {
    match own {
        Own::Id(kind, printed) => named(kind, printed.as_str(), text),
        Own::Named(kind, name) => named(kind, &name, text),
        Own::LayoutTest => Ok(Meaning::LayoutTest),
        Own::Misread(kind) => Ok(Meaning::Misread { kind }),
    }
    .unwrap_or_else(|_| unknown(Why::NoFormat, text))
}

/// What `name` means as an identifier of this kind.
fn named(kind: Kind, name: &str, text: &str) -> Result<Meaning, IdError> {
    Ok(match kind {
        Kind::Job => Meaning::Job(JobId::new(name)?),
        Kind::Order => Meaning::Order(OrderId::new(name)?),
        Kind::Package => Meaning::Package(PackageId::new(name)?),
        Kind::Batch => Meaning::Batch(BatchId::new(name)?),
        Kind::Badge => Meaning::Badge(OperatorId::new(name)?),
        Kind::Pairing => Meaning::Pairing(StationId::new(name)?),
        Kind::Bin => Meaning::Bin(name.to_owned()),
        Kind::LayoutTest => Meaning::LayoutTest,
        Kind::Command => match Command::of_printed(name) {
            Some(command) => Meaning::Command(command),
            None => unknown(Why::NewerCommand, text),
        },
    })
}

#[cfg(test)]
mod tests;
