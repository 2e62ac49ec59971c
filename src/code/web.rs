//! Web addresses: what a phone would open, such as the code in an artwork, and GS1 Digital Links among them.
//!
//! Source of the links: GS1 Digital Link Standard: URI Syntax. Application identifiers and values alternate
//! in the path, the key first.

use serde::{Deserialize, Serialize};

/// A web address.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Web(String);

impl Web {
    /// Recognises a web address by how it begins.
    #[must_use]
    pub fn new(text: &str) -> Option<Web> {
        let begins = |with: &str| text.get(..with.len()).is_some_and(|start| start.eq_ignore_ascii_case(with));
        let found = ["http://", "https://", "www."].into_iter().find(|start| begins(start))?;
        let is_more = text.len() > found.len() && !text.contains(char::is_whitespace);
        is_more.then(|| Web(text.to_owned()))
    }

    /// The address as it was read.
    #[must_use]
    pub fn address(&self) -> &str {
        &self.0
    }

    /// The GS1 key in the path and its value, if the address is a Digital Link of a product or logistic unit.
    #[must_use]
    pub fn gs1_key(&self) -> Option<(&str, &str)> {
        let path = self.0.split(['?', '#']).next()?;
        let path = path.split_once("://").map_or(path, |(_, path)| path);
        let mut segments = path.split('/').skip(1).peekable();
        while let Some(segment) = segments.next() {
            if let ("00" | "01" | "8006", Some(value)) = (segment, segments.peek())
                && value.len() >= 8
                && value.bytes().all(|byte| byte.is_ascii_digit())
            {
                return Some((segment, value));
            }
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &str) {
        let said = Web::new(text).map(|web| web.gs1_key().map(|(ai, value)| format!("({ai}){value}")));
        let said = said.map_or_else(|| "none".to_owned(), |key| key.unwrap_or_else(|| "web".to_owned()));
        assert_eq!(said, expected, "{text}");
    }

    #[test]
    fn a_web_address_is_known_by_its_beginning() {
        check("https://example.com/designs/7", "web");
        check("HTTP://EXAMPLE.COM", "web");
        check("www.example.com", "web");
        check("https://", "none");
        check("https://example.com/a b", "none");
        check("example.com", "none");
        check("httpé", "none");
    }

    #[test]
    fn a_digital_link_names_its_key() {
        check("https://id.gs1.org/01/09506000134352/10/ABC?17=271231", "(01)09506000134352");
        check("https://example.com/some/path/00/340123450000000000#x", "(00)340123450000000000");
        check("https://example.com/01/index", "web");
        check("https://example.com/2001/12345678", "web");
        check("https://example.com?x=/01/09506000134352", "web");
    }
}
