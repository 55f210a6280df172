//! `needs_client_trust`: the password was right, but the client is not trusted yet.

use super::{CodeSent, PasskeyChallenged, Stage, sealed};
use crate::sign_in::core::SignIn;
use crate::sign_in::outcomes::AfterClientTrust;
use crate::sign_in::step_error::StepError;
use crate::wire::Strategy;

/// A sign-in in which the password was right, but the client is not trusted yet.
///
/// The user has no second factor, and has never signed in on this client. The client becomes trusted when the user
/// verifies a code, a link or a passkey.
///
/// This state comes after [`NeedsFirstFactor`], or after [`NeedsIdentifier`] if the identifier and the password are
/// sent in one call.
///
/// | step | gives or does | leads to |
/// |---|---|---|
/// | [`send_email_code`](SignIn#method.send_email_code-3), [`send_phone_code`](SignIn#method.send_phone_code-3), [`send_code`](SignIn::send_code) | sends a code | [`CodeSent`] |
/// | [`send_email_link`](SignIn#method.send_email_link-1) | sends a link | [`LinkSent`] |
/// | [`challenge_passkey`](SignIn#method.challenge_passkey-3) | asks for a passkey of the user | [`PasskeyChallenged`] |
///
/// ```
/// # use clerk_sign_in::fake::FakeBackend;
/// # use clerk_sign_in::{AfterClientTrust, AfterCreate, Client};
/// # futures::executor::block_on(async {
/// # let fake = FakeBackend::demo();
/// # let signing_in = Client::new(fake.clone()).sign_in();
/// let AfterCreate::NeedsClientTrust(grace) =
///     signing_in.password("grace@example.com", "nanosecond-of-wire").await? else {
///     panic!("grace has no second factor");
/// };
/// let sent = grace.send_email_code().await?;
/// # let code = fake.outbox().pop().unwrap().code().unwrap().expose().to_owned();
/// match sent.verify(&code).await? {
///     AfterClientTrust::Complete(grace) => grace.finalize().await?,
///     other => return Err(other.unhandled()),
/// };
/// # Ok::<_, clerk_sign_in::Error>(())
/// # }).unwrap();
/// ```
///
/// [`CodeSent`]: crate::CodeSent
/// [`LinkSent`]: crate::LinkSent
/// [`PasskeyChallenged`]: crate::PasskeyChallenged
/// [`NeedsFirstFactor`]: crate::NeedsFirstFactor
/// [`NeedsIdentifier`]: crate::NeedsIdentifier
#[derive(Debug)]
pub struct NeedsClientTrust(pub(crate) ());

impl SignIn<NeedsClientTrust> {
    /// `NeedsClientTrust` → `CodeSent<NeedsClientTrust>`: sends a code to the user's email address.
    /// `POST /v1/client/sign_ins/{id}/prepare_second_factor`
    ///
    /// If the user typed an email address as the identifier, the code goes to that address, whatever its case.
    /// Otherwise, it goes to the user's [default](crate::wire::Factor::default) or first email address.
    ///
    /// ```
    /// # use clerk_sign_in::fake::FakeBackend;
    /// # use clerk_sign_in::{AfterClientTrust, AfterCreate, Client};
    /// # futures::executor::block_on(async {
    /// # let fake = FakeBackend::demo();
    /// # let client = Client::new(fake.clone());
    /// let AfterCreate::NeedsClientTrust(new_device) =
    ///     client.sign_in().password("grace@example.com", "nanosecond-of-wire").await? else {
    ///         panic!()
    ///     };
    /// let sent = new_device.send_email_code().await?;
    /// # let from_the_email = fake.outbox().last().unwrap().code().unwrap().expose().to_owned();
    /// let AfterClientTrust::Complete(_) = sent.verify(&from_the_email).await? else { panic!() };
    /// # Ok::<_, clerk_sign_in::Error>(())
    /// # }).unwrap();
    /// ```
    ///
    /// # Errors
    /// The errors are the same as those of
    /// [`SignIn<NeedsFirstFactor>::send_email_code`](SignIn#method.send_email_code-1), except that they concern second
    /// factors:
    ///
    /// [`StepError::Stayed`] with [`ErrorKind`](crate::ErrorKind)
    /// - `FactorNotFound`: the user cannot verify the client with an email code; nothing was sent.
    /// - `Rejected`: a code was sent a moment ago (`verification_code_too_many_requests`, with
    ///   [`retry_after`](crate::Error::retry_after)).
    /// - `NotSent`, `Transport`, `Protocol` or `Ended`: see [errors common to all
    ///   steps](SignIn#errors-common-to-all-steps).
    ///
    /// [`StepError::Moved`] if the attempt is in another state. In that case, no code was sent.
    #[doc(alias = "sendEmailCode")]
    #[doc(alias = "prepareSecondFactor")]
    pub async fn send_email_code(self) -> Result<SignIn<CodeSent<NeedsClientTrust>>, StepError<NeedsClientTrust>> {
        self.send_code_by(Strategy::EmailCode, None).await
    }

