//! A table of all errors that a sign-in can get in this version. Each row produces its error in memory and over HTTP.

mod keys;
mod passwords;
mod sign_ups;
mod sso;

use std::collections::BTreeSet;
use std::future::Future;
use std::path::Path;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use clerk_sign_in::backend::{Backend, CallContext, Identity};
use clerk_sign_in::fake::{NewTicket, NewUser, RateLimits, UserAccess};
use clerk_sign_in::wire::{
    AttemptFactor, CaptchaWidgetType, Channel, CreateSignIn, ErrorCode, Factor, PrepareFactor, Request, Secret,
    Strategy, Verification, VerifyCaptcha,
};
use clerk_sign_in::{
    AfterCreate, AfterResetCode, AnySignIn, Client, Error, ErrorKind, Landing, NeedsFirstFactor, OtherSessions,
    Resumed, SignIn,
};
use support::solver::Watched;
use support::{A, ADA_PASSWORD, G, L, World, over_every_identity, take};

over_every_identity! { every_error_is_produced_as_the_table_says }

type Produced<'a> = Pin<Box<dyn Future<Output = Error> + 'a>>;

struct Row {
    code: ErrorCode,
    status: u16,
    produce: fn(&World) -> Produced<'_>,
}

/// One row of the table: a code, its HTTP status, and a function that produces the error.
macro_rules! row {
    ($code:ident, $status:literal, |$world:ident| $produce:expr) => {
        Row { code: ErrorCode::$code, status: $status, produce: |$world| Box::pin(async move { $produce }) }
    };
}

use row;

