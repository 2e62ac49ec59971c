//! Scanners: a pseudo-terminal that stands for a serial one, and a TCP connection that sends lines.

use std::fs::{self, File};
use std::io::{self, ErrorKind, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream, ToSocketAddrs};
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::time::Duration;

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::fs::{Mode, OFlags};
use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
use rustix::termios::{OptionalActions, tcgetattr, tcsetattr};

/// What these scanners send after each code.
const ENDING: &[u8] = b"\r";
/// For a reader to take what was sent: a kernel buffer is full only while nobody reads.
const TAKEN_WITHIN: Duration = Duration::from_secs(10);

/// A serial scanner. It has a name that stays while the device behind it is unplugged and plugged in
/// again, as the links in `/dev/serial/by-path` do.
pub struct Pty {
    name: PathBuf,
    plugged: Option<Plugged>,
}

struct Plugged {
    /// The scanner's end; it does not block.
    master: File,
    /// The computer's end, held open so that a daemon that restarts is no hang-up.
    _slave: File,
}

impl Pty {
    /// Plugs in a new scanner under this name, which must not exist yet.
    pub fn plug(name: impl Into<PathBuf>) -> io::Result<Self> {
        let mut pty = Self { name: name.into(), plugged: None };
        pty.plug_again()?;
        Ok(pty)
    }

    /// What goes into the configuration.
    pub fn path(&self) -> &Path {
        &self.name
    }

