//! All users, indexed by id and by their identifiers.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::fake::crypto::web3::Chain;
use crate::fake::records::external_account::ExternalAccount;
use crate::fake::records::new_user::NewUserError;
use crate::fake::records::passkey::Passkey;
use crate::fake::records::user::User;
use crate::fault_switches::without;

#[derive(Clone, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub(in crate::fake) struct Users {
    by_id: BTreeMap<String, User>,
    /// The ids of the users, keyed by email address, phone number, wallet address and user name.
    known_as: BTreeMap<String, String>,
    /// The ids of the users, keyed by the credential ids of their passkeys.
    by_passkey: BTreeMap<String, String>,
    /// The ids of the users, keyed by their accounts at providers.
    #[serde(default)]
    by_external_account: BTreeMap<String, String>,
}

impl Users {
    pub(in crate::fake) fn insert(&mut self, user: User) {
        self.remove(&user.id);
        for identifier in user.identifiers() {
            self.known_as.insert(key(identifier), user.id.clone());
        }
        for credential_id in user.passkeys.iter().filter_map(Passkey::credential_id) {
            self.by_passkey.insert(credential_id.to_owned(), user.id.clone());
        }
        for account in &user.external_accounts {
            self.by_external_account.insert(account.key(), user.id.clone());
        }
        self.by_id.insert(user.id.clone(), user);
    }

    pub(in crate::fake) fn remove(&mut self, id: &str) -> Option<User> {
        let user = self.by_id.remove(id)?;
        for identifier in user.identifiers() {
            self.known_as.remove(&key(identifier));
        }
        for credential_id in user.passkeys.iter().filter_map(Passkey::credential_id) {
            self.by_passkey.remove(credential_id);
        }
        for account in &user.external_accounts {
            self.by_external_account.remove(&account.key());
        }
        Some(user)
    }

    pub(in crate::fake) fn get(&self, id: &str) -> Option<&User> {
        self.by_id.get(id)
    }

    /// Returns a mutable reference to the user, for changes of fields that are not indexed.
    ///
    /// Use [`insert`](Self::insert) to change an indexed field.
    pub(in crate::fake) fn get_mut(&mut self, id: &str) -> Option<&mut User> {
        self.by_id.get_mut(id)
    }

    pub(in crate::fake) fn known_as(&self, identifier: &str) -> Option<&User> {
        self.by_id.get(self.known_as.get(&key(identifier))?)
    }

    /// Returns the user with this email address. The method ignores a user whose user name happens to be the same text.
    pub(in crate::fake) fn with_email_address(&self, address: &str) -> Option<&User> {
        let user = self.known_as(address)?;
        user.email_addresses.iter().any(|known| known.value.eq_ignore_ascii_case(address)).then_some(user)
    }

    /// Returns the user with this phone number.
    pub(in crate::fake) fn with_phone_number(&self, number: &str) -> Option<&User> {
        let user = self.known_as(number)?;
        user.phone_numbers.iter().any(|known| known.value == number).then_some(user)
    }

    pub(in crate::fake) fn with_passkey(&self, credential_id: &str) -> Option<&User> {
        self.by_id.get(self.by_passkey.get(credential_id)?)
    }

    pub(in crate::fake) fn with_external_account(&self, account: &ExternalAccount) -> Option<&User> {
        self.by_id.get(self.by_external_account.get(&account.key())?)
    }

    /// Returns the user whose passkey has this id. The method searches through all users.
    pub(in crate::fake) fn owner_of_passkey(&self, passkey_id: &str) -> Option<&User> {
        self.iter().find(|user| user.passkeys.iter().any(|passkey| passkey.id == passkey_id))
    }

    pub(in crate::fake) fn find(&self, id_or_identifier: &str) -> Option<&User> {
        self.get(id_or_identifier).or_else(|| self.known_as(id_or_identifier))
    }

    /// Checks that a user may have these identifiers. `id` is `None` for a new user.
    pub(in crate::fake) fn admit(
        &self,
        id: Option<&str>,
        email_addresses: &[String],
        phone_numbers: &[String],
        web3_wallets: &[String],
        username: Option<&String>,
    ) -> Result<(), NewUserError> {
        if let Some(wrong) = email_addresses.iter().find(|it| !is_email_address(it)) {
            return Err(NewUserError::EmailAddress(wrong.clone()));
        }
        if let Some(wrong) = phone_numbers.iter().find(|it| !is_phone_number(it)) {
            return Err(NewUserError::PhoneNumber(wrong.clone()));
        }
        if let Some(wrong) = web3_wallets.iter().find(|it| Chain::from_address(it).is_none()) {
            return Err(NewUserError::Web3Wallet(wrong.clone()));
        }
        let identifiers = email_addresses.iter().chain(phone_numbers).chain(web3_wallets).chain(username);
        let mut own = BTreeSet::new();
        for identifier in identifiers {
            let others = self.known_as(identifier).is_some_and(|user| Some(user.id.as_str()) != id);
            let others = others && !without("an identifier belongs to one user");
            if others || !own.insert(key(identifier)) {
                return Err(NewUserError::IdentifierTaken(identifier.clone()));
            }
        }
        if own.is_empty() || own.contains("") { Err(NewUserError::NoIdentifier) } else { Ok(()) }
    }

    pub(in crate::fake) fn iter(&self) -> impl Iterator<Item = &User> {
        self.by_id.values()
    }

    pub(in crate::fake) fn len(&self) -> usize {
        self.by_id.len()
    }
}

/// Returns `true` if the text cannot be mistaken for an email address or a phone number.
pub(in crate::fake) fn is_username(text: &str) -> bool {
    text.chars().all(|character| character.is_alphanumeric() || "_-.".contains(character))
}

/// Returns `true` if the text looks like an email address. Only sending a message can prove that the address works.
pub(in crate::fake) fn is_email_address(text: &str) -> bool {
    text.split_once('@').is_some_and(|(name, host)| !name.is_empty() && !host.is_empty())
}

/// Returns `true` if both texts are the same identifier.
pub(in crate::fake) fn is_same_identifier(one: &str, other: &str) -> bool {
    key(one) == key(other)
}

/// Returns `true` if the text is a phone number in E.164 format.
pub(in crate::fake) fn is_phone_number(text: &str) -> bool {
    let digits = text.strip_prefix('+').unwrap_or_default();
    (7..=15).contains(&digits.len()) && digits.bytes().all(|digit| digit.is_ascii_digit())
}

/// Returns the key under which an identifier is indexed. Email addresses and Ethereum accounts are case-insensitive.
fn key(identifier: &str) -> String {
    let either_case = identifier.contains('@') || identifier.starts_with("0x");
    let either_case = either_case && !without("an address is known in either case");
    if either_case { identifier.to_ascii_lowercase() } else { identifier.to_owned() }
}
