//! `stationd report`: which scans were missed, which pieces stand still. Reads the hub's database beside the daemon.

use std::io::{self, Write};
use std::path::Path;
use std::process::ExitCode;

use clap::{Args as Arguments, Subcommand, ValueEnum};
use jiff::civil::{Date, ISOWeekDate, Weekday};
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};
use serde::Serialize;

use super::table::{self, minute};
use crate::floor::moment::Moment;
use crate::hub::report::{self, By, Count, Missed, Seen, Stalled, Status, Which};
use crate::ledger::store::{Store, StoreError};

/// Reports of what was missed and what stands still.
#[derive(Debug, Arguments)]
pub struct Args {
    #[command(subcommand)]
    report: Report,
}

#[derive(Debug, Subcommand)]
enum Report {
    /// Stages that a piece went past without a scan
    MissedScans {
        #[command(flatten)]
        span: Span,
        /// Count them by the stage that was missed, or by who or where it was noticed
        #[arg(long, value_enum)]
        by: Option<CountBy>,
        #[arg(long, value_enum, default_value_t)]
        format: Format,
    },
    /// Pieces that have waited for their next stage longer than it allows
    Stalled {
        /// As of this moment or the end of this day, such as 2026-11-16; without it, now
        #[arg(long)]
        at: Option<String>,
        #[arg(long, value_enum, default_value_t)]
        format: Format,
    },
}

