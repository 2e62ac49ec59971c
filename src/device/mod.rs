//! The only module that opens a device. A scanner has a task that opens it, reads it and waits for it to come back;
//! a printer has a thread that may block for as long as the paper is out, and so has the software of a press. What the bytes mean is decided elsewhere
//! ([`scan`](crate::scan), [`label`](crate::label)).

pub mod discover;
pub mod press;
pub mod printer;
pub mod scanner;
pub mod sysfs;
pub mod watch;
