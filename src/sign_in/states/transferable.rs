//! Verified, but there is no such user.

use crate::sign_in::core::SignIn;
use crate::sign_in::sign_up::AfterSignUp;
use crate::sign_in::step_error::StepError;
use crate::wire::{CreateSignUp, SignUpFields};

/// The first factor was verified, but no user has this identifier: the sign-in can become a sign-up.
#[derive(Debug)]
pub struct Transferable(pub(crate) ());

impl SignIn<Transferable> {
    /// `Transferable` → a sign-up, which takes over what was verified: with a user and a session at once, unless the instance
    /// wants more than these fields. `POST /v1/client/sign_ups`
    ///
    /// ```
    /// # use clerk_sign_in::fake::FakeBackend;
    /// # use clerk_sign_in::wire::SignUpFields;
    /// # use clerk_sign_in::{AfterCreate, AfterFirstFactor, AfterSignUp, Client};
    /// # futures::executor::block_on(async {
    /// # let fake = FakeBackend::new();
    /// # let client = Client::new(fake.clone());
    /// let AfterCreate::NeedsFirstFactor(somebody) = client.sign_in().create_or_sign_up("mary@example.com").await? else {
    ///     panic!()
    /// };
    /// let sent = somebody.send_email_code().await?;
    /// # let email = fake.outbox().pop().unwrap();
    /// # let code = email.code().unwrap().expose();
    /// let AfterFirstFactor::Transferable(new) = sent.verify(code).await? else { panic!() };
    /// let AfterSignUp::Complete(mary) = new.sign_up(SignUpFields::new().name("Mary", "Jackson")).await? else { panic!() };
    /// mary.finalize().await?;
    /// # Ok::<_, clerk_sign_in::Error>(())
    /// # }).unwrap();
    /// ```
    ///
    /// # Errors
    /// [`StepError::Stayed`] with [`ErrorKind`](crate::ErrorKind)
    /// - `Rejected`: nobody can sign up here (`sign_up_mode_restricted`), the server does not hold the sign-in any more
    ///   (`account_transfer_invalid`), somebody has the user name, or the address meanwhile (`form_identifier_exists`), the
    ///   password does not do, or a captcha is wanted first (`requires_captcha`). What somebody has meanwhile, or what is no
    ///   address at all (`form_param_value_invalid`), uses the sign-in up: go on by [`transfer`](SignIn::transfer), or from
    ///   [`Client::sign_up`](crate::Client::sign_up).
    /// - `Transport` or `Protocol`: no readable answer came; [`Client::resume`](crate::Client::resume) tells what happened.
    pub async fn sign_up(self, fields: SignUpFields) -> Result<AfterSignUp, StepError<Transferable>> {
        let create = CreateSignUp::transfer(fields);
        self.create_sign_up(create).await
    }
}

state!(Transferable);