/// The time that a report is about; without any, the present week.
#[derive(Debug, Default, Arguments)]
struct Span {
    /// An ISO week, such as 2026-W47
    #[arg(long, conflicts_with_all = ["since", "until"])]
    week: Option<String>,
    /// From this day or moment on, such as 2026-11-16
    #[arg(long)]
    since: Option<String>,
    /// Up to this day, or before this moment
    #[arg(long)]
    until: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum CountBy {
    Station,
    Stage,
    Operator,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
enum Format {
    #[default]
    Table,
    Csv,
    Json,
}

/// Why a report could not be made.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The database.
    #[error("the hub's database could not be read")]
    Store(#[from] StoreError),
    /// The output.
    #[error("the report could not be written")]
    Write(#[from] io::Error),
    /// As JSON.
    #[error("the report could not be written as JSON")]
    Json(#[from] serde_json::Error),
    /// As CSV.
    #[error("the report could not be written as CSV")]
    Csv(#[from] csv::Error),
    /// An argument.
    #[error("{text:?} is no {what}; write it as {example}")]
    Time { text: String, what: &'static str, example: &'static str },
    /// The wrong way round.
    #[error("--since {since} lies after --until {until}; exchange them")]
    Backwards { since: String, until: String },
}

/// What every table ends with where there are sample orders: whoever tries stationd looks for them here.
const NO_SAMPLES: &str = "Sample orders are left out.";

/// Makes a report from the hub's database in `folder`, with times of day in `zone`.
///
/// # Errors
/// An argument or the database can not be read, or the output can not be written.
pub fn run(
    args: &Args,
    folder: &Path,
    zone: &TimeZone,
    now: Timestamp,
    out: &mut dyn Write,
) -> Result<ExitCode, Error> {
    let (Report::MissedScans { format, .. } | Report::Stalled { format, .. }) = &args.report;
    let is_table = *format == Format::Table;
    match &args.report {
        Report::MissedScans { span, by, format } => {
            let (since, until) = bounds(span, zone, now)?;
            let conn = Store::reader(folder)?;
            let all = report::missed(&conn, Moment::of(since), Moment::of(until))?;
            match by {
                None => missed(&all, *format, zone, (since, until), out)?,
                Some(by) => {
                    let by = match by {
                        CountBy::Station => By::Station,
                        CountBy::Stage => By::Stage,
                        CountBy::Operator => By::Operator,
                    };
                    counts(&report::count(&all, by), *format, out)?;
                }
            }
        }
        Report::Stalled { at, format } => {
            let now = at.as_deref().map_or(Ok(now), |text| moment(text, zone, 1))?;
            let conn = Store::reader(folder)?;
            stalled(&report::stalled(&conn, Moment::of(now))?, *format, zone, out)?;
        }
    }
    if is_table && report::has_samples(&Store::reader(folder)?)? {
        writeln!(out, "{NO_SAMPLES}")?;
    }
    Ok(ExitCode::SUCCESS)
}

/// From, and before.
fn bounds(span: &Span, zone: &TimeZone, now: Timestamp) -> Result<(Timestamp, Timestamp), Error> {
    let monday = match &span.week {
        Some(text) => week(text)?,
        None => now.to_zoned(zone.clone()).date().iso_week_date(),
    };
    let monday = ISOWeekDate::new(monday.year(), monday.week(), Weekday::Monday).map_or(Date::MIN, ISOWeekDate::date);
    let since = match &span.since {
        Some(text) => moment(text, zone, 0)?,
        None if span.until.is_some() => Timestamp::MIN,
        None => start(monday, zone),
    };
    let until = match &span.until {
        Some(text) => moment(text, zone, 1)?,
        None if span.since.is_some() => Timestamp::MAX,
        None => start(monday.saturating_add(7.days()), zone),
    };
    match (&span.since, &span.until) {
        (Some(from), Some(to)) if since >= until => Err(Error::Backwards { since: from.clone(), until: to.clone() }),
        _ => Ok((since, until)),
    }
}

fn week(text: &str) -> Result<ISOWeekDate, Error> {
    let parts = text.split_once("-W").or_else(|| text.split_once("-w"));
    let parsed =
        parts.and_then(|(year, week)| ISOWeekDate::new(year.parse().ok()?, week.parse().ok()?, Weekday::Monday).ok());
    parsed.ok_or_else(|| Error::Time { text: text.to_owned(), what: "week", example: "2026-W47" })
}

/// A moment, or the start of a day `days` after the one that is named.
fn moment(text: &str, zone: &TimeZone, days: i64) -> Result<Timestamp, Error> {
    if let Ok(timestamp) = text.parse() {
        return Ok(timestamp);
    }
    match text.parse::<Date>() {
        Ok(date) => Ok(start(date.saturating_add(days.days()), zone)),
        Err(_) => Err(Error::Time { text: text.to_owned(), what: "day", example: "2026-11-16" }),
    }
}

fn start(date: Date, zone: &TimeZone) -> Timestamp {
    date.to_zoned(zone.clone()).map_or(Timestamp::MIN, |zoned| zoned.timestamp())
}

fn missed(
    all: &[Missed],
    format: Format,
    zone: &TimeZone,
    (since, until): (Timestamp, Timestamp),
    out: &mut dyn Write,
) -> Result<(), Error> {
    match format {
        Format::Json => json(all, out),
        Format::Csv => {
            let rows: Vec<_> = all.iter().map(flat).collect();
            csv_rows(&rows, out)
        }
        Format::Table if all.is_empty() => {
            let span = format!("from {} to {}", minute(since, zone), minute(until, zone));
            Ok(writeln!(out, "No scan was missed {span}.")?)
        }
        Format::Table => {
            let seen = |seen: &Seen| {
                let by = seen.by.as_ref().map_or_else(String::new, |by| format!(" by {by}"));
                format!("{} {} at {}{by}", seen.stage, minute(seen.at, zone), seen.station)
            };
            let row = |miss: &Missed| {
                let status = match &miss.status {
                    Status::Missed => "missed".to_owned(),
                    Status::NotKnownYet { station, silent_since } => {
                        format!("not known yet: {station} silent since {}", minute(*silent_since, zone))
                    }
                };
                let before = miss.before.as_ref().map_or_else(|| "-".to_owned(), seen);
                let mut cells = piece(&miss.which);
                cells.extend([miss.stage.to_string(), seen(&miss.next), before, status]);
                cells
            };
            let head = ["order", "piece", "code", "missed", "seen next", "last seen before", "status"];
            Ok(table::print(out, &head, &all.iter().map(row).collect::<Vec<_>>())?)
        }
    }
}

fn stalled(all: &[Stalled], format: Format, zone: &TimeZone, out: &mut dyn Write) -> Result<(), Error> {
    match format {
        Format::Json => json(all, out),
        Format::Csv => {
            let rows: Vec<_> = all.iter().map(|s| (flat_piece(&s.which), &s.stage, s.since, s.stalled_since)).collect();
            let head = "order,number,job,piece,pieces,product,waits_for,since,stalled_since";
            writeln!(out, "{head}")?;
            csv_plain(&rows, out)
        }
        Format::Table if all.is_empty() => Ok(writeln!(out, "Nothing stands still.")?),
        Format::Table => {
            let row = |s: &Stalled| {
                let mut cells = piece(&s.which);
                cells.extend([s.stage.to_string(), minute(s.since, zone), minute(s.stalled_since, zone)]);
                cells
            };
            let head = ["order", "piece", "code", "waits for", "since", "stalled since"];
            Ok(table::print(out, &head, &all.iter().map(row).collect::<Vec<_>>())?)
        }
    }
}

fn counts(all: &[Count], format: Format, out: &mut dyn Write) -> Result<(), Error> {
    match format {
        Format::Json => json(all, out),
        Format::Csv => csv_rows(all, out),
        Format::Table if all.is_empty() => Ok(writeln!(out, "No scan was missed.")?),
        Format::Table => {
            let row = |count: &Count| {
                let name = count.name.clone().unwrap_or_else(|| "nobody signed on".to_owned());
                vec![name, count.missed.to_string(), count.not_known_yet.to_string()]
            };
            Ok(table::print(out, &["", "missed", "not known yet"], &all.iter().map(row).collect::<Vec<_>>())?)
        }
    }
}

fn piece(which: &Which) -> Vec<String> {
    vec![which.number.clone(), format!("{} of {}", which.piece, which.pieces), which.job.to_string()]
}

/// A missed scan as a row of CSV.
#[derive(Debug, Serialize)]
struct Flat<'a> {
    order: &'a str,
    number: &'a str,
    job: &'a str,
    piece: usize,
    pieces: usize,
    product: &'a str,
    missed: &'a str,
    status: &'static str,
    silent: Option<&'a str>,
    next_stage: &'a str,
    next_at: Timestamp,
    next_station: &'a str,
    next_by: Option<&'a str>,
    before_stage: Option<&'a str>,
    before_at: Option<Timestamp>,
    before_station: Option<&'a str>,
    before_by: Option<&'a str>,
}

fn flat(miss: &Missed) -> Flat<'_> {
    let (which, next, before) = (&miss.which, &miss.next, miss.before.as_ref());
    let (status, silent) = match &miss.status {
        Status::Missed => ("missed", None),
        Status::NotKnownYet { station, .. } => ("not_known_yet", Some(station.as_str())),
    };
    Flat {
        order: which.order.as_str(),
        number: &which.number,
        job: which.job.as_str(),
        piece: which.piece,
        pieces: which.pieces,
        product: &which.product,
        missed: miss.stage.as_str(),
        status,
        silent,
        next_stage: next.stage.as_str(),
        next_at: next.at,
        next_station: next.station.as_str(),
        next_by: next.by.as_ref().map(|by| by.as_str()),
        before_stage: before.map(|seen| seen.stage.as_str()),
        before_at: before.map(|seen| seen.at),
        before_station: before.map(|seen| seen.station.as_str()),
        before_by: before.and_then(|seen| seen.by.as_ref()).map(|by| by.as_str()),
    }
}

type FlatPiece<'a> = (&'a str, &'a str, &'a str, usize, usize, &'a str);

fn flat_piece(which: &Which) -> FlatPiece<'_> {
    (which.order.as_str(), &which.number, which.job.as_str(), which.piece, which.pieces, &which.product)
}

fn json<T: Serialize + ?Sized>(value: &T, out: &mut dyn Write) -> Result<(), Error> {
    serde_json::to_writer_pretty(&mut *out, value)?;
    Ok(writeln!(out)?)
}

fn csv_rows<T: Serialize>(rows: &[T], out: &mut dyn Write) -> Result<(), Error> {
    let mut writer = csv::Writer::from_writer(out);
    rows.iter().try_for_each(|row| writer.serialize(row))?;
    Ok(writer.flush()?)
}

fn csv_plain<T: Serialize>(rows: &[T], out: &mut dyn Write) -> Result<(), Error> {
    let mut writer = csv::WriterBuilder::new().has_headers(false).from_writer(out);
    rows.iter().try_for_each(|row| writer.serialize(row))?;
    Ok(writer.flush()?)
}
