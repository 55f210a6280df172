//! The part of a sign-in that all states share.

use std::fmt;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::state_kind::StateKind;
use super::states::{NeedsIdentifier, Started, State};
use crate::client::Client;
use crate::error::RedirectError;
use crate::fault_switches::without;
use crate::wire::{
    self, ClientTrustState, Factor, IdentifierKind, ProtectCheck, Status, Timestamp, UserData, Verification, web_url,
};

/// A sign-in in the state `S`.
///
/// The methods of a state are the steps that are legal in that state. A step consumes the sign-in and returns it in its
/// next state, so a state cannot be used twice. A step that fails hands the sign-in back in
/// [`StepError`](crate::StepError). The type does not implement `Clone` and has no constructor, because states come
/// only from the server's answers.
///
/// ```
/// # use clerk_sign_in::fake::FakeBackend;
/// # use clerk_sign_in::{AfterFirstFactor, Client, Finalized, StepError};
/// # futures::executor::block_on(async {
/// # let client = Client::new(FakeBackend::demo());
/// // `SignIn<NeedsIdentifier>` → `SignIn<CodeSent<NeedsFirstFactor>>`
/// let sent = client.sign_in().send_email_code("linus+clerk_test@example.com").await?;
/// // A wrong code: the same sign-in comes back.
/// let sent = match sent.verify("000000").await {
///     Err(StepError::Stayed { error, sign_in }) if error.is_wrong_input() => sign_in,
///     other => panic!("{other:?}"),
/// };
/// // The right code: `SignIn<Complete>`, whose `finalize` gives the session.
/// match sent.verify("424242").await? {
///     AfterFirstFactor::Complete(done) => {
///         assert!(matches!(done.finalize().await?, Finalized::Active(_)))
///     }
///     other => return Err(other.unhandled()),
/// }
/// # Ok::<_, clerk_sign_in::Error>(())
/// # }).unwrap();
/// ```
///
/// # States
///
/// This page lists the steps in the order of the flow. The first column links to the description of each state, and the
/// last column links to the steps of each state.
///
/// | state | the sign-in waits for | steps |
/// |---|---|---|
/// | [`NeedsIdentifier`](crate::NeedsIdentifier) | the user's identifier | [`create`, `password`, `send_email_code`, `sso`, …](SignIn#impl-SignIn%3CNeedsIdentifier%3E) |
/// | [`NeedsFirstFactor`](crate::NeedsFirstFactor) | a first factor | [`password`, `send_email_code`, `challenge_passkey`, …](SignIn#impl-SignIn%3CNeedsFirstFactor%3E) |
/// | [`CodeSent`](crate::CodeSent) | the code that was sent | [`verify`, `resend`, `choose_another`](SignIn#impl-SignIn%3CCodeSent%3CS%3E%3E) |
/// | [`LinkSent`](crate::LinkSent) | somebody to open the link that was sent | [`wait_for_verification`, `resend`, `choose_another`](SignIn#impl-SignIn%3CLinkSent%3CS%3E%3E) |
/// | [`PasskeyChallenged`](crate::PasskeyChallenged) | the answer of a passkey | [`verify_with`, `verify_assertion`, …](SignIn#impl-SignIn%3CPasskeyChallenged%3CS%3E%3E) |
/// | [`WalletChallenged`](crate::WalletChallenged) | the signature of a wallet | [`verify_with`, `verify_signature`, …](SignIn#impl-SignIn%3CWalletChallenged%3E) |
/// | [`TrustedDeviceChallenged`](crate::TrustedDeviceChallenged) | the signature of a trusted device | [`verify_with`, `verify_signature`, …](SignIn#impl-SignIn%3CTrustedDeviceChallenged%3E) |
/// | [`RedirectReady`](crate::RedirectReady) | the user to come back from an identity provider | [`finish`, `finish_with`, …](SignIn#impl-SignIn%3CRedirectReady%3E) |
/// | [`ResetCodeSent`](crate::ResetCodeSent) | the code that was sent for a new password | [`verify`, `reset_password`, …](SignIn#impl-SignIn%3CResetCodeSent%3E) |
/// | [`NeedsNewPassword`](crate::NeedsNewPassword) | a new password | [`submit_password`](SignIn#impl-SignIn%3CNeedsNewPassword%3E) |
/// | [`NeedsSecondFactor`](crate::NeedsSecondFactor) | a second factor | [`verify_totp`, `challenge_passkey`, …](SignIn#impl-SignIn%3CNeedsSecondFactor%3E) |
/// | [`NeedsClientTrust`](crate::NeedsClientTrust) | proof that a new client is the user's | [`send_email_code`, `challenge_passkey`, …](SignIn#impl-SignIn%3CNeedsClientTrust%3E) |
/// | [`NeedsProtectCheck`](crate::NeedsProtectCheck) | a proof for Clerk Protect | [`solve_with`, `submit_proof`](SignIn#impl-SignIn%3CNeedsProtectCheck%3E) |
/// | [`Transferable`](crate::Transferable) | a sign-up, since the verified factor belongs to no user | [`sign_up`](SignIn#impl-SignIn%3CTransferable%3E) |
/// | [`Complete`](crate::Complete) | nothing: a session exists | [`finalize`](SignIn#impl-SignIn%3CComplete%3E) |
/// | [`Abandoned`](crate::Abandoned) | nothing: it was not finished in time | [`start_over`](SignIn#impl-SignIn%3CS%3E-3) |
/// | [`Unrecognized`](crate::Unrecognized) | a newer version of this crate | [`refresh`, `start_over`](SignIn#impl-SignIn%3CS%3E-3) |
///
/// [Each stage](SignIn#impl-SignIn%3CS%3E) has steps that send a code or a link. [Every
/// state](SignIn#impl-SignIn%3CS%3E-3) has `refresh`, `start_over` and [`checkpoint`](SignIn::checkpoint).
/// [`AnySignIn`](crate::AnySignIn) holds a sign-in whose state is known only at run time.
///
/// # Errors common to all steps
///
/// The documentation of each step names the errors that are specific to that step. In addition, each step can fail with
/// [`StepError::Stayed`](crate::StepError::Stayed) and one of these kinds of [`Error`](crate::Error):
/// - [`NotSent`](crate::ErrorKind::NotSent): the server cannot be reached, so nothing happened. Take the step again.
/// - [`Transport`](crate::ErrorKind::Transport) or [`Protocol`](crate::ErrorKind::Protocol): no readable answer
///   arrived, but the server may have carried out the step. [`refresh`](SignIn::refresh) shows whether it did. If the
///   step was meant to begin a new attempt, use [`Client::resume`] instead.
/// - [`Ended`](crate::ErrorKind::Ended): another sign-in of this client has replaced this one.
///   [Start over](SignIn::start_over), or [resume](Client::resume) the other sign-in.
///
/// The server may require a protect check before a step. In that case, a step that sends something, such as a code,
/// fails with [`StepError::Moved`](crate::StepError::Moved), and the sign-in is in the state
/// [`NeedsProtectCheck`](crate::NeedsProtectCheck). Any other step returns that state in its outcome.
#[doc(alias = "SignInFuture")]
#[doc(alias = "SignInResource")]
#[must_use = "the sign-in goes on from here: keep it for its next step"]
pub struct SignIn<S /* in a field, `AnySignIn` */> {
    pub(crate) core: Box<Core>,
    pub(crate) state: S,
}

