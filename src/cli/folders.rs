//! Where things are on this machine.

use std::path::{Path, PathBuf};

use etcetera::base_strategy::{BaseStrategy, Xdg};

use crate::config::{Config, ConfigError};

/// The service's folders.
const SYSTEM_CONFIG: &str = "/etc/stationd";
const SYSTEM_STATE: &str = "/var/lib/stationd";
/// The folder of device files, beside the configuration file.
const DEVICES: &str = "devices";
const SYSTEM_RUN: &str = "/run/stationd";

/// The folders that stationd uses.
#[derive(Debug, Clone)]
pub struct Folders {
    config_file: Option<PathBuf>,
    devices: PathBuf,
    state: PathBuf,
    run: PathBuf,
}

/// No folder could be found.
#[derive(Debug, thiserror::Error)]
#[error("this user has no home folder; say where the ledgers are with --state FOLDER")]
pub struct NoHome(#[source] etcetera::HomeDirError);

impl Folders {
    /// The folders of the service where it is set up on this machine, else those of the user.
    ///
    /// # Errors
    /// The user has no home folder, and none is given.
    pub fn find(config: Option<PathBuf>, state: Option<PathBuf>) -> Result<Folders, NoHome> {
        let system = Path::new(SYSTEM_CONFIG).join("stationd.toml");
        if state.is_none() && config.is_none() && system.exists() {
            let devices = Path::new(SYSTEM_CONFIG).join(DEVICES);
            return Ok(Folders {
                config_file: Some(system),
                devices,
                state: SYSTEM_STATE.into(),
                run: SYSTEM_RUN.into(),
            });
        }
        if let Some(state) = state {
            let run = state.join("run");
            let devices = beside(config.as_deref().unwrap_or(&system));
            return Ok(Folders { config_file: config, devices, state, run });
        }
        let xdg = Xdg::new().map_err(NoHome)?;
        let user = xdg.config_dir().join("stationd").join("stationd.toml");
        let config_file = config.or_else(|| user.exists().then(|| user.clone()));
        let state = xdg.state_dir().unwrap_or_else(|| xdg.data_dir()).join("stationd");
        let run = xdg.runtime_dir().map_or_else(|| state.join("run"), |run| run.join("stationd"));
        let devices = beside(config_file.as_deref().unwrap_or(&user));
        Ok(Folders { config_file, devices, state, run })
    }

    /// The configuration; without a file, its defaults.
    ///
    /// # Errors
    /// The file can not be read or understood.
    pub fn config(&self) -> Result<Config, ConfigError> {
        self.config_file.as_deref().map_or_else(|| Ok(Config::default()), Config::read)
    }

    /// The configuration file, for naming it.
    #[must_use]
    pub fn config_file(&self) -> &Path {
        self.config_file.as_deref().unwrap_or(Path::new("stationd.toml"))
    }

    /// The folder with this machine's own device files: `devices` beside the configuration file, or where that would
    /// be.
    #[must_use]
    pub fn devices(&self) -> &Path {
        &self.devices
    }

    /// The folder that holds the ledgers.
    #[must_use]
    pub fn state(&self) -> &Path {
        &self.state
    }

    /// The stations' ledger and attachments.
    #[must_use]
    pub fn station(&self) -> PathBuf {
        self.state.join("station")
    }

    /// The hub's ledgers and attachments.
    #[must_use]
    pub fn hub(&self) -> PathBuf {
        self.state.join("hub")
    }

    /// The socket through which the command line speaks to the running stations.
    #[must_use]
    pub fn station_socket(&self) -> PathBuf {
        self.run.join("station.sock")
    }

    /// The socket through which the command line speaks to the running hub.
    #[must_use]
    pub fn hub_socket(&self) -> PathBuf {
        self.run.join("hub.sock")
    }
}

fn beside(config_file: &Path) -> PathBuf {
    config_file.parent().unwrap_or(Path::new("")).join(DEVICES)
}
