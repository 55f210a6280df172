//! Sign-in with a trusted device. The device identifies the user, so no identifier is needed.

use super::NeedsIdentifier;
use crate::sign_in::core::SignIn;
use crate::sign_in::outcomes::AfterCreate;
use crate::sign_in::step_error::StepError;
use crate::wire::{CreateSignIn, Request, Strategy};

/// Sign-in with a trusted device. The device identifies the user, so no identifier is needed.
impl SignIn<NeedsIdentifier> {
    /// `NeedsIdentifier` → `NeedsFirstFactor`: submits the id of the trusted device.
    /// `POST /v1/client/sign_ins`
    ///
    /// [Enrolling](crate::Client::enroll_trusted_device) the device returns its id. After this step,
    /// [`challenge_trusted_device`](SignIn::challenge_trusted_device) requests the challenge that the device must sign.
    ///
    /// ```
    /// # #[cfg(feature = "local-device-key")] {
    /// # use clerk_sign_in::fake::{FakeBackend, LINUS};
    /// # use clerk_sign_in::platform::LocalDeviceKey;
    /// # use clerk_sign_in::wire::DevicePlatform;
    /// # use clerk_sign_in::{AfterCreate, AfterFirstFactor, Client};
    /// # futures::executor::block_on(async {
    /// # let fake = FakeBackend::demo();
    /// # fake.configure(|settings| settings.app_identifiers.push("com.example.app".to_owned()));
    /// # let client = Client::new(fake);
    /// # let sent = client.sign_in().send_email_code(LINUS.email_address).await?;
    /// # let AfterFirstFactor::Complete(linus) = sent.verify("424242").await? else { panic!() };
    /// # let session = linus.finalize().await?;
    /// // Once, while Linus is signed in:
    /// let key = LocalDeviceKey::generate();
    /// let app = (DevicePlatform::Android, "com.example.app");
    /// let (session_id, name) = (&session.session().id, Some("Linus' phone"));
    /// let enrolled = client.enroll_trusted_device(session_id, app, name, &key).await?;
    /// let device = enrolled.confirm(&key).await?;
    /// # client.sign_out().await?;
    ///
    /// // And ever after:
    /// let AfterCreate::NeedsFirstFactor(linus) =
    ///     client.sign_in().trusted_device(&device.id).await? else {
    ///     panic!()
    /// };
    /// let challenged = linus.challenge_trusted_device(&device.id).await?;
    /// let AfterFirstFactor::Complete(linus) = challenged.verify_with(&key).await? else { panic!() };
    /// # drop(linus);
    /// # Ok::<_, clerk_sign_in::Error>(())
    /// # }).unwrap();
    /// # }
    /// ```
    ///
    /// # Errors
    /// The errors are those of [`create`](SignIn::create). In addition, the server rejects the step with
    /// `trusted_device_not_registered` if there is no such device, or if the device was revoked.
    pub async fn trusted_device(self, trusted_device_id: &str) -> Result<AfterCreate, StepError<NeedsIdentifier>> {
        let create = CreateSignIn {
            strategy: Some(Strategy::TrustedDevice),
            trusted_device_id: Some(trusted_device_id.to_owned()),
            ..CreateSignIn::new()
        };
        self.step(Request::CreateSignIn(create)).await.map(AfterCreate::from)
    }
}
