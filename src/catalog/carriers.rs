//! Carriers' files: `devices/carriers/*.toml` in, [`Carriers`] out.
//!
//! The built-in files are part of the program. A file of the same name in the configuration folder replaces
//! the built-in one whole; a file of a new name adds a carrier.

use crate::code::carrier::{Carrier, CarrierError, CarrierFile};
use crate::code::carriers::Carriers;

/// Largest carrier's file, in bytes: the largest built-in one is a tenth of this.
pub const FILE_MAX: usize = 1 << 18;

/// Most carriers, built-in and own.
pub const CARRIERS_MAX: usize = 1_000;

/// What is wrong with a carrier's file.
#[derive(Debug, thiserror::Error)]
pub enum FileError {
    /// Not TOML, or a key that is not known here.
    #[error("carrier file {name}.toml can not be read")]
    Toml {
        /// The file's name without its ending.
        name: String,
        /// Where and why.
        #[source]
        error: Box<toml::de::Error>,
    },
    /// It can be read, but describes nothing that can be used.
    #[error("carrier file {name}.toml can not be used")]
    Carrier {
        /// The file's name without its ending.
        name: String,
        /// Why.
        #[source]
        error: CarrierError,
    },
    /// Larger than [`FILE_MAX`].
    #[error("carrier file {0}.toml is larger than {FILE_MAX} bytes")]
    TooLarge(String),
    /// More than [`CARRIERS_MAX`].
    #[error("there are more than {CARRIERS_MAX} carrier files")]
    TooMany,
    /// The name would not be a good carrier code.
    #[error("carrier file {0:?}: a name has small letters, digits and underscores only")]
    Name(String),
}

/// Reads the built-in files.
///
/// # Errors
/// One of them can not be used; a test shows that all can.
pub fn built_in() -> Result<Carriers, FileError> {
    load(&[])
}

/// Reads the built-in files, with `own` in their place or besides: names without `.toml`, and texts.
///
/// # Errors
/// The first file that can not be used.
pub fn load(own: &[(String, String)]) -> Result<Carriers, FileError> {
    let masked = |name: &str| own.iter().any(|(other, _)| other == name);
    let built_in = BUILT_IN.iter().filter(|(name, _)| !masked(name)).copied();
    let own = own.iter().map(|(name, text)| (name.as_str(), text.as_str()));
    let mut carriers = Vec::new();
    for (name, text) in built_in.chain(own) {
        if carriers.len() == CARRIERS_MAX {
            return Err(FileError::TooMany);
        }
        carriers.push(carrier(name, text)?);
    }
    // The order of equals must not depend on which file was masked.
    carriers.sort_by(|a, b| a.id.cmp(&b.id));
    Ok(Carriers::new(carriers))
}

/// Reads one carrier's file.
///
/// # Errors
/// It can not be used.
pub fn carrier(name: &str, text: &str) -> Result<Carrier, FileError> {
    let named = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_';
    if name.is_empty() || !name.bytes().all(named) {
        return Err(FileError::Name(name.to_owned()));
    }
    if text.len() > FILE_MAX {
        return Err(FileError::TooLarge(name.to_owned()));
    }
    let file: CarrierFile =
        toml::from_str(text).map_err(|error| FileError::Toml { name: name.to_owned(), error: Box::new(error) })?;
    Carrier::new(name, &file).map_err(|error| FileError::Carrier { name: name.to_owned(), error })
}

macro_rules! built_in {
    ($($name:literal)*) => {
        &[$(($name, include_str!(concat!("../../devices/carriers/", $name, ".toml")))),*]
    };
}

/// The built-in files: name and text.
const BUILT_IN: &[(&str, &str)] = built_in![
    "amazon" "canada_post" "canpar" "dhl" "dpd" "fedex" "gofo" "landmark" "lasership" "old_dominion" "ontrac"
    "purolator" "s10" "speedee" "ups" "usps" "yodel" "yunexpress"
];

#[cfg(test)]
mod tests;
