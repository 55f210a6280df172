//! The names that clerk-js got after its reference pages were written.

use clerk_sign_in::fake::{FakeBackend, FakeSolver, NewOrganization};
use clerk_sign_in::platform::{LocalPasskeys, Mediation};
use clerk_sign_in::{AfterCreate, AfterSecondFactor, AnySignIn, Finalized};
use serde_json::json;
use support::{A, ADA_PASSWORD, L, Scripted, World, take};

use super::shown::{Recorder, Shown};
use super::users::done;

pub(super) async fn newer(world: &World, shown: &mut Shown) {
    let (_, recorder) = Recorder::client(world);
    let client = world.client_over(recorder.clone()).locale("de-DE").timezone("Europe/Berlin").build();
    let first = take!(client.sign_in().create(L).await.unwrap(), AfterCreate::NeedsFirstFactor);
    shown.row("create().locale", recorder.sent("locale", "de-DE"));
    shown.row("create().timezone", recorder.sent("timezone", "Europe/Berlin"));
    shown.row("timezone", first.timezone() == Some("Europe/Berlin"));

    let bypass = json!({
        "id": "sia_1", "status": "needs_first_factor", "sso_bypass_first_factors": [{ "strategy": "password" }],
    });
    let client = Scripted::json([(200, json!({ "response": bypass }))]);
    let first = take!(client.sign_in().create(L).await.unwrap(), AfterCreate::NeedsFirstFactor);
    shown.row("ssoBypassFirstFactors", first.sso_bypass_first_factors()[0].strategy.as_str() == "password");

    world.fake.require_protect_checks(2);
    let client = world.client();
    let gated = take!(client.sign_in().create(L).await.unwrap(), AfterCreate::NeedsProtectCheck);
    let token = gated.protect_check().unwrap().token.clone().unwrap();
    shown.row("protectCheck", !token.expose().is_empty());
    let proof = FakeBackend::proof_for(token.expose());
    let next = take!(gated.submit_proof(&proof).await.unwrap(), AnySignIn::NeedsProtectCheck);
    let open = next.solve_with(&FakeSolver).await.unwrap();
    shown.row("submitProtectCheck()", matches!(open, AnySignIn::NeedsFirstFactor(_)));

    second_factors(world, shown).await;
    organizations(world, shown).await;
}

async fn second_factors(world: &World, shown: &mut Shown) {
    world.fake.configure(|settings| settings.passkey_satisfies_second_factor = true);
    let passkeys = LocalPasskeys::new(&world.fake.settings().issuer).unwrap();
    let made = passkeys.create(&world.fake.new_passkey(A).unwrap()).await.unwrap();
    world.fake.add_passkey(A, made.expose()).unwrap();
    let (client, recorder) = Recorder::client(world);
    let outcome = client.sign_in().password(A, ADA_PASSWORD).await.unwrap();
    let challenged = take!(outcome, AfterCreate::NeedsSecondFactor).challenge_passkey().await.unwrap();
    let outcome = challenged.verify_with(&passkeys, Mediation::Modal).await.unwrap();
    let is_sent = recorder.endpoint() == "attempt_second_factor" && recorder.sent("strategy", "passkey");
    shown.row("mfa.passkey()", is_sent && matches!(outcome, AfterSecondFactor::Complete(_)));
}

async fn organizations(world: &World, shown: &mut Shown) {
    world.fake.configure(|settings| settings.force_organization_selection = true);
    let acme = world.fake.add_organization(NewOrganization::new("Acme").member(L)).unwrap();
    let client = world.client();
    let pending = take!(done(&client).await.finalize().await.unwrap(), Finalized::Pending);
    let finalized = client.set_active_organization(pending.id(), Some(&acme)).await.unwrap();
    let active = take!(finalized, Finalized::Active);
    let organization = active.session().last_active_organization_id.as_deref();
    shown.row("setActive().organization", organization == Some(&acme));
}
