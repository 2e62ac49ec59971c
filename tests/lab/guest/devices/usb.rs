//! A USB socket of the kernel's virtual controller (`vhci_hcd`) and the plug in it: USB/IP without a network. The kernel
//! speaks to a socket pair whose other end is here; when it closes, the cable is out.
//!
//! Source: the kernel's Documentation/usb/usbip_protocol.rst. A transfer that has nothing to give stays unanswered, as
//! a device that says NAK.

use std::collections::{BTreeMap, VecDeque};
use std::io::{self, Read, Write};
use std::net::Shutdown;
use std::os::fd::AsRawFd;
use std::os::unix::net::UnixStream;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

const ATTACH: &str = "/sys/devices/platform/vhci_hcd.0/attach";
const HEADER: usize = 48;
const SUBMIT: u32 = 1;
const UNLINK: u32 = 2;
const SUBMITTED: u32 = 3;
const UNLINKED: u32 = 4;
/// Linux error numbers as they stand in answers.
const STALL: i32 = -32;
const RESET: i32 = -104;
/// Largest transfer that is taken, in bytes.
const TRANSFER_MAX: u32 = 1 << 20;

/// How fast a device is, by the kernel's numbers (`enum usb_device_speed`).
#[derive(Clone, Copy)]
pub enum Speed {
    Full = 2,
    High = 3,
}

/// What a device is and how it answers.
pub trait Device: Send + 'static {
    /// Its speed.
    fn speed(&self) -> Speed;
    /// The device descriptor.
    fn device(&self) -> Vec<u8>;
    /// The configuration descriptor with all that belongs to it.
    fn configuration(&self) -> Vec<u8>;
    /// Maker, model and serial number.
    fn strings(&self) -> [String; 3];
    /// A request of the class or the maker; none stalls.
    fn control(&mut self, setup: [u8; 8], data: &[u8]) -> Option<Vec<u8>>;
    /// Data from the host.
    fn take(&mut self, data: &[u8]) -> Taken;
}

/// What became of data from the host.
pub enum Taken {
    /// It was taken, and this is said back on the way in.
    All(Vec<Vec<u8>>),
    /// The device says NAK until the transfer is given up.
    Held,
    /// The cable was pulled meanwhile.
    Unplugged,
}

/// A device in a socket. It is pulled when this value goes.
pub struct Plug {
    socket: Arc<Socket>,
}

struct Socket {
    stream: UnixStream,
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Default)]
struct State {
    /// Said and not fetched yet, by endpoint.
    said: BTreeMap<u32, VecDeque<Vec<u8>>>,
    /// Transfers that wait for something to be said: number, endpoint, room.
    asked: VecDeque<(u32, u32, u32)>,
    /// Transfers that are never taken.
    held: Vec<u32>,
    gone: bool,
}

impl Plug {
    /// Plugs a device into a socket, from 0 on.
    pub fn in_socket(number: u32, device: impl Device) -> io::Result<Plug> {
        let (ours, theirs) = UnixStream::pair()?;
        let id = 0x1_0001 + number;
        let line = format!("{number} {} {id} {}", theirs.as_raw_fd(), device.speed() as u32);
        std::fs::write(ATTACH, line)?;
        let socket = Arc::new(Socket { stream: ours, state: Mutex::default(), changed: Condvar::new() });
        let reader = Arc::clone(&socket);
        thread::spawn(move || {
            reader.serve(device).ok();
            reader.pull();
        });
        Ok(Plug { socket })
    }

    /// Says something at an endpoint, and waits until the host has fetched it; false when the cable is out.
    pub fn say(&self, endpoint: u32, data: &[u8]) -> bool {
        let mut state = self.socket.state();
        state.said.entry(endpoint).or_default().push_back(data.to_vec());
        self.socket.give(&mut state).ok();
        let waits = |state: &mut State| !state.gone && state.said.get(&endpoint).is_some_and(|said| !said.is_empty());
        !self.socket.changed.wait_while(state, waits).unwrap_or_else(PoisonError::into_inner).gone
    }

    /// Whether the host fetches from this endpoint, within a time.
    pub fn is_asked(&self, endpoint: u32, within: Duration) -> bool {
        let waits = |state: &mut State| !state.gone && !state.asked.iter().any(|(_, at, _)| *at == endpoint);
        let (state, late) = self
            .socket
            .changed
            .wait_timeout_while(self.socket.state(), within, waits)
            .unwrap_or_else(PoisonError::into_inner);
        !state.gone && !late.timed_out()
    }
}

impl Plug {
    /// Pulls the cable.
    pub fn pull(&self) {
        self.socket.pull();
    }
}

impl Drop for Plug {
    fn drop(&mut self) {
        self.socket.pull();
    }
}

impl Socket {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn pull(&self) {
        self.state().gone = true;
        self.changed.notify_all();
        self.stream.shutdown(Shutdown::Both).ok();
    }

