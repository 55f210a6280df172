//! Functions that tests use to enrol trusted devices.

use crate::fake::FakeBackend;
use crate::fake::records::new_user::NewUserError;
use crate::fake::records::state::FakeState;
use crate::fake::records::trusted_device::{Binding, ID_PREFIX, PublicKey, TrustedDevice};
use crate::platform::Timer;
use crate::wire::DevicePlatform;

impl FakeState {
    /// Returns the trusted devices with which a user can sign in.
    pub(in crate::fake) fn trusted_devices_of(&self, user_id: &str) -> impl Iterator<Item = &TrustedDevice> {
        self.trusted_devices.values().filter(move |device| device.user_id == user_id && device.is_active())
    }
}

impl FakeBackend {
    /// Enrols a trusted device for the user with this id or identifier, as the app of a signed-in user would.
    ///
    /// The parameters are the device's system, the identifier of its app, and the public half of its key
    /// ([`TrustedDeviceKey::public_key_jwk`](crate::platform::TrustedDeviceKey::public_key_jwk)). Returns the device's
    /// id.
    ///
    /// # Errors
    /// - [`NewUserError::UserNotFound`] if there is no such user.
    /// - [`NewUserError::InvalidTrustedDeviceKey`] if the key is not a P-256 public key.
    pub fn add_trusted_device(
        &self,
        id_or_identifier: &str,
        (platform, app_identifier): (DevicePlatform, &str),
        public_key_jwk: &str,
    ) -> Result<String, NewUserError> {
        let now = self.clock().now();
        let key = PublicKey::from_jwk(public_key_jwk).ok_or(NewUserError::InvalidTrustedDeviceKey)?;
        let mut state = self.lock();
        let user_id = state.user_id(id_or_identifier)?;
        let device = TrustedDevice {
            id: state.random.id(ID_PREFIX),
            user_id,
            binding: Binding { platform, app_identifier: app_identifier.to_owned(), key },
            name: None,
            created_at: now,
            last_used_at: None,
            revoked_at: None,
        };
        let id = device.id.clone();
        state.trusted_devices.insert(id.clone(), device);
        Ok(id)
    }
}
