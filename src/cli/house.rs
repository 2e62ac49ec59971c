//! Puts the rooms of a station together: loop, scanners, printers, kiosk pages, uplink. `stationd run`.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

use axum::Router;
use tokio::net::{TcpListener, UnixListener};
use tokio::sync::{mpsc, oneshot};

use super::pictures::Shelf;
use super::presses::Presses;
use super::scanners::{Hand, Unsaid};
use super::uplink::Lift;
use super::{Done, Folders};
use crate::catalog;
use crate::code::Codebook;
use crate::config::Config;
use crate::floor::moment::{MINUTE, Moment, Wall};
use crate::floor::route::STAGES;
use crate::floor::verdict::Verdict;
use crate::ids::{StageId, StationId};
use crate::service::{self, Stop};
use crate::station::input::Input;
use crate::station::run::{self, Handle};
use crate::station::scanners::Answered;
use crate::station::setup::{Bench, Setup, Wiring};
use crate::station::touch::Touch;
use crate::uplink;
use crate::uplink::hub::Hub;
use crate::web::guard::{Names, guarded};
use crate::web::kiosk::{Screen, router};
use crate::web::live::Seats;
use crate::web::{self, Answer, NotTaken};
use crate::words::Language;

/// What goes wrong while the rooms are put together, in plain words.
#[derive(Debug, thiserror::Error)]
pub enum HouseError {
    /// The port is taken.
    #[error(
        "port {} is in use: another program (or another stationd) listens at {address}. Nothing was recorded or \
         lost. Stop that program, or choose another address with `listen` in the configuration",
        address.port()
    )]
    PortInUse { address: SocketAddr },
    /// The address can not be listened at.
    #[error("cannot listen at {address}")]
    Listen { address: SocketAddr, source: std::io::Error },
    /// The control socket can not be made.
    #[error("cannot make the control socket {path}")]
    Control { path: String, source: std::io::Error },
    /// There is nothing to run.
    #[error("the configuration names no station; add [[station]] with a name and its stages")]
    NoStation,
    /// A printer's profile or a scanner can not be used.
    #[error("{0}")]
    Equipment(String),
}

/// `stationd run`: the stations of this PC.
pub fn run(folders: &Folders) -> Done {
    super::start_log();
    let config = folders.config()?;
    if config.station.is_empty() {
        return Err(HouseError::NoStation.into());
    }
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(async {
        let stop = Stop::expected()?;
        let listener = listen(config.listen).await?;
        let house = House::build(&config, folders)?;
        let _uplink = config.hub.as_deref().map(|hub| house.uplink(hub, folders)).transpose()?;
        let _watchdog = house.watchdog();
        let router = house.kiosk(&config, folders)?.merge(labels(&config, folders, folders.station())?);
        println!("stationd is ready. Open http://{}/", reachable(listener.local_addr()?));
        serve(listener, router, &config.names, &[folders.station_socket()], stop).await?;
        Ok(ExitCode::SUCCESS)
    })
}

/// The running station.
pub(super) struct House {
    handle: Handle,
    benches: Vec<(StationId, Vec<StageId>)>,
    scanners: super::scanners::Scanners,
    /// Labels print as long as these live.
    _printers: Vec<crate::device::printer::Running>,
}

/// A task that ends with its owner.
pub(super) struct Task(tokio::task::JoinHandle<()>);

impl Drop for Task {
    fn drop(&mut self) {
        self.0.abort();
    }
}

impl House {
    /// Starts the loop, the scanners and the printers.
    pub(super) fn build(config: &Config, folders: &Folders) -> Result<House, Box<dyn std::error::Error + Send + Sync>> {
        let stations = benches(config)?;
        let codes = Arc::new(codebook(config, folders)?);
        // Before anything is opened: what the configuration names must exist.
        let catalog = super::scanners::catalog(config, folders)?;
        let names = stations.iter().map(|bench| bench.station.clone()).collect();
        let served = stations.iter().map(|b| (b.station.clone(), b.stages.clone())).collect();
        let fixed = config.scanner.iter().filter_map(|s| Some((s.name.clone(), s.station.clone()?))).collect();
        let unsaid = Arc::new(Unsaid::default());
        let presses = Presses::start(config, &unsaid)?;
        let hand = Arc::new(Hand::new());
        let way_back = Arc::clone(&hand);
        let answered = move |answered: &Answered| {
            super::scanners::refuse(&way_back, answered);
            presses.answered(answered);
        };
        let wiring = Wiring { fixed, answered: Some(Arc::new(answered)) };
        let setup = Setup {
            folder: folders.station(),
            stations,
            codes,
            clock: Arc::new(wall),
            hub: config.hub.is_some(),
            wiring,
        };
        let (handle, _thread) = run::start(setup)?;
        let printers = super::printers::start(config, folders, &handle)?;
        let scanners = super::scanners::start(config, catalog, names, &handle, unsaid, &hand)?;
        Ok(House { handle, benches: served, scanners, _printers: printers })
    }

