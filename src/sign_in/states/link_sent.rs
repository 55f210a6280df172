//! A link that was sent by email at the first factor, the second factor, or client trust.

use super::factors::{choose, with_id};
use super::{NeedsFirstFactor, NeedsIdentifier, Stage, Started, State, sealed};
use crate::sign_in::any::AnySignIn;
use crate::sign_in::core::SignIn;
use crate::sign_in::state_kind::StateKind;
use crate::sign_in::step_error::StepError;
use crate::wire::{CreateSignIn, Factor, PrepareFactor, Strategy, Timestamp, Verification};

/// A sign-in that waits until a link is opened, which was sent by email at the stage `S`.
///
/// The link can be opened here, in another browser, or on another computer or phone. It leads to the page that was
/// named when it was sent, and [`Landing`](crate::Landing) tells that page how it went.
///
/// The sign-in goes on here: [`wait_for_verification`](SignIn::wait_for_verification) asks the server until the link is
/// opened.
///
/// If the link expires or fails, the sign-in stays here: send another, or choose another factor.
#[derive(Debug)]
pub struct LinkSent<S>(pub(crate) S);

/// Steps of any stage after a link was sent.
impl<S: Stage> SignIn<LinkSent<S>> {
    /// `LinkSent<S>` → `LinkSent<S>`: sends a new link to the same address. The old one stops working.
    /// `POST /v1/client/sign_ins/{id}/prepare_first_factor` or `…/prepare_second_factor`
    ///
    /// The link leads to `page_url`, as in [`send_email_link`](SignIn::send_email_link). The server does not report
    /// where the last one led.
    ///
    /// # Errors
    /// [`StepError::Stayed`] with [`ErrorKind`](crate::ErrorKind)
    /// - `Rejected`: the last link was sent less than [`RESEND_INTERVAL`](Verification::RESEND_INTERVAL) ago
    ///   (`verification_code_too_many_requests`). [`retry_after`](crate::Error::retry_after) says how long to wait.
    /// - `FactorNotFound`: the server no longer lists the factor; nothing was sent.
    /// - `InvalidUrl`: the page's URL is relative, and the client has no [`origin`](crate::ClientBuilder::origin).
    /// - `Transport` or `Protocol`: no readable answer came; [`refresh`](SignIn::refresh) tells what happened.
    ///
    /// [`StepError::Moved`] if the attempt is in another state, so that no link was sent.
    pub async fn resend(self, page_url: &str) -> Result<SignIn<LinkSent<S>>, StepError<LinkSent<S>>> {
        match self.factor_again(self.verification(), S::factors(&self.core.attempt), &Strategy::EmailLink) {
            Ok(factor) => prepare_link(self, factor, page_url).await,
            Err(error) => Err(StepError::stayed(error, self)),
        }
    }

    /// `LinkSent<S>` → `S`, without a call: to verify another factor.
    ///
    /// The link keeps working until another is sent.
    pub fn choose_another(self) -> SignIn<S> {
        self.with_state(S::stage())
    }

    /// The factor whose address the link was sent to.
    ///
    /// `None` if another handle sent the link or its answer was lost, such as after
    /// [`Client::resume`](crate::Client::resume): the server does not report the factor. A
    /// [`Checkpoint`](crate::Checkpoint) remembers it.
    #[must_use]
    pub fn sent_to(&self) -> Option<&Factor> {
        self.chosen_for(self.verification())
    }

    /// The verification of the link: whether it waits, expired or failed.
    #[must_use]
    pub fn verification(&self) -> Option<&Verification> {
        S::verification(&self.core.attempt)
    }

    /// The time at which the link expires.
    #[must_use]
    pub fn expires_at(&self) -> Option<Timestamp> {
        self.verification()?.expire_at
    }
}

