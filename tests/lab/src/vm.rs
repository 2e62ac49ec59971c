//! One virtual machine: started from the saved state, asked through its agent, and without power when this value goes.

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpListener;
use std::os::unix::fs::symlink;
use std::os::unix::net::UnixStream;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::thread;
use std::time::{Duration, Instant, SystemTime};

use anyhow::{Context, Result, bail, ensure};
use serde_json::{Value, json};

use crate::prepare::Machine;

/// The emulator. Its own translation of instructions is used: it is the same everywhere, and needs no right.
pub const QEMU: &str = "qemu-system-x86_64";
/// From the start to the agent's first word: 6 s on an idle machine with two cores.
const BOOT_WITHIN: Duration = Duration::from_secs(120);
/// For one answer of the agent.
const ANSWER_WITHIN: Duration = Duration::from_secs(90);
/// For QEMU to open its sockets.
const OPEN_WITHIN: Duration = Duration::from_secs(20);
/// Between two looks at something that tells nothing by itself.
const LOOK_AGAIN: Duration = Duration::from_millis(10);
/// The port of kiosk and hub inside.
pub const KIOSK: u16 = 7117;
/// Under which the guest reaches this host.
pub const HOST: &str = "10.0.2.2";

const KERNEL_ARGUMENTS: &str = "console=ttyS0 panic=-1 quiet loglevel=4 mitigations=off nokaslr audit=0 apparmor=0 \
    random.trust_cpu=1 cryptomgr.notests no_timer_check net.ifnames=0 systemd.show_status=0";

/// How the disk for the ledger is attached.
#[derive(Clone)]
pub enum Disk {
    /// A copy of the empty one, gone with the machine.
    Empty,
    /// This file, which stays.
    File(PathBuf),
    /// This file, and every write to it in order into the second one.
    Logged { disk: PathBuf, log: PathBuf },
}

/// A running machine.
pub struct Vm {
    child: Child,
    /// Sockets, console and what the guest sees of this host.
    pub folder: PathBuf,
    agent: BufReader<UnixStream>,
    qmp: BufReader<UnixStream>,
    asked: u32,
    /// Where the kiosk can be reached from outside, once it listens.
    pub kiosk: String,
}

/// QEMU ended before the guest said a word, by a signal: a fault of its own, which may be tried again.
#[derive(Debug, thiserror::Error)]
#[error("QEMU broke down")]
struct BrokeDown;

impl Vm {
    /// Boots a machine with the disks of `machine`, which it writes to.
    pub fn boot(machine: &Machine) -> Result<Vm> {
        let disk = format!("if=none,id=root,format=raw,file={}", machine.disk.display());
        let mut vm = Vm::start(machine, &disk, &Disk::File(machine.ledger.clone()), None)?;
        vm.wait_for_agent()?;
        // Waits for the last unit; "degraded" is told by the list.
        let (_, state) = vm.ask("systemctl is-system-running --wait; systemctl --failed --no-legend")?;
        ensure!(state.trim() == "running", "the guest came up {state}");
        Ok(vm)
    }

