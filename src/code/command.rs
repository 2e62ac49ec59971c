//! stub
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Command {
    Yes,
    No,
    Undo,
    PrintNext(u8),
    Park,
    SignOff,
    Help,
    Ok,
    Other,
}
