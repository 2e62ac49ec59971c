//! Takes one input inside the common transaction, or one chore in a transaction of its own.

use std::collections::BTreeMap;

use tracing::{info, warn};

use super::input::{Came, Chore, Input};
use super::printing::Queued;
use super::run::{Made, Station};
use super::setup::Bench as Place;
use super::touch::Touch;
use super::turn::{Scanned, Table, Turn, save_bench, unreadable};
use crate::code::aim::Aim;
use crate::code::command::Command;
use crate::code::own::{self, Own};
use crate::floor::bench::Bench;
use crate::floor::decide::Action;
use crate::ids::{PrinterId, ScannerId, StationId};
use crate::ledger::entry::{Cause, Read};
use crate::ledger::store::{StoreError, Writing};
use crate::ledger::{attachment, foreign, queue};
use crate::scan::{Broken, Heard};

/// Whether what is on the disk is all that happened here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum History {
    /// Nothing that was committed is missing.
    Whole,
    /// The disk was an old copy: labels that it says are waiting may be out already.
    Restored,
}

type Benches = BTreeMap<StationId, Bench>;

impl Station {
    /// One input's part of the transaction. Nothing outside it is changed but `benches`, which the caller keeps only
    /// after the commit.
    pub(super) fn turn(
        &mut self,
        writing: &mut Writing<'_>,
        benches: &mut Benches,
        input: &Input,
    ) -> Result<Made, StoreError> {
        let made = match input {
            Input::Heard { station, scanner, heard: Heard::Pull(scans) } => {
                return Ok(Made::Turns(self.pull(writing, benches, (station, scanner), scans)?));
            }
            Input::Heard { station, scanner, heard } => self.heard(writing, benches, station, scanner, heard)?,
            Input::Unpaired { scanner, said } => self.unpaired(writing, benches, scanner, said.as_ref())?,
            Input::Touched { station, touch: Touch::Free { scanner }, .. } => {
                self.free(writing, benches, station, scanner)?
            }
            Input::Typed { station, code, .. } => self.at(benches, station, |table, bench| {
                let (aim, text) = Aim::split(code.trim());
                table.code(writing, bench, &Scanned { text, aim, cause: &|read| Cause::Typed { read } })
            })?,
            Input::Touched { station, touch, .. } => {
                self.at(benches, station, |table, bench| touched(table, writing, bench, touch))?
            }
            Input::Ready { printer, .. } => return self.ready(writing, benches, printer),
            Input::Sent { printer: _, label, came } => {
                let Some(waiting) = queue::find(writing.conn(), *label)? else { return Ok(Made::Nothing) };
                let Some(queued) = Queued::of(writing, waiting)? else { return Ok(Made::Nothing) };
                self.ended(writing, benches, queued, came.clone(), None)?
            }
            Input::Equipment { device, stations, trouble } => {
                self.equipment(device, stations, trouble.as_ref());
                return Ok(Made::Nothing);
            }
        };
        let by_person = !matches!(input, Input::Sent { .. });
        Ok(made.map_or(Made::Nothing, |turn| Made::Turn { turn, by_person }))
    }

