//! Which scanners are plugged in, known or not. Nothing is opened: sysfs says enough, and anybody may read it.

use std::io;
use std::path::{Path, PathBuf};

use crate::catalog::scanners::{Kind, Profiles, find};
use crate::device::scanner::{Place, ScannerConfig, Transport};
use crate::device::sysfs::{self, Identity, Node};
use crate::device::watch::Watch;
use crate::ids::{ID_MAX, ScannerId};
use crate::scan::frame::Framing;
use crate::scan::hidpos::HidPos;

/// Bits of the keys that a barcode needs, in a keyboard's bitmap: Enter, the digits, A to L.
const KEYS: u64 = 1 << 28 | 0x3ff << 2 | 0x1ff << 30;

/// Where udev writes what it knows of a device, once its rights are set and its links are made.
const UDEV: &str = "/run/udev/data";

/// A device that may be a scanner.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// What it is called until somebody names it: its port or address, the same after a reboot.
    pub name: ScannerId,
    /// How it talks.
    pub kind: Kind,
    /// Its node, or the first of its nodes.
    pub node: PathBuf,
    /// What it is.
    pub identity: Identity,
    /// The profile that serves it.
    pub profile: Option<String>,
    /// Whether that profile names this device, so that it is a scanner for sure. A keyboard without one may be the
    /// keyboard of the person at the bench.
    pub known: bool,
    /// Whether it is called by its serial number, and so is the same at any port.
    pub by_serial: bool,
}

/// Everything that is plugged in and may be a scanner, one entry for each physical device and way of talking.
#[must_use]
pub fn present(profiles: &Profiles) -> Vec<Found> {
    let keyboards = sysfs::nodes("input", "event").into_iter().filter(types).map(|node| (Kind::Keyboard, node));
    let hidpos = sysfs::nodes("hidraw", "hidraw").into_iter().filter(gives_barcodes).map(|node| (Kind::Hidpos, node));
    let serial = ["ttyACM", "ttyUSB"].into_iter().flat_map(|prefix| sysfs::nodes("tty", prefix));
    let serial = serial.map(|node| (Kind::Serial, node));
    let mut found: Vec<Found> = Vec::new();
    let ready = |(_, node): &(Kind, Node)| is_ready(Path::new(UDEV), node);
    for (kind, node) in keyboards.chain(hidpos).chain(serial).filter(ready) {
        let again = found.iter().any(|f| f.kind == kind && f.identity.folder == node.identity.folder);
        if !again && let Some(one) = one(profiles, kind, node) {
            found.push(one);
        }
    }
    tell_twins_apart(&mut found);
    found
}

/// Whether udev is done with a device. Before that, a scanner of the configuration is not known by its link yet and
/// would be taken for a new one. Where no udev runs, every device is ready.
fn is_ready(udev: &Path, node: &Node) -> bool {
    let number = sysfs::attribute(&node.class, "dev");
    number.is_none_or(|number| !udev.exists() || udev.join(format!("c{}", number.trim())).exists())
}

/// Two devices with one serial number have none: each is called by its port.
fn tell_twins_apart(found: &mut [Found]) {
    let twins: Vec<ScannerId> = (1..found.len())
        .filter_map(|i| found.get(i).filter(|one| found.iter().take(i).any(|other| other.name == one.name)))
        .map(|one| one.name.clone())
        .collect();
    for one in found.iter_mut().filter(|one| twins.contains(&one.name)) {
        if let Some(name) = name(one.kind, &one.node, &one.identity, false) {
            (one.name, one.by_serial) = (name, false);
        }
    }
}

/// Watches the folders where scanners come and go; [`present`] says what is there after each change.
///
/// # Errors
/// The kernel has no more watches.
pub fn changes() -> io::Result<Watch> {
    let mut watch = Watch::new(Path::new("/dev/input/event"))?;
    watch.and(Path::new(UDEV));
    Ok(watch)
}

