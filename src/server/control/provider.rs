//! `/_fake/provider`: the accounts at the provider, and the credentials that the provider's SDK gives to an app.

use http::{Method, StatusCode};
use serde::Deserialize;

use super::{Answer, Control, Message, Rejected, body, json as answer, ok, unknown};
use crate::fake::ProviderAccount;
use crate::wire::Strategy;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Wanted {
    /// `google_one_tap`, or `oauth_token_<provider>`.
    strategy: Strategy,
    email_address: String,
}

impl Control {
    pub(super) fn provider(&self, message: &Message, path: &[&str]) -> Result<Answer, Rejected> {
        match (message.method(), path) {
            (&Method::GET, ["accounts"]) => Ok(ok(&self.fake.provider_accounts())),
            (&Method::POST, ["accounts"]) => {
                let account: ProviderAccount = body(message)?;
                reject_unless_address(&account.email_address)?;
                self.fake.add_provider_account(account.clone());
                Ok(answer(StatusCode::CREATED, &account))
            }
            (&Method::POST, ["credentials"]) => {
                let Wanted { strategy, email_address } = body(message)?;
                reject_unless_address(&email_address)?;
                let credential = self.fake.provider_credential(&strategy, &email_address).ok_or_else(|| {
                    let why =
                        format!("`{strategy}` takes no ID token: give `google_one_tap` or `oauth_token_<provider>`");
                    Rejected::bad_request(why)
                })?;
                Ok(answer(StatusCode::CREATED, &credential))
            }
            _ => Err(unknown(message)),
        }
    }
}

/// Rejects text that is not an email address. The provider's page does the same.
fn reject_unless_address(text: &str) -> Result<(), Rejected> {
    if text.contains('@') {
        return Ok(());
    }
    Err(Rejected(StatusCode::UNPROCESSABLE_ENTITY, format!("`{text}` is not an email address")))
}
