//! `stationd` without a command: the bench. Hub and stations in one process, talking over loopback HTTP.

use std::process::ExitCode;

use super::house::{House, labels, listen, reachable, serve};
use super::{Done, Folders, desk};
use crate::service::Stop;

/// Runs the bench until somebody asks to stop.
pub fn run(folders: &Folders) -> Done {
    super::start_log();
    let config = folders.config()?;
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(async {
        let stop = Stop::expected()?;
        let listener = listen(config.listen).await?;
        let address = listener.local_addr()?;
        let hub = desk::start(&config, folders)?;
        let house = House::build(&config, folders)?;
        let url = config.hub.clone().unwrap_or_else(|| format!("http://{}", reachable(address)));
        let _uplink = house.uplink(&url, folders)?;
        let _watchdog = house.watchdog();
        let router = house.kiosk(&config, folders)?.merge(hub).merge(labels(&config, folders, folders.hub())?);
        println!("stationd is ready. Open http://{}/ in a browser.", reachable(address));
        let sockets = [folders.station_socket(), folders.hub_socket()];
        serve(listener, router, &config.names, &sockets, stop).await?;
        Ok(ExitCode::SUCCESS)
    })
}
