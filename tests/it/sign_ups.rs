//! A sign-in of an unknown user becomes a sign-up, and a sign-up of a known user becomes a sign-in. Each flow runs in
//! memory and over HTTP, and every answer is checked against the published document.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use clerk_sign_in::backend::{Backend, BackendError, CallContext};
use clerk_sign_in::fake::{NewUser, ProviderAccount, SignUpField};
use clerk_sign_in::wire::{
    Channel, CreateSignIn, ErrorCode, Request, Response, SignUpFieldName, SignUpFields, SignUpStatus, Strategy,
};
use clerk_sign_in::{
    AfterCreate, AfterFirstFactor, AfterRedirect, AfterSignUp, AnySignIn, Client, ErrorKind, Finalized,
    NeedsFirstFactor, PasswordRule, Resumed, SignIn, Sso, Transferable, async_trait,
};
use serde_json::{Map, json};
use support::{G, L, World, codes, over_every_identity, reached, stayed, take};

over_every_identity! {
    unknown_address_becomes_a_sign_up,
    unknown_phone_number_becomes_a_sign_up,
    link_to_an_unknown_address_becomes_a_sign_up,
    create_or_sign_up_hides_whether_an_address_is_known,
    required_fields_are_missing_until_given,
    rejected_fields_leave_the_sign_up_unchanged,
    username_taken_meanwhile_is_requested_again,
    invalid_address_is_rejected_at_the_end,
    user_created_meanwhile_signs_in,
    transfer_needs_a_verified_sign_in,
    unknown_provider_account_becomes_a_sign_up,
    restricted_instance_rejects_sign_ups,
    sign_up_waits_for_a_captcha,
    sign_up_belongs_to_one_client_and_ends,
    sign_up_is_found_after_a_lost_answer,
    transferable_sign_in_is_found_after_it_was_dropped,
}

const M: &str = "mary@example.com";

async fn first(client: &Client, identifier: &str) -> SignIn<NeedsFirstFactor> {
    let created = client.sign_in().create_or_sign_up(identifier).await.unwrap();
    take!(created, AfterCreate::NeedsFirstFactor)
}

async fn verified(world: &World, client: &Client) -> SignIn<Transferable> {
    let sent = first(client, M).await.send_email_code().await.unwrap();
    take!(sent.verify(&world.mailed_code(M)).await.unwrap(), AfterFirstFactor::Transferable)
}

fn required(world: &World, fields: &[SignUpField]) {
    world.fake.configure(|settings| settings.sign_up_required = fields.to_vec());
}

async fn unknown_address_becomes_a_sign_up(world: World) {
    let client = world.client();
    let new = verified(&world, &client).await;
    assert!(new.is_transferable() && world.fake.user(M).is_none());
    let metadata = Map::from_iter([("plan".to_owned(), json!({ "name": "a & b", "seats": 3 }))]);
    let fields = SignUpFields::new().name("Mary", "Jackson").unsafe_metadata(metadata.clone()).locale("en-GB");
    let mary = take!(new.sign_up(fields).await.unwrap(), AfterSignUp::Complete);
    assert_eq!(mary.user_id(), world.fake.user(M).map(|user| user.id).as_deref());
    assert_eq!(mary.attempt().status, Some(SignUpStatus::Complete));
    let snapshot = client.snapshot().unwrap();
    assert!(snapshot.sign_in.is_none() && snapshot.sign_up.is_none(), "neither is current any more");
    assert_eq!(snapshot.last_active_session_id.as_deref(), Some(mary.session_id()));

    let session = take!(mary.finalize().await.unwrap(), Finalized::Active);
    assert_eq!(client.active_session().unwrap().id, session.id());
    let user = session.session().user.clone().unwrap();
    assert_eq!((user.first_name.as_deref(), user.last_name.as_deref()), (Some("Mary"), Some("Jackson")));
    assert_eq!(user.unsafe_metadata, metadata);
    assert_eq!(client.last_authentication_strategy(), Some(Strategy::EmailCode));

    let sent = world.client().sign_in().send_email_code(M).await.unwrap();
    reached!(sent.verify(&world.mailed_code(M)).await.unwrap(), AfterFirstFactor::Complete);
}