    /// Works like [`send_email_code`](SignIn#method.send_email_code-3), but uses the email address with this id.
    ///
    /// # Errors
    /// The errors are those of [`send_email_code`](SignIn#method.send_email_code-3). The server checks that the address
    /// belongs to the user.
    pub async fn send_email_code_to(
        self,
        email_address_id: &str,
    ) -> Result<SignIn<CodeSent<NeedsClientTrust>>, StepError<NeedsClientTrust>> {
        self.send_code_to(Strategy::EmailCode, email_address_id, None).await
    }

    /// `NeedsClientTrust` → `CodeSent<NeedsClientTrust>`: sends a code to the user's phone number.
    /// `POST /v1/client/sign_ins/{id}/prepare_second_factor`
    ///
    /// If the user typed a phone number as the identifier, the code goes to that number. Otherwise, it goes to the
    /// user's [default](crate::wire::Factor::default) or first phone number. The server always sends a text message
    /// here, so the channel cannot be chosen.
    ///
    /// # Errors
    /// The errors are those of [`send_email_code`](SignIn#method.send_email_code-3).
    #[doc(alias = "sendPhoneCode")]
    #[doc(alias = "prepareSecondFactor")]
    pub async fn send_phone_code(self) -> Result<SignIn<CodeSent<NeedsClientTrust>>, StepError<NeedsClientTrust>> {
        self.send_code_by(Strategy::PhoneCode, None).await
    }

    /// Works like [`send_phone_code`](SignIn#method.send_phone_code-3), but uses the phone number with this id.
    ///
    /// # Errors
    /// The errors are those of [`send_email_code`](SignIn#method.send_email_code-3). The server checks that the number
    /// belongs to the user.
    pub async fn send_phone_code_to(
        self,
        phone_number_id: &str,
    ) -> Result<SignIn<CodeSent<NeedsClientTrust>>, StepError<NeedsClientTrust>> {
        self.send_code_to(Strategy::PhoneCode, phone_number_id, None).await
    }

    /// `NeedsClientTrust` → `PasskeyChallenged<NeedsClientTrust>`: requests a challenge that each of the user's passkeys
    /// can answer.
    /// `POST /v1/client/sign_ins/{id}/prepare_second_factor`
    ///
    /// The server offers passkeys at this stage if the instance lets them satisfy the second factor, and if the user
    /// has one.
    ///
    /// ```
    /// # #[cfg(feature = "local-passkeys")] {
    /// # use clerk_sign_in::fake::{GRACE, FakeBackend};
    /// # use clerk_sign_in::platform::{LocalPasskeys, Mediation};
    /// # use clerk_sign_in::{AfterCreate, AfterClientTrust, Client};
    /// # futures::executor::block_on(async {
    /// # let fake = FakeBackend::demo();
    /// # fake.configure(|settings| settings.passkey_satisfies_second_factor = true);
    /// # let passkeys = LocalPasskeys::new("https://fake.clerk.accounts.dev")?;
    /// # let options = fake.new_passkey(GRACE.email_address)?;
    /// # fake.add_passkey(GRACE.email_address, passkeys.create(&options).await?.expose())?;
    /// # let client = Client::new(fake);
    /// let AfterCreate::NeedsClientTrust(grace) =
    ///     client.sign_in().password("grace@example.com", "nanosecond-of-wire").await? else {
    ///         panic!()
    ///     };
    /// let challenged = grace.challenge_passkey().await?;
    /// let AfterClientTrust::Complete(grace) =
    ///     challenged.verify_with(&passkeys, Mediation::Modal).await? else {
    ///         panic!()
    ///     };
    /// # drop(grace);
    /// # Ok::<_, Box<dyn std::error::Error>>(())
    /// # }).unwrap();
    /// # }
    /// ```
    ///
    /// # Errors
    /// [`StepError::Stayed`] with [`ErrorKind`](crate::ErrorKind)
    /// - `FactorNotFound`: no passkey is offered at this stage; nothing was sent.
    /// - `Rejected`: the account is locked (`user_locked`), or the user has removed the passkey in the meantime
    ///   (`no_passkeys_found_for_user`).
    /// - `NotSent`, `Transport`, `Protocol` or `Ended`: see [errors common to all
    ///   steps](SignIn#errors-common-to-all-steps).
    ///
    /// [`StepError::Moved`] if the attempt is in another state. In that case, there is no challenge.
    #[doc(alias = "mfa.passkey")]
    #[doc(alias = "authenticateWithPasskey")]
    #[doc(alias = "passkey")]
    #[doc(alias = "prepareSecondFactor")]
    pub async fn challenge_passkey(
        self,
    ) -> Result<SignIn<PasskeyChallenged<NeedsClientTrust>>, StepError<NeedsClientTrust>> {
        self.challenge_any_passkey().await
    }
}

state!(NeedsClientTrust);

impl Stage for NeedsClientTrust {
    type Outcome = AfterClientTrust;
    type BeforePasskey = SignIn<Self>;
}

impl sealed::StageInternals for NeedsClientTrust {
    prepared_states!(code: ClientTrustCodeSent, link: ClientTrustLinkSent, passkey: ClientTrustPasskeyChallenged);
}
