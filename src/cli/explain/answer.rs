//! What `stationd explain` says about one code, for programs and for people.

use std::fmt;

use serde::Serialize;

use crate::code::aim::Aim;
use crate::code::codebook::TEXT_MAX;
use crate::code::gs1;
use crate::code::routing::Routing;
use crate::code::{Codebook, Fact, Meaning, Passed, Reading, Tracking, Why};

/// Longest beginning of a code that is too long, in characters.
const SHOWN_MAX: usize = 80;

/// One line of JSON.
#[derive(Debug, Serialize)]
pub struct Answer<'a> {
    code: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    aim: Option<String>,
    kind: &'static str,
    /// The identifier, tracking key, product number, postcode, …
    value: Option<String>,
    /// The carrier's code.
    carrier: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    format: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    printed: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    service: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    country: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    operator: Option<String>,
    /// What kind of routing code it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    routing: Option<&'static str>,
    /// What a misread code would have named.
    #[serde(skip_serializing_if = "Option::is_none")]
    misread: Option<&'static str>,
    /// The carriers whose number it would be with another check digit.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    looks_like: Vec<&'a str>,
    /// The elements of GS1 data, as application identifier and value.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    elements: Vec<(&'a str, &'a str)>,
    /// Every tracking number that the code can be, best first.
    candidates: Vec<Candidate<'a>>,
    /// The checks that it passed as `kind`.
    checks: Vec<&'static str>,
    reason: String,
}

#[derive(Debug, Serialize)]
struct Candidate<'a> {
    carrier: &'a str,
    name: &'a str,
    format: &'a str,
    value: &'a str,
    printed: &'a str,
    check: Option<&'static str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    says: Vec<Fact>,
    #[serde(skip_serializing_if = "Option::is_none")]
    page: Option<String>,
}

impl<'a> Answer<'a> {
    /// Explains a reading of `code`.
    pub fn new(codes: &'a Codebook, code: &'a str, reading: &'a Reading) -> Answer<'a> {
        let meaning = &reading.meaning;
        let numbers = [meaning].into_iter().chain(&reading.others).find_map(|meaning| match meaning {
            Meaning::Tracking(numbers) => Some(numbers.as_slice()),
            _ => None,
        });
        let best = match meaning {
            Meaning::Tracking(numbers) => numbers.first(),
            _ => None,
        };
        let facts = best.map_or_else(Vec::new, |number| codes.carriers().facts(number));
        let says =
            |about: &str| facts.iter().find(|fact| fact.about.as_str() == about).map(|fact| fact.says.to_string());
        let looks_like = match meaning {
            Meaning::Unknown(reason) => reason.carriers().iter().map(|carrier| carrier.as_str()).collect(),
            _ => Vec::new(),
        };
        let end = code.char_indices().nth(SHOWN_MAX).filter(|_| code.len() > TEXT_MAX).map_or(code.len(), |(at, _)| at);
        Answer {
            code: code.get(..end).unwrap_or(code),
            aim: reading.aim.map(|aim| aim.to_string()),
            kind: meaning.kind(),
            value: value(meaning),
            carrier: best.map(|n| n.carrier.as_str()).or_else(|| routing_carrier(meaning)),
            format: best.map(|n| n.format.as_str()),
            printed: best.map(|n| n.printed.as_str()),
            service: says("service"),
            country: says("country").or_else(|| routing_country(meaning)),
            operator: says("operator"),
            routing: match meaning {
                Meaning::Routing(routing) => Some(routing.name()),
                _ => None,
            },
            misread: match meaning {
                Meaning::Misread { kind } => Some(kind.name()),
                _ => None,
            },
            looks_like,
            elements: elements(reading),
            candidates: numbers.unwrap_or_default().iter().map(|number| Candidate::new(codes, number)).collect(),
            checks: checks(meaning),
            reason: reason(codes, reading),
        }
    }
}

impl<'a> Candidate<'a> {
    fn new(codes: &'a Codebook, number: &'a Tracking) -> Candidate<'a> {
        let carrier = codes.carriers().get(number.carrier.as_str());
        Candidate {
            carrier: number.carrier.as_str(),
            name: codes.carriers().format_name(number).unwrap_or_default(),
            format: number.format.as_str(),
            value: &number.key,
            printed: &number.printed,
            check: (number.check != Passed::Shape).then(|| number.check.name()),
            says: codes.carriers().facts(number),
            page: carrier.and_then(|c| c.page.as_ref()).map(|page| page.replace("%s", &number.key)),
        }
    }
}

