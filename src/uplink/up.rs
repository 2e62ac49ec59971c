//! Entries up: ask the head, compare, send, believe the reply.

use std::time::Duration;

use tokio::time::timeout;
use tracing::{error, info, warn};
use uuid::Uuid;

use super::climb::{Climb, Next, Role};
use super::hub::{Hub, HubError};
use super::reads::{self, Mine, Reads, batch, compare, ledgers};
use super::run::{Failed, Patience};
use super::station::Station;
use crate::ids::LedgerId;
use crate::ledger::wire::{Head, HeadReply, Hello, Refused};

/// How often a station says hello when nothing happens: how soon silence is noticed.
const HELLO_EVERY: Duration = Duration::from_secs(30);
/// How soon it says hello after its last entry, so that the hub knows that nothing is on its way.
const HELLO_AFTER: Duration = Duration::from_secs(2);
/// Steps without progress after which hub and station begin anew: a fork among all numbers takes 64 questions.
const STEPS_MAX: usize = 100;

pub(super) async fn up<S: Station>(hub: &Hub, reads: &Reads, station: &S) {
    let mut way = Way { hub, reads, station, known: None, had: 0, ended: false, settled: false };
    let mut patience = Patience::default();
    let mut committed = station.committed();
    let mut greet = true;
    loop {
        committed.borrow_and_update();
        match way.turn(greet).await {
            Ok(()) => patience.well("the hub is reached"),
            Err(error) => {
                station.contact(false, way.unsent().await).await;
                way.known = None;
                way.ended = false;
                way.settled = false;
                greet = true;
                patience.failed("contact with the hub", &error).await;
                continue;
            }
        }
        let wait = if way.settled { HELLO_EVERY } else { HELLO_AFTER };
        match timeout(wait, committed.changed()).await {
            Ok(Ok(())) => greet = false,
            Ok(Err(_)) => return,
            Err(_) => greet = true,
        }
    }
}

struct Way<'a, S> {
    hub: &'a Hub,
    reads: &'a Reads,
    station: &'a S,
    /// What the hub has, as last heard and agreed in this contact.
    known: Option<Head>,
    /// How many of our entries the hub has, as last heard.
    had: u64,
    /// The ledgers that ended were brought up in this contact.
    ended: bool,
    /// The hub was told that all is settled, and nothing was sent since.
    settled: bool,
}

