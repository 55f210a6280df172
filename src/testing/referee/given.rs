//! Whether the user's answer is right.

use super::Referee;
use crate::testing::model::{self, Given};
use crate::wire::{AttemptFactor, Request, Secret, Strategy};

impl Referee {
    /// Whether the user's answer in a request is right.
    pub(super) fn given(&self, request: &Request) -> Given {
        match request {
            Request::CreateSignIn(create) => match (&create.password, &create.identifier) {
                (Some(password), Some(identifier)) => {
                    let user = self.server.user(identifier);
                    user.map_or(Given::Unknown, |user| self.books.password(&self.server, &user.id, password))
                }
                _ => Given::Unknown,
            },
            Request::AttemptFirstFactor(attempt) => self.given_in(attempt, false),
            Request::AttemptSecondFactor(attempt) => self.given_in(attempt, true),
            _ => Given::Unknown,
        }
    }

    fn given_in(&self, attempt: &AttemptFactor, is_second: bool) -> Given {
        let user_id = self.books.user(&attempt.sign_in_id);
        let code = attempt.code.as_ref().map(Secret::expose);
        match (&attempt.strategy, user_id) {
            (Some(Strategy::Password), Some(user_id)) => {
                let password = attempt.password.as_ref();
                password.map_or(Given::Unknown, |password| self.books.password(&self.server, &user_id, password))
            }
            (Some(Strategy::Totp), Some(user_id)) => {
                let shown = self.server.totp_code(&user_id);
                code.zip(shown)
                    .map_or(Given::Unknown, |(code, shown)| self.books.totp(&self.server, &user_id, code, &shown))
            }
            (Some(Strategy::BackupCode), Some(user_id)) => {
                code.map_or(Given::Unknown, |code| self.books.backup_code(&user_id, code))
            }
            (Some(strategy), Some(_)) if model::is_sent(strategy) => {
                let given = code.map_or(Given::Unknown, |code| {
                    self.books.sent_code(&attempt.sign_in_id, is_second, strategy, code)
                });
                // The new password in the same request may be rejected, and changes what follows.
                let comes_with_password = attempt.password.is_some();
                if comes_with_password && given == Given::Right { Given::Unknown } else { given }
            }
            _ => Given::Unknown,
        }
    }
}
