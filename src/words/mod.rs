//! Everything that a person reads at a bench, by language: what happened, whether the scan is safe, what to do.
//!
//! A sentence names the thing and the next step. Operators never read a word of the program's own trade; a test
//! keeps such words out. Each language is one file with the same functions, so a missing sentence does not compile.

mod commands;
mod english;
mod fault;
mod labels;
mod preview;
mod printing;
mod scanner;
mod spanish;
#[cfg(test)]
mod tests;

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::floor::bench::{Contact, Expect, Trouble};
use crate::floor::moment::Moment;
use crate::floor::verdict::{Say, Signal};
use crate::ids::StageId;

pub use commands::command;
pub use fault::{Fault, fault};
pub use labels::Labels;
pub use preview::{Preview, purpose};
pub use scanner::offer;

/// Longest foreign text (a scanned code, a reason) inside a sentence, in characters: two lines on a small screen.
pub const QUOTED_MAX: usize = 48;

/// A language that the bench speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Language {
    /// English.
    #[default]
    En,
    /// Spanish as shops in Mexico and the United States speak it.
    Es,
}

/// A text that names no language of ours.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no language that stationd speaks; there are `en` and `es`")]
pub struct NoSuchLanguage(String);

/// One answer: what happened, and what to do next.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Said {
    /// What happened, and to what.
    pub happened: String,
    /// What to do now; where it is in doubt, whether the scan is safe.
    pub next: String,
}

/// The clock by which a screen writes times.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Clock {
    /// The present moment.
    pub now: Moment,
    /// Offset of the zone from UTC, in minutes, east positive.
    pub zone: i16,
}

impl Language {
    /// Every language, in the order in which they are offered.
    pub const ALL: [Language; 2] = [Language::En, Language::Es];

    /// The two letters that name it, as in a page's `lang`.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Language::En => "en",
            Language::Es => "es",
        }
    }

    /// The short fixed texts of the screen.
    #[must_use]
    pub const fn labels(self) -> &'static Labels {
        match self {
            Language::En => &labels::ENGLISH,
            Language::Es => &labels::SPANISH,
        }
    }
}

impl FromStr for Language {
    type Err = NoSuchLanguage;
    fn from_str(text: &str) -> Result<Self, NoSuchLanguage> {
        Language::ALL.into_iter().find(|l| l.code() == text).ok_or_else(|| NoSuchLanguage(quoted(text)))
    }
}

impl fmt::Display for Said {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.happened, self.next)
    }
}

/// The answer to one input, in its two parts.
#[must_use]
pub fn said(say: &Say, language: Language) -> Said {
    if let Say::Print(say) = say {
        return printing::said(say, language);
    }
    match language {
        Language::En => english::said(say),
        Language::Es => spanish::said(say),
    }
}

/// The answer to one input, as one text.
#[must_use]
pub fn say(say: &Say, language: Language) -> String {
    said(say, language).to_string()
}

/// What the bench waits for.
#[must_use]
pub fn expect(expect: &Expect, language: Language) -> String {
    match language {
        Language::En => english::expect(expect),
        Language::Es => spanish::expect(expect),
    }
}

/// What is wrong with the equipment, and what to do about it.
#[must_use]
pub fn trouble(trouble: &Trouble, language: Language) -> String {
    match language {
        Language::En => english::trouble(trouble),
        Language::Es => spanish::trouble(trouble),
    }
}

/// Whether the rest of the shop is heard, and where the `unsent` scans are.
#[must_use]
pub fn contact(contact: &Contact, unsent: u64, clock: Clock, language: Language) -> String {
    match language {
        Language::En => english::contact(contact, unsent, clock),
        Language::Es => spanish::contact(contact, unsent, clock),
    }
}

/// The one word beside the colour.
#[must_use]
pub const fn signal_word(signal: Signal, language: Language) -> &'static str {
    match (language, signal) {
        (Language::En, Signal::Go) => "OK",
        (Language::En, Signal::Attention) => "LOOK",
        (Language::En, Signal::Stop) => "STOP",
        (Language::Es, Signal::Go) => "BIEN",
        (Language::Es, Signal::Attention) => "OJO",
        (Language::Es, Signal::Stop) => "ALTO",
    }
}

