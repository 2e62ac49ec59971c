//! Bad input and bad luck: each gets one plain sentence (what happened, whether it is safe, what to do), nothing that
//! was recorded is lost, and the daemon goes on or ends with a clear error. It never panics.

use std::fs::{self, Permissions};
use std::io;
use std::net::TcpListener;
use std::os::fd::AsRawFd;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use stationd::code::own::{Kind, make};

use super::shop::chance::Chance;
use super::shop::daemon::Daemon;
use super::shop::home::Home;
use super::shop::http::Http;
use super::shop::ledger::Ledger;
use super::shop::process::{self, Finished};
use super::shop::scanner::{Pty, TcpScanner, TcpScannerPort};

/// For anything that a busy machine does in a second.
const SOON: Duration = Duration::from_secs(30);
/// More entries than a full disk of the tests has room for.
const SCANS_MAX: usize = 20_000;

/// A running bench.
struct Bench {
    home: Home,
    daemon: Daemon,
    url: String,
    http: Http,
}

impl Bench {
    /// One station, `qc`, with this configuration beside it.
    fn start(more: &str) -> Self {
        let home = Home::new();
        Self::start_in(home, more, |home| home.stationd::<&str>([]))
    }

    fn start_in(home: Home, more: &str, command: impl FnOnce(&Home) -> Command) -> Self {
        configure(&home, more);
        let daemon = Daemon::start(command(&home), "stationd is ready").expect("a daemon");
        let said = daemon.stdout();
        let url = said.split_once("http://").and_then(|(_, rest)| rest.split('/').next()).expect("an address");
        Self { url: format!("http://{url}"), home, daemon, http: Http::new() }
    }

    /// Types a code; what the kiosk answers, in one line.
    fn scan(&self, code: &str) -> String {
        let answer = self.http.tell(&format!("{}/station/qc/scan", self.url), &json!({ "code": code }));
        let answer = answer.expect("an answer");
        let said: Value = serde_json::from_str(&answer.body).unwrap_or_default();
        let text = |name: &str| said[name].as_str().unwrap_or("-").to_owned();
        format!("{}: {} {}", text("signal"), text("happened"), text("next"))
    }

    /// Scans a good code of a piece that nobody knows; true when it is recorded.
    fn scan_good(&self, code: &str) -> bool {
        self.scan(code).contains(&format!("{code} is new here"))
    }

    /// Waits until the kiosk shows this.
    fn shows(&self, words: &str) {
        let mut events = self.http.events(&format!("{}/station/qc/live", self.url)).expect("a live page");
        let end = Instant::now() + SOON;
        while !events.next(SOON).expect("a live page goes on").data.contains(words) {
            assert!(Instant::now() < end, "the kiosk never said {words:?}");
        }
    }

    /// Stops it, looks at what it said, and reads its ledger.
    fn stop(self) -> Ledger {
        let stderr = self.daemon.stderr();
        assert!(self.daemon.stop().success(), "{stderr}");
        assert!(!stderr.contains("panicked"), "{stderr}");
        Ledger::own(&station(&self.home))
    }
}

fn configure(home: &Home, more: &str) {
    let text = "listen = \"127.0.0.1:0\"\n[[station]]\nname = \"qc\"\nstages = [\"qc\"]\n";
    home.write("config/stationd/stationd.toml", format!("{text}{more}"));
}

fn station(home: &Home) -> PathBuf {
    home.path().join("state/stationd/station")
}

fn has(ledger: &Ledger, code: &str) -> usize {
    ledger.codes().filter(|(_, text)| *text == code).count()
}

/// A start that must fail: its status is 1, and it says one sentence and nothing of the program's inside.
fn fails(command: Command) -> String {
    let Finished { status, stdout, stderr } = process::run(command, SOON);
    let said: Vec<&str> = stderr.lines().filter(|line| line.starts_with("stationd: ")).collect();
    assert_eq!((status.code(), said.len()), (Some(1), 1), "{stderr}");
    assert!(!stdout.contains("is ready") && !stderr.contains("panicked"), "{stdout}{stderr}");
    said[0].trim_start_matches("stationd: ").to_owned()
}

