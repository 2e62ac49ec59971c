//! The live part of a kiosk page: one picture of a bench, drawn whole each time.
//!
//! The script swaps it in and reads a few marks: `data-mark` names an answer, so that its sound is made once;
//! `data-left` says for how many milliseconds the verdict is still the present one; `data-open` marks a red that
//! sounds until it is seen; `data-touch` is what a button sends.

use maud::{Markup, PreEscaped, html};

use super::page;
use crate::code::command::Command;
use crate::floor::bench::{Contact, Expect, Question};
use crate::floor::moment::{Moment, SECOND};
use crate::floor::verdict::{Say, Signal};
use crate::ids::{LabelId, ScannerId};
use crate::station::touch::Touch;
use crate::station::view::{PackageView, Piece, Shown, View};
use crate::words::{self, Clock, Labels, Language};

/// How long a verdict is shown as the present one, in microseconds; afterwards the page shows that it is ready.
pub const PRESENT: i64 = 60 * SECOND;
/// A verdict of more characters than this is set smaller, so that it fits a small screen.
const LONG: usize = 110;
/// How many tickets one touch prints.
const PRINT_NEXT: [u32; 3] = [1, 5, 20];

/// The clock of this machine, in its zone.
pub(super) fn clock() -> Clock {
    let now = jiff::Zoned::now();
    let zone = i16::try_from(now.offset().seconds() / 60).unwrap_or_default();
    Clock { now: Moment::of(now.timestamp()), zone }
}

/// The whole live part.
pub(super) fn draw(view: &View, clock: Clock, language: Language) -> Markup {
    let labels = language.labels();
    let is_list = matches!(view.expect, Expect::Ticket) || !view.waiting.is_empty();
    html! {
        (top(view, clock, language))
        (troubles(view, language))
        (stage(view, clock, language))
        (next(view, language))
        div .side {
            @for scanner in &view.offers { (offer(view, scanner, language)) }
            @if let Some(package) = &view.package { (package_card(package, labels)) }
            @if let Some(label) = view.drawn {
                (drawn(label, labels))
            } @else if let Some((shown, piece)) = view.recent.first().and_then(|s| Some((s, s.piece.as_ref()?))) {
                (piece_card(shown, piece, labels))
            }
            @if is_list { (waiting(&view.waiting, clock, language)) }
            (recent(&view.recent, language))
        }
    }
}

fn top(view: &View, clock: Clock, language: Language) -> Markup {
    let is_away = matches!(view.contact, Contact::AwaySince(_));
    html! {
        header .top {
            h1 { (view.station) }
            p .stages { (page::stages(view, language)) }
            @if let Some(operator) = &view.operator { p .who { (language.labels().signed_on) ": " b { (operator) } } }
            p .contact .away[is_away] { (words::contact(&view.contact, view.unsent, clock, language)) }
        }
    }
}

fn troubles(view: &View, language: Language) -> Markup {
    html! {
        @if !view.trouble.is_empty() {
            ul .trouble {
                @for trouble in &view.trouble { li { (symbol(Signal::Attention)) (words::trouble(trouble, language)) } }
            }
        }
    }
}

/// The last verdict, large; what stands there once it is no more the present one; and a red that is still open.
fn stage(view: &View, clock: Clock, language: Language) -> Markup {
    let labels = language.labels();
    let open = view.open.as_ref();
    let last = view.recent.first();
    let is_red = open.is_some_and(|red| last.is_some_and(|last| mark(red) == mark(last)));
    let left = last.map_or(0, |last| (PRESENT - clock.now.since(last.wall.time)).clamp(0, PRESENT) / 1000);
    html! {
        div .stage data-left=(left) data-open=[open.map(mark)] data-red[is_red] data-old[left == 0] {
            @if let Some(red) = open.filter(|_| !is_red) {
                p .still role="alert" {
                    (symbol(Signal::Stop))
                    b { (labels.still_open) ": " }
                    (words::said(&red.verdict.say, language).happened)
                }
            }
            section .ready {
                (ready())
                p .word { (labels.ready) }
                @if view.question.is_none() { p .happened { (words::expect(&view.expect, language)) } }
            }
            @if let Some(last) = last { (verdict(last, language)) }
        }
    }
}

