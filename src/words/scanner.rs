//! What is said of scanners, and of the press's software beside one.

use super::{Language, Said, quoted, said_as};
use crate::floor::bench::Trouble;
use crate::floor::verdict::{Say, ScannerNews};
use crate::ids::ScannerId;

/// What is said of a scanner, or of several barcodes that it read at once.
pub(super) fn said(say: &Say, language: Language) -> Said {
    match say {
        Say::Scanner { scanner, news } => self::news(scanner, news, language),
        other => pull(other, language),
    }
}

/// What is wrong with a scanner, or with the press beside it; nothing of any other trouble.
pub(super) fn trouble(trouble: &Trouble, language: Language) -> String {
    match (trouble, language) {
        (Trouble::ScannerGone { scanner }, Language::En) => {
            format!("Scanner {} is gone. Check its cable or battery; it comes back by itself.", quoted(scanner))
        }
        (Trouble::ScannerGone { scanner }, Language::Es) => {
            format!("No está el escáner {}. Revise el cable o la pila; regresa solo.", quoted(scanner))
        }
        (Trouble::ScannerRefused { scanner }, Language::En) => {
            format!("Scanner {} is held by another program. Call the supervisor.", quoted(scanner))
        }
        (Trouble::ScannerRefused { scanner }, Language::Es) => {
            format!("Otro programa ocupa el escáner {}. Llame al supervisor.", quoted(scanner))
        }
        (Trouble::ScannerForbidden { scanner }, Language::En) => {
            format!("Scanner {} may not be opened by this program. Call the supervisor.", quoted(scanner))
        }
        (Trouble::ScannerForbidden { scanner }, Language::Es) => {
            format!("Este programa no puede abrir el escáner {}. Llame al supervisor.", quoted(scanner))
        }
        (Trouble::ScannerUnusable { scanner }, Language::En) => {
            format!("Scanner {} can not be used. Call the supervisor; the log says why.", quoted(scanner))
        }
        (Trouble::ScannerUnusable { scanner }, Language::Es) => {
            format!("El escáner {} no se puede usar. Llame al supervisor.", quoted(scanner))
        }
        (Trouble::PressAway { press, job }, Language::En) => {
            format!("Press {} did not take {}. Load it by hand, or scan it again.", quoted(press), quoted(job))
        }
        (Trouble::PressAway { press, job }, Language::Es) => {
            format!("La prensa {} no tomó {}. Cárguelo a mano o escanéelo otra vez.", quoted(press), quoted(job))
        }
        _ => String::new(),
    }
}

/// What happened to a scanner.
fn news(scanner: &ScannerId, news: &ScannerNews, language: Language) -> Said {
    let scanner = short(scanner);
    match language {
        Language::En => english(&scanner, news),
        Language::Es => spanish(&scanner, news),
    }
}

/// The end of a long port, which is where two differ.
fn short(scanner: &ScannerId) -> String {
    const SHOWN_MAX: usize = 28;
    let text = scanner.as_str();
    match text.len().checked_sub(SHOWN_MAX).and_then(|cut| text.get(cut..)) {
        Some(end) if text.len() > SHOWN_MAX => format!("…{end}"),
        _ => text.to_owned(),
    }
}

fn english(scanner: &str, news: &ScannerNews) -> Said {
    match news {
        ScannerNews::Paired => {
            said_as(format!("Scanner {scanner} belongs to this bench now."), "Scan the next piece with it.")
        }
        ScannerNews::Freed => said_as(
            format!("{scanner} belongs to no bench now."),
            "To use it as a scanner, scan a pairing code with it.",
        ),
        ScannerNews::Elsewhere { station } => said_as(
            format!("Bench {station} is at another computer."),
            "Plug the scanner in there, then scan it again.",
        ),
        ScannerNews::Fixed { station } => said_as(
            format!("Scanner {scanner} belongs to bench {station} by the configuration."),
            "Nothing changed. Ask the supervisor to change it there.",
        ),
        ScannerNews::LayoutSet { layout } => said_as(
            format!("The keyboard of scanner {scanner} is {} now.", quoted(layout)),
            "Scan the next piece with it.",
        ),
        ScannerNews::LayoutRight { layout } => {
            said_as(format!("The keyboard of scanner {scanner} is {}: right.", quoted(layout)), "Scan the next piece.")
        }
        ScannerNews::NotReady => said_as("The scanner was not quite ready.", "It was not counted. Scan it again."),
    }
}

fn spanish(scanner: &str, news: &ScannerNews) -> Said {
    match news {
        ScannerNews::Paired => {
            said_as(format!("El escáner {scanner} ya es de esta mesa."), "Escanee con él la siguiente pieza.")
        }
        ScannerNews::Freed => said_as(
            format!("{scanner} ya no es de ninguna mesa."),
            "Para usarlo como escáner, escanee con él un código de mesa.",
        ),
        ScannerNews::Elsewhere { station } => said_as(
            format!("La mesa {station} está en otra computadora."),
            "Conecte ahí el escáner y escanee el código otra vez.",
        ),
        ScannerNews::Fixed { station } => said_as(
            format!("El escáner {scanner} es de la mesa {station} por configuración."),
            "Nada cambió. Pida al supervisor que lo cambie ahí.",
        ),
        ScannerNews::LayoutSet { layout } => said_as(
            format!("El teclado del escáner {scanner} ahora es {}.", quoted(layout)),
            "Escanee con él la siguiente pieza.",
        ),
        ScannerNews::LayoutRight { layout } => said_as(
            format!("El teclado del escáner {scanner} es {}: correcto.", quoted(layout)),
            "Escanee la siguiente pieza.",
        ),
        ScannerNews::NotReady => said_as("El escáner aún no estaba listo.", "No se contó. Escanee otra vez."),
    }
}

/// What is said of several barcodes of one pull: that their commands did nothing, or of one that only stood beside.
fn pull(say: &Say, language: Language) -> Said {
    match (matches!(say, Say::SeveralCommands), language) {
        (true, Language::En) => said_as("Several commands were read at once.", "They did nothing. Scan one of them."),
        (true, Language::Es) => said_as("Se leyeron varias órdenes a la vez.", "No se hizo ninguna. Escanee una sola."),
        (false, Language::En) => said_as("Another barcode of the same label.", "There is nothing to do for it."),
        (false, Language::Es) => said_as("Otro código de la misma etiqueta.", "No hay nada que hacer con él."),
    }
}

/// On a kiosk's card: a scanner that belongs to no bench said something.
#[must_use]
pub fn offer(scanner: &ScannerId, language: Language) -> String {
    let scanner = short(scanner);
    match language {
        Language::En => format!("A new scanner at {scanner}: scan this bench's pairing code with it."),
        Language::Es => format!("Un escáner nuevo en {scanner}: escanee con él el código de esta mesa."),
    }
}
