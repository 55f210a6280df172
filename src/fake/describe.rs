//! Conversion of the server's records to resources of the Frontend API.

mod environment;
mod organization;
mod sign_up;
mod user;

use crate::fake::crypto::web3::Chain;
use crate::fake::records::challenge::Challenge;
use crate::fake::records::enterprise::EnterpriseConnection;
use crate::fake::records::session::Session;
use crate::fake::records::sign_in::{Attempt, Check, Gate, Which};
use crate::fake::records::state::FakeState;
use crate::fake::records::user::User;
use crate::fault_switches::without;
use crate::wire::{
    self, ClientTrustState, Factor, ProtectCheck, SessionTask, SessionToken, Status, Strategy, Timestamp, Verification,
    VerificationStatus,
};
use user::{describe_public_user_data, describe_user_data};

impl FakeState {
    pub(super) fn describe_client(&self, client_id: &str, now: Timestamp) -> Option<wire::ClientResource> {
        let client = self.clients.get(client_id)?;
        let sign_in = client.sign_in_id.as_ref().and_then(|id| self.attempts.get(id));
        let sign_up = client.sign_up_id.as_ref().and_then(|id| self.sign_ups.get(id));
        Some(wire::ClientResource {
            id: client.id.clone(),
            sessions: self.sessions_on(client_id).map(|session| self.describe_session(session, now)).collect(),
            sign_in: sign_in.map(|attempt| Box::new(self.describe_sign_in(attempt, now))),
            sign_up: sign_up.map(|sign_up| Box::new(self.describe_sign_up(sign_up, now))),
            last_active_session_id: client.last_active_session_id.clone(),
            last_authentication_strategy: client.last_authentication_strategy.clone(),
            captcha_bypass: client.captcha_solved,
            created_at: Some(client.created_at),
            updated_at: Some(client.updated_at_by(now)),
            ..wire::ClientResource::default()
        })
    }

    pub(super) fn describe_sign_in(&self, attempt: &Attempt, now: Timestamp) -> wire::SignInAttempt {
        let user = attempt.user_id.as_ref().and_then(|id| self.users.get(id));
        let is_open = !matches!(attempt.status, Status::Complete | Status::NeedsIdentifier);
        let asks_second = matches!(attempt.status, Status::NeedsSecondFactor | Status::NeedsClientTrust);
        let shown = |which| self.offered(attempt, which).into_iter().map(|factor| self.shown(factor)).collect();
        wire::SignInAttempt {
            id: attempt.id.clone(),
            status: Some(match attempt.gate {
                Some(_) => Status::NeedsProtectCheck,
                None => attempt.status.clone(),
            }),
            protect_check: attempt.gate.as_ref().map(|gate| Box::new(describe_gate(gate))),
            supported_identifiers: self.settings.identifiers.clone(),
            supported_first_factors: is_open.then(|| shown(Which::First)),
            supported_second_factors: asks_second.then(|| shown(Which::Second)),
            first_factor_verification: attempt.first.as_ref().map(|check| Box::new(describe_check(check, now))),
            second_factor_verification: attempt.second.as_ref().map(|check| Box::new(describe_check(check, now))),
            identifier: attempt.identifier.clone(),
            user_data: user.map(|user| Box::new(describe_user_data(user))),
            created_session_id: attempt.session_id.clone(),
            abandon_at: Some(attempt.abandon_at),
            locale: attempt.place.locale.clone(),
            timezone: attempt.place.timezone.clone(),
            client_trust_state: (attempt.status == Status::NeedsClientTrust).then_some(ClientTrustState::New),
            ..wire::SignInAttempt::default()
        }
    }

