//! URLs of the app that Clerk sent the user to.

use crate::wire::Secret;

/// A page of the app that the user landed on, with what Clerk wrote into the query of its URL.
#[derive(Clone, Debug, Default)]
pub struct Landing {
    ticket: Option<Secret>,
}

impl Landing {
    /// Reads a URL, whole or from its path on. What is not there is `None`; nothing is refused.
    #[must_use]
    pub fn at(url: &str) -> Self {
        let query = url.split('#').next().and_then(|url| url.split_once('?')).map_or("", |(_, query)| query);
        let mut landing = Self::default();
        for (name, value) in form_urlencoded::parse(query.as_bytes()) {
            if name == "__clerk_ticket" && !value.is_empty() {
                landing.ticket = Some(Secret::from(value.into_owned()));
            }
        }
        landing
    }

    /// The ticket to [sign in](crate::SignIn::ticket) with: `__clerk_ticket`.
    #[must_use]
    pub const fn ticket(&self) -> Option<&Secret> {
        self.ticket.as_ref()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_ticket_is_found_wherever_it_stands_in_the_query() {
        let ticket = |url: &str| Landing::at(url).ticket().map(|ticket| ticket.expose().to_owned());
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
}
