//! Each rule broken once on purpose: what is caught, at which line, and what is left alone.

use super::check;

/// An opening for the planted files that are about something else.
const OPENING: &str = "//! What it is for.\n";

/// The findings in one file, as `line rule: what`, lines counted without the opening.
fn caught(path: &str, text: &str) -> Vec<String> {
    caught_in(&[(path, text)])
}

fn caught_in(files: &[(&str, &str)]) -> Vec<String> {
    let files: Vec<_> = files.iter().map(|(path, text)| ((*path).to_owned(), format!("{OPENING}{text}"))).collect();
    let place = |line: usize| line.saturating_sub(1).max(1);
    check(&files).iter().map(|found| format!("{} {}: {}", place(found.line), found.rule, found.what)).collect()
}

const CLEAN: [&str; 0] = [];

#[test]
fn a_message_names_file_line_rule_and_remedy() {
    let files = [("src/scan/mod.rs".to_owned(), "//! Scans.\nuse crate::ledger::Entry;\n".to_owned())];
    assert_eq!(
        check(&files)[0].to_string(),
        "src/scan/mod.rs:2: arrow: `scan` names `ledger::Entry`. `scan` may name only ids, code: pass the value in, \
         or move the code to the room that needs both."
    );
}

#[test]
fn an_arrow_of_the_design_is_left_alone() {
    let text = "\nuse crate::{ids::JobId, code, floor::{event::Event, order}};\nuse std::collections::BTreeMap;\n";
    assert_eq!(caught("src/words/mod.rs", text), CLEAN);
}

#[test]
fn an_arrow_in_a_nested_import_is_caught() {
    let text = "\nuse crate::{\n    ids::JobId,\n    ledger::{entry::{self, Entry}, store as shop},\n};\n";
    let expected = [
        "4 arrow: `scan` names `ledger::entry::Entry`",
        "4 arrow: `scan` names `ledger::entry`",
        "4 arrow: `scan` names `ledger::store`",
    ];
    assert_eq!(caught("src/scan/report.rs", text), expected);
}

