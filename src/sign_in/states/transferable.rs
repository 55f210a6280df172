//! A verified factor that belongs to no user.

use crate::sign_in::core::SignIn;
use crate::sign_in::sign_up::AfterSignUp;
use crate::sign_in::step_error::StepError;
use crate::wire::{CreateSignUp, SignUpFields};

/// A sign-in that can become a sign-up.
///
/// The first factor was verified, but no user has this identifier.
///
/// This state comes after [`RedirectReady`]. It also comes after [`CodeSent`] or [`LinkSent`] if the sign-in began with
/// [`create_or_sign_up`](SignIn::create_or_sign_up).
///
/// | step | gives or does | leads to |
/// |---|---|---|
/// | [`sign_up`](SignIn#method.sign_up-1) | the fields that the instance requires | [`AfterSignUp`], mostly [`Complete`](crate::AfterSignUp::Complete) |
///
/// ```
/// # use clerk_sign_in::fake::FakeBackend;
/// # use clerk_sign_in::wire::SignUpFields;
/// # use clerk_sign_in::{AfterCreate, AfterFirstFactor, AfterSignUp, Client};
/// # futures::executor::block_on(async {
/// # let client = Client::new(FakeBackend::demo());
/// # let AfterCreate::NeedsFirstFactor(first) = client.sign_in().create_or_sign_up("mary+clerk_test@example.com").await? else { panic!() };
/// # let sent = first.send_email_code().await?;
/// let AfterFirstFactor::Transferable(new) = sent.verify("424242").await? else { panic!() };
/// match new.sign_up(SignUpFields::new().name("Mary", "Jackson")).await? {
///     AfterSignUp::Complete(mary) => mary.finalize().await?,
///     AfterSignUp::MissingRequirements(lacks) => {
///         panic!("still missing: {:?}", lacks.missing_fields())
///     }
///     other => return Err(other.unhandled()),
/// };
/// # Ok::<_, clerk_sign_in::Error>(())
/// # }).unwrap();
/// ```
///
/// [`AfterSignUp`]: crate::AfterSignUp
/// [`CodeSent`]: crate::CodeSent
/// [`LinkSent`]: crate::LinkSent
/// [`RedirectReady`]: crate::RedirectReady
#[derive(Debug)]
pub struct Transferable(pub(crate) ());

impl SignIn<Transferable> {
    /// `Transferable` → a sign-up: creates a sign-up that reuses the verified data.
    /// `POST /v1/client/sign_ups`
    ///
    /// The server immediately creates a user and a session, unless the instance requires further fields.
    ///
    /// ```
    /// # use clerk_sign_in::fake::FakeBackend;
    /// # use clerk_sign_in::wire::SignUpFields;
    /// # use clerk_sign_in::{AfterCreate, AfterFirstFactor, AfterSignUp, Client};
    /// # futures::executor::block_on(async {
    /// # let fake = FakeBackend::new();
    /// # let client = Client::new(fake.clone());
    /// let AfterCreate::NeedsFirstFactor(somebody) =
    ///     client.sign_in().create_or_sign_up("mary@example.com").await? else {
    ///     panic!()
    /// };
    /// let sent = somebody.send_email_code().await?;
    /// # let email = fake.outbox().pop().unwrap();
    /// # let code = email.code().unwrap().expose();
    /// let AfterFirstFactor::Transferable(new) = sent.verify(code).await? else { panic!() };
    /// let AfterSignUp::Complete(mary) =
    ///     new.sign_up(SignUpFields::new().name("Mary", "Jackson")).await? else {
    ///     panic!()
    /// };
    /// mary.finalize().await?;
    /// # Ok::<_, clerk_sign_in::Error>(())
    /// # }).unwrap();
    /// ```
    ///
    /// # Errors
    /// [`StepError::Stayed`] with [`ErrorKind`](crate::ErrorKind)
    /// - `Rejected`: nobody can sign up on this instance (`sign_up_mode_restricted`), or the server no longer holds the
    ///   sign-in (`account_transfer_invalid`).
    /// - `Rejected`: the user name is taken, or the address has been taken in the meantime (`form_identifier_exists`).
    /// - `Rejected`: the password is not accepted, or a captcha must be solved first (`requires_captcha`).
    /// - `NotSent`, `Transport` or `Protocol`: see [errors common to all steps](SignIn#errors-common-to-all-steps).
    ///
    /// If a rejection shows that an identifier was taken in the meantime, or that an address is invalid
    /// (`form_param_value_invalid`), the sign-in can no longer be used. In that case, continue with
    /// [`transfer`](SignIn::transfer), or with the sign-up from [`Client::sign_up`](crate::Client::sign_up).
    pub async fn sign_up(self, fields: SignUpFields) -> Result<AfterSignUp, StepError<Transferable>> {
        let create = CreateSignUp::transfer(fields);
        self.create_sign_up(create).await
    }
}

state!(Transferable);
