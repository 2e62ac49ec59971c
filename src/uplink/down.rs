//! The feed down: ask for the next page, fetch what it names, offer it to the station.

use std::time::Duration;

use tokio::time::{Instant, sleep};
use tracing::warn;

use super::hub::Hub;
use super::reads::{self, Reads};
use super::run::{Failed, Patience};
use super::station::Station;
use crate::ids::AttachmentId;
use crate::ledger::foreign::Position;
use crate::ledger::wire::{FEED_WAIT_MAX, FeedQuery};

/// A hub that has no news and does not wait is not asked more often.
const PAUSE_MIN: Duration = Duration::from_secs(1);

pub(super) async fn down<S: Station>(hub: &Hub, reads: &Reads, station: &S) {
    let mut patience = Patience::default();
    loop {
        match turn(hub, reads, station).await {
            Ok(()) => patience.well("the hub's feed is followed"),
            Err(error) => patience.failed("news from the hub", &error).await,
        }
    }
}

async fn turn<S: Station>(hub: &Hub, reads: &Reads, station: &S) -> Result<(), Failed> {
    let began = Instant::now();
    let (position, _) = reads.ask(reads::stand).await?;
    let query = FeedQuery {
        epoch: position.map(|position| position.epoch),
        rev: position.map_or(0, |position| position.rev),
        wait: FEED_WAIT_MAX,
    };
    let page = hub.page(query).await?;
    if page.subjects.is_empty() && position == Some(Position { epoch: page.epoch, rev: page.rev }) {
        sleep(PAUSE_MIN.saturating_sub(began.elapsed())).await;
        return Ok(());
    }
    let mut named: Vec<AttachmentId> = page.subjects.iter().flat_map(|s| s.attachments.iter().copied()).collect();
    named.sort_unstable();
    named.dedup();
    for id in reads.ask(move |conn| reads::missing(conn, &named)).await? {
        match hub.attachment(id).await? {
            Some(attachment) => station.put_attachment(id, attachment).await?,
            None => warn!(%id, "the hub names an attachment that it does not have"),
        }
    }
    Ok(station.take_page(page).await?)
}
