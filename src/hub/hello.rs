//! Who is heard of, and up to when: a station that is silent is known to be silent. And the one thing that only
//! stations can tell a hub: that it was restored from a copy.

use rusqlite::{Connection, OptionalExtension, params};
use serde::{Deserialize, Serialize};

use super::ingest;
use crate::floor::moment::Moment;
use crate::ids::{LedgerId, Seq, StationId};
use crate::ledger::orders::{memo, set_memo};
use crate::ledger::store::{self, StoreError, Writing};
use crate::ledger::wire::{Head, HeadReply, Hello, Seen};

/// Most stations of one ledger: the benches of one PC.
pub const SERVED_MAX: usize = 64;
/// Most restorations that are remembered; the newest.
pub const RESTORED_MAX: usize = 50;

const RESTORED: &str = "hub-restored";
const CONFIRMED: &str = "hub-confirmed";

/// This hub lacks entries of its own that a station was told of, and has begun a new ledger.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Restored {
    /// When it was noticed.
    pub at: Moment,
    /// Who noticed, where the station said its name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub station: Option<StationId>,
    /// What the station had seen.
    pub seen: Seen,
    /// What was here of it.
    pub here: Head,
    /// Up to where the old ledger stays as it is.
    pub fork: Seq,
    /// The ledger that the hub writes since.
    pub fresh: LedgerId,
}

/// Takes note of a contact and answers with what is here. `fresh` names a new ledger if one must begin.
///
/// # Errors
/// SQLite fails.
pub fn hello(
    writing: &mut Writing<'_>,
    hello: &Hello,
    now: Moment,
    fresh: &mut dyn FnMut() -> LedgerId,
) -> Result<(HeadReply, Option<Restored>), StoreError> {
    let restored = match hello.seen {
        Some(seen) => notice(writing, hello, seen, now, fresh)?,
        None => None,
    };
    let head = ingest::head(writing.conn(), hello.ledger)?;
    note(writing.conn(), hello, head, now)?;
    let own = writing.own();
    let hub = Seen { ledger: own.id, head: own.head };
    Ok((HeadReply { head, hub, now }, restored))
}

/// The restorations that were noticed, oldest first.
///
/// # Errors
/// SQLite fails, or what is stored can not be read.
pub fn restored(conn: &Connection) -> Result<Vec<Restored>, StoreError> {
    Ok(memo(conn, RESTORED)?.map(|text| serde_json::from_str(&text)).transpose()?.unwrap_or_default())
}

fn note(conn: &Connection, hello: &Hello, head: Head, now: Moment) -> Result<(), StoreError> {
    // Without its last entries here, a station's word that all is settled says nothing yet.
    let settled = if head.seq >= hello.last { hello.settled } else { Moment(i64::MIN) };
    let sql = "INSERT INTO station (name, ledger, stages, seen, settled, last) VALUES (?1, ?2, ?3, ?4, max(?5, 0), ?6)
               ON CONFLICT (name) DO UPDATE SET ledger = excluded.ledger, stages = excluded.stages,
                   seen = excluded.seen, settled = max(settled, excluded.settled), last = excluded.last";
    let mut put = conn.prepare_cached(sql)?;
    for served in hello.stations.iter().take(SERVED_MAX) {
        let stages = serde_json::to_string(&served.stages)?;
        let ledger = hello.ledger.as_bytes();
        put.execute(params![served.station.as_str(), ledger, stages, now.0, settled.0, hello.last.0])?;
    }
    Ok(())
}

/// Begins a new ledger where a station saw entries of the hub that are not here: what was written in their place
/// would be a second history under the same address.
fn notice(
    writing: &mut Writing<'_>,
    hello: &Hello,
    seen: Seen,
    now: Moment,
    fresh: &mut dyn FnMut() -> LedgerId,
) -> Result<Option<Restored>, StoreError> {
    let (conn, own) = (writing.conn(), writing.own());
    let mut here = Head::default();
    if seen.ledger == own.id {
        if store::digest_at(conn, own.n, seen.head.seq)? == Some(seen.head.digest) {
            confirm(conn, seen)?;
            return Ok(None);
        }
        here = own.head;
    } else if is_known(conn, seen.ledger)? {
        // A ledger that this hub has already left behind.
        return Ok(None);
    } else {
        conn.execute("INSERT INTO ledger (id, role) VALUES (?1, 2)", [seen.ledger.as_bytes()])?;
    }
    let common = confirmed(conn, own.id)?;
    let fork = if seen.ledger == own.id { common.min(Seq(seen.head.seq.0.saturating_sub(1))) } else { common };
    let fresh = fresh();
    writing.renew(fork, fresh)?;
    let station = hello.stations.first().map(|s| s.station.clone());
    let fact = Restored { at: now, station, seen, here, fork, fresh };
    let mut facts = restored(writing.conn())?;
    facts.push(fact.clone());
    let surplus = facts.len().saturating_sub(RESTORED_MAX);
    facts.drain(..surplus);
    set_memo(writing.conn(), RESTORED, &serde_json::to_string(&facts)?)?;
    Ok(Some(fact))
}

fn is_known(conn: &Connection, ledger: LedgerId) -> Result<bool, StoreError> {
    let mut find = conn.prepare_cached("SELECT 1 FROM ledger WHERE id = ?1")?;
    Ok(find.query_row([ledger.as_bytes()], |_| Ok(())).optional()?.is_some())
}

/// The last of our own entries that some station had, as it said itself: surely not lost by a restoration from
/// a copy that remembers it.
fn confirmed(conn: &Connection, own: LedgerId) -> Result<Seq, StoreError> {
    let seen: Option<Seen> = memo(conn, CONFIRMED)?.map(|text| serde_json::from_str(&text)).transpose()?;
    Ok(seen.filter(|s| s.ledger == own).map_or(Seq::NONE, |s| s.head.seq))
}

fn confirm(conn: &Connection, seen: Seen) -> Result<(), StoreError> {
    if seen.head.seq > confirmed(conn, seen.ledger)? {
        set_memo(conn, CONFIRMED, &serde_json::to_string(&seen)?)?;
    }
    Ok(())
}
