//! Outcomes of steps. The enum of each stage lists the states that can follow. The variant `Elsewhere` stands for all
//! other states.

mod before_first_factor;

pub use before_first_factor::BeforeFirstFactor;

use super::any::AnySignIn;
use super::core::SignIn;
use super::state_kind::StateKind;
use super::states::{
    Complete, NeedsClientTrust, NeedsFirstFactor, NeedsIdentifier, NeedsNewPassword, NeedsProtectCheck,
    NeedsSecondFactor, Transferable,
};
use crate::error::Error;

/// The state of a new attempt.
///
/// [`create`](SignIn::create), [`SignIn<NeedsIdentifier>::password`](SignIn::password), [`ticket`](SignIn::ticket) and
/// the other steps that begin an attempt return this outcome.
///
/// The enum is exhaustive, so a `match` that omits a state does not compile.
///
/// ```
/// # use clerk_sign_in::fake::FakeBackend;
/// # use clerk_sign_in::{AfterCreate, Client};
/// # futures::executor::block_on(async {
/// # let client = Client::new(FakeBackend::demo());
/// match client.sign_in().password("ada@example.com", "correct-horse-battery").await? {
///     AfterCreate::Complete(done) => { done.finalize().await?; }
///     AfterCreate::NeedsSecondFactor(ada) => {
///         println!("{} second factors", ada.supported_second_factors().len())
///     }
///     AfterCreate::NeedsClientTrust(new_client) => { new_client.send_email_code().await?; }
///     other => return Err(other.unhandled()),
/// }
/// # Ok::<_, clerk_sign_in::Error>(())
/// # }).unwrap();
/// ```
#[must_use = "match on it to go on: a step that worked is not yet a session"]
#[derive(Debug)]
pub enum AfterCreate {
    /// The attempt exists, but still needs an identifier or an identity provider. Call [`create`](SignIn::create) or
    /// [`sso`](SignIn::sso).
    NeedsIdentifier(SignIn<NeedsIdentifier>),
    /// A first factor must be verified. Call [`password`](SignIn#method.password-1),
    /// [`send_email_code`](SignIn#method.send_email_code-1) or [another
    /// step](SignIn#impl-SignIn%3CNeedsFirstFactor%3E).
    NeedsFirstFactor(SignIn<NeedsFirstFactor>),
    /// A second factor must be verified. Call [`verify_totp`](SignIn::verify_totp),
    /// [`send_phone_code`](SignIn#method.send_phone_code-2) or [another
    /// step](SignIn#impl-SignIn%3CNeedsSecondFactor%3E).
    NeedsSecondFactor(SignIn<NeedsSecondFactor>),
    /// The client is new to this user. Call [`send_email_code`](SignIn#method.send_email_code-3),
    /// [`send_email_link`](SignIn#method.send_email_link-1) or [another
    /// step](SignIn#impl-SignIn%3CNeedsClientTrust%3E).
    NeedsClientTrust(SignIn<NeedsClientTrust>),
    /// A new password must be chosen. Call [`submit_password`](SignIn::submit_password).
    NeedsNewPassword(SignIn<NeedsNewPassword>),
    /// A session exists. Call [`finalize`](SignIn::finalize).
    Complete(SignIn<Complete>),
    /// The factor is verified, but it belongs to no user. Call [`sign_up`](SignIn#method.sign_up-1).
    Transferable(SignIn<Transferable>),
    /// Clerk Protect requires a proof before the sign-in can continue. Call [`solve_with`](SignIn::solve_with), and
    /// then take the step again.
    NeedsProtectCheck(SignIn<NeedsProtectCheck>),
    /// The unchanged sign-in, if this enum has no variant for its state. For example, this version may not know the
    /// state ([`Unrecognized`](crate::Unrecognized)). Match on the [`AnySignIn`], or return the error from
    /// [`unhandled`](Self::unhandled).
    Elsewhere(AnySignIn),
}

