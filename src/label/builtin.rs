//! The templates that ship with the program, and a shop's own in their place.

use std::collections::BTreeMap;

use super::template::{Template, TemplateError};

macro_rules! templates {
    ($($name:literal)*) => {
        const TEXTS: &[(&str, &str)] = &[$(($name, include_str!(concat!("templates/", $name, ".label"))),)*];
        /// Their names.
        pub const NAMES: &[&str] = &[$($name),*];
    };
}

templates! {
    "badge" "batch" "bin" "commands" "job-ticket" "package" "pairing" "test"
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

/// Every template of a shop, by name.
#[derive(Debug, Clone)]
pub struct Templates(BTreeMap<String, (String, Template)>);

impl Templates {
    /// The built-in templates, each replaced by the shop's own (name and text) of the same name.
    ///
    /// # Errors
    /// The first that is refused, with line and column.
    pub fn new<'a>(own: impl IntoIterator<Item = (&'a str, &'a str)>) -> Result<Self, TemplateError> {
        let texts: BTreeMap<&str, &str> = TEXTS.iter().copied().chain(own).collect();
        let read = texts
            .into_iter()
            .map(|(name, text)| Ok((name.to_owned(), (text.to_owned(), Template::parse(name, text)?))));
        Ok(Self(read.collect::<Result<_, TemplateError>>()?))
    }

    /// The template of that name.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Template> {
        self.0.get(name).map(|(_, template)| template)
    }

    /// The text of the template of that name.
    #[must_use]
    pub fn text(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(|(text, _)| text.as_str())
    }

    /// All names, in order.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_built_in_template_is_read_and_fits() {
        for name in NAMES {
            template(name).unwrap_or_else(|error| panic!("{error}"));
        }
        assert!(template("nothing").unwrap_err().to_string().starts_with("nothing:1:1: there is no such label"));
    }

    #[test]
    fn a_shops_own_template_takes_the_place_of_the_built_in_one() {
        let own = Templates::new([("bin", "size 50 x 30\ntext 2 2 40 8 \"{bin.name}\"\n"), ("mine", "size 20 x 20\n")])
            .unwrap();
        assert_eq!(own.get("bin").unwrap().size_mm(), (50.0, 30.0));
        assert_eq!(own.names().count(), NAMES.len() + 1);
        let error = Templates::new([("bin", "size 50 x 30\ntext 2 2 40 8 \"{bin.nam}\"\n")]).unwrap_err();
        assert_eq!(error.to_string(), r#"bin:2:16: there is no field "bin.nam"; did you mean "bin.name"?"#);
    }
}
