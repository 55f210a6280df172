//! ID tokens that an identity provider's own SDK gave the app.

use super::NeedsIdentifier;
use crate::sign_in::core::SignIn;
use crate::sign_in::outcomes::AfterCreate;
use crate::sign_in::sign_up::AfterSignUp;
use crate::sign_in::step_error::StepError;
use crate::wire::{CreateSignIn, CreateSignUp, Request, Secret, SignUpFields, SignUpSso, Strategy};

/// An ID token of an identity provider (OpenID Connect Core 1.0 section 2).
///
/// It says who the user is. The user signed in at the provider inside the app, and Google One Tap or Sign in with Apple
/// has made the token for this instance.
///
/// ```
/// use clerk_sign_in::IdToken;
///
/// # let (credential, identity_token, authorization_code) = ("ey…", "ey…", "c1…");
/// let google = IdToken::google_one_tap(credential);
/// let apple = IdToken::new("apple", identity_token).with_code(authorization_code);
/// # let _ = (google, apple);
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use = "give it to `id_token`"]
pub struct IdToken {
    strategy: Strategy,
    token: Option<Secret>,
    code: Option<Secret>,
}

impl IdToken {
    /// Takes the `credential` of Google One Tap.
    ///
    /// It is made for the instance's
    /// [`google_one_tap_client_id`](crate::wire::DisplayConfig::google_one_tap_client_id).
    pub fn google_one_tap(token: &str) -> Self {
        Self { strategy: Strategy::GoogleOneTap, token: Some(token.into()), code: None }
    }

    /// Takes a token of the provider with this name: `apple`, `google`.
    pub fn new(provider: &str, token: &str) -> Self {
        Self { strategy: Strategy::oauth_token(provider), token: Some(token.into()), code: None }
    }

    /// Takes the authorization code that came instead of a token.
    ///
    /// With the code the server asks the provider for the token, once.
    pub fn from_code(provider: &str, code: &str) -> Self {
        Self { strategy: Strategy::oauth_token(provider), token: None, code: Some(code.into()) }
    }

    /// Adds the authorization code that came with the token.
    ///
    /// With the code the server learns more about the user than the token says, such as the name. Google One Tap gives
    /// no code.
    pub fn with_code(mut self, code: &str) -> Self {
        self.code = Some(code.into());
        self
    }

    /// The strategy: `google_one_tap`, or `oauth_token_<provider>`.
    #[must_use]
    pub const fn strategy(&self) -> &Strategy {
        &self.strategy
    }
}

impl SignIn<NeedsIdentifier> {
    /// `NeedsIdentifier` → any state after a verified first factor: signs in the user of an ID token.
    /// `POST /v1/client/sign_ins`
    ///
    /// The user does not leave the app.
    ///
    /// ```
    /// # use clerk_sign_in::fake::{FakeBackend, LINUS};
    /// # use clerk_sign_in::wire::Strategy;
    /// # use clerk_sign_in::{AfterCreate, Client, IdToken};
    /// # futures::executor::block_on(async {
    /// # let fake = FakeBackend::demo();
    /// # let client = Client::new(fake.clone());
    /// # let credential = fake.provider_credential(&Strategy::oauth_token("apple"), LINUS.email_address).unwrap();
    /// # let (identity_token, authorization_code) = (credential.id_token.expose(), credential.code.as_ref().unwrap().expose());
    /// let apple = IdToken::new("apple", identity_token).with_code(authorization_code);
    /// let AfterCreate::Complete(linus) = client.sign_in().id_token(&apple).await? else { panic!() };
    /// linus.finalize().await?;
    /// # Ok::<_, clerk_sign_in::Error>(())
    /// # }).unwrap();
    /// ```
    ///
    /// If no user has the account, `oauth_token_<provider>` leads to [`Transferable`](crate::Transferable). A token of
    /// Google One Tap is rejected then: [sign the user up](Self::sign_up_by_id_token) with it.
    ///
    /// # Errors
    /// [`StepError::Stayed`] with [`ErrorKind`](crate::ErrorKind)
    /// - `Rejected`: the token is not one of the provider's for this instance, or is too old
    ///   (`google_one_tap_token_invalid`, `oauth_token_exchange_error`). A used code also leads to
    ///   `oauth_token_exchange_error`.
    /// - `Rejected`: the token is empty (`form_param_nil`), or has no email address (`oauth_fetch_user_error`).
    /// - `Rejected`: no user has the account (`external_account_not_found`).
    /// - `Rejected`: the instance does not have the provider (`oauth_provider_not_enabled`,
    ///   `oauth_unsupported_provider`).
    /// - `Rejected`: the address has an enterprise connection (`sign_in_must_use_enterprise_connection_identifier`).
    /// - `Rejected`: the user may not sign in (`user_locked`, `user_banned`, `user_deactivated`), or is signed in
    ///   already ([`existing_session`](crate::Error::existing_session)).
    /// - `Rejected`: for any reason for which [`create`](Self::create) is rejected.
    /// - `Transport` or `Protocol`: no readable answer came. The code may be used up: call
    ///   [`Client::resume`](crate::Client::resume) before the user is asked for another.
    pub async fn id_token(self, id_token: &IdToken) -> Result<AfterCreate, StepError<NeedsIdentifier>> {
        let create = CreateSignIn {
            strategy: Some(id_token.strategy.clone()),
            token: id_token.token.clone(),
            code: id_token.code.clone(),
            ..CreateSignIn::new()
        };
        self.step(Request::CreateSignIn(create)).await.map(AfterCreate::from)
    }

