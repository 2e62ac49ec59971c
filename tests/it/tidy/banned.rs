//! Words that may not stand in `src/`: stubs, silenced warnings, `unsafe`, and names that mean nothing.

use super::Finding;
use super::source::Source;

/// The only file that may use `unsafe`: thread priorities have no safe interface.
const UNSAFE_FILE: &str = "src/device/priority.rs";

const STUBS: &[&str] = &["todo", "unimplemented", "dbg"];
/// Lints that say that code is not used.
const UNUSED: &[&str] = &["dead_code", "unused", "warnings"];
/// Module names that say nothing about what is inside.
const EMPTY_NAMES: &[&str] =
    &["common", "helper", "helpers", "manager", "managers", "misc", "util", "utils", "utilities"];
const NOTES: &[&str] = &["TODO", "FIXME"];

/// Finds the banned words of one file.
pub fn check(source: &Source, findings: &mut Vec<Finding>) {
    let mut report = |line, rule, what: String, advice: String| {
        findings.push(Finding { path: source.path.clone(), line, rule, what, advice });
    };
    for word in source.macros.iter().filter(|word| STUBS.contains(&word.text.as_str())) {
        report(word.line, "stub", format!("`{}!` is left over", word.text), "Finish it, or take it out".into());
    }
    for (at, text) in source.text.lines().enumerate() {
        let comment = text.split_once("//").map_or("", |(_, comment)| comment);
        if let Some(note) = NOTES.iter().find(|note| comment.split(|c: char| !c.is_alphanumeric()).any(|w| w == **note))
        {
            report(at + 1, "stub", format!("a comment says {note}"), "Do it, or file an issue".into());
        }
    }
    for attribute in &source.attributes {
        if let Some(lint) = UNUSED.iter().find(|lint| silences(&attribute.text, lint)) {
            report(attribute.line, "dead code", format!("`{lint}` is silenced"), "Delete what nobody uses".into());
        }
        if attribute.text.starts_with("path=") {
            let advice = "Give the file the name of its module".into();
            report(attribute.line, "module name", "a module is read from another path".into(), advice);
        }
    }
    if source.path != UNSAFE_FILE {
        for word in source.idents.iter().filter(|word| word.text == "unsafe") {
            let advice = format!("Find a crate with a safe interface; only {UNSAFE_FILE} may use it");
            report(word.line, "unsafe", "`unsafe` is used".into(), advice);
        }
    }
    let inline = source.modules.iter().filter_map(|module| Some((module.path.last()?, module.line)));
    for (name, line) in source.module.iter().map(|part| (part, 1)).chain(inline) {
        if EMPTY_NAMES.contains(&name.as_str()) {
            let what = format!("`{name}` says nothing about what is inside");
            report(line, "module name", what, "Name it after the thing that it holds".into());
        }
    }
}

/// Whether the attribute (without spaces) allows or expects the lint.
fn silences(attribute: &str, lint: &str) -> bool {
    let list = ["allow(", "expect("].iter().find_map(|word| attribute.split_once(word));
    list.is_some_and(|(before, list)| {
        let is_whole_word = before.is_empty() || before.ends_with([',', '(']);
        let list = list.split(')').next().unwrap_or_default();
        is_whole_word && list.split(',').any(|name| name == lint)
    })
}
