//! Which room may name which: the arrows of the design, and nothing else.

use super::Finding;
use super::source::Source;

/// Every room with the rooms that it may name, `ids` aside: that one is free for all.
const ROOMS: &[(&str, &[&str])] = &[
    ("ids", &[]),
    ("code", &[]),
    ("floor", &["code"]),
    ("scan", &["code"]),
    ("label", &["code"]),
    ("words", &["floor", "code"]),
    ("catalog", &["scan", "label", "code"]),
    ("config", &["floor", "code", "scan", "label", "catalog"]),
    ("ledger", &["floor", "code"]),
    ("station", &["floor", "code", "scan", "label", "ledger", "words"]),
    ("uplink", &["ledger", "station"]),
    ("device", &["scan", "label", "catalog", "station"]),
    ("hub", &["floor", "code", "ledger", "words"]),
    ("notify", &["hub"]),
    ("web", &["floor", "code", "label", "words", "ledger", "station", "hub"]),
    ("service", EVERY_INNER_ROOM),
    // The command line starts the service, so it alone may name it.
    ("cli", &["service"]),
];

/// What the outermost rooms may name.
const EVERY_INNER_ROOM: &[&str] = &[
    "code", "floor", "scan", "label", "words", "catalog", "config", "ledger", "station", "uplink", "device", "hub",
    "notify", "web",
];

/// A test in any room may name it: the built-in device files are the best test data there is.
const FREE_IN_TESTS: &str = "catalog";

/// Finds the arrows of one file that the design does not have.
pub fn check(source: &Source, findings: &mut Vec<Finding>) {
    if source.room.is_empty() {
        return;
    }
    let mut report = |line, what: String, advice: String| {
        findings.push(Finding { path: source.path.clone(), line, rule: "arrow", what, advice });
    };
    if !ROOMS.iter().any(|(room, _)| *room == source.room) {
        let what = format!("`{}` is not a room of the design", source.room);
        report(
            1,
            what,
            "Put the file into a room, or add the room to the design and to tests/it/tidy/arrows.rs".into(),
        );
        return;
    }
    for named in &source.paths {
        let Some(target) = Source::resolve(named) else { continue };
        let Some(room) = target.first() else {
            if named.is_import {
                report(named.line, "this imports the crate's root".into(), "Import from the room that you need".into());
            }
            continue;
        };
        let is_room = ROOMS.iter().any(|(name, _)| name == room);
        if !is_room {
            let what = format!("`crate::{room}` is not a room");
            report(named.line, what, "Name the item through the room that it lives in".into());
        } else if !may_name(&source.room, room, named.is_test) {
            let what = format!("`{}` names `{}`", source.room, target.join("::"));
            report(named.line, what, advice(&source.room));
        }
    }
}

fn may_name(from: &str, to: &str, is_test: bool) -> bool {
    from == to || to == "ids" || (is_test && to == FREE_IN_TESTS) || allowed(from).any(|room| room == to)
}

fn allowed(from: &str) -> impl Iterator<Item = &'static str> {
    let rooms = ROOMS.iter().find(|(room, _)| *room == from).map_or(&[] as &[_], |(_, rooms)| rooms);
    let inner = if from == "cli" { EVERY_INNER_ROOM } else { &[] };
    rooms.iter().chain(inner).copied()
}

fn advice(from: &str) -> String {
    let rooms: Vec<&str> = std::iter::once("ids").chain(allowed(from)).collect();
    format!(
        "`{from}` may name only {}: pass the value in, or move the code to the room that needs both",
        rooms.join(", ")
    )
}
