//! An email link that leads back to the native app that requested it (RFC 7636).

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use clerk_sign_in::backend::{Backend, BackendError, CallContext};
use clerk_sign_in::fake::FakeBackend;
use clerk_sign_in::wire::{
    Answer, ApiError, CompleteMagicLink, EmailLinkStatus, ErrorCode, PrepareFactor, Rejection, Request, Response,
    Secret, SignUpFieldName, Strategy, Verification,
};
use clerk_sign_in::{
    AfterCreate, AfterMagicLink, AfterSecondFactor, AfterSignUp, AnySignIn, Client, Error, ErrorKind, Finalized,
    Landing, LinkError, LinkSent, MagicLinkLanding, NeedsFirstFactor, Resumed, SignIn, StepError, async_trait,
};
use futures::future::join;
use serde_json::{Value, json};
use support::solver::moment;
use support::{A, G, Scripted, World, codes, over_every_identity, reached, stayed, take};

over_every_identity! {
    link_returns_to_the_app_and_signs_in,
    second_factor_follows_the_ticket,
    app_learns_that_a_link_expired_or_was_replaced,
    landing_works_once,
    approval_expires,
    tampered_approval_is_rejected,
    unopened_link_gives_no_approval,
    another_app_cannot_use_an_intercepted_approval,
    another_client_does_not_know_the_flow,
    restarted_app_can_finish_the_sign_in,
    newer_link_replaces_the_older_flow,
    failed_resend_keeps_the_earlier_link_working,
    same_browser_rule_does_not_apply_to_app_links,
    link_without_a_code_challenge_is_rejected,
    missing_factor_fails_without_a_call,
}

const APP: &str = "com.example.app://sign-in";

type Sent = SignIn<LinkSent<NeedsFirstFactor>>;

async fn sent_to(client: &Client, address: &str) -> Sent {
    let first = take!(client.sign_in().create(address).await.unwrap(), AfterCreate::NeedsFirstFactor);
    first.send_email_link_to_app(APP).await.unwrap()
}

/// Opens the newest link that was sent to this address. The link leads back to the app. Returns the landing.
async fn opened(world: &World, address: &str) -> MagicLinkLanding {
    let url = world.open(&world.mailed_link(address)).await.unwrap().unwrap();
    assert!(url.starts_with(&format!("{APP}?")), "{url}");
    Landing::parse(&url).magic_link().unwrap().clone()
}

fn landing(flow_id: &str, approval_token: &str) -> MagicLinkLanding {
    Landing::parse(&format!("{APP}?flow_id={flow_id}&approval_token={approval_token}")).magic_link().unwrap().clone()
}

/// Completes a landing, and returns the ticket.
async fn ticket(client: &Client, landing: &MagicLinkLanding) -> Secret {
    take!(client.complete_magic_link(landing).await.unwrap(), AfterMagicLink::Ticket)
}

/// Tries to complete a landing, which must be rejected, and returns the error code.
async fn rejected(client: &Client, landing: &MagicLinkLanding) -> ErrorCode {
    let error = client.complete_magic_link(landing).await.unwrap_err();
    assert_eq!(error.rejection().unwrap().status, 422, "{error}");
    codes(&error).remove(0)
}

async fn link_returns_to_the_app_and_signs_in(world: World) {
    let client = world.client();
    let sent = sent_to(&client, G).await;
    assert_eq!(sent.sent_to().unwrap().safe_identifier.as_deref(), Some(G));
    let landing = opened(&world, G).await;
    let ticket = ticket(&client, &landing).await;
    let done = take!(client.sign_in().ticket(ticket.expose()).await.unwrap(), AfterCreate::Complete);
    assert_eq!(done.first_factor_verification().unwrap().strategy, Some(Strategy::Ticket));
    reached!(done.finalize().await.unwrap(), Finalized::Active);
    drop(sent);
}

async fn second_factor_follows_the_ticket(world: World) {
    let client = world.client();
    let _sent = sent_to(&client, A).await;
    let ticket = ticket(&client, &opened(&world, A).await).await;
    let second = take!(client.sign_in().ticket(ticket.expose()).await.unwrap(), AfterCreate::NeedsSecondFactor);
    reached!(second.verify_totp(&world.ada_totp()).await.unwrap(), AfterSecondFactor::Complete);
}

async fn app_learns_that_a_link_expired_or_was_replaced(world: World) {
    let status = |url: Option<String>| Landing::parse(&url.unwrap()).email_link().unwrap().status.clone();
    let client = world.client();
    let sent = sent_to(&client, G).await;
    let old = world.mailed_link(G);
    world.fake.advance(Verification::RESEND_INTERVAL);
    let sent = sent.choose_another().send_email_link_to_app(APP).await.unwrap();
    assert_eq!(status(world.open(&old).await.unwrap()), EmailLinkStatus::Failed);
    world.fake.advance(Verification::LINK_LIFETIME);
    assert_eq!(status(world.open(&world.mailed_link(G)).await.unwrap()), EmailLinkStatus::Expired);
    drop(sent);
}

