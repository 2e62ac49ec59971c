//! The pages of labels: a template being edited, and what is printed for an order.

use maud::{DOCTYPE, Markup, html};

use super::assets;
use super::page::encoded;
use super::preview::Printed;
use crate::floor::event::LabelOf;
use crate::label::template::TEMPLATE_BYTES_MAX;
use crate::words::{self, Language};

/// Resolutions that are offered.
const DPI: [u32; 2] = [203, 300];

/// A template's text beside its picture.
pub(super) fn editor(names: &[&str], chosen: &str, text: &str, order: &str, language: Language) -> Markup {
    let texts = language.preview();
    let body = html! {
        header { h1 { (texts.title) } (search(order, language)) }
        main #editor {
            section {
                form #choose method="get" action="/labels" {
                    input type="hidden" name="lang" value=(language.code());
                    label { (texts.template) " "
                        select name="template" {
                            @for name in names { option selected[*name == chosen] { (name) } }
                        }
                    }
                    label { "dpi "
                        select #dpi { @for dpi in DPI { option { (dpi) } } }
                    }
                    label { (texts.order) " " input #order name="order" value=(order) maxlength="64"; }
                    button { (texts.open) }
                }
                textarea #text spellcheck="false" maxlength=(TEMPLATE_BYTES_MAX) aria-label=(texts.template) {
                    // A browser leaves the first line end out.
                    "\n" (text)
                }
                p .hint { (texts.hint) }
            }
            section {
                p #said role="status" {}
                canvas #picture aria-label=(texts.picture) {}
            }
            noscript { p { (texts.no_script) } }
        }
    };
    shell(texts.title, language, &body)
}

/// What is printed for the orders that were found.
pub(super) fn of_order(asked: &str, found: &[Printed], language: Language) -> Markup {
    let texts = language.preview();
    let body = html! {
        header { h1 { (texts.title) } (search(asked, language)) }
        main {
            @if found.is_empty() { p { (texts.no_order) } }
            @for printed in found {
                section {
                    h2 { (printed.number) }
                    ul .sheets {
                        @for (what, pages) in &printed.labels {
                            @if *pages == 0 { li { p { (name(what, language)) } p { (texts.gone) } } }
                            @for page in 1..=*pages {
                                li {
                                    p { (name(what, language)) @if *pages > 1 { " " (page) "/" (pages) } }
                                    img loading="lazy" alt=(name(what, language)) src=(address(printed, what, page));
                                }
                            }
                        }
                    }
                }
            }
        }
    };
    shell(texts.title, language, &body)
}

/// There is no such template.
pub(super) fn missing(language: Language) -> Markup {
    let body =
        html! { main { h1 { (language.labels().no_such_page) } a href="/labels" { (language.preview().title) } } };
    shell(language.preview().title, language, &body)
}

fn search(order: &str, language: Language) -> Markup {
    let texts = language.preview();
    html! {
        form method="get" action="/labels/order" role="search" {
            input type="hidden" name="lang" value=(language.code());
            input name="order" value=(order) maxlength="64" placeholder=(texts.find) aria-label=(texts.find);
            button { (texts.show) }
        }
        a href={ "/labels?lang=" (language.code()) } { (texts.templates) }
    }
}

fn name(what: &LabelOf, language: Language) -> String {
    match what {
        LabelOf::Ticket(job) => format!("{} {job}", language.preview().ticket),
        LabelOf::Package(package) => format!("{} {package}", language.preview().package),
        LabelOf::Shipping(package) => {
            format!("{} {package}", words::purpose(crate::floor::document::Purpose::Shipping, language))
        }
        LabelOf::Document { package, purpose, .. } => format!("{} {package}", words::purpose(*purpose, language)),
    }
}

fn address(printed: &Printed, what: &LabelOf, page: u16) -> String {
    // It is made of identifiers and fixed words, which always have a JSON form.
    let what = serde_json::to_string(what).unwrap_or_default();
    format!("/labels/picture.png?order={}&what={}&page={page}", encoded(printed.order.as_str()), encoded(&what))
}

fn asset(name: &str) -> String {
    format!("/labels{}", assets::address(name))
}

fn shell(title: &str, language: Language, body: &Markup) -> Markup {
    html! {
        (DOCTYPE)
        html lang=(language.code()) {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light";
                title { (title) }
                link rel="icon" href=(asset("icon.svg"));
                link rel="stylesheet" href=(asset("labels.css"));
                script src=(asset("labels.js")) defer {}
            }
            body { (body) }
        }
    }
}
