//! The one thread that writes the hub's store. It takes what waits, commits once, and only then answers.

use std::path::PathBuf;
use std::sync::Arc;

use tokio::sync::{mpsc, oneshot, watch};
use tracing::{error, info, warn};
use uuid::Uuid;

use super::board;
use super::hello::hello;
use super::ingest::{self, IngestError};
use super::intake::{self, Change, Changed, Made, Maker, Prepared, Taken};
use crate::floor::moment::Wall;
use crate::ids::{LedgerId, OperatorId, OrderId, StationId};
use crate::ledger::checkpoint::Checkpoints;
use crate::ledger::store::{Store, StoreError, Writing};
use crate::ledger::wire::{HeadReply, Hello, Refused, Seen, Upload};

/// How many inputs may wait for the thread; whoever brings one more waits.
pub const WAITING_MAX: usize = 64;
/// How many inputs share one transaction: the benches of a shop, so that none waits for a second sync.
pub const TOGETHER_MAX: usize = 16;

/// Everything that can happen to the hub: one closed list.
#[derive(Debug)]
pub enum HubInput {
    /// A station says how far it is.
    Hello { hello: Hello, reply: Reply<HeadReply> },
    /// A station brings entries.
    Upload { upload: Upload, reply: Reply<HeadReply> },
    /// Orders come in. With `all_or_none`, one that is refused keeps the others out too.
    Intake { drafts: Vec<Prepared>, all_or_none: bool, reply: Reply<Vec<Taken>> },
    /// An order is cancelled, held or released; none is answered when there is no such order.
    Change { order: OrderId, change: Change, by: Option<OperatorId>, reply: Reply<Option<Changed>> },
}

/// Where an answer goes, after the commit.
pub type Reply<T> = oneshot::Sender<Result<T, HubError>>;

/// Why the hub did not do it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum HubError {
    /// The station must do something else.
    #[error(transparent)]
    Refused(#[from] Refused),
    /// Nothing of it was recorded.
    #[error("the hub could not record it ({why}); nothing was changed, try again")]
    NotRecorded { why: String },
    /// Nothing could be read.
    #[error("the hub could not read its database ({why})")]
    NotRead { why: String },
    /// The hub is stopping.
    #[error("the hub is stopping")]
    Stopping,
}

/// What the hub is started with.
#[derive(Clone)]
pub struct Setup {
    /// Where its database is.
    pub folder: PathBuf,
    /// Its own name, which stands in its entries.
    pub station: StationId,
    /// The clock on the wall.
    pub clock: Arc<dyn Fn() -> Wall + Send + Sync>,
    /// Fills with random bytes.
    pub random: Arc<Fill>,
    /// Makes a code of a kind from random bytes.
    pub code: Arc<MakeCode>,
}

/// Fills with random bytes.
pub type Fill = dyn Fn(&mut [u8]) + Send + Sync;

/// Makes a code of a kind; the second argument fills with random bytes.
pub type MakeCode = dyn Fn(Made, &mut dyn FnMut(&mut [u8])) -> String + Send + Sync;

/// Starts the thread. It ends when every sender is gone.
///
/// # Errors
/// The store can not be opened, its board can not be made again, or no thread can be started.
pub fn start(setup: Setup) -> Result<(Inputs, std::thread::JoinHandle<()>), StoreError> {
    let (sender, inputs) = mpsc::channel(WAITING_MAX);
    let (revs, news) = watch::channel(0);
    let mut service = Service { opened: None, revs, setup };
    service.open()?;
    let folder = service.setup.folder.clone();
    let thread = std::thread::Builder::new().name("hub".into()).spawn(move || service.run(inputs));
    let thread = thread.map_err(|source| StoreError::Folder { path: folder, source })?;
    Ok((Inputs { sender, news }, thread))
}

/// How others reach the thread.
#[derive(Debug, Clone)]
pub struct Inputs {
    /// Waits while [`WAITING_MAX`] inputs wait.
    pub sender: mpsc::Sender<HubInput>,
    /// The newest revision of the board; also sent again when the hub begins a new ledger.
    pub news: watch::Receiver<u64>,
}