    /// Runs a turn at a bench of ours and keeps the bench's new state.
    pub(super) fn at(
        &self,
        benches: &mut Benches,
        station: &StationId,
        work: impl FnOnce(&Table<'_>, &Bench) -> Result<Turn, StoreError>,
    ) -> Result<Option<Turn>, StoreError> {
        let Some(place) = self.setup.stations.iter().find(|b| b.station == *station) else {
            warn!(%station, "an input for a station that is not here");
            return Ok(None);
        };
        let bench = benches.entry(station.clone()).or_default();
        let turn = work(&self.table(place), bench)?;
        *bench = turn.bench.clone();
        Ok(Some(turn))
    }

    fn table<'a>(&'a self, place: &'a Place) -> Table<'a> {
        Table {
            setup: &self.setup,
            place,
            contact: self.contact,
            waiting: &self.waiting,
            hindered: &self.hindered,
            wall: (self.setup.clock)(),
        }
    }

    fn heard(
        &mut self,
        writing: &mut Writing<'_>,
        benches: &mut Benches,
        station: &StationId,
        scanner: &ScannerId,
        heard: &Heard,
    ) -> Result<Option<Turn>, StoreError> {
        let cause = |read| Cause::Scan { scanner: scanner.clone(), read };
        match heard {
            // Each of its turns is one of several, which [`Station::turn`] takes.
            Heard::Pull(_) => Ok(None),
            Heard::Unpaired(said) => self.unpaired(writing, benches, scanner, Some(said)),
            Heard::Layout { layout, right } => {
                self.layout_tested(writing, benches, (station, scanner), (layout, *right))
            }
            Heard::Scan(scan) => match pairing(&scan.text) {
                Some(other) => self.pair(writing, benches, scanner, &other),
                None => self.at(benches, station, |table, bench| {
                    table.code(writing, bench, &Scanned { text: &scan.text, aim: scan.aim, cause: &cause })
                }),
            },
            Heard::Broken(broken) => {
                let now = (self.setup.clock)().time;
                let counted = match broken {
                    // Scans that were lost are always said.
                    Broken::Full { lost } => Some(*lost),
                    _ => self.unreadable.heard(scanner, now),
                };
                let Some(count) = counted else { return Ok(None) };
                let why = unreadable(broken);
                self.at(benches, station, |table, bench| {
                    table.broken(writing, bench, cause(Read::Broken { why, count }), why)
                })
            }
        }
    }

    fn ready(
        &mut self,
        writing: &mut Writing<'_>,
        benches: &mut Benches,
        printer: &PrinterId,
    ) -> Result<Made, StoreError> {
        let Some(queued) = Queued::oldest(writing, printer)? else { return Ok(Made::Nothing) };
        let Some(place) = queued.place(&self.setup) else { return Ok(Made::Nothing) };
        let bench = benches.entry(place.station.clone()).or_default();
        let (job, turn) = self.table(place).hand_over(writing, bench, queued)?;
        *bench = turn.bench.clone();
        Ok(Made::Handed { turn, job })
    }

    fn ended(
        &self,
        writing: &mut Writing<'_>,
        benches: &mut Benches,
        queued: Queued,
        came: Came,
        cause: Option<Cause>,
    ) -> Result<Option<Turn>, StoreError> {
        let Some(place) = queued.place(&self.setup) else { return Ok(None) };
        let cause = cause.unwrap_or_else(|| queued.cause());
        let bench = benches.entry(place.station.clone()).or_default();
        let turn = self.table(place).sent(writing, bench, queued, came, cause)?;
        *bench = turn.bench.clone();
        Ok(Some(turn))
    }

    /// Asks about the labels that were on their way when the program stopped, and makes the first pictures.
    pub(super) fn recover(&mut self, history: History) {
        let opened = self.open_store().map(|store| self.store = Some(store));
        let mut benches = self.benches.clone();
        match opened.and_then(|()| self.recover_labels(&mut benches, history)) {
            Ok(0) => {}
            Ok(labels) => info!(labels, "labels were on their way when the program stopped"),
            Err(error) => {
                self.not_safe(&error);
            }
        }
        if self.store.is_some() {
            self.benches = benches;
        }
        self.look_out();
        self.refresh();
        self.publish();
    }

    fn recover_labels(&mut self, benches: &mut Benches, history: History) -> Result<usize, StoreError> {
        let mut store = self.open_store()?;
        let mut writing = store.begin()?;
        let mut interrupted = queue::interrupted(writing.conn())?;
        if history == History::Restored {
            interrupted.extend(queue::requested_shipping(writing.conn())?);
        }
        let labels = interrupted.len();
        for waiting in interrupted {
            let Some(queued) = Queued::of(&writing, waiting)? else { continue };
            self.ended(&mut writing, benches, queued, Came::Doubtful, Some(Cause::Restart))?;
        }
        for place in &self.setup.stations {
            let bench = benches.entry(place.station.clone()).or_default();
            self.table(place).ask_more(&writing, bench)?;
            save_bench(&writing, &place.station, bench)?;
        }
        writing.commit()?;
        self.keep(store);
        Ok(labels)
    }

    /// Takes one thing that the uplink brings.
    pub(super) fn chore(&mut self, chore: Chore) {
        match chore {
            Chore::Contact { contact, unsent } => {
                self.contact = contact;
                let last = self.store.as_ref().map_or(0, |s| s.own().head.seq.0);
                self.acknowledged = last.saturating_sub(unsent);
                self.refresh();
            }
            Chore::Waiting(waiting) => {
                for screen in self.screens.values_mut() {
                    screen.waiting(&waiting);
                }
                self.waiting = waiting;
            }
            Chore::Seen(seen) => {
                self.commit(|writing| foreign::set_seen(writing, &seen));
            }
            Chore::Page { page, done } => {
                let taken = self.commit(|writing| foreign::take(writing, &page));
                done.send(taken).ok();
                self.look_out();
                self.refresh();
                self.wake_printers();
            }
            Chore::Attachment { id, mime, bytes, done } => {
                let kept = self.commit(|writing| attachment::put(writing.conn(), id, &mime, &bytes));
                done.send(kept).ok();
            }
            Chore::TakeBack { ledger, after, tail, done } => {
                let still = self.store.as_ref().is_some_and(|s| s.own().id == ledger && s.own().head == after);
                let taken = still && self.commit(|writing| writing.take_back(&tail).map(|_| ()));
                if taken {
                    // What the benches had in hand is older than what came back.
                    let fresh = |bench: &Bench| Bench { operator: bench.operator.clone(), ..Bench::default() };
                    self.benches.values_mut().for_each(|bench| *bench = fresh(bench));
                    self.recover(History::Restored);
                }
                done.send(taken).ok();
            }
            Chore::Renew { ledger, fork, fresh, done } => {
                let still = self.store.as_ref().is_some_and(|s| s.own().id == ledger);
                let renewed = still && self.commit(|writing| writing.renew(fork, fresh));
                warn!(%fork, ledger = %fresh, renewed, "the hub has another history after the fork");
                done.send(renewed).ok();
            }
        }
        self.publish();
    }

    /// One transaction of the uplink's.
    fn commit(&mut self, work: impl FnOnce(&mut Writing<'_>) -> Result<(), StoreError>) -> bool {
        let mut store = match self.open_store() {
            Ok(store) => store,
            Err(error) => {
                self.not_safe(&error);
                return false;
            }
        };
        let result = store.begin().and_then(|mut writing| {
            writing.attempt(work)?;
            writing.commit()
        });
        match result {
            Ok(()) => {
                self.keep(store);
                true
            }
            // What cannot be read is the hub's; the disk is well.
            Err(error) if error.concerns_one_input() => {
                warn!(error = &error as &dyn std::error::Error, "what the hub sent cannot be taken");
                self.keep(store);
                false
            }
            Err(error) => {
                self.not_safe(&error);
                false
            }
        }
    }
}

/// The station whose pairing code a text is.
fn pairing(text: &str) -> Option<StationId> {
    match own::read(text)? {
        Own::Named(own::Kind::Pairing, name) => StationId::new(name).ok(),
        _ => None,
    }
}

fn touched(table: &Table<'_>, writing: &mut Writing<'_>, bench: &Bench, touch: &Touch) -> Result<Turn, StoreError> {
    let action = match touch {
        Touch::Yes { label } => Action::Answer { label: *label, yes: true },
        Touch::No { label } => Action::Answer { label: *label, yes: false },
        Touch::Undo => Action::Undo,
        Touch::PrintNext { n } => Action::PrintNext(*n),
        Touch::Ticket { job } => Action::Ticket(job),
        // Freeing a scanner is none of the floor's business, and is taken before.
        Touch::Seen | Touch::Free { .. } => Action::Command(Command::Ok),
        Touch::Command { command } => Action::Command(*command),
    };
    table.act(writing, bench, &action, Cause::Touch)
}
