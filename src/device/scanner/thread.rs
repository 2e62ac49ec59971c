//! The thread on which all scanners are read. It runs before everything else that this PC does, where that is allowed.

use std::collections::HashMap;
use std::io;
use std::sync::Arc;
use std::thread::JoinHandle;

use thread_priority::unix::{
    RealtimeThreadSchedulePolicy, ThreadSchedulePolicy, set_thread_priority_and_policy, thread_native_id,
};
use thread_priority::{ThreadPriority, ThreadPriorityValue};
use tokio::sync::{Notify, mpsc};
use tokio::task::AbortHandle;

use super::config::{Catalog, ScannerConfig};
use super::reader::Tap;
use super::tend::{Scanner, tend};
use super::{Deliver, Report};
use crate::ids::ScannerId;

/// Most scanners of one PC; a PC with a USB hub at four benches has a dozen.
pub const SCANNERS_MAX: usize = 64;

/// Its place among the real-time threads: above the station's loop, which has 1.
const PRIORITY: u8 = 2;

/// The scanners of this PC. Dropping it closes them all.
#[derive(Debug)]
pub struct Handle {
    orders: Option<mpsc::Sender<Order>>,
    thread: Option<JoinHandle<()>>,
}

/// More changes at once than there are scanners, or the thread is gone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the scanners' thread takes no more orders")]
pub struct Busy;

#[derive(Debug)]
enum Order {
    Add(Box<ScannerConfig>),
    Remove(ScannerId),
    Refuse(ScannerId),
}

/// Opens all scanners and reads them until the handle is dropped.
///
/// `deliver` and `report` are called on the scanners' thread and must return at once.
///
/// # Errors
/// The thread can not be started.
pub fn spawn(
    configs: Vec<ScannerConfig>,
    catalog: Arc<Catalog>,
    deliver: Deliver,
    report: Report,
) -> io::Result<Handle> {
    begin(configs, catalog, deliver, report, None)
}

/// Reads one scanner, as [`spawn`] does, and also tells `tap` what it sends: first how a fixture recorded from it
/// begins, then every piece of input. Whoever watches a keyboard sees what is typed on it.
///
/// # Errors
/// The thread can not be started.
pub fn watch(
    config: ScannerConfig,
    catalog: Arc<Catalog>,
    deliver: Deliver,
    report: Report,
    tap: Tap,
) -> io::Result<Handle> {
    begin(vec![config], catalog, deliver, report, Some(tap))
}

fn begin(
    configs: Vec<ScannerConfig>,
    catalog: Arc<Catalog>,
    deliver: Deliver,
    report: Report,
    tap: Option<Tap>,
) -> io::Result<Handle> {
    let (orders, inbox) = mpsc::channel(SCANNERS_MAX);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_io().enable_time().build()?;
    let run = move || {
        hurry();
        let scanner = |config| Scanner {
            config: Arc::new(config),
            catalog: Arc::clone(&catalog),
            deliver: Arc::clone(&deliver),
            report: Arc::clone(&report),
            tap: tap.clone(),
            refuse: Arc::default(),
        };
        runtime.block_on(serve(configs, inbox, scanner));
    };
    let thread = std::thread::Builder::new().name("scanners".to_owned()).spawn(run)?;
    Ok(Handle { orders: Some(orders), thread: Some(thread) })
}

async fn serve(
    configs: Vec<ScannerConfig>,
    mut inbox: mpsc::Receiver<Order>,
    scanner: impl Fn(ScannerConfig) -> Scanner,
) {
    let mut tasks: HashMap<ScannerId, (AbortHandle, Arc<Notify>)> = HashMap::new();
    let add = |tasks: &mut HashMap<ScannerId, (AbortHandle, Arc<Notify>)>, config: ScannerConfig| {
        let name = config.name.clone();
        if tasks.len() >= SCANNERS_MAX && !tasks.contains_key(&name) {
            tracing::error!(scanner = %name, "not opened: a PC reads at most {SCANNERS_MAX} scanners");
            return;
        }
        let scanner = scanner(config);
        let refuse = Arc::clone(&scanner.refuse);
        let task = tokio::spawn(tend(scanner)).abort_handle();
        if let Some((previous, _)) = tasks.insert(name, (task, refuse)) {
            previous.abort();
        }
    };
    configs.into_iter().for_each(|config| add(&mut tasks, config));
    while let Some(order) = inbox.recv().await {
        match order {
            Order::Add(config) => add(&mut tasks, *config),
            Order::Remove(name) => {
                if let Some((task, _)) = tasks.remove(&name) {
                    task.abort();
                }
            }
            Order::Refuse(name) => {
                if let Some((_, refuse)) = tasks.get(&name) {
                    refuse.notify_one();
                }
            }
        }
    }
}

impl Handle {
    /// Opens one more scanner, or opens a known one in another way.
    ///
    /// # Errors
    /// [`SCANNERS_MAX`] orders wait already.
    pub fn add(&self, config: ScannerConfig) -> Result<(), Busy> {
        self.order(Order::Add(Box::new(config)))
    }

    /// Closes a scanner and forgets it.
    ///
    /// # Errors
    /// [`SCANNERS_MAX`] orders wait already.
    pub fn remove(&self, name: ScannerId) -> Result<(), Busy> {
        self.order(Order::Remove(name))
    }

    /// Lets a scanner signal a refusal, where its profile knows how.
    ///
    /// # Errors
    /// [`SCANNERS_MAX`] orders wait already.
    pub fn refuse(&self, name: ScannerId) -> Result<(), Busy> {
        self.order(Order::Refuse(name))
    }

    fn order(&self, order: Order) -> Result<(), Busy> {
        self.orders.as_ref().ok_or(Busy)?.try_send(order).map_err(|_| Busy)
    }
}

impl Drop for Handle {
    fn drop(&mut self) {
        self.orders = None;
        if let Some(thread) = self.thread.take()
            && thread.join().is_err()
        {
            tracing::error!("the scanners' thread had failed");
        }
    }
}

/// Asks for a real-time priority; without the right to one the scanners are read like everything else.
fn hurry() {
    let policy = ThreadSchedulePolicy::Realtime(RealtimeThreadSchedulePolicy::Fifo);
    let priority = ThreadPriorityValue::try_from(PRIORITY).map(ThreadPriority::Crossplatform);
    let done = match priority {
        Ok(priority) => set_thread_priority_and_policy(thread_native_id(), priority, policy).map_err(|e| e.to_string()),
        Err(error) => Err(error.to_owned()),
    };
    if let Err(error) = done {
        tracing::warn!(error, "scanners are read at normal priority; stationd's systemd unit allows a better one");
    }
}
