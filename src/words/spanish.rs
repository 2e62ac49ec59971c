//! Spanish, as shops in Mexico and the United States speak it.

mod door;
mod work;

use super::{Clock, Language, Said, because, listed, minute, quoted, said_as};
use crate::floor::bench::{Contact, Expect, Trouble};
use crate::floor::verdict::{LabelState, LastSeen, NotSafe, Say, Seen, Unreadable};
use crate::ids::{JobId, PrinterId, StageId};

const AGAIN: &str = "No se contó. Escanéelo otra vez.";
const NEXT_PIECE: &str = "Escanee la siguiente pieza.";
const STICK_AND_SCAN: &str = "Péguela y escanee su código de rastreo.";
const ANSWER: &str = "Revise la impresora y conteste SÍ o NO.";

pub(super) fn said(say: &Say) -> Said {
    match say {
        Say::Passed { number, stage, n, of, next } => passed(number, stage, *n, *of, next.as_ref()),
        Say::Already { number, stage } => already(number, stage),
        Say::PassedButMissed { number, stage, missed } => missed_before(number, stage, missed),
        Say::NotOnRoute { number, stage } => not_due(number, stage),
        Say::NewHere { job, stage } => new_here(job, stage),
        Say::Cancelled { number, reason } => cancelled(number, reason),
        Say::Held { number, why: Some(why), .. } => held(number, work::why_held(*why)),
        Say::Held { number, reason, why: None } => held(number, reason),
        Say::Packed { number, n, of, others } => packed(number, *n, *of, others),
        Say::AlreadyPacked { number } => already_packed(number),
        Say::Complete { number, label } => said_as(format!("{number} está completo."), shipping_label(*label)),
        Say::WrongOrder { number, open } => wrong_order(number, open),
        Say::LabelFirst { open } => label_first(open),
        Say::Parked { number } => work::parked(number),
        Say::Linked { number, printed } => labelled(number, printed),
        Say::AlreadyLinked { number, printed } => labelled_before(number, printed),
        Say::LinkedUnsure { number, carriers, .. } => which_carrier(number, carriers),
        Say::LabelOfOther { belongs, open, .. } => label_of_other(belongs, open.as_deref()),
        Say::OtherLabelExpected { number, expected, .. } => other_label(number, expected),
        Say::Work(work) => work::said(work),
        Say::Door(door) => door::said(door),
        Say::ReturnLabel { number, .. } => work::return_label(number),
        Say::PackFirst { number, missing, .. } => pack_first(number, *missing),
        Say::WhichPackage { printed } => which_package(printed),
        Say::PackageInHand { number, n, of } => in_hand(number, *n, *of),
        Say::Tickets { number, count, label } => tickets(number, *count, *label),
        Say::NoTicketWaits => said_as("Ninguna pieza espera boleta.", "Los pedidos nuevos aparecen aquí solos."),
        Say::OrderSeen { number, jobs } => order_seen(number, *jobs),
        Say::NotKnown { code } => not_known(code),
        Say::NotHere { what } => not_here(*what),
        Say::OtherBarcode { what } => other_barcode(*what),
        Say::Misread => said_as("El escáner leyó mal ese código.", AGAIN),
        Say::Unknown => said_as("Ese no es un código nuestro.", "No se contó. Escanee el código de la boleta."),
        Say::BadCheckDigit { carriers } => bad_check_digit(carriers),
        Say::Unreadable { why } => unreadable(*why),
        Say::LabelEnded { number, state } => label_ended(number, *state),
        Say::DidItPrint { number, printer } => did_it_print(number, printer),
        Say::NothingAsked => said_as("No hay ninguna pregunta que contestar.", NEXT_PIECE),
        Say::CommandNotHere => said_as("Ese comando no sirve en esta mesa.", "Nada cambió. Siga escaneando."),
        Say::Undone { number, piece, stage } => work::undone(number, piece.as_ref(), stage.as_ref()),
        Say::NothingToUndo => said_as("No hay nada que deshacer.", NEXT_PIECE),
        Say::SignedOn { operator, claimed } => work::signed_on(operator, *claimed),
        Say::SignedOff { package, questions } => work::signed_off(package.as_deref(), *questions),
        Say::Sure { number, stage, missed } => work::sure(number, stage, missed),
        Say::NotCounted { number } => work::not_counted(number),
        Say::Scanner { .. } | Say::SeveralCommands | Say::Beside => super::scanner::said(say, Language::Es),
        Say::Help => help(),
        Say::Noted => said_as("Enterado.", NEXT_PIECE),
        Say::OrderTaken { number } => said_as(format!("Llegó el pedido {number}."), "Aquí no hay que hacerle nada."),
        Say::NotSafe { why } => not_safe(*why),
        Say::Print(_) | Say::Unsaid => unsaid(),
    }
}

