//! The guest's disk: a small Debian of this machine's own release with systemd and udev, the kernel's modules and the
//! agent; and the first root file system that mounts it.

use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, ensure};

use crate::cpio::Archive;
use crate::kernel::Kernel;
use crate::tool::{output, run};

/// In the guest beside what every Debian has.
const PACKAGES: &str = "systemd-sysv,udev,kmod,iproute2,dmsetup,e2fsprogs,busybox-static,util-linux";
/// To mount the disk.
const FIRST_MODULES: &[&str] = &["virtio_pci", "virtio_blk", "crc32c_generic", "ext4"];
/// Loaded before the state is saved.
const MODULES: &[&str] = &[
    "virtio_console",
    "virtio_net",
    "9p",
    "9pnet_virtio",
    "evdev",
    "usbhid",
    "hid_generic",
    "vhci_hcd",
    "usblp",
    "cdc_acm",
    "ftdi_sio",
    "dm_mod",
    "dm_flakey",
    "sch_netem",
    "veth",
];
/// What wakes up by itself in a Debian and has no use here.
const MASKED: &[&str] = &[
    "apt-daily.timer",
    "apt-daily-upgrade.timer",
    "dpkg-db-backup.timer",
    "e2scrub_all.timer",
    "e2scrub_reap.service",
    "fstrim.timer",
    "systemd-timesyncd.service",
    "systemd-tmpfiles-clean.timer",
    "systemd-pstore.service",
];
/// Size of the disk, in bytes; a sparse file.
const SIZE: u64 = 700 << 20;

const AGENT_UNIT: &str = "[Unit]\nDescription=What the lab asks of this machine\nAfter=systemd-udevd.service\n\
    [Service]\nExecStart=/usr/local/bin/lab-agent\nRestart=on-failure\n[Install]\nWantedBy=multi-user.target\n";
const PORT_RULE: &str = "SUBSYSTEM==\"virtio-ports\", ATTR{name}==\"lab.cmd\", TAG+=\"systemd\", \
    ENV{SYSTEMD_WANTS}+=\"lab-agent.service\"\n";
/// What a package of the product would install.
pub const PRODUCT: [(&str, &str); 3] = [
    ("usr/lib/systemd/system/stationd.service", include_str!("../../../systemd/stationd.service")),
    ("usr/lib/sysusers.d/stationd.conf", include_str!("../../../systemd/stationd.sysusers")),
    ("usr/lib/udev/rules.d/72-stationd.rules", include_str!("../../../udev/72-stationd.rules")),
];
const FIRST_INIT: &str = "#!/bin/busybox sh\n\
    /bin/busybox mount -t proc proc /proc\n/bin/busybox mount -t sysfs sysfs /sys\n\
    /bin/busybox mount -t devtmpfs dev /dev\n\
    while read -r module; do /bin/busybox insmod \"$module\"; done </modules\n\
    /bin/busybox mount -t ext4 /dev/vda /disk || exit 1\n\
    exec /bin/busybox switch_root /disk /lib/systemd/systemd\n";

/// Makes the disk at `to`. The folder tree that it is made from is kept in `cache` for the next time.
pub fn disk(cache: &Path, kernel: &Kernel, agent: &Path, to: &Path) -> Result<()> {
    let tree = cache.join("tree");
    let made_from = format!("{PACKAGES}\n{}", sources()?[0]);
    let mark = cache.join("tree.made-from");
    if fs::read_to_string(&mark).ok().as_ref() != Some(&made_from) {
        fs::remove_dir_all(&tree).ok();
        debian(&tree)?;
        fs::write(&mark, &made_from)?;
    }
    furnish(&tree, kernel, agent)?;
    fs::remove_file(to).ok();
    fs::File::create(to)?.set_len(SIZE)?;
    let mut make = Command::new("/sbin/mke2fs");
    run(make.args(["-q", "-F", "-t", "ext4", "-d"]).arg(&tree).arg(to))
}

