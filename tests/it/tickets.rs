//! Sign-in with a ticket. A ticket works only once, only before it expires, and only for its user.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use clerk_sign_in::backend::{Backend, BackendError, CallContext};
use clerk_sign_in::fake::{NewUser, UserAccess};
use clerk_sign_in::wire::{CreateSignIn, ErrorCode, Request, Response, Secret, Strategy, VerificationStatus};
use clerk_sign_in::{AfterCreate, AfterSecondFactor, Client, Landing, Resumed, async_trait};
use support::{A, G, L, World, codes, over_every_identity, stayed, take};

over_every_identity! {
    ticket_alone_signs_in_on_a_new_client,
    second_factor_follows_a_ticket,
    ticket_is_read_from_a_url,
    ticket_works_once_and_not_for_barred_users,
    missing_or_empty_ticket_is_named,
    gate_does_not_use_up_the_ticket,
    ticket_signs_in_even_if_the_answer_is_lost,
    single_session_instance_rejects_a_ticket,
}

const MINUTE: Duration = Duration::from_secs(60);

fn ticket_for(world: &World, who: &str) -> Secret {
    world.fake.add_ticket(who, MINUTE).unwrap().ticket
}

async fn ticket_alone_signs_in_on_a_new_client(world: World) {
    let ticket = ticket_for(&world, G);
    let done = take!(world.client().sign_in().ticket(ticket.expose()).await.unwrap(), AfterCreate::Complete);
    let check = done.first_factor_verification().unwrap();
    assert_eq!((&check.strategy, &check.status), (&Some(Strategy::Ticket), &Some(VerificationStatus::Verified)));
    assert_eq!(done.identifier(), Some(G));
    drop(done.finalize().await.unwrap());
}

async fn second_factor_follows_a_ticket(world: World) {
    let ticket = ticket_for(&world, A);
    let client = world.client();
    let second = take!(client.sign_in().ticket(ticket.expose()).await.unwrap(), AfterCreate::NeedsSecondFactor);
    drop(take!(second.verify_totp(&world.ada_totp()).await.unwrap(), AfterSecondFactor::Complete));
}

async fn ticket_is_read_from_a_url(world: World) {
    let ticket = ticket_for(&world, L);
    let url = format!("https://example.com/sign-in?__clerk_ticket={}&__clerk_status=sign_in", ticket.expose());
    let landing = Landing::parse(&url);
    let done = world.client().sign_in().ticket(landing.ticket().unwrap().expose()).await.unwrap();
    drop(take!(done, AfterCreate::Complete));
}

async fn ticket_works_once_and_not_for_barred_users(world: World) {
    let banned = NewUser::new("banned@example.com").access(UserAccess::Banned);
    world.fake.add_user(banned).unwrap();
    let ticket = ticket_for(&world, "banned@example.com");
    let (error, sign_in) = stayed!(world.client().sign_in().ticket(ticket.expose()).await);
    assert_eq!(codes(&error), [ErrorCode::UserBanned]);
    // The sign-in that was handed back can be used to sign in another user.
    drop(take!(sign_in.ticket(ticket_for(&world, L).expose()).await.unwrap(), AfterCreate::Complete));
}

async fn missing_or_empty_ticket_is_named(world: World) {
    for (ticket, code) in [(None, ErrorCode::FormParamMissing), (Some("".into()), ErrorCode::FormParamNil)] {
        let mut create = CreateSignIn::new();
        (create.strategy, create.ticket) = (Some(Strategy::Ticket), ticket);
        let context = CallContext::new(clerk_sign_in::backend::Identity::Native { token: None });
        let rejected = world.backend.call(context, Request::CreateSignIn(create)).await.unwrap().result.unwrap_err();
        assert_eq!((&rejected.errors[0].code, rejected.errors[0].meta.param_name.as_deref()), (&code, Some("ticket")));
    }
}

async fn gate_does_not_use_up_the_ticket(world: World) {
    let ticket = ticket_for(&world, L);
    world.fake.require_protect_checks(1);
    let client = world.client();
    let gated = take!(client.sign_in().ticket(ticket.expose()).await.unwrap(), AfterCreate::NeedsProtectCheck);
    assert_eq!(gated.identifier(), None, "the ticket's user is not shown before the gate");
    drop(take!(client.sign_in().ticket(ticket.expose()).await.unwrap(), AfterCreate::Complete));
}

/// A backend that loses the first answer.
#[derive(Debug)]
struct Forgetful(Arc<dyn Backend>, AtomicBool);

#[async_trait]
impl Backend for Forgetful {
    async fn call(&self, context: CallContext, request: Request) -> Result<Response, BackendError> {
        let answer = self.0.call(context, request.clone()).await?;
        let is_first = matches!(request, Request::CreateSignIn(_)) && !self.1.swap(true, Ordering::SeqCst);
        if is_first { Err(BackendError::transport("the answer was lost")) } else { Ok(answer) }
    }
}

async fn ticket_signs_in_even_if_the_answer_is_lost(world: World) {
    let backend = Forgetful(Arc::clone(&world.backend), AtomicBool::new(true));
    let client = Client::builder(backend).identity(world.identity(None)).build();
    // The server must already know the client. If it did not, the client could not find the session again.
    drop(client.sign_in().create(L).await.unwrap());
    let ticket = ticket_for(&world, L);
    let backend = Forgetful(Arc::clone(&world.backend), AtomicBool::new(false));
    let client = Client::builder(backend).exported(client.export()).build();
    let (error, sign_in) = stayed!(client.sign_in().ticket(ticket.expose()).await);
    assert!(error.is_outcome_unknown());
    let again = sign_in.ticket(ticket.expose()).await.unwrap_err();
    assert_eq!(codes(again.error()), [ErrorCode::SignInTokenAlreadyUsedCode]);
    let Resumed::Session(session) = client.resume().await.unwrap() else { panic!("the user is not signed in") };
    drop(client.set_active(&session.id).await.unwrap());
}

async fn single_session_instance_rejects_a_ticket(world: World) {
    world.fake.configure(|settings| settings.single_session = true);
    let client = world.client();
    drop(take!(client.sign_in().ticket(ticket_for(&world, L).expose()).await.unwrap(), AfterCreate::Complete));
    let ticket = ticket_for(&world, G);
    let (error, _) = stayed!(client.sign_in().ticket(ticket.expose()).await);
    assert_eq!(codes(&error), [ErrorCode::SessionExists]);
    // The ticket was not used up.
    drop(take!(world.client().sign_in().ticket(ticket.expose()).await.unwrap(), AfterCreate::Complete));
}

#[test]
fn ticket_can_be_revoked_once_and_is_hidden() {
    let fake = clerk_sign_in::fake::FakeBackend::demo();
    assert!(fake.add_ticket("nobody@example.com", MINUTE).is_err());
    let made = fake.add_ticket(L, MINUTE).unwrap();
    assert!(
        !format!("{made:?} {:?}", Landing::parse(&format!("/?__clerk_ticket={}", made.ticket.expose())))
            .contains(made.ticket.expose())
    );
    assert!(fake.revoke_ticket(&made.id) && !fake.revoke_ticket(&made.id) && !fake.revoke_ticket("sit_none"));
}