struct Service {
    setup: Setup,
    /// None after a failed transaction, until it could be opened again.
    opened: Option<Opened>,
    revs: watch::Sender<u64>,
}

struct Opened {
    store: Store,
    checkpoints: Checkpoints,
}

/// An answer that waits for the commit; it is told whether that came.
type Answer = Box<dyn FnOnce(Result<(), &StoreError>) + Send>;

impl Service {
    fn run(mut self, mut inputs: mpsc::Receiver<HubInput>) {
        info!("ready for stations");
        while let Some(first) = inputs.blocking_recv() {
            let mut together = vec![first];
            while together.len() < TOGETHER_MAX
                && let Ok(next) = inputs.try_recv()
            {
                together.push(next);
            }
            self.together(together);
        }
    }

    fn open(&mut self) -> Result<&mut Opened, StoreError> {
        let opened = match self.opened.take() {
            Some(opened) => opened,
            None => {
                let mut store = Store::open(&self.setup.folder, fresh(&self.setup))?;
                let mut writing = store.begin()?;
                let changed = board::bring_up_to_date(&mut writing)?;
                writing.commit()?;
                info!(changed, "the board is up to date");
                let checkpoints = Checkpoints::start(&self.setup.folder)?;
                self.revs.send_replace(board::newest(store.conn())?);
                Opened { store, checkpoints }
            }
        };
        Ok(self.opened.insert(opened))
    }

    fn together(&mut self, inputs: Vec<HubInput>) {
        let mut answers = Vec::with_capacity(inputs.len());
        let result = self.commit_all(inputs, &mut answers);
        if let Err(cause) = &result {
            error!(error = cause as &dyn std::error::Error, "nothing could be recorded");
            // Memory is no evidence after a failed commit.
            self.opened = None;
        }
        for answer in answers {
            answer(result.as_ref().map(|_| ()));
        }
        if let Ok(Some(rev)) = result {
            self.revs.send_replace(rev);
        }
    }

    /// Returns the newest revision if the feed has news.
    fn commit_all(&mut self, inputs: Vec<HubInput>, answers: &mut Vec<Answer>) -> Result<Option<u64>, StoreError> {
        let setup = self.setup.clone();
        let before = *self.revs.borrow();
        let opened = match self.open() {
            Ok(opened) => opened,
            Err(error) => {
                answers.extend(inputs.into_iter().map(unopened));
                return Err(error);
            }
        };
        let epoch = opened.store.own().id;
        let mut writing = match opened.store.begin() {
            Ok(writing) => writing,
            Err(error) => {
                answers.extend(inputs.into_iter().map(unopened));
                return Err(error);
            }
        };
        let mut spoiled = None;
        for input in inputs {
            if spoiled.is_some() {
                answers.push(unopened(input));
                continue;
            }
            let (answer, spoils) = turn(&setup, &mut writing, input);
            answers.push(answer);
            spoiled = spoils;
        }
        if let Some(error) = spoiled {
            return Err(error);
        }
        let rev = board::newest(writing.conn())?;
        let renewed = writing.own().id != epoch;
        writing.commit()?;
        opened.checkpoints.committed();
        Ok((rev != before || renewed).then_some(rev))
    }
}

/// Takes one input. The second value is an error after which nothing of the transaction may stay.
fn turn(setup: &Setup, writing: &mut Writing<'_>, input: HubInput) -> (Answer, Option<StoreError>) {
    let now = (setup.clock)().time;
    match input {
        HubInput::Hello { hello: said, reply } => {
            let done = writing.attempt(|w| hello(w, &said, now, &mut || fresh(setup)));
            let done = done.map(|(head, restored)| {
                if let Some(fact) = restored {
                    warn!(fork = %fact.fork, ledger = %fact.fresh, "this hub was restored from a copy: it begins a new ledger");
                }
                head
            });
            settle(done.map_err(IngestError::from), reply)
        }
        HubInput::Upload { upload, reply } => {
            let done = writing.attempt(|w| ingest::upload(w, &upload));
            let own = writing.own();
            let hub = Seen { ledger: own.id, head: own.head };
            settle(done.map(|head| HeadReply { head, hub, now }), reply)
        }
        HubInput::Intake { drafts, all_or_none, reply } => {
            settle(with_maker(setup, |maker| take_all(writing, &drafts, all_or_none, maker)), reply)
        }
        HubInput::Change { order, change, by, reply } => {
            let done = with_maker(setup, |maker| {
                writing.attempt(|w| intake::change(w, &order, &change, by, maker)).map_err(IngestError::from)
            });
            settle(done, reply)
        }
    }
}

