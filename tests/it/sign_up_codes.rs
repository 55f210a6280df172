//! Sign-ups that start with an address and verify it with a code. The requests are sent without the typed steps. Each
//! flow runs in memory and over HTTP, and every answer is checked against the published document.

use std::time::Duration;

use clerk_sign_in::fake::{NewUser, RateLimits, SignUpField};
use clerk_sign_in::wire::{
    AttemptSignUp, CreateSignUp, ErrorCode, PrepareSignUp, Rejection, Request, SignUpAttempt, SignUpFieldName,
    SignUpFields, SignUpStatus, Strategy, UpdateSignUp, VerificationStatus,
};
use clerk_sign_in::{AfterCreate, Client};
use support::{G, World, over_every_identity, reached, stayed};

over_every_identity! {
    verified_code_creates_a_user,
    required_fields_can_come_before_or_after_the_code,
    code_must_be_right_and_in_time,
    code_can_be_resent_after_the_interval,
    unverified_address_can_be_replaced,
    unusable_address_is_rejected,
    unsent_code_cannot_be_verified,
    too_many_codes_are_rejected,
}

const M: &str = "mary@example.com";

async fn with_address(world: &World, client: &Client, address: &str) -> Result<SignUpAttempt, Rejection> {
    let mut create = CreateSignUp::new(SignUpFields::new().name("Mary", "Jackson"));
    create.fields.email_address = Some(address.to_owned());
    world.sign_up(client, Request::CreateSignUp(create)).await
}

async fn send(world: &World, client: &Client, id: &str) -> Result<SignUpAttempt, Rejection> {
    world.sign_up(client, Request::PrepareSignUp(PrepareSignUp::new(id, Strategy::EmailCode))).await
}

async fn answer(world: &World, client: &Client, id: &str, code: &str) -> Result<SignUpAttempt, Rejection> {
    world.sign_up(client, Request::AttemptSignUp(AttemptSignUp::code(id, Strategy::EmailCode, code))).await
}

/// Starts a sign-up, sends a code to its address, and returns the client and the id of the sign-up.
async fn sent(world: &World) -> (Client, String) {
    let client = world.known_client().await;
    let id = with_address(world, &client, M).await.unwrap().id;
    send(world, &client, &id).await.unwrap();
    (client, id)
}

fn rejected(result: Result<SignUpAttempt, Rejection>) -> ErrorCode {
    result.unwrap_err().errors[0].code.clone()
}

fn status(sign_up: &SignUpAttempt) -> Option<VerificationStatus> {
    sign_up.verifications.email_address.as_deref()?.verification.status.clone()
}

async fn verified_code_creates_a_user(world: World) {
    let client = world.known_client().await;
    let sign_up = with_address(&world, &client, M).await.unwrap();
    assert_eq!(
        (sign_up.missing_fields.len(), sign_up.unverified_fields.as_slice()),
        (0, [SignUpFieldName::EmailAddress].as_slice())
    );
    assert!(sign_up.verifications.email_address.is_none() && world.fake.outbox().is_empty(), "nothing is sent yet");
    let sign_up = send(&world, &client, &sign_up.id).await.unwrap();
    let verification = sign_up.verifications.email_address.as_deref().unwrap();
    assert_eq!(
        (status(&sign_up), verification.next_action.as_str()),
        (Some(VerificationStatus::Unverified), "needs_attempt")
    );
    assert_eq!(verification.supported_strategies, [Strategy::EmailCode]);

    let done = answer(&world, &client, &sign_up.id, &world.mailed_code(M)).await.unwrap();
    assert_eq!(
        (done.status.as_ref(), status(&done)),
        (Some(&SignUpStatus::Complete), Some(VerificationStatus::Verified))
    );
    let user = world.fake.user(M).unwrap();
    assert_eq!((user.first_name.as_deref(), done.created_user_id), (Some("Mary"), Some(user.id)));
    client.refresh().await.unwrap();
    assert_eq!(client.snapshot().unwrap().sessions.len(), 1);
    assert_eq!(client.last_authentication_strategy(), Some(Strategy::EmailCode));
}

async fn required_fields_can_come_before_or_after_the_code(world: World) {
    world.fake.configure(|settings| settings.sign_up_required = vec![SignUpField::Username, SignUpField::Password]);
    let (client, id) = sent(&world).await;
    let update = |fields| Request::UpdateSignUp(UpdateSignUp::new(&id, fields));
    let lacking = world.sign_up(&client, update(SignUpFields::new().username("mary"))).await.unwrap();
    assert_eq!(
        (lacking.missing_fields.as_slice(), lacking.unverified_fields.len()),
        ([SignUpFieldName::Password].as_slice(), 1)
    );
    let verified = answer(&world, &client, &id, &world.mailed_code(M)).await.unwrap();
    assert_eq!((verified.status, verified.unverified_fields), (Some(SignUpStatus::MissingRequirements), Vec::new()));
    let done = world.sign_up(&client, update(SignUpFields::new().password("wind-tunnel-at-mach-2"))).await.unwrap();
    assert_eq!(done.status, Some(SignUpStatus::Complete));
}

