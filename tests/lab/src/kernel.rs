//! The guest's kernel: Debian's stock one for PCs, taken from its package without being installed here.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail, ensure};

use crate::tool::{output, run};

/// Names the newest stock kernel. The one for clouds has no USB.
const METAPACKAGE: &str = "linux-image-amd64";
/// Where a kernel for PCs says how its packed part is found. Source: the kernel's Documentation/arch/x86/boot.rst.
const SETUP_SECTORS: usize = 0x1f1;
const MAGIC: (usize, &[u8]) = (0x202, b"HdrS");
const PAYLOAD_OFFSET: usize = 0x248;
const PAYLOAD_LENGTH: usize = 0x24c;
const XZ_MAGIC: &[u8] = b"\xfd7zXZ\0";

/// An unpacked kernel.
pub struct Kernel {
    /// Such as `6.1.0-56-amd64`.
    pub version: String,
    /// As an ELF file, which saves the guest the unpacking.
    pub vmlinux: PathBuf,
    folder: PathBuf,
}

impl Kernel {
    /// Downloads and unpacks the kernel below `cache`, or takes the one that is there.
    pub fn prepare(cache: &Path) -> Result<Kernel> {
        let version = newest(cache)?;
        let folder = cache.join("kernel").join(&version);
        let vmlinux = folder.join("vmlinux");
        if !vmlinux.exists() {
            let fresh = cache.join("kernel").join("fresh");
            fs::remove_dir_all(&fresh).ok();
            fs::create_dir_all(&fresh)?;
            run(Command::new("apt-get")
                .args(["download", "-q", &format!("linux-image-{version}")])
                .current_dir(&fresh))?;
            let package = fs::read_dir(&fresh)?.flatten().next().context("apt-get downloaded nothing")?.path();
            run(Command::new("dpkg").arg("-x").arg(&package).arg(&fresh))?;
            fs::remove_file(&package)?;
            run(Command::new("depmod").arg("-b").arg(&fresh).arg(&version))?;
            unpack(&fresh.join(format!("boot/vmlinuz-{version}")), &fresh.join("vmlinux"))?;
            fs::remove_dir_all(&folder).ok();
            fs::rename(&fresh, &folder)?;
        }
        Ok(Kernel { version, vmlinux, folder })
    }

    /// The files of these modules and of what they need, in the order in which they can be loaded. What is built in
    /// has no file.
    pub fn modules(&self, wanted: &[&str]) -> Result<Vec<PathBuf>> {
        let base = self.folder.join("lib/modules").join(&self.version);
        let index = fs::read_to_string(base.join("modules.dep"))?;
        let lines = index.lines().filter_map(|line| line.split_once(':'));
        let needs: BTreeMap<String, (&str, &str)> = lines.map(|(path, needs)| (name(path), (path, needs))).collect();
        let mut order = Vec::new();
        for module in wanted {
            visit(&name(module), &needs, &mut order);
        }
        Ok(order.iter().map(|name| base.join(needs[name].0)).collect())
    }
}

fn visit(module: &str, needs: &BTreeMap<String, (&str, &str)>, order: &mut Vec<String>) {
    let Some((_, below)) = needs.get(module).filter(|_| !order.iter().any(|known| known == module)) else { return };
    below.split_whitespace().rev().for_each(|path| visit(&name(path), needs, order));
    order.push(module.to_owned());
}

/// A module's name from its file: the kernel takes `-` and `_` for the same.
fn name(path: &str) -> String {
    let file = path.rsplit('/').next().unwrap_or(path);
    file.split(".ko").next().unwrap_or(file).replace('-', "_")
}

/// The version that the metapackage names; without a network, the one that is here.
fn newest(cache: &Path) -> Result<String> {
    let listed = output(Command::new("apt-cache").args(["depends", METAPACKAGE])).unwrap_or_default();
    let named = listed.lines().find_map(|line| line.trim().strip_prefix("Depends: linux-image-"));
    if let Some(version) = named {
        return Ok(version.to_owned());
    }
    let here = fs::read_dir(cache.join("kernel")).into_iter().flatten().flatten();
    let here = here.filter(|entry| entry.path().join("vmlinux").exists()).max_by_key(|entry| entry.file_name());
    let here = here.with_context(|| format!("apt knows no package {METAPACKAGE}"))?;
    Ok(here.file_name().to_string_lossy().into_owned())
}

fn unpack(packed: &Path, to: &Path) -> Result<()> {
    let image = fs::read(packed)?;
    let word = |at: usize| -> Result<usize> {
        let bytes = image.get(at..at + 4).context("the kernel's file is too short")?;
        Ok(u32::from_le_bytes(bytes.try_into()?) as usize)
    };
    ensure!(image.get(MAGIC.0..).is_some_and(|rest| rest.starts_with(MAGIC.1)), "it is no kernel for PCs");
    let setup = (usize::from(image[SETUP_SECTORS]) + 1) * 512;
    let begin = setup + word(PAYLOAD_OFFSET)?;
    let payload = image.get(begin..begin + word(PAYLOAD_LENGTH)?).context("the kernel's file is cut")?;
    if !payload.starts_with(XZ_MAGIC) {
        bail!("the kernel is packed with something else than xz");
    }
    let raw = to.with_extension("xz");
    fs::write(&raw, payload)?;
    // Four bytes with the unpacked size follow the stream.
    let mut xz = Command::new("xz");
    xz.args(["-dc", "--single-stream"]).arg(&raw).stdout(fs::File::create(to)?).stderr(Stdio::inherit());
    run(&mut xz)?;
    ensure!(fs::read(to)?.starts_with(b"\x7fELF"), "the unpacked kernel is no ELF file");
    Ok(fs::remove_file(raw)?)
}