/// The part that all states share. When the state changes, only the pointer to this part moves.
pub(crate) struct Core {
    pub(crate) client: Client,
    /// The server's latest description of the attempt. The description is shared, so that an app can show it while a
    /// step runs.
    pub(crate) attempt: Arc<wire::SignInAttempt>,
    chosen: Option<ChosenFactor>,
    /// The reason why the provider's URL in the server's latest description was removed, if it was.
    unsafe_url: Option<&'static str>,
}

/// The factor that was prepared last. The server does not report which factor this is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct ChosenFactor {
    factor: Box<Factor>,
    /// The stage at which the factor was chosen.
    stage: StateKind,
}

impl Core {
    pub(super) fn new(
        client: Client,
        attempt: impl Into<Arc<wire::SignInAttempt>>,
        chosen: Option<ChosenFactor>,
    ) -> Box<Self> {
        let mut core = Self { client, attempt: attempt.into(), chosen, unsafe_url: None };
        core.remove_unsafe_urls();
        Box::new(core)
    }

    /// Stores the server's new description of the attempt.
    ///
    /// The chosen factor is forgotten if it belongs to another attempt or stage. A protect check is not a stage, so a
    /// factor that was chosen before the check stays chosen after it.
    pub(super) fn update(&mut self, attempt: wire::SignInAttempt) {
        let stage = StateKind::from_attempt(&attempt).stage();
        let is_same = attempt.id == self.attempt.id;
        let is_over = |it: &mut ChosenFactor| !is_same || (stage != StateKind::NeedsProtectCheck && stage != it.stage);
        self.chosen.take_if(|chosen| is_over(chosen) && !without("a chosen factor belongs to its stage"));
        self.attempt = Arc::new(attempt);
        self.remove_unsafe_urls();
    }

