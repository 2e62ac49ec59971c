//! Opens a scanner's device node so that nobody else gets its keys or bytes.

use std::fs::{File, OpenOptions};
use std::io;
use std::os::fd::OwnedFd;
use std::os::unix::fs::{FileTypeExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use evdev::raw_stream::RawDevice;
use evdev::{KeyCode, LedCode};
use rustix::fs::OFlags;
use rustix::io::Errno;
use serialport::{DataBits, FlowControl, Parity, StopBits, TTYPort};

use super::config::{Catalog, Place, ScannerConfig, Transport};
use super::reader::Decoder;
use super::{State, Trouble};
use crate::catalog::scanners::{FlowSpec, Kind, ParitySpec, SerialSpec};
use crate::device::sysfs::{self, Identity, Node};
use crate::scan::hidpos::HidPos;

/// Speed of a serial line about which nothing is known, in bits per second: what most scanners leave the factory with.
const BAUD: u32 = 9600;

/// A scanner that is open.
pub(super) struct Source {
    /// What is read, and by which decoder: one for each interface that types.
    pub(super) inputs: Vec<(OwnedFd, Decoder)>,
    /// How a fixture that is recorded from it begins.
    pub(super) head: String,
    /// Where to write so that the scanner signals a refusal, and what.
    pub(super) refusal: Option<(OwnedFd, Vec<u8>)>,
    /// What is only held, so that nobody else reads it.
    pub(super) _held: Held,
}

pub(super) enum Held {
    /// The device's nodes that do not type (mouse, volume keys): grabbed and never read, so they wake nobody.
    Nodes { _nodes: Vec<OwnedFd> },
    /// The lock on the serial line.
    Port { _port: TTYPort },
}

/// Opens a scanner that has a device node.
pub(super) fn open(config: &ScannerConfig, catalog: &Catalog) -> Result<Source, State> {
    match &config.transport {
        Transport::Evdev(place) => open_keyboard(config, catalog, place),
        Transport::Serial(place, line) => open_serial(config, catalog, place, *line),
        Transport::Hidraw(place) => open_hidpos(config, catalog, place),
        Transport::TcpListen(_) | Transport::TcpConnect(_) => {
            Err(State::Failed(Trouble::OtherKind(config.transport.kind())))
        }
    }
}

fn open_keyboard(config: &ScannerConfig, catalog: &Catalog, place: &Place) -> Result<Source, State> {
    let nodes = match &place.path {
        Some(path) if is_fifo(path) => return open_fifo(config, catalog, path),
        Some(path) => {
            let real = std::fs::canonicalize(path).map_err(state)?;
            match sysfs::node_at("input", path) {
                Some(node) if place.fits(&node.identity) => same_device(&node),
                Some(_) => Vec::new(),
                // Where sysfs is hidden, the node itself is all that is known.
                None => vec![Node { path: real, class: PathBuf::new(), identity: Identity::default() }],
            }
        }
        None => sysfs::nodes("input", "event").into_iter().filter(|node| place.fits(&node.identity)).collect(),
    };
    let profile = config.profile(catalog, nodes.first()).map_err(State::Failed)?;
    let (mut inputs, mut held) = (Vec::new(), Vec::new());
    for node in &nodes {
        let mut device = RawDevice::from_fd(open_node(&node.path)?).map_err(state)?;
        if config.exclusive {
            device.grab().map_err(state)?;
        }
        if types(&device) {
            let mut decoder = config.key_decoder(catalog, profile).map_err(State::Failed)?;
            let lights = device.get_led_state();
            decoder.light(lights.is_ok_and(|lights| lights.contains(LedCode::LED_CAPSL)));
            inputs.push((device_fd(device)?, decoder));
        } else {
            held.push(device_fd(device)?);
        }
    }
    match (nodes.is_empty(), inputs.is_empty()) {
        (true, _) => Err(State::Gone),
        (false, true) => Err(State::Failed(Trouble::OtherKind(Kind::Keyboard))),
        (false, false) => {
            let head = format!("keys {}", config.layout(profile));
            Ok(Source { inputs, head, refusal: None, _held: Held::Nodes { _nodes: held } })
        }
    }
}

/// The same open file: a grab belongs to it and not to the number that names it.
fn device_fd(device: RawDevice) -> Result<OwnedFd, State> {
    rustix::io::fcntl_dupfd_cloexec(&device, 0).map_err(|error| state(error.into()))
}

/// All event nodes of the physical device that this node belongs to, itself included.
fn same_device(node: &Node) -> Vec<Node> {
    let nodes = sysfs::nodes("input", "event");
    nodes.into_iter().filter(|other| other.identity.folder == node.identity.folder).collect()
}

/// Whether a node has the keys of a barcode: a mouse or a set of volume keys has not.
fn types(device: &RawDevice) -> bool {
    let wanted = [KeyCode::KEY_0, KeyCode::KEY_9, KeyCode::KEY_A, KeyCode::KEY_ENTER];
    device.supported_keys().is_some_and(|keys| wanted.iter().all(|key| keys.contains(*key)))
}

fn is_fifo(path: &Path) -> bool {
    std::fs::metadata(path).is_ok_and(|data| data.file_type().is_fifo())
}

/// A FIFO stands in for a device: what is written to it is a stream of `struct input_event`.
fn open_fifo(config: &ScannerConfig, catalog: &Catalog, path: &Path) -> Result<Source, State> {
    let profile = config.profile(catalog, None).map_err(State::Failed)?;
    let decoder = config.key_decoder(catalog, profile).map_err(State::Failed)?;
    let input = (open_node(path)?, decoder);
    let head = format!("keys {}", config.layout(profile));
    Ok(Source { inputs: vec![input], head, refusal: None, _held: Held::Nodes { _nodes: Vec::new() } })
}

fn open_hidpos(config: &ScannerConfig, catalog: &Catalog, place: &Place) -> Result<Source, State> {
    let nodes = match &place.path {
        Some(path) => {
            std::fs::metadata(path).map_err(state)?;
            sysfs::node_at("hidraw", path).into_iter().collect()
        }
        None => sysfs::nodes("hidraw", "hidraw"),
    };
    let fitting: Vec<&Node> = nodes.iter().filter(|node| place.fits(&node.identity)).collect();
    let profile = config.profile(catalog, fitting.first().copied()).map_err(State::Failed)?;
    let framing = profile.framing(&config.framing);
    // A scanner may have other HID interfaces beside the one that gives barcodes.
    let reports = fitting.iter().find_map(|node| {
        let descriptor = sysfs::attribute_bytes(&node.class, "device/report_descriptor")?;
        HidPos::new(&descriptor, &framing).ok().map(|reports| (*node, reports, descriptor))
    });
    match reports {
        Some((node, reports, descriptor)) => {
            let inputs = vec![(open_node(&node.path)?, config.as_paired(Decoder::hidpos(reports)))];
            let head = format!("hidpos {}", data_encoding::HEXLOWER.encode(&descriptor));
            Ok(Source { inputs, head, refusal: None, _held: Held::Nodes { _nodes: Vec::new() } })
        }
        None if fitting.is_empty() && place.path.is_none() => Err(State::Gone),
        None => Err(State::Failed(Trouble::OtherKind(Kind::Hidpos))),
    }
}

fn open_serial(config: &ScannerConfig, catalog: &Catalog, place: &Place, line: SerialSpec) -> Result<Source, State> {
    let (path, node) = match &place.path {
        Some(path) => (path.clone(), sysfs::node_at("tty", path)),
        None => {
            let node = sysfs::nodes("tty", "tty").into_iter().find(|node| place.fits(&node.identity));
            let node = node.ok_or(State::Gone)?;
            (node.path.clone(), Some(node))
        }
    };
    let profile = config.profile(catalog, node.as_ref()).map_err(State::Failed)?;
    let line = line.or(profile.serial);
    line.check().map_err(|error| State::Failed(Trouble::System(error.to_string())))?;
    // serialport makes the line ours and sets it; it is read through a file of our own, which does not block and
    // still gives what arrived before a hang-up.
    let file = open_node(&path)?;
    let port = TTYPort::open(&builder(&path, line)).map_err(|error| match error.kind() {
        serialport::ErrorKind::NoDevice => State::Failed(Trouble::InUse),
        serialport::ErrorKind::Io(kind) => state(io::Error::new(kind, error.description)),
        _ => State::Failed(Trouble::System(error.description)),
    })?;
    let refusal = match &profile.refusal {
        Some(bytes) => Some((file.try_clone().map_err(state)?, bytes.clone().into_bytes())),
        None => None,
    };
    let inputs = vec![(file, config.line_decoder(profile))];
    Ok(Source { inputs, head: "lines".to_owned(), refusal, _held: Held::Port { _port: port } })
}

fn builder(path: &Path, line: SerialSpec) -> serialport::SerialPortBuilder {
    let builder = serialport::new(path.to_string_lossy(), line.baud.unwrap_or(BAUD));
    let builder = builder.data_bits(if line.data_bits == Some(7) { DataBits::Seven } else { DataBits::Eight });
    let builder = builder.stop_bits(if line.stop_bits == Some(2) { StopBits::Two } else { StopBits::One });
    let builder = builder.parity(match line.parity {
        None | Some(ParitySpec::None) => Parity::None,
        Some(ParitySpec::Odd) => Parity::Odd,
        Some(ParitySpec::Even) => Parity::Even,
    });
    builder.flow_control(match line.flow {
        None | Some(FlowSpec::None) => FlowControl::None,
        Some(FlowSpec::XonXoff) => FlowControl::Software,
        Some(FlowSpec::RtsCts) => FlowControl::Hardware,
    })
}

/// Opens a node without waiting, and without making it this process's terminal; for writing too, where that is
/// allowed, because lights and beepers are set so.
fn open_node(path: &Path) -> Result<OwnedFd, State> {
    let flags = (OFlags::NONBLOCK | OFlags::NOCTTY).bits().cast_signed();
    let mut options = OpenOptions::new();
    options.read(true).write(true).custom_flags(flags);
    let file: File = match options.open(path) {
        Err(error) if error.kind() == io::ErrorKind::PermissionDenied => options.write(false).open(path),
        opened => opened,
    }
    .map_err(state)?;
    Ok(file.into())
}

/// What a failure to open says about the device. A node may stay a moment longer than what is behind it.
fn state(error: io::Error) -> State {
    match error.raw_os_error().map(Errno::from_raw_os_error) {
        Some(Errno::NOENT | Errno::NODEV | Errno::NXIO | Errno::IO) => State::Gone,
        _ => State::Failed(error.into()),
    }
}
