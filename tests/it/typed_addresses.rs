//! A code goes to the address that the user typed, however the user typed it and whatever the server hides.

use std::time::Duration;

use clerk_sign_in::fake::NewUser;
use clerk_sign_in::wire::Channel;
use clerk_sign_in::{AfterCreate, AfterFirstFactor, ErrorKind, NeedsFirstFactor, SignIn};
use support::{World, over_every_identity, reached, stayed, take};

over_every_identity! {
    code_goes_to_the_address_however_it_was_typed,
    code_goes_to_the_number_however_it_was_typed,
    masked_addresses_are_recognised,
    nothing_is_sent_if_masked_addresses_are_alike,
    code_is_resent_to_the_address_that_the_server_chose,
    link_is_resent_to_the_address_that_the_server_chose,
    phone_code_takes_any_channel_from_the_start,
    chosen_number_takes_any_channel,
    default_second_factor_comes_first,
}

const KIM: &str = "kim@example.com";
const TWO: &str = "kim.two@example.com";
const ANN: &str = "ann@example.com";
const FIRST_PHONE: &str = "+15550100171";
const SECOND_PHONE: &str = "+15550100172";

fn kim() -> NewUser {
    NewUser::new(KIM).email_address(TWO).phone_number(FIRST_PHONE).phone_number(SECOND_PHONE).username("kim")
}

/// A world in which the server hides a part of each address.
fn masked(world: &World, user: NewUser) {
    world.fake.configure(|settings| settings.mask_safe_identifiers = true);
    world.fake.add_user(user).unwrap();
}

async fn created(world: &World, identifier: &str) -> SignIn<NeedsFirstFactor> {
    take!(world.client().sign_in().create(identifier).await.unwrap(), AfterCreate::NeedsFirstFactor)
}

fn last_recipient(world: &World) -> String {
    world.fake.outbox().pop().unwrap().to
}

async fn code_goes_to_the_address_however_it_was_typed(world: World) {
    world.fake.add_user(kim().password("two-addresses")).unwrap();
    for typed in [TWO, "Kim.Two@Example.com", " KIM.TWO@EXAMPLE.COM\n"] {
        let sent = created(&world, typed).await.send_email_code().await.unwrap();
        assert_eq!(last_recipient(&world), TWO);
        assert_eq!(sent.sent_to().unwrap().safe_identifier.as_deref(), Some(TWO));
        let sent = created(&world, typed).await.send_reset_password_email_code().await.unwrap();
        assert_eq!(last_recipient(&world), TWO);
        assert_eq!(sent.sent_to().unwrap().safe_identifier.as_deref(), Some(TWO));
        let link = created(&world, typed).await.send_email_link("https://example.com/verified").await.unwrap();
        assert_eq!(last_recipient(&world), TWO);
        assert_eq!(link.sent_to().unwrap().safe_identifier.as_deref(), Some(TWO));

        let sent = world.client().sign_in().send_email_code(typed).await.unwrap();
        assert_eq!((last_recipient(&world).as_str(), sent.attempts()), (TWO, 0));
        assert_eq!(sent.sent_to().unwrap().safe_identifier.as_deref(), Some(TWO));
        world.fake.advance(Duration::from_secs(30));
        let sent = sent.resend().await.unwrap();
        let code = world.mailed_code(TWO);
        reached!(sent.verify(&code).await.unwrap(), AfterFirstFactor::Complete);
    }
}

async fn code_goes_to_the_number_however_it_was_typed(world: World) {
    world.fake.add_user(kim()).unwrap();
    for typed in [SECOND_PHONE, "\u{202a}+15550100172\u{202c}"] {
        let sent = created(&world, typed).await.send_phone_code(Channel::Sms).await.unwrap();
        assert_eq!(last_recipient(&world), SECOND_PHONE);
        assert_eq!(sent.sent_to().unwrap().safe_identifier.as_deref(), Some(SECOND_PHONE));
    }
}

async fn masked_addresses_are_recognised(world: World) {
    masked(&world, kim().email_address(ANN));
    for typed in [ANN, "Ann@Example.com"] {
        let sent = created(&world, typed).await.send_email_code().await.unwrap();
        assert_eq!(last_recipient(&world), ANN);
        assert_eq!(sent.sent_to().unwrap().safe_identifier.as_deref(), Some("a***@example.com"));
        let sent = world.client().sign_in().send_email_code(typed).await.unwrap();
        world.fake.advance(Duration::from_secs(30));
        let sent = sent.resend().await.unwrap();
        assert_eq!(last_recipient(&world), ANN);
        assert_eq!(sent.sent_to().unwrap().safe_identifier.as_deref(), Some("a***@example.com"));
    }
    for typed in [FIRST_PHONE, SECOND_PHONE] {
        let sent = created(&world, typed).await.send_phone_code(Channel::Sms).await.unwrap();
        assert_eq!(last_recipient(&world), typed);
        drop(sent);
    }
}

