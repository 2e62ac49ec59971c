//! A printer on a serial port, with hardware or no flow control as the port has it.

use std::io::{self, ErrorKind, Read, Write};
use std::path::Path;
use std::time::Duration;

use serialport::{SerialPort, TTYPort};

use super::line::Line;

/// An open serial port.
pub(super) struct Port(TTYPort);

impl Port {
    pub(super) fn open(path: &Path, baud: u32) -> io::Result<Port> {
        let port = serialport::new(path.to_string_lossy(), baud).open_native()?;
        Ok(Port(port))
    }
}

impl Line for Port {
    fn put(&mut self, bytes: &[u8], wait: Duration) -> io::Result<usize> {
        self.0.set_timeout(wait)?;
        or_none(self.0.write(bytes))
    }

    fn take(&mut self, buffer: &mut [u8], wait: Duration) -> io::Result<usize> {
        self.0.set_timeout(wait)?;
        match self.0.read(buffer) {
            Ok(0) => Err(ErrorKind::UnexpectedEof.into()),
            other => or_none(other),
        }
    }

    fn finish(&mut self, _wait: Duration) -> io::Result<()> {
        self.0.flush()
    }
}

fn or_none(result: io::Result<usize>) -> io::Result<usize> {
    match result {
        Err(error) if matches!(error.kind(), ErrorKind::TimedOut | ErrorKind::WouldBlock | ErrorKind::Interrupted) => {
            Ok(0)
        }
        other => other,
    }
}