async fn unknown_phone_number_becomes_a_sign_up(world: World) {
    let number = "+4930999999";
    let sent = first(&world.client(), number).await.send_phone_code(Channel::Sms).await.unwrap();
    let new = take!(sent.verify(&world.mailed_code(number)).await.unwrap(), AfterFirstFactor::Transferable);
    let done = take!(new.sign_up(SignUpFields::new()).await.unwrap(), AfterSignUp::Complete);
    assert_eq!(done.attempt().phone_number.as_deref(), Some(number));
    assert_eq!(world.fake.user(number).unwrap().phone_numbers, [number]);
}

async fn link_to_an_unknown_address_becomes_a_sign_up(world: World) {
    let sent = first(&world.client(), M).await.send_email_link("https://example.com/verified").await.unwrap();
    let led_to = world.open(&world.mailed_link(M)).await.unwrap();
    assert_eq!(led_to.as_deref(), Some("https://example.com/verified?__clerk_status=verified"));
    let new = sent.wait_for_verification(world.fake.clock().clone()).await.unwrap();
    let new = take!(new, AfterFirstFactor::Transferable);
    reached!(new.sign_up(SignUpFields::new()).await.unwrap(), AfterSignUp::Complete);
}

async fn unknown_provider_account_becomes_a_sign_up(world: World) {
    world.fake.add_provider_account(ProviderAccount::new(M).name("Mary", "Jackson"));
    let by_provider = async |client: &Client, account: &str| {
        let ready = client.sign_in().sso(&Sso::oauth("google"), "https://example.com/back").await.unwrap();
        let url = world.consent(client, ready.external_url(), account).await.unwrap();
        ready.finish(&url).await.unwrap()
    };
    let client = world.client();
    let new = take!(by_provider(&client, M).await, AfterRedirect::Transferable);
    let mary = take!(new.sign_up(SignUpFields::new()).await.unwrap(), AfterSignUp::Complete);
    assert_eq!(mary.attempt().first_name.as_deref(), Some("Mary"), "the provider gave the name");
    let session = take!(mary.finalize().await.unwrap(), Finalized::Active);
    assert_eq!(session.session().user.as_ref().unwrap().last_name.as_deref(), Some("Jackson"));
    reached!(by_provider(&world.client(), M).await, AfterRedirect::Complete);

    // A user who signs in at a provider needs no password.
    required(&world, &[SignUpField::Password, SignUpField::FirstName]);
    let new = take!(by_provider(&world.client(), "nameless@example.com").await, AfterRedirect::Transferable);
    let up = take!(new.sign_up(SignUpFields::new()).await.unwrap(), AfterSignUp::MissingRequirements);
    assert_eq!(up.missing_fields(), [SignUpFieldName::FirstName]);
    required(&world, &[]);

    // An address that the provider has not verified does not belong to the user yet.
    let unsure = "katherine@example.com";
    world.fake.add_provider_account(ProviderAccount::new(unsure).unverified());
    let new = take!(by_provider(&world.client(), unsure).await, AfterRedirect::Transferable);
    let up = take!(new.sign_up(SignUpFields::new()).await.unwrap(), AfterSignUp::MissingRequirements);
    assert_eq!(
        (up.missing_fields(), up.unverified_fields()),
        ([].as_slice(), [SignUpFieldName::EmailAddress].as_slice())
    );
    assert!(world.fake.user(unsure).is_none());
    // If the unverified address already belongs to another user, the sign-up does not sign this user in as that user.
    let somebody = world.fake.add_user(NewUser::new(unsure)).unwrap();
    let (error, _) = stayed!(up.client().sign_in().transfer().await);
    assert_eq!(codes(&error), [ErrorCode::AccountTransferInvalid]);
    world.fake.remove_user(&somebody);

    // A code verifies the address.
    let sent = up.send_email_code().await.unwrap();
    let failed = sent.send_email_code().await.unwrap_err();
    assert_eq!(codes(&failed.error), [ErrorCode::VerificationCodeTooManyRequests]);
    let code = world.mailed_code(unsure);
    let wrong = if code == "000000" { "111111" } else { "000000" };
    let failed = failed.handed_back.verify_email_code(wrong).await.unwrap_err();
    assert_eq!(codes(&failed.error), [ErrorCode::FormCodeIncorrect]);
    let done = failed.handed_back.verify_email_code(&code).await.unwrap();
    reached!(take!(done, AfterSignUp::Complete).finalize().await.unwrap(), Finalized::Active);
}

