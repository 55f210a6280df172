//! The file in which an unfinished sign-in or a session is saved.

use std::fs::{self, File, OpenOptions};
use std::io::{self, ErrorKind};
use std::path::Path;

use clerk_sign_in::{Checkpoint, ExportedClient};
use serde::{Deserialize, Serialize};

use crate::server::SavedServer;

/// All the data that the program needs to continue. It contains the client's token, so it is a secret.
#[derive(Serialize, Deserialize)]
pub(crate) struct Saved {
    pub(crate) server: SavedServer,
    pub(crate) client: ExportedClient,
    pub(crate) left_at: LeftAt,
    /// The last identifier that the user typed. The identifier is saved separately, because a sign-in that has not
    /// begun does not contain it.
    pub(crate) identifier: Option<String>,
}

/// The point at which the user left the program.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) enum LeftAt {
    SignIn(Checkpoint),
    /// A sign-up. The server knows which sign-up belongs to the client.
    SignUp,
    /// Signed in. The server knows which session belongs to the client.
    Session,
}

/// Reads the file. Returns `None` if there is no file.
pub(crate) fn read(file: &Path) -> io::Result<Option<Saved>> {
    match fs::read(file) {
        Ok(text) => Ok(Some(serde_json::from_slice(&text)?)),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

/// Replaces the file in one step, so that a failure leaves the old file intact.
pub(crate) fn write(file: &Path, saved: &Saved) -> io::Result<()> {
    let mut name = file.file_name().unwrap_or_default().to_owned();
    name.push(format!(".{}", std::process::id()));
    let new = file.with_file_name(name);
    let written = create_private(&new).and_then(|open| Ok(serde_json::to_writer(open, saved)?));
    written.and_then(|()| fs::rename(&new, file)).inspect_err(|_| delete(&new))
}

/// Deletes the file. Errors are ignored, because usually the file just does not exist. If an existing file cannot be
/// deleted, the program asks about this file at the next start.
pub(crate) fn delete(file: &Path) {
    let _ = fs::remove_file(file);
}

/// Creates a file that only its owner can read. Fails if the file already exists, or if there is a symbolic link with
/// this name.
fn create_private(file: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(file)
}
