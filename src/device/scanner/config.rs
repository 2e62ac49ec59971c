//! Which scanners this PC has, where they are and how they are understood.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;

use super::Trouble;
use super::ear::Probe;
use super::reader::Decoder;
use crate::catalog::keyboards::{self, Keyboards};
use crate::catalog::scanners::{FramingSpec, Kind, Profile, Profiles, SerialSpec, find};
use crate::device::sysfs::{Identity, Node};
use crate::ids::ScannerId;
use crate::scan::frame::Frame;
use crate::scan::keys::Keys;

/// One scanner.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ScannerConfig {
    /// What it is called in the ledger, on screens and in the log.
    pub name: ScannerId,
    /// Where it is.
    pub transport: Transport,
    /// A file in `devices/scanners`; found by its USB ids if left out.
    pub profile: Option<String>,
    /// A file in `devices/keyboards`; the profile's if left out.
    pub keyboard: Option<String>,
    /// How its scans are marked, where it differs from its profile.
    pub framing: FramingSpec,
    /// Whether nobody else may hear a keyboard scanner. Not so while it is only offered for pairing: it might be the
    /// keyboard of the person at the bench.
    pub exclusive: bool,
    /// Whether it belongs to a bench. While it does not, nothing is told of it but pairing codes.
    pub paired: bool,
}

/// Where a scanner is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Transport {
    /// A keyboard of the kernel's input layer. A FIFO of `struct input_event` may stand in for it.
    Evdev(Place),
    /// A HID POS device.
    Hidraw(Place),
    /// A serial line and its settings, where they differ from the profile's. A pseudo-terminal may stand in for it.
    Serial(Place, SerialSpec),
    /// Readers that connect to this PC.
    TcpListen(SocketAddr),
    /// A reader that waits for a connection, as `host:port`.
    TcpConnect(String),
}

/// A device by its node or by what it is; everything that is given must fit.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Place {
    /// Its device node or a stable link to it, such as one in `/dev/input/by-path`.
    pub path: Option<PathBuf>,
    /// The USB port that it is plugged into, as `stationd devices` lists it.
    pub port: Option<String>,
    /// Its serial number.
    pub serial: Option<String>,
    /// Its Bluetooth address.
    pub address: Option<String>,
}

/// The device files that scanners are understood by.
#[derive(Debug, Clone, Default)]
pub struct Catalog {
    /// From `devices/scanners`.
    pub profiles: Profiles,
    /// From `devices/keyboards`.
    pub keyboards: Arc<Keyboards>,
}

impl Place {
    /// A node or a stable link to it.
    #[must_use]
    pub fn at(path: impl Into<PathBuf>) -> Self {
        Self { path: Some(path.into()), ..Self::default() }
    }

    /// Whether a device is meant; `path` is not compared.
    #[must_use]
    pub fn fits(&self, identity: &Identity) -> bool {
        let fits = |wanted: &Option<String>, found: &Option<String>| wanted.is_none() || wanted == found;
        fits(&self.port, &identity.port)
            && fits(&self.serial, &identity.serial)
            && fits(&self.address, &identity.address)
    }
}

impl ScannerConfig {
    /// A scanner about which nothing else is said.
    #[must_use]
    pub fn new(name: ScannerId, transport: Transport) -> Self {
        let framing = FramingSpec::default();
        Self { name, transport, profile: None, keyboard: None, framing, exclusive: true, paired: true }
    }

    /// The profile of this scanner, found as `node` or without a node.
    pub(super) fn profile<'a>(&self, catalog: &'a Catalog, node: Option<&Node>) -> Result<&'a Profile, Trouble> {
        let kind = self.transport.kind();
        if let Some(name) = &self.profile {
            let profile = catalog.profiles.get(name).ok_or_else(|| Trouble::NoProfile(name.clone()))?;
            let fits = profile.transport == kind;
            return if fits { Ok(profile) } else { Err(Trouble::OtherTransport { profile: name.clone(), kind }) };
        }
        let (vendor, product) = node.map_or((0, 0), |node| (node.identity.vendor, node.identity.product));
        let found = find(&catalog.profiles, kind, vendor, product);
        found.map(|(_, profile)| profile).ok_or_else(|| Trouble::NoProfile(kind.generic().to_owned()))
    }

    /// A decoder of a stream of bytes.
    pub(super) fn line_decoder(&self, profile: &Profile) -> Decoder {
        self.as_paired(Decoder::lines(Frame::new(profile.framing(&self.framing))))
    }

    /// The decoder, told whether the scanner belongs to a bench. What is taken from others is nobody's keyboard.
    pub(super) fn as_paired(&self, decoder: Decoder) -> Decoder {
        let keyboard = self.transport.kind() == Kind::Keyboard && !self.exclusive;
        if self.paired { decoder } else { decoder.unpaired(keyboard) }
    }

    /// The keyboard layout by which this scanner is read.
    #[must_use]
    pub fn layout<'a>(&'a self, profile: &'a Profile) -> &'a str {
        self.keyboard.as_deref().or(profile.keyboard.as_deref()).unwrap_or(keyboards::DEFAULT)
    }

    /// A decoder of key events.
    pub(super) fn key_decoder(&self, catalog: &Catalog, profile: &Profile) -> Result<Decoder, Trouble> {
        let name = self.layout(profile);
        let keyboard = catalog.keyboards.get(name).ok_or_else(|| Trouble::NoKeyboard(name.to_owned()))?;
        let layout = Arc::clone(&keyboard.layout);
        let probe = Probe { keyboards: Arc::clone(&catalog.keyboards), name: name.to_owned(), current: layout.clone() };
        let decoder = Decoder::keys(Keys::new(layout, profile.key_options(&self.framing)));
        Ok(self.as_paired(decoder.probing(probe)))
    }
}

impl Transport {
    /// How such a scanner talks.
    #[must_use]
    pub const fn kind(&self) -> Kind {
        match self {
            Self::Evdev(_) => Kind::Keyboard,
            Self::Hidraw(_) => Kind::Hidpos,
            Self::Serial(..) => Kind::Serial,
            Self::TcpListen(_) | Self::TcpConnect(_) => Kind::Tcp,
        }
    }
}
