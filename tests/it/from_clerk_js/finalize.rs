//! The end of a sign-in: `finalize` and `reset`.

use std::sync::{Arc, Mutex};

use clerk_sign_in::fake::NewOrganization;
use clerk_sign_in::{AfterCreate, AnySignIn, Finalized, Navigation, Resumed};
use futures::{FutureExt as _, StreamExt as _};
use serde_json::json;
use support::{A, L, Scripted, World, take};

use super::shown::{Recorder, Shown};
use super::users::{HOME, done, first};

pub(super) async fn sessions(world: &World, shown: &mut Shown) {
    let acme = world.fake.add_organization(NewOrganization::new("Acme").member(L)).unwrap();
    let (client, recorder) = Recorder::client(world);
    let done = done(&client).await;
    let id = done.session_id().to_owned();
    let mut changes = client.changes();
    while changes.next().now_or_never().is_some() {}
    let seen = Arc::new(Mutex::new(None));
    let (at_navigation, observed) = (Arc::clone(&seen), client.clone());
    let finalized = done
        .organization(Some(&acme))
        .finalize_with(|navigation| async move {
            let (session, url) = (navigation.session().clone(), navigation.decorate_url(HOME));
            *at_navigation.lock().unwrap() = Some((observed.active_session().is_none(), session, url));
        })
        .await
        .unwrap();
    let (is_before, session, url) = seen.lock().unwrap().take().unwrap();
    shown.row("finalize().navigate", is_before);
    let is_selected = session.last_active_organization_id.as_deref() == Some(&acme);
    shown.row("finalize().navigate: session and/or Organization", session.id == id && is_selected);
    shown.row("finalize().navigate: decorateUrl", url == HOME);
    let active = take!(finalized, Finalized::Active);
    shown.row("finalize()", active.id() == id && recorder.endpoint() == "touch");
    let is_told = changes.next().now_or_never().is_some();
    shown.row("finalize(): observers", is_told && client.active_session().is_some_and(|active| active.id == id));
    shown.row("finalize().navigate: decorateUrl, external URL", decorated_for_a_cookie().await);
}

/// Returns `true` if the URL leads through the server when the cookie ends soon.
async fn decorated_for_a_cookie() -> bool {
    let now = 1_767_225_600_000_i64;
    let session = json!({ "id": "sess_1", "status": "active" });
    let ends = now + 7 * 86_400_000;
    let client = json!({ "id": "client_1", "sessions": [session], "updated_at": now, "cookie_expires_at": ends });
    let attempt = json!({ "id": "sia_1", "status": "complete", "created_session_id": "sess_1" });
    let client = Scripted::json([
        (200, json!({ "response": attempt, "client": client })),
        (200, json!({ "response": session, "client": client })),
    ]);
    let done = take!(client.sign_in().create(L).await.unwrap(), AfterCreate::Complete);
    let seen = Arc::new(Mutex::new(String::new()));
    let decorated = Arc::clone(&seen);
    let navigate = |navigation: Navigation| async move {
        *decorated.lock().unwrap() = navigation.decorate_url(HOME);
    };
    drop(done.finalize_with(navigate).await.unwrap());
    let url = seen.lock().unwrap().clone();
    url.starts_with("http://clerk.invalid/v1/client/touch?redirect_url=https%3A%2F%2Fapp")
}

pub(super) async fn resets(world: &World, shown: &mut Shown) {
    let (client, recorder) = Recorder::client(world);
    let old = first(&client, A).await;
    let (id, calls) = (old.id().to_owned(), recorder.calls());
    let start = old.start_over();
    shown.row("reset(): no API call", recorder.calls() == calls);
    let is_empty = start.id().is_none() && start.identifier().is_none() && start.supported_first_factors().is_empty();
    let found = take!(client.resume().await.unwrap(), Resumed::Attempt);
    shown.row("reset(): local state", is_empty && found.id() == Some(&id));
    let next = take!(start.create(L).await.unwrap(), AfterCreate::NeedsFirstFactor);
    let next = AnySignIn::from(next);
    shown.row("reset()", next.identifier() == Some(L) && next.id() != Some(&id));
}
