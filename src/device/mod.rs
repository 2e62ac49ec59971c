//! The only module that opens a device. Each has a task of its own that opens it, reads it and waits for it to come
//! back; what the bytes mean is decided elsewhere ([`scan`](crate::scan), [`label`](crate::label)).

pub mod discover;
pub mod scanner;
pub mod sysfs;
pub mod watch;
