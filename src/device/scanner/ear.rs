//! What becomes of a decoder's words before they are handed over: barcodes of one pull come together, the layout's test
//! is recognised, and of an unpaired device nothing is left but a pairing code.

use std::sync::Arc;
use std::time::Duration;

use crate::catalog::keyboards::{Keyboards, TEST_TEXT, recognise};
use crate::scan::Heard;
use crate::scan::layout::Layout;
use crate::scan::pull::Pull;
use crate::scan::unpaired::left_of;

/// Recognises the layout's test in what one keyboard scanner typed.
#[derive(Clone)]
pub(super) struct Probe {
    /// Every layout that there is.
    pub(super) keyboards: Arc<Keyboards>,
    /// The name of the one by which the scanner is read, and its keys.
    pub(super) name: String,
    pub(super) current: Arc<Layout>,
}

impl Probe {
    /// The layout that fits, where a text is the test: the present one, if that does.
    fn layout(&self, text: &str) -> Option<Heard> {
        if text.chars().count() != TEST_TEXT.len() {
            return None;
        }
        let fitting = recognise(&self.keyboards, &self.current, text);
        let right = fitting.contains(&self.name.as_str());
        let layout = if right { &self.name } else { *fitting.first()? };
        Some(Heard::Layout { layout: layout.to_owned(), right })
    }
}

/// The ear of one open device.
#[derive(Default)]
pub(super) struct Ear {
    /// Everything passes at once and as it is: somebody watches the raw device.
    pub(super) raw: bool,
    /// It belongs to no bench yet; the value says whether it may be a person's keyboard.
    pub(super) unpaired: Option<bool>,
    /// Where it types.
    pub(super) probe: Option<Probe>,
    pull: Pull,
    began: Duration,
    last: Duration,
}

impl Ear {
    /// Bytes arrive at `now`; `between` says that no barcode had begun before them.
    pub(super) fn arrives(&mut self, now: Duration, between: bool) {
        if between {
            self.began = now;
        }
        self.last = now;
    }

    /// Takes what the decoder made of them, or of the silence after them.
    pub(super) fn takes(&mut self, heard: &mut Vec<Heard>, now: Duration, arrived: bool) {
        if self.raw {
            return;
        }
        if let Some(keyboard) = self.unpaired {
            let took = self.last.saturating_sub(self.began);
            *heard = heard.drain(..).filter_map(|heard| left_of(&heard, took, keyboard)).map(Heard::Unpaired).collect();
            return;
        }
        let mut out = Vec::new();
        let known = heard.drain(..).map(|heard| match (&heard, &self.probe) {
            (Heard::Scan(scan), Some(probe)) => probe.layout(&scan.text).unwrap_or(heard),
            _ => heard,
        });
        let known: Vec<Heard> = known.collect();
        if arrived {
            self.pull.feed(known.into_iter(), now, &mut out);
        } else {
            // A scan that silence ended is the last of its pull.
            self.pull.feed(known.into_iter(), self.last, &mut out);
            self.pull.idle(now, &mut out);
        }
        *heard = out;
    }

    /// When it wants to hear of silence.
    pub(super) fn deadline(&self) -> Option<Duration> {
        self.pull.deadline()
    }

    /// The device is gone.
    pub(super) fn ends(&mut self, heard: &mut Vec<Heard>) {
        let mut out = Vec::new();
        self.takes(heard, self.last, true);
        self.pull.end(&mut out);
        heard.splice(0..0, out);
    }
}
