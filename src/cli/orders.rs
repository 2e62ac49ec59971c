//! `stationd orders`: brings orders to the running hub, lists and stops them.

use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Args as Arguments, Subcommand};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use reqwest::Client;
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::table::{self, minute};
use crate::hub::draft::Draft;
use crate::hub::import::{self, FILE_MAX, Import};
use crate::hub::intake::{Change, Changed, Taken};
use crate::hub::list::{LIST_MAX, Summary};
use crate::hub::sample;
use crate::ids::OperatorId;
use crate::ledger::attachment::ATTACHMENT_MAX;
use crate::web::hub::{ErrorBody, Orders, Wanted};

/// Orders: bring them in, list them, stop them.
#[derive(Debug, Arguments)]
pub struct Args {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// Take in orders from a CSV or JSON file; files that it names lie beside it
    #[command(after_help = columns())]
    Import {
        /// The file; its name ends in .csv, .tsv or .json
        file: PathBuf,
        /// Take in the good orders although others are bad
        #[arg(long)]
        skip_bad: bool,
    },
    /// Take in a small made-up shop, to try stationd with
    Sample,
    /// List the orders
    List {
        /// As JSON
        #[arg(long)]
        json: bool,
    },
    /// Cancel an order for good
    Cancel {
        #[command(flatten)]
        which: Which,
        /// Why, as the stations will show it
        #[arg(long)]
        reason: String,
    },
    /// Let an order wait
    Hold {
        #[command(flatten)]
        which: Which,
        /// Why, as the stations will show it
        #[arg(long)]
        reason: String,
    },
    /// Let a held order go on
    Release {
        #[command(flatten)]
        which: Which,
    },
}

#[derive(Debug, Arguments)]
struct Which {
    /// Its number (with or without #), its identifier, a piece's or package's code, or a tracking number
    order: String,
    /// Which channel's, where several use the same number
    #[arg(long)]
    channel: Option<String>,
    /// Who wants it
    #[arg(long)]
    by: Option<OperatorId>,
}

/// What the columns of a CSV file are, for `--help`.
fn columns() -> String {
    let mut text =
        "The first line of a CSV file names its columns; every line is one piece, or several alike:\n".to_owned();
    for (name, meaning, _) in import::columns::documented() {
        text += &format!("  {name:<14} {meaning}\n");
    }
    text + "docs/orders.md has an example and the other names that are understood."
}

/// Why orders could not be brought, listed or stopped.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The file.
    #[error("the file {} could not be read", path.display())]
    File { path: PathBuf, source: io::Error },
    /// Its name.
    #[error("{} ends neither in .csv or .tsv nor in .json, so its kind is not known; rename it", path.display())]
    Kind { path: PathBuf },
    /// The hub is not there.
    #[error("the hub at {base} could not be reached; is it running?")]
    Unreachable { base: String, source: reqwest::Error },
    /// The hub said no.
    #[error("{0}")]
    Said(String),
    /// The answer.
    #[error("the hub's answer could not be read")]
    Answer(#[from] serde_json::Error),
    /// The output.
    #[error("the answer could not be written")]
    Write(#[from] io::Error),
}

/// The running hub.
#[derive(Debug, Clone, Copy)]
pub struct At<'a> {
    /// How it is reached.
    pub client: &'a Client,
    /// Its address, such as `http://127.0.0.1:8080`.
    pub base: &'a str,
}

/// Does what the arguments say. Exit code 1: something was not taken in, or there is no such order.
///
/// # Errors
/// A file or the hub can not be read, or the output can not be written.
pub async fn run(
    args: &Args,
    hub: At<'_>,
    zone: &TimeZone,
    now: Timestamp,
    out: &mut dyn Write,
) -> Result<ExitCode, Error> {
    match &args.what {
        What::Import { file, skip_bad } => bring(file, *skip_bad, hub, zone, out).await,
        What::Sample => bring_sample(hub, now, out).await,
        What::List { json } => list(*json, hub, zone, out).await,
        What::Cancel { which, reason } => stop(which, Change::Cancel { reason: reason.clone() }, hub, out).await,
        What::Hold { which, reason } => stop(which, Change::Hold { reason: reason.clone() }, hub, out).await,
        What::Release { which } => stop(which, Change::Release, hub, out).await,
    }
}