/// The state after a first factor was verified.
///
/// [`SignIn<NeedsFirstFactor>::password`](SignIn#method.password-1), [`SignIn<CodeSent<S>>::verify`](SignIn::verify),
/// [`SignIn<PasskeyChallenged>::verify_with`](SignIn::verify_with) and
/// [`wait_for_verification`](SignIn::wait_for_verification) return this outcome.
///
/// The enum is exhaustive, so a `match` that omits a state does not compile.
///
/// ```
/// # use clerk_sign_in::fake::FakeBackend;
/// # use clerk_sign_in::{AfterFirstFactor, Client};
/// # futures::executor::block_on(async {
/// # let client = Client::new(FakeBackend::demo());
/// let sent = client.sign_in().send_email_code("linus+clerk_test@example.com").await?;
/// match sent.verify("424242").await? {
///     AfterFirstFactor::Complete(done) => { done.finalize().await?; }
///     AfterFirstFactor::NeedsSecondFactor(second) => {
///         println!("{} factors", second.supported_second_factors().len())
///     }
///     other => return Err(other.unhandled()),
/// }
/// # Ok::<_, clerk_sign_in::Error>(())
/// # }).unwrap();
/// ```
#[must_use = "match on it to go on: a step that worked is not yet a session"]
#[derive(Debug)]
pub enum AfterFirstFactor {
    /// A session exists. Call [`finalize`](SignIn::finalize).
    Complete(SignIn<Complete>),
    /// A second factor must be verified. Call [`verify_totp`](SignIn::verify_totp),
    /// [`send_phone_code`](SignIn#method.send_phone_code-2) or [another
    /// step](SignIn#impl-SignIn%3CNeedsSecondFactor%3E).
    NeedsSecondFactor(SignIn<NeedsSecondFactor>),
    /// The client is new to this user. Call [`send_email_code`](SignIn#method.send_email_code-3),
    /// [`send_email_link`](SignIn#method.send_email_link-1) or [another
    /// step](SignIn#impl-SignIn%3CNeedsClientTrust%3E).
    NeedsClientTrust(SignIn<NeedsClientTrust>),
    /// A new password must be chosen. Call [`submit_password`](SignIn::submit_password).
    NeedsNewPassword(SignIn<NeedsNewPassword>),
    /// The factor is verified, but it belongs to no user. Call [`sign_up`](SignIn#method.sign_up-1).
    Transferable(SignIn<Transferable>),
    /// Clerk Protect requires a proof before the sign-in can continue. Call [`solve_with`](SignIn::solve_with), and
    /// then take the step again.
    NeedsProtectCheck(SignIn<NeedsProtectCheck>),
    /// The unchanged sign-in, if this enum has no variant for its state. For example, this version may not know the
    /// state ([`Unrecognized`](crate::Unrecognized)). Match on the [`AnySignIn`], or return the error from
    /// [`unhandled`](Self::unhandled).
    Elsewhere(AnySignIn),
}

/// The state after the user came back from an identity provider.
///
/// [`finish`](SignIn::finish), [`finish_with`](SignIn::finish_with) and
/// [`SignIn<NeedsIdentifier>::sso_with`](SignIn::sso_with) return this outcome.
///
/// The enum is exhaustive, so a `match` that omits a state does not compile.
///
/// ```
/// # use clerk_sign_in::fake::{FakeBackend, LINUS};
/// # use clerk_sign_in::wire::SignUpFields;
/// # use clerk_sign_in::{AfterRedirect, Client, Sso};
/// # futures::executor::block_on(async {
/// # let fake = FakeBackend::demo();
/// # let client = Client::new(fake.clone());
/// # let ready = client.sign_in().sso(&Sso::oauth("google"), "com.example.app://callback").await?;
/// # let came_back_to = fake.consent(ready.external_url(), LINUS.email_address).unwrap();
/// match ready.finish(&came_back_to).await? {
///     AfterRedirect::Complete(done) => { done.finalize().await?; }
///     AfterRedirect::Transferable(new) => { new.sign_up(SignUpFields::new()).await?; }
///     other => return Err(other.unhandled()),
/// }
/// # Ok::<_, clerk_sign_in::Error>(())
/// # }).unwrap();
/// ```
#[must_use = "match on it to go on: a step that worked is not yet a session"]
#[derive(Debug)]
pub enum AfterRedirect {
    /// A session exists. Call [`finalize`](SignIn::finalize).
    Complete(SignIn<Complete>),
    /// The provider does not vouch for the user's address, so another first factor must be verified. Call
    /// [`send_email_code`](SignIn#method.send_email_code-1) or [another
    /// step](SignIn#impl-SignIn%3CNeedsFirstFactor%3E).
    NeedsFirstFactor(SignIn<NeedsFirstFactor>),
    /// A second factor must be verified. Call [`verify_totp`](SignIn::verify_totp),
    /// [`send_phone_code`](SignIn#method.send_phone_code-2) or [another
    /// step](SignIn#impl-SignIn%3CNeedsSecondFactor%3E).
    NeedsSecondFactor(SignIn<NeedsSecondFactor>),
    /// The client is new to this user. Call [`send_email_code`](SignIn#method.send_email_code-3),
    /// [`send_email_link`](SignIn#method.send_email_link-1) or [another
    /// step](SignIn#impl-SignIn%3CNeedsClientTrust%3E).
    NeedsClientTrust(SignIn<NeedsClientTrust>),
    /// A new password must be chosen. Call [`submit_password`](SignIn::submit_password).
    NeedsNewPassword(SignIn<NeedsNewPassword>),
    /// The factor is verified, but it belongs to no user. Call [`sign_up`](SignIn#method.sign_up-1).
    Transferable(SignIn<Transferable>),
    /// Clerk Protect requires a proof before the sign-in can continue. Call [`solve_with`](SignIn::solve_with), and
    /// then take the step again.
    NeedsProtectCheck(SignIn<NeedsProtectCheck>),
    /// The unchanged sign-in, if this enum has no variant for its state. For example, this version may not know the
    /// state ([`Unrecognized`](crate::Unrecognized)). Match on the [`AnySignIn`], or return the error from
    /// [`unhandled`](Self::unhandled).
    Elsewhere(AnySignIn),
}

