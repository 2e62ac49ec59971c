//! What a printer is: its language, its dots, and what its kind does differently. Read from `devices/printers/*.toml`.

use serde::Deserialize;

/// A printer's language.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Language {
    /// ZPL II, of Zebra and those that copy it.
    Zpl,
    /// TSPL, of TSC and of most cheap label printers, Rollo among them.
    Tspl,
    /// ESC/POS, of receipt printers.
    EscPos,
}

/// What happens after a label.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Finish {
    /// The label stops at the tear bar.
    #[default]
    TearOff,
    /// A knife cuts.
    Cutter,
}

/// What a printer can tell of itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum StatusReply {
    /// Nothing that can be believed.
    #[default]
    None,
    /// `~HQES`; no answer means neither good nor bad.
    ZebraQuery,
    /// `ESC ! ?`, one byte.
    TsplByte,
    /// `DLE EOT n`.
    EscposRealtime,
}

/// The densest form of pictures that a printer understands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Compression {
    /// ZPL `:Z64:`.
    #[default]
    Z64,
    /// ZPL hexadecimal with run lengths: what copies of Zebra may be limited to.
    Runs,
}

/// How bytes must be handed over.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Pace {
    /// Most bytes of one write.
    pub bytes: u32,
    /// The wait after each write, in milliseconds.
    pub wait_ms: u32,
}

/// The stock in a printer, where it is known.
#[derive(Debug, Clone, Copy, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Media {
    /// Width of a label in millimetres.
    pub width_mm: f32,
    /// Height of a label in millimetres; absent on a continuous roll.
    pub height_mm: Option<f32>,
}

/// What is known of a USB device.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Usb {
    /// Vendor and product, four lower-case hexadecimal digits each: `09c5:0588`.
    pub id: String,
    /// Whether other printers of another language carry the same numbers: then it is a hint, never a choice.
    #[serde(default)]
    pub shared: bool,
}

/// A printer as labels see it.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Printer {
    /// What people call it: "Rollo X1038".
    pub name: String,
    /// Its language.
    pub language: Language,
    /// Dots of an inch; 203 stands for 8 dots of a millimetre.
    pub dpi: u16,
    /// Dots across that it can print.
    pub width_dots: u16,
    /// What happens after a label.
    #[serde(default)]
    pub finish: Finish,
    /// Speed in its own unit; absent leaves what is set in the printer.
    #[serde(default)]
    pub speed: Option<u8>,
    /// Darkness in its own unit; absent leaves what is set in the printer.
    #[serde(default)]
    pub darkness: Option<u8>,
    /// White between two labels, in millimetres, 0 for a continuous roll; absent leaves what is set in the printer.
    #[serde(default)]
    pub gap_mm: Option<f32>,
    /// The stock, where the profile or the shop knows it.
    #[serde(default)]
    pub media: Option<Media>,
    /// What it can tell.
    #[serde(default)]
    pub status: StatusReply,
    /// How pictures are packed.
    #[serde(default)]
    pub compression: Compression,
    /// Its supply can not feed all-black labels at full speed: such labels are printed lighter and slower.
    #[serde(default)]
    pub weak_supply: bool,
    /// NUL bytes before each job, to end whatever a lost job left open.
    #[serde(default)]
    pub leading_nuls: u16,
    /// Most rows of one picture band; a small buffer chokes on more.
    #[serde(default)]
    pub band_rows: Option<u16>,
    /// Writes are cut and slowed; absent: as fast as they go.
    #[serde(default)]
    pub pace: Option<Pace>,
    /// Data that arrives while it prints may be lost: send a job only when the last one is out.
    #[serde(default)]
    pub one_job_at_a_time: bool,
    /// USB numbers that it was seen with.
    #[serde(default)]
    pub usb: Vec<Usb>,
    /// Parts of the IEEE 1284 command set that hint at it: `XPP,XL`.
    #[serde(default)]
    pub command_set: Vec<String>,
    /// Where the facts come from, and what was never tried on the device itself.
    #[serde(default)]
    pub source: String,
}

/// Why a profile is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BadPrinter {
    /// Not a resolution that thermal printers have.
    #[error("dpi is {0}, and must be 180, 203, 300, 305 or 600")]
    Dpi(u16),
    /// Too narrow or too wide.
    #[error("width_dots is {0}, and must be 128 to 4960")]
    Width(u16),
    /// A USB number in another form.
    #[error("usb id {0:?} must be two groups of four lower-case hexadecimal digits, such as 09c5:0588")]
    UsbId(String),
    /// A length that no stock has.
    #[error("{what} is {mm} mm, and must be {least} to {most} mm", mm = f32::from_bits(*bits))]
    Length {
        /// Which.
        what: &'static str,
        /// The millimetres, as the bits of a float.
        bits: u32,
        /// Least.
        least: u16,
        /// Most.
        most: u16,
    },
}

impl Printer {
    /// Dots of a millimetre.
    #[must_use]
    pub fn dots_per_mm(&self) -> f32 {
        dots_per_mm(u32::from(self.dpi))
    }

    /// Checks what types can not.
    ///
    /// # Errors
    /// The first value that no printer has.
    pub fn check(&self) -> Result<(), BadPrinter> {
        if ![180, 203, 300, 305, 600].contains(&self.dpi) {
            return Err(BadPrinter::Dpi(self.dpi));
        }
        if !(128..=4960).contains(&self.width_dots) {
            return Err(BadPrinter::Width(self.width_dots));
        }
        if let Some(usb) = self.usb.iter().find(|usb| !is_usb_id(&usb.id)) {
            return Err(BadPrinter::UsbId(usb.id.clone()));
        }
        let lengths = [
            ("gap_mm", self.gap_mm, 0, 30),
            ("media.width_mm", self.media.map(|media| media.width_mm), 10, 300),
            ("media.height_mm", self.media.and_then(|media| media.height_mm), 5, 600),
        ];
        for (what, mm, least, most) in lengths {
            if let Some(mm) = mm.filter(|mm| !(f32::from(least)..=f32::from(most)).contains(mm)) {
                return Err(BadPrinter::Length { what, bits: mm.to_bits(), least, most });
            }
        }
        Ok(())
    }
}

/// Dots of a millimetre at a nominal resolution: "203 dpi" heads have 8, others what the number says.
#[must_use]
pub fn dots_per_mm(dpi: u32) -> f32 {
    if dpi == 203 { 8.0 } else { dpi as f32 / 25.4 }
}

fn is_usb_id(id: &str) -> bool {
    let group = |text: &str| text.len() == 4 && text.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b));
    id.split_once(':').is_some_and(|(vendor, product)| group(vendor) && group(product))
}