fn table() -> Vec<Row> {
    vec![
        row!(FormIdentifierNotFound, 422, |world| create(world, "nobody@example.com").await.unwrap_err()),
        row!(FormParamNil, 422, |world| create(world, "").await.unwrap_err()),
        row!(FormParamMissing, 422, |world| rejected(world, {
            let mut create = CreateSignIn::new();
            create.strategy = Some(Strategy::EmailCode);
            Request::CreateSignIn(create)
        })
        .await),
        row!(FormParamValueInvalid, 422, |world| {
            let pigeon = Channel::from("carrier_pigeon");
            phone_user(world).await.send_phone_code(pigeon).await.unwrap_err().into()
        }),
        row!(FormPasswordIncorrect, 422, |world| first(world, A).await.password("guess").await.unwrap_err().into()),
        row!(FormPasswordOrIdentifierIncorrect, 422, |world| {
            world.fake.configure(|settings| settings.hide_unknown_identifiers = true);
            first(world, "nobody@example.com").await.password("guess").await.unwrap_err().into()
        }),
        row!(FormCodeIncorrect, 422, |world| {
            let sent = world.client().sign_in().send_email_code(L).await.unwrap();
            sent.verify("000000").await.unwrap_err().into()
        }),
        row!(AccountLockoutWarning, 422, |world| {
            world.fake.configure(|settings| settings.lockout_attempts = 2);
            first(world, A).await.password("guess").await.unwrap_err().into()
        }),
        row!(UserLocked, 403, |world| {
            world.fake.configure(|settings| settings.lockout_attempts = 1);
            first(world, A).await.password("guess").await.unwrap_err().into()
        }),
        row!(UserBanned, 403, |world| barred_user_error(world, UserAccess::Banned).await),
        row!(UserDeactivated, 403, |world| barred_user_error(world, UserAccess::Deactivated).await),
        row!(StrategyForUserInvalid, 400, |world| first(world, L).await.password("x").await.unwrap_err().into()),
        row!(VerificationMissing, 400, |world| {
            let sign_in = first(world, L).await;
            // No typed step gets this error, because the typed steps verify a code only after it was sent.
            let attempt = AttemptFactor::code(sign_in.id(), Strategy::EmailCode, "424242");
            rejected_as(&sign_in, world, Request::AttemptFirstFactor(attempt)).await
        }),
        row!(TicketInvalidCode, 400, |world| ticket(world, |_| "none".into()).await),
        row!(TicketExpiredCode, 400, |world| {
            ticket(world, |made| {
                world.fake.advance(Duration::from_secs(60));
                made.ticket
            })
            .await
        }),
        row!(SignInTokenRevokedCode, 400, |world| {
            ticket(world, |made| {
                assert!(world.fake.revoke_ticket(&made.id));
                made.ticket
            })
            .await
        }),
        row!(SignInTokenAlreadyUsedCode, 400, |world| {
            let made = world.fake.add_ticket(L, Duration::from_secs(60)).unwrap();
            drop(world.client().sign_in().ticket(made.ticket.expose()).await.unwrap());
            world.client().sign_in().ticket(made.ticket.expose()).await.unwrap_err().into()
        }),
        row!(VerificationLinkTokenInvalid, 400, |world| opened(world, |_, link| link.replace("token=", "token=x"))
            .await),
        row!(VerificationLinkTokenExpired, 400, |world| {
            opened(world, |_, link| {
                world.fake.advance(Verification::LINK_LIFETIME);
                link
            })
            .await
        }),
        row!(VerificationLinkTokenStale, 400, |world| {
            let client = world.client();
            let link = link_without_page(world, &client).await;
            let AnySignIn::FirstFactorLinkSent(sent) = current_sign_in(&client).await else {
                panic!("no link was sent")
            };
            drop(sent.choose_another().send_email_code().await.unwrap());
            ErrorKind::Rejected(world.open(&link).await.unwrap_err()).into()
        }),
        row!(SignInEmailLinkNotSameClient, 403, |world| {
            world.fake.configure(|settings| settings.email_link_same_client = true);
            opened(world, |_, link| link).await
        }),
        row!(FlowNotApproved, 422, |world| {
            let (client, _) = app_link(world).await;
            let state = serde_json::to_string(&world.fake.state()).unwrap();
            let id = &state[state.find("mlf_").unwrap()..];
            landing_error(&client, &format!("?flow_id={}&approval_token=x", &id[..id.find('"').unwrap()])).await
        }),
        row!(ApprovalTokenInvalid, 422, |world| {
            let (client, link) = app_link(world).await;
            let url = world.open(&link).await.unwrap().unwrap();
            landing_error(&client, &url.replace("approval_token=", "approval_token=x")).await
        }),
        row!(ApprovalTokenExpired, 422, |world| {
            let (client, link) = app_link(world).await;
            let url = world.open(&link).await.unwrap().unwrap();
            world.fake.advance(Duration::from_secs(600));
            landing_error(&client, &url).await
        }),
        row!(ApprovalTokenConsumed, 422, |world| {
            let (client, link) = app_link(world).await;
            let url = world.open(&link).await.unwrap().unwrap();
            // A copy of the client completes the sign-in first. To the server, it looks as if the client had done so
            // itself and had not received the answer.
            let twin = Client::builder(Arc::clone(&world.backend)).exported(client.export()).build();
            drop(twin.complete_magic_link(Landing::parse(&url).magic_link().unwrap()).await.unwrap());
            landing_error(&client, &url).await
        }),
        row!(PkceVerificationFailed, 422, |world| {
            let (client, link) = app_link(world).await;
            let url = world.open(&link).await.unwrap().unwrap();
            world.fake.advance(Verification::RESEND_INTERVAL);
            let AnySignIn::FirstFactorLinkSent(sent) = current_sign_in(&client).await else {
                panic!("no link was sent")
            };
            drop(sent.choose_another().send_email_link_to_app(APP).await.unwrap());
            landing_error(&client, &url).await
        }),
        row!(FormPublicClientRequiresPkce, 422, |world| {
            let sign_in = first(world, L).await;
            let by_link = |factor: &&Factor| factor.strategy == Strategy::EmailLink;
            let factor = sign_in.supported_first_factors().iter().find(by_link).unwrap();
            // The typed steps always send a PKCE challenge.
            let mut prepare = PrepareFactor::new(sign_in.id(), factor);
            prepare.redirect_uri = Some(APP.to_owned());
            rejected_as(&sign_in, world, Request::PrepareFirstFactor(prepare)).await
        }),
        row!(VerificationExpired, 400, |world| {
            let sent = world.client().sign_in().send_email_code(L).await.unwrap();
            world.fake.advance(Duration::from_secs(600));
            sent.verify("424242").await.unwrap_err().into()
        }),
        row!(VerificationFailed, 400, |world| {
            world.fake.configure(|settings| settings.code_attempts = 1);
            let sent = world.client().sign_in().send_email_code(L).await.unwrap();
            sent.verify("000000").await.unwrap_err().into()
        }),
        row!(VerificationAlreadyVerified, 400, |world| {
            let client = world.client();
            let first = take!(client.sign_in().create(A).await.unwrap(), AfterCreate::NeedsFirstFactor);
            let twin = take!(client.restore(first.checkpoint()).unwrap(), AnySignIn::NeedsFirstFactor);
            drop(first.password(ADA_PASSWORD).await.unwrap());
            twin.password(ADA_PASSWORD).await.unwrap_err().into()
        }),
        row!(VerificationCodeTooManyRequests, 429, |world| {
            let sent = world.client().sign_in().send_email_code(L).await.unwrap();
            sent.resend().await.unwrap_err().into()
        }),
        row!(TooManyRequests, 429, |world| {
            world.fake.configure(|settings| settings.rate_limits = Some(RateLimits::published()));
            let client = world.client();
            for _ in 0..5 {
                drop(client.sign_in().create(A).await.unwrap());
            }
            client.sign_in().create(A).await.unwrap_err().into()
        }),
        row!(ResourceNotFound, 404, |world| {
            let first = first(world, A).await;
            let elsewhere = world.client();
            let stolen = take!(elsewhere.restore(first.checkpoint()).unwrap(), AnySignIn::NeedsFirstFactor);
            // After this call, the server knows the other client.
            drop(elsewhere.sign_in().create(G).await.unwrap());
            stolen.refresh().await.unwrap_err().into()
        }),
        row!(ResourceForbidden, 403, |world| {
            let first = first(world, A).await;
            drop(first.client().sign_in().create(G).await.unwrap());
            first.password(ADA_PASSWORD).await.unwrap_err().into()
        }),
        row!(ClientStateInvalid, 400, |world| {
            let first = first(world, A).await;
            let attempt = AttemptFactor::code(first.id(), Strategy::Totp, "123456");
            rejected_as(&first, world, Request::AttemptSecondFactor(attempt)).await
        }),
        row!(NoSecondFactors, 400, |world| {
            world.fake.configure(|settings| settings.wrong_status = ErrorCode::NoSecondFactors);
            let first = first(world, A).await;
            let attempt = AttemptFactor::code(first.id(), Strategy::Totp, "123456");
            rejected_as(&first, world, Request::AttemptSecondFactor(attempt)).await
        }),
        row!(SessionExists, 400, |world| signed_in_already(world, true).await),
        row!(IdentifierAlreadySignedIn, 400, |world| signed_in_already(world, false).await),
        row!(TotpAlreadyEnabled, 400, |world| {
            let client = world.client();
            let session_id = support::signed_in(&client).await;
            client.create_totp(&session_id).await.unwrap();
            client.verify_totp(&session_id, &world.fake.totp_code(L).unwrap()).await.unwrap();
            client.create_totp(&session_id).await.unwrap_err()
        }),
        row!(NotAMemberInOrganization, 403, |world| {
            let client = world.client();
            let session_id = support::signed_in(&client).await;
            client.set_active_organization(&session_id, Some("org_unknown")).await.unwrap_err()
        }),
        row!(RequiresCaptcha, 401, |world| {
            world.fake.configure(|settings| settings.captcha_required = true);
            create(world, A).await.unwrap_err()
        }),
        row!(CaptchaInvalid, 400, |world| captcha(world, "invalid").await),
        row!(CaptchaMissingToken, 400, |world| captcha(world, "").await),
        row!(CaptchaNotEnabled, 400, |world| {
            let verify = VerifyCaptcha::new("solved".into(), CaptchaWidgetType::Smart);
            rejected(world, Request::VerifyCaptcha(verify)).await
        }),
        row!(RequiresProtectCheck, 403, |world| {
            let client = world.client();
            let first = take!(client.sign_in().create(A).await.unwrap(), AfterCreate::NeedsFirstFactor);
            let twin = take!(client.restore(first.checkpoint()).unwrap(), AnySignIn::NeedsFirstFactor);
            world.fake.require_protect_checks(1);
            drop(first.password(ADA_PASSWORD).await.unwrap());
            twin.password(ADA_PASSWORD).await.unwrap_err().into()
        }),
        row!(ProtectCheckAlreadyResolved, 400, |world| {
            let first = first(world, A).await;
            let proof = clerk_sign_in::wire::SubmitProof::new(first.id(), "proof");
            rejected_as(&first, world, Request::SubmitProof(proof)).await
        }),
        row!(AuthenticationInvalid, 401, |world| rejected_with(world, "of nobody", Request::CreateClient).await),
    ]
}

