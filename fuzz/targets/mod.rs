//! What is fuzzed: each target is a function of bytes that panics where a promise is broken.
//!
//! The fuzzer calls them with what it invents, and the program's own tests (`tests/it/fuzz.rs`) with every line of
//! `fuzz/corpus`. To add one: a file here with `pub fn run(bytes: &[u8])`, its name in the list below, three lines
//! in `src/bin` and in `Cargo.toml`, its rooms in `src/lib.rs`, and `corpus/NAME.txt` with a few inputs, one a line,
//! where every byte but printable ASCII, and the backslash, is written as `\x` and two hexadecimal digits.

/// The modules, and [`ALL`].
macro_rules! targets {
    ($($name:ident)*) => {
        $(pub mod $name;)*

        /// Every target by its name.
        pub const ALL: &[(&str, fn(&[u8]))] = &[$((stringify!($name), $name::run)),*];
    };
}

targets! { carrier_file explain gs1 own }
