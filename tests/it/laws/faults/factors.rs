//! Servers that verify factors wrongly.

use std::time::Duration;

use clerk_sign_in::backend::CallContext;
use clerk_sign_in::fake::{Change, UserChange};
use clerk_sign_in::wire::{
    AttemptFactor, CreateSignIn, ErrorCode, PrepareFactor, Request, Response, Secret, Status, Strategy,
    VerificationStatus,
};

use super::{Fault, Faulty, PASSWORD, answers, each_sign_in, has, next, rejected, sign_in, status, token, with_result};

pub(super) const FAULTS: &[Fault] = &[
    answers("a code is sent twice", "prepared_code_is_sent", sends_twice),
    answers("no code is right", "right_code_verifies", no_code_is_right),
    answers("any code is right", "wrong_code_is_rejected_and_the_sign_in_stays", any_code_is_right),
    answers("an older code works too", "only_the_newest_code_works", older_code_works),
    answers("a wrong code ends the sign-in", "wrong_code_is_rejected_and_the_sign_in_stays", wrong_code_ends),
    answers("a code that is over cannot be sent again", "failed_code_can_be_sent_again", never_again),
    answers("no password is right", "right_password_verifies", no_password_is_right),
    answers("a password is accepted only at create", "right_password_verifies", password_only_at_create),
    answers("any password is right", "wrong_password_is_rejected_and_the_sign_in_stays", any_password_is_right),
    answers("a new client lifts the lock", "lock_holds_on_every_client", new_client_unlocks),
    answers("a right answer does not reset the count", "right_answer_resets_the_count", right_answer_counts),
    answers("the second factor is skipped", "second_factor_is_required", skips_second_factor),
    answers("a code replaces the second factor", "second_factor_is_required_after_a_code", code_is_enough),
    answers(
        "a user with a password needs client trust anyway",
        "only_a_password_needs_client_trust",
        always_client_trust,
    ),
    answers("any code of an authenticator app is right", "wrong_totp_code_is_rejected_and_the_sign_in_stays", any_totp),
    answers("a backup code is never used up", "backup_code_works_once", backup_codes_stay),
    answers("trust in one client is trust in all", "trust_belongs_to_one_client", trusts_all),
];

fn sends_twice(faulty: &Faulty, context: CallContext, request: Request) -> Response {
    let response = faulty.ask(context.clone(), request.clone());
    if !matches!(request, Request::PrepareFirstFactor(_)) || response.result.is_err() {
        return response;
    }
    faulty.fake.configure(|settings| settings.resend_interval = Duration::ZERO);
    let again = faulty.ask(next(&context, &response), request);
    faulty.fake.configure(|settings| settings.resend_interval = Duration::from_secs(30));
    again
}

/// Returns the attempt if it is one with a code that was sent.
fn with_a_code(request: &mut Request) -> Option<&mut AttemptFactor> {
    let (Request::AttemptFirstFactor(attempt) | Request::AttemptSecondFactor(attempt)) = request else { return None };
    matches!(attempt.strategy, Some(Strategy::EmailCode | Strategy::PhoneCode)).then_some(attempt)
}

fn no_code_is_right(faulty: &Faulty, context: CallContext, mut request: Request) -> Response {
    if let Some(attempt) = with_a_code(&mut request) {
        attempt.code = Some("none".into());
    }
    faulty.ask(context, request)
}

fn any_code_is_right(faulty: &Faulty, context: CallContext, mut request: Request) -> Response {
    if let Some(attempt) = with_a_code(&mut request) {
        attempt.code = faulty.newest_code();
    }
    faulty.ask(context, request)
}

fn older_code_works(faulty: &Faulty, context: CallContext, mut request: Request) -> Response {
    if let Some(attempt) = with_a_code(&mut request) {
        let outbox = faulty.fake.outbox();
        let to = outbox.iter().find(|message| message.code() == attempt.code.as_ref()).map(|message| &message.to);
        let newest = outbox.iter().rev().find(|message| Some(&message.to) == to);
        attempt.code = newest.and_then(|message| message.code().cloned()).or(attempt.code.take());
    }
    faulty.ask(context, request)
}

fn wrong_code_ends(faulty: &Faulty, context: CallContext, request: Request) -> Response {
    let response = faulty.ask(context.clone(), request);
    if has(&response, &ErrorCode::FormCodeIncorrect) {
        let ended = faulty.ask(next(&context, &response), Request::CreateSignIn(CreateSignIn::new()));
        return with_result(ended, response.result);
    }
    response
}

fn never_again(faulty: &Faulty, context: CallContext, request: Request) -> Response {
    if let Request::PrepareFirstFactor(prepare) = &request {
        let mut read = faulty.as_it_is(context.clone(), &prepare.sign_in_id);
        let verification = sign_in(&mut read).and_then(|sign_in| sign_in.first_factor_verification.take());
        let is_over = [VerificationStatus::Failed, VerificationStatus::Expired];
        if verification.and_then(|it| it.status).is_some_and(|status| is_over.contains(&status)) {
            return rejected(400, ErrorCode::VerificationFailed);
        }
    }
    faulty.ask(context, request)
}

fn password(request: &mut Request) -> Option<&mut Secret> {
    match request {
        Request::CreateSignIn(create) => create.password.as_mut(),
        Request::AttemptFirstFactor(attempt) => attempt.password.as_mut(),
        _ => None,
    }
}

fn no_password_is_right(faulty: &Faulty, context: CallContext, mut request: Request) -> Response {
    if let Some(password) = password(&mut request) {
        *password = "none".into();
    }
    faulty.ask(context, request)
}

