//! Printers and their labels: what keeps one from printing, and what to do about it.

use super::{Language, Said, quoted, said_as};
use crate::code::command::ReprintReason;
use crate::floor::printing::{Hindrance, PrintSay};
use crate::ids::PrinterId;

const STICK_AND_SCAN: &str = "Stick it on, then scan its tracking barcode.";
const PEGUE_Y_ESCANEE: &str = "Péguela y escanee su código de rastreo.";

pub(super) fn said(say: &PrintSay, language: Language) -> Said {
    match language {
        Language::En => english(say),
        Language::Es => spanish(say),
    }
}

fn english(say: &PrintSay) -> Said {
    match say {
        PrintSay::Waits { number, printer, why } => {
            let next = format!("{} It is saved; the label then comes out by itself.", remedy(*why, Language::En));
            said_as(format!("The label of {number} waits: {}.", state(printer, *why, Language::En)), next)
        }
        PrintSay::Unmade { number } => said_as(
            format!("The label of {number} can not be made."),
            "Put the package on shelf WAIT and ask the office for a new shipping label.",
        ),
        PrintSay::WhyAgain { number } => said_as(
            format!("Why print the label of {number} again?"),
            "Nothing changed yet. Scan one: NOTHING CAME OUT, BAD PRINT or DAMAGED.",
        ),
        PrintSay::Again { number, reason } => {
            let next = match reason {
                ReprintReason::Nothing => format!("If the first one turns up, destroy it. {STICK_AND_SCAN}"),
                ReprintReason::BadPrint | ReprintReason::Damaged => {
                    format!("Destroy the other copy now. {STICK_AND_SCAN}")
                }
            };
            said_as(format!("The label of {number} prints again."), next)
        }
        PrintSay::NothingToRepeat => {
            said_as("There is no label to print again.", "Nothing changed. Scan a piece of the package first.")
        }
        PrintSay::SecondParcel { number, printed } => said_as(
            format!("{number}: this label was printed twice and scanned before. Second parcel?"),
            format!("Number {}. Scan YES if another parcel has it, NO if this is the same one.", quoted(printed)),
        ),
        PrintSay::SecondParcelFound { number } => said_as(
            format!("Two parcels have the label of {number}."),
            "It is recorded. Put this one aside, take its label off and call the supervisor.",
        ),
        PrintSay::SameParcel { number } => {
            said_as(format!("The parcel of {number} was scanned twice."), "All is well. It counts once.")
        }
        PrintSay::Unsaid => {
            said_as("This screen is too old to say what the printer did.", "It is recorded. Ask for an update.")
        }
    }
}

fn spanish(say: &PrintSay) -> Said {
    match say {
        PrintSay::Waits { number, printer, why } => {
            let next = format!("{} Está guardado; luego la etiqueta sale sola.", remedy(*why, Language::Es));
            said_as(format!("La etiqueta de {number} espera: {}.", state(printer, *why, Language::Es)), next)
        }
        PrintSay::Unmade { number } => said_as(
            format!("No se puede hacer la etiqueta de {number}."),
            "Ponga el paquete en el estante ESPERA y pida a la oficina otra etiqueta de envío.",
        ),
        PrintSay::WhyAgain { number } => said_as(
            format!("¿Por qué imprimir otra vez la etiqueta de {number}?"),
            "Todavía no cambió nada. Escanee: NO SALIÓ NADA, MAL IMPRESA o DAÑADA.",
        ),
        PrintSay::Again { number, reason } => {
            let next = match reason {
                ReprintReason::Nothing => format!("Si aparece la primera, destrúyala. {PEGUE_Y_ESCANEE}"),
                ReprintReason::BadPrint | ReprintReason::Damaged => {
                    format!("Destruya ya la otra copia. {PEGUE_Y_ESCANEE}")
                }
            };
            said_as(format!("La etiqueta de {number} se imprime otra vez."), next)
        }
        PrintSay::NothingToRepeat => {
            said_as("No hay etiqueta que imprimir otra vez.", "No cambió nada. Escanee antes una pieza del paquete.")
        }
        PrintSay::SecondParcel { number, printed } => said_as(
            format!("{number}: etiqueta impresa dos veces y ya escaneada. ¿Hay otro paquete?"),
            format!("Número {}. Escanee SÍ si otro paquete lo lleva, NO si es el mismo.", quoted(printed)),
        ),
        PrintSay::SecondParcelFound { number } => said_as(
            format!("Dos paquetes llevan la etiqueta de {number}."),
            "Quedó registrado. Aparte este, quítele la etiqueta y llame al supervisor.",
        ),
        PrintSay::SameParcel { number } => {
            said_as(format!("El paquete de {number} se escaneó dos veces."), "Todo bien. Cuenta una vez.")
        }
        PrintSay::Unsaid => said_as(
            "Esta pantalla es muy vieja para decir qué hizo la impresora.",
            "Quedó registrado. Pida que la actualicen.",
        ),
    }
}

