//! `stationd explain`: what a code means, and why.

mod answer;

use std::io::{self, BufRead, BufWriter, Write};
use std::process::ExitCode;

use super::{Done, Folders};
use crate::code::Codebook;
use crate::code::codebook::TEXT_MAX;
use answer::Answer;

/// Longest line on standard input, in bytes: the longest text that is looked at, with its AIM identifier,
/// white space and line end.
const LINE_MAX: usize = TEXT_MAX + 64;

/// Bytes that are gathered before they are written: a million answers must not be a million system calls.
const BUFFER: usize = 1 << 16;

/// Which codes, and how to answer.
#[derive(Debug, clap::Args)]
#[command(after_help = "A code may begin with its AIM identifier, such as ]C1. Nothing is recorded.")]
pub struct Args {
    /// Answer as JSON, one object per line.
    #[arg(long)]
    json: bool,
    /// The codes; none: one per line from standard input.
    #[arg(value_name = "CODE")]
    codes: Vec<String>,
}

/// Explains every code.
pub fn run(args: &Args, folders: &Folders) -> Done {
    let codes = super::house::codebook(&folders.config()?, folders)?;
    let mut out = BufWriter::with_capacity(BUFFER, io::stdout().lock());
    let done = if args.codes.is_empty() {
        explain_lines(&codes, io::stdin().lock(), &mut out, args.json)
    } else {
        args.codes.iter().try_for_each(|code| explain(&codes, code, &mut out, args.json))
    };
    match done.and_then(|()| out.flush()) {
        // Whoever reads our answers has seen enough, as `head` does.
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(ExitCode::SUCCESS),
        done => Ok(done.map(|()| ExitCode::SUCCESS)?),
    }
}

/// Answers each line of `input`. A line that is no text or too long gets an answer too.
fn explain_lines(codes: &Codebook, mut input: impl BufRead, out: &mut impl Write, json: bool) -> io::Result<()> {
    let mut line = Vec::new();
    loop {
        line.clear();
        let taken = io::Read::take(&mut input, LINE_MAX as u64).read_until(b'\n', &mut line)?;
        if taken == 0 {
            return Ok(());
        }
        if taken == LINE_MAX && line.last() != Some(&b'\n') {
            input.skip_until(b'\n')?;
        }
        let code = line.strip_suffix(b"\n").unwrap_or(&line);
        let code = code.strip_suffix(b"\r").unwrap_or(code);
        explain(codes, &String::from_utf8_lossy(code), out, json)?;
    }
}

fn explain(codes: &Codebook, code: &str, out: &mut impl Write, json: bool) -> io::Result<()> {
    let reading = codes.read(code, None);
    let answer = Answer::new(codes, code, &reading);
    if json {
        serde_json::to_writer(&mut *out, &answer)?;
        out.write_all(b"\n")
    } else {
        writeln!(out, "{answer}")
    }
}

#[cfg(test)]
mod tests;