fn good(n: u64) -> String {
    make(Kind::Job, n)
}

#[test]
fn a_code_that_is_none_of_ours_or_misread_is_said_so_and_the_next_one_counts() {
    let bench = Bench::start("");
    let mut misread = good(1);
    let check = if misread.pop() == Some('0') { '1' } else { '0' };
    misread.push(check);
    assert_eq!(
        bench.scan("HELLO"),
        "attention: That is not one of our codes. It was not counted. Scan the code on the ticket."
    );
    assert_eq!(bench.scan(&misread), "stop: The scanner misread that code. It was not counted. Scan it again.");
    for odd in ["", " ", "\u{0}", "\u{202e}evil", "<script>alert(1)</script>", "' OR 1=1 --"] {
        let answer = bench.scan(odd);
        assert!(answer.contains("It was not counted. Scan"), "{odd:?} was answered: {answer}");
    }
    assert!(bench.scan_good(&good(1)));
    let ledger = bench.stop();
    assert_eq!((has(&ledger, &misread), has(&ledger, &good(1))), (1, 1));
    assert!(!ledger.bytes.iter().any(|bytes| bytes.contains("HELLO")), "what may name a person is in no entry");
}

fn serial(home: &Home) -> (Pty, String) {
    let pty = Pty::plug(home.path().join("scanner")).expect("a scanner");
    let text = format!("[[scanner]]\nname = \"left\"\nstation = \"qc\"\nserial = \"{}\"\n", pty.path().display());
    (pty, text)
}

fn network() -> (TcpScannerPort, String) {
    let port = TcpScanner::listen().expect("a port");
    let address = port.address().expect("an address");
    (port, format!("[[scanner]]\nname = \"right\"\nstation = \"qc\"\nconnect = \"{address}\"\n"))
}

#[test]
fn garbage_from_a_serial_port_costs_no_scan_but_its_own() {
    let (home, mut chance) = (Home::new(), Chance::new());
    let (mut pty, text) = serial(&home);
    let bench = Bench::start_in(home, &text, |home| home.stationd::<&str>([]));
    pty.scan(&good(1)).expect("a reader");
    let mut garbage = chance.bytes(4096);
    garbage.push(b'\r');
    pty.send(&garbage).expect("a reader");
    pty.scan(&good(2)).expect("a reader");
    bench.shows(&format!("{} is new here", good(2)));
    check_noise(bench);
}

#[test]
fn garbage_without_an_end_is_said_so_and_the_next_scan_counts() {
    let home = Home::new();
    let (mut pty, text) = serial(&home);
    let bench = Bench::start_in(home, &text, |home| home.stationd::<&str>([]));
    pty.scan(&good(1)).expect("a reader");
    // A line at the wrong speed: nothing in it that may end a scan.
    pty.send(&[0xf8; 4096]).expect("a reader");
    bench.shows("The scanner s");
    pty.scan(&good(2)).expect("a reader");
    bench.shows(&format!("{} is new here", good(2)));
    check_noise(bench);
}

/// The scans before and after are there once, and the noise made few entries.
fn check_noise(bench: Bench) {
    let ledger = bench.stop();
    assert_eq!([1, 2].map(|n| has(&ledger, &good(n))), [1, 1]);
    assert!((3..100).contains(&ledger.bytes.len()), "{} entries", ledger.bytes.len());
}

