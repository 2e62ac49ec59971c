//! What commands about pieces and packages are answered with.

use super::{NEXT_PIECE, because, name, pieces};
use crate::code::command::{Command, FailReason, HoldReason};
use crate::floor::rework::Gone;
use crate::floor::verdict::{LabelState, LastSeen, PieceName, Work};
use crate::ids::{JobId, OperatorId, StageId};
use crate::words::{Language, Said, commands, listed, said_as};

pub(super) fn said(work: &Work) -> Said {
    match work {
        Work::Redone { number, piece, stage } => redone(number, piece.as_ref(), stage.as_ref()),
        Work::WhichPiece { command } => which_piece(*command),
        Work::NoPackage { command } => no_package(*command),
        Work::Failed { piece, reason, back, times } => failed(piece, *reason, back, *times),
        Work::Replaced { piece, why, by } => replaced(piece, *why, by),
        Work::PieceEnded { number, why, by } => piece_ended(number, *why, by),
        Work::TicketAgain { piece, label } => ticket_again(piece, *label),
        Work::PutOnHold { number, why } => put_on_hold(number, *why),
        Work::Released { number } => released(number),
        Work::NotHeld { number } => not_held(number),
        Work::NotComplete { number, missing, others } => not_complete(number, *missing, others),
        Work::NothingPacked { number } => nothing_packed(number),
        Work::SwapOther { number } => swap_other(number),
        Work::Swapped { one, other } => swapped(one, other),
        Work::NoSwap { number } => no_swap(number),
        Work::Unsaid => super::unsaid(),
    }
}

pub(super) const fn why_held(why: HoldReason) -> &'static str {
    match why {
        HoldReason::Customer => "hay que preguntarle al cliente",
        HoldReason::Artwork => "el diseño",
        HoldReason::Stock => "no hay existencias",
        HoldReason::Other => "pregunte al supervisor",
    }
}

const fn why_failed(reason: FailReason) -> &'static str {
    match reason {
        FailReason::Print => "mala impresión",
        FailReason::Placement => "impresión fuera de lugar",
        FailReason::Garment => "prenda defectuosa",
        FailReason::Stain => "mancha",
        FailReason::Other => "otro defecto",
    }
}

const fn gone(why: Gone) -> &'static str {
    match why {
        Gone::Scrapped => "desechada",
        Gone::Lost => "dada por perdida",
    }
}

fn called(command: Command) -> String {
    commands::command(command, Language::Es)
}

pub(super) fn piece_name(piece: &PieceName) -> String {
    let PieceName { number, n, of } = piece;
    if *of > 1 { format!("{number}, pieza {n} de {of}") } else { number.clone() }
}

/// What a command does, as the end of "scan the piece …".
const fn to_do(command: Command) -> &'static str {
    match command {
        Command::Fail(_) => "que salió mal",
        Command::Scrap => "que se desecha",
        Command::Lost => "perdida: tóquela en la lista o escriba su código",
        Command::RuinedTicket => "que necesita otra boleta",
        Command::Hold(_) => "cuyo pedido debe esperar",
        Command::Release => "cuyo pedido sigue",
        _ => "de la que se trata",
    }
}

fn which_piece(command: Command) -> Said {
    said_as("¿Cuál pieza?", format!("Todavía no cambió nada. Escanee la pieza {}.", to_do(command)))
}

fn no_package(command: Command) -> Said {
    match command {
        Command::Swapped => said_as(
            "Dos etiquetas están en el paquete equivocado.",
            "Todavía no cambió nada. Escanee la etiqueta de un paquete y luego la del otro.",
        ),
        _ => said_as("Aquí no hay ningún paquete abierto.", "Nada cambió. Escanee primero una pieza del paquete."),
    }
}

pub(super) fn expect(command: Command) -> String {
    match command {
        Command::Swapped => "Escanee las etiquetas de los dos paquetes.".to_owned(),
        _ => format!("Escanee la pieza {}.", to_do(command)),
    }
}

fn failed(piece: &PieceName, reason: FailReason, back: &StageId, times: u32) -> Said {
    let again = if times > 1 { format!(" Ya van {times} veces.") } else { String::new() };
    let happened = format!("{} salió mal: {}.", piece_name(piece), why_failed(reason));
    said_as(happened, format!("Póngala en el carro de {}.{again}", name(back)))
}

fn replaced(piece: &PieceName, why: Gone, by: &JobId) -> Said {
    let next = match why {
        Gone::Scrapped => format!("Échela al bote de desecho. En su lugar se hace {by}."),
        Gone::Lost => format!("En su lugar se hace {by}. Si aparece la vieja, deséchela."),
    };
    said_as(format!("{} queda {}.", piece_name(piece), gone(why)), next)
}

fn piece_ended(number: &str, why: Gone, by: &JobId) -> Said {
    let happened = format!("Esta pieza de {number} fue {}.", gone(why));
    said_as(happened, format!("Échela al bote de desecho. La reemplazó {by}."))
}

fn ticket_again(piece: &PieceName, label: LabelState) -> Said {
    let happened = match label {
        LabelState::OnScreen => format!("La boleta de {} está en esta pantalla.", piece_name(piece)),
        _ => format!("La boleta de {} sale otra vez.", piece_name(piece)),
    };
    said_as(happened, "Lleva el mismo código. Tire la boleta vieja.")
}

