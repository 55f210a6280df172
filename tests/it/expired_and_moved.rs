//! The state of a sign-in after one of these events: a code expires, the attempt moves on, or an answer is lost.

use std::sync::Arc;
use std::time::Duration;

use clerk_sign_in::fake::NewUser;
use clerk_sign_in::wire::{ErrorCode, SignUpFields, Verification, VerificationStatus};
use clerk_sign_in::{
    AfterCreate, AfterFirstFactor, AnySignIn, Client, CodeSent, NeedsFirstFactor, Resumed, SignIn, StepError,
};
use support::{A, ADA_PASSWORD, G, L, World, codes, moved, over_every_identity, reached, stayed, take};

over_every_identity! {
    expired_code_stays_sent,
    failed_code_stays_sent_and_can_be_resent,
    expired_reset_code_stays_sent,
    expired_link_stays_sent,
    choosing_another_factor_survives_a_restart,
    older_checkpoint_leads_to_the_complete_sign_in,
    factor_of_another_stage_is_forgotten,
    factor_of_another_attempt_is_forgotten,
    abandoned_sign_in_is_not_transferable,
}

async fn sent(client: &Client) -> SignIn<CodeSent<NeedsFirstFactor>> {
    client.sign_in().send_email_code(L).await.unwrap()
}

fn status(any: &AnySignIn) -> Option<VerificationStatus> {
    any.attempt().first_factor_verification.as_deref().and_then(|verification| verification.status.clone())
}

async fn expired_code_stays_sent(world: World) {
    let client = world.client();
    let first = sent(&client).await;
    let checkpoint = first.checkpoint();
    world.fake.advance(Duration::from_secs(10 * 60));

    let (error, first) = stayed!(first.verify("424242").await);
    assert_eq!(codes(&error), [ErrorCode::VerificationExpired]);
    let refreshed = first.refresh().await.unwrap();
    assert_eq!(status(&refreshed), Some(VerificationStatus::Expired));
    let refreshed = take!(refreshed, AnySignIn::FirstFactorCodeSent);
    assert_eq!(refreshed.sent_to().and_then(|factor| factor.safe_identifier.as_deref()), Some(L));
    reached!(client.resume().await.map(sign_in).unwrap(), AnySignIn::FirstFactorCodeSent);
    let restored = client.restore(checkpoint).unwrap().refresh().await.unwrap();
    let restored = take!(restored, AnySignIn::FirstFactorCodeSent);

    let again = restored.resend().await.unwrap();
    drop(refreshed);
    reached!(again.verify("424242").await.unwrap(), AfterFirstFactor::Complete);
}

async fn failed_code_stays_sent_and_can_be_resent(world: World) {
    let client = world.client();
    let mut code = sent(&client).await;
    while code.verification().unwrap().status != Some(VerificationStatus::Failed) {
        (_, code) = stayed!(code.verify("000000").await);
    }
    let found = take!(code.refresh().await.unwrap(), AnySignIn::FirstFactorCodeSent);
    world.fake.advance(Verification::RESEND_INTERVAL);
    let again = found.resend().await.unwrap();
    reached!(again.verify("424242").await.unwrap(), AfterFirstFactor::Complete);
}

async fn expired_reset_code_stays_sent(world: World) {
    let client = world.client();
    let reset = client.sign_in().send_reset_password_email_code(G).await.unwrap();
    world.fake.advance(Duration::from_secs(10 * 60));
    let reset = take!(reset.refresh().await.unwrap(), AnySignIn::ResetCodeSent);
    let again = reset.resend().await.unwrap();
    drop(again.verify(&world.mailed_code(G)).await.unwrap());
}

async fn expired_link_stays_sent(world: World) {
    let client = world.client();
    let link = client.sign_in().send_email_link(G, "https://app.example.com/verified").await.unwrap();
    world.fake.advance(Verification::LINK_LIFETIME);
    let link = take!(link.refresh().await.unwrap(), AnySignIn::FirstFactorLinkSent);
    reached!(client.resume().await.map(sign_in).unwrap(), AnySignIn::FirstFactorLinkSent);
    drop(link.resend("https://app.example.com/verified").await.unwrap());
}

