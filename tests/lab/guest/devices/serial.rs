//! Scanners on a serial line over USB: CDC-ACM, and the FT232R adapter of FTDI.

use super::usb::{Device, IN, Plug, Speed, Taken, configuration, device};

/// What an FTDI chip says of its line before each 64 bytes: ready, and nothing lost.
const LINE: [u8; 2] = [0x01, 0x60];
/// Payload of one packet beside it.
const PACKET: usize = 62;

/// A scanner with a CDC-ACM interface. Source: USB Class Definitions for Communications Devices 1.2, PSTN subclass.
pub struct Acm {
    pub vendor: u16,
    pub product: u16,
    pub serial: String,
}

impl Device for Acm {
    fn speed(&self) -> Speed {
        Speed::Full
    }

    fn device(&self) -> Vec<u8> {
        device(2, self.vendor, self.product, 0x0100, 64)
    }

    fn configuration(&self) -> Vec<u8> {
        let control =
            [9, 4, 0, 0, 1, 2, 2, 1, 0, 5, 0x24, 0, 0x10, 1, 5, 0x24, 1, 0, 1, 4, 0x24, 2, 2, 5, 0x24, 6, 0, 1];
        let notices = [7, 5, 0x83, 3, 8, 0, 9];
        let data = [9, 4, 1, 0, 2, 0x0a, 0, 0, 0, 7, 5, 0x01, 2, 64, 0, 0, 7, 5, 0x80 | IN as u8, 2, 64, 0, 0];
        configuration(2, &[&control, &notices, &data])
    }

    fn strings(&self) -> [String; 3] {
        ["Lab".into(), "Scanner, CDC-ACM".into(), self.serial.clone()]
    }

    fn control(&mut self, setup: [u8; 8], _: &[u8]) -> Option<Vec<u8>> {
        match (setup[0], setup[1]) {
            // 9600 baud, one stop bit, no parity, eight bits.
            (0xa1, 0x21) => Some(vec![0x80, 0x25, 0, 0, 0, 0, 8]),
            (0x21, 0x20 | 0x22 | 0x23) => Some(Vec::new()),
            _ => None,
        }
    }

    fn take(&mut self, _: &[u8]) -> Taken {
        Taken::All(Vec::new())
    }
}

/// A scanner behind FTDI's adapter. Source: the kernel's drivers/usb/serial/ftdi_sio.h, which documents the requests.
pub struct Ftdi {
    pub serial: String,
}

impl Device for Ftdi {
    fn speed(&self) -> Speed {
        Speed::Full
    }

    fn device(&self) -> Vec<u8> {
        // The release number 6.00 says FT232R.
        device(0, 0x0403, 0x6001, 0x0600, 8)
    }

    fn configuration(&self) -> Vec<u8> {
        let interface = [9, 4, 0, 0, 2, 0xff, 0xff, 0xff, 2];
        configuration(1, &[&interface, &[7, 5, 0x80 | IN as u8, 2, 64, 0, 0], &[7, 5, 0x01, 2, 64, 0, 0]])
    }

    fn strings(&self) -> [String; 3] {
        ["FTDI".into(), "FT232R USB UART".into(), self.serial.clone()]
    }

    fn control(&mut self, setup: [u8; 8], _: &[u8]) -> Option<Vec<u8>> {
        match (setup[0], setup[1]) {
            (0xc0, 5) => Some(LINE.to_vec()),
            (0xc0, 10) => Some(vec![16]),
            (0xc0, _) => Some(vec![0, 0]),
            (0x40, _) => Some(Vec::new()),
            _ => None,
        }
    }

    fn take(&mut self, _: &[u8]) -> Taken {
        Taken::All(Vec::new())
    }
}

/// Sends a line, or the beginning of one.
pub fn sends(plug: &Plug, code: &str, only: Option<usize>, is_ftdi: bool) -> bool {
    let mut bytes = format!("{code}\r\n").into_bytes();
    bytes.truncate(only.unwrap_or(usize::MAX));
    let packets = bytes.chunks(PACKET).map(|part| if is_ftdi { [&LINE, part].concat() } else { part.to_vec() });
    packets.into_iter().all(|packet| plug.say(IN, &packet))
}
