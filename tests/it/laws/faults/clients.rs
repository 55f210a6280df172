//! Servers that confuse clients and sign-ins.

use std::time::Duration;

use clerk_sign_in::backend::{CallContext, Identity};
use clerk_sign_in::wire::{ClientUpdate, ErrorCode, PrepareFactor, Request, Response, Strategy, Timestamp};

use super::{Fault, Faulty, answers, each_sign_in, has, next, rejected, sign_in, sign_in_id, token, with_result};

pub(super) const FAULTS: &[Fault] = &[
    answers("a token works only once", "token_before_the_newest_still_works", token_works_once),
    answers("an unknown token makes a new client", "unknown_token_is_rejected", unknown_token_makes_a_client),
    answers("all callers are one client", "new_clients_are_different", one_client),
    answers("the id of a sign-in is enough", "call_without_the_token_is_another_client", id_is_enough),
    answers("the first answer describes no client", "first_write_creates_the_client", first_answer_shows_no_client),
    answers("a client has a new id in each answer", "newest_token_identifies_the_client", client_changes_its_id),
    answers("a new client may not read", "new_client_may_read", new_client_may_not_read),
    answers("a sign-in under way is kept at create", "create_replaces_the_current_sign_in", create_keeps),
    answers("an illegal step is answered with the sign-in as it is", "complete_sign_in_takes_no_step", silent),
    answers("an unknown sign-in is answered with the current one", "another_clients_sign_in_is_not_found", found),
    answers("a password at create is ignored", "right_password_at_create_verifies_at_once", create_ignores_password),
    answers("a strategy at create is ignored", "code_strategy_at_create_sends_the_code", create_ignores_strategy),
    answers("sign_up_if_missing is ignored", "verified_unknown_address_is_transferable", no_sign_up_if_missing),
    answers("each read extends the sign-in", "reading_a_sign_in_changes_nothing", reads_extend),
    answers("each read changes the client", "reading_the_client_changes_nothing", reads_update),
    answers("a read sends another code", "reading_does_not_use_up_a_code", reads_send),
];

fn token_works_once(faulty: &Faulty, context: CallContext, request: Request) -> Response {
    if token(&context).is_some_and(|token| !faulty.seen().tokens.insert(token)) {
        return rejected(401, ErrorCode::AuthenticationInvalid);
    }
    faulty.ask(context, request)
}

fn unknown_token_makes_a_client(faulty: &Faulty, context: CallContext, request: Request) -> Response {
    let response = faulty.ask(context, request.clone());
    if !has(&response, &ErrorCode::AuthenticationInvalid) {
        return response;
    }
    faulty.ask(CallContext::new(Identity::Native { token: None }), request)
}

fn one_client(faulty: &Faulty, mut context: CallContext, request: Request) -> Response {
    if let Identity::Native { token: token @ None } = &mut context.identity {
        token.clone_from(&faulty.seen().token);
    }
    let response = faulty.ask(context.clone(), request);
    faulty.seen().token = next(&context, &response).identity.token().cloned();
    response
}

/// Answers for the client to which the sign-in belongs, whoever asks.
fn id_is_enough(faulty: &Faulty, mut context: CallContext, request: Request) -> Response {
    let owner = sign_in_id(&request).and_then(|id| faulty.seen().owners.get(id).cloned());
    context.identity = Identity::Native { token: owner.or_else(|| context.identity.token().cloned()) };
    let mut response = faulty.ask(context.clone(), request);
    if let (Some(id), Some(token)) =
        (sign_in(&mut response).map(|sign_in| sign_in.id.clone()), next(&context, &response).identity.token().cloned())
    {
        faulty.seen().owners.insert(id, token);
    }
    response
}

fn first_answer_shows_no_client(faulty: &Faulty, context: CallContext, request: Request) -> Response {
    let is_first = token(&context).is_none();
    let mut response = faulty.ask(context, request);
    if is_first {
        response.client = ClientUpdate::Unchanged;
    }
    response
}

fn client_changes_its_id(faulty: &Faulty, context: CallContext, request: Request) -> Response {
    let mut response = faulty.ask(context, request);
    faulty.seen().calls += 1;
    if let ClientUpdate::Known(client) = &mut response.client {
        client.id = format!("client_{}", faulty.seen().calls);
    }
    response
}