fn one(profiles: &Profiles, kind: Kind, node: Node) -> Option<Found> {
    let Node { path, identity, .. } = node;
    let profile = find(profiles, kind, identity.vendor, identity.product);
    let known = profile.is_some_and(|(_, profile)| !profile.matches.is_empty());
    let profile = profile.map(|(name, _)| name.to_owned());
    // Only of a scanner for sure: the receiver of a radio scanner has whatever number its chip came with.
    let by_serial = known && identity.address.is_none() && own_serial(&identity).is_some();
    let name = name(kind, &path, &identity, by_serial)?;
    Some(Found { name, kind, node: path, identity, profile, known, by_serial })
}

/// A serial number that tells one device from all others: cheap ones all have the same.
fn own_serial(identity: &Identity) -> Option<&str> {
    /// Shorter ones are counted from 1 by every maker.
    const DIGITS_MIN: usize = 5;
    let serial = identity.serial.as_deref()?;
    let plain: String = serial.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_uppercase();
    let mut kinds: Vec<char> = plain.chars().filter(|c| *c != '0').collect();
    kinds.dedup();
    let counted = ["0123456789ABCDEF", "ABCDEFGHIJKL"].iter().any(|run| run.contains(plain.trim_start_matches('0')));
    (plain.len() >= DIGITS_MIN && kinds.len() > 1 && !counted).then_some(serial)
}

/// Serial number, port, address or, for what has none of them, the node's name.
fn name(kind: Kind, path: &Path, identity: &Identity, by_serial: bool) -> Option<ScannerId> {
    let serial = identity.serial.as_deref().filter(|_| by_serial);
    let place = serial.or(identity.port.as_deref()).or(identity.address.as_deref());
    let place = place.or_else(|| path.file_name()?.to_str())?;
    let name: String = format!("{kind}:{place}").chars().filter(char::is_ascii_graphic).take(ID_MAX).collect();
    ScannerId::new(name).ok()
}

/// Whether a node has the keys of a barcode, by its bitmap in sysfs: words of the machine's size, the highest first.
fn types(node: &Node) -> bool {
    let Some(bitmap) = sysfs::attribute(&node.class, "device/capabilities/key") else {
        return false;
    };
    let low = bitmap.split_whitespace().rev().take(2).enumerate().try_fold(0, |bits, (i, word)| {
        let word = u64::from_str_radix(word, 16).ok()?;
        Some(bits | word.checked_shl(usize::BITS * u32::try_from(i).ok()?).unwrap_or(0))
    });
    low.is_some_and(|bits: u64| bits & KEYS == KEYS)
}

fn gives_barcodes(node: &Node) -> bool {
    let descriptor = sysfs::attribute_bytes(&node.class, "device/report_descriptor");
    descriptor.is_some_and(|descriptor| HidPos::new(&descriptor, &Framing::default()).is_ok())
}

impl Found {
    /// Whether a scanner of the configuration is this device.
    #[must_use]
    pub fn is_at(&self, place: &Place) -> bool {
        let Some(path) = &place.path else { return place.fits(&self.identity) };
        let class = match self.kind {
            Kind::Keyboard => "input",
            Kind::Hidpos => "hidraw",
            Kind::Serial | Kind::Tcp => "tty",
        };
        sysfs::node_at(class, path).is_some_and(|node| node.identity.folder == self.identity.folder)
    }