/// The line about a printer that does not print: what, how many labels wait, and what to do.
pub(super) fn trouble(printer: &PrinterId, why: Hindrance, labels: u32, language: Language) -> String {
    let what = state(printer, why, language);
    let mut chars = what.chars();
    let first: String = chars.next().into_iter().flat_map(char::to_uppercase).collect();
    let waits = match (language, labels) {
        (_, 0) => String::new(),
        (Language::En, 1) => "; 1 label waits".to_owned(),
        (Language::En, many) => format!("; {many} labels wait"),
        (Language::Es, 1) => "; espera 1 etiqueta".to_owned(),
        (Language::Es, many) => format!("; esperan {many} etiquetas"),
    };
    format!("{first}{}{waits}. {}", chars.as_str(), remedy(why, language))
}

/// What a printer is, in the middle of a sentence.
fn state(printer: &PrinterId, why: Hindrance, language: Language) -> String {
    match (language, why) {
        (Language::En, Hindrance::PaperOut) => format!("printer {printer} is out of paper"),
        (Language::En, Hindrance::Open) => format!("printer {printer} is open"),
        (Language::En, Hindrance::Ribbon) => format!("printer {printer} is out of ribbon"),
        (Language::En, Hindrance::Paused) => format!("printer {printer} is paused"),
        (Language::En, Hindrance::Hot) => format!("printer {printer} is too hot"),
        (Language::En, Hindrance::Offline) => format!("printer {printer} is set to offline"),
        (Language::En, Hindrance::Fault | Hindrance::Other) => format!("printer {printer} reports an error"),
        (Language::En, Hindrance::Away) => format!("printer {printer} can not be reached"),
        (Language::En, Hindrance::Silent) => format!("printer {printer} does not answer"),
        (Language::En, Hindrance::Behind) => format!("printer {printer} is far behind"),
        (Language::Es, Hindrance::PaperOut) => format!("la impresora {printer} no tiene papel"),
        (Language::Es, Hindrance::Open) => format!("la impresora {printer} está abierta"),
        (Language::Es, Hindrance::Ribbon) => format!("la impresora {printer} no tiene cinta"),
        (Language::Es, Hindrance::Paused) => format!("la impresora {printer} está en pausa"),
        (Language::Es, Hindrance::Hot) => format!("la impresora {printer} está muy caliente"),
        (Language::Es, Hindrance::Offline) => format!("la impresora {printer} está fuera de línea"),
        (Language::Es, Hindrance::Fault | Hindrance::Other) => format!("la impresora {printer} reporta un error"),
        (Language::Es, Hindrance::Away) => format!("no se alcanza la impresora {printer}"),
        (Language::Es, Hindrance::Silent) => format!("la impresora {printer} no contesta"),
        (Language::Es, Hindrance::Behind) => format!("la impresora {printer} va muy atrasada"),
    }
}

/// What to do about it.
const fn remedy(why: Hindrance, language: Language) -> &'static str {
    match (language, why) {
        (Language::En, Hindrance::PaperOut) => "Load paper.",
        (Language::En, Hindrance::Open) => "Close its cover.",
        (Language::En, Hindrance::Ribbon) => "Load ribbon.",
        (Language::En, Hindrance::Paused) => "Press its PAUSE or FEED button.",
        (Language::En, Hindrance::Hot) => "Wait; it goes on when it has cooled.",
        (Language::En, Hindrance::Offline) => "Press its ONLINE button.",
        (Language::En, Hindrance::Fault | Hindrance::Other) => "Open it, clear the jam and close it.",
        (Language::En, Hindrance::Away) => "Check its power and cable.",
        (Language::En, Hindrance::Silent) => "Check paper, cover and cable.",
        (Language::En, Hindrance::Behind) => "Check the printer and tell the supervisor.",
        (Language::Es, Hindrance::PaperOut) => "Ponga papel.",
        (Language::Es, Hindrance::Open) => "Cierre su tapa.",
        (Language::Es, Hindrance::Ribbon) => "Ponga cinta.",
        (Language::Es, Hindrance::Paused) => "Oprima su botón PAUSE o FEED.",
        (Language::Es, Hindrance::Hot) => "Espere; sigue cuando se enfríe.",
        (Language::Es, Hindrance::Offline) => "Oprima su botón ONLINE.",
        (Language::Es, Hindrance::Fault | Hindrance::Other) => "Ábrala, quite el atasco y ciérrela.",
        (Language::Es, Hindrance::Away) => "Revise su corriente y su cable.",
        (Language::Es, Hindrance::Silent) => "Revise papel, tapa y cable.",
        (Language::Es, Hindrance::Behind) => "Revise la impresora y avise al supervisor.",
    }
}