    /// Returns the factors that the attempt offers at this stage. Their addresses and numbers are shown in full.
    pub(super) fn offered(&self, attempt: &Attempt, which: Which) -> Vec<Factor> {
        let identifier = attempt.identifier.as_deref().unwrap_or_default();
        let user = attempt.user_id.as_ref().and_then(|id| self.users.get(id));
        let connections = self.connections_of(identifier);
        let mut factors = match (user, which, &attempt.status) {
            (Some(user), Which::First, _) => user.first_factors(identifier),
            (Some(user), Which::Second, Status::NeedsClientTrust) => user.client_trust_factors(),
            (Some(user), Which::Second, _) => user.second_factors(),
            // Nobody has this identifier, and the response must not reveal that.
            (None, Which::First, _) if connections.is_empty() || self.settings.hide_unknown_identifiers => {
                decoy_factors(identifier)
            }
            // An unknown user may have an account at the identity provider of the enterprise.
            (None, Which::First | Which::Second, _) => Vec::new(),
        };
        // A passkey does not turn on multi-factor authentication, so it is not among the user's second factors. It is
        // offered beside them.
        let has_passkey = which == Which::Second && user.is_some_and(User::has_passkey);
        if has_passkey && self.accepts_passkey_as_second_factor(attempt) {
            factors.push(Factor::new(Strategy::Passkey));
        }
        factors.retain(|factor| match &factor.strategy {
            Strategy::EmailLink => self.settings.email_links,
            Strategy::Passkey => self.settings.passkeys,
            Strategy::Oauth(_) => self.settings.oauth_strategies.contains(&factor.strategy),
            strategy if strategy.is_web3() => self.settings.web3_strategies.contains(strategy),
            _ => true,
        });
        if which == Which::First && !connections.is_empty() {
            // A user whose address belongs to an enterprise connection must sign in through that connection.
            factors.clear();
            factors.extend(connections.into_iter().map(|connection| Factor {
                enterprise_connection_id: Some(connection.id.clone()),
                enterprise_connection_name: Some(connection.name.clone()),
                ..Factor::new(Strategy::EnterpriseSso)
            }));
        }
        if let (Some(user), Which::First, true) = (user, which, self.settings.trusted_devices) {
            let device =
                |id: &String| Factor { trusted_device_id: Some(id.clone()), ..Factor::new(Strategy::TrustedDevice) };
            factors.extend(self.trusted_devices_of(&user.id).map(|it| device(&it.id)));
        }
        factors
    }

    /// Returns `true` if a passkey can be the second factor of this attempt, or can make its client trusted.
    ///
    /// A passkey that was the first factor cannot be the second factor too.
    pub(super) fn accepts_passkey_as_second_factor(&self, attempt: &Attempt) -> bool {
        let client = self.clients.get(&attempt.client_id);
        let by_passkey = attempt.first.as_ref().is_some_and(|check| check.strategy == Strategy::Passkey);
        self.settings.passkey_satisfies_second_factor
            && client
                .is_some_and(|it| !it.predates_passkey_second_factor || without("an old client meets no new factor"))
            && (!by_passkey || without("a passkey is not both factors"))
    }

    /// Returns the enterprise connections for the domain of an address.
    pub(super) fn connections_of(&self, identifier: &str) -> Vec<&EnterpriseConnection> {
        self.settings.enterprise_connections.iter().filter(|connection| connection.has(identifier)).collect()
    }

    fn shown(&self, factor: Factor) -> Factor {
        let mask = self.settings.mask_safe_identifiers && !without("addresses can be masked");
        Factor { safe_identifier: factor.safe_identifier.map(|it| if mask { masked(&it) } else { it }), ..factor }
    }

    pub(super) fn describe_session(&self, session: &Session, now: Timestamp) -> wire::Session {
        let user = self.users.get(&session.user_id);
        wire::Session {
            id: session.id.clone(),
            status: Some(session.status.clone()),
            expire_at: Some(session.expire_at),
            abandon_at: Some(session.expire_at),
            last_active_at: Some(session.last_active_at),
            last_active_organization_id: self
                .active_membership(session)
                .map(|(organization, _)| organization.id.clone()),
            user: user.map(|user| Box::new(self.describe_user(user, now))),
            public_user_data: user.map(|user| Box::new(describe_public_user_data(user))),
            factor_verification_age: Some(session.factor_verification_age(now).to_vec()),
            tasks: (!session.tasks.is_empty())
                .then(|| session.tasks.iter().map(|key| SessionTask { key: key.as_str().into() }).collect()),
            last_active_token: self.shown_token(session),
            created_at: Some(session.created_at),
            updated_at: Some(session.last_active_at),
            ..wire::Session::default()
        }
    }
}