    /// Tells systemd that the loop turns, as long as it does.
    pub(super) fn watchdog(&self) -> Task {
        let pulse = self.handle.pulse.clone();
        Task(tokio::spawn(service::prove_life(async move || {
            let (beat, answer) = oneshot::channel();
            let is_turning = pulse.send(beat).await.is_ok() && answer.await.is_ok();
            // The loop has ended: that is no life to prove.
            if !is_turning {
                std::future::pending::<()>().await;
            }
        })))
    }

    /// Brings the ledger to the hub, and its feed here.
    pub(super) fn uplink(
        &self,
        hub: &str,
        folders: &Folders,
    ) -> Result<Task, Box<dyn std::error::Error + Send + Sync>> {
        let hub = Hub::at(hub)?;
        let lift = Lift::new(self.handle.clone(), self.benches.clone());
        let folder = folders.station();
        Ok(Task(tokio::spawn(async move {
            if let Err(error) = uplink::run(&hub, &folder, &lift).await {
                tracing::error!(error = &error as &dyn std::error::Error, "nothing is brought to the hub");
            }
        })))
    }

    /// The kiosk pages.
    pub(super) fn kiosk(
        &self,
        config: &Config,
        folders: &Folders,
    ) -> Result<Router, Box<dyn std::error::Error + Send + Sync>> {
        let language: Language = config.language.parse()?;
        let screens = self.handle.views.iter().map(|(station, views)| {
            let input = Arc::new(Counter { station: station.clone(), inputs: self.handle.inputs.clone() });
            Screen { station: station.clone(), views: views.clone(), input }
        });
        let pictures = Arc::new(Shelf::new(folders.station(), super::pictures::templates(folders.devices())?));
        Ok(router(screens.collect(), language, pictures, Seats::default()).merge(self.scanners.router()))
    }
}

/// Serves until somebody asks to stop. `open` is served on the network behind the guard; the control socket gets the
/// same addresses, as only its owner and group can open it.
pub(super) async fn serve(
    listener: TcpListener,
    router: Router,
    names: &[String],
    sockets: &[PathBuf],
    mut stop: Stop,
) -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
    let controls = sockets.iter().map(|path| control_socket(path)).collect::<Result<Vec<_>, _>>()?;
    // Whoever reaches the configured address may name it.
    let own = listener.local_addr()?.ip().to_string();
    let (stopping, stopped) = tokio::sync::watch::channel(());
    let until = |mut stopped: tokio::sync::watch::Receiver<()>| async move {
        stopped.changed().await.ok();
    };
    let open = guarded(router.clone(), Names::new(names.iter().chain([&own])));
    let mut pages =
        tokio::spawn(axum::serve(listener, open).with_graceful_shutdown(until(stopped.clone())).into_future());
    let mut commands = tokio::task::JoinSet::new();
    for control in controls {
        let served = axum::serve(control, router.clone()).with_graceful_shutdown(until(stopped.clone()));
        commands.spawn(served.into_future());
    }
    service::ready();
    let result = tokio::select! {
        () = stop.asked() => Ok(()),
        ended = &mut pages => ended?,
        Some(ended) = commands.join_next() => ended?,
    };
    stopping.send(()).ok();
    let rest = async {
        pages.await.ok();
        commands.join_all().await;
    };
    // Live pages may stay open for hours; whatever was asked is answered within this time.
    tokio::time::timeout(STOP_WAIT, rest).await.ok();
    for socket in sockets {
        std::fs::remove_file(socket).ok();
    }
    Ok(result?)
}

/// How long requests may take to end when stationd stops.
const STOP_WAIT: std::time::Duration = std::time::Duration::from_millis(500);

/// Listens, or says in plain words why not.
pub(super) async fn listen(address: SocketAddr) -> Result<TcpListener, HouseError> {
    TcpListener::bind(address).await.map_err(|source| match source.kind() {
        std::io::ErrorKind::AddrInUse => HouseError::PortInUse { address },
        _ => HouseError::Listen { address, source },
    })
}

