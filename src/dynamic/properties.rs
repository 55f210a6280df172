//! The properties of clerk-js's sign-in object. Each is a copy of a part of the server's latest description.

use super::DynamicSignIn;
use crate::wire::{
    ClientTrustState, Factor, IdentifierKind, ProtectCheck, SignInAttempt, Status, Timestamp, UserData, Verification,
};

impl DynamicSignIn {
    /// The attempt's id; `None` before the first call.
    #[must_use]
    pub fn id(&self) -> Option<String> {
        self.read(|attempt| Some(attempt.id.clone()).filter(|id| !id.is_empty()))
    }

    /// The status of the attempt, exactly as the server sent it.
    #[must_use]
    pub fn status(&self) -> Option<Status> {
        self.read(|attempt| attempt.status.clone())
    }

    /// The identifier of this sign-in.
    #[must_use]
    pub fn identifier(&self) -> Option<String> {
        self.read(|attempt| attempt.identifier.clone())
    }

    /// The kinds of identifier that the instance accepts.
    #[doc(alias = "supportedIdentifiers")]
    #[must_use]
    pub fn supported_identifiers(&self) -> Vec<IdentifierKind> {
        self.read(|attempt| attempt.supported_identifiers.clone())
    }

    /// The first factors that the user may verify.
    #[doc(alias = "supportedFirstFactors")]
    #[must_use]
    pub fn supported_first_factors(&self) -> Vec<Factor> {
        self.read(|attempt| attempt.supported_first_factors.clone().unwrap_or_default())
    }

    /// The first factors that the user may verify although the instance enforces single sign-on.
    #[doc(alias = "ssoBypassFirstFactors")]
    #[must_use]
    pub fn sso_bypass_first_factors(&self) -> Vec<Factor> {
        self.read(|attempt| attempt.sso_bypass_first_factors.clone().unwrap_or_default())
    }

    /// The second factors that the user may verify.
    #[doc(alias = "supportedSecondFactors")]
    #[must_use]
    pub fn supported_second_factors(&self) -> Vec<Factor> {
        self.read(|attempt| attempt.supported_second_factors.clone().unwrap_or_default())
    }

    /// The verification of the first factor.
    #[doc(alias = "firstFactorVerification")]
    #[must_use]
    pub fn first_factor_verification(&self) -> Option<Verification> {
        self.read(|attempt| attempt.first_factor_verification.as_deref().cloned())
    }

    /// The verification of the second factor or of client trust.
    #[doc(alias = "secondFactorVerification")]
    #[must_use]
    pub fn second_factor_verification(&self) -> Option<Verification> {
        self.read(|attempt| attempt.second_factor_verification.as_deref().cloned())
    }

    /// The user's public data.
    #[doc(alias = "userData")]
    #[must_use]
    pub fn user_data(&self) -> Option<UserData> {
        self.read(|attempt| attempt.user_data.as_deref().cloned())
    }

    /// The id of the session, once the sign-in is complete.
    #[doc(alias = "createdSessionId")]
    #[must_use]
    pub fn created_session_id(&self) -> Option<String> {
        self.read(|attempt| attempt.created_session_id.clone()).filter(|id| !id.is_empty())
    }

    /// The existing session if the identifier was already signed in.
    #[doc(alias = "existingSession")]
    #[must_use]
    pub fn existing_session(&self) -> Option<String> {
        self.read(|attempt| attempt.existing_session().map(str::to_owned))
    }

    /// Returns `true` if the first factor was verified but belongs to no user.
    #[doc(alias = "isTransferable")]
    #[must_use]
    pub fn is_transferable(&self) -> bool {
        self.read(SignInAttempt::is_transferable)
    }

    /// The server's report on whether this client is new to the user.
    #[doc(alias = "clientTrustState")]
    #[must_use]
    pub fn client_trust_state(&self) -> Option<ClientTrustState> {
        self.read(|attempt| attempt.client_trust_state.clone())
    }

    /// Clerk Protect's challenge. It contains a secret token.
    #[doc(alias = "protectCheck")]
    #[must_use]
    pub fn protect_check(&self) -> Option<ProtectCheck> {
        self.read(|attempt| attempt.protect_check.as_deref().cloned())
    }

    /// The time at which the attempt ends if the user has not finished it by then.
    #[must_use]
    pub fn abandon_at(&self) -> Option<Timestamp> {
        self.read(|attempt| attempt.abandon_at)
    }

    /// The language of the messages that the user receives.
    #[must_use]
    pub fn locale(&self) -> Option<String> {
        self.read(|attempt| attempt.locale.clone())
    }

    /// The user's time zone, such as `Europe/Berlin`.
    #[must_use]
    pub fn timezone(&self) -> Option<String> {
        self.read(|attempt| attempt.timezone.clone())
    }

    /// The identity provider's URL, to which the user must go. It is a secret of this sign-in.
    #[doc(alias = "externalVerificationRedirectURL")]
    #[must_use]
    pub fn external_url(&self) -> Option<String> {
        self.first(|first| first.unchecked_url().map(str::to_owned))
    }

    /// What a passkey, a wallet or a trusted device must sign. For a passkey, this is the options as JSON.
    #[must_use]
    pub fn challenge(&self) -> Option<String> {
        self.place.attempt().and_then(|(kind, attempt)| {
            kind.verification_in(&attempt).and_then(Verification::challenge).map(str::to_owned)
        })
    }

    fn read<T>(&self, property: impl FnOnce(&SignInAttempt) -> T) -> T {
        property(&self.place.described())
    }

    fn first<T>(&self, property: impl FnOnce(&Verification) -> Option<T>) -> Option<T> {
        self.read(|attempt| attempt.first_factor_verification.as_deref().and_then(property))
    }
}
