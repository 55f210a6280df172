//! The server that the program uses.

use std::error::Error;
use std::sync::Arc;

use clerk_sign_in::fake::{FakeBackend, FakeState};
use clerk_sign_in::platform::SystemTimer;
use clerk_sign_in::{Client, ClientBuilder, ExportedClient, HttpBackend};
use serde::{Deserialize, Serialize};

use crate::arguments::Arguments;
use crate::embedded;
use crate::keys::Keys;

const ABOUT: &str = "\
An example of the crate clerk-sign-in, which signs in or up with one screen per state. Heads such as \
──\u{a0}NeedsIdentifier\u{a0}── are for programmers: they name the type of the state.
";

/// A server that the program can use.
pub(crate) enum Server {
    Embedded { fake: FakeBackend, keys: Arc<Keys> },
    Http { url: String, backend: HttpBackend },
}

/// The data about a server that the program saves in the file.
#[derive(Serialize, Deserialize)]
pub(crate) enum SavedServer {
    Embedded(Box<FakeState>),
    Http { url: String },
}

impl Server {
    pub(crate) fn of(arguments: &Arguments) -> Result<Self, Box<dyn Error>> {
        let key = arguments.publishable_key.as_ref();
        let url = arguments.url.clone().or_else(|| key.map(|key| format!("https://{}", key.frontend_api())));
        Ok(match url {
            Some(url) => Self::Http { backend: HttpBackend::builder(&url).build()?, url },
            None => Self::embedded_in(embedded::server(&arguments.instance)?)?,
        })
    }

    /// Returns this server as it was when the file was written, or `None` if the file belongs to another server.
    pub(crate) fn as_saved(&self, saved: SavedServer) -> Option<Self> {
        match (self, saved) {
            (Self::Embedded { .. }, SavedServer::Embedded(state)) => {
                Self::embedded_in(FakeBackend::restored(*state).with_timer(SystemTimer)).ok()
            }
            (Self::Http { url, backend }, SavedServer::Http { url: saved }) if *url == saved => {
                Some(Self::Http { url: saved, backend: backend.clone() })
            }
            _ => None,
        }
    }

    pub(crate) fn saved(&self) -> SavedServer {
        match self {
            Self::Embedded { fake, .. } => SavedServer::Embedded(Box::new(fake.state())),
            Self::Http { url, .. } => SavedServer::Http { url: url.clone() },
        }
    }

    pub(crate) fn client(&self) -> Client {
        self.client_builder().build()
    }

    pub(crate) fn known_client(&self, exported: ExportedClient) -> Client {
        self.client_builder().exported(exported).build()
    }

    /// Returns the embedded fake. The program can show its emails, and the codes of its users' authenticator apps.
    pub(crate) const fn embedded(&self) -> Option<&FakeBackend> {
        match self {
            Self::Embedded { fake, .. } => Some(fake),
            Self::Http { .. } => None,
        }
    }

    /// Returns the keys that the program signs with when it uses the embedded fake.
    pub(crate) fn keys(&self) -> Option<Arc<Keys>> {
        match self {
            Self::Embedded { keys, .. } => Some(Arc::clone(keys)),
            Self::Http { .. } => None,
        }
    }

    /// Returns the text that is shown before the first screen.
    pub(crate) fn introduction(&self) -> String {
        match self {
            Self::Http { url, .. } => format!("{ABOUT}\nSigning in at {url}."),
            Self::Embedded { fake, .. } => format!("{ABOUT}\n{}", embedded::introduction(fake)),
        }
    }

    fn embedded_in(fake: FakeBackend) -> Result<Self, Box<dyn Error>> {
        let keys = Arc::new(Keys::known_to(&fake)?);
        Ok(Self::Embedded { fake, keys })
    }

    fn client_builder(&self) -> ClientBuilder {
        match self {
            Self::Embedded { fake, .. } => Client::builder(fake.clone()),
            Self::Http { backend, .. } => Client::builder(backend.clone()),
        }
    }
}
