//! Converts users to resources of the Frontend API.

use crate::fake::records::external_account::ExternalAccount;
use crate::fake::records::passkey::{Passkey, PasskeyStage};
use crate::fake::records::state::FakeState;
use crate::fake::records::user::{Address, User, UserAccess};
use crate::fake::rejections::whole_seconds;
use crate::wire::VerificationStatus::{Expired, Unverified, Verified};
use crate::wire::{
    self, EmailAddress, PhoneNumber, PublicUserData, Strategy, Timestamp, UserData, Verification, Web3Wallet,
};

/// The profile image of every user, which is a transparent pixel.
///
/// The native SDKs cannot decode a user without an image. The image is part of the URL, so that showing it needs no
/// network.
pub(super) const IMAGE_URL: &str = "data:image/gif;base64,R0lGODlhAQABAAAAACH5BAEKAAEALAAAAAABAAEAAAICTAEAOw==";

impl FakeState {
    pub(super) fn describe_user(&self, user: &User, now: Timestamp) -> wire::User {
        let has_second_factor = !user.second_factors().is_empty();
        let locked_for = user.locked_for(now);
        let locked = user.access == UserAccess::Locked || locked_for.is_some();
        let attempts = u64::from(self.settings.lockout_attempts);
        let left = if locked { 0 } else { attempts.saturating_sub(user.failed_attempts.into()) };
        wire::User {
            id: user.id.clone(),
            username: user.username.clone(),
            first_name: user.first_name.clone(),
            last_name: user.last_name.clone(),
            image_url: Some(IMAGE_URL.to_owned()),
            primary_email_address_id: primary(&user.email_addresses).map(|email| email.id.clone()),
            primary_phone_number_id: primary(&user.phone_numbers).map(|phone| phone.id.clone()),
            email_addresses: user.email_addresses.iter().map(|email| describe_email_address(email, user)).collect(),
            phone_numbers: user.phone_numbers.iter().map(|phone| describe_phone_number(phone, user)).collect(),
            primary_web3_wallet_id: primary(&user.web3_wallets).map(|wallet| wallet.id.clone()),
            web3_wallets: user.web3_wallets.iter().map(|wallet| describe_web3_wallet(wallet, user)).collect(),
            external_accounts: user
                .external_accounts
                .iter()
                .filter_map(|it| describe_external_account(it, user))
                .collect(),
            organization_memberships: self.describe_memberships(user),
            passkeys: user.passkeys.iter().map(|passkey| self.describe_passkey(passkey, now)).collect(),
            password_enabled: user.password.is_some(),
            two_factor_enabled: has_second_factor,
            totp_enabled: user.authenticator.is_some(),
            backup_code_enabled: !user.backup_codes.is_empty(),
            password_last_updated_at: user.password.is_some().then_some(user.password_set_at),
            mfa_enabled_at: has_second_factor.then_some(user.created_at),
            banned: user.access == UserAccess::Banned,
            locked,
            lockout_expires_in_seconds: locked_for.map(whole_seconds),
            verification_attempts_remaining: (attempts > 0).then_some(left),
            delete_self_enabled: true,
            create_organization_enabled: true,
            unsafe_metadata: user.unsafe_metadata.clone(),
            locale: user.place.locale.clone(),
            timezone: user.place.timezone.clone(),
            legal_accepted_at: user.legal_accepted_at,
            last_sign_in_at: user.last_sign_in_at,
            last_active_at: user.last_active_at,
            created_at: Some(user.created_at),
            updated_at: Some(user.created_at.max(user.password_set_at)),
            ..wire::User::default()
        }
    }
}

impl FakeState {
    pub(in crate::fake) fn describe_passkey(&self, passkey: &Passkey, now: Timestamp) -> wire::Passkey {
        let verification = match &passkey.stage {
            PasskeyStage::Asked(asked) => Verification {
                nonce: Some(asked.options.clone()),
                expire_at: Some(asked.expires_at),
                ..Verification::new(Strategy::Passkey, if now < asked.expires_at { Unverified } else { Expired })
            },
            PasskeyStage::Made { .. } => Verification {
                expire_at: Some(passkey.created_at + self.settings.code_lifetime),
                ..Verification::new(Strategy::Passkey, Verified)
            },
        };
        wire::Passkey {
            id: passkey.id.clone(),
            name: passkey.name.clone(),
            last_used_at: passkey.last_used_at,
            verification: Some(Box::new(verification)),
            created_at: Some(passkey.created_at),
            updated_at: Some(passkey.updated_at),
            ..wire::Passkey::default()
        }
    }
}

fn describe_web3_wallet(wallet: &Address, user: &User) -> Web3Wallet {
    Web3Wallet {
        id: wallet.id.clone(),
        web3_wallet: wallet.value.clone(),
        verification: Some(Box::new(added_by_an_administrator())),
        created_at: Some(user.created_at),
        updated_at: Some(user.created_at),
        ..Web3Wallet::default()
    }
}

/// Describes an account at a provider. For enterprise accounts, there is a separate resource, which the fake does not
/// implement.
fn describe_external_account(account: &ExternalAccount, user: &User) -> Option<wire::ExternalAccount> {
    let Strategy::Oauth(provider) = &account.strategy else { return None };
    let claims = &account.claims;
    let verification = Verification::new(account.strategy.clone(), Verified);
    Some(wire::ExternalAccount {
        id: account.id(),
        provider: provider.name().to_owned(),
        identification_id: account.id(),
        provider_user_id: claims.sub.clone(),
        approved_scopes: "email openid profile".to_owned(),
        email_address: claims.email.clone(),
        email_address_verified: Some(claims.email_verified),
        first_name: claims.given_name.clone().unwrap_or_default(),
        last_name: claims.family_name.clone().unwrap_or_default(),
        verification: Some(Box::new(Verification { expire_at: Some(user.created_at), ..verification })),
        created_at: Some(user.created_at),
        updated_at: Some(user.created_at),
        ..wire::ExternalAccount::default()
    })
}

fn describe_email_address(email: &Address, user: &User) -> EmailAddress {
    EmailAddress {
        id: email.id.clone(),
        email_address: email.value.clone(),
        verification: Some(Box::new(added_by_an_administrator())),
        created_at: Some(user.created_at),
        updated_at: Some(user.created_at),
        ..EmailAddress::default()
    }
}

fn describe_phone_number(phone: &Address, user: &User) -> PhoneNumber {
    PhoneNumber {
        id: phone.id.clone(),
        phone_number: phone.value.clone(),
        reserved_for_second_factor: user.phone_code_second_factor,
        default_second_factor: user.default_second_factor.as_ref() == Some(&phone.value),
        verification: Some(Box::new(added_by_an_administrator())),
        created_at: Some(user.created_at),
        updated_at: Some(user.created_at),
        ..PhoneNumber::default()
    }
}

fn added_by_an_administrator() -> Verification {
    Verification::new(Strategy::from("admin"), Verified)
}

pub(super) fn describe_public_user_data(user: &User) -> PublicUserData {
    PublicUserData {
        user_data: describe_user_data(user),
        user_id: None,
        identifier: primary(&user.email_addresses).map(|email| email.value.clone()).unwrap_or_default(),
        username: user.username.clone(),
    }
}

pub(super) fn describe_user_data(user: &User) -> UserData {
    UserData {
        first_name: user.first_name.clone(),
        last_name: user.last_name.clone(),
        image_url: Some(IMAGE_URL.to_owned()),
        has_image: false,
    }
}

fn primary(addresses: &[Address]) -> Option<&Address> {
    addresses.first()
}