/// The state after a second factor was verified.
///
/// [`verify_totp`](SignIn::verify_totp) and [`verify_backup_code`](SignIn::verify_backup_code) return this outcome.
/// After a code, a link or a passkey's challenge for the second factor,
/// [`SignIn<CodeSent<S>>::verify`](SignIn::verify), [`wait_for_verification`](SignIn::wait_for_verification) and
/// [`SignIn<PasskeyChallenged<S>>::verify_with`](SignIn::verify_with) return this outcome too.
///
/// The enum is exhaustive, so a `match` that omits a state does not compile.
///
/// ```
/// # use clerk_sign_in::fake::FakeBackend;
/// # use clerk_sign_in::{AfterCreate, AfterSecondFactor, Client};
/// # futures::executor::block_on(async {
/// # let fake = FakeBackend::demo();
/// # let client = Client::new(fake.clone());
/// # let code = fake.totp_code("ada@example.com").unwrap();
/// # let password = "correct-horse-battery";
/// # let AfterCreate::NeedsSecondFactor(ada) = client.sign_in().password("ada@example.com", password).await? else { panic!() };
/// match ada.verify_totp(&code).await? {
///     AfterSecondFactor::Complete(done) => { done.finalize().await?; }
///     other => return Err(other.unhandled()),
/// }
/// # Ok::<_, clerk_sign_in::Error>(())
/// # }).unwrap();
/// ```
#[must_use = "match on it to go on: a step that worked is not yet a session"]
#[derive(Debug)]
pub enum AfterSecondFactor {
    /// A session exists. Call [`finalize`](SignIn::finalize).
    Complete(SignIn<Complete>),
    /// A new password must be chosen. Call [`submit_password`](SignIn::submit_password).
    NeedsNewPassword(SignIn<NeedsNewPassword>),
    /// Clerk Protect requires a proof before the sign-in can continue. Call [`solve_with`](SignIn::solve_with), and
    /// then take the step again.
    NeedsProtectCheck(SignIn<NeedsProtectCheck>),
    /// The unchanged sign-in, if this enum has no variant for its state. For example, this version may not know the
    /// state ([`Unrecognized`](crate::Unrecognized)). Match on the [`AnySignIn`], or return the error from
    /// [`unhandled`](Self::unhandled).
    Elsewhere(AnySignIn),
}

