//! Keeps what each kiosk shows in step with what was committed.

use std::collections::BTreeMap;
use std::sync::Arc;

use rusqlite::Connection;
use tokio::sync::watch;

use super::known::package;
use super::setup::Bench as Place;
use super::turn::Turn;
use super::view::{RECENT_MAX, Shown, View, WAITING_MAX};
use super::waiting::Waits;
use crate::floor::bench::{Bench, Contact, Expect, Trouble};
use crate::floor::decide::{PREPRODUCTION, expect};
use crate::floor::event::LabelOf;
use crate::floor::moment::Moment;
use crate::floor::order::Order;
use crate::floor::verdict::{Say, Signal};
use crate::ids::{LabelId, PackageId, ScannerId, StationId};
use crate::ledger::entry::{Cause, Entry};
use crate::ledger::read::newest_entries;
use crate::ledger::store::StoreError;
use crate::ledger::{orders, queue};

/// How many entries of this PC are looked through for the last answers of its benches, at a start.
const LOOKED_BACK_MAX: usize = 200;

/// Lists the last answers of before a restart on every screen.
///
/// # Errors
/// The store fails, or stored bytes are not an entry.
pub fn remember(screens: &mut BTreeMap<StationId, Screen>, conn: &Connection, ledger: i64) -> Result<(), StoreError> {
    for (_, bytes) in newest_entries(conn, ledger, LOOKED_BACK_MAX)? {
        let entry = Entry::from_bytes(bytes.as_bytes())?;
        if let Some(screen) = screens.get_mut(&entry.station) {
            screen.remember(&entry);
        }
    }
    Ok(())
}

/// The package's label that no printer prints, such as after a restart.
fn on_screen(order: &Order, package: &PackageId) -> Option<LabelId> {
    let of_package = |what: &LabelOf| matches!(what, LabelOf::Package(p) | LabelOf::Shipping(p) if p == package);
    order.labels.iter().find(|(_, l)| l.printer.is_none() && of_package(&l.what)).map(|(label, _)| *label)
}

/// One kiosk's picture, and who is told of it.
#[derive(Debug)]
pub struct Screen {
    view: View,
    trouble: BTreeMap<String, Trouble>,
    sender: watch::Sender<Arc<View>>,
}

impl Screen {
    /// An empty screen for a bench.
    #[must_use]
    pub fn new(place: &Place, contact: Contact) -> Screen {
        let view = View {
            station: place.station.clone(),
            stages: place.stages.clone(),
            recent: Vec::new(),
            open: None,
            expect: Expect::FirstPiece,
            package: None,
            drawn: None,
            question: None,
            waiting: Vec::new(),
            operator: None,
            contact,
            unsent: 0,
            trouble: Vec::new(),
            offers: Vec::new(),
        };
        let (sender, _) = watch::channel(Arc::new(view.clone()));
        Screen { view, trouble: BTreeMap::new(), sender }
    }

    /// Lists an answer of before a restart, older than those that are listed. It is not the present one, and a red is
    /// not open.
    fn remember(&mut self, entry: &Entry) {
        let by_person = matches!(entry.cause, Cause::Scan { .. } | Cause::Typed { .. } | Cause::Touch);
        let beside = entry.verdict.say == Say::Beside;
        if by_person && !beside && self.view.recent.len() < RECENT_MAX {
            let (wall, verdict) = (entry.wall, entry.verdict.clone());
            self.view.recent.push(Shown { entry: Some(entry.id), wall, verdict, piece: None });
        }
    }

    /// For whoever shows it.
    #[must_use]
    pub fn watch(&self) -> watch::Receiver<Arc<View>> {
        self.sender.subscribe()
    }

    /// The bench it belongs to.
    #[must_use]
    pub fn station(&self) -> &StationId {
        &self.view.station
    }

    /// Takes one turn's answer. What a printer did is shown only where somebody is asked or told to do something: its
    /// tries are not scans, and its trouble has a line of its own.
    pub fn turn(&mut self, turn: &Turn, by_person: bool) {
        let is_asked_of_somebody = matches!(turn.shown.verdict.say, Say::DidItPrint { .. } | Say::Print(_));
        if by_person || is_asked_of_somebody {
            self.say(turn.shown.clone());
        }
        if turn.drawn.is_some() || (by_person && turn.bench.hand.is_none()) {
            self.view.drawn = turn.drawn;
        }
    }

    /// Shows an answer as the newest. A red opens; OK and a better answer about the same piece close it.
    pub fn say(&mut self, shown: Shown) {
        let job = |shown: &Shown| shown.piece.as_ref().map(|piece| piece.job.clone());
        if shown.verdict.signal == Signal::Stop {
            self.view.open = Some(shown.clone());
        } else if shown.verdict.say == Say::Noted
            || self.view.open.as_ref().is_some_and(|open| job(open).is_some() && job(open) == job(&shown))
        {
            self.view.open = None;
        }
        self.view.recent.insert(0, shown);
        self.view.recent.truncate(RECENT_MAX);
    }

    /// A device works or does not.
    pub fn equipment(&mut self, device: &str, trouble: Option<Trouble>) {
        match trouble {
            Some(trouble) => self.trouble.insert(device.to_owned(), trouble),
            None => self.trouble.remove(device),
        };
        self.view.trouble = self.trouble.values().cloned().collect();
    }

    /// Scanners that belong to no bench said something.
    pub fn offers(&mut self, scanners: &[ScannerId]) {
        self.view.offers = scanners.to_vec();
    }

    /// The hub is heard or not, and lacks so many entries.
    pub fn contact(&mut self, contact: Contact, unsent: u64) {
        self.view.contact = contact;
        self.view.unsent = unsent;
    }

    /// Looks up again what the bench has in hand and waits for.
    ///
    /// # Errors
    /// The store fails; the old picture stays.
    pub fn refresh(&mut self, conn: &Connection, bench: &Bench, now: Moment) -> Result<(), StoreError> {
        let mut known = BTreeMap::new();
        if let Some(hand) = &bench.hand
            && let Some(order) = orders::order(conn, &hand.order)?
        {
            known.insert(hand.order.clone(), order);
        }
        for trouble in &mut self.view.trouble {
            if let Trouble::Printer { printer, labels, .. } = trouble {
                *labels = queue::count(conn, printer)?;
            }
        }
        if self.view.drawn.is_none() {
            self.view.drawn = bench.hand.as_ref().and_then(|hand| on_screen(known.get(&hand.order)?, &hand.package));
        }
        self.view.expect = expect(bench, &self.view.stages, &known, now);
        self.view.package = package(bench, &known);
        self.view.question = bench.questions.first().cloned();
        self.view.operator.clone_from(&bench.operator);
        Ok(())
    }

    /// Shows which pieces wait for a ticket, where tickets are made.
    pub fn waiting(&mut self, waiting: &[Waits]) {
        if self.view.stages.iter().any(|s| s.as_str() == PREPRODUCTION) {
            self.view.waiting = waiting.iter().take(WAITING_MAX).map(|(_, piece)| piece.clone()).collect();
        }
    }

    /// Tells whoever shows it.
    pub fn publish(&self) {
        self.sender.send_replace(Arc::new(self.view.clone()));
    }
}
