//! Labels as bytes for a printer, and as pictures for a kiosk without one.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rusqlite::Connection;

use crate::catalog;
use crate::device::printer::Make;
use crate::floor::event::LabelOf;
use crate::floor::order::Order;
use crate::hub::timeline;
use crate::ids::{AttachmentId, LabelId};
use crate::label::builtin::Templates;
use crate::label::document::Document;
use crate::label::template::TemplateError;
use crate::label::{self, Fields, Printer, Raster, Template};
use crate::ledger::orders::{self, Kind};
use crate::ledger::store::{Store, StoreError};
use crate::ledger::{attachment, attachment::Attachment};
use crate::station::fields::{fields, of_first};
use crate::station::work::Job;
use crate::web::{Answer, Pictures};

/// Resolution of a label on a kiosk's screen, in dots of an inch: a scanner reads it off the glass.
const SCREEN_DPI: u32 = 203;

/// Makes a printer's bytes out of its jobs.
///
/// # Errors
/// This machine's own labels can not be read.
pub fn make(printer: Printer, form: Form, folders: &super::Folders) -> Result<Make, Failed> {
    let templates = templates(folders.devices())?;
    Ok(std::sync::Arc::new(move |job: &Job| {
        let made = match form {
            Form::Language => bytes(job, &printer, &templates),
            Form::Picture => page(job, &printer, &templates),
        };
        made.map_err(|error| super::chain(error.as_ref()))
    }))
}

/// What a printer is given.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// Its own language.
    Language,
    /// A picture, which a print server turns into it.
    Picture,
}

fn page(job: &Job, printer: &Printer, templates: &Templates) -> Result<Vec<u8>, Failed> {
    let dpi = u32::from(printer.dpi);
    Ok(label::pwg::write(&picture(&job.order, &job.what, job.document.as_ref(), templates, dpi)?, dpi))
}

/// The built-in labels, with this machine's own in their place or besides.
///
/// # Errors
/// A file can not be read, or its text is refused: file, line and column are named.
pub fn templates(devices: &Path) -> Result<Templates, Failed> {
    let own = crate::config::devices::labels(devices)?;
    let read = Templates::new(own.iter().map(|(name, text)| (name.as_str(), text.as_str())));
    read.map_err(|error| {
        let file = devices.join("labels").join(format!("{}.label", error.name));
        TemplateError { name: file.display().to_string(), ..error }.into()
    })
}

/// The printer profiles of this machine; the built-in ones are not among them.
///
/// # Errors
/// A file can not be read, or is refused.
pub fn own_profiles(devices: &Path) -> Result<BTreeMap<String, Printer>, Failed> {
    Ok(crate::config::devices::masked(devices, "printers", [], catalog::printers::parse)?)
}

type Failed = Box<dyn std::error::Error + Send + Sync>;

fn bytes(job: &Job, printer: &Printer, templates: &Templates) -> Result<Vec<u8>, Failed> {
    match &job.document {
        Some(document) => {
            let (document, copies) = chosen(&job.order, &job.what, document)?;
            Ok(document.print(printer, copies)?)
        }
        None => {
            let texts = fields(&job.order, &job.what, &jiff::tz::TimeZone::system());
            Ok(label::print(named(templates, template(&job.what)?)?, &texts, printer, 1)?)
        }
    }
}

fn picture(
    order: &Order,
    what: &LabelOf,
    document: Option<&Attachment>,
    templates: &Templates,
    dpi: u32,
) -> Result<Raster, Failed> {
    match document {
        Some(document) => Ok(chosen(order, what, document)?.0.picture(dpi)?),
        None => {
            let texts = fields(order, what, &jiff::tz::TimeZone::system());
            Ok(label::picture(named(templates, template(what)?)?, &texts, dpi)?)
        }
    }
}