    fn serve(&self, mut device: impl Device) -> io::Result<()> {
        let mut header = [0; HEADER];
        loop {
            (&self.stream).read_exact(&mut header)?;
            let word = |at: usize| header[at * 4..].first_chunk().map_or(0, |bytes| u32::from_be_bytes(*bytes));
            let (command, number, is_in, endpoint, length) = (word(0), word(1), word(3) == 1, word(4), word(6));
            if command == UNLINK {
                self.unlink(number, word(5))?;
                continue;
            }
            if command != SUBMIT || length > TRANSFER_MAX {
                return Err(io::ErrorKind::InvalidData.into());
            }
            let mut setup = [0; 8];
            setup.copy_from_slice(&header[40..]);
            let mut data = vec![0; if is_in { 0 } else { length as usize }];
            (&self.stream).read_exact(&mut data)?;
            if endpoint == 0 {
                self.control(&mut device, number, is_in, setup, &data)?;
            } else if is_in {
                let mut state = self.state();
                state.asked.push_back((number, endpoint, length));
                self.give(&mut state)?;
                self.changed.notify_all();
            } else {
                self.take(&mut device, number, &data)?;
            }
        }
    }

    fn control(
        &self,
        device: &mut impl Device,
        number: u32,
        is_in: bool,
        setup: [u8; 8],
        data: &[u8],
    ) -> io::Result<()> {
        let room = usize::from(u16::from_le_bytes([setup[6], setup[7]]));
        match standard(device, setup).or_else(|| device.control(setup, data)) {
            Some(mut said) if is_in => {
                said.truncate(room);
                self.answer(SUBMITTED, number, 0, said.len(), &said)
            }
            Some(_) => self.answer(SUBMITTED, number, 0, data.len(), &[]),
            None => self.answer(SUBMITTED, number, STALL, 0, &[]),
        }
    }

    fn take(&self, device: &mut impl Device, number: u32, data: &[u8]) -> io::Result<()> {
        match device.take(data) {
            Taken::All(said) => {
                self.answer(SUBMITTED, number, 0, data.len(), &[])?;
                let mut state = self.state();
                state.said.entry(IN).or_default().extend(said);
                self.give(&mut state)
            }
            Taken::Held => {
                self.state().held.push(number);
                Ok(())
            }
            Taken::Unplugged => Err(io::ErrorKind::BrokenPipe.into()),
        }
    }

    fn unlink(&self, number: u32, victim: u32) -> io::Result<()> {
        let mut state = self.state();
        let waiting = state.asked.len() + state.held.len();
        state.asked.retain(|(asked, ..)| *asked != victim);
        state.held.retain(|held| *held != victim);
        let status = if state.asked.len() + state.held.len() < waiting { RESET } else { 0 };
        self.answer(UNLINKED, number, status, 0, &[])
    }

    /// Answers the transfers for which something was said.
    fn give(&self, state: &mut State) -> io::Result<()> {
        let mut at = 0;
        while let Some((number, endpoint, room)) = state.asked.get(at).copied() {
            let Some(mut data) = state.said.get_mut(&endpoint).and_then(VecDeque::pop_front) else {
                at += 1;
                continue;
            };
            state.asked.remove(at);
            if data.len() > room as usize {
                let rest = data.split_off(room as usize);
                state.said.entry(endpoint).or_default().push_front(rest);
            }
            self.answer(SUBMITTED, number, 0, data.len(), &data)?;
            self.changed.notify_all();
        }
        Ok(())
    }

    /// Every answer is one write, so that two threads do not mix theirs.
    fn answer(&self, command: u32, number: u32, status: i32, length: usize, data: &[u8]) -> io::Result<()> {
        let mut message = vec![0; HEADER];
        message[0..4].copy_from_slice(&command.to_be_bytes());
        message[4..8].copy_from_slice(&number.to_be_bytes());
        message[20..24].copy_from_slice(&status.to_be_bytes());
        message[24..28].copy_from_slice(&(length as u32).to_be_bytes());
        message.extend_from_slice(data);
        (&self.stream).write_all(&message)
    }
}

/// The endpoint at which every device here speaks.
pub const IN: u32 = 2;

/// Requests that every device answers. Source: Universal Serial Bus Specification 2.0, chapter 9.4.
fn standard(device: &impl Device, setup: [u8; 8]) -> Option<Vec<u8>> {
    let [kind, request, index, which, ..] = setup;
    match (kind, request) {
        (0x80, 6) => match which {
            1 => Some(device.device()),
            2 => Some(device.configuration()),
            3 if index == 0 => Some(vec![4, 3, 0x09, 0x04]),
            3 => device.strings().get(usize::from(index) - 1).map(|text| string(text)),
            // A qualifier: it would be the same at another speed.
            6 => None,
            _ => None,
        },
        (0x80, 0) => Some(vec![1, 0]),
        (0x81 | 0x82, 0) => Some(vec![0, 0]),
        (0x81, 10) => Some(vec![0]),
        (0x00, 1 | 3 | 5 | 9) | (0x01, 11) | (0x02, 1) => Some(Vec::new()),
        _ => None,
    }
}

fn string(text: &str) -> Vec<u8> {
    let units: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
    [&[units.len() as u8 + 2, 3], units.as_slice()].concat()
}

/// A device descriptor with one configuration and the three strings.
pub fn device(class: u8, vendor: u16, product: u16, release: u16, packet: u8) -> Vec<u8> {
    let [v, p, r] = [vendor, product, release].map(u16::to_le_bytes);
    vec![18, 1, 0x00, 0x02, class, 0, 0, packet, v[0], v[1], p[0], p[1], r[0], r[1], 1, 2, 3, 1]
}

/// A configuration descriptor around the interfaces that are given.
pub fn configuration(interfaces: u8, parts: &[&[u8]]) -> Vec<u8> {
    let rest = parts.concat();
    let [low, high] = (rest.len() as u16 + 9).to_le_bytes();
    [&[9, 2, low, high, interfaces, 1, 0, 0xc0, 50], rest.as_slice()].concat()
}
