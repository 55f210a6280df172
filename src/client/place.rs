//! The user's language and time zone.

use crate::fault_switches::without;
use crate::wire::Request;

/// The language and the time zone that the client sends with each new sign-in and each new sign-up.
#[derive(Debug, Default)]
pub(super) struct Place {
    pub(super) locale: Option<String>,
    pub(super) timezone: Option<String>,
}

impl Place {
    /// Adds the language and the time zone to a request that begins something, unless the request already has them.
    pub(super) fn add_to(&self, request: &mut Request) {
        let (locale, timezone) = match request {
            Request::CreateSignIn(create) => (&mut create.locale, &mut create.timezone),
            Request::CreateSignUp(create) => (&mut create.fields.locale, &mut create.fields.timezone),
            _ => return,
        };
        if locale.is_none() && !without("a new sign-in has the language of the client") {
            locale.clone_from(&self.locale);
        }
        if timezone.is_none() {
            timezone.clone_from(&self.timezone);
        }
    }
}
