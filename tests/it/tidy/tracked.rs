//! Every file of the repository, not only Rust: no developer's folder, no package registry's host.

use std::path::Path;
use std::process::Command;

use super::Finding;

/// Beginnings of paths that exist on somebody's machine only. In two halves, so that this file is clean.
const FOLDERS: &[&str] = &[
    concat!("/wo", "rk/"),
    concat!("/ro", "ot/"),
    concat!("/ho", "me/"),
    concat!("/Use", "rs/"),
    concat!("C:\\Use", "rs\\"),
    concat!("/tmp", "/wt/"),
    concat!("/tmp", "/target"),
];

/// Hosts of package registries: packages are named, the client knows where they are.
const HOSTS: &[&str] = &[
    concat!("crates", ".io"),
    concat!("pypi", ".org"),
    concat!("pythonhosted", ".org"),
    concat!("npmjs", ".org"),
    concat!("npmjs", ".com"),
    concat!("deb.debian", ".org"),
    concat!("ftp.debian", ".org"),
    concat!("security.debian", ".org"),
];

/// Finds machine paths and registry hosts in one file.
pub fn check(path: &str, text: &str, findings: &mut Vec<Finding>) {
    for (at, line) in text.lines().enumerate() {
        let mut report = |rule, what: String, advice: &str| {
            findings.push(Finding { path: path.into(), line: at + 1, rule, what, advice: advice.into() });
        };
        for folder in FOLDERS.iter().filter(|folder| stands_alone(line, folder, "")) {
            let advice = "Write it from the repository's root, from `~` or from a variable";
            report("machine path", format!("`{folder}` is a folder of somebody's machine"), advice);
        }
        // Cargo's own name for its index is `…-index`: it stands in every Cargo.lock and is no address.
        for host in HOSTS.iter().filter(|host| stands_alone(line, host, "-index")) {
            report("registry host", format!("`{host}` is named"), "Name the package only, not where it comes from");
        }
    }
}

/// Whether `line` has `wanted` at the start of a path or host, and not followed by `except`.
fn stands_alone(line: &str, wanted: &str, except: &str) -> bool {
    line.match_indices(wanted).any(|(at, _)| {
        let before = line[..at].chars().next_back();
        let after = &line[at + wanted.len()..];
        !before.is_some_and(|c| c.is_alphanumeric() || matches!(c, '-' | '_' | '~' | '}'))
            && (except.is_empty() || !after.starts_with(except))
    })
}

/// The text files below `root` that are tracked or would be: what git lists, or without git what lies there.
pub fn files(root: &Path) -> Vec<(String, String)> {
    let paths = listed_by_git(root).unwrap_or_else(|| {
        let mut paths = Vec::new();
        walk(root, "", &mut paths);
        paths
    });
    let mut files: Vec<(String, String)> = paths
        .into_iter()
        .filter_map(|path| {
            let bytes = std::fs::read(root.join(&path)).ok()?;
            let is_text = !bytes.contains(&0);
            is_text.then(|| (path, String::from_utf8_lossy(&bytes).into_owned()))
        })
        .collect();
    files.sort();
    files
}

fn listed_by_git(root: &Path) -> Option<Vec<String>> {
    let arguments = ["ls-files", "-z", "--cached", "--others", "--exclude-standard"];
    let output = Command::new("git").current_dir(root).args(arguments).output().ok()?;
    let listing = String::from_utf8(output.stdout).ok()?;
    let paths: Vec<String> = listing.split_terminator('\0').map(str::to_owned).collect();
    (output.status.success() && !paths.is_empty()).then_some(paths)
}

fn walk(root: &Path, below: &str, paths: &mut Vec<String>) {
    let Ok(entries) = std::fs::read_dir(root.join(below)) else { return };
    for entry in entries.flatten() {
        let Ok(name) = entry.file_name().into_string() else { continue };
        if matches!(name.as_str(), ".git" | "target") {
            continue;
        }
        let path = if below.is_empty() { name } else { format!("{below}/{name}") };
        match entry.file_type() {
            Ok(kind) if kind.is_dir() => walk(root, &path, paths),
            Ok(kind) if kind.is_file() => paths.push(path),
            _ => {}
        }
    }
}