fn name(stage: &StageId) -> String {
    super::stage_name(stage, Language::Es)
}

fn pieces(count: u32) -> String {
    if count == 1 { "1 pieza".to_owned() } else { format!("{count} piezas") }
}

fn passed(number: &str, stage: &StageId, n: u32, of: u32, next: Option<&StageId>) -> Said {
    let piece = if of > 1 { format!("{number}, pieza {n} de {of}") } else { number.to_owned() };
    let next = next.map_or_else(|| "Ya no le falta nada.".to_owned(), |next| format!("Ahora va a {}.", name(next)));
    said_as(format!("{piece}: {} hecho.", name(stage)), next)
}

fn already(number: &str, stage: &StageId) -> Said {
    let happened = format!("Esta pieza de {number} ya se escaneó en {}.", name(stage));
    said_as(happened, "Cuenta una sola vez. Escanee la siguiente pieza.")
}

fn missed_before(number: &str, stage: &StageId, missed: &[StageId]) -> Said {
    let missed: Vec<String> = missed.iter().map(name).collect();
    let happened = format!("A {number} le falta el escaneo de {}.", listed(&missed, "y"));
    said_as(happened, format!("{} sí quedó registrado. Revise que lo anterior de veras esté hecho.", name(stage)))
}

fn not_due(number: &str, stage: &StageId) -> Said {
    let happened = format!("{number} no tenía que pasar por {}.", name(stage));
    said_as(happened, "El escaneo quedó registrado. Revise que sea la pieza correcta.")
}

fn new_here(job: &JobId, stage: &StageId) -> Said {
    let happened = format!("{job} es nuevo aquí: {} hecho.", name(stage));
    said_as(happened, "Siga. Los datos de la pieza llegan después.")
}

fn cancelled(number: &str, reason: &str) -> Said {
    said_as(format!("{number} está cancelado{}", because(reason)), "No lo trabaje. Ponga esta pieza aparte.")
}

fn held(number: &str, reason: &str) -> Said {
    said_as(format!("{number} está detenido{}", because(reason)), "Ponga esta pieza aparte hasta que le avisen.")
}

fn packed(number: &str, n: u32, of: u32, others: &[LastSeen]) -> Said {
    let next = match of.saturating_sub(n) {
        0 => "Ya están todas las piezas.".to_owned(),
        1 => "Escanee la última pieza.".to_owned(),
        more if others.is_empty() => format!("Faltan {more} por escanear."),
        more => format!("Faltan {more}: {}.", work::whereabouts(others)),
    };
    said_as(format!("{number}: {n} de {of} en el paquete."), next)
}

fn label_first(open: &str) -> Said {
    said_as(
        format!("Falta escanear la etiqueta de {open}."),
        format!(
            "Péguela y escanéela, o escanee APARTAR para dejar a un lado {open}. Después escanee otra vez esta pieza."
        ),
    )
}

fn already_packed(number: &str) -> Said {
    said_as(format!("Esta pieza de {number} ya está en un paquete."), "Cuenta una sola vez. Escanee otra pieza.")
}

fn shipping_label(label: LabelState) -> String {
    match label {
        LabelState::Printing => format!("Se está imprimiendo su etiqueta de envío. {STICK_AND_SCAN}"),
        LabelState::OnScreen => {
            "Su etiqueta de envío está en esta pantalla. Escanee o escriba el número de rastreo.".to_owned()
        }
        LabelState::NotYet => {
            "Todavía no hay etiqueta de envío. Ponga el paquete en el estante ESPERA (WAIT).".to_owned()
        }
        LabelState::Printed => format!("Ya se imprimió su etiqueta de envío. {STICK_AND_SCAN}"),
        LabelState::Failed => {
            "Su etiqueta de envío no se imprimió. Revise la impresora; se manda otra vez sola.".to_owned()
        }
        LabelState::Doubtful => format!("Puede que su etiqueta de envío ya haya salido. {ANSWER}"),
    }
}

fn wrong_order(number: &str, open: &str) -> Said {
    said_as(format!("Pieza equivocada: es de {number}."), format!("Sáquela. El paquete abierto es {open}."))
}

fn labelled(number: &str, printed: &str) -> Said {
    said_as(format!("La etiqueta es de {number}. Listo."), format!("Número de rastreo {}.", quoted(printed)))
}

fn labelled_before(number: &str, printed: &str) -> Said {
    let happened = format!("Esta etiqueta ya se escaneó. Es de {number}.");
    said_as(happened, format!("{} está bien. {NEXT_PIECE}", quoted(printed)))
}

