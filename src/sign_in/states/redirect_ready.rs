//! Visits to an identity provider. The strategies are `oauth_<provider>`, `enterprise_sso` and `saml`.

pub(super) mod sso;

use self::sso::{ready, there_and_back};
use crate::client::Landing;
use crate::error::{Error, ErrorKind, RedirectError};
use crate::fault_switches::without;
use crate::platform::{Browser, BrowserVisit};
use crate::sign_in::any::AnySignIn;
use crate::sign_in::core::SignIn;
use crate::sign_in::outcomes::{AfterRedirect, BeforeFirstFactor};
use crate::sign_in::step_error::StepError;
use crate::wire::{GetSignIn, Request, Secret, Timestamp, Verification, VerificationStatus};

pub use sso::Sso;

/// A sign-in that waits for the user to visit an identity provider and come back.
///
/// Until the user comes back, the server may not know who the user is. If the user closes the provider's page, the
/// sign-in stays in this state. The app can then send the user there again or choose another factor. If the user does
/// not consent or takes too long, the sign-in returns to the state in which the redirect was requested.
///
/// If [`protect_check`](SignIn::protect_check) returns a challenge, the server asks for a proof as well. The user can
/// visit the provider first, and [`finish`](SignIn::finish) then leads to [`NeedsProtectCheck`]. Alternatively,
/// [`refresh`](SignIn::refresh) leads there at once.
///
/// This state comes after [`NeedsIdentifier`] or [`NeedsFirstFactor`].
///
/// | step | gives or does | leads to |
/// |---|---|---|
/// | [`external_url`](SignIn::external_url) | the URL to visit, not a step |  |
/// | [`finish`](SignIn::finish) | the URL that the user came back to | [`AfterRedirect`], mostly [`Complete`] |
/// | [`finish_here`](SignIn::finish_here) | the return of a browser, without a URL | [`AfterRedirect`] |
/// | [`finish_with`](SignIn::finish_with) | visits the provider in a browser | [`AfterRedirect`] |
/// | [`redirect_again`](SignIn::redirect_again), [`redirect_again_with`](SignIn::redirect_again_with) | asks for another redirect | [`RedirectReady`], [`AfterRedirect`] |
/// | [`choose_another`](SignIn#method.choose_another-5) | goes back, without a call | [`BeforeFirstFactor`] |
///
/// ```
/// # use clerk_sign_in::fake::{FakeBackend, LINUS};
/// # use clerk_sign_in::{AfterRedirect, Client, Sso};
/// # futures::executor::block_on(async {
/// # let fake = FakeBackend::demo();
/// # let client = Client::new(fake.clone());
/// let ready = client.sign_in().sso(&Sso::oauth("google"), "com.example.app://callback").await?;
/// // The system's browser visits `ready.external_url()`, and comes back by opening the app.
/// # let came_back_to = fake.consent(ready.external_url(), LINUS.email_address).unwrap();
/// match ready.finish(&came_back_to).await? {
///     AfterRedirect::Complete(linus) => linus.finalize().await?,
///     other => return Err(other.unhandled()),
/// };
/// # Ok::<_, clerk_sign_in::Error>(())
/// # }).unwrap();
/// ```
///
/// [`Complete`]: crate::Complete
/// [`AfterRedirect`]: crate::AfterRedirect
/// [`BeforeFirstFactor`]: crate::BeforeFirstFactor
/// [`NeedsIdentifier`]: crate::NeedsIdentifier
/// [`NeedsProtectCheck`]: crate::NeedsProtectCheck
/// [`NeedsFirstFactor`]: crate::NeedsFirstFactor
#[derive(Debug)]
pub struct RedirectReady {
    /// The nonce in the URL that the user came back to. It is kept in case the server's answer is lost.
    nonce: Option<Box<Secret>>,
}

impl RedirectReady {
    pub(crate) const fn new() -> Self {
        Self { nonce: None }
    }
}

impl SignIn<RedirectReady> {
    /// The URL that the user has to visit in a browser. It is never empty.
    ///
    /// It is safe to open: it begins with `https://`, or with `http://` and a loopback address or the server's own host,
    /// and it contains no password. If the server sends any other URL, the sign-in does not reach this state.
    ///
    /// The URL works only once. Open it only in the user's own browser. If somebody else opens the URL, this client may
    /// be signed in to that person's account.
    #[must_use]
    pub fn external_url(&self) -> &str {
        self.verification().and_then(Verification::unchecked_url).unwrap_or_default()
    }

