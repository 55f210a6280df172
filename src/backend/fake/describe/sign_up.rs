//! What the server says of a sign-up.

use super::describe_check;
use crate::backend::fake::sign_up::{SignUp, SignUpField};
use crate::backend::fake::state::FakeState;
use crate::wire::{
    SignUpAttempt, SignUpVerification, SignUpVerifications, Strategy, Timestamp, Verification, VerificationStatus,
};

impl FakeState {
    pub(in crate::backend::fake) fn describe_sign_up(&self, sign_up: &SignUp, now: Timestamp) -> SignUpAttempt {
        let required = &self.settings.sign_up_required;
        let names = |fields: &[SignUpField]| fields.iter().map(|field| field.name().to_owned()).collect::<Vec<_>>();
        let optional: Vec<_> = SignUpField::ALL.into_iter().filter(|field| !required.contains(field)).collect();
        let identifier = Some(sign_up.identified_by().to_owned());
        let lacks_identifier = sign_up.identifier().is_empty();
        SignUpAttempt {
            id: sign_up.id.clone(),
            status: Some(sign_up.status.clone()),
            required_fields: identifier.iter().cloned().chain(names(required)).collect(),
            optional_fields: names(&optional),
            missing_fields: (identifier.into_iter().filter(|_| lacks_identifier))
                .chain(names(&sign_up.missing(required)))
                .collect(),
            unverified_fields: sign_up.unverified().map(str::to_owned).into_iter().collect(),
            verifications: verifications(sign_up, now),
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

fn verifications(sign_up: &SignUp, now: Timestamp) -> SignUpVerifications {
    let sent = sign_up.check.as_ref().map(|check| describe_check(check, now));
    let external = sign_up.external.as_ref().map(|check| describe_check(check, now));
    let done = |verification| Box::new(SignUpVerification::done(verification));
    let vouched = sign_up.email_address.as_ref().filter(|_| sign_up.email_address_verified).and(external.as_ref());
    SignUpVerifications {
        email_address: (sent.clone().filter(|_| sign_up.email_address.is_some()))
            .or_else(|| vouched.and_then(by_provider))
            .map(done),
        phone_number: sent.filter(|_| sign_up.phone_number.is_some()).map(done),
        external_account: external.map(Box::new),
        ..SignUpVerifications::default()
    }
}

/// The provider has verified the address.
fn by_provider(external: &Verification) -> Option<Verification> {
    let Some(Strategy::Oauth(provider)) = &external.strategy else { return None };
    let strategy = Strategy::from(format!("from_oauth_{}", provider.name()).as_str());
    Some(Verification {
        object: "verification_from_oauth".into(),
        expire_at: external.expire_at,
        ..Verification::new(strategy, VerificationStatus::Verified)
    })
}
