//! Reads one open scanner, whatever kind of file it is, until it is gone.

use std::io;
use std::os::fd::OwnedFd;
use std::sync::Arc;
use std::time::Duration;

use tokio::net::unix::pipe::Receiver;
use tokio::time::{Instant, sleep, sleep_until};

use super::Deliver;
use super::ear::{Ear, Probe};
use crate::ids::ScannerId;
use crate::scan::frame::Frame;
use crate::scan::hidpos::HidPos;
use crate::scan::keys::{KeyEvent, Keys};
use crate::scan::record::Record;
use crate::scan::{Broken, Heard};

/// Bytes taken in one read: more than the kernel keeps for a tty (4 KiB) or an input device (64 events).
const READ_MAX: usize = 4096;

/// How long a reader that was told "full" waits before it tries to say so again.
const FULL_RETRY: Duration = Duration::from_millis(50);

/// The size of `struct input_event` on this machine; its last eight bytes are type, code and value on all.
const EVENT_LEN: usize = size_of::<libc::input_event>();

/// Takes what a scanner sends, line by line as a test fixture has it.
pub type Tap = Arc<dyn Fn(String) + Send + Sync>;

/// The decoder of one open device.
pub struct Decoder {
    kind: Kind,
    tap: Option<(Record, Tap)>,
    ear: Ear,
}

#[derive(Debug)]
enum Kind {
    Lines(Frame),
    HidPos(HidPos),
    Keys {
        keys: Box<Keys>,
        /// The beginning of an event that a pipe cut; a device never does. Less than [`EVENT_LEN`] bytes.
        rest: Vec<u8>,
    },
}

impl Decoder {
    /// Of a stream of bytes.
    #[must_use]
    pub fn lines(frame: Frame) -> Self {
        Self::of(Kind::Lines(frame))
    }

    /// Of a stream of `struct input_event`.
    #[must_use]
    pub fn keys(keys: Keys) -> Self {
        Self::of(Kind::Keys { keys: Box::new(keys), rest: Vec::new() })
    }

    /// Of HID POS reports, one a read.
    #[must_use]
    pub fn hidpos(reports: HidPos) -> Self {
        Self::of(Kind::HidPos(reports))
    }

    fn of(kind: Kind) -> Self {
        Self { kind, tap: None, ear: Ear::default() }
    }

    /// Tells `tap` everything that arrives, besides decoding it; what is decoded is then handed over as it is.
    #[must_use]
    pub fn tapped(mut self, tap: &Tap) -> Self {
        self.ear.raw = true;
        Self { tap: Some((Record::default(), Arc::clone(tap))), ..self }
    }

    /// Recognises the layout's test.
    pub(super) fn probing(mut self, probe: Probe) -> Self {
        self.ear.probe = Some(probe);
        self
    }

    /// Tells nothing but pairing codes; a person's `keyboard` might be meant.
    pub(super) fn unpaired(mut self, keyboard: bool) -> Self {
        self.ear.unpaired = Some(keyboard);
        self
    }

    /// Says whether the Caps Lock light burns.
    pub fn light(&mut self, caps: bool) {
        if let Kind::Keys { keys, .. } = &mut self.kind {
            keys.light(caps);
        }
    }

    fn feed(&mut self, bytes: &[u8], now: Duration, out: &mut Vec<Heard>) {
        self.ear.arrives(now, self.partial_until().is_none());
        self.decode(bytes, now, out);
        self.ear.takes(out, now, true);
    }

    fn decode(&mut self, bytes: &[u8], now: Duration, out: &mut Vec<Heard>) {
        let mut lines = Vec::new();
        let mut record = self.tap.as_mut().map(|(record, _)| record);
        match &mut self.kind {
            Kind::Lines(frame) => {
                record.into_iter().for_each(|record| record.bytes(bytes, now, &mut lines));
                frame.feed(bytes, now, out);
            }
            Kind::HidPos(reports) => {
                record.into_iter().for_each(|record| record.report(bytes, now, &mut lines));
                reports.feed(bytes, now, out);
            }
            Kind::Keys { keys, rest } => {
                rest.extend_from_slice(bytes);
                let mut events = rest.chunks_exact(EVENT_LEN);
                for event in events.by_ref().filter_map(key_event) {
                    record.iter_mut().for_each(|record| record.event(event, now, &mut lines));
                    keys.feed(event, now, out);
                }
                *rest = events.remainder().to_vec();
            }
        }
        if let Some((_, tap)) = &self.tap {
            lines.into_iter().for_each(|line| tap(line));
        }
    }

    fn deadline(&self) -> Option<Duration> {
        self.partial_until().into_iter().chain(self.ear.deadline()).min()
    }

    /// When silence ends the barcode that has begun.
    fn partial_until(&self) -> Option<Duration> {
        match &self.kind {
            Kind::Lines(frame) => frame.deadline(),
            Kind::HidPos(reports) => reports.deadline(),
            Kind::Keys { keys, .. } => keys.deadline(),
        }
    }

    fn idle(&mut self, now: Duration, out: &mut Vec<Heard>) {
        match &mut self.kind {
            Kind::Lines(frame) => frame.idle(now, out),
            Kind::HidPos(reports) => reports.idle(now, out),
            Kind::Keys { keys, .. } => keys.idle(now, out),
        }
        self.ear.takes(out, now, false);
    }

