//! One input becomes one entry: look up, decide, append. Everything inside one savepoint of a transaction.

use std::collections::BTreeMap;

use uuid::Uuid;

use super::known::{Found, piece};
use super::setup::{Bench as Place, Setup};
use super::view::{Piece, Shown};
use super::waiting::Waits;
use crate::code::Meaning;
use crate::code::aim::Aim;
use crate::floor::bench::{Bench, CLAIMS_MAX, Contact, LastLabel, Unclaimed, Undoable};
use crate::floor::decide::{self, Action, Decision, PREPRODUCTION};
use crate::floor::event::{Event, Outcome};
use crate::floor::moment::{Moment, Wall, ordering_time};
use crate::floor::order::Order;
use crate::floor::printing::{Hindrance, PrintSay};
use crate::floor::verdict::{Say, Signal, Unreadable, Verdict};
use crate::ids::{AttachmentId, EntryId, JobId, LabelId, PrinterId, StationId};
use crate::ledger::attachment;
use crate::ledger::entry::{Cause, Entry, Read};
use crate::ledger::scanners;
use crate::ledger::store::{StoreError, Writing};
use crate::scan::Broken;

/// What one turn made.
#[derive(Debug)]
pub struct Turn {
    /// Where it was made.
    pub station: StationId,
    /// What is shown for it.
    pub shown: Shown,
    /// The bench afterwards.
    pub bench: Bench,
    /// The printers that have a new label to fetch.
    pub printers: Vec<PrinterId>,
    /// The list of pieces that wait for a ticket may have changed.
    pub tickets: bool,
    /// The label to draw on the screen, as there is no printer for it.
    pub drawn: Option<LabelId>,
    /// The job that was scanned.
    pub job: Option<JobId>,
    /// It changed whose a scanner is, or how it is read.
    pub scanners: bool,
}

/// Everything that a turn needs beside its input.
pub struct Table<'a> {
    /// This PC.
    pub setup: &'a Setup,
    /// The bench where the input was made.
    pub place: &'a Place,
    /// Whether the hub is heard.
    pub contact: Contact,
    /// The pieces that were last seen to wait for a ticket.
    pub waiting: &'a [Waits],
    /// What keeps printers from printing, as far as they said.
    pub hindered: &'a BTreeMap<PrinterId, Hindrance>,
    /// The clock, read once for this input.
    pub wall: Wall,
}

/// The scanned text, and what it was read from.
pub struct Scanned<'a> {
    /// Without its AIM identifier.
    pub text: &'a str,
    /// The identifier.
    pub aim: Option<Aim>,
    /// Makes the cause out of what may be kept of the text.
    pub cause: &'a dyn Fn(Read) -> Cause,
}