    /// Removes the URL of an identity provider that must not reach a browser.
    ///
    /// Each description of the attempt passes through here, so no state and no checkpoint ever holds such a URL.
    fn remove_unsafe_urls(&mut self) {
        let refused = |verification: &Option<Box<Verification>>| {
            let url = verification.as_deref()?.unchecked_url()?;
            web_url::check(url, self.client.public_url()).err()
        };
        let first = refused(&self.attempt.first_factor_verification);
        let second = refused(&self.attempt.second_factor_verification);
        let is_pending = self.attempt.first_factor_verification.as_deref().is_some_and(Verification::is_pending);
        self.unsafe_url = first.filter(|_| is_pending);
        if first.or(second).is_some() {
            let attempt = Arc::make_mut(&mut self.attempt);
            let verifications = [
                attempt.first_factor_verification.as_mut().filter(|_| first.is_some()),
                attempt.second_factor_verification.as_mut().filter(|_| second.is_some()),
            ];
            for verification in verifications.into_iter().flatten() {
                verification.external_verification_redirect_url = None;
            }
        }
    }

    /// The error for a redirect whose URL must not reach a browser.
    pub(super) fn unsafe_url(&self) -> Option<RedirectError> {
        self.unsafe_url.map(RedirectError::UnsafeUrl)
    }

    /// Remembers the factor that was just prepared.
    pub(super) fn choose(&mut self, factor: Factor) {
        let stage = StateKind::from_attempt(&self.attempt).stage();
        self.chosen = Some(ChosenFactor { factor: Box::new(factor), stage });
    }

    pub(super) const fn chosen(&self) -> Option<&ChosenFactor> {
        self.chosen.as_ref()
    }

    /// The attempt's id; `None` before the first call.
    pub(super) fn id(&self) -> Option<&str> {
        Some(self.attempt.id.as_str()).filter(|id| !id.is_empty())
    }
}

impl ChosenFactor {
    pub(super) fn factor(&self) -> &Factor {
        &self.factor
    }
}

impl Client {
    /// Begins a sign-in. No call is made yet.
    pub fn sign_in(&self) -> SignIn<NeedsIdentifier> {
        SignIn::begin(self.clone())
    }
}

impl SignIn<NeedsIdentifier> {
    pub(super) fn begin(client: Client) -> Self {
        let attempt = wire::SignInAttempt { status: Some(Status::NeedsIdentifier), ..wire::SignInAttempt::default() };
        Self { core: Core::new(client, attempt, None), state: NeedsIdentifier(()) }
    }

    /// The attempt's id; `None` before the first call.
    #[must_use]
    pub fn id(&self) -> Option<&str> {
        self.core.id()
    }
}

