//! Tests of email links at each stage of a sign-in. The links are opened either in the same browser or in another one,
//! and either in time or too late. The tests also check the result that the page gets.

use std::sync::Arc;
use std::time::Duration;

use clerk_sign_in::fake::{NewUser, UserAccess, UserChange};
use clerk_sign_in::wire::{EmailLinkStatus, ErrorCode, Status, Strategy, Verification, VerificationStatus};
use clerk_sign_in::{
    AfterClientTrust, AfterCreate, AfterFirstFactor, AfterSecondFactor, AnySignIn, Client, EmailLinkLanding, ErrorKind,
    Finalized, Landing, LinkError, LinkSent, NeedsFirstFactor, Resumed, SignIn, StepError,
};
use support::{A, ADA_PASSWORD, G, GRACE_PASSWORD, World, codes, over_every_identity, reached, stayed, take};

over_every_identity! {
    link_sent_by_the_first_call_signs_in,
    first_factor_link_goes_to_the_typed_address,
    opened_link_leaves_the_sign_in_on_the_client,
    link_can_be_the_second_factor,
    link_makes_a_new_client_trusted,
    second_factor_follows_a_link,
    page_in_the_same_browser_gets_the_session,
    page_in_another_browser_gets_no_session,
    link_can_require_the_same_browser,
    link_without_a_page_answers_directly,
    relative_page_resolves_against_the_origin,
    page_keeps_its_query_and_fragment,
    page_url_that_runs_code_is_rejected,
    resent_link_replaces_the_first,
    link_cannot_be_resent_immediately,
    expired_link_can_be_resent,
    link_works_once,
    tampered_link_is_rejected,
    another_factor_can_be_chosen_after_a_link_was_sent,
    code_sent_later_replaces_the_link,
    link_of_a_replaced_sign_in_does_nothing,
    link_of_an_abandoned_sign_in_does_nothing,
    link_does_not_admit_a_barred_user,
    gated_step_sends_no_link,
    link_opened_at_a_gate_works_after_the_gate,
    unknown_address_looks_like_a_known_one,
    instance_without_links_rejects_them,
}

const PAGE: &str = "https://app.example.com/verified";

type Sent = SignIn<LinkSent<NeedsFirstFactor>>;

async fn sent_to(client: &Client, address: &str) -> Sent {
    client.sign_in().send_email_link(address, PAGE).await.unwrap()
}

/// Opens this link in another browser, and returns the result that the page gets.
async fn open_elsewhere(world: &World, link: &str) -> EmailLinkLanding {
    let url = world.open(link).await.unwrap().unwrap();
    assert!(url.starts_with(&format!("{PAGE}?")), "{url}");
    Landing::parse(&url).email_link().unwrap().clone()
}

async fn wait_for_link<S: clerk_sign_in::Stage>(world: &World, sent: SignIn<LinkSent<S>>) -> S::Outcome {
    sent.wait_for_verification(world.fake.clock().clone()).await.unwrap()
}

async fn link_sent_by_the_first_call_signs_in(world: World) {
    let client = world.client();
    let sent = sent_to(&client, G).await;
    assert_eq!(sent.state_name(), "LinkSent<NeedsFirstFactor>");
    assert_eq!(sent.sent_to().unwrap().safe_identifier.as_deref(), Some(G));
    let check = sent.verification().unwrap();
    assert_eq!((&check.strategy, &check.status), (&Some(Strategy::EmailLink), &Some(VerificationStatus::Unverified)));
    assert_eq!((check.object.as_ref(), check.attempts), ("verification_email_link", None));
    assert_eq!(sent.expires_at(), Some(world.fake.outbox()[0].sent_at + Verification::LINK_LIFETIME));

    assert_eq!(open_elsewhere(&world, &world.mailed_link(G)).await.status, EmailLinkStatus::Verified);
    let done = take!(wait_for_link(&world, sent).await, AfterFirstFactor::Complete);
    assert_eq!(done.first_factor_verification().unwrap().status, Some(VerificationStatus::Verified));
    reached!(done.finalize().await.unwrap(), Finalized::Active);
    assert_eq!(client.snapshot().unwrap().last_authentication_strategy, Some(Strategy::EmailLink));
}