#[test]
fn an_arrow_in_an_expression_a_macro_or_an_attribute_is_caught() {
    let text = "
fn f() -> usize { crate::web::count() }
fn g() { assert!(true, \"{}\", crate::hub::name()); }
#[arg(parser = crate::notify::parse)] struct S;
";
    let expected = [
        "2 arrow: `scan` names `web::count`",
        "3 arrow: `scan` names `hub::name`",
        "4 arrow: `scan` names `notify::parse`",
    ];
    assert_eq!(caught("src/scan/mod.rs", text), expected);
}

#[test]
fn an_arrow_through_super_is_caught() {
    assert_eq!(caught("src/floor/mod.rs", "use super::station::View;"), ["1 arrow: `floor` names `station::View`"]);
    let inner = "mod tests { use super::super::super::station::View; use super::super::route; use super::*; }";
    assert_eq!(caught("src/floor/order.rs", inner), ["1 arrow: `floor` names `station::View`"]);
}

#[test]
fn importing_the_root_or_what_is_no_room_is_caught() {
    assert_eq!(caught("src/scan/mod.rs", "use crate as all;"), ["1 arrow: this imports the crate's root"]);
    assert_eq!(caught("src/scan/mod.rs", "use super::*;"), ["1 arrow: `crate::*` is not a room"]);
    assert_eq!(caught("src/scan/mod.rs", "fn f(s: crate::Store) {}"), ["1 arrow: `crate::Store` is not a room"]);
    assert_eq!(caught("src/things/mod.rs", ""), ["1 arrow: `things` is not a room of the design"]);
}

#[test]
fn a_test_may_name_the_catalog_and_nothing_more() {
    let text = "#[cfg(test)]\nmod tests { use crate::catalog::Keyboard; use crate::hub; }";
    assert_eq!(caught("src/scan/mod.rs", text), ["2 arrow: `scan` names `hub`"]);
    assert_eq!(caught("src/scan/mod.rs", "use crate::catalog::K;"), ["1 arrow: `scan` names `catalog::K`"]);
    let own_file = [("src/scan/mod.rs", "#[cfg(test)] mod tests;"), ("src/scan/tests.rs", "use crate::catalog::K;")];
    assert_eq!(caught_in(&own_file), CLEAN);
}

#[test]
fn after_a_test_item_the_rules_are_back() {
    let text = "#[cfg(test)] use crate::catalog::A;\n#[cfg(test)] fn f() {}\nuse crate::catalog::B;";
    assert_eq!(caught("src/scan/mod.rs", text), ["3 arrow: `scan` names `catalog::B`"]);
}

#[test]
fn the_command_line_may_name_all_and_is_named_by_none() {
    assert_eq!(caught("src/cli/run.rs", "use crate::{service, device, web, hub, station};"), CLEAN);
    assert_eq!(caught("src/lib.rs", "pub mod cli; pub use cli::Arguments;"), CLEAN);
    assert_eq!(caught("src/web/mod.rs", "use crate::cli;"), ["1 arrow: `web` names `cli`"]);
    assert_eq!(caught("src/service.rs", "use crate::cli;"), ["1 arrow: `service` names `cli`"]);
}

#[test]
fn paths_in_comments_strings_and_visibilities_name_nobody() {
    let text = "\n// use crate::web;\n/// See [`crate::web`].\npub(in crate::web) const A: &str = \"crate::web::x\";\n";
    assert_eq!(caught("src/scan/mod.rs", text), CLEAN);
}

#[test]
fn a_clock_in_a_pure_room_is_caught() {
    let text = "
use std::time::{Duration, Instant};
fn a(now: Instant) -> Duration { now.elapsed() }
fn b() -> Instant { Instant::now() }
fn c() { let _ = std::time::SystemTime::now(); }
fn d() { let _ = jiff::Timestamp::now(); let _ = Zoned::now(); }
fn e() { let _ = uuid::Uuid::now_v7(); }
";
    let expected = [
        "4 pure: `floor` names `Instant::now`",
        "5 pure: `floor` names `std::time::SystemTime::now`",
        "5 pure: `floor` uses `SystemTime`",
        "6 pure: `floor` names `Zoned::now`",
        "6 pure: `floor` names `jiff::Timestamp::now`",
        "7 pure: `floor` names `uuid::Uuid::now_v7`",
    ];
    assert_eq!(caught("src/floor/mod.rs", text), expected);
}

#[test]
fn input_and_output_in_a_pure_room_are_caught() {
    let text = "
use std::{fs, io::{self, Write}};
use std::net::TcpStream;
fn a() { std::env::var(\"A\"); std::thread::yield_now(); std::process::exit(1) }
fn b() { println!(\"a\"); eprintln!(\"b\"); }
";
    let expected = [
        "2 pure: `code` names `std::fs`",
        "3 pure: `code` names `std::net::TcpStream`",
        "4 pure: `code` names `std::env::var`",
        "4 pure: `code` names `std::process::exit`",
        "4 pure: `code` names `std::thread::yield_now`",
        "5 pure: `code` prints with `eprintln!`",
        "5 pure: `code` prints with `println!`",
    ];
    assert_eq!(caught("src/code/mod.rs", text), expected);
}

#[test]
fn tasks_and_logs_in_a_pure_room_are_caught() {
    let text = "\nuse tracing::info;\nasync fn a() { b().await }\nfn c() { tokio::spawn(d()); }\nuse std::time::*;\n";
    let expected = [
        "2 pure: `label` names `tracing::info`",
        "3 pure: `label` uses `async`",
        "3 pure: `label` uses `await`",
        "4 pure: `label` names `tokio::spawn`",
        "5 pure: `label` names `std::time::*`",
    ];
    assert_eq!(caught("src/label/zpl.rs", text), expected);
}

#[test]
fn other_rooms_may_have_a_clock_and_pure_ones_cursors() {
    assert_eq!(
        caught("src/device/mod.rs", "use std::{fs, thread}; async fn a() { tokio::time::sleep(b).await }"),
        CLEAN
    );
    assert_eq!(
        caught("src/label/mod.rs", "use std::io::{Cursor, Read, Write, Error}; use std::time::Duration;"),
        CLEAN
    );
    assert_eq!(caught("src/floor/mod.rs", "fn a(now: Moment) { now::x(); moment.now(); fs::x(); }"), CLEAN);
}

#[test]
fn the_codes_of_keys_are_data_and_opening_a_device_is_not() {
    let text = "use evdev::{Device, KeyCode, uinput::VirtualDevice};\nuse evdev::*;";
    let expected = [
        "1 pure: `scan` names `evdev::Device`",
        "1 pure: `scan` names `evdev::uinput::VirtualDevice`",
        "2 pure: `scan` names `evdev::*`",
    ];
    assert_eq!(caught("src/scan/keys.rs", text), expected);
}

#[test]
fn a_test_in_a_pure_room_reads_fixtures_and_no_clock() {
    let text = "#[cfg(test)]\nmod tests { use std::{fs, env}; fn f() { fs::read(x); } fn g() { Instant::now(); } }";
    assert_eq!(caught("src/scan/keys.rs", text), ["2 pure: `scan` names `Instant::now`"]);
}

#[test]
fn a_long_file_is_caught_and_its_tests_are_not_counted() {
    let body = "const A: u8 = 1;\n".repeat(400);
    assert_eq!(caught("src/hub/mod.rs", &body), ["400 file length: 401 lines without its tests, 400 are allowed"]);
    let with_tests = format!("{}#[cfg(test)]\nmod tests {{\n{body}}}\n", "const A: u8 = 1;\n".repeat(399));
    assert_eq!(caught("src/hub/mod.rs", &with_tests), CLEAN);
    let not_last = format!("{with_tests}const B: u8 = 2;\n");
    assert_eq!(caught("src/hub/mod.rs", &not_last).len(), 1);
}

#[test]
fn a_long_function_is_caught_wherever_it_stands() {
    let long = format!("fn long() {{{}\n}}", "\nlet a = '{';".repeat(69));
    let expected = ["2 function length: `long` has 71 lines, 70 are allowed"];
    assert_eq!(caught("src/hub/mod.rs", &format!("\n{long}")), expected);
    assert_eq!(caught("src/hub/mod.rs", &format!("\nproptest! {{ {long} }}")), expected);
    let just = format!("fn just() {{{}\n}}", "\nlet a = \"}\";".repeat(68));
    assert_eq!(caught("src/hub/mod.rs", &just), CLEAN);
}

#[test]
fn a_file_without_an_opening_comment_is_caught() {
    let expected = ["1 opening comment: the file does not open with a `//!` comment"];
    let found = |text: &str| {
        let found = check(&[("src/hub/mod.rs".to_owned(), text.to_owned())]);
        found.iter().map(|found| format!("{} {}: {}", found.line, found.rule, found.what)).collect::<Vec<_>>()
    };
    assert_eq!(found("use std::fmt;\nuse std::io;\n"), expected);
    assert_eq!(found("//!\nuse std::fmt;\n"), expected);
    assert_eq!(found("//! What it is for.\nuse std::fmt;\n"), CLEAN);
}

#[test]
fn unsafe_is_caught_outside_its_one_file() {
    let text = "fn a() { unsafe { b() } }";
    assert_eq!(caught("src/device/mod.rs", text), ["1 unsafe: `unsafe` is used"]);
    assert_eq!(caught("src/device/priority.rs", text), CLEAN);
}

#[test]
fn stubs_and_silenced_warnings_are_caught() {
    let text = "
fn a() { todo!() }
fn b() { unimplemented!(\"later\") }
fn c() { std::dbg!(1); }
#[allow(clippy::all, dead_code)] fn d() {}
#[cfg_attr(test, expect(unused))] fn e() {}
// TODO: finish this
const F: &str = \"TODO listo\"; // A comment on todos.
";
    let expected = [
        "2 stub: `todo!` is left over",
        "3 stub: `unimplemented!` is left over",
        "4 stub: `dbg!` is left over",
        "5 dead code: `dead_code` is silenced",
        "6 dead code: `unused` is silenced",
        "7 stub: a comment says TODO",
    ];
    assert_eq!(caught("src/hub/mod.rs", text), expected);
}

#[test]
fn a_module_name_that_says_nothing_is_caught() {
    assert_eq!(caught("src/hub/util.rs", ""), ["1 module name: `util` says nothing about what is inside"]);
    assert_eq!(
        caught("src/hub/mod.rs", "\nmod helpers { }\n#[path = \"x.rs\"] mod board;"),
        [
            "2 module name: `helpers` says nothing about what is inside",
            "3 module name: a module is read from another path",
        ]
    );
}

#[test]
fn machine_paths_and_registry_hosts_are_caught_in_any_file() {
    let path = concat!("cd /wo", "rk/main && ls");
    assert_eq!(caught("docs/a.md", path), [concat!("1 machine path: `/wo", "rk/` is a folder of somebody's machine")]);
    let host = concat!("a\nfetch https:/", "/static.crates", ".io/x");
    assert_eq!(caught("Makefile", host), [concat!("2 registry host: `crates", ".io` is named")]);
    let index = concat!("source = \"registry+https://github.com/rust-lang/crates", ".io-index\"");
    assert_eq!(caught("Cargo.lock", index), CLEAN);
    assert_eq!(caught("docs/a.md", "the scan's /network/root and state/home/x"), CLEAN);
}

#[test]
fn what_is_not_rust_is_said_so() {
    assert_eq!(caught("src/hub/mod.rs", "fn a( {")[0].split(':').next(), Some("1 rust"));
}
