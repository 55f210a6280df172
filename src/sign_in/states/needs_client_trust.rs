//! `needs_client_trust`: the password was right, and the device is new.

use super::{CodeSent, Stage, sealed};
use crate::sign_in::core::SignIn;
use crate::sign_in::outcomes::AfterClientTrust;
use crate::sign_in::step_error::StepError;
use crate::wire::Strategy;

/// The password was right, the user has no second factor, and was never signed in on this device: a code sent to them
/// makes the device trusted.
#[derive(Debug)]
pub struct NeedsClientTrust(pub(crate) ());

impl SignIn<NeedsClientTrust> {
    /// `NeedsClientTrust` → `CodeSent<NeedsClientTrust>`: sends a code to the email address that was given as the
    /// identifier, else to the first that the user has. `POST /v1/client/sign_ins/{id}/prepare_second_factor`
    ///
    /// ```
    /// # use clerk_sign_in::fake::FakeBackend;
    /// # use clerk_sign_in::{AfterClientTrust, AfterCreate, Client};
    /// # futures::executor::block_on(async {
    /// # let fake = FakeBackend::demo();
    /// # let client = Client::new(fake.clone());
    /// let AfterCreate::NeedsClientTrust(new_device) =
    ///     client.sign_in().password("grace@example.com", "nanosecond-of-wire").await? else { panic!() };
    /// let sent = new_device.send_email_code().await?;
    /// # let from_the_email = fake.outbox().last().unwrap().code().unwrap().expose().to_owned();
    /// let AfterClientTrust::Complete(_) = sent.verify(&from_the_email).await? else { panic!() };
    /// # Ok::<_, clerk_sign_in::Error>(())
    /// # }).unwrap();
    /// ```
    ///
    /// # Errors
    /// As for [`SignIn<NeedsFirstFactor>::send_email_code`](SignIn#method.send_email_code), with the second factors.
    pub async fn send_email_code(self) -> Result<SignIn<CodeSent<NeedsClientTrust>>, StepError<NeedsClientTrust>> {
        self.send_code_by(Strategy::EmailCode, None).await
    }

    /// As [`send_email_code`](Self::send_email_code), to the email address with this id.
    ///
    /// # Errors
    /// As for [`send_email_code`](Self::send_email_code); whether the user has the address is the server's to say.
    pub async fn send_email_code_to(
        self,
        email_address_id: &str,
    ) -> Result<SignIn<CodeSent<NeedsClientTrust>>, StepError<NeedsClientTrust>> {
        self.send_code_to(Strategy::EmailCode, email_address_id, None).await
    }

    /// `NeedsClientTrust` → `CodeSent<NeedsClientTrust>`: sends a code to the phone number that was given as the identifier, else
    /// to the first that the user has. The server takes no channel here, and sends a text message. `POST /v1/client/sign_ins/{id}/prepare_second_factor`
    ///
    /// # Errors
    /// As for [`send_email_code`](Self::send_email_code).
    pub async fn send_phone_code(self) -> Result<SignIn<CodeSent<NeedsClientTrust>>, StepError<NeedsClientTrust>> {
        self.send_code_by(Strategy::PhoneCode, None).await
    }

    /// As [`send_phone_code`](Self::send_phone_code), to the phone number with this id.
    ///
    /// # Errors
    /// As for [`send_email_code`](Self::send_email_code); whether the user has the number is the server's to say.
    pub async fn send_phone_code_to(
        self,
        phone_number_id: &str,
    ) -> Result<SignIn<CodeSent<NeedsClientTrust>>, StepError<NeedsClientTrust>> {
        self.send_code_to(Strategy::PhoneCode, phone_number_id, None).await
    }
}

state!(NeedsClientTrust);

impl Stage for NeedsClientTrust {
    type Outcome = AfterClientTrust;
}

impl sealed::StageInternals for NeedsClientTrust {
    prepared_states!(code: ClientTrustCodeSent, link: ClientTrustLinkSent);
}
