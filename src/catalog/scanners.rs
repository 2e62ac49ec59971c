//! Scanners from `devices/scanners`: text in, [`Profile`] out.

use std::collections::BTreeMap;
use std::fmt;
use std::time::Duration;

use evdev::KeyCode;
use serde::{Deserialize, Serialize};

use crate::scan::frame::{Ending, Framing, Marks};
use crate::scan::keys::{CapsLock, KeyOptions};

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

/// How scans are marked; what is left out is as usual for the transport.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FramingSpec {
    /// What stands around a scan.
    pub marks: Option<MarksSpec>,
    /// Whether a scan may end by silence.
    pub ending: Option<EndingSpec>,
    /// Silence that ends a scan, in milliseconds.
    pub gap_ms: Option<u16>,
    /// Removed from the beginning of a scan.
    pub prefix: Option<String>,
    /// Removed from the end of a scan.
    pub suffix: Option<String>,
}

/// [`Marks`] as a file names them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum MarksSpec {
    /// Line ends.
    Line,
    /// Line ends and tabs.
    LineOrTab,
    /// STX and ETX.
    StxEtx,
}

/// [`Ending`] as a file names it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum EndingSpec {
    /// [`Ending::Learned`]
    Learned,
    /// [`Ending::Terminator`]
    Terminator,
    /// [`Ending::Silence`]
    Silence,
}

/// [`CapsLock`] as a file names it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Caps {
    /// [`CapsLock::Keys`]
    #[default]
    Keys,
    /// [`CapsLock::Light`]
    Light,
    /// [`CapsLock::AlwaysOn`]
    AlwaysOn,
}

/// Settings of a serial line; what is left out is 9600 8N1 without flow control.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SerialSpec {
    /// Bits per second; USB devices ignore it.
    pub baud: Option<u32>,
    /// 7 or 8.
    pub data_bits: Option<u8>,
    /// The parity bit.
    pub parity: Option<ParitySpec>,
    /// 1 or 2.
    pub stop_bits: Option<u8>,
    /// Who may stop the sender.
    pub flow: Option<FlowSpec>,
}

/// The parity bit of a serial line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ParitySpec {
    /// No parity bit.
    None,
    /// An odd number of ones.
    Odd,
    /// An even number of ones.
    Even,
}

/// Flow control of a serial line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum FlowSpec {
    /// Nobody.
    None,
    /// By XON and XOFF.
    XonXoff,
    /// By RTS and CTS.
    RtsCts,
}

macro_rules! built_in {
    ($($name:literal)*) => {
        [$(($name, include_str!(concat!("../../devices/scanners/", $name, ".toml")))),*]
    };
}

/// The scanners that stationd knows, by file name.
pub const BUILT_IN: [(&str, &str); 4] = built_in!("generic-hidpos" "generic-keyboard" "generic-serial" "generic-tcp");

/// Every profile by its file name, without `.toml`.
pub type Profiles = BTreeMap<String, Profile>;

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
    #[error("a prefix or suffix is longer than {AFFIX_MAX} bytes")]
    LongAffix,
    /// A speed of zero, or a number of bits that no serial line has.
    #[error("a serial line has a speed above 0, 7 or 8 data bits, and 1 or 2 stop bits")]
    Serial,
}

/// Longest prefix or suffix, in bytes; scanners allow at most a dozen.
pub const AFFIX_MAX: usize = 32;

/// Reads one file of `devices/scanners`.
///
/// # Errors
/// Not TOML, an unknown key, an id that is not canonical, or a setting of another transport.
pub fn parse(text: &str) -> Result<Profile, ProfileError> {
    let profile: Profile = toml::from_str(text)?;
    let transport = profile.transport;
    let other = |key| Err(ProfileError::OtherTransport { key, transport });
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
        }
    }

    /// How this keyboard scanner differs from others.
    #[must_use]
    pub fn key_options(&self, over: &FramingSpec) -> KeyOptions {
        let caps = match self.caps {
            Caps::Keys => CapsLock::Keys,
            Caps::Light => CapsLock::Light,
            Caps::AlwaysOn => CapsLock::AlwaysOn,
        };
        KeyOptions { framing: self.framing(over), caps, extra: self.keys.clone() }
    }
}

impl FramingSpec {
    /// Whether its texts are within bounds.
    ///
    /// # Errors
    /// A prefix or suffix longer than [`AFFIX_MAX`].
    pub fn check(&self) -> Result<(), ProfileError> {
        let long = |affix: &Option<String>| affix.as_ref().is_some_and(|affix| affix.len() > AFFIX_MAX);
        if long(&self.prefix) || long(&self.suffix) { Err(ProfileError::LongAffix) } else { Ok(()) }
    }
}

impl SerialSpec {
    /// Whether a serial line can be set so.
    ///
    /// # Errors
    /// A speed of zero, or a number of bits that no serial line has.
    pub fn check(&self) -> Result<(), ProfileError> {
        let good = self.baud != Some(0)
            && matches!(self.data_bits, None | Some(7 | 8))
            && matches!(self.stop_bits, None | Some(1 | 2));
        if good { Ok(()) } else { Err(ProfileError::Serial) }
    }

    /// These settings, and `other` where they say nothing.
    #[must_use]
    pub fn or(self, other: Self) -> Self {
        Self {
            baud: self.baud.or(other.baud),
            data_bits: self.data_bits.or(other.data_bits),
            parity: self.parity.or(other.parity),
            stop_bits: self.stop_bits.or(other.stop_bits),
            flow: self.flow.or(other.flow),
        }
    }
}

impl MarksSpec {
    const fn marks(self) -> Marks {
        match self {
            Self::Line => Marks::Line { tab: false },
            Self::LineOrTab => Marks::Line { tab: true },
            Self::StxEtx => Marks::StxEtx,
        }
    }
}

impl EndingSpec {
    const fn ending(self) -> Ending {
        match self {
            Self::Learned => Ending::Learned,
            Self::Terminator => Ending::Terminator,
            Self::Silence => Ending::Silence,
        }
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