fn verdict(shown: &Shown, language: Language) -> Markup {
    let said = words::said(&shown.verdict.say, language);
    let signal = shown.verdict.signal;
    let is_long = said.happened.chars().count() + said.next.chars().count() > LONG;
    html! {
        section .verdict .(class(signal)) .long[is_long] {
            (symbol(signal))
            p .word { (words::signal_word(signal, language)) }
            p .happened { (said.happened) }
            p .then { (said.next) }
            time { (words::second(shown.wall.time, shown.wall.zone)) }
        }
    }
}

/// What is expected or asked, and the button for an open red.
fn next(view: &View, language: Language) -> Markup {
    let labels = language.labels();
    let seen = view.open.as_ref().map(|red| {
        html! { button .seen data-touch=(json(&Touch::Seen)) data-seen=(mark(red)) { (labels.ok) } }
    });
    html! {
        @match &view.question {
            Some(question) => {
                section .question role="alert" {
                    p { (asked(question, language)) }
                    @if let Some(seen) = seen { (seen) }
                    button .yes data-touch=(json(&Touch::Yes { label: question.label })) { (labels.yes) }
                    button .no data-touch=(json(&Touch::No { label: question.label })) { (labels.no) }
                }
            }
            None => {
                section .expect {
                    h2 { (labels.next) }
                    p { (words::expect(&view.expect, language)) }
                    @if let Expect::Sure { .. } = view.expect {
                        @let touch = |command| json(&Touch::Command { command });
                        button .yes data-touch=(touch(Command::Yes)) { (labels.yes) }
                        button .no data-touch=(touch(Command::No)) { (labels.no) }
                    }
                    @if let Some(seen) = seen { (seen) }
                }
            }
        }
    }
}

fn asked(question: &Question, language: Language) -> String {
    let say = Say::DidItPrint { number: question.number.clone(), printer: question.printer.clone() };
    words::said(&say, language).happened
}

fn drawn(label: LabelId, labels: &Labels) -> Markup {
    html! {
        figure .drawn {
            figcaption { (labels.drawn) }
            button .enlarge { img src={ "/label/" (label) ".png" } alt=(labels.enlarge); }
        }
    }
}

/// A scanner that belongs to no bench yet.
fn offer(view: &View, scanner: &ScannerId, language: Language) -> Markup {
    let labels = language.labels();
    let free = Touch::Free { scanner: scanner.clone() };
    html! {
        section .offer role="status" {
            h2 { (words::offer(scanner, language)) }
            img src={ "/station/" (page::encoded(view.station.as_str())) "/pairing.png" } alt=(labels.pair_how);
            button data-touch=(json(&free)) { (labels.no_scanner) }
        }
    }
}

fn package_card(package: &PackageView, labels: &Labels) -> Markup {
    html! {
        section .package .closed[package.closed] {
            h2 { (labels.package) " " (package.number) @if package.sample { " " (mark_of(labels.sample, "sample")) } }
            p { b { (package.n) " " (labels.of) " " (package.of) } @if package.closed { " · " (labels.complete) } }
            progress max=(package.of.max(1)) value=(package.n) { (package.n) "/" (package.of) }
        }
    }
}

fn piece_card(shown: &Shown, piece: &Piece, labels: &Labels) -> Markup {
    html! {
        section .piece {
            @if let Some(picture) = piece.picture { img src={ "/picture/" (picture) } alt=(labels.picture); }
            h2 {
                (piece.number) " "
                @if piece.rush { (mark_of(labels.rush, "rush")) " " }
                @if piece.sample { (mark_of(labels.sample, "sample")) }
            }
            p .place {
                (labels.piece) " " (piece.n) " " (labels.of) " " (piece.of)
                time { (words::second(shown.wall.time, shown.wall.zone)) }
            }
            p .product { (piece.product) }
            p .traits {
                @if !piece.size.is_empty() { span { small { (labels.size) } " " b { (piece.size) } } }
                @if !piece.colour.is_empty() { span { small { (labels.colour) } " " b { (piece.colour) } } }
                @if !piece.places.is_empty() { span { small { (labels.places) } " " b { (piece.places.join(", ")) } } }
            }
            @if !piece.note.is_empty() { p .note { b { (labels.note) ": " } (piece.note) } }
        }
    }
}