fn every_row() -> impl Iterator<Item = Row> {
    table().into_iter().chain(keys::table()).chain(sso::table()).chain(passwords::table()).chain(sign_ups::table())
}

async fn every_error_is_produced_as_the_table_says(world: World) {
    let fresh = world.fake.state();
    for Row { code, status, produce } in every_row() {
        let error = produce(world.restored(&fresh)).await;
        assert!(error.has_code(&code), "{code} is not in {error}");
        assert_eq!(error.rejection().unwrap().status, status, "{code}");
        assert!(!error.to_string().is_empty() && !error.rejection().unwrap().user_message().is_empty());
    }
}

/// The prefixes of published codes that are not in the table. Each prefix is listed with the reason why no sign-in gets
/// a code with this prefix in this version.
const NOT_MET: [(&str, &str); 22] = [
    ("identification_claimed", "transfers"),
    ("actor_token_", "impersonation by ticket"),
    ("agent_task_", "agents sign in by ticket"),
    ("sign_in_token_cannot_be_", "the app's backend is told so, or nobody"),
    ("sign_in_token_not_in_sign_in_code", "a ticket for a sign-up"),
    ("native_api_disabled_for_instance", "the fake answers native clients"),
    ("verification_link_token_source_invalid", "links of something else than a sign-in"),
    ("easie_", "enterprise connections"),
    ("signup_rate_limit_exceeded", "a limit on signing up whose figures are not published"),
    ("device_", "attestation of a mobile device"),
    ("invalid_device_attestation", "attestation of a mobile device"),
    ("requires_assertion", "attestation of a mobile device"),
    ("requires_device_attestation", "attestation of a mobile device"),
    ("backup_codes_not_available", "managing backup codes"),
    ("invalid_totp_secret_code", "managing an authenticator app"),
    ("action_blocked", "Clerk's judgement of fraud, without a rule to follow"),
    ("aws_cognito_", "a migration that the fake does not have"),
    ("dev_monthly_", "limits on the mail of a development instance"),
    ("sms_", "failures of sending"),
    ("sign_in_identification_or_user_deleted", "users of the fake are not deleted"),
    ("sign_in_no_identification_for_user", "users of the fake are not deleted"),
    ("verification_", "other words for what the table has, and internal failures"),
];

