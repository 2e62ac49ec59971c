//! `stationd scan`: a code at a station of this PC, as if a scanner had read it.

use std::process::ExitCode;

use serde::{Deserialize, Serialize};

use super::remote::{Remote, block_on};
use super::{Done, Folders};
use crate::floor::verdict::Signal;
use crate::ids::StationId;

/// What to scan, and where.
#[derive(Debug, clap::Args)]
#[command(after_help = "Exit status: 0 go, 3 attention, 4 stop (also when nothing could be recorded), 1 no answer.")]
pub struct Args {
    /// The station.
    #[arg(long, value_name = "NAME")]
    station: StationId,
    /// Answer as JSON.
    #[arg(long)]
    json: bool,
    /// The codes, scanned one after the other.
    #[arg(required = true, value_name = "CODE")]
    codes: Vec<String>,
}

/// The station's answer.
#[derive(Debug, Serialize, Deserialize)]
struct Answered {
    signal: Signal,
    word: String,
    happened: String,
    next: String,
}

#[derive(Debug, Serialize)]
struct Typed<'a> {
    code: &'a str,
}

/// Scans each code and prints each answer. The exit status tells the worst of them.
pub fn run(args: &Args, folders: &Folders) -> Done {
    let remote = Remote::new(folders)?;
    block_on(async {
        let mut worst = Signal::Go;
        for code in &args.codes {
            let answered: Answered = remote.post(&format!("/station/{}/scan", args.station), &Typed { code }).await?;
            if args.json {
                println!("{}", serde_json::to_string(&answered)?);
            } else {
                println!("{}: {} {}", answered.word, answered.happened, answered.next);
            }
            worst = worst.max(answered.signal);
        }
        Ok(match worst {
            Signal::Go => ExitCode::SUCCESS,
            Signal::Attention => ExitCode::from(3),
            Signal::Stop => ExitCode::from(4),
        })
    })
}