async fn opened_link_leaves_the_sign_in_on_the_client(world: World) {
    let client = world.client();
    let sent = sent_to(&client, G).await;
    world.open_on(&client, &world.mailed_link(G)).await.unwrap();
    let shown = client.refresh().await.unwrap().unwrap();
    let sign_in = shown.sign_in.as_deref().unwrap();
    assert_eq!((sign_in.id.as_str(), &sign_in.status), (sent.id(), &Some(Status::Complete)));
    assert_eq!(sign_in.created_session_id, shown.last_active_session_id);
    let check = sign_in.first_factor_verification.as_deref().unwrap();
    assert_eq!(check.verified_at_client.as_deref(), Some(shown.id.as_str()));

    // The sign-in is over once its session is in use, and it never outlives the session.
    let done = take!(client.resume().await.unwrap(), Resumed::Attempt);
    let done = take!(done, AnySignIn::Complete);
    drop(done.finalize().await.unwrap());
    assert!(client.refresh().await.unwrap().unwrap().sign_in.is_none());

    let other = world.client();
    let sent = sent_to(&other, G).await;
    world.fake.advance(Duration::from_secs(30));
    world.open_on(&other, &world.mailed_link(G)).await.unwrap();
    drop(sent);
    let session_id = other.refresh().await.unwrap().unwrap().last_active_session_id.clone().unwrap();
    other.end_session(&session_id).await.unwrap();
    assert!(other.refresh().await.unwrap().unwrap().sign_in.is_none());
}

async fn first_factor_link_goes_to_the_typed_address(world: World) {
    let user = NewUser::new("first@example.com").email_address("second@example.com").username("two");
    world.fake.add_user(user).unwrap();
    for (identifier, to) in [("second@example.com", "second@example.com"), ("two", "first@example.com")] {
        let first = take!(world.client().sign_in().create(identifier).await.unwrap(), AfterCreate::NeedsFirstFactor);
        let sent = first.send_email_link(PAGE).await.unwrap();
        assert_eq!(sent.sent_to().unwrap().safe_identifier.as_deref(), Some(to));
        open_elsewhere(&world, &world.mailed_link(to)).await;
        reached!(wait_for_link(&world, sent).await, AfterFirstFactor::Complete);
    }
    let first = take!(world.client().sign_in().create("two").await.unwrap(), AfterCreate::NeedsFirstFactor);
    let is_other = |factor: &&clerk_sign_in::wire::Factor| {
        factor.strategy == Strategy::EmailLink && factor.safe_identifier.as_deref() == Some("second@example.com")
    };
    let id = first.supported_first_factors().iter().find(is_other).unwrap().email_address_id.clone().unwrap();
    reached!(Ok::<_, ()>(first.send_email_link_to(&id, PAGE).await.unwrap()), Ok);
    assert_eq!(world.fake.outbox().pop().unwrap().to, "second@example.com");
}

async fn link_can_be_the_second_factor(world: World) {
    let user = NewUser::new("mfa@example.com").password("two-factors").email_code_second_factor();
    world.fake.add_user(user).unwrap();
    let outcome = world.client().sign_in().password("mfa@example.com", "two-factors").await.unwrap();
    let second = take!(outcome, AfterCreate::NeedsSecondFactor);
    let sent = second.send_email_link(PAGE).await.unwrap();
    assert_eq!(sent.state_name(), "LinkSent<NeedsSecondFactor>");
    open_elsewhere(&world, &world.mailed_link("mfa@example.com")).await;
    reached!(wait_for_link(&world, sent).await, AfterSecondFactor::Complete);
}