impl Table<'_> {
    /// A code, scanned or typed.
    ///
    /// # Errors
    /// The store fails; then nothing of it happened.
    pub fn code(&self, writing: &mut Writing<'_>, bench: &Bench, scanned: &Scanned<'_>) -> Result<Turn, StoreError> {
        let reading = self.setup.codes.read(scanned.text, scanned.aim);
        let read = keep(writing, scanned, &reading.meaning)?;
        let action = Action::Code { text: scanned.text, meaning: &reading.meaning };
        self.act(writing, bench, &action, (scanned.cause)(read))
    }

    /// A code that is recorded and about which nothing is decided.
    ///
    /// # Errors
    /// The store fails.
    pub fn noted(
        &self,
        writing: &mut Writing<'_>,
        bench: &Bench,
        scanned: &Scanned<'_>,
        verdict: Verdict,
    ) -> Result<Turn, StoreError> {
        let reading = self.setup.codes.read(scanned.text, scanned.aim);
        let read = keep(writing, scanned, &reading.meaning)?;
        self.plain(writing, bench.clone(), (scanned.cause)(read), verdict, Vec::new(), None)
    }

    /// Anything that a person did.
    ///
    /// # Errors
    /// The store fails; then nothing of it happened.
    pub fn act(
        &self,
        writing: &mut Writing<'_>,
        bench: &Bench,
        action: &Action<'_>,
        cause: Cause,
    ) -> Result<Turn, StoreError> {
        let found = Found::look_up(writing.conn(), action, bench, self.waiting)?;
        let seen_here = self.setup.stages();
        let place = decide::Place {
            stages: &self.place.stages,
            seen_here: &seen_here,
            contact: self.contact,
            together: self.place.together,
            sign_off_after: self.place.sign_off_after,
            tickets: Place::comes_out(self.place.tickets.as_ref()),
            shipping: Place::comes_out(self.place.shipping.as_ref()),
        };
        let decision = decide::decide(action, &place, bench, &found.known(), self.wall.time);
        let newest = found.orders.values().filter_map(|o| o.last).map(|key| key.at).max();
        self.write(writing, decision, &found, cause, newest)
    }

    fn write(
        &self,
        writing: &mut Writing<'_>,
        decision: Decision,
        found: &Found,
        cause: Cause,
        newest: Option<Moment>,
    ) -> Result<Turn, StoreError> {
        let Decision { verdict, mut events, again, labels, mut bench, undo, job, unclaimed } = decision;
        let mut printers = Vec::new();
        let mut drawn = None;
        let mut waits = None;
        for (order, what) in labels {
            let printer = self.place.printer(&what).cloned();
            let label = LabelId::from_uuid(Uuid::now_v7());
            match &printer {
                Some(printer) => {
                    printers.push(printer.clone());
                    if let Some(why) = self.hindrance(writing, printer)? {
                        let number = found.orders.get(&order).map_or_else(String::new, Order::spoken);
                        waits = waits.or(Some(PrintSay::Waits { number, printer: printer.clone(), why }));
                    }
                }
                None => drawn = drawn.or(Some(label)),
            }
            bench.last_label = Some(LastLabel { order: order.clone(), label });
            events.push(Event::LabelRequested { label, order, what, printer, again });
        }
        // A worse verdict stands: what is wrong with the printer is on the screen all the same.
        let verdict = match waits {
            Some(waits) if verdict.signal == Signal::Go => Verdict::attention(Say::Print(waits)),
            _ => verdict,
        };
        let answered = events.iter().any(|event| matches!(event, Event::LabelEnded { .. }));
        printers.extend(events.iter().filter_map(|event| prints_again(event, found)));
        let by = bench.operator.clone();
        let entry = self.entry(writing, verdict, events, cause, newest, by);
        writing.append(&entry)?;
        if let Some(order) = unclaimed {
            let full = bench.unclaimed.len().saturating_sub(CLAIMS_MAX - 1);
            bench.unclaimed.drain(..full);
            bench.unclaimed.push(Unclaimed { entry: entry.id, order, at: self.wall.time });
        }
        if let Some(change) = undo {
            bench.undoable = Some(Undoable { entry: entry.id, change });
        }
        if answered {
            self.ask_more(writing, &mut bench)?;
        }
        save_bench(writing, &self.place.station, &bench)?;
        let piece = job.as_ref().and_then(|job| found.orders.values().find_map(|order| piece(order, job)));
        let job = match &entry.verdict.say {
            Say::NewHere { job, .. } => Some(job.clone()),
            _ => job,
        };
        let station = self.place.station.clone();
        let tickets = self.place.stages.iter().any(|s| s.as_str() == PREPRODUCTION);
        Ok(Turn { station, shown: self.shown(&entry, piece), bench, printers, tickets, drawn, job, scanners: false })
    }

    fn entry(
        &self,
        writing: &Writing<'_>,
        verdict: Verdict,
        events: Vec<Event>,
        cause: Cause,
        newest: Option<Moment>,
        by: Option<crate::ids::OperatorId>,
    ) -> Entry {
        let at = ordering_time(self.wall.time, writing.own().last_at, newest);
        let id = EntryId::from_uuid(Uuid::now_v7());
        Entry { id, station: self.place.station.clone(), at, wall: self.wall, by, cause, verdict, events }
    }

    fn shown(&self, entry: &Entry, piece: Option<Piece>) -> Shown {
        Shown { entry: Some(entry.id), wall: entry.wall, verdict: entry.verdict.clone(), piece }
    }

    /// Something that a scanner could not make a text of.
    ///
    /// # Errors
    /// The store fails.
    pub fn broken(
        &self,
        writing: &mut Writing<'_>,
        bench: &Bench,
        cause: Cause,
        why: Unreadable,
    ) -> Result<Turn, StoreError> {
        let verdict = Verdict::attention(Say::Unreadable { why });
        self.plain(writing, bench.clone(), cause, verdict, Vec::new(), None)
    }

    /// An entry that no rule decides: what printers say.
    ///
    /// # Errors
    /// The store fails.
    pub fn plain(
        &self,
        writing: &mut Writing<'_>,
        bench: Bench,
        cause: Cause,
        verdict: Verdict,
        events: Vec<Event>,
        order: Option<&Order>,
    ) -> Result<Turn, StoreError> {
        let newest = order.and_then(|o| o.last).map(|key| key.at);
        let by = bench.operator.clone();
        let entry = self.entry(writing, verdict, events, cause, newest, by);
        writing.append(&entry)?;
        save_bench(writing, &self.place.station, &bench)?;
        let station = self.place.station.clone();
        let scanners = scanners::concerns(&entry.events);
        let shown = self.shown(&entry, None);
        Ok(Turn { station, shown, bench, printers: Vec::new(), tickets: false, drawn: None, job: None, scanners })
    }
}

