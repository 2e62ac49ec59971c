//! The pages that show labels, from outside.

use axum::Router;
use axum::body::Body;
use axum::http::Request;
use stationd::label::builtin::Templates;
use stationd::web::guard::{Names, guarded};
use stationd::web::preview::{BODY_MAX, router};
use stationd::words::Language;
use tower::ServiceExt;

fn pages() -> Router {
    let folder = tempfile::tempdir().unwrap().keep();
    guarded(router(folder, Templates::new([]).unwrap(), Language::En), Names::default())
}

async fn answer(request: Request<Body>) -> (u16, Vec<u8>) {
    let response = pages().oneshot(request).await.unwrap();
    let status = response.status().as_u16();
    (status, axum::body::to_bytes(response.into_body(), 1 << 22).await.unwrap().to_vec())
}

async fn draw(text: &str, dpi: u32) -> (u16, Vec<u8>) {
    let body = serde_json::json!({ "text": text, "dpi": dpi }).to_string();
    let request = Request::post("/labels/draw").header("host", "localhost").header("origin", "http://localhost");
    answer(request.header("content-type", "application/json").body(Body::from(body)).unwrap()).await
}

#[tokio::test]
async fn a_template_is_drawn_as_it_is_written() {
    let (status, png) = draw("size 50 x 30\ntext 2 2 40 8 \"{order.number}\"\n", 203).await;
    assert_eq!(status, 200);
    let reader = png::Decoder::new(std::io::Cursor::new(png)).read_info().unwrap();
    assert_eq!((reader.info().width, reader.info().height), (400, 240));
}

#[tokio::test]
async fn what_is_wrong_is_said_with_line_and_column() {
    let said = |answer: (u16, Vec<u8>)| (answer.0, String::from_utf8(answer.1).unwrap());
    let unknown = draw("size 50 x 30\n text 2 2 40 8 \"{order.numbr}\"\n", 203).await;
    let expected = "line:2:17: there is no field \"order.numbr\"; did you mean \"order.number\"?";
    assert_eq!(said(unknown), (422, expected.to_owned()));
    let wide = draw("size 50 x 30\ntext 2 2 60 8 \"x\"\n", 203).await;
    assert_eq!(said(wide).0, 422);
    let coarse = draw("size 50 x 30\n", 9_999).await;
    assert_eq!(said(coarse), (422, "a picture at 9999 dpi can not be drawn: 72 to 600 dpi can".to_owned()));
}

#[tokio::test]
async fn only_our_own_pages_may_ask_and_not_for_too_much() {
    let (status, _) = draw(&"#".repeat(BODY_MAX), 203).await;
    assert_eq!(status, 413);
    let foreign = Request::post("/labels/draw").header("host", "localhost").header("origin", "http://evil.example");
    assert_eq!(answer(foreign.body(Body::empty()).unwrap()).await.0, 403);
    let rebound = Request::get("/labels").header("host", "evil.example").body(Body::empty()).unwrap();
    assert_eq!(answer(rebound).await.0, 421);
}

#[tokio::test]
async fn the_editor_shows_each_template_and_its_own_files() {
    let get = |path: &str| answer(Request::get(path).header("host", "localhost").body(Body::empty()).unwrap());
    let (status, page) = get("/labels?template=bin&lang=es").await;
    let page = String::from_utf8(page).unwrap();
    assert!(status == 200 && page.contains("{bin.name}") && page.contains("<h1>Etiquetas</h1>"), "{page}");
    for file in page.split('"').filter(|part| part.starts_with("/labels/assets/")) {
        assert_eq!(get(file).await.0, 200, "{file}");
    }
    assert_eq!(get("/labels?template=nothing").await.0, 404);
}