async fn link_makes_a_new_client_trusted(world: World) {
    let client = world.client();
    let untrusted = take!(client.sign_in().password(G, GRACE_PASSWORD).await.unwrap(), AfterCreate::NeedsClientTrust);
    let sent = untrusted.send_email_link(PAGE).await.unwrap();
    assert_eq!(sent.state_name(), "LinkSent<NeedsClientTrust>");
    // The link may be opened in any browser, because it only has to prove access to the mailbox.
    open_elsewhere(&world, &world.mailed_link(G)).await;
    reached!(wait_for_link(&world, sent).await, AfterClientTrust::Complete);
    client.sign_out().await.unwrap();
    reached!(client.sign_in().password(G, GRACE_PASSWORD).await.unwrap(), AfterCreate::Complete);
}

async fn second_factor_follows_a_link(world: World) {
    let sent = sent_to(&world.client(), A).await;
    let landing = open_elsewhere(&world, &world.mailed_link(A)).await;
    assert_eq!((landing.status, landing.created_session_id), (EmailLinkStatus::Verified, None));
    let second = take!(wait_for_link(&world, sent).await, AfterFirstFactor::NeedsSecondFactor);
    reached!(second.verify_totp(&world.ada_totp()).await.unwrap(), AfterSecondFactor::Complete);
}

async fn page_in_the_same_browser_gets_the_session(world: World) {
    let client = world.client();
    let sent = sent_to(&client, G).await;
    let url = world.open_on(&client, &world.mailed_link(G)).await.unwrap().unwrap();
    let landing = Landing::parse(&url).email_link().unwrap().clone();
    assert_eq!(landing.status, EmailLinkStatus::Verified);
    client.refresh().await.unwrap();
    assert!(landing.is_on(&client));
    // Anybody can forge the URL, so a link that failed is not on this client, whatever session the URL names.
    let failed = format!(
        "https://example.com/?__clerk_status=failed&__clerk_created_session={}",
        landing.created_session_id.as_deref().unwrap()
    );
    assert!(!Landing::parse(&failed).email_link().unwrap().is_on(&client));
    reached!(client.set_active(landing.created_session_id.as_ref().unwrap()).await.unwrap(), Finalized::Active);

    // The sign-in also continues in the tab in which it was started.
    let here = client.snapshot().unwrap().id.clone();
    let done = take!(wait_for_link(&world, sent).await, AfterFirstFactor::Complete);
    assert_eq!(done.first_factor_verification().unwrap().verified_at_client, Some(here));
    assert_eq!(Some(done.session_id()), landing.created_session_id.as_deref());
}

async fn page_in_another_browser_gets_no_session(world: World) {
    let (client, elsewhere) = (world.client(), world.client());
    reached!(elsewhere.sign_in().create(A).await.unwrap(), AfterCreate::NeedsFirstFactor);
    let sent = sent_to(&client, G).await;
    let url = world.open_on(&elsewhere, &world.mailed_link(G)).await.unwrap().unwrap();
    let landing = Landing::parse(&url).email_link().unwrap().clone();
    elsewhere.refresh().await.unwrap();
    assert!(landing.status == EmailLinkStatus::Verified && !landing.is_on(&elsewhere));
    let done = take!(wait_for_link(&world, sent).await, AfterFirstFactor::Complete);
    let opened_at = done.first_factor_verification().unwrap().verified_at_client.clone();
    assert_eq!(opened_at, Some(elsewhere.snapshot().unwrap().id.clone()));
    assert!(landing.is_on(&client));
}

async fn link_can_require_the_same_browser(world: World) {
    world.fake.configure(|settings| settings.email_link_same_client = true);
    let client = world.client();
    let sent = sent_to(&client, G).await;
    let link = world.mailed_link(G);
    let landing = open_elsewhere(&world, &link).await;
    assert_eq!((landing.status, landing.created_session_id), (EmailLinkStatus::ClientMismatch, None));
    // The link was not used up.
    let url = world.open_on(&client, &link).await.unwrap().unwrap();
    assert_eq!(Landing::parse(&url).email_link().unwrap().status, EmailLinkStatus::Verified);
    reached!(wait_for_link(&world, sent).await, AfterFirstFactor::Complete);
}

