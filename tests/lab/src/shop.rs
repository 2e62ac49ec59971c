//! Orders with shipping labels, and the pieces' way through the shop as people at four benches scan them.

use anyhow::{Context, Result};
use data_encoding::BASE64;
use serde_json::{Value, json};

use crate::http;

/// The benches of a small shop.
pub const STATIONS: [&str; 4] = ["preproduction", "print", "qc", "pack"];

/// An order of one piece.
#[derive(Debug, Clone)]
pub struct Order {
    pub number: String,
    pub job: String,
    pub tracking: String,
}

/// The four benches, which print their shipping labels on one printer each.
pub fn stations(printers: [&str; 4]) -> String {
    let one = |(name, printer): (&str, &str)| {
        format!("[[station]]\nname = \"{name}\"\nstages = [\"{name}\"]\nshipping = \"{printer}\"\n")
    };
    STATIONS.into_iter().zip(printers).map(one).collect()
}

/// Brings an order in at the hub, with a label document of so many bytes at least.
pub fn order(hub: &str, number: usize, bytes: usize) -> Result<Order> {
    let tracking = ups(number);
    let filler = "x".repeat(bytes);
    let zpl = format!("^XA^FX {filler} ^FS^FO60,200^BY3^BCN,160,Y,N,N^FD{tracking}^FS^XZ");
    let package = json!({ "document": { "mime": "application/zpl", "base64": BASE64.encode(zpl.as_bytes()) } });
    let order = json!({ "number": number.to_string(), "pieces": [{ "product": "Tee" }], "packages": [package] });
    let taken = http::post(hub, "/api/v1/orders", &json!({ "orders": [order] }))?;
    let taken: Value = serde_json::from_str(&taken)?;
    let job = taken[0]["jobs"][0].as_str().with_context(|| format!("the hub took {taken}"))?.to_owned();
    Ok(Order { number: number.to_string(), job, tracking })
}

/// Types a code at a kiosk; the signal of the verdict.
pub fn scan(kiosk: &str, station: &str, code: &str) -> Result<String> {
    let said = http::post(kiosk, &format!("/station/{station}/scan"), &json!({ "code": code }))?;
    let said: Value = serde_json::from_str(&said)?;
    Ok(said["signal"].as_str().with_context(|| format!("a verdict without a signal: {said}"))?.to_owned())
}

/// A UPS number of this serial. Source: `devices/carriers/ups.toml` of the product: a letter counts as its ASCII code
/// less 3, modulo 10; the places after `1Z` weigh 1 and 2 in turn.
pub fn ups(serial: usize) -> String {
    let body = format!("E2E99503{serial:07}");
    let value = |byte: u8| if byte.is_ascii_digit() { u32::from(byte - b'0') } else { (u32::from(byte) - 3) % 10 };
    let sum: u32 = body.bytes().zip([1, 2].into_iter().cycle()).map(|(byte, weight)| value(byte) * weight).sum();
    format!("1Z{body}{}", (10 - sum % 10) % 10)
}

/// How often a text is on paper.
pub fn times_on(paper: &[u8], text: &str) -> usize {
    paper.windows(text.len()).filter(|part| *part == text.as_bytes()).count()
}
