//! The short fixed texts of the screens: buttons, headings, marks.

/// Every fixed text of a screen, in one language.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Labels {
    /// The language's own name.
    pub language: &'static str,
    /// Answers a question.
    pub yes: &'static str,
    /// Answers a question.
    pub no: &'static str,
    /// Acknowledges a red.
    pub ok: &'static str,
    /// Takes the last scan back.
    pub undo: &'static str,
    /// Over what is expected.
    pub next: &'static str,
    /// Over the last scans.
    pub last_scans: &'static str,
    /// Where the last scans would be.
    pub no_scans: &'static str,
    /// The piece's place among the order's pieces, before `2 of 5`.
    pub piece: &'static str,
    /// Between the two numbers of `2 of 5`.
    pub of: &'static str,
    /// Before the package's progress.
    pub package: &'static str,
    /// The package is complete.
    pub complete: &'static str,
    /// Before the size.
    pub size: &'static str,
    /// Before the colour.
    pub colour: &'static str,
    /// Before the print places.
    pub places: &'static str,
    /// Before the note.
    pub note: &'static str,
    /// It goes before others.
    pub rush: &'static str,
    /// Made up, for trying.
    pub sample: &'static str,
    /// What the picture shows.
    pub picture: &'static str,
    /// Over the label that is drawn on the screen.
    pub drawn: &'static str,
    /// Makes the drawn label large and small again.
    pub enlarge: &'static str,
    /// Over the pieces without a ticket.
    pub waiting: &'static str,
    /// Where the waiting pieces would be.
    pub all_ticketed: &'static str,
    /// Prints the next tickets; a number follows.
    pub print_next: &'static str,
    /// Before a time by which the order must leave.
    pub ship_by: &'static str,
    /// Before the operator.
    pub signed_on: &'static str,
    /// Beside the box for a code.
    pub code: &'static str,
    /// In the empty box for a code.
    pub type_code: &'static str,
    /// Sends the typed code.
    pub enter: &'static str,
    /// A code or a touch was not answered.
    pub not_taken: &'static str,
    /// The browser is not allowed to sound yet; a button.
    pub sound_off: &'static str,
    /// It is allowed to; a button that makes a test sound.
    pub sound_on: &'static str,
    /// The page does not hear the station: its heading.
    pub lost: &'static str,
    /// And what that means.
    pub lost_next: &'static str,
    /// The page needs its script.
    pub no_script: &'static str,
    /// There is no verdict yet: the heading.
    pub ready: &'static str,
    /// A red is open although something newer was scanned; before its sentence.
    pub still_open: &'static str,
    /// Shows the codes that set a scanner; a button.
    pub pair: &'static str,
    /// Over a station's pairing code.
    pub pair_how: &'static str,
    /// Over the keyboard layout's test.
    pub layout_how: &'static str,
    /// The device that typed is no scanner; a button.
    pub no_scanner: &'static str,
    /// Hides what was shown.
    pub close: &'static str,
    /// Over the list of stations.
    pub stations: &'static str,
    /// Over the first steps.
    pub first_steps: &'static str,
    /// The first steps, in order.
    pub steps: [&'static str; 3],
    /// There is no such page.
    pub no_such_page: &'static str,
    /// Back to the list of stations.
    pub back: &'static str,
    /// Closes the commands on the screen.
    pub back_to_scanning: &'static str,
    /// Over a sheet of commands.
    pub commands: &'static str,
    /// On a pairing label, before the station's name.
    pub pair_with: &'static str,
    /// On a pairing label: one of the two is enough.
    pub either_code: &'static str,
}

