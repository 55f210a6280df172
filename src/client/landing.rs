//! The app's page to which Clerk sent the user.

use crate::client::Client;
use crate::wire::{EmailLinkStatus, Secret, Verification};

/// The app's page on which the user landed, and the parameters that Clerk added to the query of the page's URL.
#[derive(Clone, Debug, Default)]
pub struct Landing {
    ticket: Option<Secret>,
    email_link: Option<EmailLinkLanding>,
    magic_link: Option<MagicLinkLanding>,
    rotating_token_nonce: Option<Secret>,
}

impl Landing {
    /// Reads a URL. The URL may be absolute, or it may begin with the path.
    ///
    /// If a parameter is missing, its field is `None`. Every URL is accepted.
    #[must_use]
    pub fn parse(url: &str) -> Self {
        let query = url.split('#').next().and_then(|url| url.split_once('?')).map_or("", |(_, query)| query);
        let parameter = |name: &str| {
            let mut pairs = form_urlencoded::parse(query.as_bytes());
            // A value that is not text could not be sent back as it came.
            let is_whole = |value: &str| !value.is_empty() && !value.contains('\u{FFFD}');
            pairs.find(|(known, value)| known == name && is_whole(value)).map(|(_, value)| value.into_owned())
        };
        let approved = parameter("flow_id").zip(parameter("approval_token"));
        Self {
            ticket: parameter("__clerk_ticket").map(Secret::from),
            email_link: parameter("__clerk_status").map(|status| EmailLinkLanding {
                status: EmailLinkStatus::from(status.as_str()),
                created_session_id: parameter("__clerk_created_session"),
            }),
            rotating_token_nonce: parameter("rotating_token_nonce").map(Secret::from),
            magic_link: approved
                .map(|(flow_id, token)| MagicLinkLanding { flow_id, approval_token: Secret::from(token) }),
        }
    }

    /// The ticket with which the app can [sign in](crate::SignIn::ticket) (parameter `__clerk_ticket`).
    #[must_use]
    pub const fn ticket(&self) -> Option<&Secret> {
        self.ticket.as_ref()
    }

    /// The result of opening an email link (parameters `__clerk_status` and `__clerk_created_session`).
    ///
    /// ```
    /// # use clerk_sign_in::Landing;
    /// # use clerk_sign_in::wire::EmailLinkStatus;
    /// let landing = Landing::parse("https://example.com/verified?__clerk_status=expired");
    /// let message = match landing.email_link().map(|link| &link.status) {
    ///     Some(EmailLinkStatus::Verified) => "Go back to where you began to sign in.",
    ///     Some(EmailLinkStatus::Expired) => "The link is too old: ask for another.",
    ///     Some(EmailLinkStatus::ClientMismatch) => {
    ///         "Open the link in the browser in which you began to sign in."
    ///     }
    ///     Some(_) => "The link does not work: ask for another.",
    ///     None => "This page is for links in emails.",
    /// };
    /// assert_eq!(message, "The link is too old: ask for another.");
    /// ```
    #[must_use]
    pub const fn email_link(&self) -> Option<&EmailLinkLanding> {
        self.email_link.as_ref()
    }

    /// The nonce that a native app receives when the user returns from an identity provider (`rotating_token_nonce`).
    ///
    /// [`SignIn::finish`](crate::SignIn::finish) reads it automatically.
    #[must_use]
    pub const fn rotating_token_nonce(&self) -> Option<&Secret> {
        self.rotating_token_nonce.as_ref()
    }

    /// The approval that a native app receives through an email link (parameters `flow_id` and `approval_token`).
    ///
    /// Pass it to [`Client::complete_magic_link`].
    #[must_use]
    pub const fn magic_link(&self) -> Option<&MagicLinkLanding> {
        self.magic_link.as_ref()
    }
}

/// The approval that a native app receives through an email link that the app requested.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct MagicLinkLanding {
    /// The id of the flow to which the link belongs.
    pub flow_id: String,
    /// The proof that the link was opened. This proof works only once.
    pub approval_token: Secret,
}

/// The result of opening an email link, as reported in the URL of the page to which the link leads.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct EmailLinkLanding {
    /// The status of the link.
    ///
    /// The page reads the status from the URL, which anybody can forge. Do not rely on this status, because only the
    /// server knows the status of the sign-in.
    pub status: EmailLinkStatus,
    /// The session that the link created on the client where the sign-in began.
    ///
    /// `None` if the sign-in on that client requires another step first.
    pub created_session_id: Option<String>,
}

impl EmailLinkLanding {
    /// Returns `true` if the link was verified and the server's latest description of this client contains the session.
    ///
    /// In this case, the link was opened on the client where the sign-in began (`verifiedFromTheSameClient`). [Refresh
    /// the client](Client::refresh) before you call this method. If the method returns `true`, make the session the
    /// active session with [`set_active`](Client::set_active).
    #[doc(alias = "verifiedFromTheSameClient")]
    #[must_use]
    pub fn is_on(&self, client: &Client) -> bool {
        let id = self.created_session_id.as_deref().filter(|_| self.status == EmailLinkStatus::Verified);
        id.is_some_and(|id| client.snapshot().is_some_and(|client| client.session(id).is_some()))
    }
}

impl Verification {
    /// Returns `true` if this client itself opened the link that verified the factor (`verifiedFromTheSameClient`).
    ///
    /// The result is `false` if another client opened the link, if the factor is no link, or if the client has not been
    /// described by the server yet.
    #[doc(alias = "verifiedFromTheSameClient")]
    #[must_use]
    pub fn verified_from_the_same_client(&self, client: &Client) -> bool {
        let opener = self.verified_at_client.as_deref();
        opener.is_some_and(|opener| client.snapshot().is_some_and(|client| client.id == opener))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_ticket_is_found_anywhere_in_the_query() {
        let ticket = |url: &str| Landing::parse(url).ticket().map(|ticket| ticket.expose().to_owned());
        let found = Some("a+b/c".to_owned());
        assert_eq!(
            ticket("https://example.com/sign-in?x=1&__clerk_ticket=a%2Bb%2Fc&__clerk_status=sign_in#top"),
            found
        );
        assert_eq!(ticket("/?__clerk_ticket=a%2Bb/c"), found);
        for url in ["", "https://example.com", "/?__clerk_ticket=", "/#?__clerk_ticket=x", "/?ticket=x"] {
            assert_eq!(ticket(url), None, "{url}");
        }
    }

    #[test]
    fn a_page_learns_how_opening_a_link_went() {
        let link = |url: &str| Landing::parse(url).email_link().cloned();
        let landed = |status: EmailLinkStatus, session: Option<&str>| {
            Some(EmailLinkLanding { status, created_session_id: session.map(str::to_owned) })
        };
        assert_eq!(
            link("https://example.com/v?__clerk_status=verified&__clerk_created_session=sess_1"),
            landed(EmailLinkStatus::Verified, Some("sess_1"))
        );
        assert_eq!(link("/v?__clerk_status=client_mismatch"), landed(EmailLinkStatus::ClientMismatch, None));
        assert_eq!(link("/v?__clerk_status=tomorrow"), landed(EmailLinkStatus::from("tomorrow"), None));
        assert_eq!(link("/v?__clerk_status="), None);
    }
}
