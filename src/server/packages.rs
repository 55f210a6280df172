//! The JavaScript packages that a page loads from the Frontend API: `/npm/@clerk/clerk-js@6/dist/clerk.browser.js`.

use std::path::{Path, PathBuf};

use http::StatusCode;

use super::frontend_api::refused;
use super::reply::{refusal, typed};
use crate::wire::ErrorCode;

/// The file of a `node_modules` folder that a path asks for, in whatever version is installed. `None` if the path is not of
/// that kind.
pub(super) fn file_of(path: &str, folder: &Path) -> Option<PathBuf> {
    let (_, wanted) = path.split_once("/npm/")?;
    let mut file = folder.to_owned();
    for (index, segment) in wanted.split('/').enumerate() {
        // Nothing but plain names: no way out of the folder.
        let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-' | '@');
        if segment.is_empty() || segment.starts_with('.') || !segment.chars().all(is_plain) {
            return None;
        }
        let named = match segment.rsplit_once('@') {
            Some((name, _version)) if index <= 1 && !name.is_empty() => name,
            _ => segment,
        };
        file.push(named);
    }
    Some(file)
}

pub(super) async fn answer(file: &Path) -> http::Response<Vec<u8>> {
    let kind = match file.extension().and_then(|extension| extension.to_str()) {
        Some("js" | "mjs") => "text/javascript; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        Some("json" | "map") => "application/json",
        _ => "application/octet-stream",
    };
    match tokio::fs::read(file).await {
        Ok(bytes) => typed(StatusCode::OK, kind, bytes),
        Err(error) => {
            let message = format!("{} cannot be read: {error}", file.display());
            refused(refusal(StatusCode::NOT_FOUND, ErrorCode::ResourceNotFound, &message))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_version_is_passed_over_and_there_is_no_way_out() {
        let file = |path: &str| file_of(path, Path::new("/modules")).map(|file| file.to_string_lossy().into_owned());
        let found = Some("/modules/@clerk/clerk-js/dist/clerk.browser.js".to_owned());
        assert_eq!(file("/npm/@clerk/clerk-js@6/dist/clerk.browser.js"), found);
        assert_eq!(file("/__clerk/npm/@clerk/clerk-js@6.34.1/dist/clerk.browser.js"), found);
        assert_eq!(file("/npm/@clerk/clerk-js/dist/clerk.browser.js"), found);
        for path in ["/npm/../secret", "/npm/@clerk/%2e%2e/x", "/npm//etc/passwd", "/npm/a\\..\\b", "/v1/client"] {
            assert_eq!(file(path), None, "{path}");
        }
    }
}
