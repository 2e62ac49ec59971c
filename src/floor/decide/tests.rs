//! A shop in text: lines in, verdicts out.

mod door;
mod people;
mod work;

use std::collections::BTreeMap;

use super::*;
use crate::code::Tracking;
use crate::floor::bench::{Hand, Unclaimed, Undoable};
use crate::floor::document::PackageDocument;
use crate::floor::intake::{Intake, JobSpec, PackageSpec};
use crate::floor::moment::SECOND;
use crate::floor::order::{Fact, Key, fold};
use crate::floor::route::{Route, STAGES, Step};
use crate::ids::{AttachmentId, EntryId, OperatorId, StationId};

/// A PC with a bench per stage, and everything that was recorded there.
struct Shop {
    entries: Vec<(Key, StationId, Vec<Event>)>,
    benches: BTreeMap<String, Bench>,
    labels: u8,
    now: Moment,
    away: bool,
    route: String,
}

/// Runs a script and returns what was said, a line each.
fn told(script: &str) -> String {
    let (entries, benches) = (Vec::new(), BTreeMap::new());
    let route = STAGES.join(" ");
    let mut shop = Shop { entries, benches, labels: 0, now: Moment(0), away: false, route };
    let lines = script.lines().map(str::trim).filter(|l| !l.is_empty());
    lines.filter_map(|line| shop.line(line)).collect::<Vec<_>>().join("\n")
}

#[track_caller]
fn check(script: &str, expected: &str) {
    let expected: Vec<&str> = expected.lines().map(str::trim).filter(|l| !l.is_empty()).collect();
    assert_eq!(told(script), expected.join("\n"), "of:{script}");
}

impl Shop {
    /// `order 1042 J1 J2 | P1=1Z1 P2` takes an order in; four seconds pass with each line, `bounce` takes three back; `qc J1` scans at the QC bench; `wait 5` lets seconds pass.
    fn line(&mut self, line: &str) -> Option<String> {
        let (word, rest) = line.split_once(' ').unwrap_or((line, ""));
        match word {
            "order" => {
                let route = Route { steps: self.route.split_whitespace().map(|s| Step::read(s).unwrap()).collect() };
                let intake = Intake { route, ..intake(rest) };
                self.record("hub", vec![Event::OrderTaken(Box::new(intake))]);
            }
            "route" => self.route = rest.to_owned(),
            "cancel" => self.record(
                "hub",
                vec![Event::OrderCancelled {
                    order: OrderId::new(format!("D{rest}")).unwrap(),
                    reason: "refund".into(),
                }],
            ),
            "away" => self.away = true,
            "bounce" => self.now = self.now.plus(-3 * SECOND),
            "wait" => self.now = self.now.plus(rest.parse::<i64>().unwrap() * SECOND),
            stage => return Some(self.scan(stage, rest)),
        }
        None
    }

    fn record(&mut self, station: &str, events: Vec<Event>) {
        self.now = self.now.plus(4 * SECOND);
        let entry = EntryId::from_bytes([self.entries.len() as u8; 16]);
        self.entries.push((Key { at: self.now, entry }, StationId::new(station).unwrap(), events));
    }

    fn orders(&self) -> BTreeMap<OrderId, Order> {
        let all = self.entries.iter().flat_map(|(_, _, events)| events);
        let ids: Vec<OrderId> = all.filter_map(|e| e.order().cloned()).collect();
        let about = |id: &OrderId| {
            let mine = self.entries.iter().filter(|(_, _, events)| events.iter().any(|e| e.order() == Some(id)));
            fold(id, mine.map(|(key, station, events)| Fact { key: *key, station, by: None, events }))
        };
        ids.into_iter().map(|id| (id.clone(), about(&id))).collect()
    }

    /// New pieces are J91, J92 …, new packages P91, P92 …, by the entry that makes them.
    fn fresh(&self) -> Fresh {
        let n = 90 + self.entries.len();
        Fresh { job: JobId::new(format!("J{n}")).unwrap(), package: PackageId::new(format!("P{n}")).unwrap() }
    }