/// Checks that every published code is in the table or in the list above. If the list of published codes is missing,
/// the test is skipped.
#[test]
fn every_published_error_is_accounted_for() {
    let Ok(folder) = std::env::var("CLERK_FAPI_DIR") else {
        println!("skipped: CLERK_FAPI_DIR does not say where the published list is");
        return;
    };
    let list = std::fs::read_to_string(Path::new(&folder).join("errors.tsv")).unwrap();
    let produced: BTreeSet<String> = every_row().map(|row| row.code.to_string()).collect();
    let excused = |code: &str| NOT_MET.iter().any(|(beginning, _)| code.starts_with(beginning));
    let mut seen = 0;
    for line in list.lines().skip(1) {
        let fields: Vec<&str> = line.split('\t').collect();
        let (code, relevance, origin) = (fields[0], fields[2], fields[3]);
        if relevance == "core" && (origin == "api" || origin.starts_with("wire")) {
            assert!(produced.contains(code) || excused(code), "{code} is neither produced nor excused");
            assert!(!matches!(ErrorCode::from(code), ErrorCode::Unknown(_)), "{code} has no name");
            seen += 1;
        }
    }
    assert!(seen > 80, "only {seen} codes were found");
}

async fn create(world: &World, identifier: &str) -> Result<AfterCreate, Error> {
    Ok(world.client().sign_in().create(identifier).await?)
}

async fn first(world: &World, identifier: &str) -> SignIn<NeedsFirstFactor> {
    take!(create(world, identifier).await.unwrap(), AfterCreate::NeedsFirstFactor)
}