fn waiting(pieces: &[Piece], clock: Clock, language: Language) -> Markup {
    let labels = language.labels();
    html! {
        section .waiting {
            h2 { (labels.waiting) }
            @if pieces.is_empty() {
                p { (labels.all_ticketed) }
            } @else {
                div .prints {
                    @for n in PRINT_NEXT {
                        button data-touch=(json(&Touch::PrintNext { n })) { (labels.print_next) " " (n) }
                    }
                }
                ul tabindex="0" aria-label=(labels.waiting) {
                    @for piece in pieces { li { (waiting_piece(piece, clock, language)) } }
                }
            }
        }
    }
}

fn waiting_piece(piece: &Piece, clock: Clock, language: Language) -> Markup {
    let labels = language.labels();
    let touch = Touch::Ticket { job: piece.job.clone() };
    html! {
        button data-touch=(json(&touch)) {
            b { (piece.number) }
            @if piece.of > 1 { " " (piece.n) "/" (piece.of) }
            " " (piece.product) " " (piece.size) " " (piece.colour) " "
            @if piece.rush { (mark_of(labels.rush, "rush")) " " }
            @if piece.sample { (mark_of(labels.sample, "sample")) " " }
            @if let Some(by) = piece.ship_by { small { (labels.ship_by) " " (words::minute(by, clock, language)) } }
        }
    }
}

fn recent(recent: &[Shown], language: Language) -> Markup {
    let labels = language.labels();
    html! {
        section .recent {
            h2 { (labels.last_scans) }
            @if recent.is_empty() { p { (labels.no_scans) } }
            ol {
                @for shown in recent {
                    @let is_rush = shown.piece.as_ref().is_some_and(|piece| piece.rush);
                    @let is_quiet = matches!(shown.verdict.say, Say::Already { .. });
                    li .(class(shown.verdict.signal)) data-mark=(mark(shown)) data-rush[is_rush] data-quiet[is_quiet] {
                        (symbol(shown.verdict.signal))
                        time { (words::second(shown.wall.time, shown.wall.zone)) }
                        span { (words::said(&shown.verdict.say, language).happened) }
                    }
                }
            }
        }
    }
}

/// Names an answer among those of its bench.
fn mark(shown: &Shown) -> String {
    match shown.entry {
        Some(entry) => entry.to_string(),
        None => shown.wall.time.0.to_string(),
    }
}

fn mark_of(text: &str, class: &str) -> Markup {
    html! { span .mark .(class) { (text) } }
}

pub(super) fn json(touch: &Touch) -> String {
    serde_json::to_string(touch).unwrap_or_default()
}

const fn class(signal: Signal) -> &'static str {
    match signal {
        Signal::Go => "go",
        Signal::Attention => "attention",
        Signal::Stop => "stop",
    }
}

/// A tick in a circle, a triangle with an exclamation mark, an octagon with a cross: three outlines that can not
/// be taken for one another.
fn symbol(signal: Signal) -> Markup {
    let (outline, stroke) = match signal {
        Signal::Go => ("M50 4a46 46 0 1 0 .01 0z", "M28 52l16 17 29-37"),
        Signal::Attention => ("M50 6L97 92H3z", "M50 36v28M50 77v1"),
        Signal::Stop => ("M31 4h38l27 27v38L69 96H31L4 69V31z", "M32 32l36 36M68 32L32 68"),
    };
    drawing(outline, stroke)
}

/// A barcode between four corners.
fn ready() -> Markup {
    drawing("", "M6 28V8h20M74 8h20v20M94 72v20H74M26 92H6V72M26 30v40M38 30v40M50 30v40M62 30v40M74 30v40")
}

fn drawing(outline: &str, stroke: &str) -> Markup {
    html! {
        svg viewBox="0 0 100 100" aria-hidden="true" focusable="false" {
            (PreEscaped(format!(r#"<path class="outline" d="{outline}"/><path class="stroke" d="{stroke}"/>"#)))
        }
    }
}
