//! Servers that handle resets, links, tickets, sessions or protect checks wrongly.

use std::time::Duration;

use clerk_sign_in::backend::CallContext;
use clerk_sign_in::fake::{Change, FakeBackend, UserChange};
use clerk_sign_in::wire::{
    Answer, ErrorCode, OneSession, Request, ResetPassword, Response, Secret, Status, Strategy, SubmitProof,
};

use super::{Fault, Faulty, PASSWORD, answers, has, next, sign_in, sign_in_id, with_result};

pub(super) const FAULTS: &[Fault] = &[
    answers("signing out forgets the client", "trusted_client_is_not_asked_again", sign_out_forgets),
    answers("a reset code signs in", "reset_code_leads_to_a_new_password", reset_signs_in),
    answers("a new password is not kept", "new_password_replaces_the_old_one", reset_keeps_old),
    answers("a reset code is a sign-in code", "reset_code_is_no_sign_in_code", reset_code_is_a_code),
    answers("any new password is accepted", "unacceptable_password_is_rejected", any_new_password),
    answers("a reset never signs out", "reset_can_sign_out_other_sessions", |faulty, context, request| {
        faulty.ask(context, signing_out(request, false))
    }),
    answers("a reset always signs out", "reset_can_keep_other_sessions", |faulty, context, request| {
        faulty.ask(context, signing_out(request, true))
    }),
    answers("a sent link counts as opened", "unopened_link_verifies_nothing", opens_links),
    answers("a read is answered from a cache", "opened_link_completes_the_sign_in", cached),
    answers("no ticket is valid", "ticket_signs_in", no_ticket),
    answers("a ticket works again", "ticket_works_once", |faulty, context, request| {
        again_with_a_ticket(faulty, context, request, &ErrorCode::SignInTokenAlreadyUsedCode)
    }),
    answers("a ticket never expires", "expired_ticket_is_rejected", |faulty, context, request| {
        again_with_a_ticket(faulty, context, request, &ErrorCode::TicketExpiredCode)
    }),
    answers("any ticket is valid", "unknown_ticket_is_rejected", |faulty, context, request| {
        again_with_a_ticket(faulty, context, request, &ErrorCode::TicketInvalidCode)
    }),
    answers("a touch does nothing", "touched_session_becomes_active", touch_does_nothing),
    answers("ending a session does nothing", "ended_session_is_over", ending_does_nothing),
    answers("ending a session ends them all", "ending_a_session_leaves_the_others", ending_ends_all),
    answers("anybody can use a session", "another_clients_session_is_not_found", any_session),
    answers("a gated step is carried out at the second try", "gated_sign_in_takes_no_other_step", gate_opens_itself),
    answers("any proof is right", "wrong_proof_keeps_the_gate", any_proof),
    answers("no proof is right", "right_proof_opens_the_gate", no_proof),
    answers("one proof is enough", "challenges_can_be_chained", one_proof),
];

fn sign_out_forgets(faulty: &Faulty, context: CallContext, request: Request) -> Response {
    let forgets = matches!(request, Request::EndSessions);
    faulty.ask(context, if forgets { Request::DeleteClient } else { request })
}

fn reset_signs_in(faulty: &Faulty, context: CallContext, request: Request) -> Response {
    let mut response = faulty.ask(context.clone(), request);
    let Some(asked) = sign_in(&mut response).filter(|it| it.status == Some(Status::NeedsNewPassword)).cloned() else {
        return response;
    };
    let reset = ResetPassword::new(&asked.id, "the-servers-own-choice", false);
    faulty.ask(next(&context, &response), Request::ResetPassword(reset))
}

fn reset_keeps_old(faulty: &Faulty, context: CallContext, request: Request) -> Response {
    let resets = matches!(request, Request::ResetPassword(_));
    let response = faulty.ask(context, request);
    if resets && response.result.is_ok() {
        let mut change = UserChange::default();
        change.password = Change::Set(PASSWORD.into());
        faulty.fake.change_user(&faulty.newest_user().id, change).unwrap();
    }
    response
}

fn any_new_password(faulty: &Faulty, context: CallContext, mut request: Request) -> Response {
    if let Request::ResetPassword(reset) = &mut request {
        reset.password = Some("the-servers-own-choice".into());
    }
    faulty.ask(context, request)
}

fn reset_code_is_a_code(faulty: &Faulty, context: CallContext, mut request: Request) -> Response {
    let response = faulty.ask(context.clone(), request.clone());
    match &mut request {
        Request::AttemptFirstFactor(attempt) if has(&response, &ErrorCode::VerificationMissing) => {
            attempt.strategy = Some(Strategy::ResetPasswordEmailCode);
            faulty.ask(next(&context, &response), request)
        }
        _ => response,
    }
}

fn signing_out(mut request: Request, others: bool) -> Request {
    if let Request::ResetPassword(reset) = &mut request {
        reset.sign_out_of_other_sessions = Some(others);
    }
    request
}

fn opens_links(faulty: &Faulty, context: CallContext, request: Request) -> Response {
    let sent = faulty.fake.outbox().len();
    let response = faulty.ask(context, request);
    let new = faulty.fake.outbox().into_iter().skip(sent).find_map(|message| message.link().cloned());
    if let Some(link) = new {
        faulty.fake.open_link(link.expose()).unwrap();
    }
    response
}

