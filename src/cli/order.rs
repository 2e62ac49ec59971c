//! `stationd order ORDER`: an order's whole story, production and shipping in one list. Reads the hub's database beside
//! the daemon.

use std::io::{self, Write};
use std::path::Path;
use std::process::ExitCode;

use clap::Args as Arguments;
use jiff::tz::TimeZone;

use crate::floor::event::{Event, LabelOf, Outcome};
use crate::floor::printing::Proof;
use crate::floor::rework::Gone;
use crate::hub::timeline::{Found, Line, Timeline, find, timeline};
use crate::ids::JobId;
use crate::ledger::store::{Store, StoreError};

/// An order's whole story.
#[derive(Debug, Arguments)]
pub struct Args {
    /// Its number (with or without #), its identifier, a piece's or package's code, or a tracking number
    order: String,
    /// Which channel's, where several use the same number
    #[arg(long)]
    channel: Option<String>,
    /// As JSON, with times in RFC 3339
    #[arg(long)]
    json: bool,
}

/// Why an order could not be shown.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The database.
    #[error("the hub's database could not be read")]
    Store(#[from] StoreError),
    /// The output.
    #[error("the order could not be written")]
    Write(#[from] io::Error),
    /// As JSON.
    #[error("the order could not be written as JSON")]
    Json(#[from] serde_json::Error),
}

/// Shows an order from the hub's database in `folder`, with times of day in `zone`. Exit code 1: there is no such
/// order, or several.
///
/// # Errors
/// The database can not be read, or the output can not be written.
pub fn run(args: &Args, folder: &Path, zone: &TimeZone, out: &mut dyn Write) -> Result<ExitCode, Error> {
    let conn = Store::reader(folder)?;
    let order = match find(&conn, &args.order, args.channel.as_deref())? {
        Found::One(order) => order,
        Found::None => {
            writeln!(out, "There is no order called {}.", args.order)?;
            return Ok(ExitCode::FAILURE);
        }
        Found::Several(several) => {
            writeln!(out, "Several orders are called {}. Name the channel with --channel:", args.order)?;
            for (order, spoken) in several {
                writeln!(out, "  {spoken}  {order}")?;
            }
            return Ok(ExitCode::FAILURE);
        }
    };
    let Some(story) = timeline(&conn, &order)? else {
        writeln!(out, "There is no order called {}.", args.order)?;
        return Ok(ExitCode::FAILURE);
    };
    if args.json {
        write_json(&story, out)?;
    } else {
        write_text(&story, zone, out)?;
    }
    Ok(ExitCode::SUCCESS)
}

fn write_json(story: &Timeline, out: &mut dyn Write) -> Result<(), Error> {
    let mut value = serde_json::to_value(story)?;
    let times = story.lines.iter().map(|line| (line.at.timestamp(), line.wall.time.timestamp()));
    let lines = value.get_mut("lines").and_then(serde_json::Value::as_array_mut).into_iter().flatten();
    for (line, (at, wall)) in lines.zip(times) {
        line["at"] = serde_json::to_value(at)?;
        line["wall"] = serde_json::to_value(wall)?;
    }
    // The fold is our own form; what it says is in the lines.
    if let Some(value) = value.as_object_mut() {
        value.remove("state");
        value.insert("intake".to_owned(), serde_json::to_value(&story.state.intake)?);
    }
    super::table::times_of_people(&mut value);
    serde_json::to_writer_pretty(&mut *out, &value)?;
    Ok(writeln!(out)?)
}

fn write_text(story: &Timeline, zone: &TimeZone, out: &mut dyn Write) -> Result<(), Error> {
    writeln!(out, "{}", title(story, zone))?;
    for (n, job) in (1..).zip(story.state.intake.iter().flat_map(|intake| &intake.jobs)) {
        let what = [&job.product, &job.size, &job.colour];
        let what: Vec<&str> = what.into_iter().map(String::as_str).filter(|text| !text.is_empty()).collect();
        writeln!(out, "{}", format!("  piece {n}  {}  {}", job.job, what.join(", ")).trim_end())?;
    }
    for line in &story.lines {
        let time = line.wall.time.timestamp().to_zoned(zone.clone()).strftime("%Y-%m-%d %H:%M:%S");
        let by = line.by.as_ref().map_or_else(String::new, |by| format!(", {by}"));
        let mark = match (line.undone, line.doubtful) {
            (true, _) => "  (undone)",
            (false, true) => "  (the clock was wrong)",
            (false, false) => "",
        };
        writeln!(out, "{time}  {:<12}  {}{by}{mark}", line.station, sentence(line, story))?;
    }
    Ok(())
}

fn title(story: &Timeline, zone: &TimeZone) -> String {
    let mut title = format!("{}  {}", story.number, story.order);
    if let Some(intake) = &story.state.intake {
        if intake.sample {
            title += "  SAMPLE";
        }
        if intake.rush {
            title += "  RUSH";
        }
        if let Some(by) = intake.ship_by {
            title += &format!("  ship by {}", super::table::minute(by.timestamp(), zone));
        }
    }
    if let Some(stopped) = &story.state.stopped {
        title += if stopped.cancelled { "  CANCELLED: " } else { "  HELD: " };
        title += &stopped.reason;
    }
    title
}

fn sentence(line: &Line, story: &Timeline) -> String {
    let state = &story.state;
    let piece = |job: &JobId| match (state.job_spec(job), state.intake.as_deref()) {
        (Some((n, _)), Some(intake)) => format!("piece {n} of {} ({job})", intake.jobs.len()),
        _ => format!("piece {job}"),
    };
    let label = |what: &LabelOf| match what {
        LabelOf::Ticket(job) => format!("ticket of {}", piece(job)),
        LabelOf::Package(package) => format!("package label of {package}"),
        LabelOf::Shipping(package) => format!("shipping label of {package}"),
        LabelOf::Document { package, purpose, .. } => format!("{} of {package}", purpose.spoken()),
    };
    let known = |id| state.labels.get(id).map_or_else(|| "label".to_owned(), |known| label(&known.what));
    match &line.event {
        Event::OrderTaken(intake) => {
            let (pieces, packages) = (intake.jobs.len(), intake.packages.len());
            format!("order taken in: {}, {}", counted(pieces, "piece"), counted(packages, "package"))
        }
        Event::OrderCancelled { reason, .. } => format!("order cancelled: {reason}"),
        Event::OrderHeld { why: Some(why), .. } => format!("order held: {}", why.name()),
        Event::OrderHeld { reason, .. } => format!("order held: {reason}"),
        Event::OrderReleased { .. } => "order released".to_owned(),
        Event::JobPassed { job, stage, .. } => format!("{stage}: {}", piece(job)),
        Event::JobSeen { job, .. } => format!("{} seen, nothing recorded for it", piece(job)),
        Event::JobFailed { job, reason, back, .. } => {
            format!("{} failed ({}), back to {back}", piece(job), reason.name())
        }
        Event::JobReplaced { job, why, by, .. } => {
            let why = if *why == Gone::Scrapped { "scrapped" } else { "lost" };
            format!("{} {why}, replaced by {}", piece(job), by.job)
        }
        Event::PackageSplit { package, rest, .. } => {
            format!("package {package} goes with what is in it, the rest in {}", rest.package)
        }
        Event::Packed { package, job, .. } => format!("{} put into package {package}", piece(job)),
        Event::PackageClosed { package, .. } => format!("package {package} is complete"),
        Event::Linked { package, link, .. } => {
            let carrier = link.carrier.as_deref().map_or_else(|| "carrier not sure".to_owned(), carrier_name);
            format!("package {package} linked to {} ({carrier})", link.printed)
        }
        Event::Dispatched { package, .. } => format!("package {package} left the shop"),
        Event::LabelRequested { what, printer: Some(printer), again: Some(_), .. } => {
            format!("{} asked for again at {printer}", label(what))
        }
        Event::LabelRequested { what, printer: Some(printer), .. } => format!("{} asked for at {printer}", label(what)),
        Event::LabelRequested { what, printer: None, .. } => format!("{} shown on the screen", label(what)),
        Event::LabelSending { printer, label: id, attempt, .. } => {
            format!("{} sent to {printer}, attempt {attempt}", known(id))
        }
        Event::LabelUnmade { label: id, reason, .. } => format!("{} can not be made: {reason}", known(id)),
        Event::LabelEnded { label: id, outcome, proof, .. } => {
            format!("{} {}", known(id), came_out(*outcome, *proof))
        }
        Event::ParcelDoubled { package, .. } => format!("two parcels carry the label of {package}"),
        Event::Undone { entry, .. } => match story.lines.iter().find(|line| line.entry == *entry) {
            Some(Line { event: Event::Undone { .. }, .. }) => "the undo was taken back".to_owned(),
            Some(undone) => format!("undone: {}", sentence(undone, story)),
            None => "an earlier scan undone".to_owned(),
        },
        Event::Claimed { operator, .. } => format!("{operator} says that the last scan was theirs"),
        Event::SignedOn { operator } => format!("{operator} signed on"),
        Event::SignedOff => "signed off".to_owned(),
        Event::ScannerSet { scanner, .. } => format!("scanner {scanner} set"),
        Event::Unknown => "something that a newer version wrote".to_owned(),
    }
}

/// `1 package`, `2 packages`.
fn counted(count: usize, what: &str) -> String {
    if count == 1 { format!("1 {what}") } else { format!("{count} {what}s") }
}

/// A carrier as people call it; one that is not among the built-in ones by its code.
fn carrier_name(code: &str) -> String {
    let carriers = crate::catalog::carriers::built_in().unwrap_or_default();
    carriers.get(code).map_or_else(|| code.to_owned(), |carrier| carrier.name.clone())
}

/// What came of a label, and who says so.
const fn came_out(outcome: Outcome, proof: Proof) -> &'static str {
    match (outcome, proof) {
        (Outcome::Failed, _) => "did not come out",
        (Outcome::Doubtful, _) => "may have come out",
        (Outcome::Printed, Proof::Taken) => "sent; the printer can not say more",
        (Outcome::Printed, Proof::Printer) => "printed, says the printer",
        (Outcome::Printed, Proof::Person) => "printed, somebody says",
        (Outcome::Printed, Proof::Scan) => "printed, it was scanned",
    }
}
