//! The screen of `NeedsSecondFactor`, on which the user verifies a second factor.

use clerk_sign_in::wire::Strategy;
use clerk_sign_in::{NeedsSecondFactor, SignIn};

use super::factors::{self, CHALLENGING, Way, ways};
use crate::app::{App, Failed, Next};
use crate::leave::Leave;
use crate::terminal::Question;

pub(super) async fn needs_second_factor(app: &mut App, sign_in: SignIn<NeedsSecondFactor>) -> Result<Next, Leave> {
    let can = [
        Strategy::Totp,
        Strategy::PhoneCode,
        Strategy::EmailCode,
        Strategy::EmailLink,
        Strategy::Passkey,
        Strategy::BackupCode,
    ];
    let ways = ways(sign_in.supported_second_factors(), &can, sign_in.second_factor_verification());
    let factor = match app.menu_of_factors("Second factor", ways).await?.way() {
        Some(Way::By(factor)) if factor.strategy == Strategy::Totp => return totp(app, sign_in).await,
        Some(Way::By(factor)) if factor.strategy == Strategy::BackupCode => return backup_code(app, sign_in).await,
        Some(Way::By(factor)) if factor.strategy == Strategy::Passkey => return passkey(app, sign_in).await,
        Some(Way::By(factor)) => factor,
        Some(Way::TypeCode) => return factors::code_that_is_out(app, sign_in).await,
        Some(Way::WaitForLink) => return factors::link_that_is_out(app, sign_in).await,
        None => return Ok(sign_in.start_over().into()),
    };
    factors::send(app, sign_in, &factor).await
}

async fn passkey(app: &mut App, sign_in: SignIn<NeedsSecondFactor>) -> Result<Next, Leave> {
    match app.step(CHALLENGING, sign_in, SignIn::<NeedsSecondFactor>::challenge_passkey).await? {
        Ok(challenged) => Ok(challenged.into()),
        Err(failed) => app.after_failure(failed).await,
    }
}

async fn totp(app: &mut App, mut sign_in: SignIn<NeedsSecondFactor>) -> Result<Next, Leave> {
    loop {
        app.show_authenticator(sign_in.identifier());
        let question = Question::new("Code of the authenticator app").empty("to choose another way");
        let code = app.terminal.text(&question.escape("to choose another way")).await?.unwrap_or_default();
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
        let question = Question::new("Backup code").empty("to choose another way");
        let Some(code) = app.terminal.secret(&question).await? else { return Ok(sign_in.into()) };
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