async fn create_or_sign_up_hides_whether_an_address_is_known(world: World) {
    let known = first(&world.client(), G).await;
    let nobody = first(&world.client(), M).await;
    let strategies = |sign_in: &SignIn<NeedsFirstFactor>| {
        let factors = sign_in.supported_first_factors().iter();
        factors.map(|factor| factor.strategy.clone()).filter(|it| !it.is_reset_code()).collect::<Vec<_>>()
    };
    assert_eq!(strategies(&known), strategies(&nobody));
    assert_eq!((known.status(), known.user_data().is_some()), (nobody.status(), true));
    // Here, every password is wrong, and the error does not reveal whether the address is known.
    let (error, nobody) = stayed!(nobody.password("a-guess-of-somebody").await);
    assert_eq!(codes(&error), [ErrorCode::FormPasswordOrIdentifierIncorrect]);
    drop(nobody.send_email_code().await.unwrap());
    let sent = known.send_email_code().await.unwrap();
    reached!(sent.verify(&world.mailed_code(G)).await.unwrap(), AfterFirstFactor::Complete);
}

async fn required_fields_are_missing_until_given(world: World) {
    required(&world, &[SignUpField::Username, SignUpField::Password, SignUpField::LegalAccepted]);
    let environment = world.client().environment().await.unwrap();
    assert_eq!(environment.user_settings.other["sign_up"]["mode"], "public");
    assert_eq!(environment.user_settings.other["sign_up"]["legal_consent_enabled"], true);
    let attributes = environment.user_settings.attributes.iter();
    let required: Vec<_> = attributes.filter(|(_, it)| it.required).map(|(name, _)| name.as_str()).collect();
    assert_eq!(required, ["password", "username"]);

    let client = world.client();
    let new = verified(&world, &client).await;
    let up = new.sign_up(SignUpFields::new().name("Mary", "Jackson")).await.unwrap();
    let up = take!(up, AfterSignUp::MissingRequirements);
    assert_eq!(
        up.missing_fields(),
        [SignUpFieldName::Username, SignUpFieldName::Password, SignUpFieldName::LegalAccepted]
    );
    assert_eq!((up.attempt().email_address.as_deref(), up.unverified_fields()), (Some(M), [].as_slice()));
    assert!(world.fake.user(M).is_none());
    assert_eq!(client.sign_up().unwrap().id(), up.id());

    let up = take!(up.update(SignUpFields::new().username("mary")).await.unwrap(), AfterSignUp::MissingRequirements);
    assert_eq!(up.missing_fields(), [SignUpFieldName::Password, SignUpFieldName::LegalAccepted]);
    let up = take!(up.refresh().await.unwrap(), AfterSignUp::MissingRequirements);
    let fields = SignUpFields::new().password("wind-tunnel-at-mach-2").legal_accepted();
    let mary = take!(up.update(fields).await.unwrap(), AfterSignUp::Complete);
    assert!(mary.attempt().legal_accepted_at.is_some() && mary.attempt().password_enabled);
    assert!(client.sign_up().is_none());
    let signed_in = world.client().sign_in().password("mary", "wind-tunnel-at-mach-2").await.unwrap();
    reached!(signed_in, AfterCreate::NeedsClientTrust);
}

