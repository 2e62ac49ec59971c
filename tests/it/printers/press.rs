//! An emulated ZPL printer that behaves badly, by a script: it stands still, hangs up, loses its memory, answers late,
//! wrongly or never. What lies in its tray at the end is what really came out.

use std::io::{Read, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

const END: &[u8] = b"^XZ";
const ASKS: &[u8] = b"~HS";
const ASKS_WHY: &[u8] = b"~HQES\r\n";

/// What goes wrong during one connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// Nothing does.
    None,
    /// It hangs up before it reads anything.
    Refuses,
    /// It hangs up after so many bytes of labels.
    HangsUpAfter(usize),
    /// It prints what came, and hangs up without another answer.
    HangsUpAtTheEnd,
    /// The paper ends with the next label: that one waits inside until paper is loaded.
    PaperOut,
    /// The paper ends, and it reads nothing more until paper is loaded.
    StandsStill,
    /// Somebody switches it off and on after so many bytes: what was inside is gone.
    Resets(usize),
    /// It reads slowly.
    Slow,
}

/// How it answers questions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answers {
    Well,
    /// Never, not even when all is well.
    Never,
    /// Not while the paper is out, as Zebra's do.
    NotInTrouble,
    /// Cut in the middle, with noise in front.
    Garbled,
    /// One question late: the first has no answer, each further one gets the one before.
    Late,
}

/// The printer; it is switched off when this is dropped.
pub struct Press {
    address: SocketAddr,
    inside: Arc<Inside>,
}

struct Inside {
    state: Mutex<State>,
    changed: Condvar,
}

struct State {
    /// The faults of the connections to come that bring a label.
    script: Vec<Fault>,
    answers: Answers,
    has_paper: bool,
    /// Whole labels that wait for paper.
    memory: Vec<Vec<u8>>,
    tray: Vec<Vec<u8>>,
    connections: Vec<TcpStream>,
    /// Counts how often it was switched off and on.
    lives: u32,
    off: bool,
    /// Connections that bring a label now.
    reading: usize,
}

impl Press {
    /// Switches it on. The first fault is that of the first connection that brings a label.
    pub fn start(mut script: Vec<Fault>, answers: Answers) -> Press {
        script.reverse();
        let listener = TcpListener::bind(("127.0.0.1", 0)).expect("a port");
        let address = listener.local_addr().expect("an address");
        let state = State {
            script,
            answers,
            has_paper: true,
            memory: Vec::new(),
            tray: Vec::new(),
            connections: Vec::new(),
            lives: 0,
            off: false,
            reading: 0,
        };
        let inside = Arc::new(Inside { state: Mutex::new(state), changed: Condvar::new() });
        let listens = Arc::clone(&inside);
        thread::spawn(move || {
            for connection in listener.incoming().flatten() {
                let mut state = listens.state();
                if state.off {
                    return;
                }
                state.connections.extend(connection.try_clone());
                drop(state);
                let serves = Arc::clone(&listens);
                thread::spawn(move || serves.serve(connection));
            }
        });
        Press { address, inside }
    }

    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Puts paper in: what waited inside comes out.
    pub fn load_paper(&self) {
        self.inside.state().load_paper();
        self.inside.changed.notify_all();
    }

    pub fn is_out_of_paper(&self) -> bool {
        !self.inside.state().has_paper
    }

    /// Whether a label comes in now: what lies in the tray is not the last word.
    pub fn is_at_work(&self) -> bool {
        let state = self.inside.state();
        state.reading > 0 || !state.memory.is_empty()
    }

    /// Ends the paper now.
    pub fn take_paper(&self) {
        self.inside.state().has_paper = false;
    }

    /// What came out so far.
    pub fn tray(&self) -> Vec<Vec<u8>> {
        self.inside.state().tray.clone()
    }

    /// What came out, as soon as `enough` says so.
    pub fn wait(&self, within: Duration, enough: impl Fn(&[Vec<u8>]) -> bool) -> Vec<Vec<u8>> {
        let waits = |state: &mut State| !enough(&state.tray);
        let waited = self.inside.changed.wait_timeout_while(self.inside.state(), within, waits);
        waited.unwrap_or_else(PoisonError::into_inner).0.tray.clone()
    }
}

impl Drop for Press {
    fn drop(&mut self) {
        let mut state = self.inside.state();
        state.off = true;
        state.hang_up();
        drop(state);
        self.inside.changed.notify_all();
        let _ = TcpStream::connect(self.address);
    }
}

impl State {
    fn load_paper(&mut self) {
        self.has_paper = true;
        let waited = std::mem::take(&mut self.memory);
        self.tray.extend(waited);
    }

    fn hang_up(&mut self) {
        for connection in self.connections.drain(..) {
            let _ = connection.shutdown(Shutdown::Both);
        }
    }

    fn reset(&mut self) {
        self.lives += 1;
        self.memory.clear();
        self.hang_up();
    }

    fn status(&self) -> Vec<u8> {
        let (paper, waiting) = (u8::from(!self.has_paper), self.memory.len());
        format!(
            "\x02030,{paper},0,0609,{waiting:03},0,0,0,000,0,0,0\x03\r\n\
             \x02000,0,0,0,0,2,4,0,00000000,1,000\x03\r\n\x021234,0\x03\r\n"
        )
        .into_bytes()
    }
}

