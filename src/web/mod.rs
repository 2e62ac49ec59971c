//! What browsers, stations and order systems reach over HTTP: a live kiosk page per station, and the hub.
//!
//! [`hub`] is what stations and the order system ask of the hub. [`kiosk`] is the kiosk's addresses; `page` and
//! `panel` draw them; [`live`] keeps a page up to date over server-sent events; [`preview`] shows labels; [`guard`] refuses what did not
//! come from this machine's own pages; `assets` holds script, style and icon; `cards` draws the codes that set a scanner. Nothing here decides: a page shows
//! a [`View`](crate::station::view::View) that the station made, and hands codes and touches to a [`Bench`].

mod assets;
mod cards;
pub mod guard;
pub mod hub;
pub mod kiosk;
pub mod live;
mod page;
mod panel;
pub mod preview;
mod sheets;

use std::future::Future;
use std::pin::Pin;

use crate::floor::verdict::Verdict;
use crate::ids::{AttachmentId, LabelId};
use crate::station::touch::Touch;

/// An answer that takes a moment.
pub type Answer<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// What a kiosk may ask of its station. Each answer comes after the commit.
pub trait Bench: Send + Sync {
    /// A code was typed or pasted.
    fn typed(&self, code: String) -> Answer<'_, Result<Verdict, NotTaken>>;

    /// A button was touched.
    fn touched(&self, touch: Touch) -> Answer<'_, Result<Verdict, NotTaken>>;
}

/// Where a kiosk's pictures come from.
pub trait Pictures: Send + Sync {
    /// A label as a PNG file, or none if there is no such label.
    fn label_png(&self, label: LabelId) -> Answer<'_, Option<Vec<u8>>>;

    /// An attachment: its media type and its bytes, or none if it is not here.
    fn attachment(&self, id: AttachmentId) -> Answer<'_, Option<(String, Vec<u8>)>>;
}

/// Why a station did not take a code or a touch. It is not recorded then.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotTaken {
    /// Too much waits already.
    #[error("the station has too much to do")]
    Busy,
    /// The station stops, or has stopped.
    #[error("the station is stopping")]
    Stopping,
}