    fn scan(&mut self, stage: &str, text: &str) -> String {
        let orders = self.orders();
        let meaning = meaning(text);
        let named: Vec<OrderId> = orders.iter().filter(|(_, o)| names(o, &meaning)).map(|(id, _)| id.clone()).collect();
        let stages: Vec<StageId> = stage.split('+').map(|name| StageId::new(name).unwrap()).collect();
        let (together, sign_off_after) = (stages.len() > 1, Some(600 * SECOND));
        let contact = if self.away { Contact::AwaySince(Moment(0)) } else { Contact::Here };
        let (tickets, shipping) = (LabelState::Printing, LabelState::Printing);
        let place = Place { stages: &stages, seen_here: &stages, contact, together, sign_off_after, tickets, shipping };
        let fresh = self.fresh();
        let known = Known { orders: &orders, named: &named, waiting: &[], fresh: Some(&fresh) };
        let bench = self.benches.get(stage).cloned().unwrap_or_default();
        let decision = decide(&Action::Code { text, meaning: &meaning }, &place, &bench, &known, self.now);
        let (mut events, mut bench) = (decision.events, decision.bench);
        let mut line = serde_json::to_string(&decision.verdict).unwrap();
        for (order, what) in decision.labels {
            self.labels += 1;
            line += &format!(" prints {}", serde_json::to_string(&what).unwrap());
            let label = LabelId::from_bytes([self.labels; 16]);
            events.push(Event::LabelRequested { label, order, what, printer: None, again: None });
        }
        if let Some(order) = decision.unclaimed {
            let entry = EntryId::from_bytes([self.entries.len() as u8; 16]);
            bench.unclaimed.push(Unclaimed { entry, order, at: self.now });
        }
        if let Some(change) = decision.undo {
            bench.undoable = Some(Undoable { entry: EntryId::from_bytes([self.entries.len() as u8; 16]), change });
        }
        self.record(stage, events);
        self.benches.insert(stage.to_owned(), bench);
        shortened(&line)
    }
}

/// Leaves out the quotes and braces, so that expectations read like sentences.
fn shortened(line: &str) -> String {
    let plain: String = line.chars().filter(|c| !matches!(c, '"' | '{' | '}')).collect();
    plain.replacen("s:", "", 1).replacen(",say:", " ", 1)
}

fn intake(text: &str) -> Intake {
    let (jobs, packages) = text.split_once('|').unwrap_or((text, "P0"));
    let mut words = jobs.split_whitespace();
    let number = words.next().unwrap().to_owned();
    let spec = |word: &str| {
        let (job, package) = word.split_once('@').unwrap_or((word, ""));
        JobSpec {
            job: JobId::new(job).unwrap(),
            product: String::new(),
            size: String::new(),
            colour: String::new(),
            places: vec![],
            note: String::new(),
            picture: None,
            package: PackageId::new(package).ok(),
        }
    };
    // `P1=1Z1+return=1Z8+packing_slip`: a package with its number, and what else is printed with it.
    let document = |word: &str| {
        let (purpose, number) = word.split_once('=').map_or((word, None), |(p, n)| (p, Some(n.to_owned())));
        PackageDocument {
            purpose: serde_json::from_value(purpose.into()).unwrap(),
            document: AttachmentId::from_bytes([2; 16]),
            pages: vec![],
            copies: 1,
            numbers: number.into_iter().collect(),
        }
    };
    let package = |word: &str| {
        let (word, others) = word.split_once('+').unwrap_or((word, ""));
        let documents = others.split('+').filter(|word| !word.is_empty()).map(document).collect();
        let (package, tracking) = word.split_once('=').map_or((word, None), |(p, t)| (p, Some(t.to_owned())));
        let document = tracking.as_ref().map(|_| AttachmentId::from_bytes([1; 16]));
        PackageSpec { document, tracking, documents, ..PackageSpec::bare(PackageId::new(package).unwrap()) }
    };
    Intake {
        order: OrderId::new(format!("D{number}")).unwrap(),
        number,
        channel: String::new(),
        ship_by: None,
        rush: false,
        sample: false,
        starts_at: None,
        carrier: None,
        route: Route::default(),
        jobs: words.map(spec).collect(),
        packages: packages.split_whitespace().map(package).collect(),
    }
}

fn meaning(text: &str) -> Meaning {
    let name = text.to_lowercase();
    if let Some(command) = Command::all().find(|command| command.name() == name) {
        return Meaning::Command(command);
    }
    match text {
        _ if text.starts_with("H-") => Meaning::Badge(OperatorId::new(&text[2..]).unwrap()),
        _ if text.starts_with('J') => Meaning::Job(JobId::new(text).unwrap()),
        _ if text.starts_with('P') => Meaning::Package(PackageId::new(text).unwrap()),
        _ if text.starts_with('D') => Meaning::Order(OrderId::new(text).unwrap()),
        _ => Meaning::Tracking(vec![tracking(text)]),
    }
}

