//! Which physical device a device node belongs to, as the kernel's sysfs tells it (`Documentation/ABI/testing`).

use std::fs;
use std::path::{Path, PathBuf};

/// Longest attribute that is read, in bytes; names are short and HID report descriptors have at most 4096.
const ATTRIBUTE_MAX: usize = 4096;

/// The USB device, or the radio link, behind a device node.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Identity {
    /// Its folder in sysfs: equal for all nodes of one physical device.
    pub folder: PathBuf,
    /// Controller and chain of hub ports, such as `0000:00:14.0:2.3`. It stays the same across reboots.
    pub port: Option<String>,
    /// Its serial number, where it has one; identical models without one are told apart by port.
    pub serial: Option<String>,
    /// `idVendor`, 0 without.
    pub vendor: u16,
    /// `idProduct`, 0 without.
    pub product: u16,
    /// Its own name for itself.
    pub name: String,
    /// A Bluetooth device's address.
    pub address: Option<String>,
}

/// A node of one of the kernel's classes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Node {
    /// `/dev/…`
    pub path: PathBuf,
    /// The folder that describes the node itself, such as `/sys/class/input/event3`.
    pub class: PathBuf,
    /// What it belongs to.
    pub identity: Identity,
}

/// All nodes of a class (`input`, `hidraw`, `tty`) whose names begin with `prefix` and that belong to a device.
#[must_use]
pub fn nodes(class: &str, prefix: &str) -> Vec<Node> {
    let Ok(entries) = fs::read_dir(Path::new("/sys/class").join(class)) else {
        return Vec::new();
    };
    let names = entries.flatten().map(|entry| entry.path());
    let mut found: Vec<Node> = names.filter_map(|class| node(&class, prefix)).collect();
    found.sort_by(|a, b| a.path.cmp(&b.path));
    found
}

/// The node of a class that `path` is, through symbolic links.
#[must_use]
pub fn node_at(class: &str, path: &Path) -> Option<Node> {
    let path = fs::canonicalize(path).ok()?;
    node(&Path::new("/sys/class").join(class).join(path.file_name()?), "")
}

fn node(class: &Path, prefix: &str) -> Option<Node> {
    let name = class.file_name()?.to_str()?.to_owned();
    if !name.starts_with(prefix) {
        return None;
    }
    let device = fs::canonicalize(class.join("device")).ok()?;
    let path = match attribute(class, "uevent").as_deref().and_then(|uevent| setting(uevent, "DEVNAME")) {
        Some(path) => Path::new("/dev").join(path),
        None => Path::new("/dev").join(name),
    };
    Some(Node { path, class: class.to_owned(), identity: identity(&device) })
}

/// What the device in this sysfs folder is a part of: the USB device above it, or the HID device of a radio link, or
/// else itself.
fn identity(device: &Path) -> Identity {
    let above = |file: &str| device.ancestors().find(|folder| folder.join(file).exists());
    let (usb, hid) = (above("idVendor"), above("report_descriptor"));
    let folder = usb.or(hid).unwrap_or(device);
    // Such as `HID_ID=0005:000005E0:00001200`: bus, vendor, product.
    let uevent = hid.and_then(|hid| attribute(hid, "uevent")).unwrap_or_default();
    let hid_id = |i| setting(&uevent, "HID_ID").and_then(|id| id.split(':').nth(i)).map(str::to_owned);
    let id = |own: &str, input: &str, i| {
        let hex = attribute(folder, own).or_else(|| attribute(device, input)).or_else(|| hid_id(i));
        hex.and_then(|hex| u16::from_str_radix(hex.trim_start_matches('0'), 16).ok()).unwrap_or_default()
    };
    let said = |own: Option<String>, key| own.or_else(|| setting(&uevent, key).map(str::to_owned));
    let uniq = said(attribute(device, "uniq"), "HID_UNIQ").filter(|uniq| !uniq.is_empty());
    let name = attribute(folder, "product").or_else(|| said(attribute(device, "name"), "HID_NAME"));
    Identity {
        folder: folder.to_owned(),
        port: usb.and_then(port),
        serial: attribute(folder, "serial"),
        vendor: id("idVendor", "id/vendor", 1),
        product: id("idProduct", "id/product", 2),
        name: name.unwrap_or_default(),
        address: uniq.filter(|_| usb.is_none()),
    }
}

