//! Stations and hub against each other, on real databases, without a network: what is lost, doubled, restored or
//! written twice on the way, and what must be true all the same.

mod board;
mod feed;
pub mod made;
pub mod network;
mod protocol;
mod simulation;
