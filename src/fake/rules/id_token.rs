//! `POST /v1/client/sign_ins` with a credential from a provider's own SDK.

use super::Call;
use super::attempt_factor::given;
use super::oauth_callback::Found;
use crate::fake::provider::{CLIENT_ID, Claims, claims_of};
use crate::fake::records::authorization::ProviderChoice;
use crate::fake::records::sign_in::Check;
use crate::fake::records::users::is_email_address;
use crate::fake::rejections;
use crate::fault_switches::without;
use crate::wire::{Answer, CreateSignIn, Rejection, Secret, Status, Strategy};

impl Call<'_> {
    /// Signs in with a credential from a provider's SDK.
    ///
    /// Neither a rejected request nor a protect check uses up the code. A rejected request does not start an attempt
    /// either.
    pub(super) fn create_by_id_token(
        &mut self,
        strategy: &Strategy,
        create: &CreateSignIn,
    ) -> Result<Answer, Rejection> {
        let (choice, claims) = self.vouched_for(strategy, create.token.as_ref(), create.code.as_ref())?;
        let found = self.find(&choice, &claims)?;
        // The verification of a Google One Tap token is never transferable. To sign up, the app sends the token again.
        if matches!((&found, strategy), (Found::Unknown, Strategy::GoogleOneTap))
            && !without("One Tap transfers nobody")
        {
            return Err(rejections::external_account_not_found());
        }
        self.reject_second_session(Some(&claims.email))?;
        let begun = self.begin(Status::NeedsIdentifier, None, None);
        self.gated(&begun.id, |call| {
            let check = call.redeem(strategy, create.code.as_ref());
            call.recognized(&begun.id, check, &choice, claims, found)?;
            call.get_sign_in(&begun.id)
        })
    }

    /// Identifies the user with a credential that a provider's own SDK gave the app.
    pub(super) fn vouched_for(
        &self,
        strategy: &Strategy,
        token: Option<&Secret>,
        code: Option<&Secret>,
    ) -> Result<(ProviderChoice, Claims), Rejection> {
        let choice = self.provider_inside(strategy)?;
        let claims = match strategy {
            Strategy::GoogleOneTap => self.claims_from_one_tap(&choice, given("token", token)?)?,
            _ => self.claims_from_provider(&choice, token, code)?,
        };
        if is_email_address(&claims.email) { Ok((choice, claims)) } else { Err(rejections::fetch_user_failed()) }
    }

    /// Uses up the code if there is one, and returns a new verification of this strategy.
    pub(super) fn redeem(&mut self, strategy: &Strategy, code: Option<&Secret>) -> Check {
        // Google One Tap provides no code.
        if let (Strategy::OauthToken(_), Some(code)) = (strategy, code)
            && !without("the code of an ID token works once")
        {
            self.state.provider.redeem(code.expose());
        }
        let expire_at = Some(self.now + self.state.settings.code_lifetime);
        Check { expire_at, ..Check::new(strategy.clone()) }
    }

    /// Returns the provider if it is enabled for the instance.
    fn provider_inside(&self, strategy: &Strategy) -> Result<ProviderChoice, Rejection> {
        let provider = match strategy {
            Strategy::OauthToken(provider) => provider.name().to_owned(),
            _ => "google".to_owned(),
        };
        self.reject_unless_enabled(&Strategy::oauth(&provider))?;
        Ok(ProviderChoice { strategy: strategy.clone(), connection_id: None, provider })
    }

    fn claims_from_one_tap(&self, choice: &ProviderChoice, token: &Secret) -> Result<Claims, Rejection> {
        let client_id = self.state.settings.google_one_tap();
        let client_id = client_id.ok_or_else(|| rejections::provider_not_enabled(&choice.strategy))?;
        let issuer = self.state.settings.provider_issuer(&choice.provider);
        claims_of(token, &issuer, client_id, None, self.now).ok_or_else(rejections::one_tap_token_invalid)
    }

    /// Identifies the user with a token, a code or both.
    ///
    /// The code gives access to more claims than the token. If the request contains both, the token and the code must
    /// belong to the same user.
    fn claims_from_provider(
        &self,
        choice: &ProviderChoice,
        token: Option<&Secret>,
        code: Option<&Secret>,
    ) -> Result<Claims, Rejection> {
        let issuer = self.state.settings.provider_issuer(&choice.provider);
        let said = |token| claims_of(token, &issuer, CLIENT_ID, None, self.now);
        let token = token.map(|token| given("token", Some(token))).transpose()?;
        let said = token.map(|token| said(token).ok_or_else(rejections::id_token_invalid)).transpose()?;
        let Some(code) = code else { return said.ok_or_else(|| rejections::param_missing("token")) };
        let code = given("code", Some(code))?;
        if self.state.settings.provider_down {
            return Err(rejections::token_exchange_failed());
        }
        let known = self.state.provider.claims_for_code(self.now, code.expose(), &issuer);
        let known = known.filter(|known| {
            said.is_none_or(|said| said.sub == known.sub) || without("a token and its code belong together")
        });
        known.ok_or_else(rejections::token_exchange_failed)
    }
}
