//! Whole pages: the front page, a station's page around its live part, and the page that is not there.

use std::sync::Arc;

use maud::{DOCTYPE, Markup, html};

use super::{assets, panel};
use crate::code::command::Command;
use crate::floor::decide::{DISPATCH, PACK, is_taken};
use crate::station::touch::Touch;
use crate::station::view::View;
use crate::words::{self, Clock, Language};

/// A station's page: its live part as of now, and what stays while that is swapped.
pub(super) fn station(view: &View, clock: Clock, language: Language) -> Markup {
    let labels = language.labels();
    let body = html! {
        main #live data-station=(view.station) data-build=(assets::build()) data-not-taken=(labels.not_taken) {
            (panel::draw(view, clock, language))
        }
        section #lost role="alert" hidden {
            p .word { (labels.lost) }
            p .happened { (labels.lost_next) }
        }
        form #code autocomplete="off" {
            button #sound type="button" data-off=(labels.sound_off) data-on=(labels.sound_on) { (labels.sound_off) }
            button type="button" data-touch=r#"{"touch":"undo"}"# { (labels.undo) }
            button #more type="button" { (labels.commands) }
            label for="typed" .unseen { (labels.code) }
            input #typed name="code" maxlength="512" placeholder=(labels.type_code) autocapitalize="characters"
                spellcheck="false" autofocus;
            button { (labels.enter) }
            a href={ "/?lang=" (language.code()) } .home aria-label=(labels.back) { "☰" }
        }
        section #pairing hidden {
            p { b { (labels.pair_how) } }
            img data-src={ "/station/" (encoded(view.station.as_str())) "/pairing.png" } alt=(labels.pair_how);
            p { b { (labels.layout_how) } }
            img data-src="/layout-test.png" alt=(labels.layout_how);
            button type="button" data-show="pairing" { (labels.close) }
        }
        (commands(view, language))
        p #spoken .unseen aria-live="assertive" {}
        noscript { p .noscript { (labels.no_script) } }
    };
    shell(view.station.as_str(), "kiosk", language, &body)
}

/// Every command that this bench may need, to be touched: a printed sheet is not always at hand.
fn commands(view: &View, language: Language) -> Markup {
    let labels = language.labels();
    let packs = view.stages.iter().any(|stage| [PACK, DISPATCH].contains(&stage.as_str()));
    let fits = |command: &Command| is_on_screen(*command) && (packs || !command.is_about_a_package());
    html! {
        dialog #commands aria-label=(labels.commands) {
            div {
                @for command in Command::all().filter(fits) {
                    button type="button" data-touch=(panel::json(&Touch::Command { command })) {
                        (words::command(command, language))
                    }
                }
            }
            button type="button" data-show="pairing" { (labels.pair) }
            button #less type="button" { (labels.back_to_scanning) }
        }
    }
}

/// Whether a command has no button of its own on the page, and does something at a bench.
fn is_on_screen(command: Command) -> bool {
    let elsewhere = matches!(
        command,
        Command::Yes | Command::No | Command::Ok | Command::Undo | Command::PrintNext(_) | Command::Quantity(_)
    );
    !elsewhere && is_taken(command)
}

/// The list of stations, and how to begin.
pub(super) fn front(views: &[Arc<View>], language: Language) -> Markup {
    let labels = language.labels();
    // Whoever has orders needs no made-up ones: the first step is behind them.
    let has_orders = views.iter().any(|view| !view.waiting.is_empty() || !view.recent.is_empty());
    let body = html! {
        main {
            h1 { "stationd" }
            section {
                h2 { (labels.first_steps) }
                ol .steps { @for step in labels.steps.iter().skip(usize::from(has_orders)) { li { (step) } } }
            }
            section {
                h2 { (labels.stations) }
                ul .stations {
                    @for view in views {
                        li {
                            a href={ "/station/" (encoded(view.station.as_str())) "?lang=" (language.code()) } {
                                b { (view.station) } " " span { (stages(view, language)) }
                            }
                        }
                    }
                }
            }
            nav {
                @for other in Language::ALL {
                    @let is_this = other == language;
                    a href={ "/?lang=" (other.code()) } lang=(other.code()) aria-current=[is_this.then_some("true")] {
                        (other.labels().language)
                    }
                }
            }
        }
    };
    shell("stationd", "front", language, &body)
}

/// There is no such page.
pub(super) fn missing(language: Language) -> Markup {
    let labels = language.labels();
    let body = html! { main { h1 { (labels.no_such_page) } ul .stations { li { a href="/" { (labels.back) } } } } };
    shell("stationd", "front", language, &body)
}

/// The stages of a bench, as people call them.
pub(super) fn stages(view: &View, language: Language) -> String {
    let names: Vec<String> = view.stages.iter().map(|stage| words::stage_name(stage, language)).collect();
    names.join(" · ")
}

fn shell(title: &str, class: &str, language: Language, body: &Markup) -> Markup {
    html! {
        (DOCTYPE)
        html lang=(language.code()) {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                title { (title) }
                link rel="icon" href=(assets::address("icon.svg"));
                link rel="stylesheet" href=(assets::address("kiosk.css"));
                @if class == "kiosk" { script src=(assets::address("kiosk.js")) defer {} }
            }
            body .(class) { (body) }
        }
    }
}

/// A name as a part of an address.
pub(super) fn encoded(name: &str) -> String {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
    name.bytes()
        .map(|byte| if is_plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") })
        .collect()
}
