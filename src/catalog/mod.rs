//! Device, keyboard and carrier files: text in, types out.

pub mod carriers;
pub mod keyboards;
pub mod printers;
pub mod scanners;
