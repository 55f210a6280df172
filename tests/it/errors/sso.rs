//! Errors that occur on the way to a provider or on the way back. The provider's result is part of the verification, so
//! it arrives in a successful answer (200) and not in a rejection.

use clerk_sign_in::fake::EnterpriseConnection;
use clerk_sign_in::wire::ErrorCode;
use clerk_sign_in::{Error, ErrorKind, IdToken, RedirectReady, SignIn, Sso};

use super::{Row, first, row};
use support::{A, L, World};

const BACK: &str = "https://app.example.com/callback";
const EVE: &str = "eve@acme.example";

pub(super) fn table() -> Vec<Row> {
    let mut rows = redirect_errors();
    rows.extend(callback_errors());
    rows.extend(id_token_errors());
    rows
}

fn redirect_errors() -> Vec<Row> {
    vec![
        row!(OauthProviderNotEnabled, 400, |world| rejected(world, &Sso::oauth("facebook"), BACK).await),
        row!(OauthUnsupportedProvider, 400, |world| rejected(world, &Sso::oauth("nobody"), BACK).await),
        row!(InvalidRedirectUrl, 422, |world| rejected(world, &google(), "not a scheme:/").await),
        row!(ProhibitedRedirectUrl, 422, |world| rejected(world, &google(), "javascript:alert(1)").await),
        row!(EnterpriseSsoSignInConnectionMissing, 422, |world| {
            rejected(world, &Sso::enterprise().identifier(A), BACK).await
        }),
        row!(SamlConnectionActiveNotFound, 404, |world| rejected(world, &Sso::saml().identifier(A), BACK).await),
        row!(EnterpriseConnectionIdIsRequiredWithMultipleConnections, 422, |world| {
            connect(world, &["ent_1", "ent_2"], "example.com");
            first(world, A).await.sso(&Sso::enterprise(), BACK).await.unwrap_err().into()
        }),
    ]
}

fn id_token_errors() -> Vec<Row> {
    vec![
        row!(GoogleOneTapTokenInvalid, 400, |world| {
            world.client().sign_in().id_token(&IdToken::google_one_tap("of nobody")).await.unwrap_err().into()
        }),
        row!(OauthTokenExchangeError, 400, |world| {
            world.client().sign_in().id_token(&IdToken::from_code("apple", "of nobody")).await.unwrap_err().into()
        }),
    ]
}

fn callback_errors() -> Vec<Row> {
    vec![
        row!(OauthAccessDenied, 200, |world| {
            let ready = ready(world, &google()).await;
            let url = world.deny(ready.client(), ready.external_url()).await.unwrap();
            ready.finish(&url).await.unwrap_err().into()
        }),
        row!(OauthTokenExchangeError, 200, |world| {
            world.fake.configure(|settings| settings.provider_down = true);
            callback_error(world, &google(), L).await
        }),
        row!(OauthFetchUserError, 200, |world| callback_error(world, &google(), "an-address-of-nobody@").await),
        row!(ExternalAccountNotFound, 200, |world| {
            world.fake.configure(|settings| settings.sign_ups = false);
            callback_error(world, &google(), EVE).await
        }),
        row!(EnterpriseSsoEmailAddressDomainMismatch, 200, |world| {
            connect(world, &["ent_1"], "acme.example");
            callback_error(world, &Sso::enterprise().identifier(EVE), L).await
        }),
        row!(SamlEmailAddressDomainMismatch, 200, |world| {
            connect(world, &["ent_1"], "acme.example");
            callback_error(world, &Sso::saml().identifier(EVE), L).await
        }),
        row!(SignInMustUseEnterpriseConnectionIdentifier, 200, |world| {
            connect(world, &["ent_1"], "acme.example");
            callback_error(world, &google(), EVE).await
        }),
        row!(IdentifierAlreadySignedIn, 200, |world| {
            let client = world.client();
            for _ in 0..2 {
                let ready = client.sign_in().sso(&google(), BACK).await.unwrap();
                let url = world.consent(&client, ready.external_url(), L).await.unwrap();
                if let Err(failed) = ready.finish(&url).await {
                    return failed.into();
                }
            }
            panic!("the second time the user is already signed in")
        }),
        row!(OauthCallbackInvalid, 400, |world| {
            let ready = ready(world, &google()).await;
            let callback_url = world.fake.consent_without_return(ready.external_url(), L).unwrap();
            world.follow_callback(ready.client(), &callback_url).await.unwrap();
            ErrorKind::Rejected(world.follow_callback(ready.client(), &callback_url).await.unwrap_err()).into()
        }),
    ]
}

fn google() -> Sso {
    Sso::oauth("google")
}

fn connect(world: &World, ids: &[&str], domain: &str) {
    let connections = ids.iter().map(|id| EnterpriseConnection::new(id, "Acme", domain).saml()).collect();
    world.fake.configure(|settings| settings.enterprise_connections = connections);
}

async fn ready(world: &World, sso: &Sso) -> SignIn<RedirectReady> {
    world.client().sign_in().sso(sso, BACK).await.unwrap()
}

async fn rejected(world: &World, sso: &Sso, redirect_url: &str) -> Error {
    world.client().sign_in().sso(sso, redirect_url).await.unwrap_err().into()
}

async fn callback_error(world: &World, sso: &Sso, account: &str) -> Error {
    let ready = ready(world, sso).await;
    let url = world.consent(ready.client(), ready.external_url(), account).await.unwrap();
    ready.finish(&url).await.unwrap_err().into()
}
