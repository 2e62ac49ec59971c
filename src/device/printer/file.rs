//! A device file, in the first place the kernel's `/dev/usb/lp*`. Only one process can have it open.

use std::fs::File;
use std::io::{self, ErrorKind, Read, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;
use std::time::Duration;

use rustix::event::{PollFd, PollFlags, Timespec, poll};

use super::line::Line;

/// An open device file.
pub(super) struct Device {
    file: File,
    /// Some can only be written.
    reads: bool,
}

impl Device {
    pub(super) fn open(path: &Path) -> io::Result<Device> {
        let open = |reads| {
            let flags = i32::try_from(rustix::fs::OFlags::NONBLOCK.bits()).unwrap_or_default();
            let file = File::options().read(reads).write(true).custom_flags(flags).open(path)?;
            Ok(Device { file, reads })
        };
        // Being in use or absent is the same both ways.
        open(true).or_else(|error: io::Error| match error.kind() {
            ErrorKind::NotFound | ErrorKind::ResourceBusy => Err(error),
            _ => open(false),
        })
    }

    /// Whether the file can be used in this way within `wait`.
    fn is_ready(&self, way: PollFlags, wait: Duration) -> io::Result<bool> {
        let mut fds = [PollFd::new(&self.file, way)];
        let wait = Timespec::try_from(wait).map_err(|_| ErrorKind::InvalidInput)?;
        poll(&mut fds, Some(&wait))?;
        let came = fds.first().map_or(PollFlags::empty(), PollFd::revents);
        if came.intersects(PollFlags::HUP | PollFlags::ERR | PollFlags::NVAL) && !came.contains(way) {
            return Err(ErrorKind::NotConnected.into());
        }
        Ok(came.contains(way))
    }
}

impl Line for Device {
    fn put(&mut self, bytes: &[u8], wait: Duration) -> io::Result<usize> {
        if !self.is_ready(PollFlags::OUT, wait)? {
            return Ok(0);
        }
        or_none(self.file.write(bytes))
    }

    fn take(&mut self, buffer: &mut [u8], wait: Duration) -> io::Result<usize> {
        if !self.reads {
            std::thread::sleep(wait);
            return Ok(0);
        }
        if !self.is_ready(PollFlags::IN, wait)? {
            return Ok(0);
        }
        let taken = or_none(self.file.read(buffer))?;
        if taken == 0 {
            // A plain file, or a driver that says "nothing" at once: the caller's wait is kept.
            std::thread::sleep(wait);
        }
        Ok(taken)
    }

    /// The driver keeps up to 8 KiB that closing the file would lose: it takes more only once they are gone.
    fn finish(&mut self, wait: Duration) -> io::Result<()> {
        self.is_ready(PollFlags::OUT, wait).map(|_| ())
    }
}

fn or_none(result: io::Result<usize>) -> io::Result<usize> {
    match result {
        Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::Interrupted) => Ok(0),
        other => other,
    }
}
