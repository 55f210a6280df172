//! ID tokens that the app received from an identity provider's own SDK.

use super::NeedsIdentifier;
use crate::sign_in::core::SignIn;
use crate::sign_in::outcomes::AfterCreate;
use crate::sign_in::sign_up::AfterSignUp;
use crate::sign_in::step_error::StepError;
use crate::wire::{CreateSignIn, CreateSignUp, Request, Secret, SignUpFields, SignUpSso, Strategy};

/// An ID token issued by an identity provider (OpenID Connect Core 1.0 section 2).
///
/// The token says who the user is. The provider issues the token for this instance when the user signs in to the
/// provider inside the app. Examples are Google One Tap and "Sign in with Apple".
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
    /// Takes the `credential` that Google One Tap returned.
    ///
    /// The credential is issued for the instance's
    /// [`google_one_tap_client_id`](crate::wire::DisplayConfig::google_one_tap_client_id).
    pub fn google_one_tap(token: &str) -> Self {
        Self { strategy: Strategy::GoogleOneTap, token: Some(token.into()), code: None }
    }

    /// Takes a token from the provider with this name, such as `apple` or `google`.
    pub fn new(provider: &str, token: &str) -> Self {
        Self { strategy: Strategy::oauth_token(provider), token: Some(token.into()), code: None }
    }

    /// Takes the authorization code that the provider sent instead of a token.
    ///
    /// The server uses the code to get the token from the provider. A code works only once.
    pub fn from_code(provider: &str, code: &str) -> Self {
        Self { strategy: Strategy::oauth_token(provider), token: None, code: Some(code.into()) }
    }

    /// Adds the authorization code that the provider sent with the token.
    ///
    /// With the code, the server can get data that the token does not contain, such as the user's name. Google One Tap
    /// provides no code.
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
    /// `NeedsIdentifier` → any state after a verified first factor: signs in the user whom an ID token identifies.
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
    /// If the account belongs to no user, the strategy `oauth_token_<provider>` leads to
    /// [`Transferable`](crate::Transferable). If the account of a Google One Tap token belongs to no user, the server
    /// rejects the token. In that case, [sign the user up](Self::sign_up_by_id_token) with the token.
    ///
    /// # Errors
    /// [`StepError::Stayed`] with [`ErrorKind`](crate::ErrorKind)
    /// - `Rejected`: the token was not issued by the provider for this instance, or is too old
    ///   (`google_one_tap_token_invalid`, `oauth_token_exchange_error`). A code that was already used also causes
    ///   `oauth_token_exchange_error`.
    /// - `Rejected`: the token is empty (`form_param_nil`), or contains no email address (`oauth_fetch_user_error`).
    /// - `Rejected`: the account belongs to no user (`external_account_not_found`).
    /// - `Rejected`: the instance does not offer the provider (`oauth_provider_not_enabled`,
    ///   `oauth_unsupported_provider`).
    /// - `Rejected`: the email address belongs to an enterprise connection
    ///   (`sign_in_must_use_enterprise_connection_identifier`).
    /// - `Rejected`: the user is not allowed to sign in (`user_locked`, `user_banned`, `user_deactivated`), or is
    ///   already signed in ([`existing_session`](crate::Error::existing_session)).
    /// - `Rejected`: any of the reasons listed for [`create`](Self::create).
    /// - `Transport` or `Protocol`: no readable answer arrived. The code may have been used up, so call
    ///   [`Client::resume`](crate::Client::resume) before you ask the user for another code.
    #[doc(alias = "authenticateWithGoogleOneTap")]
    pub async fn id_token(self, id_token: &IdToken) -> Result<AfterCreate, StepError<NeedsIdentifier>> {
        let create = CreateSignIn {
            strategy: Some(id_token.strategy.clone()),
            token: id_token.token.clone(),
            code: id_token.code.clone(),
            ..CreateSignIn::new()
        };
        self.step(Request::CreateSignIn(create)).await.map(AfterCreate::from)
    }

    /// `NeedsIdentifier` → a sign-up: signs up the user whom an ID token identifies.
    /// `POST /v1/client/sign_ups`
    ///
    /// The server immediately creates a user and a session, unless the instance requires further fields. Use this step
    /// after a Google One Tap token was rejected because its account belongs to no user (`external_account_not_found`).
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
    /// - `Rejected`: any of the reasons listed for [`id_token`](Self::id_token) or [`sign_up`](Self::sign_up).
    /// - `Rejected`: the account belongs to an existing user (`external_account_exists`). If the token comes from
    ///   Google One Tap, that user can sign in with the [token](Self::id_token). If the token comes from another
    ///   provider, the server answers with HTTP status 200 and reports the error in the verification. The user can then
    ///   sign in with [`transfer`](Self::transfer), but not with the code, because a code works only once.
    /// - `Transport` or `Protocol`: no readable answer arrived. Call [`Client::resume`](crate::Client::resume). After
    ///   that call, [`Client::sign_up`](crate::Client::sign_up) and
    ///   [`Client::active_session`](crate::Client::active_session) show what happened. A sign-in that was already under
    ///   way continues.
    pub async fn sign_up_by_id_token(
        self,
        id_token: &IdToken,
        fields: SignUpFields,
    ) -> Result<AfterSignUp, StepError<NeedsIdentifier>> {
        let IdToken { strategy, token, code } = id_token.clone();
        self.create_sign_up(CreateSignUp::sso(SignUpSso::id_token(strategy, token, code), fields)).await
    }
}
