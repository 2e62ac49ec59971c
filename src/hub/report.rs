//! What supervisors ask: which scans were missed, and which pieces stand still. Read from the board, beside the
//! thread that writes it.

use std::collections::BTreeMap;

use jiff::Timestamp;
use rusqlite::{Connection, params};
use serde::Serialize;

use super::board;
use crate::floor::audit;
use crate::floor::moment::Moment;
use crate::floor::order::{Order, Pass};
use crate::ids::{JobId, OperatorId, OrderId, StageId, StationId};
use crate::ledger::store::StoreError;

/// A piece, as people find it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Which {
    /// Its order.
    pub order: OrderId,
    /// The order as people say it.
    pub number: String,
    /// Its code.
    pub job: JobId,
    /// The how many-th piece of its order, from 1.
    pub piece: usize,
    /// How many pieces the order has.
    pub pieces: usize,
    /// What it is.
    pub product: String,
}

/// A scan that was made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Seen {
    /// Of which stage.
    pub stage: StageId,
    /// When.
    pub at: Timestamp,
    /// Where.
    pub station: StationId,
    /// By whom.
    pub by: Option<OperatorId>,
}

/// A scan that was not made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Missed {
    /// Of which piece.
    #[serde(flatten)]
    pub which: Which,
    /// Of which stage.
    pub stage: StageId,
    /// The scan that proves it.
    pub next: Seen,
    /// The scan before that.
    pub before: Option<Seen>,
    /// Whether it is sure.
    pub status: Status,
}

/// Whether a scan was surely missed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "status", rename_all = "snake_case")]
pub enum Status {
    /// Every station that could have made it has uploaded past that time.
    Missed,
    /// A station that could have made it is silent, and may still bring it.
    NotKnownYet {
        /// Which one.
        station: StationId,
        /// Since when it is silent.
        silent_since: Timestamp,
    },
}

/// A piece that stands still.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Stalled {
    /// Which piece.
    #[serde(flatten)]
    pub which: Which,
    /// What it waits for.
    pub stage: StageId,
    /// Since when.
    pub since: Timestamp,
    /// Since when that is too long.
    pub stalled_since: Timestamp,
}

/// The scans whose miss was proved from `since` to before `until`, oldest first.
///
/// # Errors
/// SQLite fails, or a stored state can not be read.
pub fn missed(conn: &Connection, since: Moment, until: Moment) -> Result<Vec<Missed>, StoreError> {
    let conn = conn.unchecked_transaction()?;
    let benches = benches(&conn)?;
    let sql = "SELECT subject, job, step FROM missed WHERE at >= ?1 AND at < ?2 ORDER BY at, subject, job, step";
    let mut find = conn.prepare_cached(sql)?;
    let mut rows = find.query(params![since.0, until.0])?;
    let mut orders: BTreeMap<OrderId, Order> = BTreeMap::new();
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        let id = OrderId::new(row.get::<_, String>(0)?)?;
        let (job, step): (JobId, usize) = (JobId::new(row.get::<_, String>(1)?)?, row.get(2)?);
        let order = cached(&conn, &mut orders, &id)?;
        let all = audit::missed(order);
        let Some(miss) = all.iter().find(|m| *m.job == job && m.step == step) else { continue };
        found.push(Missed {
            which: which(&id, order, &job),
            stage: miss.stage.clone(),
            next: seen(miss.proved),
            before: miss.before.map(seen),
            status: status(&benches, miss.stage, miss.proved.key.at),
        });
    }
    Ok(found)
}

/// The pieces that stand still at `now`, the longest first.
///
/// # Errors
/// SQLite fails, or a stored state can not be read.
pub fn stalled(conn: &Connection, now: Moment) -> Result<Vec<Stalled>, StoreError> {
    let conn = conn.unchecked_transaction()?;
    let sql =
        "SELECT subject, job, stage, since, stalls_at FROM due WHERE stalls_at <= ?1 ORDER BY stalls_at, subject, job";
    let mut find = conn.prepare_cached(sql)?;
    let mut rows = find.query([now.0])?;
    let mut orders: BTreeMap<OrderId, Order> = BTreeMap::new();
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        let id = OrderId::new(row.get::<_, String>(0)?)?;
        let job = JobId::new(row.get::<_, String>(1)?)?;
        found.push(Stalled {
            which: which(&id, cached(&conn, &mut orders, &id)?, &job),
            stage: StageId::new(row.get::<_, String>(2)?)?,
            since: Moment(row.get(3)?).timestamp(),
            stalled_since: Moment(row.get(4)?).timestamp(),
        });
    }
    Ok(found)
}

