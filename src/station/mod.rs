//! One input at a time: decide, commit, then act.

pub mod view;
