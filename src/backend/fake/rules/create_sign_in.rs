//! `POST /v1/client/sign_ins`: who signs in, and perhaps how.

use super::Call;
use crate::backend::fake::attempt::{Attempt, Check, Which};
use crate::backend::fake::refusal;
use crate::wire::{Answer, CreateSignIn, PrepareFactor, Rejection, Secret, Status, Strategy};

impl Call<'_> {
    pub(super) fn create_sign_in(&mut self, create: CreateSignIn) -> Result<Answer, Rejection> {
        if self.state.settings.single_session && self.state.sessions_on(self.device_id).next().is_some() {
            return Err(refusal::session_exists());
        }
        let how = How::of(&create)?;
        let Some(identifier) = create.identifier else {
            return match how {
                How::Identifier => Ok(self.begin(Status::NeedsIdentifier, None, None)),
                How::Password(_) | How::EmailCode => Err(refusal::param_missing("identifier")),
            };
        };
        if identifier.is_empty() {
            return Err(refusal::param_nil("identifier"));
        }
        let user = self.state.user_known_as(&identifier).ok_or_else(refusal::identifier_not_found)?;
        let user_id = user.id.clone();
        if matches!(how, How::Password(_)) && user.password.is_none() {
            return Err(refusal::strategy_for_user_invalid(&Strategy::Password));
        }

        let begun = self.begin(Status::NeedsFirstFactor, Some(identifier), Some(user_id));
        let Answer::SignInAttempt(sign_in) = &begun else { return Ok(begun) };
        match how {
            How::Identifier => Ok(begun),
            // The attempt stays even if the password is wrong: the device shows it in the refusal.
            How::Password(password) => self.attempt_password(&sign_in.id, &password),
            How::EmailCode => {
                let factors = sign_in.supported_first_factors.iter().flatten();
                let by_code = factors.clone().find(|factor| factor.strategy == Strategy::EmailCode);
                let prepare = by_code.map(|factor| PrepareFactor::new(&sign_in.id, factor));
                prepare.map_or(Ok(begun), |prepare| self.prepare_factor(Which::First, &prepare))
            }
        }
    }

    /// Begins an attempt, which replaces the one that the device had under way.
    fn begin(&mut self, status: Status, identifier: Option<String>, user_id: Option<String>) -> Answer {
        let attempt = Attempt {
            id: self.state.random.id("sia"),
            device_id: self.device_id.to_owned(),
            status,
            identifier,
            user_id,
            first: None,
            second: None,
            session_id: None,
            abandon_at: self.now + self.state.settings.attempt_lifetime,
        };
        if let Some(device) = self.state.devices.get_mut(self.device_id) {
            device.sign_in_id = Some(attempt.id.clone());
        }
        let answer = self.sign_in(&attempt);
        self.state.attempts.insert(attempt.id.clone(), attempt);
        answer
    }

    pub(super) fn attempt_password(&mut self, id: &str, password: &Secret) -> Result<Answer, Rejection> {
        let attempt = self.verifiable(id, Which::First)?;
        let user = attempt.user_id.as_ref().and_then(|id| self.state.users.get(id));
        let hash = user.and_then(|user| user.password.as_ref());
        let hash = hash.ok_or_else(|| refusal::strategy_for_user_invalid(&Strategy::Password))?;
        let is_right = hash.verifies(password.expose());

        let mut check = match &attempt.first {
            Some(check) if check.strategy == Strategy::Password => check.clone(),
            _ => Check::new(Strategy::Password),
        };
        check.attempts += 1;
        if is_right { self.verified(id, Which::First, check) } else { self.wrong(id, Which::First, check) }
    }
}

/// What a create asks for besides naming the user.
enum How {
    Identifier,
    Password(Secret),
    EmailCode,
}

impl How {
    fn of(create: &CreateSignIn) -> Result<Self, Rejection> {
        match (&create.strategy, &create.password) {
            (None | Some(Strategy::Password), Some(password)) if password.expose().is_empty() => {
                Err(refusal::param_nil("password"))
            }
            (None | Some(Strategy::Password), Some(password)) => Ok(Self::Password(password.clone())),
            (Some(Strategy::Password), None) => Err(refusal::param_missing("password")),
            (Some(Strategy::EmailCode), _) => Ok(Self::EmailCode),
            (None, None) => Ok(Self::Identifier),
            (Some(_), _) => Err(refusal::param_value_invalid("strategy")),
        }
    }
}
