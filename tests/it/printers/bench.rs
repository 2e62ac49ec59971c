//! A pack bench in this process: the real loop, a real ledger, and real printer threads with little patience.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::Duration;

use stationd::catalog::printers;
use stationd::code::Codebook;
use stationd::code::own::{Kind, make};
use stationd::device::printer::{Address, Patience, Printer, Running};
use stationd::floor::event::LabelOf;
use stationd::floor::intake::{Intake, JobSpec, PackageSpec};
use stationd::floor::moment::{Moment, Wall};
use stationd::floor::route::Route;
use stationd::floor::verdict::{Say, Verdict};
use stationd::ids::{AttachmentId, EntryId, JobId, LedgerId, OrderId, PackageId, PrinterId, Seq, StageId, StationId};
use stationd::ledger::entry::{Cause, Entry};
use stationd::ledger::queue;
use stationd::ledger::store::Store;
use stationd::ledger::wire::{ForeignEntry, Page, Subject};
use stationd::station::input::{Chore, Input};
use stationd::station::run::{self, Handle};
use stationd::station::setup::{Bench as Place, Setup};
use stationd::station::touch::Touch;
use stationd::station::view::View;
use stationd::station::work::Job;
use tokio::sync::oneshot;

use super::super::shop::parcel::ups;

/// For anything that a busy machine does in a second.
pub const SOON: Duration = Duration::from_secs(60);

/// The running bench.
pub struct Bench {
    pub handle: Handle,
    thread: JoinHandle<()>,
    printers: Vec<Running>,
    folder: PathBuf,
}

/// Waits that a test can sit out; the order among them is as in the shop.
pub fn little_patience() -> Patience {
    let ms = Duration::from_millis;
    Patience {
        connect: ms(500),
        answer: ms(40),
        between: ms(2),
        step: ms(5),
        still: ms(30),
        last_word: ms(40),
        mute: ms(200),
        give_up: ms(2_000),
        hang_up: ms(20),
        settle: Duration::ZERO,
        look: ms(20),
        pause: [ms(1), ms(10)],
    }
}

pub fn name() -> PrinterId {
    PrinterId::new("zebra").expect("a name")
}

fn station() -> StationId {
    StationId::new("pack-1").expect("a name")
}

/// The `n`th order's piece.
pub fn job(n: u64) -> String {
    make(Kind::Job, n)
}

/// The carrier's number of the `n`th order.
pub fn tracking(n: u64) -> String {
    ups(n as usize)
}

/// What the printer is given for a job: every label differs, and is longer than what the kernel keeps.
pub fn label(job: &Job) -> Vec<u8> {
    let LabelOf::Shipping(package) = &job.what else { panic!("only shipping labels are asked for here") };
    format!("^XA^FD{package}{}^FS^XZ", " ".repeat(3_000)).into_bytes()
}

/// The package whose label this is.
pub fn package_of(label: &[u8]) -> String {
    let text = String::from_utf8_lossy(label);
    let (_, rest) = text.split_once("^FD").expect("a label");
    rest.split([' ', '^']).next().unwrap_or_default().to_owned()
}

pub fn package(n: u64) -> String {
    make(Kind::Package, n)
}

impl Bench {
    /// Opens the ledger in `folder`, with a printer of this profile at `address` if there is one.
    pub fn start(folder: &Path, printer: Option<(&str, Address)>) -> Bench {
        let place = Place {
            station: station(),
            stages: vec![StageId::new("pack").expect("a stage")],
            tickets: None,
            shipping: Some(name()),
            sign_off_after: None,
            together: false,
        };
        let clock = || Wall { time: Moment::of(jiff::Timestamp::now()), zone: 0 };
        let carriers = stationd::catalog::carriers::load(&[]).expect("carriers");
        let codes = Arc::new(Codebook::new(carriers, Vec::new()));
        let stations = vec![place];
        let setup = Setup {
            folder: folder.into(),
            stations,
            codes,
            clock: Arc::new(clock),
            hub: true,
            wiring: Default::default(),
        };
        let (handle, thread) = run::start(setup).expect("a station");
        let mut bench = Bench { handle, thread, printers: Vec::new(), folder: folder.into() };
        if let Some((profile, address)) = printer {
            bench.add(profile, address, little_patience());
        }
        bench
    }

    pub fn add(&mut self, profile: &str, address: Address, patience: Patience) {
        let printer = Printer {
            name: name(),
            address,
            stations: vec![station()],
            profile: printers::builtin(profile).expect("a profile"),
            make: Arc::new(|job: &Job| Ok(label(job))),
            patience,
        };
        self.printers.push(printer.start(self.handle.inputs.clone()).expect("a thread"));
    }

