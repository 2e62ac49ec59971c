//! A hub outside of the machine, where no power fails: the same program on this host.

use std::fs;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};

use crate::http;
use crate::ledger::Ledger;
use crate::vm::HOST;

const UP_WITHIN: Duration = Duration::from_secs(60);

/// A running hub.
pub struct Hub {
    child: Child,
    state: PathBuf,
    /// Where this host reaches it.
    pub address: String,
    port: u16,
}

impl Hub {
    /// Starts a hub with a new ledger below `folder`.
    pub fn start(stationd: &Path, folder: &Path) -> Result<Hub> {
        let port = TcpListener::bind(("127.0.0.1", 0))?.local_addr()?.port();
        let (config, state) = (folder.join("hub.toml"), folder.join("hub-state"));
        fs::write(&config, format!("listen = \"127.0.0.1:{port}\"\nnames = [\"{HOST}\"]\n"))?;
        let mut command = Command::new(stationd);
        command.arg("--config").arg(&config).arg("--state").arg(&state).args(["hub", "run"]);
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(fs::File::create(folder.join("hub.log"))?);
        let hub = Hub {
            child: command.spawn().context("the hub did not start")?,
            state,
            address: format!("127.0.0.1:{port}"),
            port,
        };
        let begun = Instant::now();
        while http::get(&hub.address, "/api/v1/orders").is_err() {
            ensure!(begun.elapsed() < UP_WITHIN, "the hub did not come up");
            thread::sleep(Duration::from_millis(20));
        }
        Ok(hub)
    }

    /// What goes into a station's configuration.
    pub fn line(&self) -> String {
        format!("hub = \"http://{HOST}:{}\"\n", self.port)
    }

    /// Its copy of a ledger; none before the first upload.
    pub fn copy_of(&self, id: &[u8]) -> Result<Option<Ledger>> {
        let all = Ledger::all(&self.state.join("hub/ledger.sqlite"))?;
        Ok(all.into_iter().find(|ledger| ledger.id == id))
    }
}

impl Drop for Hub {
    fn drop(&mut self) {
        // Both fail when it has ended already.
        self.child.kill().ok();
        self.child.wait().ok();
    }
}