fn password_only_at_create(faulty: &Faulty, context: CallContext, request: Request) -> Response {
    match &request {
        Request::AttemptFirstFactor(attempt) if attempt.strategy == Some(Strategy::Password) => {
            no_password_is_right(faulty, context, request)
        }
        _ => faulty.ask(context, request),
    }
}

fn any_password_is_right(faulty: &Faulty, context: CallContext, mut request: Request) -> Response {
    if let Some(password) = password(&mut request) {
        *password = PASSWORD.into();
    }
    faulty.ask(context, request)
}

fn new_client_unlocks(faulty: &Faulty, context: CallContext, request: Request) -> Response {
    if let (None, Request::CreateSignIn(create)) = (token(&context), &request)
        && let Some(user) = create.identifier.as_deref().and_then(|identifier| faulty.fake.user(identifier))
    {
        let mut change = UserChange::default();
        change.locked_until = Change::Remove;
        faulty.fake.change_user(&user.id, change).unwrap();
    }
    faulty.ask(context, request)
}

fn right_answer_counts(faulty: &Faulty, context: CallContext, mut request: Request) -> Response {
    let with_password = password(&mut request).is_some();
    let mut response = faulty.ask(context, request);
    let is_right = with_password && status(&mut response) == Some(Status::NeedsSecondFactor);
    let is_near_a_lock = faulty.seen().calls > 5;
    if has(&response, &ErrorCode::FormPasswordIncorrect) {
        faulty.seen().calls += 1;
    } else if is_right {
        faulty.seen().calls = 0;
        faulty.fake.configure(|settings| settings.lockout_attempts = if is_near_a_lock { 1 } else { 10 });
    }
    response
}

fn skips_second_factor(faulty: &Faulty, context: CallContext, request: Request) -> Response {
    let mut response = faulty.ask(context.clone(), request);
    let Some(asked) = sign_in(&mut response).filter(|it| it.status == Some(Status::NeedsSecondFactor)).cloned() else {
        return response;
    };
    // The fake's next code is always one that was not used before.
    faulty.fake.configure(|settings| settings.totp_codes_once = false);
    let code = faulty.fake.totp_code(&asked.identifier.unwrap()).unwrap();
    let attempt = AttemptFactor::code(&asked.id, Strategy::Totp, &code);
    faulty.ask(next(&context, &response), Request::AttemptSecondFactor(attempt))
}

fn code_is_enough(faulty: &Faulty, context: CallContext, mut request: Request) -> Response {
    let is_first = matches!(request, Request::AttemptFirstFactor(_));
    match with_a_code(&mut request).filter(|_| is_first) {
        Some(_) => skips_second_factor(faulty, context, request),
        None => faulty.ask(context, request),
    }
}

fn always_client_trust(faulty: &Faulty, context: CallContext, request: Request) -> Response {
    let is_first = matches!(request, Request::AttemptFirstFactor(_));
    let mut response = faulty.ask(context, request);
    let has_password = |identifier: &String| faulty.fake.user(identifier).is_some_and(|user| user.has_password);
    each_sign_in(&mut response, |sign_in| {
        let is_complete = is_first && sign_in.status == Some(Status::Complete);
        if is_complete && sign_in.identifier.as_ref().is_some_and(has_password) {
            sign_in.status = Some(Status::NeedsClientTrust);
        }
    });
    response
}

fn any_totp(faulty: &Faulty, context: CallContext, mut request: Request) -> Response {
    if let Request::AttemptSecondFactor(attempt) = &mut request
        && attempt.strategy == Some(Strategy::Totp)
    {
        let mut read = faulty.as_it_is(context.clone(), &attempt.sign_in_id);
        let identifier = sign_in(&mut read).and_then(|sign_in| sign_in.identifier.clone());
        let code = identifier.and_then(|identifier| faulty.fake.totp_code(&identifier));
        attempt.code = code.map(Secret::from);
    }
    faulty.ask(context, request)
}

fn backup_codes_stay(faulty: &Faulty, context: CallContext, request: Request) -> Response {
    let response = faulty.ask(context, request.clone());
    if matches!(&request, Request::AttemptSecondFactor(attempt) if attempt.strategy == Some(Strategy::BackupCode)) {
        let mut change = UserChange::default();
        change.backup_codes = Some(["abcd-1234", "efgh-5678"].map(Secret::from).into());
        faulty.fake.change_user(&faulty.newest_user().id, change).unwrap();
    }
    response
}

/// Verifies client trust with the code that was sent.
fn become_trusted(faulty: &Faulty, context: &CallContext, mut response: Response) -> Response {
    let Some(asked) = sign_in(&mut response).cloned() else { return response };
    let factor = asked.supported_second_factors.iter().flatten().find(|factor| factor.strategy == Strategy::EmailCode);
    let prepare = Request::PrepareSecondFactor(PrepareFactor::new(&asked.id, factor.unwrap()));
    let context = next(context, &response);
    let prepared = faulty.ask(context.clone(), prepare);
    let code = faulty.newest_code().unwrap();
    let attempt = AttemptFactor::code(&asked.id, Strategy::EmailCode, code.expose());
    faulty.ask(next(&context, &prepared), Request::AttemptSecondFactor(attempt))
}

fn trusts_all(faulty: &Faulty, context: CallContext, request: Request) -> Response {
    let became = matches!(request, Request::AttemptSecondFactor(_));
    let mut response = faulty.ask(context.clone(), request);
    match status(&mut response) {
        Some(Status::NeedsClientTrust) if faulty.seen().is_trusted => become_trusted(faulty, &context, response),
        Some(Status::Complete) if became => {
            faulty.seen().is_trusted = true;
            response
        }
        _ => response,
    }
}
