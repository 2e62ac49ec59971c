//! The same over HTTP: the hub's service and routes, the uplink, and a station that is a bare database.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use stationd::floor::event::Event;
use stationd::floor::moment::{Moment, Wall};
use stationd::hub::draft::{Blob, Draft, Parcel, Piece};
use stationd::hub::handle::Handle;
use stationd::hub::intake::{Made, Taken};
use stationd::hub::label_number::Numbers;
use stationd::hub::service::{self, Setup};
use stationd::hub::timeline;
use stationd::ids::{AttachmentId, LedgerId, Seq};
use stationd::ledger::attachment::{self, Attachment};
use stationd::ledger::foreign;
use stationd::ledger::orders;
use stationd::ledger::store::{Store, StoreError, Writing};
use stationd::ledger::wire::{FeedQuery, Head, Hello, Page, Seen, Served};
use stationd::uplink::hub::Hub;
use stationd::uplink::station::{NotTaken, Station};
use tokio::sync::watch;

use super::made::{Dice, entry, passed, stage, station};

/// Finds what stands between `^FD` and `^FS`.
struct Fields;

impl Numbers for Fields {
    fn in_document(&self, _mime: &str, bytes: &[u8], _pages: &[u16]) -> Vec<String> {
        let text = String::from_utf8_lossy(bytes).into_owned();
        text.split("^FD").skip(1).filter_map(|part| part.split("^FS").next().map(str::to_owned)).collect()
    }

    fn key(&self, text: &str) -> Option<String> {
        text.starts_with("1Z").then(|| text.to_owned())
    }
}

/// A hub on a free port of this machine.
pub struct TestHub {
    pub url: String,
    pub handle: Handle,
    pub folder: PathBuf,
}

pub async fn hub(folder: &Path) -> TestHub {
    let dice = Mutex::new(Dice(7));
    let setup = Setup {
        folder: folder.to_owned(),
        station: station("hub"),
        clock: Arc::new(|| Wall { time: Moment(1_795_000_000_000_000), zone: 0 }),
        random: Arc::new(move |bytes| {
            bytes.iter_mut().for_each(|byte| *byte = dice.lock().unwrap().next() as u8);
        }),
        code: Arc::new(|made, random| {
            let mut bytes = [0; 6];
            random(&mut bytes);
            let letter = match made {
                Made::Order => 'D',
                Made::Job => 'J',
                Made::Package => 'P',
            };
            format!("{letter}{}", data_encoding::HEXUPPER.encode(&bytes))
        }),
    };
    let (inputs, _thread) = service::start(setup).unwrap();
    let handle = Handle::new(inputs, folder.to_owned(), Arc::new(Fields));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let routes = stationd::web::hub::routes(handle.clone());
    tokio::spawn(async move { axum::serve(listener, routes).await.unwrap() });
    TestHub { url, handle, folder: folder.to_owned() }
}

/// A station without a loop: a database behind a lock.
struct Bare {
    folder: PathBuf,
    store: Mutex<Store>,
    committed: watch::Sender<Seq>,
    contact: Mutex<(bool, u64)>,
}

impl Bare {
    fn new(folder: &Path) -> Bare {
        let store = Store::open(folder, LedgerId::from_bytes([0xA; 16])).unwrap();
        let committed = watch::channel(store.own().head.seq).0;
        Bare { folder: folder.to_owned(), store: Mutex::new(store), committed, contact: Mutex::new((false, 0)) }
    }

    fn write(&self, work: impl FnOnce(&mut Writing<'_>) -> Result<(), StoreError>) -> Result<(), NotTaken> {
        let mut store = self.store.lock().unwrap();
        let mut writing = store.begin().unwrap();
        work(&mut writing).map_err(|_| NotTaken)?;
        writing.commit().unwrap();
        self.committed.send_replace(store.own().head.seq);
        Ok(())
    }

    fn scan(&self, id: u8, event: Event) {
        self.write(|w| w.append(&entry([id; 16], i64::from(id), "QC-1", vec![event])).map(|_| ())).unwrap();
    }
}

impl Station for Bare {
    fn introduce(&self, hello: &mut Hello) {
        hello.stations = vec![Served { station: station("QC-1"), stages: vec![stage("qc")] }];
        hello.now = Moment(50);
        hello.settled = Moment(50);
    }

    fn committed(&self) -> watch::Receiver<Seq> {
        self.committed.subscribe()
    }

    async fn contact(&self, reached: bool, unsent: u64) {
        *self.contact.lock().unwrap() = (reached, unsent);
    }

    async fn seen(&self, seen: Seen) -> Result<(), NotTaken> {
        self.write(|w| foreign::set_seen(w, &seen))
    }

    async fn take_page(&self, page: Page) -> Result<(), NotTaken> {
        self.write(|w| foreign::take(w, &page))
    }

    async fn put_attachment(&self, id: AttachmentId, attachment: Attachment) -> Result<(), NotTaken> {
        self.write(|w| attachment::put(w.conn(), id, &attachment.mime, &attachment.bytes))
    }