impl<S: Started> SignIn<S> {
    /// The attempt's id, which begins with `sia_`.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.core.attempt.id
    }
}

/// Accessors that every state has.
impl<S: State> SignIn<S> {
    /// The name of the state, such as `NeedsSecondFactor`.
    #[must_use]
    pub fn state_name(&self) -> &'static str {
        S::KIND.name()
    }

    /// The status of the attempt, exactly as the server sent it. `None` if the server sent no status.
    #[must_use]
    pub fn status(&self) -> Option<&Status> {
        self.core.attempt.status.as_ref()
    }

    /// The identifier of this sign-in: an email address, phone number, user name or wallet address.
    #[must_use]
    pub fn identifier(&self) -> Option<&str> {
        self.core.attempt.identifier.as_deref()
    }

    /// The kinds of identifier that the instance accepts.
    #[doc(alias = "supportedIdentifiers")]
    #[must_use]
    pub fn supported_identifiers(&self) -> &[IdentifierKind] {
        &self.core.attempt.supported_identifiers
    }

    /// The first factors that the user may verify. The list is empty once the sign-in is complete.
    #[doc(alias = "supportedFirstFactors")]
    #[must_use]
    pub fn supported_first_factors(&self) -> &[Factor] {
        self.core.attempt.supported_first_factors.as_deref().unwrap_or_default()
    }

    /// The first factors with which the user may sign in although the instance otherwise enforces single sign-on.
    ///
    /// The list is empty unless an administrator allowed the user to bypass the single sign-on.
    #[doc(alias = "ssoBypassFirstFactors")]
    #[must_use]
    pub fn sso_bypass_first_factors(&self) -> &[Factor] {
        self.core.attempt.sso_bypass_first_factors.as_deref().unwrap_or_default()
    }

    /// The second factors that the user may verify.
    ///
    /// The list is empty until the first factor is verified, and it is empty again once the sign-in is complete.
    #[doc(alias = "supportedSecondFactors")]
    #[must_use]
    pub fn supported_second_factors(&self) -> &[Factor] {
        self.core.attempt.supported_second_factors.as_deref().unwrap_or_default()
    }

    /// The verification of the first factor; `None` until a first factor is prepared or attempted.
    #[doc(alias = "firstFactorVerification")]
    #[must_use]
    pub fn first_factor_verification(&self) -> Option<&Verification> {
        self.core.attempt.first_factor_verification.as_deref()
    }

    /// The verification of the second factor or of client trust; `None` until such a factor is prepared or attempted.
    #[doc(alias = "secondFactorVerification")]
    #[must_use]
    pub fn second_factor_verification(&self) -> Option<&Verification> {
        self.core.attempt.second_factor_verification.as_deref()
    }

    /// The user's public data, which some instances do not reveal.
    #[doc(alias = "userData")]
    #[must_use]
    pub fn user_data(&self) -> Option<&UserData> {
        self.core.attempt.user_data.as_deref()
    }

    /// Returns `true` if the first factor was verified but belongs to no user, so that the sign-in can become a
    /// sign-up.
    #[doc(alias = "isTransferable")]
    #[must_use]
    pub fn is_transferable(&self) -> bool {
        self.core.attempt.is_transferable()
    }

    /// The existing session if the identifier was already signed in. In that case, no new session was created.
    #[doc(alias = "existingSession")]
    #[doc(alias = "sessionId")]
    #[must_use]
    pub fn existing_session(&self) -> Option<&str> {
        self.core.attempt.existing_session()
    }

    /// The server's report on whether this client is new to the user; `None` if the server reports nothing.
    #[doc(alias = "clientTrustState")]
    #[must_use]
    pub fn client_trust_state(&self) -> Option<&ClientTrustState> {
        self.core.attempt.client_trust_state.as_ref()
    }

    /// The Clerk Protect challenge that must be solved before the sign-in can continue.
    #[doc(alias = "protectCheck")]
    #[must_use]
    pub fn protect_check(&self) -> Option<&ProtectCheck> {
        self.core.attempt.protect_check.as_deref()
    }

    /// The time at which the attempt ends if the user has not finished it by then.
    #[must_use]
    pub fn abandon_at(&self) -> Option<Timestamp> {
        self.core.attempt.abandon_at
    }

    /// The language of the messages that the user receives.
    #[must_use]
    pub fn locale(&self) -> Option<&str> {
        self.core.attempt.locale.as_deref()
    }

    /// The user's time zone, such as `Europe/Berlin` (IANA time zone database).
    #[must_use]
    pub fn timezone(&self) -> Option<&str> {
        self.core.attempt.timezone.as_deref()
    }

    /// The client that this sign-in belongs to.
    #[must_use]
    pub fn client(&self) -> &Client {
        &self.core.client
    }

    pub(super) fn with_state<T>(self, state: T) -> SignIn<T> {
        SignIn { core: self.core, state }
    }
}

