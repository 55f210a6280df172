//! What clerk-js has had only since the reference pages were written.

use clerk_sign_in::fake::{FakeBackend, FakeSolver};
use clerk_sign_in::{AfterCreate, AnySignIn};
use serde_json::json;
use support::{L, Scripted, World, take};

use super::shown::{Recorder, Shown};

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
}