    /// `NeedsIdentifier` → a sign-up of the user of an ID token.
    /// `POST /v1/client/sign_ups`
    ///
    /// A user and a session exist at once, unless the instance requires more than these fields. Use it after a token of
    /// Google One Tap was rejected because no user has the account (`external_account_not_found`).
    ///
    /// ```
    /// # use clerk_sign_in::fake::FakeBackend;
    /// # use clerk_sign_in::wire::{ErrorCode, SignUpFields, Strategy};
    /// # use clerk_sign_in::{AfterSignUp, Client, IdToken, StepError};
    /// # futures::executor::block_on(async {
    /// # let fake = FakeBackend::demo();
    /// # let client = Client::new(fake.clone());
    /// # let credential = fake.provider_credential(&Strategy::GoogleOneTap, "mary@example.com").unwrap().id_token;
    /// let one_tap = IdToken::google_one_tap(credential.expose());
    /// match client.sign_in().id_token(&one_tap).await {
    ///     Err(StepError::Stayed { error, sign_in })
    ///         if error.has_code(&ErrorCode::ExternalAccountNotFound) =>
    ///     {
    ///         let signed_up = sign_in.sign_up_by_id_token(&one_tap, SignUpFields::new()).await?;
    ///         let AfterSignUp::Complete(mary) = signed_up else { panic!() };
    ///         mary.finalize().await?;
    ///     }
    ///     known => panic!("{known:?}"),
    /// }
    /// # Ok::<_, clerk_sign_in::Error>(())
    /// # }).unwrap();
    /// ```
    ///
    /// # Errors
    /// [`StepError::Stayed`] with [`ErrorKind`](crate::ErrorKind)
    /// - `Rejected`: for any reason of [`id_token`](Self::id_token) or [`sign_up`](SignIn#method.sign_up).
    /// - `Rejected`: a user has the account (`external_account_exists`). With Google One Tap, that user signs in with
    ///   the [token](Self::id_token). With another provider, the server says so in the verification (HTTP status 200),
    ///   and the user signs in with [`transfer`](Self::transfer), since a code is used up.
    /// - `Transport` or `Protocol`: no readable answer came. Call [`Client::resume`](crate::Client::resume). Then
    ///   [`Client::sign_up`](crate::Client::sign_up) and [`Client::active_session`](crate::Client::active_session) tell
    ///   what happened. A sign-in that was under way stays under way.
    pub async fn sign_up_by_id_token(
        self,
        id_token: &IdToken,
        fields: SignUpFields,
    ) -> Result<AfterSignUp, StepError<NeedsIdentifier>> {
        let IdToken { strategy, token, code } = id_token.clone();
        self.create_sign_up(CreateSignUp::sso(SignUpSso::id_token(strategy, token, code), fields)).await
    }
}
