//! Speaks to the running program through its control socket.

use std::path::Path;
use std::time::Duration;

use reqwest::{Client, StatusCode};
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::Folders;

/// Longest wait for an answer; the program itself answers within seconds or says why not.
const WAIT: Duration = Duration::from_secs(60);

/// The address of everything behind the control socket.
pub const BASE: &str = "http://localhost";

/// Why the running program did not do it.
#[derive(Debug, thiserror::Error)]
pub enum RemoteError {
    /// Nobody listens.
    #[error("stationd is not running (nobody listens at {socket}); start it first: stationd")]
    NotRunning {
        socket: String,
        #[source]
        source: reqwest::Error,
    },
    /// The socket broke.
    #[error("stationd did not answer")]
    NoAnswer(#[source] reqwest::Error),
    /// It answered that it will not.
    #[error("{0}")]
    Refused(String),
}

/// The running program.
pub struct Remote {
    client: Client,
    socket: String,
}

impl Remote {
    /// The stations that use these folders.
    ///
    /// # Errors
    /// The client can not be made.
    pub fn new(folders: &Folders) -> Result<Remote, RemoteError> {
        let socket = folders.station_socket();
        Ok(Remote { client: client(&socket)?, socket: socket.display().to_string() })
    }

    /// Posts JSON and reads the JSON answer.
    ///
    /// # Errors
    /// It is not running, breaks, or refuses in words.
    pub async fn post<T: DeserializeOwned>(&self, path: &str, body: &impl Serialize) -> Result<T, RemoteError> {
        self.answer(self.client.post(format!("{BASE}{path}")).json(body)).await
    }

    /// Asks for JSON.
    ///
    /// # Errors
    /// It is not running, breaks, or refuses in words.
    pub async fn get<T: DeserializeOwned>(&self, path: &str) -> Result<T, RemoteError> {
        self.answer(self.client.get(format!("{BASE}{path}"))).await
    }

    async fn answer<T: DeserializeOwned>(&self, request: reqwest::RequestBuilder) -> Result<T, RemoteError> {
        let response = request.send().await.map_err(|source| match source.is_connect() {
            true => RemoteError::NotRunning { socket: self.socket.clone(), source },
            false => RemoteError::NoAnswer(source),
        })?;
        if response.status().is_success() {
            return response.json().await.map_err(RemoteError::NoAnswer);
        }
        let status = response.status();
        if status == StatusCode::NOT_FOUND {
            let what = "there is no station of that name here; the stations are on the front page";
            return Err(RemoteError::Refused(what.to_owned()));
        }
        let text = response.text().await.map_err(RemoteError::NoAnswer)?;
        let spoken = serde_json::from_str::<Spoken>(&text).map(|s| s.error).unwrap_or(text);
        Err(RemoteError::Refused(if spoken.is_empty() { format!("it answered {status}") } else { spoken }))
    }
}

/// A client that speaks through a control socket, whatever the address says.
///
/// # Errors
/// It can not be made.
pub fn client(socket: &Path) -> Result<Client, RemoteError> {
    // A socket has no certificates, and a machine without any must still be spoken to.
    let client = Client::builder().unix_socket(socket).timeout(WAIT).tls_certs_only([]).build();
    client.map_err(RemoteError::NoAnswer)
}

/// How the program says no.
#[derive(serde::Deserialize)]
struct Spoken {
    error: String,
}

/// Runs one asynchronous command.
///
/// # Errors
/// The runtime can not be made; else what the command returns.
pub fn block_on<T>(
    work: impl Future<Output = Result<T, Box<dyn std::error::Error + Send + Sync>>>,
) -> Result<T, Box<dyn std::error::Error + Send + Sync>> {
    tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(work)
}
