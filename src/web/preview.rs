//! Labels on the screen: a template's text beside its picture, drawn anew at each change, and what is printed for an
//! order. Nothing is changed here: a text that is found good is put into a file by hand.
//!
//! The same pages are at a kiosk and at the hub; each looks into its own ledger.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::{DefaultBodyLimit, Query, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use rusqlite::Connection;
use serde::Deserialize;
use tokio::sync::Semaphore;
use tower_http::timeout::TimeoutLayer;

use super::{assets, sheets as page};
use crate::floor::event::LabelOf;
use crate::floor::order::Order;
use crate::ids::{AttachmentId, OrderId};
use crate::label::builtin::Templates;
use crate::label::document::Document;
use crate::label::template::TEMPLATE_BYTES_MAX;
use crate::label::{self, Fields, Template};
use crate::ledger::attachment;
use crate::ledger::orders::{self, Kind};
use crate::ledger::store::Store;
use crate::station::fields;
use crate::words::Language;

/// Longest body: the longest template, each of whose bytes may be escaped, and room for the names around it.
pub const BODY_MAX: usize = 2 * TEMPLATE_BYTES_MAX + 1024;
/// Pictures that are drawn at once; more wait. A scan must find a processor free.
const DRAWN_AT_ONCE: usize = 1;
/// Longest wait for a picture.
const ANSWER_WAIT: Duration = Duration::from_secs(10);
/// Resolution of what is printed for an order, in dots of an inch.
const SCREEN_DPI: u32 = 203;
/// Most orders that one search shows.
const ORDERS_MAX: usize = 8;

struct Sheets {
    folder: PathBuf,
    templates: Templates,
    language: Language,
    turns: Semaphore,
}

type Shared = State<Arc<Sheets>>;

/// The addresses below `/labels`, over the ledger in `folder`. Put [`guarded`](super::guard::guarded) around it.
pub fn router(folder: PathBuf, templates: Templates, language: Language) -> Router {
    let sheets = Arc::new(Sheets { folder, templates, language, turns: Semaphore::new(DRAWN_AT_ONCE) });
    Router::new()
        .route("/labels", get(editor))
        .route("/labels/draw", post(draw))
        .route("/labels/order", get(of_order))
        .route("/labels/picture.png", get(picture))
        .route("/labels/assets/{build}/{name}", get(assets::serve))
        .layer(DefaultBodyLimit::max(BODY_MAX))
        .layer(TimeoutLayer::with_status_code(StatusCode::SERVICE_UNAVAILABLE, ANSWER_WAIT))
        .with_state(sheets)
}

/// What a page may choose in its address.
#[derive(Debug, Default, Deserialize)]
struct Choice {
    lang: Option<Language>,
    template: Option<String>,
    #[serde(default)]
    order: String,
}

async fn editor(State(sheets): Shared, Query(choice): Query<Choice>) -> Response {
    let language = choice.lang.unwrap_or(sheets.language);
    let names: Vec<&str> = sheets.templates.names().collect();
    let chosen = choice.template.as_deref().or_else(|| names.first().copied()).unwrap_or_default();
    match sheets.templates.text(chosen) {
        Some(text) => page::editor(&names, chosen, text, &choice.order, language).into_response(),
        None => (StatusCode::NOT_FOUND, page::missing(language)).into_response(),
    }
}

/// A template to be drawn.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Wanted {
    text: String,
    dpi: u32,
    /// Whose fields; empty: examples.
    #[serde(default)]
    order: String,
}

async fn draw(State(sheets): Shared, Json(wanted): Json<Wanted>) -> Response {
    let language = sheets.language;
    sheets.work(move |sheets| sheets.sketch(&wanted, language)).await
}

async fn of_order(State(sheets): Shared, Query(choice): Query<Choice>) -> Response {
    let language = choice.lang.unwrap_or(sheets.language);
    sheets
        .work(move |sheets| Ok(page::of_order(&choice.order, &sheets.found(&choice.order)?, language).into_response()))
        .await
}