/// Controller and ports of a USB device's folder, such as `…/0000:00:14.0/usb1/1-2/1-2.3`.
fn port(usb: &Path) -> Option<String> {
    let (_, ports) = usb.file_name()?.to_str()?.split_once('-')?;
    let is_root = |folder: &&Path| folder.file_name().and_then(|n| n.to_str()).is_some_and(|n| n.starts_with("usb"));
    let controller = usb.ancestors().find(is_root)?.parent()?.file_name()?.to_str()?;
    Some(format!("{controller}:{ports}"))
}

/// One attribute as text without its line end; none if it is not there or too long.
#[must_use]
pub fn attribute(folder: &Path, name: &str) -> Option<String> {
    let bytes = attribute_bytes(folder, name)?;
    Some(String::from_utf8_lossy(&bytes).trim().to_owned())
}

/// One attribute as it is; none if it is not there or too long.
#[must_use]
pub fn attribute_bytes(folder: &Path, name: &str) -> Option<Vec<u8>> {
    fs::read(folder.join(name)).ok().filter(|bytes| bytes.len() <= ATTRIBUTE_MAX)
}

fn setting<'a>(uevent: &'a str, key: &str) -> Option<&'a str> {
    uevent.lines().find_map(|line| line.split_once('=').filter(|(k, _)| *k == key)).map(|(_, value)| value)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn write(path: PathBuf, text: &str) {
        fs::create_dir_all(path.parent().expect("a folder")).expect("folders");
        fs::write(path, text).expect("a file");
    }

    #[test]
    fn two_interfaces_of_one_usb_device_are_one_device() {
        let sys = tempfile::tempdir().expect("a folder");
        let usb = sys.path().join("devices/pci0000:00/0000:00:14.0/usb1/1-2/1-2.3");
        write(usb.join("idVendor"), "0c2e\n");
        write(usb.join("idProduct"), "0b61\n");
        write(usb.join("serial"), "SN1\n");
        write(usb.join("product"), "Vuquest\n");
        write(usb.join("1-2.3:1.0/input/input5/name"), "Vuquest Keyboard\n");
        write(usb.join("1-2.3:1.1/input/input6/name"), "Vuquest Mouse\n");
        let one = identity(&usb.join("1-2.3:1.0/input/input5"));
        assert_eq!(one, identity(&usb.join("1-2.3:1.1/input/input6")));
        assert_eq!(one.port.as_deref(), Some("0000:00:14.0:2.3"));
        assert_eq!((one.vendor, one.product, one.serial.as_deref()), (0x0c2e, 0x0b61, Some("SN1")));
        assert_eq!((one.name.as_str(), one.address), ("Vuquest", None));
    }

    #[test]
    fn a_radio_keyboard_is_known_by_its_address() {
        let sys = tempfile::tempdir().expect("a folder");
        let hid = sys.path().join("devices/virtual/misc/uhid/0005:05E0:1200.0001");
        write(hid.join("report_descriptor"), "");
        write(hid.join("uevent"), "HID_ID=0005:000005E0:00001200\nHID_NAME=RS6000\nHID_UNIQ=00:11:22:33:44:55\n");
        let (keys, volume) = (hid.join("input/input9"), hid.join("input/input10"));
        for input in [&keys, &volume] {
            write(input.join("uniq"), "00:11:22:33:44:55\n");
            write(input.join("id/vendor"), "05e0\n");
            write(input.join("id/product"), "1200\n");
            write(input.join("name"), "RS6000\n");
        }
        let found = identity(&keys);
        assert_eq!(found.address.as_deref(), Some("00:11:22:33:44:55"));
        assert_eq!((found.vendor, found.product, found.name.as_str()), (0x05e0, 0x1200, "RS6000"));
        assert_eq!(found, identity(&volume), "two nodes of one device");
        assert_eq!(found, identity(&hid), "its hidraw node");
    }

    #[test]
    fn devices_without_a_bus_are_each_their_own() {
        let sys = tempfile::tempdir().expect("a folder");
        let inputs = ["input3", "input4"].map(|name| sys.path().join("devices/virtual/input").join(name));
        inputs.iter().for_each(|input| write(input.join("name"), "made by a program\n"));
        assert_ne!(identity(&inputs[0]).folder, identity(&inputs[1]).folder);
    }
}
