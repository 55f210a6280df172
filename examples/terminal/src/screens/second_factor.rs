//! `NeedsSecondFactor`: prove it once more.

use clerk_sign_in::wire::Strategy;
use clerk_sign_in::{NeedsSecondFactor, SignIn};

use super::factors::{self, Way, ways};
use crate::app::{App, Failed, Next};
use crate::leave::Leave;

pub(super) async fn needs_second_factor(app: &mut App, sign_in: SignIn<NeedsSecondFactor>) -> Result<Next, Leave> {
    let can = [Strategy::Totp, Strategy::PhoneCode, Strategy::EmailCode, Strategy::EmailLink, Strategy::BackupCode];
    let ways = ways(sign_in.supported_second_factors(), &can, sign_in.second_factor_verification());
    let factor = match app.menu("Prove it once more by", ways).await? {
        Some(Way::By(factor)) if factor.strategy == Strategy::Totp => return totp(app, sign_in).await,
        Some(Way::By(factor)) if factor.strategy == Strategy::BackupCode => return backup_code(app, sign_in).await,
        Some(Way::By(factor)) => factor,
        Some(Way::TypeCode) => return factors::code_that_is_out(app, sign_in).await,
        Some(Way::WaitForLink) => return factors::link_that_is_out(app, sign_in).await,
        None => return Ok(sign_in.start_over().into()),
    };
    factors::send(app, sign_in, &factor).await
}

async fn totp(app: &mut App, mut sign_in: SignIn<NeedsSecondFactor>) -> Result<Next, Leave> {
    loop {
        app.show_authenticator(sign_in.identifier());
        let code =
            app.terminal.text("Code of the authenticator app", Some("leave empty for another way"), None).await?;
        if code.is_empty() {
            return Ok(sign_in.into());
        }
        sign_in = match app.step("Checking the code", sign_in, |sign_in| sign_in.verify_totp(&code)).await? {
            Ok(next) => return Ok(next.into()),
            Err(failed) => match app.failed(failed).await? {
                Failed::AskAgain(sign_in) => sign_in,
                Failed::GoOn(next) => return Ok(next),
            },
        };
    }
}

async fn backup_code(app: &mut App, mut sign_in: SignIn<NeedsSecondFactor>) -> Result<Next, Leave> {
    loop {
        let code = app.terminal.secret("Backup code", "leave empty for another way").await?;
        if code.expose().is_empty() {
            return Ok(sign_in.into());
        }
        let step = app.step("Checking the code", sign_in, |sign_in| sign_in.verify_backup_code(code.expose()));
        sign_in = match step.await? {
            Ok(next) => return Ok(next.into()),
            Err(failed) => match app.failed(failed).await? {
                Failed::AskAgain(sign_in) => sign_in,
                Failed::GoOn(next) => return Ok(next),
            },
        };
    }
}
