//! A walker's first step, which identifies the user.

use std::time::Duration;

use super::{PAGE, Walker, next};
use crate::error::Error;
use crate::sign_in::states::{NeedsIdentifier, Sso};
use crate::sign_in::{AnySignIn, SignIn};
use crate::testing::Action;

impl Walker {
    pub(super) async fn begin(&mut self, at: SignIn<NeedsIdentifier>, action: Action) -> (AnySignIn, Option<Error>) {
        self.user.person = action.person().unwrap_or(self.user.person);
        let address = self.user.email_address();
        match action {
            Action::Create(_) => next(at.create(address).await),
            Action::CreateOrSignUp(_) => next(at.create_or_sign_up(address).await),
            Action::CreateWithPassword(_, right) => next(at.password(address, &self.user.password(right)).await),
            Action::CreateWithEmailCode(_) => next(at.send_email_code(address).await),
            Action::CreateWithResetCode(_) => next(at.send_reset_password_email_code(address).await),
            Action::CreateWithTicket(_, right) => {
                let made = self.fake.add_ticket(address, Duration::from_secs(60)).ok().filter(|_| right);
                let ticket = made.map_or_else(|| "none".into(), |made| made.ticket);
                next(at.ticket(ticket.expose()).await)
            }
            Action::CreateWithIdToken(_, right) => self.id_token(at, right).await,
            Action::ChallengeWallet | Action::ChallengePasskey | Action::ChallengeTrustedDevice => {
                self.begin_by_key(at, action).await
            }
            Action::Sso => next(at.sso(&Sso::oauth("google"), PAGE).await),
            _ => (at.into(), None),
        }
    }
}
