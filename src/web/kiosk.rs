//! The kiosk's addresses: a front page, and per station a page, its live stream, codes and touches.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::{Path, Query, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use serde::{Deserialize, Serialize};
use tokio::sync::watch;
use tower_http::limit::RequestBodyLimitLayer;
use tower_http::timeout::TimeoutLayer;

use super::live::Seats;
use super::{Bench, NotTaken, Pictures, assets, cards, page, panel};
use crate::floor::verdict::{Signal, Verdict};
use crate::ids::{AttachmentId, LabelId, StationId};
use crate::station::touch::Touch;
use crate::station::view::View;
use crate::words::{self, Language};

/// Longest body of a code or a touch, in bytes: the longest barcode, escaped, and room for the names around it.
pub const BODY_MAX: usize = 32 * 1024;
/// Longest wait for an answer. A commit takes milliseconds; a disk that needs longer is in trouble, and says so.
pub const ANSWER_WAIT: Duration = Duration::from_secs(10);
/// The kinds of pictures that are served; anything else could be a page.
const PICTURES: [&str; 4] = ["image/png", "image/jpeg", "image/webp", "image/gif"];
/// How a browser keeps pictures: they never change, but may be personal.
const KEEP_PICTURE: &str = "private, max-age=86400, immutable";

/// One station that has a kiosk here.
pub struct Screen {
    /// Its name, which is in its address.
    pub station: StationId,
    /// What it shows. When the sender is dropped, its live pages end.
    pub views: watch::Receiver<Arc<View>>,
    /// Takes codes and touches.
    pub input: Arc<dyn Bench>,
}

struct Kiosk {
    screens: BTreeMap<StationId, Screen>,
    language: Language,
    pictures: Arc<dyn Pictures>,
    seats: Seats,
}

type Shared = State<Arc<Kiosk>>;

/// Every address of the kiosk, for `screens` in the shop's `language`. Put [`guarded`](super::guard::guarded)
/// around it.
pub fn router(screens: Vec<Screen>, language: Language, pictures: Arc<dyn Pictures>, seats: Seats) -> Router {
    let screens = screens.into_iter().map(|screen| (screen.station.clone(), screen)).collect();
    let kiosk = Arc::new(Kiosk { screens, language, pictures, seats });
    Router::new()
        .route("/", get(front))
        .route("/station/{name}", get(station))
        .route("/station/{name}/live", get(live))
        .route("/station/{name}/scan", post(scan))
        .route("/station/{name}/touch", post(touch))
        .route("/station/{name}/pairing.png", get(pairing))
        .route("/layout-test.png", get(|| cards::draw(None)))
        .route("/label/{file}", get(label))
        .route("/picture/{id}", get(picture))
        .route("/assets/{build}/{name}", get(assets::serve))
        .layer(RequestBodyLimitLayer::new(BODY_MAX))
        .layer(TimeoutLayer::with_status_code(StatusCode::SERVICE_UNAVAILABLE, ANSWER_WAIT))
        .with_state(kiosk)
}

/// What a page may choose in its address.
#[derive(Debug, Default, Deserialize)]
struct Choice {
    lang: Option<Language>,
}

/// A code that was typed or pasted.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Typed {
    code: String,
}

/// The answer to a code or a touch, for programs; the page itself waits for its live stream.
#[derive(Debug, Serialize)]
struct Answered {
    signal: Signal,
    word: &'static str,
    happened: String,
    next: String,
}

impl Kiosk {
    /// The station of this name; none for a text that is no name.
    fn screen(&self, name: &str) -> Option<&Screen> {
        self.screens.get(&StationId::new(name).ok()?)
    }

    fn answer(&self, answer: Result<Verdict, NotTaken>, language: Language) -> Response {
        match answer {
            Ok(verdict) => {
                let said = words::said(&verdict.say, language);
                let word = words::signal_word(verdict.signal, language);
                Json(Answered { signal: verdict.signal, word, happened: said.happened, next: said.next })
                    .into_response()
            }
            Err(NotTaken::Busy | NotTaken::Stopping) => {
                (StatusCode::SERVICE_UNAVAILABLE, language.labels().not_taken).into_response()
            }
        }
    }

    fn no_page(&self) -> Response {
        (StatusCode::NOT_FOUND, page::missing(self.language)).into_response()
    }
}

async fn front(State(kiosk): Shared, Query(choice): Query<Choice>) -> Response {
    let language = choice.lang.unwrap_or(kiosk.language);
    let views: Vec<Arc<View>> = kiosk.screens.values().map(|screen| Arc::clone(&screen.views.borrow())).collect();
    page::front(&views, language).into_response()
}

async fn station(State(kiosk): Shared, Path(name): Path<String>, Query(choice): Query<Choice>) -> Response {
    let language = choice.lang.unwrap_or(kiosk.language);
    let Some(screen) = kiosk.screen(&name) else { return kiosk.no_page() };
    let view = Arc::clone(&screen.views.borrow());
    page::station(&view, panel::clock(), language).into_response()
}

async fn live(State(kiosk): Shared, Path(name): Path<String>, Query(choice): Query<Choice>) -> Response {
    let language = choice.lang.unwrap_or(kiosk.language);
    let Some(screen) = kiosk.screen(&name) else { return kiosk.no_page() };
    let draw = move |view: &View| panel::draw(view, panel::clock(), language).into_string();
    kiosk.seats.open(screen.views.clone(), assets::build(), draw)
}

async fn scan(
    State(kiosk): Shared,
    Path(name): Path<String>,
    Query(choice): Query<Choice>,
    Json(typed): Json<Typed>,
) -> Response {
    let Some(screen) = kiosk.screen(&name) else { return kiosk.no_page() };
    let language = choice.lang.unwrap_or(kiosk.language);
    kiosk.answer(screen.input.typed(typed.code).await, language)
}

async fn touch(
    State(kiosk): Shared,
    Path(name): Path<String>,
    Query(choice): Query<Choice>,
    Json(touch): Json<Touch>,
) -> Response {
    let Some(screen) = kiosk.screen(&name) else { return kiosk.no_page() };
    let language = choice.lang.unwrap_or(kiosk.language);
    kiosk.answer(screen.input.touched(touch).await, language)
}

async fn pairing(State(kiosk): Shared, Path(name): Path<String>) -> Response {
    match kiosk.screen(&name) {
        Some(screen) => cards::draw(Some(screen.station.clone())).await,
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

async fn label(State(kiosk): Shared, Path(file): Path<String>) -> Response {
    let id: Option<LabelId> = file.strip_suffix(".png").and_then(|id| id.parse().ok());
    let Some(id) = id else { return StatusCode::NOT_FOUND.into_response() };
    drawn("image/png", kiosk.pictures.label_png(id).await)
}

async fn picture(State(kiosk): Shared, Path(id): Path<AttachmentId>) -> Response {
    let found = kiosk.pictures.attachment(id).await;
    let Some((mime, bytes)) = found else { return StatusCode::NOT_FOUND.into_response() };
    match PICTURES.iter().find(|known| **known == mime) {
        Some(mime) => drawn(mime, Some(bytes)),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

fn drawn(mime: &'static str, bytes: Option<Vec<u8>>) -> Response {
    match bytes {
        Some(bytes) => ([(header::CONTENT_TYPE, mime), (header::CACHE_CONTROL, KEEP_PICTURE)], bytes).into_response(),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}
