//! The USB printer class without the kernel's driver: bulk out and in, port status, device ID. For printers that the
//! kernel's driver does not serve (some Epson say "vendor specific"), and where short writes must be counted.
//!
//! Source: USB Device Class Definition for Printing Devices 1.1. The kernel's driver is detached for as long as the line
//! is open and given back afterwards; libusb does both.

use std::fmt;
use std::io::{self, ErrorKind};
use std::str::FromStr;
use std::time::Duration;

use rusb::{Context, Device, DeviceHandle, Direction, Error, TransferType, UsbContext};

use super::line::Line;
use crate::label::device_id::DeviceId;

/// Wait for a control request: they are answered by the device's controller, whatever the head does.
const CONTROL_WAIT: Duration = Duration::from_millis(500);
/// Longest device ID that is read, in bytes.
const DEVICE_ID_MAX: usize = 1024;
/// The class of printers.
const PRINTER: u8 = 7;
/// What Epson's UB-U05 says instead.
const VENDOR_SPECIFIC: u8 = 0xff;
const GET_DEVICE_ID: u8 = 0;
const GET_PORT_STATUS: u8 = 1;
/// Class request to an interface, device to host.
const ASK_INTERFACE: u8 = 0xa1;

/// Which printer is meant: vendor, product, and the serial number where there are two of a kind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wanted {
    /// `idVendor`.
    pub vendor: u16,
    /// `idProduct`.
    pub product: u16,
    /// Its serial number.
    pub serial: Option<String>,
}

/// A text that names no USB device.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is not a USB number; write it as `lsusb` does, such as \"09c5:0588\", or \"09c5:0588:SERIAL\"")]
pub struct NotUsb(String);

impl FromStr for Wanted {
    type Err = NotUsb;

    fn from_str(text: &str) -> Result<Wanted, NotUsb> {
        let mut parts = text.splitn(3, ':');
        let mut number = || {
            let part = parts.next().filter(|part| part.len() == 4)?;
            u16::from_str_radix(part, 16).ok()
        };
        let (Some(vendor), Some(product)) = (number(), number()) else { return Err(NotUsb(text.to_owned())) };
        let serial = parts.next().map(str::trim).filter(|serial| !serial.is_empty()).map(str::to_owned);
        Ok(Wanted { vendor, product, serial })
    }
}

impl fmt::Display for Wanted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04x}:{:04x}", self.vendor, self.product)?;
        self.serial.as_ref().map_or(Ok(()), |serial| write!(f, ":{serial}"))
    }
}

/// A printer that is plugged in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// How to name it in the configuration.
    pub wanted: Wanted,
    /// What it says of itself, where it could be asked.
    pub id: Option<DeviceId>,
}

/// The printer's side of one interface.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Interface {
    class: u8,
    number: u8,
    setting: u8,
    out: u8,
    back: Option<u8>,
}

/// An open printer.
pub(super) struct Usb {
    handle: DeviceHandle<Context>,
    interface: Interface,
}

impl Usb {
    pub(super) fn open(wanted: &Wanted) -> io::Result<Usb> {
        // A context of its own: in a container a kept one does not see what was plugged in later.
        let context = Context::new().map_err(failed)?;
        let mut last = io::Error::from(ErrorKind::NotFound);
        for device in context.devices().map_err(failed)?.iter() {
            let Some(interface) = numbers(&device).filter(|n| *n == (wanted.vendor, wanted.product)).and(best(&device))
            else {
                continue;
            };
            match Usb::of(&device, interface, wanted) {
                Ok(Some(usb)) => return Ok(usb),
                Ok(None) => {}
                Err(error) => last = failed(error),
            }
        }
        Err(last)
    }

    /// None where another serial number is wanted.
    fn of(device: &Device<Context>, interface: Interface, wanted: &Wanted) -> rusb::Result<Option<Usb>> {
        let handle = device.open()?;
        if wanted.serial.is_some() && serial(device, &handle) != wanted.serial {
            return Ok(None);
        }
        match handle.set_auto_detach_kernel_driver(true) {
            Ok(()) | Err(Error::NotSupported) => {}
            Err(error) => return Err(error),
        }
        handle.claim_interface(interface.number)?;
        if interface.setting != 0 {
            handle.set_alternate_setting(interface.number, interface.setting)?;
        }
        Ok(Some(Usb { handle, interface }))
    }

    /// What the printer says of itself.
    fn device_id(&self) -> Option<DeviceId> {
        let mut buffer = [0; DEVICE_ID_MAX];
        let index = u16::from_be_bytes([self.interface.number, self.interface.setting]);
        let read = self.handle.read_control(ASK_INTERFACE, GET_DEVICE_ID, 0, index, &mut buffer, CONTROL_WAIT);
        DeviceId::from_usb(buffer.get(..read.ok()?)?)
    }
}

impl Drop for Usb {
    fn drop(&mut self) {
        // Gives the interface back to the kernel's driver.
        self.handle.release_interface(self.interface.number).ok();
    }
}

impl Line for Usb {
    fn put(&mut self, bytes: &[u8], wait: Duration) -> io::Result<usize> {
        // A timeout with some bytes gone is their number, not an error: the caller counts.
        match self.handle.write_bulk(self.interface.out, bytes, wait) {
            Ok(sent) => Ok(sent),
            Err(Error::Timeout | Error::Interrupted) => Ok(0),
            Err(Error::Pipe) => {
                self.handle.clear_halt(self.interface.out).map_err(failed)?;
                Ok(0)
            }
            Err(error) => Err(failed(error)),
        }
    }

