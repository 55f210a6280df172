//! Sessions after the sign-in: tokens, sign-out, and several sessions on one client. The tests run for
//! every kind of client identity.

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use clerk_sign_in::backend::CallContext;
use clerk_sign_in::fake::PUBLIC_KEY;
use clerk_sign_in::platform::Timer;
use clerk_sign_in::wire::{
    ActingSession, Answer, BrowserRequest, ErrorCode, OneSession, Request, Session, SessionStatus, Strategy,
};
use clerk_sign_in::{AfterClientTrust, AfterCreate, AfterFirstFactor, Client, Finalized};
use jsonwebtoken::jwk::JwkSet;
use jsonwebtoken::{Algorithm, DecodingKey, Validation};
use serde_json::{Value, json};
use support::{G, GRACE_PASSWORD, L, World, codes, over_every_identity, take};

over_every_identity! {
    token_is_signed_and_names_the_user,
    token_verifies_with_the_published_keys,
    token_of_a_pending_session_is_marked,
    token_lives_a_minute_and_is_then_renewed,
    answers_can_include_a_fresh_token,
    ending_one_session_keeps_the_other,
    sign_out_ends_every_session_but_keeps_client_trust,
    client_remembers_the_last_strategy,
    session_belongs_to_one_client,
    administrator_can_end_every_session_of_a_user,
    sessions_are_listed_across_the_users_clients,
    session_list_has_tokens_of_own_sessions_only,
    environment_shows_the_instances_settings,
    environment_lists_email_links_only_where_allowed,
}

async fn signed_in(client: &Client, world: &World, who: &str) -> Session {
    let sent = client.sign_in().send_email_code(who).await.unwrap();
    let code = if who == L { "424242".to_owned() } else { world.mailed_code(who) };
    let done = take!(sent.verify(&code).await.unwrap(), AfterFirstFactor::Complete);
    done.finalize().await.unwrap().session().clone()
}

/// Verifies a token with the public key, as a backend does, and returns its claims.
fn claims(jwt: &str, world: &World) -> Value {
    let mut validation = Validation::new(Algorithm::RS256);
    // The fake's clock and the machine's clock show different times.
    validation.validate_exp = false;
    validation.set_issuer(&[&world.fake.settings().issuer]);
    let key = DecodingKey::from_rsa_pem(PUBLIC_KEY.as_bytes()).unwrap();
    let token = jsonwebtoken::decode::<Value>(jwt, &key, &validation).unwrap();
    assert!(token.header.kid.is_some());
    token.claims
}

fn header(jwt: &str) -> Value {
    let header = URL_SAFE_NO_PAD.decode(jwt.split('.').next().unwrap()).unwrap();
    serde_json::from_slice(&header).unwrap()
}

async fn token_is_signed_and_names_the_user(world: World) {
    let client = world.client();
    let session = signed_in(&client, &world, L).await;
    world.fake.advance(Duration::from_secs(5 * 60));
    let token = client.session_token(&session.id).await.unwrap();
    let now = world.fake.clock().now().as_millis() / 1000;
    let mut claims_of = claims(token.jwt.expose(), &world);
    let jti = claims_of.as_object_mut().unwrap().remove("jti").unwrap();
    let expected = json!({
        "v": 2, "sid": session.id, "sub": session.user.unwrap().id, "iss": world.fake.settings().issuer,
        "iat": now, "nbf": now - 10, "exp": now + 60, "fva": [5, -1], "sts": "active", "pla": "u:free_user", "fea": "",
    });
    assert_eq!(claims_of, expected);
    assert_eq!(header(token.jwt.expose())["oiat"], now);
    world.fake.advance(Duration::from_secs(1));
    let next = client.session_token(&session.id).await.unwrap();
    assert_ne!(claims(next.jwt.expose(), &world)["jti"], jti, "every token has an id of its own");
}

async fn token_verifies_with_the_published_keys(world: World) {
    let client = world.client();
    let session = signed_in(&client, &world, L).await;
    let token = client.session_token(&session.id).await.unwrap();
    let context = CallContext::new(world.identity(None));
    let Ok(Answer::Document(keys)) =
        world.backend.call(context, Request::Browser(BrowserRequest::GetKeys)).await.unwrap().result
    else {
        panic!("no keys");
    };
    let keys: JwkSet = serde_json::from_value(keys).unwrap();
    let header = jsonwebtoken::decode_header(token.jwt.expose()).unwrap();
    let key = DecodingKey::from_jwk(keys.find(&header.kid.unwrap()).unwrap()).unwrap();
    let mut validation = Validation::new(Algorithm::RS256);
    validation.validate_exp = false;
    jsonwebtoken::decode::<Value>(token.jwt.expose(), &key, &validation).unwrap();
}

