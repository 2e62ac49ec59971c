//! Readers on the network: they connect to us, or we to them, and send lines.

use std::collections::VecDeque;
use std::io;
use std::net::SocketAddr;
use std::os::fd::OwnedFd;
use std::time::Duration;

use rustix::net::sockopt;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep, timeout};

use super::State;
use super::reader::read;
use super::tend::{Backoff, News, Scanner};

/// Connections that one listening scanner has at most. A reader that was switched off leaves a dead one behind, so the
/// oldest goes when another comes.
const CONNECTIONS_MAX: usize = 8;

/// How long a connection may take to be made; readers stand in the same building.
const CONNECT_MAX: Duration = Duration::from_secs(3);

/// Silence after which the other side is asked whether it is still there.
const KEEPALIVE_IDLE: Duration = Duration::from_secs(10);

/// Time between two such questions.
const KEEPALIVE_INTERVAL: Duration = Duration::from_secs(5);

/// Questions without an answer after which the connection is dead.
const KEEPALIVE_COUNT: u32 = 3;

/// Takes connections for ever.
pub(super) async fn listen(scanner: &Scanner, addr: SocketAddr, news: &mut News) {
    let mut backoff = Backoff::default();
    loop {
        match TcpListener::bind(addr).await {
            Ok(listener) => {
                let since = Instant::now();
                let error = accept(scanner, &listener, news).await;
                news.tell(State::Failed(error.into()));
                backoff.session(since.elapsed());
            }
            Err(error) => news.tell(State::Failed(error.into())),
        }
        sleep(backoff.next()).await;
    }
}

async fn accept(scanner: &Scanner, listener: &TcpListener, news: &mut News) -> io::Error {
    let (mut readers, mut oldest) = (JoinSet::new(), VecDeque::new());
    // Some readers connect for each barcode: one that hung up by itself is ready for the next.
    let mut hung_up = false;
    loop {
        news.tell(if readers.is_empty() && !hung_up { State::Gone } else { State::Connected });
        tokio::select! {
            accepted = listener.accept() => {
                let stream = match accepted {
                    Ok((stream, _)) => stream,
                    Err(error) if error.kind() == io::ErrorKind::ConnectionAborted => continue,
                    Err(error) => return error,
                };
                if oldest.len() >= CONNECTIONS_MAX
                    && let Some(reader) = oldest.pop_front()
                {
                    tokio::task::AbortHandle::abort(&reader);
                }
                let scanner = scanner.clone();
                oldest.push_back(readers.spawn(async move { serve(&scanner, stream).await }));
            }
            Some(ended) = readers.join_next() => {
                hung_up = ended.unwrap_or(false);
                oldest.retain(|reader| !reader.is_finished());
            }
        }
    }
}

/// Keeps a connection for ever.
pub(super) async fn connect(scanner: &Scanner, addr: &str, news: &mut News) {
    let mut backoff = Backoff::default();
    loop {
        match timeout(CONNECT_MAX, TcpStream::connect(addr)).await {
            Ok(Ok(stream)) => {
                news.tell(State::Connected);
                let since = Instant::now();
                serve(scanner, stream).await;
                backoff.session(since.elapsed());
                news.tell(State::Gone);
            }
            Ok(Err(error)) if error.kind() == io::ErrorKind::InvalidInput => news.tell(State::Failed(error.into())),
            Ok(Err(_)) | Err(_) => news.tell(State::Gone),
        }
        sleep(backoff.next()).await;
    }
}

/// Reads until the connection ends; whether the reader hung up in good order.
async fn serve(scanner: &Scanner, stream: TcpStream) -> bool {
    let Ok(profile) = scanner.config.profile(&scanner.catalog, None) else {
        return false;
    };
    let decoder = scanner.tapped(scanner.config.line_decoder(profile));
    let ended = match keep_alive(stream) {
        Ok(stream) => read(stream, decoder, &mut scanner.post()).await,
        Err(error) => error,
    };
    tracing::debug!(scanner = %scanner.config.name, error = &ended as &dyn std::error::Error, "a connection ended");
    ended.kind() == io::ErrorKind::UnexpectedEof
}

/// A reader without power sends nothing, and nothing tells us; so ask.
fn keep_alive(stream: TcpStream) -> io::Result<OwnedFd> {
    sockopt::set_socket_keepalive(&stream, true)?;
    sockopt::set_tcp_keepidle(&stream, KEEPALIVE_IDLE)?;
    sockopt::set_tcp_keepintvl(&stream, KEEPALIVE_INTERVAL)?;
    sockopt::set_tcp_keepcnt(&stream, KEEPALIVE_COUNT)?;
    Ok(stream.into_std()?.into())
}