/// One picture of what is printed for an order.
#[derive(Debug, Deserialize)]
struct Shown {
    order: OrderId,
    /// A [`LabelOf`], as JSON.
    what: String,
    /// From 1.
    page: u16,
}

async fn picture(State(sheets): Shared, Query(shown): Query<Shown>) -> Response {
    sheets.work(move |sheets| sheets.printed(&shown)).await
}

/// Why something can not be shown.
enum Unseen {
    /// What is wrong with what was asked for, in words.
    Wrong(String),
    /// There is no such thing.
    Nothing,
    /// It is not the asker's fault.
    Failed(Box<dyn std::error::Error + Send + Sync>),
}

impl<E: std::error::Error + Send + Sync + 'static> From<E> for Unseen {
    fn from(error: E) -> Self {
        Unseen::Failed(Box::new(error))
    }
}

impl IntoResponse for Unseen {
    fn into_response(self) -> Response {
        match self {
            Unseen::Wrong(what) => (StatusCode::UNPROCESSABLE_ENTITY, what).into_response(),
            Unseen::Nothing => StatusCode::NOT_FOUND.into_response(),
            Unseen::Failed(error) => {
                tracing::warn!(error = error.as_ref() as &dyn std::error::Error, "a label cannot be shown");
                StatusCode::INTERNAL_SERVER_ERROR.into_response()
            }
        }
    }
}

/// An order, and what is printed for it: each with how many pages it has.
pub(super) struct Printed {
    /// As people say it.
    pub number: String,
    /// Its identifier.
    pub order: OrderId,
    /// In the order in which it is printed.
    pub labels: Vec<(LabelOf, u16)>,
}

impl Sheets {
    /// Does something that takes the disk or a processor, on a thread of its own, one at a time.
    async fn work(
        self: Arc<Self>,
        work: impl FnOnce(&Sheets) -> Result<Response, Unseen> + Send + 'static,
    ) -> Response {
        let sheets = Arc::clone(&self);
        let Ok(_turn) = self.turns.acquire().await else { return Unseen::Nothing.into_response() };
        match tokio::task::spawn_blocking(move || work(&sheets)).await {
            Ok(Ok(response)) => response,
            Ok(Err(unseen)) => unseen.into_response(),
            Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
        }
    }

    fn sketch(&self, wanted: &Wanted, language: Language) -> Result<Response, Unseen> {
        let template =
            Template::parse(language.preview().line, &wanted.text).map_err(|error| Unseen::Wrong(error.to_string()))?;
        let fields = match wanted.order.trim() {
            "" => Fields::example(),
            text => {
                let conn = Store::reader(&self.folder)?;
                let missing = || Unseen::Wrong(language.preview().no_order.to_owned());
                let id = named(&conn, text)?.into_iter().next().ok_or_else(missing)?;
                let order = orders::order(&conn, &id)?.ok_or_else(missing)?;
                fields::of_first(&order, &jiff::tz::TimeZone::system())
            }
        };
        let picture = label::picture(&template, &fields, wanted.dpi).map_err(|error| Unseen::Wrong(chain(&error)))?;
        Ok(png(picture.to_png()))
    }

    fn found(&self, text: &str) -> Result<Vec<Printed>, Unseen> {
        let conn = Store::reader(&self.folder)?;
        let mut found = Vec::new();
        for id in named(&conn, text)?.into_iter().take(ORDERS_MAX) {
            let Some(order) = orders::order(&conn, &id)? else { continue };
            let mut labels = Vec::new();
            for what in all_of(&order) {
                let pages = match order.document_for(&what) {
                    Some(document) if document.pages.is_empty() => pages_of(&conn, document.document)?,
                    Some(document) => u16::try_from(document.pages.len()).unwrap_or(u16::MAX),
                    None => 1,
                };
                labels.push((what, pages));
            }
            found.push(Printed { number: order.spoken(), order: id, labels });
        }
        Ok(found)
    }

