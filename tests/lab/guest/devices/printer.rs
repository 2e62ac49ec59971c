//! A label printer on USB: it tells the host of this machine what it took before it says that it took it, and can stop
//! taking or lose its cable in the middle of a job.

use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};
use std::sync::{Arc, mpsc};

use super::usb::{Device, IN, Speed, Taken, configuration, device};

/// ZPL's "host status".
const STATUS: &[u8] = b"~HS";
/// Its answer when all is well. Source: Zebra, ZPL II Programming Guide, "~HS Host Status Return".
const READY: &str =
    "\x02030,0,0,0609,000,0,0,0,000,0,0,0\x03\r\n\x02000,0,0,0,0,2,4,0,00000000,1,000\x03\r\n\x021234,0\x03\r\n";
/// No error, selected, paper is in. Source: USB Device Class Definition for Printing Devices 1.1, 4.2.2.
const STATUS_BYTE: u8 = 0x18;

/// What can be done to a printer while it is plugged in.
#[derive(Default)]
pub struct Handle {
    /// It takes nothing more: paper is out, and its memory full.
    pub holds: AtomicBool,
    /// Bytes until the cable is pulled; negative for never.
    pub pulled_after: AtomicI64,
}

/// A printer that speaks ZPL.
pub struct Printer {
    pub serial: String,
    pub handle: Arc<Handle>,
    /// What it took. The sender waits until the host of this machine has it.
    pub taken: mpsc::SyncSender<Vec<u8>>,
    pub kept: mpsc::Receiver<()>,
}

impl Device for Printer {
    fn speed(&self) -> Speed {
        Speed::High
    }

    fn device(&self) -> Vec<u8> {
        device(0, 0x0a5f, 0x0120, 0x0100, 64)
    }

    fn configuration(&self) -> Vec<u8> {
        let interface = [9, 4, 0, 0, 2, 7, 1, 2, 0];
        configuration(1, &[&interface, &[7, 5, 0x01, 2, 0, 2, 0], &[7, 5, 0x80 | IN as u8, 2, 0, 2, 0]])
    }

    fn strings(&self) -> [String; 3] {
        ["Lab".into(), "Label printer".into(), self.serial.clone()]
    }

    fn control(&mut self, setup: [u8; 8], _: &[u8]) -> Option<Vec<u8>> {
        match (setup[0], setup[1]) {
            (0xa1, 0) => {
                let id = format!("MFG:Lab;CMD:ZPL;MDL:Label printer;CLS:PRINTER;SN:{};", self.serial);
                Some([&(id.len() as u16 + 2).to_be_bytes(), id.as_bytes()].concat())
            }
            (0xa1, 1) => Some(vec![STATUS_BYTE]),
            (0x21, 2) => Some(Vec::new()),
            // One interface has one setting.
            (0x01, 11) => Some(Vec::new()),
            _ => None,
        }
    }

    fn take(&mut self, data: &[u8]) -> Taken {
        if self.handle.holds.load(Ordering::SeqCst) {
            return Taken::Held;
        }
        let left = self.handle.pulled_after.load(Ordering::SeqCst);
        let is_last = left >= 0 && left <= data.len() as i64;
        if left >= 0 {
            self.handle.pulled_after.store(left - data.len() as i64, Ordering::SeqCst);
        }
        if self.taken.send(data.to_vec()).is_err() || self.kept.recv().is_err() || is_last {
            return Taken::Unplugged;
        }
        let questions = data.windows(STATUS.len()).filter(|part| *part == STATUS).count();
        Taken::All(vec![READY.as_bytes().to_vec(); questions])
    }
}