#[test]
fn bytes_that_are_no_text_are_said_so_on_a_serial_line_and_on_the_network() {
    let home = Home::new();
    let ((mut pty, left), (port, right)) = (serial(&home), network());
    let bench = Bench::start_in(home, &format!("{left}{right}"), |home| home.stationd::<&str>([]));
    let mut reader = port.accept(SOON).expect("the daemon calls the reader");
    pty.send(b"J7\xff\xfe\r").expect("a reader");
    bench.shows("The scanner sent something that is no text.");
    pty.scan(&good(1)).expect("a reader");
    bench.shows(&format!("{} is new here", good(1)));
    reader.send(b"\xc3\x28\r").expect("a reader");
    reader.scan(&good(2)).expect("a reader");
    bench.shows(&format!("{} is new here", good(2)));
    // Another connection takes over where one was cut in mid-barcode.
    reader.send(b"J7XP").expect("a reader");
    drop(reader);
    bench.shows("The scanner stopped in the middle of that scan.");
    let mut reader = port.accept(SOON).expect("the daemon calls again");
    reader.scan(&good(3)).expect("a reader");
    bench.shows(&format!("{} is new here", good(3)));
    let ledger = bench.stop();
    let unreadable = ledger.bytes.iter().filter(|bytes| bytes.contains("\"broken\"")).count();
    assert_eq!((unreadable, [1, 2, 3].map(|n| has(&ledger, &good(n)))), (3, [1, 1, 1]));
}

/// Scans until the disk takes no more; the codes that were answered as recorded, and the answer to the first that was
/// not.
fn scan_until_full(bench: &Bench) -> (Vec<String>, String) {
    let mut kept = Vec::new();
    for n in 1..SCANS_MAX as u64 {
        let answer = bench.scan(&good(n));
        if !answer.contains("is new here") {
            return (kept, answer);
        }
        kept.push(good(n));
    }
    panic!("the disk was never full");
}

/// Refused scans are not there, all others are, and it went on by itself when there was room again.
fn check_full(bench: Bench, kept: &[String], make_room: impl FnOnce(&Bench)) {
    bench.shows("scans are NOT saved. Call the supervisor.");
    let refused = good(u64::MAX);
    assert!(bench.scan(&refused).starts_with("stop: NOT saved: the disk"), "it is still full");
    make_room(&bench);
    let after = good(u64::MAX - 1);
    assert!(bench.scan_good(&after), "there is room again: {}", bench.scan(&after));
    let ledger = bench.stop();
    let lost: Vec<&String> = kept.iter().filter(|code| has(&ledger, code) != 1).collect();
    assert!(lost.is_empty(), "answered as recorded, and not there once: {lost:?}");
    assert_eq!((has(&ledger, &refused), has(&ledger, &after)), (0, 1));
}

#[test]
fn a_disk_that_takes_no_more_is_said_so_and_nothing_is_lost() {
    let limit = |home: &Home| {
        let mut shell = home.stationd::<&str>([]);
        let binary = shell.get_program().to_owned();
        // A soft limit on the size of files, without the signal: a write fails, as on a broken disk.
        let script = "trap '' XFSZ; ulimit -S -f 1200; exec \"$0\"";
        within(&mut shell, "sh", &["-c", script], &binary)
    };
    let bench = Bench::start_in(Home::new(), "", limit);
    let (kept, answer) = scan_until_full(&bench);
    let sentence =
        "stop: NOT saved: the disk has an error. That scan does not count. Call the supervisor, then scan it again.";
    assert_eq!(answer, sentence);
    check_full(bench, &kept, |bench| {
        let mut lift = Command::new("prlimit");
        lift.args(["--fsize=unlimited", "--pid", &bench.daemon.pid().to_string()]);
        assert!(process::run(lift, SOON).status.success());
    });
}

