//! How web pages and stations reach the hub: writing through its one thread, reading beside it.

use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use rusqlite::Connection;
use tokio::sync::oneshot;

use super::draft::Draft;
use super::feed;
use super::intake::{Change, Changed, Prepared, Taken, prepare};
use super::label_number::Numbers;
use super::service::{HubError, HubInput, Inputs, Reply};
use crate::ids::{OperatorId, OrderId};
use crate::ledger::store::{Store, StoreError};
use crate::ledger::wire::{FEED_WAIT_MAX, FeedQuery, HeadReply, Hello, Page, Upload};

/// Connections for reading that are kept open; more are opened when needed, and closed after.
const IDLE_MAX: usize = 8;

/// The hub, for many tasks at once.
#[derive(Clone)]
pub struct Handle {
    inputs: Inputs,
    folder: PathBuf,
    idle: Arc<Mutex<Vec<Connection>>>,
    numbers: Arc<dyn Numbers>,
}

impl Handle {
    /// A handle on a started hub whose database is in `folder`.
    #[must_use]
    pub fn new(inputs: Inputs, folder: PathBuf, numbers: Arc<dyn Numbers>) -> Handle {
        Handle { inputs, folder, idle: Arc::default(), numbers }
    }

    /// A station says how far it is.
    ///
    /// # Errors
    /// Not recorded, or the hub is stopping.
    pub async fn hello(&self, hello: Hello) -> Result<HeadReply, HubError> {
        self.ask(|reply| HubInput::Hello { hello, reply }).await
    }

    /// A station brings entries.
    ///
    /// # Errors
    /// Refused, not recorded, or the hub is stopping.
    pub async fn upload(&self, upload: Upload) -> Result<HeadReply, HubError> {
        self.ask(|reply| HubInput::Upload { upload, reply }).await
    }

    /// Orders come in. With `all_or_none`, none is created when one is refused. The label documents are read beside
    /// the writing thread, because that takes time. The answers of refused ones come last.
    ///
    /// # Errors
    /// Not recorded, or the hub is stopping.
    pub async fn intake(&self, drafts: Vec<Draft>, all_or_none: bool) -> Result<Vec<Taken>, HubError> {
        let numbers = self.numbers.clone();
        let prepared = tokio::task::spawn_blocking(move || prepare_all(drafts, &*numbers));
        let (drafts, mut refused) = prepared.await.map_err(|_| HubError::Stopping)?;
        if all_or_none && !refused.is_empty() {
            return Ok(refused);
        }
        let mut taken = self.ask(|reply| HubInput::Intake { drafts, all_or_none, reply }).await?;
        taken.append(&mut refused);
        Ok(taken)
    }

    /// An order is cancelled, held or released; none when there is no such order.
    ///
    /// # Errors
    /// Not recorded, or the hub is stopping.
    pub async fn change(
        &self,
        order: OrderId,
        change: Change,
        by: Option<OperatorId>,
    ) -> Result<Option<Changed>, HubError> {
        self.ask(|reply| HubInput::Change { order, change, by, reply }).await
    }

    /// The next page of the feed; waits for news as long as the query says.
    ///
    /// # Errors
    /// The database can not be read.
    pub async fn page(&self, query: FeedQuery) -> Result<Page, HubError> {
        let mut news = self.inputs.news.clone();
        let wait = Duration::from_secs(query.wait.min(FEED_WAIT_MAX));
        let until = tokio::time::Instant::now() + wait;
        loop {
            news.borrow_and_update();
            let page = self.read(move |conn| feed::page(conn, &query)).await?;
            let is_news = !page.subjects.is_empty() || query.epoch != Some(page.epoch) || query.rev != page.rev;
            if is_news || !matches!(tokio::time::timeout_at(until, news.changed()).await, Ok(Ok(()))) {
                return Ok(page);
            }
        }
    }

    /// Reads what is committed, beside the writing thread.
    ///
    /// # Errors
    /// The database can not be read.
    pub async fn read<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Connection) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, HubError> {
        let (idle, folder) = (self.idle.clone(), self.folder.clone());
        let read = move || {
            let kept = idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
            let conn = match kept {
                Some(conn) => conn,
                None => Store::reader(&folder)?,
            };
            let found = work(&conn)?;
            let mut idle = idle.lock().unwrap_or_else(PoisonError::into_inner);
            if idle.len() < IDLE_MAX {
                idle.push(conn);
            }
            Ok(found)
        };
        let done = tokio::task::spawn_blocking(read).await.map_err(|_| HubError::Stopping)?;
        done.map_err(|error: StoreError| HubError::NotRead { why: error.to_string() })
    }

    async fn ask<T>(&self, input: impl FnOnce(Reply<T>) -> HubInput) -> Result<T, HubError> {
        let (reply, answer) = oneshot::channel();
        self.inputs.sender.send(input(reply)).await.map_err(|_| HubError::Stopping)?;
        answer.await.map_err(|_| HubError::Stopping)?
    }
}

impl std::fmt::Debug for Handle {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Handle").field("folder", &self.folder).finish_non_exhaustive()
    }
}

fn prepare_all(drafts: Vec<Draft>, numbers: &dyn Numbers) -> (Vec<Prepared>, Vec<Taken>) {
    let (mut prepared, mut refused) = (Vec::new(), Vec::new());
    for draft in drafts {
        let number = draft.spoken();
        match prepare(draft, numbers) {
            Ok(draft) => prepared.push(draft),
            Err(why) => refused.push(Taken::Refused { number, why: why.to_string() }),
        }
    }
    (prepared, refused)
}
