//! Registration and verification of passkeys.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use sha2::{Digest, Sha256};
use webauthn_rs::prelude::{
    Passkey as Credential, PublicKeyCredential, RegisterPublicKeyCredential, Url, Uuid, Webauthn, WebauthnBuilder,
};

use crate::wire::Timestamp;

/// A stored passkey.
#[derive(Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub(in crate::fake) struct Passkey {
    pub(in crate::fake) id: String,
    pub(in crate::fake) name: String,
    pub(in crate::fake) stage: PasskeyStage,
    pub(in crate::fake) last_used_at: Option<Timestamp>,
    pub(in crate::fake) created_at: Timestamp,
    pub(in crate::fake) updated_at: Timestamp,
}

#[derive(Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub(in crate::fake) enum PasskeyStage {
    /// The authenticator has not created the passkey yet.
    Asked(PasskeyCreation),
    Made {
        /// The credential's id, in base64url.
        credential_id: String,
        /// The credential, including its public key and counter, in the library's JSON format.
        credential: String,
    },
}

/// A passkey whose registration is in progress.
#[derive(Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub(in crate::fake) struct PasskeyCreation {
    pub(in crate::fake) relying_party: RelyingParty,
    pub(in crate::fake) challenge: String,
    pub(in crate::fake) options: String,
    pub(in crate::fake) expires_at: Timestamp,
}

impl Passkey {
    pub(in crate::fake) fn credential(&self) -> Option<Credential> {
        match &self.stage {
            PasskeyStage::Made { credential, .. } => serde_json::from_str(credential).ok(),
            PasskeyStage::Asked(_) => None,
        }
    }

    pub(in crate::fake) fn credential_id(&self) -> Option<&str> {
        match &self.stage {
            PasskeyStage::Made { credential_id, .. } => Some(credential_id),
            PasskeyStage::Asked(_) => None,
        }
    }
}

/// The relying party, which asks for passkeys. It represents one domain and that domain's pages.
#[derive(Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub(in crate::fake) struct RelyingParty {
    pub(in crate::fake) id: String,
    pub(in crate::fake) name: String,
    pub(in crate::fake) origin: String,
}

/// The reason why an authenticator's response is rejected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::fake) enum Mistake {
    /// The response cannot be parsed.
    Unreadable,
    /// The response does not match the request.
    Wrong,
}

impl RelyingParty {
    /// Creates a relying party.
    ///
    /// Returns `None` if passkeys cannot belong to the page's host, for instance because the host is an IP address.
    pub(in crate::fake) fn new(id: Option<&str>, name: &str, origin: &str) -> Option<Self> {
        let host = Url::parse(origin).ok()?.domain()?.to_owned();
        let party = Self { id: id.unwrap_or(&host).to_owned(), name: name.to_owned(), origin: origin.to_owned() };
        party.library().map(|_| party)
    }

    /// Returns the JSON options that ask an authenticator to create a passkey.
    pub(in crate::fake) fn creation_options(
        &self,
        (user_id, name): (&str, &str),
        known: &[Passkey],
        challenge: &[u8],
    ) -> Option<String> {
        let known = known.iter().filter_map(Passkey::credential);
        let known = known.map(|credential| credential.cred_id().clone()).collect();
        let library = self.library()?;
        let (mut asked, _) = library.start_passkey_registration(handle(user_id), name, name, Some(known)).ok()?;
        asked.public_key.challenge = challenge.to_vec();
        let mut options = serde_json::to_value(&asked.public_key).ok()?;
        // The passkey must be discoverable, so that authenticators can find it without a user name.
        let selection = options.get_mut("authenticatorSelection")?;
        *selection.get_mut("requireResidentKey")? = true.into();
        selection.as_object_mut()?.insert("residentKey".to_owned(), "required".into());
        Some(options.to_string())
    }

