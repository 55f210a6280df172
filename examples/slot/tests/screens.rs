//! Both screens, with a call broken off, a reset and a restart before each message.
#![allow(clippy::unwrap_used, clippy::panic)]

use std::sync::Arc;

use clerk_sign_in::{Checkpoint, Client};
use slot::{Message, View, object, typed};
use support::accident::{Accident, Kind};
use support::{A, ADA_PASSWORD, G, GRACE_PASSWORD, L, World};

/// A screen of either kind.
trait Screen: Sized {
    fn new(client: &Client) -> Self;
    fn restored(client: &Client, checkpoint: Checkpoint) -> Self;
    fn checkpoint(&self) -> Option<Checkpoint>;
    fn view(&self) -> View;
    async fn update(&mut self, message: Message);
}

macro_rules! screen {
    ($screen:ty) => {
        impl Screen for $screen {
            fn new(client: &Client) -> Self {
                <$screen>::new(client)
            }
            fn restored(client: &Client, checkpoint: Checkpoint) -> Self {
                <$screen>::restored(client, checkpoint).unwrap()
            }
            fn checkpoint(&self) -> Option<Checkpoint> {
                <$screen>::checkpoint(self)
            }
            fn view(&self) -> View {
                <$screen>::view(self)
            }
            async fn update(&mut self, message: Message) {
                <$screen>::update(self, message).await;
            }
        }
    };
}

screen!(object::Screen);
screen!(typed::Screen);

/// What this user types next.
fn typed_by(user: &str, world: &World, view: &View) -> Message {
    let code = || match world.fake.outbox().iter().rev().find(|message| message.to == user) {
        Some(message) => message.code().unwrap().expose().to_owned(),
        None => "424242".to_owned(),
    };
    Message::Typed(match view.asks.as_str() {
        "Email address" => user.to_owned(),
        "Password" => (if user == A { ADA_PASSWORD } else { GRACE_PASSWORD }).to_owned(),
        "Code of your authenticator app" => world.fake.totp_code(A).unwrap(),
        asks if asks.starts_with("Code that was sent") => code(),
        asks if asks.starts_with("Press Return") => String::new(),
        asks => panic!("{user}: {asks}"),
    })
}

const USERS: [&str; 3] = [A, G, L];

/// Signs in, and returns the number of messages.
async fn sign_in<S: Screen>(user: &str, world: &World, screen: &mut S) -> usize {
    for messages in 0..12 {
        let view = screen.view();
        if view.is_over {
            return messages;
        }
        screen.update(typed_by(user, world, &view)).await;
    }
    panic!("{user} is not signed in: {:?}", screen.view());
}

async fn every_call_can_be_broken_off<S: Screen>() {
    for user in USERS {
        for kind in [Kind::HangsBefore, Kind::HangsAfter, Kind::AnswerLost, Kind::RequestLost] {
            for nth in 1..6 {
                let world = World::memory();
                let backend = Arc::new(Accident::new(&world.backend, nth, kind));
                let client = world.client_over(Arc::clone(&backend)).build();
                let mut screen = S::new(&client);
                while !screen.view().is_over && !backend.has_happened() {
                    let message = typed_by(user, &world, &screen.view());
                    let mut update = Box::pin(screen.update(message));
                    backend.waited_for(update.as_mut()).await;
                }
                backend.is_over();
                sign_in(user, &world, &mut screen).await;
                assert!(client.active_session().is_some(), "{user} {kind:?} {nth}");
            }
        }
    }
}

async fn every_state_can_be_left_and_restored<S: Screen>() {
    for user in USERS {
        let world = World::memory();
        let total = sign_in(user, &world, &mut S::new(&world.client())).await;
        for before in 0..total {
            let world = World::memory();
            let client = world.client();
            let mut screen = S::new(&client);
            for _ in 0..before {
                let message = typed_by(user, &world, &screen.view());
                screen.update(message).await;
            }
            // The program ends, and another one takes over.
            let (view, checkpoint, exported) = (screen.view(), screen.checkpoint().unwrap(), client.export());
            drop((screen, client));
            let client = world.client_over(Arc::clone(&world.backend)).exported(exported).build();
            let mut screen = S::restored(&client, checkpoint);
            assert_eq!(screen.view(), view);
            // The user begins anew, unless there is a session already.
            if view.asks != "Press Return to continue" {
                screen.update(Message::StartOver).await;
                assert_eq!(screen.view().asks, "Email address");
            }
            sign_in(user, &world, &mut screen).await;
            assert!(client.active_session().is_some(), "{user} after {before} messages");
        }
    }
}

async fn a_code_that_was_set_aside_still_works<S: Screen>() {
    let world = World::memory();
    let mut screen = S::new(&world.client());
    for message in [Message::Typed(L.to_owned()), Message::Typed(String::new()), Message::Another] {
        screen.update(message).await;
    }
    assert_eq!(screen.view().asks, "Press Return for a code");
    screen.update(Message::Typed(String::new())).await;
    let view = screen.view();
    assert!(view.asks.starts_with("Code that was sent") && view.error.is_none(), "{view:?}");
}

#[tokio::test]
async fn codes_that_were_set_aside_still_work() {
    a_code_that_was_set_aside_still_works::<object::Screen>().await;
    a_code_that_was_set_aside_still_works::<typed::Screen>().await;
}

#[tokio::test(start_paused = true)]
async fn calls_over_the_object_can_be_broken_off() {
    every_call_can_be_broken_off::<object::Screen>().await;
}

#[tokio::test(start_paused = true)]
async fn calls_over_the_typed_machine_can_be_broken_off() {
    every_call_can_be_broken_off::<typed::Screen>().await;
}

#[tokio::test]
async fn states_of_the_object_can_be_left_and_restored() {
    every_state_can_be_left_and_restored::<object::Screen>().await;
}

#[tokio::test]
async fn states_of_the_typed_machine_can_be_left_and_restored() {
    every_state_can_be_left_and_restored::<typed::Screen>().await;
}
