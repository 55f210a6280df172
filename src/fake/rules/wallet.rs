//! Sign-in with a wallet.

use super::Call;
use super::attempt_factor::given;
use crate::fake::crypto::web3::{self, Chain};
use crate::fake::records::challenge::Challenge;
use crate::fake::records::sign_in::{Check, Which};
use crate::fake::rejections;
use crate::fault_switches::without;
use crate::wire::{Answer, AttemptFactor, PrepareFactor, Rejection, Strategy, VerificationStatus};

impl Call<'_> {
    pub(super) fn challenge_wallet(
        &mut self,
        prepare: &PrepareFactor,
        strategy: &Strategy,
    ) -> Result<Check, Rejection> {
        let wallet = ("web3_wallet_id", prepare.web3_wallet_id.as_deref());
        let id = self.reject_unless_offered(Which::First, prepare, strategy, wallet)?;
        let attempt = self.own_attempt(&prepare.sign_in_id)?;
        // A decoy factor belongs to no user, but its message must look like any other message.
        let address = self.user_of(attempt).and_then(|user| user.address(&id)).or(attempt.identifier.as_deref());
        let address = address.map(web3::written).ok_or_else(|| rejections::param_value_invalid("web3_wallet_id"))?;
        let chain = Chain::from_address(&address).ok_or_else(|| rejections::param_value_invalid("web3_wallet_id"))?;

        let nonce = self.state.random.token();
        let settings = &self.state.settings;
        let page = self.origin.unwrap_or(&settings.issuer);
        let domain = page.split_once("://").map_or(page, |(_, domain)| domain);
        let message = web3::message((domain, page), chain, &address, &nonce, (self.now, settings.code_lifetime));
        let expire_at = Some(self.now + settings.code_lifetime);
        let challenge = Some(Challenge::Wallet { address, nonce, message });
        Ok(Check { expire_at, challenge, ..Check::new(strategy.clone()) })
    }

    pub(super) fn attempt_wallet(
        &mut self,
        id: &str,
        strategy: &Strategy,
        attempt: &AttemptFactor,
    ) -> Result<Answer, Rejection> {
        let signature = given("signature", attempt.signature.as_ref())?;
        let (mut check, challenge) = self.challenged(id, Which::First, strategy)?;
        let Challenge::Wallet { address, message, .. } = challenge else {
            return Err(rejections::verification_missing());
        };
        check.attempts = check.attempts.saturating_add(1);
        let is_known = self.own_attempt(id)?.user_id.is_some();
        let is_signed = web3::is_signed_by(&address, &message, signature);
        if is_known && (is_signed || without("the signature of a wallet is checked")) {
            return self.verified(id, Which::First, check, None);
        }
        let too_often = check.attempts >= self.state.settings.code_attempts;
        let too_often = too_often && !without("too many wrong codes end a verification");
        if too_often {
            check.status = VerificationStatus::Failed;
        }
        self.set_check(id, Which::First, check);
        Err(if too_often { rejections::verification_failed() } else { rejections::signature_incorrect() })
    }
}
