//! `stationd explain` from outside: no configuration, arguments or lines, a reader that stops reading.

use std::io::Write;
use std::process::{Output, Stdio};
use std::time::{Duration, Instant};

use super::shop::home::Home;

/// Lines that are sent through a pipe at once.
const LINES: usize = 200_000;

/// Longest time that a test build may need for them: forty times what it was measured to need.
const PATIENCE: Duration = Duration::from_secs(60);

fn explain(arguments: &[&str], input: &[u8]) -> Output {
    let home = Home::new();
    let mut command = home.stationd(["explain"].iter().chain(arguments));
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().expect("stationd runs");
    let mut stdin = child.stdin.take().expect("a pipe");
    let input = input.to_vec();
    let writer = std::thread::spawn(move || stdin.write_all(&input));
    let output = child.wait_with_output().expect("stationd ends");
    let _ = writer.join();
    output
}

/// The kinds that the JSON lines give.
fn kinds(output: &Output) -> Vec<String> {
    let text = String::from_utf8(output.stdout.clone()).expect("JSON is text");
    let kind = |line: &str| {
        let answer: serde_json::Value = serde_json::from_str(line).expect("a line of JSON");
        answer["kind"].as_str().expect("a kind").to_owned()
    };
    text.lines().map(kind).collect()
}

#[test]
fn codes_are_explained_without_a_configuration() {
    let output = explain(&["--json", "JN7KBS6TF", "]C142098028", "RR112233447JP", "4006381333931"], b"");
    assert!(output.status.success());
    assert_eq!(kinds(&output), ["job", "routing", "tracking", "product"]);
    let output = explain(&["RR112233447JP"], b"");
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(text.contains("operator: Japan Post"), "{text}");
}

#[test]
fn a_pattern_of_the_shop_counts_in_explain() {
    let home = Home::new();
    home.write("config/stationd/stationd.toml", "[[pattern]]\nkind = 'order'\npattern = 'WEB-(?<id>[0-9]{6})'\n");
    let output = home.stationd(["explain", "--json", "WEB-004711"]).output().expect("stationd runs");
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(text.contains(r#""kind":"order","value":"004711""#), "{text}");
}

#[test]
fn many_lines_stream_through_and_none_is_lost() {
    let lines = ["1ZAB12340311223348", "JN7KBS6TF", "42098028", "HELLO", "\u{fffd}"];
    let input: String = lines.iter().cycle().take(LINES).flat_map(|line| [*line, "\n"]).collect();
    let begun = Instant::now();
    let output = explain(&["--json"], input.as_bytes());
    assert!(begun.elapsed() < PATIENCE, "{:?}", begun.elapsed());
    let kinds = kinds(&output);
    assert_eq!(kinds.len(), LINES);
    assert_eq!(kinds[..5], ["tracking", "job", "routing", "unknown", "unknown"]);
}

#[test]
fn a_reader_that_stops_reading_is_no_error() {
    let home = Home::new();
    let mut command = home.stationd(["explain", "--json"]);
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().expect("stationd runs");
    drop(child.stdout.take());
    let mut stdin = child.stdin.take().expect("a pipe");
    let _ = stdin.write_all("HELLO\n".repeat(50_000).as_bytes());
    drop(stdin);
    let output = child.wait_with_output().expect("stationd ends");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}
