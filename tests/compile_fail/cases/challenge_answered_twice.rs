//! A challenge can be answered once: the step consumes the sign-in.
use clerk_sign_in::platform::TrustedDeviceKey;
use clerk_sign_in::{TrustedDeviceChallenged, Error, SignIn};

async fn twice(sign_in: SignIn<TrustedDeviceChallenged>, key: &dyn TrustedDeviceKey) -> Result<(), Error> {
    let first = sign_in.verify_with(key);
    let second = sign_in.verify_with(key);
    drop((first.await?, second.await?));
    Ok(())
}

fn main() {}
