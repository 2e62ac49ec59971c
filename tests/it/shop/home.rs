//! A home of its own for one stationd: its configuration, its XDG folders, and the commands run in it.

use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use tempfile::TempDir;

/// A temporary folder that is gone with this value.
pub struct Home {
    folder: TempDir,
}

impl Home {
    /// An empty home.
    pub fn new() -> Self {
        let folder = tempfile::Builder::new().prefix("stationd-").tempdir().expect("a temporary folder");
        for name in ["config", "state", "data", "cache", "run"] {
            fs::create_dir(folder.path().join(name)).expect("a folder in the temporary folder");
        }
        Self { folder }
    }

    /// The folder.
    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    /// Writes a file below the home, with the folders that it needs, and returns where it is.
    pub fn write(&self, name: &str, content: impl AsRef<[u8]>) -> PathBuf {
        let path = self.path().join(name);
        let folder = path.parent().expect("a file below the home");
        fs::create_dir_all(folder).expect("a folder in the home");
        fs::write(&path, content).expect("a file in the home");
        path
    }

    /// The real binary with these arguments, in this home, with nothing of the tester's environment but
    /// what programs need to be found.
    pub fn stationd<S: AsRef<OsStr>>(&self, arguments: impl IntoIterator<Item = S>) -> Command {
        let mut command = Command::new(binary());
        command.args(arguments).current_dir(self.path()).env_clear();
        for name in ["PATH", "RUST_LOG", "RUST_BACKTRACE", "LD_LIBRARY_PATH", "LLVM_PROFILE_FILE"] {
            if let Some(value) = std::env::var_os(name) {
                command.env(name, value);
            }
        }
        command.env("HOME", self.path()).env("LANG", "C.UTF-8").env("TZ", "UTC");
        for (name, folder) in [
            ("XDG_CONFIG_HOME", "config"),
            ("XDG_STATE_HOME", "state"),
            ("XDG_DATA_HOME", "data"),
            ("XDG_CACHE_HOME", "cache"),
            ("XDG_RUNTIME_DIR", "run"),
        ] {
            command.env(name, self.path().join(folder));
        }
        command
    }
}

/// The binary under test: cargo's, or another one (a release, an installed package) that is named.
fn binary() -> PathBuf {
    std::env::var_os("STATIOND_TEST_BINARY").map_or_else(|| env!("CARGO_BIN_EXE_stationd").into(), PathBuf::from)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::super::process;
    use super::*;

    #[test]
    fn a_home_keeps_files_and_goes_away() {
        let home = Home::new();
        let file = home.write("config/stationd/stationd.toml", "a = 1\n");
        assert_eq!(fs::read_to_string(&file).unwrap(), "a = 1\n");
        drop(home);
        assert!(!file.exists());
    }

    #[test]
    fn the_real_binary_runs_in_it() {
        let home = Home::new();
        let finished = process::run(home.stationd(["--version"]), Duration::from_secs(60));
        assert!(finished.status.success(), "{finished:?}");
    }
}
