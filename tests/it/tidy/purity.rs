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
    "escpos::driver::ConsoleDriver",
    "escpos::driver::FileDriver",
    "escpos::driver::NetworkDriver",
];

/// Crates that are a clock, chance, I/O, async or a log as a whole.
const FORBIDDEN_CRATES: &[&str] = &[
    "axum",
    "etcetera",
    "evdev",
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
    for named in source.paths.iter().filter(|named| is_forbidden(&named.parts)) {
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
    let parts: Vec<&str> = parts.iter().map(String::as_str).collect();
    // `use std::*`, `use std as s`, `use std::time::*`: nobody could tell what is used after that.
    let hides = matches!(parts[..], ["std"] | ["std", "*"] | ["std", "time" | "io", "*"]);
    let reaches_out = FORBIDDEN.iter().any(|path| {
        let path: Vec<&str> = path.split("::").collect();
        parts.starts_with(&path)
    });
    let is_crate = FORBIDDEN_CRATES.contains(&parts[0]);
    let asks = match parts[..] {
        [.., of, call] => FORBIDDEN_CALLS.contains(&call) && of.starts_with(char::is_uppercase),
        _ => false,
    };
    hides || reaches_out || is_crate || asks
}
