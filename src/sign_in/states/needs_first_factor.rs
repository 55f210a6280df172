//! `needs_first_factor`: a first factor must be verified.

// The order of these modules is the order in which the generated documentation lists the steps.
mod password;
mod code;
mod reset_password;
#[cfg(feature = "pkce")]
mod email_link;
mod passkey;
mod wallet;
mod trusted_device;
mod sso;

use super::{Stage, sealed};
use crate::sign_in::outcomes::{AfterFirstFactor, BeforeFirstFactor};
use crate::wire::{self, AttemptFactor, Factor, PrepareFactor, Request, Verification};

/// A sign-in whose first factor must be verified.
///
/// The attempt exists. [`supported_first_factors`](crate::SignIn::supported_first_factors) lists the factors. Each step
/// verifies or prepares one of these factors.
///
/// This state comes after [`NeedsIdentifier`]. It also comes after any state in which a factor was prepared, if the
/// user then wants to choose another factor.
///
/// | step | gives or does | leads to |
/// |---|---|---|
/// | [`password`](crate::SignIn#method.password-1) | the password | [`AfterFirstFactor`]: [`Complete`], [`NeedsSecondFactor`] or [`NeedsClientTrust`] |
/// | [`send_email_code`](crate::SignIn#method.send_email_code-1), [`send_phone_code`](crate::SignIn#method.send_phone_code-1), [`send_code`](crate::SignIn::send_code) | sends a code | [`CodeSent`] |
/// | [`send_email_link`](crate::SignIn#method.send_email_link-1) | sends a link | [`LinkSent`] |
/// | [`challenge_passkey`](crate::SignIn#method.challenge_passkey-1) | asks for a passkey of the user | [`PasskeyChallenged`] |
/// | [`challenge_wallet`](crate::SignIn#method.challenge_wallet-1) | asks for a message for the user's wallet | [`WalletChallenged`] |
/// | [`challenge_trusted_device`](crate::SignIn::challenge_trusted_device) | asks for a challenge for the device's key | [`TrustedDeviceChallenged`] |
/// | [`sso`](crate::SignIn#method.sso-1), [`sso_with`](crate::SignIn#method.sso_with-1) | the identity provider | [`RedirectReady`], [`AfterRedirect`] |
/// | [`send_reset_password_email_code`](crate::SignIn#method.send_reset_password_email_code-1), [`send_reset_password_phone_code`](crate::SignIn#method.send_reset_password_phone_code-1) | sends a code for a new password | [`ResetCodeSent`] |
///
/// `code_sent`, `link_sent`, `passkey_challenged` and similar steps go back to a factor that was already prepared.
///
/// ```
/// # use clerk_sign_in::fake::FakeBackend;
/// # use clerk_sign_in::{AfterCreate, AfterFirstFactor, Client};
/// # futures::executor::block_on(async {
/// # let client = Client::new(FakeBackend::demo());
/// # let AfterCreate::NeedsFirstFactor(ada) = client.sign_in().create("ada@example.com").await? else { panic!() };
/// match ada.password("correct-horse-battery").await? {
///     AfterFirstFactor::NeedsSecondFactor(ada) => {
///         assert!(!ada.supported_second_factors().is_empty())
///     }
///     other => return Err(other.unhandled()),
/// }
/// # Ok::<_, clerk_sign_in::Error>(())
/// # }).unwrap();
/// ```
///
/// [`CodeSent`]: crate::CodeSent
/// [`LinkSent`]: crate::LinkSent
/// [`PasskeyChallenged`]: crate::PasskeyChallenged
/// [`WalletChallenged`]: crate::WalletChallenged
/// [`TrustedDeviceChallenged`]: crate::TrustedDeviceChallenged
/// [`RedirectReady`]: crate::RedirectReady
/// [`ResetCodeSent`]: crate::ResetCodeSent
/// [`NeedsSecondFactor`]: crate::NeedsSecondFactor
/// [`NeedsClientTrust`]: crate::NeedsClientTrust
/// [`Complete`]: crate::Complete
/// [`AfterFirstFactor`]: crate::AfterFirstFactor
/// [`AfterRedirect`]: crate::AfterRedirect
/// [`NeedsIdentifier`]: crate::NeedsIdentifier
#[derive(Debug)]
pub struct NeedsFirstFactor(pub(crate) ());

state!(NeedsFirstFactor);

impl Stage for NeedsFirstFactor {
    type Outcome = AfterFirstFactor;
    type BeforePasskey = BeforeFirstFactor;
}

impl sealed::StageInternals for NeedsFirstFactor {
    prepared_states!(code: FirstFactorCodeSent, link: FirstFactorLinkSent, passkey: FirstFactorPasskeyChallenged);

    fn prepare(prepare: PrepareFactor) -> Request {
        Request::PrepareFirstFactor(prepare)
    }

    fn attempt(attempt: AttemptFactor) -> Request {
        Request::AttemptFirstFactor(attempt)
    }

    fn factors(attempt: &wire::SignInAttempt) -> &[Factor] {
        attempt.supported_first_factors.as_deref().unwrap_or_default()
    }

    fn verification(attempt: &wire::SignInAttempt) -> Option<&Verification> {
        attempt.first_factor_verification.as_deref()
    }
}
