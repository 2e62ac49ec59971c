//! The life of one scanner: open, read, lose, wait, open again.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use futures_util::StreamExt;
use futures_util::stream::FuturesUnordered;
use tokio::sync::Notify;
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep};

use super::config::{Catalog, Place, ScannerConfig, Transport};
use super::open::{Source, open};
use super::reader::{Decoder, Post, Tap, read};
use super::{Deliver, Report, State, Trouble, tcp};
use crate::device::watch::Watch;

/// First wait after a failure.
const RETRY_MIN: Duration = Duration::from_millis(100);

/// Longest wait after a failure: a scanner works again within 2 s of coming back, also where nothing tells us that it
/// came.
const RETRY_MAX: Duration = Duration::from_millis(1500);

/// A session that lasted this long was a good one: the next failure begins with the first wait again. A device that
/// opens and fails at once would otherwise be opened a hundred times a second.
const SESSION_GOOD: Duration = Duration::from_secs(5);

/// What a scanner's task works with.
#[derive(Clone)]
pub(super) struct Scanner {
    pub(super) config: Arc<ScannerConfig>,
    pub(super) catalog: Arc<Catalog>,
    pub(super) deliver: Deliver,
    pub(super) report: Report,
    pub(super) tap: Option<Tap>,
    /// The scanner must signal a refusal.
    pub(super) refuse: Arc<Notify>,
}

impl Scanner {
    /// For handing over what this scanner says.
    pub(super) fn post(&self) -> Post {
        Post::new(self.config.name.clone(), &self.deliver)
    }

    /// The decoder as it is, or tapped where somebody watches.
    pub(super) fn tapped(&self, decoder: Decoder) -> Decoder {
        match &self.tap {
            Some(tap) => decoder.tapped(tap),
            None => decoder,
        }
    }
}

/// Serves one scanner until the task is dropped. A panic, such as in a library that meets a device it did not expect,
/// is one scanner's trouble and not the end of it.
pub(super) async fn tend(scanner: Scanner) {
    loop {
        let mut task = JoinSet::new();
        task.spawn(serve(scanner.clone()));
        if let Some(Err(error)) = task.join_next().await {
            tracing::error!(scanner = %scanner.config.name, error = &error as &dyn std::error::Error, "begun again");
            (scanner.report)(&scanner.config.name, State::Failed(Trouble::System(error.to_string())));
        }
        sleep(RETRY_MAX).await;
    }
}

async fn serve(scanner: Scanner) {
    let mut news = News { scanner: scanner.clone(), last: None };
    match &scanner.config.transport {
        Transport::TcpListen(addr) => tcp::listen(&scanner, *addr, &mut news).await,
        Transport::TcpConnect(addr) => tcp::connect(&scanner, addr, &mut news).await,
        Transport::Evdev(place) => tend_node(&scanner, place, "/dev/input/event", &mut news).await,
        Transport::Hidraw(place) => tend_node(&scanner, place, "/dev/hidraw", &mut news).await,
        Transport::Serial(place, _) => tend_node(&scanner, place, "/dev/tty", &mut news).await,
    }
}

/// `usual` is a path in the folder where nodes of this transport appear.
async fn tend_node(scanner: &Scanner, place: &Place, usual: &str, news: &mut News) {
    let path = place.path.as_deref().unwrap_or(Path::new(usual));
    let mut backoff = Backoff::default();
    loop {
        let watch = Watch::new(path);
        match open(&scanner.config, &scanner.catalog) {
            Ok(source) => {
                drop(watch);
                news.tell(State::Connected);
                let since = Instant::now();
                read_all(source, scanner).await;
                news.tell(State::Gone);
                backoff.session(since.elapsed());
                sleep(backoff.next()).await;
            }
            Err(state) => {
                // Without a node only its making helps; where there is one, so may time.
                let nothing = state == State::Gone && place.path.as_ref().is_none_or(|path| !path.exists());
                news.tell(state);
                wait(watch, nothing, &mut backoff).await;
            }
        }
    }
}

/// Waits for a change at the device's place. Where something is there, or where nothing can be watched, it is tried
/// again after a while in any case.
async fn wait(watch: std::io::Result<Watch>, nothing: bool, backoff: &mut Backoff) {
    match watch {
        Ok(mut watch) if nothing => {
            if watch.changed().await.is_err() {
                sleep(RETRY_MAX).await;
            }
        }
        Ok(mut watch) => tokio::select! {
            changed = watch.changed() => if changed.is_err() { sleep(RETRY_MAX).await },
            () = sleep(backoff.next()) => {}
        },
        Err(_) => sleep(backoff.next()).await,
    }
}

/// Reads every interface of the device until one of them is gone, which means that all are.
async fn read_all(source: Source, scanner: &Scanner) {
    let Source { inputs, head, refusal, _held } = source;
    scanner.tap.iter().for_each(|tap| tap(head.clone()));
    let mut readers: FuturesUnordered<_> = inputs
        .into_iter()
        .map(|(file, decoder)| {
            let mut post = scanner.post();
            let decoder = scanner.tapped(decoder);
            async move { read(file, decoder, &mut post).await }
        })
        .collect();
    let ended = loop {
        tokio::select! {
            ended = readers.next() => break ended,
            () = scanner.refuse.notified() => {
                // It may be lost: the screen says the same, and a scanner that takes no more is no reason to wait.
                if let Some((file, bytes)) = &refusal {
                    rustix::io::write(file, bytes).ok();
                }
            }
        }
    };
    if let Some(error) = ended {
        tracing::debug!(scanner = %scanner.config.name, error = &error as &dyn std::error::Error, "a scanner is gone");
    }
}

/// Tells changes of a scanner's state, and only changes.
pub(super) struct News {
    scanner: Scanner,
    last: Option<State>,
}

impl News {
    pub(super) fn tell(&mut self, state: State) {
        if self.last.as_ref() != Some(&state) {
            self.last = Some(state.clone());
            (self.scanner.report)(&self.scanner.config.name, state);
        }
    }
}

/// Waits that grow from [`RETRY_MIN`] to [`RETRY_MAX`].
#[derive(Debug, Default)]
pub(super) struct Backoff(Option<Duration>);

impl Backoff {
    pub(super) fn next(&mut self) -> Duration {
        let wait = self.0.map_or(RETRY_MIN, |last| (last * 2).min(RETRY_MAX));
        self.0 = Some(wait);
        wait
    }

    /// A session ended that had lasted so long.
    pub(super) fn session(&mut self, lasted: Duration) {
        if lasted >= SESSION_GOOD {
            self.0 = None;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_grow_to_a_bound_and_only_a_good_session_shortens_them() {
        let mut backoff = Backoff::default();
        let waits: Vec<u128> = (0..6).map(|_| backoff.next().as_millis()).collect();
        assert_eq!(waits, [100, 200, 400, 800, 1500, 1500]);
        backoff.session(Duration::from_secs(1));
        assert_eq!(backoff.next(), RETRY_MAX);
        backoff.session(SESSION_GOOD);
        assert_eq!(backoff.next(), RETRY_MIN);
    }
}
