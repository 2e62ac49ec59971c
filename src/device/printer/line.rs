//! A line to a printer: bytes out, answers back. One small trait; whoever delivers a label knows no cable.

use std::io;
use std::time::Duration;

use super::{Address, Patience, file, serial, tcp, usb};

/// An open connection.
pub trait Line {
    /// Hands over some of `bytes`, as many as the printer takes; none when it takes none within `wait`.
    ///
    /// # Errors
    /// The connection is broken.
    fn put(&mut self, bytes: &[u8], wait: Duration) -> io::Result<usize>;

    /// Reads what came; nothing when nothing comes within `wait`.
    ///
    /// # Errors
    /// The connection is broken, or the printer hung up.
    fn take(&mut self, buffer: &mut [u8], wait: Duration) -> io::Result<usize>;

    /// The port status byte of the USB printer class, where there is one.
    fn port(&mut self) -> Option<u8> {
        None
    }

    /// Says that no more bytes come, and waits until the printer has taken the last of them, as far as that shows.
    ///
    /// # Errors
    /// The connection broke: nobody knows how much of it arrived.
    fn finish(&mut self, wait: Duration) -> io::Result<()>;
}

/// Opens the line to a printer. None for one that is no line of bytes.
///
/// # Errors
/// The printer can not be reached.
pub fn open(address: &Address, patience: &Patience) -> io::Result<Box<dyn Line>> {
    Ok(match address {
        Address::Tcp(address) => Box::new(tcp::Socket::open(address, patience.connect)?),
        Address::Device(path) => Box::new(file::Device::open(path)?),
        Address::Serial(path, baud) => Box::new(serial::Port::open(path, *baud)?),
        Address::Usb(wanted) => Box::new(usb::Usb::open(wanted)?),
        Address::Ipp(_) => return Err(io::ErrorKind::Unsupported.into()),
    })
}