    /// Goes on from the saved state.
    pub fn restore(machine: &Machine, disk: &Disk) -> Result<Vm> {
        let root = format!("if=none,id=root,format=raw,snapshot=on,file={}", machine.disk.display());
        let mut vm = Vm::start(machine, &root, disk, Some(&machine.state))?;
        let begun = Instant::now();
        loop {
            let status = vm.command("query-status", json!({}))?;
            match status["status"].as_str() {
                Some("inmigrate" | "restore-vm") if begun.elapsed() < BOOT_WITHIN => thread::sleep(LOOK_AGAIN),
                Some("inmigrate" | "restore-vm") => bail!("the state was not restored"),
                _ => break,
            }
        }
        vm.command("cont", json!({}))?;
        let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH)?.as_secs();
        vm.sh(&format!(
            "date -s @{now} >/dev/null; blockdev --flushbufs /dev/vdb; \
             mount -t 9p -o trans=virtio,version=9p2000.L,msize=262144,ro host /lab; \
             ip link set lo up; ip addr add 10.0.2.15/24 dev eth0; ip link set eth0 up; ip route add default via {HOST}"
        ))?;
        Ok(vm)
    }

    /// Saves the state of a machine that has booted, and ends it.
    pub fn save(mut self, to: &Path) -> Result<()> {
        self.sh("sync; blockdev --flushbufs /dev/vdb; echo 3 >/proc/sys/vm/drop_caches")?;
        self.command("stop", json!({}))?;
        let fresh = to.with_extension("fresh");
        self.command("migrate", json!({ "uri": format!("exec:cat > '{}'", fresh.display()) }))?;
        let begun = Instant::now();
        loop {
            match self.command("query-migrate", json!({}))?["status"].as_str() {
                Some("completed") => break,
                Some("failed") => bail!("the state was not saved"),
                _ if begun.elapsed() > BOOT_WITHIN => bail!("saving the state took too long"),
                _ => thread::sleep(LOOK_AGAIN),
            }
        }
        self.command("quit", json!({})).ok();
        self.child.wait()?;
        Ok(fs::rename(fresh, to)?)
    }

    /// The power goes.
    pub fn cut(mut self) {
        self.kill();
    }

    fn kill(&mut self) {
        // Fails when it has ended already.
        self.child.kill().ok();
        self.child.wait().ok();
    }

    /// Runs a script in the guest; its exit status and what it said.
    pub fn ask(&mut self, script: &str) -> Result<(i32, String)> {
        let (status, said) = self.fetch(script)?;
        Ok((status, String::from_utf8_lossy(&said).into_owned()))
    }

    /// Runs a script in the guest that must succeed; what it said.
    pub fn sh(&mut self, script: &str) -> Result<String> {
        let (status, said) = self.ask(script)?;
        ensure!(status == 0, "in the guest, this ended with {status}: {script}\n{said}");
        Ok(said)
    }

    /// As [`Vm::ask`], in bytes.
    pub fn fetch(&mut self, script: &str) -> Result<(i32, Vec<u8>)> {
        self.asked += 1;
        let id = self.asked.to_string();
        let agent = self.agent.get_mut();
        agent.write_all(format!("{id}\t{}\n{script}", script.len()).as_bytes())?;
        loop {
            let (answered, status, output) = self.answer().with_context(|| format!("no answer to: {script}"))?;
            if answered == id {
                return Ok((status, output));
            }
        }
    }

    /// Waits until a script succeeds.
    pub fn until(&mut self, script: &str, within: Duration) -> Result<Duration> {
        let begun = Instant::now();
        loop {
            if self.ask(script)?.0 == 0 {
                return Ok(begun.elapsed());
            }
            ensure!(begun.elapsed() < within, "in the guest, this did not come true in {within:?}: {script}");
        }
    }

    /// The folder that the guest sees as `/lab`.
    pub fn lab(&self) -> PathBuf {
        self.folder.join("lab")
    }

    /// Opens the host's end of a named port.
    pub fn port(&self, name: &str) -> Result<UnixStream> {
        connect(&self.folder.join(name))
    }

    /// Asks the emulator itself.
    pub fn command(&mut self, command: &str, arguments: Value) -> Result<Value> {
        let request = json!({ "execute": command, "arguments": arguments }).to_string() + "\n";
        self.qmp.get_mut().write_all(request.as_bytes())?;
        loop {
            let mut line = String::new();
            ensure!(self.qmp.read_line(&mut line)? > 0, "QEMU has gone");
            let said: Value = serde_json::from_str(&line)?;
            match said {
                _ if !said["return"].is_null() => return Ok(said["return"].clone()),
                _ if !said["error"].is_null() => bail!("QEMU refused {command}: {}", said["error"]),
                _ => {} // An event.
            }
        }
    }

    /// What the console said so far.
    pub fn console(&self) -> String {
        fs::read(self.folder.join("console"))
            .map(|text| String::from_utf8_lossy(&text).into_owned())
            .unwrap_or_default()
    }

    fn start(machine: &Machine, root: &str, ledger: &Disk, state: Option<&Path>) -> Result<Vm> {
        match Vm::start_once(machine, root, ledger, state) {
            Err(error) if error.is::<BrokeDown>() => Vm::start_once(machine, root, ledger, state),
            other => other,
        }
    }

    fn start_once(machine: &Machine, root: &str, ledger: &Disk, state: Option<&Path>) -> Result<Vm> {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let folder = std::env::temp_dir().join(format!("stationd-lab-{}-{number}", std::process::id()));
        fs::create_dir_all(folder.join("lab"))?;
        let port = TcpListener::bind(("127.0.0.1", 0))?.local_addr()?.port();
        let mut qemu = Command::new(QEMU);
        qemu.args(["-M", "q35", "-accel", "tcg,thread=multi", "-cpu", "Nehalem", "-smp", "2", "-m", "512"]);
        qemu.args(["-nodefaults", "-no-user-config", "-display", "none", "-no-reboot"]);
        qemu.arg("-kernel").arg(&machine.kernel).arg("-initrd").arg(&machine.initramfs);
        qemu.args(["-append", KERNEL_ARGUMENTS]);
        let at = |name: &str| folder.join(name).display().to_string();
        qemu.args(["-serial", &format!("file:{}", at("console"))]);
        qemu.args(["-qmp", &format!("unix:{},server=on,wait=off", at("qmp"))]);
        qemu.args(["-drive", root, "-device", "virtio-blk-pci,drive=root"]);
        attach(&mut qemu, machine, ledger, &folder)?;
        qemu.args(["-device", "virtio-serial-pci"]);
        for name in ["cmd", "dev"] {
            qemu.args(["-chardev", &format!("socket,id={name},path={},server=on,wait=off", at(name))]);
            qemu.args(["-device", &format!("virtserialport,chardev={name},name=lab.{name}")]);
        }
        qemu.args(["-netdev", &format!("user,id=net,hostfwd=tcp:127.0.0.1:{port}-:{KIOSK}")]);
        qemu.args(["-device", "virtio-net-pci,netdev=net,romfile="]);
        qemu.args(["-fsdev", &format!("local,id=lab,path={},security_model=none,readonly=on", at("lab"))]);
        qemu.args(["-device", "virtio-9p-pci,fsdev=lab,mount_tag=host"]);
        if let Some(state) = state {
            qemu.arg("-incoming").arg(format!("exec:cat '{}'", state.display()));
        }
        let errors = fs::File::create(folder.join("qemu"))?;
        // A group of its own: a key at the terminal ends the lab, which ends its machines in order.
        let child = qemu.stdin(Stdio::null()).stdout(Stdio::null()).stderr(errors).process_group(0).spawn();
        let child = Bound(Some(child.context("QEMU did not start")?));
        let opened = connect(&folder.join("cmd")).and_then(|agent| Ok((agent, connect(&folder.join("qmp"))?)));
        let said = || fs::read_to_string(folder.join("qemu")).unwrap_or_default();
        let (agent, qmp) = opened.with_context(said)?;
        let (agent, qmp) = (BufReader::new(agent), BufReader::new(qmp));
        let kiosk = format!("127.0.0.1:{port}");
        let mut vm = Vm { child: child.keep(), folder: folder.clone(), agent, qmp, asked: 0, kiosk };
        if vm.greet().is_err() {
            let ended = vm.child.try_wait()?;
            return Err(if ended.is_some_and(|status| status.code().is_none()) {
                BrokeDown.into()
            } else {
                anyhow::anyhow!("QEMU did not come up: {}", said())
            });
        }
        Ok(vm)
    }

    fn greet(&mut self) -> Result<()> {
        self.qmp.read_line(&mut String::new())?;
        self.command("qmp_capabilities", json!({})).map(drop)
    }

    fn wait_for_agent(&mut self) -> Result<()> {
        self.agent.get_ref().set_read_timeout(Some(BOOT_WITHIN))?;
        let hello = self.answer().with_context(|| format!("the guest did not come up:\n{}", self.console()))?;
        ensure!(hello.0 == "hello", "the agent said {hello:?}");
        Ok(self.agent.get_ref().set_read_timeout(Some(ANSWER_WITHIN))?)
    }

    fn answer(&mut self) -> Result<(String, i32, Vec<u8>)> {
        let mut line = String::new();
        ensure!(self.agent.read_line(&mut line)? > 0, "the guest has gone");
        let [id, status, length] = line.trim_end().split('\t').collect::<Vec<_>>()[..] else {
            bail!("the agent said {line:?}");
        };
        let mut output = vec![0; length.parse()?];
        self.agent.read_exact(&mut output)?;
        Ok((id.to_owned(), status.parse()?, output))
    }
}

