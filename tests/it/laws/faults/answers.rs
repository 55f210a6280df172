//! Servers that do the right thing, and describe it wrongly.

use std::time::Duration;

use clerk_sign_in::backend::CallContext;
use clerk_sign_in::wire::{
    Answer, ClientTrustState, ClientUpdate, ErrorCode, Factor, Request, Response, SessionToken, Status, Strategy,
    TokenUpdate, VerificationStatus,
};

use super::{Fault, Faulty, answers, each_sign_in, rejection, sign_in};

/// Answers without a fault, and then changes the answer.
fn edited(faulty: &Faulty, context: CallContext, request: Request, edit: impl Fn(&Request, &mut Response)) -> Response {
    let mut response = faulty.ask(context, request.clone());
    edit(&request, &mut response);
    response
}

macro_rules! edits {
    ($($name:literal, $caught_by:literal, |$request:pat_param, $response:ident| $edit:expr;)+) => {
        pub(super) const FAULTS: &[Fault] = &[$(
            answers($name, $caught_by, |faulty, context, request| {
                edited(faulty, context, request, |$request, $response| { $edit; })
            }),
        )+];
    };
}

edits! {
    "no answer describes the client", "first_write_creates_the_client", |_, response|
        response.client = ClientUpdate::Unchanged;
    "a rejection carries no token", "every_native_answer_carries_a_token", |_, response|
        if response.result.is_err() { response.token = TokenUpdate::Unchanged };
    "a read carries no token", "every_native_answer_carries_a_token", |request, response|
        if request.is_read() { response.token = TokenUpdate::Unchanged };
    "an answer carries the token of nobody", "newest_token_identifies_the_client", |request, response|
        if request.is_read() { response.token = TokenUpdate::Replaced("nobody".into()) };
    "an empty sign-in needs a first factor", "create_without_an_identifier_needs_one", |_, response|
        each_sign_in(response, |sign_in| if sign_in.status == Some(Status::NeedsIdentifier) {
            sign_in.status = Some(Status::NeedsFirstFactor);
        });
    "no first factors are listed", "identifier_leads_to_the_first_factors", |_, response|
        each_sign_in(response, |sign_in| sign_in.supported_first_factors = None);
    "the identifier is not shown", "identifier_leads_to_the_first_factors", |_, response|
        each_sign_in(response, |sign_in| sign_in.identifier = None);
    "all clients have one id", "new_clients_are_different", |_, response|
        if let ClientUpdate::Known(client) = &mut response.client { "client_one".clone_into(&mut client.id) };
    "no phone is listed", "phone_code_is_sent_to_the_phone", |_, response|
        each_sign_in(response, |sign_in| sign_in.supported_first_factors.iter_mut().for_each(|factors| {
            factors.retain(|factor| factor.phone_number_id.is_none());
        }));
    "a rejection shows no sign-in", "wrong_password_at_create_keeps_the_sign_in", |_, response|
        if let (Err(_), ClientUpdate::Known(client)) = (&response.result, &mut response.client) {
            client.sign_in = None;
        };
    "the locale is not shown", "locale_given_at_create_is_shown", |_, response|
        each_sign_in(response, |sign_in| sign_in.locale = None);
    "every rejection has the status 400", "unknown_sign_in_is_not_found", |_, response|
        if let Some(rejection) = rejection(response) { rejection.status = 400.try_into().unwrap() };
    "the last step changes the id", "every_step_keeps_the_id", |request, response|
        if let (Request::AttemptSecondFactor(_), Some(sign_in)) = (request, sign_in(response)) {
            sign_in.id.push('2');
        };
    "the session is told before the second factor", "only_a_complete_sign_in_has_a_session", |_, response|
        each_sign_in(response, |sign_in| if sign_in.status == Some(Status::NeedsSecondFactor) {
            sign_in.created_session_id = Some("sess_early".to_owned());
        });
    "a complete sign-in names no session", "totp_code_completes", |_, response|
        each_sign_in(response, |sign_in| sign_in.created_session_id = None);
    "second factors are listed too early", "second_factors_are_listed_when_needed", |_, response|
        each_sign_in(response, |sign_in| {
            sign_in.supported_second_factors = Some(vec![Factor::new(Strategy::Totp)]);
        });
    "a complete sign-in stays on the client", "completed_sign_in_leaves_the_client", |_, response| {
        let complete = sign_in(response).filter(|sign_in| sign_in.status == Some(Status::Complete)).cloned();
        if let (Some(complete), ClientUpdate::Known(client)) = (complete, &mut response.client) {
            client.sign_in = Some(Box::new(complete));
        }
    };
    "the sign-in goes back after the second factor fails", "sign_in_never_goes_back", |_, response|
        each_sign_in(response, |sign_in| {
            if sign_in.second_factor_verification.is_some() && sign_in.status != Some(Status::Complete) {
                sign_in.status = Some(Status::NeedsFirstFactor);
            }
        });
    "a sent code is verified at once", "prepared_code_is_sent", |_, response|
        each_sign_in(response, |sign_in| sign_in.first_factor_verification.iter_mut().for_each(|verification| {
            verification.status = Some(VerificationStatus::Verified);
        }));
    "a verified factor stays unverified", "right_code_verifies", |_, response|
        each_sign_in(response, |sign_in| sign_in.first_factor_verification.iter_mut().for_each(|verification| {
            verification.status = Some(VerificationStatus::Unverified);
        }));
    "wrong codes are not counted", "wrong_code_is_counted", |_, response|
        each_sign_in(response, |sign_in| sign_in.first_factor_verification.iter_mut().for_each(|verification| {
            verification.attempts = Some(0);
        }));
    "a rejection counts one wrong code less", "sign_in_is_the_same_everywhere", |_, response|
        if let (Err(_), ClientUpdate::Known(client)) = (&response.result, &mut response.client) {
            client.sign_in.iter_mut().filter_map(|sign_in| sign_in.first_factor_verification.as_mut()).for_each(|it| {
                it.attempts = it.attempts.map(|attempts| attempts.saturating_sub(1));
            });
        };
    "nobody says how long to wait", "resend_too_early_is_rejected", |_, response|
        if let Some(rejection) = rejection(response) { rejection.retry_after = None };
    "an unsent code counts as wrong", "unsent_code_cannot_be_verified", |_, response|
        recoded(response, &ErrorCode::VerificationMissing, &ErrorCode::FormCodeIncorrect);
    "a missing password counts as wrong", "password_of_a_user_without_one_is_rejected", |_, response|
        recoded(response, &ErrorCode::StrategyForUserInvalid, &ErrorCode::FormPasswordIncorrect);
    "a lockout is not announced", "lockout_is_announced", |_, response|
        if let Some(rejection) = rejection(response) {
            rejection.errors.retain(|error| error.code != ErrorCode::AccountLockoutWarning);
        };
    "a lockout is longer than it says", "lock_ends_after_its_time", |_, response|
        if let Some(rejection) = rejection(response) {
            rejection.errors.iter_mut().for_each(|error| {
                error.meta.lockout_expires_in_seconds = error.meta.lockout_expires_in_seconds.map(|_| 60);
            });
        };
    "client trust comes before the second factor", "second_factor_wins_over_client_trust", |request, response|
        if matches!(request, Request::CreateSignIn(_)) {
            each_sign_in(response, |sign_in| if sign_in.status == Some(Status::NeedsSecondFactor) {
                sign_in.status = Some(Status::NeedsClientTrust);
                sign_in.client_trust_state = Some(ClientTrustState::New);
            });
        };
    "a code needs client trust too", "only_a_password_needs_client_trust", |request, response|
        if matches!(request, Request::AttemptFirstFactor(_)) {
            each_sign_in(response, |sign_in| if sign_in.status == Some(Status::Complete) {
                sign_in.status = Some(Status::NeedsClientTrust);
            });
        };
    "a reset needs client trust too", "new_password_completes", |request, response|
        if matches!(request, Request::ResetPassword(_)) {
            each_sign_in(response, |sign_in| if sign_in.status == Some(Status::Complete) {
                sign_in.status = Some(Status::NeedsClientTrust);
            });
        };
    "a complete sign-in is never on the client", "opened_link_is_seen_on_the_client", |_, response|
        if let ClientUpdate::Known(client) = &mut response.client {
            client.sign_in.take_if(|sign_in| sign_in.status == Some(Status::Complete));
        };
    "a session has no user", "new_session_belongs_to_the_user", |_, response|
        if let ClientUpdate::Known(client) = &mut response.client {
            client.sessions.iter_mut().for_each(|session| session.user = None);
        };
    "a session does not know its factors", "session_knows_its_factors", |_, response|
        if let Ok(Answer::Session(session)) = &mut response.result { session.factor_verification_age = None };
    "a session token is no JWT", "session_token_names_the_session", |_, response|
        if let Ok(Answer::SessionToken(token)) = &mut response.result { *token = SessionToken::new("a.b.c") };
    "a read makes another challenge", "reading_keeps_the_challenge", |request, response|
        if matches!(request, Request::GetSignIn(_)) {
            each_sign_in(response, |sign_in| sign_in.protect_check.iter_mut().for_each(|check| {
                check.token = Some("another".into());
            }));
        };
    "a rejection describes no client", "rejection_shows_the_client", |_, response|
        if response.result.is_err() { response.client = ClientUpdate::Unchanged };
    "a rejection has no errors", "rejection_says_why", |_, response|
        if let Some(rejection) = rejection(response) { rejection.errors.clear() };
    "a rejection names no parameter", "rejection_names_the_parameter", |_, response|
        if let Some(rejection) = rejection(response) {
            rejection.errors.iter_mut().for_each(|error| error.meta.param_name = None);
        };
    "an unknown address is never transferable", "verified_unknown_address_is_transferable", |_, response|
        each_sign_in(response, |sign_in| drop(sign_in.first_factor_verification.take_if(|verification| {
            verification.status == Some(VerificationStatus::Transferable)
        })));
    "an unused sign-up is taken for a wrong one", "only_a_transferable_sign_in_becomes_a_sign_up", |_, response|
        recoded(response, &ErrorCode::AccountTransferInvalid, &ErrorCode::FormParamValueInvalid);
    "an answer to a sign-up shows no address", "sign_up_takes_over_the_sign_in", |_, response|
        if let Ok(Answer::SignUpAttempt(sign_up)) = &mut response.result { sign_up.email_address = None };
    "a Retry-After is much too long", "resend_too_early_is_rejected", |_, response|
        if let Some(rejection) = rejection(response) {
            rejection.retry_after = rejection.retry_after.map(|_| Duration::from_secs(86_400));
        };
}

/// Replaces an error code by another.
fn recoded(response: &mut Response, from: &ErrorCode, to: &ErrorCode) {
    let errors = rejection(response).into_iter().flat_map(|rejection| &mut rejection.errors);
    errors.filter(|error| error.code == *from).for_each(|error| error.code = to.clone());
}
