//! The typed steps of a sign-up: it begins by address or phone number, or continues a sign-in. Each flow runs in memory
//! and over HTTP, and every answer is checked against the published document.

use clerk_sign_in::fake::{FakeSolver, SignUpField};
use clerk_sign_in::wire::{
    Channel, CreateSignUp, ErrorCode, Request, SignUpFieldName, SignUpFields, SignUpSso, SignUpStatus, Strategy,
    UpdateSignUp,
};
use clerk_sign_in::{AfterCreate, AfterFirstFactor, AfterSignUp, Client, SignIn, SignUp, Transferable};
use serde_json::json;
use support::{G, Scripted, World, codes, over_every_identity, stayed, take};

over_every_identity! {
    required_phone_number_can_be_given_and_verified,
    phone_number_can_be_given_with_the_transfer,
    mistyped_address_can_be_corrected,
    mistyped_phone_number_can_be_corrected,
    verified_identifier_cannot_be_replaced,
    sign_up_begins_with_an_address,
    sign_up_begins_with_a_phone_number,
    both_identifiers_are_verified_one_after_the_other,
    known_identifier_is_rejected_and_can_sign_in,
    sign_up_without_a_sign_in_waits_for_a_captcha,
    strategy_sends_the_code_at_once,
    verified_phone_number_signs_its_owner_in,
    pasted_text_may_have_white_space_around_it,
}

const M: &str = "mary@example.com";
const TYPO: &str = "mary@exmaple.com";
const NUMBER: &str = "+4930999999";

fn required(world: &World, fields: &[SignUpField]) {
    world.fake.configure(|settings| settings.sign_up_required = fields.to_vec());
}

async fn transferable(world: &World, client: &Client) -> SignIn<Transferable> {
    let first = client.sign_in().create_or_sign_up(M).await.unwrap();
    let sent = take!(first, AfterCreate::NeedsFirstFactor).send_email_code().await.unwrap();
    take!(sent.verify(&world.mailed_code(M)).await.unwrap(), AfterFirstFactor::Transferable)
}

async fn begun(client: &Client, fields: SignUpFields) -> SignUp {
    take!(client.sign_in().sign_up(fields).await.unwrap(), AfterSignUp::MissingRequirements)
}

async fn updated(sign_up: SignUp, fields: SignUpFields) -> SignUp {
    take!(sign_up.update(fields).await.unwrap(), AfterSignUp::MissingRequirements)
}

async fn required_phone_number_can_be_given_and_verified(world: World) {
    required(&world, &[SignUpField::EmailAddress, SignUpField::PhoneNumber]);
    let client = world.client();
    let new = transferable(&world, &client).await;
    let up = take!(new.sign_up(SignUpFields::new()).await.unwrap(), AfterSignUp::MissingRequirements);
    assert_eq!((up.missing_fields(), up.unverified_fields()), (&[SignUpFieldName::PhoneNumber][..], &[][..]));
    let up = updated(up, SignUpFields::new().phone_number(NUMBER)).await;
    assert_eq!((up.missing_fields(), up.unverified_fields()), (&[][..], &[SignUpFieldName::PhoneNumber][..]));
    let sent = up.send_phone_code(Channel::Sms).await.unwrap();
    let verification = sent.attempt().verifications.phone_number.as_deref().unwrap();
    assert_eq!(verification.verification.channel, Some(Channel::Sms));
    let failed = sent.verify_phone_code("000001").await.unwrap_err();
    assert_eq!(codes(&failed.error), [ErrorCode::FormCodeIncorrect]);
    let done = failed.handed_back.verify_phone_code(&world.mailed_code(NUMBER)).await.unwrap();
    let done = take!(done, AfterSignUp::Complete);
    let mary = world.fake.user(M).unwrap();
    assert_eq!((done.user_id(), mary.phone_numbers.as_slice()), (Some(mary.id.as_str()), &[NUMBER.to_owned()][..]));
}

async fn phone_number_can_be_given_with_the_transfer(world: World) {
    required(&world, &[SignUpField::PhoneNumber]);
    let client = world.client();
    let fields = SignUpFields::new().phone_number(NUMBER);
    let up = transferable(&world, &client).await.sign_up(fields).await.unwrap();
    let up = take!(up, AfterSignUp::MissingRequirements);
    assert_eq!((up.missing_fields(), up.unverified_fields()), (&[][..], &[SignUpFieldName::PhoneNumber][..]));
    let sent = up.send_phone_code(Channel::Whatsapp).await.unwrap();
    assert_eq!(world.fake.outbox().pop().unwrap().channel, Some(Channel::Whatsapp));
    let done = sent.verify_phone_code(&world.mailed_code(NUMBER)).await.unwrap();
    assert_eq!(take!(done, AfterSignUp::Complete).attempt().email_address.as_deref(), Some(M));
}

