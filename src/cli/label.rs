//! `stationd label`: shows what a label looks like, or what a printer is told for it.

use std::collections::BTreeMap;
use std::error::Error;
use std::fs;
use std::io::{IsTerminal, Write};
use std::path::{Path, PathBuf};

use clap::{Subcommand, ValueEnum};

use super::pictures;
use crate::catalog::printers;
use crate::label::builtin::Templates;
use crate::label::document::Document;
use crate::label::{self, Fields, Language, Printer, Template};

/// Longest template or document file that is read, in bytes: what [`Document::read`] takes.
const FILE_MAX: u64 = label::document::DOCUMENT_BYTES_MAX as u64;

/// Show labels and what printers are told for them.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// Make a label as a picture or in a printer's language.
    Render(Render),
    /// List the built-in labels, their fields and the printer profiles.
    List,
}

#[derive(Debug, clap::Args)]
struct Render {
    /// A built-in label (see `stationd label list`), a file ending in .label, or a PNG, PDF or ZPL document.
    #[arg(value_name = "TEMPLATE|FILE")]
    what: String,
    /// Fill the fields from this order; of several jobs and packages, the first.
    #[arg(long, value_name = "ORDER")]
    order: Option<String>,
    /// Set a field; may be repeated. Fields of neither an order nor an option show an example.
    #[arg(long, value_name = "NAME=TEXT")]
    field: Vec<String>,
    /// The printer's profile: a built-in name or a file ending in .toml.
    #[arg(long, value_name = "PROFILE", default_value = "generic-zpl-203")]
    printer: String,
    /// What to make [default: the printer's own language].
    #[arg(long, value_name = "FORM")]
    to: Option<To>,
    /// How many.
    #[arg(long, default_value_t = 1)]
    copies: u16,
    /// Where to write it [default: standard output, if that is not a terminal].
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
}

/// What to make of a label.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum To {
    Zpl,
    Tspl,
    Escpos,
    Png,
}

/// Why a label could not be made.
#[derive(Debug, thiserror::Error)]
pub enum LabelError {
    /// A file could not be read or written.
    #[error("{path}")]
    File {
        /// Which.
        path: String,
        /// Why.
        source: std::io::Error,
    },
    /// It has more than `FILE_MAX` bytes.
    #[error("{0} is too long for a label")]
    TooLong(String),
    /// A profile of neither form.
    #[error("there is no printer profile {0:?}; there are {names}", names = profile_names())]
    NoProfile(String),
    /// A template that neither ships nor lies on this machine.
    #[error("there is no such label; there are {0}")]
    NoTemplate(String),
    /// An option that is not `name=text`.
    #[error("--field takes NAME=TEXT, as in --field order.number=1042; this is {0:?}")]
    BadField(String),
    /// Bytes would spoil the screen.
    #[error("this is for a printer, not for a screen; write it to a file with -o FILE, or to a pipe")]
    Terminal,
    /// The template, document, profile or label is refused.
    #[error(transparent)]
    Refused(#[from] Box<dyn Error + Send + Sync>),
}

macro_rules! refused {
    ($($error:ty)*) => {$(
        impl From<$error> for LabelError {
            fn from(error: $error) -> Self {
                LabelError::Refused(Box::new(error))
            }
        }
    )*};
}

refused! {
    label::template::TemplateError label::PrintError label::document::DocumentError label::field::UnknownField
    printers::ProfileError
}

/// Makes the label. `devices` is the folder with this machine's own templates and profiles; `of_order` answers with
/// the fields of an order.
///
/// # Errors
/// Something can not be read, is refused, or does not fit.
pub fn run(
    args: &Args,
    devices: &Path,
    of_order: impl FnOnce(&str) -> Result<Fields, Box<dyn Error + Send + Sync>>,
) -> Result<(), LabelError> {
    let own = Own {
        templates: pictures::templates(devices).map_err(LabelError::Refused)?,
        profiles: pictures::own_profiles(devices).map_err(LabelError::Refused)?,
    };
    match &args.what {
        What::Render(render) => render.run(&own, of_order),
        What::List => {
            list(&own);
            Ok(())
        }
    }
}

/// What is built in, with this machine's own in its place or besides.
struct Own {
    templates: Templates,
    profiles: BTreeMap<String, Printer>,
}

fn list(own: &Own) {
    println!("Labels: {}", own.templates.names().collect::<Vec<_>>().join(", "));
    println!("\nPrinter profiles: {}", profile_names());
    if !own.profiles.is_empty() {
        println!("This machine's own: {}", own.profiles.keys().map(String::as_str).collect::<Vec<_>>().join(", "));
    }
    println!("\nFields:");
    for (_, name, meaning, example) in label::field::FIELDS {
        println!("  {name:14} {} Example: {example}", meaning.trim());
    }
    println!("  row.N.code, row.N.text, row.N.note: a line of a sheet, N from 1 to {}", label::field::ROWS_MAX);
}

fn profile_names() -> String {
    let names: Vec<_> = printers::BUILTIN.iter().map(|(name, _)| *name).collect();
    names.join(", ")
}

impl Render {
    fn run(
        &self,
        own: &Own,
        of_order: impl FnOnce(&str) -> Result<Fields, Box<dyn Error + Send + Sync>>,
    ) -> Result<(), LabelError> {
        let mut printer = match own.profiles.get(&self.printer) {
            Some(printer) => printer.clone(),
            None => profile(&self.printer)?,
        };
        match self.to {
            Some(To::Zpl) => printer.language = Language::Zpl,
            Some(To::Tspl) => printer.language = Language::Tspl,
            Some(To::Escpos) => printer.language = Language::EscPos,
            Some(To::Png) | None => {}
        }
        let (png, dpi) = (self.to == Some(To::Png), u32::from(printer.dpi));
        let bytes = match template(&self.what, &own.templates)? {
            Some(template) => {
                let fields = self.fields(of_order)?;
                if png {
                    label::picture(&template, &fields, dpi)?.to_png()
                } else {
                    label::print(&template, &fields, &printer, self.copies)?
                }
            }
            None => {
                let document = Document::read(&file(Path::new(&self.what))?)?;
                if png { document.picture(dpi)?.to_png() } else { document.print(&printer, self.copies)? }
            }
        };
        write(&bytes, self.output.as_deref(), self.to == Some(To::Zpl))
    }