fn put_on_hold(number: &str, why: HoldReason) -> Said {
    let next = format!("Aparte sus piezas. {} lo suelta.", called(Command::Release));
    said_as(format!("{number} queda detenido{}", because(why_held(why))), next)
}

fn released(number: &str) -> Said {
    said_as(format!("{number} ya puede seguir."), "Escanee sus piezas donde toque.")
}

fn not_held(number: &str) -> Said {
    said_as(format!("{number} no está detenido."), "Nada cambió. Siga con él.")
}

/// `2 vistas en Impresión y 1 sin empezar`.
pub(super) fn whereabouts(others: &[LastSeen]) -> String {
    let place = |seen: &LastSeen| match (&seen.stage, seen.n) {
        (Some(stage), 1) => format!("1 vista en {}", name(stage)),
        (Some(stage), n) => format!("{n} vistas en {}", name(stage)),
        (None, n) => format!("{n} sin empezar"),
    };
    listed(&others.iter().map(place).collect::<Vec<_>>(), "y")
}

fn not_complete(number: &str, missing: u32, others: &[LastSeen]) -> Said {
    let verb = if missing == 1 { "falta" } else { "faltan" };
    let happened = format!("{number} no está completo: {verb} {}.", pieces(missing));
    said_as(happened, format!("{}. {} deja lo demás para después.", whereabouts(others), called(Command::Split)))
}

pub(super) fn parked(number: &str) -> Said {
    said_as(format!("{number} queda apartado."), "Escanee cualquiera de sus piezas para seguir con él.")
}

fn nothing_packed(number: &str) -> Said {
    said_as(format!("Todavía no hay nada empacado de {number}."), NEXT_PIECE)
}

fn swap_other(number: &str) -> Said {
    said_as(format!("El primer paquete es {number}."), "Ahora escanee la etiqueta del otro.")
}

fn swapped(one: &str, other: &str) -> Said {
    said_as(format!("Las etiquetas de {one} y {other} quedaron cambiadas."), "Deje las etiquetas donde están ahora.")
}

fn no_swap(number: &str) -> Said {
    let which = if number.is_empty() { "Ese paquete".to_owned() } else { number.to_owned() };
    said_as(format!("{which} no tiene etiqueta que cambiar."), "Nada cambió. Hacen falta dos paquetes con etiqueta.")
}

/// What was taken back or counts again: the piece and its stage as far as they are known.
fn what_was_scanned(number: &str, piece: Option<&PieceName>, stage: Option<&StageId>) -> String {
    let piece = piece.map_or_else(|| number.to_owned(), piece_name);
    match stage {
        Some(stage) => format!("{piece} en {}", name(stage)),
        None => format!("el último escaneo de {piece}"),
    }
}

pub(super) fn undone(number: &str, piece: Option<&PieceName>, stage: Option<&StageId>) -> Said {
    let happened = format!("Deshecho: {}.", what_was_scanned(number, piece, stage));
    said_as(happened, format!("Ya no cuenta. {} otra vez lo vuelve a contar.", called(Command::Undo)))
}

fn redone(number: &str, piece: Option<&PieceName>, stage: Option<&StageId>) -> Said {
    said_as(format!("Vuelve a contar: {}.", what_was_scanned(number, piece, stage)), NEXT_PIECE)
}

pub(super) fn signed_on(operator: &OperatorId, claimed: u32) -> Said {
    let next = match claimed {
        0 => NEXT_PIECE.to_owned(),
        1 => "El último escaneo es suyo. Escanee la siguiente pieza.".to_owned(),
        many => format!("Los últimos {many} escaneos son suyos. Escanee la siguiente pieza."),
    };
    said_as(format!("Hola {operator}, ya está en turno."), next)
}

pub(super) fn signed_off(package: Option<&str>, questions: u32) -> Said {
    let left = match (package, questions) {
        (None, 0) => return said_as("Ahora no hay nadie en turno.", "Escanee un gafete para empezar."),
        (Some(number), 0) => format!("El paquete de {number} sigue abierto aquí."),
        (None, 1) => "Queda una pregunta de etiqueta sin contestar.".to_owned(),
        (None, many) => format!("Quedan {many} preguntas de etiquetas sin contestar."),
        (Some(number), _) => format!("El paquete de {number} y una pregunta de etiqueta siguen abiertos aquí."),
    };
    said_as(format!("Fuera de turno. {left}"), "Termínelo, o dígaselo a quien sigue.")
}

pub(super) fn sure(number: &str, stage: &StageId, missed: &[StageId]) -> Said {
    let missed: Vec<String> = missed.iter().map(name).collect();
    let happened = format!("A {number} le falta el escaneo de {}.", listed(&missed, "y"));
    said_as(happened, format!("No se contó. SÍ para seguir en {}; si no, NO.", name(stage)))
}

pub(super) fn expect_sure(number: &str, stage: &StageId) -> String {
    format!("¿{number} sigue en {} sin sus escaneos anteriores? SÍ o NO.", name(stage))
}

pub(super) fn not_counted(number: &str) -> Said {
    said_as(format!("{number} no se contó."), "Lleve la pieza a donde le faltó.")
}

pub(super) fn return_label(number: &str) -> Said {
    said_as(
        format!("Es la etiqueta de devolución de {number}."),
        "Póngala dentro del paquete. Escanee la etiqueta de envío de fuera.",
    )
}