async fn landing_works_once(world: World) {
    let client = world.client();
    let _sent = sent_to(&client, G).await;
    let link = world.mailed_link(G);
    let landing = opened(&world, G).await;
    let verifier = serde_json::to_value(client.export()).unwrap()["code_verifier"].as_str().unwrap().to_owned();
    ticket(&client, &landing).await;
    let error = client.complete_magic_link(&landing).await.unwrap_err();
    assert!(matches!(error.kind(), ErrorKind::Link(LinkError::NotPending)), "{error}");
    // The server performs this check itself as well, and does not rely on the client.
    let again = CompleteMagicLink::new(landing.flow_id, landing.approval_token, verifier.as_str().into());
    let rejection = ask(&world, &client, Request::CompleteMagicLink(again)).await.unwrap_err();
    assert!(rejection.has(&ErrorCode::ApprovalTokenConsumed), "{rejection:?}");
    let url = world.open(&link).await.unwrap().unwrap();
    assert_eq!(Landing::parse(&url).email_link().unwrap().status, EmailLinkStatus::Failed, "the link is used up too");
}

async fn approval_expires(world: World) {
    let client = world.client();
    let _sent = sent_to(&client, G).await;
    let late = opened(&world, G).await;
    world.fake.advance(Duration::from_secs(10 * 60));
    assert_eq!(rejected(&client, &late).await, ErrorCode::ApprovalTokenExpired);
}

async fn tampered_approval_is_rejected(world: World) {
    let client = world.client();
    let _sent = sent_to(&client, G).await;
    let right = opened(&world, G).await;
    for wrong in [landing(&right.flow_id, "guessed"), landing("mlf_guessed", right.approval_token.expose())] {
        assert_eq!(rejected(&client, &wrong).await, ErrorCode::ApprovalTokenInvalid);
    }
    ticket(&client, &right).await;
}

async fn unopened_link_gives_no_approval(world: World) {
    let client = world.client();
    let _sent = sent_to(&client, G).await;
    let state = serde_json::to_string(&world.fake.state()).unwrap();
    let flow_id = &state[state.find("mlf_").unwrap()..];
    let early = landing(&flow_id[..flow_id.find('"').unwrap()], "guessed");
    assert_eq!(rejected(&client, &early).await, ErrorCode::FlowNotApproved);
    // The first try came too early, but a later try still succeeds.
    ticket(&client, &opened(&world, G).await).await;
}

async fn another_app_cannot_use_an_intercepted_approval(world: World) {
    let client = world.client();
    let _sent = sent_to(&client, G).await;
    let caught = opened(&world, G).await;
    // The other app has the client's token, but not the code verifier.
    let guess = CompleteMagicLink::new(caught.flow_id.clone(), caught.approval_token.clone(), "guessed".into());
    let rejection = ask(&world, &client, Request::CompleteMagicLink(guess)).await.unwrap_err();
    assert!(rejection.status == 422 && rejection.has(&ErrorCode::PkceVerificationFailed), "{rejection:?}");
    ticket(&client, &caught).await;
}

async fn another_client_does_not_know_the_flow(world: World) {
    let (mine, theirs, stranger) = (world.client(), world.client(), world.client());
    let _sent = sent_to(&mine, G).await;
    let landing = opened(&world, G).await;
    let _theirs = sent_to(&theirs, A).await;
    assert_eq!(rejected(&theirs, &landing).await, ErrorCode::ApprovalTokenInvalid);
    let error = stranger.complete_magic_link(&landing).await.unwrap_err();
    assert!(
        matches!(error.kind(), ErrorKind::Link(LinkError::NotPending)),
        "a client that requested no link makes no call: {error}"
    );
    ticket(&mine, &landing).await;
}

async fn restarted_app_can_finish_the_sign_in(world: World) {
    let client = world.client();
    drop(sent_to(&client, G).await);
    let exported = serde_json::to_string(&client.export()).unwrap();
    drop(client);

    let exported = serde_json::from_str(&exported).unwrap();
    let client = Client::builder(Arc::clone(&world.backend)).exported(exported).build();
    let ticket = ticket(&client, &opened(&world, G).await).await;
    reached!(client.sign_in().ticket(ticket.expose()).await.unwrap(), AfterCreate::Complete);
    let exported = serde_json::to_value(client.export()).unwrap();
    assert!(exported.get("code_verifier").is_none(), "the verifier was used");
}

