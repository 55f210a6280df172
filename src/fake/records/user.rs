//! The users that the server stores.

use std::collections::BTreeSet;
use std::fmt;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::fake::crypto::password::PasswordHash;
use crate::fake::crypto::totp::Authenticator;
use crate::fake::crypto::web3::Chain;
use crate::fake::records::external_account::ExternalAccount;
use crate::fake::records::passkey::Passkey;
use crate::fake::records::place::Place;
use crate::fault_switches::without;
use crate::wire::{Factor, Secret, Strategy, Timestamp};

/// A user's permission to sign in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum UserAccess {
    /// The user may sign in.
    #[default]
    Allowed,
    /// An administrator banned the user (`user_banned`).
    Banned,
    /// An administrator locked the user indefinitely (`user_locked`). Only an administrator can unlock the user.
    Locked,
    /// The account is deactivated (`user_deactivated`).
    Deactivated,
}

/// A stored user.
#[derive(Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub(in crate::fake) struct User {
    pub(in crate::fake) id: String,
    pub(in crate::fake) email_addresses: Vec<Address>,
    pub(in crate::fake) phone_numbers: Vec<Address>,
    pub(in crate::fake) web3_wallets: Vec<Address>,
    pub(in crate::fake) passkeys: Vec<Passkey>,
    #[serde(default)]
    pub(in crate::fake) external_accounts: Vec<ExternalAccount>,
    pub(in crate::fake) username: Option<String>,
    pub(in crate::fake) first_name: Option<String>,
    pub(in crate::fake) last_name: Option<String>,
    pub(in crate::fake) password: Option<PasswordHash>,
    pub(in crate::fake) password_set_at: Timestamp,
    pub(in crate::fake) authenticator: Option<Authenticator>,
    /// The authenticator app that the user has begun to set up.
    #[serde(default)]
    pub(in crate::fake) new_totp: Option<NewTotp>,
    pub(in crate::fake) backup_codes: Vec<Secret>,
    pub(in crate::fake) email_code_second_factor: bool,
    pub(in crate::fake) phone_code_second_factor: bool,
    /// The phone number that apps propose first.
    #[serde(default)]
    pub(in crate::fake) default_second_factor: Option<String>,
    pub(in crate::fake) session_tasks: Vec<String>,
    #[serde(default)]
    pub(in crate::fake) unsafe_metadata: Map<String, Value>,
    #[serde(default)]
    pub(in crate::fake) place: Place,
    #[serde(default)]
    pub(in crate::fake) legal_accepted_at: Option<Timestamp>,
    pub(in crate::fake) access: UserAccess,
    /// The number of wrong answers since the last correct answer.
    pub(in crate::fake) failed_attempts: u32,
    pub(in crate::fake) locked_until: Option<Timestamp>,
    pub(in crate::fake) session_ids: BTreeSet<String>,
    pub(in crate::fake) last_sign_in_at: Option<Timestamp>,
    /// The time of the last activity in any session.
    ///
    /// The time is cached because every answer contains it. To compute it, the server would have to search all of the
    /// user's sessions, of which there may be thousands.
    pub(in crate::fake) last_active_at: Option<Timestamp>,
    pub(in crate::fake) created_at: Timestamp,
}

/// An authenticator app that the user has not verified yet.
#[derive(Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub(in crate::fake) struct NewTotp {
    pub(in crate::fake) id: String,
    pub(in crate::fake) authenticator: Authenticator,
    pub(in crate::fake) created_at: Timestamp,
}

/// An email address, a phone number, or a wallet's address.
#[derive(Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub(in crate::fake) struct Address {
    pub(in crate::fake) id: String,
    pub(in crate::fake) value: String,
}

impl User {
    /// Returns the remaining time for which the user is locked because of too many wrong answers.
    pub(in crate::fake) fn locked_for(&self, now: Timestamp) -> Option<Duration> {
        self.locked_until.map(|until| now.until(until)).filter(|wait| !wait.is_zero())
    }

    /// Returns the identifiers with which the user can sign in.
    pub(in crate::fake) fn identifiers(&self) -> impl Iterator<Item = &String> {
        let addresses = self.email_addresses.iter().chain(&self.phone_numbers).chain(&self.web3_wallets);
        addresses.map(|address| &address.value).chain(&self.username)
    }

    /// Returns the user's first factors.
    ///
    /// The code for a password reset is sent to the phone if the identifier is a phone number, and by email in all
    /// other cases.
    pub(in crate::fake) fn first_factors(&self, identifier: &str) -> Vec<Factor> {
        let password = self.password.as_ref().map(|_| Factor::new(Strategy::Password));
        let by_phone = self.phone_numbers.iter().any(|phone| phone.value == identifier);
        let reset = match (&self.password, by_phone) {
            (None, _) => Vec::new(),
            (Some(_), true) => self.phone_factors(&Strategy::ResetPasswordPhoneCode),
            (Some(_), false) => self.email_factors(&Strategy::ResetPasswordEmailCode),
        };
        let sent = [
            self.phone_factors(&Strategy::PhoneCode),
            self.email_factors(&Strategy::EmailCode),
            self.email_factors(&Strategy::EmailLink),
            reset,
            self.passkey_factors(),
            self.provider_factors(),
            self.wallet_factors(identifier),
        ];
        password.into_iter().chain(sent.into_iter().flatten()).collect()
    }