impl Drop for Vm {
    fn drop(&mut self) {
        self.kill();
        if thread::panicking() {
            eprintln!("The console's last words:\n{}", self.console());
        }
        fs::remove_dir_all(&self.folder).ok();
    }
}

/// A child that is killed unless somebody keeps it.
struct Bound(Option<Child>);

impl Bound {
    fn keep(mut self) -> Child {
        self.0.take().expect("it is kept once")
    }
}

impl Drop for Bound {
    fn drop(&mut self) {
        if let Some(child) = &mut self.0 {
            child.kill().ok();
            child.wait().ok();
        }
    }
}

fn attach(qemu: &mut Command, machine: &Machine, ledger: &Disk, folder: &Path) -> Result<()> {
    match ledger {
        Disk::Empty => {
            let copy = folder.join("ledger");
            fs::copy(&machine.ledger, &copy)?;
            qemu.args(["-drive", &format!("if=none,id=ledger,format=raw,file={}", copy.display())]);
        }
        Disk::File(file) => {
            qemu.args(["-drive", &format!("if=none,id=ledger,format=raw,file={}", file.display())]);
        }
        Disk::Logged { disk, log } => {
            qemu.args(["-blockdev", &format!("driver=file,node-name=plain,filename={}", disk.display())]);
            qemu.args(["-blockdev", &format!("driver=file,node-name=log,filename={}", log.display())]);
            qemu.args([
                "-blockdev",
                "driver=blklogwrites,node-name=ledger,file=plain,log=log,log-super-update-interval=1",
            ]);
        }
    }
    qemu.args(["-device", "virtio-blk-pci,drive=ledger,discard=off,write-zeroes=off"]);
    Ok(())
}

fn connect(path: &Path) -> Result<UnixStream> {
    let begun = Instant::now();
    loop {
        match UnixStream::connect(path) {
            Ok(stream) => {
                stream.set_read_timeout(Some(ANSWER_WITHIN))?;
                return Ok(stream);
            }
            Err(error) if begun.elapsed() > OPEN_WITHIN => {
                return Err(error).with_context(|| format!("QEMU did not open {}", path.display()));
            }
            Err(_) => thread::sleep(LOOK_AGAIN),
        }
    }
}

/// Puts a program where a guest can run it, without copying what may be large.
pub fn lend(vm: &Vm, program: &Path, name: &str) -> Result<()> {
    let at = vm.lab().join(name);
    fs::remove_file(&at).ok();
    fs::hard_link(program, &at).or_else(|_| fs::copy(program, &at).map(drop)).or_else(|_| symlink(program, &at))?;
    Ok(())
}
