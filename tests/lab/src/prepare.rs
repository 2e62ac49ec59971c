//! Everything that is made once: kernel, disk, and the state of a machine that has booted, from which each test goes on.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

use anyhow::{Context, Result};
use sha2::{Digest as _, Sha256};

use crate::image;
use crate::kernel::Kernel;
use crate::tool::output;
use crate::vm::{self, Vm};

/// Size of the disk that holds the ledger, in bytes: small, so that it can be filled.
pub const LEDGER_DISK: u64 = 64 << 20;

/// A machine that can be started in a moment.
pub struct Machine {
    /// The kernel, unpacked.
    pub kernel: PathBuf,
    /// The first root file system.
    pub initramfs: PathBuf,
    /// The disk with the guest's system, as it was when the state was saved.
    pub disk: PathBuf,
    /// An empty file system for the ledger.
    pub ledger: PathBuf,
    /// Memory and devices of a machine that has booted.
    pub state: PathBuf,
}

impl Machine {
    /// Makes what is missing below `cache`; two at once wait for each other.
    pub fn prepare(cache: &Path, agent: &Path) -> Result<Machine> {
        fs::create_dir_all(cache)?;
        let lock = fs::File::create(cache.join("lock"))?;
        lock.lock()?;
        let kernel = Kernel::prepare(cache)?;
        let qemu = output(Command::new(vm::QEMU).arg("--version"))?;
        let mut key = Sha256::new();
        for part in [include_str!("image.rs"), include_str!("vm.rs"), include_str!("cpio.rs"), &qemu, &kernel.version] {
            key.update(part.as_bytes());
        }
        image::PRODUCT.iter().for_each(|(_, text)| key.update(text.as_bytes()));
        key.update(fs::read(agent).context("the agent is not built")?);
        let key = data_encoding::HEXLOWER.encode(&key.finalize()[..8]);
        let folder = cache.join("machine");
        let machine = Machine {
            kernel: kernel.vmlinux.clone(),
            initramfs: folder.join("initramfs"),
            disk: folder.join("disk"),
            ledger: folder.join("ledger"),
            state: folder.join("state"),
        };
        let mark = folder.join("key");
        if fs::read_to_string(&mark).ok().as_deref() != Some(&key) {
            fs::remove_dir_all(&folder).ok();
            fs::create_dir_all(&folder)?;
            let began = Instant::now();
            fs::write(&machine.initramfs, image::initramfs(&kernel)?)?;
            image::disk(cache, &kernel, agent, &machine.disk)?;
            empty(&machine.ledger)?;
            println!("   disk made in {:.1} s", began.elapsed().as_secs_f64());
            let began = Instant::now();
            Vm::boot(&machine)?.save(&machine.state)?;
            println!("   booted and saved in {:.1} s", began.elapsed().as_secs_f64());
            fs::write(&mark, &key)?;
        }
        Ok(machine)
    }
}

/// Makes an empty file system.
fn empty(to: &Path) -> Result<()> {
    fs::File::create(to)?.set_len(LEDGER_DISK)?;
    crate::tool::run(Command::new("/sbin/mke2fs").args(["-q", "-F", "-t", "ext4"]).arg(to))
}
