//! `POST /v1/client/sign_ups`, `PATCH …/{id}`: a sign-in of somebody whom nobody knows becomes a sign-up, and one of
//! somebody who is known becomes a sign-in.

use super::Call;
use crate::backend::fake::attempt::{Check, Which};
use crate::backend::fake::new_user::{NewUser, NewUserError};
use crate::backend::fake::refusal;
use crate::backend::fake::sign_up::SignUp;
use crate::wire::{
    Answer, CreateSignUp, Rejection, SignUpFields, SignUpStatus, Status, UpdateSignUp, VerificationStatus,
};

impl Call<'_> {
    pub(super) fn create_sign_up(&mut self, create: CreateSignUp) -> Result<Answer, Rejection> {
        if !self.state.settings.sign_ups {
            return Err(refusal::sign_ups_restricted());
        }
        self.refuse_without_captcha(None, None)?;
        self.count_create()?;
        if create.transfer != Some(true) {
            return Err(refusal::param_missing("transfer"));
        }
        self.refuse_second_session(None)?;
        let attempt_id = self.state.devices.get(self.device_id).and_then(|device| device.sign_in_id.clone());
        let attempt = attempt_id.as_ref().and_then(|id| self.state.attempts.get(id));
        let attempt = attempt.ok_or_else(refusal::account_transfer_invalid)?;
        let check = attempt.first.as_ref().filter(|check| check.status == VerificationStatus::Transferable);
        let check = check.ok_or_else(refusal::account_transfer_invalid)?;
        let newcomer = attempt.newcomer.as_deref();
        let claims = newcomer.map(|newcomer| &newcomer.claims);
        let identifier = claims.map(|claims| &claims.email).or(attempt.identifier.as_ref());
        let identifier = identifier.cloned().ok_or_else(refusal::account_transfer_invalid)?;
        let (email_address, phone_number) =
            if identifier.starts_with('+') { (None, Some(identifier)) } else { (Some(identifier), None) };
        let sign_up = SignUp {
            id: String::new(),
            device_id: self.device_id.to_owned(),
            status: SignUpStatus::MissingRequirements,
            verified_by: check.strategy.clone(),
            verifiable_until: check.expire_at,
            external_account: newcomer.map(|newcomer| newcomer.account.clone()),
            email_address,
            email_address_verified: claims.is_none_or(|claims| claims.email_verified),
            phone_number,
            username: None,
            first_name: claims.and_then(|claims| claims.given_name.clone()),
            last_name: claims.and_then(|claims| claims.family_name.clone()),
            password: None,
            legal_accepted_at: None,
            unsafe_metadata: serde_json::Map::default(),
            user_id: None,
            session_id: None,
            abandon_at: self.now + self.state.settings.attempt_lifetime,
        };
        let mut sign_up = self.with_fields(sign_up, create.fields)?;
        sign_up.id = self.state.random.id("sua");
        // The sign-in is used up.
        if let Some(id) = attempt_id {
            self.state.forget_attempt(&id);
        }
        self.settle_sign_up(sign_up)
    }

    pub(super) fn update_sign_up(&mut self, update: UpdateSignUp) -> Result<Answer, Rejection> {
        let sign_up = self.own_sign_up(&update.sign_up_id)?.clone();
        let current = self.state.devices.get(self.device_id).and_then(|device| device.sign_up_id.as_deref());
        if current != Some(update.sign_up_id.as_str()) {
            return Err(refusal::sign_up_over());
        }
        let sign_up = self.with_fields(sign_up, update.fields)?;
        self.settle_sign_up(sign_up)
    }

    pub(super) fn get_sign_up(&self, id: &str) -> Result<Answer, Rejection> {
        Ok(Answer::SignUpAttempt(Box::new(self.state.describe_sign_up(self.own_sign_up(id)?))))
    }

    fn own_sign_up(&self, id: &str) -> Result<&SignUp, Rejection> {
        let sign_up = self.state.sign_ups.get(id).filter(|sign_up| sign_up.device_id == self.device_id);
        sign_up.filter(|sign_up| sign_up.status != SignUpStatus::Abandoned).ok_or_else(refusal::sign_up_not_found)
    }

    fn with_fields(&mut self, mut sign_up: SignUp, fields: SignUpFields) -> Result<SignUp, Rejection> {
        if let Some(password) = &fields.password {
            self.refuse_broken_password(password, &[sign_up.identifier().to_owned()], None)?;
            sign_up.password = Some(self.state.hash(password));
        }
        if let Some(username) = fields.username {
            if username.is_empty() {
                return Err(refusal::param_nil("username"));
            }
            if self.state.users.known_as(&username).is_some() {
                return Err(refusal::identifier_exists("username"));
            }
            sign_up.username = Some(username);
        }
        sign_up.first_name = fields.first_name.filter(|name| !name.is_empty()).or(sign_up.first_name);
        sign_up.last_name = fields.last_name.filter(|name| !name.is_empty()).or(sign_up.last_name);
        sign_up.unsafe_metadata = fields.unsafe_metadata.unwrap_or(sign_up.unsafe_metadata);
        if fields.legal_accepted == Some(true) {
            sign_up.legal_accepted_at = sign_up.legal_accepted_at.or(Some(self.now));
        }
        Ok(sign_up)
    }

    /// Becomes a user with a session, if nothing is missing any more.
    fn settle_sign_up(&mut self, mut sign_up: SignUp) -> Result<Answer, Rejection> {
        let id = sign_up.id.clone();
        let taken = self.state.users.known_as(sign_up.identifier()).is_some();
        let taken_by = if sign_up.email_address.is_some() { "email_address" } else { "phone_number" };
        let nothing_missing = sign_up.missing(&self.state.settings.sign_up_required).is_empty();
        let is_whole = nothing_missing && sign_up.email_address_verified;
        if is_whole && !taken {
            let user_id = self.new_user(&sign_up).map_err(|error| match error {
                NewUserError::Taken(_) => refusal::identifier_exists(taken_by),
                _ => refusal::param_value_invalid(taken_by),
            })?;
            sign_up.session_id = Some(self.begin_session(user_id.clone(), false, Some(sign_up.verified_by.clone())));
            sign_up.user_id = Some(user_id);
            sign_up.status = SignUpStatus::Complete;
        }
        self.state.add_sign_up(sign_up);
        if taken { Err(refusal::identifier_exists(taken_by)) } else { self.get_sign_up(&id) }
    }

    fn new_user(&mut self, sign_up: &SignUp) -> Result<String, NewUserError> {
        let new = NewUser {
            email_addresses: sign_up.email_address.iter().cloned().collect(),
            phone_numbers: sign_up.phone_number.iter().cloned().collect(),
            first_name: sign_up.first_name.clone(),
            last_name: sign_up.last_name.clone(),
            username: sign_up.username.clone(),
            ..NewUser::default()
        };
        let id = self.state.add_user(new, self.now)?;
        if let Some(mut user) = self.state.users.get(&id).cloned() {
            user.password.clone_from(&sign_up.password);
            user.unsafe_metadata.clone_from(&sign_up.unsafe_metadata);
            user.legal_accepted_at = sign_up.legal_accepted_at;
            user.external_accounts.extend(sign_up.external_account.clone());
            // Inserted, since users are found by their accounts, too.
            self.state.users.insert(user);
        }
        Ok(id)
    }

    /// What the sign-up under way has verified is somebody's: they sign in by it.
    pub(super) fn create_by_transfer(&mut self) -> Result<Answer, Rejection> {
        self.refuse_second_session(None)?;
        let device = self.state.devices.get(self.device_id);
        let sign_up = device.and_then(|device| self.own_sign_up(device.sign_up_id.as_ref()?).ok()).cloned();
        // Whose address it only may be has proven nothing.
        let sign_up = sign_up.filter(|sign_up| sign_up.email_address_verified);
        let sign_up = sign_up.ok_or_else(refusal::account_transfer_invalid)?;
        let user = self.state.users.known_as(sign_up.identifier()).ok_or_else(refusal::account_transfer_invalid)?;
        self.admit_user(user)?;
        let user_id = user.id.clone();
        if let Some(device) = self.state.devices.get_mut(self.device_id) {
            device.sign_up_id = None;
        }
        self.state.sign_ups.remove(&sign_up.id);
        let begun = self.begin(Status::NeedsFirstFactor, Some(sign_up.identifier().to_owned()), Some(user_id));
        self.gated(&begun.id, |call| {
            let check = Check { expire_at: sign_up.verifiable_until, ..Check::new(sign_up.verified_by.clone()) };
            call.verified(&begun.id, Which::First, check, None)
        })
    }
}
