//! Errors of sign-ups, and of sign-ins that lead to a sign-up.

use clerk_sign_in::fake::NewUser;
use clerk_sign_in::wire::{
    AttemptFactor, CreateSignIn, CreateSignUp, ErrorCode, GetSignUp, Rejection, Request, SignUpFields, SignUpSso,
    Strategy,
};
use clerk_sign_in::{AfterCreate, AfterFirstFactor, Error, ErrorKind, Landing, SignIn, Transferable};
use http::StatusCode;

use super::{Row, first, rejected_as, row};
use support::{L, World, take};

const BACK: &str = "https://app.example.com/callback";
const M: &str = "mary@example.com";

pub(super) fn table() -> Vec<Row> {
    vec![
        row!(AccountTransferInvalid, 400, |world| world.client().sign_in().transfer().await.unwrap_err().into()),
        row!(SignUpModeRestricted, 403, |world| {
            let new = verified(world).await;
            world.fake.configure(|settings| settings.sign_ups = false);
            new.sign_up(SignUpFields::new()).await.unwrap_err().into()
        }),
        row!(FormIdentifierExists, 422, |world| {
            let new = verified(world).await;
            world.fake.add_user(NewUser::new("m@example.com").username("mary")).unwrap();
            new.sign_up(SignUpFields::new().username("mary")).await.unwrap_err().into()
        }),
        row!(EnterpriseSsoSignUpConnectionMissing, 422, |world| {
            by_provider(world, SignUpSso::new(Strategy::EnterpriseSso, BACK)).await
        }),
        // The server does not reject this request. Instead, the verification contains the error.
        row!(ExternalAccountExists, 200, |world| {
            by_provider(world, SignUpSso::new(Strategy::oauth("google"), BACK)).await
        }),
        row!(SignUpIfMissingNotAllowed, 422, |world| {
            world.client().sign_in().create_or_sign_up("a-user-name").await.unwrap_err().into()
        }),
        row!(SignUpIfMissingStrategyNotSupported, 422, |world| {
            // No typed step makes this request.
            let mut create = CreateSignIn::new();
            (create.identifier, create.strategy) = (Some(M.to_owned()), Some(Strategy::Password));
            (create.password, create.sign_up_if_missing) = (Some("a-password".into()), Some(true));
            rejected_as(&first(world, L).await, world, Request::CreateSignIn(create)).await
        }),
        row!(SignUpIfMissingTransfer, 404, |world| {
            let created = world.client().sign_in().create_or_sign_up(M).await.unwrap();
            let sent = take!(created, AfterCreate::NeedsFirstFactor).send_email_code().await.unwrap();
            // When the typed step gets this error, it moves on to a sign-up.
            let attempt = AttemptFactor::code(sent.id(), Strategy::EmailCode, &world.mailed_code(M));
            rejected_as(&sent, world, Request::AttemptFirstFactor(attempt)).await
        }),
    ]
}

/// Signs up at a provider with an account that already belongs to a user, and returns the error. No typed step does
/// this.
async fn by_provider(world: &World, sso: SignUpSso) -> Error {
    let client = world.known_client().await;
    let create = CreateSignUp::sso(sso, SignUpFields::new());
    let begun = match world.sign_up(&client, Request::CreateSignUp(create)).await {
        Ok(begun) => begun,
        Err(rejection) => return ErrorKind::Rejected(rejection).into(),
    };
    let external_url = begun.verifications.external_account.unwrap().external_verification_redirect_url.unwrap();
    let url = world.consent(&client, &external_url, L).await.unwrap();
    let mut get = GetSignUp::new(&begun.id);
    get.rotating_token_nonce = Landing::parse(&url).rotating_token_nonce().cloned();
    let told = world.sign_up(&client, Request::GetSignUp(get)).await.unwrap();
    let error = told.verifications.external_account.unwrap().error.unwrap();
    ErrorKind::Rejected(Rejection::new(StatusCode::OK, *error)).into()
}

async fn verified(world: &World) -> SignIn<Transferable> {
    let created = world.client().sign_in().create_or_sign_up(M).await.unwrap();
    let sent = take!(created, AfterCreate::NeedsFirstFactor).send_email_code().await.unwrap();
    take!(sent.verify(&world.mailed_code(M)).await.unwrap(), AfterFirstFactor::Transferable)
}