    /// `RedirectReady` → the state after the redirect: reads the URL that the user came back to.
    /// `GET /v1/client/sign_ins/{id}`
    ///
    /// A native client needs the `rotating_token_nonce` in the URL to find out what happened. A browser needs nothing
    /// from the URL, because it has the cookie. The URL itself proves nothing, because anybody can make an app open a
    /// URL. Only the server's answer counts.
    ///
    /// ```
    /// # use clerk_sign_in::fake::{FakeBackend, LINUS};
    /// # use clerk_sign_in::{AfterRedirect, Client, Sso};
    /// # futures::executor::block_on(async {
    /// # let fake = FakeBackend::demo();
    /// # let client = Client::new(fake.clone());
    /// let ready = client.sign_in().sso(&Sso::oauth("google"), "com.example.app://callback").await?;
    /// // The system's browser visits `ready.external_url()`, and comes back by opening the app.
    /// # let came_back_to = fake.consent(ready.external_url(), LINUS.email_address).unwrap();
    /// let AfterRedirect::Complete(linus) = ready.finish(&came_back_to).await? else { panic!() };
    /// # drop(linus);
    /// # Ok::<_, clerk_sign_in::Error>(())
    /// # }).unwrap();
    /// ```
    ///
    /// # Errors
    /// [`StepError::Stayed`] with [`ErrorKind`]
    /// - `Redirect` with [`RedirectError`] `InvalidCallback`: the URL has no nonce, but a native client needs one.
    ///   Nothing was sent.
    /// - `Redirect` with [`RedirectError`] `Pending`: the provider has not answered yet.
    /// - `Rejected`: the nonce does not belong to this sign-in (`oauth_callback_invalid`).
    /// - `Transport` or `Protocol`: no readable answer was received. To repeat the request, call
    ///   [`finish_here`](Self::finish_here).
    ///
    /// [`StepError::Moved`], with the sign-in at `NeedsFirstFactor` or `NeedsIdentifier`, if the redirect is over. In
    /// the new state, call `sso` to ask for another redirect. The redirect is over for one of these reasons:
    /// - `Rejected`, with HTTP status 200, in these cases:
    ///   - The user did not consent at the provider (`oauth_access_denied`).
    ///   - The provider failed (`oauth_token_exchange_error`, `oauth_fetch_user_error`).
    ///   - The account belongs to no user (`external_account_not_found`).
    ///   - The account is already signed in (`identifier_already_signed_in`, with
    ///     [`existing_session`](crate::Error::existing_session)).
    ///   - The user is not allowed to sign in (`user_locked`, `user_banned`).
    ///   - The account does not belong to the enterprise connection (`enterprise_sso_email_address_domain_mismatch`).
    /// - `Redirect` with [`RedirectError`] `NotVerified`: the user took too long.
    /// - `Redirect` with [`RedirectError`] `UnsafeUrl`: the server sent another URL, which is not safe to open.
    ///
    /// The error is also [`StepError::Moved`] if a rejection shows that the attempt is in any other state.
    #[doc(alias = "handleRedirectCallback")]
    pub async fn finish(self, callback_url: &str) -> Result<AfterRedirect, StepError<RedirectReady>> {
        let nonce = Landing::parse(callback_url).rotating_token_nonce().cloned().map(Box::new);
        if nonce.is_none() && self.client().is_native() && !without("an app comes back with a nonce") {
            let why = "it has no `rotating_token_nonce`, which the server adds for native clients";
            return Err(StepError::stayed(ErrorKind::Redirect(RedirectError::InvalidCallback(why)), self));
        }
        self.read(nonce).await
    }

    /// `RedirectReady` → the state after the redirect: asks the server for the result, without using a URL.
    /// `GET /v1/client/sign_ins/{id}`
    ///
    /// Use this step if the browser visited the provider in a popup, or if it came back to this page with a URL that
    /// contains no data. Also use this step to try again after the answer to [`finish`](Self::finish) was lost.
    ///
    /// # Errors
    /// The errors are those of [`finish`](Self::finish). A native client learns nothing new from this step, because it
    /// gets the error `Redirect` with `Pending`.
    pub async fn finish_here(mut self) -> Result<AfterRedirect, StepError<RedirectReady>> {
        let nonce = self.state.nonce.take();
        self.read(nonce).await
    }

    /// `RedirectReady` → the state after the redirect: visits the provider in a browser, and waits for the user.
    ///
    /// The app must have [reserved](Browser::reserve) the browser before it asked for the redirect.
    ///
    /// # Errors
    /// [`StepError::Stayed`] with [`ErrorKind`]
    /// - `Capability`: the user closed the browser, or no browser is available, or the browser failed.
    ///
    /// The other errors are those of [`finish`](Self::finish).
    pub async fn finish_with(self, visit: Box<dyn BrowserVisit>) -> Result<AfterRedirect, StepError<RedirectReady>> {
        match visit.open(self.external_url()).await {
            Ok(callback_url) => self.finish(callback_url.expose()).await,
            Err(error) => Err(StepError::stayed(error, self)),
        }
    }

