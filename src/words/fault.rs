//! What keeps the program from running or answering, as the command line says it.

use super::{Language, listed, quoted};

/// Why the program could not do what was asked of it, as the command line says it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fault {
    /// Another program listens at this address.
    PortInUse { address: String },
    /// This address is not one of this machine's, or may not be opened by this user.
    PortRefused { address: String },
    /// The disk that holds this folder is full.
    DiskFull { path: String },
    /// The folder or its disk can not be written.
    ReadOnly { path: String },
    /// The disk reported an error.
    DiskError { path: String },
    /// This user may not open the folder or file.
    NoPermission { path: String },
    /// The database is not whole.
    Damaged { path: String },
    /// The database was written by a newer program.
    Newer { path: String },
    /// Another stationd already uses this folder.
    AlreadyRunning { path: String },
    /// There is no stationd to talk to on this machine.
    NotRunning,
    /// stationd runs, but did not answer in time.
    NoAnswer,
    /// There is no bench of this name here.
    NoSuchStation { station: String, known: Vec<String> },
    /// There is no such order.
    NoSuchOrder { order: String },
    /// The file can not be found or read.
    NoSuchFile { path: String },
}

/// Why something asked at the command line could not be done, and what to do.
#[must_use]
pub fn fault(fault: &Fault, language: Language) -> String {
    match language {
        Language::En => english(fault),
        Language::Es => spanish(fault),
    }
}

fn english(fault: &Fault) -> String {
    match fault {
        Fault::PortInUse { address } => {
            format!("Another program already listens at {address}. Stop it, or choose another address.")
        }
        Fault::PortRefused { address } => {
            format!("The address {address} can not be opened. Use one of this machine's, with a port above 1024.")
        }
        Fault::DiskFull { path } => {
            format!("The disk of {path} is full. What was recorded is safe; free some space and start again.")
        }
        Fault::ReadOnly { path } => {
            format!("{path} can not be written. What was recorded is safe; make it writable and start again.")
        }
        Fault::DiskError { path } => {
            format!("The disk of {path} reported an error. Copy that folder elsewhere, then check the disk.")
        }
        Fault::NoPermission { path } => {
            format!("This user may not open {path}. Run as the user that stationd runs as, or change its owner.")
        }
        Fault::Damaged { path } => {
            format!("The database {path} is damaged. Keep the file, restore a copy, and report what happened.")
        }
        Fault::Newer { path } => {
            format!("{path} was written by a newer stationd. Nothing was changed; install the newer program.")
        }
        Fault::AlreadyRunning { path } => {
            format!("Another stationd already uses {path}. Stop that one first, or use it.")
        }
        Fault::NotRunning => "No stationd runs on this machine. Start it with `stationd`.".to_owned(),
        Fault::NoAnswer => {
            "stationd did not answer in time. Nothing is known about this request; look at the screen, then ask again."
                .to_owned()
        }
        Fault::NoSuchStation { station, known } => {
            format!("There is no station {} here. There is {}.", quoted(station), listed(known, "and"))
        }
        Fault::NoSuchOrder { order } => format!("No order {} is known. Check the number.", quoted(order)),
        Fault::NoSuchFile { path } => format!("{path} can not be read. Check the name and the folder."),
    }
}

fn spanish(fault: &Fault) -> String {
    match fault {
        Fault::PortInUse { address } => {
            format!("Otro programa ya escucha en {address}. Deténgalo o elija otra dirección.")
        }
        Fault::PortRefused { address } => {
            format!("No se puede abrir la dirección {address}. Use una de esta máquina, con puerto mayor que 1024.")
        }
        Fault::DiskFull { path } => {
            format!("El disco de {path} está lleno. Lo registrado está a salvo; libere espacio y vuelva a empezar.")
        }
        Fault::ReadOnly { path } => {
            format!("No se puede escribir en {path}. Lo registrado está a salvo; dé permiso y vuelva a empezar.")
        }
        Fault::DiskError { path } => {
            format!("El disco de {path} reportó un error. Copie esa carpeta a otro lado y revise el disco.")
        }
        Fault::NoPermission { path } => {
            format!("Este usuario no puede abrir {path}. Use el usuario de stationd o cambie el dueño.")
        }
        Fault::Damaged { path } => {
            format!("La base de datos {path} está dañada. Guarde el archivo, restaure una copia y avise.")
        }
        Fault::Newer { path } => {
            format!("{path} es de un stationd más nuevo. No se cambió nada; instale el programa nuevo.")
        }
        Fault::AlreadyRunning { path } => format!("Otro stationd ya usa {path}. Deténgalo primero, o use ese."),
        Fault::NotRunning => "En esta máquina no corre stationd. Inícielo con `stationd`.".to_owned(),
        Fault::NoAnswer => {
            "stationd no contestó a tiempo. No se sabe qué pasó con esto; vea la pantalla y pregunte otra vez."
                .to_owned()
        }
        Fault::NoSuchStation { station, known } => {
            format!("Aquí no hay estación {}. Hay {}.", quoted(station), listed(known, "y"))
        }
        Fault::NoSuchOrder { order } => format!("No se conoce el pedido {}. Revise el número.", quoted(order)),
        Fault::NoSuchFile { path } => format!("No se puede leer {path}. Revise el nombre y la carpeta."),
    }
}
