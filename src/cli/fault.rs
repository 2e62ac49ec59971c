//! Why the program stopped or did not start, as whoever started it reads it: what happened, whether what was recorded
//! is safe, what to do.

use std::error::Error;
use std::io::ErrorKind;
use std::path::Path;

use rusqlite::ErrorCode;

use super::chain;
use crate::config::ConfigError;
use crate::ledger::store::StoreError;
use crate::words::{Fault, Language, fault};

/// One line for standard error. `state` is the folder of the ledgers, for errors that do not name a file.
pub fn sentence(error: &(dyn Error + 'static), state: &Path) -> String {
    let causes = || std::iter::successors(Some(error), |&error| error.source());
    if let Some(store) = causes().find_map(|cause| cause.downcast_ref::<StoreError>()) {
        return match known(store, state) {
            // Whoever helps wants the disk's or SQLite's own words too.
            Some(known @ (Fault::DiskError { .. } | Fault::Damaged { .. })) => {
                format!("{} ({})", fault(&known, Language::En), chain(error))
            }
            Some(known) => fault(&known, Language::En),
            None => chain(error),
        };
    }
    if causes().any(|cause| cause.is::<ConfigError>()) {
        let what = chain(error);
        let what = what.trim_end_matches('.');
        return format!("{what}. Nothing was changed or lost; correct the configuration and start again.");
    }
    chain(error)
}

fn known(error: &StoreError, state: &Path) -> Option<Fault> {
    let state = state.display().to_string();
    Some(match error {
        StoreError::InUse { path } => Fault::AlreadyRunning { path: path.display().to_string() },
        StoreError::Folder { path, source } => {
            let path = path.display().to_string();
            match source.kind() {
                ErrorKind::PermissionDenied => Fault::NoPermission { path },
                ErrorKind::ReadOnlyFilesystem => Fault::ReadOnly { path },
                ErrorKind::StorageFull => Fault::DiskFull { path },
                _ => Fault::DiskError { path },
            }
        }
        StoreError::Full(_) => Fault::DiskFull { path: state },
        StoreError::ReadOnly(_) => Fault::ReadOnly { path: state },
        StoreError::Newer { .. } => Fault::Newer { path: state },
        StoreError::Open { path, .. } if !path.exists() => Fault::NoSuchFile { path: path.display().to_string() },
        StoreError::Open { path, source } => sqlite(source, path.display().to_string()),
        StoreError::Sql(source) => sqlite(source, state),
        StoreError::Entry(_) | StoreError::State(_) | StoreError::Id(_) => Fault::Damaged { path: state },
        StoreError::TooLarge { .. } => return None,
    })
}

fn sqlite(error: &rusqlite::Error, path: String) -> Fault {
    match error.sqlite_error_code() {
        Some(ErrorCode::NotADatabase | ErrorCode::DatabaseCorrupt) => Fault::Damaged { path },
        Some(ErrorCode::CannotOpen | ErrorCode::PermissionDenied) => Fault::NoPermission { path },
        _ => Fault::DiskError { path },
    }
}