fn tracking(text: &str) -> Tracking {
    Tracking {
        carrier: "ups".into(),
        format: "ups_1z".into(),
        key: text.into(),
        printed: text.into(),
        scanned: text.into(),
        check: crate::code::Passed::Mod10,
    }
}

fn names(order: &Order, meaning: &Meaning) -> bool {
    let Some(intake) = order.intake.as_deref() else { return false };
    match meaning {
        Meaning::Job(job) => order.jobs.contains_key(job),
        Meaning::Package(package) => intake.packages.iter().any(|s| s.package == *package),
        Meaning::Order(id) => intake.order == *id,
        Meaning::Tracking(candidates) => {
            let linked = order.packages.values().filter_map(|p| p.link.as_ref()).map(|l| l.link.key.as_str());
            let expected = intake.packages.iter().filter_map(|p| p.tracking.as_deref());
            let others = intake.packages.iter().flat_map(|p| &p.documents).flat_map(|d| &d.numbers);
            linked.chain(expected).chain(others.map(String::as_str)).any(|key| candidates.iter().any(|c| c.key == key))
        }
        _ => false,
    }
}

#[test]
fn a_job_goes_through_its_route() {
    check(
        "order 1 J1
         preproduction J1
         print J1
         qc J1",
        "go passed,number:#1,stage:preproduction,n:1,of:1,next:print
         go passed,number:#1,stage:print,n:1,of:1,next:qc
         go passed,number:#1,stage:qc,n:1,of:1,next:pack",
    );
}

#[test]
fn a_missed_stage_is_amber_and_recorded() {
    check(
        "order 1 J1
         preproduction J1
         qc J1
         qc J1
         print J1",
        "go passed,number:#1,stage:preproduction,n:1,of:1,next:print
         attention passed_but_missed,number:#1,stage:qc,missed:[print]
         go already,number:#1,stage:qc
         go passed,number:#1,stage:print,n:1,of:1,next:qc",
    );
}

#[test]
fn while_the_hub_is_away_only_what_this_pc_would_have_seen_is_missed() {
    check(
        "order 1 J1
         away
         qc J1",
        "go passed,number:#1,stage:qc,n:1,of:1,next:pack",
    );
}

#[test]
fn a_cancelled_order_is_red_at_every_stage() {
    check(
        "order 1 J1 | P1=1Z1
         cancel 1
         qc J1
         pack J1
         pack P1
         pack 1Z1",
        "stop cancelled,number:#1,reason:refund
         stop cancelled,number:#1,reason:refund
         stop cancelled,number:#1,reason:refund
         stop cancelled,number:#1,reason:refund",
    );
}

#[test]
fn an_unknown_job_is_new_here_and_odd_only_while_the_hub_is_heard() {
    check(
        "qc J9
         away
         qc J8",
        "attention new_here,job:J9,stage:qc
         go new_here,job:J8,stage:qc",
    );
}

/// A job that is through everything before packing.
fn ready(job: &str) -> String {
    format!("preproduction {job}\nprint {job}\nqc {job}\n")
}

#[track_caller]
fn check_packing(order: &str, jobs: &[&str], script: &str, expected: &str) {
    let before: String = jobs.iter().map(|j| ready(j)).collect();
    let all = told(&format!("{order}\n{before}{script}"));
    let said: Vec<&str> = all.lines().skip(jobs.len() * 3).collect();
    let expected: Vec<&str> = expected.lines().map(str::trim).filter(|l| !l.is_empty()).collect();
    assert_eq!(said, expected, "of:{script}");
}

#[test]
fn a_package_is_packed_labelled_and_linked() {
    check_packing(
        "order 1 J1 J2 | P1=1Z1",
        &["J1", "J2"],
        "pack J1
         pack 1Z1
         pack J2
         pack 1Z1
         pack 1Z1
         wait 5
         pack 1Z1",
        "go packed,number:#1,n:1,of:2,others:[n:1,stage:qc]
         attention pack_first,number:#1,printed:1Z1,missing:1
         go complete,number:#1,label:printing prints shipping:P1
         go linked,number:#1,printed:1Z1
         go already_linked,number:#1,printed:1Z1
         go already_linked,number:#1,printed:1Z1",
    );
}

