//! The step of `NeedsIdentifier` that uses an ID token. Such a token comes from an identity provider's own SDK.

use clerk_sign_in::wire::{ErrorCode, SignUpFields, Strategy};
use clerk_sign_in::{IdToken, NeedsIdentifier, SignIn, StepError};

use crate::app::{App, Failed, Next};
use crate::leave::Leave;
use crate::terminal::{Question, complain};
use crate::words;

/// Signs in with an ID token. A terminal cannot run a provider's SDK, so the user either pastes the token, or chooses
/// an account at the embedded fake's provider.
pub(super) async fn id_token(
    app: &mut App,
    sign_in: SignIn<NeedsIdentifier>,
    strategy: &Strategy,
) -> Result<Next, Leave> {
    let token = if let Some(accounts) = app.provider_accounts() {
        let account = app.menu("Your account at the provider", accounts).await?.way();
        account.and_then(|account| app.provider_token(strategy, &account))
    } else {
        app.terminal.secret(&Question::new("ID token").empty("to go back")).await?
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

/// Offers to sign up with the same token, because no user has this Google account yet.
async fn sign_up(app: &mut App, mut sign_in: SignIn<NeedsIdentifier>, id_token: &IdToken) -> Result<Next, Leave> {
    complain("Nobody has signed up with this Google account.");
    loop {
        if app.menu("What now?", vec!["Sign up with this Google account"]).await?.way().is_none() {
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
