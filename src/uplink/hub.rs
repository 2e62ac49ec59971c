//! Speaks HTTP with the hub. Every request has a time limit, every answer a largest size.

use std::time::Duration;

use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use reqwest::{Client, Response, StatusCode};
use serde::Deserialize;
use serde::de::DeserializeOwned;

use crate::ids::{AttachmentId, LedgerId, Seq};
use crate::ledger::attachment::{ATTACHMENT_MAX, Attachment};
use crate::ledger::entry::Digest;
use crate::ledger::wire::{FeedQuery, HeadReply, Hello, PROGRAM_HEADER, Page, Refused, UPLOAD_BYTES_MAX, Upload};

/// How long a connection may take to come up.
const CONNECT_MAX: Duration = Duration::from_secs(5);
/// How long a request may take, beside what it asks the hub to wait.
const REQUEST_MAX: Duration = Duration::from_secs(30);
/// Largest answer: a page of the feed or a tail, as JSON text inside JSON text; one order may be larger than a
/// page's common bound.
const ANSWER_MAX: usize = 16 * UPLOAD_BYTES_MAX;
/// Longest sentence that is kept of an answer that is no JSON.
const SENTENCE_MAX: usize = 300;

/// Why the hub did not answer as it should.
#[derive(Debug, thiserror::Error)]
pub enum HubError {
    /// The address is no web address, or the system's certificates can not be read.
    #[error("the hub's address {url} can not be used")]
    Address { url: String, source: reqwest::Error },
    /// Not reached, or cut off.
    #[error("the hub can not be reached")]
    Unreachable(#[from] reqwest::Error),
    /// It answered with an error.
    #[error("the hub answered {status}: {sentence}")]
    Answered { status: StatusCode, sentence: String },
    /// It refused an upload.
    #[error("the hub refused the upload")]
    Refused(#[source] Refused),
    /// The answer is larger than any that it should send.
    #[error("the hub's answer is larger than {most} bytes")]
    TooLarge { most: usize },
    /// The answer can not be read.
    #[error("the hub's answer can not be read")]
    Unreadable(#[from] serde_json::Error),
}

/// The hub at an address.
#[derive(Debug, Clone)]
pub struct Hub {
    client: Client,
    base: String,
}

#[derive(Deserialize)]
struct Sorry {
    error: String,
    refused: Option<Refused>,
}

impl Hub {
    /// The hub at `url`, such as `http://127.0.0.1:8080`.
    ///
    /// # Errors
    /// The address or the system's certificates can not be used.
    pub fn at(url: &str) -> Result<Hub, HubError> {
        // Fails only where another part of the program has chosen one before.
        rustls::crypto::ring::default_provider().install_default().ok();
        let header = (HeaderName::from_static(PROGRAM_HEADER), HeaderValue::from_static("1"));
        let headers = HeaderMap::from_iter([header]);
        let mut client = Client::builder().default_headers(headers).connect_timeout(CONNECT_MAX);
        // A shop whose hub speaks plain HTTP needs no certificates, and its PCs may have none.
        if url.starts_with("http://") {
            client = client.tls_certs_only([]);
        }
        let client = client.build().map_err(|source| HubError::Address { url: url.to_owned(), source })?;
        Ok(Hub { client, base: url.trim_end_matches('/').to_owned() })
    }

    /// Says how far we are, and learns how far the hub is.
    ///
    /// # Errors
    /// See [`HubError`].
    pub async fn hello(&self, hello: &Hello) -> Result<HeadReply, HubError> {
        let request = self.client.post(format!("{}/api/ledger/v1/hello", self.base)).json(hello);
        self.json(request, REQUEST_MAX).await
    }

    /// Brings entries.
    ///
    /// # Errors
    /// See [`HubError`].
    pub async fn upload(&self, upload: &Upload) -> Result<HeadReply, HubError> {
        let request = self.client.post(format!("{}/api/ledger/v1/entries", self.base)).json(upload);
        self.json(request, REQUEST_MAX).await
    }

    /// The hub's digest after an entry; none where it does not have it.
    ///
    /// # Errors
    /// See [`HubError`].
    pub async fn digest(&self, ledger: LedgerId, seq: Seq) -> Result<Option<Digest>, HubError> {
        let request = self.client.get(format!("{}/api/ledger/v1/{ledger}/digest/{seq}", self.base));
        self.json(request, REQUEST_MAX).await
    }

    /// What the hub has of a ledger after an entry, as much as one answer holds.
    ///
    /// # Errors
    /// See [`HubError`].
    pub async fn tail(&self, ledger: LedgerId, after: Seq) -> Result<Upload, HubError> {
        let request = self.client.get(format!("{}/api/ledger/v1/{ledger}/entries?after={after}", self.base));
        self.json(request, REQUEST_MAX).await
    }

    /// The next page of the feed; waits as long as the query says.
    ///
    /// # Errors
    /// See [`HubError`].
    pub async fn page(&self, query: FeedQuery) -> Result<Page, HubError> {
        let epoch = query.epoch.map(|epoch| format!("&epoch={epoch}")).unwrap_or_default();
        let url = format!("{}/api/feed/v1?rev={}&wait={}{epoch}", self.base, query.rev, query.wait);
        self.json(self.client.get(url), REQUEST_MAX + Duration::from_secs(query.wait)).await
    }

    /// An attachment; none where the hub does not have it.
    ///
    /// # Errors
    /// See [`HubError`].
    pub async fn attachment(&self, id: AttachmentId) -> Result<Option<Attachment>, HubError> {
        let request = self.client.get(format!("{}/api/attachments/{id}", self.base));
        let response = request.timeout(REQUEST_MAX).send().await?;
        if response.status() == StatusCode::NOT_FOUND {
            return Ok(None);
        }
        let kind = response.headers().get(reqwest::header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
        let mime = kind.unwrap_or("application/octet-stream").to_owned();
        let response = accepted(response).await?;
        Ok(Some(Attachment { mime, bytes: whole(response, ATTACHMENT_MAX).await? }))
    }

    async fn json<T: DeserializeOwned>(&self, request: reqwest::RequestBuilder, most: Duration) -> Result<T, HubError> {
        let response = accepted(request.timeout(most).send().await?).await?;
        Ok(serde_json::from_slice(&whole(response, ANSWER_MAX).await?)?)
    }
}

async fn accepted(response: Response) -> Result<Response, HubError> {
    let status = response.status();
    if status.is_success() {
        return Ok(response);
    }
    let body = whole(response, ANSWER_MAX).await?;
    match serde_json::from_slice::<Sorry>(&body) {
        Ok(Sorry { refused: Some(refused), .. }) => Err(HubError::Refused(refused)),
        Ok(Sorry { error, .. }) => Err(HubError::Answered { status, sentence: error }),
        Err(_) => {
            let sentence = String::from_utf8_lossy(&body).chars().take(SENTENCE_MAX).collect();
            Err(HubError::Answered { status, sentence })
        }
    }
}

async fn whole(mut response: Response, most: usize) -> Result<Vec<u8>, HubError> {
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await? {
        if body.len() + chunk.len() > most {
            return Err(HubError::TooLarge { most });
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body)
}
