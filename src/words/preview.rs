//! The texts of the pages that show labels.

use super::Language;
use crate::floor::document::Purpose;

/// Every fixed text of these pages, in one language.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Preview {
    /// The pages' name.
    pub title: &'static str,
    /// Over the list of templates.
    pub templates: &'static str,
    /// Before the choice of a template.
    pub template: &'static str,
    /// Before the order whose fields are shown.
    pub order: &'static str,
    /// Opens the chosen template.
    pub open: &'static str,
    /// In the field that finds an order.
    pub find: &'static str,
    /// Shows what is printed for it.
    pub show: &'static str,
    /// What the picture is.
    pub picture: &'static str,
    /// How a template gets into use.
    pub hint: &'static str,
    /// Before a job's code.
    pub ticket: &'static str,
    /// Before a package's code.
    pub package: &'static str,
    /// Nothing was found.
    pub no_order: &'static str,
    /// A document that was erased, or can not be read.
    pub gone: &'static str,
    /// The browser runs no scripts.
    pub no_script: &'static str,
    /// What stands before line and column of a mistake.
    pub line: &'static str,
}

const ENGLISH: Preview = Preview {
    title: "Labels",
    templates: "Templates",
    template: "Label",
    order: "Fields of order",
    open: "Open",
    find: "Order number or code",
    show: "Show its labels",
    picture: "The label as it prints",
    hint: "Nothing is saved here. To use a label, put its text into devices/labels/NAME.label beside stationd.toml, and restart stationd.",
    ticket: "Ticket",
    package: "Package label",
    no_order: "There is no such order here.",
    gone: "This document is not here any more, or can not be read.",
    no_script: "This page draws labels with a script. Allow scripts for it.",
    line: "line",
};

const SPANISH: Preview = Preview {
    title: "Etiquetas",
    templates: "Plantillas",
    template: "Etiqueta",
    order: "Datos del pedido",
    open: "Abrir",
    find: "Número o código del pedido",
    show: "Ver sus etiquetas",
    picture: "La etiqueta como se imprime",
    hint: "Aquí no se guarda nada. Para usar una etiqueta, ponga su texto en devices/labels/NOMBRE.label junto a stationd.toml y reinicie stationd.",
    ticket: "Boleta",
    package: "Etiqueta del paquete",
    no_order: "Aquí no existe ese pedido.",
    gone: "Este documento ya no está aquí o no se puede leer.",
    no_script: "Esta página dibuja las etiquetas con un script. Permítalo.",
    line: "línea",
};

impl Language {
    /// The texts of the pages that show labels.
    #[must_use]
    pub const fn preview(self) -> &'static Preview {
        match self {
            Language::En => &ENGLISH,
            Language::Es => &SPANISH,
        }
    }
}

/// What a document of a package is called.
#[must_use]
pub const fn purpose(purpose: Purpose, language: Language) -> &'static str {
    match language {
        Language::En => match purpose {
            Purpose::Shipping => "Shipping label",
            Purpose::Return => "Return label",
            Purpose::PackingSlip => "Packing slip",
            Purpose::Customs => "Customs form",
            Purpose::GiftNote => "Gift note",
            Purpose::Other => "Document",
        },
        Language::Es => match purpose {
            Purpose::Shipping => "Etiqueta de envío",
            Purpose::Return => "Etiqueta de devolución",
            Purpose::PackingSlip => "Lista de contenido",
            Purpose::Customs => "Formulario de aduana",
            Purpose::GiftNote => "Nota de regalo",
            Purpose::Other => "Documento",
        },
    }
}
