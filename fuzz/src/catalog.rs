//! Only the carriers of the catalog.

#[path = "../../src/catalog/carriers.rs"]
pub mod carriers;
