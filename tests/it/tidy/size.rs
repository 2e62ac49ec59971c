//! What fits the eye: files and functions have a longest length, and every file says what it is for.

use super::Finding;
use super::source::Source;

/// Lines of a file, its tests not counted: what a reader still holds as one thing.
const FILE_LINES: usize = 400;
/// Lines of a function, from `fn` to its closing brace: one screen.
const FUNCTION_LINES: usize = 70;
/// A file this short is the skeleton of one: there is nothing to say yet.
const SKELETON_LINES: usize = 1;

/// Finds what is too long, and files that do not open with what they are for.
pub fn check(source: &Source, findings: &mut Vec<Finding>) {
    let mut report = |line, rule, what: String, advice: &str| {
        findings.push(Finding { path: source.path.clone(), line, rule, what, advice: advice.into() });
    };
    let lines = source.tests_from.map_or(source.text.lines().count(), |tests| tests - 1);
    if lines > FILE_LINES && !source.is_test {
        let what = format!("{lines} lines without its tests, {FILE_LINES} are allowed");
        report(FILE_LINES + 1, "file length", what, "Split it where a second thing begins");
    }
    for function in &source.functions {
        let lines = function.last - function.first + 1;
        if lines > FUNCTION_LINES {
            let what = format!("`{}` has {lines} lines, {FUNCTION_LINES} are allowed", function.name);
            report(function.first, "function length", what, "Name its steps as functions of their own");
        }
    }
    let opening = source.text.lines().find(|line| !line.trim().is_empty()).unwrap_or_default();
    let says = opening.strip_prefix("//!").is_some_and(|rest| !rest.trim().is_empty());
    if !says && source.text.lines().count() > SKELETON_LINES {
        let what = "the file does not open with a `//!` comment".into();
        report(1, "opening comment", what, "Say in its first line what the module is for");
    }
}