    fn take(&mut self, buffer: &mut [u8], wait: Duration) -> io::Result<usize> {
        let Some(back) = self.interface.back else {
            std::thread::sleep(wait);
            return Ok(0);
        };
        match self.handle.read_bulk(back, buffer, wait) {
            Ok(0) => {
                // A packet without bytes is how some say "nothing".
                std::thread::sleep(wait.min(Duration::from_millis(10)));
                Ok(0)
            }
            Ok(taken) => Ok(taken),
            Err(Error::Timeout | Error::Interrupted) => Ok(0),
            Err(Error::Pipe) => {
                self.handle.clear_halt(back).map_err(failed)?;
                Ok(0)
            }
            Err(error) => Err(failed(error)),
        }
    }

    fn port(&mut self) -> Option<u8> {
        let mut byte = [0];
        let index = u16::from_be_bytes([0, self.interface.number]);
        let read = self.handle.read_control(ASK_INTERFACE, GET_PORT_STATUS, 0, index, &mut byte, CONTROL_WAIT);
        read.ok().filter(|n| *n == 1).map(|_| byte[0])
    }

    /// Every transfer ends only when the printer has taken it.
    fn finish(&mut self, _wait: Duration) -> io::Result<()> {
        Ok(())
    }
}

/// The printers of the USB printer class that are plugged in. Asking for their device ID takes the interface for a
/// moment, so that those in use are listed without.
#[must_use]
pub fn present() -> Vec<Found> {
    let Ok(context) = Context::new() else { return Vec::new() };
    let Ok(devices) = context.devices() else { return Vec::new() };
    let found = devices.iter().filter_map(|device| {
        let interface = best(&device).filter(|interface| interface.class == PRINTER)?;
        let (vendor, product) = numbers(&device)?;
        let serial = device.open().ok().and_then(|handle| serial(&device, &handle));
        let wanted = Wanted { vendor, product, serial };
        let usb = Usb::of(&device, interface, &wanted).ok().flatten();
        Some(Found { wanted, id: usb.and_then(|usb| usb.device_id()) })
    });
    found.collect()
}

fn numbers(device: &Device<Context>) -> Option<(u16, u16)> {
    let descriptor = device.device_descriptor().ok()?;
    Some((descriptor.vendor_id(), descriptor.product_id()))
}

fn serial(device: &Device<Context>, handle: &DeviceHandle<Context>) -> Option<String> {
    let descriptor = device.device_descriptor().ok()?;
    handle.read_serial_number_string_ascii(&descriptor).ok().map(|serial| serial.trim().to_owned())
}

/// The interface to print through: one of the printer class before a vendor's own, and with a way back before one
/// without. A printer may have a scanner's or a disk's interface beside it.
fn best(device: &Device<Context>) -> Option<Interface> {
    let config = device.active_config_descriptor().or_else(|_| device.config_descriptor(0)).ok()?;
    let mut all: Vec<Interface> = Vec::new();
    for descriptor in config.interfaces().flat_map(|interface| interface.descriptors()) {
        let bulk = |direction: Direction| {
            let mut ends = descriptor.endpoint_descriptors();
            let end = ends.find(|e| e.transfer_type() == TransferType::Bulk && e.direction() == direction);
            end.map(|end| end.address())
        };
        if let Some(out) = bulk(Direction::Out) {
            all.push(Interface {
                class: descriptor.class_code(),
                number: descriptor.interface_number(),
                setting: descriptor.setting_number(),
                out,
                back: bulk(Direction::In),
            });
        }
    }
    choose(all)
}

fn choose(all: Vec<Interface>) -> Option<Interface> {
    let fit = |i: &Interface| matches!(i.class, PRINTER | VENDOR_SPECIFIC);
    let rank = |i: &Interface| (i.class == PRINTER, i.back.is_some(), std::cmp::Reverse((i.number, i.setting)));
    all.into_iter().filter(fit).max_by_key(rank)
}

fn failed(error: Error) -> io::Error {
    let kind = match error {
        Error::NoDevice | Error::NotFound => ErrorKind::NotConnected,
        Error::Access => ErrorKind::PermissionDenied,
        Error::Busy => ErrorKind::ResourceBusy,
        Error::Timeout => ErrorKind::TimedOut,
        _ => ErrorKind::Other,
    };
    io::Error::new(kind, error)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_usb_number_is_read_as_lsusb_writes_it() {
        let check = |text: &str, expected: &str| {
            let said = text.parse::<Wanted>().map_or_else(|error| error.to_string(), |wanted| wanted.to_string());
            assert_eq!(said, expected);
        };
        check("09C5:0588", "09c5:0588");
        check("0a5f:0084:18J1", "0a5f:0084:18J1");
        check("0a5f:0084:", "0a5f:0084");
        let wrong = "\"9c5:588\" is not a USB number; write it as `lsusb` does, such as \"09c5:0588\", or \
                     \"09c5:0588:SERIAL\"";
        check("9c5:588", wrong);
    }

    #[test]
    fn the_printer_class_with_a_way_back_is_chosen_among_a_device_s_interfaces() {
        let one = |class, number, setting, back| Interface { class, number, setting, out: 1, back };
        let disk = one(8, 0, 0, Some(0x81));
        let vendor = one(VENDOR_SPECIFIC, 0, 0, Some(0x81));
        let (mute, two_way) = (one(PRINTER, 1, 0, None), one(PRINTER, 1, 1, Some(0x82)));
        assert_eq!(choose(vec![disk]), None);
        assert_eq!(choose(vec![disk, vendor]), Some(vendor));
        assert_eq!(choose(vec![vendor, mute, two_way]), Some(two_way));
    }
}
