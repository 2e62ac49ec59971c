//! The loop: one thread owns the store, takes what waits, commits once, and only then answers.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{mpsc, oneshot, watch};
use tracing::{error, info, warn};
use uuid::Uuid;

use super::input::{CHORES_MAX, Came, Chore, Input, PRINTER_DEVICE, TOGETHER_MAX, WAITING_MAX};
use super::setup::Setup;
use super::show::{self, Screen};
use super::take::History;
use super::turn::{Turn, load_bench};
use super::view::View;
use super::waiting::{Lookout, Waits};
use super::work::Job;
use crate::floor::bench::{Bench, Contact, Trouble};
use crate::floor::decide::PREPRODUCTION;
use crate::floor::printing::Hindrance;
use crate::floor::verdict::NotSafe;
use crate::ids::{LedgerId, PrinterId, ScannerId, Seq, StationId};
use crate::ledger::checkpoint::Checkpoints;
use crate::ledger::scanners::{self, Scanners};
use crate::ledger::store::{Store, StoreError};

/// How others speak to the station.
#[derive(Debug, Clone)]
pub struct Handle {
    /// What people and devices do. Never wait on it in a reader: `try_send`, and say so when it is full.
    pub inputs: mpsc::Sender<Input>,
    /// What the uplink brings.
    pub chores: mpsc::Sender<Chore>,
    /// Answered before anything else: a loop that does not answer hangs.
    pub pulse: mpsc::Sender<oneshot::Sender<()>>,
    /// What each kiosk shows.
    pub views: Vec<(StationId, watch::Receiver<Arc<View>>)>,
    /// The last committed entry: whoever uploads waits on it.
    pub committed: watch::Receiver<Seq>,
    /// Whose each scanner is, and how it is read; what was committed.
    pub scanners: watch::Receiver<Arc<Scanners>>,
}

/// Starts the loop on a thread of its own. It ends when every handle is gone.
///
/// # Errors
/// The store can not be opened.
pub fn start(setup: Setup) -> Result<(Handle, std::thread::JoinHandle<()>), StoreError> {
    let store = Store::open(&setup.folder, fresh_ledger())?;
    let (inputs, input_queue) = mpsc::channel(WAITING_MAX);
    let (chores, chore_queue) = mpsc::channel(CHORES_MAX);
    let (pulse, beats) = mpsc::channel(1);
    let mut station = Station::new(setup, store)?;
    let views = station.screens.values().map(|s| (s.station().clone(), s.watch())).collect();
    let handle = Handle {
        inputs,
        chores,
        pulse,
        views,
        committed: station.committed.subscribe(),
        scanners: station.scanners.subscribe(),
    };
    if station.setup.stages().iter().any(|s| s.as_str() == PREPRODUCTION) {
        station.lookout = Some(Lookout::start(&station.setup.folder, handle.chores.downgrade())?);
    }
    station.recover(History::Whole);
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .build()
        .map_err(|source| StoreError::Folder { path: station.setup.folder.clone(), source })?;
    let work = move || runtime.block_on(station.run(input_queue, chore_queue, beats));
    let thread = std::thread::Builder::new().name("station".into()).spawn(work);
    let thread = thread.map_err(|source| StoreError::Folder { path: std::path::PathBuf::new(), source })?;
    Ok((handle, thread))
}

fn fresh_ledger() -> LedgerId {
    LedgerId::from_uuid(Uuid::new_v4())
}

/// The state of the loop.
pub(super) struct Station {
    pub(super) setup: Setup,
    /// None after a failed commit, until it could be opened again.
    pub(super) store: Option<Store>,
    checkpoints: Option<Checkpoints>,
    pub(super) benches: BTreeMap<StationId, Bench>,
    pub(super) screens: BTreeMap<StationId, Screen>,
    pub(super) contact: Contact,
    /// The last entry that the hub has, as far as it said.
    pub(super) acknowledged: u64,
    /// The pieces that were last seen to wait for a ticket.
    pub(super) waiting: Vec<Waits>,
    lookout: Option<Lookout>,
    /// What became of labels and could not be recorded: taken again with the next input. At most one a printer.
    pub(super) again: Vec<Input>,
    /// What keeps printers from printing, as far as they said.
    pub(super) hindered: BTreeMap<PrinterId, Hindrance>,
    /// Printers that wait for a label.
    pub(super) idle: HashMap<PrinterId, oneshot::Sender<Job>>,
    pub(super) unreadable: super::noise::Noise,
    committed: watch::Sender<Seq>,
    pub(super) scanners: watch::Sender<Arc<Scanners>>,
    /// Unpaired scanners that said something, the newest first; at most [`super::scanners::OFFERS_MAX`].
    pub(super) offers: Vec<ScannerId>,
}

/// What the transaction made of an input; performed once it is on disk.
pub(super) enum Made {
    /// An entry: it is shown, and whoever asked is answered.
    Turn { turn: Turn, by_person: bool },
    /// Several, of which each is shown.
    Turns(Vec<Turn>),
    /// An entry that sends a label: its printer gets it.
    Handed { turn: Turn, job: Job },
    /// Nothing, or nothing yet.
    Nothing,
    /// What is stored about this one thing can not be read; the others are not concerned.
    Failed,
}

