//! Submitting the identifier and the password in one call.

use super::NeedsIdentifier;
use crate::sign_in::core::SignIn;
use crate::sign_in::outcomes::AfterCreate;
use crate::sign_in::step_error::StepError;
use crate::wire::{CreateSignIn, Request, Strategy, typed_text};

/// Password. One call submits the password together with the identifier.
impl SignIn<NeedsIdentifier> {
    /// `NeedsIdentifier` → `Complete`, `NeedsSecondFactor` or `NeedsClientTrust`: submits the identifier and password.
    /// `POST /v1/client/sign_ins`
    ///
    /// The identifier and the password are sent in one call. The identifier is an email address, a phone number
    /// (E.164), a user name or a wallet address.
    ///
    /// If the password is wrong, the server keeps the attempt that this step began. To begin another attempt, take this
    /// step again. To continue the first attempt, call [`Client::resume`](crate::Client::resume), which finds it in the
    /// state `NeedsFirstFactor`.
    ///
    /// White space and invisible marks around the identifier are dropped. The password is sent as it was typed.
    ///
    /// # Errors
    /// The errors are those of [`create`](Self::create). The server can also reject the step with one of these codes:
    /// - `form_password_incorrect` or `form_password_or_identifier_incorrect`: the password is wrong.
    /// - `strategy_for_user_invalid`: the user has no password.
    /// - `user_locked`: too many wrong passwords were entered.
    pub async fn password(self, identifier: &str, password: &str) -> Result<AfterCreate, StepError<NeedsIdentifier>> {
        let create = CreateSignIn {
            strategy: Some(Strategy::Password),
            password: Some(password.into()),
            ..CreateSignIn::with_identifier(typed_text::trim(identifier))
        };
        self.step(Request::CreateSignIn(create)).await.map(AfterCreate::from)
    }
}