async fn newer_link_replaces_the_older_flow(world: World) {
    let client = world.client();
    let sent = sent_to(&client, G).await;
    let older = opened(&world, G).await;
    world.fake.advance(Verification::RESEND_INTERVAL);
    let _sent = sent.choose_another().send_email_link_to_app(APP).await.unwrap();
    assert_eq!(rejected(&client, &older).await, ErrorCode::PkceVerificationFailed);
    let newer = opened(&world, G).await;
    assert_ne!(newer.flow_id, older.flow_id);
    ticket(&client, &newer).await;
}

async fn failed_resend_keeps_the_earlier_link_working(world: World) {
    let client = world.client();
    let sent = sent_to(&client, G).await;
    let (error, first) = stayed!(sent.choose_another().send_email_link_to_app(APP).await);
    assert_eq!(codes(&error), [ErrorCode::VerificationCodeTooManyRequests]);
    world.fake.require_protect_checks(1);
    let failed = first.send_email_link_to_app(APP).await.unwrap_err();
    let gated = take!(failed.into_any().handed_back, AnySignIn::NeedsProtectCheck);
    let token = gated.protect_check().unwrap().token.as_ref().unwrap().expose().to_owned();
    drop(gated.submit_proof(&FakeBackend::proof_for(&token)).await.unwrap());
    ticket(&client, &opened(&world, G).await).await;
}

async fn same_browser_rule_does_not_apply_to_app_links(world: World) {
    // The code verifier identifies the app's client, no matter which browser opened the link.
    world.fake.configure(|settings| settings.email_link_same_client = true);
    let client = world.client();
    let _sent = sent_to(&client, G).await;
    ticket(&client, &opened(&world, G).await).await;
}

async fn link_without_a_code_challenge_is_rejected(world: World) {
    let client = world.client();
    let first = take!(client.sign_in().create(G).await.unwrap(), AfterCreate::NeedsFirstFactor);
    let by_link = first.supported_first_factors().iter().find(|it| it.strategy == Strategy::EmailLink).unwrap();
    let mut prepare = PrepareFactor::new(first.id(), by_link);
    prepare.redirect_uri = Some(APP.to_owned());
    let rejection = ask(&world, &client, Request::PrepareFirstFactor(prepare.clone())).await.unwrap_err();
    assert!(rejection.has(&ErrorCode::FormPublicClientRequiresPkce), "{rejection:?}");
    prepare.code_challenge = Some("plain".to_owned());
    prepare.code_challenge_method = Some("plain".to_owned());
    let rejection = ask(&world, &client, Request::PrepareFirstFactor(prepare)).await.unwrap_err();
    assert_eq!(rejection.errors[0].meta.param_name.as_deref(), Some("code_challenge_method"));
    let (error, _) = stayed!(first.send_email_link_to_app("javascript:alert(1)").await);
    assert!(error.is_about("redirect_uri"), "{error}");
    assert!(world.fake.outbox().is_empty());
}

async fn missing_factor_fails_without_a_call(world: World) {
    world.fake.configure(|settings| settings.email_links = false);
    let client = world.client();
    let first = take!(client.sign_in().create(G).await.unwrap(), AfterCreate::NeedsFirstFactor);
    let failed = first.send_email_link_to_app(APP).await.unwrap_err();
    let StepError::Stayed { error, .. } = failed else { panic!("{failed:?}") };
    assert!(matches!(error.kind(), ErrorKind::FactorNotFound { strategy: Strategy::EmailLink }), "{error}");
}

/// Sends a request that none of the typed steps sends.
async fn ask(world: &World, client: &Client, request: Request) -> Result<Answer, Rejection> {
    let context = CallContext::new(world.identity(World::token_of(client).as_deref()));
    world.backend.call(context, request).await.unwrap().result
}

/// Returns a client that has sent a link with the flow `mlf_1`, and that gets this answer when it completes the link.
async fn answered(answer: Value) -> (Client, Result<AfterMagicLink, Error>) {
    let factors = json!([{ "strategy": "email_link", "email_address_id": "idn_1", "safe_identifier": G }]);
    let sign_in = |verification: Value| {
        let sign_in = json!({
            "id": "sia_1", "status": "needs_first_factor", "supported_first_factors": factors,
            "first_factor_verification": verification,
        });
        (200, json!({ "response": sign_in, "client": null }))
    };
    let sent = json!({ "status": "unverified", "strategy": "email_link" });
    let client = Scripted::json([sign_in(Value::Null), sign_in(sent), (200, answer)]);
    drop(sent_to(&client, G).await);
    let completed = client.complete_magic_link(&landing("mlf_1", "approved")).await;
    (client, completed)
}

