//! The hub over HTTP: ledgers up, the feed down, attachments, and the orders that come in.
//!
//! Every error is JSON with one plain sentence under `error`.

use axum::Router;
use axum::extract::rejection::{JsonRejection, PathRejection, QueryRejection};
use axum::extract::{DefaultBodyLimit, FromRequest, FromRequestParts, Path, Query, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use serde::{Deserialize, Serialize};

use crate::hub::draft::Draft;
use crate::hub::handle::Handle;
use crate::hub::ingest;
use crate::hub::intake::{Change, DRAFTS_MAX, Taken};
use crate::hub::list::{self, Summary};
use crate::hub::service::HubError;
use crate::hub::timeline::{self, Found};
use crate::ids::{AttachmentId, LedgerId, OperatorId, OrderId, Seq};
use crate::ledger::attachment;
use crate::ledger::entry::Digest;
use crate::ledger::wire::{FeedQuery, HeadReply, Hello, Page, UPLOAD_BYTES_MAX, Upload};

/// Largest body of a contact: a station lists its benches.
pub const HELLO_BODY_MAX: usize = 64 << 10;
/// Largest body of an upload: JSON text inside JSON text, where each quote takes two bytes, and one entry that is
/// alone may be as large as all together.
pub const UPLOAD_BODY_MAX: usize = 3 * UPLOAD_BYTES_MAX;
/// Largest body of an import: its label documents and pictures in base 64.
pub const ORDERS_BODY_MAX: usize = 64 << 20;

/// The hub's routes.
pub fn routes(hub: Handle) -> Router {
    Router::new()
        .route("/api/ledger/v1/hello", post(hello).layer(DefaultBodyLimit::max(HELLO_BODY_MAX)))
        .route("/api/ledger/v1/entries", post(upload).layer(DefaultBodyLimit::max(UPLOAD_BODY_MAX)))
        .route("/api/ledger/v1/{ledger}/digest/{seq}", get(digest))
        .route("/api/ledger/v1/{ledger}/entries", get(tail))
        .route("/api/feed/v1", get(feed))
        .route("/api/attachments/{id}", get(attachment_bytes))
        .route("/api/v1/orders", get(order_list).post(orders).layer(DefaultBodyLimit::max(ORDERS_BODY_MAX)))
        .route("/api/v1/orders/{order}", get(order))
        .route("/api/v1/orders/{order}/change", post(change).layer(DefaultBodyLimit::max(HELLO_BODY_MAX)))
        .with_state(hub)
}

async fn hello(State(hub): State<Handle>, Body(said): Body<Hello>) -> Result<Body<HeadReply>, Failed> {
    Ok(Body(hub.hello(said).await?))
}

async fn upload(State(hub): State<Handle>, Body(upload): Body<Upload>) -> Result<Body<HeadReply>, Failed> {
    Ok(Body(hub.upload(upload).await?))
}

async fn digest(
    State(hub): State<Handle>,
    At((ledger, seq)): At<(LedgerId, Seq)>,
) -> Result<Body<Option<Digest>>, Failed> {
    Ok(Body(hub.read(move |conn| ingest::digest(conn, ledger, seq)).await?))
}

#[derive(Debug, Deserialize)]
struct After {
    after: Seq,
}

async fn tail(
    State(hub): State<Handle>,
    At(ledger): At<LedgerId>,
    Asked(After { after }): Asked<After>,
) -> Result<Body<Upload>, Failed> {
    let found = hub.read(move |conn| ingest::tail(conn, ledger, after)).await?;
    found.map(Body).ok_or(Failed::NotFound("The hub does not have that entry."))
}

async fn feed(State(hub): State<Handle>, Asked(query): Asked<FeedQuery>) -> Result<Body<Page>, Failed> {
    Ok(Body(hub.page(query).await?))
}

async fn attachment_bytes(State(hub): State<Handle>, At(id): At<AttachmentId>) -> Result<Response, Failed> {
    let found = hub.read(move |conn| attachment::get(conn, id)).await?;
    let found = found.ok_or(Failed::NotFound("There is no such attachment."))?;
    // What shops upload is shown in a browser, and must not run there.
    let headers = [
        (header::CONTENT_TYPE, found.mime),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff".to_owned()),
        (header::CONTENT_SECURITY_POLICY, "default-src 'none'; style-src 'unsafe-inline'; sandbox".to_owned()),
        (header::CACHE_CONTROL, "private, max-age=3600".to_owned()),
    ];
    Ok((headers, found.bytes).into_response())
}

/// Orders to be taken in.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Orders {
    /// The orders; at most [`DRAFTS_MAX`].
    pub orders: Vec<Draft>,
    /// When one is refused, take the others all the same.
    #[serde(default)]
    pub skip_bad: bool,
}

async fn orders(State(hub): State<Handle>, Body(asked): Body<Orders>) -> Result<Body<Vec<Taken>>, Failed> {
    if asked.orders.len() > DRAFTS_MAX {
        return Err(Failed::TooMany);
    }
    Ok(Body(hub.intake(asked.orders, !asked.skip_bad).await?))
}

