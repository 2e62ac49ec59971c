//! Orders from files: what was read, and what could not be, in words that name the line and the column.
//!
//! Nothing here touches a disk: the bytes of files that a row names come through a closure.

pub mod columns;
pub mod csv;
pub mod document;
pub mod json;
mod rows;
pub mod values;

use super::draft::Draft;

/// Largest file of orders, in bytes, label documents not counted.
pub const FILE_MAX: usize = 16 << 20;

/// Reads a file that a row names; the error is a reason such as "no such file".
pub type ReadFile<'a> = dyn FnMut(&str) -> Result<Vec<u8>, String> + 'a;

/// What a file holds.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Import {
    /// The orders that can be taken in.
    pub drafts: Vec<Draft>,
    /// What is wrong. Every order with something wrong is left out whole.
    pub problems: Vec<Problem>,
    /// What was passed over, and harms nothing.
    pub warnings: Vec<String>,
}

/// Something wrong in a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// The line, from 1; of JSON, the order's place in the list.
    pub line: u64,
    /// The column's name as the file writes it, where one is to blame.
    pub column: Option<String>,
    /// What is wrong and what to do, as whole sentences.
    pub what: String,
}

impl std::fmt::Display for Problem {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match &self.column {
            Some(column) => write!(f, "line {}, column {column}: {}", self.line, self.what),
            None => write!(f, "line {}: {}", self.line, self.what),
        }
    }
}
