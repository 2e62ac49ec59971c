//! A label printer on TCP that keeps every job, answers status questions, and can be out of paper.

use std::io::{self, Read, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

/// A ZPL format ends with it; a printer that is not told otherwise prints then.
const ZPL_END: &[u8] = b"^XZ";
/// The ZPL command "host status": asks, prints nothing.
const ZPL_STATUS: &[u8] = b"~HS";

/// Where one job ends.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Language {
    /// At `^XZ`. `~HS` is a question and part of no job.
    Zpl,
    /// With the connection: everything is the job.
    Raw,
}

/// What the printer says of itself when it is asked with `~HS`.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum State {
    Ready,
    PaperOut,
    Paused,
    HeadOpen,
    /// It takes jobs and answers nothing, as many do.
    Silent,
}

/// A printer that listens while this value lives.
pub struct FakePrinter {
    address: SocketAddr,
    shared: Arc<Shared>,
}

struct Shared {
    language: Language,
    tray: Mutex<Tray>,
    changed: Condvar,
}

struct Tray {
    state: State,
    jobs: Vec<Vec<u8>>,
    connections: Vec<TcpStream>,
    is_off: bool,
}

impl FakePrinter {
    /// Switches a printer on, at a free port of loopback.
    pub fn start(language: Language) -> io::Result<Self> {
        let listener = TcpListener::bind(("127.0.0.1", 0))?;
        let address = listener.local_addr()?;
        let tray = Tray { state: State::Ready, jobs: Vec::new(), connections: Vec::new(), is_off: false };
        let shared = Arc::new(Shared { language, tray: Mutex::new(tray), changed: Condvar::new() });
        let printer = Arc::clone(&shared);
        thread::spawn(move || printer.listen(&listener));
        Ok(Self { address, shared })
    }

    /// What goes into the configuration.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// What it says of itself from now on.
    pub fn set_state(&self, state: State) {
        self.shared.tray().state = state;
    }

    /// The jobs so far, as soon as there are `count` of them; fewer when they did not come in time.
    pub fn wait_for_jobs(&self, count: usize, within: Duration) -> Vec<Vec<u8>> {
        let waited = self.shared.changed.wait_timeout_while(self.shared.tray(), within, |tray| tray.jobs.len() < count);
        waited.unwrap_or_else(PoisonError::into_inner).0.jobs.clone()
    }
}

impl Drop for FakePrinter {
    /// Switches it off: open connections break, new ones are refused.
    fn drop(&mut self) {
        let mut tray = self.shared.tray();
        tray.is_off = true;
        for connection in tray.connections.drain(..) {
            let _ = connection.shutdown(Shutdown::Both);
        }
        drop(tray);
        // Wakes the listener, which then sees that it is off.
        let _ = TcpStream::connect(self.address);
    }
}

impl Shared {
    fn tray(&self) -> MutexGuard<'_, Tray> {
        self.tray.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn listen(self: &Arc<Self>, listener: &TcpListener) {
        for connection in listener.incoming().flatten() {
            let mut tray = self.tray();
            if tray.is_off {
                return;
            }
            let Ok(kept) = connection.try_clone() else { continue };
            tray.connections.push(kept);
            drop(tray);
            let printer = Arc::clone(self);
            thread::spawn(move || printer.serve(connection));
        }
    }

    fn serve(&self, mut connection: TcpStream) {
        let mut taken = Vec::new();
        let mut bytes = [0; 4096];
        loop {
            let read = connection.read(&mut bytes).unwrap_or(0);
            if read == 0 {
                break;
            }
            taken.extend_from_slice(&bytes[..read]);
            if self.language == Language::Zpl {
                taken = self.take_zpl(&taken, &mut connection);
            }
        }
        if !taken.is_empty() && self.language == Language::Raw {
            self.keep(taken);
        }
    }

    /// Keeps the whole formats, answers the questions, and returns the rest.
    fn take_zpl(&self, mut taken: &[u8], connection: &mut TcpStream) -> Vec<u8> {
        let mut job = Vec::new();
        loop {
            let question = find(taken, ZPL_STATUS);
            let end = find(taken, ZPL_END);
            match (question, end) {
                (Some(at), end) if end.is_none_or(|end| at < end) => {
                    job.extend_from_slice(&taken[..at]);
                    taken = &taken[at + ZPL_STATUS.len()..];
                    // The daemon may have hung up already; then nobody waits for the answer.
                    let _ = connection.write_all(&status(self.tray().state));
                }
                (_, Some(end)) => {
                    let (format, rest) = taken.split_at(end + ZPL_END.len());
                    job.extend_from_slice(format);
                    self.keep(std::mem::take(&mut job));
                    taken = rest;
                }
                (_, None) => {
                    job.extend_from_slice(taken);
                    return job;
                }
            }
        }
    }

