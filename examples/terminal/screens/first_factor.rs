//! `NeedsFirstFactor`: prove it, by what the account has.

use clerk_sign_in::wire::Strategy;
use clerk_sign_in::{NeedsFirstFactor, SignIn};

use super::factors::{self, Way, ways};
use super::reset_password;
use crate::app::{App, Failed, Next};
use crate::leave::Leave;

pub(super) async fn needs_first_factor(app: &mut App, sign_in: SignIn<NeedsFirstFactor>) -> Result<Next, Leave> {
    let can = [
        Strategy::Password,
        Strategy::EmailCode,
        Strategy::PhoneCode,
        Strategy::ResetPasswordEmailCode,
        Strategy::ResetPasswordPhoneCode,
    ];
    let ways = ways(sign_in.supported_first_factors(), &can, sign_in.first_factor_verification());
    let factor = match app.menu("Prove that it is you by", ways).await? {
        Some(Way::By(factor)) if factor.strategy == Strategy::Password => return password(app, sign_in).await,
        Some(Way::By(factor)) if factor.strategy.is_reset_code() => {
            return reset_password::send_code(app, sign_in, &factor).await;
        }
        Some(Way::By(factor)) => factor,
        Some(Way::TypeCode) => return factors::code_that_is_out(app, sign_in).await,
        None => return Ok(sign_in.start_over().into()),
    };
    factors::send_code(app, sign_in, &factor).await
}

async fn password(app: &mut App, mut sign_in: SignIn<NeedsFirstFactor>) -> Result<Next, Leave> {
    loop {
        let password = app.terminal.secret("Password", "leave empty for another way").await?;
        if password.expose().is_empty() {
            return Ok(sign_in.into());
        }
        let step = app.step("Checking the password", sign_in, |sign_in| sign_in.password(password.expose()));
        sign_in = match step.await? {
            Ok(next) => return Ok(next.into()),
            Err(failed) => match app.failed(failed).await? {
                Failed::AskAgain(sign_in) => sign_in,
                Failed::GoOn(next) => return Ok(next),
            },
        };
    }
}
