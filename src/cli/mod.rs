//! The command line: one file per subcommand. Each room gets its own part of the configuration here.
//!
//! `house` and `desk` put the rooms of a station and of a hub together; everything else is one subcommand.

mod bench;
mod codes;
mod desk;
mod devices;
mod explain;
mod fault;
mod folders;
mod house;
pub mod label;
pub mod order;
pub mod orders;
mod pictures;
mod presses;
mod printers;
mod remote;
pub mod report;
mod scan;
mod scanners;
mod table;
mod uplink;

use std::error::Error;
use std::io::IsTerminal;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

pub use folders::Folders;

/// Barcode stations of a print-on-demand shop: every scan is on disk before it shows green.
///
/// Without a command it runs the bench: a hub and four stations in one process, for trying or for a shop on one PC.
#[derive(Debug, Parser)]
#[command(name = "stationd", version, about, long_about)]
pub struct Cli {
    /// The configuration file [default: stationd.toml in the configuration folder, if there is one].
    #[arg(long, global = true, value_name = "FILE", env = "STATIOND_CONFIG")]
    config: Option<PathBuf>,
    /// The folder that holds the ledgers [default: /var/lib/stationd for the service, else the XDG state folder].
    #[arg(long, global = true, value_name = "FOLDER", env = "STATIOND_STATE")]
    state: Option<PathBuf>,
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Run the stations of this PC.
    Run,
    /// The shop's hub.
    #[command(subcommand)]
    Hub(HubCommand),
    /// Scan a code at a station of this PC, as if a scanner had read it.
    Scan(scan::Args),
    /// Bring orders in, list them, stop them.
    Orders(orders::Args),
    /// Print a label or a label document into a file, in any printer's language or as a picture.
    Label(label::Args),
    /// Tell the whole story of one order.
    Order(order::Args),
    /// List scanners and printers, and show what one sends.
    Devices(devices::Args),
    /// Say which scans were missed and what stands still.
    Report(report::Args),
    /// Say what a barcode means, and why.
    Explain(explain::Args),
    /// Print command sheets, badges and pairing codes.
    Codes(codes::Args),
}

#[derive(Debug, Subcommand)]
enum HubCommand {
    /// Run the hub.
    Run,
}

/// The exit status of a command that could not be done, for scripts. Wrong arguments give 2.
const FAILED: u8 = 1;

/// Does what the arguments say.
pub fn run(cli: Cli) -> ExitCode {
    // Fails only where another part of the program has chosen one before.
    rustls::crypto::ring::default_provider().install_default().ok();
    let folders = match Folders::find(cli.config, cli.state) {
        Ok(folders) => folders,
        Err(error) => {
            eprintln!("stationd: {error}");
            return ExitCode::from(FAILED);
        }
    };
    dispatch(cli.command, &folders).unwrap_or_else(|error| {
        eprintln!("stationd: {}", fault::sentence(error.as_ref(), &folders));
        ExitCode::from(FAILED)
    })
}

fn dispatch(command: Option<Command>, folders: &Folders) -> Done {
    match command {
        None => bench::run(folders),
        Some(Command::Run) => house::run(folders),
        Some(Command::Hub(HubCommand::Run)) => desk::run(folders),
        Some(Command::Scan(args)) => scan::run(&args, folders),
        Some(Command::Devices(args)) => devices::run(&args, folders),
        Some(Command::Orders(args)) => bring(&args, folders),
        Some(Command::Label(args)) => {
            label::run(&args, folders.devices(), |order| pictures::fields_of(folders, order))?;
            Ok(ExitCode::SUCCESS)
        }
        Some(Command::Order(args)) => told(|zone, out| Ok(order::run(&args, &folders.hub(), zone, out)?)),
        Some(Command::Report(args)) => {
            let now = jiff::Timestamp::now();
            told(|zone, out| Ok(report::run(&args, &folders.hub(), zone, now, out)?))
        }
        Some(Command::Explain(args)) => explain::run(&args, folders),
        Some(Command::Codes(args)) => codes::run(&args, folders),
    }
}

/// Runs a command that prints to standard output, with times of day in this machine's zone. A reader that went away,
/// such as `head`, is no failure.
fn told(work: impl FnOnce(&jiff::tz::TimeZone, &mut dyn std::io::Write) -> Done) -> Done {
    let mut out = std::io::BufWriter::new(std::io::stdout().lock());
    let code = work(&jiff::tz::TimeZone::system(), &mut out)?;
    match std::io::Write::flush(&mut out) {
        Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => Err(error.into()),
        _ => Ok(code),
    }
}

fn bring(args: &orders::Args, folders: &Folders) -> Done {
    let client = remote::client(&folders.hub_socket())?;
    let hub = orders::At { client: &client, base: remote::BASE };
    told(|zone, out| remote::block_on(async { Ok(orders::run(args, hub, zone, jiff::Timestamp::now(), out).await?) }))
}

/// What a command returns: an exit status, or the reason why it could not be done.
type Done = Result<ExitCode, Box<dyn Error + Send + Sync>>;

/// An error with everything that caused it, in one line.
fn chain(error: &(dyn Error + 'static)) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(next) = cause {
        text.push_str(": ");
        text.push_str(&next.to_string());
        cause = next.source();
    }
    text
}

/// Logs go to standard error, one line each; systemd adds the rest. Colours are for people: the journal would keep
/// them as unprintable bytes.
fn start_log() {
    use tracing_subscriber::EnvFilter;
    let filter = EnvFilter::try_from_env("STATIOND_LOG").unwrap_or_else(|_| EnvFilter::new("info"));
    let colours = std::io::stderr().is_terminal();
    let log = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    log.with_ansi(colours).with_target(false).init();
}