    /// How to open it. A device that is only offered for pairing is not taken from others.
    #[must_use]
    pub fn config(&self, exclusive: bool) -> ScannerConfig {
        let Identity { port, address, serial, .. } = self.identity.clone();
        let place = if self.by_serial {
            Place { serial, ..Place::default() }
        } else {
            let path = (port.is_none() && address.is_none()).then(|| self.node.clone());
            Place { path, port, serial: None, address }
        };
        let transport = match self.kind {
            Kind::Keyboard => Transport::Evdev(place),
            Kind::Hidpos => Transport::Hidraw(place),
            Kind::Serial | Kind::Tcp => Transport::Serial(place, Default::default()),
        };
        ScannerConfig { exclusive, ..ScannerConfig::new(self.name.clone(), transport) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_keyboard_is_told_from_a_mouse_and_a_power_button() {
        let folder = tempfile::tempdir().expect("a folder");
        let capabilities = folder.path().join("device/capabilities");
        std::fs::create_dir_all(&capabilities).expect("a folder");
        let check = |bitmap: &str| {
            std::fs::write(capabilities.join("key"), bitmap).expect("a file");
            types(&Node { path: PathBuf::new(), class: folder.path().to_owned(), identity: Identity::default() })
        };
        // As a 64-bit kernel prints them.
        assert!(check("1000000000007 ff9f207ac14057ff febeffdfffefffff fffffffffffffffe\n"));
        assert!(!check("1f0000 0 0 0 0\n"), "a mouse");
        assert!(!check("10000000000000 0\n"), "a power button");
        assert!(!check("\n") && !check("nonsense"));
    }

    #[test]
    fn a_device_counts_once_udev_is_done_with_it() {
        let folder = tempfile::tempdir().expect("a folder");
        let (class, udev) = (folder.path().join("event5"), folder.path().join("udev"));
        std::fs::create_dir(&class).expect("a folder");
        std::fs::write(class.join("dev"), "13:69\n").expect("a file");
        let node = Node { path: PathBuf::new(), class, identity: Identity::default() };
        assert!(is_ready(&udev, &node), "no udev runs");
        std::fs::create_dir(&udev).expect("a folder");
        assert!(!is_ready(&udev, &node));
        std::fs::write(udev.join("c13:69"), "I:1\n").expect("a file");
        assert!(is_ready(&udev, &node));
    }

    #[test]
    fn a_device_is_named_after_its_port() {
        let usb = Identity { port: Some("0000:00:14.0:2.3".to_owned()), ..Identity::default() };
        let radio = Identity { address: Some("00:11:22:33:44:55".to_owned()), ..Identity::default() };
        let check = |identity: &Identity, wanted: &str| {
            let name = name(Kind::Keyboard, Path::new("/dev/input/event3"), identity, false).expect("a name");
            assert_eq!(name.as_str(), wanted);
        };
        check(&usb, "keyboard:0000:00:14.0:2.3");
        check(&radio, "keyboard:00:11:22:33:44:55");
        check(&Identity::default(), "keyboard:event3");
    }

    #[test]
    fn a_scanner_is_known_by_a_serial_number_of_its_own_at_any_port() {
        let check = |serial: &str, wanted: bool| {
            let identity = Identity { serial: Some(serial.to_owned()), ..Identity::default() };
            assert_eq!(own_serial(&identity).is_some(), wanted, "{serial}");
        };
        check("S/N:4FA21C09B1", true);
        check("19087522502874", true);
        ["", "1", "0000", "00000001", "0123456789", "123456", "0123456789ABCDEF", "abcdef", "111111", "SN1"]
            .into_iter()
            .for_each(|serial| check(serial, false));
    }

    #[test]
    fn two_scanners_with_one_serial_number_are_told_apart_by_their_ports() {
        let scanner = |port: &str, serial: &str| {
            let identity =
                Identity { port: Some(port.to_owned()), serial: Some(serial.to_owned()), ..Identity::default() };
            let name = name(Kind::Serial, Path::new("/dev/ttyACM0"), &identity, true).expect("a name");
            Found {
                name,
                kind: Kind::Serial,
                node: PathBuf::new(),
                identity,
                profile: None,
                known: true,
                by_serial: true,
            }
        };
        let mut all = [scanner("p:1", "4FA21C09"), scanner("p:2", "4FA21C09"), scanner("p:3", "55501234")];
        tell_twins_apart(&mut all);
        assert_eq!(all.each_ref().map(|found| found.name.as_str()), ["serial:p:1", "serial:p:2", "serial:55501234"]);
    }
}
