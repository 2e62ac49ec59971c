//! Scanners from `devices/scanners`: text in, [`Profile`] out.

mod spec;
mod udev;

use std::collections::BTreeMap;
use std::fmt;
use std::time::Duration;

use evdev::KeyCode;
use serde::{Deserialize, Serialize};

pub use spec::{Caps, EndingSpec, FlowSpec, FramingSpec, MarksSpec, ParitySpec, SerialSpec};
pub use udev::udev_rules;

use crate::scan::frame::Framing;
use crate::scan::keys::KeyOptions;

/// What is known of a kind of scanner.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Profile {
    /// Maker and model, or what the file serves.
    pub title: String,
    /// How it talks.
    pub transport: Kind,
    /// The USB devices that it is; empty for what has no USB identity and for the file that serves unknown devices.
    #[serde(default, rename = "match")]
    pub matches: Vec<UsbMatch>,
    /// Its keyboard layout, a name in `devices/keyboards`.
    pub keyboard: Option<String>,
    /// Where Caps Lock comes from.
    #[serde(default)]
    pub caps: Caps,
    /// Keys that it sends instead of characters, such as `KEY_F12 = "\u001d"`.
    #[serde(default, deserialize_with = "keys")]
    pub keys: BTreeMap<u16, char>,
    /// How its scans are marked.
    #[serde(default)]
    pub framing: FramingSpec,
    /// The serial line's settings.
    #[serde(default)]
    pub serial: SerialSpec,
    /// What it is sent over a serial line so that it signals a refusal itself, by a beep or a light.
    pub refusal: Option<String>,
    /// What one should know before connecting it, for `stationd devices`.
    pub note: Option<String>,
}

/// How a scanner talks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// As a keyboard, by the kernel's input layer.
    Keyboard,
    /// By a serial line, also over USB.
    Serial,
    /// By HID POS reports (usage page 0x8C).
    Hidpos,
    /// By lines over TCP.
    Tcp,
}

/// One USB device, by its canonical ids.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct UsbMatch {
    /// `idVendor`
    pub vendor: HexId,
    /// `idProduct`; every product of the vendor that talks so, if left out.
    pub product: Option<HexId>,
}

/// A USB vendor or product id: four lower-case hexadecimal digits, as udev has them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct HexId(pub u16);

macro_rules! built_in {
    ($($name:literal)*) => {
        [$(($name, include_str!(concat!("../../../devices/scanners/", $name, ".toml")))),*]
    };
}

/// The scanners that stationd knows, by file name.
pub const BUILT_IN: [(&str, &str); 28] = built_in! {
    "barcode-reader-13ba-keyboard"
    "cino-keyboard"
    "datalogic-gryphon-keyboard"
    "datalogic-magellan-keyboard"
    "datalogic-serial"
    "generic-hidpos"
    "generic-keyboard"
    "generic-serial"
    "generic-tcp"
    "hand-held-products-hidpos"
    "honeywell-hidpos"
    "honeywell-keyboard"
    "honeywell-serial"
    "honeywell-voyager-1400g-keyboard"
    "honeywell-vuquest-3310g-keyboard"
    "intermec-sg20-hidpos"
    "intermec-sg20-keyboard"
    "intermec-sg20-serial"
    "newland-hidpos"
    "newland-keyboard"
    "newland-serial"
    "opticon-keyboard"
    "opticon-serial"
    "tera-keyboard"
    "youjie-hidpos"
    "zebra-cs4070-serial"
    "zebra-keyboard"
    "zebra-serial"
};

/// Every profile by its file name, without `.toml`.
pub type Profiles = BTreeMap<String, Profile>;

/// Longest prefix or suffix, in bytes; scanners allow at most a dozen.
pub const AFFIX_MAX: usize = 32;