#[test]
fn a_full_disk_is_said_so_and_nothing_is_lost() {
    let home = Home::new();
    fs::create_dir_all(home.path().join("state")).expect("a folder");
    let Some(tiny) = tiny_disk(&home) else { return };
    let bench = Bench::start_in(home, "", |_| tiny);
    // The disk is mounted in a namespace of the daemon's own; this is the way in.
    let disk = PathBuf::from(format!("/proc/{}/root", bench.daemon.pid())).join(inside(&bench.home));
    let filler = disk.join("filler");
    fs::write(&filler, vec![0; 1 << 20]).expect("a file that fills the disk");
    let (kept, answer) = scan_until_full(&bench);
    let sentence =
        "stop: NOT saved: the disk is full. That scan does not count. Call the supervisor, then scan it again.";
    assert_eq!(answer, sentence);
    bench.shows("The disk is full: scans are NOT saved. Call the supervisor.");
    assert!(bench.scan(&good(u64::MAX)).starts_with("stop: NOT saved"), "it is still full");
    fs::remove_file(filler).expect("room again");
    assert!(bench.scan_good(&good(u64::MAX - 1)), "there is room again");
    // Without the daemon the disk has no name any more; an open folder holds it. SQLite wants a plain path.
    let held = fs::File::open(disk.join("stationd/station")).expect("a folder");
    let stderr = bench.daemon.stderr();
    assert!(bench.daemon.stop().success() && !stderr.contains("panicked"), "{stderr}");
    for name in ["ledger.sqlite", "ledger.sqlite-wal"] {
        let from = PathBuf::from(format!("/proc/self/fd/{}/{name}", held.as_raw_fd()));
        if from.exists() {
            fs::copy(from, bench.home.path().join(name)).expect("a copy");
        }
    }
    let ledger = Ledger::own(bench.home.path());
    assert!(kept.iter().all(|code| has(&ledger, code) == 1), "answered as recorded, and not there once");
    assert_eq!([u64::MAX, u64::MAX - 1].map(|n| has(&ledger, &good(n))), [0, 1]);
}

/// The daemon with a state folder on a disk of 3 MiB; none where this user may not mount one.
fn tiny_disk(home: &Home) -> Option<Command> {
    let script = "mount -t tmpfs -o size=3m none state && exec \"$0\"";
    let mut plain = home.stationd::<&str>([]);
    let binary = plain.get_program().to_owned();
    let probe = within(
        &mut plain,
        "unshare",
        &["--mount", "--map-root-user", "sh", "-c", script],
        Path::new("true").as_os_str(),
    );
    if !process::run(probe, SOON).status.success() {
        return None;
    }
    Some(within(&mut plain, "unshare", &["--mount", "--map-root-user", "sh", "-c", script], &binary))
}

fn inside(home: &Home) -> PathBuf {
    let state = home.path().join("state");
    state.strip_prefix("/").expect("an absolute path").to_owned()
}

/// The same environment and folder, with another program in front.
fn within(command: &mut Command, program: &str, arguments: &[&str], last: &std::ffi::OsStr) -> Command {
    let mut wrapped = Command::new(program);
    wrapped.args(arguments).arg(last).env_clear();
    for (name, value) in command.get_envs() {
        if let Some(value) = value {
            wrapped.env(name, value);
        }
    }
    if let Some(folder) = command.get_current_dir() {
        wrapped.current_dir(folder);
    }
    wrapped
}

/// Without the right of root to write what is not writable.
fn as_others(home: &Home) -> Command {
    let mut plain = home.stationd::<&str>([]);
    if !rustix::process::geteuid().is_root() {
        return plain;
    }
    let binary = plain.get_program().to_owned();
    let without = "--bounding-set=-dac_override,-dac_read_search";
    within(&mut plain, "setpriv", &[without, "--inh-caps=-dac_override,-dac_read_search"], &binary)
}

fn set_writable(path: &Path, is_writable: bool) -> io::Result<()> {
    let is_folder = path.is_dir();
    let mode = if is_folder { 0o555 } else { 0o444 };
    fs::set_permissions(path, Permissions::from_mode(if is_writable { mode | 0o200 } else { mode }))
}

#[test]
fn a_database_that_cannot_be_written_ends_the_start_with_a_sentence_and_stays_as_it_is() {
    let bench = Bench::start("");
    assert!(bench.scan_good(&good(1)));
    let Bench { home, daemon, .. } = bench;
    assert!(daemon.stop().success());
    let folder = station(&home);
    set_writable(&folder.join("ledger.sqlite"), false).expect("permissions");
    let said = fails(as_others(&home));
    let state = home.path().join("state/stationd");
    let sentence = "can not be written. What was recorded is safe; make it writable and start again.";
    assert_eq!(said, format!("{} {sentence}", state.display()));
    set_writable(&folder.join("lock"), false).expect("permissions");
    set_writable(&folder, false).expect("permissions");
    let said = fails(as_others(&home));
    let sentence = "Run as the user that stationd runs as, or change its owner.";
    assert_eq!(said, format!("This user may not open {}. {sentence}", folder.display()));
    for path in [folder.clone(), folder.join("lock"), folder.join("ledger.sqlite")] {
        set_writable(&path, true).expect("permissions");
    }
    let bench = Bench::start_in(home, "", as_others);
    assert!(bench.scan_good(&good(2)));
    let ledger = bench.stop();
    assert_eq!([1, 2].map(|n| has(&ledger, &good(n))), [1, 1]);
}