/// Returns `true` if the client can still complete a link that it requested.
fn is_pending(client: &Client) -> bool {
    serde_json::to_value(client.export()).unwrap().get("code_verifier").is_some()
}

/// The published answers have no envelope, although most other answers have one.
#[tokio::test]
async fn ticket_is_accepted_only_for_its_own_flow() {
    for answer in [
        json!({ "flow_id": "mlf_1", "ticket": "let-me-in" }),
        json!({ "ticket": "let-me-in" }),
        json!({ "flow_id": 5, "ticket": "let-me-in", "client": "none" }),
        json!({ "response": { "flow_id": "mlf_1", "ticket": "let-me-in" }, "client": null }),
        json!({ "response": { "ticket": "let-me-in" } }),
    ] {
        let (client, completed) = answered(answer).await;
        assert_eq!(take!(completed.unwrap(), AfterMagicLink::Ticket).expose(), "let-me-in");
        assert!(!is_pending(&client));
    }
    for answer in [
        json!({ "flow_id": "mlf_2", "ticket": "let-me-in" }),
        json!({ "flow_id": "mlf_1" }),
        json!({ "flow_id": "mlf_1", "ticket": "" }),
        json!({ "flow_id": "mlf_1", "ticket": 7 }),
        json!({ "id": "sua_1" }),
        json!({ "response": { "status": "complete" }, "client": null }),
        json!({}),
        json!([]),
    ] {
        let (client, completed) = answered(answer).await;
        let error = completed.unwrap_err();
        assert!(matches!(error.kind(), ErrorKind::Protocol(_)), "{error}");
        assert!(is_pending(&client));
    }
}

#[tokio::test]
async fn link_of_a_sign_up_leads_to_the_sign_up() {
    let sign_up = |status: &str, more: Value| {
        let mut sign_up = json!({ "object": "sign_up_attempt", "id": "sua_1", "status": status });
        sign_up.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        sign_up
    };
    let lacking = sign_up("missing_requirements", json!({ "missing_fields": ["username"] }));
    for answer in [lacking.clone(), json!({ "response": lacking, "client": { "id": "client_1", "sign_up": lacking } })]
    {
        let (client, completed) = answered(answer).await;
        let lacking = take!(take!(completed.unwrap(), AfterMagicLink::SignUp), AfterSignUp::MissingRequirements);
        assert_eq!((lacking.id(), lacking.missing_fields()), ("sua_1", [SignUpFieldName::Username].as_slice()));
        assert!(!is_pending(&client), "the link is used up");
    }
    let complete = sign_up("complete", json!({ "created_session_id": "sess_1" }));
    let (_, completed) = answered(json!({ "response": complete, "client": null })).await;
    let complete = take!(completed.unwrap(), AfterMagicLink::SignUp);
    assert_eq!(take!(complete, AfterSignUp::Complete).session_id(), "sess_1");
    let (_, completed) = answered(sign_up("complete", json!({}))).await;
    let error = completed.unwrap().unhandled();
    assert!(error.to_string().contains("a sign-up that is not recognized"), "{error}");
}

/// A backend that rejects the first request for a link.
#[derive(Debug)]
struct RejectsFirstLink {
    inner: Arc<dyn Backend>,
    has_rejected: AtomicBool,
}

#[async_trait]
impl Backend for RejectsFirstLink {
    async fn call(&self, context: CallContext, request: Request) -> Result<Response, BackendError> {
        if matches!(request, Request::PrepareFirstFactor(_)) && !self.has_rejected.swap(true, Ordering::SeqCst) {
            moment().await;
            let error = ApiError::new(ErrorCode::VerificationCodeTooManyRequests, "Wait.");
            return Ok(Response::new(Err(Rejection::new(http::StatusCode::TOO_MANY_REQUESTS, error))));
        }
        self.inner.call(context, request).await
    }
}

#[tokio::test]
async fn rejected_request_does_not_break_a_link_that_was_requested_meanwhile() {
    let world = World::memory();
    let backend = RejectsFirstLink { inner: Arc::clone(&world.backend), has_rejected: AtomicBool::new(false) };
    let client = world.client_over(backend).build();
    let one = take!(client.sign_in().create(G).await.unwrap(), AfterCreate::NeedsFirstFactor);
    let other = take!(client.resume().await.unwrap(), Resumed::Attempt);
    let other = take!(other, AnySignIn::NeedsFirstFactor);
    let (rejected, sent) = join(one.send_email_link_to_app(APP), other.send_email_link_to_app(APP)).await;
    assert!(rejected.unwrap_err().error().has_code(&ErrorCode::VerificationCodeTooManyRequests));
    drop(sent.unwrap());
    drop(ticket(&client, &opened(&world, G).await).await);
}
