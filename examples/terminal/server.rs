//! Where to sign in.

use clerk_sign_in::backend::http::HttpSetupError;
use clerk_sign_in::fake::{ADA, DemoPerson, FakeBackend, FakeState, GRACE, LINUS, TEST_CODE};
use clerk_sign_in::platform::TokioTimer;
use clerk_sign_in::{Client, ClientBuilder, ExportedClient, HttpBackend};
use serde::{Deserialize, Serialize};

use crate::arguments::Arguments;

/// A server to sign in at.
pub(crate) enum Server {
    Embedded(FakeBackend),
    Http { url: String, backend: HttpBackend },
}

/// A server as it is kept with a sign-in.
#[derive(Serialize, Deserialize)]
pub(crate) enum SavedServer {
    Embedded(Box<FakeState>),
    Http { url: String },
}

impl Server {
    pub(crate) fn of(arguments: &Arguments) -> Result<Self, HttpSetupError> {
        let key = arguments.publishable_key.as_ref();
        let url = arguments.url.clone().or_else(|| key.map(|key| format!("https://{}", key.frontend_api())));
        Ok(match url {
            Some(url) => Self::Http { backend: HttpBackend::builder(&url).build()?, url },
            None => Self::Embedded(demo_people()),
        })
    }

    /// This server, as it was when a sign-in was left; `None` if the sign-in was left at another one.
    pub(crate) fn as_saved(&self, saved: SavedServer) -> Option<Self> {
        match (self, saved) {
            (Self::Embedded(_), SavedServer::Embedded(state)) => {
                Some(Self::Embedded(FakeBackend::restored(*state).with_timer(TokioTimer)))
            }
            (Self::Http { url, backend }, SavedServer::Http { url: saved }) if *url == saved => {
                Some(Self::Http { url: saved, backend: backend.clone() })
            }
            _ => None,
        }
    }

    pub(crate) fn saved(&self) -> SavedServer {
        match self {
            Self::Embedded(fake) => SavedServer::Embedded(Box::new(fake.state())),
            Self::Http { url, .. } => SavedServer::Http { url: url.clone() },
        }
    }

    pub(crate) fn client(&self) -> Client {
        self.client_builder().build()
    }

    pub(crate) fn known_client(&self, device: ExportedClient) -> Client {
        self.client_builder().exported(device).build()
    }

    /// The server in memory, whose mail and authenticator app can be seen.
    pub(crate) const fn embedded(&self) -> Option<&FakeBackend> {
        match self {
            Self::Embedded(fake) => Some(fake),
            Self::Http { .. } => None,
        }
    }

    /// What a person has to know before the first screen.
    pub(crate) fn introduction(&self) -> String {
        match self {
            Self::Http { url, .. } => format!("Signing in at {url}."),
            Self::Embedded(_) => {
                let people = [ADA, GRACE, LINUS].map(introduce);
                format!("Signing in at a server in memory. It knows:\n{}", people.join("\n"))
            }
        }
    }

    fn client_builder(&self) -> ClientBuilder {
        match self {
            Self::Embedded(fake) => Client::builder(fake.clone()),
            Self::Http { backend, .. } => Client::builder(backend.clone()),
        }
    }
}

/// The demo people by real time, so that a real authenticator app shows their codes.
pub(crate) fn demo_people() -> FakeBackend {
    FakeBackend::demo().with_timer(TokioTimer)
}

fn introduce(person: DemoPerson) -> String {
    let password = match person.password {
        Some(password) => format!("password {password}"),
        None => format!("no password; the code by email is always {TEST_CODE}"),
    };
    let app = person.totp_secret.map(|secret| format!("\n    authenticator app with the secret {secret}"));
    format!("  {}\n    {password}{}", person.email_address, app.unwrap_or_default())
}