/// A stage as people call it; a stage of the shop's own is called by its own name.
#[must_use]
pub fn stage_name(stage: &StageId, language: Language) -> String {
    let name = match (language, stage.as_str()) {
        (Language::En, "preproduction") => "Pre-production",
        (Language::En, "print") => "Print",
        (Language::En, "qc") => "QC",
        (Language::En, "pack") => "Pack",
        (Language::En, "dispatch") => "Dispatch",
        (Language::Es, "preproduction") => "Preproducción",
        (Language::Es, "print") => "Impresión",
        (Language::Es, "qc") => "Calidad",
        (Language::Es, "pack") => "Empaque",
        (Language::Es, "dispatch") => "Salida",
        (_, own) => own,
    };
    name.to_owned()
}

/// A carrier as people call it; one that is not here is called by its code.
fn carrier_name(code: &str) -> String {
    match code {
        "ups" | "usps" | "dhl" | "dpd" | "gls" => code.to_uppercase(),
        "fedex" => "FedEx".to_owned(),
        "canada_post" => "Canada Post".to_owned(),
        "ontrac" => "OnTrac".to_owned(),
        other => quoted(&other.replace('_', " ")),
    }
}

/// A moment to the second, such as `14:02:59`, in the zone that is `zone` minutes east of UTC.
#[must_use]
pub fn second(moment: Moment, zone: i16) -> String {
    civil(moment, zone).strftime("%H:%M:%S").to_string()
}

/// A moment to the minute: `14:02` today, `Nov 21 14:02` on another day.
#[must_use]
pub fn minute(moment: Moment, clock: Clock, language: Language) -> String {
    const MONTHS_ES: [&str; 12] = ["ene", "feb", "mar", "abr", "may", "jun", "jul", "ago", "sep", "oct", "nov", "dic"];
    let then = civil(moment, clock.zone);
    let hour = then.strftime("%H:%M");
    if then.date() == civil(clock.now, clock.zone).date() {
        return hour.to_string();
    }
    match language {
        Language::En => then.strftime("%b %-d %H:%M").to_string(),
        Language::Es => {
            let month = usize::try_from(then.month() - 1).ok().and_then(|index| MONTHS_ES.get(index)).unwrap_or(&"");
            format!("{} {month} {hour}", then.day())
        }
    }
}

fn civil(moment: Moment, zone: i16) -> jiff::civil::DateTime {
    let offset = jiff::tz::Offset::from_seconds(i32::from(zone) * 60).unwrap_or(jiff::tz::Offset::UTC);
    offset.to_datetime(moment.timestamp())
}

/// A text from outside as a sentence may hold it: no control characters, at most [`QUOTED_MAX`] characters.
fn quoted(text: &str) -> String {
    let clean: String = text.chars().take(QUOTED_MAX).map(|c| if c.is_control() { '\u{FFFD}' } else { c }).collect();
    if text.chars().nth(QUOTED_MAX).is_some() { clean + "…" } else { clean }
}

/// The reason that somebody gave, as the end of a sentence: `: out of stock.`, or only the full stop.
fn because(reason: &str) -> String {
    let reason = quoted(reason.trim().trim_end_matches('.'));
    if reason.is_empty() { ".".to_owned() } else { format!(": {reason}.") }
}

/// `A, B and C`, with the word for `and` or `or`.
fn listed(names: &[String], joint: &str) -> String {
    match names {
        [] => String::new(),
        [one] => quoted(one),
        [first @ .., last] => {
            let first: Vec<String> = first.iter().map(|n| quoted(n)).collect();
            format!("{} {joint} {}", first.join(", "), quoted(last))
        }
    }
}

fn said_as(happened: impl Into<String>, next: impl Into<String>) -> Said {
    Said { happened: happened.into(), next: next.into() }
}
