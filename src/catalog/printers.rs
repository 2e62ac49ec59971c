//! Printer profiles: `devices/printers/*.toml`, one file a model and one generic file a language.

use crate::label::printer::{BadPrinter, Printer};

/// Why a profile is refused.
#[derive(Debug, thiserror::Error)]
pub enum ProfileError {
    /// Not TOML, a key that is not known, or a value of the wrong kind; the cause says where.
    #[error("printer profile {name}: {source}")]
    Toml {
        /// The file's name without `.toml`.
        name: String,
        /// What is wrong, with line and column.
        source: Box<toml::de::Error>,
    },
    /// A value that no printer has.
    #[error("printer profile {name}: {source}")]
    Value {
        /// The file's name without `.toml`.
        name: String,
        /// Which.
        source: BadPrinter,
    },
}

macro_rules! profiles {
    ($($name:literal)*) => {
        /// The profiles that ship with the program: name and text.
        pub const BUILTIN: &[(&str, &str)] =
            &[$(($name, include_str!(concat!("../../devices/printers/", $name, ".toml"))),)*];
    };
}

profiles! {
    "arkscan-2054a" "epson-tm-t20" "epson-tm-t88" "generic-escpos-58" "generic-escpos-80" "generic-tspl-203"
    "generic-tspl-300" "generic-zpl-203" "generic-zpl-300" "hzd950" "idprt-sp410" "jadens-jd268"
    "munbyn-itpp941" "pos58" "rollo-x1038" "tsc-ttp245c" "xprinter-xp420b" "xprinter-xp460b" "zebra-203"
    "zebra-300" "zebra-zd410"
}

/// The names of all profiles.
#[must_use]
pub fn names() -> Vec<&'static str> {
    BUILTIN.iter().map(|(name, _)| *name).collect()
}

/// Reads one profile.
///
/// # Errors
/// It is not TOML, has an unknown key, or a value that no printer has.
pub fn parse(name: &str, text: &str) -> Result<Printer, ProfileError> {
    let printer: Printer = toml::from_str(text)
        .map_err(|source| ProfileError::Toml { name: name.to_owned(), source: Box::new(source) })?;
    printer.check().map_err(|source| ProfileError::Value { name: name.to_owned(), source })?;
    Ok(printer)
}

/// The built-in profile of that name.
#[must_use]
pub fn builtin(name: &str) -> Option<Printer> {
    let (name, text) = BUILTIN.iter().find(|(known, _)| *known == name)?;
    parse(name, text).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::label::{self, Fields, Language, builtin as templates};

    #[test]
    fn every_built_in_profile_prints_every_built_in_label() {
        for (name, text) in BUILTIN {
            let printer = parse(name, text).unwrap_or_else(|error| panic!("{error}"));
            for template in templates::NAMES {
                let template = templates::template(template).unwrap();
                let bytes = label::print(&template, &Fields::example(), &printer, 1);
                assert!(bytes.unwrap_or_else(|error| panic!("{name}: {error:?}")).len() > 100);
            }
        }
    }

    #[test]
    fn every_file_in_the_folder_is_built_in() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/devices/printers");
        let mut files: Vec<_> = std::fs::read_dir(folder)
            .unwrap()
            .map(|file| file.unwrap().file_name().into_string().unwrap())
            .filter_map(|file| file.strip_suffix(".toml").map(str::to_owned))
            .collect();
        files.sort();
        assert_eq!(files, BUILTIN.iter().map(|(name, _)| *name).collect::<Vec<_>>());
    }

    #[test]
    fn an_unknown_key_is_refused_with_its_line() {
        let error =
            parse("x", "name = \"X\"\nlanguage = \"zpl\"\ndpi = 203\nwidth_dots = 832\nspede = 3\n").unwrap_err();
        assert!(error.to_string().contains("line 5") && error.to_string().contains("spede"), "{error}");
        let error = parse("x", "name = \"X\"\nlanguage = \"tspl\"\ndpi = 204\nwidth_dots = 832\n").unwrap_err();
        assert_eq!(error.to_string(), "printer profile x: dpi is 204, and must be 180, 203, 300, 305 or 600");
        let error = parse(
            "x",
            "name = \"X\"\nlanguage = \"tspl\"\ndpi = 203\nwidth_dots = 832\nusb = [{ id = \"09C5:0588\" }]\n",
        );
        assert!(error.unwrap_err().to_string().contains("lower-case"));
        assert_eq!(builtin("generic-escpos-80").unwrap().language, Language::EscPos);
    }
}
