//! The kiosk from outside: its addresses, its guard, and how it looks and behaves in a browser.

mod browser;
mod views;

use std::io::Write;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::http::{Request, Response};
use stationd::code::command::Command;
use stationd::floor::verdict::{Say, Verdict};
use stationd::ids::StationId;
use stationd::station::touch::Touch;
use stationd::station::view::View;
use stationd::web::guard::{Names, guarded};
use stationd::web::kiosk::{self, Screen};
use stationd::web::live::{PAGES_MAX, Seats};
use stationd::words::{self, Language};
use tower::ServiceExt;

use browser::Browser;
use views::{Drawings, Listener, Views};

struct Kiosk {
    views: Views,
    bench: Arc<Listener>,
    router: Router,
}

fn kiosk(view: View) -> Kiosk {
    let bench = Arc::new(Listener::default());
    let station = view.station.clone();
    let views = Views::new(Arc::new(view));
    let screen = Screen { station, views: views.subscribe(), input: Arc::clone(&bench) as _ };
    let router = kiosk::router(vec![screen], Language::En, Arc::new(Drawings), Seats::default());
    Kiosk { views, bench, router: guarded(router, Names::default()) }
}

fn plain() -> View {
    let say = Say::AlreadyPacked { number: "#1042".into() };
    views::view("QC-1", "qc", Verdict::go(say))
}

async fn ask(router: &Router, request: Request<Body>) -> Response<Body> {
    router.clone().oneshot(request).await.unwrap()
}

async fn get(router: &Router, path: &str) -> (u16, String) {
    let response = ask(router, Request::get(path).header("host", "localhost").body(Body::empty()).unwrap()).await;
    let status = response.status().as_u16();
    let body = axum::body::to_bytes(response.into_body(), 1 << 22).await.unwrap();
    (status, String::from_utf8_lossy(&body).into_owned())
}

async fn post(router: &Router, path: &str, body: &str) -> (u16, String) {
    let request = Request::post(path)
        .header("host", "localhost")
        .header("origin", "http://localhost")
        .header("content-type", "application/json")
        .body(Body::from(body.to_owned()))
        .unwrap();
    let response = ask(router, request).await;
    let status = response.status().as_u16();
    let body = axum::body::to_bytes(response.into_body(), 1 << 22).await.unwrap();
    (status, String::from_utf8_lossy(&body).into_owned())
}

#[tokio::test]
async fn the_front_page_says_how_to_begin_in_the_language_asked_for() {
    let used = plain();
    let mut unused = used.clone();
    (unused.recent, unused.waiting) = (Vec::new(), Vec::new());
    let kiosk_of = kiosk(unused);
    let (status, page) = get(&kiosk_of.router, "/").await;
    assert_eq!(status, 200);
    assert!(page.contains("/station/QC-1") && page.contains("stationd orders sample"), "{page}");
    let (_, page) = get(&kiosk_of.router, "/?lang=es").await;
    assert!(page.contains("lang=\"es\"") && page.contains("Primeros pasos"), "{page}");
    let (_, page) = get(&kiosk(used).router, "/").await;
    assert!(page.contains("First steps") && !page.contains("stationd orders sample"), "sample orders twice: {page}");
}

#[tokio::test]
async fn a_station_shows_its_last_verdict_and_an_unknown_one_is_not_found() {
    let kiosk = kiosk(plain());
    let (status, page) = get(&kiosk.router, "/station/QC-1").await;
    assert_eq!(status, 200);
    assert!(page.contains("This piece of #1042 is already in a package."), "{page}");
    for missing in ["/station/QC-2", "/station/%20", "/station/QC-2/live", "/station/a%22%3E%3Cb"] {
        assert_eq!(get(&kiosk.router, missing).await.0, 404, "{missing}");
    }
}

