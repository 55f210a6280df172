//! The screen of `NeedsClientTrust`, which appears if the password is right but the client is new.

use clerk_sign_in::wire::Strategy;
use clerk_sign_in::{NeedsClientTrust, SignIn};

use super::factors::{self, CHALLENGING, Way, ways};
use crate::app::{App, Next};
use crate::leave::Leave;
use crate::terminal::say;

pub(super) async fn needs_client_trust(app: &mut App, sign_in: SignIn<NeedsClientTrust>) -> Result<Next, Leave> {
    let can = [Strategy::EmailCode, Strategy::EmailLink, Strategy::PhoneCode, Strategy::Passkey];
    let ways = ways(sign_in.supported_second_factors(), &can, sign_in.second_factor_verification());
    say("The password is right. The account has not been used from this client yet, so one more check is needed.");
    let factor = match app.menu_of_factors("Verify with", ways).await?.way() {
        Some(Way::By(factor)) if factor.strategy == Strategy::Passkey => return passkey(app, sign_in).await,
        Some(Way::By(factor)) => factor,
        Some(Way::TypeCode) => return factors::code_that_is_out(app, sign_in).await,
        Some(Way::WaitForLink) => return factors::link_that_is_out(app, sign_in).await,
        None => return Ok(sign_in.start_over().into()),
    };
    factors::send(app, sign_in, &factor).await
}

async fn passkey(app: &mut App, sign_in: SignIn<NeedsClientTrust>) -> Result<Next, Leave> {
    match app.step(CHALLENGING, sign_in, SignIn::<NeedsClientTrust>::challenge_passkey).await? {
        Ok(challenged) => Ok(challenged.into()),
        Err(failed) => app.after_failure(failed).await,
    }
}
