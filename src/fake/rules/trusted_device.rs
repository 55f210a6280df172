//! Sign-in with a trusted device, and enrolment (`/v1/me/trusted_devices`, `POST /v1/client/trusted_devices/validate`).

use std::time::Duration;

use serde_json::{Value, json};

use super::Call;
use super::attempt_factor::given;
use crate::fake::records::challenge::Challenge;
use crate::fake::records::sign_in::{Check, Which};
use crate::fake::records::trusted_device::{Binding, Enrolment, ID_PREFIX, PublicKey, TrustedDevice};
use crate::fake::rejections;
use crate::fault_switches::without;
use crate::wire::{
    ALGORITHM, Answer, AttemptFactor, AttemptTrustedDevice, DevicePlatform, PrepareFactor, PrepareTrustedDevice,
    Rejection, Status, Strategy, TrustedDeviceChallenge, TrustedDeviceValidation, ValidateTrustedDevice,
    VerificationStatus,
};

/// The time within which a challenge must be answered.
const CHALLENGE_LIFETIME: Duration = Duration::from_secs(5 * 60);
/// The maximum number of trusted devices per account.
const AT_MOST: usize = 10;

impl Call<'_> {
    pub(super) fn create_by_trusted_device(&mut self, device_id: Option<&str>) -> Result<Answer, Rejection> {
        let device_id = device_id.ok_or_else(|| rejections::param_missing("trusted_device_id"))?;
        let user_id = self.active_device(device_id)?.user_id.clone();
        let user = self.state.users.get(&user_id).ok_or_else(rejections::trusted_device_not_registered)?;
        self.admit_user(user)?;
        let identifier = user.identifiers().next().cloned();
        self.reject_second_session(identifier.as_deref())?;
        let begun = self.begin(Status::NeedsFirstFactor, identifier, Some(user_id));
        self.gated(&begun.id, |call| call.get_sign_in(&begun.id))
    }

    pub(super) fn challenge_trusted_device(&mut self, prepare: &PrepareFactor) -> Result<Check, Rejection> {
        let device_id =
            prepare.trusted_device_id.as_deref().ok_or_else(|| rejections::param_missing("trusted_device_id"))?;
        let user_id = &self.own_attempt(&prepare.sign_in_id)?.user_id;
        let device = self.active_device(device_id)?;
        if user_id.as_ref() != Some(&device.user_id) && !without("a trusted device belongs to its user") {
            return Err(rejections::trusted_device_not_registered());
        }
        let challenge = self.new_challenge(Some(device_id), "sign_in", &json!({ "sign_in_id": prepare.sign_in_id }));
        let expire_at = challenge.expires_at;
        Ok(Check { expire_at, challenge: Some(Challenge::Device(challenge)), ..Check::new(Strategy::TrustedDevice) })
    }

    pub(super) fn attempt_trusted_device(&mut self, id: &str, attempt: &AttemptFactor) -> Result<Answer, Rejection> {
        let device_id =
            attempt.trusted_device_id.as_deref().ok_or_else(|| rejections::param_missing("trusted_device_id"))?;
        let client_data = attempt.client_data.as_deref().ok_or_else(|| rejections::param_missing("client_data"))?;
        let signature = given("signature", attempt.signature.as_ref())?;
        reject_other_algorithms(attempt.algorithm.as_deref())?;

        let check = self.own_attempt(id)?.first.clone().filter(|check| check.strategy == Strategy::TrustedDevice);
        let mut check = check.ok_or_else(rejections::verification_missing)?;
        let challenge = match (&check.challenge, check.status_at(self.now)) {
            (Some(Challenge::Device(it)), _) if without("a trusted device's challenge works once, and in time") => it,
            (_, VerificationStatus::Expired) => return Err(rejections::trusted_device_challenge_expired()),
            (Some(Challenge::Device(challenge)), VerificationStatus::Unverified) => challenge,
            _ => return Err(rejections::trusted_device_challenge_not_found()),
        };
        compare(challenge, client_data)?;
        let is_bound = challenge.trusted_device_id.as_deref() == Some(device_id);
        if !is_bound && !without("a challenge is bound to its trusted device") {
            return Err(rejections::trusted_device_binding_mismatch("trusted_device_id"));
        }
        let device = self.active_device(device_id)?;
        check.attempts = check.attempts.saturating_add(1);
        let is_signed = device.binding.key.signed(client_data, signature);
        if is_signed || without("the signature of a trusted device is checked") {
            if let Some(device) = self.state.trusted_devices.get_mut(device_id) {
                device.last_used_at = Some(self.now);
            }
            return self.verified(id, Which::First, check, None);
        }
        // A challenge can be answered only once.
        check.status = VerificationStatus::Failed;
        self.set_check(id, Which::First, check);
        Err(rejections::trusted_device_signature_incorrect())
    }

    pub(super) fn prepare_trusted_device(&mut self, prepare: &PrepareTrustedDevice) -> Result<Answer, Rejection> {
        let user_id = self.acting_user(&prepare.session_id)?;
        let binding = self.binding(prepare)?;
        let is_known = |it: &TrustedDevice| it.is_active() && it.binding.key == binding.key;
        if self.state.trusted_devices.values().any(is_known) && !without("a key is enrolled once") {
            return Err(rejections::trusted_device_already_enrolled());
        }
        if self.state.trusted_devices_of(&user_id).count() >= AT_MOST {
            return Err(rejections::trusted_device_quota_exceeded(AT_MOST));
        }
        let bound_to = json!({ "platform": binding.platform, "app_identifier": binding.app_identifier });
        let challenge = self.new_challenge(None, "enrollment", &bound_to);
        let answer = Box::new(challenge.clone());
        self.state.enrolments.insert(user_id.clone(), Enrolment { user_id, binding, challenge });
        Ok(Answer::TrustedDeviceChallenge(answer))
    }

    pub(super) fn enrol_trusted_device(&mut self, attempt: &AttemptTrustedDevice) -> Result<Answer, Rejection> {
        let user_id = self.acting_user(&attempt.device.session_id)?;
        let binding = self.binding(&attempt.device)?;
        let client_data = attempt.client_data.as_deref().ok_or_else(|| rejections::param_missing("client_data"))?;
        let signature = given("signature", attempt.signature.as_ref())?;
        let enrolment =
            self.state.enrolments.get(&user_id).ok_or_else(rejections::trusted_device_challenge_not_found)?;
        if enrolment.challenge.expires_at.is_some_and(|expires_at| self.now >= expires_at) {
            return Err(rejections::trusted_device_challenge_expired());
        }
        compare(&enrolment.challenge, client_data)?;
        let differs = [
            ("platform", enrolment.binding.platform != binding.platform),
            ("app_identifier", enrolment.binding.app_identifier != binding.app_identifier),
            ("public_key_jwk", enrolment.binding.key != binding.key),
        ];
        if let Some((param_name, _)) = differs.into_iter().find(|(_, differs)| *differs)
            && !without("an enrolment keeps its key and app")
        {
            return Err(rejections::trusted_device_binding_mismatch(param_name));
        }
        self.state.enrolments.remove(&user_id);
        let is_signed = binding.key.signed(client_data, signature);
        if !is_signed && !without("the signature of a trusted device is checked") {
            return Err(rejections::trusted_device_signature_incorrect());
        }
        // A key belongs to only one user, so no other user can complete an enrolment with the same key.
        self.state.enrolments.retain(|_, enrolment| enrolment.binding.key != binding.key);
        let device = TrustedDevice {
            id: self.state.random.id(ID_PREFIX),
            user_id,
            binding,
            name: attempt.device.name.clone(),
            created_at: self.now,
            last_used_at: None,
            revoked_at: None,
        };
        let answer = Answer::TrustedDevice(Box::new(device.describe()));
        self.state.trusted_devices.insert(device.id.clone(), device);
        Ok(answer)
    }

    pub(super) fn list_trusted_devices(&self, session_id: &str) -> Result<Answer, Rejection> {
        let user_id = self.acting_user(session_id)?;
        let devices = self.state.trusted_devices_of(&user_id);
        Ok(Answer::TrustedDevices(devices.map(TrustedDevice::describe).collect()))
    }

    pub(super) fn revoke_trusted_device(&mut self, session_id: &str, device_id: &str) -> Result<Answer, Rejection> {
        let user_id = self.acting_user(session_id)?;
        let device = self.state.trusted_devices.get_mut(device_id);
        let device = device.filter(|device| device.user_id == user_id && device.is_active());
        let device = device.ok_or_else(rejections::trusted_device_not_found)?;
        device.revoked_at = Some(self.now);
        Ok(Answer::TrustedDevice(Box::new(device.describe())))
    }

    pub(super) fn validate_trusted_device(&self, validate: &ValidateTrustedDevice) -> Result<Answer, Rejection> {
        let id = validate.trusted_device_id.as_deref().ok_or_else(|| rejections::param_missing("trusted_device_id"))?;
        let user = self.active_device(id).ok().and_then(|device| self.state.users.get(&device.user_id));
        let valid = user.is_some_and(|user| self.admit_user(user).is_ok());
        Ok(Answer::TrustedDeviceValidation(TrustedDeviceValidation { valid, ..TrustedDeviceValidation::default() }))
    }

    /// Returns the device with this id, if it can be used to sign in.
    fn active_device(&self, id: &str) -> Result<&TrustedDevice, Rejection> {
        let is_active = |it: &&TrustedDevice| it.is_active() || without("a revoked device does not sign in");
        let device = self.state.trusted_devices.get(id).filter(is_active);
        device.filter(|_| self.state.settings.trusted_devices).ok_or_else(rejections::trusted_device_not_registered)
    }

    fn binding(&self, prepare: &PrepareTrustedDevice) -> Result<Binding, Rejection> {
        let platform = prepare.platform.clone().ok_or_else(|| rejections::param_missing("platform"))?;
        if matches!(platform, DevicePlatform::Unknown(_)) {
            return Err(rejections::param_value_invalid("platform"));
        }
        let app_identifier =
            prepare.app_identifier.clone().ok_or_else(|| rejections::param_missing("app_identifier"))?;
        let settings = &self.state.settings;
        if !settings.trusted_devices || !settings.app_identifiers.contains(&app_identifier) {
            return Err(rejections::trusted_device_app_not_configured());
        }
        reject_other_algorithms(prepare.algorithm.as_deref())?;
        let jwk = prepare.public_key_jwk.as_deref().ok_or_else(|| rejections::param_missing("public_key_jwk"))?;
        let key = PublicKey::from_jwk(jwk).ok_or_else(rejections::trusted_device_public_key_invalid)?;
        Ok(Binding { platform, app_identifier, key })
    }

    fn new_challenge(&mut self, device_id: Option<&str>, purpose: &str, bound_to: &Value) -> TrustedDeviceChallenge {
        let (challenge, challenge_id) = (self.state.random.token(), self.state.random.id("tdch"));
        let expires_at = self.now + CHALLENGE_LIFETIME;
        let client_data = json!({
            "type": purpose,
            "challenge": challenge,
            "challenge_id": challenge_id,
            "trusted_device_id": device_id,
            "issuer": self.state.settings.issuer,
            "expires_at": expires_at,
            "bound_to": bound_to,
        });
        TrustedDeviceChallenge {
            challenge,
            challenge_id,
            trusted_device_id: device_id.map(str::to_owned),
            client_data: client_data.to_string(),
            expires_at: Some(expires_at),
            algorithm: ALGORITHM.to_owned(),
            ..TrustedDeviceChallenge::default()
        }
    }
}

fn reject_other_algorithms(algorithm: Option<&str>) -> Result<(), Rejection> {
    match algorithm {
        None => Err(rejections::param_missing("algorithm")),
        Some(ALGORITHM) => Ok(()),
        Some(_) => Err(rejections::param_value_invalid("algorithm")),
    }
}

/// Checks that the client data is identical to the data of the challenge.
///
/// The data of an older challenge is rejected, because the server no longer knows that challenge. Any other data is
/// rejected, because the server never sent it.
fn compare(challenge: &TrustedDeviceChallenge, client_data: &str) -> Result<(), Rejection> {
    if client_data == challenge.client_data || without("a trusted device signs its own challenge") {
        return Ok(());
    }
    let read: Option<Value> = serde_json::from_str(client_data).ok();
    let id = read.as_ref().and_then(|read| read.get("challenge_id")).and_then(Value::as_str);
    Err(match id {
        Some(id) if id != challenge.challenge_id => rejections::trusted_device_challenge_not_found(),
        _ => rejections::trusted_device_client_data_invalid(),
    })
}