    fn fields(
        &self,
        of_order: impl FnOnce(&str) -> Result<Fields, Box<dyn Error + Send + Sync>>,
    ) -> Result<Fields, LabelError> {
        let mut fields = match &self.order {
            Some(order) => of_order(order)?,
            None => Fields::example(),
        };
        for field in &self.field {
            let (name, text) = field.split_once('=').ok_or_else(|| LabelError::BadField(field.clone()))?;
            fields.set_named(name, text)?;
        }
        Ok(fields)
    }
}

/// Writes a label's bytes to a file or to standard output; to a screen only what people can read.
pub(super) fn write(bytes: &[u8], to: Option<&Path>, readable: bool) -> Result<(), LabelError> {
    let out = std::io::stdout();
    let (path, written) = match to {
        Some(path) => (path.display().to_string(), fs::write(path, bytes)),
        None if out.is_terminal() && !readable => return Err(LabelError::Terminal),
        None => ("standard output".to_owned(), out.lock().write_all(bytes)),
    };
    written.map_err(|source| LabelError::File { path, source })
}

/// The template that is meant; none where a document is.
fn template(what: &str, templates: &Templates) -> Result<Option<Template>, LabelError> {
    let path = Path::new(what);
    if path.extension().is_some_and(|extension| extension == "label") {
        let text = String::from_utf8_lossy(&file(path)?).into_owned();
        return Ok(Some(Template::parse(what, &text)?));
    }
    match templates.get(what) {
        Some(template) => Ok(Some(template.clone())),
        None if path.exists() => Ok(None),
        None => {
            let known = templates.names().collect::<Vec<_>>().join(", ");
            Err(LabelError::NoTemplate(known))
        }
    }
}

/// A built-in printer profile, or one in a file ending in .toml.
pub(super) fn profile(what: &str) -> Result<Printer, LabelError> {
    if let Some(name) = what.strip_suffix(".toml") {
        let text = String::from_utf8_lossy(&file(Path::new(what))?).into_owned();
        return Ok(printers::parse(name, &text)?);
    }
    printers::builtin(what).ok_or_else(|| LabelError::NoProfile(what.to_owned()))
}

fn file(path: &Path) -> Result<Vec<u8>, LabelError> {
    let failed = |source| LabelError::File { path: path.display().to_string(), source };
    if fs::metadata(path).map_err(failed)?.len() > FILE_MAX {
        return Err(LabelError::TooLong(path.display().to_string()));
    }
    fs::read(path).map_err(failed)
}
