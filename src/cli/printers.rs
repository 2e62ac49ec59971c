//! Starts the configured printers.

use std::collections::BTreeMap;

use super::Folders;
use super::house::HouseError;
use super::pictures::{Form, make};
use crate::catalog;
use crate::config::devices::masked;
use crate::config::{self, BAUD, Config};
use crate::device::printer::usb::Wanted;
use crate::device::printer::{Address, Patience, Printer, Running, usb};
use crate::device::sysfs;
use crate::label;
use crate::label::device_id::{self, DeviceId};
use crate::station::run::Handle;

type Failed = Box<dyn std::error::Error + Send + Sync>;

/// Starts a thread for each configured printer.
///
/// # Errors
/// An address is written wrongly, or nothing says which profile a printer needs.
pub fn start(config: &Config, folders: &Folders, handle: &Handle) -> Result<Vec<Running>, Failed> {
    let profiles = profiles(config, folders)?;
    let mut running = Vec::new();
    for printer in &config.printer {
        let uses = |s: &&config::Station| {
            s.tickets.as_ref() == Some(&printer.name) || s.shipping.as_ref() == Some(&printer.name)
        };
        let address = address(printer)?;
        let profile = profile(printer, &address, &profiles)?;
        let form = if matches!(address, Address::Ipp(_)) { Form::Picture } else { Form::Language };
        let made = Printer {
            name: printer.name.clone(),
            address,
            stations: config.station.iter().filter(uses).map(|s| s.name.clone()).collect(),
            make: make(profile.clone(), form, folders)?,
            profile,
            patience: Patience::default(),
        };
        running.push(made.start(handle.inputs.clone())?);
    }
    Ok(running)
}

/// The profiles by name, this machine's own in the place of the built-in ones.
type Profiles = BTreeMap<String, label::Printer>;

/// Reads the profiles.
///
/// # Errors
/// A file can not be read or understood, or the configuration names one that does not exist.
pub(super) fn profiles(config: &Config, folders: &Folders) -> Result<Profiles, Failed> {
    let names = catalog::printers::names().into_iter();
    let built_in = names.filter_map(|name| Some((name.to_owned(), catalog::printers::builtin(name)?)));
    let profiles = masked(folders.devices(), "printers", built_in, catalog::printers::parse)?;
    config.has_profiles(folders.config_file(), &profiles.keys().map(String::as_str).collect::<Vec<_>>())?;
    Ok(profiles)
}

/// Where a printer is.
pub(super) fn address(printer: &config::Printer) -> Result<Address, Failed> {
    let address = match printer {
        config::Printer { tcp: Some(address), .. } => Some(Address::Tcp(address.clone())),
        config::Printer { device: Some(path), .. } => Some(Address::Device(path.clone())),
        config::Printer { serial: Some(path), baud, .. } => Some(Address::Serial(path.clone(), baud.unwrap_or(BAUD))),
        config::Printer { usb: Some(usb), .. } => Some(Address::Usb(usb.parse::<Wanted>()?)),
        config::Printer { ipp: Some(uri), .. } => Some(Address::Ipp(uri.clone())),
        _ => None,
    };
    let nowhere = || HouseError::Equipment(format!("printer {} has no address", printer.name));
    Ok(address.ok_or_else(nowhere)?)
}

/// The configured profile, or the one that the printer's numbers and its own word lead to.
///
/// # Errors
/// Nothing says what it speaks.
pub(super) fn profile(
    printer: &config::Printer,
    address: &Address,
    profiles: &Profiles,
) -> Result<label::Printer, Failed> {
    let found = printer.profile.clone().or_else(|| seen_profile(address, profiles));
    let unknown = || {
        HouseError::Equipment(format!(
            "nothing says which language printer {} speaks; give it a profile in the configuration, such as \
             \"generic-zpl-203\" or \"generic-tspl-203\"",
            printer.name
        ))
    };
    Ok(found.and_then(|name| profiles.get(&name).cloned()).ok_or_else(unknown)?)
}

fn seen_profile(address: &Address, profiles: &Profiles) -> Option<String> {
    match address {
        Address::Usb(wanted) => {
            let same = |found: &usb::Found| {
                let theirs = &found.wanted;
                (theirs.vendor, theirs.product) == (wanted.vendor, wanted.product)
                    && (wanted.serial.is_none() || wanted.serial == theirs.serial)
            };
            let id = usb::present().into_iter().find(same).and_then(|found| found.id);
            suggested(wanted.vendor, wanted.product, id.as_ref(), profiles)
        }
        Address::Device(path) => {
            let node = sysfs::node_at("usbmisc", path)?;
            let id = sysfs::attribute(&node.class, "device/ieee1284_id");
            let id = id.as_deref().and_then(DeviceId::parse);
            suggested(node.identity.vendor, node.identity.product, id.as_ref(), profiles)
        }
        Address::Tcp(_) | Address::Serial(..) | Address::Ipp(_) => None,
    }
}

/// The profile for a printer with these numbers that says this of itself.
fn suggested(vendor: u16, product: u16, id: Option<&DeviceId>, profiles: &Profiles) -> Option<String> {
    let usb = format!("{vendor:04x}:{product:04x}");
    device_id::profile(profiles.iter().map(|(name, printer)| (name.as_str(), printer)), &usb, id).map(str::to_owned)
}