#[test]
fn a_damaged_database_ends_the_start_with_a_sentence_and_stays_as_it_is() {
    let (home, mut chance) = (Home::new(), Chance::new());
    configure(&home, "");
    let bytes = chance.bytes(20_000);
    let path = home.write("state/stationd/station/ledger.sqlite", &bytes);
    let said = fails(home.stationd::<&str>([]));
    let sentence = "is damaged. Keep the file, restore a copy, and report what happened.";
    assert!(said.contains(sentence), "{said}");
    assert!(fs::read(path).expect("the file") == bytes, "it was changed");
}

#[test]
fn a_port_in_use_ends_the_start_with_a_sentence() {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = listener.local_addr().expect("an address");
    for arguments in [&[][..], &["run"], &["hub", "run"]] {
        let home = Home::new();
        configure(&home, "");
        let file = home.path().join("config/stationd/stationd.toml");
        let text = fs::read_to_string(&file).expect("the configuration").replace("127.0.0.1:0", &address.to_string());
        fs::write(file, text).expect("the configuration");
        let said = fails(home.stationd(arguments));
        let (port, ends) = (address.port(), "choose another address with `listen` in the configuration");
        assert!(said.starts_with(&format!("port {port} is in use: ")) && said.ends_with(ends), "{said}");
        assert!(said.contains("Nothing was recorded or lost."), "{said}");
    }
}

#[test]
fn a_second_stationd_on_the_same_folder_ends_with_a_sentence_and_the_first_goes_on() {
    let bench = Bench::start("");
    assert!(bench.scan_good(&good(1)));
    for arguments in [&[][..], &["run"], &["hub", "run"]] {
        let said = fails(bench.home.stationd(arguments));
        let state = bench.home.path().join("state/stationd");
        let folder = state.join(if arguments == ["run"] { "station" } else { "hub" });
        let sentence = format!("Another stationd already uses {}. Stop that one first, or use it.", folder.display());
        assert_eq!(said, sentence, "of {arguments:?}");
    }
    assert!(bench.scan_good(&good(2)));
    let mut command = bench.home.stationd(["scan", "--station", "qc"]);
    command.arg(good(3));
    let finished = process::run(command, SOON);
    assert!(finished.stdout.contains("is new here"), "the way to the first was cut: {finished:?}");
    let ledger = bench.stop();
    assert_eq!([1, 2, 3].map(|n| has(&ledger, &good(n))), [1, 1, 1]);
}

#[test]
fn a_configuration_that_cannot_be_used_ends_the_start_with_its_place_and_reason() {
    let home = Home::new();
    let sentence = "Nothing was changed or lost; correct the configuration and start again.";
    for (text, reason) in [
        (&b"listen = 5\n"[..], "line 1: "),
        (b"\n\nlisten = \"127.0.0.1:0\n", "line 3: "),
        (b"\nlistn = \"127.0.0.1:0\"\n", "line 2: unknown key `listn`; do you mean `listen`?"),
        (b"[[station]]\nname = \"qc\"\nstages = []\n", "station qc has no stages"),
        (b"\xff\xfe", "cannot read "),
        (b"[[station]]\n", "line 1: missing field `name`"),
    ] {
        home.write("config/stationd/stationd.toml", text);
        let said = fails(home.stationd::<&str>([]));
        assert!(said.contains("stationd.toml") && said.contains(reason), "{said}");
        assert!(said.ends_with(sentence), "{said}");
    }
    let said = fails(home.stationd(["--config", "nowhere.toml"]));
    assert!(said.starts_with("cannot read nowhere.toml: ") && said.ends_with(sentence), "{said}");
    assert!(!home.path().join("state/stationd").exists(), "a folder was made all the same");
}