#[tokio::test]
async fn a_text_from_an_order_is_never_markup() {
    let mut view = plain();
    let nasty = "<script>alert(\"1\")</script>";
    view.recent[0].verdict = Verdict::stop(Say::Cancelled { number: nasty.into(), reason: nasty.into() });
    let mut piece = views::piece(nasty);
    (piece.product, piece.size, piece.colour, piece.note) = (nasty.into(), nasty.into(), nasty.into(), nasty.into());
    piece.places = vec![nasty.into()];
    view.waiting = vec![piece.clone()];
    view.recent[0].piece = Some(piece);
    view.station = StationId::new("<b>").unwrap();
    let kiosk = kiosk(view);
    for path in ["/", "/station/%3Cb%3E"] {
        let (status, page) = get(&kiosk.router, path).await;
        assert_eq!(status, 200, "{path}");
        assert!(!page.contains("<script>alert") && !page.contains("<b></b>") && !page.contains("<h1><b>"), "{page}");
    }
}

#[tokio::test]
async fn codes_and_touches_reach_the_bench_and_are_answered() {
    let kiosk = kiosk(plain());
    let (status, answer) = post(&kiosk.router, "/station/QC-1/scan", r#"{"code":"J7K3M9"}"#).await;
    assert_eq!((status, kiosk.bench.codes.lock().unwrap().join(",")), (200, "J7K3M9".to_owned()));
    assert!(answer.contains(r#""signal":"go","word":"OK""#), "{answer}");
    assert_eq!(post(&kiosk.router, "/station/QC-1/scan", r#"{"code":"BUSY"}"#).await.0, 503);

    let touch = r#"{"touch":"print_next","n":5}"#;
    assert_eq!(post(&kiosk.router, "/station/QC-1/touch", touch).await.0, 200);
    assert_eq!(*kiosk.bench.touches.lock().unwrap(), [Touch::PrintNext { n: 5 }]);
    for bad in [r#"{"touch":"explode"}"#, "", "{"] {
        assert!((400..=422).contains(&post(&kiosk.router, "/station/QC-1/touch", bad).await.0), "{bad}");
    }
}

#[tokio::test]
async fn what_is_too_long_is_refused() {
    let kiosk = kiosk(plain());
    let long = format!(r#"{{"code":"{}"}}"#, "x".repeat(kiosk::BODY_MAX));
    assert_eq!(post(&kiosk.router, "/station/QC-1/scan", &long).await.0, 413);
    assert!(kiosk.bench.codes.lock().unwrap().is_empty());
}

#[tokio::test]
async fn another_site_can_neither_read_nor_scan() {
    let kiosk = kiosk(plain());
    let request = Request::get("/station/QC-1").header("host", "rebound.example").body(Body::empty()).unwrap();
    assert_eq!(ask(&kiosk.router, request).await.status(), 421);
    let forged = Request::post("/station/QC-1/scan")
        .header("host", "localhost")
        .header("origin", "http://evil.example")
        .header("content-type", "application/json")
        .body(Body::from(r#"{"code":"J7K3M9"}"#))
        .unwrap();
    assert_eq!(ask(&kiosk.router, forged).await.status(), 403);
    assert!(kiosk.bench.codes.lock().unwrap().is_empty());
}

#[tokio::test]
async fn every_answer_forbids_foreign_content() {
    let kiosk = kiosk(plain());
    for path in ["/", "/station/QC-1", "/nothing", "/station/QC-1/live"] {
        let request = Request::get(path).header("host", "localhost").body(Body::empty()).unwrap();
        let response = ask(&kiosk.router, request).await;
        let header = |name: &str| response.headers().get(name).map(|v| v.to_str().unwrap().to_owned());
        assert!(header("content-security-policy").unwrap().starts_with("default-src 'none'"), "{path}");
        assert_eq!(header("x-content-type-options").as_deref(), Some("nosniff"), "{path}");
        assert!(header("cache-control").is_some_and(|v| v.contains("no-")), "{path}");
    }
    let (_, page) = get(&kiosk.router, "/station/QC-1").await;
    assert!(!page.contains(" style=") && !page.contains("<style") && !page.contains(" onclick"), "{page}");
}

#[tokio::test]
async fn only_pictures_are_served_as_pictures() {
    let kiosk = kiosk(plain());
    assert_eq!(get(&kiosk.router, &format!("/label/{}.png", views::label())).await.0, 200);
    assert_eq!(get(&kiosk.router, &format!("/picture/{}", views::picture())).await.0, 200);
    let page = "/picture/00000000-0000-4000-8000-000000000000";
    assert_eq!(get(&kiosk.router, page).await, (404, String::new()));
    assert_eq!(get(&kiosk.router, "/label/00000000-0000-4000-8000-000000000000.png").await.0, 404);
    assert_eq!(get(&kiosk.router, "/label/..%2F..%2Fetc%2Fpasswd.png").await.0, 404);
}

#[tokio::test]
async fn a_live_page_gets_the_present_view_at_once_and_ends_with_the_station() {
    let kiosk = kiosk(plain());
    let request = Request::get("/station/QC-1/live").header("host", "localhost").body(Body::empty()).unwrap();
    let response = ask(&kiosk.router, request).await;
    assert_eq!(response.headers()["content-type"], "text/event-stream");
    drop(kiosk.views);
    let body = axum::body::to_bytes(response.into_body(), 1 << 22).await.unwrap();
    let stream = String::from_utf8_lossy(&body);
    assert!(stream.starts_with("event: view\ndata: <header"), "{stream}");
    assert_eq!(stream.matches("event: view").count(), 1);
}

#[tokio::test]
async fn live_pages_are_bounded() {
    let kiosk = kiosk(plain());
    let live = || Request::get("/station/QC-1/live").header("host", "localhost").body(Body::empty()).unwrap();
    let mut open = Vec::new();
    for _ in 0..PAGES_MAX {
        open.push(ask(&kiosk.router, live()).await);
    }
    assert!(open.iter().all(|response| response.status() == 200));
    assert_eq!(ask(&kiosk.router, live()).await.status(), 503);
    open.pop();
    assert_eq!(ask(&kiosk.router, live()).await.status(), 200);
}

/// A served kiosk and a browser before it; none, and a loud word, where there is no browser.
fn in_a_browser(view: View) -> Option<(Browser, Views, Arc<Listener>, SocketAddr)> {
    let Some(browser) = Browser::start() else {
        // Past the harness, which keeps what a passing test prints.
        let _ =
            std::io::stderr().write_all(b"SKIPPED: no Chromium here (package: chromium); nobody looked at the kiosk\n");
        return None;
    };
    let kiosk = kiosk(view);
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    listener.set_nonblocking(true).unwrap();
    let address = listener.local_addr().unwrap();
    std::thread::spawn(move || serve(listener, kiosk.router));
    Some((browser, kiosk.views, kiosk.bench, address))
}

/// Serves until the test program ends, on a thread of its own, as the browser's side of a test blocks.
fn serve(listener: std::net::TcpListener, router: Router) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let listener = tokio::net::TcpListener::from_std(listener).unwrap();
        axum::serve(listener, router).await.unwrap();
    });
}

fn artefacts() -> PathBuf {
    let folder = crate::shop::browser::artefacts().join("kiosk");
    std::fs::create_dir_all(&folder).unwrap();
    folder
}

const SIZES: [(u32, u32); 3] = [(1280, 800), (800, 480), (390, 844)];

/// Nothing sticks out of its box: of the page on a bench's screen, of the verdict anywhere.
const CUT_OFF: &str =
    "[...document.querySelectorAll('.verdict, .ready, .expect, .question, .still, #code, .prints, .package, .top')]
    .filter(e => e.clientHeight && (e.scrollHeight > e.clientHeight + 2 || e.scrollWidth > e.clientWidth + 2))
    .map(e => `${e.className || e.id} ${e.scrollWidth}x${e.scrollHeight} in ${e.clientWidth}x${e.clientHeight}`)
    .concat(innerWidth > 640 && document.documentElement.scrollHeight > innerHeight ? ['the page is too high'] : [])
    .concat(document.documentElement.scrollWidth > innerWidth ? ['the page is too wide'] : []).join('; ')";

/// Every button is large enough for a glove.
const SMALL: &str = "[...document.querySelectorAll('button, .home')].map(e => [e.textContent, e.getBoundingClientRect()])
    .filter(([, r]) => r.width && (r.width < 48 || r.height < 48)).map(([t, r]) => `${t} ${r.width}x${r.height}`).join('; ')";

#[test]
fn the_kiosk_fits_every_screen_in_every_state_and_both_languages() {
    let Some((mut browser, views, _, address)) = in_a_browser(plain()) else { return };
    for (name, mut view) in views::looks() {
        view.station = plain().station;
        views.send_replace(Arc::new(view));
        for (i, (width, height)) in SIZES.into_iter().enumerate() {
            for language in Language::ALL {
                let dark = (i + name.len() + usize::from(language == Language::Es)) % 2 == 1;
                browser.resize(width, height, dark);
                browser.open(&format!("http://{address}/station/QC-1?lang={}", language.code()));
                let file =
                    format!("{name}-{width}x{height}-{}-{}.png", language.code(), if dark { "dark" } else { "light" });
                browser.picture(&artefacts().join(&file));
                assert_eq!(browser.ask(CUT_OFF), "", "{file}");
                assert_eq!(browser.ask(SMALL), "", "{file}");
            }
        }
    }
    for language in Language::ALL {
        browser.resize(1280, 800, false);
        browser.open(&format!("http://{address}/?lang={}", language.code()));
        browser.picture(&artefacts().join(format!("front-{}.png", language.code())));
    }
}

#[test]
fn the_longest_answers_fit_the_smallest_screens() {
    let Some((mut browser, views, _, address)) = in_a_browser(plain()) else { return };
    for (width, height) in [(800, 480), (390, 844)] {
        browser.resize(width, height, false);
        for language in Language::ALL {
            browser.open(&format!("http://{address}/station/QC-1?lang={}", language.code()));
            for (i, verdict) in views::long_answers().into_iter().enumerate() {
                let happened = words::said(&verdict.say, language).happened;
                let mut view = views::view("QC-1", "qc", verdict);
                if i % 2 == 1 {
                    let red =
                        Say::Held { number: "#1042".into(), reason: "waiting for the new size".into(), why: None };
                    let red = views::shown(Verdict::stop(red), 10);
                    view.recent.insert(1, red.clone());
                    view.open.get_or_insert(red);
                }
                views.send_replace(Arc::new(view));
                browser.wait(&format!("document.querySelector('.verdict .happened').textContent === {happened:?}"));
                browser.picture(&artefacts().join(format!("long-{i}-{width}x{height}-{}.png", language.code())));
                assert_eq!(browser.ask(CUT_OFF), "", "{happened} at {width}x{height}");
            }
        }
    }
}

#[test]
fn a_page_that_hears_nothing_shows_no_verdict_and_comes_back_by_itself() {
    let Some((mut browser, views, _, address)) = in_a_browser(plain()) else { return };
    browser.resize(1280, 800, false);
    browser.open(&format!("http://{address}/station/QC-1"));
    browser.ask(
        "window.RealSource = EventSource; EventSource = class { addEventListener() {} close() {} }; source.close()",
    );
    browser.wait("!document.getElementById('lost').hidden");
    assert_eq!(browser.ask("getComputedStyle(document.querySelector('.verdict')).visibility"), "hidden");
    browser.picture(&artefacts().join("lost-1280x800.png"));
    browser.resize(800, 480, true);
    browser.picture(&artefacts().join("lost-800x480.png"));
    views.send_replace(Arc::new(views::view("QC-1", "qc", Verdict::go(Say::NothingAsked))));
    browser.ask("EventSource = RealSource; 1");
    browser.wait("document.getElementById('lost').hidden");
    browser.wait("document.querySelector('.verdict .happened').textContent.startsWith('There is no question')");
}

#[test]
fn a_scanner_that_types_and_a_hand_that_touches_reach_the_bench() {
    let looks = views::looks();
    let (_, question) = looks.into_iter().find(|(name, _)| *name == "question").unwrap();
    let Some((mut browser, _, bench, address)) = in_a_browser(question) else { return };
    browser.resize(1280, 800, false);
    browser.open(&format!("http://{address}/station/PACK-1"));
    browser.press(".yes");
    browser.scan("J7K3M9");
    browser.scan("P7K3M9");
    browser.press("#code [data-touch]");
    let until = std::time::Instant::now() + std::time::Duration::from_secs(10);
    while bench.touches.lock().unwrap().len() < 2 && std::time::Instant::now() < until {
        std::thread::sleep(std::time::Duration::from_millis(20));
    }
    assert_eq!(*bench.touches.lock().unwrap(), [Touch::Yes { label: views::label() }, Touch::Undo]);
    assert_eq!(*bench.codes.lock().unwrap(), ["J7K3M9", "P7K3M9"]);
    browser.scan("BUSY");
    browser.wait("document.getElementById('typed').placeholder.startsWith('That may not')");
}

#[test]
fn every_command_can_be_touched_and_a_scan_puts_the_commands_away() {
    let looks = views::looks();
    let (_, label) = looks.into_iter().find(|(name, _)| *name == "label").unwrap();
    let Some((mut browser, _, bench, address)) = in_a_browser(label) else { return };
    for (width, height) in [(1280, 800), (800, 480), (390, 844)] {
        for language in Language::ALL {
            browser.resize(width, height, false);
            browser.open(&format!("http://{address}/station/PACK-1?lang={}", language.code()));
            browser.press("#more");
            browser.wait("document.getElementById('commands').open");
            browser.picture(&artefacts().join(format!("commands-{width}x{height}-{}.png", language.code())));
            assert_eq!(browser.ask(CUT_OFF), "", "{width}x{height}");
        }
    }
    browser.resize(1280, 800, false);
    browser.open(&format!("http://{address}/station/PACK-1"));
    browser.press("#more");
    browser.wait("document.getElementById('commands').open");
    browser.press("#commands [data-touch*=scrap]");
    browser.wait("!document.getElementById('commands').open");
    browser.press("#more");
    browser.scan("J7K3M9");
    browser.wait("!document.getElementById('commands').open");
    let until = std::time::Instant::now() + std::time::Duration::from_secs(10);
    while bench.codes.lock().unwrap().is_empty() && std::time::Instant::now() < until {
        std::thread::sleep(std::time::Duration::from_millis(20));
    }
    assert_eq!(*bench.touches.lock().unwrap(), [Touch::Command { command: Command::Scrap }]);
    assert_eq!(*bench.codes.lock().unwrap(), ["J7K3M9"]);
}

#[test]
fn a_label_on_the_screen_can_be_made_large_enough_to_scan() {
    let (_, label) = views::looks().into_iter().find(|(name, _)| *name == "label").unwrap();
    let Some((mut browser, _, _, address)) = in_a_browser(label) else { return };
    browser.resize(1280, 800, false);
    browser.open(&format!("http://{address}/station/PACK-1"));
    browser.press(".enlarge");
    browser.wait("document.querySelector('.enlarge img').clientWidth >= 800");
    browser.picture(&artefacts().join("label-large.png"));
    browser.press(".enlarge");
    browser.wait("document.querySelector('.enlarge img').clientWidth < 800");
}

#[test]
fn an_open_red_sounds_until_it_is_seen_and_each_answer_sounds_once() {
    let Some((mut browser, views, bench, address)) = in_a_browser(plain()) else { return };
    browser.resize(1280, 800, false);
    browser.open(&format!("http://{address}/station/QC-1"));
    browser.wait("document.getElementById('sound').textContent === 'Sound is on'");
    browser.ask("window.tones = 0; AudioContext.prototype.createOscillator = (old => function () { tones++; return old.call(this); })(AudioContext.prototype.createOscillator); 1");
    let mut red = views::view("QC-1", "qc", Verdict::stop(Say::Misread));
    red.recent[0].piece = None;
    red.recent[0].entry = Some("0192f0c1-0000-7000-8000-00000000000a".parse().unwrap());
    views.send_replace(Arc::new(red.clone()));
    browser.wait("tones === 3");
    red.unsent = 1;
    views.send_replace(Arc::new(red.clone()));
    browser.wait("tones === 6");
    browser.press(".seen");
    assert_eq!(browser.ask("document.querySelector('.stage').dataset.open === undefined"), true);
    red.unsent = 2;
    views.send_replace(Arc::new(red));
    browser.wait("document.querySelector('.contact').textContent.includes('2 scans')");
    assert_eq!(browser.ask("[tones, document.querySelector('.seen')]"), serde_json::json!([6, null]));
    assert_eq!(*bench.touches.lock().unwrap(), [Touch::Seen]);
}
