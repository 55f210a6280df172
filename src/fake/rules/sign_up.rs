//! `POST /v1/client/sign_ups`, `PATCH …/{id}`: sign-ups, and transfers between sign-ins and sign-ups.
//!
//! A sign-up either starts on its own or continues a transferable sign-in. If the user already exists, the sign-up
//! becomes a sign-in.

use super::Call;
use super::sign_up_verification::is_code;
use crate::fake::records::new_user::{NewUser, NewUserError};
use crate::fake::records::sign_in::{Check, Which};
use crate::fake::records::sign_up::{SignUp, SignUpField};
use crate::fake::records::users::is_username;
use crate::fake::rejections;
use crate::fault_switches::without;
use crate::wire::{
    Answer, CreateSignUp, Rejection, SignUpFields, SignUpSso, SignUpStatus, Status, UpdateSignUp, VerificationStatus,
};

impl Call<'_> {
    pub(super) fn create_sign_up(&mut self, create: CreateSignUp) -> Result<Answer, Rejection> {
        if !self.state.settings.sign_ups && !without("sign-ups can be switched off") {
            return Err(rejections::sign_ups_restricted());
        }
        self.reject_without_captcha(create.captcha_token.as_ref(), create.captcha_error.as_deref())?;
        self.count_create()?;
        self.reject_second_session(None)?;
        let abandon_at = self.now + self.state.settings.attempt_lifetime;
        let mut sign_up = SignUp::new(String::new(), self.client_id.to_owned(), abandon_at);
        let used_up = if create.transfer == Some(true) { Some(self.take_over_sign_in(&mut sign_up)?) } else { None };
        self.give_identifiers(&mut sign_up, &create.sso, &create.fields)?;
        let address = create.fields.email_address.clone();
        let mut sign_up = self.with_fields(sign_up, create.fields)?;
        sign_up.id = self.state.random.id("sua");
        let waits = self.begin_verification(&mut sign_up, &create.sso, address.as_deref())?;
        if let Some(id) = used_up
            && !without("a transfer uses up the sign-in")
        {
            self.state.forget_attempt(&id);
        }
        if waits { self.keep_sign_up(sign_up) } else { self.settle_sign_up(sign_up) }
    }

    /// Copies the verification of the current sign-in to the sign-up, and returns the sign-in's id.
    fn take_over_sign_in(&self, sign_up: &mut SignUp) -> Result<String, Rejection> {
        let id = self.state.clients.get(self.client_id).and_then(|client| client.sign_in_id.as_ref());
        let attempt = id.and_then(|id| self.own_attempt(id).ok()).filter(|attempt| attempt.gate.is_none());
        let attempt = attempt.ok_or_else(rejections::account_transfer_invalid)?;
        let is_any = without("only a transferable sign-in becomes a sign-up");
        let check = attempt.first.clone().filter(|it| it.status == VerificationStatus::Transferable || is_any);
        let check = check.ok_or_else(rejections::account_transfer_invalid)?;
        let check = Check { status: VerificationStatus::Verified, ..check };
        match (&attempt.newcomer, &attempt.identifier) {
            (Some(newcomer), _) => {
                sign_up.external = Some(check);
                sign_up.came_from((**newcomer).clone());
            }
            (None, Some(number)) if number.starts_with('+') => {
                (sign_up.phone_check, sign_up.phone_number) = (Some(check), Some(number.clone()));
            }
            (None, Some(address)) => {
                (sign_up.email_check, sign_up.email_address) = (Some(check), Some(address.clone()));
                sign_up.email_address_verified = true;
            }
            (None, None) => return Err(rejections::account_transfer_invalid()),
        }
        Ok(attempt.id.clone())
    }

    pub(super) fn update_sign_up(&mut self, update: UpdateSignUp) -> Result<Answer, Rejection> {
        let mut sign_up = self.current_sign_up(&update.sign_up_id)?.clone();
        self.give_identifiers(&mut sign_up, &update.sso, &update.fields)?;
        let address = update.fields.email_address.clone();
        let mut sign_up = self.with_fields(sign_up, update.fields)?;
        let waits = self.begin_verification(&mut sign_up, &update.sso, address.as_deref())?;
        if waits { self.keep_sign_up(sign_up) } else { self.settle_sign_up(sign_up) }
    }

    /// Begins the verification for which the request contains a strategy. The strategy is a code's or a provider's.
    ///
    /// Returns `true` if the sign-up waits for the result.
    fn begin_verification(
        &mut self,
        sign_up: &mut SignUp,
        sso: &SignUpSso,
        address: Option<&str>,
    ) -> Result<bool, Rejection> {
        match &sso.strategy {
            Some(strategy) if is_code(strategy) => self.send_sign_up_code(sign_up, strategy, None).map(|()| true),
            _ => self.ask_provider(sign_up, sso, address),
        }
    }

    pub(super) fn get_sign_up(&self, id: &str) -> Result<Answer, Rejection> {
        let sign_up = self.own_sign_up(id)?;
        Ok(Answer::SignUpAttempt(Box::new(self.state.describe_sign_up(sign_up, self.now))))
    }

    /// Returns the sign-up with this id, if it is the current one.
    pub(super) fn current_sign_up(&self, id: &str) -> Result<&SignUp, Rejection> {
        let sign_up = self.own_sign_up(id)?;
        let current = self.state.clients.get(self.client_id).and_then(|client| client.sign_up_id.as_deref());
        let is_current = current == Some(id) || without("a replaced sign-up accepts no step");
        if is_current { Ok(sign_up) } else { Err(rejections::sign_up_over()) }
    }

    pub(super) fn keep_sign_up(&mut self, sign_up: SignUp) -> Result<Answer, Rejection> {
        let id = sign_up.id.clone();
        self.state.add_sign_up(sign_up);
        self.get_sign_up(&id)
    }

    pub(super) fn own_sign_up(&self, id: &str) -> Result<&SignUp, Rejection> {
        let sign_up = self.state.sign_ups.get(id).filter(|sign_up| sign_up.client_id == self.client_id);
        sign_up.filter(|sign_up| sign_up.status != SignUpStatus::Abandoned).ok_or_else(rejections::sign_up_not_found)
    }

    fn with_fields(&mut self, mut sign_up: SignUp, fields: SignUpFields) -> Result<SignUp, Rejection> {
        if let Some(password) = &fields.password {
            let username = fields.username.as_ref().or(sign_up.username.as_ref());
            let names = [username, sign_up.email_address.as_ref(), sign_up.phone_number.as_ref()];
            let names: Vec<_> = names.into_iter().flatten().cloned().collect();
            self.reject_broken_password(password, &names, None)?;
            sign_up.password = Some(self.state.hash(password));
        }
        // Clerk's prebuilt form sends an empty user name if no user name is required.
        let is_required = self.state.settings.sign_up_required.contains(&SignUpField::Username);
        if let Some(username) = fields.username.filter(|username| is_required || !username.is_empty()) {
            if username.is_empty() {
                return Err(rejections::param_nil("username"));
            }
            if !is_username(&username) && !without("a user name is no address") {
                return Err(rejections::username_invalid());
            }
            if self.state.users.known_as(&username).is_some() {
                return Err(rejections::identifier_exists("username"));
            }
            sign_up.username = Some(username);
        }
        sign_up.first_name = fields.first_name.filter(|name| !name.is_empty()).or(sign_up.first_name);
        sign_up.last_name = fields.last_name.filter(|name| !name.is_empty()).or(sign_up.last_name);
        sign_up.place.locale = fields.locale.or(sign_up.place.locale);
        sign_up.place.timezone = fields.timezone.or(sign_up.place.timezone);
        sign_up.unsafe_metadata = fields.unsafe_metadata.unwrap_or(sign_up.unsafe_metadata);
        if fields.legal_accepted == Some(true) {
            sign_up.legal_accepted_at = sign_up.legal_accepted_at.or(Some(self.now));
        }
        Ok(sign_up)
    }

    /// Creates the user and a session if no data is missing. Even if a call is rejected, the data that it sent is
    /// saved.
    pub(super) fn settle_sign_up(&mut self, mut sign_up: SignUp) -> Result<Answer, Rejection> {
        let is_known =
            |it: &str| self.state.users.known_as(it).is_some() && !without("an identifier belongs to one user");
        let mut rejected = None;
        if sign_up.email_address.as_deref().is_some_and(is_known) {
            rejected = Some(rejections::identifier_exists("email_address"));
        } else if sign_up.phone_number.as_deref().is_some_and(is_known) {
            rejected = Some(rejections::identifier_exists("phone_number"));
        } else if sign_up.username.take_if(|name| is_known(name)).is_some() {
            // After this sign-up supplied the user name, another user took it.
            rejected = Some(rejections::identifier_exists("username"));
        } else if sign_up
            .external_account
            .as_ref()
            .is_some_and(|it| self.state.users.with_external_account(it).is_some())
        {
            rejected = Some(rejections::external_account_exists());
        } else if sign_up.is_whole(&self.state.settings.sign_up_required) {
            match self.new_user(&sign_up) {
                Ok(user_id) => {
                    let strategy = sign_up.verified_by().cloned();
                    sign_up.session_id = Some(self.begin_session(user_id.clone(), false, strategy));
                    sign_up.user_id = Some(user_id);
                    sign_up.status = SignUpStatus::Complete;
                    self.leave_one_session();
                }
                // The address or the number may be invalid even though a code was sent to it.
                Err(NewUserError::PhoneNumber(_)) => rejected = Some(rejections::param_value_invalid("phone_number")),
                Err(_) => rejected = Some(rejections::param_value_invalid("email_address")),
            }
        }
        let kept = self.keep_sign_up(sign_up);
        rejected.map_or(kept, Err)
    }

    /// In single-session mode, removes the client's other attempts, so that none of them can create a second session.
    pub(super) fn leave_one_session(&mut self) {
        let is_single = self.state.settings.single_session && !without("a single session ends the other attempts");
        let client = self.state.clients.get(self.client_id).filter(|_| is_single);
        let Some(client) = client else { return };
        let (sign_in_id, sign_up_id) = (client.sign_in_id.clone(), client.sign_up_id.clone());
        // A sign-in that a link completed stays, because the app that waits for the link finds its session there.
        let is_open = |id: &String| self.state.attempts.get(id).is_some_and(|it| it.status != Status::Complete);
        if let Some(id) = sign_in_id.filter(is_open) {
            self.state.forget_attempt(&id);
        }
        if let Some(id) = sign_up_id {
            self.state.forget_sign_up(&id);
        }
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
            user.place.clone_from(&sign_up.place);
            user.legal_accepted_at = sign_up.legal_accepted_at;
            user.external_accounts.extend(sign_up.external_account.clone());
            // The user is inserted again, because this updates the index of external accounts.
            self.state.users.insert(user);
        }
        Ok(id)
    }

    /// Signs in an existing user whose identity the current sign-up has verified.
    pub(super) fn create_by_transfer(&mut self) -> Result<Answer, Rejection> {
        self.reject_second_session(None)?;
        let client = self.state.clients.get(self.client_id);
        let sign_up = client.and_then(|client| self.own_sign_up(client.sign_up_id.as_ref()?).ok()).cloned();
        let sign_up = sign_up.ok_or_else(rejections::account_transfer_invalid)?;
        let external = sign_up.external.as_ref();
        if let (Some(known_account), Some(check)) = (&sign_up.known_account, external) {
            return self.sign_in_from_provider(&sign_up.id, known_account, check.clone());
        }
        // An address or a number that is not verified does not prove who the user is.
        let external = external.filter(|check| check.is_verified());
        let email = sign_up.email_address.as_deref();
        let is_verified = sign_up.email_address_verified || without("only a verified address identifies its user");
        let email = email.filter(|_| is_verified);
        let email = email.zip(external.or(sign_up.email_check.as_ref()));
        let phone = sign_up.phone_number.as_deref().zip(sign_up.phone_check.as_ref().filter(|it| it.is_verified()));
        let users = &self.state.users;
        let by_email = email.and_then(|(it, check)| Some((it, check, users.with_email_address(it)?)));
        let by_phone = || phone.and_then(|(it, check)| Some((it, check, users.with_phone_number(it)?)));
        let found = by_email.or_else(by_phone).ok_or_else(rejections::account_transfer_invalid)?;
        let (identifier, check, user) = found;
        self.admit_user(user)?;
        let user_id = user.id.clone();
        self.state.forget_sign_up(&sign_up.id);
        let begun = self.begin(Status::NeedsFirstFactor, Some(identifier.to_owned()), Some(user_id));
        self.gated(&begun.id, |call| call.verified(&begun.id, Which::First, check.clone(), None))
    }
}