/// Why a text is not a scanner profile.
#[derive(Debug, thiserror::Error)]
pub enum ProfileError {
    /// It is not TOML, has keys that are not known, or ids that are not canonical.
    #[error("{0}")]
    Toml(#[from] toml::de::Error),
    /// A setting that belongs to another transport.
    #[error("`{key}` has no meaning for a scanner with transport {transport}")]
    OtherTransport {
        /// The setting.
        key: &'static str,
        /// The file's transport.
        transport: Kind,
    },
    /// A prefix or suffix longer than [`AFFIX_MAX`].
    #[error("a prefix, suffix or refusal is longer than {AFFIX_MAX} bytes")]
    LongAffix,
    /// A speed of zero, or a number of bits that no serial line has.
    #[error("a serial line has a speed above 0, 7 or 8 data bits, and 1 or 2 stop bits")]
    Serial,
}

/// Reads one file of `devices/scanners`.
///
/// # Errors
/// Not TOML, an unknown key, an id that is not canonical, or a setting of another transport.
pub fn parse(text: &str) -> Result<Profile, ProfileError> {
    let profile: Profile = toml::from_str(text)?;
    let transport = profile.transport;
    let other = |key| Err(ProfileError::OtherTransport { key, transport });
    if transport != Kind::Serial && profile.refusal.is_some() {
        return other("refusal");
    }
    if profile.refusal.as_ref().is_some_and(|bytes| bytes.len() > AFFIX_MAX) {
        return Err(ProfileError::LongAffix);
    }
    if transport != Kind::Serial && profile.serial != SerialSpec::default() {
        return other("serial");
    }
    if transport != Kind::Keyboard {
        if profile.keyboard.is_some() {
            return other("keyboard");
        }
        if !profile.keys.is_empty() {
            return other("keys");
        }
        if profile.caps != Caps::default() {
            return other("caps");
        }
    }
    profile.framing.check()?;
    profile.serial.check()?;
    Ok(profile)
}

/// The scanners that stationd knows.
///
/// # Errors
/// Never with the files of this repository, as a test shows.
pub fn built_in() -> Result<Profiles, ProfileError> {
    BUILT_IN.iter().map(|(name, text)| Ok(((*name).to_owned(), parse(text)?))).collect()
}

/// The profile that fits a USB device best: vendor and product before vendor alone before the generic one.
#[must_use]
pub fn find(profiles: &Profiles, kind: Kind, vendor: u16, product: u16) -> Option<(&str, &Profile)> {
    let rank = |m: &UsbMatch| match m.product {
        _ if m.vendor.0 != vendor => None,
        Some(HexId(id)) => (id == product).then_some(2),
        None => Some(1),
    };
    let fits = profiles.iter().filter(|(_, profile)| profile.transport == kind).filter_map(|(name, profile)| {
        let best = profile.matches.iter().filter_map(rank).max();
        best.map(|best| (best, name.as_str(), profile))
    });
    let best = fits.max_by_key(|(best, _, _)| *best).map(|(_, name, profile)| (name, profile));
    best.or_else(|| profiles.get_key_value(kind.generic()).map(|(name, profile)| (name.as_str(), profile)))
}

impl Profile {
    /// How this scanner's scans are marked, where `over` says nothing else.
    #[must_use]
    pub fn framing(&self, over: &FramingSpec) -> Framing {
        let usual = if self.transport == Kind::Keyboard { KeyOptions::default().framing } else { Framing::default() };
        let own = &self.framing;
        let affix = |a: &Option<String>, b: &Option<String>| a.clone().or_else(|| b.clone()).unwrap_or_default();
        Framing {
            marks: over.marks.or(own.marks).map_or(usual.marks, MarksSpec::marks),
            ending: over.ending.or(own.ending).map_or(usual.ending, EndingSpec::ending),
            gap: over.gap_ms.or(own.gap_ms).map_or(usual.gap, |ms| Duration::from_millis(ms.into())),
            prefix: affix(&over.prefix, &own.prefix),
            suffix: affix(&over.suffix, &own.suffix),
            gs: over.gs.or(own.gs),
        }
    }

    /// How this keyboard scanner differs from others.
    #[must_use]
    pub fn key_options(&self, over: &FramingSpec) -> KeyOptions {
        KeyOptions { framing: self.framing(over), caps: self.caps.into(), extra: self.keys.clone() }
    }
}

impl Kind {
    /// The file that serves unknown devices of this transport.
    #[must_use]
    pub const fn generic(self) -> &'static str {
        match self {
            Self::Keyboard => "generic-keyboard",
            Self::Serial => "generic-serial",
            Self::Hidpos => "generic-hidpos",
            Self::Tcp => "generic-tcp",
        }
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Keyboard => "keyboard",
            Self::Serial => "serial",
            Self::Hidpos => "hidpos",
            Self::Tcp => "tcp",
        })
    }
}

impl fmt::Display for HexId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04x}", self.0)
    }
}

impl From<HexId> for String {
    fn from(id: HexId) -> String {
        id.to_string()
    }
}

impl TryFrom<String> for HexId {
    type Error = &'static str;
    fn try_from(text: String) -> Result<Self, Self::Error> {
        match u16::from_str_radix(&text, 16) {
            Ok(id) if HexId(id).to_string() == text => Ok(HexId(id)),
            _ => Err("a USB id is four lower-case hexadecimal digits"),
        }
    }
}