async fn phone_user(world: &World) -> SignIn<NeedsFirstFactor> {
    world.fake.add_user(NewUser::new("phone@example.com").phone_number("+4930123456")).unwrap();
    first(world, "phone@example.com").await
}

async fn barred_user_error(world: &World, access: UserAccess) -> Error {
    world.fake.add_user(NewUser::new("barred@example.com").password("let-me-in").access(access)).unwrap();
    first(world, "barred@example.com").await.password("let-me-in").await.unwrap_err().into()
}

/// Creates a ticket for Linus, changes it with `spoilt`, signs in with it, and returns the error.
async fn ticket(world: &World, spoilt: impl FnOnce(NewTicket) -> Secret) -> Error {
    let made = world.fake.add_ticket(L, Duration::from_secs(60)).unwrap();
    world.client().sign_in().ticket(spoilt(made).expose()).await.unwrap_err().into()
}

const APP: &str = "com.example.app://sign-in";

/// Sends a link with a request that names no page, although every typed step names a page. Whoever opens this link gets
/// the result directly.
async fn link_without_page(world: &World, client: &Client) -> String {
    drop(client.sign_in().create(L).await.unwrap());
    let mut create = CreateSignIn::new();
    (create.identifier, create.strategy) = (Some(G.to_owned()), Some(Strategy::EmailLink));
    let context = CallContext::new(world.identity(World::token_of(client).as_deref()));
    assert!(world.backend.call(context, Request::CreateSignIn(create)).await.unwrap().result.is_ok());
    world.mailed_link(G)
}

/// Sends a link, changes it with `spoilt`, opens it, and returns the error.
async fn opened(world: &World, spoilt: impl FnOnce(&World, String) -> String) -> Error {
    let link = link_without_page(world, &world.client()).await;
    ErrorKind::Rejected(world.open(&spoilt(world, link)).await.unwrap_err()).into()
}

async fn current_sign_in(client: &Client) -> AnySignIn {
    take!(client.resume().await.unwrap(), Resumed::Attempt)
}

/// Returns a client, and a link that leads back to its app.
async fn app_link(world: &World) -> (Client, String) {
    let sent = first(world, G).await.send_email_link_to_app(APP).await.unwrap();
    (sent.client().clone(), world.mailed_link(G))
}

async fn landing_error(client: &Client, url: &str) -> Error {
    client.complete_magic_link(Landing::parse(url).magic_link().unwrap()).await.unwrap_err()
}

async fn submit(world: &World, new_password: &str) -> Error {
    let sent = world.client().sign_in().send_reset_password_email_code(G).await.unwrap();
    let code = world.mailed_code(G);
    let new = take!(sent.verify(&code).await.unwrap(), AfterResetCode::NeedsNewPassword);
    new.submit_password(new_password, OtherSessions::Keep).await.unwrap_err().into()
}

async fn captcha(world: &World, token: &str) -> Error {
    world.fake.configure(|settings| settings.captcha_required = true);
    let client = world.client();
    let _ = client.sign_in().create(A).await.unwrap_err();
    client.solve_captcha(&Watched::new([Ok(token.into())])).await.unwrap_err()
}

async fn signed_in_already(world: &World, single_session: bool) -> Error {
    world.fake.configure(|settings| settings.single_session = single_session);
    let client = world.client();
    let sent = client.sign_in().send_email_code(L).await.unwrap();
    drop(sent.verify("424242").await.unwrap());
    client.sign_in().create(L).await.unwrap_err().into()
}

/// Makes a request that no typed step makes, and returns its error.
async fn rejected(world: &World, request: Request) -> Error {
    reject(world, CallContext::new(Identity::Native { token: None }), request).await
}

async fn rejected_with(world: &World, token: &str, request: Request) -> Error {
    reject(world, CallContext::new(Identity::Native { token: Some(token.into()) }), request).await
}

async fn rejected_as<S: clerk_sign_in::State>(sign_in: &SignIn<S>, world: &World, request: Request) -> Error {
    let exported = serde_json::to_value(sign_in.client().export()).unwrap();
    reject(world, CallContext::new(world.identity(exported["token"].as_str())), request).await
}

async fn reject(world: &World, context: CallContext, request: Request) -> Error {
    ErrorKind::Rejected(world.backend.call(context, request).await.unwrap().result.unwrap_err()).into()
}