async fn link_without_a_page_answers_directly(world: World) {
    use clerk_sign_in::wire::{Answer, CreateSignIn, Request};
    // The typed steps always send the URL of a page. Other clients may omit this URL.
    let client = world.client();
    reached!(client.sign_in().create(A).await.unwrap(), AfterCreate::NeedsFirstFactor);
    let token = World::token_of(&client);
    let context = clerk_sign_in::backend::CallContext::new(world.identity(token.as_deref()));
    let mut create = CreateSignIn::new();
    (create.identifier, create.strategy) = (Some(G.to_owned()), Some(Strategy::EmailLink));
    let answer = world.backend.call(context, Request::CreateSignIn(create)).await.unwrap().result;
    assert!(matches!(answer, Ok(Answer::SignInAttempt(_))));
    let link = world.mailed_link(G);
    assert_eq!(world.open(&link).await.unwrap(), None);
    let rejected = world.open(&link).await.unwrap_err();
    assert!(rejected.status == 400 && rejected.has(&ErrorCode::VerificationAlreadyVerified), "{rejected:?}");
    world.fake.advance(Verification::LINK_LIFETIME);
    assert!(world.open(&link).await.unwrap_err().has(&ErrorCode::VerificationLinkTokenExpired));
}

async fn relative_page_resolves_against_the_origin(world: World) {
    let (error, sign_in) = stayed!(world.client().sign_in().send_email_link(G, "/verified").await);
    assert!(matches!(error.kind(), ErrorKind::InvalidUrl { url } if url == "/verified"), "{error}");
    let first = take!(sign_in.create(G).await.unwrap(), AfterCreate::NeedsFirstFactor);
    let (error, _) = stayed!(first.send_email_link("verified").await);
    assert!(matches!(error.kind(), ErrorKind::InvalidUrl { .. }), "{error}");
    assert!(world.fake.outbox().is_empty(), "nothing was sent");

    let builder = Client::builder(Arc::clone(&world.backend)).identity(world.identity(None));
    let client = builder.origin("https://app.example.com/").build();
    for (page, whole) in [
        ("/verified", "https://app.example.com/verified?__clerk_status"),
        ("verified?next=a:b", "https://app.example.com/verified?next=a:b&__clerk_status"),
        ("https://other.example.com/v", "https://other.example.com/v?__clerk_status"),
    ] {
        drop(client.sign_in().send_email_link(G, page).await.unwrap());
        let url = world.open(&world.mailed_link(G)).await.unwrap().unwrap();
        assert!(url.starts_with(whole), "{page} became {url}");
        client.sign_out().await.unwrap();
    }
}

async fn page_keeps_its_query_and_fragment(world: World) {
    let page = "https://app.example.com/verified?next=%2Fhome&x=1#top";
    drop(world.client().sign_in().send_email_link(G, page).await.unwrap());
    let url = world.open(&world.mailed_link(G)).await.unwrap().unwrap();
    assert!(url.starts_with("https://app.example.com/verified?next=%2Fhome&x=1&__clerk_status=verified"), "{url}");
    assert!(url.ends_with("#top"), "{url}");
    assert!(Landing::parse(&url).email_link().unwrap().created_session_id.is_some());
}

async fn page_url_that_runs_code_is_rejected(world: World) {
    for page in [
        "javascript:alert(1)",
        "DATA:text/html,x",
        "vbscript:x",
        "blob:https://a/b",
        "https://example.com/\r\nSet-Cookie: x=1",
        "https://a b",
    ] {
        let failed = world.client().sign_in().send_email_link(G, page).await.unwrap_err();
        assert_eq!(codes(failed.error()), [ErrorCode::FormParamValueInvalid], "{page}");
        assert!(failed.error().is_about("redirect_url"));
    }
    assert!(world.fake.outbox().is_empty());
}

