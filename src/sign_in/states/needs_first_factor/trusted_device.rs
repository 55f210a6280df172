//! The user's trusted devices.

use super::NeedsFirstFactor;
use crate::sign_in::core::SignIn;
use crate::sign_in::states::TrustedDeviceChallenged;
use crate::sign_in::states::trusted_device_challenged::factor;
use crate::sign_in::step_error::StepError;

/// Trusted devices.
impl SignIn<NeedsFirstFactor> {
    /// `NeedsFirstFactor` → `TrustedDeviceChallenged`: requests a challenge for the trusted device with this id.
    /// `POST /v1/client/sign_ins/{id}/prepare_first_factor`
    ///
    /// # Errors
    /// [`StepError::Stayed`] with [`ErrorKind`](crate::ErrorKind)
    /// - `Rejected`: the user has no such device, or the device was revoked (`trusted_device_not_registered`).
    /// - `Rejected`: the account is locked (`user_locked`).
    /// - `NotSent`, `Transport`, `Protocol` or `Ended`: see [errors common to all
    ///   steps](SignIn#errors-common-to-all-steps).
    ///
    /// [`StepError::Moved`] if the attempt is in another state. In that case, there is no challenge.
    pub async fn challenge_trusted_device(
        self,
        trusted_device_id: &str,
    ) -> Result<SignIn<TrustedDeviceChallenged>, StepError<NeedsFirstFactor>> {
        self.prepare_first(factor(Some(trusted_device_id.to_owned()))).await
    }

    /// `NeedsFirstFactor` → `TrustedDeviceChallenged`, without a call: goes back to an unsigned challenge.
    ///
    /// Use this step after [`SignIn<TrustedDeviceChallenged>::choose_another`](SignIn#method.choose_another-4), or for
    /// a challenge that the server sent when the sign-in was created.
    ///
    /// # Errors
    /// If there is no such challenge, the sign-in is returned unchanged.
    pub fn trusted_device_challenged(self) -> Result<SignIn<TrustedDeviceChallenged>, Self> {
        self.back_to()
    }
}
