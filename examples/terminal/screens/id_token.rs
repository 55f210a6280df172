//! `NeedsIdentifier`, with an ID token: a provider's own SDK says who signs in.

use clerk_sign_in::wire::Strategy;
use clerk_sign_in::{IdToken, NeedsIdentifier, SignIn};

use crate::app::{App, Next};
use crate::leave::Leave;

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
        Strategy::OauthToken(provider) => IdToken::of(provider.name(), token.expose()),
        _ => IdToken::google_one_tap(token.expose()),
    };
    match app.step("Signing in", sign_in, |sign_in| sign_in.id_token(&id_token)).await? {
        Ok(next) => Ok(next.into()),
        Err(failed) => app.after_failure(failed).await,
    }
}