async fn resent_link_replaces_the_first(world: World) {
    let sent = sent_to(&world.client(), G).await;
    let first = world.mailed_link(G);
    world.fake.advance(Verification::RESEND_INTERVAL);
    let sent = sent.resend("https://app.example.com/other").await.unwrap();
    let second = world.mailed_link(G);
    assert_ne!(first, second);
    assert_eq!(open_elsewhere(&world, &first).await.status, EmailLinkStatus::Failed);
    let url = world.open(&second).await.unwrap().unwrap();
    assert!(url.starts_with("https://app.example.com/other?__clerk_status=verified"), "{url}");
    reached!(wait_for_link(&world, sent).await, AfterFirstFactor::Complete);
}

async fn link_cannot_be_resent_immediately(world: World) {
    let sent = sent_to(&world.client(), G).await;
    world.fake.advance(Duration::from_secs(10));
    let (error, sent) = stayed!(sent.resend(PAGE).await);
    assert_eq!(codes(&error), [ErrorCode::VerificationCodeTooManyRequests]);
    assert_eq!(error.retry_after(), Some(Duration::from_secs(20)));
    assert_eq!(world.fake.outbox().len(), 1);
    assert_eq!(
        open_elsewhere(&world, &world.mailed_link(G)).await.status,
        EmailLinkStatus::Verified,
        "the first link still works"
    );
    reached!(wait_for_link(&world, sent).await, AfterFirstFactor::Complete);
}

async fn expired_link_can_be_resent(world: World) {
    let sent = sent_to(&world.client(), G).await;
    world.fake.advance(Verification::LINK_LIFETIME);
    let landing = open_elsewhere(&world, &world.mailed_link(G)).await;
    assert_eq!((landing.status, landing.created_session_id), (EmailLinkStatus::Expired, None));
    let (error, sent) = stayed!(sent.wait_for_verification(world.fake.clock().clone()).await);
    let ErrorKind::Link(LinkError::NotVerified { status }) = error.kind() else { panic!("{error}") };
    assert_eq!(status, &VerificationStatus::Expired);
    assert_eq!(sent.verification().unwrap().status, Some(VerificationStatus::Expired));

    let sent = sent.resend(PAGE).await.unwrap();
    open_elsewhere(&world, &world.mailed_link(G)).await;
    reached!(wait_for_link(&world, sent).await, AfterFirstFactor::Complete);
}

async fn link_works_once(world: World) {
    let sent = sent_to(&world.client(), G).await;
    let link = world.mailed_link(G);
    assert_eq!(open_elsewhere(&world, &link).await.status, EmailLinkStatus::Verified);
    let again = open_elsewhere(&world, &link).await;
    assert_eq!((again.status, again.created_session_id), (EmailLinkStatus::Failed, None));
    // The first result remains valid, and there is still only one session.
    let done = take!(wait_for_link(&world, sent).await, AfterFirstFactor::Complete);
    assert_eq!(done.client().snapshot().unwrap().sessions.len(), 1);
}

async fn tampered_link_is_rejected(world: World) {
    let sent = sent_to(&world.client(), G).await;
    let link = world.mailed_link(G);
    for tampered in [format!("{link}x"), link.replace("token=", "token=x"), link[..link.len() - 1].to_owned()] {
        let rejected = world.open(&tampered).await.unwrap_err();
        assert!(rejected.status == 400 && rejected.has(&ErrorCode::VerificationLinkTokenInvalid), "{rejected:?}");
    }
    let sent = take!(sent.refresh().await.unwrap(), AnySignIn::FirstFactorLinkSent);
    assert_eq!(sent.verification().unwrap().status, Some(VerificationStatus::Unverified));
}

async fn another_factor_can_be_chosen_after_a_link_was_sent(world: World) {
    let sent = sent_to(&world.client(), G).await;
    let first = sent.choose_another();
    assert_eq!(first.state_name(), "NeedsFirstFactor");
    let (error, first) = stayed!(first.password("guess").await);
    assert!(error.is_wrong_input());
    // A wrong password does not use up the link.
    let sent = first.link_sent().unwrap();
    assert_eq!(sent.sent_to().unwrap().safe_identifier.as_deref(), Some(G));
    open_elsewhere(&world, &world.mailed_link(G)).await;
    let done = take!(wait_for_link(&world, sent).await, AfterFirstFactor::Complete);
    drop(done);

    let first = take!(world.client().sign_in().create(G).await.unwrap(), AfterCreate::NeedsFirstFactor);
    let first = first.link_sent().unwrap_err();
    reached!(first.password(GRACE_PASSWORD).await.unwrap(), AfterFirstFactor::NeedsClientTrust);
}

