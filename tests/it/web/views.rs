//! A made-up shop for the kiosk's tests: views of every kind, a bench that remembers what it was asked, pictures.

use std::sync::{Arc, Mutex};

use stationd::floor::bench::{Contact, Expect, Question, Trouble};
use stationd::floor::moment::{Moment, SECOND, Wall};
use stationd::floor::printing::Hindrance;
use stationd::floor::verdict::{LabelState, NotSafe, Say, Signal, Verdict};
use stationd::ids::{AttachmentId, EntryId, JobId, LabelId, OperatorId, OrderId, PrinterId, StageId, StationId};
use stationd::station::touch::Touch;
use stationd::station::view::{PackageView, Piece, Shown, View};
use stationd::web::{Answer, Bench, NotTaken, Pictures};

pub fn stage(name: &str) -> StageId {
    StageId::new(name).unwrap()
}

pub fn label() -> LabelId {
    "0192f0c1-0000-7000-8000-000000000001".parse().unwrap()
}

pub fn picture() -> AttachmentId {
    "7b0d1a52-3f7a-4a55-9a52-0d3f6b1f8a11".parse().unwrap()
}

pub fn now() -> Moment {
    Moment::of(jiff::Timestamp::now())
}

/// An answer that was given `ago` seconds ago.
pub fn shown(verdict: Verdict, ago: i64) -> Shown {
    let entry = EntryId::from_bytes(u128::from(ago.unsigned_abs() + 1).to_be_bytes());
    Shown { entry: Some(entry), wall: Wall { time: now().plus(-ago * SECOND), zone: 0 }, verdict, piece: None }
}

pub fn piece(number: &str) -> Piece {
    Piece {
        job: JobId::new("J7K3M9").unwrap(),
        number: number.to_owned(),
        n: 2,
        of: 5,
        product: "Unisex Heavy Cotton Tee".to_owned(),
        size: "XL".to_owned(),
        colour: "Forest green".to_owned(),
        places: vec!["front".to_owned(), "left sleeve".to_owned()],
        note: "White underbase. Press 15 s.".to_owned(),
        picture: Some(picture()),
        rush: true,
        sample: true,
        ship_by: Some(now().plus(6 * 3600 * SECOND)),
    }
}

/// A bench at which `verdict` was just given, after a quiet morning.
pub fn view(station: &str, stage_name: &str, verdict: Verdict) -> View {
    let passed = |number: &str, n| Say::Passed {
        number: number.to_owned(),
        stage: stage(stage_name),
        n,
        of: 5,
        next: Some(stage("pack")),
    };
    let mut first = shown(verdict, 0);
    first.piece = Some(piece("#1042"));
    let open = (first.verdict.signal == Signal::Stop).then(|| first.clone());
    View {
        station: StationId::new(station).unwrap(),
        stages: vec![stage(stage_name)],
        recent: vec![
            first,
            shown(Verdict::go(passed("#1041", 1)), 35),
            shown(Verdict::go(passed("#1040", 3)), 61),
            shown(Verdict::attention(Say::NotOnRoute { number: "#1039".into(), stage: stage(stage_name) }), 95),
            shown(Verdict::go(passed("#1038", 2)), 130),
            shown(Verdict::go(Say::SignedOn { operator: OperatorId::new("maria").unwrap(), claimed: 0 }), 300),
        ],
        open,
        expect: Expect::Piece(stage(stage_name)),
        package: None,
        drawn: None,
        question: None,
        waiting: Vec::new(),
        operator: OperatorId::new("maria").ok(),
        contact: Contact::Here,
        unsent: 0,
        trouble: Vec::new(),
        offers: Vec::new(),
    }
}

/// Every look of the page, by the name of its picture.
pub fn looks() -> Vec<(&'static str, View)> {
    let number = || "#1042".to_owned();
    let next = Some(stage("pack"));
    let go = view("QC-1", "qc", Verdict::go(Say::Passed { number: number(), stage: stage("qc"), n: 2, of: 5, next }));
    let missed = vec![stage("preproduction"), stage("print")];
    let mut attention =
        view("QC-1", "qc", Verdict::attention(Say::PassedButMissed { number: number(), stage: stage("qc"), missed }));
    attention.contact = Contact::AwaySince(now().plus(-2 * 3600 * SECOND));
    attention.unsent = 37;
    let reason = "customer changed the address".to_owned();
    let stop = view("PRINT-1", "print", Verdict::stop(Say::Cancelled { number: number(), reason }));
    let mut still = stop.clone();
    still.recent.insert(0, shown(Verdict::attention(Say::NotKnown { code: "D-ABC-123".into() }), -1));
    let mut unsafe_ = view("PRINT-1", "print", Verdict::stop(Say::NotSafe { why: NotSafe::DiskFull }));
    unsafe_.trouble = vec![Trouble::DiskFull, Trouble::ScannerGone { scanner: "front".into() }];
    let mut old = go.clone();
    old.recent.iter_mut().for_each(|shown| shown.wall.time = shown.wall.time.plus(-600 * SECOND));
    vec![
        ("go", go),
        ("attention", attention),
        ("stop", stop),
        ("still-open", still),
        ("not-safe", unsafe_),
        ("question", asked()),
        ("sure", sure()),
        ("label", with_label()),
        ("tickets", tickets()),
        ("old", old),
        ("empty", empty()),
    ]
}

fn asked() -> View {
    let printer = PrinterId::new("zebra-pack").unwrap();
    let number = || "#1042".to_owned();
    let say = Say::Complete { number: number(), label: LabelState::Doubtful };
    let mut asked = view("PACK-1", "pack", Verdict::attention(say));
    asked.question = Some(Question {
        label: label(),
        order: OrderId::new("D1042").unwrap(),
        number: number(),
        printer: printer.clone(),
    });
    asked.expect = Expect::Answer { number: number(), printer: printer.clone() };
    asked.trouble = vec![Trouble::Printer { printer, why: Hindrance::PaperOut, labels: 3 }];
    asked
}