    /// Ends everything in good order.
    pub fn stop(self) {
        let Bench { handle, thread, printers, .. } = self;
        drop(printers);
        drop(handle);
        thread.join().expect("the loop ends");
    }

    /// Orders `1..=count`, each with one piece and a label of the carrier.
    pub fn bring(&self, count: u64) {
        let hub = LedgerId::from_bytes([3; 16]);
        let page = Page { epoch: hub, rev: count, subjects: (1..=count).map(|n| order(n, hub)).collect(), more: false };
        let (done, answer) = oneshot::channel();
        self.handle.chores.blocking_send(Chore::Page { page: Box::new(page), done }).expect("a station");
        assert!(answer.blocking_recv().expect("an answer"), "the orders are taken");
    }

    pub fn scan(&self, code: &str) -> Verdict {
        let (reply, answer) = oneshot::channel();
        let input = Input::Typed { station: station(), code: code.into(), reply: Some(reply) };
        self.handle.inputs.blocking_send(input).expect("a station");
        answer.blocking_recv().expect("an answer")
    }

    pub fn answer(&self, question: &stationd::floor::bench::Question, yes: bool) -> Verdict {
        let label = question.label;
        let touch = if yes { Touch::Yes { label } } else { Touch::No { label } };
        let (reply, answer) = oneshot::channel();
        let input = Input::Touched { station: station(), touch, reply: Some(reply) };
        self.handle.inputs.blocking_send(input).expect("a station");
        answer.blocking_recv().expect("an answer")
    }

    /// Packs the `n`th order, so that its label is asked for, and puts it aside for the next one.
    pub fn pack(&self, n: u64) -> Verdict {
        let verdict = self.scan(&job(n));
        let parked = self.scan(&stationd::code::command::Command::Park.code());
        assert!(matches!(parked.say, Say::Parked { .. }), "{parked:?}");
        verdict
    }

    /// Whether no label waits, is on its way or is in doubt.
    pub fn is_idle(&self) -> bool {
        let conn = Store::reader(&self.folder).expect("a database");
        let counts = queue::counts(&conn, &name()).expect("counts");
        counts.waiting + counts.sending + counts.doubtful == 0
    }

    /// Whether the `n`th order's label was sent and is not known to be out.
    pub fn is_unseen(&self, n: u64) -> bool {
        let conn = Store::reader(&self.folder).expect("a database");
        let unseen = queue::unseen(&conn, &name()).expect("a list");
        unseen.iter().any(|waiting| waiting.order.as_str() == make(Kind::Order, n))
    }

    pub fn view(&self) -> Arc<View> {
        Arc::clone(&self.handle.views[0].1.borrow())
    }
}

fn order(n: u64, hub: LedgerId) -> Subject {
    let order = OrderId::new(make(Kind::Order, n)).expect("an order");
    let spec = JobSpec {
        job: JobId::new(job(n)).expect("a job"),
        product: "Tee".into(),
        size: String::new(),
        colour: String::new(),
        places: vec![],
        note: String::new(),
        picture: None,
        package: None,
    };
    let package = PackageId::new(package(n)).expect("a package");
    let document = Some(AttachmentId::from_bytes([5; 16]));
    let tracking = Some(tracking(n));
    let intake = Intake {
        order: order.clone(),
        number: format!("{}", 1000 + n),
        channel: String::new(),
        ship_by: None,
        rush: false,
        sample: false,
        starts_at: StageId::new("pack").ok(),
        carrier: None,
        route: Route::default(),
        jobs: vec![spec],
        packages: vec![PackageSpec { package, document, tracking, documents: vec![] }],
    };
    let mut id = [8; 16];
    id[8..].copy_from_slice(&n.to_be_bytes());
    let entry = Entry {
        id: EntryId::from_bytes(id),
        station: StationId::new("hub").expect("a name"),
        at: Moment(i64::try_from(n).expect("a small number")),
        wall: Wall { time: Moment(1), zone: 0 },
        by: None,
        cause: Cause::Desk,
        verdict: Verdict::go(Say::OrderTaken { number: format!("#{}", 1000 + n) }),
        events: vec![stationd::floor::event::Event::OrderTaken(Box::new(intake))],
    };
    let bytes = String::from_utf8(entry.to_bytes()).expect("text");
    Subject { order, entries: vec![ForeignEntry { ledger: hub, seq: Seq(n), bytes }], attachments: vec![] }
}
