//! Email links.

use std::time::Duration;

use clerk_sign_in::wire::EmailLinkStatus;
use clerk_sign_in::{
    AfterFirstFactor, AnySignIn, EmailLinkLanding, ErrorKind, Landing, LinkError, LinkProgress, Resumed,
};
use futures::{FutureExt as _, StreamExt as _};
use support::{World, stayed, take};

use super::shown::{Recorder, Shown};
use super::users::{PAGE, QUINN, SECOND_ADDRESS, add_quinn, factor_of, first, last_recipient};

/// Opens the newest link in another browser, and returns what its page reads.
async fn opened(world: &World, address: &str) -> EmailLinkLanding {
    landing(&world.open(&world.mailed_link(address)).await.unwrap().unwrap())
}

fn landing(url: &str) -> EmailLinkLanding {
    Landing::parse(url).email_link().unwrap().clone()
}

pub(super) async fn links(world: &World, shown: &mut Shown) {
    add_quinn(world);
    sends(world, shown).await;
    opens(world, shown).await;
    let mut status = |name: &str, seen: &EmailLinkStatus| {
        shown.row(&format!("emailLink.verification.status: '{name}'"), seen.as_str() == name);
    };

    let client = world.client();
    let sent = client.sign_in().send_email_link(QUINN, PAGE).await.unwrap();
    status("verified", &opened(world, QUINN).await.status);
    status("failed", &opened(world, QUINN).await.status);
    drop(sent);
    world.fake.configure(|settings| settings.email_link_same_client = true);
    let client = world.client();
    let sent = client.sign_in().send_email_link(QUINN, PAGE).await.unwrap();
    status("client_mismatch", &opened(world, QUINN).await.status);
    let (error, sent) = stayed!(sent.wait_for_verification(world.fake.clock().clone()).await);
    let late = opened(world, QUINN).await;
    status("expired", &late.status);
    let is_an_error = matches!(error.kind(), ErrorKind::Link(LinkError::NotVerified { .. }));
    shown.row(
        "emailLink.waitForVerification(): expired",
        is_an_error && sent.state_name() == "LinkSent<NeedsFirstFactor>",
    );
    let is_null = Landing::parse(PAGE).email_link().is_none();
    shown.row("emailLink.verification: null", is_null && late.created_session_id.is_none());
}

async fn sends(world: &World, shown: &mut Shown) {
    let (client, recorder) = Recorder::client(world);
    let sent = client.sign_in().send_email_link(SECOND_ADDRESS, "/page").await.unwrap();
    shown.row("emailLink.sendLink().emailAddress", last_recipient(world) == SECOND_ADDRESS && recorder.calls() == 1);
    shown.row("emailLink.sendLink().verificationUrl", recorder.sent("redirect_url", PAGE));
    world.fake.advance(Duration::from_secs(30));
    drop(sent.resend(PAGE).await.unwrap());
    shown.row("emailLink.sendLink()", last_recipient(world) == SECOND_ADDRESS);
    drop(first(&client, SECOND_ADDRESS).await.send_email_link(PAGE).await.unwrap());
    shown.row("emailLink.sendLink(): neither", last_recipient(world) == SECOND_ADDRESS);
    let first = first(&client, QUINN).await;
    let id = factor_of(first.supported_first_factors(), SECOND_ADDRESS).email_address_id.unwrap();
    drop(first.send_email_link_to(&id, PAGE).await.unwrap());
    shown.row("emailLink.sendLink().emailAddressId", last_recipient(world) == SECOND_ADDRESS);
}

async fn opens(world: &World, shown: &mut Shown) {
    let (client, elsewhere) = (world.client(), world.known_client().await);
    let sent = client.sign_in().send_email_link(QUINN, PAGE).await.unwrap();
    let url = world.open_on(&client, &world.mailed_link(QUINN)).await.unwrap().unwrap();
    let link = landing(&url);
    shown.row("emailLink.verification", url.starts_with(PAGE));
    shown.row("emailLink.verification.status", link.status == EmailLinkStatus::Verified);
    client.refresh().await.unwrap();
    elsewhere.refresh().await.unwrap();
    let is_here = link.is_on(&client) && !link.is_on(&elsewhere);
    shown.row("emailLink.verification.verifiedFromTheSameClient", is_here);
    let outcome = sent.wait_for_verification(world.fake.clock().clone()).await.unwrap();
    let done = take!(outcome, AfterFirstFactor::Complete);
    shown.row("emailLink.waitForVerification()", done.first_factor_verification().is_some());
    let id = link.created_session_id;
    shown.row("emailLink.verification.createdSessionId", id.as_deref() == Some(done.session_id()));
}

pub(super) async fn flows(world: &World, shown: &mut Shown) {
    add_quinn(world);
    let (client, recorder) = Recorder::client(world);
    let first = first(&client, QUINN).await;
    let id = factor_of(first.supported_first_factors(), QUINN).email_address_id.unwrap();
    let sent = first.send_email_link_to(&id, PAGE).await.unwrap();
    shown.row("startEmailLinkFlow().emailAddressId", recorder.sent("email_address_id", &id));
    shown.row("startEmailLinkFlow().redirectUrl", recorder.sent("redirect_url", PAGE));
    shown.row("createEmailLinkFlow()", recorder.endpoint() == "prepare_first_factor");

    // Whoever drops the wait stops it, and finds the sign-in again.
    let mut progress = sent.wait_for_verification(world.fake.clock().clone()).progress();
    let waiting = progress.next().await;
    drop(progress);
    let polls = recorder.calls();
    world.fake.advance(Duration::from_secs(60));
    let is_over = matches!(waiting, Some(LinkProgress::Waiting { .. })) && recorder.calls() == polls;
    let resumed = take!(client.resume().now_or_never().unwrap().unwrap(), Resumed::Attempt);
    let sent = take!(resumed, AnySignIn::FirstFactorLinkSent);
    shown.row("cancelEmailLinkFlow()", is_over);

    let wait = sent.wait_for_verification(world.fake.clock().clone()).timeout(Duration::from_secs(5));
    let (error, sent) = stayed!(wait.await);
    assert!(matches!(error.kind(), ErrorKind::Link(LinkError::NotOpened)), "{error}");
    opened(world, QUINN).await;
    let outcome = sent.wait_for_verification(world.fake.clock().clone()).await.unwrap();
    shown.row("startEmailLinkFlow()", matches!(outcome, AfterFirstFactor::Complete(_)));
}
