//! Sign-up at a provider: the redirect, the result, and the sign-in of a user who already has an account here.

use super::Call;
use super::oauth_callback::{Found, external_account, first_error};
use super::sso::RedirectOptions;
use crate::fake::provider::Claims;
use crate::fake::records::authorization::{AttemptId, ProviderChoice, Returned};
use crate::fake::records::sign_in::Check;
use crate::fake::records::sign_up::{KnownAccount, SignUp};
use crate::fake::rejections;
use crate::fault_switches::without;
use crate::wire::{Answer, ApiError, GetSignUp, Rejection, SignUpSso, Status, Strategy, VerificationStatus};

impl Call<'_> {
    /// Verifies the sign-up at a provider, if the request contains a provider's strategy.
    ///
    /// Returns `true` if the sign-up waits for the provider's result.
    pub(super) fn ask_provider(
        &mut self,
        sign_up: &mut SignUp,
        sso: &SignUpSso,
        address: Option<&str>,
    ) -> Result<bool, Rejection> {
        let Some(strategy) = &sso.strategy else { return Ok(false) };
        if !strategy.is_redirect() && !strategy.is_id_token() {
            return Err(rejections::param_value_invalid("strategy"));
        }
        if sign_up.external.as_ref().is_some_and(Check::is_verified) {
            return Err(rejections::verification_already_verified());
        }
        if strategy.is_id_token() {
            self.take_id_token(sign_up, strategy, sso).map(|is_verified| !is_verified)
        } else {
            self.send_sign_up(sign_up, strategy, sso, address).map(|()| true)
        }
    }

    /// Verifies the sign-up with an ID token. Returns `true` if the account belongs to no user yet.
    fn take_id_token(&mut self, sign_up: &mut SignUp, strategy: &Strategy, sso: &SignUpSso) -> Result<bool, Rejection> {
        let (choice, claims) = self.vouched_for(strategy, sso.token.as_ref(), sso.code.as_ref())?;
        let found = self.find_to_sign_up(&choice, &claims)?;
        // The verification of a Google One Tap token is never transferable. Instead, the app must begin a sign-in with
        // the same token.
        if *strategy == Strategy::GoogleOneTap && !matches!(found, Found::Unknown) {
            return Err(rejections::external_account_exists());
        }
        let check = self.redeem(strategy, sso.code.as_ref());
        Ok(recognized(sign_up, check, &choice, Ok((found, claims))))
    }

    fn send_sign_up(
        &mut self,
        sign_up: &mut SignUp,
        strategy: &Strategy,
        sso: &SignUpSso,
        address: Option<&str>,
    ) -> Result<(), Rejection> {
        let by_enterprise = !matches!(strategy, Strategy::Oauth(_));
        let known = sign_up.email_address.clone();
        let address = address.or(known.as_deref());
        let options = RedirectOptions {
            strategy,
            identifier: address.filter(|_| by_enterprise).unwrap_or_default(),
            enterprise_connection_id: sso.enterprise_connection_id.as_deref(),
            redirect_url: sso.redirect_url.as_deref(),
            complete_url: sso.action_complete_redirect_url.as_deref(),
            prompt: sso.oidc_prompt.as_deref(),
            login_hint: sso.oidc_login_hint.as_deref().or(address),
        };
        let (state, check) = self.send_to_provider(AttemptId::SignUp(sign_up.id.clone()), &options)?;
        if let Some(older) = sign_up.authorization.replace(state)
            && !without("a new redirect ends the older one")
        {
            self.state.authorizations.remove(&older);
        }
        (sign_up.external, sign_up.known_account, sign_up.returned) = (Some(check), None, None);
        Ok(())
    }

    /// Applies the provider's result to the sign-up.
    pub(super) fn settle_at_provider(
        &mut self,
        id: &str,
        choice: &ProviderChoice,
        account: Result<Claims, ApiError>,
    ) -> Result<(), Rejection> {
        let mut sign_up = self.current_sign_up(id)?.clone();
        let check = sign_up.external.take().filter(|check| check.strategy == choice.strategy);
        let check = Check { external_url: None, ..check.ok_or_else(rejections::callback_invalid)? };
        let found = account.and_then(|claims| {
            let found = self.find_to_sign_up(choice, &claims).map_err(first_error)?;
            Ok((found, claims))
        });
        // If the account is rejected, the sign-up stores the error, so that the client can show it.
        if recognized(&mut sign_up, check, choice, found) {
            drop(self.settle_sign_up(sign_up));
        } else {
            self.state.add_sign_up(sign_up);
        }
        Ok(())
    }

    fn find_to_sign_up(&self, choice: &ProviderChoice, claims: &Claims) -> Result<Found, Rejection> {
        let may_sign_up = self.state.settings.sign_ups || without("sign-ups can be switched off");
        if may_sign_up { self.find(choice, claims) } else { Err(rejections::sign_ups_restricted()) }
    }

    /// Reads a sign-up.
    ///
    /// The provider's result takes effect if the app sends the nonce that it received when the user came back.
    pub(super) fn read_sign_up(&mut self, get: &GetSignUp) -> Result<Answer, Rejection> {
        let id = get.sign_up_id.as_str();
        let sign_up = self.own_sign_up(id)?;
        if let Some(nonce) = &get.rotating_token_nonce {
            let is_right = |it: &Returned| it.nonce == *nonce || without("the nonce of a callback is checked");
            let returned = sign_up.returned.clone().filter(is_right);
            let returned = returned.ok_or_else(rejections::callback_invalid)?;
            if let Some((choice, account)) = returned.account {
                self.current_sign_up(id)?;
                self.reject_unless_waiting(&AttemptId::SignUp(id.to_owned()), &choice)?;
                self.settle_at_provider(id, &choice, account)?;
                if let Some(sign_up) = self.state.sign_ups.get_mut(id) {
                    sign_up.returned = Some(Returned { nonce: returned.nonce, account: None });
                }
            }
        }
        self.get_sign_up(id)
    }

    /// Signs in a user who tried to sign up with a provider account that already belongs to a user of this instance.
    pub(super) fn sign_in_from_provider(
        &mut self,
        sign_up_id: &str,
        known_account: &KnownAccount,
        check: Check,
    ) -> Result<Answer, Rejection> {
        let KnownAccount { choice, claims } = known_account;
        let found = self.find(choice, claims)?;
        if matches!(found, Found::Unknown) {
            // The user has been removed in the meantime.
            return Err(rejections::account_transfer_invalid());
        }
        self.state.forget_sign_up(sign_up_id);
        let check = Check { error: None, ..check };
        let begun = self.begin(Status::NeedsIdentifier, None, None);
        self.gated(&begun.id, |call| {
            call.recognized(&begun.id, check, choice, claims.clone(), found)?;
            call.get_sign_in(&begun.id)
        })
    }
}

/// Applies the provider's result to the sign-up.
///
/// Returns `true` if the account is verified and belongs to no user yet.
fn recognized(
    sign_up: &mut SignUp,
    check: Check,
    choice: &ProviderChoice,
    found: Result<(Found, Claims), ApiError>,
) -> bool {
    sign_up.known_account = None;
    let (status, error) = match found {
        Ok((Found::Unknown, claims)) => {
            sign_up.came_from(external_account(choice, claims));
            (VerificationStatus::Verified, None)
        }
        Ok((Found::User(_) | Found::Unverified(_), claims)) => {
            sign_up.known_account = Some(Box::new(KnownAccount { choice: choice.clone(), claims }));
            (VerificationStatus::Transferable, Some(first_error(rejections::external_account_exists())))
        }
        Err(error) => (VerificationStatus::Failed, Some(error)),
    };
    let check = sign_up.external.insert(Check { status, error: error.map(Box::new), ..check });
    check.is_verified()
}