/// A socket that only this user and its group can open. The caller holds the lock of the ledger that the socket
/// belongs to, so one that is there is left over from a process that died.
fn control_socket(path: &Path) -> Result<UnixListener, HouseError> {
    use std::os::unix::fs::PermissionsExt;
    let failed = |source| HouseError::Control { path: path.display().to_string(), source };
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder).map_err(failed)?;
    }
    match std::fs::remove_file(path) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(failed(error)),
        _ => {}
    }
    let socket = UnixListener::bind(path).map_err(failed)?;
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o660)).map_err(failed)?;
    Ok(socket)
}

/// The stations of the configuration, or the four of the bench.
fn benches(config: &Config) -> Result<Vec<Bench>, Box<dyn std::error::Error + Send + Sync>> {
    if config.station.is_empty() {
        let bench = |name: &str| -> Result<Bench, crate::ids::IdError> {
            Ok(Bench::of(StationId::new(name)?, vec![StageId::new(name)?]))
        };
        return Ok(STAGES.into_iter().map(bench).collect::<Result<_, _>>()?);
    }
    let bench = |s: &crate::config::Station| Bench {
        together: s.one_scan,
        sign_off_after: s.sign_off_after.map(|minutes| i64::from(minutes) * MINUTE),
        tickets: s.tickets.clone(),
        shipping: s.shipping.clone(),
        ..Bench::of(s.name.clone(), s.stages.clone())
    };
    Ok(config.station.iter().map(bench).collect())
}

/// The address under which this process is reached from this PC: one that listens everywhere has no name of its own.
pub(super) fn reachable(address: SocketAddr) -> SocketAddr {
    match address.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => (Ipv4Addr::LOCALHOST, address.port()).into(),
        IpAddr::V6(ip) if ip.is_unspecified() => (Ipv6Addr::LOCALHOST, address.port()).into(),
        _ => address,
    }
}

/// The names of the benches at this PC.
pub(super) fn stations(config: &Config) -> Result<Vec<StationId>, Box<dyn std::error::Error + Send + Sync>> {
    Ok(benches(config)?.into_iter().map(|bench| bench.station).collect())
}

/// The carriers that are built in, and the shop's own patterns.
pub(super) fn codebook(
    config: &Config,
    folders: &Folders,
) -> Result<Codebook, Box<dyn std::error::Error + Send + Sync>> {
    let own = crate::config::devices::files(folders.devices(), "carriers")?;
    Ok(Codebook::new(catalog::carriers::load(&own)?, config.pattern.clone()))
}

/// The pages that show labels, over the ledger in `folder`.
pub(super) fn labels(
    config: &Config,
    folders: &Folders,
    folder: PathBuf,
) -> Result<Router, Box<dyn std::error::Error + Send + Sync>> {
    let templates = super::pictures::templates(folders.devices())?;
    Ok(web::preview::router(folder, templates, config.language.parse()?))
}

/// The clock on the wall, read once.
pub(super) fn wall() -> Wall {
    let now = jiff::Zoned::now();
    let zone = now.offset().seconds() / 60;
    Wall { time: Moment::of(now.timestamp()), zone: i16::try_from(zone).unwrap_or(0) }
}

/// A kiosk's way into its station.
struct Counter {
    station: StationId,
    inputs: mpsc::Sender<Input>,
}

impl Counter {
    /// Hands an input over and waits for the answer, which comes after the commit.
    async fn ask(&self, make: impl FnOnce(oneshot::Sender<Verdict>) -> Input) -> Result<Verdict, NotTaken> {
        let (reply, answer) = oneshot::channel();
        self.inputs.try_send(make(reply)).map_err(|error| match error {
            mpsc::error::TrySendError::Full(_) => NotTaken::Busy,
            mpsc::error::TrySendError::Closed(_) => NotTaken::Stopping,
        })?;
        answer.await.map_err(|_| NotTaken::Stopping)
    }
}

impl web::Bench for Counter {
    fn typed(&self, code: String) -> Answer<'_, Result<Verdict, NotTaken>> {
        let station = self.station.clone();
        Box::pin(self.ask(move |reply| Input::Typed { station, code, reply: Some(reply) }))
    }

    fn touched(&self, touch: Touch) -> Answer<'_, Result<Verdict, NotTaken>> {
        let station = self.station.clone();
        Box::pin(self.ask(move |reply| Input::Touched { station, touch, reply: Some(reply) }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_that_listens_everywhere_is_shown_as_one_that_a_browser_can_open() {
        let shown = |address: &str| reachable(address.parse().unwrap()).to_string();
        assert_eq!(shown("0.0.0.0:7117"), "127.0.0.1:7117");
        assert_eq!(shown("[::]:7117"), "[::1]:7117");
        assert_eq!(shown("10.0.0.7:80"), "10.0.0.7:80");
    }
}
