//! Scanners: what they say as text fixtures, keyboard layouts against libxkbcommon, and many of them at once on real
//! file descriptors.

mod descriptors;
mod fixtures;
mod idle;
mod layouts;
mod many;
mod plug;
pub mod wire;
