//! The only module that opens a device.

pub mod printer;
