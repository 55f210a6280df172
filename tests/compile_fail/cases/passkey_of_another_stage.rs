//! Treats a passkey's challenge for the second factor as one for the first factor.
use clerk_sign_in::platform::{Mediation, PasskeyAuthenticator};
use clerk_sign_in::{AfterFirstFactor, Error, NeedsSecondFactor, PasskeyChallenged, SignIn};

async fn mixed_up(
    sign_in: SignIn<PasskeyChallenged<NeedsSecondFactor>>,
    passkeys: &dyn PasskeyAuthenticator,
) -> Result<AfterFirstFactor, Error> {
    Ok(sign_in.verify_with(passkeys, Mediation::Modal).await?)
}

fn main() {}
