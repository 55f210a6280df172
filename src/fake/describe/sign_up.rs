//! Conversion of sign-ups to resources of the Frontend API.

use super::describe_check;
use crate::fake::records::sign_in::Check;
use crate::fake::records::sign_up::{SignUp, SignUpField};
use crate::fake::records::state::FakeState;
use crate::wire::{
    SignUpAttempt, SignUpVerification, SignUpVerifications, Strategy, Timestamp, Verification, VerificationStatus,
};

impl FakeState {
    pub(in crate::fake) fn describe_sign_up(&self, sign_up: &SignUp, now: Timestamp) -> SignUpAttempt {
        let required = sign_up.required(&self.settings.sign_up_required);
        let names = |fields: &[SignUpField]| fields.iter().map(|field| field.name().into()).collect();
        let optional: Vec<_> = SignUpField::ALL.into_iter().filter(|field| !required.contains(field)).collect();
        SignUpAttempt {
            id: sign_up.id.clone(),
            status: Some(sign_up.status.clone()),
            required_fields: names(&required),
            optional_fields: names(&optional),
            missing_fields: names(&sign_up.missing(&self.settings.sign_up_required)),
            unverified_fields: names(&sign_up.unverified()),
            verifications: verifications(sign_up, now),
            username: sign_up.username.clone(),
            email_address: sign_up.email_address.clone(),
            phone_number: sign_up.phone_number.clone(),
            password_enabled: sign_up.password.is_some(),
            first_name: sign_up.first_name.clone(),
            last_name: sign_up.last_name.clone(),
            unsafe_metadata: sign_up.unsafe_metadata.clone(),
            locale: sign_up.place.locale.clone(),
            timezone: sign_up.place.timezone.clone(),
            created_session_id: sign_up.session_id.clone(),
            created_user_id: sign_up.user_id.clone(),
            abandon_at: Some(sign_up.abandon_at),
            legal_accepted_at: sign_up.legal_accepted_at,
            ..SignUpAttempt::default()
        }
    }
}

fn verifications(sign_up: &SignUp, now: Timestamp) -> SignUpVerifications {
    let described = |check: &Option<Check>| check.as_ref().map(|check| describe_check(check, now));
    let external = described(&sign_up.external);
    let email = described(&sign_up.email_check).or_else(|| provider_verification(sign_up, external.as_ref()?));
    let phone = described(&sign_up.phone_check);
    SignUpVerifications {
        email_address: email.map(|it| Box::new(SignUpVerification::new(it, Strategy::EmailCode))),
        phone_number: phone.map(|it| Box::new(SignUpVerification::new(it, Strategy::PhoneCode))),
        external_account: external.map(Box::new),
        ..SignUpVerifications::default()
    }
}

/// Describes the verification of an address that a provider supplied. Some of these addresses are not verified by the
/// provider.
fn provider_verification(sign_up: &SignUp, external: &Verification) -> Option<Verification> {
    let Strategy::Oauth(provider) = &sign_up.external_account.as_ref()?.strategy else { return None };
    sign_up.email_address.as_ref()?;
    let strategy = Strategy::from(format!("from_oauth_{}", provider.name()).as_str());
    let is_verified = sign_up.email_address_verified;
    let status = if is_verified { VerificationStatus::Verified } else { VerificationStatus::Unverified };
    let verification = Verification::new(strategy, status);
    Some(Verification { object: "verification_from_oauth".into(), expire_at: external.expire_at, ..verification })
}
