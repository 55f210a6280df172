//! Published data about the Frontend API. The data is not part of this repository, so it is missing in some test runs.

use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use serde_json::Value;

/// The environment variable that names the folder.
const FOLDER: &str = "CLERK_FAPI_DIR";

/// Returns the folder that contains the document and the recorded answers. If the folder is missing, prints the reason
/// once and returns `None`.
pub fn folder() -> Option<&'static Path> {
    static FOUND: OnceLock<Option<PathBuf>> = OnceLock::new();
    let found = FOUND.get_or_init(|| {
        let folder = std::env::var_os(FOLDER).map(PathBuf::from);
        if folder.is_none() {
            println!("skipped: {FOLDER} does not say where the OpenAPI document and the recorded answers are");
        }
        folder
    });
    found.as_deref()
}

/// A real answer that was recorded.
#[derive(Debug)]
pub struct Recorded {
    /// The path of the file.
    pub file: PathBuf,
    pub method: String,
    pub path: String,
    pub body: Value,
}

/// Returns every recorded answer.
pub fn recorded() -> Vec<Recorded> {
    let Some(folder) = folder() else { return Vec::new() };
    let entries = |folder: &Path| std::fs::read_dir(folder).into_iter().flatten().map(|entry| entry.unwrap().path());
    let files = entries(&folder.join("recorded")).flat_map(|folder| entries(&folder).collect::<Vec<_>>());
    files.map(read).collect()
}

fn read(file: PathBuf) -> Recorded {
    let text = std::fs::read_to_string(&file).unwrap();
    let recorded: Value = serde_json::from_str(&times_as_numbers(&text)).unwrap();
    let mut key = recorded["key"].as_str().unwrap().split(' ').map(str::to_owned);
    let (method, path) = (key.next().unwrap(), key.next().unwrap());
    Recorded { file, method, path, body: recorded["body"].clone() }
}

/// Recorded answers contain placeholders such as `"%%DATETIME 2%%"` instead of times.
fn times_as_numbers(text: &str) -> String {
    let mut parts = text.split("\"%%DATETIME");
    let mut numbered = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        numbered.push_str("1767225600000");
        numbered.push_str(part.split_once("%%\"").unwrap().1);
    }
    numbered
}
