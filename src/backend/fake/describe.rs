//! What the server says of what it holds.

use super::attempt::{Attempt, Check};
use super::session::Session;
use super::state::FakeState;
use super::user::User;
use crate::wire::{
    self, ClientTrustState, EmailAddress, PhoneNumber, PublicUserData, SessionTask, Status, Strategy, Timestamp,
    UserData, Verification, VerificationStatus,
};

impl FakeState {
    pub(super) fn describe_client(&self, device_id: &str, now: Timestamp) -> Option<wire::Client> {
        let device = self.devices.get(device_id)?;
        let sign_in = device.sign_in_id.as_ref().and_then(|id| self.attempts.get(id));
        Some(wire::Client {
            id: device.id.clone(),
            sessions: self.sessions_on(device_id).map(|session| self.describe_session(session, now)).collect(),
            sign_in: sign_in.map(|attempt| Box::new(self.describe_sign_in(attempt, now))),
            last_active_session_id: device.last_active_session_id.clone(),
            last_authentication_strategy: device.last_authentication_strategy.clone(),
            created_at: Some(device.created_at),
            updated_at: Some(device.updated_at),
            ..wire::Client::default()
        })
    }

    pub(super) fn describe_sign_in(&self, attempt: &Attempt, now: Timestamp) -> wire::SignInAttempt {
        let user = attempt.user_id.as_ref().and_then(|id| self.users.get(id));
        let complete = attempt.status == Status::Complete;
        wire::SignInAttempt {
            id: attempt.id.clone(),
            status: Some(attempt.status.clone()),
            supported_identifiers: self.settings.identifiers.clone(),
            supported_first_factors: user.filter(|_| !complete).map(User::first_factors),
            supported_second_factors: match attempt.status {
                Status::NeedsSecondFactor => user.map(User::second_factors),
                Status::NeedsClientTrust => user.map(User::client_trust_factors),
                _ => None,
            },
            first_factor_verification: attempt.first.as_ref().map(|check| Box::new(describe_check(check, now))),
            second_factor_verification: attempt.second.as_ref().map(|check| Box::new(describe_check(check, now))),
            identifier: attempt.identifier.clone(),
            user_data: user.map(|user| Box::new(describe_user_data(user))),
            created_session_id: attempt.session_id.clone(),
            abandon_at: Some(attempt.abandon_at),
            client_trust_state: (attempt.status == Status::NeedsClientTrust).then_some(ClientTrustState::New),
            ..wire::SignInAttempt::default()
        }
    }

    pub(super) fn describe_session(&self, session: &Session, now: Timestamp) -> wire::Session {
        let user = self.users.get(&session.user_id);
        let minutes = i64::try_from(session.created_at.until(now).as_secs() / 60).unwrap_or(i64::MAX);
        wire::Session {
            id: session.id.clone(),
            status: Some(session.status.clone()),
            expire_at: Some(session.expire_at),
            abandon_at: Some(session.expire_at),
            last_active_at: Some(session.last_active_at),
            user: user.map(|user| Box::new(describe_user(user))),
            public_user_data: user.map(|user| {
                Box::new(PublicUserData {
                    user_data: describe_user_data(user),
                    identifier: user.email_address.clone(),
                    username: user.username.clone(),
                })
            }),
            factor_verification_age: Some([minutes, if session.second_factor { minutes } else { -1 }]),
            tasks: (!session.tasks.is_empty())
                .then(|| session.tasks.iter().map(|key| SessionTask { key: key.clone() }).collect()),
            created_at: Some(session.created_at),
            updated_at: Some(session.last_active_at),
            ..wire::Session::default()
        }
    }
}

fn describe_check(check: &Check, now: Timestamp) -> Verification {
    Verification {
        attempts: Some(check.attempts),
        expire_at: check.expire_at,
        ..Verification::new(check.strategy.clone(), check.status_at(now))
    }
}

fn describe_user_data(user: &User) -> UserData {
    UserData {
        first_name: user.first_name.clone(),
        last_name: user.last_name.clone(),
        image_url: None,
        has_image: false,
    }
}

fn describe_user(user: &User) -> wire::User {
    let verified = || Some(Box::new(Verification::new(Strategy::from("admin"), VerificationStatus::Verified)));
    let phone_number = user.phone_number_id.clone().zip(user.phone_number.clone());
    wire::User {
        id: user.id.clone(),
        username: user.username.clone(),
        first_name: user.first_name.clone(),
        last_name: user.last_name.clone(),
        primary_email_address_id: Some(user.email_address_id.clone()),
        primary_phone_number_id: user.phone_number_id.clone(),
        email_addresses: vec![EmailAddress {
            id: user.email_address_id.clone(),
            email_address: user.email_address.clone(),
            verification: verified(),
        }],
        phone_numbers: phone_number
            .into_iter()
            .map(|(id, phone_number)| PhoneNumber {
                id,
                phone_number,
                reserved_for_second_factor: false,
                verification: verified(),
            })
            .collect(),
        password_enabled: user.password.is_some(),
        two_factor_enabled: !user.second_factors().is_empty(),
        totp_enabled: user.authenticator.is_some(),
        created_at: Some(user.created_at),
        updated_at: Some(user.created_at),
        ..wire::User::default()
    }
}