#[test]
fn everything_that_belongs_to_a_package_is_printed_with_it() {
    check_packing(
        "order 1 J1 | P1=1Z1+return=1Z8+packing_slip
         order 2 J2 | P2+gift_note",
        &["J1", "J2"],
        "pack J1
         pack 1Z1
         pack J2",
        "go complete,number:#1,label:printing prints shipping:P1 prints document:package:P1,n:0,purpose:return prints document:package:P1,n:1,purpose:packing_slip
         go linked,number:#1,printed:1Z1
         go complete,number:#2,label:not_yet prints package:P2 prints document:package:P2,n:0,purpose:gift_note",
    );
}

#[test]
fn a_return_labels_number_never_becomes_the_link() {
    check_packing(
        "order 1 J1 | P1=1Z1+return=1Z8
         order 2 J2 | P2",
        &["J1", "J2"],
        "pack 1Z8
         pack J1
         pack 1Z8
         pack 1Z1
         pack J2
         pack 1Z8
         pack 1Z2
         pack 1Z8",
        "stop return_label,number:#1,printed:1Z8
         go complete,number:#1,label:printing prints shipping:P1 prints document:package:P1,n:0,purpose:return
         stop return_label,number:#1,printed:1Z8
         go linked,number:#1,printed:1Z1
         go complete,number:#2,label:not_yet prints package:P2
         stop return_label,number:#1,printed:1Z8
         go linked,number:#2,printed:1Z2
         stop return_label,number:#1,printed:1Z8",
    );
}

#[test]
fn another_orders_label_is_red_and_named() {
    check_packing(
        "order 1 J1 | P1=1Z1
         order 2 J2 | P2=1Z2",
        &["J1", "J2"],
        "pack J1
         pack 1Z2
         pack 1Z9
         pack J2
         pack 1Z1
         pack J2",
        "go complete,number:#1,label:printing prints shipping:P1
         stop label_of_other,printed:1Z2,belongs:#2,open:#1
         stop other_label_expected,number:#1,printed:1Z9,expected:1Z1
         stop label_first,open:#1
         go linked,number:#1,printed:1Z1
         go complete,number:#2,label:printing prints shipping:P2",
    );
}

#[test]
fn a_piece_of_another_order_in_an_open_package_is_red() {
    check_packing(
        "order 1 J1 J2 | P1=1Z1
         order 2 J3",
        &["J1", "J2", "J3"],
        "pack J1
         pack J3
         pack PARK
         pack J3
         pack J1
         pack J2",
        "go packed,number:#1,n:1,of:2,others:[n:1,stage:qc]
         stop wrong_order,number:#2,open:#1
         go parked,number:#1
         go complete,number:#2,label:not_yet prints package:P0
         attention already_packed,number:#1
         go complete,number:#1,label:printing prints shipping:P1",
    );
}

#[test]
fn a_package_without_a_document_takes_a_number_that_is_nobodys() {
    check_packing(
        "order 1 J1 | P1
         order 2 J2 | P2",
        &["J1", "J2"],
        "pack J1
         pack 1Z7
         pack J2
         pack 1Z7
         pack 1Z8",
        "go complete,number:#1,label:not_yet prints package:P1
         go linked,number:#1,printed:1Z7
         go complete,number:#2,label:not_yet prints package:P2
         stop label_of_other,printed:1Z7,belongs:#1,open:#2
         go linked,number:#2,printed:1Z8",
    );
}

#[test]
fn a_number_may_come_again_after_ninety_days() {
    check_packing(
        "order 1 J1 | P1
         order 2 J2 | P2",
        &["J1", "J2"],
        "pack J1
         pack 1Z7
         wait 7776001
         pack J2
         pack 1Z7",
        "go complete,number:#1,label:not_yet prints package:P1
         go linked,number:#1,printed:1Z7
         go complete,number:#2,label:not_yet prints package:P2
         go linked,number:#2,printed:1Z7",
    );
}

#[test]
fn an_order_split_over_two_packages_goes_piece_by_piece() {
    check_packing(
        "order 1 J1@P1 J2@P2 | P1=1Z1 P2=1Z2",
        &["J1", "J2"],
        "pack J2
         pack 1Z1
         pack 1Z2
         pack J1
         pack 1Z1",
        "go complete,number:#1,label:printing prints shipping:P2
         stop label_of_other,printed:1Z1,belongs:#1,open:#1
         go linked,number:#1,printed:1Z2
         go complete,number:#1,label:printing prints shipping:P1
         go linked,number:#1,printed:1Z1",
    );
}

#[test]
fn a_bouncing_trigger_turns_no_amber_and_no_red_into_green() {
    check(
        "order 1 J1
         qc J1
         bounce
         qc J1
         cancel 1
         qc J1
         bounce
         qc J1",
        "attention passed_but_missed,number:#1,stage:qc,missed:[preproduction,print]
         attention already,number:#1,stage:qc
         stop cancelled,number:#1,reason:refund
         stop cancelled,number:#1,reason:refund",
    );
}

