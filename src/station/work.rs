//! What a printer is given to do.

use crate::floor::event::LabelOf;
use crate::floor::order::Order;
use crate::ids::LabelId;
use crate::ledger::attachment::Attachment;

/// One label to print: everything that is needed to make its bytes, so that making them is not on the scan path.
#[derive(Debug, Clone)]
pub struct Job {
    /// The label.
    pub label: LabelId,
    /// What it is.
    pub what: LabelOf,
    /// Its order as it is now.
    pub order: Box<Order>,
    /// The bytes that it is printed from, where it is no label of ours.
    pub document: Option<Attachment>,
}
