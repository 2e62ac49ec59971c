//! Device, keyboard and carrier files: text in, types out.

pub mod keyboards;
pub mod scanners;
pub mod printers;