async fn bring(
    file: &Path,
    skip_bad: bool,
    hub: At<'_>,
    zone: &TimeZone,
    out: &mut dyn Write,
) -> Result<ExitCode, Error> {
    let import = read(file, zone)?;
    for warning in &import.warnings {
        writeln!(out, "note: {warning}")?;
    }
    for problem in &import.problems {
        writeln!(out, "{problem}")?;
    }
    let bad = !import.problems.is_empty();
    if bad && (!skip_bad || import.drafts.is_empty()) {
        writeln!(out, "Nothing was taken in. Correct the file, or take in the good orders with --skip-bad.")?;
        return Ok(ExitCode::FAILURE);
    }
    let given = import.drafts.len();
    let taken = send(import.drafts, skip_bad, hub).await?;
    let refused = tell(&taken, given, out)?;
    Ok(if bad || refused { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

fn read(file: &Path, zone: &TimeZone) -> Result<Import, Error> {
    let bytes = read_file(file, FILE_MAX).map_err(|source| Error::File { path: file.to_owned(), source })?;
    let folder = file.parent().unwrap_or(Path::new(""));
    let mut beside = |name: &str| {
        let path = folder.join(name.replace('\\', "/"));
        read_file(&path, ATTACHMENT_MAX).map_err(|error| error.to_string())
    };
    match file.extension().and_then(|e| e.to_str()).map(str::to_ascii_lowercase).as_deref() {
        Some("csv" | "tsv") => Ok(import::csv::read(&bytes, zone, &mut beside)),
        Some("json") => Ok(import::json::read(&bytes, &mut beside)),
        _ => Err(Error::Kind { path: file.to_owned() }),
    }
}

/// Reads at most one byte more than `most`, so that whoever checks the bound sees that it is broken.
fn read_file(path: &Path, most: usize) -> io::Result<Vec<u8>> {
    use std::io::Read;
    let mut bytes = Vec::new();
    std::fs::File::open(path)?.take(most as u64 + 1).read_to_end(&mut bytes)?;
    Ok(bytes)
}

async fn send(orders: Vec<Draft>, skip_bad: bool, hub: At<'_>) -> Result<Vec<Taken>, Error> {
    hub.post("/api/v1/orders", &Orders { orders, skip_bad }).await
}

/// Tells what came of each order. True: some were refused.
fn tell(taken: &[Taken], given: usize, out: &mut dyn Write) -> Result<bool, Error> {
    let (mut created, mut same, mut other, mut refused) = (0, 0, 0, 0);
    for one in taken {
        match one {
            Taken::Created { number, jobs, notes, .. } => {
                created += 1;
                let pieces = if jobs.len() == 1 { "1 piece".to_owned() } else { format!("{} pieces", jobs.len()) };
                writeln!(out, "{number}: taken in, {pieces}")?;
                for note in notes {
                    writeln!(out, "  note: {note}")?;
                }
            }
            Taken::Unchanged { .. } => same += 1,
            Taken::Differs { number, what, .. } => {
                other += 1;
                writeln!(out, "{number}: differs ({}); the order was left as it is", what.join(", "))?;
            }
            Taken::Refused { number, why } => {
                refused += 1;
                writeln!(out, "{number}: refused. {why}")?;
            }
        }
    }
    if refused > 0 && created == 0 {
        writeln!(out, "Nothing was taken in. Correct the file, or take in the good orders with --skip-bad.")?;
    } else if created == 0 && other == 0 {
        writeln!(out, "Nothing changed: all {given} orders were taken in before.")?;
    } else {
        let parts = [
            (created, "taken in"),
            (same, "taken in before"),
            (other, "left as they are although they differ"),
            (refused, "refused"),
        ];
        let parts: Vec<String> = parts.iter().filter(|(n, _)| *n > 0).map(|(n, what)| format!("{n} {what}")).collect();
        writeln!(out, "Orders: {}.", parts.join(", "))?;
    }
    Ok(refused > 0)
}

async fn bring_sample(hub: At<'_>, now: Timestamp, out: &mut dyn Write) -> Result<ExitCode, Error> {
    let shop = sample::shop(now);
    let drafts: Vec<Draft> = shop.iter().map(|sample| sample.draft.clone()).collect();
    let given = drafts.len();
    let taken = send(drafts, false, hub).await?;
    // Their times are counted from now, so a second sample shop always differs.
    if taken.iter().all(|one| matches!(one, Taken::Unchanged { .. } | Taken::Differs { .. })) {
        writeln!(out, "Nothing changed: the sample shop was taken in before.")?;
        return Ok(ExitCode::SUCCESS);
    }
    let refused = tell(&taken, given, out)?;
    for (sample, one) in shop.iter().zip(&taken) {
        let Taken::Created { order, .. } = one else { continue };
        let cancel = sample.cancelled.map(|reason| Change::Cancel { reason: reason.to_owned() });
        let hold = sample.held.map(|reason| Change::Hold { reason: reason.to_owned() });
        if let Some(change) = cancel.or(hold) {
            let path = format!("/api/v1/orders/{order}/change");
            let _: Changed = hub.post(&path, &Wanted { change, by: None }).await?;
        }
    }
    Ok(if refused { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

async fn list(json: bool, hub: At<'_>, zone: &TimeZone, out: &mut dyn Write) -> Result<ExitCode, Error> {
    let mut all: Vec<Summary> = Vec::new();
    loop {
        let after = all.last().map(|last| format!("?after={}", escaped(last.order.as_str()))).unwrap_or_default();
        let page: Vec<Summary> = hub.get(&format!("/api/v1/orders{after}")).await?;
        let whole = page.len() >= LIST_MAX;
        all.extend(page);
        if !whole {
            break;
        }
    }
    // What must leave first comes first; what nobody waits for comes last.
    all.sort_by(|a, b| (a.ship_by.is_none(), a.ship_by, &a.number).cmp(&(b.ship_by.is_none(), b.ship_by, &b.number)));
    if json {
        let mut orders = serde_json::to_value(&all)?;
        table::times_of_people(&mut orders);
        serde_json::to_writer_pretty(&mut *out, &orders)?;
        writeln!(out)?;
        return Ok(ExitCode::SUCCESS);
    }
    let row = |one: &Summary| {
        let waits: Vec<&str> = one.waits_for.iter().map(|stage| stage.as_str()).collect();
        let state = match &one.stopped {
            Some(stopped) if stopped.cancelled => format!("cancelled: {}", stopped.reason),
            Some(stopped) => format!("held: {}", stopped.reason),
            None if waits.is_empty() && one.linked.0 < one.linked.1 => {
                format!(
                    "made, but {} of {} packages without a scanned label",
                    one.linked.1 - one.linked.0,
                    one.linked.1
                )
            }
            None if waits.is_empty() => "done".to_owned(),
            None => format!("waits for {}", waits.join(", ")),
        };
        let marks = [(one.rush, "rush"), (one.sample, "sample")];
        let marks: Vec<&str> = marks.iter().filter(|(is, _)| *is).map(|(_, mark)| *mark).collect();
        let by = one.ship_by.map_or_else(|| "-".to_owned(), |by| minute(by.timestamp(), zone));
        let linked = format!("{}/{}", one.linked.0, one.linked.1);
        vec![one.number.clone(), one.order.to_string(), one.pieces.to_string(), by, linked, marks.join(" "), state]
    };
    let head = ["order", "code", "pieces", "ship by", "labelled", "", "state"];
    table::print(out, &head, &all.iter().map(row).collect::<Vec<_>>())?;
    Ok(ExitCode::SUCCESS)
}

async fn stop(which: &Which, change: Change, hub: At<'_>, out: &mut dyn Write) -> Result<ExitCode, Error> {
    let channel = which.channel.as_deref().map(|c| format!("?channel={}", escaped(c))).unwrap_or_default();
    let path = format!("/api/v1/orders/{}/change{channel}", escaped(&which.order));
    let done = match change {
        Change::Cancel { .. } => "cancelled",
        Change::Hold { .. } => "held",
        Change::Release => "released",
    };
    let changed: Changed = hub.post(&path, &Wanted { change, by: which.by.clone() }).await?;
    if !changed.changed {
        writeln!(out, "{}: nothing changed; it is not in a state in which it can be {done}.", changed.number)?;
        return Ok(ExitCode::FAILURE);
    }
    writeln!(out, "{}: {done}.", changed.number)?;
    if done != "released" {
        for package in &changed.linked {
            writeln!(out, "  package {package} already carries its shipping label: stop it by hand")?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// A text as one segment of a path, or as a value of a query.
fn escaped(text: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b'~');
    text.bytes().map(|byte| if plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") }).collect()
}

impl At<'_> {
    async fn post<T: DeserializeOwned>(&self, path: &str, body: &impl Serialize) -> Result<T, Error> {
        self.answer(self.client.post(format!("{}{path}", self.base)).json(body)).await
    }

    async fn get<T: DeserializeOwned>(&self, path: &str) -> Result<T, Error> {
        self.answer(self.client.get(format!("{}{path}", self.base))).await
    }

    async fn answer<T: DeserializeOwned>(&self, request: reqwest::RequestBuilder) -> Result<T, Error> {
        let unreachable = |source| Error::Unreachable { base: self.base.to_owned(), source };
        let response = request.send().await.map_err(unreachable)?;
        let status = response.status();
        let body = response.bytes().await.map_err(unreachable)?;
        if status.is_success() {
            return Ok(serde_json::from_slice(&body)?);
        }
        let said = serde_json::from_slice::<ErrorBody>(&body).map(|body| body.error);
        Err(Error::Said(said.unwrap_or_else(|_| format!("The hub answered {status}."))))
    }
}
