//! What the referee holds against an answer.

use super::books::has_second_factor;
use super::{Before, Referee, Step, is_gated};
use crate::backend::{CallContext, Identity};
use crate::fake::{FakeBackend, UserAccess};
use crate::testing::Outside;
use crate::testing::model::{Expected, Factor, Reason};
use crate::testing::trace::{Exchange, Outcome};
use crate::wire::{
    Answer, ClientUpdate, ErrorCode, Request, Response, Status, Strategy, TokenUpdate, VerificationStatus,
};

impl Referee {
    pub(super) fn judge_step(
        &self,
        request: &Request,
        step: &Step,
        before: &Before,
        exchange: &Exchange,
    ) -> Result<(), Outside> {
        // A replaced sign-in takes no step, which the check of the trace judges.
        if step.sign_in_id.as_ref().is_some_and(|id| self.trace.is_replaced(id)) {
            return Ok(());
        }
        // A link that was opened or a visit to a provider may have moved the sign-in, unseen.
        if step.at.may_move_by_itself() || is_gated(step, exchange) {
            return Ok(());
        }
        let account = self.user_of(request).and_then(|user_id| self.account(&user_id, exchange));
        let expected = self.turn(step, before, exchange, account.as_ref()).expected();
        let status = exchange.sign_in.as_ref().and_then(|shown| shown.standing.status.clone());
        let is_as_expected = match (&expected, &exchange.outcome) {
            (Expected::Open, _) | (_, Outcome::Unknown) => true,
            (Expected::CarriedOut(Status::NeedsClientTrust), Outcome::CarriedOut) if before.has_unseen_session => {
                matches!(status, None | Some(Status::Complete | Status::NeedsClientTrust))
            }
            (Expected::CarriedOut(next), Outcome::CarriedOut) => status.as_ref().is_none_or(|status| status == next),
            (Expected::Rejected(_), Outcome::CarriedOut) => false,
            (Expected::CarriedOut(_), Outcome::Rejected(codes)) => {
                // If the count is uncertain, the account may be locked.
                let may_be_locked = account.as_ref().is_some_and(|account| account.is_uncertain);
                may_be_locked && codes.contains(&ErrorCode::UserLocked)
                    || self.is_beforehand(request, step, before, codes)
            }
            (Expected::Rejected(reason), Outcome::Rejected(codes)) => {
                codes.iter().any(|code| reason.codes().contains(code))
                    || self.is_beforehand(request, step, before, codes)
            }
        };
        if is_as_expected {
            return Ok(());
        }
        Err(Outside::NotAsExpected {
            operation: step.operation.clone(),
            at: Box::new(step.at.clone()),
            given: before.given,
            expected: Box::new(expected),
            outcome: Box::new(exchange.outcome.clone()),
            status,
        })
    }

    /// Returns `true` if the server may reject the request with this code before it looks at the answer.
    fn is_beforehand(&self, request: &Request, step: &Step, before: &Before, codes: &[ErrorCode]) -> bool {
        let is_create = matches!(request, Request::CreateSignIn(_));
        let settings = self.server.settings();
        let is_locked_by_an_administrator = || {
            let user = self.user_of(request).and_then(|user_id| self.server.user(&user_id));
            user.is_some_and(|user| user.access == UserAccess::Locked)
        };
        let is_over = || step.sign_in_id.as_ref().is_some_and(|id| self.books.is_over(id, before.now, &self.server));
        codes.iter().any(|code| match code {
            ErrorCode::TooManyRequests => settings.rate_limits.is_some(),
            ErrorCode::RequiresCaptcha | ErrorCode::CaptchaInvalid => settings.captcha_required,
            ErrorCode::SessionExists => settings.single_session,
            ErrorCode::IdentifierAlreadySignedIn => settings.reject_signed_in_identifiers,
            ErrorCode::RequiresProtectCheck
            | ErrorCode::UserBanned
            | ErrorCode::UserDeactivated
            | ErrorCode::FormPasswordPwned
            | ErrorCode::StrategyForUserInvalid => true,
            ErrorCode::ResourceNotFound => is_over(),
            // The server forgets a client that is not used for long.
            ErrorCode::AuthenticationInvalid => is_create || is_over(),
            ErrorCode::UserLocked => is_locked_by_an_administrator(),
            _ => false,
        })
    }

    /// Each step sends at most one message, and only a step that prepares a factor sends one.
    pub(super) fn judge_messages(
        &self,
        request: &Request,
        before: &Before,
        exchange: &Exchange,
    ) -> Result<(), Outside> {
        let sent = self.server.outbox().iter().filter(|message| message.number > before.messages).count();
        let may_send = matches!(
            request,
            Request::CreateSignIn(_)
                | Request::PrepareFirstFactor(_)
                | Request::PrepareSecondFactor(_)
                | Request::CreateSignUp(_)
                | Request::UpdateSignUp(_)
                | Request::PrepareSignUp(_)
        );
        let most = usize::from(may_send && !matches!(exchange.outcome, Outcome::Rejected(_)));
        if sent > most { Err(Outside::TooManyMessages { sent, most }) } else { Ok(()) }
    }
}

/// A user who has a second factor has verified it before a session begins.
pub(super) fn judge_second_factor(
    server: &FakeBackend,
    exchange: &Exchange,
    response: &Response,
) -> Result<(), Outside> {
    let (Some(shown), ClientUpdate::Known(client)) = (&exchange.sign_in, &response.client) else { return Ok(()) };
    let attempt = match &response.result {
        Ok(Answer::SignInAttempt(attempt)) => Some(attempt),
        _ => client.sign_in.as_ref(),
    };
    let session_id =
        attempt.filter(|attempt| attempt.id == shown.id).and_then(|attempt| attempt.created_session_id.as_ref());
    let session = client.sessions.iter().find(|session| Some(&session.id) == session_id);
    let Some(user) = session.and_then(|session| server.user(&session.user.as_ref()?.id)) else { return Ok(()) };
    let is_verified =
        |factor: &Option<Factor>| factor.as_ref().is_some_and(|factor| factor.status == VerificationStatus::Verified);
    let by_passkey = shown.standing.first.as_ref().is_some_and(|first| first.strategy == Strategy::Passkey);
    let is_enough = by_passkey && server.settings().passkey_satisfies_second_factor;
    if has_second_factor(&user) && !is_enough && !is_verified(&shown.standing.second) {
        return Err(Outside::SecondFactorSkipped);
    }
    Ok(())
}

/// Every answer to a native client has a token, and a rejection of the user's answer describes the client.
pub(super) fn judge_client(context: &CallContext, exchange: &Exchange, response: &Response) -> Result<(), Outside> {
    let is_native = matches!(context.identity, Identity::Native { .. });
    if is_native && exchange.client_id.is_some() && matches!(response.token, TokenUpdate::Unchanged) {
        return Err(Outside::NoToken);
    }
    let judges_the_answer = |code: &ErrorCode| {
        [Reason::Wrong, Reason::TooManyWrong, Reason::Expired].iter().any(|reason| reason.codes().contains(code))
    };
    let is_rejected = matches!(&exchange.outcome, Outcome::Rejected(codes) if codes.iter().any(judges_the_answer));
    let is_about_a_sign_in = exchange.operation.is_some();
    if is_rejected && is_about_a_sign_in && exchange.client_id.is_none() {
        return Err(Outside::RejectionWithoutClient);
    }
    Ok(())
}
