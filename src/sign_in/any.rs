//! Sign-ins whose state is known only at run time. Only the code in this module creates states.

use std::fmt;
use std::sync::Arc;

use super::core::{Core, SignIn};
use super::state_kind::StateKind;
use super::states::sealed::StageInternals as _;
use super::states::{
    Abandoned, CodeSent, Complete, LinkSent, NeedsClientTrust, NeedsFirstFactor, NeedsIdentifier, NeedsNewPassword,
    NeedsProtectCheck, NeedsSecondFactor, PasskeyChallenged, RedirectReady, ResetCodeSent, State, Transferable,
    TrustedDeviceChallenged, Unrecognized, WalletChallenged,
};
use super::step_error::{AnyStepError, StepError};
use crate::client::Client;
use crate::error::{Error, ErrorKind};
use crate::wire::{self, Factor, Status, Strategy};

/// A sign-in in any state.
///
/// This type is useful in user interfaces, for resumed sign-ins, and in bindings for other languages.
///
/// If an app keeps the sign-in in a struct, it must take the sign-in out of the struct to call a step. The step returns
/// the sign-in, even if it failed. The app then puts the returned sign-in back into the struct:
///
/// ```
/// use clerk_sign_in::{AnySignIn, Error};
///
/// struct SignInForm { sign_in: Option<AnySignIn>, message: Option<String> }
///
/// impl SignInForm {
///     async fn password_entered(&mut self, password: &str) {
///         let (sign_in, failed) = match self.sign_in.take() {
///             Some(AnySignIn::NeedsFirstFactor(first)) => match first.password(password).await {
///                 Ok(next) => (Some(next.into()), None),
///                 Err(failed) => {
///                     let (sign_in, error) = failed.into_parts();
///                     (Some(sign_in), Some(error))
///                 }
///             },
///             elsewhere => (elsewhere, None),
///         };
///         self.sign_in = sign_in;
///         self.message = failed.map(|error: Error| error.user_message());
///     }
/// }
/// # use clerk_sign_in::{Client, fake::FakeBackend};
/// # futures::executor::block_on(async {
/// # let client = Client::new(FakeBackend::demo());
/// # let first = client.sign_in().create("ada@example.com").await.unwrap();
/// # let mut form = SignInForm { sign_in: Some(first.into()), message: None };
/// # form.password_entered("wrong").await;
/// # assert!(form.message.take().unwrap().contains("password"));
/// # form.password_entered("correct-horse-battery").await;
/// # assert!(matches!(form.sign_in, Some(AnySignIn::NeedsSecondFactor(_))) && form.message.is_none());
/// # });
/// ```
///
/// The enum is exhaustive on purpose. If a new version of the crate adds a variant for a new server status, an app's
/// `match` no longer compiles. The app's developers therefore notice the new status before the app can handle it
/// wrongly.
#[must_use = "match on it to go on"]
pub enum AnySignIn {
    /// The user has not entered an identifier yet. Call [`create`](SignIn::create) or [another
    /// step](SignIn#impl-SignIn%3CNeedsIdentifier%3E).
    NeedsIdentifier(SignIn<NeedsIdentifier>),
    /// A first factor must be verified. Call [`password`](SignIn#method.password-1),
    /// [`send_email_code`](SignIn#method.send_email_code-1) or [another
    /// step](SignIn#impl-SignIn%3CNeedsFirstFactor%3E).
    NeedsFirstFactor(SignIn<NeedsFirstFactor>),
    /// A code for the first factor was sent. Call [`verify`](SignIn::verify).
    FirstFactorCodeSent(SignIn<CodeSent<NeedsFirstFactor>>),
    /// A link for the first factor was sent by email. Call [`wait_for_verification`](SignIn::wait_for_verification).
    FirstFactorLinkSent(SignIn<LinkSent<NeedsFirstFactor>>),
    /// A passkey must answer a challenge for the first factor. Call [`verify_with`](SignIn::verify_with).
    FirstFactorPasskeyChallenged(SignIn<PasskeyChallenged>),
    /// A wallet must sign a message. Call [`verify_with`](SignIn#method.verify_with-1).
    WalletChallenged(SignIn<WalletChallenged>),
    /// A trusted device must sign a challenge. Call [`verify_with`](SignIn#method.verify_with-2).
    TrustedDeviceChallenged(SignIn<TrustedDeviceChallenged>),
    /// The user must visit an identity provider and come back. Call [`finish`](SignIn::finish).
    RedirectReady(SignIn<RedirectReady>),
    /// A code was sent that lets the user choose a new password. Call [`verify`](SignIn#method.verify-1).
    ResetCodeSent(SignIn<ResetCodeSent>),
    /// A second factor must be verified. Call [`verify_totp`](SignIn::verify_totp),
    /// [`send_phone_code`](SignIn#method.send_phone_code-2) or [another
    /// step](SignIn#impl-SignIn%3CNeedsSecondFactor%3E).
    NeedsSecondFactor(SignIn<NeedsSecondFactor>),
    /// A code for the second factor was sent. Call [`verify`](SignIn::verify).
    SecondFactorCodeSent(SignIn<CodeSent<NeedsSecondFactor>>),
    /// A link for the second factor was sent by email. Call [`wait_for_verification`](SignIn::wait_for_verification).
    SecondFactorLinkSent(SignIn<LinkSent<NeedsSecondFactor>>),
    /// A passkey must answer a challenge for the second factor. Call [`verify_with`](SignIn::verify_with).
    SecondFactorPasskeyChallenged(SignIn<PasskeyChallenged<NeedsSecondFactor>>),
    /// The client is new to this user. Call [`send_email_code`](SignIn#method.send_email_code-3),
    /// [`send_email_link`](SignIn#method.send_email_link-1) or [another
    /// step](SignIn#impl-SignIn%3CNeedsClientTrust%3E).
    NeedsClientTrust(SignIn<NeedsClientTrust>),
    /// A code was sent to make the client trusted. Call [`verify`](SignIn::verify).
    ClientTrustCodeSent(SignIn<CodeSent<NeedsClientTrust>>),
    /// A link was sent to make the client trusted. Call [`wait_for_verification`](SignIn::wait_for_verification).
    ClientTrustLinkSent(SignIn<LinkSent<NeedsClientTrust>>),
    /// A passkey must answer a challenge to make the client trusted. Call [`verify_with`](SignIn::verify_with).
    ClientTrustPasskeyChallenged(SignIn<PasskeyChallenged<NeedsClientTrust>>),
    /// A new password must be chosen. Call [`submit_password`](SignIn::submit_password).
    NeedsNewPassword(SignIn<NeedsNewPassword>),
    /// Clerk Protect requires a proof first. Call [`solve_with`](SignIn::solve_with), and then take the step again.
    NeedsProtectCheck(SignIn<NeedsProtectCheck>),
    /// The factor is verified, but it belongs to no user. Call [`sign_up`](SignIn#method.sign_up-1).
    Transferable(SignIn<Transferable>),
    /// A session exists. Call [`finalize`](SignIn::finalize).
    Complete(SignIn<Complete>),
    /// The attempt was not finished in time. Call [`start_over`](SignIn::start_over).
    Abandoned(SignIn<Abandoned>),
    /// The attempt is in a state that this version of the crate does not know.
    Unrecognized(SignIn<Unrecognized>),
}

