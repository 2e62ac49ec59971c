//! Pure rooms decide and nothing else: no clock, no chance, no I/O, no async, no logging.

use super::Finding;
use super::source::Source;

const PURE: &[&str] = &["ids", "code", "floor", "scan", "label", "words", "catalog"];

/// Paths that begin so reach out of the process, to the clock, or to a task.
const FORBIDDEN: &[&str] = &[
    "std::env",
    "std::fs",
    "std::io::stderr",
    "std::io::stdin",
    "std::io::stdout",
    "std::net",
    "std::os",
    "std::process",
    "std::thread",
    "std::time::SystemTime",
    "std::time::UNIX_EPOCH",
    "std::future",
    // The codes of keys and events are data; what opens a device is not.
    "evdev::Device",
    "evdev::EventStream",
    "evdev::enumerate",
    "evdev::raw_stream",
    "evdev::uinput",
    "escpos::driver::ConsoleDriver",
    "escpos::driver::FileDriver",
    "escpos::driver::NetworkDriver",
];

/// What a test of a pure room may use all the same: it reads fixtures, and where they are.
const FREE_IN_TESTS: &[&str] = &["std::env", "std::fs"];

/// Crates that are a clock, chance, I/O, async or a log as a whole.
const FORBIDDEN_CRATES: &[&str] = &[
    "axum",
    "etcetera",
    "futures_util",
    "getrandom",
    "inotify",
    "libc",
    "log",
    "reqwest",
    "rusb",
    "rusqlite",
    "rustix",
    "rustls",
    "sd_notify",
    "serialport",
    "tokio",
    "tokio_stream",
    "tower_http",
    "tracing",
    "tracing_subscriber",
];

/// Functions that ask the clock or draw lots, whatever their type is called here.
const FORBIDDEN_CALLS: &[&str] = &["now", "now_local", "now_utc", "now_v1", "now_v6", "now_v7", "new_v4"];

const FORBIDDEN_WORDS: &[&str] = &["async", "await", "SystemTime"];
const FORBIDDEN_MACROS: &[&str] = &["print", "println", "eprint", "eprintln"];

const ADVICE: &str = "A pure room takes what it needs as an argument (the time as `now`) and returns what should \
    happen; do it in the room that calls";

/// Finds what a pure room must not do.
pub fn check(source: &Source, findings: &mut Vec<Finding>) {
    if !PURE.contains(&source.room.as_str()) {
        return;
    }
    let mut report = |line, what: String| {
        findings.push(Finding { path: source.path.clone(), line, rule: "pure", what, advice: ADVICE.into() });
    };
    for named in &source.paths {
        let is_fixture = named.is_test && begins_with(FREE_IN_TESTS, &named.parts);
        if is_fixture || !is_forbidden(&named.parts) {
            continue;
        }
        report(named.line, format!("`{}` names `{}`", source.room_name(), named.parts.join("::")));
    }
    for word in source.idents.iter().filter(|word| FORBIDDEN_WORDS.contains(&word.text.as_str())) {
        report(word.line, format!("`{}` uses `{}`", source.room_name(), word.text));
    }
    for word in source.macros.iter().filter(|word| FORBIDDEN_MACROS.contains(&word.text.as_str())) {
        report(word.line, format!("`{}` prints with `{}!`", source.room_name(), word.text));
    }
}

fn is_forbidden(parts: &[String]) -> bool {
    let parts_text: Vec<&str> = parts.iter().map(String::as_str).collect();
    // `use std::*`, `use std as s`, `use std::time::*`: nobody could tell what is used after that.
    let hides = matches!(parts_text[..], ["std" | "evdev"] | ["std" | "evdev", "*"] | ["std", "time" | "io", "*"]);
    let asks = match parts_text[..] {
        [.., of, call] => FORBIDDEN_CALLS.contains(&call) && of.starts_with(char::is_uppercase),
        _ => false,
    };
    hides || asks || begins_with(FORBIDDEN, parts) || FORBIDDEN_CRATES.contains(&parts_text[0])
}

/// Whether one of the paths is the beginning of `parts`, part by part.
fn begins_with(paths: &[&str], parts: &[String]) -> bool {
    paths.iter().any(|path| {
        let path: Vec<&str> = path.split("::").collect();
        parts.len() >= path.len() && path.iter().zip(parts).all(|(wanted, part)| wanted == part)
    })
}
