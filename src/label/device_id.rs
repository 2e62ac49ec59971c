//! What a printer says of itself by IEEE 1284: `MFG:Rollo;MDL:X1038;CMD:XPP,XL;`, and what language follows from it.
//!
//! The numbers of a USB device say little: the same ones are seen on label and on receipt printers. The command set says
//! more, the configuration has the last word.

use super::printer::{Language, Printer};

/// Longest device ID that is read, in bytes.
const DEVICE_ID_MAX: usize = 1024;

/// A device ID, taken apart. Values are trimmed: many have a space at their end.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct DeviceId {
    /// `MFG` or `MANUFACTURER`.
    pub maker: String,
    /// `MDL` or `MODEL`.
    pub model: String,
    /// `CMD` or `COMMAND SET`.
    pub commands: String,
}

impl DeviceId {
    /// Reads the text between the semicolons. None where it names neither a maker nor a model nor commands.
    #[must_use]
    pub fn parse(text: &str) -> Option<DeviceId> {
        let mut id = DeviceId::default();
        for (key, value) in text.split(';').filter_map(|part| part.split_once(':')) {
            let slot = match key.trim().to_ascii_uppercase().as_str() {
                "MFG" | "MANUFACTURER" => &mut id.maker,
                "MDL" | "MODEL" => &mut id.model,
                "CMD" | "COMMAND SET" => &mut id.commands,
                _ => continue,
            };
            *slot = value.trim().chars().filter(|c| !c.is_control()).collect();
        }
        (id != DeviceId::default()).then_some(id)
    }

    /// Reads the answer to `GET_DEVICE_ID`: a length of two bytes that counts itself, then the text. Some send the
    /// length with its bytes swapped, or a wrong one: then everything that came is the text.
    #[must_use]
    pub fn from_usb(bytes: &[u8]) -> Option<DeviceId> {
        let [first, second, text @ ..] = bytes else { return None };
        let whole = bytes.len().min(DEVICE_ID_MAX);
        let said = [u16::from_be_bytes([*first, *second]), u16::from_le_bytes([*first, *second])];
        let length = said.into_iter().map(usize::from).find(|n| (3..=whole).contains(n)).unwrap_or(whole);
        let text = text.get(..length.saturating_sub(2)).unwrap_or(text);
        DeviceId::parse(&String::from_utf8_lossy(text))
    }

    /// The language that its command set or its name says; none where it says nothing that is known.
    #[must_use]
    pub fn language(&self) -> Option<Language> {
        let commands = self.commands.to_ascii_uppercase();
        let has = |word: &str| commands.split([',', ' ']).any(|command| command.trim() == word);
        if has("ZPL") || has("ZPLII") || has("CEZD") || self.model.to_ascii_uppercase().ends_with(" ZPL") {
            Some(Language::Zpl)
        } else if has("TSPL") || has("TSPL2") || (has("XPP") && has("XL")) {
            Some(Language::Tspl)
        } else if has("ESC/POS") || has("ESCPOS") || has("EPSON-POS") {
            Some(Language::EscPos)
        } else {
            None
        }
    }
}

/// The profile for a printer with this USB number and device ID, among `profiles`: one that names the number alone, else
/// one that names it with others and speaks the printer's language, else the generic one of its language.
#[must_use]
pub fn profile<'a>(
    profiles: impl Iterator<Item = (&'a str, &'a Printer)> + Clone,
    usb: &str,
    id: Option<&DeviceId>,
) -> Option<&'a str> {
    let language = id.and_then(DeviceId::language);
    let mut numbered = profiles.filter(|(_, printer)| printer.usb.iter().any(|known| known.id == usb));
    let fits = |printer: &Printer| language.is_none_or(|language| printer.language == language);
    let alone = |printer: &Printer| printer.usb.iter().any(|known| known.id == usb && !known.shared);
    let found = numbered.clone().find(|(_, printer)| alone(printer) && fits(printer));
    let found = found.or_else(|| numbered.find(|(_, printer)| language.is_some() && fits(printer)));
    let generic = language.map(|language| match language {
        Language::Zpl => "generic-zpl-203",
        Language::Tspl => "generic-tspl-203",
        Language::EscPos => "generic-escpos-80",
    });
    found.map(|(name, _)| name).or(generic)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::printers::{BUILTIN, parse};

    fn check(text: &str, expected: &str) {
        let said = DeviceId::parse(text)
            .map_or_else(|| "nothing".to_owned(), |id| format!("{} | {} | {:?}", id.maker, id.model, id.language()));
        assert_eq!(said, expected, "of {text:?}");
    }

    #[test]
    fn a_printer_s_language_follows_from_its_command_set() {
        check("MFG:Printer;MDL:Thermal Printer;CMD:XPP,XL;", "Printer | Thermal Printer | Some(Tspl)");
        check(
            "MANUFACTURER:Zebra Technologies ;COMMAND SET:ZPL;MODEL:ZTC ZD621-203dpi ZPL;",
            "Zebra Technologies | ZTC ZD621-203dpi ZPL | Some(Zpl)",
        );
        check("MFG:EPSON;MDL:TM-T88V;CMD:ESC/POS;", "EPSON | TM-T88V | Some(EscPos)");
        check("MFG:MARKLIFE ;CMD:XPP,XL;MDL:X4;", "MARKLIFE | X4 | Some(Tspl)");
        check("MFG:Vevor;CMD: ;MDL:Y428BT;", "Vevor | Y428BT | None");
        check("MFG:Zebra;MDL:ZTC GC420d (EPL);CMD:EPL;", "Zebra | ZTC GC420d (EPL) | None");
        check("", "nothing");
        check("\u{0};;;:::", "nothing");
    }

    #[test]
    fn a_length_that_is_swapped_or_wrong_does_not_lose_the_text() {
        let text = b"MFG:A;MDL:B;CMD:ZPL;";
        let with = |length: [u8; 2]| [&length[..], text].concat();
        for length in [[0, 22], [22, 0], [0, 0], [255, 255]] {
            let id = DeviceId::from_usb(&with(length)).unwrap();
            assert_eq!((id.model.as_str(), id.language()), ("B", Some(Language::Zpl)), "{length:?}");
        }
        assert_eq!(DeviceId::from_usb(b"\0"), None);
    }

    #[test]
    fn a_number_that_several_printers_carry_is_decided_by_the_language() {
        let all: Vec<(&str, Printer)> =
            BUILTIN.iter().map(|(name, text)| (*name, parse(name, text).unwrap())).collect();
        let check = |usb: &str, id: &str, expected: Option<&str>| {
            let id = DeviceId::parse(id);
            assert_eq!(
                profile(all.iter().map(|(name, printer)| (*name, printer)), usb, id.as_ref()),
                expected,
                "{usb}"
            );
        };
        check("09c5:0588", "MFG:Printer;MDL:Thermal Printer;CMD:XPP,XL;", Some("rollo-x1038"));
        check("0a5f:0084", "", Some("zebra-203"));
        check("0a5f:0084", "MFG:Zebra;MDL:GC420d (EPL);CMD:TSPL;", Some("generic-tspl-203"));
        check("1234:5678", "MFG:X;MDL:Y;CMD:ESC/POS;", Some("generic-escpos-80"));
        check("1234:5678", "MFG:X;MDL:Y;CMD: ;", None);
    }
}