/// The state after client trust was verified.
///
/// After a code, a link or a passkey's challenge for client trust, [`SignIn<CodeSent<S>>::verify`](SignIn::verify),
/// [`wait_for_verification`](SignIn::wait_for_verification) and
/// [`SignIn<PasskeyChallenged<S>>::verify_with`](SignIn::verify_with) return this outcome.
///
/// The enum is exhaustive, so a `match` that omits a state does not compile.
///
/// ```
/// # use clerk_sign_in::fake::FakeBackend;
/// # use clerk_sign_in::{AfterClientTrust, AfterCreate, Client};
/// # futures::executor::block_on(async {
/// # let fake = FakeBackend::demo();
/// # let client = Client::new(fake.clone());
/// # let password = "nanosecond-of-wire";
/// # let AfterCreate::NeedsClientTrust(grace) = client.sign_in().password("grace@example.com", password).await? else { panic!() };
/// # let sent = grace.send_email_code().await?;
/// # let code = fake.outbox().pop().unwrap().code().unwrap().expose().to_owned();
/// match sent.verify(&code).await? {
///     AfterClientTrust::Complete(done) => { done.finalize().await?; }
///     other => return Err(other.unhandled()),
/// }
/// # Ok::<_, clerk_sign_in::Error>(())
/// # }).unwrap();
/// ```
#[must_use = "match on it to go on: a step that worked is not yet a session"]
#[derive(Debug)]
pub enum AfterClientTrust {
    /// A session exists. Call [`finalize`](SignIn::finalize).
    Complete(SignIn<Complete>),
    /// Clerk Protect requires a proof before the sign-in can continue. Call [`solve_with`](SignIn::solve_with), and
    /// then take the step again.
    NeedsProtectCheck(SignIn<NeedsProtectCheck>),
    /// The unchanged sign-in, if this enum has no variant for its state. For example, this version may not know the
    /// state ([`Unrecognized`](crate::Unrecognized)). Match on the [`AnySignIn`], or return the error from
    /// [`unhandled`](Self::unhandled).
    Elsewhere(AnySignIn),
}

/// The state after a password-reset code was verified.
///
/// [`SignIn<ResetCodeSent>::verify`](SignIn#method.verify-1) returns this outcome.
///
/// The enum is exhaustive, so a `match` that omits a state does not compile.
///
/// ```
/// # use clerk_sign_in::fake::FakeBackend;
/// # use clerk_sign_in::{AfterResetCode, Client, OtherSessions};
/// # futures::executor::block_on(async {
/// # let fake = FakeBackend::demo();
/// # let sent = Client::new(fake.clone()).sign_in().send_reset_password_email_code("grace@example.com").await?;
/// # let code = fake.outbox().pop().unwrap().code().unwrap().expose().to_owned();
/// match sent.verify(&code).await? {
///     AfterResetCode::NeedsNewPassword(new) => {
///         new.submit_password("a-new-nanosecond", OtherSessions::SignOut).await?;
///     }
///     other => return Err(other.unhandled()),
/// }
/// # Ok::<_, clerk_sign_in::Error>(())
/// # }).unwrap();
/// ```
#[must_use = "match on it to go on: a step that worked is not yet a session"]
#[derive(Debug)]
pub enum AfterResetCode {
    /// A new password must be chosen. Call [`submit_password`](SignIn::submit_password).
    NeedsNewPassword(SignIn<NeedsNewPassword>),
    /// A second factor must be verified. Call [`verify_totp`](SignIn::verify_totp),
    /// [`send_phone_code`](SignIn#method.send_phone_code-2) or [another
    /// step](SignIn#impl-SignIn%3CNeedsSecondFactor%3E).
    NeedsSecondFactor(SignIn<NeedsSecondFactor>),
    /// Clerk Protect requires a proof before the sign-in can continue. Call [`solve_with`](SignIn::solve_with), and
    /// then take the step again.
    NeedsProtectCheck(SignIn<NeedsProtectCheck>),
    /// The unchanged sign-in, if this enum has no variant for its state. For example, this version may not know the
    /// state ([`Unrecognized`](crate::Unrecognized)). Match on the [`AnySignIn`], or return the error from
    /// [`unhandled`](Self::unhandled).
    Elsewhere(AnySignIn),
}