impl Station {
    fn new(setup: Setup, store: Store) -> Result<Station, StoreError> {
        let contact = Contact::NotYet;
        let mut benches = BTreeMap::new();
        let mut screens = BTreeMap::new();
        for place in &setup.stations {
            benches.insert(place.station.clone(), load_bench(store.conn(), &place.station)?);
            screens.insert(place.station.clone(), Screen::new(place, contact));
        }
        show::remember(&mut screens, store.conn(), store.own().n)?;
        let (committed, _) = watch::channel(store.own().head.seq);
        let (scanners, _) = watch::channel(Arc::new(scanners::all(store.conn())?));
        Ok(Station {
            setup,
            store: Some(store),
            checkpoints: None,
            benches,
            screens,
            contact,
            acknowledged: 0,
            waiting: Vec::new(),
            lookout: None,
            again: Vec::new(),
            hindered: BTreeMap::new(),
            idle: HashMap::new(),
            unreadable: super::noise::Noise::default(),
            committed,
            scanners,
            offers: Vec::new(),
        })
    }

    async fn run(
        mut self,
        mut inputs: mpsc::Receiver<Input>,
        mut chores: mpsc::Receiver<Chore>,
        mut beats: mpsc::Receiver<oneshot::Sender<()>>,
    ) {
        info!(stations = self.setup.stations.len(), "ready for scans");
        let (mut inputs_open, mut chores_open) = (true, true);
        while inputs_open || chores_open {
            let forgets = self.forgets_in();
            tokio::select! {
                biased;
                Some(beat) = beats.recv() => beat.send(()).unwrap_or_default(),
                input = inputs.recv(), if inputs_open => match input {
                    Some(first) => {
                        let mut together = vec![first];
                        while together.len() < TOGETHER_MAX && let Ok(next) = inputs.try_recv() {
                            together.push(next);
                        }
                        self.together(together);
                    }
                    None => inputs_open = false,
                },
                chore = chores.recv(), if chores_open => match chore {
                    Some(chore) => self.chore(chore),
                    None => chores_open = false,
                },
                // A bench waits for something no more: its screen says so.
                () = tokio::time::sleep(forgets.unwrap_or_default()), if forgets.is_some() => {
                    self.refresh();
                    self.publish();
                }
            }
        }
    }

    /// How long until a bench next forgets something that it waits for.
    fn forgets_in(&self) -> Option<Duration> {
        let now = (self.setup.clock)().time;
        let left = self.benches.values().filter_map(Bench::forgets_at).map(|at| at.since(now));
        left.filter(|left| *left > 0).min().map(|left| Duration::from_micros(left.unsigned_abs()))
    }

    /// Decides inputs that waited together, commits them in one transaction, then answers.
    pub(super) fn together(&mut self, inputs: Vec<Input>) {
        let inputs: Vec<Input> = self.again.drain(..).chain(inputs).collect();
        if self.store.is_none() {
            // Before anything is decided: what was committed, and what was on its way, is read again.
            self.recover(History::Whole);
        }
        let mut benches = self.benches.clone();
        match self.commit_all(&inputs, &mut benches) {
            Ok(made) => {
                self.benches = benches;
                self.perform(inputs, made);
            }
            Err(cause) => {
                let why = self.not_safe(&cause);
                for input in inputs {
                    self.refuse(input, why);
                }
                self.publish();
            }
        }
    }

    fn commit_all(
        &mut self,
        inputs: &[Input],
        benches: &mut BTreeMap<StationId, Bench>,
    ) -> Result<Vec<Made>, StoreError> {
        let mut store = self.open_store()?;
        let mut all = Vec::with_capacity(inputs.len());
        let mut writing = store.begin()?;
        for input in inputs {
            match writing.attempt(|w| self.turn(w, benches, input)) {
                Ok(made) => all.push(made),
                Err(cause) if cause.concerns_one_input() => {
                    error!(error = &cause as &dyn std::error::Error, "one input could not be decided");
                    all.push(Made::Failed);
                }
                Err(cause) => return Err(cause),
            }
        }
        writing.commit()?;
        self.keep(store);
        Ok(all)
    }

    /// Puts the store back after a good commit, and wakes whoever uploads.
    pub(super) fn keep(&mut self, store: Store) {
        let head = store.own().head.seq;
        self.store = Some(store);
        self.checkpoint();
        self.committed.send_if_modified(|seen| std::mem::replace(seen, head) != head);
    }

    /// Counts a commit towards the next checkpoint. Without the helper thread scanning goes on; only the log grows.
    fn checkpoint(&mut self) {
        if self.checkpoints.is_none() {
            match Checkpoints::start(&self.setup.folder) {
                Ok(started) => self.checkpoints = Some(started),
                Err(error) => warn!(error = &error as &dyn std::error::Error, "no checkpoints are made"),
            }
        }
        if let Some(checkpoints) = &mut self.checkpoints {
            checkpoints.committed();
        }
    }

