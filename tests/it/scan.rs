//! Scanners: what they say as text fixtures, keyboard layouts against libxkbcommon, and many of them at once on real
//! file descriptors.

mod many;
mod plug;
mod wire;
