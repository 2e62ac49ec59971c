//! The station as the uplink needs it.

use std::sync::{Mutex, PoisonError};

use tokio::sync::{oneshot, watch};

use crate::floor::bench::Contact;
use crate::floor::moment::{Moment, SECOND};
use crate::ids::{AttachmentId, LedgerId, Seq, StageId, StationId};
use crate::ledger::attachment::Attachment;
use crate::ledger::wire::{Head, Hello, Page, Seen, Served};
use crate::station::input::Chore;
use crate::station::run::Handle;
use crate::uplink::station::{NotTaken, Station};

/// Whatever was scanned longer ago than this is in an entry, or was answered "NOT safe": a commit that takes longer
/// than the store waits for the disk has failed.
const SETTLES_AFTER: i64 = 5 * SECOND;

/// Hands what the hub says to the station's loop.
pub struct Lift {
    handle: Handle,
    served: Vec<Served>,
    /// Since when the hub has not been heard.
    away: Mutex<Option<Moment>>,
}

impl Lift {
    /// For a station with these benches.
    pub fn new(handle: Handle, benches: impl IntoIterator<Item = (StationId, Vec<StageId>)>) -> Lift {
        let served = benches.into_iter().map(|(station, stages)| Served { station, stages }).collect();
        Lift { handle, served, away: Mutex::new(None) }
    }

    async fn done(&self, make: impl FnOnce(oneshot::Sender<bool>) -> Chore) -> Result<(), NotTaken> {
        let (done, answer) = oneshot::channel();
        self.handle.chores.send(make(done)).await.map_err(|_| NotTaken)?;
        if answer.await.map_err(|_| NotTaken)? { Ok(()) } else { Err(NotTaken) }
    }
}

fn now() -> Moment {
    Moment::of(jiff::Timestamp::now())
}

impl Station for Lift {
    fn introduce(&self, hello: &mut Hello) {
        hello.stations.clone_from(&self.served);
        hello.now = now();
        hello.settled = hello.now.plus(-SETTLES_AFTER);
    }

    fn committed(&self) -> watch::Receiver<Seq> {
        self.handle.committed.clone()
    }

    async fn contact(&self, reached: bool, unsent: u64) {
        let contact = {
            let mut away = self.away.lock().unwrap_or_else(PoisonError::into_inner);
            if reached {
                *away = None;
                Contact::Here
            } else {
                Contact::AwaySince(*away.get_or_insert_with(now))
            }
        };
        self.handle.chores.send(Chore::Contact { contact, unsent }).await.ok();
    }

    async fn seen(&self, seen: Seen) -> Result<(), NotTaken> {
        self.handle.chores.send(Chore::Seen(seen)).await.map_err(|_| NotTaken)
    }

    async fn take_page(&self, page: Page) -> Result<(), NotTaken> {
        self.done(|done| Chore::Page { page: Box::new(page), done }).await
    }

    async fn put_attachment(&self, id: AttachmentId, attachment: Attachment) -> Result<(), NotTaken> {
        let Attachment { mime, bytes } = attachment;
        self.done(|done| Chore::Attachment { id, mime, bytes, done }).await
    }

    async fn take_back(&self, ledger: LedgerId, after: Head, tail: Vec<String>) -> Result<(), NotTaken> {
        self.done(|done| Chore::TakeBack { ledger, after, tail, done }).await
    }

    async fn renew(&self, ledger: LedgerId, fork: Seq, fresh: LedgerId) -> Result<(), NotTaken> {
        self.done(|done| Chore::Renew { ledger, fork, fresh, done }).await
    }
}