async fn mistyped_address_can_be_corrected(world: World) {
    let client = world.client();
    let up = begun(&client, SignUpFields::new().email_address(TYPO)).await;
    let sent = up.send_email_code().await.unwrap();
    let old_code = world.mailed_code(TYPO);
    let failed = sent.update(SignUpFields::new().email_address("mary at example")).await.unwrap_err();
    assert_eq!(codes(&failed.error), [ErrorCode::FormParamValueInvalid]);
    assert!(failed.error.is_about("email_address"));
    let up = updated(failed.handed_back, SignUpFields::new().email_address(M)).await;
    assert_eq!((up.attempt().email_address.as_deref(), up.unverified_fields().len()), (Some(M), 1));
    let failed = up.verify_email_code(&old_code).await.unwrap_err();
    assert_eq!(codes(&failed.error), [ErrorCode::VerificationMissing], "a code for the old address is worth nothing");
    let sent = failed.handed_back.send_email_code().await.unwrap();
    reached_complete(sent.verify_email_code(&world.mailed_code(M)).await.unwrap());
    assert!(world.fake.user(M).is_some() && world.fake.user(TYPO).is_none());
}

async fn mistyped_phone_number_can_be_corrected(world: World) {
    let client = world.client();
    let up = begun(&client, SignUpFields::new().phone_number("+4930999998")).await;
    let sent = up.send_phone_code(Channel::Sms).await.unwrap();
    let failed = sent.update(SignUpFields::new().phone_number("0171")).await.unwrap_err();
    assert_eq!(codes(&failed.error), [ErrorCode::FormParamValueInvalid]);
    assert!(failed.error.is_about("phone_number"));
    let up = updated(failed.handed_back, SignUpFields::new().phone_number(NUMBER)).await;
    let sent = up.send_phone_code(Channel::Sms).await.unwrap();
    reached_complete(sent.verify_phone_code(&world.mailed_code(NUMBER)).await.unwrap());
}

async fn verified_identifier_cannot_be_replaced(world: World) {
    required(&world, &[SignUpField::Username]);
    let client = world.client();
    let new = transferable(&world, &client).await;
    let up = take!(new.sign_up(SignUpFields::new()).await.unwrap(), AfterSignUp::MissingRequirements);
    let failed = up.update(SignUpFields::new().email_address("other@example.com")).await.unwrap_err();
    assert_eq!(codes(&failed.error), [ErrorCode::VerificationAlreadyVerified]);
    let fields = SignUpFields::new().email_address(M).username("mary");
    reached_complete(failed.handed_back.update(fields).await.unwrap());
}

async fn sign_up_begins_with_an_address(world: World) {
    let client = world.client();
    let up = begun(&client, SignUpFields::new().email_address(M).name("Mary", "Jackson")).await;
    assert_eq!((up.missing_fields(), up.unverified_fields()), (&[][..], &[SignUpFieldName::EmailAddress][..]));
    assert_eq!(client.sign_up().unwrap().id(), up.id());
    let sent = up.send_email_code().await.unwrap();
    reached_complete(sent.verify_email_code(&world.mailed_code(M)).await.unwrap());
    assert_eq!(client.last_authentication_strategy(), Some(Strategy::EmailCode));
}

async fn sign_up_begins_with_a_phone_number(world: World) {
    let client = world.client();
    let up = begun(&client, SignUpFields::new().phone_number(NUMBER)).await;
    assert_eq!(up.attempt().required_fields, [SignUpFieldName::PhoneNumber]);
    let sent = up.send_phone_code(Channel::Sms).await.unwrap();
    reached_complete(sent.verify_phone_code(&world.mailed_code(NUMBER)).await.unwrap());
    assert_eq!(world.fake.user(NUMBER).unwrap().email_addresses, [""; 0]);
    assert_eq!(client.last_authentication_strategy(), Some(Strategy::PhoneCode));
}

async fn both_identifiers_are_verified_one_after_the_other(world: World) {
    required(&world, &[SignUpField::EmailAddress, SignUpField::PhoneNumber]);
    let client = world.client();
    let empty = begun(&client, SignUpFields::new()).await;
    assert_eq!(empty.missing_fields(), [SignUpFieldName::EmailAddress, SignUpFieldName::PhoneNumber]);
    let up = updated(empty, SignUpFields::new().email_address(M).phone_number(NUMBER)).await;
    assert_eq!(up.unverified_fields(), [SignUpFieldName::EmailAddress, SignUpFieldName::PhoneNumber]);
    let sent = up.send_email_code().await.unwrap().send_phone_code(Channel::Sms).await.unwrap();
    let up = sent.verify_phone_code(&world.mailed_code(NUMBER)).await.unwrap();
    let up = take!(up, AfterSignUp::MissingRequirements);
    assert_eq!(up.unverified_fields(), [SignUpFieldName::EmailAddress]);
    reached_complete(up.verify_email_code(&world.mailed_code(M)).await.unwrap());
    assert_eq!(world.fake.user(M).unwrap().phone_numbers, [NUMBER]);
}

async fn known_identifier_is_rejected_and_can_sign_in(world: World) {
    let client = world.client();
    let (error, sign_in) = stayed!(client.sign_in().sign_up(SignUpFields::new().email_address(G)).await);
    assert_eq!(codes(&error), [ErrorCode::FormIdentifierExists]);
    assert!(error.is_about("email_address") && client.sign_up().is_none());
    let sent = sign_in.send_email_code(G).await.unwrap();
    drop(take!(sent.verify(&world.mailed_code(G)).await.unwrap(), AfterFirstFactor::Complete));
    world.fake.configure(|settings| settings.sign_ups = false);
    let (error, _) = stayed!(world.client().sign_in().sign_up(SignUpFields::new().email_address(M)).await);
    assert_eq!(codes(&error), [ErrorCode::SignUpModeRestricted]);
}