#[test]
fn an_undone_package_asks_for_no_second_shipping_label() {
    check_packing(
        "order 1 J1 | P1=1Z1",
        &["J1"],
        "pack J1
         pack UNDO
         pack J1",
        "go complete,number:#1,label:printing prints shipping:P1
         attention undone,number:#1,piece:number:#1,n:1,of:1,stage:pack
         go complete,number:#1,label:printing",
    );
}

#[test]
fn undo_takes_the_last_scan_back_once() {
    check(
        "order 1 J1
         preproduction J1
         preproduction UNDO
         preproduction J1
         wait 9
         preproduction J1
         print UNDO",
        "go passed,number:#1,stage:preproduction,n:1,of:1,next:print
         attention undone,number:#1,piece:number:#1,n:1,of:1,stage:preproduction
         go passed,number:#1,stage:preproduction,n:1,of:1,next:print
         go already,number:#1,stage:preproduction
         attention nothing_to_undo",
    );
}

#[test]
fn a_label_outside_the_packing_bench_and_one_without_a_package_say_what_to_do() {
    check(
        "order 1 J1 | P1=1Z1
         qc 1Z1
         pack 1Z9
         pack 1Z1
         qc P1",
        "attention not_here,what:tracking
         attention which_package,printed:1Z9
         attention pack_first,number:#1,printed:1Z1,missing:1
         attention package_in_hand,number:#1,n:0,of:1",
    );
}

#[test]
fn an_orders_code_prints_its_tickets_once() {
    check(
        "order 1 J1 J2
         preproduction D1
         preproduction D1
         qc D1",
        "go tickets,number:#1,count:2,label:printing prints ticket:J1 prints ticket:J2
         attention order_seen,number:#1,jobs:2
         attention order_seen,number:#1,jobs:2",
    );
}

#[test]
fn yes_answers_the_oldest_question_and_a_repeat_never_answers_the_next() {
    let question = |n: u8| super::super::bench::Question {
        label: LabelId::from_bytes([n; 16]),
        order: OrderId::new("D1").unwrap(),
        number: "#1".into(),
        printer: crate::ids::PrinterId::new("zebra").unwrap(),
    };
    let bench = Bench { questions: vec![question(1), question(2)], ..Bench::default() };
    let stages = [StageId::new("pack").unwrap()];
    let (tickets, shipping) = (LabelState::Printing, LabelState::Printing);
    let (contact, together, sign_off_after) = (Contact::Here, false, None);
    let place = Place { stages: &stages, seen_here: &stages, contact, together, sign_off_after, tickets, shipping };
    let orders = BTreeMap::new();
    let known = Known { orders: &orders, named: &[], waiting: &[], fresh: None };
    let yes = Meaning::Command(Command::Yes);
    let scan = Action::Code { text: "YES", meaning: &yes };
    let first = decide(&scan, &place, &bench, &known, Moment(0));
    assert_eq!(first.bench.questions, [question(2)]);
    let repeat = decide(&scan, &place, &first.bench, &known, Moment(SECOND));
    assert_eq!(repeat.bench.questions, [question(2)], "a bouncing trigger answers nothing");
    let second = decide(&scan, &place, &first.bench, &known, Moment(4 * SECOND));
    assert_eq!(second.bench.questions, []);
}

#[test]
fn what_is_expected_follows_the_hand() {
    let hand = Some(Hand { order: OrderId::new("D1").unwrap(), package: PackageId::new("P1").unwrap() });
    let bench = Bench { hand, ..Bench::default() };
    let stages = [StageId::new("pack").unwrap()];
    let intake = intake("1 J1 J2 | P1");
    let entry = Key { at: Moment(1), entry: EntryId::from_bytes([1; 16]) };
    let station = StationId::new("hub").unwrap();
    let events = [Event::OrderTaken(Box::new(intake))];
    let order = fold(&OrderId::new("D1").unwrap(), [Fact { key: entry, station: &station, by: None, events: &events }]);
    let orders = BTreeMap::from([(OrderId::new("D1").unwrap(), order)]);
    assert_eq!(expect(&bench, &stages, &orders, Moment(0)), Expect::MorePieces { number: "#1".into(), missing: 2 });
    assert_eq!(expect(&Bench::default(), &stages, &orders, Moment(0)), Expect::FirstPiece);
}