/// The first root file system.
pub fn initramfs(kernel: &Kernel) -> Result<Vec<u8>> {
    let mut archive = Archive::default();
    ["proc", "sys", "dev", "disk"].iter().for_each(|folder| archive.folder(folder));
    archive.device("dev/console", (5, 1));
    archive.file("bin/busybox", &fs::read("/bin/busybox").context("busybox-static is not installed")?);
    let mut list = String::new();
    for module in kernel.modules(FIRST_MODULES)? {
        let name = module.file_name().context("a module without a name")?.to_string_lossy().into_owned();
        archive.file(&format!("lib/{name}"), &fs::read(&module)?);
        list += &format!("/lib/{name}\n");
    }
    archive.file("modules", list.as_bytes());
    archive.file("init", FIRST_INIT.as_bytes());
    Ok(archive.finish())
}

/// The Debian archives that this machine installs from, for its own release, as lines for `apt`.
fn sources() -> Result<Vec<String>> {
    let release = fs::read_to_string("/etc/os-release")?;
    let codename = release.lines().find_map(|line| line.strip_prefix("VERSION_CODENAME="));
    let codename = codename.context("this system has no code name")?.trim_matches('"');
    let format = "$(REPO_URI) $(RELEASE) $(COMPONENT) $(ORIGIN)";
    let listed = output(Command::new("apt-get").args(["indextargets", "--format", format, "Created-By: Packages"]))?;
    let mut found: Vec<String> = Vec::new();
    for line in listed.lines() {
        let [uri, suite, component, origin] = line.split(' ').collect::<Vec<_>>()[..] else { continue };
        let is_ours = origin == "Debian" && component == "main";
        let is_release =
            suite == codename || suite.starts_with(&format!("{codename}-")) && !suite.ends_with("backports");
        let line = format!("deb {uri} {suite} {component}");
        if is_ours && is_release && !found.contains(&line) {
            found.push(line);
        }
    }
    ensure!(!found.is_empty(), "apt has no sources of Debian {codename}");
    found.insert(0, codename.to_owned());
    Ok(found)
}

fn debian(tree: &Path) -> Result<()> {
    let sources = sources()?;
    let mut make = Command::new("mmdebstrap");
    make.args(["--quiet", "--variant=minbase", "--aptopt=APT::Install-Recommends \"false\""]);
    make.arg(format!("--include={PACKAGES}"));
    for folder in ["man", "doc", "locale", "info"] {
        make.arg(format!("--dpkgopt=path-exclude=/usr/share/{folder}/*"));
    }
    run(make.arg(&sources[0]).arg(tree).args(&sources[1..]))
}

fn furnish(tree: &Path, kernel: &Kernel, agent: &Path) -> Result<()> {
    let modules = tree.join("lib/modules").join(&kernel.version);
    fs::remove_dir_all(tree.join("lib/modules")).ok();
    fs::create_dir_all(&modules)?;
    for module in kernel.modules(MODULES)?.iter().chain(&kernel.modules(FIRST_MODULES)?) {
        fs::copy(module, modules.join(module.file_name().context("a module without a name")?))?;
    }
    run(Command::new("depmod").arg("-b").arg(tree).arg(&kernel.version))?;
    let write = |path: &str, text: &str| -> Result<()> {
        let path = tree.join(path);
        fs::create_dir_all(path.parent().context("a file without a folder")?)?;
        Ok(fs::write(path, text)?)
    };
    write("etc/modules-load.d/lab.conf", &(MODULES.join("\n") + "\n"))?;
    write("etc/modprobe.d/lab.conf", "options vhci_hcd num_controllers=1\n")?;
    write("etc/systemd/system/lab-agent.service", AGENT_UNIT)?;
    write("etc/udev/rules.d/60-lab.rules", PORT_RULE)?;
    write("etc/hostname", "bench\n")?;
    write("etc/machine-id", "5fa70c8e1b2d4c6f9a3e7d1c0b8f6e42\n")?;
    write("etc/fstab", "")?;
    for (path, text) in PRODUCT {
        write(path, text)?;
    }
    for unit in MASKED {
        link("/dev/null", &tree.join("etc/systemd/system").join(unit))?;
    }
    let program = tree.join("usr/local/bin/lab-agent");
    fs::copy(agent, &program)?;
    fs::set_permissions(&program, fs::Permissions::from_mode(0o755))?;
    for folder in ["lab", "etc/stationd", "var/lib/stationd"] {
        fs::create_dir_all(tree.join(folder))?;
    }
    Ok(())
}

fn link(to: &str, at: &PathBuf) -> Result<()> {
    fs::remove_file(at).ok();
    Ok(symlink(to, at)?)
}