/// Links at the start.
impl SignIn<NeedsIdentifier> {
    /// `NeedsIdentifier` → `LinkSent<NeedsFirstFactor>`: sends a link to the user's email address, in one call.
    /// `POST /v1/client/sign_ins`
    ///
    /// The link leads to the page at `page_url`. A relative URL is resolved against the client's
    /// [`origin`](crate::ClientBuilder::origin).
    ///
    /// ```
    /// # use clerk_sign_in::fake::{FakeBackend, GRACE};
    /// # use clerk_sign_in::{AfterFirstFactor, Client};
    /// # futures::executor::block_on(async {
    /// # let fake = FakeBackend::demo();
    /// # let timer = fake.clock().clone();
    /// # let client = Client::new(fake.clone());
    /// let sent = client.sign_in().send_email_link(GRACE.email_address, "https://example.com/verified").await?;
    /// // Grace opens the link, wherever she reads her mail.
    /// # let email = fake.outbox().pop().unwrap();
    /// # fake.open_link(email.link().unwrap().expose()).unwrap();
    /// let AfterFirstFactor::Complete(grace) = sent.wait_for_verification(timer).await? else { panic!() };
    /// # drop(grace);
    /// # Ok::<_, clerk_sign_in::Error>(())
    /// # }).unwrap();
    /// ```
    ///
    /// # Errors
    /// The errors of [`create`](SignIn::create). In addition, [`StepError::Stayed`] with
    /// - `Rejected`: the user cannot sign in with a link (`strategy_for_user_invalid`).
    /// - [`InvalidUrl`](crate::ErrorKind::InvalidUrl): the page's URL is relative, and the client has no origin.
    ///
    /// [`StepError::Moved`] if the attempt began, but no link was sent.
    pub async fn send_email_link(
        self,
        email_address: &str,
        page_url: &str,
    ) -> Result<SignIn<LinkSent<NeedsFirstFactor>>, StepError<NeedsIdentifier>> {
        let redirect_url = match self.client().resolve(page_url) {
            Ok(url) => Some(url),
            Err(error) => return Err(StepError::stayed(error, self)),
        };
        let identifier = Some(email_address.to_owned());
        let strategy = Some(Strategy::EmailLink);
        let create = CreateSignIn { identifier, strategy, redirect_url, ..CreateSignIn::new() };
        let sent: SignIn<LinkSent<NeedsFirstFactor>> = self.create_prepared(create).await?;
        Ok(sent.with_factor_of(Strategy::EmailLink))
    }
}

/// Steps of any stage: sending a link, and returning to a link that was sent.
impl<S: Stage> SignIn<S> {
    /// `S` → `LinkSent<S>`: sends a link to the user's email address.
    /// `POST /v1/client/sign_ins/{id}/prepare_first_factor` or `…/prepare_second_factor`
    ///
    /// The address is the one that was given as the identifier, else the user's first. The link leads to the page at
    /// `page_url`. A relative URL is resolved against the client's [`origin`](crate::ClientBuilder::origin).
    ///
    /// # Errors
    /// [`StepError::Stayed`] with [`ErrorKind`](crate::ErrorKind)
    /// - `FactorNotFound`: the user cannot verify with a link; nothing was sent.
    /// - `InvalidUrl`: the page's URL is relative, and the client has no origin.
    /// - `Rejected`: a link was sent a moment ago (`verification_code_too_many_requests`, with
    ///   [`retry_after`](crate::Error::retry_after)).
    /// - `Transport` or `Protocol`: no readable answer came; [`refresh`](SignIn::refresh) tells what happened.
    ///
    /// [`StepError::Moved`] if the attempt is in another state, so that no link was sent.
    pub async fn send_email_link(self, page_url: &str) -> Result<SignIn<LinkSent<S>>, StepError<S>> {
        match choose(S::factors(&self.core.attempt), &Strategy::EmailLink, self.identifier()) {
            Ok(factor) => prepare_link(self, factor, page_url).await,
            Err(error) => Err(StepError::stayed(error, self)),
        }
    }

    /// Sends a link like [`send_email_link`](Self::send_email_link), but to the email address with this id.
    ///
    /// # Errors
    /// The errors of [`send_email_link`](Self::send_email_link). The server checks that the user has the address.
    pub async fn send_email_link_to(
        self,
        email_address_id: &str,
        page_url: &str,
    ) -> Result<SignIn<LinkSent<S>>, StepError<S>> {
        let factor = with_id(S::factors(&self.core.attempt), &Strategy::EmailLink, email_address_id);
        prepare_link(self, factor, page_url).await
    }

