//! A browser's half of HTTP, for tests that wait: requests, and the events of a live page.

use std::time::Duration;

use reqwest::{Client, Method, RequestBuilder};
use tokio::runtime::{Builder, Runtime};

/// For one answer: far more than a page on loopback takes, short enough to notice a hang.
const ANSWER_WITHIN: Duration = Duration::from_secs(30);

/// A client of its own, with its connections.
pub struct Http {
    client: Client,
    runtime: Runtime,
}

/// A whole answer.
#[derive(Debug, PartialEq, Eq)]
pub struct Answer {
    pub status: u16,
    pub content_type: String,
    pub body: String,
}

/// One event of a live page.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Event {
    /// Empty when the server gave none.
    pub name: String,
    pub id: String,
    pub data: String,
}

/// The events of a live page, in their order.
pub struct Events<'a> {
    http: &'a Http,
    response: reqwest::Response,
    /// Received and not yet an event.
    bytes: Vec<u8>,
}

impl Http {
    /// A client that follows no redirect: a test wants to see them.
    pub fn new() -> Self {
        // The second test in the process finds it installed: as good.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let client = Client::builder().no_proxy().redirect(reqwest::redirect::Policy::none()).build();
        let runtime = Builder::new_multi_thread().worker_threads(1).enable_all().build();
        Self { client: client.expect("a client"), runtime: runtime.expect("a runtime") }
    }

    /// Asks for a page.
    ///
    /// # Errors
    /// The connection's, or none in time.
    pub fn get(&self, url: &str) -> Result<Answer, reqwest::Error> {
        self.ask(self.client.request(Method::GET, url))
    }

    /// Sends a body.
    ///
    /// # Errors
    /// The connection's, or none in time.
    pub fn post(&self, url: &str, content_type: &str, body: impl Into<String>) -> Result<Answer, reqwest::Error> {
        self.ask(self.client.request(Method::POST, url).header("content-type", content_type).body(body.into()))
    }

    /// Sends JSON as a program does, not a page.
    ///
    /// # Errors
    /// The connection's, or none in time.
    pub fn tell(&self, url: &str, json: &serde_json::Value) -> Result<Answer, reqwest::Error> {
        self.ask(self.client.request(Method::POST, url).header("x-stationd", "1").json(json))
    }

    /// Opens a live page.
    ///
    /// # Errors
    /// The connection's, or the status when it is none of success.
    pub fn events(&self, url: &str) -> Result<Events<'_>, reqwest::Error> {
        let request = self.client.get(url).header("accept", "text/event-stream");
        let response = self.runtime.block_on(async { request.send().await?.error_for_status() })?;
        Ok(Events { http: self, response, bytes: Vec::new() })
    }

    fn ask(&self, request: RequestBuilder) -> Result<Answer, reqwest::Error> {
        let request = request.timeout(ANSWER_WITHIN);
        self.runtime.block_on(async {
            let response = request.send().await?;
            let content_type = response.headers().get("content-type").and_then(|value| value.to_str().ok());
            let content_type = content_type.unwrap_or_default().to_owned();
            Ok(Answer { status: response.status().as_u16(), content_type, body: response.text().await? })
        })
    }
}

impl Events<'_> {
    /// The next event. None when it did not come in time, or the page has ended.
    pub fn next(&mut self, within: Duration) -> Option<Event> {
        let (response, bytes) = (&mut self.response, &mut self.bytes);
        let next = async {
            loop {
                if let Some(event) = take_event(bytes) {
                    return Some(event);
                }
                bytes.extend_from_slice(&response.chunk().await.ok()??);
            }
        };
        self.http.runtime.block_on(async { tokio::time::timeout(within, next).await.ok().flatten() })
    }
}

/// Takes the first whole event out of `bytes`; a block without data (a comment that keeps the line alive)
/// is none. Source: HTML Living Standard, "Server-sent events", without the lone CR as a line's end.
fn take_event(bytes: &mut Vec<u8>) -> Option<Event> {
    loop {
        let text = String::from_utf8_lossy(bytes).replace("\r\n", "\n");
        let (block, rest) = text.split_once("\n\n")?;
        let mut event = Event::default();
        let mut data: Vec<&str> = Vec::new();
        for line in block.lines() {
            let (field, value) = line.split_once(':').unwrap_or((line, ""));
            let value = value.strip_prefix(' ').unwrap_or(value);
            match field {
                "event" => event.name = value.into(),
                "id" => event.id = value.into(),
                "data" => data.push(value),
                _ => {}
            }
        }
        event.data = data.join("\n");
        let is_event = !data.is_empty();
        *bytes = rest.as_bytes().to_vec();
        if is_event {
            return Some(event);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::{Read, Write};
    use std::net::{Shutdown, TcpListener};
    use std::thread;

    use super::*;

    const LONG: Duration = Duration::from_secs(30);

    /// A server that answers one request with these bytes; returns its address and what it was asked.
    fn canned(answer: &'static [u8]) -> (String, thread::JoinHandle<String>) {
        let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
        let url = format!("http://{}/page", listener.local_addr().unwrap());
        let asked = thread::spawn(move || {
            let (mut stream, _) = listener.accept().unwrap();
            let mut asked = Vec::new();
            let mut byte = [0];
            while !asked.ends_with(b"\r\n\r\n") && stream.read(&mut byte).unwrap() > 0 {
                asked.push(byte[0]);
            }
            stream.write_all(answer).unwrap();
            stream.shutdown(Shutdown::Write).unwrap();
            let mut rest = String::new();
            stream.read_to_string(&mut rest).unwrap();
            String::from_utf8_lossy(&asked).into_owned() + &rest
        });
        (url, asked)
    }

    #[test]
    fn a_page_is_asked_for_and_answered() {
        let (url, asked) =
            canned(b"HTTP/1.1 404 Not Found\r\ncontent-type: text/html\r\ncontent-length: 4\r\n\r\nnone");
        let answer = Http::new().get(&url).unwrap();
        assert_eq!(answer, Answer { status: 404, content_type: "text/html".into(), body: "none".into() });
        assert!(asked.join().unwrap().starts_with("GET /page HTTP/1.1\r\n"));
    }

    #[test]
    fn a_form_is_sent_and_a_redirect_is_seen() {
        let (url, asked) = canned(b"HTTP/1.1 303 See Other\r\nlocation: /\r\ncontent-length: 0\r\n\r\n");
        let answer = Http::new().post(&url, "application/x-www-form-urlencoded", "code=J7").unwrap();
        assert_eq!(answer.status, 303);
        let asked = asked.join().unwrap();
        assert!(
            asked.contains("content-type: application/x-www-form-urlencoded") && asked.ends_with("code=J7"),
            "{asked}"
        );
    }

    #[test]
    fn events_come_one_by_one() {
        let answer = b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n\r\n\
            : hello\n\nevent: verdict\nid: 7\ndata: go\ndata:  on\n\ndata: second\r\n\r\ndata: cut";
        let (url, _) = canned(answer);
        let http = Http::new();
        let mut events = http.events(&url).unwrap();
        let first = Event { name: "verdict".into(), id: "7".into(), data: "go\n on".into() };
        assert_eq!(events.next(LONG), Some(first));
        assert_eq!(events.next(LONG), Some(Event { data: "second".into(), ..Event::default() }));
        assert_eq!(events.next(LONG), None, "half an event is none");
    }
}