/// Evaluates an expression for the sign-in that the enum contains. The expression is the same for every variant.
macro_rules! on_any {
    ($any:expr, $sign_in:ident => $body:expr) => {
        match $any {
            AnySignIn::NeedsIdentifier($sign_in) => $body,
            AnySignIn::NeedsFirstFactor($sign_in) => $body,
            AnySignIn::FirstFactorCodeSent($sign_in) => $body,
            AnySignIn::FirstFactorLinkSent($sign_in) => $body,
            AnySignIn::FirstFactorPasskeyChallenged($sign_in) => $body,
            AnySignIn::WalletChallenged($sign_in) => $body,
            AnySignIn::TrustedDeviceChallenged($sign_in) => $body,
            AnySignIn::RedirectReady($sign_in) => $body,
            AnySignIn::ResetCodeSent($sign_in) => $body,
            AnySignIn::NeedsSecondFactor($sign_in) => $body,
            AnySignIn::SecondFactorCodeSent($sign_in) => $body,
            AnySignIn::SecondFactorLinkSent($sign_in) => $body,
            AnySignIn::SecondFactorPasskeyChallenged($sign_in) => $body,
            AnySignIn::NeedsClientTrust($sign_in) => $body,
            AnySignIn::ClientTrustCodeSent($sign_in) => $body,
            AnySignIn::ClientTrustLinkSent($sign_in) => $body,
            AnySignIn::ClientTrustPasskeyChallenged($sign_in) => $body,
            AnySignIn::NeedsNewPassword($sign_in) => $body,
            AnySignIn::NeedsProtectCheck($sign_in) => $body,
            AnySignIn::Transferable($sign_in) => $body,
            AnySignIn::Complete($sign_in) => $body,
            AnySignIn::Abandoned($sign_in) => $body,
            AnySignIn::Unrecognized($sign_in) => $body,
        }
    };
}

