//! As much of HTTP as a person with a browser uses, in its version 1.0, which ends an answer by closing the line.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use serde_json::Value;

/// For one answer.
const ANSWER_WITHIN: Duration = Duration::from_secs(30);

/// Asks for a page.
pub fn get(host: &str, path: &str) -> Result<String> {
    body(ask(host, "GET", path, "")?)
}

/// Sends JSON as a program does.
pub fn post(host: &str, path: &str, json: &Value) -> Result<String> {
    body(ask(host, "POST", path, &json.to_string())?)
}

/// A page that stays up to date.
pub struct Live {
    lines: BufReader<TcpStream>,
}

impl Live {
    /// Opens it.
    pub fn open(host: &str, path: &str) -> Result<Live> {
        let mut lines = ask(host, "GET", path, "")?;
        head(&mut lines)?;
        Ok(Live { lines })
    }

    /// The next thing that it shows: the event's name and its data. Fails when the line breaks or stays silent, which
    /// a living one does not.
    pub fn next(&mut self) -> Result<(String, String)> {
        let (mut name, mut data) = (String::new(), String::new());
        loop {
            let mut line = String::new();
            ensure!(self.lines.read_line(&mut line)? > 0, "the page has ended");
            match line.trim_end().split_once(':') {
                Some(("event", value)) => name = value.trim_start().to_owned(),
                Some(("data", value)) => data += value,
                None if !name.is_empty() => return Ok((name, data)),
                _ => {}
            }
        }
    }
}

fn ask(host: &str, method: &str, path: &str, json: &str) -> Result<BufReader<TcpStream>> {
    let address = host.parse().context("an address")?;
    let mut stream = TcpStream::connect_timeout(&address, ANSWER_WITHIN)?;
    stream.set_read_timeout(Some(ANSWER_WITHIN))?;
    let length = json.len();
    let request = format!(
        "{method} {path} HTTP/1.0\r\nHost: {host}\r\nX-Stationd: 1\r\nContent-Type: application/json\r\n\
         Content-Length: {length}\r\n\r\n{json}"
    );
    stream.write_all(request.as_bytes())?;
    Ok(BufReader::new(stream))
}

fn head(lines: &mut BufReader<TcpStream>) -> Result<u16> {
    let mut first = String::new();
    lines.read_line(&mut first)?;
    let status = first.split(' ').nth(1).and_then(|status| status.parse().ok());
    let status = status.with_context(|| format!("no answer but {first:?}"))?;
    let mut line = String::new();
    while line != "\r\n" {
        line.clear();
        ensure!(lines.read_line(&mut line)? > 0, "half an answer");
    }
    Ok(status)
}

fn body(mut lines: BufReader<TcpStream>) -> Result<String> {
    let status = head(&mut lines)?;
    let mut text = String::new();
    lines.read_to_string(&mut text)?;
    ensure!(status == 200, "answer {status}: {text}");
    Ok(text)
}
