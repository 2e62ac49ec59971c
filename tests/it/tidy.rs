//! The house rules as a test: reads the source text of `src/` and fails on what the rules forbid.
//!
//! [`source`] turns a file into facts (which paths it names, which functions it has); each other module
//! is one group of rules over those facts; `planted` breaks every rule once and shows that it is caught.

mod arrows;
mod banned;
mod planted;
mod purity;
mod size;
mod source;
mod tracked;

use std::fmt;
use std::path::PathBuf;

use source::Source;

/// One broken rule: where, which, and what to do about it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Finding {
    path: String,
    /// Counted from 1, as editors do.
    line: usize,
    rule: &'static str,
    what: String,
    advice: String,
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {}: {}. {}.", self.path, self.line, self.rule, self.what, self.advice)
    }
}

/// Every broken rule in these files, given as (path from the repository's root, text).
fn check(files: &[(String, String)]) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut sources = Vec::new();
    for (path, text) in files.iter().filter(|(path, _)| path.starts_with("src/") && path.ends_with(".rs")) {
        match Source::read(path, text) {
            Ok(source) => sources.push(source),
            Err(finding) => findings.push(finding),
        }
    }
    source::mark_test_files(&mut sources);
    for source in &sources {
        arrows::check(source, &mut findings);
        purity::check(source, &mut findings);
        size::check(source, &mut findings);
        banned::check(source, &mut findings);
    }
    for (path, text) in files {
        tracked::check(path, text, &mut findings);
    }
    findings.sort();
    findings
}

/// Where the repository is: asked when the test runs, so that a built test can be pointed at another tree.
fn root() -> PathBuf {
    std::env::var_os("CARGO_MANIFEST_DIR").map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")), PathBuf::from)
}

#[test]
fn the_source_keeps_the_house_rules() {
    let files = tracked::files(&root());
    assert!(files.iter().any(|(path, _)| path == "src/lib.rs"), "no src/lib.rs under {}", root().display());
    let findings = check(&files);
    let listing: Vec<String> = findings.iter().map(Finding::to_string).collect();
    assert!(findings.is_empty(), "{} broken house rules:\n{}\n", findings.len(), listing.join("\n"));
}