async fn rejected_fields_leave_the_sign_up_unchanged(world: World) {
    required(&world, &[SignUpField::Username, SignUpField::Password]);
    world.fake.add_user(NewUser::new("m@example.com").username("mary")).unwrap();
    let client = world.client();
    // If the server rejects the start of a sign-up, the verified sign-in can still be used.
    let (error, new) = stayed!(verified(&world, &client).await.sign_up(SignUpFields::new().username("mary")).await);
    assert_eq!(codes(&error), [ErrorCode::FormIdentifierExists]);
    assert!(error.is_about("username"));
    let up = take!(new.sign_up(SignUpFields::new()).await.unwrap(), AfterSignUp::MissingRequirements);

    let failed = up.update(SignUpFields::new().username("mary2").password("short")).await.unwrap_err();
    assert_eq!(failed.error.broken_password_rules(), [PasswordRule::MinLength]);
    assert_eq!(failed.handed_back.missing_fields(), [SignUpFieldName::Username, SignUpFieldName::Password]);
    let failed = failed.handed_back.update(SignUpFields::new().password(M)).await.unwrap_err();
    assert_eq!(failed.error.broken_password_rules(), [PasswordRule::NotIdentifier]);
    let failed = failed.handed_back.update(SignUpFields::new().username("")).await.unwrap_err();
    assert_eq!(codes(&failed.error), [ErrorCode::FormParamNil]);
    let fields = SignUpFields::new().username("mary2").password("wind-tunnel-at-mach-2");
    reached!(failed.handed_back.update(fields).await.unwrap(), AfterSignUp::Complete);

    // The prebuilt form sends empty fields too, so an optional field that is empty counts as missing.
    required(&world, &[]);
    let client = world.client();
    let sent = first(&client, "m2@example.com").await.send_email_code().await.unwrap();
    let verified = sent.verify(&world.mailed_code("m2@example.com")).await.unwrap();
    let new = take!(verified, AfterFirstFactor::Transferable);
    let done = take!(new.sign_up(SignUpFields::new().username("")).await.unwrap(), AfterSignUp::Complete);
    assert_eq!(done.attempt().username, None);
}

async fn username_taken_meanwhile_is_requested_again(world: World) {
    required(&world, &[SignUpField::Username, SignUpField::LegalAccepted]);
    let new = verified(&world, &world.client()).await;
    let up = new.sign_up(SignUpFields::new().username("mary")).await.unwrap();
    let up = take!(up, AfterSignUp::MissingRequirements);
    world.fake.add_user(NewUser::new("m@example.com").username("mary")).unwrap();
    let failed = up.update(SignUpFields::new().legal_accepted()).await.unwrap_err();
    assert_eq!(codes(&failed.error), [ErrorCode::FormIdentifierExists]);
    assert!(failed.error.is_about("username"));
    // The user's consent was recorded despite the error.
    let up = take!(failed.handed_back.refresh().await.unwrap(), AfterSignUp::MissingRequirements);
    assert_eq!(up.missing_fields(), [SignUpFieldName::Username]);
    reached!(up.update(SignUpFields::new().username("mary2")).await.unwrap(), AfterSignUp::Complete);
}

async fn invalid_address_is_rejected_at_the_end(world: World) {
    for (wrong, what) in [("@example.com", "email_address"), ("+1", "phone_number")] {
        let client = world.client();
        let first = first(&client, wrong).await;
        let sent = match what {
            "email_address" => first.send_email_code().await.unwrap(),
            _ => first.send_phone_code(Channel::Sms).await.unwrap(),
        };
        let new = sent.verify(&world.mailed_code(wrong)).await.unwrap();
        let new = take!(new, AfterFirstFactor::Transferable);
        let (error, _) = stayed!(new.sign_up(SignUpFields::new()).await);
        assert_eq!(codes(&error), [ErrorCode::FormParamValueInvalid]);
        assert!(error.is_about(what) && world.fake.user(wrong).is_none());
        assert_eq!(client.sign_up().unwrap().missing_fields(), [], "the sign-up exists, and the sign-in is used up");
    }
}

