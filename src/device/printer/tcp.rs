//! Raw TCP, usually port 9100. Cheap printers serve one connection at a time, so each label has its own and ends it.

use std::io::{self, ErrorKind, Read, Write};
use std::net::{Shutdown, TcpStream, ToSocketAddrs};
use std::time::{Duration, Instant};

use super::line::Line;

/// Bytes that the kernel keeps for the printer: little, so that a printer that stands still is noticed.
const BUFFER: usize = 16 * 1024;

/// An open connection.
pub(super) struct Socket(TcpStream);

impl Socket {
    pub(super) fn open(address: &str, wait: Duration) -> io::Result<Socket> {
        let mut last = io::Error::new(ErrorKind::NotFound, "the name has no address");
        for address in address.to_socket_addrs()? {
            match TcpStream::connect_timeout(&address, wait) {
                Ok(stream) => {
                    stream.set_nodelay(true)?;
                    rustix::net::sockopt::set_socket_send_buffer_size(&stream, BUFFER)?;
                    return Ok(Socket(stream));
                }
                Err(error) => last = error,
            }
        }
        Err(last)
    }
}

impl Line for Socket {
    fn put(&mut self, bytes: &[u8], wait: Duration) -> io::Result<usize> {
        self.0.set_write_timeout(Some(wait))?;
        or_none(self.0.write(bytes))
    }

    fn take(&mut self, buffer: &mut [u8], wait: Duration) -> io::Result<usize> {
        self.0.set_read_timeout(Some(wait))?;
        match self.0.read(buffer) {
            Ok(0) => Err(ErrorKind::UnexpectedEof.into()),
            other => or_none(other),
        }
    }

    /// Half-closes, and waits for the printer to hang up: then it has read everything. One that keeps the connection
    /// open is not waited for longer.
    fn finish(&mut self, wait: Duration) -> io::Result<()> {
        self.0.shutdown(Shutdown::Write)?;
        let end = Instant::now() + wait;
        let mut answers = [0; 512];
        loop {
            let left = end.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return Ok(());
            }
            match self.take(&mut answers, left) {
                Err(error) if error.kind() == ErrorKind::UnexpectedEof => return Ok(()),
                Err(error) => return Err(error),
                Ok(_) => {}
            }
        }
    }
}

/// Nothing moved in time.
fn or_none(result: io::Result<usize>) -> io::Result<usize> {
    match result {
        Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut | ErrorKind::Interrupted) => {
            Ok(0)
        }
        other => other,
    }
}
