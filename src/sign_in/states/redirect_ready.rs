//! The user goes to a provider and comes back: `oauth_<provider>`, `enterprise_sso`, `saml`.

mod sso;

use super::{Started, State, sealed};
use crate::client::Landing;
use crate::error::{Error, ErrorKind};
use crate::platform::{Browser, BrowserVisit};
use crate::sign_in::any::AnySignIn;
use crate::sign_in::core::SignIn;
use crate::sign_in::outcomes::{AfterRedirect, BeforeFirstFactor};
use crate::sign_in::standing::Standing;
use crate::sign_in::step_error::StepError;
use crate::wire::{GetSignIn, Request, Secret, Timestamp, Verification, VerificationStatus};

pub use sso::Sso;

/// The user has to go to a provider, at [`external_url`](SignIn::external_url), and comes back with a URL for
/// [`finish`](SignIn::finish). Whose account it is may be unknown until then.
///
/// A user who says no at the provider, or closes its page, leaves the sign-in here: go there again, or choose another
/// way.
#[derive(Debug)]
pub struct RedirectReady {
    /// What the user came back with, if the server's answer to it was lost.
    nonce: Option<Box<Secret>>,
}

impl RedirectReady {
    pub(crate) const fn new() -> Self {
        Self { nonce: None }
    }
}

impl SignIn<RedirectReady> {
    /// Where the user has to go, in a browser. Empty if it is over: [ask for another](Self::redirect_again).
    ///
    /// It works once, and is for the user's own browser: whoever else opens it may sign this device in as themselves.
    #[must_use]
    pub fn external_url(&self) -> &str {
        self.verification().and_then(Verification::external_url).unwrap_or_default()
    }

    /// `RedirectReady` → wherever the provider's answer leads: reads the URL that the user came back to.
    /// `GET /v1/client/sign_ins/{id}`
    ///
    /// A native device needs the `rotating_token_nonce` in it to see what happened; a browser, whose cookie was there,
    /// needs nothing of it. What counts is what the server says, never the URL, which anybody can make an app open.
    ///
    /// ```
    /// # use clerk_sign_in::fake::{FakeBackend, LINUS};
    /// # use clerk_sign_in::{AfterRedirect, Client, Sso};
    /// # futures::executor::block_on(async {
    /// # let fake = FakeBackend::demo();
    /// # let client = Client::new(fake.clone());
    /// let ready = client.sign_in().sso(&Sso::oauth("google"), "com.example.app://callback").await?;
    /// // The system's browser goes to `ready.external_url()`, and the system opens the app when it comes back.
    /// # let came_back_to = fake.consent(ready.external_url(), LINUS.email_address).unwrap();
    /// let AfterRedirect::Complete(linus) = ready.finish(&came_back_to).await? else { panic!() };
    /// # drop(linus);
    /// # Ok::<_, clerk_sign_in::Error>(())
    /// # }).unwrap();
    /// ```
    ///
    /// # Errors
    /// [`StepError::Stayed`] with [`ErrorKind`]
    /// - `CallbackInvalid`: the URL has no nonce, and this device needs one; nothing was sent.
    /// - `Rejected`: the nonce is none of this sign-in (`oauth_callback_invalid`, HTTP 400); or, without an HTTP status of
    ///   its own (200), what came of it at the provider: the user said no (`oauth_access_denied`), the provider failed
    ///   (`oauth_token_exchange_error`, `oauth_fetch_user_error`), nobody has the account (`external_account_not_found`),
    ///   it is signed in already (`identifier_already_signed_in`, with
    ///   [`existing_session`](crate::Error::existing_session)), the user may not sign in (`user_locked`, `user_banned`),
    ///   the account is none of the enterprise connection (`enterprise_sso_email_address_domain_mismatch`).
    /// - `RedirectPending`: the provider has not answered.
    /// - `RedirectNotVerified`: it took too long.
    /// - `Transport` or `Protocol`: no readable answer came; [`finish_here`](Self::finish_here) asks the same again.
    ///
    /// [`StepError::Moved`] if a refusal shows the attempt at another state.
    pub async fn finish(self, callback_url: &str) -> Result<AfterRedirect, StepError<RedirectReady>> {
        let nonce = Landing::at(callback_url).rotating_token_nonce().cloned().map(Box::new);
        if nonce.is_none() && self.client().is_native() {
            let why = "it has no `rotating_token_nonce`, which the server sends a native device back with";
            return Err(StepError::stayed(ErrorKind::CallbackInvalid(why), self));
        }
        self.read(nonce).await
    }

