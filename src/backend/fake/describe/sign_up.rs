//! What the server says of a sign-up.

use crate::backend::fake::sign_up::{SignUp, SignUpField};
use crate::backend::fake::state::FakeState;
use crate::wire::{SignUpAttempt, SignUpVerification, SignUpVerifications, Verification, VerificationStatus};

impl FakeState {
    pub(in crate::backend::fake) fn describe_sign_up(&self, sign_up: &SignUp) -> SignUpAttempt {
        let required = &self.settings.sign_up_required;
        let names = |fields: &[SignUpField]| fields.iter().map(|field| field.name().to_owned()).collect::<Vec<_>>();
        let optional: Vec<_> = SignUpField::ALL.into_iter().filter(|field| !required.contains(field)).collect();
        let verification = Verification {
            expire_at: sign_up.verifiable_until,
            ..Verification::new(sign_up.verified_by.clone(), VerificationStatus::Verified)
        };
        let by_provider = sign_up.external_account.as_ref().map(|_| Box::new(verification.clone()));
        let is_sent = by_provider.is_none();
        let verified = |value: &Option<String>| {
            value.as_ref().filter(|_| is_sent).map(|_| Box::new(SignUpVerification::done(verification.clone())))
        };
        let identifier = if sign_up.email_address.is_some() { "email_address" } else { "phone_number" };
        let mut required_fields = vec![identifier.to_owned()];
        required_fields.extend(names(required));
        SignUpAttempt {
            id: sign_up.id.clone(),
            status: Some(sign_up.status.clone()),
            required_fields,
            optional_fields: names(&optional),
            missing_fields: names(&sign_up.missing(required)),
            unverified_fields: (!sign_up.email_address_verified).then(|| identifier.to_owned()).into_iter().collect(),
            verifications: SignUpVerifications {
                email_address: verified(&sign_up.email_address),
                phone_number: verified(&sign_up.phone_number),
                external_account: by_provider,
                ..SignUpVerifications::default()
            },
            username: sign_up.username.clone(),
            email_address: sign_up.email_address.clone(),
            phone_number: sign_up.phone_number.clone(),
            password_enabled: sign_up.password.is_some(),
            first_name: sign_up.first_name.clone(),
            last_name: sign_up.last_name.clone(),
            unsafe_metadata: sign_up.unsafe_metadata.clone(),
            created_session_id: sign_up.session_id.clone(),
            created_user_id: sign_up.user_id.clone(),
            abandon_at: Some(sign_up.abandon_at),
            legal_accepted_at: sign_up.legal_accepted_at,
            ..SignUpAttempt::default()
        }
    }
}