impl AnySignIn {
    /// The attempt's id, or `None` before the first call.
    #[must_use]
    pub fn id(&self) -> Option<&str> {
        self.core().id()
    }

    /// The name of the state, such as `NeedsSecondFactor`.
    #[must_use]
    pub fn state_name(&self) -> &'static str {
        self.kind().name()
    }

    /// The status of the attempt, exactly as the server sent it. `None` if the server sent no status.
    #[must_use]
    pub fn status(&self) -> Option<&Status> {
        self.core().attempt.status.as_ref()
    }

    /// The identifier of this sign-in: an email address, phone number, user name or wallet address.
    #[must_use]
    pub fn identifier(&self) -> Option<&str> {
        self.core().attempt.identifier.as_deref()
    }

    /// The server's latest description of the attempt.
    #[must_use]
    pub fn attempt(&self) -> &wire::SignInAttempt {
        &self.core().attempt
    }

    /// The client on which the user signs in.
    #[must_use]
    pub fn client(&self) -> &Client {
        &self.core().client
    }

    /// Any state → the state that the server reports. See [`SignIn::refresh`].
    ///
    /// # Errors
    /// The errors are those of [`SignIn::refresh`]. Each error hands back the sign-in.
    pub async fn refresh(self) -> Result<Self, AnyStepError> {
        on_any!(self, sign_in => sign_in.refresh().await.map_err(StepError::into_any))
    }

    /// Any state → `NeedsIdentifier`, without a call. See [`SignIn::start_over`].
    #[doc(alias = "reset")]
    pub fn start_over(self) -> SignIn<NeedsIdentifier> {
        on_any!(self, sign_in => sign_in.start_over())
    }

    /// Returns an error that names the state. An app can return this error for states that it does not handle.
    #[must_use]
    pub fn unhandled(self) -> Error {
        ErrorKind::Unhandled { state: self.state_name() }.into()
    }

    /// Puts the sign-in into the state that the server's description of the attempt implies.
    ///
    /// This is the only code that creates states. It relies only on the server's description.
    pub(super) fn place(core: Box<Core>) -> Self {
        fn at<S: State>(core: Box<Core>, state: S) -> SignIn<S> {
            SignIn { core, state }
        }
        match StateKind::from_attempt(&core.attempt) {
            StateKind::NeedsIdentifier => Self::NeedsIdentifier(at(core, NeedsIdentifier(()))),
            StateKind::NeedsFirstFactor => Self::NeedsFirstFactor(at(core, NeedsFirstFactor::stage())),
            StateKind::FirstFactorCodeSent => Self::FirstFactorCodeSent(at(core, CodeSent(NeedsFirstFactor::stage()))),
            StateKind::FirstFactorLinkSent => Self::FirstFactorLinkSent(at(core, LinkSent(NeedsFirstFactor::stage()))),
            StateKind::FirstFactorPasskeyChallenged => {
                Self::FirstFactorPasskeyChallenged(at(core, PasskeyChallenged(NeedsFirstFactor::stage())))
            }
            StateKind::WalletChallenged => Self::WalletChallenged(at(core, WalletChallenged(()))),
            StateKind::TrustedDeviceChallenged => Self::TrustedDeviceChallenged(at(core, TrustedDeviceChallenged(()))),
            StateKind::RedirectReady => Self::RedirectReady(at(core, RedirectReady::new())),
            StateKind::ResetCodeSent => Self::ResetCodeSent(at(core, ResetCodeSent(()))),
            StateKind::NeedsSecondFactor => Self::NeedsSecondFactor(at(core, NeedsSecondFactor::stage())),
            StateKind::SecondFactorCodeSent => {
                Self::SecondFactorCodeSent(at(core, CodeSent(NeedsSecondFactor::stage())))
            }
            StateKind::SecondFactorLinkSent => {
                Self::SecondFactorLinkSent(at(core, LinkSent(NeedsSecondFactor::stage())))
            }
            StateKind::SecondFactorPasskeyChallenged => {
                Self::SecondFactorPasskeyChallenged(at(core, PasskeyChallenged(NeedsSecondFactor::stage())))
            }
            StateKind::NeedsClientTrust => Self::NeedsClientTrust(at(core, NeedsClientTrust::stage())),
            StateKind::ClientTrustCodeSent => Self::ClientTrustCodeSent(at(core, CodeSent(NeedsClientTrust::stage()))),
            StateKind::ClientTrustLinkSent => Self::ClientTrustLinkSent(at(core, LinkSent(NeedsClientTrust::stage()))),
            StateKind::ClientTrustPasskeyChallenged => {
                Self::ClientTrustPasskeyChallenged(at(core, PasskeyChallenged(NeedsClientTrust::stage())))
            }
            StateKind::NeedsNewPassword => Self::NeedsNewPassword(at(core, NeedsNewPassword(()))),
            StateKind::NeedsProtectCheck => Self::NeedsProtectCheck(at(core, NeedsProtectCheck(()))),
            StateKind::Transferable => Self::Transferable(at(core, Transferable(()))),
            StateKind::Complete => match Complete::new(&core.attempt) {
                Some(complete) => Self::Complete(at(core, complete)),
                None => Self::Unrecognized(at(core, Unrecognized(()))),
            },
            StateKind::Abandoned => Self::Abandoned(at(core, Abandoned(()))),
            StateKind::Unrecognized => Self::Unrecognized(at(core, Unrecognized(()))),
        }
    }

    /// The factor to which a code or link was sent; `None` in any other state, or if it is not known.
    #[must_use]
    pub fn sent_to(&self) -> Option<&Factor> {
        match self {
            Self::FirstFactorCodeSent(at) => at.sent_to(),
            Self::FirstFactorLinkSent(at) => at.sent_to(),
            Self::ResetCodeSent(at) => at.sent_to(),
            Self::SecondFactorCodeSent(at) => at.sent_to(),
            Self::SecondFactorLinkSent(at) => at.sent_to(),
            Self::ClientTrustCodeSent(at) => at.sent_to(),
            Self::ClientTrustLinkSent(at) => at.sent_to(),
            _ => None,
        }
    }

    /// The server's latest description of the attempt, which all states share.
    pub(crate) fn shared_attempt(&self) -> Arc<wire::SignInAttempt> {
        Arc::clone(&self.core().attempt)
    }

    /// Sets aside a prepared factor, so that another factor can be verified. This requires no call to the server.
    pub(crate) fn choose_another(self) -> Self {
        match self {
            Self::FirstFactorCodeSent(at) => at.choose_another().into(),
            Self::FirstFactorLinkSent(at) => at.choose_another().into(),
            Self::FirstFactorPasskeyChallenged(at) => at.choose_another().into(),
            Self::WalletChallenged(at) => at.choose_another().into(),
            Self::TrustedDeviceChallenged(at) => at.choose_another().into(),
            Self::RedirectReady(at) => at.choose_another().into(),
            Self::ResetCodeSent(at) => at.choose_another().into(),
            Self::SecondFactorCodeSent(at) => at.choose_another().into(),
            Self::SecondFactorLinkSent(at) => at.choose_another().into(),
            Self::SecondFactorPasskeyChallenged(at) => at.choose_another().into(),
            Self::ClientTrustCodeSent(at) => at.choose_another().into(),
            Self::ClientTrustLinkSent(at) => at.choose_another().into(),
            Self::ClientTrustPasskeyChallenged(at) => at.choose_another().into(),
            unprepared => unprepared,
        }
    }

    /// The state, as plain data.
    #[must_use]
    pub fn kind(&self) -> StateKind {
        fn kind<S: State>(_: &SignIn<S>) -> StateKind {
            S::KIND
        }
        on_any!(self, sign_in => kind(sign_in))
    }

    /// Sets aside a prepared factor if that is necessary to reach one of these states.
    ///
    /// Nothing changes if the sign-in is already in one of these states, or if setting the factor aside does not lead
    /// to any of these states.
    pub(super) fn set_aside_for(self, states: &[StateKind]) -> Self {
        let aside = StateKind::set_aside(&self.core().attempt);
        if states.contains(&self.kind()) || !states.contains(&aside) { self } else { self.choose_another() }
    }

    /// The strategy of the factor that was prepared, in a state that waits for it.
    pub(crate) fn prepared_strategy(&self) -> Option<&Strategy> {
        self.strategy_at(self.kind())
    }

    /// The strategy of the factor that this state waits for, according to the attempt.
    pub(crate) fn strategy_at(&self, kind: StateKind) -> Option<&Strategy> {
        kind.verification_in(self.attempt()).filter(|_| kind != kind.stage())?.strategy.as_ref()
    }

    /// Returns `true` if the free moves of the relation lead to this state, and the attempt is prepared for it.
    pub(crate) fn can_move_to(&self, wanted: StateKind) -> bool {
        let (at, prepared) = (self.kind(), StateKind::from_attempt(self.attempt()));
        at == wanted
            || wanted == StateKind::set_aside(self.attempt())
            || (wanted == prepared && at.returns_to(prepared))
    }

    /// Makes the free moves that lead to this state. Without such moves, the sign-in stays where it is.
    pub(crate) fn move_to(self, wanted: StateKind) -> Self {
        if self.kind() == wanted || !self.can_move_to(wanted) {
            self
        } else if wanted == StateKind::set_aside(self.attempt()) {
            self.choose_another()
        } else {
            Self::place(self.into_core())
        }
    }

    /// Notes the factor that was prepared, if the sign-in learned of it in another way than by an answer.
    pub(crate) fn choose(&mut self, factor: Factor) {
        on_any!(self, sign_in => sign_in.core.choose(factor));
    }

    pub(super) fn into_core(self) -> Box<Core> {
        on_any!(self, sign_in => sign_in.core)
    }

    pub(super) fn core(&self) -> &Core {
        on_any!(self, sign_in => &sign_in.core)
    }
}