    /// `S` → `LinkSent<S>`, without a call: returns to a link that was sent.
    ///
    /// Use it after [`choose_another`](SignIn::choose_another).
    ///
    /// # Errors
    /// The unchanged sign-in, if no link was sent last.
    pub fn link_sent(self) -> Result<SignIn<LinkSent<S>>, Self> {
        self.back_to()
    }
}

/// Links that lead back into a native app.
#[cfg(feature = "pkce")]
impl SignIn<NeedsFirstFactor> {
    /// `NeedsFirstFactor` → `LinkSent<NeedsFirstFactor>`: sends a link that leads back into this app.
    /// `POST /v1/client/sign_ins/{id}/prepare_first_factor`
    ///
    /// The link leads to `redirect_uri`: a URI with which the system opens the app, such as
    /// `com.example.app://sign-in`. It is sent to the email address that was given as the identifier, else to the
    /// user's first.
    ///
    /// The sign-in does not go on here. [`Client::complete_magic_link`](crate::Client::complete_magic_link) makes a
    /// ticket from what the URI brings.
    ///
    /// The client remembers the proof that it asked for the link (RFC 7636), and so does
    /// [`Client::export`](crate::Client::export). A link that is asked for later takes its place. To send another link
    /// into the app, [choose another](SignIn::choose_another) factor first, and then this one again.
    ///
    /// # Errors
    /// The errors of [`send_email_link`](SignIn::send_email_link). In addition, [`StepError::Stayed`] with
    /// - `Capability`: the system gave no random bytes.
    pub async fn send_email_link_to_app(
        self,
        redirect_uri: &str,
    ) -> Result<SignIn<LinkSent<NeedsFirstFactor>>, StepError<NeedsFirstFactor>> {
        use crate::client::pkce::{CHALLENGE_METHOD, code_challenge, code_verifier};
        use crate::wire::Request;

        let factor = choose(self.supported_first_factors(), &Strategy::EmailLink, self.identifier());
        let (factor, verifier) = match factor.and_then(|factor| Ok((factor, code_verifier()?))) {
            Ok(chosen) => chosen,
            Err(error) => return Err(StepError::stayed(error, self)),
        };
        let prepare = PrepareFactor {
            redirect_uri: Some(redirect_uri.to_owned()),
            code_challenge: Some(code_challenge(&verifier)),
            code_challenge_method: Some(CHALLENGE_METHOD.to_owned()),
            ..PrepareFactor::new(self.id(), &factor)
        };
        let client = self.client().clone();
        let before = client.code_verifier();
        // The link may arrive even if the answer is lost.
        client.keep_code_verifier(Some(verifier));
        let sent = self.prepare(factor, Request::PrepareFirstFactor(prepare)).await;
        if sent.as_ref().is_err_and(|failed| !failed.error().is_outcome_unknown()) {
            // No link was sent, so an earlier one must still lead back.
            client.keep_code_verifier(before);
        }
        sent
    }
}

/// Sends a link, for the first time or again.
async fn prepare_link<S: Stage, From: State>(
    sign_in: SignIn<From>,
    factor: Factor,
    page_url: &str,
) -> Result<SignIn<LinkSent<S>>, StepError<From>> {
    let redirect_url = match sign_in.client().resolve(page_url) {
        Ok(url) => Some(url),
        Err(error) => return Err(StepError::stayed(error, sign_in)),
    };
    let prepare = PrepareFactor { redirect_url, ..PrepareFactor::new(&sign_in.core.attempt.id, &factor) };
    sign_in.prepare(factor, S::prepare(prepare)).await
}

impl<S: Stage> State for LinkSent<S> {}

impl<S: Stage> Started for LinkSent<S> {}

impl<S: Stage> sealed::Sealed for LinkSent<S> {
    const KIND: StateKind = S::LINK_SENT;

    fn into_any(sign_in: SignIn<Self>) -> AnySignIn {
        S::link_sent_into_any(sign_in)
    }

    fn from_any(any: AnySignIn) -> Result<SignIn<Self>, AnySignIn> {
        S::link_sent_from_any(any)
    }
}
