//! The udev rules of the scanners that have a file: who may open them, and who must leave them alone.
//!
//! Source: udev(7), and systemd's own rules. The number 72 is no accident: below 73, where the seat's user gets access,
//! and above 70, where a keyboard gets the tag of a power switch, which a barcode must not be.

use std::fmt::Write as _;

use super::{Kind, Profile};

const HEAD: &str = "\
# Made from devices/scanners; the test `the_udev_rules_are_in_step` writes this file anew.
#
# The group `stationd` may open the scanners below. Desktops, ModemManager and the power saving leave them alone.
# brltty takes some USB-to-serial adapters for braille displays and heeds no such rule: remove it from a station's PC.

ACTION==\"remove\", GOTO=\"stationd_end\"
SUBSYSTEM!=\"usb|input|hidraw|tty\", GOTO=\"stationd_end\"
";

const TAIL: &str = "
ENV{STATIOND_SCANNER}==\"\", GOTO=\"stationd_end\"
# Never asleep, or the first scan is lost; and no modem commands.
ENV{STATIOND_SCANNER}==\"device\", ENV{ID_MM_DEVICE_IGNORE}=\"1\", TEST==\"power/control\", ATTR{power/control}=\"on\"
ENV{STATIOND_SCANNER}==\"device\", GOTO=\"stationd_end\"
IMPORT{builtin}=\"path_id\"
GROUP=\"stationd\", MODE=\"0660\"
ENV{ID_PATH}==\"?*\", SYMLINK+=\"stationd/$env{STATIOND_SCANNER}-$env{ID_PATH}\"
ENV{STATIOND_SCANNER}==\"serial\", ENV{ID_MM_DEVICE_IGNORE}=\"1\", ENV{ID_MM_PORT_IGNORE}=\"1\"
# No keyboard to a desktop or a console's login manager, and no power switch.
ENV{STATIOND_SCANNER}==\"keyboard\", ENV{LIBINPUT_IGNORE_DEVICE}=\"1\", ENV{ID_INPUT}=\"\", ENV{ID_INPUT_KEYBOARD}=\"\"
ENV{STATIOND_SCANNER}==\"keyboard\", TAG-=\"power-switch\"

LABEL=\"stationd_end\"
";

/// The text of `udev/72-stationd.rules` for these profiles.
#[must_use]
pub fn udev_rules(profiles: &[&Profile]) -> String {
    let mut rules = HEAD.to_owned();
    for profile in profiles.iter().filter(|profile| !profile.matches.is_empty()) {
        let nodes = match profile.transport {
            Kind::Keyboard => "SUBSYSTEM==\"input\", KERNEL==\"event*\"",
            Kind::Hidpos => "SUBSYSTEM==\"hidraw\"",
            Kind::Serial => "SUBSYSTEM==\"tty\"",
            Kind::Tcp => continue,
        };
        let _ = write!(rules, "\n# {}\n", profile.title.replace(|c: char| c.is_control(), " "));
        for m in &profile.matches {
            let ids = |attribute: &str| {
                let product = m.product.map(|id| format!(", {attribute}{{idProduct}}==\"{id}\"")).unwrap_or_default();
                format!("{attribute}{{idVendor}}==\"{}\"{product}", m.vendor)
            };
            let device = ids("ATTR");
            let _ = writeln!(
                rules,
                "SUBSYSTEM==\"usb\", ENV{{DEVTYPE}}==\"usb_device\", {device}, ENV{{STATIOND_SCANNER}}=\"device\""
            );
            let _ = writeln!(rules, "{nodes}, {}, ENV{{STATIOND_SCANNER}}=\"{}\"", ids("ATTRS"), profile.transport);
        }
    }
    rules.push_str(TAIL);
    rules
}

#[cfg(test)]
mod tests {
    use super::super::built_in;
    use super::*;

    /// `STATIOND_WRITE=1 cargo test the_udev_rules_are_in_step` writes the file.
    #[test]
    fn the_udev_rules_are_in_step() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/udev/72-stationd.rules");
        let profiles = built_in().expect("the profiles");
        let rules = udev_rules(&profiles.values().collect::<Vec<_>>());
        if std::env::var_os("STATIOND_WRITE").is_some() {
            std::fs::write(path, &rules).expect("the file can be written");
        }
        let found = std::fs::read_to_string(path).expect("the file");
        assert!(found == rules, "run: STATIOND_WRITE=1 cargo test the_udev_rules_are_in_step");
    }

    #[test]
    fn a_scanner_is_named_by_its_node_and_its_ids() {
        let text = "title = \"X\"\ntransport = \"serial\"\nmatch = [{ vendor = \"05e0\", product = \"1701\" }]";
        let profile = super::super::parse(text).expect("a profile");
        let rules = udev_rules(&[&profile]);
        let wanted = "SUBSYSTEM==\"tty\", ATTRS{idVendor}==\"05e0\", ATTRS{idProduct}==\"1701\", \
                      ENV{STATIOND_SCANNER}=\"serial\"\n";
        assert!(rules.contains(wanted), "{rules}");
    }
}