fn keys<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<BTreeMap<u16, char>, D::Error> {
    let named = BTreeMap::<String, char>::deserialize(deserializer)?;
    let code = |name: String| match name.parse::<KeyCode>() {
        Ok(key) => Ok(key.0),
        Err(_) => Err(serde::de::Error::custom(format!("no key of the kernel's is named {name}"))),
    };
    named.into_iter().map(|(name, c)| Ok((code(name)?, c))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::keyboards;
    use crate::scan::frame::Frame;
    use crate::scan::hidpos::HidPos;
    use crate::scan::keys::Keys;

    #[test]
    fn every_file_in_the_folder_is_built_in_and_makes_a_decoder() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/devices/scanners");
        let mut names: Vec<String> = std::fs::read_dir(folder)
            .expect("the folder")
            .filter_map(|entry| entry.ok()?.file_name().to_str()?.strip_suffix(".toml").map(str::to_owned))
            .collect();
        names.sort();
        assert_eq!(names, BUILT_IN.map(|(name, _)| name));
        let keyboards = keyboards::built_in().expect("the layouts");
        for (name, text) in BUILT_IN {
            let profile = parse(text).unwrap_or_else(|error| panic!("{name}: {error}"));
            let framing = profile.framing(&FramingSpec::default());
            assert!(!framing.gap.is_zero(), "{name}");
            match profile.transport {
                Kind::Keyboard => {
                    let layout = profile.keyboard.as_deref().unwrap_or(keyboards::DEFAULT);
                    let layout = keyboards.get(layout).unwrap_or_else(|| panic!("{name}: no layout {layout}"));
                    drop(Keys::new(layout.layout.clone(), profile.key_options(&FramingSpec::default())));
                }
                Kind::Serial | Kind::Tcp => drop(Frame::new(framing)),
                Kind::Hidpos => assert!(HidPos::new(&[], &framing).is_err()),
            }
            let generic = name == profile.transport.generic();
            assert!(generic || name.ends_with(&profile.transport.to_string()), "{name} does not say how it talks");
            assert_eq!(generic, profile.matches.is_empty(), "{name}");
        }
    }

    #[test]
    fn no_device_has_two_profiles_of_one_transport() {
        let profiles = built_in().expect("the profiles");
        let mut seen = BTreeMap::new();
        for (name, profile) in &profiles {
            for m in &profile.matches {
                let other = seen.insert((profile.transport, *m), name);
                assert_eq!(other, None, "{name} matches what another file matches: {m:?}");
                if let Some(product) = m.product {
                    let found = find(&profiles, profile.transport, m.vendor.0, product.0).expect("a profile");
                    assert_eq!(found.0, name);
                }
            }
        }
    }

    #[test]
    fn the_nearest_profile_serves_a_device() {
        let profiles = built_in().expect("the profiles");
        let check = |kind, vendor, product, wanted| {
            assert_eq!(find(&profiles, kind, vendor, product).map(|(name, _)| name), Some(wanted));
        };
        check(Kind::Keyboard, 0x0c2e, 0x0b61, "honeywell-vuquest-3310g-keyboard");
        check(Kind::Hidpos, 0x0c2e, 0x0b62, "honeywell-hidpos");
        check(Kind::Keyboard, 0x1234, 0x5678, "generic-keyboard");
        check(Kind::Tcp, 0, 0, "generic-tcp");
    }

    #[test]
    fn what_a_file_may_not_say_is_named() {
        let check = |text: &str, wanted: &str| {
            let error = parse(text).expect_err("an error").to_string();
            assert!(error.contains(wanted), "{error}");
        };
        let keyboard = "title = \"x\"\ntransport = \"keyboard\"\n";
        check(&format!("{keyboard}baud = 9600"), "unknown field `baud`");
        check(&format!("{keyboard}match = [{{ vendor = \"0C2E\" }}]"), "four lower-case hexadecimal digits");
        check(&format!("{keyboard}[keys]\nF12 = \"x\""), "no key of the kernel's is named F12");
        check(&format!("{keyboard}[serial]\nbaud = 9600"), "`serial` has no meaning");
        check(&format!("{keyboard}[framing]\nprefix = \"{}\"", "x".repeat(33)), "longer than 32 bytes");
        check(&format!("{keyboard}refusal = \"x\""), "`refusal` has no meaning");
        let serial = "title = \"x\"\ntransport = \"serial\"\n";
        check(&format!("{serial}keyboard = \"us\""), "`keyboard` has no meaning");
        check(&format!("{serial}[serial]\ndata_bits = 9"), "7 or 8 data bits");
    }
}
