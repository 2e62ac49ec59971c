//! Turning drafts into orders: entries of the hub's own ledger. And stopping orders, which are such entries too.

use std::collections::BTreeSet;

use rusqlite::Connection;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::board::{self, Step};
use super::draft::{Blob, Draft, Parcel, Unfit};
use super::label_number::{Number, Numbers, read};
use crate::floor::document::{PackageDocument, Purpose};
use crate::floor::event::Event;
use crate::floor::intake::{Intake, JobSpec, PackageSpec};
use crate::floor::moment::{Moment, Wall, ordering_time};
use crate::floor::order::Order;
use crate::floor::verdict::{Say, Verdict};
use crate::ids::{AttachmentId, EntryId, JobId, OperatorId, OrderId, PackageId, StationId};
use crate::ledger::attachment;
use crate::ledger::entry::{Cause, Entry};
use crate::ledger::orders::{self, Kind};
use crate::ledger::store::{StoreError, Writing};

/// Most drafts of one request; they share one transaction.
pub const DRAFTS_MAX: usize = 2_000;
/// How often a made code may be one that is in use already; by chance it is never even once.
const CODES_TRIED_MAX: usize = 8;

/// What came of a draft.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "outcome", rename_all = "snake_case")]
pub enum Taken {
    /// It is an order now.
    Created { order: OrderId, number: String, jobs: Vec<JobId>, notes: Vec<String> },
    /// It was taken in before, and is the same.
    Unchanged { order: OrderId, number: String },
    /// It was taken in before and is not the same; the order was left as it is.
    Differs { order: OrderId, number: String, what: Vec<String> },
    /// It can not become an order.
    Refused { number: String, why: String },
}

/// A draft that is checked, with its label documents read: everything that needs no database.
#[derive(Debug, Clone)]
pub struct Prepared {
    draft: Draft,
    /// Of each parcel.
    numbers: Vec<Number>,
}

/// Checks a draft and reads its label documents.
///
/// # Errors
/// A sentence that says what to change.
pub fn prepare(draft: Draft, numbers: &dyn Numbers) -> Result<Prepared, Unfit> {
    let draft = draft.checked()?;
    let numbers = draft.packages.iter().map(|parcel| read(parcel, numbers)).collect::<Result<Vec<_>, _>>()?;
    let keys: Vec<&String> = numbers.iter().filter_map(|n| n.key.as_ref()).collect();
    if keys.iter().collect::<BTreeSet<_>>().len() < keys.len() {
        return Err(Unfit("Two packages of this order have the same tracking number. Give each its own label.".into()));
    }
    Ok(Prepared { draft, numbers })
}

/// Kinds of codes that are made at intake.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Made {
    /// Of an order.
    Order,
    /// Of a job.
    Job,
    /// Of a package.
    Package,
}

/// What an entry of the hub needs from the world.
pub struct Maker<'a> {
    /// The hub's own name.
    pub station: &'a StationId,
    /// What the clock says.
    pub wall: Wall,
    /// Fills with random bytes.
    pub random: &'a mut dyn FnMut(&mut [u8]),
    /// Makes a code of a kind.
    pub code: &'a mut dyn FnMut(Made) -> String,
}

