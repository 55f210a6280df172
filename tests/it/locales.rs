//! The user's language and time zone.

use clerk_sign_in::fake::NewUser;
use clerk_sign_in::wire::SignUpFields;
use clerk_sign_in::{AfterCreate, AfterFirstFactor, AfterSignUp, Client, Finalized};
use support::{A, World, over_every_identity, take};

over_every_identity! {
    sign_in_begins_in_the_language_of_the_client,
    sign_up_begins_in_the_language_of_the_client,
}

fn berliner(world: &World) -> Client {
    world.client_over(world.backend.clone()).locale("de-DE").timezone("Europe/Berlin").build()
}

async fn sign_in_begins_in_the_language_of_the_client(world: World) {
    world.fake.add_user(NewUser::new("p@example.com").password("a-password")).unwrap();
    let client = berliner(&world);
    let first = take!(client.sign_in().create(A).await.unwrap(), AfterCreate::NeedsFirstFactor);
    assert_eq!((first.locale(), first.timezone()), (Some("de-DE"), Some("Europe/Berlin")));
    let outcome = client.sign_in().password("p@example.com", "a-password").await.unwrap();
    let second = take!(outcome, AfterCreate::NeedsClientTrust);
    assert_eq!((second.locale(), second.timezone()), (Some("de-DE"), Some("Europe/Berlin")));
    let first = take!(world.client().sign_in().create(A).await.unwrap(), AfterCreate::NeedsFirstFactor);
    assert_eq!((first.locale(), first.timezone()), (None, None));
}

async fn sign_up_begins_in_the_language_of_the_client(world: World) {
    let client = berliner(&world);
    for (locale, fields) in [("de-DE", SignUpFields::new()), ("fr-FR", SignUpFields::new().locale("fr-FR"))] {
        let address = format!("new-{locale}@example.com");
        let outcome = client.sign_in().create_or_sign_up(&address).await.unwrap();
        let first = take!(outcome, AfterCreate::NeedsFirstFactor);
        let sent = first.send_email_code().await.unwrap();
        let code = world.mailed_code(&address);
        let new = take!(sent.verify(&code).await.unwrap(), AfterFirstFactor::Transferable);
        let done = take!(new.sign_up(fields).await.unwrap(), AfterSignUp::Complete);
        let session = take!(done.finalize().await.unwrap(), Finalized::Active);
        let sessions = client.snapshot().unwrap().sessions.clone();
        let user = sessions.into_iter().find(|it| it.id == session.id()).unwrap().user.unwrap();
        assert_eq!((user.locale.as_deref(), user.timezone.as_deref()), (Some(locale), Some("Europe/Berlin")));
        client.sign_out().await.unwrap();
    }
}
