//! A bench: a machine with its devices' program and `stationd` as its unit runs it.

use std::path::PathBuf;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};

use crate::devices::{Devices, Model};
use crate::http::{self, Live};
use crate::prepare::Machine;
use crate::vm::{Disk, Vm, lend};

/// What every test starts from.
pub struct Lab {
    pub machine: Machine,
    /// The binary under test, as this host runs it.
    pub host: PathBuf,
    /// The same without symbols, and the devices' program, for the guest.
    pub stationd: PathBuf,
    pub devices: PathBuf,
    /// A planted fault.
    pub forgetful: PathBuf,
}

/// For the unit to come up.
const UP_WITHIN: Duration = Duration::from_secs(60);
/// For a verdict to be seen.
const SEEN_WITHIN: Duration = Duration::from_secs(20);

/// A running bench.
pub struct Bench {
    pub vm: Vm,
    pub devices: Devices,
}

impl Bench {
    /// A machine that is up, with the ledger's disk in its place and nothing started.
    pub fn up(lab: &Lab, disk: &Disk) -> Result<Bench> {
        let mut vm = Vm::restore(&lab.machine, disk)?;
        lend(&vm, &lab.stationd, "stationd")?;
        lend(&vm, &lab.devices, "lab-devices")?;
        vm.sh("mount -t ext4 /dev/vdb /var/lib/stationd && cp /lab/stationd /usr/bin/stationd && cp /lab/lab-devices /run/ \
               && (setsid /run/lab-devices >/run/devices.log 2>&1 &)")?;
        let devices = Devices::new(vm.port("dev")?)?;
        devices.ready()?;
        Ok(Bench { vm, devices })
    }

    /// Writes the configuration.
    pub fn configure(&mut self, text: &str) -> Result<()> {
        let head = "listen = \"0.0.0.0:7117\"\n";
        self.vm.sh(&format!("cat >/etc/stationd/stationd.toml <<'END'\n{head}{text}END"))?;
        Ok(())
    }

    /// Lets the unit run hub and stations in one process, as a shop on one PC does.
    pub fn with_hub(&mut self) -> Result<()> {
        self.drop_in("hub", "ExecStart=\nExecStart=/usr/bin/stationd")
    }

    /// Adds lines to the unit.
    pub fn drop_in(&mut self, name: &str, lines: &str) -> Result<()> {
        let folder = "/run/systemd/system/stationd.service.d";
        self.vm.sh(&format!(
            "mkdir -p {folder} && cat >{folder}/{name}.conf <<'END'\n[Service]\n{lines}\nEND\nsystemctl daemon-reload"
        ))?;
        Ok(())
    }

    /// Plants a fault: the stations no more wait for the disk.
    pub fn plant_forgetful(&mut self, lab: &Lab) -> Result<()> {
        lend(&self.vm, &lab.forgetful, "forgetful.so")?;
        self.vm.sh("cp /lab/forgetful.so /usr/lib/")?;
        self.drop_in("planted", "Environment=LD_PRELOAD=/usr/lib/forgetful.so")
    }

    /// Starts the unit; it is up when systemd says so.
    pub fn start(&mut self) -> Result<()> {
        let (status, said) = self.vm.ask("systemctl start stationd")?;
        ensure!(status == 0, "the unit did not start: {said}\n{}", self.log()?);
        Ok(())
    }

    /// Plugs a device in and waits until its stable name is there.
    pub fn plug(&mut self, name: &str, model: Model, socket: u32) -> Result<Duration> {
        self.devices.plug(name, model, socket)?;
        self.vm.until(&format!("test -e {}", model.path(socket)), UP_WITHIN)
    }

    /// What the unit wrote.
    pub fn log(&mut self) -> Result<String> {
        Ok(self.vm.ask("journalctl -u stationd -n 60 --no-pager -o cat")?.1)
    }

    /// Looks at a station's kiosk until it shows this code in green, among the last scans; how long that took.
    pub fn green(&self, station: &str, code: &str) -> Result<Duration> {
        self.sees(station, SEEN_WITHIN, |page| greens(page).any(|line| line.contains(code)))
            .with_context(|| format!("{code} did not turn green"))
    }

    /// Waits until the stations have so many scanners open: what is typed before may be heard by half.
    pub fn opened(&mut self, count: usize) -> Result<()> {
        let nodes = "/dev/\\(input/event\\|hidraw\\|ttyACM\\|ttyUSB\\)";
        let open =
            format!("ls -l /proc/$(systemctl show -P MainPID stationd)/fd | grep -o '{nodes}[0-9]*' | sort -u | wc -l");
        self.vm.until(&format!("test $({open}) -ge {count}"), UP_WITHIN).map(drop)
    }

    /// Waits until no scanner of a station is missed; how long that took.
    pub fn ready(&self, station: &str) -> Result<Duration> {
        self.sees(station, SEEN_WITHIN, |page| !page.contains("class=\"trouble\""))
    }

    /// The page of a station as it is now.
    pub fn page(&self, station: &str) -> Result<String> {
        http::get(&self.vm.kiosk, &format!("/station/{station}"))
    }

    /// Looks at a station's kiosk until it shows what is wanted; how long that took.
    pub fn sees(&self, station: &str, within: Duration, is_wanted: impl Fn(&str) -> bool) -> Result<Duration> {
        let begun = Instant::now();
        let mut shown = String::new();
        let mut live = Live::open(&self.vm.kiosk, &format!("/station/{station}/live"))?;
        while begun.elapsed() < within {
            let (name, data) = live.next()?;
            if name == "view" && is_wanted(&data) {
                return Ok(begun.elapsed());
            }
            shown = if name == "view" { data } else { shown };
        }
        anyhow::bail!("kiosk {station} shows {}", words(&shown));
    }
}

/// The lines of a page's last scans that are green.
pub fn greens(page: &str) -> impl Iterator<Item = &str> {
    page.split("<li ")
        .skip(1)
        .filter(|line| line.starts_with("class=\"go\""))
        .map(|line| line.split("</li>").next().unwrap_or(line))
}

/// A page's words without its marks.
pub fn words(page: &str) -> String {
    let mut text = String::new();
    let mut is_mark = false;
    for c in page.chars() {
        match c {
            '<' => is_mark = true,
            '>' => {
                is_mark = false;
                text.push(' ');
            }
            c if !is_mark => text.push(c),
            _ => {}
        }
    }
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