    fn keep(&self, job: Vec<u8>) {
        self.tray().jobs.push(job);
        self.changed.notify_all();
    }
}

fn find(bytes: &[u8], wanted: &[u8]) -> Option<usize> {
    bytes.windows(wanted.len()).position(|window| window == wanted)
}

/// The three lines of a `~HS` reply. Source: Zebra, ZPL II Programming Guide, "~HS Host Status Return".
fn status(state: State) -> Vec<u8> {
    if state == State::Silent {
        return Vec::new();
    }
    let flag = |of| u8::from(state == of);
    let (paper, pause, head) = (flag(State::PaperOut), flag(State::Paused), flag(State::HeadOpen));
    format!(
        "\x02030,{paper},{pause},0609,000,0,0,0,000,0,0,0\x03\r\n\
         \x02000,0,{head},0,0,2,4,0,00000000,1,000\x03\r\n\
         \x021234,0\x03\r\n"
    )
    .into_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    const LONG: Duration = Duration::from_secs(30);

    #[test]
    fn formats_are_jobs_and_a_question_is_answered() {
        let printer = FakePrinter::start(Language::Zpl).unwrap();
        let mut stream = TcpStream::connect(printer.address()).unwrap();
        stream.write_all(b"^XA^FDone^XZ~HS^XA^FDt").unwrap();
        let mut reply = vec![0; status(State::Ready).len()];
        stream.set_read_timeout(Some(LONG)).unwrap();
        stream.read_exact(&mut reply).unwrap();
        assert!(reply.starts_with(b"\x02030,0,0,") && reply.ends_with(b"0\x03\r\n"), "{}", reply.escape_ascii());
        stream.write_all(b"wo^XZ").unwrap();
        assert_eq!(printer.wait_for_jobs(2, LONG), [b"^XA^FDone^XZ".to_vec(), b"^XA^FDtwo^XZ".to_vec()]);
    }

    #[test]
    fn a_raw_job_ends_with_its_connection() {
        let printer = FakePrinter::start(Language::Raw).unwrap();
        TcpStream::connect(printer.address()).unwrap().write_all(b"\x1b@hello ^XZ\n").unwrap();
        assert_eq!(printer.wait_for_jobs(1, LONG), [b"\x1b@hello ^XZ\n".to_vec()]);
        assert_eq!(printer.wait_for_jobs(2, Duration::from_millis(1)).len(), 1);
    }

    #[test]
    fn trouble_is_told_or_kept_silent() {
        let first = |state| String::from_utf8(status(state)).unwrap().chars().skip(1).take(8).collect::<String>();
        assert_eq!(
            [first(State::PaperOut), first(State::Paused), first(State::HeadOpen)],
            ["030,1,0,", "030,0,1,", "030,0,0,"]
        );
        let printer = FakePrinter::start(Language::Zpl).unwrap();
        printer.set_state(State::Silent);
        let mut stream = TcpStream::connect(printer.address()).unwrap();
        stream.write_all(b"~HS^XA^XZ").unwrap();
        assert_eq!(printer.wait_for_jobs(1, LONG), [b"^XA^XZ".to_vec()]);
        stream.set_nonblocking(true).unwrap();
        assert_eq!(stream.read(&mut [0; 8]).unwrap_err().kind(), io::ErrorKind::WouldBlock);
    }

    #[test]
    fn one_that_is_switched_off_breaks_its_connections_and_refuses_new_ones() {
        let printer = FakePrinter::start(Language::Raw).unwrap();
        let mut stream = TcpStream::connect(printer.address()).unwrap();
        stream.write_all(b"x").unwrap();
        let address = printer.address();
        drop(printer);
        assert_eq!(stream.read(&mut [0; 8]).unwrap_or(0), 0);
        // The listener closes on its own thread, a moment later: calls until then are taken and cut.
        let refused = (0..1000).any(|_| {
            thread::yield_now();
            TcpStream::connect(address).is_err()
        });
        assert!(refused);
    }
}