enum Stopped {
    /// Nothing is created, because some were refused.
    NotAll(Vec<Taken>),
    Store(StoreError),
}

impl From<StoreError> for Stopped {
    fn from(error: StoreError) -> Self {
        Stopped::Store(error)
    }
}

fn take_all(
    writing: &mut Writing<'_>,
    drafts: &[Prepared],
    all_or_none: bool,
    maker: &mut Maker<'_>,
) -> Result<Vec<Taken>, IngestError> {
    let done = writing.attempt(|w| {
        let taken = drafts.iter().map(|draft| intake::take(w, draft, maker)).collect::<Result<Vec<_>, _>>()?;
        let refused = taken.iter().any(|t| matches!(t, Taken::Refused { .. }));
        if refused && all_or_none { Err(Stopped::NotAll(taken)) } else { Ok(taken) }
    });
    match done {
        Ok(taken) => Ok(taken),
        Err(Stopped::NotAll(mut taken)) => {
            taken.retain(|t| !matches!(t, Taken::Created { .. }));
            Ok(taken)
        }
        Err(Stopped::Store(error)) => Err(error.into()),
    }
}

fn with_maker<T>(setup: &Setup, work: impl FnOnce(&mut Maker<'_>) -> T) -> T {
    let mut random = |bytes: &mut [u8]| (setup.random)(bytes);
    let mut code = |made: Made| (setup.code)(made, &mut |bytes: &mut [u8]| (setup.random)(bytes));
    let wall = (setup.clock)();
    work(&mut Maker { station: &setup.station, wall, random: &mut random, code: &mut code })
}

fn fresh(setup: &Setup) -> LedgerId {
    let mut bytes = [0; 16];
    (setup.random)(&mut bytes);
    LedgerId::from_uuid(uuid_of(bytes))
}

fn uuid_of(bytes: [u8; 16]) -> Uuid {
    uuid::Builder::from_random_bytes(bytes).into_uuid()
}

fn settle<T: Send + 'static>(done: Result<T, IngestError>, reply: Reply<T>) -> (Answer, Option<StoreError>) {
    let (result, spoils) = match done {
        Ok(value) => (Ok(value), None),
        Err(IngestError::Refused(refused)) => (Err(HubError::Refused(refused)), None),
        Err(IngestError::Store(error)) => {
            let why = why(&error);
            let one = matches!(
                error,
                StoreError::Entry(_) | StoreError::State(_) | StoreError::Id(_) | StoreError::TooLarge { .. }
            );
            if one {
                error!(error = &error as &dyn std::error::Error, "one input could not be recorded");
            }
            (Err(HubError::NotRecorded { why }), (!one).then_some(error))
        }
    };
    let answer: Answer = Box::new(move |committed| {
        let result = match committed {
            Ok(()) => result,
            Err(error) => Err(HubError::NotRecorded { why: why(error) }),
        };
        reply.send(result).ok();
    });
    (answer, spoils)
}

/// The answer to an input that was not even tried.
fn unopened(input: HubInput) -> Answer {
    fn refuse<T: Send + 'static>(reply: Reply<T>) -> Answer {
        Box::new(move |committed| {
            let why = committed.err().map_or_else(String::new, why);
            reply.send(Err(HubError::NotRecorded { why })).ok();
        })
    }
    match input {
        HubInput::Hello { reply, .. } | HubInput::Upload { reply, .. } => refuse(reply),
        HubInput::Intake { reply, .. } => refuse(reply),
        HubInput::Change { reply, .. } => refuse(reply),
    }
}

fn why(error: &StoreError) -> String {
    match std::error::Error::source(error) {
        Some(source) => format!("{error}: {source}"),
        None => error.to_string(),
    }
}