    fn printed(&self, shown: &Shown) -> Result<Response, Unseen> {
        let what: LabelOf = serde_json::from_str(&shown.what).map_err(|_| Unseen::Nothing)?;
        let conn = Store::reader(&self.folder)?;
        let order = orders::order(&conn, &shown.order)?.ok_or(Unseen::Nothing)?;
        let name = match (&what, order.document_for(&what)) {
            (_, Some(said)) => {
                let kept = attachment::get(&conn, said.document)?.ok_or(Unseen::Nothing)?;
                let page = if said.pages.is_empty() {
                    Some(shown.page)
                } else {
                    usize::from(shown.page).checked_sub(1).and_then(|i| said.pages.get(i)).copied()
                };
                let document = Document::read(&kept.bytes).map_err(|error| Unseen::Wrong(chain(&error)))?;
                let picture = document.only(&[page.ok_or(Unseen::Nothing)?]).picture(SCREEN_DPI);
                return Ok(png(picture.map_err(|error| Unseen::Wrong(chain(&error)))?.to_png()));
            }
            (LabelOf::Ticket(_), None) => "job-ticket",
            (LabelOf::Package(_), None) => "package",
            (LabelOf::Shipping(_) | LabelOf::Document { .. }, None) => return Err(Unseen::Nothing),
        };
        let template = self.templates.get(name).ok_or(Unseen::Nothing)?;
        let texts = fields::fields(&order, &what, &jiff::tz::TimeZone::system());
        let picture = label::picture(template, &texts, SCREEN_DPI).map_err(|error| Unseen::Wrong(chain(&error)))?;
        Ok(png(picture.to_png()))
    }
}

fn png(bytes: Vec<u8>) -> Response {
    ([(header::CONTENT_TYPE, "image/png")], bytes).into_response()
}

/// An error with its causes, in one line.
fn chain(error: &dyn std::error::Error) -> String {
    let causes = std::iter::successors(error.source(), |cause| cause.source());
    causes.fold(error.to_string(), |all, cause| format!("{all}: {cause}"))
}

/// The orders that a number, with or without `#`, or a code names.
fn named(conn: &Connection, text: &str) -> Result<Vec<OrderId>, Unseen> {
    let text = text.trim();
    let mut found = orders::orders_of(conn, Kind::Number, text.trim_start_matches('#'))?;
    let code = text.to_ascii_uppercase();
    for kind in [Kind::Job, Kind::Package, Kind::Tracking] {
        found.extend(orders::orders_of(conn, kind, &code)?);
    }
    if let Ok(id) = OrderId::new(&code)
        && orders::order(conn, &id)?.is_some()
    {
        found.push(id);
    }
    found.sort();
    found.dedup();
    Ok(found)
}

/// What is printed for an order: a ticket a job, then what each package gets.
fn all_of(order: &Order) -> Vec<LabelOf> {
    let Some(intake) = order.intake.as_deref() else { return Vec::new() };
    let mut all: Vec<LabelOf> = intake.jobs.iter().map(|spec| LabelOf::Ticket(spec.job.clone())).collect();
    for spec in &intake.packages {
        all.push(match spec.document {
            Some(_) => LabelOf::Shipping(spec.package.clone()),
            None => LabelOf::Package(spec.package.clone()),
        });
        all.extend(order.other_documents(&spec.package));
    }
    all
}

/// How many pages a document has; none where it was erased or can not be read.
fn pages_of(conn: &Connection, id: AttachmentId) -> Result<u16, Unseen> {
    let Some(kept) = attachment::get(conn, id)? else { return Ok(0) };
    let pages = Document::read(&kept.bytes).and_then(|document| document.page_count()).unwrap_or(0);
    Ok(u16::try_from(pages).unwrap_or(u16::MAX))
}
