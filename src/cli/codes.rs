//! `stationd codes`: prints what hangs on the wall and round people's necks: commands, badges, pairing codes.

mod sheet;

use std::error::Error;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Subcommand, ValueEnum};

use super::label::{profile, write};
use super::{Done, Folders, printers};
use crate::code::own::NAME_MAX;
use crate::config::Config;
use crate::device::printer::once::hand_over;
use crate::ids::StationId;
use crate::label::printer::dots_per_mm;
use crate::label::{self, Printer, Raster, pages};
use crate::words::Language;
use sheet::Page;

/// Resolution of pictures and PDF pages, in dots of an inch: office printers print 300 or a multiple of it.
const DPI: u32 = 300;
/// White between two labels of one picture, in millimetres.
const BETWEEN_MM: f32 = 6.0;

/// Print command sheets, badges and pairing codes.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// Print codes for the wall: as PDF or PNG, or on a label printer.
    Sheet(Sheet),
}

#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  stationd codes sheet commands -o commands.pdf
  stationd codes sheet commands --language es --printer rollo-at-pack
  stationd codes sheet badges Ana \"Dolores Ibárruri\" -o badges.pdf
  stationd codes sheet badges Ana=H9C2KD015 -o again.png
  stationd codes sheet pairing -o pairing.pdf
Every label is a page; YES and NO are the first and the last code of theirs.")]
struct Sheet {
    #[command(subcommand)]
    codes: Codes,
    /// Where to write it; the ending .pdf or .png says what it becomes.
    #[arg(short, long, value_name = "FILE", global = true)]
    output: Option<PathBuf>,
    /// Print on a printer of the configuration, by its name; or with -o, write for a printer profile such as
    /// `generic-zpl-203`.
    #[arg(long, value_name = "NAME|PROFILE", global = true)]
    printer: Option<String>,
    /// What to write, where the file's ending does not say it.
    #[arg(long, value_name = "FORM", global = true)]
    to: Option<Form>,
    /// The language of the words [default: the configuration's].
    #[arg(long, value_name = "en|es", global = true)]
    language: Option<Language>,
}

#[derive(Debug, Clone, Subcommand)]
enum Codes {
    /// Every command that the stations take.
    Commands,
    /// A badge for each person.
    Badges {
        /// Names; NAME=CODE prints a badge again that is in use already.
        #[arg(required = true, value_name = "NAME[=CODE]")]
        people: Vec<String>,
        /// The shop's name, above.
        #[arg(long, value_name = "TEXT", default_value = "")]
        shop: String,
        /// Their part, below.
        #[arg(long, value_name = "TEXT", default_value = "")]
        role: String,
    },
    /// The code that tells a scanner its station.
    Pairing {
        /// The stations [default: all of this PC].
        #[arg(value_name = "STATION")]
        stations: Vec<StationId>,
    },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Form {
    Pdf,
    Png,
}

/// Why a sheet can not be printed.
#[derive(Debug, thiserror::Error)]
pub enum SheetError {
    /// Nobody said where to.
    #[error("say where to: -o FILE.pdf, -o FILE.png, or --printer NAME with a printer of the configuration")]
    Nowhere,
    /// The file's ending is none that we know.
    #[error("what is to be written? Name a file ending in .pdf or .png, or a printer profile with --printer")]
    NoForm,
    /// Nothing to send to.
    #[error(
        "there is no printer {0:?} in the configuration; with -o FILE it may also be a profile (stationd label list)"
    )]
    NoPrinter(String),
    /// Not a badge's code.
    #[error("{0:?} is no badge code; leave it out and a new one is made")]
    NotABadge(String),
    /// It would not be read again.
    #[error("a code can not carry the station name {0}: it takes at most {NAME_MAX} characters")]
    StationName(StationId),
    /// No badge can be made.
    #[error("the system gives no random numbers: {0}")]
    Random(getrandom::Error),
}

/// Prints the sheet.
pub fn run(args: &Args, folders: &Folders) -> Done {
    let What::Sheet(sheet) = &args.what;
    let config = folders.config()?;
    let language = sheet.language.unwrap_or_else(|| config.language.parse().unwrap_or_default());
    let pages = match &sheet.codes {
        Codes::Commands => sheet::commands(language)?,
        Codes::Badges { people, shop, role } => sheet::badges(people, shop, role)?,
        Codes::Pairing { stations } if stations.is_empty() => {
            sheet::pairing(&super::house::stations(&config)?, language)?
        }
        Codes::Pairing { stations } => sheet::pairing(stations, language)?,
    };
    sheet.put(&pages, &config, folders)?;
    Ok(ExitCode::SUCCESS)
}

impl Sheet {
    fn put(&self, pages: &[Page], config: &Config, folders: &Folders) -> Result<(), Box<dyn Error + Send + Sync>> {
        let listed = |name: &String| config.printer.iter().find(|printer| printer.name.as_str() == name);
        let configured = self.printer.as_ref().and_then(listed);
        let ending = self.output.as_ref().and_then(|path| path.extension());
        let form = self.to.or(match ending.map(|ending| ending.to_ascii_lowercase()) {
            Some(ending) if ending == "pdf" => Some(Form::Pdf),
            Some(ending) if ending == "png" => Some(Form::Png),
            _ => None,
        });
        if let Some(form) = form {
            let drawn = pages.iter().map(Page::picture).collect::<Result<Vec<_>, _>>()?;
            let bytes = match form {
                Form::Pdf => pages::pdf(&drawn, dots_per_mm(DPI)),
                Form::Png => below_each_other(&drawn)?.to_png(),
            };
            return Ok(write(&bytes, self.output.as_deref(), false)?);
        }
        match (&self.output, &self.printer) {
            (Some(output), Some(name)) => {
                let named = configured.and_then(|printer| printer.profile.as_ref());
                let printer = profile(named.unwrap_or(name))?;
                Ok(write(&told(pages, &printer)?, Some(output), false)?)
            }
            (None, Some(name)) => {
                let configured = configured.ok_or_else(|| SheetError::NoPrinter(name.clone()))?;
                let address = printers::address(configured)?;
                let printer = printers::profile(configured, &address, &printers::profiles(config, folders)?)?;
                Ok(hand_over(&address, &printer, &told(pages, &printer)?)?)
            }
            (Some(_), None) => Err(SheetError::NoForm.into()),
            (None, None) => Err(SheetError::Nowhere.into()),
        }
    }
}

impl Page {
    fn picture(&self) -> Result<Raster, label::PrintError> {
        label::picture(&self.template, &self.fields, DPI)
    }
}

/// What a printer is told for all labels, one behind the other.
fn told(pages: &[Page], printer: &Printer) -> Result<Vec<u8>, label::PrintError> {
    let mut bytes = Vec::new();
    for page in pages {
        bytes.extend(label::print(&page.template, &page.fields, printer, 1)?);
    }
    Ok(bytes)
}

/// All labels in one picture.
fn below_each_other(drawn: &[Raster]) -> Result<Raster, label::raster::BadSize> {
    let between = (BETWEEN_MM * dots_per_mm(DPI)) as u32;
    let width = drawn.iter().map(Raster::width).max().unwrap_or_default();
    let height = drawn.iter().map(|label| label.height() + between).sum::<u32>().saturating_sub(between);
    let mut all = Raster::white(width, height)?;
    let mut top = 0;
    for label in drawn {
        all.stamp(label, 0, top);
        top += label.height() + between;
    }
    Ok(all)
}
