//! What a printer says of itself: the questions of each language, and what their answers mean.
//!
//! Nothing is believed but a whole answer of the right form. A printer that says nothing is [`State::Unknown`]: never
//! ready, and never empty either, because Zebra's answer stays away while the paper is out and many others never
//! answer at all.

mod escpos;
mod port;
mod tspl;
mod zebra;

pub use port::usb_port;

use super::printer::StatusReply;

/// Most bytes of an answer that are kept while it is not whole. The longest, `~HQES`, has some 200.
pub const ANSWER_MAX: usize = 1024;

/// What keeps a printer from printing. A worse one hides a lesser: later in this list wins.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum State {
    /// It did not say.
    Unknown,
    /// Nothing does.
    Ready,
    /// Somebody pressed PAUSE, or it waits to be told to go on.
    Paused,
    /// The head is too hot; it goes on by itself.
    Hot,
    /// It is switched to offline at its own buttons.
    Offline,
    /// A jam, a knife that stuck, a broken head: somebody must look.
    Fault,
    /// No ribbon is left.
    Ribbon,
    /// No paper or labels are left.
    PaperOut,
    /// The head or a cover is open.
    Open,
}

/// Whether a printer has something to do still.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Work {
    /// It did not say.
    Unknown,
    /// Everything that it was given is out.
    Idle,
    /// Something is in its buffer, or printing.
    Busy,
}

/// One answer, or several put together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Status {
    /// What keeps it from printing.
    pub state: State,
    /// What it has to do.
    pub work: Work,
}

impl Status {
    /// Nothing was said.
    pub const UNKNOWN: Status = Status { state: State::Unknown, work: Work::Unknown };

    /// Both at once: the worse state, and busy where either says so.
    #[must_use]
    pub fn and(self, other: Status) -> Status {
        Status { state: self.state.max(other.state), work: self.work.max(other.work) }
    }
}

/// One question that a printer may be asked at any time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Ask {
    /// `~HS`: three lines; no answer while media or ribbon are out or the head is open.
    ZebraHost,
    /// `~HQES`: errors and warnings, answered also then.
    ZebraErrors,
    /// `ESC ! ?`: one byte.
    Tspl,
    /// `DLE EOT 1`: online or not.
    EscposPrinter,
    /// `DLE EOT 2`: why not.
    EscposCause,
    /// `DLE EOT 3`: errors.
    EscposError,
    /// `DLE EOT 4`: paper.
    EscposPaper,
    /// `GS r 1`: answered in its turn, so that everything before it is done.
    EscposDone,
}

impl Ask {
    /// What is sent.
    #[must_use]
    pub const fn bytes(self) -> &'static [u8] {
        match self {
            Ask::ZebraHost => b"~HS",
            Ask::ZebraErrors => b"~HQES\r\n",
            Ask::Tspl => b"\x1b!?",
            Ask::EscposPrinter => b"\x10\x04\x01",
            Ask::EscposCause => b"\x10\x04\x02",
            Ask::EscposError => b"\x10\x04\x03",
            Ask::EscposPaper => b"\x10\x04\x04",
            Ask::EscposDone => b"\x1dr\x01",
        }
    }

    /// What the bytes that came since the question mean; none while there is no whole answer among them. Bytes that
    /// belong to no answer, such as the late end of an earlier one, are skipped.
    #[must_use]
    pub fn read(self, heard: &[u8]) -> Option<Status> {
        match self {
            Ask::ZebraHost => zebra::host(heard),
            Ask::ZebraErrors => zebra::errors(heard),
            Ask::Tspl => tspl::byte(heard),
            Ask::EscposPrinter | Ask::EscposCause | Ask::EscposError | Ask::EscposPaper => {
                escpos::realtime(self, heard)
            }
            Ask::EscposDone => escpos::done(heard),
        }
    }
}

/// What to ask a printer of this kind, in this order.
#[must_use]
pub const fn questions(reply: StatusReply) -> &'static [Ask] {
    match reply {
        StatusReply::None => &[],
        StatusReply::ZebraQuery => &[Ask::ZebraHost],
        StatusReply::TsplByte => &[Ask::Tspl],
        StatusReply::EscposRealtime => &[Ask::EscposPrinter, Ask::EscposCause, Ask::EscposError, Ask::EscposPaper],
    }
}

/// What to ask when the first question had no answer, to learn why.
#[must_use]
pub const fn second_question(reply: StatusReply) -> Option<Ask> {
    match reply {
        StatusReply::ZebraQuery => Some(Ask::ZebraErrors),
        StatusReply::None | StatusReply::TsplByte | StatusReply::EscposRealtime => None,
    }
}

/// The question whose answer shows that all before it is printed, where the state does not say so itself.
#[must_use]
pub const fn last_question(reply: StatusReply) -> Option<Ask> {
    match reply {
        StatusReply::EscposRealtime => Some(Ask::EscposDone),
        StatusReply::None | StatusReply::ZebraQuery | StatusReply::TsplByte => None,
    }
}

#[cfg(test)]
mod tests;