fn cached(faulty: &Faulty, context: CallContext, request: Request) -> Response {
    if !matches!(request, Request::GetSignIn(_)) {
        // The answer to a step is also what a read shows from then on.
        let mut response = faulty.ask(context, request);
        if let Some(sign_in) = sign_in(&mut response) {
            let path = format!("/v1/client/sign_ins/{}", sign_in.id);
            faulty.seen().answers.insert(path, response.clone());
        }
        return response;
    }
    let fresh = faulty.ask(context, request.clone());
    let cached = faulty.seen().answers.get(&request.path()).map(|cached| cached.result.clone());
    match cached {
        Some(cached) => with_result(fresh, cached),
        None => fresh,
    }
}

fn ticket(request: &mut Request) -> Option<&mut Secret> {
    if let Request::CreateSignIn(create) = request { create.ticket.as_mut() } else { None }
}

fn no_ticket(faulty: &Faulty, context: CallContext, mut request: Request) -> Response {
    if let Some(ticket) = ticket(&mut request) {
        *ticket = "none".into();
    }
    faulty.ask(context, request)
}

fn again_with_a_ticket(faulty: &Faulty, context: CallContext, mut request: Request, after: &ErrorCode) -> Response {
    let response = faulty.ask(context.clone(), request.clone());
    if !has(&response, after) {
        return response;
    }
    let new = faulty.fake.add_ticket(&faulty.newest_user().id, Duration::from_secs(60)).unwrap();
    if let Some(ticket) = ticket(&mut request) {
        *ticket = new.ticket;
    }
    faulty.ask(next(&context, &response), request)
}

fn touch_does_nothing(faulty: &Faulty, context: CallContext, request: Request) -> Response {
    let request = match request {
        Request::TouchSession(touch) => Request::GetSession(OneSession::new(&touch.session_id)),
        request => request,
    };
    faulty.ask(context, request)
}

fn ending_does_nothing(faulty: &Faulty, context: CallContext, request: Request) -> Response {
    let request = match request {
        Request::EndSession(end) => Request::GetSession(end),
        request => request,
    };
    faulty.ask(context, request)
}

fn ending_ends_all(faulty: &Faulty, context: CallContext, request: Request) -> Response {
    let ends = matches!(request, Request::EndSession(_));
    let response = faulty.ask(context.clone(), request);
    if ends && response.result.is_ok() {
        let all = faulty.ask(next(&context, &response), Request::EndSessions);
        return with_result(all, response.result);
    }
    response
}

fn any_session(faulty: &Faulty, context: CallContext, request: Request) -> Response {
    let is_of_a_session =
        matches!(request, Request::TouchSession(_) | Request::CreateSessionToken(_) | Request::EndSession(_));
    let response = faulty.ask(context, request);
    if is_of_a_session && has(&response, &ErrorCode::ResourceNotFound) {
        return with_result(response, Ok(Answer::Client));
    }
    response
}

fn gate_opens_itself(faulty: &Faulty, context: CallContext, request: Request) -> Response {
    let response = faulty.ask(context.clone(), request.clone());
    match sign_in_id(&request) {
        Some(id) if has(&response, &ErrorCode::RequiresProtectCheck) => {
            let solved = solved(faulty, next(&context, &response), id);
            faulty.ask(next(&context, &solved), request)
        }
        _ => response,
    }
}

/// Answers the challenge of this sign-in with the right proof.
fn solved(faulty: &Faulty, context: CallContext, id: &str) -> Response {
    let mut read = faulty.as_it_is(context.clone(), id);
    let check = sign_in(&mut read).and_then(|sign_in| sign_in.protect_check.take());
    let proof = FakeBackend::proof_for(check.unwrap().token.unwrap().expose());
    faulty.ask(next(&context, &read), Request::SubmitProof(SubmitProof::new(id, &proof)))
}

fn any_proof(faulty: &Faulty, context: CallContext, request: Request) -> Response {
    match &request {
        Request::SubmitProof(submit) => {
            let mut read = faulty.as_it_is(context.clone(), &submit.sign_in_id);
            let is_gated = sign_in(&mut read).is_some_and(|sign_in| sign_in.protect_check.is_some());
            if is_gated { solved(faulty, context, &submit.sign_in_id) } else { faulty.ask(context, request) }
        }
        _ => faulty.ask(context, request),
    }
}

fn no_proof(faulty: &Faulty, context: CallContext, mut request: Request) -> Response {
    if let Request::SubmitProof(submit) = &mut request {
        submit.proof_token = Some("none".into());
    }
    faulty.ask(context, request)
}

fn one_proof(faulty: &Faulty, context: CallContext, request: Request) -> Response {
    let is_proof = matches!(request, Request::SubmitProof(_));
    let mut response = faulty.ask(context.clone(), request);
    let gated = sign_in(&mut response).filter(|sign_in| sign_in.protect_check.is_some()).cloned();
    match gated.filter(|_| is_proof) {
        Some(gated) => solved(faulty, next(&context, &response), &gated.id),
        None => response,
    }
}
