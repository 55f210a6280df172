//! Sign-in with a passkey, and the requests that create, rename and remove passkeys (`/v1/me/passkeys`).

use super::Call;
use super::attempt_factor::given;
use crate::fake::records::challenge::{Challenge, PasskeyChallenge};
use crate::fake::records::passkey::{Assertion, Mistake, Passkey, PasskeyStage, RelyingParty};
use crate::fake::records::sign_in::{Check, Which};
use crate::fake::records::user::User;
use crate::fake::rejections;
use crate::fault_switches::without;
use crate::wire::{
    Answer, AttemptFactor, Deleted, PrepareFactor, Rejection, RenamePasskey, Secret, Status, Strategy,
    VerificationStatus, VerifyPasskey,
};

impl Call<'_> {
    /// Starts a sign-in without an identifier, because the passkey identifies its user.
    pub(super) fn create_by_passkey(&mut self) -> Result<Answer, Rejection> {
        self.reject_without_passkeys()?;
        self.reject_second_session(None)?;
        let begun = self.begin(Status::NeedsIdentifier, None, None);
        self.gated(&begun.id, |call| {
            let check = call.passkey_check(None)?;
            call.set_check(&begun.id, Which::First, check);
            call.get_sign_in(&begun.id)
        })
    }

    pub(super) fn challenge_passkey(&mut self, which: Which, prepare: &PrepareFactor) -> Result<Check, Rejection> {
        let attempt = self.own_attempt(&prepare.sign_in_id)?;
        if attempt.status == Status::NeedsIdentifier {
            return self.passkey_check(None);
        }
        self.reject_without_passkeys()?;
        if which == Which::Second && !self.state.accepts_passkey_as_second_factor(attempt) {
            return Err(rejections::param_value_invalid("strategy"));
        }
        // An unknown user gets the same answer as a user without passkeys, so the answer does not reveal that the user
        // is unknown.
        let passkeys = self.user_of(attempt).map(|user| user.passkeys.as_slice()).unwrap_or_default();
        let is_asked_for = |passkey: &&Passkey| prepare.passkey_id.as_ref().is_none_or(|id| *id == passkey.id);
        let asked_for: Vec<_> = passkeys.iter().filter(is_asked_for).collect();
        let made: Vec<_> = asked_for.iter().filter(|it| it.credential_id().is_some()).map(|&it| it.clone()).collect();
        match &prepare.passkey_id {
            _ if !made.is_empty() => self.passkey_check(Some(&made)),
            None => Err(rejections::no_passkeys_found()),
            Some(_) if asked_for.is_empty() => Err(rejections::passkey_not_registered()),
            Some(_) => Err(rejections::passkey_not_verified()),
        }
    }

    pub(super) fn attempt_passkey(
        &mut self,
        id: &str,
        which: Which,
        attempt: &AttemptFactor,
    ) -> Result<Answer, Rejection> {
        let answer = given("public_key_credential", attempt.public_key_credential.as_ref())?;
        let (mut check, challenge) = self.challenged(id, which, &Strategy::Passkey)?;
        let Challenge::Passkey(challenge) = challenge else { return Err(rejections::verification_missing()) };
        let assertion = Assertion::read(answer.expose()).ok_or_else(rejections::passkey_invalid_credential)?;
        let (user, passkey) = self.with_passkey(id, &challenge, &assertion)?;
        self.admit_user(&user)?;

        check.attempts = check.attempts.saturating_add(1);
        let credential = passkey.credential().ok_or_else(rejections::passkey_not_registered)?;
        let signed = challenge.relying_party.signed(&user.id, credential, &challenge.challenge, &assertion);
        let signed = signed.or_else(|it| without("the signature of a passkey is checked").then(String::new).ok_or(it));
        let Ok(credential) = signed else {
            // A challenge can be answered only once.
            check.status = VerificationStatus::Failed;
            if !without("a wrong signature ends its challenge") {
                self.set_check(id, which, check);
            }
            return Err(rejections::passkey_authentication_failure());
        };
        self.used_passkey(&user.id, &passkey.id, &credential);
        if let Some(attempt) = self.state.attempts.get_mut(id) {
            attempt.identifier = attempt.identifier.take().or_else(|| user.identifiers().next().cloned());
            attempt.user_id = Some(user.id);
        }
        self.verified(id, which, check, None)
    }

    /// Returns the passkey that signed the challenge, together with its user, if the challenge allows that passkey.
    fn with_passkey(
        &self,
        id: &str,
        challenge: &PasskeyChallenge,
        assertion: &Assertion,
    ) -> Result<(User, Passkey), Rejection> {
        let credential_id = assertion.credential_id();
        let user = self.state.users.with_passkey(&credential_id);
        let passkeys = user.into_iter().flat_map(|user| &user.passkeys);
        let passkey = passkeys.into_iter().find(|passkey| passkey.credential_id() == Some(&credential_id));
        let (user, passkey) = user.zip(passkey).ok_or_else(rejections::passkey_not_registered)?;
        let identified = self.own_attempt(id)?.user_id.as_ref();
        let is_theirs = identified.is_none_or(|id| *id == user.id);
        let is_asked_for = challenge.passkey_ids.as_ref().is_none_or(|ids| ids.contains(&passkey.id))
            || without("only a passkey that was asked for answers");
        if !is_theirs || !is_asked_for {
            return Err(rejections::passkey_not_registered());
        }
        if identified.is_none() && !assertion.names_its_user() {
            return Err(rejections::passkey_authentication_failure());
        }
        Ok((user.clone(), passkey.clone()))
    }

    fn used_passkey(&mut self, user_id: &str, passkey_id: &str, used: &str) {
        let now = self.now;
        let passkeys = self.state.users.get_mut(user_id).into_iter().flat_map(|user| &mut user.passkeys);
        for passkey in passkeys.filter(|passkey| passkey.id == passkey_id) {
            passkey.last_used_at = Some(now);
            if let PasskeyStage::Made { credential, .. } = &mut passkey.stage {
                used.clone_into(credential);
            }
        }
    }

    /// Creates a check that one of these passkeys must answer. If `passkeys` is `None`, any passkey may answer it.
    fn passkey_check(&mut self, passkeys: Option<&[Passkey]>) -> Result<Check, Rejection> {
        let relying_party = self.relying_party()?;
        let allowed: Vec<_> = passkeys.into_iter().flatten().filter_map(Passkey::credential).collect();
        let (challenge, bytes) = self.state.random.challenge();
        let options =
            relying_party.request_options(&allowed, &bytes).ok_or_else(rejections::passkeys_impossible_here)?;
        let passkey_ids = passkeys.map(|passkeys| passkeys.iter().map(|passkey| passkey.id.clone()).collect());
        let challenge = Challenge::Passkey(PasskeyChallenge { relying_party, challenge, passkey_ids, options });
        let expire_at = Some(self.now + self.state.settings.code_lifetime);
        Ok(Check { expire_at, challenge: Some(challenge), ..Check::new(Strategy::Passkey) })
    }

    fn reject_without_passkeys(&self) -> Result<(), Rejection> {
        let are_on = self.state.settings.passkeys || without("passkeys can be switched off");
        if are_on { Ok(()) } else { Err(rejections::param_value_invalid("strategy")) }
    }

    /// Returns the relying party for the domain of the calling page.
    fn relying_party(&self) -> Result<RelyingParty, Rejection> {
        let settings = &self.state.settings;
        let origin = self.origin.unwrap_or(&settings.issuer);
        let party = RelyingParty::new(settings.passkey_rp_id.as_deref(), &settings.application_name, origin);
        party.ok_or_else(rejections::passkeys_impossible_here)
    }

    pub(super) fn create_passkey(&mut self, session_id: &str) -> Result<Answer, Rejection> {
        let user_id = self.acting_user(session_id)?;
        self.reject_without_passkeys()?;
        let party = self.relying_party()?;
        let passkey = self.state.ask_for_passkey(&user_id, party, self.now)?;
        Ok(Answer::Passkey(Box::new(self.state.describe_passkey(&passkey, self.now))))
    }

    pub(super) fn verify_passkey(&mut self, verify: &VerifyPasskey) -> Result<Answer, Rejection> {
        let user_id = self.acting_user(&verify.session_id)?;
        let answer: &Secret = given("public_key_credential", verify.public_key_credential.as_ref())?;
        let passkey = self.state.make_passkey(&user_id, &verify.passkey_id, answer.expose(), self.now)?;
        Ok(Answer::Passkey(Box::new(self.state.describe_passkey(&passkey, self.now))))
    }

    pub(super) fn rename_passkey(&mut self, rename: &RenamePasskey) -> Result<Answer, Rejection> {
        let user_id = self.acting_user(&rename.session_id)?;
        let passkey = self.state.rename_passkey(&user_id, &rename.passkey_id, rename.name.as_deref(), self.now)?;
        Ok(Answer::Passkey(Box::new(self.state.describe_passkey(&passkey, self.now))))
    }

    pub(super) fn remove_passkey(&mut self, session_id: &str, passkey_id: &str) -> Result<Answer, Rejection> {
        let user_id = self.acting_user(session_id)?;
        self.state.remove_passkey(&user_id, passkey_id)?;
        let id = Some(passkey_id.to_owned());
        Ok(Answer::Deleted(Deleted { object: "passkey".to_owned(), id, deleted: true }))
    }
}

impl From<Mistake> for Rejection {
    fn from(mistake: Mistake) -> Self {
        match mistake {
            Mistake::Unreadable => rejections::passkey_invalid_credential(),
            Mistake::Wrong => rejections::passkey_registration_failure(),
        }
    }
}