async fn token_of_a_pending_session_is_marked(world: World) {
    world.fake.configure(|settings| settings.mfa_required = true);
    let client = world.client();
    let session = signed_in(&client, &world, L).await;
    let token = client.session_token(&session.id).await.unwrap();
    assert_eq!(claims(token.jwt.expose(), &world)["sts"], "pending");
}

async fn token_lives_a_minute_and_is_then_renewed(world: World) {
    let client = world.client();
    let session = signed_in(&client, &world, L).await;
    let first = client.session_token(&session.id).await.unwrap();
    assert_eq!(client.session_token(&session.id).await.unwrap(), first, "the same token in the same moment");
    world.fake.advance(Duration::from_secs(1));
    let second = client.session_token(&session.id).await.unwrap();
    let issued = |jwt: &str| claims(jwt, &world)["iat"].as_i64().unwrap();
    assert_eq!(issued(second.jwt.expose()) - issued(first.jwt.expose()), 1);
}

async fn answers_can_include_a_fresh_token(world: World) {
    let client = world.client();
    assert_eq!(signed_in(&client, &world, L).await.last_active_token, None);
    world.fake.configure(|settings| settings.session_tokens = true);
    let shown = async || {
        let client = client.refresh().await.unwrap().unwrap();
        let token = client.sessions[0].last_active_token.clone().unwrap();
        claims(token.jwt.expose(), &world)["iat"].as_i64().unwrap()
    };
    let first = shown().await;
    world.fake.advance(Duration::from_secs(3));
    assert_eq!(shown().await, first, "signing costs too much for every answer");
    world.fake.advance(Duration::from_secs(57));
    assert_eq!(shown().await, first + 60);
}

async fn ending_one_session_keeps_the_other(world: World) {
    let client = world.client();
    let first = signed_in(&client, &world, L).await;
    let second = signed_in(&client, &world, G).await;
    assert_eq!(client.snapshot().unwrap().sessions.len(), 2);
    let ended = client.end_session(&second.id).await.unwrap();
    assert_eq!(ended.status, Some(SessionStatus::Ended));
    assert!(client.active_session().is_none(), "no next session was chosen");
    assert_eq!(client.snapshot().unwrap().last_active_session_id.as_ref(), Some(&first.id));
    let error = client.session_token(&second.id).await.unwrap_err();
    assert_eq!(codes(&error), [ErrorCode::ResourceNotFound]);
    assert!(matches!(client.set_active(&first.id).await.unwrap(), Finalized::Active(_)));
}

async fn sign_out_ends_every_session_but_keeps_client_trust(world: World) {
    let client = world.client();
    let untrusted = take!(client.sign_in().password(G, GRACE_PASSWORD).await.unwrap(), AfterCreate::NeedsClientTrust);
    let sent = untrusted.send_email_code().await.unwrap();
    let done = take!(sent.verify(&world.mailed_code(G)).await.unwrap(), AfterClientTrust::Complete);
    drop(done.finalize().await.unwrap());
    signed_in(&client, &world, L).await;
    client.sign_out().await.unwrap();
    assert!(client.active_session().is_none());
    assert_eq!(client.refresh().await.unwrap().unwrap().sessions, []);
    drop(take!(client.sign_in().password(G, GRACE_PASSWORD).await.unwrap(), AfterCreate::Complete));
}

async fn client_remembers_the_last_strategy(world: World) {
    let client = world.client();
    assert_eq!(client.last_authentication_strategy(), None);
    drop(client.sign_in().create(L).await.unwrap());
    assert_eq!(client.last_authentication_strategy(), None, "an unfinished sign-in does not count");
    signed_in(&client, &world, L).await;
    client.sign_out().await.unwrap();
    drop(client.sign_in().create(G).await.unwrap());
    assert_eq!(client.last_authentication_strategy(), Some(Strategy::EmailCode));
    assert_eq!(world.client().last_authentication_strategy(), None);
}