    /// Returns the second factors that the user has set up. If there are any, the user must verify one of them.
    pub(in crate::fake) fn second_factors(&self) -> Vec<Factor> {
        let mut factors = Vec::new();
        if self.authenticator.is_some() {
            factors.push(Factor::new(Strategy::Totp));
        }
        if self.phone_code_second_factor {
            let default = self.default_second_factor.as_ref();
            let with_default = |factor: Factor| {
                let is_default = default.is_some() && factor.safe_identifier.as_ref() == default;
                Factor { default: is_default.then_some(true), ..factor }
            };
            factors.extend(self.phone_factors(&Strategy::PhoneCode).into_iter().map(with_default));
        }
        if self.email_code_second_factor {
            factors.extend(self.email_factors(&Strategy::EmailCode));
            factors.extend(self.email_factors(&Strategy::EmailLink));
        }
        // A backup code is only a substitute for another second factor, so backup codes do not count if the user has no
        // other second factor.
        let counts = !factors.is_empty() || without("backup codes alone are no second factor");
        if counts && !self.backup_codes.is_empty() {
            factors.push(Factor::new(Strategy::BackupCode));
        }
        factors
    }

    /// Returns the factors that make a new client trusted.
    pub(in crate::fake) fn client_trust_factors(&self) -> Vec<Factor> {
        let email = [self.email_factors(&Strategy::EmailCode), self.email_factors(&Strategy::EmailLink)];
        email.into_iter().flatten().chain(self.phone_factors(&Strategy::PhoneCode)).collect()
    }

    /// Returns the email address, phone number or wallet address with this id.
    pub(in crate::fake) fn address(&self, id: &str) -> Option<&str> {
        let mut addresses = self.email_addresses.iter().chain(&self.phone_numbers).chain(&self.web3_wallets);
        addresses.find(|address| address.id == id).map(|address| address.value.as_str())
    }

    fn email_factors(&self, strategy: &Strategy) -> Vec<Factor> {
        let factor = |(index, email): (usize, &Address)| Factor {
            email_address_id: Some(email.id.clone()),
            ..addressed(strategy, email, index)
        };
        self.email_addresses.iter().enumerate().map(factor).collect()
    }

    fn passkey_factors(&self) -> Vec<Factor> {
        let made = self.passkeys.iter().filter(|passkey| passkey.credential_id().is_some());
        let factor =
            |passkey: &Passkey| Factor { passkey_id: Some(passkey.id.clone()), ..Factor::new(Strategy::Passkey) };
        made.map(factor).collect()
    }

    /// Returns `true` if the user has a passkey with which to sign in.
    pub(in crate::fake) fn has_passkey(&self) -> bool {
        self.passkeys.iter().any(|passkey| passkey.credential_id().is_some())
    }

    fn provider_factors(&self) -> Vec<Factor> {
        let at_providers = self.external_accounts.iter().filter(|account| account.connection_id.is_none());
        at_providers.map(|account| Factor::new(account.strategy.clone())).collect()
    }

    /// Returns the factors of the user's wallets.
    ///
    /// If the identifier is the address of a wallet, only the factors of that wallet are returned.
    fn wallet_factors(&self, identifier: &str) -> Vec<Factor> {
        let is_named = |wallet: &Address| wallet.value.eq_ignore_ascii_case(identifier);
        let names_one = self.web3_wallets.iter().any(is_named);
        let factors = |(index, wallet): (usize, &Address)| {
            let chain = Chain::from_address(&wallet.value);
            let strategies = chain.into_iter().flat_map(Chain::strategies);
            let factor =
                |strategy| Factor { web3_wallet_id: Some(wallet.id.clone()), ..addressed(&strategy, wallet, index) };
            strategies.map(factor).collect::<Vec<_>>()
        };
        let wallets = self.web3_wallets.iter().enumerate().filter(|(_, wallet)| !names_one || is_named(wallet));
        wallets.flat_map(factors).collect()
    }

    fn phone_factors(&self, strategy: &Strategy) -> Vec<Factor> {
        let factor = |(index, phone): (usize, &Address)| Factor {
            phone_number_id: Some(phone.id.clone()),
            ..addressed(strategy, phone, index)
        };
        self.phone_numbers.iter().enumerate().map(factor).collect()
    }
}

fn addressed(strategy: &Strategy, address: &Address, index: usize) -> Factor {
    Factor { safe_identifier: Some(address.value.clone()), primary: Some(index == 0), ..Factor::new(strategy.clone()) }
}

impl fmt::Debug for User {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("User").field("id", &self.id).finish_non_exhaustive()
    }
}
