//! The software of a press: told which job was scanned, so that it loads the artwork.
//!
//! A press has a thread of its own, which may wait for its software; nobody waits for the thread. A job that could not
//! be passed on is not tried again later: by then another one lies on the press.

use std::fs::{self, File};
use std::io::{self, Write};
use std::net::{TcpStream, ToSocketAddrs};
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::time::{Duration, Instant};

use crate::ids::JobId;

/// Most jobs that wait for one press; people scan slower than any software answers.
pub const WAITING_MAX: usize = 8;

/// How long the software may take for one job.
const TAKE_MAX: Duration = Duration::from_secs(5);

/// The same job again within this time is a bouncing trigger, and is not passed on twice.
const BOUNCE: Duration = Duration::from_secs(3);

/// Speed of a serial line about which nothing is said, in bits a second.
const BAUD: u32 = 9600;

/// One press.
#[derive(Debug, Clone)]
pub struct Press {
    /// Its name on screens.
    pub name: String,
    /// How it is reached.
    pub way: Way,
    /// What is sent, with `{code}` for the job's code.
    pub line: String,
}

/// How a press's software is reached.
#[derive(Debug, Clone)]
pub enum Way {
    /// It waits for a line, as `host:port`.
    Tcp(String),
    /// It waits for a line at a serial port.
    Serial(PathBuf, Option<u32>),
    /// It looks for files of this name, with `{code}` for the job's code.
    Folder(PathBuf, String),
    /// It wants to be called.
    Url(String),
}

/// Why a job was not passed on.
#[derive(Debug, thiserror::Error)]
pub enum NotPassed {
    /// Too many jobs wait for it.
    #[error("{WAITING_MAX} jobs wait for it already")]
    Busy,
    /// What the system said.
    #[error("it can not be reached")]
    System(#[from] io::Error),
    /// The serial port.
    #[error("its serial port can not be opened")]
    Port(#[from] serialport::Error),
    /// The call.
    #[error("its address did not take it")]
    Call(#[from] reqwest::Error),
}

/// Takes what became of a job.
pub type Told = Box<dyn Fn(&JobId, Result<(), NotPassed>) + Send>;

/// A press that is told of jobs. Its thread ends when this is dropped.
#[derive(Debug, Clone)]
pub struct Handle(SyncSender<JobId>);

impl Handle {
    /// Passes a job on; never waits.
    ///
    /// # Errors
    /// [`WAITING_MAX`] jobs wait already.
    pub fn pass(&self, job: &JobId) -> Result<(), NotPassed> {
        self.0.try_send(job.clone()).map_err(|_| NotPassed::Busy)
    }
}

impl Press {
    /// Starts its thread.
    ///
    /// # Errors
    /// There is no thread.
    pub fn start(self, told: Told) -> io::Result<Handle> {
        let (sender, jobs) = sync_channel(WAITING_MAX);
        let name = format!("press {}", self.name);
        std::thread::Builder::new().name(name).spawn(move || self.work(&jobs, &told))?;
        Ok(Handle(sender))
    }

    fn work(&self, jobs: &Receiver<JobId>, told: &Told) {
        let mut last: Option<(JobId, Instant)> = None;
        while let Ok(job) = jobs.recv() {
            if last.as_ref().is_some_and(|(other, at)| *other == job && at.elapsed() < BOUNCE) {
                continue;
            }
            let passed = self.pass(job.as_str());
            last = passed.is_ok().then(|| (job.clone(), Instant::now()));
            told(&job, passed);
        }
    }

    fn pass(&self, code: &str) -> Result<(), NotPassed> {
        let line = with(&self.line, code);
        match &self.way {
            Way::Tcp(address) => {
                let mut stream = connect(address)?;
                stream.set_write_timeout(Some(TAKE_MAX))?;
                stream.write_all(line.as_bytes())?;
                Ok(stream.shutdown(std::net::Shutdown::Write)?)
            }
            Way::Serial(path, baud) => {
                let port = serialport::new(path.to_string_lossy(), baud.unwrap_or(BAUD));
                let mut port = port.timeout(TAKE_MAX).open()?;
                port.write_all(line.as_bytes())?;
                Ok(port.flush()?)
            }
            Way::Folder(folder, name) => Ok(put(folder, &with(name, &safe(code)), &line)?),
            Way::Url(url) => call(&with(url, &safe(code)), code),
        }
    }
}

fn with(template: &str, code: &str) -> String {
    template.replace("{code}", code)
}

/// A code as a part of a file's name or of an address.
fn safe(code: &str) -> String {
    code.replace(|c: char| !c.is_ascii_alphanumeric() && c != '-' && c != '_', "_")
}

fn connect(address: &str) -> io::Result<TcpStream> {
    let mut last = io::Error::from(io::ErrorKind::NotFound);
    for one in address.to_socket_addrs()? {
        match TcpStream::connect_timeout(&one, TAKE_MAX) {
            Ok(stream) => return Ok(stream),
            Err(error) => last = error,
        }
    }
    Err(last)
}

/// The file is whole when it appears: software that watches a folder takes it at once.
fn put(folder: &Path, name: &str, text: &str) -> io::Result<()> {
    let hidden = folder.join(format!(".{name}.part"));
    let mut file = File::create(&hidden)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()?;
    fs::rename(&hidden, folder.join(name))
}

fn call(url: &str, code: &str) -> Result<(), NotPassed> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        let client = reqwest::Client::builder().timeout(TAKE_MAX).build()?;
        client.post(url).json(&serde_json::json!({ "code": code })).send().await?.error_for_status()?;
        Ok(())
    })
}