/// One connection's reading.
struct Reading {
    taken: Vec<u8>,
    fault: Option<Fault>,
    /// Bytes of labels so far.
    bytes: usize,
    /// The answer to the last question, for a printer that is one late.
    late: Option<Vec<u8>>,
    life: u32,
}

impl Inside {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn serve(&self, mut connection: TcpStream) {
        let life = self.state().lives;
        let mut reading = Reading { taken: Vec::new(), fault: None, bytes: 0, late: None, life };
        let mut buffer = [0; 512];
        while let Ok(read @ 1..) = connection.read(&mut buffer) {
            reading.taken.extend_from_slice(&buffer[..read]);
            if self.digest(&mut reading, &mut connection).is_none() {
                break;
            }
        }
        if reading.fault.is_some() {
            self.state().reading -= 1;
        }
        let _ = connection.shutdown(Shutdown::Both);
    }

    /// Works through what came; none when it hangs up.
    fn digest(&self, reading: &mut Reading, connection: &mut TcpStream) -> Option<()> {
        loop {
            if let Some(rest) = question(&reading.taken) {
                let why = rest.1;
                reading.taken = rest.0;
                self.answer(reading, connection, why)?;
                continue;
            }
            if reading.taken.is_empty() || b"~HQES\r\n".starts_with(&reading.taken) {
                return Some(());
            }
            // A label begins: this connection has a fault.
            let fault = *reading.fault.get_or_insert_with(|| {
                let mut state = self.state();
                state.reading += 1;
                state.script.pop().unwrap_or(Fault::None)
            });
            self.misbehave(fault, reading)?;
            let Some(end) = find(&reading.taken, END) else { return Some(()) };
            let label: Vec<u8> = reading.taken.drain(..end + END.len()).collect();
            reading.bytes += label.len();
            self.take(label, fault, reading)?;
        }
    }

    fn misbehave(&self, fault: Fault, reading: &mut Reading) -> Option<()> {
        let bytes = reading.bytes + reading.taken.len();
        match fault {
            Fault::Refuses => None,
            Fault::HangsUpAfter(most) if bytes >= most => None,
            Fault::Resets(most) if bytes >= most => {
                self.state().reset();
                None
            }
            Fault::StandsStill => {
                // The paper ends once; loaded paper lasts.
                reading.fault = Some(Fault::None);
                let mut state = self.state();
                state.has_paper = false;
                let still = |state: &mut State| !state.has_paper && !state.off && state.lives == reading.life;
                let _state = self.changed.wait_while(state, still).unwrap_or_else(PoisonError::into_inner);
                Some(())
            }
            Fault::Slow => {
                thread::sleep(Duration::from_millis(2));
                Some(())
            }
            _ => Some(()),
        }
    }

    fn take(&self, label: Vec<u8>, fault: Fault, reading: &mut Reading) -> Option<()> {
        let mut state = self.state();
        if state.lives != reading.life {
            return None;
        }
        if fault == Fault::PaperOut {
            state.has_paper = false;
        }
        reading.fault = Some(Fault::None);
        if state.has_paper {
            state.tray.push(label);
        } else {
            state.memory.push(label);
        }
        drop(state);
        self.changed.notify_all();
        (fault != Fault::HangsUpAtTheEnd).then_some(())
    }

    fn answer(&self, reading: &mut Reading, connection: &mut TcpStream, why: bool) -> Option<()> {
        let state = self.state();
        let status = if why { reason(state.has_paper) } else { state.status() };
        let said = match state.answers {
            Answers::Well => Some(status),
            Answers::Never => None,
            Answers::NotInTrouble => (state.has_paper || why).then_some(status),
            Answers::Garbled => {
                let cut = status.len() / 2;
                Some([b"\x03,1\r\n~?", &status[..cut]].concat())
            }
            Answers::Late => reading.late.replace(status),
        };
        drop(state);
        match said {
            Some(said) => connection.write_all(&said).ok(),
            None => Some(()),
        }
    }
}

fn reason(has_paper: bool) -> Vec<u8> {
    let (any, flags) = if has_paper { (0, 0) } else { (1, 1) };
    format!("\x02\r\nPRINTER STATUS\r\nERRORS: {any} 00000000 {flags:08}\r\nWARNINGS: 0 00000000 00000000\r\n\x03")
        .into_bytes()
}

/// What is left after a question at the beginning, and whether it was the one for the reason.
fn question(taken: &[u8]) -> Option<(Vec<u8>, bool)> {
    let after = |question: &[u8]| taken.strip_prefix(question).map(<[u8]>::to_vec);
    after(ASKS).map(|rest| (rest, false)).or_else(|| after(ASKS_WHY).map(|rest| (rest, true)))
}

fn find(all: &[u8], wanted: &[u8]) -> Option<usize> {
    all.windows(wanted.len()).position(|window| window == wanted)
}

/// Waits until something is so.
pub fn until(within: Duration, what: &str, is_so: impl Fn() -> bool) {
    let end = Instant::now() + within;
    while !is_so() {
        assert!(Instant::now() < end, "never: {what}");
        thread::sleep(Duration::from_millis(1));
    }
}
