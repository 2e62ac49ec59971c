//! A shop's own barcodes: a regular expression for each kind of code.

use regex::{Regex, RegexBuilder};
use serde::Deserialize;

use super::command::Command;
use super::own::{self, Kind};

/// Most memory that one compiled pattern may take, in bytes: enough for long alternatives, not for a mistake.
const COMPILED_MAX: usize = 1 << 20;

/// How many of our own codes of each kind a pattern is tried on.
const TRIED: u64 = 64;

/// A barcode that the shop printed before it had stationd, or that another system prints.
///
/// In a configuration file: `kind` (`job`, `order`, `package`, `batch` or `badge`) and `pattern`, a regular
/// expression for the whole text, whose group `id` is the identifier: `ORD-(?<id>[0-9]{6})`.
#[derive(Debug, Clone, Deserialize)]
#[serde(try_from = "Written")]
pub struct ShopPattern {
    kind: Kind,
    pattern: String,
    regex: Regex,
}

/// As it stands in a configuration file.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    kind: Kind,
    pattern: String,
}

/// What is wrong with a pattern.
#[derive(Debug, thiserror::Error)]
pub enum PatternError {
    /// Commands, pairing codes, bins and layout tests are ours alone.
    #[error("a pattern is for a job, order, package, batch or badge, not for a {}", .0.name())]
    Kind(Kind),
    /// Not a regular expression, or one that needs too much memory.
    #[error("the pattern is not usable")]
    Regex(#[from] regex::Error),
    /// The identifier is not marked.
    #[error("the pattern has no group `id`: write (?<id>...) around the identifier")]
    NoId,
    /// Every empty scan would match.
    #[error("the pattern also matches no text at all")]
    Empty,
    /// Our own codes would not be read any more.
    #[error("the pattern also matches our own code {0}: make it narrower")]
    Swallows(String),
}

impl ShopPattern {
    /// Checks a pattern and makes it ready.
    ///
    /// # Errors
    /// See [`PatternError`].
    pub fn new(kind: Kind, pattern: &str) -> Result<ShopPattern, PatternError> {
        if !matches!(kind, Kind::Job | Kind::Order | Kind::Package | Kind::Batch | Kind::Badge) {
            return Err(PatternError::Kind(kind));
        }
        let regex = RegexBuilder::new(&format!("^(?:{pattern})$")).size_limit(COMPILED_MAX).build()?;
        if !regex.capture_names().flatten().any(|name| name == "id") {
            return Err(PatternError::NoId);
        }
        if regex.is_match("") {
            return Err(PatternError::Empty);
        }
        let commands = Command::all().map(Command::code);
        let kinds = [Kind::Job, Kind::Order, Kind::Package, Kind::Batch, Kind::Badge];
        let made = kinds.into_iter().flat_map(|kind| (0..TRIED).map(move |n| own::make(kind, n)));
        match commands.chain(made).find(|code| regex.is_match(code)) {
            Some(code) => Err(PatternError::Swallows(code)),
            None => Ok(ShopPattern { kind, pattern: pattern.to_owned(), regex }),
        }
    }

    /// What its codes name.
    #[must_use]
    pub const fn kind(&self) -> Kind {
        self.kind
    }

    /// The identifier in `text`, if the pattern fits the whole of it.
    #[must_use]
    pub fn id<'t>(&self, text: &'t str) -> Option<&'t str> {
        self.regex.captures(text)?.name("id").map(|found| found.as_str()).filter(|id| !id.is_empty())
    }
}

impl PartialEq for ShopPattern {
    fn eq(&self, other: &ShopPattern) -> bool {
        (self.kind, &self.pattern) == (other.kind, &other.pattern)
    }
}

impl TryFrom<Written> for ShopPattern {
    type Error = String;
    fn try_from(written: Written) -> Result<ShopPattern, String> {
        ShopPattern::new(written.kind, &written.pattern).map_err(|error| match std::error::Error::source(&error) {
            Some(cause) => format!("{error}: {cause}"),
            None => error.to_string(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(written: &str, expected: &str) {
        let said = match toml::from_str::<ShopPattern>(written) {
            Ok(pattern) => format!("{} {:?}", pattern.kind().name(), pattern.id("ORD-000123")),
            Err(error) => error.message().lines().next_back().unwrap_or_default().to_owned(),
        };
        assert_eq!(said, expected, "{written}");
    }

    #[test]
    fn a_pattern_fits_the_whole_text_and_marks_the_identifier() {
        check("kind = 'order'\npattern = 'ORD-(?<id>[0-9]{6})'", "order Some(\"000123\")");
        check("kind = 'order'\npattern = 'ORD-(?<id>[0-9]{5})'", "order None");
        check("kind = 'job'\npattern = '(?<id>ORD)|(?<id2>X)'", "job None");
    }

    #[test]
    fn a_pattern_that_can_not_work_is_refused_with_the_reason() {
        check(
            "kind = 'order'\npattern = 'ORD-[0-9]{6}'",
            "the pattern has no group `id`: write (?<id>...) around the identifier",
        );
        check("kind = 'order'\npattern = '(?<id>.*)'", "the pattern also matches no text at all");
        check(
            "kind = 'command'\npattern = '(?<id>X)'",
            "a pattern is for a job, order, package, batch or badge, not for a command",
        );
        check(
            "kind = 'job'\npattern = '(?<id>.+)'",
            "the pattern also matches our own code CVND00009: make it narrower",
        );
        check("kind = 'job'\npattern = '(?<id>'", "error: unclosed group");
        check("kind = 'job'\npattern = '(?<id>X)'\nname = 'x'", "unknown field `name`, expected `kind` or `pattern`");
    }
}