    fn cut_off(&mut self, out: &mut Vec<Heard>) {
        match &mut self.kind {
            Kind::Lines(frame) => frame.cut_off(out),
            Kind::HidPos(reports) => reports.cut_off(out),
            Kind::Keys { keys, rest } => {
                rest.clear();
                keys.cut_off(out);
            }
        }
        self.ear.ends(out);
    }
}

fn key_event(bytes: &[u8]) -> Option<KeyEvent> {
    let &[k0, k1, c0, c1, v0, v1, v2, v3] = bytes.last_chunk::<8>()?;
    Some(KeyEvent {
        kind: u16::from_ne_bytes([k0, k1]),
        code: u16::from_ne_bytes([c0, c1]),
        value: i32::from_ne_bytes([v0, v1, v2, v3]),
    })
}

/// Hands over what one scanner said, without ever waiting for room.
#[derive(Clone)]
pub struct Post {
    scanner: ScannerId,
    deliver: Deliver,
    lost: u32,
}

impl Post {
    /// For one scanner.
    #[must_use]
    pub fn new(scanner: ScannerId, deliver: &Deliver) -> Self {
        Self { scanner, deliver: Arc::clone(deliver), lost: 0 }
    }

    fn send(&mut self, heard: Heard) {
        if !self.settle() || (self.deliver)(&self.scanner, heard).is_err() {
            self.lost = self.lost.saturating_add(1);
        }
    }

    /// Says first what was lost, as soon as there is room; true if nothing is left to say.
    fn settle(&mut self) -> bool {
        if self.lost == 0 {
            return true;
        }
        let told = (self.deliver)(&self.scanner, Heard::Broken(Broken::Full { lost: self.lost })).is_ok();
        if told {
            self.lost = 0;
        }
        told
    }
}

/// Reads `file` until it ends or fails, which is what an unplugged device does; a barcode that it had begun is
/// reported as cut off. The file must be in non-blocking mode and one that can be waited for.
///
/// # Errors
/// Why it ended; `UnexpectedEof` at the end of the file.
pub async fn read(file: OwnedFd, mut decoder: Decoder, post: &mut Post) -> io::Error {
    // tokio's pipe end is its safe reader of any file descriptor.
    let end = match Receiver::from_owned_fd_unchecked(file) {
        Ok(file) => read_until_gone(&file, &mut decoder, post).await,
        Err(error) => error,
    };
    let mut heard = Vec::new();
    decoder.cut_off(&mut heard);
    heard.into_iter().for_each(|heard| post.send(heard));
    while !post.settle() {
        sleep(FULL_RETRY).await;
    }
    end
}

async fn read_until_gone(file: &Receiver, decoder: &mut Decoder, post: &mut Post) -> io::Error {
    let start = Instant::now();
    let mut buffer = [0; READ_MAX];
    let mut heard = Vec::new();
    loop {
        let deadline = decoder.deadline().map(|at| start + at);
        let taken = tokio::select! {
            biased;
            ready = file.readable() => ready.and_then(|()| file.try_read(&mut buffer)),
            // Bytes that wait in the kernel are no silence, so it looks before it says so.
            () = sleep_until(deadline.unwrap_or(start)), if deadline.is_some() => {
                rustix::io::read(file, &mut buffer).map_err(io::Error::from)
            }
            () = sleep(FULL_RETRY), if post.lost > 0 => {
                post.settle();
                continue;
            }
        };
        match taken {
            Ok(0) => return io::ErrorKind::UnexpectedEof.into(),
            Ok(n) => decoder.feed(buffer.get(..n).unwrap_or_default(), start.elapsed(), &mut heard),
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => decoder.idle(start.elapsed(), &mut heard),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return error,
        }
        heard.drain(..).for_each(|heard| post.send(heard));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::keyboards;
    use crate::scan::Scan;
    use crate::scan::keys::KeyOptions;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn events_that_a_pipe_cut_are_whole_again(cuts in prop::collection::vec(1..60_usize, 1..40)) {
            let layout = keyboards::built_in().expect("layouts").remove("us").expect("a layout").layout;
            let mut decoder = Decoder::keys(Keys::new(layout, KeyOptions::default()));
            // J (without Shift), 1, Enter: pressed and released.
            let keys = [36_u16, 2, 28].into_iter().flat_map(|key| [(1_u16, key, 1_i32), (0, 0, 0), (1, key, 0), (0, 0, 0)]);
            let mut bytes: Vec<u8> = Vec::new();
            for (kind, code, value) in keys {
                bytes.resize(bytes.len() + EVENT_LEN - 8, 0);
                bytes.extend(kind.to_ne_bytes().into_iter().chain(code.to_ne_bytes()).chain(value.to_ne_bytes()));
            }
            let (mut rest, mut heard) = (bytes.as_slice(), Vec::new());
            for cut in cuts.iter().cycle() {
                let (now, later) = rest.split_at((*cut).min(rest.len()));
                decoder.feed(now, Duration::ZERO, &mut heard);
                rest = later;
                if rest.is_empty() {
                    break;
                }
            }
            decoder.idle(Duration::from_secs(1), &mut heard);
            prop_assert_eq!(heard, [Heard::Scan(Scan { text: "j1".to_owned(), aim: None })]);
        }
    }
}
