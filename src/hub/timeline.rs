//! One order's whole story: production and shipping in one list, undone scans included.

use rusqlite::Connection;
use serde::{Deserialize, Serialize};

use super::board;
use crate::floor::event::Event;
use crate::floor::moment::{Moment, Wall, is_doubtful};
use crate::floor::order::Order;
use crate::ids::{EntryId, OperatorId, OrderId, StationId};
use crate::ledger::orders::{self, Kind};
use crate::ledger::store::StoreError;

/// What a text names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Found {
    /// Nothing.
    None,
    /// One order.
    One(OrderId),
    /// Several, each as people say it; two channels may use the same number.
    Several(Vec<(OrderId, String)>),
}

/// Finds an order by its number (with or without `#`, and as it is shown, `#1042 (web)`), its identifier, the code of one of its jobs or packages, or
/// a tracking number. A number that several channels use is narrowed by `channel`.
///
/// # Errors
/// SQLite fails, or stored bytes can not be read.
pub fn find(conn: &Connection, text: &str, channel: Option<&str>) -> Result<Found, StoreError> {
    let text = text.trim();
    let number = text.trim_start_matches('#');
    if let Some(channel) = channel {
        let identity = orders::identity(channel, number);
        return Ok(orders::order_of(conn, Kind::Identity, &identity)?.map_or(Found::None, Found::One));
    }
    if let Some((number, channel)) = number.strip_suffix(')').and_then(|rest| rest.rsplit_once(" ("))
        && let Some(order) = orders::order_of(conn, Kind::Identity, &orders::identity(channel, number))?
    {
        return Ok(Found::One(order));
    }
    let mut found = orders::orders_of(conn, Kind::Number, number)?;
    let squeezed: String = text.chars().filter(|c| !c.is_whitespace()).collect::<String>().to_ascii_uppercase();
    if !text.starts_with('#') {
        if let Ok(order) = OrderId::new(&squeezed)
            && board::state(conn, &order)?.is_some()
        {
            found.push(order);
        }
        for kind in [Kind::Job, Kind::Package, Kind::Tracking] {
            found.extend(orders::orders_of(conn, kind, &squeezed)?);
        }
    }
    found.sort();
    found.dedup();
    if found.len() > 1 {
        let spoken = |order: OrderId| {
            let state = board::state(conn, &order)?;
            let spoken = state.map_or_else(|| order.to_string(), |state| state.spoken());
            Ok::<_, StoreError>((order, spoken))
        };
        return Ok(Found::Several(found.into_iter().map(spoken).collect::<Result<_, _>>()?));
    }
    Ok(found.pop().map_or(Found::None, Found::One))
}

/// An order and everything that happened to it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Timeline {
    /// The order.
    pub order: OrderId,
    /// As people say it.
    pub number: String,
    /// Its state.
    pub state: Order,
    /// What happened, oldest first.
    pub lines: Vec<Line>,
}

/// One thing that happened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Line {
    /// The entry that tells it.
    pub entry: EntryId,
    /// Its place in the order of things.
    pub at: Moment,
    /// What the clock said.
    pub wall: Wall,
    /// The clock can not be believed.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub doubtful: bool,
    /// Where.
    pub station: StationId,
    /// Who was signed on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<OperatorId>,
    /// It was undone, and does not count.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub undone: bool,
    /// What happened.
    pub event: Event,
}

/// An order's story; none when nothing about it is here.
///
/// # Errors
/// SQLite fails, or stored bytes are not an entry.
pub fn timeline(conn: &Connection, order: &OrderId) -> Result<Option<Timeline>, StoreError> {
    let history = orders::history(conn, order)?;
    if history.is_empty() {
        return Ok(None);
    }
    let state = board::state(conn, order)?.unwrap_or_default();
    let mut lines = Vec::new();
    for entry in history {
        for event in &entry.events {
            // An entry may be about several orders; an event without one is about a job of this one.
            if !matches!(event, Event::JobPassed { order: None, .. }) && event.order() != Some(order) {
                continue;
            }
            lines.push(Line {
                entry: entry.id,
                at: entry.at,
                wall: entry.wall,
                doubtful: is_doubtful(entry.at, entry.wall.time),
                station: entry.station.clone(),
                by: entry.by.clone(),
                undone: state.is_undone(entry.id),
                event: event.clone(),
            });
        }
    }
    Ok(Some(Timeline { order: order.clone(), number: state.spoken(), state, lines }))
}