impl<S: Station> Way<'_, S> {
    /// Brings the hub in step with all our ledgers.
    async fn turn(&mut self, greet: bool) -> Result<(), Failed> {
        let mut climb = Climb::new(Role::Written);
        if let (false, Some(known)) = (greet, self.known) {
            (climb, _) = self.tell(climb, None, move |climb, side| climb.head(side, known)).await?;
        }
        self.climb(climb, Role::Written, None).await?;
        if !self.ended {
            for mine in self.reads.ask(|conn| ledgers(conn, Role::Ended)).await? {
                self.climb(Climb::new(Role::Ended), Role::Ended, Some(mine.id)).await?;
            }
            self.ended = true;
        }
        Ok(())
    }

    async fn climb(&mut self, mut climb: Climb, role: Role, only: Option<LedgerId>) -> Result<(), Failed> {
        let mut steps = 0;
        loop {
            steps += 1;
            if steps > STEPS_MAX {
                return Err(Failed::NoEnd { steps });
            }
            match climb.next() {
                Next::InStep => {
                    if role == Role::Written {
                        self.station.contact(true, 0).await;
                    }
                    return Ok(());
                }
                Next::Lost => {
                    error!(ledger = ?only, "the hub has another history of a ledger that was renewed here");
                    return Ok(());
                }
                Next::Hello => {
                    let reply = self.hello(role, only).await?;
                    climb = self.heard(climb, role, only, reply.head).await?;
                }
                Next::Send { after } => {
                    let before = after.seq;
                    let Some(head) = self.send(only, after).await? else {
                        climb.again();
                        continue;
                    };
                    steps = if head.seq > before { 0 } else { steps };
                    climb = self.heard(climb, role, only, head).await?;
                }
                Next::Ask { seq } => {
                    let ledger = self.mine(only).await?.id;
                    let digest = self.hub.digest(ledger, seq).await?;
                    (climb, _) = self.tell(climb, only, move |climb, side| climb.digest(side, digest)).await?;
                }
                Next::TakeBack { after } => {
                    self.take_back(after).await?;
                    steps = 0;
                    climb.again();
                }
                Next::Renew { fork } => {
                    let ledger = self.mine(only).await?.id;
                    let fresh = LedgerId::from_uuid(Uuid::new_v4());
                    warn!(%ledger, %fork, %fresh, "the hub has another history after the fork; the ledger is renewed");
                    self.station.renew(ledger, fork, fresh).await?;
                    self.known = None;
                    self.ended = false;
                    climb.again();
                }
            }
        }
    }

    /// Takes note of what the hub has.
    async fn heard(&mut self, climb: Climb, role: Role, only: Option<LedgerId>, head: Head) -> Result<Climb, Failed> {
        let (climb, mine) = self.tell(climb, only, move |climb, side| climb.head(side, head)).await?;
        if role == Role::Written {
            let agreed = matches!(climb.next(), Next::InStep | Next::Send { .. });
            self.known = agreed.then_some(head);
            self.had = head.seq.0;
            self.station.contact(true, mine.head.seq.0.saturating_sub(head.seq.0)).await;
        }
        Ok(climb)
    }

    async fn hello(&mut self, role: Role, only: Option<LedgerId>) -> Result<HeadReply, Failed> {
        let mut hello = Hello {
            ledger: LedgerId::from_bytes([0; 16]),
            stations: Vec::new(),
            last: Default::default(),
            oldest: Default::default(),
            now: Default::default(),
            settled: Default::default(),
            seen: None,
        };
        self.station.introduce(&mut hello);
        if role == Role::Ended {
            hello.stations.clear();
        }
        if self.known.is_none() {
            // Until the histories were compared, the hub's last entry may not be ours.
            hello.settled = Default::default();
        }
        let (_, seen) = self.reads.ask(reads::stand).await?;
        let mine = self.mine(only).await?;
        hello = Hello { ledger: mine.id, last: mine.head.seq, oldest: mine.oldest, seen, ..hello };
        let reply = self.hub.hello(&hello).await?;
        if role == Role::Written {
            self.settled = self.known.is_some() && reply.head.seq >= hello.last;
        }
        if seen != Some(reply.hub) {
            self.station.seen(reply.hub).await?;
        }
        Ok(reply)
    }

    /// Sends the next batch: what the hub has then, also where it refused; none where there is nothing to send.
    async fn send(&mut self, only: Option<LedgerId>, after: Head) -> Result<Option<Head>, Failed> {
        let mine = self.mine(only).await?;
        let Some(upload) = self.reads.ask(move |conn| batch(conn, &mine, after)).await? else { return Ok(None) };
        self.settled = false;
        match self.hub.upload(&upload).await {
            Ok(reply) => Ok(Some(reply.head)),
            Err(HubError::Refused(Refused::Gap { head } | Refused::Divergence { head })) => Ok(Some(head)),
            Err(error) => Err(error.into()),
        }
    }

    async fn take_back(&self, after: Head) -> Result<(), Failed> {
        let mine = self.mine(None).await?;
        let tail = self.hub.tail(mine.id, after.seq).await?;
        let continues = tail.ledger == mine.id && tail.from == after.seq.next() && tail.before == after.digest;
        if !continues || tail.entries.is_empty() {
            return Err(Failed::NoTail { after: after.seq });
        }
        info!(entries = tail.entries.len(), "taking back entries that only the hub still has");
        Ok(self.station.take_back(mine.id, after, tail.entries).await?)
    }

    /// The ledger that is written, or the one that is named.
    async fn mine(&self, only: Option<LedgerId>) -> Result<Mine, Failed> {
        let role = if only.is_some() { Role::Ended } else { Role::Written };
        let all = self.reads.ask(move |conn| ledgers(conn, role)).await?;
        let found = all.into_iter().find(|mine| only.is_none_or(|id| id == mine.id));
        found.ok_or(Failed::Store(rusqlite::Error::QueryReturnedNoRows.into()))
    }

    async fn tell(
        &self,
        climb: Climb,
        only: Option<LedgerId>,
        tell: impl FnOnce(&mut Climb, &reads::Side<'_>) + Send + 'static,
    ) -> Result<(Climb, Mine), Failed> {
        let mine = self.mine(only).await?;
        let climb = self.reads.ask(move |conn| compare(conn, &mine, climb, tell)).await?;
        Ok((climb, mine))
    }

    async fn unsent(&self) -> u64 {
        let mine = self.mine(None).await.map_or(0, |mine| mine.head.seq.0);
        mine.saturating_sub(self.had)
    }
}