    /// Takes the store, opened again if the last commit failed. It is put back only after a good commit.
    pub(super) fn open_store(&mut self) -> Result<Store, StoreError> {
        if let Some(store) = self.store.take() {
            return Ok(store);
        }
        let store = Store::open(&self.setup.folder, fresh_ledger())?;
        for (station, bench) in &mut self.benches {
            *bench = load_bench(store.conn(), station)?;
        }
        info!("the database is open again");
        self.equipment_all("disk", None);
        Ok(store)
    }

    /// After a failed transaction memory is no evidence: the store is dropped, and opened again at the next input.
    pub(super) fn not_safe(&mut self, cause: &StoreError) -> NotSafe {
        error!(error = cause as &dyn std::error::Error, "nothing could be recorded");
        self.store = None;
        self.checkpoints = None;
        let (why, trouble) = match cause {
            StoreError::Full(_) => (NotSafe::DiskFull, Trouble::DiskFull),
            StoreError::ReadOnly(_) => (NotSafe::ReadOnly, Trouble::DiskReadOnly),
            _ => (NotSafe::DiskError, Trouble::DiskError),
        };
        self.equipment_all("disk", Some(&trouble));
        why
    }

    fn equipment_all(&mut self, device: &str, trouble: Option<&Trouble>) {
        for screen in self.screens.values_mut() {
            screen.equipment(device, trouble.cloned());
        }
    }

    pub(super) fn equipment(&mut self, device: &str, stations: &[StationId], trouble: Option<&Trouble>) {
        if let Some(printer) = device.strip_prefix(PRINTER_DEVICE).and_then(|name| PrinterId::new(name).ok()) {
            match trouble {
                Some(Trouble::Printer { why, .. }) => self.hindered.insert(printer, *why),
                _ => self.hindered.remove(&printer),
            };
        }
        for station in stations {
            if let Some(screen) = self.screens.get_mut(station) {
                screen.equipment(device, trouble.cloned());
            }
        }
    }

    /// Performs what was committed: answers, pictures, labels.
    fn perform(&mut self, inputs: Vec<Input>, made: Vec<Made>) {
        let mut wanted: Vec<PrinterId> = Vec::new();
        let mut tickets = false;
        for (input, made) in inputs.into_iter().zip(made) {
            match (made, input) {
                (Made::Turns(turns), input) => {
                    for turn in turns {
                        tickets |= turn.tickets;
                        wanted.extend(turn.printers.iter().cloned());
                        self.shown(&turn, &input, true);
                    }
                }
                (Made::Turn { turn, by_person }, input) => {
                    self.shown(&turn, &input, by_person);
                    if let Input::Typed { reply: Some(reply), .. } | Input::Touched { reply: Some(reply), .. } = input {
                        reply.send(turn.shown.verdict.clone()).ok();
                    }
                    tickets |= turn.tickets;
                    wanted.extend(turn.printers.iter().cloned());
                }
                (Made::Handed { turn, job }, Input::Ready { printer, reply }) => {
                    self.show(&turn, false);
                    if let Err(job) = reply.send(job) {
                        // Nothing of it left: it waits again.
                        self.again.push(Input::Sent { printer, label: job.label, came: Came::Failed });
                    }
                }
                (Made::Nothing, Input::Ready { printer, reply }) => {
                    self.idle.insert(printer, reply);
                }
                // Tried again, it would fail again: it is asked about after the next start.
                (Made::Failed, Input::Sent { label, .. }) => warn!(%label, "what became of a label stays unknown"),
                (Made::Failed, input) => self.refuse(input, NotSafe::DiskError),
                (Made::Handed { .. } | Made::Nothing, _) => {}
            }
        }
        if tickets {
            self.look_out();
        }
        self.refresh();
        self.publish();
        self.hand_over(wanted);
        if self.store.is_some() && !self.again.is_empty() {
            self.together(Vec::new());
        }
    }

    /// What waits for a ticket may have changed.
    pub(super) fn look_out(&self) {
        if let Some(lookout) = &self.lookout {
            lookout.wake();
        }
    }

    /// Looks up again what the kiosks show.
    pub(super) fn refresh(&mut self) {
        let Some(store) = &self.store else { return };
        let unsent = store.own().head.seq.0.saturating_sub(self.acknowledged);
        let now = (self.setup.clock)().time;
        for (station, screen) in &mut self.screens {
            screen.contact(self.contact, unsent);
            screen.offers(&self.offers);
            let Some(bench) = self.benches.get(station) else { continue };
            if let Err(error) = screen.refresh(store.conn(), bench, now) {
                warn!(%station, error = &error as &dyn std::error::Error, "the kiosk shows what it showed before");
            }
        }
    }

    pub(super) fn publish(&self) {
        for screen in self.screens.values() {
            screen.publish();
        }
    }
}
