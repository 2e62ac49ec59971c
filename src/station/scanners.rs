//! Whose a scanner is: pairing codes, offers on every kiosk, the layout's test, and several barcodes of one pull.

use std::collections::BTreeMap;

use tracing::warn;

use super::input::Unpaired;
use super::run::Station;
use super::turn::{Scanned, Turn};
use super::view::Shown;
use crate::code::Meaning;
use crate::code::own::{Kind, make_named};
use crate::floor::bench::Bench;
use crate::floor::event::{Event, ScannerSet};
use crate::floor::verdict::{Say, ScannerNews, Signal, Unreadable, Verdict};
use crate::ids::{JobId, ScannerId, StationId};
use crate::ledger::entry::{Cause, Read};
use crate::ledger::scanners;
use crate::ledger::store::{StoreError, Writing};
use crate::scan::Scan;

/// Most unpaired scanners that a kiosk offers at once; the newest stay.
pub const OFFERS_MAX: usize = 4;

type Benches = BTreeMap<StationId, Bench>;

/// What was answered to a scan, told after the commit to whoever has to do with the scanner or the press beside it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answered {
    /// Where.
    pub station: StationId,
    /// The scanner; none for a code that was typed.
    pub scanner: Option<ScannerId>,
    /// How.
    pub signal: Signal,
    /// The job that was scanned, if it was one and is recorded.
    pub job: Option<JobId>,
}

impl Station {
    /// What a scanner said that belongs to no bench; nothing when it went away.
    pub(super) fn unpaired(
        &mut self,
        writing: &mut Writing<'_>,
        benches: &mut Benches,
        scanner: &ScannerId,
        said: Option<&Unpaired>,
    ) -> Result<Option<Turn>, StoreError> {
        let owner = self.scanners.borrow().get(scanner).and_then(|known| known.station.clone());
        match said {
            None => self.offers.retain(|offered| offered != scanner),
            Some(Unpaired::Pairing { station }) => return self.pair(writing, benches, scanner, station),
            Some(Unpaired::Something) => {
                if let Some(owner) = owner {
                    return self.not_ready(writing, benches, scanner, &owner);
                }
                self.offers.retain(|offered| offered != scanner);
                self.offers.insert(0, scanner.clone());
                self.offers.truncate(OFFERS_MAX);
            }
        }
        Ok(None)
    }

    /// A scanner that was paired a moment ago, and whose task does not know yet.
    fn not_ready(
        &self,
        writing: &mut Writing<'_>,
        benches: &mut Benches,
        scanner: &ScannerId,
        owner: &StationId,
    ) -> Result<Option<Turn>, StoreError> {
        let verdict = Verdict::attention(Say::Scanner { scanner: scanner.clone(), news: ScannerNews::NotReady });
        let cause = cause(scanner, Read::Broken { why: Unreadable::Lost, count: 1 });
        self.at(benches, owner, |table, bench| table.plain(writing, bench.clone(), cause, verdict, Vec::new(), None))
    }

    /// Binds a scanner to the bench whose pairing code it read.
    pub(super) fn pair(
        &mut self,
        writing: &mut Writing<'_>,
        benches: &mut Benches,
        scanner: &ScannerId,
        station: &StationId,
    ) -> Result<Option<Turn>, StoreError> {
        let text = make_named(Kind::Pairing, station.as_str()).unwrap_or_default();
        let cause = cause(scanner, Read::Code { text, aim: None });
        let news = |news| Say::Scanner { scanner: scanner.clone(), news };
        let fixed = self.setup.wiring.fixed.get(scanner).filter(|fixed| *fixed != station).cloned();
        let here = self.setup.stations.iter().any(|bench| bench.station == *station);
        let (at, verdict, events) = match fixed {
            Some(fixed) => (fixed.clone(), Verdict::attention(news(ScannerNews::Fixed { station: fixed })), Vec::new()),
            None if here => {
                let event = Event::ScannerSet { scanner: scanner.clone(), to: ScannerSet::Paired };
                (station.clone(), Verdict::go(news(ScannerNews::Paired)), vec![event])
            }
            None => {
                let elsewhere = Verdict::attention(news(ScannerNews::Elsewhere { station: station.clone() }));
                let owner = self.scanners.borrow().get(scanner).and_then(|known| known.station.clone());
                match owner {
                    Some(owner) => (owner, elsewhere, Vec::new()),
                    None => {
                        self.tell_all(&elsewhere);
                        return Ok(None);
                    }
                }
            }
        };
        self.at(benches, &at, |table, bench| table.plain(writing, bench.clone(), cause, verdict, events, None))
    }

    /// A person says that a scanner is none, or belongs to this bench no more.
    pub(super) fn free(
        &mut self,
        writing: &mut Writing<'_>,
        benches: &mut Benches,
        station: &StationId,
        scanner: &ScannerId,
    ) -> Result<Option<Turn>, StoreError> {
        self.offers.retain(|offered| offered != scanner);
        let paired = self.scanners.borrow().get(scanner).is_some_and(|known| known.station.is_some());
        let events = if paired {
            vec![Event::ScannerSet { scanner: scanner.clone(), to: ScannerSet::Freed }]
        } else {
            Vec::new()
        };
        let verdict = Verdict::go(Say::Scanner { scanner: scanner.clone(), news: ScannerNews::Freed });
        self.at(benches, station, |table, bench| {
            table.plain(writing, bench.clone(), Cause::Touch, verdict, events, None)
        })
    }

