//! Finds the plain sentence for what went wrong: what happened, whether what was recorded is safe, what to do.

use std::error::Error;
use std::io::ErrorKind;
use std::path::Path;

use rusqlite::ErrorCode;

use super::house::HouseError;
use super::remote::RemoteError;
use super::{Folders, chain, order, orders, report};
use crate::config::ConfigError;
use crate::ledger::store::StoreError;
use crate::words::{Fault, Language, fault};

/// What is said on standard error: a plain sentence where there is one.
pub fn sentence(error: &(dyn Error + 'static), folders: &Folders) -> String {
    let causes = chain(error);
    if std::iter::successors(Some(error), |&error| error.source()).any(|cause| cause.is::<ConfigError>()) {
        let what = causes.trim_end_matches('.');
        return format!("{what}. Nothing was changed or lost; correct the configuration and start again.");
    }
    match fault_of(error, folders) {
        // Whoever helps wants the disk's or SQLite's own words too.
        Some(known @ (Fault::DiskError { .. } | Fault::Damaged { .. })) => {
            format!("{} ({causes})", fault(&known, language()))
        }
        Some(known) => fault(&known, language()),
        None => causes,
    }
}

/// The fault behind an error, where it is one that a person can do something about.
fn fault_of(error: &(dyn Error + 'static), folders: &Folders) -> Option<Fault> {
    let mut next = Some(error);
    while let Some(error) = next {
        let found = error
            .downcast_ref::<StoreError>()
            .and_then(|e| of_store(e, folders))
            .or_else(|| error.downcast_ref::<HouseError>().and_then(of_house))
            .or_else(|| error.downcast_ref::<RemoteError>().and_then(of_remote))
            .or_else(|| error.downcast_ref::<orders::Error>().and_then(of_orders))
            .or_else(|| match (error.downcast_ref(), error.downcast_ref()) {
                (Some(order::Error::Store(error)), _) | (_, Some(report::Error::Store(error))) => {
                    of_store(error, folders)
                }
                _ => None,
            });
        if found.is_some() {
            return found;
        }
        next = error.source();
    }
    None
}

/// The language of this terminal.
fn language() -> Language {
    let set = ["LC_ALL", "LC_MESSAGES", "LANG"].into_iter().find_map(|name| std::env::var(name).ok());
    if set.is_some_and(|name| name.starts_with("es")) { Language::Es } else { Language::En }
}

fn of_store(error: &StoreError, folders: &Folders) -> Option<Fault> {
    let state = || shown(folders.state());
    Some(match error {
        StoreError::InUse { path } => Fault::AlreadyRunning { path: shown(path) },
        StoreError::Newer { .. } => Fault::Newer { path: state() },
        StoreError::Full(_) => Fault::DiskFull { path: state() },
        StoreError::ReadOnly(_) => Fault::ReadOnly { path: state() },
        StoreError::Folder { path, source } => match source.kind() {
            ErrorKind::PermissionDenied => Fault::NoPermission { path: shown(path) },
            ErrorKind::ReadOnlyFilesystem => Fault::ReadOnly { path: shown(path) },
            ErrorKind::StorageFull => Fault::DiskFull { path: shown(path) },
            _ => Fault::DiskError { path: shown(path) },
        },
        StoreError::Open { path, .. } if !path.exists() => Fault::NoSuchFile { path: shown(path) },
        StoreError::Open { path, source } => of_sqlite(source, shown(path)),
        StoreError::Sql(source) => of_sqlite(source, state()),
        StoreError::Entry(_) | StoreError::State(_) | StoreError::Id(_) => Fault::Damaged { path: state() },
        StoreError::TooLarge { .. } => return None,
    })
}

fn of_sqlite(error: &rusqlite::Error, path: String) -> Fault {
    match error.sqlite_error_code() {
        Some(ErrorCode::NotADatabase | ErrorCode::DatabaseCorrupt) => Fault::Damaged { path },
        Some(ErrorCode::CannotOpen | ErrorCode::PermissionDenied) => Fault::NoPermission { path },
        _ => Fault::DiskError { path },
    }
}

fn of_house(error: &HouseError) -> Option<Fault> {
    match error {
        HouseError::Listen { address, .. } => Some(Fault::PortRefused { address: address.to_string() }),
        HouseError::PortInUse { .. }
        | HouseError::Control { .. }
        | HouseError::NoStation
        | HouseError::Equipment(_) => None,
    }
}

fn of_remote(error: &RemoteError) -> Option<Fault> {
    match error {
        RemoteError::NotRunning { .. } => Some(Fault::NotRunning),
        RemoteError::NoAnswer(_) => Some(Fault::NoAnswer),
        RemoteError::Refused(_) => None,
    }
}

fn of_orders(error: &orders::Error) -> Option<Fault> {
    match error {
        orders::Error::Unreachable { .. } => Some(Fault::NotRunning),
        orders::Error::File { path, .. } => Some(Fault::NoSuchFile { path: shown(path) }),
        _ => None,
    }
}

fn shown(path: &Path) -> String {
    path.display().to_string()
}