pub(super) const ENGLISH: Labels = Labels {
    language: "English",
    yes: "YES",
    no: "NO",
    ok: "SEEN",
    undo: "UNDO",
    next: "Next",
    last_scans: "Last scans",
    no_scans: "No scans yet.",
    piece: "Piece",
    of: "of",
    package: "Package",
    complete: "complete",
    size: "Size",
    colour: "Color",
    places: "Print on",
    note: "Note",
    rush: "RUSH",
    sample: "SAMPLE",
    picture: "How it should look",
    drawn: "Label (no printer is set up)",
    enlarge: "Make the label large or small",
    waiting: "Waiting for a ticket",
    all_ticketed: "Every piece has its ticket.",
    print_next: "PRINT NEXT",
    ship_by: "ship by",
    signed_on: "Signed on",
    code: "Code",
    type_code: "Scan, or type a code",
    enter: "ENTER",
    not_taken: "That may not be recorded. Do it again.",
    sound_off: "Sound is off. Touch here.",
    sound_on: "Sound is on",
    lost: "CONNECTION LOST",
    lost_next: "Wait: this screen comes back by itself. Then scan the last piece again; it counts once.",
    no_script: "This screen needs JavaScript. Allow it in the browser, then load the page again.",
    ready: "READY",
    still_open: "Still open",
    pair: "SCANNER",
    pair_how: "Scan this with a scanner: from then on it belongs to this bench.",
    layout_how: "If a scanner types wrong characters, scan this with it.",
    no_scanner: "That is no scanner",
    close: "CLOSE",
    stations: "Stations",
    first_steps: "First steps",
    steps: [
        "Load some sample orders: run stationd orders sample in a terminal.",
        "Open a station below.",
        "Scan a code, or type one into the box and press Enter.",
    ],
    no_such_page: "There is no such page.",
    back: "Back to the stations",
    back_to_scanning: "BACK",
    commands: "Commands",
    pair_with: "Pair a scanner with",
    either_code: "Scan either code.",
};

pub(super) const SPANISH: Labels = Labels {
    language: "Español",
    yes: "SÍ",
    no: "NO",
    ok: "VISTO",
    undo: "DESHACER",
    next: "Sigue",
    last_scans: "Últimos escaneos",
    no_scans: "Todavía no hay escaneos.",
    piece: "Pieza",
    of: "de",
    package: "Paquete",
    complete: "completo",
    size: "Talla",
    colour: "Color",
    places: "Se imprime en",
    note: "Nota",
    rush: "URGENTE",
    sample: "PRUEBA",
    picture: "Cómo debe quedar",
    drawn: "Etiqueta (no hay impresora)",
    enlarge: "Agrandar o achicar la etiqueta",
    waiting: "Esperan su boleta",
    all_ticketed: "Todas las piezas tienen su boleta.",
    print_next: "IMPRIMIR",
    ship_by: "sale antes de",
    signed_on: "En turno",
    code: "Código",
    type_code: "Escanee o escriba un código",
    enter: "ENTRAR",
    not_taken: "Puede que no se haya registrado. Hágalo otra vez.",
    sound_off: "Sin sonido. Toque aquí.",
    sound_on: "Con sonido",
    lost: "SIN CONEXIÓN",
    lost_next: "Espere: esta pantalla regresa sola. Luego escanee otra vez la última pieza; cuenta una sola vez.",
    no_script: "Esta pantalla necesita JavaScript. Actívelo en el navegador y vuelva a cargar la página.",
    ready: "LISTO",
    still_open: "Sigue abierto",
    pair: "ESCÁNER",
    pair_how: "Escanee esto con un escáner: desde entonces es de esta mesa.",
    layout_how: "Si un escáner escribe letras equivocadas, escanee esto con él.",
    no_scanner: "Eso no es un escáner",
    close: "CERRAR",
    stations: "Estaciones",
    first_steps: "Primeros pasos",
    steps: [
        "Cargue pedidos de prueba: ejecute stationd orders sample en una terminal.",
        "Abra una estación de la lista.",
        "Escanee un código, o escríbalo en el cuadro y oprima Enter.",
    ],
    no_such_page: "Esa página no existe.",
    back: "Volver a las estaciones",
    back_to_scanning: "VOLVER",
    commands: "Comandos",
    pair_with: "Asignar un escáner a",
    either_code: "Escanee uno de los dos.",
};
