//! JavaScript packages that pages load from the Frontend API, such as `/npm/@clerk/clerk-js@6/dist/clerk.browser.js`.

use std::path::{Path, PathBuf};

use http::StatusCode;

use super::frontend_api::rejected;
use super::reply::{rejection, typed};
use crate::wire::ErrorCode;

/// Returns `true` if the path names a file of a package.
pub(super) fn is_package(path: &str) -> bool {
    path.contains("/npm/")
}

/// Returns the location of a built file of a Clerk package in a `node_modules` folder.
///
/// The function ignores the version in the path and uses the installed version. It returns `None` if the path does not
/// name a built file, because nothing else in the folder may be served.
pub(super) fn file_of(path: &str, folder: &Path) -> Option<PathBuf> {
    let (_, wanted) = path.split_once("/npm/")?;
    let ["@clerk", _, "dist", _, ..] = wanted.split('/').collect::<Vec<_>>().as_slice() else { return None };
    let mut file = folder.to_owned();
    for (index, segment) in wanted.split('/').enumerate() {
        // Only plain names are allowed, so that no path can lead to a place outside the folder.
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
            // The error message contains only the file's name, so that pages do not learn where the folder is.
            let name = file.file_name().unwrap_or_default().to_string_lossy();
            let message = format!("{name} cannot be read from the folder given as --packages: {error}");
            rejected(rejection(StatusCode::NOT_FOUND, ErrorCode::ResourceNotFound, &message))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn version_is_ignored_and_no_path_leaves_the_folder() {
        let file = |path: &str| file_of(path, Path::new("/modules")).map(|file| file.to_string_lossy().into_owned());
        let found = Some("/modules/@clerk/clerk-js/dist/clerk.browser.js".to_owned());
        assert_eq!(file("/npm/@clerk/clerk-js@6/dist/clerk.browser.js"), found);
        assert_eq!(file("/__clerk/npm/@clerk/clerk-js@6.34.1/dist/clerk.browser.js"), found);
        assert_eq!(file("/npm/@clerk/clerk-js/dist/clerk.browser.js"), found);
        for path in [
            "/npm/../secret",
            "/npm/@clerk/%2e%2e/dist/x",
            "/npm//etc/passwd",
            "/npm/@clerk/a\\..\\b/dist/x",
            "/v1/client",
            "/npm/@acme/billing/dist/keys.json",
            "/npm/@clerk/clerk-js/package.json",
            "/npm/@clerk/../dist/x",
        ] {
            assert_eq!(file(path), None, "{path}");
        }
    }
}