fn which_carrier(number: &str, carriers: &[String]) -> Said {
    let carriers = if carriers.is_empty() { "varias paqueterías".to_owned() } else { listed(carriers, "o") };
    let happened = format!("La etiqueta es de {number}, pero el número puede ser de {carriers}.");
    said_as(happened, "Quedó registrado. Dígale al supervisor qué paquetería es.")
}

fn label_of_other(belongs: &str, open: Option<&str>) -> Said {
    let next = match open {
        Some(open) => format!("Quítela: este paquete es {open}. Péguela en {belongs}."),
        None => format!("Busque el paquete de {belongs} y péguela en ese."),
    };
    said_as(format!("Esta etiqueta es de {belongs}."), next)
}

fn other_label(number: &str, expected: &str) -> Said {
    let next = format!("Quítela. El número de la correcta termina en {}.", quoted(expected));
    said_as(format!("Etiqueta equivocada para {number}."), next)
}

fn pack_first(number: &str, missing: u32) -> Said {
    let happened = format!("{number} no está completo: falta {}.", pieces(missing));
    let happened = if missing == 1 { happened } else { happened.replace(": falta ", ": faltan ") };
    said_as(happened, "La etiqueta todavía no cuenta. Escanee lo que falta y luego la etiqueta otra vez.")
}

fn which_package(printed: &str) -> Said {
    let happened = format!("¿De qué paquete es la etiqueta {}?", quoted(printed));
    said_as(happened, "Todavía no cuenta. Escanee una pieza del paquete y luego la etiqueta otra vez.")
}

fn in_hand(number: &str, n: u32, of: u32) -> Said {
    let next = if n < of { "Escanee las demás piezas." } else { "Escanee el código de rastreo de su etiqueta." };
    said_as(format!("El paquete de {number} está abierto: {n} de {of}."), next)
}

fn tickets(number: &str, count: u32, label: LabelState) -> Said {
    let what = if count == 1 { "1 boleta".to_owned() } else { format!("{count} boletas") };
    let each = "Ponga cada boleta con su pieza.";
    match label {
        LabelState::Printing => said_as(format!("{number}: imprimiendo {what}."), each),
        LabelState::OnScreen => {
            said_as(format!("{number}: {what} en esta pantalla."), "No hay impresora para boletas.")
        }
        LabelState::NotYet => {
            said_as(format!("{number}: {what} por imprimir."), "Salen cuando la impresora esté lista.")
        }
        LabelState::Printed => said_as(format!("{number}: {what} ya impresas."), each),
        LabelState::Failed => {
            said_as(format!("{number}: sin imprimir {what}."), "Revise la impresora. Se mandan otra vez solas.")
        }
        LabelState::Doubtful => said_as(format!("{number}: puede que ya salieran {what}."), ANSWER),
    }
}

fn order_seen(number: &str, jobs: u32) -> Said {
    said_as(format!("Ese es el código del pedido {number}, {}.", pieces(jobs)), "Escanee el código de la pieza.")
}

fn not_known(code: &str) -> Said {
    let happened = format!("Esta mesa no conoce {}.", quoted(code));
    said_as(happened, "El escaneo quedó registrado. Pregúntele al supervisor si ya llegó ese pedido.")
}

fn did_it_print(number: &str, printer: &PrinterId) -> Said {
    said_as(format!("¿Salió la etiqueta de {number} en la impresora {printer}?"), ANSWER)
}

const fn seen(what: Seen) -> &'static str {
    match what {
        Seen::Routing => "el código postal",
        Seen::Product => "el código del producto",
        Seen::Web => "una dirección de internet",
        Seen::Tracking => "un número de rastreo",
        Seen::Ours => "otro código nuestro",
    }
}

fn not_here(what: Seen) -> Said {
    said_as(format!("Eso es {}; en esta mesa no se usa.", seen(what)), "Escanee el código de la boleta.")
}

fn other_barcode(what: Seen) -> Said {
    let next = match what {
        Seen::Routing | Seen::Web => "Escanee el otro código, el del número de rastreo.",
        Seen::Product | Seen::Tracking | Seen::Ours => "Escanee el código de la boleta.",
    };
    said_as(format!("Eso es {}.", seen(what)), next)
}

fn bad_check_digit(carriers: &[String]) -> Said {
    let happened = match carriers {
        [] => "El escáner leyó mal ese número de rastreo.".to_owned(),
        names => format!("El escáner leyó mal ese número de {}.", listed(names, "o")),
    };
    said_as(happened, AGAIN)
}

fn unreadable(why: Unreadable) -> Said {
    match why {
        Unreadable::TooLong => said_as("El escáner mandó demasiado para un solo código.", AGAIN),
        Unreadable::NotText => said_as("El escáner mandó algo que no es texto.", AGAIN),
        Unreadable::Lost => said_as("Se perdió una parte de ese escaneo.", AGAIN),
        Unreadable::CutOff => said_as("El escáner se cortó a medio escaneo.", AGAIN),
        Unreadable::TooMany => {
            said_as("Llegaron demasiados escaneos a la vez.", "No se contaron todos. Escanee otra vez los últimos.")
        }
    }
}

