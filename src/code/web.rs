//! Web addresses: what a phone would open, such as the code in an artwork.

use serde::{Deserialize, Serialize};

/// A web address.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Web {
    /// The address as it was read.
    pub address: String,
}
