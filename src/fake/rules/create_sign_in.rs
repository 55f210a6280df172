//! `POST /v1/client/sign_ins`: starts a sign-in, optionally with a first step.

use super::Call;
use super::attempt_factor::given;
use crate::fake::records::place::Place;
use crate::fake::records::sign_in::{Attempt, Which};
use crate::fake::records::user::User;
use crate::fake::records::users::is_same_identifier;
use crate::fake::rejections;
use crate::fault_switches::without;
use crate::wire::{Answer, CreateSignIn, Factor, PrepareFactor, Rejection, Secret, SignInAttempt, Status, Strategy};

impl Call<'_> {
    pub(super) fn create_sign_in(&mut self, create: CreateSignIn) -> Result<Answer, Rejection> {
        self.reject_without_captcha(create.captcha_token.as_ref(), create.captcha_error.as_deref())?;
        self.count_create()?;
        self.place = Place { locale: create.locale.clone(), timezone: create.timezone.clone() };
        if create.transfer == Some(true) {
            return self.create_by_transfer();
        }
        if create.strategy == Some(Strategy::Ticket) {
            return self.create_by_ticket(given("ticket", create.ticket.as_ref())?);
        }
        if create.strategy == Some(Strategy::Passkey) {
            return self.create_by_passkey();
        }
        if create.strategy == Some(Strategy::TrustedDevice) {
            return self.create_by_trusted_device(create.trusted_device_id.as_deref());
        }
        if let Some(strategy) = create.strategy.as_ref().filter(|strategy| strategy.is_id_token()) {
            return self.create_by_id_token(strategy, &create);
        }
        if create.strategy.as_ref().is_some_and(Strategy::is_redirect) {
            return self.create_by_redirect(&create);
        }
        let first_step = FirstStep::from_create(&create)?;
        self.reject_second_session(create.identifier.as_deref())?;
        let Some(identifier) = create.identifier else {
            return match first_step {
                FirstStep::Identifier => Ok(Answer::SignInAttempt(self.begin(Status::NeedsIdentifier, None, None))),
                FirstStep::Password(_) | FirstStep::Prepared(_) => Err(rejections::param_missing("identifier")),
            };
        };
        if identifier.is_empty() {
            return Err(rejections::param_nil("identifier"));
        }
        let signs_up = create.sign_up_if_missing == Some(true);
        if signs_up {
            self.reject_unless_signs_up(&first_step, &identifier)?;
        }
        let user = self.state.users.known_as(&identifier);
        let has_connection =
            matches!(first_step, FirstStep::Identifier) && !self.state.connections_of(&identifier).is_empty();
        let hides = self.state.settings.hide_unknown_identifiers && !without("unknown identifiers can be hidden");
        let hides = hides || without("an unknown identifier is rejected");
        if user.is_none() && !signs_up && !has_connection && !hides {
            return Err(rejections::identifier_not_found());
        }
        if matches!(first_step, FirstStep::Password(_)) && user.is_some_and(|user| user.password.is_none()) {
            return Err(rejections::strategy_for_user_invalid(&Strategy::Password));
        }

        let user_id = user.map(|user| user.id.clone());
        let begun = self.begin(Status::NeedsFirstFactor, Some(identifier), user_id);
        if let Some(attempt) = self.state.attempts.get_mut(&begun.id) {
            attempt.sign_up_if_missing = signs_up;
        }
        // The attempt is kept even if the password is wrong. In that case, the rejection contains the client, which
        // includes this attempt.
        self.gated(&begun.id, |call| match first_step {
            FirstStep::Identifier => call.get_sign_in(&begun.id),
            FirstStep::Password(password) => call.attempt_password(&begun.id, &password),
            FirstStep::Prepared(strategy) => {
                let mut factors = call.state.offered(call.own_attempt(&begun.id)?, Which::First);
                factors.retain(|factor| factor.strategy == strategy);
                // If the identifier is an address, the message is sent to that address.
                let is_named = |factor: &&Factor| {
                    let (listed, typed) = (factor.safe_identifier.as_deref(), begun.identifier.as_deref());
                    listed.zip(typed).is_some_and(|(listed, typed)| is_same_identifier(listed, typed))
                };
                let factor = factors.iter().find(is_named).or(factors.first());
                let factor = factor.ok_or_else(|| rejections::strategy_for_user_invalid(&strategy))?;
                let prepare =
                    PrepareFactor { redirect_url: create.redirect_url, ..PrepareFactor::new(&begun.id, factor) };
                call.prepare_factor(Which::First, &prepare)
            }
        })
    }

    /// Rejects `sign_up_if_missing` if a user with this identifier could not sign up with the requested verification.
    fn reject_unless_signs_up(&self, first_step: &FirstStep, identifier: &str) -> Result<(), Rejection> {
        let is_sent = match first_step {
            FirstStep::Identifier => true,
            FirstStep::Prepared(strategy) => strategy.is_sent_code() || *strategy == Strategy::EmailLink,
            FirstStep::Password(_) => false,
        };
        if !is_sent && !without("only a message verifies a new user") {
            return Err(rejections::sign_up_if_missing_strategy());
        }
        let can_be_sent_to = identifier.contains('@') || identifier.starts_with('+');
        if (self.state.settings.sign_ups || without("sign-ups can be switched off")) && can_be_sent_to {
            Ok(())
        } else {
            Err(rejections::sign_up_if_missing_not_allowed())
        }
    }

    /// Rejects a sign-in if the client may not have another session, or already has a session of the same user.
    pub(super) fn reject_second_session(&self, identifier: Option<&str>) -> Result<(), Rejection> {
        if self.state.settings.single_session && !without("a client can be limited to one session") {
            let is_signed_in = self.state.sessions_on(self.client_id).next().is_some();
            return if is_signed_in { Err(rejections::session_exists()) } else { Ok(()) };
        }
        let user = identifier.and_then(|identifier| self.state.users.known_as(identifier));
        user.map_or(Ok(()), |user| self.reject_second_session_of(user))
    }

    pub(super) fn reject_second_session_of(&self, user: &User) -> Result<(), Rejection> {
        let mut sessions = self.state.sessions_on(self.client_id);
        match sessions.find(|session| session.user_id == user.id) {
            Some(session)
                if self.state.settings.reject_signed_in_identifiers
                    && !without("a signed-in user does not sign in again") =>
            {
                Err(rejections::already_signed_in(&session.id))
            }
            _ => Ok(()),
        }
    }

    /// Starts an attempt, which replaces the client's current attempt.
    pub(super) fn begin(
        &mut self,
        status: Status,
        identifier: Option<String>,
        user_id: Option<String>,
    ) -> Box<SignInAttempt> {
        let attempt = Attempt {
            id: self.state.random.id("sia"),
            client_id: self.client_id.to_owned(),
            status,
            identifier,
            user_id,
            first: None,
            second: None,
            session_id: None,
            sign_up_if_missing: false,
            newcomer: None,
            abandon_at: self.now + self.state.settings.attempt_lifetime,
            place: self.place.clone(),
            link_tokens: Vec::new(),
            authorization: None,
            returned: None,
            gate: None,
        };
        let begun = Box::new(self.state.describe_sign_in(&attempt, self.now));
        self.state.add_attempt(attempt);
        begun
    }
}

/// The first step that a create request asks for. The same request also identifies the user.
enum FirstStep {
    Identifier,
    Password(Secret),
    Prepared(Strategy),
}

impl FirstStep {
    fn from_create(create: &CreateSignIn) -> Result<Self, Rejection> {
        match (&create.strategy, &create.password) {
            (None | Some(Strategy::Password), Some(password)) if password.expose().is_empty() => {
                Err(rejections::param_nil("password"))
            }
            (None | Some(Strategy::Password), Some(password)) => Ok(Self::Password(password.clone())),
            (Some(Strategy::Password), None) => Err(rejections::param_missing("password")),
            (
                Some(
                    strategy @ (Strategy::EmailCode
                    | Strategy::EmailLink
                    | Strategy::PhoneCode
                    | Strategy::ResetPasswordEmailCode
                    | Strategy::ResetPasswordPhoneCode),
                ),
                _,
            ) => Ok(Self::Prepared(strategy.clone())),
            (Some(strategy), _) if strategy.is_web3() => Ok(Self::Prepared(strategy.clone())),
            (None, None) => Ok(Self::Identifier),
            (Some(_), _) => Err(rejections::param_value_invalid("strategy")),
        }
    }
}
