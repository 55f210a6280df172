//! A link by email that leads back into the native app that asked for it (RFC 7636).

use std::sync::Arc;
use std::time::Duration;

use clerk_sign_in::backend::CallContext;
use clerk_sign_in::fake::FakeBackend;
use clerk_sign_in::wire::{
    Answer, CompleteMagicLink, EmailLinkStatus, ErrorCode, PrepareFactor, Rejection, Request, Strategy, Verification,
};
use clerk_sign_in::{
    AfterCreate, AfterSecondFactor, AnySignIn, Client, ErrorKind, Finalized, Landing, LinkError, LinkSent,
    MagicLinkLanding, NeedsFirstFactor, SignIn, StepError,
};
use serde_json::{Value, json};
use support::{A, G, Scripted, World, codes, over_every_identity, reached, stayed, take};

over_every_identity! {
    a_link_leads_back_into_the_app_which_signs_in,
    a_second_factor_is_asked_after_the_ticket,
    a_link_that_expired_or_was_replaced_tells_the_app_so,
    an_app_comes_back_once,
    an_approval_is_used_in_time,
    an_approval_that_was_tampered_with_is_none,
    a_link_that_was_not_opened_approves_nothing,
    another_app_cannot_use_what_it_caught,
    another_device_does_not_know_the_flow,
    an_app_that_was_restarted_in_between_signs_in,
    a_newer_link_takes_the_place_of_the_older_flow,
    a_link_that_was_not_sent_leaves_the_one_before_working,
    a_link_that_may_have_to_be_opened_here_is_opened_anywhere_by_an_app,
    the_server_refuses_an_app_without_a_challenge,
    what_the_user_lacks_is_refused_without_a_call,
}

const APP: &str = "com.example.app://sign-in";

type Sent = SignIn<LinkSent<NeedsFirstFactor>>;

async fn sent_to(client: &Client, address: &str) -> Sent {
    let first = take!(client.sign_in().create(address).await.unwrap(), AfterCreate::NeedsFirstFactor);
    first.send_email_link_to_app(APP).await.unwrap()
}

/// The user opens the newest link, and the system opens the app.
async fn opened(world: &World, address: &str) -> MagicLinkLanding {
    let url = world.open(&world.mailed_link(address)).await.unwrap().unwrap();
    assert!(url.starts_with(&format!("{APP}?")), "{url}");
    Landing::parse(&url).magic_link().unwrap().clone()
}

fn landing(flow_id: &str, approval_token: &str) -> MagicLinkLanding {
    Landing::parse(&format!("{APP}?flow_id={flow_id}&approval_token={approval_token}")).magic_link().unwrap().clone()
}

/// The refusal of a landing, from which the app does not come back.
async fn refused(client: &Client, landing: &MagicLinkLanding) -> ErrorCode {
    let error = client.complete_magic_link(landing).await.unwrap_err();
    assert_eq!(error.rejection().unwrap().status, 422, "{error}");
    codes(&error).remove(0)
}

async fn a_link_leads_back_into_the_app_which_signs_in(world: World) {
    let client = world.client();
    let sent = sent_to(&client, G).await;
    assert_eq!(sent.sent_to().unwrap().safe_identifier.as_deref(), Some(G));
    let landing = opened(&world, G).await;
    let ticket = client.complete_magic_link(&landing).await.unwrap();
    let done = take!(client.sign_in().ticket(ticket.expose()).await.unwrap(), AfterCreate::Complete);
    assert_eq!(done.first_factor_verification().unwrap().strategy, Some(Strategy::Ticket));
    reached!(done.finalize().await.unwrap(), Finalized::Active);
    drop(sent);
}

async fn a_second_factor_is_asked_after_the_ticket(world: World) {
    let client = world.client();
    let _sent = sent_to(&client, A).await;
    let ticket = client.complete_magic_link(&opened(&world, A).await).await.unwrap();
    let second = take!(client.sign_in().ticket(ticket.expose()).await.unwrap(), AfterCreate::NeedsSecondFactor);
    reached!(second.verify_totp(&world.ada_totp()).await.unwrap(), AfterSecondFactor::Complete);
}