    /// A scanner read the layout's test.
    pub(super) fn layout_tested(
        &mut self,
        writing: &mut Writing<'_>,
        benches: &mut Benches,
        (station, scanner): (&StationId, &ScannerId),
        (layout, right): (&str, bool),
    ) -> Result<Option<Turn>, StoreError> {
        let layout = layout.to_owned();
        let (news, events) = if right {
            (ScannerNews::LayoutRight { layout }, Vec::new())
        } else {
            let event = Event::ScannerSet { scanner: scanner.clone(), to: ScannerSet::Layout(layout.clone()) };
            (ScannerNews::LayoutSet { layout }, vec![event])
        };
        let verdict = Verdict::go(Say::Scanner { scanner: scanner.clone(), news });
        let cause = cause(scanner, Read::Code { text: crate::code::own::LAYOUT_TEST.to_owned(), aim: None });
        self.at(benches, station, |table, bench| table.plain(writing, bench.clone(), cause, verdict, events, None))
    }

    /// Several barcodes of one pull: all are recorded, in their order; what does not count stays silent. Two commands
    /// do nothing.
    pub(super) fn pull(
        &mut self,
        writing: &mut Writing<'_>,
        benches: &mut Benches,
        (station, scanner): (&StationId, &ScannerId),
        scans: &[Scan],
    ) -> Result<Vec<Turn>, StoreError> {
        let meanings: Vec<Meaning> =
            scans.iter().map(|scan| self.setup.codes.read(&scan.text, scan.aim).meaning).collect();
        let mut commands = meanings.iter().filter(|meaning| matches!(meaning, Meaning::Command(_)));
        let first = commands.next();
        let torn = commands.any(|other| Some(other) != first);
        let nothing_counts = !meanings.iter().any(counts);
        let mut turns = Vec::new();
        for (i, (scan, meaning)) in scans.iter().zip(&meanings).enumerate() {
            let beside = if torn && matches!(meaning, Meaning::Command(_)) {
                Some(Verdict::attention(Say::SeveralCommands))
            } else {
                let counts = counts(meaning) || (nothing_counts && i == 0);
                // The same command again is the same word.
                let again = matches!(meaning, Meaning::Command(_)) && meanings.iter().take(i).any(|m| m == meaning);
                (!counts || again).then(|| Verdict::go(Say::Beside))
            };
            let said =
                beside.is_some() && turns.iter().any(|turn: &Turn| turn.shown.verdict.say == Say::SeveralCommands);
            let silent = said || beside.as_ref().is_some_and(|verdict| verdict.signal == Signal::Go);
            let make = |read| Cause::Scan { scanner: scanner.clone(), read };
            let scanned = Scanned { text: &scan.text, aim: scan.aim, cause: &make };
            let turn = match (beside, meaning) {
                (Some(verdict), _) => {
                    self.at(benches, station, |table, bench| table.noted(writing, bench, &scanned, verdict))?
                }
                (None, Meaning::Pairing(other)) => self.pair(writing, benches, scanner, other)?,
                (None, _) => self.at(benches, station, |table, bench| table.code(writing, bench, &scanned))?,
            };
            turns.extend(turn.filter(|_| !silent));
        }
        Ok(turns)
    }

    /// Reads again whose each scanner is, after a commit that changed it.
    pub(super) fn scanners_changed(&mut self) {
        let Some(store) = &self.store else { return };
        match scanners::all(store.conn()) {
            Ok(known) => {
                self.offers.retain(|offered| known.get(offered).is_none_or(|known| known.station.is_none()));
                self.scanners.send_replace(std::sync::Arc::new(known));
            }
            Err(error) => warn!(error = &error as &dyn std::error::Error, "scanners stay as they were until a restart"),
        }
    }

    fn tell_all(&mut self, verdict: &Verdict) {
        let wall = (self.setup.clock)();
        for screen in self.screens.values_mut() {
            screen.say(Shown { entry: None, wall, verdict: verdict.clone(), piece: None });
        }
    }

    /// Tells what was answered, after the commit.
    pub(super) fn answered(&self, turn: &Turn, scanner: Option<&ScannerId>) {
        if let Some(tell) = &self.setup.wiring.answered {
            let signal = turn.shown.verdict.signal;
            let (station, job) = (turn.station.clone(), turn.job.clone());
            tell(&Answered { station, scanner: scanner.cloned(), signal, job });
        }
    }
}

fn cause(scanner: &ScannerId, read: Read) -> Cause {
    Cause::Scan { scanner: scanner.clone(), read }
}

/// Whether a barcode is what somebody wanted to scan, and not one that was printed beside it.
fn counts(meaning: &Meaning) -> bool {
    match meaning {
        Meaning::Job(_)
        | Meaning::Order(_)
        | Meaning::Package(_)
        | Meaning::Batch(_)
        | Meaning::Badge(_)
        | Meaning::Command(_)
        | Meaning::Pairing(_)
        | Meaning::Bin(_)
        | Meaning::Tracking(_)
        | Meaning::Misread { .. } => true,
        Meaning::LayoutTest | Meaning::Routing(_) | Meaning::Product(_) | Meaning::Web(_) | Meaning::Unknown(_) => {
            false
        }
    }
}