async fn user_created_meanwhile_signs_in(world: World) {
    required(&world, &[SignUpField::Username]);
    let client = world.client();
    let new = verified(&world, &client).await;
    let up = take!(new.sign_up(SignUpFields::new()).await.unwrap(), AfterSignUp::MissingRequirements);
    let (error, start) = stayed!(client.sign_in().transfer().await);
    assert_eq!(codes(&error), [ErrorCode::AccountTransferInvalid], "no user has the address yet");

    world.fake.add_user(NewUser::new(M)).unwrap();
    let failed = up.update(SignUpFields::new().username("mary")).await.unwrap_err();
    assert_eq!(codes(&failed.error), [ErrorCode::FormIdentifierExists]);
    assert!(failed.error.is_about("email_address"));
    let done = take!(start.transfer().await.unwrap(), AfterCreate::Complete);
    reached!(done.finalize().await.unwrap(), Finalized::Active);
    assert!(client.sign_up().is_none(), "it is used up");
    let gone = failed.handed_back.refresh().await.unwrap_err();
    assert_eq!(codes(&gone.error), [ErrorCode::ResourceNotFound]);
}

async fn transfer_needs_a_verified_sign_in(world: World) {
    let client = world.client();
    let new = verified(&world, &client).await;
    // Another sign-in replaces the verified sign-in.
    drop(first(&client, L).await);
    let (error, _) = stayed!(new.sign_up(SignUpFields::new()).await);
    assert_eq!(codes(&error), [ErrorCode::AccountTransferInvalid]);
    let (error, _) = stayed!(world.client().sign_in().transfer().await);
    assert_eq!(codes(&error), [ErrorCode::AccountTransferInvalid]);
    assert!(world.fake.user(M).is_none());
}

async fn restricted_instance_rejects_sign_ups(world: World) {
    let new = verified(&world, &world.client()).await;
    world.fake.configure(|settings| settings.sign_ups = false);
    let (error, _) = stayed!(new.sign_up(SignUpFields::new()).await);
    assert_eq!(codes(&error), [ErrorCode::SignUpModeRestricted]);
    let (error, _) = stayed!(world.client().sign_in().create_or_sign_up(M).await);
    assert_eq!(codes(&error), [ErrorCode::SignUpIfMissingNotAllowed]);
    let mode = world.client().environment().await.unwrap().user_settings.other["sign_up"]["mode"].clone();
    assert_eq!(mode, "restricted");

    world.fake.configure(|settings| settings.sign_ups = true);
    let (error, _) = stayed!(world.client().sign_in().create_or_sign_up("mary").await);
    assert_eq!(codes(&error), [ErrorCode::SignUpIfMissingNotAllowed], "no code can be sent to a user name");
    // No typed step makes this request.
    let create = json!({ "identifier": M, "password": "a-password", "sign_up_if_missing": true });
    let create: CreateSignIn = serde_json::from_value(create).unwrap();
    let context = CallContext::new(world.identity(None));
    let rejected = world.backend.call(context, Request::CreateSignIn(create)).await;
    let codes: Vec<_> = rejected.unwrap().result.unwrap_err().errors.into_iter().map(|error| error.code).collect();
    if !matches!(world.identity(None), clerk_sign_in::backend::Identity::DevelopmentBrowser { .. }) {
        assert_eq!(codes, [ErrorCode::SignUpIfMissingStrategyNotSupported]);
    }
}

async fn sign_up_waits_for_a_captcha(world: World) {
    let new = verified(&world, &world.client()).await;
    world.fake.configure(|settings| settings.captcha_required = true);
    let (error, new) = stayed!(new.sign_up(SignUpFields::new()).await);
    assert_eq!(codes(&error), [ErrorCode::RequiresCaptcha]);
    world.fake.configure(|settings| settings.captcha_required = false);
    reached!(new.sign_up(SignUpFields::new()).await.unwrap(), AfterSignUp::Complete);
}

