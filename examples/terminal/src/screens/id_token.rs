//! `NeedsIdentifier`, with an ID token: a provider's own SDK says who signs in.

use clerk_sign_in::wire::{ErrorCode, SignUpFields, Strategy};
use clerk_sign_in::{IdToken, NeedsIdentifier, SignIn, StepError};

use crate::app::{App, Failed, Next};
use crate::leave::Leave;
use crate::terminal::complain;
use crate::words;

/// A terminal has no such SDK: the token is pasted, or the user says who they are at the provider of the server in memory.
pub(super) async fn id_token(
    app: &mut App,
    sign_in: SignIn<NeedsIdentifier>,
    strategy: &Strategy,
) -> Result<Next, Leave> {
    let token = if let Some(accounts) = app.provider_accounts() {
        let account = app.menu("At the provider you are", accounts).await?;
        account.and_then(|account| app.provider_token(strategy, &account))
    } else {
        let token = app.terminal.secret("ID token", "leave empty to go back").await?;
        Some(token).filter(|token| !token.expose().is_empty())
    };
    let Some(token) = token else { return Ok(sign_in.start_over().into()) };
    let id_token = match strategy {
        Strategy::OauthToken(provider) => IdToken::new(provider.name(), token.expose()),
        _ => IdToken::google_one_tap(token.expose()),
    };
    match app.step("Signing in", sign_in, |sign_in| sign_in.id_token(&id_token)).await? {
        Ok(next) => Ok(next.into()),
        Err(StepError::Stayed { error, sign_in })
            if *strategy == Strategy::GoogleOneTap && error.has_code(&ErrorCode::ExternalAccountNotFound) =>
        {
            sign_up(app, sign_in, &id_token).await
        }
        Err(failed) => app.after_failure(failed).await,
    }
}

/// Nobody is known by it, and the token itself signs them up.
async fn sign_up(app: &mut App, mut sign_in: SignIn<NeedsIdentifier>, id_token: &IdToken) -> Result<Next, Leave> {
    complain("Nobody is known by this Google account.");
    loop {
        if app.menu("What now?", vec!["Sign up with this Google account"]).await?.is_none() {
            return Ok(sign_in.start_over().into());
        }
        let sign_up = |sign_in: SignIn<NeedsIdentifier>| sign_in.sign_up_by_id_token(id_token, SignUpFields::new());
        let failed = match app.step("Signing up", sign_in, sign_up).await? {
            Ok(sign_up) => return Ok(Next::SignUp(sign_up)),
            Err(failed) => failed,
        };
        if failed.error().is_outcome_unknown() {
            complain(words::error(failed.error()));
            return app.resume_sign_up().await;
        }
        sign_in = match app.failed(failed).await? {
            Failed::AskAgain(sign_in) => sign_in,
            Failed::GoOn(next) => return Ok(next),
        };
    }
}