    /// Plugs it in (another device behind the same name).
    pub fn plug_again(&mut self) -> io::Result<()> {
        self.unplug();
        let master = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY | OpenptFlags::CLOEXEC)?;
        rustix::io::ioctl_fionbio(&master, true)?;
        grantpt(&master)?;
        unlockpt(&master)?;
        let device = ptsname(&master, Vec::new())?;
        let slave = rustix::fs::open(&device, OFlags::RDWR | OFlags::NOCTTY | OFlags::CLOEXEC, Mode::empty())?;
        // Before anybody opens it: a line in its first, cooked state would echo and turn CR into NL.
        let mut mode = tcgetattr(&slave)?;
        mode.make_raw();
        tcsetattr(&slave, OptionalActions::Now, &mode)?;
        symlink(device.to_string_lossy().as_ref(), &self.name)?;
        self.plugged = Some(Plugged { master: master.into(), _slave: slave.into() });
        Ok(())
    }

    /// Pulls the plug: the reader sees a hang-up, and the name is gone.
    pub fn unplug(&mut self) {
        if self.plugged.take().is_some() {
            // It may be gone with its folder already.
            let _ = fs::remove_file(&self.name);
        }
    }

    /// Scans one code: its text and the carriage return.
    pub fn scan(&mut self, code: &str) -> io::Result<()> {
        self.send(&[code.as_bytes(), ENDING].concat())
    }

    /// Sends these bytes and nothing else.
    pub fn send(&mut self, mut bytes: &[u8]) -> io::Result<()> {
        let unplugged = || io::Error::new(ErrorKind::NotConnected, "the scanner is unplugged");
        let master = &mut self.plugged.as_mut().ok_or_else(unplugged)?.master;
        while !bytes.is_empty() {
            match master.write(bytes) {
                Ok(written) => bytes = &bytes[written..],
                Err(error) if error.kind() == ErrorKind::WouldBlock => wait(master, PollFlags::OUT, TAKEN_WITHIN)?,
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }

    /// What the computer has sent to the scanner (a beep, a light), at least one byte.
    pub fn hear(&mut self, within: Duration) -> io::Result<Vec<u8>> {
        let unplugged = || io::Error::new(ErrorKind::NotConnected, "the scanner is unplugged");
        let master = &mut self.plugged.as_mut().ok_or_else(unplugged)?.master;
        wait(master, PollFlags::IN, within)?;
        let mut bytes = [0; 4096];
        let read = master.read(&mut bytes)?;
        Ok(bytes[..read].to_vec())
    }
}

impl Drop for Pty {
    fn drop(&mut self) {
        self.unplug();
    }
}

fn wait(file: &File, what: PollFlags, within: Duration) -> io::Result<()> {
    let within = Timespec::try_from(within).map_err(|_| io::Error::from(ErrorKind::InvalidInput))?;
    match poll(&mut [PollFd::new(file, what)], Some(&within)) {
        Ok(0) => Err(ErrorKind::TimedOut.into()),
        Ok(_) | Err(rustix::io::Errno::INTR) => Ok(()),
        Err(error) => Err(error.into()),
    }
}

/// A scanner on the network that sends one line a scan.
pub struct TcpScanner {
    stream: TcpStream,
}

impl TcpScanner {
    /// One that calls the daemon.
    pub fn connect(to: impl ToSocketAddrs) -> io::Result<Self> {
        Self::on(TcpStream::connect(to)?)
    }

    /// One that the daemon calls: the first part listens, [`TcpScannerPort::accept`] is the scanner.
    pub fn listen() -> io::Result<TcpScannerPort> {
        Ok(TcpScannerPort { listener: TcpListener::bind(("127.0.0.1", 0))? })
    }

    /// Scans one code: its text and the carriage return.
    pub fn scan(&mut self, code: &str) -> io::Result<()> {
        self.send(&[code.as_bytes(), ENDING].concat())
    }

    /// Sends these bytes and nothing else.
    pub fn send(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.stream.write_all(bytes)
    }

    fn on(stream: TcpStream) -> io::Result<Self> {
        stream.set_nodelay(true)?;
        stream.set_write_timeout(Some(TAKEN_WITHIN))?;
        Ok(Self { stream })
    }
}

/// The port of a network scanner that waits for the daemon's call.
pub struct TcpScannerPort {
    listener: TcpListener,
}

impl TcpScannerPort {
    /// What goes into the configuration.
    pub fn address(&self) -> io::Result<SocketAddr> {
        self.listener.local_addr()
    }

    /// Takes the daemon's call. Waits for it for at most `within`.
    pub fn accept(&self, within: Duration) -> io::Result<TcpScanner> {
        let timeout = Timespec::try_from(within).map_err(|_| io::Error::from(ErrorKind::InvalidInput))?;
        match poll(&mut [PollFd::new(&self.listener, PollFlags::IN)], Some(&timeout))? {
            0 => Err(ErrorKind::TimedOut.into()),
            _ => TcpScanner::on(self.listener.accept()?.0),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::{BufRead, BufReader};
    use std::thread;

    use super::super::home::Home;
    use super::*;

    const LONG: Duration = Duration::from_secs(30);

    #[test]
    fn a_serial_scan_arrives_byte_for_byte() {
        let home = Home::new();
        let mut pty = Pty::plug(home.path().join("qc")).unwrap();
        let mut reader = serialport::new(pty.path().to_string_lossy(), 9600).timeout(LONG).open_native().unwrap();
        pty.scan("J7QK\u{e9}").unwrap();
        pty.send(b"\x00\x03\x11\x13\xff\n").unwrap();
        let mut bytes = [0; 13];
        reader.read_exact(&mut bytes).unwrap();
        assert_eq!(&bytes, b"J7QK\xc3\xa9\r\x00\x03\x11\x13\xff\n");
        reader.write_all(b"\x07").unwrap();
        assert_eq!(pty.hear(LONG).unwrap(), b"\x07");
    }

    #[test]
    fn what_is_scanned_before_anybody_reads_waits() {
        let home = Home::new();
        let mut pty = Pty::plug(home.path().join("qc")).unwrap();
        pty.scan("EARLY").unwrap();
        let path = pty.path().to_owned();
        let reader = thread::spawn(move || {
            let mut line = Vec::new();
            BufReader::new(File::open(path).unwrap()).read_until(b'\r', &mut line).unwrap();
            line
        });
        assert_eq!(reader.join().unwrap(), b"EARLY\r");
    }

    #[test]
    fn an_unplugged_scanner_hangs_up_and_comes_back_under_its_name() {
        let home = Home::new();
        let mut pty = Pty::plug(home.path().join("qc")).unwrap();
        let mut before = File::open(pty.path()).unwrap();
        pty.unplug();
        assert!(!pty.path().exists());
        assert_eq!(pty.scan("A").unwrap_err().kind(), ErrorKind::NotConnected);
        assert_eq!(before.read(&mut [0; 8]).unwrap_or(0), 0, "a hang-up is the end of the file");
        pty.plug_again().unwrap();
        let mut after = File::open(pty.path()).unwrap();
        pty.scan("B").unwrap();
        let mut bytes = [0; 2];
        after.read_exact(&mut bytes).unwrap();
        assert_eq!(&bytes, b"B\r");
    }

    #[test]
    fn a_network_scan_arrives_whoever_called() {
        let daemon = TcpListener::bind(("127.0.0.1", 0)).unwrap();
        let mut calling = TcpScanner::connect(daemon.local_addr().unwrap()).unwrap();
        calling.scan("A1").unwrap();
        drop(calling);
        let mut text = String::new();
        daemon.accept().unwrap().0.read_to_string(&mut text).unwrap();
        assert_eq!(text, "A1\r");

        let port = TcpScanner::listen().unwrap();
        let mut daemon = TcpStream::connect(port.address().unwrap()).unwrap();
        let mut called = port.accept(LONG).unwrap();
        called.scan("B2").unwrap();
        drop(called);
        text.clear();
        daemon.read_to_string(&mut text).unwrap();
        assert_eq!(text, "B2\r");
        assert_eq!(port.accept(Duration::from_millis(1)).err().unwrap().kind(), ErrorKind::TimedOut);
    }
}