async fn sign_up_without_a_sign_in_waits_for_a_captcha(world: World) {
    world.fake.configure(|settings| settings.captcha_required = true);
    let fields = || SignUpFields::new().email_address(M);
    let (error, _) = stayed!(world.client().sign_in().sign_up(fields()).await);
    assert_eq!(codes(&error), [ErrorCode::RequiresCaptcha]);
    let client = world.client_over(std::sync::Arc::clone(&world.backend)).challenge_solver(FakeSolver).build();
    begun(&client, fields()).await;
}

async fn strategy_sends_the_code_at_once(world: World) {
    let client = world.known_client().await;
    let by = |strategy| SignUpSso::id_token(strategy, None, None);
    let create = CreateSignUp::sso(by(Strategy::EmailCode), SignUpFields::new().email_address(M));
    let up = world.sign_up(&client, Request::CreateSignUp(create)).await.unwrap();
    assert_eq!(up.status, Some(SignUpStatus::MissingRequirements));
    assert_eq!(up.verifications.email_address.unwrap().next_action, "needs_attempt");
    let mut update = UpdateSignUp::sso(&up.id, by(Strategy::PhoneCode));
    update.fields.phone_number = Some(NUMBER.to_owned());
    let up = world.sign_up(&client, Request::UpdateSignUp(update)).await.unwrap();
    assert_eq!(up.unverified_fields, [SignUpFieldName::EmailAddress, SignUpFieldName::PhoneNumber]);
    client.refresh().await.unwrap();
    let up = client.sign_up().unwrap().verify_email_code(&world.mailed_code(M)).await.unwrap();
    let up = take!(up, AfterSignUp::MissingRequirements);
    reached_complete(up.verify_phone_code(&world.mailed_code(NUMBER)).await.unwrap());
}

async fn verified_phone_number_signs_its_owner_in(world: World) {
    required(&world, &[SignUpField::Username]);
    let client = world.client();
    let up = begun(&client, SignUpFields::new().phone_number(NUMBER).email_address(M)).await;
    let sent = up.send_phone_code(Channel::Sms).await.unwrap();
    let code = world.mailed_code(NUMBER);
    world.fake.add_user(clerk_sign_in::fake::NewUser::new(M)).unwrap();
    let (error, _) = stayed!(client.sign_in().transfer().await);
    assert_eq!(codes(&error), [ErrorCode::AccountTransferInvalid], "nothing is verified yet");
    let owner = world.fake.add_user(clerk_sign_in::fake::NewUser::default().phone_number(NUMBER)).unwrap();
    let failed = sent.verify_phone_code(&code).await.unwrap_err();
    assert_eq!(codes(&failed.error), [ErrorCode::FormIdentifierExists]);
    let done = take!(client.sign_in().transfer().await.unwrap(), AfterCreate::Complete);
    let session = done.finalize().await.unwrap().session().clone();
    assert_eq!(session.user.unwrap().id, owner, "the unverified address of somebody else does not count");
}

async fn pasted_text_may_have_white_space_around_it(world: World) {
    let client = world.client();
    let fields = SignUpFields::new().email_address("\u{feff}mary@example.com\n").phone_number(" +4930999999\u{a0}");
    let up = begun(&client, fields.username("\tmary ")).await;
    assert_eq!(up.attempt().username.as_deref(), Some("mary"));
    let sent = up.send_email_code().await.unwrap().send_phone_code(Channel::Sms).await.unwrap();
    let grouped = |code: String| format!(" {}-{}\n", &code[..3], &code[3..]);
    let up = sent.verify_email_code(&grouped(world.mailed_code(M))).await.unwrap();
    let up = take!(up, AfterSignUp::MissingRequirements);
    reached_complete(up.verify_phone_code(&grouped(world.mailed_code(NUMBER))).await.unwrap());
}

fn reached_complete(after: AfterSignUp) {
    drop(take!(after, AfterSignUp::Complete));
}

/// Checks that a field that the crate does not know keeps its name.
#[tokio::test]
async fn missing_fields_are_as_the_server_names_them() {
    let answer = json!({ "response": {
        "object": "sign_up_attempt", "id": "sua_1", "status": "missing_requirements",
        "missing_fields": ["enterprise_sso", "phone_number", "oauth_google", "shoe_size"],
    }, "client": null });
    let client = Scripted::json([(200, answer)]);
    let up = begun(&client, SignUpFields::new()).await;
    assert_eq!(up.missing_fields()[..2], [SignUpFieldName::EnterpriseSso, SignUpFieldName::PhoneNumber]);
    let others: Vec<_> = up.missing_fields()[2..].iter().map(SignUpFieldName::as_str).collect();
    assert_eq!(others, ["oauth_google", "shoe_size"]);
}
