//! The context of a call: the client that makes it.

use std::fmt;

use http::HeaderMap;

use crate::wire::Secret;

/// The context of a call: the client that makes it, and its headers.
#[derive(Clone, Default)]
#[non_exhaustive]
pub struct CallContext {
    /// The identity of the client.
    pub identity: Identity,
    /// The number of the call among the calls of this client, from 1 on.
    pub sequence: u64,
    /// Headers to add, such as the user's address that a web tier forwards.
    pub headers: HeaderMap,
}

impl CallContext {
    /// Makes the context of a call of this client, without further headers.
    #[must_use]
    pub fn new(identity: Identity) -> Self {
        Self { identity, ..Self::default() }
    }
}

impl fmt::Debug for CallContext {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Header values may be secrets.
        f.debug_struct("CallContext")
            .field("identity", &self.identity)
            .field("sequence", &self.sequence)
            .field("headers", &self.headers.keys().collect::<Vec<_>>())
            .finish()
    }
}

/// The way in which a client proves its identity to the server.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub enum Identity {
    /// No proof: the server cannot tell one client from another.
    #[default]
    Anonymous,
    /// A token in the `Authorization` header (`_is_native`), which every answer replaces.
    Native {
        /// The token; a new client has none yet.
        token: Option<Secret>,
    },
    /// The cookie `__client` of a production instance, with which a web server acts for a browser.
    Cookie {
        /// The cookie's value; a new browser has none yet.
        token: Option<Secret>,
    },
    /// The query parameter `__clerk_db_jwt` of a development instance, which stands in for the cookie.
    DevelopmentBrowser {
        /// The token.
        ///
        /// A new browser has none yet, and is made known before its first call (`POST /v1/dev_browser`).
        token: Option<Secret>,
    },
}

impl Identity {
    /// The token that proves the client's identity, if it has one yet.
    #[must_use]
    pub const fn token(&self) -> Option<&Secret> {
        match self {
            Self::Anonymous => None,
            Self::Native { token } | Self::Cookie { token } | Self::DevelopmentBrowser { token } => token.as_ref(),
        }
    }

    /// Takes a new token, or forgets the current one. An anonymous client takes none.
    pub fn replace_token(&mut self, new: Option<Secret>) {
        match self {
            Self::Anonymous => {}
            Self::Native { token } | Self::Cookie { token } | Self::DevelopmentBrowser { token } => *token = new,
        }
    }
}