async fn a_link_that_expired_or_was_replaced_tells_the_app_so(world: World) {
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

async fn an_app_comes_back_once(world: World) {
    let client = world.client();
    let _sent = sent_to(&client, G).await;
    let link = world.mailed_link(G);
    let landing = opened(&world, G).await;
    let verifier = serde_json::to_value(client.export()).unwrap()["code_verifier"].as_str().unwrap().to_owned();
    client.complete_magic_link(&landing).await.unwrap();
    let error = client.complete_magic_link(&landing).await.unwrap_err();
    assert!(matches!(error.kind(), ErrorKind::Link(LinkError::NotPending)), "{error}");
    // The server does not rely on that.
    let again = CompleteMagicLink::new(landing.flow_id, landing.approval_token, verifier.as_str().into());
    let rejection = ask(&world, &client, Request::CompleteMagicLink(again)).await.unwrap_err();
    assert!(rejection.has(&ErrorCode::ApprovalTokenConsumed), "{rejection:?}");
    let url = world.open(&link).await.unwrap().unwrap();
    assert_eq!(Landing::parse(&url).email_link().unwrap().status, EmailLinkStatus::Failed, "the link is used up too");
}

async fn an_approval_is_used_in_time(world: World) {
    let client = world.client();
    let _sent = sent_to(&client, G).await;
    let late = opened(&world, G).await;
    world.fake.advance(Duration::from_secs(10 * 60));
    assert_eq!(refused(&client, &late).await, ErrorCode::ApprovalTokenExpired);
}

async fn an_approval_that_was_tampered_with_is_none(world: World) {
    let client = world.client();
    let _sent = sent_to(&client, G).await;
    let right = opened(&world, G).await;
    for wrong in [landing(&right.flow_id, "guessed"), landing("mlf_guessed", right.approval_token.expose())] {
        assert_eq!(refused(&client, &wrong).await, ErrorCode::ApprovalTokenInvalid);
    }
    client.complete_magic_link(&right).await.unwrap();
}

async fn a_link_that_was_not_opened_approves_nothing(world: World) {
    let client = world.client();
    let _sent = sent_to(&client, G).await;
    let state = serde_json::to_string(&world.fake.state()).unwrap();
    let flow_id = &state[state.find("mlf_").unwrap()..];
    let early = landing(&flow_id[..flow_id.find('"').unwrap()], "guessed");
    assert_eq!(refused(&client, &early).await, ErrorCode::FlowNotApproved);
    // It was too early, and is not too late.
    client.complete_magic_link(&opened(&world, G).await).await.unwrap();
}

async fn another_app_cannot_use_what_it_caught(world: World) {
    let client = world.client();
    let _sent = sent_to(&client, G).await;
    let caught = opened(&world, G).await;
    // It even holds the device's token, and not what the challenge was made of.
    let guess = CompleteMagicLink::new(caught.flow_id.clone(), caught.approval_token.clone(), "guessed".into());
    let rejection = ask(&world, &client, Request::CompleteMagicLink(guess)).await.unwrap_err();
    assert!(rejection.status == 422 && rejection.has(&ErrorCode::PkceVerificationFailed), "{rejection:?}");
    client.complete_magic_link(&caught).await.unwrap();
}

async fn another_device_does_not_know_the_flow(world: World) {
    let (mine, theirs, stranger) = (world.client(), world.client(), world.client());
    let _sent = sent_to(&mine, G).await;
    let landing = opened(&world, G).await;
    let _theirs = sent_to(&theirs, A).await;
    assert_eq!(refused(&theirs, &landing).await, ErrorCode::ApprovalTokenInvalid);
    let error = stranger.complete_magic_link(&landing).await.unwrap_err();
    assert!(
        matches!(error.kind(), ErrorKind::Link(LinkError::NotPending)),
        "a device that asked for none makes no call: {error}"
    );
    mine.complete_magic_link(&landing).await.unwrap();
}

async fn an_app_that_was_restarted_in_between_signs_in(world: World) {
    let client = world.client();
    drop(sent_to(&client, G).await);
    let exported = serde_json::to_string(&client.export()).unwrap();
    drop(client);

    let exported = serde_json::from_str(&exported).unwrap();
    let client = Client::builder(Arc::clone(&world.backend)).exported(exported).build();
    let ticket = client.complete_magic_link(&opened(&world, G).await).await.unwrap();
    reached!(client.sign_in().ticket(ticket.expose()).await.unwrap(), AfterCreate::Complete);
    let exported = serde_json::to_value(client.export()).unwrap();
    assert!(exported.get("code_verifier").is_none(), "it has done its work");
}

async fn a_newer_link_takes_the_place_of_the_older_flow(world: World) {
    let client = world.client();
    let sent = sent_to(&client, G).await;
    let older = opened(&world, G).await;
    world.fake.advance(Verification::RESEND_INTERVAL);
    let _sent = sent.choose_another().send_email_link_to_app(APP).await.unwrap();
    assert_eq!(refused(&client, &older).await, ErrorCode::PkceVerificationFailed);
    let newer = opened(&world, G).await;
    assert_ne!(newer.flow_id, older.flow_id);
    client.complete_magic_link(&newer).await.unwrap();
}

async fn a_link_that_was_not_sent_leaves_the_one_before_working(world: World) {
    let client = world.client();
    let sent = sent_to(&client, G).await;
    let (error, first) = stayed!(sent.choose_another().send_email_link_to_app(APP).await);
    assert_eq!(codes(&error), [ErrorCode::VerificationCodeTooManyRequests]);
    world.fake.demand_proofs(1);
    let failed = first.send_email_link_to_app(APP).await.unwrap_err();
    let gated = take!(failed.into_any().handed_back, AnySignIn::NeedsProtectCheck);
    let token = gated.protect_check().unwrap().token.clone().unwrap();
    drop(gated.submit_proof(&FakeBackend::proof_of(&token)).await.unwrap());
    client.complete_magic_link(&opened(&world, G).await).await.unwrap();
}

async fn a_link_that_may_have_to_be_opened_here_is_opened_anywhere_by_an_app(world: World) {
    // The app's device is the one that asked, whatever browser it was opened by: the verifier shows it.
    world.fake.configure(|settings| settings.email_link_same_client = true);
    let client = world.client();
    let _sent = sent_to(&client, G).await;
    client.complete_magic_link(&opened(&world, G).await).await.unwrap();
}

async fn the_server_refuses_an_app_without_a_challenge(world: World) {
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

async fn what_the_user_lacks_is_refused_without_a_call(world: World) {
    world.fake.configure(|settings| settings.email_links = false);
    let client = world.client();
    let first = take!(client.sign_in().create(G).await.unwrap(), AfterCreate::NeedsFirstFactor);
    let failed = first.send_email_link_to_app(APP).await.unwrap_err();
    let StepError::Stayed { error, .. } = failed else { panic!("{failed:?}") };
    assert!(matches!(error.kind(), ErrorKind::FactorNotFound { strategy: Strategy::EmailLink }), "{error}");
}

/// A request that no typed step makes.
async fn ask(world: &World, client: &Client, request: Request) -> Result<Answer, Rejection> {
    let context = CallContext::new(world.identity(World::token_of(client).as_deref()));
    world.backend.call(context, request).await.unwrap().result
}

/// The answer is published to stand alone; most others stand in an envelope.
#[tokio::test]
async fn an_answer_is_read_alone_or_in_an_envelope_and_only_for_its_own_flow() {
    let factors = json!([{ "strategy": "email_link", "email_address_id": "idn_1", "safe_identifier": G }]);
    let sign_in = |verification: Value| {
        let sign_in = json!({
            "id": "sia_1", "status": "needs_first_factor", "supported_first_factors": factors,
            "first_factor_verification": verification,
        });
        (200, json!({ "response": sign_in, "client": null }))
    };
    let sent = json!({ "status": "unverified", "strategy": "email_link" });
    for (answer, is_read) in [
        (json!({ "flow_id": "mlf_1", "ticket": "let-me-in" }), true),
        (json!({ "response": { "flow_id": "mlf_1", "ticket": "let-me-in" }, "client": null }), true),
        (json!({ "flow_id": "mlf_2", "ticket": "let-me-in" }), false),
        (json!({ "flow_id": "mlf_1" }), false),
    ] {
        let client = Scripted::json([sign_in(Value::Null), sign_in(sent.clone()), (200, answer)]);
        drop(sent_to(&client, G).await);
        match client.complete_magic_link(&landing("mlf_1", "approved")).await {
            Ok(ticket) => assert!(is_read && ticket.expose() == "let-me-in"),
            Err(error) => assert!(!is_read && matches!(error.kind(), ErrorKind::Protocol(_)), "{error}"),
        }
    }
}