async fn nothing_is_sent_if_masked_addresses_are_alike(world: World) {
    masked(&world, kim().password("two-addresses"));
    let (error, first) = stayed!(created(&world, TWO).await.send_email_code().await);
    let ErrorKind::AmbiguousFactor { choices } = error.kind() else { panic!("{error}") };
    assert_eq!(choices.len(), 2);
    assert!(world.fake.outbox().is_empty());
    let (error, first) = stayed!(first.send_reset_password_email_code().await);
    assert_eq!(error.code(), "ambiguous_factor");
    let (error, first) = stayed!(first.send_email_link("https://example.com/verified").await);
    assert_eq!(error.code(), "ambiguous_factor");
    assert!(world.fake.outbox().is_empty());
    let second = choices.last().unwrap();
    let sent = first.send_code(second).await.unwrap();
    assert_eq!(last_recipient(&world), TWO);
    assert_eq!(sent.sent_to(), Some(second));
    // A user name is no address, so nothing is ambiguous.
    drop(created(&world, "kim").await.send_email_code().await.unwrap());
    assert_eq!(last_recipient(&world), KIM);
}

async fn code_is_resent_to_the_address_that_the_server_chose(world: World) {
    masked(&world, kim().password("two-addresses"));
    for typed in [TWO, KIM] {
        let sent = world.client().sign_in().send_email_code(typed).await.unwrap();
        assert_eq!(last_recipient(&world), typed);
        assert_eq!(sent.sent_to(), None, "two addresses are masked alike");
        let sent = sent.client().restore(sent.checkpoint()).unwrap();
        let sent = take!(sent, clerk_sign_in::AnySignIn::FirstFactorCodeSent);
        world.fake.advance(Duration::from_secs(30));
        let sent = sent.resend().await.unwrap();
        assert_eq!(last_recipient(&world), typed);
        let code = world.mailed_code(typed);
        reached!(sent.verify(&code).await.unwrap(), AfterFirstFactor::Complete);

        let sent = world.client().sign_in().send_reset_password_email_code(typed).await.unwrap();
        world.fake.advance(Duration::from_secs(30));
        drop(sent.resend().await.unwrap());
        assert_eq!(last_recipient(&world), typed);
    }
    // After a lost answer, nobody knows which address the server chose.
    let sent = world.client().sign_in().send_email_code(TWO).await.unwrap();
    let found = take!(sent.refresh().await.unwrap(), clerk_sign_in::AnySignIn::FirstFactorCodeSent);
    assert_eq!(found.sent_to(), None);
}

async fn link_is_resent_to_the_address_that_the_server_chose(world: World) {
    masked(&world, kim());
    let page = "https://example.com/verified";
    let sent = world.client().sign_in().send_email_link(TWO, page).await.unwrap();
    assert_eq!((last_recipient(&world).as_str(), sent.sent_to()), (TWO, None));
    world.fake.advance(Duration::from_secs(30));
    let sent = sent.resend(page).await.unwrap();
    assert_eq!(last_recipient(&world), TWO);
    let link = world.mailed_link(TWO);
    world.open(&link).await.unwrap();
    let done = sent.wait_for_verification(world.fake.clock().clone()).await.unwrap();
    reached!(done, AfterFirstFactor::Complete);
}

async fn phone_code_takes_any_channel_from_the_start(world: World) {
    world.fake.add_user(kim()).unwrap();
    for channel in [Channel::Sms, Channel::Whatsapp] {
        let sent = world.client().sign_in().send_phone_code(SECOND_PHONE, channel.clone()).await.unwrap();
        let message = world.fake.outbox().pop().unwrap();
        assert_eq!((message.to.as_str(), message.channel.as_ref()), (SECOND_PHONE, Some(&channel)));
        assert_eq!(sent.sent_to().unwrap().safe_identifier.as_deref(), Some(SECOND_PHONE));
    }
    let (error, sign_in) = stayed!(world.client().sign_in().send_phone_code("+15550100179", Channel::Whatsapp).await);
    assert!(error.is_wrong_input(), "{error}");
    assert_eq!(sign_in.id(), None);
}

async fn chosen_number_takes_any_channel(world: World) {
    world.fake.add_user(kim()).unwrap();
    let first = created(&world, "kim").await;
    let factors = first.supported_first_factors().to_vec();
    let phone = factors.iter().rfind(|factor| factor.phone_number_id.is_some()).unwrap();
    let email = factors.iter().find(|factor| factor.email_address_id.is_some()).unwrap();
    let (error, first) = stayed!(first.send_code_through(email, Channel::Whatsapp).await);
    assert!(matches!(error.kind(), ErrorKind::FactorNotFound { .. }), "{error}");
    let sent = first.send_code_through(phone, Channel::Whatsapp).await.unwrap();
    let message = world.fake.outbox().pop().unwrap();
    assert_eq!((message.to.as_str(), message.channel), (SECOND_PHONE, Some(Channel::Whatsapp)));
    assert_eq!(sent.sent_to(), Some(phone));
}

async fn default_second_factor_comes_first(world: World) {
    world.fake.add_user(kim().password("two-numbers").default_second_factor(SECOND_PHONE)).unwrap();
    for (typed, to) in [("kim", SECOND_PHONE), (KIM, SECOND_PHONE), (FIRST_PHONE, FIRST_PHONE)] {
        let outcome = world.client().sign_in().password(typed, "two-numbers").await.unwrap();
        let second = take!(outcome, AfterCreate::NeedsSecondFactor);
        drop(second.send_phone_code().await.unwrap());
        assert_eq!(last_recipient(&world), to);
    }
}