async fn code_must_be_right_and_in_time(world: World) {
    let (client, id) = sent(&world).await;
    let code = world.mailed_code(M);
    let wrong = if code == "000000" { "111111" } else { "000000" };
    assert_eq!(rejected(answer(&world, &client, &id, wrong).await), ErrorCode::FormCodeIncorrect);
    for _ in 1..world.fake.settings().code_attempts - 1 {
        assert_eq!(rejected(answer(&world, &client, &id, wrong).await), ErrorCode::FormCodeIncorrect);
    }
    assert_eq!(rejected(answer(&world, &client, &id, wrong).await), ErrorCode::VerificationFailed);
    assert_eq!(rejected(answer(&world, &client, &id, &code).await), ErrorCode::VerificationFailed);

    let (client, id) = sent(&world).await;
    world.fake.advance(world.fake.settings().code_lifetime);
    assert_eq!(rejected(answer(&world, &client, &id, &world.mailed_code(M)).await), ErrorCode::VerificationExpired);
    assert!(world.fake.user(M).is_none());
    send(&world, &client, &id).await.unwrap();
    answer(&world, &client, &id, &world.mailed_code(M)).await.unwrap();
    assert_eq!(rejected(answer(&world, &client, &id, &code).await), ErrorCode::ResourceForbidden, "it is complete");
}

async fn code_can_be_resent_after_the_interval(world: World) {
    let (client, id) = sent(&world).await;
    let older = world.mailed_code(M);
    let too_soon = send(&world, &client, &id).await.unwrap_err();
    assert_eq!(too_soon.errors[0].code, ErrorCode::VerificationCodeTooManyRequests);
    assert_eq!(too_soon.retry_after, Some(Duration::from_secs(30)));
    world.fake.advance(Duration::from_secs(30));
    send(&world, &client, &id).await.unwrap();
    assert_eq!(rejected(answer(&world, &client, &id, &older).await), ErrorCode::FormCodeIncorrect);
    answer(&world, &client, &id, &world.mailed_code(M)).await.unwrap();
}

async fn unverified_address_can_be_replaced(world: World) {
    world.fake.configure(|settings| settings.sign_up_required = vec![SignUpField::Username]);
    let (client, id) = sent(&world).await;
    let code = world.mailed_code(M);
    let to = |address: &str| {
        let mut update = UpdateSignUp::new(&id, SignUpFields::new());
        update.fields.email_address = Some(address.to_owned());
        Request::UpdateSignUp(update)
    };
    // Setting the same address again changes nothing. After a change to another address, the old code cannot verify the
    // new address.
    assert_eq!(status(&world.sign_up(&client, to(M)).await.unwrap()), Some(VerificationStatus::Unverified));
    world.sign_up(&client, to("mj@example.com")).await.unwrap();
    assert_eq!(rejected(answer(&world, &client, &id, &code).await), ErrorCode::VerificationMissing);
    send(&world, &client, &id).await.unwrap();
    answer(&world, &client, &id, &world.mailed_code("mj@example.com")).await.unwrap();
    assert_eq!(rejected(world.sign_up(&client, to(M)).await), ErrorCode::VerificationAlreadyVerified);
    assert_eq!(rejected(send(&world, &client, &id).await), ErrorCode::VerificationAlreadyVerified);
    assert_eq!(rejected(answer(&world, &client, &id, &code).await), ErrorCode::VerificationAlreadyVerified);
}

async fn unusable_address_is_rejected(world: World) {
    let client = world.known_client().await;
    for (address, code) in [
        ("", ErrorCode::FormParamNil),
        (G, ErrorCode::FormIdentifierExists),
        ("@mary", ErrorCode::FormParamValueInvalid),
    ] {
        let rejection = with_address(&world, &client, address).await.unwrap_err();
        assert_eq!(
            (&rejection.errors[0].code, rejection.errors[0].meta.param_name.as_deref()),
            (&code, Some("email_address"))
        );
    }
    client.refresh().await.unwrap();
    assert!(client.sign_up().is_none());

    // Meanwhile, another user gets the address. The code proves that the address belongs to the other user, who is
    // therefore signed in.
    let (client, id) = sent(&world).await;
    let mary = world.fake.add_user(NewUser::new(M)).unwrap();
    let (error, start) = stayed!(client.sign_in().transfer().await);
    assert!(error.has_code(&ErrorCode::AccountTransferInvalid));
    assert_eq!(rejected(answer(&world, &client, &id, &world.mailed_code(M)).await), ErrorCode::FormIdentifierExists);
    reached!(start.transfer().await.unwrap(), AfterCreate::Complete);
    client.refresh().await.unwrap();
    assert_eq!(client.snapshot().unwrap().sessions[0].user.as_deref().unwrap().id, mary);
}

async fn unsent_code_cannot_be_verified(world: World) {
    let client = world.known_client().await;
    let sign_up = with_address(&world, &client, M).await.unwrap();
    assert_eq!(rejected(answer(&world, &client, &sign_up.id, "424242").await), ErrorCode::VerificationMissing);
    let link = Request::PrepareSignUp(PrepareSignUp::new(&sign_up.id, Strategy::EmailLink));
    assert_eq!(rejected(world.sign_up(&client, link).await), ErrorCode::FormParamValueInvalid);
    let nowhere = world.sign_up(&client, Request::CreateSignUp(CreateSignUp::new(SignUpFields::new()))).await.unwrap();
    assert_eq!(rejected(send(&world, &client, &nowhere.id).await), ErrorCode::FormParamValueInvalid);
    // Another client cannot use the sign-up either.
    let other = world.known_client().await;
    assert_eq!(rejected(send(&world, &other, &nowhere.id).await), ErrorCode::ResourceNotFound);
}

async fn too_many_codes_are_rejected(world: World) {
    let (client, id) = sent(&world).await;
    world.fake.configure(|settings| settings.rate_limits = Some(RateLimits::published()));
    for _ in 0..3 {
        answer(&world, &client, &id, "000000").await.unwrap_err();
    }
    assert_eq!(rejected(answer(&world, &client, &id, "000000").await), ErrorCode::TooManyRequests);
}
