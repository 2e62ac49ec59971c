//! In the machine: runs each command that the host sends and sends back how it ended and what it said.
//!
//! A request is `id TAB length LF`, then that many bytes of shell script; an answer is `id TAB status TAB length LF`, then
//! the output. Each command has a thread, so a long one holds up nobody.

use std::fs::{File, OpenOptions};
use std::io::{self, BufRead, BufReader, Read, Write};
use std::process::{Command, Stdio};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

/// The named port that the host holds the other end of.
const PORT: &str = "/dev/virtio-ports/lab.cmd";
/// Longest script, in bytes.
const SCRIPT_MAX: usize = 1 << 20;

fn main() -> io::Result<()> {
    let port = OpenOptions::new().read(true).write(true).open(PORT)?;
    let answers = Arc::new(Mutex::new(port.try_clone()?));
    answer(&answers, "hello", 0, b"")?;
    let mut requests = BufReader::new(port);
    loop {
        let mut line = String::new();
        if requests.read_line(&mut line)? == 0 {
            // Nobody is at the other end; the port can not be waited for then.
            thread::sleep(std::time::Duration::from_millis(20));
            continue;
        }
        let Some((id, length)) = line.trim_end().split_once('\t') else { continue };
        let length = length.parse().ok().filter(|length| *length <= SCRIPT_MAX).ok_or(io::ErrorKind::InvalidData)?;
        let mut script = vec![0; length];
        requests.read_exact(&mut script)?;
        let (id, answers) = (id.to_owned(), Arc::clone(&answers));
        thread::spawn(move || {
            let (status, output) = run(&script);
            // The host is gone when this fails, and with it this machine.
            answer(&answers, &id, status, &output).ok();
        });
    }
}

fn run(script: &[u8]) -> (i32, Vec<u8>) {
    let script = String::from_utf8_lossy(script).into_owned();
    match Command::new("/bin/sh").args(["-c", &script]).stdin(Stdio::null()).output() {
        Ok(done) => (done.status.code().unwrap_or(-1), [done.stdout, done.stderr].concat()),
        Err(error) => (127, error.to_string().into_bytes()),
    }
}

fn answer(port: &Mutex<File>, id: &str, status: i32, output: &[u8]) -> io::Result<()> {
    let mut message = format!("{id}\t{status}\t{}\n", output.len()).into_bytes();
    message.extend_from_slice(output);
    port.lock().unwrap_or_else(PoisonError::into_inner).write_all(&message)
}
