//! What the uplink needs from the one who writes our ledger.

use std::future::Future;

use tokio::sync::watch;

use crate::ids::{AttachmentId, LedgerId, Seq};
use crate::ledger::attachment::Attachment;
use crate::ledger::wire::{Head, Hello, Page, Seen};

/// The station did not take it: it is stopping, its disk failed, or its ledger changed meanwhile.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the station did not take it")]
pub struct NotTaken;

/// The station's loop. Everything is on disk when its future ends well.
pub trait Station: Send + Sync {
    /// Fills in what only the loop knows of a contact: its benches, its clock, and up to when all is settled. Called
    /// before the head is read, so that what is settled is in entries up to it.
    fn introduce(&self, hello: &mut Hello);

    /// The last committed entry; changes with every commit.
    fn committed(&self) -> watch::Receiver<Seq>;

    /// Whether the hub was reached at the last try, and how many entries it lacks.
    fn contact(&self, reached: bool, unsent: u64) -> impl Future<Output = ()> + Send;

    /// The newest entry of the hub's own ledger that we were told of.
    ///
    /// # Errors
    /// Not recorded.
    fn seen(&self, seen: Seen) -> impl Future<Output = Result<(), NotTaken>> + Send;

    /// A page of the feed; its attachments were put before.
    ///
    /// # Errors
    /// Not recorded.
    fn take_page(&self, page: Page) -> impl Future<Output = Result<(), NotTaken>> + Send;

    /// Bytes that a page names.
    ///
    /// # Errors
    /// Not recorded.
    fn put_attachment(
        &self,
        id: AttachmentId,
        attachment: Attachment,
    ) -> impl Future<Output = Result<(), NotTaken>> + Send;

    /// Entries that the hub has of `ledger` after `after`, which must still be its last entry.
    ///
    /// # Errors
    /// The ledger goes on differently, or not recorded.
    fn take_back(
        &self,
        ledger: LedgerId,
        after: Head,
        tail: Vec<String>,
    ) -> impl Future<Output = Result<(), NotTaken>> + Send;

    /// Moves what `ledger` has after `fork` to a new one; it must still be the one that is written.
    ///
    /// # Errors
    /// Another ledger is written, or not recorded.
    fn renew(&self, ledger: LedgerId, fork: Seq, fresh: LedgerId) -> impl Future<Output = Result<(), NotTaken>> + Send;
}