async fn sign_up_belongs_to_one_client_and_ends(world: World) {
    required(&world, &[SignUpField::Username]);
    let client = world.client();
    let new = verified(&world, &client).await;
    let up = take!(new.sign_up(SignUpFields::new()).await.unwrap(), AfterSignUp::MissingRequirements);
    assert!(world.client().sign_up().is_none());

    // A newer sign-up replaces the first one.
    let new = verified(&world, &client).await;
    let newer = take!(new.sign_up(SignUpFields::new()).await.unwrap(), AfterSignUp::MissingRequirements);
    assert_ne!(newer.id(), up.id());
    let failed = up.update(SignUpFields::new().username("mary")).await.unwrap_err();
    assert_eq!(codes(&failed.error), [ErrorCode::ResourceForbidden]);

    world.fake.advance(Duration::from_secs(24 * 60 * 60));
    let failed = newer.update(SignUpFields::new().username("mary")).await.unwrap_err();
    assert_eq!(codes(&failed.error), [ErrorCode::ResourceNotFound]);
    assert!(client.sign_up().is_none());
}

/// A backend that can lose an answer.
#[derive(Debug)]
struct Losing {
    backend: Arc<dyn Backend>,
    loses: Arc<AtomicBool>,
}

#[async_trait]
impl Backend for Losing {
    async fn call(&self, context: CallContext, request: Request) -> Result<Response, BackendError> {
        let answer = self.backend.call(context, request).await;
        let is_lost = self.loses.swap(false, Ordering::Relaxed);
        if is_lost { Err(BackendError::transport(std::io::Error::other("lost"))) } else { answer }
    }
}

async fn sign_up_is_found_after_a_lost_answer(world: World) {
    required(&world, &[SignUpField::Username]);
    let loses = Arc::new(AtomicBool::new(false));
    let backend = Losing { backend: Arc::clone(&world.backend), loses: Arc::clone(&loses) };
    let client = Client::builder(backend).identity(world.identity(None)).build();

    let new = verified(&world, &client).await;
    loses.store(true, Ordering::Relaxed);
    let (error, _) = stayed!(new.sign_up(SignUpFields::new()).await);
    assert!(error.is_outcome_unknown());
    let up = take!(client.resume().await.unwrap(), Resumed::SignUp);
    assert_eq!(up.missing_fields(), [SignUpFieldName::Username]);

    loses.store(true, Ordering::Relaxed);
    let failed = up.update(SignUpFields::new().username("mary")).await.unwrap_err();
    assert!(failed.error.is_outcome_unknown());
    let done = take!(failed.handed_back.refresh().await.unwrap(), AfterSignUp::Complete);
    let resumed = take!(client.resume().await.unwrap(), Resumed::Session);
    assert_eq!(resumed.id, done.session_id());

    loses.store(true, Ordering::Relaxed);
    let failed = done.finalize().await.unwrap_err();
    assert!(matches!(failed.error.kind(), ErrorKind::Transport(_)));
    reached!(failed.handed_back.finalize().await.unwrap(), Finalized::Active);
}

async fn transferable_sign_in_is_found_after_it_was_dropped(world: World) {
    let client = world.client();
    let sent = first(&client, M).await.send_email_code().await.unwrap();
    let (error, sent) = stayed!(sent.verify("000000").await);
    assert_eq!(codes(&error), [ErrorCode::FormCodeIncorrect]);
    let checkpoint = sent.checkpoint();
    reached!(sent.verify(&world.mailed_code(M)).await.unwrap(), AfterFirstFactor::Transferable);

    // A sign-in that was dropped can still be found with `resume` or with an earlier checkpoint.
    reached!(take!(client.resume().await.unwrap(), Resumed::Attempt), AnySignIn::Transferable);
    let again = client.restore(checkpoint).unwrap().refresh().await.unwrap();
    let again = take!(again, AnySignIn::Transferable);
    reached!(again.sign_up(SignUpFields::new()).await.unwrap(), AfterSignUp::Complete);
    let (error, _) = stayed!(client.sign_in().transfer().await);
    assert_eq!(codes(&error), [ErrorCode::AccountTransferInvalid]);
}
