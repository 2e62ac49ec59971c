//! The templates that ship with the program. A file of the same name in the shop's folder takes the place of one.

use super::template::{Template, TemplateError};

macro_rules! templates {
    ($($name:literal)*) => {
        const TEXTS: &[(&str, &str)] = &[$(($name, include_str!(concat!("templates/", $name, ".label"))),)*];
        /// Their names.
        pub const NAMES: &[&str] = &[$($name),*];
    };
}

templates! {
    "job-ticket" "package" "badge" "commands" "pairing" "test"
}

/// The text of a built-in template.
#[must_use]
pub fn text(name: &str) -> Option<&'static str> {
    TEXTS.iter().find(|(known, _)| *known == name).map(|(_, text)| *text)
}

/// A built-in template, read.
///
/// # Errors
/// There is none of that name. (That they can all be read is tested.)
pub fn template(name: &str) -> Result<Template, TemplateError> {
    let missing = || TemplateError {
        name: name.to_owned(),
        line: 1,
        column: 1,
        what: format!("there is no such label; there are {}", NAMES.join(", ")),
    };
    Template::parse(name, text(name).ok_or_else(missing)?)
}
