//! Script, style and icon, inside the program; their address holds a digest, so browsers may keep them.

use std::sync::LazyLock;

use axum::extract::Path;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use sha2::{Digest, Sha256};

/// Bytes of the digest that stand in an address: enough to tell builds apart.
const BUILD_BYTES: usize = 8;

struct Asset {
    name: &'static str,
    mime: &'static str,
    text: &'static str,
}

const ASSETS: [Asset; 5] = [
    Asset { name: "kiosk.css", mime: "text/css; charset=utf-8", text: include_str!("assets/kiosk.css") },
    Asset { name: "kiosk.js", mime: "text/javascript; charset=utf-8", text: include_str!("assets/kiosk.js") },
    Asset { name: "labels.css", mime: "text/css; charset=utf-8", text: include_str!("assets/labels.css") },
    Asset { name: "labels.js", mime: "text/javascript; charset=utf-8", text: include_str!("assets/labels.js") },
    Asset { name: "icon.svg", mime: "image/svg+xml", text: include_str!("assets/icon.svg") },
];

static BUILD: LazyLock<String> = LazyLock::new(|| {
    let mut digest = Sha256::new_with_prefix(env!("CARGO_PKG_VERSION"));
    for asset in &ASSETS {
        digest.update(asset.text);
    }
    let digest = digest.finalize();
    data_encoding::HEXLOWER.encode(digest.get(..BUILD_BYTES).unwrap_or(&digest))
});

/// What tells this build's pages from another's.
pub(super) fn build() -> &'static str {
    &BUILD
}

/// The address of an asset of this build.
pub(super) fn address(name: &str) -> String {
    format!("/assets/{}/{name}", build())
}

pub(super) async fn serve(Path((asked, name)): Path<(String, String)>) -> Response {
    let Some(asset) = ASSETS.iter().find(|asset| asset.name == name) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let keep = if asked == build() { "public, max-age=31536000, immutable" } else { "no-store" };
    ([(header::CONTENT_TYPE, asset.mime), (header::CACHE_CONTROL, keep)], asset.text).into_response()
}
