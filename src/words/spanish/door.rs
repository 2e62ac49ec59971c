//! What is said at the door, where parcels leave.

use crate::floor::verdict::Door;
use crate::words::{Said, carrier_name, quoted, said_as};

pub(super) fn said(door: &Door) -> Said {
    match door {
        Door::Leaves { number, carrier } => leaves(number, carrier.as_deref()),
        Door::LeavesUnscanned { number, printed } => leaves_unscanned(number, printed),
        Door::LeftBefore { number } => left_before(number),
        Door::NotOurs { printed } => not_ours(printed),
        Door::NoLabel { number } => no_label(number),
        Door::Unsaid => super::unsaid(),
    }
}

fn leaves(number: &str, carrier: Option<&str>) -> Said {
    let happened = match carrier {
        Some(carrier) => format!("{number} sale con {}.", carrier_name(carrier)),
        None => format!("{number} sale."),
    };
    said_as(happened, "Escanee el siguiente paquete.")
}

fn leaves_unscanned(number: &str, printed: &str) -> Said {
    let happened = format!("{number} sale, pero no escanearon su etiqueta al empacar.");
    said_as(happened, format!("Ya quedó registrada {}. Revise que sí es {number}.", quoted(printed)))
}

fn left_before(number: &str) -> Said {
    let happened = format!("{number} ya se escaneó en la puerta.");
    said_as(happened, "Cuenta una sola vez. Si es otro paquete, deténgalo.")
}

fn not_ours(printed: &str) -> Said {
    let happened = format!("Ningún paquete de aquí lleva la etiqueta {}.", quoted(printed));
    said_as(happened, "No lo deje salir. Averigüe qué trae.")
}

fn no_label(number: &str) -> Said {
    said_as(format!("{number} todavía no tiene etiqueta de envío."), "No lo deje salir: llévelo a empaque.")
}
