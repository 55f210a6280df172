//! `/_fake/provider`: who has an account at the fake's provider.

use http::{Method, StatusCode};

use super::{Answer, Control, Message, Refused, body, json as answer, ok, unknown};
use crate::fake::ProviderAccount;

impl Control {
    pub(super) fn provider(&self, message: &Message, path: &[&str]) -> Result<Answer, Refused> {
        match (message.method(), path) {
            (&Method::GET, ["accounts"]) => Ok(ok(&self.fake.provider_accounts())),
            (&Method::POST, ["accounts"]) => {
                let account: ProviderAccount = body(message)?;
                // The provider's page takes nothing else for an account.
                if !account.email_address.contains('@') {
                    let why = format!("`{}` is not an email address", account.email_address);
                    return Err(Refused(StatusCode::UNPROCESSABLE_ENTITY, why));
                }
                self.fake.add_provider_account(account.clone());
                Ok(answer(StatusCode::CREATED, &account))
            }
            _ => Err(unknown(message)),
        }
    }
}