impl FakeState {
    /// Returns the session's newest token, if the settings say that answers include tokens.
    pub(super) fn shown_token(&self, session: &Session) -> Option<SessionToken> {
        let issued = session.issued.as_ref().filter(|_| self.settings.session_tokens);
        issued.map(|issued| SessionToken::new(issued.jwt.clone()))
    }
}

fn describe_check(check: &Check, now: Timestamp) -> Verification {
    let is_pending = check.status_at(now) == VerificationStatus::Unverified;
    let challenge = check.challenge.as_ref().filter(|_| is_pending);
    let external = check.external_url.as_ref().filter(|_| is_pending);
    let (nonce, message, device) = match challenge {
        Some(Challenge::Wallet { nonce, message, .. }) => (Some(nonce), Some(message), None),
        Some(Challenge::Passkey(challenge)) => (Some(&challenge.options), None, None),
        Some(Challenge::Device(challenge)) => (None, None, Some(challenge)),
        None => (None, None, None),
    };
    Verification {
        nonce: nonce.cloned(),
        message: message.cloned(),
        trusted_device_challenge: device.cloned().map(Box::new),
        // If the factor is a link or a provider, the user does not type an answer, so no attempts are counted.
        attempts: (check.strategy != Strategy::EmailLink && !check.strategy.is_redirect()).then_some(check.attempts),
        external_verification_redirect_url: external.cloned(),
        error: check.error.clone(),
        verified_at_client: check.verified_at_client.clone(),
        expire_at: check.expire_at,
        channel: check.channel.clone(),
        ..Verification::new(check.strategy.clone(), check.status_at(now))
    }
}

fn describe_gate(gate: &Gate) -> ProtectCheck {
    ProtectCheck {
        status: Some("pending".to_owned()),
        token: Some(gate.token.as_str().into()),
        sdk_url: Some("https://protect.invalid/challenge.mjs".to_owned()),
        expires_at: Some(gate.expires_at),
        ..ProtectCheck::default()
    }
}

/// Returns factors that a user with this identifier could plausibly have.
fn decoy_factors(identifier: &str) -> Vec<Factor> {
    let decoy = Some(DECOY_ID.to_owned());
    if let Some(chain) = Chain::from_address(identifier) {
        let wallet = |strategy| Factor {
            web3_wallet_id: decoy.clone(),
            safe_identifier: Some(identifier.to_owned()),
            primary: Some(true),
            ..Factor::new(strategy)
        };
        return chain.strategies().map(wallet).collect();
    }
    let address = |strategy| Factor {
        safe_identifier: Some(identifier.to_owned()),
        primary: Some(true),
        ..Factor::new(strategy)
    };
    let by_email = |strategy| Factor { email_address_id: decoy.clone(), ..address(strategy) };
    let mut factors = vec![Factor::new(Strategy::Password)];
    if identifier.starts_with('+') {
        factors.push(Factor { phone_number_id: decoy, ..address(Strategy::PhoneCode) });
    } else {
        factors.extend([Strategy::EmailCode, Strategy::EmailLink].map(by_email));
    }
    factors
}

/// The id of an address that belongs to no user.
pub(super) const DECOY_ID: &str = "idn_000000000000000000000000000";

/// Masks an address: `a***@example.com`, `+1*******42`.
fn masked(address: &str) -> String {
    let (shown, hidden_from) = match address.split_once('@') {
        Some((local_part, domain)) => return format!("{}***@{domain}", local_part.chars().take(1).collect::<String>()),
        None => (address.chars().take(2).collect::<String>(), address.chars().count().saturating_sub(2)),
    };
    let end: String = address.chars().skip(hidden_from).collect();
    format!("{shown}{}{end}", "*".repeat(hidden_from.saturating_sub(2)))
}