    /// `RedirectReady` → `RedirectReady`: asks for another redirect, to the same provider or a different one.
    /// `POST /v1/client/sign_ins`, or `POST /v1/client/sign_ins/{id}/prepare_first_factor`
    ///
    /// With OAuth and [SAML](Sso::saml), a new sign-in begins, because a redirect that is still open elsewhere must not
    /// be used twice. With an [enterprise connection](Sso::enterprise), the sign-in stays the same.
    ///
    /// # Errors
    /// The errors are those of [`SignIn<NeedsIdentifier>::sso`](SignIn::sso). In addition, the server rejects the step
    /// with `enterprise_connection_id_is_required_with_multiple_connections` if there are several connections. In that
    /// case, choose one of the connections with [`Sso::connection`].
    pub async fn redirect_again(
        self,
        sso: &Sso,
        redirect_url: &str,
    ) -> Result<SignIn<RedirectReady>, StepError<RedirectReady>> {
        ready(self, sso, redirect_url).await
    }

    /// `RedirectReady` → the state after the redirect: asks for another redirect, and visits the provider.
    ///
    /// This step combines [`redirect_again`](Self::redirect_again) and [`finish_with`](SignIn::finish_with).
    ///
    /// # Errors
    /// The errors are those of [`SignIn<NeedsIdentifier>::sso_with`](SignIn::sso_with):
    ///
    /// [`StepError::Stayed`] with one of the errors of [`redirect_again`](Self::redirect_again). If there is no
    /// browser, the [`ErrorKind`](crate::ErrorKind) is `Capability`, and nothing was sent.
    ///
    /// [`StepError::Moved`], with the sign-in at `RedirectReady`, if [`finish_with`](SignIn::finish_with) fails.
    pub async fn redirect_again_with(
        self,
        sso: &Sso,
        browser: &dyn Browser,
    ) -> Result<AfterRedirect, StepError<RedirectReady>> {
        there_and_back(self, sso, browser).await
    }

    /// `RedirectReady` → `NeedsFirstFactor`, or `NeedsIdentifier` if the user has not given an identifier.
    ///
    /// This step makes no call. After this step, the app can verify another factor.
    pub fn choose_another(self) -> BeforeFirstFactor {
        BeforeFirstFactor::set_aside(self)
    }

    /// The nonce that the user came back with.
    pub(crate) fn nonce(&self) -> Option<&Secret> {
        self.state.nonce.as_deref()
    }

    /// Keeps a nonce that the user came back with before.
    pub(crate) fn with_nonce(mut self, nonce: Secret) -> Self {
        self.state.nonce = Some(Box::new(nonce));
        self
    }

    /// The verification, which shows whether the redirect expired or failed, and why it failed
    /// ([`Verification::error`]).
    #[must_use]
    pub fn verification(&self) -> Option<&Verification> {
        self.first_factor_verification()
    }

    /// The time by which the user must come back.
    #[must_use]
    pub fn expires_at(&self) -> Option<Timestamp> {
        self.verification()?.expire_at
    }

    async fn read(mut self, nonce: Option<Box<Secret>>) -> Result<AfterRedirect, StepError<RedirectReady>> {
        let get = GetSignIn { rotating_token_nonce: nonce.as_deref().cloned(), ..GetSignIn::new(self.id()) };
        self.state.nonce = nonce;
        let read = self.step(Request::GetSignIn(get)).await?;
        match (unverified(&read), read) {
            (None, read) => Ok(read.into()),
            (Some(error), AnySignIn::RedirectReady(sign_in)) => Err(StepError::stayed(error, sign_in)),
            // The redirect is over, but the sign-in is not.
            (Some(error), sign_in @ (AnySignIn::NeedsIdentifier(_) | AnySignIn::NeedsFirstFactor(_))) => {
                let error = sign_in.core().unsafe_url().map_or(error, Error::from);
                Err(StepError::Moved { error, sign_in })
            }
            (Some(_), elsewhere) => Ok(elsewhere.into()),
        }
    }
}

/// Returns the reason why the sign-in did not advance, or `None` if the sign-in advanced.
fn unverified(read: &AnySignIn) -> Option<Error> {
    let verification = read.attempt().first_factor_verification.as_deref()?;
    verification.strategy.as_ref().filter(|strategy| strategy.is_redirect())?;
    match (&verification.error, verification.status.as_ref()?) {
        (_, VerificationStatus::Verified | VerificationStatus::Transferable) => None,
        (Some(error), _) => Some(Error::from_verification(error)),
        (_, VerificationStatus::Unverified) => Some(ErrorKind::Redirect(RedirectError::Pending).into()),
        (_, status) => Some(ErrorKind::Redirect(RedirectError::NotVerified { status: status.clone() }).into()),
    }
}

state!(RedirectReady);

/// Reserves the browser for one visit to the provider.
async fn reserve(browser: &dyn Browser) -> Result<Box<dyn BrowserVisit>, Error> {
    browser.reserve().await.map_err(Error::from)
}
