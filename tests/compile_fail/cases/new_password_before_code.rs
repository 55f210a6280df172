//! Sets the new password before the reset code was verified.

use clerk_sign_in::{AfterReset, Error, OtherSessions, ResetCodeSent, SignIn};

pub async fn reset(sign_in: SignIn<ResetCodeSent>, password: &str) -> Result<AfterReset, Error> {
    Ok(sign_in.submit_password(password, OtherSessions::SignOut).await?)
}

fn main() {}
