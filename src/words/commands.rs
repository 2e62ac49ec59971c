//! What each command is called, on the sheet on the wall, on buttons and in sentences.

use super::Language;
use crate::code::command::{Command, FailReason, HoldReason, ReprintReason};

/// A command as people call it.
#[must_use]
pub fn command(command: Command, language: Language) -> String {
    let labels = language.labels();
    let (english, spanish) = match command {
        Command::Yes => return labels.yes.to_owned(),
        Command::No => return labels.no.to_owned(),
        Command::Ok => return labels.ok.to_owned(),
        Command::Undo => return labels.undo.to_owned(),
        Command::PrintNext(n) => return format!("{} {n}", labels.print_next),
        Command::Quantity(n) => {
            return format!("{} {n}", if language == Language::En { "QUANTITY" } else { "CANTIDAD" });
        }
        Command::RepeatLabel => ("LAST LABEL AGAIN", "REPETIR LA ÚLTIMA ETIQUETA"),
        Command::Reprint(ReprintReason::Nothing) => ("REPRINT: NOTHING CAME OUT", "REIMPRIMIR: NO SALIÓ NADA"),
        Command::Reprint(ReprintReason::BadPrint) => ("REPRINT: BAD PRINT", "REIMPRIMIR: SALIÓ MAL"),
        Command::Reprint(ReprintReason::Damaged) => ("REPRINT: DAMAGED", "REIMPRIMIR: SE DAÑÓ"),
        Command::Hold(HoldReason::Customer) => ("HOLD: CUSTOMER", "DETENER: CLIENTE"),
        Command::Hold(HoldReason::Artwork) => ("HOLD: ARTWORK", "DETENER: DISEÑO"),
        Command::Hold(HoldReason::Stock) => ("HOLD: OUT OF STOCK", "DETENER: NO HAY PRENDA"),
        Command::Hold(HoldReason::Other) => ("HOLD: OTHER", "DETENER: OTRA CAUSA"),
        Command::Release => ("RELEASE", "LIBERAR"),
        Command::Fail(FailReason::Print) => ("BAD: PRINT", "MAL: IMPRESIÓN"),
        Command::Fail(FailReason::Placement) => ("BAD: WRONG PLACE", "MAL: FUERA DE LUGAR"),
        Command::Fail(FailReason::Garment) => ("BAD: GARMENT", "MAL: PRENDA"),
        Command::Fail(FailReason::Stain) => ("BAD: STAIN", "MAL: MANCHA"),
        Command::Fail(FailReason::Other) => ("BAD: OTHER", "MAL: OTRA CAUSA"),
        Command::RuinedTicket => ("TICKET RUINED", "BOLETA DAÑADA"),
        Command::Scrap => ("SCRAP", "DESECHAR"),
        Command::Lost => ("LOST", "PERDIDA"),
        Command::Split => ("SHIP WHAT IS PACKED", "ENVIAR LO EMPACADO"),
        Command::Close => ("PACKAGE COMPLETE", "PAQUETE COMPLETO"),
        Command::Park => ("PARK", "APARTAR"),
        Command::Swapped => ("LABELS SWAPPED", "ETIQUETAS CAMBIADAS"),
        Command::NewRoll => ("NEW ROLL", "ROLLO NUEVO"),
        Command::SignOff => ("SIGN OFF", "TERMINAR TURNO"),
        Command::Help => ("HELP", "AYUDA"),
    };
    if language == Language::En { english } else { spanish }.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_two_commands_share_a_name() {
        for language in Language::ALL {
            let mut names: Vec<String> = Command::all().map(|c| command(c, language)).collect();
            let all = names.len();
            names.sort();
            names.dedup();
            assert_eq!(names.len(), all, "{language:?}");
        }
    }

    #[test]
    fn a_sentence_calls_a_command_as_the_sheet_does() {
        use crate::floor::verdict::Say;
        for language in Language::ALL {
            let said = crate::words::say(&Say::LabelFirst { open: "#1".to_owned() }, language);
            assert!(said.contains(&command(Command::Park, language)), "{said}");
            let said = crate::words::say(&Say::Help, language);
            assert!(said.contains(&command(Command::Undo, language)), "{said}");
        }
    }
}