/// The fields of an order's first job and package, for looking at a template: `text` is whatever names the order.
///
/// # Errors
/// There is no such order at this hub, several have that number, or the database can not be read.
pub fn fields_of(folders: &super::Folders, text: &str) -> Result<Fields, Failed> {
    let conn = Store::reader(&folders.hub())?;
    let id = match timeline::find(&conn, text, None)? {
        timeline::Found::One(id) => id,
        timeline::Found::None => return Err(format!("there is no order {text}").into()),
        timeline::Found::Several(_) => return Err(format!("several orders have the number {text}; give a code").into()),
    };
    let order = orders::order(&conn, &id)?.unwrap_or_default();
    Ok(of_first(&order, &jiff::tz::TimeZone::system()))
}

fn named<'t>(templates: &'t Templates, name: &str) -> Result<&'t Template, Failed> {
    Ok(templates.get(name).ok_or_else(|| format!("there is no label {name}"))?)
}

/// The template of a label of ours. A shipping label without its document prints as the package's.
fn template(what: &LabelOf) -> Result<&'static str, Failed> {
    match what {
        LabelOf::Ticket(_) => Ok("job-ticket"),
        LabelOf::Package(_) | LabelOf::Shipping(_) => Ok("package"),
        LabelOf::Document { purpose, .. } => Err(format!("the {} is not here any more", purpose.spoken()).into()),
    }
}

/// The pages of a document that belong to the label, and how many of each.
fn chosen(order: &Order, what: &LabelOf, document: &Attachment) -> Result<(Document, u16), Failed> {
    let whole = Document::read(&document.bytes)?;
    Ok(match order.document_for(what) {
        Some(said) => (whole.only(&said.pages), said.copies),
        None => (whole, 1),
    })
}

/// Where a kiosk's pictures lie: the station's ledger, read beside the loop.
pub struct Shelf {
    folder: PathBuf,
    templates: Arc<Templates>,
}

impl Shelf {
    /// The pictures of the station whose ledger is in `folder`.
    pub fn new(folder: PathBuf, templates: Templates) -> Shelf {
        Shelf { folder, templates: Arc::new(templates) }
    }

    /// Looks something up on a thread that may wait for the disk. What can not be read is logged and not there.
    async fn look<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Connection) -> Result<Option<T>, Failed> + Send + 'static,
    ) -> Option<T> {
        let folder = self.folder.clone();
        let look = move || -> Result<Option<T>, Failed> { work(&Store::reader(&folder)?) };
        match tokio::task::spawn_blocking(look).await {
            Ok(Ok(found)) => found,
            Ok(Err(error)) => {
                tracing::warn!(error = error.as_ref() as &dyn std::error::Error, "a picture cannot be shown");
                None
            }
            Err(_) => None,
        }
    }
}

impl Pictures for Shelf {
    fn label_png(&self, label: LabelId) -> Answer<'_, Option<Vec<u8>>> {
        let templates = Arc::clone(&self.templates);
        Box::pin(self.look(move |conn| {
            let Some((order, what)) = find_label(conn, label)? else { return Ok(None) };
            let document = document(conn, &order, &what)?;
            Ok(Some(picture(&order, &what, document.as_ref(), &templates, SCREEN_DPI)?.to_png()))
        }))
    }

    fn attachment(&self, id: AttachmentId) -> Answer<'_, Option<(String, Vec<u8>)>> {
        Box::pin(self.look(move |conn| Ok(attachment::get(conn, id)?.map(|found| (found.mime, found.bytes)))))
    }
}

fn find_label(conn: &Connection, label: LabelId) -> Result<Option<(Order, LabelOf)>, StoreError> {
    let Some(id) = orders::order_of(conn, Kind::Label, &label.to_string())? else { return Ok(None) };
    let Some(order) = orders::order(conn, &id)? else { return Ok(None) };
    let what = order.labels.get(&label).map(|l| l.what.clone());
    Ok(what.map(|what| (order, what)))
}

fn document(conn: &Connection, order: &Order, what: &LabelOf) -> Result<Option<Attachment>, StoreError> {
    match order.document_for(what) {
        Some(found) => attachment::get(conn, found.document),
        None => Ok(None),
    }
}