fn sure() -> View {
    let missed = vec![stage("qc")];
    let say = Say::Sure { number: "#1042".into(), stage: stage("pack"), missed };
    let mut sure = view("PACK-1", "pack", Verdict::attention(say));
    sure.expect = Expect::Sure { number: "#1042".into(), stage: stage("pack") };
    sure
}

fn with_label() -> View {
    let number = || "#1042".to_owned();
    let say = Say::Complete { number: number(), label: LabelState::OnScreen };
    let mut drawn = view("PACK-1", "pack", Verdict::go(say));
    drawn.package = Some(PackageView { number: number(), n: 5, of: 5, closed: true, sample: true });
    drawn.drawn = Some(label());
    drawn.expect = Expect::TrackingNumber { number: number() };
    drawn
}

fn tickets() -> View {
    let say = Say::Tickets { number: "#1042".into(), count: 5, label: LabelState::Printing };
    let mut tickets = view("PREP-1", "preproduction", Verdict::go(say));
    tickets.expect = Expect::Ticket;
    for (i, shown) in tickets.recent.iter_mut().enumerate() {
        shown.piece = if i == 0 { None } else { shown.piece.take() };
    }
    tickets.waiting = (1..=12)
        .map(|n| Piece { number: format!("#{}", 1050 + n), n, of: 12, rush: n < 3, sample: n % 2 == 0, ..piece("") })
        .collect();
    tickets
}

fn empty() -> View {
    let mut empty = view("PACK-1", "pack", Verdict::go(Say::Help));
    empty.recent.clear();
    empty.operator = None;
    empty.contact = Contact::NotYet;
    empty.expect = Expect::FirstPiece;
    empty
}

/// The longest answers, which must still fit.
pub fn long_answers() -> Vec<Verdict> {
    let number = || "#1042-2291 (etsy)".to_owned();
    let printed = || "9400 1000 0000 0000 0000 00".to_owned();
    let carriers = vec!["UPS".to_owned(), "FedEx".to_owned(), "Deutsche Post".to_owned()];
    let missed = vec![stage("preproduction"), stage("print"), stage("qc")];
    vec![
        Verdict::attention(Say::PassedButMissed { number: number(), stage: stage("pack"), missed }),
        Verdict::stop(Say::PackFirst { number: number(), printed: printed(), missing: 12 }),
        Verdict::attention(Say::LinkedUnsure { number: number(), printed: printed(), carriers }),
        Verdict::stop(Say::LabelOfOther { printed: printed(), belongs: number(), open: Some(number()) }),
        Verdict::attention(Say::LabelFirst { open: number() }),
        Verdict::attention(Say::WhichPackage { printed: printed() }),
        Verdict::stop(Say::Cancelled { number: number(), reason: "x".repeat(100) }),
        Verdict::attention(Say::NotKnown { code: "W".repeat(100) }),
    ]
}

/// A bench that remembers what it was asked.
#[derive(Default)]
pub struct Listener {
    pub codes: Mutex<Vec<String>>,
    pub touches: Mutex<Vec<Touch>>,
}

impl Bench for Listener {
    fn typed(&self, code: String) -> Answer<'_, Result<Verdict, NotTaken>> {
        let answer = if code == "BUSY" { Err(NotTaken::Busy) } else { Ok(Verdict::go(Say::Help)) };
        self.codes.lock().unwrap().push(code);
        Box::pin(async move { answer })
    }

    fn touched(&self, touch: Touch) -> Answer<'_, Result<Verdict, NotTaken>> {
        self.touches.lock().unwrap().push(touch);
        Box::pin(async { Ok(Verdict::go(Say::Help)) })
    }
}

/// Two drawn pictures: a label full of bars and a shirt; and an attachment that is no picture.
pub struct Drawings;

impl Pictures for Drawings {
    fn label_png(&self, asked: LabelId) -> Answer<'_, Option<Vec<u8>>> {
        Box::pin(async move {
            let bars =
                |x: usize, y: usize| if y > 700 && y < 1000 && (x / 6 * 7919 / 5).is_multiple_of(2) { 0 } else { 255 };
            let lines = move |x: usize, y: usize| if y < 600 && y % 60 > 40 && x < 600 { 0 } else { bars(x, y) };
            (asked == label()).then(|| png(812, 1218, lines))
        })
    }

    fn attachment(&self, id: AttachmentId) -> Answer<'_, Option<(String, Vec<u8>)>> {
        Box::pin(async move {
            let shirt = |x: usize, y: usize| if (60..140).contains(&x) || (30..80).contains(&y) { 90 } else { 235 };
            let shirt = move |x: usize, y: usize| if (20..180).contains(&y) { shirt(x, y) } else { 235 };
            match id == picture() {
                true => Some(("image/png".to_owned(), png(200, 200, shirt))),
                false => Some(("text/html".to_owned(), b"<script>alert(1)</script>".to_vec())),
            }
        })
    }
}

fn png(width: u32, height: u32, grey: impl Fn(usize, usize) -> u8) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, width, height);
    encoder.set_color(png::ColorType::Grayscale);
    let pixels: Vec<u8> =
        (0..height).flat_map(|y| (0..width).map(move |x| (x, y))).map(|(x, y)| grey(x as usize, y as usize)).collect();
    let mut writer = encoder.write_header().unwrap();
    writer.write_image_data(&pixels).unwrap();
    writer.finish().unwrap();
    bytes
}

/// A bench whose view can be changed while pages are open.
pub type Views = tokio::sync::watch::Sender<Arc<View>>;
