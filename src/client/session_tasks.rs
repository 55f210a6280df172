//! The tasks of a pending session that concern the user: a new password, and a second factor.

use crate::client::Client;
use crate::error::{Error, ErrorKind};
use crate::wire::{ActingSession, Answer, ChangePassword, Request, Totp, User, VerifyTotp, typed_text};

impl Client {
    /// Sets a new password for the user of a session: `POST /v1/me/change_password`.
    ///
    /// This call completes the task `reset-password` of a pending session. If the session has no other tasks, it
    /// becomes the active session.
    ///
    /// # Errors
    /// [`ErrorKind`]
    /// - `Rejected`: the new password is not accepted. [`broken_password_rules`](Error::broken_password_rules) lists
    ///   every rule that it breaks.
    /// - `Rejected`: the current password is wrong (`form_password_incorrect`) or required (`form_param_missing`), or
    ///   the session does not belong to this client (`action_for_session_not_authorized`).
    /// - `NotSent`: nothing was sent, so try again.
    /// - `Transport` or `Protocol`: no readable answer came. [`refresh`](Self::refresh) shows whether the task is done.
    ///
    /// # Examples
    /// ```
    /// # use clerk_sign_in::fake::{FakeBackend, NewUser};
    /// # use clerk_sign_in::{AfterFirstFactor, Client, Finalized};
    /// # futures::executor::block_on(async {
    /// # let fake = FakeBackend::new();
    /// # fake.add_user(NewUser::new("joan+clerk_test@example.com").session_task("reset-password")).unwrap();
    /// # let client = Client::new(fake);
    /// # let sent = client.sign_in().send_email_code("joan+clerk_test@example.com").await?;
    /// # let AfterFirstFactor::Complete(done) = sent.verify("424242").await? else { panic!() };
    /// use clerk_sign_in::wire::ChangePassword;
    ///
    /// let Finalized::Pending(pending) = done.finalize().await? else { panic!() };
    /// let change = ChangePassword::new(pending.id(), "wind-tunnel-at-mach-2");
    /// client.change_password(change.sign_out_of_other_sessions()).await?;
    /// assert!(client.active_session().is_some());
    /// # Ok::<_, clerk_sign_in::Error>(())
    /// # }).unwrap();
    /// ```
    #[doc(alias = "updatePassword")]
    pub async fn change_password(&self, change: ChangePassword) -> Result<User, Error> {
        match self.answer(Request::ChangePassword(change)).await? {
            Answer::User(user) => Ok(*user),
            _ => Err(ErrorKind::Protocol("the answer is no user".to_owned()).into()),
        }
    }

    /// Begins to set up an authenticator app for the user of a session: `POST /v1/me/totp`.
    ///
    /// Show the [`uri`](Totp::uri) as a QR code, and the [`secret`](Totp::secret) for users who cannot scan it. Then
    /// [verify](Self::verify_totp) a code from the app.
    ///
    /// # Errors
    /// [`ErrorKind`]
    /// - `Rejected`: the user already has an authenticator app (`totp_already_enabled`), or the session does not belong
    ///   to this client (`action_for_session_not_authorized`).
    /// - `NotSent`, `Transport` or `Protocol`: no readable answer came. Try again: the new secret replaces the old one.
    #[doc(alias = "createTOTP")]
    pub async fn create_totp(&self, session_id: &str) -> Result<Totp, Error> {
        self.totp_answered(Request::CreateTotp(ActingSession::new(session_id))).await
    }

    /// Finishes the setup of an authenticator app: `POST /v1/me/totp/attempt_verification`.
    ///
    /// This call completes the task `setup-mfa` of a pending session. If the session has no other tasks, it becomes the
    /// active session. The code may be pasted with white space or hyphens.
    ///
    /// # Errors
    /// [`ErrorKind`]
    /// - `Rejected`: the code is wrong (`form_code_incorrect`), or no setup was begun (`verification_missing`).
    /// - `Rejected`: the session does not belong to this client (`action_for_session_not_authorized`).
    /// - `NotSent`: nothing was sent, so try again.
    /// - `Transport` or `Protocol`: no readable answer came. [`refresh`](Self::refresh) shows whether the task is done.
    ///
    /// # Examples
    /// ```
    /// # use clerk_sign_in::fake::{FakeBackend, LINUS};
    /// # use clerk_sign_in::{AfterFirstFactor, Client, Finalized};
    /// # futures::executor::block_on(async {
    /// # let fake = FakeBackend::demo();
    /// # fake.configure(|settings| settings.mfa_required = true);
    /// # let client = Client::new(fake.clone());
    /// # let sent = client.sign_in().send_email_code(LINUS.email_address).await?;
    /// # let AfterFirstFactor::Complete(done) = sent.verify("424242").await? else { panic!() };
    /// let Finalized::Pending(pending) = done.finalize().await? else { panic!() };
    /// let totp = client.create_totp(pending.id()).await?;
    /// let qr_code = totp.uri.unwrap();
    /// assert!(qr_code.expose().starts_with("otpauth://totp/"));
    /// # let code = fake.totp_code(LINUS.email_address).unwrap();
    /// client.verify_totp(pending.id(), &code).await?;
    /// assert!(client.active_session().is_some());
    /// # Ok::<_, clerk_sign_in::Error>(())
    /// # }).unwrap();
    /// ```
    #[doc(alias = "verifyTOTP")]
    pub async fn verify_totp(&self, session_id: &str, code: &str) -> Result<Totp, Error> {
        self.totp_answered(Request::VerifyTotp(VerifyTotp::new(session_id, &typed_text::code(code)))).await
    }

    async fn totp_answered(&self, request: Request) -> Result<Totp, Error> {
        match self.answer(request).await? {
            Answer::Totp(totp) => Ok(*totp),
            _ => Err(ErrorKind::Protocol("the answer is no authenticator app".to_owned()).into()),
        }
    }
}