async fn session_belongs_to_one_client(world: World) {
    let (owner, other) = (world.client(), world.client());
    let session = signed_in(&owner, &world, L).await;
    signed_in(&other, &world, L).await;
    for error in [
        other.session_token(&session.id).await.map(drop).unwrap_err(),
        other.end_session(&session.id).await.map(drop).unwrap_err(),
        other.set_active(&session.id).await.map(drop).unwrap_err(),
    ] {
        assert_eq!(codes(&error), [ErrorCode::ResourceNotFound]);
    }
    other.sign_out().await.unwrap();
    owner.session_token(&session.id).await.unwrap();
}

async fn administrator_can_end_every_session_of_a_user(world: World) {
    let (here, there) = (world.client(), world.client());
    let ended = [signed_in(&here, &world, L).await, signed_in(&there, &world, L).await];
    let goes_on = signed_in(&there, &world, G).await;
    world.fake.end_sessions(&world.fake.user(L).unwrap().id);
    for (client, session) in [&here, &there].into_iter().zip(&ended) {
        assert!(client.session_token(&session.id).await.unwrap_err().rejection().is_some());
    }
    there.session_token(&goes_on.id).await.unwrap();
    assert_eq!(here.refresh().await.unwrap().unwrap().last_active_session_id, None);
}

async fn sessions_are_listed_across_the_users_clients(world: World) {
    let (here, there) = (world.client(), world.client());
    let session = signed_in(&here, &world, L).await;
    let elsewhere = signed_in(&there, &world, L).await;
    signed_in(&there, &world, G).await;
    let exported = serde_json::to_value(here.export()).unwrap();
    let ask = |request| {
        let context = CallContext::new(world.identity(exported["token"].as_str()));
        async { world.backend.call(context, request).await.unwrap().result.unwrap() }
    };
    let Answer::Sessions(listed) = ask(Request::ListSessions(ActingSession::new(&session.id))).await else { panic!() };
    let mut ids: Vec<_> = listed.iter().map(|session| &session.id).collect();
    ids.sort();
    let mut expected = [&session.id, &elsewhere.id];
    expected.sort();
    assert_eq!(ids, expected);
    let Answer::User(user) = ask(Request::GetUser(ActingSession::new(&session.id))).await else { panic!() };
    assert_eq!(user.email_addresses[0].email_address, L);
    let Answer::Session(read) = ask(Request::GetSession(OneSession::new(&session.id))).await else { panic!() };
    assert_eq!(read.id, session.id);
}

async fn session_list_has_tokens_of_own_sessions_only(world: World) {
    world.fake.configure(|settings| settings.session_tokens = true);
    let (here, there) = (world.client(), world.client());
    let session = signed_in(&here, &world, L).await;
    signed_in(&there, &world, L).await;
    let exported = serde_json::to_value(here.export()).unwrap();
    let context = CallContext::new(world.identity(exported["token"].as_str()));
    let request = Request::ListSessions(ActingSession::new(&session.id));
    let Ok(Answer::Sessions(listed)) = world.backend.call(context, request).await.unwrap().result else { panic!() };
    assert_eq!(listed.len(), 2);
    for listed in listed {
        assert_eq!(listed.last_active_token.is_some(), listed.id == session.id);
    }
}

async fn environment_shows_the_instances_settings(world: World) {
    world.fake.configure(|settings| {
        settings.application_name = String::from("Analytical Engine");
        settings.single_session = true;
        settings.password_settings.min_length = 12;
    });
    let environment = world.client().environment().await.unwrap();
    assert_eq!(environment.display_config.application_name, "Analytical Engine");
    assert!(environment.auth_config.single_session_mode);
    assert!(environment.auth_config.first_factors.contains(&Strategy::EmailCode));
    assert_eq!(environment.user_settings.password_settings.min_length, 12);
    assert!(environment.user_settings.attributes["authenticator_app"].used_for_second_factor);
}

async fn environment_lists_email_links_only_where_allowed(world: World) {
    for allowed in [false, true] {
        world.fake.configure(|settings| settings.email_links = allowed);
        let config = world.client().environment().await.unwrap().auth_config;
        assert_eq!(config.first_factors.contains(&Strategy::EmailLink), allowed);
        assert_eq!(config.second_factors.contains(&Strategy::EmailLink), allowed);
    }
}
