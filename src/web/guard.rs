//! Refuses what did not come from this machine's own pages.
//!
//! The kiosk has no password: whoever stands at the bench may use it. So a page of another site in the same
//! browser must not reach it. Against DNS rebinding, the `Host` must be a loopback address or a configured name;
//! against forged requests, whatever changes something must carry our own `Origin`, or no `Origin` (no browser)
//! and the header [`NOT_A_PAGE`], which a page of another site can not set without asking first.
//!
//! Source: OWASP Cross-Site Request Forgery Prevention Cheat Sheet, "Verifying Origin With Standard Headers" and
//! "Employing Custom Request Headers".

use std::net::IpAddr;
use std::sync::Arc;

use axum::Router;
use axum::extract::{Request, State};
use axum::http::uri::Authority;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, Uri, header};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse, Response};

use crate::ledger::wire::PROGRAM_HEADER;

/// A header that programs send with a request that changes something; its value does not matter.
pub const NOT_A_PAGE: HeaderName = HeaderName::from_static(PROGRAM_HEADER);

/// What every answer allows its page: our own files and nothing else.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; \
                      form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

/// The names under which browsers may reach this server, besides the loopback ones.
#[derive(Debug, Clone, Default)]
pub struct Names(Arc<[String]>);

impl Names {
    /// From host names and addresses without port, as the configuration has them.
    pub fn new(names: impl IntoIterator<Item = impl AsRef<str>>) -> Self {
        Names(names.into_iter().map(|name| name.as_ref().to_ascii_lowercase()).collect())
    }

    fn allow(&self, host: &str) -> bool {
        let bare = host.trim_start_matches('[').trim_end_matches(']');
        let is_loopback =
            bare.eq_ignore_ascii_case("localhost") || bare.parse().is_ok_and(|ip: IpAddr| ip.is_loopback());
        is_loopback || self.0.iter().any(|name| name.eq_ignore_ascii_case(bare))
    }
}

/// Puts the guard before every address of `router`.
pub fn guarded(router: Router, names: Names) -> Router {
    router.layer(from_fn_with_state(names, check))
}

async fn check(State(names): State<Names>, request: Request, next: Next) -> Response {
    let mut response = match refusal(&names, request.method(), request.uri(), request.headers()) {
        Some((status, why)) => (status, why).into_response(),
        None => next.run(request).await,
    };
    protect(response.headers_mut());
    response
}

fn refusal(names: &Names, method: &Method, uri: &Uri, headers: &HeaderMap) -> Option<(StatusCode, &'static str)> {
    let Some(host) = asked_for(uri, headers) else {
        return Some((StatusCode::BAD_REQUEST, "a request must name its host, once"));
    };
    if !names.allow(host.host()) {
        let why = "this server is not known by that name; add it to `names` in the configuration";
        return Some((StatusCode::MISDIRECTED_REQUEST, why));
    }
    let is_change = !matches!(*method, Method::GET | Method::HEAD | Method::OPTIONS);
    let is_ours = match headers.get(header::ORIGIN) {
        Some(origin) => origin_host(origin).is_some_and(|origin| origin.as_str().eq_ignore_ascii_case(host.as_str())),
        None => headers.contains_key(NOT_A_PAGE),
    };
    (is_change && !is_ours).then_some((StatusCode::FORBIDDEN, "only this server's own pages may do that"))
}

/// The host and port that the request is for: in its address, else the only `Host` header.
fn asked_for(uri: &Uri, headers: &HeaderMap) -> Option<Authority> {
    if let Some(authority) = uri.authority() {
        return Some(authority.clone());
    }
    let mut hosts = headers.get_all(header::HOST).iter();
    let host = hosts.next()?.to_str().ok()?;
    let is_only = hosts.next().is_none() && !host.contains('@');
    is_only.then(|| host.parse().ok()).flatten()
}

fn origin_host(origin: &HeaderValue) -> Option<Authority> {
    let origin = origin.to_str().ok()?;
    let host = origin.strip_prefix("http://").or_else(|| origin.strip_prefix("https://"))?;
    host.parse().ok()
}

fn protect(headers: &mut HeaderMap) {
    for (name, value) in [
        (header::CONTENT_SECURITY_POLICY, POLICY),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::X_FRAME_OPTIONS, "DENY"),
        (header::REFERRER_POLICY, "no-referrer"),
        (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
        (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(method: &str, headers: &[(&str, &str)]) -> u16 {
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            map.append(HeaderName::from_bytes(name.as_bytes()).unwrap(), HeaderValue::from_str(value).unwrap());
        }
        let names = Names::new(["pack-2", "192.168.1.20"]);
        let refused = refusal(&names, &method.parse().unwrap(), &Uri::from_static("/"), &map);
        refused.map_or(200, |(status, _)| status.as_u16())
    }

    #[test]
    fn a_host_that_is_not_ours_is_refused() {
        for good in ["localhost:7070", "127.0.0.1:7070", "127.0.0.9", "[::1]:7070", "Pack-2:7070", "192.168.1.20"] {
            assert_eq!(check("GET", &[("host", good)]), 200, "{good}");
        }
        for bad in ["evil.example:7070", "localhost.evil.example", "192.168.1.21", "127.0.0.1.nip.io", "10.0.0.1"] {
            assert_eq!(check("GET", &[("host", bad)]), 421, "{bad}");
        }
    }

    #[test]
    fn a_request_names_its_host_once() {
        assert_eq!(check("GET", &[]), 400);
        assert_eq!(check("GET", &[("host", "localhost"), ("host", "evil.example")]), 400);
        assert_eq!(check("GET", &[("host", "localhost@evil.example")]), 400);
        assert_eq!(check("GET", &[("host", "")]), 400);
    }

    #[test]
    fn only_our_own_pages_and_programs_may_change_something() {
        let host = ("host", "localhost:7070");
        assert_eq!(check("POST", &[host, ("origin", "http://localhost:7070")]), 200);
        assert_eq!(check("POST", &[host, ("x-stationd", "1")]), 200);
        assert_eq!(check("POST", &[host]), 403);
        for bad in ["http://localhost:8080", "http://evil.example", "null", "file://", "http://127.0.0.1:7070"] {
            assert_eq!(check("POST", &[host, ("origin", bad), ("x-stationd", "1")]), 403, "{bad}");
        }
        assert_eq!(check("DELETE", &[host]), 403);
    }
}