/// The printer of a label that a person said did not come out.
fn prints_again(event: &Event, found: &Found) -> Option<PrinterId> {
    match event {
        Event::LabelEnded { label, order, outcome: Outcome::Failed, .. } => {
            found.orders.get(order)?.labels.get(label)?.printer.clone()
        }
        _ => None,
    }
}

/// What of a scanned text stays in the entry.
fn keep(writing: &Writing<'_>, scanned: &Scanned<'_>, meaning: &Meaning) -> Result<Read, StoreError> {
    if holds_no_person(meaning) {
        return Ok(Read::Code { text: scanned.text.to_owned(), aim: scanned.aim });
    }
    let id = AttachmentId::from_uuid(Uuid::new_v4());
    attachment::put(writing.conn(), id, "text/plain", scanned.text.as_bytes())?;
    Ok(Read::Kept(id))
}

/// Whether a scanned text may stay in the entry: our codes, commands, carriers' and product numbers. A badge, an
/// address code or something unknown may name a person.
fn holds_no_person(meaning: &Meaning) -> bool {
    match meaning {
        Meaning::Badge(_) | Meaning::Routing(_) | Meaning::Web(_) | Meaning::Unknown(_) => false,
        Meaning::Job(_)
        | Meaning::Order(_)
        | Meaning::Package(_)
        | Meaning::Batch(_)
        | Meaning::Command(_)
        | Meaning::Pairing(_)
        | Meaning::Bin(_)
        | Meaning::LayoutTest
        | Meaning::Tracking(_)
        | Meaning::Product(_)
        | Meaning::Misread { .. } => true,
    }
}

/// What a person is told of a scan that is none.
#[must_use]
pub fn unreadable(broken: &Broken) -> Unreadable {
    match broken {
        Broken::TooLong { .. } => Unreadable::TooLong,
        Broken::NotText { .. }
        | Broken::NotFramed { .. }
        | Broken::UnknownKey { .. }
        | Broken::UnknownAltCode { .. }
        | Broken::BadReport => Unreadable::NotText,
        Broken::Overrun => Unreadable::Lost,
        Broken::CutOff => Unreadable::CutOff,
        Broken::Full { .. } => Unreadable::TooMany,
    }
}

/// Keeps a bench's state beside the entry that made it.
///
/// # Errors
/// SQLite fails.
pub fn save_bench(writing: &Writing<'_>, station: &StationId, bench: &Bench) -> Result<(), StoreError> {
    let sql = "INSERT INTO bench (station, state) VALUES (?1, ?2)
               ON CONFLICT (station) DO UPDATE SET state = excluded.state";
    let state = serde_json::to_string(bench)?;
    writing.conn().prepare_cached(sql)?.execute([station.as_str(), &state])?;
    Ok(())
}

/// A bench's state as last committed.
///
/// # Errors
/// SQLite fails, or the stored state can not be read.
pub fn load_bench(conn: &rusqlite::Connection, station: &StationId) -> Result<Bench, StoreError> {
    use rusqlite::OptionalExtension;
    let mut find = conn.prepare_cached("SELECT state FROM bench WHERE station = ?1")?;
    let state: Option<String> = find.query_row([station.as_str()], |row| row.get(0)).optional()?;
    Ok(state.map(|text| serde_json::from_str(&text)).transpose()?.unwrap_or_default())
}
