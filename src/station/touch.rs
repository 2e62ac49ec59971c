//! What a person can touch on a kiosk.

use serde::{Deserialize, Serialize};

use crate::code::command::Command;
use crate::ids::{JobId, LabelId, ScannerId};

/// One touch. Each can be done with a scanned code as well.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "touch", rename_all = "snake_case")]
pub enum Touch {
    /// This label came out.
    Yes { label: LabelId },
    /// This label did not come out.
    No { label: LabelId },
    /// Take back the last scan.
    Undo,
    /// Print the tickets of the next jobs.
    PrintNext { n: u32 },
    /// Print the ticket of one job.
    Ticket { job: JobId },
    /// A red was seen.
    Seen,
    /// This device is no scanner, or belongs to no bench any more.
    Free { scanner: ScannerId },
    /// Anything that a command code says.
    Command { command: Command },
}
