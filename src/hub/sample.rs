//! A small believable shop to try stationd with. Every order is marked as a sample and counts in no report.

mod label;
mod picture;

use jiff::{SignedDuration, Timestamp};

use self::picture::{Motif, Shape, picture};
use super::draft::{Blob, Draft, Parcel, Piece};

/// A sample order, and what happens to it at once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sample {
    /// The order.
    pub draft: Draft,
    /// It is cancelled, for this reason.
    pub cancelled: Option<&'static str>,
    /// It is held, for this reason.
    pub held: Option<&'static str>,
}

/// The sample shop, as it is at `now`.
#[must_use]
pub fn shop(now: Timestamp) -> Vec<Sample> {
    let tee = |colour, size| piece(Shape::Tee, Motif::Sun, "Unisex tee", colour, size, &["front"]);
    let both = |colour, size| piece(Shape::Tee, Motif::Bars, "Unisex tee", colour, size, &["front", "back"]);
    let mug = |motif| piece(Shape::Mug, motif, "Mug 11 oz", "white", "", &["wrap"]);
    let tote = |colour| piece(Shape::Tote, Motif::Leaf, "Tote bag", colour, "", &["front"]);
    let hours = |n: i64| now.checked_add(SignedDuration::from_hours(n)).ok();
    let order = |number: &str, channel: &str, by: i64, pieces: Vec<Piece>| Draft {
        number: number.to_owned(),
        channel: channel.to_owned(),
        ship_by: hours(by),
        sample: true,
        pieces,
        ..Draft::default()
    };
    let note = |mut piece: Piece, text: &str| {
        piece.note = text.to_owned();
        piece
    };
    let of = |n: u32, mut piece: Piece| {
        piece.quantity = Some(n);
        piece
    };
    let mut split =
        order("1046", "web", 30, vec![into(1, tee("navy", "L")), into(1, tee("navy", "M")), into(2, mug(Motif::Sun))]);
    split.packages = vec![labelled(1), labelled(2)];
    split.carrier = Some("ups".to_owned());
    let mut labelled_alone = order("1051", "etsy", 28, vec![both("black", "S")]);
    labelled_alone.packages = vec![labelled(3)];
    let print_first = vec!["print".to_owned(), "qc".to_owned(), "steam?".to_owned(), "pack".to_owned()];
    let plain = |draft| Sample { draft, cancelled: None, held: None };
    vec![
        plain(order("1042", "etsy", 26, vec![tee("navy", "M")])),
        plain(order("1042", "web", 50, vec![mug(Motif::Leaf)])),
        plain(order("1043", "web", 26, vec![tee("red", "S"), tee("red", "M"), both("white", "XL")])),
        plain(Draft { rush: true, ..order("1044", "etsy", 4, vec![tote("natural"), mug(Motif::Bars)]) }),
        Sample {
            cancelled: Some("the customer changed their mind"),
            ..plain(order("1045", "web", 26, vec![tee("black", "L")]))
        },
        plain(split),
        plain(order("1047", "web", -20, vec![tee("green", "XXL")])),
        plain(order("1048", "etsy", 74, vec![of(5, tee("white", "M")), of(2, tee("white", "L"))])),
        plain(order("1049", "web", 26, vec![note(mug(Motif::Sun), "gift: no invoice in the box")])),
        plain(Draft { route: print_first, ..order("1050", "market", 26, vec![both("grey", "M"), tote("black")]) }),
        plain(labelled_alone),
        Sample {
            held: Some("the address is being checked"),
            ..plain(order("1052", "etsy", 50, vec![tee("navy", "S")]))
        },
        plain(Draft { starts_at: "qc".parse().ok(), ..order("1053", "market", 26, vec![tote("natural")]) }),
        plain(Draft { rush: true, ..order("1054", "web", 3, vec![tee("yellow", "M")]) }),
    ]
}

fn piece(shape: Shape, motif: Motif, product: &str, colour: &str, size: &str, places: &[&str]) -> Piece {
    let drawn = picture(shape, motif, colour);
    Piece {
        product: product.to_owned(),
        colour: colour.to_owned(),
        size: size.to_owned(),
        places: places.iter().map(|&place| place.to_owned()).collect(),
        picture: drawn.map(|bytes| Blob { mime: "image/png".to_owned(), bytes }),
        ..Piece::default()
    }
}

fn into(package: usize, piece: Piece) -> Piece {
    Piece { package: Some(package), ..piece }
}

fn labelled(serial: u32) -> Parcel {
    let tracking = label::tracking(serial);
    let bytes = label::zpl(&tracking).into_bytes();
    Parcel {
        tracking: Some(tracking),
        document: Some(Blob { mime: "application/zpl".to_owned(), bytes }),
        ..Parcel::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sample_shop_is_made_of_good_orders() {
        let shop = shop(Timestamp::from_second(1_795_000_000).unwrap());
        assert!(shop.len() >= 12);
        for sample in &shop {
            assert!(sample.draft.sample);
            let draft = sample.draft.clone().checked().unwrap();
            assert!(draft.pieces.iter().all(|piece| piece.picture.is_some()));
        }
        let twice = shop.iter().filter(|sample| sample.draft.number == "1042").count();
        assert_eq!(twice, 2, "two channels use the same number");
    }
}
