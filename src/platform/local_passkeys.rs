//! An authenticator that keeps its passkeys in the program.

use std::fmt;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use passkey_authenticator::{
    Authenticator, CredentialStore, DiscoverabilitySupport, StoreInfo, UiHint, UserCheck, UserValidationMethod,
};
use passkey_client::{Client, DefaultClientData, WebauthnError};
use passkey_crypto::rust_crypto::RustCryptoBackend;
use passkey_types::Passkey;
use passkey_types::ctap2::make_credential::{Options, PublicKeyCredentialRpEntity, PublicKeyCredentialUserEntity};
use passkey_types::ctap2::{Aaguid, Ctap2Error, StatusCode};
use passkey_types::webauthn::{
    CredentialCreationOptions, CredentialRequestOptions, PublicKeyCredentialCreationOptions,
    PublicKeyCredentialDescriptor, PublicKeyCredentialRequestOptions,
};
use serde::Serialize;
use serde::de::DeserializeOwned;
use url::Url;

use super::{CapabilityError, PasskeyAuthenticator, PasskeyRequest};
use crate::wire::Secret;

/// An authenticator that keeps its passkeys in the program.
///
/// It is intended for tests and for programs that sign in without a user.
///
/// It signs without asking the user, but reports that the user was present and verified. `Debug` does not show the
/// passkeys.
///
/// It keeps the passkeys only in memory. Each passkey counts how often it is used.
pub struct LocalPasskeys {
    origin: Url,
    passkeys: Store,
}

impl LocalPasskeys {
    /// Creates an authenticator without passkeys. It answers requests from the page or app that has this origin.
    ///
    /// # Errors
    /// [`CapabilityError::Unavailable`] if the origin is not a URL.
    pub fn new(origin: &str) -> Result<Self, CapabilityError> {
        let origin = Url::parse(origin).map_err(|_| CapabilityError::unavailable("the origin is no URL"))?;
        Ok(Self { origin, passkeys: Store::default() })
    }

    /// Creates a passkey, and returns the credential that proves its creation.
    ///
    /// The credential is a `PublicKeyCredential` in the JSON format of Web Authentication Level 3 section 5.1
    /// (`RegistrationResponseJSON`). The options are JSON text in the format of section 5.1.9
    /// (`PublicKeyCredentialCreationOptionsJSON`).
    ///
    /// # Errors
    /// - [`CapabilityError::Unavailable`] if this user already has a passkey, or if the origin is not allowed to create
    ///   one.
    /// - [`CapabilityError::Failed`] if the options cannot be read.
    pub async fn create(&self, options: &str) -> Result<Secret, CapabilityError> {
        let public_key: PublicKeyCredentialCreationOptions = read(options)?;
        let options = CredentialCreationOptions { public_key };
        let mut client = Client::new(self.authenticator()).allows_insecure_localhost(true);
        let made = client.register(&self.origin, options, DefaultClientData).await;
        write(&made.map_err(|error| why(&error))?)
    }

    fn authenticator(&self) -> Authenticator<Store, NobodyToAsk, RustCryptoBackend> {
        let passkeys = self.passkeys.clone();
        let mut authenticator = Authenticator::new(Aaguid::new_empty(), passkeys, NobodyToAsk, RustCryptoBackend);
        authenticator.set_make_credentials_with_signature_counter(true);
        authenticator
    }
}

#[async_trait]
impl PasskeyAuthenticator for LocalPasskeys {
    async fn get_assertion(&self, request: PasskeyRequest<'_>) -> Result<Secret, CapabilityError> {
        let public_key: PublicKeyCredentialRequestOptions = read(request.options)?;
        let options = CredentialRequestOptions { public_key };
        let mut client = Client::new(self.authenticator()).allows_insecure_localhost(true);
        let signed = client.authenticate(&self.origin, options, DefaultClientData).await;
        write(&signed.map_err(|error| why(&error))?)
    }
}

fn read<T: DeserializeOwned>(options: &str) -> Result<T, CapabilityError> {
    serde_json::from_str(options).map_err(CapabilityError::failed)
}

fn write(credential: &impl Serialize) -> Result<Secret, CapabilityError> {
    serde_json::to_string(credential).map(Secret::from).map_err(CapabilityError::failed)
}

fn why(error: &WebauthnError) -> CapabilityError {
    match error {
        WebauthnError::CredentialNotFound => CapabilityError::unavailable("there is no passkey for this"),
        error => CapabilityError::unavailable(format!("{error:?}")),
    }
}

/// The passkeys, oldest first.
#[derive(Clone, Default)]
struct Store(Arc<Mutex<Vec<Passkey>>>);

impl Store {
    fn passkeys(&self) -> MutexGuard<'_, Vec<Passkey>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[async_trait]
impl CredentialStore for Store {
    type PasskeyItem = Passkey;

    /// Returns the newest passkey first, because the caller uses the first one.
    async fn find_credentials(
        &self,
        ids: Option<&[PublicKeyCredentialDescriptor]>,
        rp_id: &str,
        _user_handle: Option<&[u8]>,
    ) -> Result<Vec<Passkey>, StatusCode> {
        let ids = ids.filter(|ids| !ids.is_empty());
        let is_asked_for = |passkey: &&Passkey| {
            let is_listed = |ids: &[PublicKeyCredentialDescriptor]| ids.iter().any(|id| id.id == passkey.credential_id);
            passkey.rp_id == rp_id && ids.is_none_or(is_listed)
        };
        let found: Vec<_> = self.passkeys().iter().rev().filter(is_asked_for).cloned().collect();
        if found.is_empty() { Err(Ctap2Error::NoCredentials.into()) } else { Ok(found) }
    }

    async fn save_credential(
        &mut self,
        passkey: Passkey,
        _user: PublicKeyCredentialUserEntity,
        _rp: PublicKeyCredentialRpEntity,
        _options: Options,
    ) -> Result<(), StatusCode> {
        self.passkeys().push(passkey);
        Ok(())
    }

    async fn update_credential(&mut self, passkey: &Passkey) -> Result<(), StatusCode> {
        let mut passkeys = self.passkeys();
        let known = passkeys.iter_mut().find(|known| known.credential_id == passkey.credential_id);
        known.map(|known| *known = passkey.clone()).ok_or_else(|| Ctap2Error::NoCredentials.into())
    }

    async fn get_info(&self) -> StoreInfo {
        StoreInfo { discoverability: DiscoverabilitySupport::ForcedDiscoverable }
    }
}

struct NobodyToAsk;

#[async_trait]
impl UserValidationMethod for NobodyToAsk {
    type PasskeyItem = Passkey;

    async fn check_user<'a>(
        &self,
        hint: UiHint<'a, Passkey>,
        presence: bool,
        verification: bool,
    ) -> Result<UserCheck, Ctap2Error> {
        match hint {
            UiHint::InformExcludedCredentialFound(_) => Err(Ctap2Error::CredentialExcluded),
            UiHint::InformNoCredentialsFound => Err(Ctap2Error::NoCredentials),
            _ => Ok(UserCheck { presence, verification }),
        }
    }

    fn is_presence_enabled(&self) -> bool {
        true
    }

    fn is_verification_enabled(&self) -> Option<bool> {
        Some(true)
    }
}

impl fmt::Debug for LocalPasskeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LocalPasskeys").field("origin", &self.origin.as_str()).finish_non_exhaustive()
    }
}
