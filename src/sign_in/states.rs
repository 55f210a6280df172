//! The states of a sign-in, in the order in which a sign-in reaches them. Each state has its own type and its own file.

#[macro_use]
mod macros;

mod needs_identifier;
mod needs_first_factor;
mod code_sent;
mod link_sent;
mod passkey_challenged;
mod wallet_challenged;
mod trusted_device_challenged;
mod redirect_ready;
mod reset_code_sent;
mod needs_new_password;
mod needs_second_factor;
mod needs_client_trust;
mod any_stage;
mod needs_protect_check;
mod transferable;
mod complete;
mod abandoned;
mod unrecognized;

pub(crate) mod factors;

pub use abandoned::Abandoned;
pub use code_sent::CodeSent;
pub use complete::Complete;
pub use link_sent::LinkSent;
pub use needs_client_trust::NeedsClientTrust;
pub use needs_first_factor::NeedsFirstFactor;
pub use needs_identifier::{IdToken, NeedsIdentifier};
pub use needs_new_password::{NeedsNewPassword, OtherSessions};
pub use needs_protect_check::NeedsProtectCheck;
pub use needs_second_factor::NeedsSecondFactor;
pub use passkey_challenged::PasskeyChallenged;
pub use redirect_ready::{RedirectReady, Sso};
pub use reset_code_sent::ResetCodeSent;
pub use transferable::Transferable;
pub use trusted_device_challenged::TrustedDeviceChallenged;
pub use unrecognized::Unrecognized;
pub use wallet_challenged::WalletChallenged;

use std::fmt;

use super::any::AnySignIn;

/// A state of a sign-in. Only the state types of this crate implement this trait.
pub trait State: sealed::Sealed {}

/// Any state except [`NeedsIdentifier`]. The first call has been made, so the attempt has an id.
pub trait Started: State {}

/// A state in which the user verifies the first factor, the second factor, or client trust.
pub trait Stage: State + sealed::StageInternals {
    /// The states to which a verified factor can lead.
    type Outcome: From<AnySignIn> + Into<AnySignIn> + fmt::Debug + Send;

    /// The state after a passkey's challenge was set aside.
    type BeforePasskey: sealed::SetAside<Self> + Into<AnySignIn> + fmt::Debug + Send;
}

pub(crate) mod sealed {
    use super::{CodeSent, LinkSent, PasskeyChallenged};
    use crate::sign_in::any::AnySignIn;
    use crate::sign_in::core::SignIn;
    use crate::sign_in::state_kind::StateKind;
    use crate::wire::{self, AttemptFactor, Factor, PrepareFactor, Request, Verification};

    #[diagnostic::on_unimplemented(
        message = "`{Self}` is not a state of a sign-in",
        label = "not a state of a sign-in",
        note = "the states are the types that `AnySignIn` lists: what the server can say, and no other"
    )]
    pub trait Sealed: Sized + Send + Sync + 'static {
        const KIND: StateKind;

        fn into_any(sign_in: SignIn<Self>) -> AnySignIn;

        fn from_any(any: AnySignIn) -> Result<SignIn<Self>, AnySignIn>;
    }

    pub trait SetAside<S> {
        fn set_aside(challenged: SignIn<PasskeyChallenged<S>>) -> Self;
    }

    impl<S: super::Stage> SetAside<S> for SignIn<S> {
        fn set_aside(challenged: SignIn<PasskeyChallenged<S>>) -> Self {
            challenged.with_state(S::stage())
        }
    }

    pub trait StageInternals: super::State {
        const CODE_SENT: StateKind;
        const LINK_SENT: StateKind;
        const PASSKEY_CHALLENGED: StateKind;

        fn stage() -> Self;

        // The server treats client trust as a second factor, so the second factor and client trust share these methods.

        fn prepare(prepare: PrepareFactor) -> Request {
            // For a second factor, the server chooses the channel, so the request does not contain the channel of an
            // earlier verification.
            Request::PrepareSecondFactor(PrepareFactor { channel: None, ..prepare })
        }

        fn attempt(attempt: AttemptFactor) -> Request {
            Request::AttemptSecondFactor(attempt)
        }

        fn factors(attempt: &wire::SignInAttempt) -> &[Factor] {
            attempt.supported_second_factors.as_deref().unwrap_or_default()
        }

        fn verification(attempt: &wire::SignInAttempt) -> Option<&Verification> {
            attempt.second_factor_verification.as_deref()
        }

        fn code_sent_into_any(sign_in: SignIn<CodeSent<Self>>) -> AnySignIn;

        fn code_sent_from_any(any: AnySignIn) -> Result<SignIn<CodeSent<Self>>, AnySignIn>;

        fn link_sent_into_any(sign_in: SignIn<LinkSent<Self>>) -> AnySignIn;

        fn link_sent_from_any(any: AnySignIn) -> Result<SignIn<LinkSent<Self>>, AnySignIn>;

        fn passkey_challenged_into_any(sign_in: SignIn<PasskeyChallenged<Self>>) -> AnySignIn;

        fn passkey_challenged_from_any(any: AnySignIn) -> Result<SignIn<PasskeyChallenged<Self>>, AnySignIn>;
    }
}
