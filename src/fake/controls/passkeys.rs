//! Functions that create, rename and remove users' passkeys.

use crate::fake::records::new_user::NewUserError;
use crate::fake::records::passkey::{Passkey, PasskeyCreation, PasskeyStage, RelyingParty};
use crate::fake::records::state::FakeState;
use crate::fake::{FakeBackend, rejections};
use crate::platform::Timer;
use crate::wire::{ErrorCode, Rejection, Timestamp};

/// The maximum number of passkeys per account.
const AT_MOST: usize = 10;

impl FakeBackend {
    /// Starts the registration of a passkey for the user with this id or identifier.
    ///
    /// Returns the options for the authenticator, in the JSON form that Web Authentication Level 3 section 5.1.9
    /// defines (`PublicKeyCredentialCreationOptionsJSON`). The passkey belongs to the domain in the settings. If the
    /// settings contain no domain, the passkey belongs to the issuer's host. Pass the authenticator's response to
    /// [`add_passkey`](Self::add_passkey).
    ///
    /// # Errors
    /// - [`NewUserError::UserNotFound`] if there is no such user.
    /// - [`NewUserError::TooManyPasskeys`] if the user already has the maximum number of passkeys.
    /// - [`NewUserError::PasskeyDomain`] if the issuer's host is not a domain.
    pub fn new_passkey(&self, id_or_identifier: &str) -> Result<String, NewUserError> {
        let now = self.clock().now();
        let mut state = self.lock();
        let user_id = state.user_id(id_or_identifier)?;
        let settings = &state.settings;
        let party = RelyingParty::new(settings.passkey_rp_id.as_deref(), &settings.application_name, &settings.issuer);
        let party = party.ok_or(NewUserError::PasskeyDomain)?;
        let asked = state.ask_for_passkey(&user_id, party, now).map_err(|rejection| {
            let is_full = rejection.has(&ErrorCode::PasskeyQuotaExceeded);
            if is_full { NewUserError::TooManyPasskeys } else { NewUserError::PasskeyDomain }
        })?;
        match asked.stage {
            PasskeyStage::Asked(PasskeyCreation { options, .. }) => Ok(options),
            PasskeyStage::Made { .. } => Err(NewUserError::Passkey),
        }
    }

    /// Completes the passkey registration that was most recently [started](Self::new_passkey) for the user.
    ///
    /// `credential` is the authenticator's response: a `PublicKeyCredential` in the JSON form that Web Authentication
    /// Level 3 section 5.1 defines (`RegistrationResponseJSON`). Returns the passkey's id.
    ///
    /// # Errors
    /// - [`NewUserError::UserNotFound`] if there is no such user.
    /// - [`NewUserError::Passkey`] if the response does not match the options.
    pub fn add_passkey(&self, id_or_identifier: &str, credential: &str) -> Result<String, NewUserError> {
        let now = self.clock().now();
        let mut state = self.lock();
        let user_id = state.user_id(id_or_identifier)?;
        let passkeys = state.users.get(&user_id).map(|user| user.passkeys.as_slice()).unwrap_or_default();
        let asked = passkeys.iter().rev().find(|passkey| passkey.credential_id().is_none());
        let passkey_id = asked.map(|passkey| passkey.id.clone()).ok_or(NewUserError::Passkey)?;
        let made = state.make_passkey(&user_id, &passkey_id, credential, now);
        made.map(|passkey| passkey.id).map_err(|_| NewUserError::Passkey)
    }

    /// Removes the passkey with this id.
    ///
    /// Does nothing if there is no such passkey.
    pub fn remove_passkey(&self, passkey_id: &str) {
        let mut state = self.lock();
        let user_id = state.users.owner_of_passkey(passkey_id).map(|user| user.id.clone());
        if let Some(user_id) = user_id {
            drop(state.remove_passkey(&user_id, passkey_id));
        }
    }
}

impl FakeState {
    /// Starts the registration of a passkey. An earlier incomplete registration is removed.
    pub(in crate::fake) fn ask_for_passkey(
        &mut self,
        user_id: &str,
        relying_party: RelyingParty,
        now: Timestamp,
    ) -> Result<Passkey, Rejection> {
        let (id, (challenge, bytes)) = (self.random.id("idn"), self.random.challenge());
        let expires_at = now + self.settings.code_lifetime;
        let user = self.users.get_mut(user_id).ok_or_else(rejections::session_not_found)?;
        user.passkeys.retain(|passkey| passkey.credential_id().is_some());
        if user.passkeys.len() >= AT_MOST {
            return Err(rejections::passkey_quota_exceeded(AT_MOST));
        }
        let name = user.identifiers().next().cloned().unwrap_or_default();
        let options = relying_party.creation_options((user_id, &name), &user.passkeys, &bytes);
        let options = options.ok_or_else(rejections::passkeys_impossible_here)?;
        let passkey = Passkey {
            id,
            name: format!("Passkey of {}", relying_party.id),
            stage: PasskeyStage::Asked(PasskeyCreation { relying_party, challenge, options, expires_at }),
            last_used_at: None,
            created_at: now,
            updated_at: now,
        };
        user.passkeys.push(passkey.clone());
        Ok(passkey)
    }

    pub(in crate::fake) fn make_passkey(
        &mut self,
        user_id: &str,
        passkey_id: &str,
        answer: &str,
        now: Timestamp,
    ) -> Result<Passkey, Rejection> {
        let mut user = self.users.get(user_id).cloned().ok_or_else(rejections::session_not_found)?;
        let passkey = user.passkeys.iter_mut().find(|passkey| passkey.id == passkey_id);
        let passkey = passkey.ok_or_else(rejections::passkey_not_found)?;
        let PasskeyStage::Asked(asked) = &passkey.stage else { return Err(rejections::passkey_invalid_verification()) };
        if now >= asked.expires_at {
            return Err(rejections::verification_expired());
        }
        let (credential_id, credential) = asked.relying_party.made(user_id, &asked.challenge, answer)?;
        if self.users.with_passkey(&credential_id).is_some() {
            return Err(rejections::passkey_registration_failure());
        }
        passkey.stage = PasskeyStage::Made { credential_id, credential };
        passkey.updated_at = now;
        let made = passkey.clone();
        self.users.insert(user);
        Ok(made)
    }

    /// Renames a passkey if a name is given.
    pub(in crate::fake) fn rename_passkey(
        &mut self,
        user_id: &str,
        passkey_id: &str,
        name: Option<&str>,
        now: Timestamp,
    ) -> Result<Passkey, Rejection> {
        let user = self.users.get_mut(user_id).ok_or_else(rejections::session_not_found)?;
        let passkey = user.passkeys.iter_mut().find(|passkey| passkey.id == passkey_id);
        let passkey = passkey.ok_or_else(rejections::passkey_not_found)?;
        if let Some(name) = name {
            name.clone_into(&mut passkey.name);
            passkey.updated_at = now;
        }
        Ok(passkey.clone())
    }

    pub(in crate::fake) fn remove_passkey(&mut self, user_id: &str, passkey_id: &str) -> Result<(), Rejection> {
        let mut user = self.users.get(user_id).cloned().ok_or_else(rejections::session_not_found)?;
        let count = user.passkeys.len();
        user.passkeys.retain(|passkey| passkey.id != passkey_id);
        if user.passkeys.len() == count {
            return Err(rejections::passkey_not_found());
        }
        // Inserting the user again updates the index of passkeys.
        self.users.insert(user);
        Ok(())
    }
}
