//! A printer's thread: looks at the printer, fetches a label, prints it, says what came of it.

use std::time::{Duration, Instant};

use tokio::runtime::Runtime;
use tokio::sync::{mpsc, oneshot, watch};
use tracing::{info, warn};

use super::answer::Habit;
use super::deliver::{deliver, look};
use super::{Address, Printer, ipp};
use crate::station::input::{Came, Hindrance, Input, PRINTER_DEVICE, Trouble};
use crate::station::work::Job;

/// Pause before the station is asked again after it could not record.
const ASK_AGAIN: Duration = Duration::from_secs(1);

/// Tells the benches what keeps the printer from printing, once for each change.
pub(super) struct Teller<'a> {
    printer: &'a Printer,
    inputs: &'a mpsc::Sender<Input>,
    stopped: watch::Receiver<bool>,
    told: Option<Hindrance>,
}

impl Teller<'_> {
    /// What keeps the printer from printing now; none: nothing does.
    pub(super) fn tell(&mut self, why: Option<Hindrance>) {
        if why == self.told {
            return;
        }
        match why {
            Some(why) => warn!(printer = %self.printer.name, ?why, "the printer does not print"),
            None => info!(printer = %self.printer.name, "the printer prints again"),
        }
        self.told = why;
        let trouble = why.map(|why| Trouble::Printer { printer: self.printer.name.clone(), why, labels: 0 });
        let device = format!("{PRINTER_DEVICE}{}", self.printer.name);
        let stations = self.printer.stations.clone();
        self.inputs.blocking_send(Input::Equipment { device, stations, trouble }).ok();
    }

    /// Whether the thread is to end.
    pub(super) fn is_stopping(&self) -> bool {
        *self.stopped.borrow() || self.inputs.is_closed()
    }
}

/// What the thread woke up for.
enum Woken {
    Job(Box<Job>),
    /// The station could not hand one over now.
    Refused,
    /// It is time to look at the printer.
    Look,
    Stop,
}

pub(super) fn work(
    printer: &Printer,
    inputs: &mpsc::Sender<Input>,
    mut stopped: watch::Receiver<bool>,
    runtime: &Runtime,
) {
    let mut teller = Teller { printer, inputs, stopped: stopped.clone(), told: None };
    let mut habit = Habit::default();
    let mut pause = printer.patience.pause[0];
    let mut asked: Option<oneshot::Receiver<Job>> = None;
    while !teller.is_stopping() {
        let why = seen(printer, &mut habit, runtime);
        teller.tell(why);
        if why.is_some() {
            // A label that comes meanwhile waits in the queue.
            withdraw(&mut asked, printer, inputs);
            rest(pause, &mut stopped, runtime);
            pause = (pause * 2).min(printer.patience.pause[1]);
            continue;
        }
        pause = printer.patience.pause[0];
        if asked.is_none() {
            let (reply, job) = oneshot::channel();
            if inputs.blocking_send(Input::Ready { printer: printer.name.clone(), reply }).is_err() {
                return;
            }
            asked = Some(job);
        }
        let woken = runtime.block_on(wait(&mut asked, printer.patience.look, &mut stopped));
        match woken {
            Woken::Job(job) => {
                asked = None;
                let label = job.label;
                let came = print(printer, &job, &mut habit, &mut teller, runtime);
                if inputs.blocking_send(Input::Sent { printer: printer.name.clone(), label, came }).is_err() {
                    return;
                }
            }
            Woken::Refused => {
                asked = None;
                rest(ASK_AGAIN, &mut stopped, runtime);
            }
            Woken::Look => {}
            Woken::Stop => break,
        }
    }
    withdraw(&mut asked, printer, inputs);
}

/// Asks for no label any more. One that was handed over at this very moment goes back: nothing of it left.
fn withdraw(asked: &mut Option<oneshot::Receiver<Job>>, printer: &Printer, inputs: &mpsc::Sender<Input>) {
    let Some(mut asked) = asked.take() else { return };
    asked.close();
    if let Ok(job) = asked.try_recv() {
        let sent = Input::Sent { printer: printer.name.clone(), label: job.label, came: Came::Failed };
        inputs.blocking_send(sent).ok();
    }
}

/// Waits for a label, for as long as the printer need not be looked at.
async fn wait(
    asked: &mut Option<oneshot::Receiver<Job>>,
    look: Duration,
    stopped: &mut watch::Receiver<bool>,
) -> Woken {
    let Some(job) = asked else { return Woken::Refused };
    tokio::select! {
        biased;
        job = job => job.map_or(Woken::Refused, |job| Woken::Job(Box::new(job))),
        _ = stopped.wait_for(|stopped| *stopped) => Woken::Stop,
        () = tokio::time::sleep(look) => Woken::Look,
    }
}

fn rest(pause: Duration, stopped: &mut watch::Receiver<bool>, runtime: &Runtime) {
    runtime.block_on(async {
        tokio::time::timeout(pause, stopped.wait_for(|stopped| *stopped)).await.ok();
    });
}

fn seen(printer: &Printer, habit: &mut Habit, runtime: &Runtime) -> Option<Hindrance> {
    match &printer.address {
        Address::Ipp(uri) => ipp::look(uri, &printer.patience, runtime),
        _ => look(printer, habit),
    }
}

fn print(printer: &Printer, job: &Job, habit: &mut Habit, teller: &mut Teller<'_>, runtime: &Runtime) -> Came {
    let begun = Instant::now();
    let bytes = match (printer.make)(job) {
        Ok(bytes) => bytes,
        Err(reason) => {
            warn!(printer = %printer.name, label = %job.label, reason, "a label can not be made");
            return Came::Unmade(reason);
        }
    };
    let came = match &printer.address {
        Address::Ipp(uri) => ipp::deliver(uri, &job.label.to_string(), bytes, &printer.patience, teller, runtime),
        _ => deliver(printer, &bytes, habit, teller),
    };
    let ms = begun.elapsed().as_millis();
    info!(printer = %printer.name, label = %job.label, ?came, ms, "a label was sent");
    came
}
