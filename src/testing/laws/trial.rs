//! One check of one law: the backend, the harness, and what the law expects of them.

use std::fmt::Debug;
use std::time::Duration;

use super::caller::Caller;
use super::law::{Outcome, Unmet};
use super::{Harness, HarnessError, Instance, TestUser, WantedUser};
use crate::backend::Backend;
use crate::fake::Content;
use crate::wire::Secret;

/// The backend and the harness that a law is checked with. Each law is a method of this type.
pub(super) struct Trial<'a> {
    pub(super) backend: &'a dyn Backend,
    pub(super) harness: &'a dyn Harness,
}

impl<'a> Trial<'a> {
    pub(super) fn new(backend: &'a dyn Backend, harness: &'a dyn Harness) -> Self {
        Self { backend, harness }
    }

    /// Returns a native client that the server does not know yet.
    pub(super) fn caller(&self) -> Caller<'a> {
        Caller::new(self.backend, self.harness)
    }

    pub(super) fn instance(&self) -> Instance {
        self.harness.instance()
    }

    pub(super) async fn user(&self, wanted: WantedUser) -> Outcome<TestUser> {
        Ok(self.harness.add_user(wanted).await?)
    }

    pub(super) async fn unused_address(&self) -> Outcome<String> {
        Ok(self.harness.unused_address().await?)
    }

    pub(super) async fn advance(&self, duration: Duration) -> Outcome {
        Ok(self.harness.advance(duration).await?)
    }

    /// Waits until a code or a link can be sent again.
    pub(super) async fn wait_to_resend(&self) -> Outcome {
        self.advance(self.instance().resend_interval).await
    }

    pub(super) async fn totp_code(&self, user: &TestUser) -> Outcome<Secret> {
        Ok(self.harness.totp_code(user).await?)
    }

    pub(super) async fn ticket(&self, user: &TestUser, lifetime: Duration) -> Outcome<Secret> {
        Ok(self.harness.add_ticket(user, lifetime).await?)
    }

    pub(super) async fn open(&self, link: &Secret) -> Outcome {
        Ok(self.harness.open_link(link).await?)
    }

    pub(super) async fn require_protect_checks(&self, checks: u32) -> Outcome {
        Ok(self.harness.require_protect_checks(checks).await?)
    }

    pub(super) async fn messages(&self, to: &str) -> Outcome<Vec<Content>> {
        Ok(self.harness.messages_to(to).await?)
    }

    /// Returns the code in the newest message to this address.
    pub(super) async fn code(&self, to: &str) -> Outcome<Secret> {
        match self.messages(to).await?.pop() {
            Some(Content::Code(code)) => Ok(code),
            other => Err(Unmet::broken("a message with a code", kind(other.as_ref()))),
        }
    }

    /// Returns the link in the newest message to this address.
    pub(super) async fn link(&self, to: &str) -> Outcome<Secret> {
        match self.messages(to).await?.pop() {
            Some(Content::Link(link)) => Ok(link),
            other => Err(Unmet::broken("a message with a link", kind(other.as_ref()))),
        }
    }

    /// Skips the law unless the instance has the setting on which the law depends.
    pub(super) fn only_if(is_set: bool, otherwise: &str) -> Outcome {
        if is_set { Ok(()) } else { Err(Unmet::skipped(otherwise)) }
    }
}

impl From<HarnessError> for Unmet {
    fn from(error: HarnessError) -> Self {
        match error {
            HarnessError::Cannot(_) => Self::skipped(error.to_string()),
            HarnessError::Failed(_) => Self::broken("a harness that works", error.to_string()),
        }
    }
}

fn kind(content: Option<&Content>) -> &'static str {
    match content {
        Some(Content::Code(_)) => "a message with a code",
        Some(Content::Link(_)) => "a message with a link",
        None => "no message",
    }
}

/// Returns a code that differs from this one, but looks like it.
pub(super) fn wrong(code: &Secret) -> Secret {
    let mut digits: Vec<char> = code.expose().chars().collect();
    if let Some(last) = digits.last_mut() {
        *last = if *last == '7' { '8' } else { '7' };
    }
    digits.into_iter().collect::<String>().into()
}

pub(super) fn expect(is_so: bool, expected: &str, came: &dyn Debug) -> Outcome {
    if is_so { Ok(()) } else { Err(Unmet::broken(expected, format!("{came:?}"))) }
}

pub(super) fn expect_same<T: PartialEq + Debug>(what: &str, expected: &T, came: &T) -> Outcome {
    let is_same = expected == came;
    if is_same { Ok(()) } else { Err(Unmet::broken(format!("{what} {expected:?}"), format!("{came:?}"))) }
}