/// The elements of what is GS1 data by its symbol, its separators or its brackets.
fn elements(reading: &Reading) -> Vec<(&str, &str)> {
    let text = reading.scanned.as_str();
    let is_gs1 = reading.aim.is_some_and(Aim::is_gs1) || text.starts_with('(') || gs1::has_separator(text);
    let elements = if is_gs1 { gs1::read(text).unwrap_or_default() } else { Vec::new() };
    elements.iter().map(|element| (element.ai, element.value)).collect()
}

fn value(meaning: &Meaning) -> Option<String> {
    match meaning {
        Meaning::Job(id) => Some(id.to_string()),
        Meaning::Order(id) => Some(id.to_string()),
        Meaning::Package(id) => Some(id.to_string()),
        Meaning::Batch(id) => Some(id.to_string()),
        Meaning::Badge(id) => Some(id.to_string()),
        Meaning::Command(command) => Some(command.name()),
        Meaning::Pairing(station) => Some(station.to_string()),
        Meaning::Bin(name) => Some(name.clone()),
        Meaning::Tracking(numbers) => numbers.first().map(|number| number.key.to_string()),
        Meaning::Routing(Routing::Postcode { postcode, .. }) => Some(postcode.clone()),
        Meaning::Routing(Routing::Sscc(digits)) => Some(digits.clone()),
        Meaning::Product(gtin) => Some(gtin.printed().to_owned()),
        Meaning::Web(web) => Some(web.address().to_owned()),
        Meaning::Routing(Routing::Transport { .. })
        | Meaning::LayoutTest
        | Meaning::Misread { .. }
        | Meaning::Unknown(_) => None,
    }
}

fn routing_carrier(meaning: &Meaning) -> Option<&str> {
    match meaning {
        Meaning::Routing(Routing::Transport { carrier }) => carrier.as_ref().map(|carrier| carrier.as_str()),
        _ => None,
    }
}

fn routing_country(meaning: &Meaning) -> Option<String> {
    match meaning {
        Meaning::Routing(Routing::Postcode { country, .. }) => country.as_ref().map(ToString::to_string),
        _ => None,
    }
}

fn checks(meaning: &Meaning) -> Vec<&'static str> {
    match meaning {
        Meaning::Tracking(numbers) => {
            numbers.first().map(|n| n.check).filter(|check| *check != Passed::Shape).iter().map(|c| c.name()).collect()
        }
        Meaning::Routing(Routing::Sscc(_)) | Meaning::Product(_) => vec!["gs1"],
        Meaning::Command(_) | Meaning::Pairing(_) | Meaning::Bin(_) => vec!["mod_37_36"],
        // A shop's own pattern gives such identifiers too, and checks nothing.
        Meaning::Job(id) => ours(id.as_str()),
        Meaning::Order(id) => ours(id.as_str()),
        Meaning::Package(id) => ours(id.as_str()),
        Meaning::Batch(id) => ours(id.as_str()),
        Meaning::Badge(id) => ours(id.as_str()),
        _ => Vec::new(),
    }
}

fn ours(id: &str) -> Vec<&'static str> {
    match crate::code::own::read(id) {
        Some(crate::code::own::Own::Id(..)) => vec!["mod_37_36"],
        _ => Vec::new(),
    }
}