    /// Verifies a newly created passkey. Returns the passkey's id, and the passkey as JSON.
    pub(in crate::fake) fn made(
        &self,
        user_id: &str,
        challenge: &str,
        answer: &str,
    ) -> Result<(String, String), Mistake> {
        let answer: RegisterPublicKeyCredential = serde_json::from_str(answer).map_err(|_| Mistake::Unreadable)?;
        let library = self.library().ok_or(Mistake::Wrong)?;
        let begun = library.start_passkey_registration(handle(user_id), user_id, user_id, None);
        let (_, state) = begun.map_err(|_| Mistake::Wrong)?;
        let state = with_challenge(&state, "rs", challenge).ok_or(Mistake::Wrong)?;
        let credential = library.finish_passkey_registration(&answer, &state).map_err(|_| Mistake::Wrong)?;
        let json = serde_json::to_string(&credential).map_err(|_| Mistake::Wrong)?;
        Ok((URL_SAFE_NO_PAD.encode(credential.cred_id()), json))
    }

    /// Returns the JSON options that ask an authenticator to sign with one of these passkeys.
    ///
    /// If the list is empty, any passkey may be used.
    pub(in crate::fake) fn request_options(&self, allowed: &[Credential], challenge: &[u8]) -> Option<String> {
        let (mut asked, _) = self.library()?.start_passkey_authentication(allowed).ok()?;
        asked.public_key.challenge = challenge.to_vec();
        serde_json::to_string(&asked.public_key).ok()
    }

    /// Verifies a passkey's signature, and returns the updated passkey as JSON.
    pub(in crate::fake) fn signed(
        &self,
        user_id: &str,
        mut credential: Credential,
        challenge: &str,
        answer: &Assertion,
    ) -> Result<String, Mistake> {
        let library = self.library().ok_or(Mistake::Wrong)?;
        let begun = library.start_passkey_authentication(std::slice::from_ref(&credential));
        let (_, state) = begun.map_err(|_| Mistake::Wrong)?;
        let state = with_challenge(&state, "ast", challenge).ok_or(Mistake::Wrong)?;
        let signed = library.finish_passkey_authentication(&answer.0, &state).map_err(|_| Mistake::Wrong)?;
        let is_of_user = answer.0.get_user_unique_id().is_none_or(|it| it == handle(user_id).as_bytes());
        if !is_of_user || !signed.user_verified() {
            return Err(Mistake::Wrong);
        }
        credential.update_credential(&signed);
        serde_json::to_string(&credential).map_err(|_| Mistake::Wrong)
    }

    fn library(&self) -> Option<Webauthn> {
        let origin = Url::parse(&self.origin).ok()?;
        let builder = WebauthnBuilder::new(&self.id, &origin).ok()?.rp_name(&self.name);
        // Native apps that belong to the domain use this origin.
        let own = Url::parse(&format!("https://{}", self.id)).ok()?;
        builder.append_allowed_origin(&own).build().ok()
    }
}

/// A passkey's response to a challenge.
pub(in crate::fake) struct Assertion(PublicKeyCredential);

impl Assertion {
    pub(in crate::fake) fn read(answer: &str) -> Option<Self> {
        serde_json::from_str(answer).ok().map(Self)
    }

    pub(in crate::fake) fn credential_id(&self) -> String {
        URL_SAFE_NO_PAD.encode(self.0.get_credential_id())
    }

    /// Returns `true` if the response names the user.
    ///
    /// If the challenge was not issued for a particular user, the response must name the user.
    pub(in crate::fake) fn names_its_user(&self) -> bool {
        self.0.get_user_unique_id().is_some()
    }
}

/// Replaces the random challenge in the library's state with a challenge that was derived from the seed.
fn with_challenge<T: Serialize + for<'de> Deserialize<'de>>(state: &T, part: &str, challenge: &str) -> Option<T> {
    let mut state = serde_json::to_value(state).ok()?;
    *state.get_mut(part)?.get_mut("challenge")? = Value::from(challenge);
    serde_json::from_value(state).ok()
}

/// Returns the user handle, which identifies a user to authenticators without revealing who the user is.
fn handle(user_id: &str) -> Uuid {
    let hash = Sha256::digest(user_id.as_bytes());
    Uuid::from_slice(hash.get(..16).unwrap_or_default()).unwrap_or_default()
}
