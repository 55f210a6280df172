//! The steps that a walker takes with an account at an identity provider.

use super::{PAGE, Walker, next};
use crate::error::Error;
use crate::sign_in::states::{IdToken, NeedsIdentifier, RedirectReady, Sso};
use crate::sign_in::{AnySignIn, SignIn};
use crate::testing::Action;
use crate::wire::Strategy;

impl Walker {
    pub(super) async fn redirect_ready(
        &mut self,
        at: SignIn<RedirectReady>,
        action: Action,
    ) -> (AnySignIn, Option<Error>) {
        match action {
            Action::GoToProvider(agrees) => {
                let address = self.user.email_address();
                let url = at.external_url();
                let back = if agrees { self.fake.consent(url, address) } else { self.fake.deny(url) };
                next(at.finish(&back.unwrap_or_default()).await)
            }
            Action::Sso => next(at.redirect_again(&Sso::oauth("google"), PAGE).await),
            Action::ChooseAnother => (at.choose_another().into(), None),
            _ => (at.into(), None),
        }
    }

    /// Submits the person's ID token from Google. If `right` is `false`, submits a made-up Apple code instead.
    pub(super) async fn id_token(&self, at: SignIn<NeedsIdentifier>, right: bool) -> (AnySignIn, Option<Error>) {
        let address = self.user.email_address();
        let credential = self.fake.provider_credential(&Strategy::oauth_token("google"), address).filter(|_| right);
        let id_token = match credential {
            Some(credential) => IdToken::new("google", credential.id_token.expose()),
            None => IdToken::from_code("apple", "made-up"),
        };
        next(at.id_token(&id_token).await)
    }
}