async fn code_sent_later_replaces_the_link(world: World) {
    let sent = sent_to(&world.client(), G).await;
    let link = world.mailed_link(G);
    let sent = sent.choose_another().send_email_code().await.unwrap();
    assert_eq!(open_elsewhere(&world, &link).await.status, EmailLinkStatus::Failed);
    let first = sent.choose_another().link_sent().unwrap_err();
    let sent = first.code_sent().unwrap();
    let code = world.mailed_code(G);
    reached!(sent.verify(&code).await.unwrap(), AfterFirstFactor::Complete);
}

async fn link_of_a_replaced_sign_in_does_nothing(world: World) {
    let client = world.client();
    let old = sent_to(&client, G).await;
    let link = world.mailed_link(G);
    let new = take!(client.sign_in().create(A).await.unwrap(), AfterCreate::NeedsFirstFactor);
    assert_eq!(open_elsewhere(&world, &link).await.status, EmailLinkStatus::Failed);
    assert_eq!(client.refresh().await.unwrap().unwrap().sessions.len(), 0);
    let wait = old.wait_for_verification(world.fake.clock().clone()).timeout(Duration::from_secs(3));
    let (error, _) = stayed!(wait.await);
    assert!(matches!(error.kind(), ErrorKind::Link(LinkError::NotOpened)), "{error}");
    reached!(new.password(ADA_PASSWORD).await.unwrap(), AfterFirstFactor::NeedsSecondFactor);
}

async fn link_of_an_abandoned_sign_in_does_nothing(world: World) {
    world.fake.configure(|settings| settings.attempt_lifetime = Duration::from_secs(60));
    let client = world.client();
    let sent = sent_to(&client, G).await;
    world.fake.advance(Duration::from_secs(60));
    assert_eq!(open_elsewhere(&world, &world.mailed_link(G)).await.status, EmailLinkStatus::Failed);
    let failed = sent.wait_for_verification(world.fake.clock().clone()).await.unwrap_err();
    assert_eq!(codes(failed.error()), [ErrorCode::ResourceNotFound]);
    assert!(failed.error().is_over());
    let StepError::Moved { sign_in, .. } = failed else { panic!("{failed:?}") };
    reached!(sign_in, AnySignIn::Abandoned);
    // The user does not come back, and the server removes the attempt.
    world.fake.advance(Duration::from_secs(60));
    let rejected = world.open(&world.mailed_link(G)).await.unwrap_err();
    assert!(rejected.has(&ErrorCode::VerificationLinkTokenInvalid), "{rejected:?}");
}

async fn link_does_not_admit_a_barred_user(world: World) {
    for access in [UserAccess::Banned, UserAccess::Locked, UserAccess::Deactivated] {
        let sent = sent_to(&world.client(), G).await;
        give_access(&world, access);
        assert_eq!(open_elsewhere(&world, &world.mailed_link(G)).await.status, EmailLinkStatus::Failed);
        let sent = take!(sent.refresh().await.unwrap(), AnySignIn::FirstFactorLinkSent);

        give_access(&world, UserAccess::Allowed);
        assert_eq!(open_elsewhere(&world, &world.mailed_link(G)).await.status, EmailLinkStatus::Verified);
        reached!(wait_for_link(&world, sent).await, AfterFirstFactor::Complete);
    }
}

fn give_access(world: &World, access: UserAccess) {
    let mut change = UserChange::default();
    change.access = Some(access);
    world.fake.change_user(&world.fake.user(G).unwrap().id, change).unwrap();
}

