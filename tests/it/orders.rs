//! `stationd orders` against a running hub.

use std::path::Path;
use std::process::ExitCode;

use axum::body::Body;
use axum::http::Request;
use clap::Parser;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use stationd::cli;
use stationd::label::builtin::Templates;
use stationd::ledger::orders;
use stationd::ledger::store::Store;
use stationd::web::preview;
use stationd::words::Language;
use tower::ServiceExt;

use crate::sync::network::{TestHub, hub};

#[derive(Parser)]
enum Commands {
    Orders(cli::orders::Args),
}

async fn check(hub: &TestHub, line: &[&str]) -> (ExitCode, String) {
    let Commands::Orders(args) =
        Commands::try_parse_from(["stationd", "orders"].iter().chain(line)).unwrap_or_else(|error| panic!("{error}"));
    let now: Timestamp = "2026-11-21T18:00:00Z".parse().unwrap();
    let client = reqwest::Client::new();
    let at = cli::orders::At { client: &client, base: &hub.url };
    let mut out = Vec::new();
    let code = match cli::orders::run(&args, at, &TimeZone::UTC, now, &mut out).await {
        Ok(code) => code,
        Err(error) => return (ExitCode::from(2), error.to_string()),
    };
    (code, String::from_utf8(out).unwrap())
}

async fn start(folder: &Path) -> TestHub {
    rustls::crypto::ring::default_provider().install_default().ok();
    hub(&folder.join("hub")).await
}