/// Takes in one prepared draft. Nothing is written unless it is created.
///
/// # Errors
/// SQLite fails, or stored bytes can not be read.
pub fn take(writing: &mut Writing<'_>, prepared: &Prepared, maker: &mut Maker<'_>) -> Result<Taken, StoreError> {
    let draft = &prepared.draft;
    let number = draft.spoken();
    let identity = orders::identity(&draft.channel, &draft.number);
    if let Some(order) = orders::order_of(writing.conn(), Kind::Identity, &identity)? {
        let what = match orders::order(writing.conn(), &order)?.and_then(|o| o.intake) {
            Some(intake) => super::differs::differs(writing.conn(), &intake, draft, &prepared.numbers)?,
            None => Vec::new(),
        };
        return Ok(match what.is_empty() {
            true => Taken::Unchanged { order, number },
            false => Taken::Differs { order, number, what },
        });
    }
    for key in prepared.numbers.iter().filter_map(|n| n.key.as_ref()) {
        if let Some(other) = orders::order_of(writing.conn(), Kind::Tracking, key)? {
            let other = board::state(writing.conn(), &other)?.map_or_else(|| other.to_string(), |o| o.spoken());
            let why =
                format!("The tracking number {key} is already on a package of order {other}. Give another label.");
            return Ok(Taken::Refused { number, why });
        }
    }
    let Ok(route) = draft.route() else {
        return Ok(Taken::Refused { number, why: "The route can not be read.".into() });
    };
    let intake = born(writing.conn(), prepared, route, maker)?;
    let (order, jobs) = (intake.order.clone(), intake.jobs.iter().map(|j| j.job.clone()).collect());
    let notes = prepared.numbers.iter().filter_map(|n| n.note.clone()).collect();
    let verdict = Verdict::go(Say::OrderTaken { number: number.clone() });
    append(writing, maker, None, None, verdict, vec![Event::OrderTaken(Box::new(intake))])?;
    Ok(Taken::Created { order, number, jobs, notes })
}

/// Gives a draft its identifiers, and its bytes a place beside the ledger.
fn born(
    conn: &Connection,
    prepared: &Prepared,
    route: crate::floor::route::Route,
    maker: &mut Maker<'_>,
) -> Result<Intake, StoreError> {
    let draft = &prepared.draft;
    let mut packages = Vec::with_capacity(draft.packages.len());
    for (parcel, number) in draft.packages.iter().zip(&prepared.numbers) {
        let package = PackageId::new(unused(conn, Made::Package, Kind::Package, maker)?)?;
        let plain = parcel.document.as_ref().map(|blob| keep(conn, blob, maker)).transpose()?;
        let documents = documents(conn, parcel, number, maker)?;
        let listed = documents.iter().find(|d| d.purpose == Purpose::Shipping).map(|d| d.document);
        packages.push(PackageSpec { package, document: plain.or(listed), tracking: number.key.clone(), documents });
    }
    let mut jobs = Vec::new();
    for piece in &draft.pieces {
        let picture = piece.picture.as_ref().map(|blob| keep(conn, blob, maker)).transpose()?;
        for _ in 0..piece.count() {
            let job = JobId::new(unused(conn, Made::Job, Kind::Job, maker)?)?;
            let named = piece.package.and_then(|n| packages.get(n.checked_sub(1)?));
            jobs.push(JobSpec {
                job,
                product: piece.product.clone(),
                size: piece.size.clone(),
                colour: piece.colour.clone(),
                places: piece.places.clone(),
                note: piece.note.clone(),
                picture,
                package: named.map(|spec: &PackageSpec| spec.package.clone()),
            });
        }
    }
    Ok(Intake {
        order: OrderId::new((maker.code)(Made::Order))?,
        number: draft.number.clone(),
        channel: draft.channel.clone(),
        ship_by: draft.ship_by.map(Moment::of),
        rush: draft.rush,
        sample: draft.sample,
        starts_at: draft.starts_at.clone(),
        carrier: draft.carrier.clone(),
        route,
        jobs,
        packages,
    })
}

/// What is printed with a parcel. Documents that are pages of the same file share it.
fn documents(
    conn: &Connection,
    parcel: &Parcel,
    number: &Number,
    maker: &mut Maker<'_>,
) -> Result<Vec<PackageDocument>, StoreError> {
    let mut documents: Vec<PackageDocument> = Vec::with_capacity(parcel.documents.len());
    for (n, paper) in parcel.documents.iter().enumerate() {
        let same = parcel.documents.iter().take(n).position(|other| other.document == paper.document);
        let document = match same.and_then(|i| documents.get(i)) {
            Some(kept) => kept.document,
            None => keep(conn, &paper.document, maker)?,
        };
        documents.push(PackageDocument {
            purpose: paper.purpose,
            document,
            pages: paper.pages.clone(),
            copies: paper.copies.unwrap_or(1),
            numbers: number.others.get(n).cloned().unwrap_or_default(),
        });
    }
    Ok(documents)
}