#[cfg(test)]
mod tests {
    use std::io::Read;
    use std::net::TcpListener;
    use std::sync::mpsc::channel;

    use super::*;

    const WITHIN: Duration = Duration::from_secs(30);

    /// Passes these jobs on, and gives what became of each that was tried.
    fn check(way: Way, jobs: &[&str]) -> Vec<String> {
        let (told, results) = channel();
        let press = Press { name: "dtg".to_owned(), way, line: "{code}\r\n".to_owned() };
        let handle = press.start(Box::new(move |job, passed| told.send(format!("{job} {}", passed.is_ok())).unwrap()));
        let handle = handle.unwrap();
        jobs.iter().for_each(|job| handle.pass(&JobId::new(job).unwrap()).unwrap());
        drop(handle);
        std::iter::from_fn(|| results.recv_timeout(WITHIN).ok()).collect()
    }

    #[test]
    fn a_line_arrives_over_the_network_and_a_bounce_does_not() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let way = Way::Tcp(listener.local_addr().unwrap().to_string());
        let reader = std::thread::spawn(move || {
            let mut text = String::new();
            for _ in 0..2 {
                listener.accept().unwrap().0.read_to_string(&mut text).unwrap();
            }
            text
        });
        assert_eq!(check(way, &["J1", "J1", "J2"]), ["J1 true", "J2 true"]);
        assert_eq!(reader.join().unwrap(), "J1\r\nJ2\r\n");
    }

    #[test]
    fn a_file_appears_whole_under_a_name_that_stays_in_the_folder() {
        let folder = tempfile::tempdir().unwrap();
        let way = Way::Folder(folder.path().to_owned(), "{code}.job".to_owned());
        assert_eq!(check(way, &["../../J1"]), ["../../J1 true"]);
        let files: Vec<_> = fs::read_dir(folder.path()).unwrap().map(|file| file.unwrap().file_name()).collect();
        assert_eq!(files, ["______J1.job"]);
        assert_eq!(fs::read_to_string(folder.path().join("______J1.job")).unwrap(), "../../J1\r\n");
    }

    #[test]
    fn a_line_arrives_at_a_serial_port() {
        use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
        let press = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).unwrap();
        grantpt(&press).unwrap();
        unlockpt(&press).unwrap();
        let port = PathBuf::from(ptsname(&press, Vec::new()).unwrap().into_string().unwrap());
        // Held open, so that what was sent stays when the sender hangs up.
        let _held = File::options().read(true).write(true).open(&port).unwrap();
        assert_eq!(check(Way::Serial(port, Some(19200)), &["J1"]), ["J1 true"]);
        let mut line = [0; 4];
        File::from(press).read_exact(&mut line).unwrap();
        assert_eq!(&line, b"J1\r\n");
    }

    #[test]
    fn a_service_is_called_with_the_code_and_its_refusal_is_said() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}/load/{{code}}", listener.local_addr().unwrap());
        let _ = rustls::crypto::ring::default_provider().install_default();
        let server = std::thread::spawn(move || {
            ["200 OK", "503 Service Unavailable"].map(|status| {
                let mut stream = listener.accept().unwrap().0;
                let (mut request, mut part) = (String::new(), [0; 1024]);
                while !request.ends_with('}') {
                    let read = stream.read(&mut part).unwrap();
                    request.push_str(std::str::from_utf8(&part[..read]).unwrap());
                }
                write!(stream, "HTTP/1.1 {status}\r\ncontent-length: 0\r\nconnection: close\r\n\r\n").unwrap();
                request
            })
        });
        assert_eq!(check(Way::Url(url), &["J1", "J2"]), ["J1 true", "J2 false"]);
        let [first, _] = server.join().unwrap();
        assert!(first.starts_with("POST /load/J1 HTTP/1.1\r\n") && first.ends_with("{\"code\":\"J1\"}"), "{first}");
    }

    #[test]
    fn what_can_not_be_passed_on_is_said() {
        let gone = tempfile::tempdir().unwrap().path().join("gone");
        assert_eq!(check(Way::Folder(gone.clone(), "{code}".to_owned()), &["J1"]), ["J1 false"]);
        assert_eq!(check(Way::Serial(gone, None), &["J1"]), ["J1 false"]);
        let closed = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
        assert_eq!(check(Way::Tcp(closed.to_string()), &["J1"]), ["J1 false"]);
        let _ = rustls::crypto::ring::default_provider().install_default();
        assert_eq!(check(Way::Url(format!("http://{closed}/{{code}}")), &["J1"]), ["J1 false"]);
    }
}