const GOOD: &str = "order,channel,product,qty,label\n1042,etsy,tee,2,a.zpl\n1042,web,mug,,\n";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_same_file_twice_changes_nothing_and_says_so() {
    let folder = tempfile::tempdir().unwrap();
    let hub = start(folder.path()).await;
    let file = folder.path().join("orders.csv");
    std::fs::write(folder.path().join("a.zpl"), "^XA^FD1Z999^FS^XZ").unwrap();
    std::fs::write(&file, GOOD).unwrap();
    let import = ["import", file.to_str().unwrap()];
    let first = "#1042 (etsy): taken in, 2 pieces\n#1042 (web): taken in, 1 piece\nOrders: 2 taken in.\n";
    assert_eq!(check(&hub, &import).await, (ExitCode::SUCCESS, first.to_owned()));
    let again = "Nothing changed: all 2 orders were taken in before.\n";
    assert_eq!(check(&hub, &import).await, (ExitCode::SUCCESS, again.to_owned()));
    std::fs::write(&file, format!("{}7,web,cap,,\n", GOOD.replace("mug", "cup"))).unwrap();
    let more = "\
#1042 (web): differs (pieces); the order was left as it is
#7 (web): taken in, 1 piece
Orders: 1 taken in, 1 taken in before, 1 left as they are although they differ.
";
    assert_eq!(check(&hub, &import).await, (ExitCode::SUCCESS, more.to_owned()));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_bad_order_keeps_the_others_out_unless_told_otherwise() {
    let folder = tempfile::tempdir().unwrap();
    let hub = start(folder.path()).await;
    let file = folder.path().join("orders.csv");
    std::fs::write(folder.path().join("a.zpl"), "^XA^FD1Z999^FS^XZ").unwrap();
    std::fs::write(&file, format!("{GOOD}8,web,tee,none,\n")).unwrap();
    let path = file.to_str().unwrap();
    let problem = "line 4, column qty: \"none\" is no number of pieces. Write a whole number from 1 to 500.\n";
    let nothing = "Nothing was taken in. Correct the file, or take in the good orders with --skip-bad.\n";
    assert_eq!(check(&hub, &["import", path]).await, (ExitCode::FAILURE, format!("{problem}{nothing}")));

    // The label's number on two packages: only the hub can see that.
    std::fs::write(&file, format!("{GOOD}9,web,tee,,a.zpl\n")).unwrap();
    let (code, text) = check(&hub, &["import", path]).await;
    assert_eq!(code, ExitCode::FAILURE);
    assert!(
        text.starts_with("#9 (web): refused. The tracking number 1Z999 is already on a package of order #1042 (etsy)."),
        "{text}"
    );
    assert!(text.ends_with(nothing), "{text}");
    let (_, text) = check(&hub, &["import", path, "--skip-bad"]).await;
    assert!(text.ends_with("Orders: 2 taken in, 1 refused.\n"), "{text}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_packages_documents_are_kept_by_purpose_and_a_return_number_is_none_of_its_own() {
    let folder = tempfile::tempdir().unwrap();
    let hub = start(folder.path()).await;
    let file = folder.path().join("orders.csv");
    std::fs::write(folder.path().join("out.zpl"), "^XA^FD1Z999^FS^XZ").unwrap();
    std::fs::write(folder.path().join("back.zpl"), "^XA^FD1Z888^FS^XZ").unwrap();
    let head = "order,product,label,return label,customs,gift note\n";
    std::fs::write(&file, format!("{head}7,tee,out.zpl,back.zpl,back.zpl#1 x4,back.zpl\n")).unwrap();
    let path = file.to_str().unwrap();
    let (code, text) = check(&hub, &["import", path]).await;
    assert_eq!(code, ExitCode::SUCCESS, "{text}");

    let conn = Store::reader(&hub.folder).unwrap();
    let find = |kind, text: &str| orders::order_of(&conn, kind, text).unwrap();
    let id = find(orders::Kind::Tracking, "1Z999").unwrap();
    assert_eq!(find(orders::Kind::Tracking, "1Z888").as_ref(), Some(&id));
    let intake = orders::order(&conn, &id).unwrap().unwrap().intake.unwrap();
    let [package] = intake.packages.as_slice() else { panic!("{intake:?}") };
    assert_eq!(package.tracking.as_deref(), Some("1Z999"));
    let kept: Vec<_> = package
        .documents
        .iter()
        .map(|d| format!("{} {:?} x{} {}", d.purpose.spoken(), d.pages, d.copies, d.numbers.join(",")))
        .collect();
    assert_eq!(kept, ["return label [] x1 1Z888", "customs form [1] x4 ", "gift note [] x1 "]);
    // Pages of one file are kept once.
    assert!(package.documents.iter().all(|d| d.document == package.documents[0].document));
    assert_ne!(Some(package.documents[0].document), package.document);

    let pages = preview::router(hub.folder.clone(), Templates::new([]).unwrap(), Language::En);
    let get = |path: String| {
        let pages = pages.clone();
        async move {
            let answer = pages.oneshot(Request::get(path).body(Body::empty()).unwrap()).await.unwrap();
            let status = answer.status().as_u16();
            (status, axum::body::to_bytes(answer.into_body(), 1 << 22).await.unwrap())
        }
    };
    let (_, page) = get("/labels/order?order=7".to_owned()).await;
    let page = String::from_utf8(page.to_vec()).unwrap();
    let pictures: Vec<_> = page.split('"').filter(|part| part.starts_with("/labels/picture.png")).collect();
    assert_eq!(pictures.len(), 5, "a ticket, the shipping label and three documents: {page}");
    for picture in pictures {
        let (status, png) = get(picture.replace("&amp;", "&")).await;
        assert!(status == 200 && png.starts_with(b"\x89PNG"), "{picture}");
    }

    let (_, text) = check(&hub, &["import", path]).await;
    assert!(text.contains("Nothing changed"), "{text}");
    std::fs::write(&file, format!("{head}7,tee,out.zpl,back.zpl,back.zpl#1 x3,back.zpl\n")).unwrap();
    let (_, text) = check(&hub, &["import", path]).await;
    assert!(text.contains("differs (packages)"), "{text}");
    std::fs::write(&file, format!("{head}8,tee,back.zpl,back.zpl,,\n")).unwrap();
    let (_, text) = check(&hub, &["import", path]).await;
    assert!(text.contains("The return label carries the number of the shipping label."), "{text}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_sample_shop_comes_once_and_orders_can_be_stopped() {
    let folder = tempfile::tempdir().unwrap();
    let hub = start(folder.path()).await;
    let (code, text) = check(&hub, &["sample"]).await;
    assert!(code == ExitCode::SUCCESS && text.ends_with("Orders: 14 taken in.\n"), "{text}");
    let (code, text) = check(&hub, &["sample"]).await;
    assert_eq!((code, text.as_str()), (ExitCode::SUCCESS, "Nothing changed: the sample shop was taken in before.\n"));

    let (_, text) = check(&hub, &["list"]).await;
    assert_eq!(text.lines().count(), 15, "{text}");
    let line =
        |wanted: &str| text.lines().find(|line| line.starts_with(wanted)).unwrap_or_else(|| panic!("{wanted} {text}"));
    assert!(line("#1045 (web)").ends_with("sample       cancelled: the customer changed their mind"), "{text}");
    assert!(line("#1052 (etsy)").ends_with("held: the address is being checked"), "{text}");
    assert!(line("#1044 (etsy)").ends_with("rush sample  waits for preproduction"), "{text}");

    let conn = Store::reader(&hub.folder).unwrap();
    let split = orders::orders_of(&conn, orders::Kind::Number, "1046").unwrap();
    let split = orders::order(&conn, &split[0]).unwrap().unwrap().intake.unwrap();
    assert!(split.packages.iter().all(|p| p.document.is_some() && p.tracking.is_some()));

    assert_eq!(check(&hub, &["release", "1052"]).await, (ExitCode::SUCCESS, "#1052 (etsy): released.\n".to_owned()));
    let (code, text) = check(&hub, &["release", "1052"]).await;
    assert!(code == ExitCode::FAILURE && text.contains("nothing changed"), "{text}");
    let (_, text) = check(&hub, &["cancel", "#1042", "--channel", "web", "--reason", "wrong size"]).await;
    assert_eq!(text, "#1042 (web): cancelled.\n");
    let (code, text) = check(&hub, &["hold", "1042", "--reason", "x"]).await;
    assert_eq!(code, ExitCode::from(2));
    assert!(text.starts_with("Several orders are called so: #1042 ("), "{text}");
    let (_, text) = check(&hub, &["cancel", "4711", "--reason", "x"]).await;
    assert_eq!(text, "There is no such order.");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_hub_that_is_not_there_and_a_file_of_no_kind_are_said_plainly() {
    let folder = tempfile::tempdir().unwrap();
    let mut hub = start(folder.path()).await;
    let (_, text) = check(&hub, &["import", "orders.doc"]).await;
    assert!(text.starts_with("the file orders.doc could not be read"), "{text}");
    hub.url = "http://127.0.0.1:9".into();
    let (_, text) = check(&hub, &["sample"]).await;
    assert_eq!(text, "the hub at http://127.0.0.1:9 could not be reached; is it running?");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_list_begins_with_what_must_leave_first() {
    let folder = tempfile::tempdir().unwrap();
    let hub = start(folder.path()).await;
    let file = folder.path().join("orders.csv");
    std::fs::write(&file, "order,product,ship by\n1,tee,\n2,tee,2026-11-30\n3,tee,2026-11-24\n").unwrap();
    check(&hub, &["import", file.to_str().unwrap()]).await;
    let (_, text) = check(&hub, &["list"]).await;
    let numbers: Vec<&str> = text.lines().skip(1).filter_map(|line| line.split_whitespace().next()).collect();
    assert_eq!(numbers, ["#3", "#2", "#1"]);
    let json: serde_json::Value = serde_json::from_str(&check(&hub, &["list", "--json"]).await.1).unwrap();
    assert_eq!((&json[0]["number"], &json[0]["ship_by"]), (&"#3".into(), &"2026-11-24T23:59:59Z".into()));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_file_of_unknown_kind_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let hub = start(folder.path()).await;
    let file = folder.path().join("orders.txt");
    std::fs::write(&file, GOOD).unwrap();
    let (_, said) = check(&hub, &["import", file.to_str().unwrap()]).await;
    assert!(said.ends_with("ends neither in .csv or .tsv nor in .json, so its kind is not known; rename it"), "{said}");
}
