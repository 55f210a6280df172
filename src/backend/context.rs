//! The context of a call: the client that makes the call.

use std::fmt;
use std::sync::Arc;

use http::HeaderMap;

use super::ProtectParameters;
use crate::wire::Secret;

/// The context of a call: the client that makes the call, and extra headers.
#[derive(Clone, Default)]
#[non_exhaustive]
pub struct CallContext {
    /// The identity of the client.
    pub identity: Identity,
    /// The number of the call. Each client counts its own calls, starting at 1.
    pub sequence: u64,
    /// The parameters of Clerk Protect, which the body of some requests contains.
    pub protect: Option<Arc<ProtectParameters>>,
    /// Extra headers. For example, a web server can forward the user's IP address in such a header.
    pub headers: HeaderMap,
}

impl CallContext {
    /// Creates the context of a call by this client, without extra headers.
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
            .field("protect", &self.protect)
            .field("headers", &self.headers.keys().collect::<Vec<_>>())
            .finish()
    }
}

/// The way in which a client proves its identity to the server.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub enum Identity {
    /// No proof: the server cannot distinguish this client from others.
    #[default]
    Anonymous,
    /// A token in the `Authorization` header (`_is_native`). Every answer replaces the token.
    Native {
        /// The token; `None` for a new client.
        token: Option<Secret>,
    },
    /// The cookie `__client`, which production instances use. A web server sends the cookie on behalf of a browser.
    Cookie {
        /// The cookie's value; `None` for a new browser.
        token: Option<Secret>,
    },
    /// The query parameter `__clerk_db_jwt`, which development instances use instead of the cookie.
    DevelopmentBrowser {
        /// The token; `None` for a new browser.
        ///
        /// A new browser is registered (`POST /v1/dev_browser`) before it makes its first call.
        token: Option<Secret>,
    },
}

impl Identity {
    /// Returns the token that proves the client's identity; `None` if the client has no token yet.
    #[must_use]
    pub const fn token(&self) -> Option<&Secret> {
        match self {
            Self::Anonymous => None,
            Self::Native { token } | Self::Cookie { token } | Self::DevelopmentBrowser { token } => token.as_ref(),
        }
    }

    /// Replaces the token, or removes it if `new` is `None`. An anonymous client never has a token.
    pub fn replace_token(&mut self, new: Option<Secret>) {
        match self {
            Self::Anonymous => {}
            Self::Native { token } | Self::Cookie { token } | Self::DevelopmentBrowser { token } => *token = new,
        }
    }
}