/// Why the code means what it means, and what to scan instead where it is not the one to scan.
fn reason(codes: &Codebook, reading: &Reading) -> String {
    let ours = |what: &str, id: &str| match ours(id).is_empty() {
        true => format!("one of the shop's own patterns says that it is {what}"),
        false => format!("it begins with the letter of {what} and its check character is right"),
    };
    match &reading.meaning {
        Meaning::Job(id) => ours("a job", id.as_str()),
        Meaning::Order(id) => ours("an order", id.as_str()),
        Meaning::Package(id) => ours("a package", id.as_str()),
        Meaning::Batch(id) => ours("a batch", id.as_str()),
        Meaning::Badge(id) => ours("a badge", id.as_str()),
        Meaning::Command(_) => "it is one of our command codes and its check character is right".to_owned(),
        Meaning::Pairing(_) => "it is the pairing code of a station".to_owned(),
        Meaning::Bin(_) => "it is the code of a bin".to_owned(),
        Meaning::LayoutTest => "it is the layout test: this keyboard layout is right".to_owned(),
        Meaning::Tracking(numbers) => tracking_reason(codes, numbers),
        Meaning::Routing(Routing::Postcode { .. }) => {
            "it says where the parcel goes: scan the barcode with the tracking number".to_owned()
        }
        Meaning::Routing(Routing::Sscc(_)) => {
            "it is the number of a logistic unit (SSCC): scan the barcode with the tracking number".to_owned()
        }
        Meaning::Routing(Routing::Transport { .. }) => {
            "it is the carrier's own sorting data: scan the barcode with the tracking number".to_owned()
        }
        Meaning::Product(_) => "it is a product's own number and its check digit is right: scan the ticket".to_owned(),
        Meaning::Web(_) => "it is a web address, as artwork carries them: scan the ticket".to_owned(),
        Meaning::Misread { kind } => {
            format!("it is the code of a {}, misread: scan again", kind.name().replace('_', " "))
        }
        Meaning::Unknown(reason) => unknown_reason(codes, reason.why()),
    }
}

fn unknown_reason(codes: &Codebook, why: &Why) -> String {
    match why {
        Why::CheckDigit(carriers) => {
            let names = carriers.iter().map(|id| codes.carriers().get(id.as_str()).map_or(id.as_str(), |c| &c.name));
            let names: Vec<&str> = names.collect();
            format!("it looks like a number of {}, but its check digit is wrong: scan again", names.join(" or "))
        }
        why => why.to_string(),
    }
}

fn tracking_reason(codes: &Codebook, numbers: &[Tracking]) -> String {
    let Some((best, others)) = numbers.split_first() else { return String::new() };
    let name = codes.carriers().format_name(best).unwrap_or(best.format.as_str());
    let check = match best.check {
        Passed::Shape => "it has the shape of such a number, which has no check digit".to_owned(),
        check => format!("its check digit ({}) is right", check.name().replace('_', " ")),
    };
    let mut carriers: Vec<&str> =
        others.iter().filter(|n| n.carrier != best.carrier).map(|n| carrier(codes, n)).collect();
    carriers.dedup();
    match carriers.is_empty() {
        true => format!("{name}: {check}"),
        false => format!("{name}: {check}; it may also be of {}: the order's carrier decides", carriers.join(" or ")),
    }
}

fn carrier<'a>(codes: &'a Codebook, number: &'a Tracking) -> &'a str {
    codes.carriers().get(number.carrier.as_str()).map_or(number.carrier.as_str(), |carrier| &carrier.name)
}

/// A short paragraph.
impl fmt::Display for Answer<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let shown: String = self.code.chars().map(|c| if c.is_control() { '␣' } else { c }).collect();
        writeln!(f, "{shown}")?;
        let kind = self.kind.replace('_', " ");
        match (self.printed, &self.value) {
            (Some(printed), _) => writeln!(f, "  {kind}: {printed}")?,
            (None, Some(value)) => writeln!(f, "  {kind}: {value}")?,
            (None, None) => writeln!(f, "  {kind}")?,
        }
        writeln!(f, "  Why: {}.", self.reason)?;
        for candidate in &self.candidates {
            let Candidate { carrier, name, value, .. } = candidate;
            writeln!(f, "  {carrier}: {name}, number {value}")?;
            for Fact { about, says } in &candidate.says {
                writeln!(f, "    {about}: {says}")?;
            }
            if let Some(page) = &candidate.page {
                writeln!(f, "    {page}")?;
            }
        }
        Ok(())
    }
}