fn label_ended(number: &str, state: LabelState) -> Said {
    let label = format!("La etiqueta de {number}");
    match state {
        LabelState::Printing => said_as(format!("{label} se está imprimiendo."), STICK_AND_SCAN),
        LabelState::OnScreen => said_as(format!("{label} está en esta pantalla."), "No hay impresora para ella."),
        LabelState::NotYet => {
            said_as(format!("{label} todavía no llega."), "Ponga el paquete en el estante ESPERA (WAIT).")
        }
        LabelState::Printed => said_as(format!("{label} ya se imprimió."), "Tómela de la impresora."),
        LabelState::Failed => {
            said_as(format!("{label} no se imprimió."), "Revise la impresora. Se manda otra vez sola.")
        }
        LabelState::Doubtful => said_as(format!("Puede que la etiqueta de {number} ya haya salido."), ANSWER),
    }
}

fn help() -> Said {
    said_as(
        "Verde: siga. Amarillo: ojo. Rojo: alto.",
        "Escanee el código de la boleta. DESHACER quita el último escaneo.",
    )
}

fn not_safe(why: NotSafe) -> Said {
    let why = match why {
        NotSafe::DiskFull => "el disco está lleno",
        NotSafe::ReadOnly => "no se puede escribir en el disco",
        NotSafe::DiskError => "el disco tiene un error",
    };
    said_as(format!("NO se guardó: {why}."), "Ese escaneo no cuenta. Llame al supervisor y escanéelo otra vez.")
}

fn unsaid() -> Said {
    let happened = "Esta pantalla es muy vieja para decir lo que pasó.";
    said_as(happened, "El escaneo quedó registrado. Pida que actualicen esta mesa.")
}

pub(super) fn expect(expect: &Expect) -> String {
    match expect {
        Expect::Piece(stage) => format!("Escanee la siguiente pieza de {}.", name(stage)),
        Expect::FirstPiece => "Escanee una pieza para empezar su paquete.".to_owned(),
        Expect::MorePieces { number, missing: 1 } => format!("Escanee la última pieza de {number}."),
        Expect::MorePieces { number, missing } => format!("Escanee las otras {missing} piezas de {number}."),
        Expect::TrackingNumber { number } => {
            format!("Pegue la etiqueta en {number} y escanee su código de rastreo.")
        }
        Expect::Answer { number, printer } => {
            format!("¿Salió la etiqueta de {number} en la impresora {printer}? SÍ o NO.")
        }
        Expect::Ticket => "Toque IMPRIMIR o escanee el código de un pedido.".to_owned(),
        Expect::Meant(command) => work::expect(*command),
        Expect::Sure { number, stage } => work::expect_sure(number, stage),
        Expect::Parcel => "Escanee la etiqueta de cada paquete que sale.".to_owned(),
        Expect::WhoAreYou => "¿Quién es usted? Escanee su gafete.".to_owned(),
    }
}

pub(super) fn trouble(trouble: &Trouble) -> String {
    match trouble {
        Trouble::ScannerGone { .. }
        | Trouble::ScannerRefused { .. }
        | Trouble::ScannerForbidden { .. }
        | Trouble::ScannerUnusable { .. }
        | Trouble::PressAway { .. } => super::scanner::trouble(trouble, Language::Es),
        Trouble::Printer { printer, why, labels } => super::printing::trouble(printer, *why, *labels, Language::Es),
        Trouble::DiskFull => "El disco está lleno: los escaneos NO se guardan. Llame al supervisor.".to_owned(),
        Trouble::DiskReadOnly => {
            "No se puede escribir en el disco: los escaneos NO se guardan. Llame al supervisor.".to_owned()
        }
        Trouble::DiskError => "El disco tiene un error: los escaneos NO se guardan. Llame al supervisor.".to_owned(),
    }
}

pub(super) fn contact(contact: &Contact, unsent: u64, clock: Clock) -> String {
    let safe = match unsent {
        0 => "Todo está guardado.".to_owned(),
        1 => "1 escaneo guardado aquí.".to_owned(),
        many => format!("{many} escaneos guardados aquí."),
    };
    match contact {
        Contact::NotYet => format!("Buscando al resto del taller. {safe}"),
        Contact::Here if unsent == 0 => "En línea. Todo está entregado.".to_owned(),
        Contact::Here => format!("En línea, entregando. {safe}"),
        Contact::AwaySince(moment) => {
            format!("Sin conexión desde {}. {safe}", minute(*moment, clock, Language::Es))
        }
    }
}
