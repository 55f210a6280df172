//! Messages for the user.

use std::time::Duration;

use super::{Error, ErrorKind, LinkError, RedirectError};
use crate::platform::CapabilityError;

impl Error {
    /// Returns a sentence for the user, including the time to wait if it is known.
    ///
    /// The message for a rejection uses the server's own words. This crate supplies all other messages, in plain
    /// English.
    ///
    /// ```
    /// # use clerk_sign_in::fake::FakeBackend;
    /// # use clerk_sign_in::{Client, StepError};
    /// # futures::executor::block_on(async {
    /// # let client = Client::new(FakeBackend::demo());
    /// let sent = client.sign_in().send_email_code("linus+clerk_test@example.com").await?;
    /// let (_, error) = sent.resend().await.unwrap_err().into_parts();
    /// assert!(error.user_message().ends_with("Try again in 30 seconds."));
    /// # Ok::<_, clerk_sign_in::Error>(())
    /// # }).unwrap();
    /// ```
    #[must_use]
    pub fn user_message(&self) -> String {
        let what = match self.kind() {
            ErrorKind::Rejected(rejection) => rejection.user_message(),
            other => sentence(other).to_owned(),
        };
        let what = if what.is_empty() { "Something went wrong.".to_owned() } else { what };
        match self.retry_after().or_else(|| self.lockout()) {
            Some(wait) if !wait.is_zero() => format!("{what} Try again in {}.", in_words(wait)),
            _ => what,
        }
    }
}

const fn sentence(kind: &ErrorKind) -> &'static str {
    match kind {
        ErrorKind::Rejected(_) => "",
        ErrorKind::NotSent(_) => "The server cannot be reached. Check your connection and try again.",
        ErrorKind::Transport(_) => "No answer came from the server. Check your connection and try again.",
        ErrorKind::Protocol(_) => "The server's answer could not be read. Please try again later.",
        ErrorKind::Ended { .. } => "This sign-in is over. Please start again.",
        ErrorKind::StepNotApplied { .. } => "That did not work. Please continue with what is shown now.",
        ErrorKind::Unhandled { .. } => "This app cannot continue this sign-in.",
        ErrorKind::FactorNotFound { .. } => "Your account cannot use this method. Please choose another.",
        ErrorKind::AmbiguousFactor { .. } => "Please choose where to send the code.",
        ErrorKind::SessionUnusable { .. } => "You are no longer signed in. Please sign in again.",
        ErrorKind::Link(LinkError::NotVerified { .. }) => {
            "The link has expired or does not work. Please request another."
        }
        ErrorKind::Link(LinkError::NotOpened) => "The link has not been opened yet.",
        ErrorKind::Link(LinkError::NotPending) => "This link does not belong to this app. Please request another.",
        ErrorKind::Redirect(RedirectError::Pending) => "You have not finished signing in at the provider yet.",
        ErrorKind::Redirect(RedirectError::NotVerified { .. }) => {
            "That took too long or did not work. Please try again."
        }
        ErrorKind::Redirect(RedirectError::InvalidCallback(_)) => "This page does not belong to your sign-in.",
        ErrorKind::Redirect(RedirectError::UnsafeUrl(_)) => {
            "This provider cannot be used safely. Please choose another way to sign in."
        }
        ErrorKind::InvalidUrl { .. } | ErrorKind::Setup(_) => "This app is not set up correctly.",
        ErrorKind::Capability(CapabilityError::Cancelled) => "Cancelled.",
        ErrorKind::Capability(CapabilityError::Unavailable(_)) => "This method is not available here.",
        ErrorKind::Capability(CapabilityError::Failed(_)) => {
            "This method did not work. Please try again or choose another."
        }
        ErrorKind::TooManyChallenges { .. } => "There is more to confirm. Please continue.",
        ErrorKind::Checkpoint(_) => "The saved sign-in cannot be used. Please start again.",
    }
}

/// Returns the time in words, rounded up so that nobody tries again too early.
fn in_words(wait: Duration) -> String {
    let seconds = wait.as_secs() + u64::from(wait.subsec_nanos() > 0);
    let (count, unit) = match seconds {
        0..=90 => (seconds, "second"),
        91..=5400 => (seconds.div_ceil(60), "minute"),
        5401..=129_600 => (seconds.div_ceil(3600), "hour"),
        _ => (seconds.div_ceil(86_400), "day"),
    };
    format!("{count} {unit}{}", if count == 1 { "" } else { "s" })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wait_is_rounded_up_to_a_common_unit() {
        let words = |seconds| in_words(Duration::from_secs(seconds));
        assert_eq!(words(1), "1 second");
        assert_eq!(words(90), "90 seconds");
        assert_eq!(words(91), "2 minutes");
        assert_eq!(words(3600), "60 minutes");
        assert_eq!(words(5401), "2 hours");
        assert_eq!(words(u64::MAX).rsplit(' ').next(), Some("days"));
        assert_eq!(in_words(Duration::from_millis(20_001)), "21 seconds");
    }
}
