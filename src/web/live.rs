//! A page that stays up to date: server-sent events of the newest value of a `watch` channel.
//!
//! The present value is sent at once, then each newer one; a page that was away needs nothing else. A beat each
//! second names the build, so that a page knows within [`BEAT`] and a little whether it is still heard, and loads
//! itself anew after an update. The stream ends when the sender is dropped, so a stopping server is not held up.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use axum::http::{StatusCode, header};
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use futures_util::stream::{self, Stream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};
use tokio::time::{Interval, MissedTickBehavior, interval};

/// How often a page hears that it is still heard. The script calls three silent seconds a lost connection.
pub const BEAT: Duration = Duration::from_secs(1);
/// How often a comment keeps proxies from closing a stream, should the beats ever stop.
pub const KEEP_ALIVE: Duration = Duration::from_secs(15);
/// Most live pages of one process: each costs a socket and a rendering per verdict. A PC has one or two screens,
/// a supervisor's browser perhaps a dozen tabs.
pub const PAGES_MAX: usize = 64;
/// How long a refused page waits before it asks again, in seconds.
const RETRY_AFTER: &str = "5";

/// The seats for live pages; one per process, shared by all routers.
#[derive(Debug, Clone)]
pub struct Seats(Arc<Semaphore>);

impl Default for Seats {
    fn default() -> Self {
        Seats(Arc::new(Semaphore::new(PAGES_MAX)))
    }
}

impl Seats {
    /// Opens a stream of `values`, each as the event `view` with what `render` makes of it. `build` is what the
    /// beats say. Without a free seat: 503.
    pub fn open<T, R>(&self, values: watch::Receiver<Arc<T>>, build: &'static str, render: R) -> Response
    where
        T: Send + Sync + 'static,
        R: Fn(&T) -> String + Send + 'static,
    {
        let Ok(seat) = Arc::clone(&self.0).try_acquire_owned() else {
            let why = "too many live pages are open";
            return (StatusCode::SERVICE_UNAVAILABLE, [(header::RETRY_AFTER, RETRY_AFTER)], why).into_response();
        };
        let keep_alive = KeepAlive::new().interval(KEEP_ALIVE);
        Sse::new(events(values, build, render, seat)).keep_alive(keep_alive).into_response()
    }
}

struct Open<T, R> {
    values: watch::Receiver<Arc<T>>,
    beat: Interval,
    build: &'static str,
    render: R,
    _seat: OwnedSemaphorePermit,
}

fn events<T, R>(
    mut values: watch::Receiver<Arc<T>>,
    build: &'static str,
    render: R,
    seat: OwnedSemaphorePermit,
) -> impl Stream<Item = Result<Event, Infallible>>
where
    T: Send + Sync + 'static,
    R: Fn(&T) -> String + Send + 'static,
{
    values.mark_changed();
    let mut beat = interval(BEAT);
    beat.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let open = Open { values, beat, build, render, _seat: seat };
    stream::unfold(open, |mut open| async move {
        let event = tokio::select! {
            biased;
            changed = open.values.changed() => {
                changed.ok()?;
                let value = Arc::clone(&open.values.borrow_and_update());
                Event::default().event("view").data((open.render)(&value))
            }
            _ = open.beat.tick() => Event::default().event("beat").data(open.build),
        };
        Some((Ok(event), open))
    })
}