/// What missed scans are counted by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum By {
    /// The station of the scan that proved it: there it was noticed by nobody.
    Station,
    /// The stage that was missed.
    Stage,
    /// Who made the scan that proved it.
    Operator,
}

/// How many scans were missed under one name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Count {
    /// A station, stage or operator; none where nobody was signed on.
    pub name: Option<String>,
    /// Surely missed.
    pub missed: usize,
    /// Not known yet.
    pub not_known_yet: usize,
}

/// Counts missed scans, the most first.
#[must_use]
pub fn count(all: &[Missed], by: By) -> Vec<Count> {
    let mut counts: BTreeMap<Option<String>, Count> = BTreeMap::new();
    for miss in all {
        let name = match by {
            By::Station => Some(miss.next.station.to_string()),
            By::Stage => Some(miss.stage.to_string()),
            By::Operator => miss.next.by.as_ref().map(ToString::to_string),
        };
        let fresh = || Count { name: name.clone(), missed: 0, not_known_yet: 0 };
        let count = counts.entry(name.clone()).or_insert_with(fresh);
        match miss.status {
            Status::Missed => count.missed += 1,
            Status::NotKnownYet { .. } => count.not_known_yet += 1,
        }
    }
    let mut counts: Vec<Count> = counts.into_values().collect();
    counts.sort_by_key(|count| std::cmp::Reverse(count.missed + count.not_known_yet));
    counts
}

/// Whether there are sample orders, which no report counts.
///
/// # Errors
/// SQLite fails.
pub fn has_samples(conn: &Connection) -> Result<bool, StoreError> {
    let sql = "SELECT EXISTS (SELECT 1 FROM board WHERE json_extract(state, '$.intake.sample') = 1)";
    Ok(conn.query_row(sql, [], |row| row.get(0))?)
}

/// A station as the hub last heard of it.
struct Bench {
    station: StationId,
    stages: Vec<StageId>,
    settled: Moment,
}

fn benches(conn: &Connection) -> Result<Vec<Bench>, StoreError> {
    let mut find = conn.prepare_cached("SELECT name, stages, settled FROM station ORDER BY settled, name")?;
    let mut rows = find.query([])?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        let stages = serde_json::from_str(&row.get::<_, String>(1)?)?;
        let station = StationId::new(row.get::<_, String>(0)?)?;
        found.push(Bench { station, stages, settled: Moment(row.get(2)?) });
    }
    Ok(found)
}

fn status(benches: &[Bench], stage: &StageId, proved: Moment) -> Status {
    match benches.iter().find(|bench| bench.settled < proved && bench.stages.contains(stage)) {
        Some(Bench { station, settled, .. }) => {
            Status::NotKnownYet { station: station.clone(), silent_since: settled.timestamp() }
        }
        None => Status::Missed,
    }
}

fn cached<'o>(
    conn: &Connection,
    orders: &'o mut BTreeMap<OrderId, Order>,
    id: &OrderId,
) -> Result<&'o Order, StoreError> {
    if !orders.contains_key(id) {
        orders.insert(id.clone(), board::state(conn, id)?.unwrap_or_default());
    }
    Ok(orders.entry(id.clone()).or_default())
}

fn which(id: &OrderId, order: &Order, job: &JobId) -> Which {
    let (piece, product) = order.job_spec(job).map_or((0, String::new()), |(n, spec)| (n, spec.product.clone()));
    let pieces = order.intake.as_ref().map_or(0, |intake| intake.jobs.len());
    Which { order: id.clone(), number: order.spoken(), job: job.clone(), piece, pieces, product }
}

fn seen(pass: &Pass) -> Seen {
    Seen { stage: pass.stage.clone(), at: pass.key.at.timestamp(), station: pass.station.clone(), by: pass.by.clone() }
}
