//! The sign-in itself: the part that all states share.

use std::fmt;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::state_from_attempt::is_transferable;
use super::state_kind::StateKind;
use super::states::{NeedsIdentifier, Started, State};
use crate::client::Client;
use crate::wire::{
    self, ClientTrustState, Factor, IdentifierKind, ProtectCheck, Status, Timestamp, UserData, Verification,
};

/// A sign-in in the state `S`.
///
/// The methods of a state are the steps that are legal in it. A step consumes the sign-in and returns the next one, so
/// a state cannot be used twice. A step that fails hands the sign-in back in [`StepError`](crate::StepError).
///
/// There is no `Clone` and no constructor: only the server's answers make states.
///
/// It holds its [`Client`] and the server's latest description of the attempt, which the accessors below read.
#[must_use = "the sign-in goes on from here: keep it for its next step"]
pub struct SignIn<S> {
    pub(crate) core: Box<Core>,
    pub(crate) state: S,
}

/// The part that all states share. Only its pointer moves from state to state.
pub(crate) struct Core {
    pub(crate) client: Client,
    /// The server's latest description of the attempt. Shared, so that it can be shown while a step runs.
    pub(crate) attempt: Arc<wire::SignInAttempt>,
    chosen: Option<ChosenFactor>,
}

/// The factor that was prepared last. The server does not report it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct ChosenFactor {
    factor: Box<Factor>,
    /// The stage at which it was chosen.
    stage: StateKind,
}

impl Core {
    pub(super) fn new(
        client: Client,
        attempt: impl Into<Arc<wire::SignInAttempt>>,
        chosen: Option<ChosenFactor>,
    ) -> Box<Self> {
        Box::new(Self { client, attempt: attempt.into(), chosen })
    }

    /// Stores the server's new description of the attempt.
    ///
    /// Forgets the chosen factor if it belongs to another attempt or stage. A protect check is not a stage: a factor
    /// that was chosen before it still counts after it.
    pub(super) fn update(&mut self, attempt: wire::SignInAttempt) {
        let stage = StateKind::from_attempt(&attempt).stage();
        let is_same = attempt.id == self.attempt.id;
        self.chosen.take_if(|chosen| !is_same || (stage != StateKind::NeedsProtectCheck && stage != chosen.stage));
        self.attempt = Arc::new(attempt);
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
    /// The attempt's id, `sia_…`.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.core.attempt.id
    }
}

/// Accessors of every state.
impl<S: State> SignIn<S> {
    /// The name of the state, such as `NeedsSecondFactor`.
    #[must_use]
    pub fn state_name(&self) -> &'static str {
        S::KIND.name()
    }

    /// The status of the attempt, as the server wrote it. `None` if the server sent none.
    #[must_use]
    pub fn status(&self) -> Option<&Status> {
        self.core.attempt.status.as_ref()
    }

    /// The identifier that was given: an email address, phone number, user name or wallet address.
    #[must_use]
    pub fn identifier(&self) -> Option<&str> {
        self.core.attempt.identifier.as_deref()
    }

    /// The kinds of identifier that the instance accepts.
    #[must_use]
    pub fn supported_identifiers(&self) -> &[IdentifierKind] {
        &self.core.attempt.supported_identifiers
    }

    /// The first factors that the user may verify. Empty once the sign-in is complete.
    #[must_use]
    pub fn supported_first_factors(&self) -> &[Factor] {
        self.core.attempt.supported_first_factors.as_deref().unwrap_or_default()
    }

    /// The second factors that the user may verify. Empty until the first factor is verified, and once complete.
    #[must_use]
    pub fn supported_second_factors(&self) -> &[Factor] {
        self.core.attempt.supported_second_factors.as_deref().unwrap_or_default()
    }

    /// The verification of the first factor; `None` until one is prepared or attempted.
    #[must_use]
    pub fn first_factor_verification(&self) -> Option<&Verification> {
        self.core.attempt.first_factor_verification.as_deref()
    }

    /// The verification of the second factor or of client trust; `None` until one is prepared or attempted.
    #[must_use]
    pub fn second_factor_verification(&self) -> Option<&Verification> {
        self.core.attempt.second_factor_verification.as_deref()
    }

    /// The public data of the user. Some instances do not show it.
    #[must_use]
    pub fn user_data(&self) -> Option<&UserData> {
        self.core.attempt.user_data.as_deref()
    }

    /// Returns `true` if the first factor was verified but no user has it, so that the sign-in can become a sign-up.
    #[must_use]
    pub fn is_transferable(&self) -> bool {
        self.first_factor_verification().is_some_and(is_transferable)
    }

    /// The session in which the identifier is signed in already, if that is why no new session was created.
    #[must_use]
    pub fn existing_session(&self) -> Option<&str> {
        let error = self.first_factor_verification()?.error.as_ref()?;
        (error.code == wire::ErrorCode::IdentifierAlreadySignedIn).then_some(error.meta.session_id.as_deref()).flatten()
    }

    /// The state of client trust: whether this client is new to the user, as far as the server says.
    #[must_use]
    pub fn client_trust_state(&self) -> Option<&ClientTrustState> {
        self.core.attempt.client_trust_state.as_ref()
    }

    /// The challenge of Clerk Protect to solve before the sign-in goes on.
    #[must_use]
    pub fn protect_check(&self) -> Option<&ProtectCheck> {
        self.core.attempt.protect_check.as_deref()
    }

    /// The time at which the attempt ends if it is not finished.
    #[must_use]
    pub fn abandon_at(&self) -> Option<Timestamp> {
        self.core.attempt.abandon_at
    }

    /// The language of the messages to the user.
    #[must_use]
    pub fn locale(&self) -> Option<&str> {
        self.core.attempt.locale.as_deref()
    }

    /// The client that signs in.
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
        f.debug_struct("SignIn")
            .field("state", &S::KIND.name())
            .field("attempt", &self.core.attempt)
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
    fn a_sign_in_is_one_pointer_and_a_step_moves_little() {
        let pointer = size_of::<usize>();
        assert_eq!(size_of::<SignIn<NeedsSecondFactor>>(), pointer);
        assert_eq!(size_of::<Error>(), pointer);
        assert!(size_of::<AnySignIn>() <= 4 * pointer);
        assert!(size_of::<Result<AfterFirstFactor, StepError<NeedsFirstFactor>>>() <= 5 * pointer);
    }

    #[test]
    fn a_chosen_factor_counts_for_its_attempt_and_stage_through_a_gate() {
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
    fn sign_ins_and_their_futures_may_move_between_threads() {
        fn moves<T: Send>(_: &T) {}
        fn a_future(sign_in: SignIn<NeedsSecondFactor>) -> impl Future<Output = impl Sized> + Send {
            sign_in.verify_totp("123456")
        }
        let _ = a_future;
        moves(&None::<(AnySignIn, Client, Error, StepError<NeedsFirstFactor>)>);
    }
}
