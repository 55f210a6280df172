//! The instance's enterprise connections.

use serde::{Deserialize, Serialize};

/// An enterprise connection. Users whose email addresses belong to the connection's domain sign in at the connection's
/// provider.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct EnterpriseConnection {
    /// The id, `ent_…`.
    pub id: String,
    /// The name to show on a button.
    pub name: String,
    /// The domain of the users' email addresses, such as `acme.example`.
    pub domain: String,
    /// `true` if the connection uses SAML. If so, users can sign in with the older strategy `saml` as well.
    #[serde(default)]
    pub saml: bool,
}

impl EnterpriseConnection {
    /// Creates a connection that uses OpenID Connect.
    #[must_use]
    pub fn new(id: &str, name: &str, domain: &str) -> Self {
        Self { id: id.to_owned(), name: name.to_owned(), domain: domain.to_owned(), saml: false }
    }

    /// Marks the connection as a SAML connection.
    ///
    /// The fake's provider still uses OpenID Connect, but an app sees no difference.
    #[must_use]
    pub fn saml(mut self) -> Self {
        self.saml = true;
        self
    }

    pub(in crate::fake) fn has(&self, email_address: &str) -> bool {
        email_address.rsplit_once('@').is_some_and(|(_, domain)| domain.eq_ignore_ascii_case(&self.domain))
    }
}