impl<S: State> fmt::Debug for SignIn<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Errors contain sign-ins and are logged, so nothing here says who the user is.
        f.debug_struct("SignIn")
            .field("state", &S::KIND.name())
            .field("id", &self.core.attempt.id)
            .field("status", &self.core.attempt.status)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Error;
    use crate::sign_in::any::AnySignIn;
    use crate::sign_in::outcomes::AfterFirstFactor;
    use crate::sign_in::states::{NeedsFirstFactor, NeedsSecondFactor};
    use crate::sign_in::step_error::StepError;

    #[test]
    fn a_sign_in_is_one_pointer_wide() {
        let pointer = size_of::<usize>();
        assert_eq!(size_of::<SignIn<NeedsSecondFactor>>(), pointer);
        assert_eq!(size_of::<Error>(), pointer);
        assert!(size_of::<AnySignIn>() <= 4 * pointer);
        assert!(size_of::<Result<AfterFirstFactor, StepError<NeedsFirstFactor>>>() <= 5 * pointer);
    }

    #[test]
    fn a_chosen_factor_belongs_to_its_attempt_and_stage() {
        let attempt = |id: &str, status| wire::SignInAttempt {
            id: id.to_owned(),
            status: Some(status),
            ..wire::SignInAttempt::default()
        };
        let chosen_after = |updates: &[&wire::SignInAttempt]| {
            let client = Client::new(crate::HttpBackend::with_transport("https://clerk.example.com", Nowhere));
            let mut core = Core::new(client, attempt("sia_1", Status::NeedsFirstFactor), None);
            core.choose(Factor::new(wire::Strategy::EmailCode));
            for update in updates {
                core.update((*update).clone());
            }
            core.chosen().is_some()
        };
        let (first, second) = (attempt("sia_1", Status::NeedsFirstFactor), attempt("sia_1", Status::NeedsSecondFactor));
        let gate = attempt("sia_1", Status::NeedsProtectCheck);
        assert!(chosen_after(&[]) && chosen_after(&[&first]) && chosen_after(&[&gate, &first]));
        assert!(!chosen_after(&[&second]) && !chosen_after(&[&gate, &second]));
        assert!(!chosen_after(&[&attempt("sia_2", Status::NeedsFirstFactor)]));
    }

    #[derive(Debug)]
    struct Nowhere;

    #[async_trait::async_trait]
    impl crate::backend::Transport for Nowhere {
        async fn send(
            &self,
            _: http::Request<Vec<u8>>,
        ) -> Result<http::Response<Vec<u8>>, crate::backend::BackendError> {
            Err(crate::backend::BackendError::not_sent("nothing is sent"))
        }
    }

    #[test]
    fn sign_ins_and_their_futures_are_send() {
        fn moves<T: Send>(_: &T) {}
        fn a_future(sign_in: SignIn<NeedsSecondFactor>) -> impl Future<Output = impl Sized> + Send {
            sign_in.verify_totp("123456")
        }
        let _ = a_future;
        moves(&None::<(AnySignIn, Client, Error, StepError<NeedsFirstFactor>)>);
    }
}