impl fmt::Debug for AnySignIn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        on_any!(self, sign_in => sign_in.fmt(f))
    }
}

impl<S: State> From<SignIn<S>> for AnySignIn {
    fn from(sign_in: SignIn<S>) -> Self {
        S::into_any(sign_in)
    }
}

/// Converts the sign-in to a type whose state is known at compile time.
///
/// If the sign-in is in another state, it is returned unchanged.
///
/// ```
/// # use clerk_sign_in::fake::FakeBackend;
/// # use clerk_sign_in::{AnySignIn, Client, NeedsFirstFactor, NeedsSecondFactor, SignIn};
/// # futures::executor::block_on(async {
/// # let client = Client::new(FakeBackend::demo());
/// let any: AnySignIn = client.sign_in().create("ada@example.com").await?.into();
/// let any = SignIn::<NeedsSecondFactor>::try_from(any).unwrap_err();
/// let first: SignIn<NeedsFirstFactor> = any.try_into().unwrap();
/// # drop(first);
/// # Ok::<_, clerk_sign_in::Error>(())
/// # }).unwrap();
/// ```
impl<S: State> TryFrom<AnySignIn> for SignIn<S> {
    type Error = AnySignIn;

    fn try_from(any: AnySignIn) -> Result<Self, AnySignIn> {
        S::from_any(any)
    }
}