async fn choosing_another_factor_survives_a_restart(world: World) {
    let client = world.client();
    let first = sent(&client).await.choose_another();
    let written = serde_json::to_string(&first.checkpoint()).unwrap();
    let restored = client.restore(serde_json::from_str(&written).unwrap()).unwrap();
    let back = take!(restored, AnySignIn::NeedsFirstFactor).code_sent().unwrap();
    assert_eq!(back.sent_to().and_then(|factor| factor.safe_identifier.as_deref()), Some(L));
    // Because the user went back to the code, the factor is no longer set aside. So this checkpoint restores the state
    // that the server describes.
    reached!(client.restore(back.checkpoint()).unwrap(), AnySignIn::FirstFactorCodeSent);
}

/// Sends a code for the first factor and a code for the second. Both have the same strategy, but different addresses.
async fn older_checkpoint_leads_to_the_complete_sign_in(world: World) {
    let client = world.client();
    let sent = sent(&client).await;
    let checkpoint = sent.checkpoint();
    reached!(sent.verify("424242").await.unwrap(), AfterFirstFactor::Complete);
    // The program ends before it saves the complete sign-in, which the server no longer shows on the client.
    let client = world.client_over(Arc::clone(&world.backend)).exported(client.export()).build();
    drop(client.restore(checkpoint).unwrap());
    reached!(client.resume().await.map(sign_in).unwrap(), AnySignIn::Complete);
}

async fn factor_of_another_stage_is_forgotten(world: World) {
    const ONE: &str = "mary@example.com";
    const OTHER: &str = "mary.two@example.com";
    world.fake.add_user(NewUser::new(ONE).email_address(OTHER).email_code_second_factor()).unwrap();
    let client = world.client();
    let first = take!(client.sign_in().create(ONE).await.unwrap(), AfterCreate::NeedsFirstFactor);
    let code = first.send_email_code().await.unwrap();
    let mailed = world.mailed_code(ONE);
    let twin = take!(client.restore(code.checkpoint()).unwrap(), AnySignIn::FirstFactorCodeSent);
    let second = take!(code.verify(&mailed).await.unwrap(), AfterFirstFactor::NeedsSecondFactor);
    let other = second.supported_second_factors().iter().find(|it| it.safe_identifier.as_deref() == Some(OTHER));
    let other = other.unwrap().clone();
    drop(second.send_code(&other).await.unwrap());

    let (error, elsewhere) = moved!(twin.verify(&mailed).await);
    assert_eq!(codes(&error), [ErrorCode::VerificationAlreadyVerified]);
    let second = take!(elsewhere, AnySignIn::SecondFactorCodeSent);
    assert_eq!(second.sent_to(), None, "the second factor's address is not the first factor's");
}

async fn factor_of_another_attempt_is_forgotten(world: World) {
    let client = world.client();
    let code = sent(&client).await;
    let checkpoint = code.checkpoint();
    drop(client.sign_in().send_email_code(G).await.unwrap());
    let resumed = take!(client.resume().await.map(sign_in).unwrap(), AnySignIn::FirstFactorCodeSent);
    assert_eq!((resumed.identifier(), resumed.sent_to()), (Some(G), None));
    let old = client.restore(checkpoint).unwrap();
    let failed = take!(old, AnySignIn::FirstFactorCodeSent).verify("424242").await.unwrap_err();
    assert!(matches!(failed, StepError::Stayed { ref error, .. } if error.is_over()), "{failed:?}");
}

async fn abandoned_sign_in_is_not_transferable(world: World) {
    let client = world.client();
    let new = client.sign_in().create_or_sign_up("new@example.com").await.unwrap();
    let code = take!(new, AfterCreate::NeedsFirstFactor).send_email_code().await.unwrap();
    let verified = code.verify(&world.mailed_code("new@example.com")).await.unwrap();
    let new = take!(verified, AfterFirstFactor::Transferable);
    world.fake.advance(world.fake.settings().attempt_lifetime);
    let (error, old) = moved!(new.sign_up(SignUpFields::new()).await);
    assert_eq!(codes(&error), [ErrorCode::AccountTransferInvalid]);
    reached!(old, AnySignIn::Abandoned);
    match client.resume().await {
        Ok(Resumed::Attempt(old)) => reached!(old, AnySignIn::Abandoned),
        Ok(Resumed::Nothing) => {}
        other => panic!("{other:?}"),
    }
    // A new sign-in with a password still works.
    reached!(client.sign_in().password(A, ADA_PASSWORD).await.unwrap(), AfterCreate::NeedsSecondFactor);
}

fn sign_in(resumed: Resumed) -> AnySignIn {
    take!(resumed, Resumed::Attempt)
}