fn new_client_may_not_read(faulty: &Faulty, context: CallContext, request: Request) -> Response {
    if matches!(request, Request::GetClient) && token(&context).is_none() {
        return rejected(401, ErrorCode::AuthenticationInvalid);
    }
    faulty.ask(context, request)
}

fn create_keeps(faulty: &Faulty, context: CallContext, request: Request) -> Response {
    if matches!(request, Request::CreateSignIn(_)) {
        let read = faulty.ask(context.clone(), Request::GetClient);
        if let ClientUpdate::Known(client) = &read.client
            && let Some(kept) = &client.sign_in
        {
            return faulty.as_it_is(next(&context, &read), &kept.id);
        }
    }
    faulty.ask(context, request)
}

fn silent(faulty: &Faulty, context: CallContext, request: Request) -> Response {
    let response = faulty.ask(context.clone(), request.clone());
    let illegal = [
        ErrorCode::ClientStateInvalid,
        ErrorCode::ResourceForbidden,
        ErrorCode::VerificationAlreadyVerified,
        ErrorCode::FormParamValueInvalid,
        ErrorCode::ProtectCheckAlreadyResolved,
    ];
    match sign_in_id(&request) {
        Some(id) if illegal.iter().any(|code| has(&response, code)) => faulty.as_it_is(next(&context, &response), id),
        _ => response,
    }
}

fn found(faulty: &Faulty, context: CallContext, request: Request) -> Response {
    let response = faulty.ask(context.clone(), request.clone());
    if let ClientUpdate::Known(client) = &response.client
        && let (Request::GetSignIn(_), Some(current)) = (&request, &client.sign_in)
        && response.result.is_err()
    {
        return faulty.as_it_is(next(&context, &response), &current.id);
    }
    response
}

fn create_ignores_password(faulty: &Faulty, context: CallContext, mut request: Request) -> Response {
    if let Request::CreateSignIn(create) = &mut request
        && create.password.take().is_some()
    {
        create.strategy = None;
    }
    faulty.ask(context, request)
}

fn create_ignores_strategy(faulty: &Faulty, context: CallContext, mut request: Request) -> Response {
    if let Request::CreateSignIn(create) = &mut request {
        create.strategy.take_if(|strategy| *strategy == Strategy::EmailCode);
    }
    faulty.ask(context, request)
}

fn no_sign_up_if_missing(faulty: &Faulty, context: CallContext, mut request: Request) -> Response {
    if let Request::CreateSignIn(create) = &mut request {
        create.sign_up_if_missing = None;
    }
    faulty.ask(context, request)
}

fn reads_extend(faulty: &Faulty, context: CallContext, request: Request) -> Response {
    let is_read = matches!(request, Request::GetSignIn(_));
    let mut response = faulty.ask(context, request);
    faulty.seen().calls += i64::from(is_read);
    let by = faulty.seen().calls;
    each_sign_in(&mut response, |sign_in| sign_in.abandon_at = Some(Timestamp::from_millis(by)));
    response
}

fn reads_update(faulty: &Faulty, context: CallContext, request: Request) -> Response {
    let is_read = matches!(request, Request::GetClient);
    let mut response = faulty.ask(context, request);
    faulty.seen().calls += i64::from(is_read);
    let by = faulty.seen().calls;
    if let ClientUpdate::Known(client) = &mut response.client {
        client.updated_at = Some(Timestamp::from_millis(by));
    }
    response
}

fn reads_send(faulty: &Faulty, context: CallContext, request: Request) -> Response {
    let mut response = faulty.ask(context.clone(), request.clone());
    let Some(read) = sign_in(&mut response).filter(|_| matches!(request, Request::GetSignIn(_))).cloned() else {
        return response;
    };
    let pending = read.first_factor_verification.as_ref().is_some_and(|it| it.is_pending());
    let mut factors = read.supported_first_factors.iter().flatten();
    let Some(factor) = factors.find(|factor| factor.strategy == Strategy::EmailCode).filter(|_| pending) else {
        return response;
    };
    faulty.fake.configure(|settings| settings.resend_interval = Duration::ZERO);
    let prepare = Request::PrepareFirstFactor(PrepareFactor::new(&read.id, factor));
    let sent = faulty.ask(next(&context, &response), prepare);
    faulty.fake.configure(|settings| settings.resend_interval = Duration::from_secs(30));
    with_result(sent, response.result)
}
