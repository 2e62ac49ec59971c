//! A label printer through the kernel's printer driver.

use std::time::Duration;

use anyhow::{Result, ensure};
use serde_json::json;

use crate::bench::{Bench, Lab};
use crate::devices::PRINTER;
use crate::http;
use crate::shop::{Order, STATIONS, order, scan, stations, times_on};
use crate::vm::Disk;

/// For something that a person would notice, printers' pauses included.
const SEEN_WITHIN: Duration = Duration::from_secs(30);
/// Bytes of a label that is much larger than what is written at once.
const LARGE: usize = 60_000;

fn bench(lab: &Lab) -> Result<Bench> {
    let mut bench = Bench::up(lab, &Disk::Empty)?;
    let printer = "[[printer]]\nname = \"zebra\"\nprofile = \"generic-zpl-203\"\ndevice = \"/dev/usb/lp0\"\n";
    bench.configure(&(stations(["zebra"; 4]) + printer))?;
    bench.with_hub()?;
    bench.plug("zebra", PRINTER, 7)?;
    bench.start()?;
    Ok(bench)
}

/// Makes an order up to its shipping label.
fn packed(bench: &Bench, number: usize, bytes: usize) -> Result<Order> {
    let order = order(&bench.vm.kiosk, number, bytes)?;
    // The hub's feed takes a moment; then the piece waits for its ticket.
    bench.sees(STATIONS[0], SEEN_WITHIN, |page| page.contains(&format!("<b>#{}</b>", order.number)))?;
    for station in STATIONS {
        let signal = scan(&bench.vm.kiosk, station, &order.job)?;
        ensure!(signal == "go", "{station} said {signal} to {order:?}\n{}", bench.page(station)?);
    }
    Ok(order)
}

pub fn labels_come_out(lab: &Lab) -> Result<()> {
    let bench = bench(lab)?;
    for (number, bytes) in [(1, 10), (2, LARGE)] {
        let order = packed(&bench, number, bytes)?;
        let paper = bench.devices.printed("zebra", |paper| times_on(paper, &order.tracking) > 0)?;
        ensure!(times_on(&paper, &order.tracking) == 1, "the label came out more than once");
        ensure!(scan(&bench.vm.kiosk, "pack", &order.tracking)? == "go", "the label is not the order's");
    }
    Ok(())
}

pub fn pulled_in_mid_label(lab: &Lab) -> Result<()> {
    let mut bench = bench(lab)?;
    bench.devices.pull_after("zebra", LARGE / 2)?;
    let order = packed(&bench, 1, LARGE)?;
    bench.sees("pack", SEEN_WITHIN, |page| page.contains("Did the label of"))?;
    bench.plug("zebra", PRINTER, 6)?;
    let before = bench.devices.paper("zebra");
    ensure!(times_on(&before, &order.tracking) == 0, "half a label is a whole one: the test proves nothing");
    let page = bench.page("pack")?;
    let (_, label) = page.split_once("&quot;touch&quot;:&quot;no&quot;").map_or(("", ""), |parts| parts);
    let label = label.split("&quot;").find(|part| part.len() == 36).unwrap_or_default().to_owned();
    http::post(&bench.vm.kiosk, "/station/pack/touch", &json!({ "touch": "no", "label": label }))?;
    let paper = bench.devices.printed("zebra", |paper| times_on(paper, &order.tracking) > 0)?;
    ensure!(times_on(&paper, &order.tracking) == 1, "the label came out more than once");
    Ok(())
}
