//! The device files of this machine: `devices/scanners`, `keyboards`, `printers`, `carriers` beside the configuration.
//! A file there replaces the built-in one of its name whole; a file of a new name is one more.

use std::path::{Path, PathBuf};

/// Largest device file, in bytes: the largest built-in one is a tenth of this.
pub const FILE_MAX: u64 = 1 << 18;

/// Most files of one folder.
pub const FILES_MAX: usize = 1_000;

/// Why a folder of device files can not be read.
#[derive(Debug, thiserror::Error)]
pub enum DevicesError {
    /// The folder or a file in it can not be read.
    #[error("cannot read {}", path.display())]
    Read { path: PathBuf, source: std::io::Error },
    /// A file is too large to be one.
    #[error("{} is larger than {FILE_MAX} bytes", path.display())]
    TooLarge { path: PathBuf },
    /// There are too many.
    #[error("{} holds more than {FILES_MAX} files", path.display())]
    TooMany { path: PathBuf },
    /// What a file says can not be used.
    #[error("{}: {what}", path.display())]
    Text { path: PathBuf, what: String },
}

/// The `*.toml` of one folder below `devices`, such as `scanners`: names without the ending, and texts, in the order
/// of the names. A folder that is not there holds none.
///
/// # Errors
/// The folder or one of its files can not be read, or is beyond its bound.
pub fn files(devices: &Path, kind: &str) -> Result<Vec<(String, String)>, DevicesError> {
    ending(devices, kind, ".toml")
}

/// The label templates of this machine, `labels/*.label` below `devices`, as [`files`] gives them.
///
/// # Errors
/// As [`files`].
pub fn labels(devices: &Path) -> Result<Vec<(String, String)>, DevicesError> {
    ending(devices, "labels", ".label")
}

fn ending(devices: &Path, kind: &str, ending: &str) -> Result<Vec<(String, String)>, DevicesError> {
    let folder = devices.join(kind);
    let entries = match std::fs::read_dir(&folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(source) => return Err(DevicesError::Read { path: folder, source }),
    };
    let mut found = Vec::new();
    for entry in entries {
        let path = entry.map_err(|source| DevicesError::Read { path: folder.clone(), source })?.path();
        let name = path.file_name().and_then(|name| name.to_str()).and_then(|name| name.strip_suffix(ending));
        let Some(name) = name.filter(|name| !name.starts_with('.')) else { continue };
        if found.len() >= FILES_MAX {
            return Err(DevicesError::TooMany { path: folder });
        }
        let unreadable = |source| DevicesError::Read { path: path.clone(), source };
        if std::fs::metadata(&path).map_err(unreadable)?.len() > FILE_MAX {
            return Err(DevicesError::TooLarge { path });
        }
        found.push((name.to_owned(), std::fs::read_to_string(&path).map_err(unreadable)?));
    }
    found.sort();
    Ok(found)
}

/// The built-in files with this machine's in their place or besides, each understood by `parse`.
///
/// # Errors
/// As [`files`]; or the first file that `parse` refuses, named.
pub fn masked<T, E: std::fmt::Display>(
    devices: &Path,
    kind: &str,
    built_in: impl IntoIterator<Item = (String, T)>,
    parse: impl Fn(&str, &str) -> Result<T, E>,
) -> Result<std::collections::BTreeMap<String, T>, DevicesError> {
    let mut all: std::collections::BTreeMap<String, T> = built_in.into_iter().collect();
    for (name, text) in files(devices, kind)? {
        let read = parse(&name, &text).map_err(|why| DevicesError::Text {
            path: devices.join(kind).join(format!("{name}.toml")),
            what: why.to_string().trim_end().to_owned(),
        })?;
        all.insert(name, read);
    }
    Ok(all)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::scanners;

    fn check(files: &[(&str, &str)]) -> Result<scanners::Profiles, String> {
        let devices = tempfile::tempdir().unwrap();
        for (name, text) in files {
            let path = devices.path().join(name);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, text).unwrap();
        }
        let built_in = scanners::built_in().unwrap();
        let read = masked(devices.path(), "scanners", built_in, |_, text| scanners::parse(text));
        read.map_err(|error| error.to_string().replace(&devices.path().display().to_string(), "DEVICES"))
    }

    #[test]
    fn a_file_of_a_built_in_name_replaces_it_whole_and_another_is_one_more() {
        let ours = "title = \"Ours\"\ntransport = \"serial\"\n";
        let all = check(&[
            ("scanners/zebra-serial.toml", ours),
            ("scanners/mine.toml", ours),
            ("scanners/README.md", "no device"),
            ("printers/zebra-keyboard.toml", "not of this folder"),
        ])
        .unwrap();
        assert_eq!(all.len(), scanners::BUILT_IN.len() + 1);
        assert_eq!((all["zebra-serial"].title.as_str(), all["zebra-serial"].matches.len()), ("Ours", 0));
        assert_eq!(all["zebra-keyboard"], scanners::built_in().unwrap()["zebra-keyboard"]);
        assert_eq!(check(&[]).unwrap().len(), scanners::BUILT_IN.len(), "no folder at all");
    }

    #[test]
    fn a_file_that_can_not_be_used_is_named() {
        let error = check(&[("scanners/mine.toml", "title = \"Ours\"\ntransport = \"serail\"\n")]).unwrap_err();
        assert!(error.starts_with("DEVICES/scanners/mine.toml: ") && error.contains("line 2"), "{error}");
        let large = "#".repeat(usize::try_from(FILE_MAX).unwrap() + 1);
        let error = check(&[("scanners/mine.toml", &large)]).unwrap_err();
        assert_eq!(error, "DEVICES/scanners/mine.toml is larger than 262144 bytes");
    }
}
