//! What browsers, stations and order systems reach over HTTP.

pub mod hub;
