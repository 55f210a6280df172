//! The state that is left when a challenge or a redirect is set aside.

use crate::sign_in::any::AnySignIn;
use crate::sign_in::core::SignIn;
use crate::sign_in::state_kind::StateKind;
use crate::sign_in::states::{NeedsFirstFactor, NeedsIdentifier, PasskeyChallenged, State, sealed};
use crate::wire::Status;

/// The state after the user set aside a challenge or a redirect.
///
/// [`SignIn<PasskeyChallenged>::choose_another`](SignIn#method.choose_another-2) and
/// [`SignIn<RedirectReady>::choose_another`](SignIn#method.choose_another-5) return this outcome. A challenge or a
/// redirect can begin before the user has given an identifier.
///
/// ```
/// # use clerk_sign_in::fake::FakeBackend;
/// # use clerk_sign_in::{BeforeFirstFactor, Client, Sso};
/// # futures::executor::block_on(async {
/// # let client = Client::new(FakeBackend::demo());
/// let ready = client.sign_in().sso(&Sso::oauth("google"), "com.example.app://callback").await?;
/// match ready.choose_another() {
///     BeforeFirstFactor::NeedsIdentifier(sign_in) => {
///         sign_in.create("ada@example.com").await?;
///     }
///     BeforeFirstFactor::NeedsFirstFactor(first) => { first.send_email_code().await?; }
/// }
/// # Ok::<_, clerk_sign_in::Error>(())
/// # }).unwrap();
/// ```
#[must_use = "match on it to go on"]
#[derive(Debug)]
pub enum BeforeFirstFactor {
    /// The user has not given an identifier. Call [`create`](SignIn::create) or [another
    /// step](SignIn#impl-SignIn%3CNeedsIdentifier%3E).
    NeedsIdentifier(SignIn<NeedsIdentifier>),
    /// A first factor must be verified. Call [`password`](SignIn#method.password-1),
    /// [`send_email_code`](SignIn#method.send_email_code-1) or [another
    /// step](SignIn#impl-SignIn%3CNeedsFirstFactor%3E).
    NeedsFirstFactor(SignIn<NeedsFirstFactor>),
}

impl BeforeFirstFactor {
    pub(in crate::sign_in) const STATES: &[StateKind] = &[StateKind::NeedsIdentifier, StateKind::NeedsFirstFactor];

    pub(in crate::sign_in) fn set_aside<S: State>(prepared: SignIn<S>) -> Self {
        match prepared.core.attempt.status {
            Some(Status::NeedsIdentifier) => Self::NeedsIdentifier(prepared.with_state(NeedsIdentifier(()))),
            _ => Self::NeedsFirstFactor(prepared.with_state(NeedsFirstFactor(()))),
        }
    }
}

impl sealed::SetAside<NeedsFirstFactor> for BeforeFirstFactor {
    fn set_aside(challenged: SignIn<PasskeyChallenged>) -> Self {
        Self::set_aside(challenged)
    }
}

impl From<BeforeFirstFactor> for AnySignIn {
    fn from(before: BeforeFirstFactor) -> Self {
        match before {
            BeforeFirstFactor::NeedsIdentifier(sign_in) => Self::NeedsIdentifier(sign_in),
            BeforeFirstFactor::NeedsFirstFactor(sign_in) => Self::NeedsFirstFactor(sign_in),
        }
    }
}