#[derive(Debug, Deserialize)]
struct Cursor {
    after: Option<OrderId>,
}

async fn order_list(
    State(hub): State<Handle>,
    Asked(Cursor { after }): Asked<Cursor>,
) -> Result<Body<Vec<Summary>>, Failed> {
    Ok(Body(hub.read(move |conn| list::list(conn, after.as_ref())).await?))
}

/// Which of several orders with the same number.
#[derive(Debug, Deserialize)]
struct Channel {
    channel: Option<String>,
}

async fn find(hub: &Handle, text: String, channel: Option<String>) -> Result<OrderId, Failed> {
    match hub.read(move |conn| timeline::find(conn, &text, channel.as_deref())).await? {
        Found::One(order) => Ok(order),
        Found::None => Err(Failed::NotFound("There is no such order.")),
        Found::Several(several) => Err(Failed::Several(several.into_iter().map(|(_, spoken)| spoken).collect())),
    }
}

async fn order(
    State(hub): State<Handle>,
    At(text): At<String>,
    Asked(Channel { channel }): Asked<Channel>,
) -> Result<Body<timeline::Timeline>, Failed> {
    let order = find(&hub, text, channel).await?;
    let found = hub.read(move |conn| timeline::timeline(conn, &order)).await?;
    found.map(Body).ok_or(Failed::NotFound("There is no such order."))
}

/// What is wanted of an order.
#[derive(Debug, Serialize, Deserialize)]
pub struct Wanted {
    /// Cancel, hold or release.
    #[serde(flatten)]
    pub change: Change,
    /// Who wants it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<OperatorId>,
}

async fn change(
    State(hub): State<Handle>,
    At(text): At<String>,
    Asked(Channel { channel }): Asked<Channel>,
    Body(wanted): Body<Wanted>,
) -> Result<Body<crate::hub::intake::Changed>, Failed> {
    let order = find(&hub, text, channel).await?;
    let changed = hub.change(order, wanted.change, wanted.by).await?;
    changed.map(Body).ok_or(Failed::NotFound("There is no such order."))
}

/// Why a request was not answered.
#[derive(Debug)]
enum Failed {
    Hub(HubError),
    NotFound(&'static str),
    Several(Vec<String>),
    TooMany,
    Unreadable(StatusCode, String),
}

impl From<HubError> for Failed {
    fn from(error: HubError) -> Self {
        Failed::Hub(error)
    }
}

/// The body of every error.
#[derive(Debug, Serialize, Deserialize)]
pub struct ErrorBody {
    /// One plain sentence.
    pub error: String,
    /// For stations: why an upload was refused.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refused: Option<crate::ledger::wire::Refused>,
}

impl IntoResponse for Failed {
    fn into_response(self) -> Response {
        let (status, error, refused) = match self {
            Failed::Hub(HubError::Refused(refused)) => (StatusCode::CONFLICT, refused.to_string(), Some(refused)),
            Failed::Hub(error @ HubError::Stopping) => (StatusCode::SERVICE_UNAVAILABLE, error.to_string(), None),
            Failed::Hub(error) => (StatusCode::INTERNAL_SERVER_ERROR, error.to_string(), None),
            Failed::NotFound(sentence) => (StatusCode::NOT_FOUND, sentence.to_owned(), None),
            Failed::Several(several) => {
                let sentence = format!("Several orders are called so: {}. Name the channel too.", several.join(", "));
                (StatusCode::CONFLICT, sentence, None)
            }
            Failed::TooMany => {
                let sentence = format!("A request may bring at most {DRAFTS_MAX} orders. Split it.");
                (StatusCode::PAYLOAD_TOO_LARGE, sentence, None)
            }
            Failed::Unreadable(status, why) => (status, format!("The request can not be read: {why}."), None),
        };
        (status, axum::Json(ErrorBody { error, refused })).into_response()
    }
}

/// JSON in and out, with our own words where it can not be read.
#[derive(FromRequest)]
#[from_request(via(axum::Json), rejection(Failed))]
struct Body<T>(T);

impl<T: Serialize> IntoResponse for Body<T> {
    fn into_response(self) -> Response {
        axum::Json(self.0).into_response()
    }
}

/// A part of the path, with our own words where it can not be read.
#[derive(FromRequestParts)]
#[from_request(via(Path), rejection(Failed))]
struct At<T>(T);

/// The query, with our own words where it can not be read.
#[derive(FromRequestParts)]
#[from_request(via(Query), rejection(Failed))]
struct Asked<T>(T);

impl From<JsonRejection> for Failed {
    fn from(why: JsonRejection) -> Self {
        Failed::Unreadable(why.status(), why.body_text())
    }
}

impl From<PathRejection> for Failed {
    fn from(why: PathRejection) -> Self {
        Failed::Unreadable(why.status(), why.body_text())
    }
}

impl From<QueryRejection> for Failed {
    fn from(why: QueryRejection) -> Self {
        Failed::Unreadable(why.status(), why.body_text())
    }
}
