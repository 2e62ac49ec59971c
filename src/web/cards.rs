//! The codes by which a scanner itself is set, as pictures: a station's pairing code, and the keyboard layout's test.

use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};

use crate::code::own::{Kind, LAYOUT_TEST, make_named};
use crate::ids::StationId;
use crate::label::field::Field;
use crate::label::template::Template;
use crate::label::{Fields, builtin, picture};

/// Resolution of a card on a screen, in dots of an inch: a scanner reads it off the glass.
const SCREEN_DPI: u32 = 203;

/// The card of the layout's test. Its text is fixed, and has nothing that a template would take for a field.
const LAYOUT_CARD: &str =
    "size 101.6 x 60\nqr 30 1 40 40 \"TEXT\" center\ncode128 1 43 99 15 \"TEXT\" center optional\n";

/// Draws the card of `station`, or of the layout's test where there is none.
pub(super) async fn draw(station: Option<StationId>) -> Response {
    let drawn = tokio::task::spawn_blocking(move || match station {
        Some(station) => pairing(&station),
        None => layout_test(),
    });
    match drawn.await {
        Ok(Some(png)) => {
            ([(header::CONTENT_TYPE, "image/png"), (header::CACHE_CONTROL, "no-cache")], png).into_response()
        }
        Ok(None) | Err(_) => StatusCode::NOT_FOUND.into_response(),
    }
}

fn pairing(station: &StationId) -> Option<Vec<u8>> {
    let code = make_named(Kind::Pairing, station.as_str())?;
    let fields = Fields::new().with(Field::StationName, station.as_str()).with(Field::PairingCode, code);
    Some(picture(&builtin::template("pairing").ok()?, &fields, SCREEN_DPI).ok()?.to_png())
}

fn layout_test() -> Option<Vec<u8>> {
    let text = LAYOUT_CARD.replace("TEXT", LAYOUT_TEST);
    let card = Template::parse("layout-test", &text).ok()?;
    Some(picture(&card, &Fields::new(), SCREEN_DPI).ok()?.to_png())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::ID_MAX;
    use crate::label::document::Document;

    #[test]
    fn a_scanner_reads_both_cards_off_the_screen() {
        let check = |png: Option<Vec<u8>>, wanted: &str| {
            let read = Document::read(&png.expect("a card")).expect("a picture").barcodes();
            assert!(!read.is_empty() && read.iter().all(|text| text == wanted), "{read:?}");
        };
        check(layout_test(), LAYOUT_TEST);
        for name in ["QC-1".to_owned(), "N".repeat(ID_MAX)] {
            let code = make_named(Kind::Pairing, &name).expect("a code");
            check(pairing(&StationId::new(name).expect("a name")), &code);
        }
    }
}