    async fn take_back(&self, _: LedgerId, after: Head, tail: Vec<String>) -> Result<(), NotTaken> {
        assert_eq!(self.store.lock().unwrap().own().head, after);
        self.write(|w| w.take_back(&tail).map(|_| ()))
    }

    async fn renew(&self, ledger: LedgerId, fork: Seq, fresh: LedgerId) -> Result<(), NotTaken> {
        assert_eq!(self.store.lock().unwrap().own().id, ledger);
        self.write(|w| w.renew(fork, fresh))
    }
}

/// Runs the uplink until `done` says so.
async fn until(url: &str, bare: &Bare, mut done: impl FnMut() -> bool) {
    let hub = Hub::at(url).unwrap();
    let watch = async {
        while !done() {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    let run = stationd::uplink::run(&hub, &bare.folder, bare);
    let both = async {
        tokio::select! {
            ended = run => panic!("the uplink ended: {ended:?}"),
            () = watch => {}
        }
    };
    tokio::time::timeout(Duration::from_secs(30), both).await.expect("hub and station do not come together");
}

fn count(folder: &Path, sql: &str) -> i64 {
    Store::reader(folder).unwrap().query_row(sql, [], |r| r.get(0)).unwrap()
}

fn draft() -> Draft {
    let label = Blob { mime: "application/zpl".into(), bytes: b"^XA^FD1Z999^FS^XZ".to_vec() };
    Draft {
        number: "#1042".into(),
        channel: "etsy".into(),
        pieces: vec![Piece { product: "tee".into(), quantity: Some(2), ..Piece::default() }],
        packages: vec![Parcel { document: Some(label), ..Parcel::default() }],
        ..Draft::default()
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn entries_go_up_and_orders_with_their_labels_come_down() {
    let folder = tempfile::tempdir().unwrap();
    let hub = hub(&folder.path().join("hub")).await;
    let bare = Bare::new(&folder.path().join("bench"));
    bare.scan(1, passed(1, 0, "qc"));
    let bench = bare.folder.clone();
    let at_hub = |sql: &str, n: i64| count(&hub.folder, sql) == n;

    until(&hub.url, &bare, || at_hub("SELECT count(*) FROM entry", 1)).await;
    let taken = hub.handle.intake(vec![draft()], true).await.unwrap();
    let [Taken::Created { order, .. }] = taken.as_slice() else { panic!("{taken:?}") };
    until(&hub.url, &bare, || count(&bench, "SELECT count(*) FROM attachment") == 1).await;
    let here = || orders::order(&Store::reader(&bench).unwrap(), order).unwrap();
    until(&hub.url, &bare, || here().is_some()).await;
    assert_eq!(here().unwrap().intake.unwrap().packages[0].tracking.as_deref(), Some("1Z999"));

    bare.scan(2, passed(1, 0, "pack"));
    let contact = || *bare.contact.lock().unwrap();
    until(&hub.url, &bare, || at_hub("SELECT count(*) FROM entry WHERE ledger <> 1", 2) && contact() == (true, 0))
        .await;
    until(&hub.url, &bare, || at_hub("SELECT settled FROM station", 50)).await;
    assert_eq!(count(&bench, "SELECT count(*) FROM memo WHERE key = 'hub-seen'"), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_bench_with_another_history_renews_and_loses_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let hub = hub(&folder.path().join("hub")).await;
    let bare = Bare::new(&folder.path().join("one"));
    (1..=6).for_each(|n| bare.scan(n, passed(1, 0, "qc")));
    until(&hub.url, &bare, || count(&hub.folder, "SELECT count(*) FROM entry") == 6).await;
    let cloned = Bare::new(&folder.path().join("two"));
    (1..=4).chain(11..=13).for_each(|n| cloned.scan(n, passed(1, 0, "qc")));
    until(&hub.url, &cloned, || count(&hub.folder, "SELECT count(*) FROM about WHERE subject = 'D1'") == 9).await;
    assert_ne!(cloned.store.lock().unwrap().own().id, bare.store.lock().unwrap().own().id);

    let lost_tail = Bare::new(&folder.path().join("three"));
    (1..=2).for_each(|n| lost_tail.scan(n, passed(1, 0, "qc")));
    until(&hub.url, &lost_tail, || lost_tail.store.lock().unwrap().own().head.seq == Seq(6)).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_uplink_without_a_hub_says_so_and_goes_on() {
    let folder = tempfile::tempdir().unwrap();
    let bare = Bare::new(folder.path());
    bare.scan(1, passed(1, 0, "qc"));
    bare.contact.lock().unwrap().0 = true;
    until("http://127.0.0.1:9", &bare, || *bare.contact.lock().unwrap() == (false, 1)).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_question_for_news_is_answered_when_there_are_news_or_the_wait_is_over() {
    let folder = tempfile::tempdir().unwrap();
    let hub = hub(folder.path()).await;
    let ask = |epoch, rev, wait| {
        let handle = hub.handle.clone();
        async move { handle.page(FeedQuery { epoch, rev, wait }).await.unwrap() }
    };
    let first = ask(None, 0, 20).await;
    assert_eq!((first.rev, first.subjects.len()), (0, 0), "a new epoch is news");
    let began = std::time::Instant::now();
    assert_eq!(ask(Some(first.epoch), 0, 1).await, first);
    assert!(began.elapsed() >= Duration::from_secs(1));

    let waiting = tokio::spawn(ask(Some(first.epoch), 0, 20));
    tokio::time::sleep(Duration::from_millis(100)).await;
    hub.handle.intake(vec![draft()], true).await.unwrap();
    let news = tokio::time::timeout(Duration::from_secs(5), waiting).await.expect("it wakes").unwrap();
    assert_eq!((news.rev, news.subjects.len()), (1, 1));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_could_not_be_recorded_is_said_and_the_hub_goes_on() {
    let folder = tempfile::tempdir().unwrap();
    let hub = hub(folder.path()).await;
    let other = rusqlite::Connection::open(folder.path().join("ledger.sqlite")).unwrap();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    let refused = hub.handle.intake(vec![draft()], true).await.unwrap_err();
    assert!(refused.to_string().contains("nothing was changed, try again"), "{refused}");
    other.execute_batch("ROLLBACK").unwrap();
    let taken = hub.handle.intake(vec![draft()], true).await.unwrap();
    assert!(matches!(taken.as_slice(), [Taken::Created { .. }]), "{taken:?}");
}

/// Asks the hub by hand; the status and the body.
async fn ask(url: String, body: Option<&str>) -> (u16, String) {
    let client = reqwest::Client::new();
    let request = match body {
        Some(body) => client.post(url).header("content-type", "application/json").body(body.to_owned()),
        None => client.get(url),
    };
    let response = request.send().await.unwrap();
    (response.status().as_u16(), response.text().await.unwrap())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_bad_request_gets_a_sentence() {
    let folder = tempfile::tempdir().unwrap();
    rustls::crypto::ring::default_provider().install_default().ok();
    let hub = hub(folder.path()).await;
    let none = "00000000-0000-4000-8000-000000000000";
    for (path, body, status) in [
        ("/api/ledger/v1/hello", Some("{"), 400),
        ("/api/ledger/v1/entries", Some("{}"), 422),
        ("/api/ledger/v1/x/digest/1", None, 400),
        ("/api/feed/v1", None, 400),
        (&format!("/api/attachments/{none}"), None, 404),
        (&format!("/api/ledger/v1/{none}/entries?after=0"), None, 404),
        ("/api/v1/orders/1042", None, 404),
        ("/api/v1/orders/1042/change", Some(r#"{"do":"cancel","reason":"x"}"#), 404),
        ("/api/v1/orders", Some(r#"{"orders":[{"number":"1","pieces":[],"colour":"x"}]}"#), 422),
    ] {
        let (answered, text) = ask(format!("{}{path}", hub.url), body).await;
        assert_eq!(answered, status, "{path} {text}");
        let said: serde_json::Value = serde_json::from_str(&text).unwrap();
        assert!(said["error"].as_str().is_some_and(|s| s.ends_with('.')), "{path} {text}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_order_is_taken_in_once_found_by_all_its_names_and_cancelled() {
    let folder = tempfile::tempdir().unwrap();
    rustls::crypto::ring::default_provider().install_default().ok();
    let hub = hub(folder.path()).await;
    let taken = hub.handle.intake(vec![draft()], true).await.unwrap();
    let [Taken::Created { order, jobs, .. }] = taken.as_slice() else { panic!("{taken:?}") };
    let again = hub.handle.intake(vec![draft()], true).await.unwrap();
    assert!(matches!(again.as_slice(), [Taken::Unchanged { order: same, .. }] if same == order), "{again:?}");
    let changed = Draft { rush: true, ..draft() };
    let differs = hub.handle.intake(vec![changed], true).await.unwrap();
    assert!(matches!(differs.as_slice(), [Taken::Differs { what, .. }] if what == &["rush"]), "{differs:?}");
    let other = Draft { number: "7".into(), ..draft() };
    let refused =
        hub.handle.intake(vec![Draft { number: "8".into(), packages: vec![], ..draft() }, other], true).await.unwrap();
    assert!(matches!(refused.as_slice(), [Taken::Refused { why, .. }] if why.contains("#1042 (etsy)")), "{refused:?}");

    for name in ["1042", "%231042", order.as_str(), jobs[1].as_str(), "1Z999", "1042?channel=etsy"] {
        let (status, text) = ask(format!("{}/api/v1/orders/{name}", hub.url), None).await;
        let found: timeline::Timeline = serde_json::from_str(&text).unwrap_or_else(|_| panic!("{name}: {text}"));
        assert_eq!((status, &found.order, found.lines.len()), (200, order, 1), "{name}");
    }
    let cancel = Some(r#"{"do":"cancel","reason":"customer asked"}"#);
    for changed in [true, false] {
        let (status, text) = ask(format!("{}/api/v1/orders/1042/change", hub.url), cancel).await;
        let said: serde_json::Value = serde_json::from_str(&text).unwrap();
        assert_eq!((status, said["changed"].as_bool()), (200, Some(changed)), "{text}");
    }
}