async fn gated_step_sends_no_link(world: World) {
    world.fake.require_protect_checks(1);
    let client = world.client();
    let failed = client.sign_in().send_email_link(G, PAGE).await.unwrap_err();
    assert!(matches!(failed.error().kind(), ErrorKind::StepNotApplied { state: "NeedsProtectCheck" }), "{failed}");
    assert!(world.fake.outbox().is_empty());
    let StepError::Moved { sign_in, .. } = failed else { panic!("{failed:?}") };
    let gated = take!(sign_in, AnySignIn::NeedsProtectCheck);
    let first = take!(solve_gate(gated).await, AnySignIn::NeedsFirstFactor);
    let sent = first.send_email_link(PAGE).await.unwrap();
    open_elsewhere(&world, &world.mailed_link(G)).await;
    reached!(wait_for_link(&world, sent).await, AfterFirstFactor::Complete);
}

async fn link_opened_at_a_gate_works_after_the_gate(world: World) {
    let sent = sent_to(&world.client(), G).await;
    world.fake.require_protect_checks(1);
    let failed = sent.choose_another().send_email_code().await.unwrap_err();
    let StepError::Moved { sign_in, .. } = failed else { panic!("{failed:?}") };
    let gated = take!(sign_in, AnySignIn::NeedsProtectCheck);
    assert_eq!(open_elsewhere(&world, &world.mailed_link(G)).await.status, EmailLinkStatus::Failed);
    let sent = take!(solve_gate(gated).await, AnySignIn::FirstFactorLinkSent);
    assert_eq!(open_elsewhere(&world, &world.mailed_link(G)).await.status, EmailLinkStatus::Verified);
    reached!(wait_for_link(&world, sent).await, AfterFirstFactor::Complete);
}

async fn solve_gate(gated: SignIn<clerk_sign_in::NeedsProtectCheck>) -> AnySignIn {
    let token = gated.protect_check().unwrap().token.as_ref().unwrap().expose().to_owned();
    gated.submit_proof(&clerk_sign_in::fake::FakeBackend::proof_for(&token)).await.unwrap()
}

async fn unknown_address_looks_like_a_known_one(world: World) {
    world.fake.configure(|settings| settings.hide_unknown_identifiers = true);
    let sent = sent_to(&world.client(), "nobody@example.com").await;
    assert_eq!(sent.sent_to().unwrap().safe_identifier.as_deref(), Some("nobody@example.com"));
    assert!(world.fake.outbox().is_empty(), "an unknown address gets no message");
    let (error, sent) = stayed!(sent.resend(PAGE).await);
    assert_eq!(codes(&error), [ErrorCode::VerificationCodeTooManyRequests]);
    let (error, _) = stayed!(sent.wait_for_verification(world.fake.clock().clone()).await);
    let ErrorKind::Link(LinkError::NotVerified { status: VerificationStatus::Expired }) = error.kind() else {
        panic!("{error}")
    };
}

async fn instance_without_links_rejects_them(world: World) {
    world.fake.configure(|settings| settings.email_links = false);
    let first = take!(world.client().sign_in().create(G).await.unwrap(), AfterCreate::NeedsFirstFactor);
    let (error, first) = stayed!(first.send_email_link(PAGE).await);
    assert!(matches!(error.kind(), ErrorKind::FactorNotFound { strategy: Strategy::EmailLink }), "{error}");
    let of_nobody = first.send_email_link_to("idn_guessed", PAGE).await.unwrap_err();
    assert_eq!(codes(of_nobody.error()), [ErrorCode::StrategyForUserInvalid]);
    let failed = world.client().sign_in().send_email_link(G, PAGE).await.unwrap_err();
    assert_eq!(codes(failed.error()), [ErrorCode::StrategyForUserInvalid]);
    // Although the call was rejected, it created an attempt, which can continue with other factors.
    reached!(
        take!(failed.into_any().handed_back.client().resume().await.unwrap(), Resumed::Attempt),
        AnySignIn::NeedsFirstFactor
    );
}
