//! One file per subcommand: it reads the arguments, asks the room that knows, and prints sentences.

pub mod order;
pub mod orders;
pub mod report;
pub mod table;