    /// `RedirectReady` → wherever the provider's answer leads, for a browser that was there in a popup, or that comes back
    /// to this page without anything in its URL; and to try again after the answer to what [`finish`](Self::finish) asked
    /// was lost. `GET /v1/client/sign_ins/{id}`
    ///
    /// # Errors
    /// As for [`finish`](Self::finish). A native device sees nothing new: `RedirectPending`.
    pub async fn finish_here(mut self) -> Result<AfterRedirect, StepError<RedirectReady>> {
        let nonce = self.state.nonce.take();
        self.read(nonce).await
    }

    /// `RedirectReady` → wherever the provider's answer leads: goes there in a browser that was
    /// [reserved](Browser::reserve) before the provider was asked for, and waits until the user comes back.
    ///
    /// # Errors
    /// [`StepError::Stayed`] with [`ErrorKind`]
    /// - `Capability`: the user closed it, there is no browser here, or it failed.
    /// - `RedirectNotVerified`: it is over: [ask for another](Self::redirect_again).
    /// - else as for [`finish`](Self::finish).
    pub async fn finish_with(self, visit: Box<dyn BrowserVisit>) -> Result<AfterRedirect, StepError<RedirectReady>> {
        if self.external_url().is_empty() {
            let status = self.verification().and_then(|it| it.status.clone()).unwrap_or(VerificationStatus::Expired);
            return Err(StepError::stayed(ErrorKind::RedirectNotVerified { status }, self));
        }
        match visit.open(self.external_url()).await {
            Ok(callback_url) => self.finish(callback_url.expose()).await,
            Err(error) => Err(StepError::stayed(error, self)),
        }
    }

    /// `RedirectReady` → `NeedsFirstFactor`, or `NeedsIdentifier` if the user has not said who they are. Without a call: to
    /// verify by something else.
    pub fn choose_another(self) -> BeforeFirstFactor {
        BeforeFirstFactor::of(self)
    }

    /// How far the verification is: whether it expired or failed, and why ([`Verification::error`]).
    #[must_use]
    pub fn verification(&self) -> Option<&Verification> {
        self.first_factor_verification()
    }

    /// Until when the user may come back.
    #[must_use]
    pub fn expires_at(&self) -> Option<Timestamp> {
        self.verification()?.expire_at
    }

    async fn read(mut self, nonce: Option<Box<Secret>>) -> Result<AfterRedirect, StepError<RedirectReady>> {
        let get = GetSignIn { rotating_token_nonce: nonce.as_deref().cloned(), ..GetSignIn::new(self.id()) };
        self.state.nonce = nonce;
        let read = self.step(Request::GetSignIn(get)).await?;
        let Some(error) = unverified(&read) else { return Ok(read.into()) };
        match read {
            AnySignIn::RedirectReady(sign_in) => Err(StepError::stayed(error, sign_in)),
            // The redirect itself is over, and the sign-in is not: it can be asked for again from here.
            AnySignIn::NeedsIdentifier(sign_in) => {
                Err(StepError::stayed(error, sign_in.with_state(RedirectReady::new())))
            }
            AnySignIn::NeedsFirstFactor(sign_in) => {
                Err(StepError::stayed(error, sign_in.with_state(RedirectReady::new())))
            }
            elsewhere => Ok(elsewhere.into()),
        }
    }
}

/// Why the provider's answer did not bring the sign-in on, if it did not.
fn unverified(read: &AnySignIn) -> Option<Error> {
    let verification = read.attempt().first_factor_verification.as_deref()?;
    verification.strategy.as_ref().filter(|strategy| strategy.is_redirect())?;
    match (&verification.error, verification.status.as_ref()?) {
        (_, VerificationStatus::Verified | VerificationStatus::Transferable) => None,
        (Some(error), _) => Some(Error::of_verification(error)),
        (_, VerificationStatus::Unverified) => Some(ErrorKind::RedirectPending.into()),
        (_, status) => Some(ErrorKind::RedirectNotVerified { status: status.clone() }.into()),
    }
}

impl State for RedirectReady {}

impl sealed::Sealed for RedirectReady {
    const NAME: &'static str = "RedirectReady";
    const STANDING: Standing = Standing::RedirectReady;

    /// It may have begun without an identifier.
    fn stays_at(standing: Standing) -> bool {
        matches!(standing, Standing::RedirectReady | Standing::NeedsFirstFactor | Standing::NeedsIdentifier)
    }

    fn into_any(sign_in: SignIn<Self>) -> AnySignIn {
        AnySignIn::RedirectReady(sign_in)
    }
}

impl Started for RedirectReady {}

/// The browser that the user goes to the provider in, reserved for one visit.
async fn reserve(browser: &dyn Browser) -> Result<Box<dyn BrowserVisit>, Error> {
    browser.reserve().await.map_err(Error::from)
}