fn unused(conn: &Connection, made: Made, kind: Kind, maker: &mut Maker<'_>) -> Result<String, StoreError> {
    let mut code = (maker.code)(made);
    for _ in 0..CODES_TRIED_MAX {
        if orders::order_of(conn, kind, &code)?.is_none() {
            break;
        }
        code = (maker.code)(made);
    }
    Ok(code)
}

fn keep(conn: &Connection, blob: &Blob, maker: &mut Maker<'_>) -> Result<AttachmentId, StoreError> {
    let mut bytes = [0; 16];
    (maker.random)(&mut bytes);
    let id = AttachmentId::from_uuid(uuid::Builder::from_random_bytes(bytes).into_uuid());
    attachment::put(conn, id, &blob.mime, &blob.bytes)?;
    Ok(id)
}

/// What somebody wants of an order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "do", rename_all = "snake_case")]
pub enum Change {
    /// It must not be made or sent.
    Cancel { reason: String },
    /// It waits.
    Hold { reason: String },
    /// It goes on.
    Release,
}

/// What came of a [`Change`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Changed {
    /// Which order.
    pub order: OrderId,
    /// As people say it.
    pub number: String,
    /// False: it was so already, or a cancelled order can not be held or released; nothing was written.
    pub changed: bool,
    /// Packages that are on their way or ready to go: their carrier's label is on them.
    pub linked: Vec<PackageId>,
}

/// Cancels, holds or releases an order. None: there is no such order.
///
/// # Errors
/// SQLite fails, or stored bytes can not be read.
pub fn change(
    writing: &mut Writing<'_>,
    order: &OrderId,
    change: &Change,
    by: Option<OperatorId>,
    maker: &mut Maker<'_>,
) -> Result<Option<Changed>, StoreError> {
    let Some(state) = board::state(writing.conn(), order)? else { return Ok(None) };
    let number = state.spoken();
    let linked = state.packages.iter().filter(|(_, p)| p.link.is_some()).map(|(id, _)| id.clone()).collect();
    let held = state.stopped.as_ref().is_some_and(|s| !s.cancelled);
    let changed = match change {
        Change::Cancel { .. } => !state.is_cancelled(),
        Change::Hold { .. } => state.stopped.is_none(),
        Change::Release => held,
    };
    if changed {
        let (verdict, event) = said(order, change, &number, &state);
        append(writing, maker, by, state.last.map(|key| key.at), verdict, vec![event])?;
    }
    Ok(Some(Changed { order: order.clone(), number, changed, linked }))
}

fn said(order: &OrderId, change: &Change, number: &str, state: &Order) -> (Verdict, Event) {
    let (order, number) = (order.clone(), number.to_owned());
    match change.clone() {
        Change::Cancel { reason } => {
            (Verdict::stop(Say::Cancelled { number, reason: reason.clone() }), Event::OrderCancelled { order, reason })
        }
        Change::Hold { reason } => (
            Verdict::stop(Say::Held { number, reason: reason.clone(), why: None }),
            Event::OrderHeld { order, reason, why: None },
        ),
        Change::Release => {
            let jobs = u32::try_from(state.jobs.len()).unwrap_or(u32::MAX);
            (Verdict::go(Say::OrderSeen { number, jobs }), Event::OrderReleased { order })
        }
    }
}

/// Appends an entry of the hub's own, with the board's step.
fn append(
    writing: &mut Writing<'_>,
    maker: &mut Maker<'_>,
    by: Option<OperatorId>,
    newest: Option<Moment>,
    verdict: Verdict,
    events: Vec<Event>,
) -> Result<(), StoreError> {
    let own = writing.own();
    let mut random = [0; 10];
    (maker.random)(&mut random);
    let millis = u64::try_from(maker.wall.time.0 / 1_000).unwrap_or(0);
    let id: Uuid = uuid::Builder::from_unix_timestamp_millis(millis, &random).into_uuid();
    let entry = Entry {
        id: EntryId::from_uuid(id),
        station: maker.station.clone(),
        at: ordering_time(maker.wall.time, own.last_at, newest),
        wall: maker.wall,
        by,
        cause: Cause::Desk,
        verdict,
        events,
    };
    let seq = writing.append(&entry)?;
    let mut step = Step::default();
    step.take(writing.conn(), &entry, own.n, seq)?;
    step.write(writing.conn())
}