/// The state after a new password was set.
///
/// [`submit_password`](SignIn::submit_password) and [`reset_password`](SignIn::reset_password) return this outcome.
///
/// The enum is exhaustive, so a `match` that omits a state does not compile.
///
/// ```
/// # use clerk_sign_in::fake::FakeBackend;
/// # use clerk_sign_in::{AfterReset, Client, OtherSessions};
/// # futures::executor::block_on(async {
/// # let fake = FakeBackend::demo();
/// # let sent = Client::new(fake.clone()).sign_in().send_reset_password_email_code("grace@example.com").await?;
/// # let code = fake.outbox().pop().unwrap().code().unwrap().expose().to_owned();
/// match sent.reset_password(&code, "a-new-nanosecond", OtherSessions::SignOut).await? {
///     AfterReset::Complete(done) => { done.finalize().await?; }
///     AfterReset::NeedsSecondFactor(second) => {
///         println!("{} factors", second.supported_second_factors().len())
///     }
///     other => return Err(other.unhandled()),
/// }
/// # Ok::<_, clerk_sign_in::Error>(())
/// # }).unwrap();
/// ```
#[must_use = "match on it to go on: a step that worked is not yet a session"]
#[derive(Debug)]
pub enum AfterReset {
    /// A session exists. Call [`finalize`](SignIn::finalize).
    Complete(SignIn<Complete>),
    /// A second factor must be verified. Call [`verify_totp`](SignIn::verify_totp),
    /// [`send_phone_code`](SignIn#method.send_phone_code-2) or [another
    /// step](SignIn#impl-SignIn%3CNeedsSecondFactor%3E).
    NeedsSecondFactor(SignIn<NeedsSecondFactor>),
    /// The client is new to this user. Call [`send_email_code`](SignIn#method.send_email_code-3),
    /// [`send_email_link`](SignIn#method.send_email_link-1) or [another
    /// step](SignIn#impl-SignIn%3CNeedsClientTrust%3E).
    NeedsClientTrust(SignIn<NeedsClientTrust>),
    /// Clerk Protect requires a proof before the sign-in can continue. Call [`solve_with`](SignIn::solve_with), and
    /// then take the step again.
    NeedsProtectCheck(SignIn<NeedsProtectCheck>),
    /// The unchanged sign-in, if this enum has no variant for its state. For example, this version may not know the
    /// state ([`Unrecognized`](crate::Unrecognized)). Match on the [`AnySignIn`], or return the error from
    /// [`unhandled`](Self::unhandled).
    Elsewhere(AnySignIn),
}

/// Implements the parts that all outcomes share. The compiler checks that each list of states matches its enum.
macro_rules! outcomes {
    ($($outcome:ident { $($state:ident),+ $(,)? })+) => {$(
        impl $outcome {
            pub(super) const STATES: &[StateKind] = &[$(StateKind::$state),+];

            /// Returns an error that names the state. An app can return this error for every state that it does not
            /// handle.
            #[must_use]
            pub fn unhandled(self) -> Error {
                AnySignIn::from(self).unhandled()
            }
        }

        /// Converts the sign-in, and sets a prepared factor aside if the state without it is one of the variants.
        impl From<AnySignIn> for $outcome {
            fn from(any: AnySignIn) -> Self {
                match any.set_aside_for(Self::STATES) {
                    $(AnySignIn::$state(sign_in) => Self::$state(sign_in),)+
                    elsewhere => Self::Elsewhere(elsewhere),
                }
            }
        }

        impl From<$outcome> for AnySignIn {
            fn from(outcome: $outcome) -> Self {
                match outcome {
                    $($outcome::$state(sign_in) => Self::$state(sign_in),)+
                    $outcome::Elsewhere(any) => any,
                }
            }
        }
    )+};
}

outcomes! {
    AfterCreate {
        NeedsIdentifier, NeedsFirstFactor, NeedsSecondFactor, NeedsClientTrust, NeedsNewPassword, Complete, Transferable,
        NeedsProtectCheck,
    }
    AfterFirstFactor { Complete, NeedsSecondFactor, NeedsClientTrust, NeedsNewPassword, Transferable, NeedsProtectCheck }
    AfterRedirect {
        Complete, NeedsFirstFactor, NeedsSecondFactor, NeedsClientTrust, NeedsNewPassword, Transferable,
        NeedsProtectCheck,
    }
    AfterSecondFactor { Complete, NeedsNewPassword, NeedsProtectCheck }
    AfterClientTrust { Complete, NeedsProtectCheck }
    AfterResetCode { NeedsNewPassword, NeedsSecondFactor, NeedsProtectCheck }
    AfterReset { Complete, NeedsSecondFactor, NeedsClientTrust, NeedsProtectCheck }
}

#[cfg(test)]
mod tests;
