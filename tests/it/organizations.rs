//! Organizations: the user's memberships, the active organization of a session, and the task `choose-organization`.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use clerk_sign_in::fake::{NewOrganization, NewUser};
use clerk_sign_in::wire::{ErrorCode, Request, Session, SessionTaskKey, SignUpFields, TouchSession};
use clerk_sign_in::{
    AfterClientTrust, AfterCreate, AfterFirstFactor, Client, Complete, Finalized, PendingSession, SignIn, StepError,
};
use serde_json::{Value, json};
use support::{A, G, GRACE_PASSWORD, L, World, codes, over_every_identity, take};

over_every_identity! {
    pending_session_becomes_active_in_an_organization,
    other_tasks_keep_the_session_pending,
    required_organization_makes_every_session_pending,
    finalize_can_select_an_organization,
    new_user_can_select_an_organization,
    memberships_name_organization_role_and_permissions,
    organization_of_others_is_rejected,
    personal_account_can_be_selected_unless_an_organization_is_required,
    touch_without_an_organization_keeps_it,
    token_names_the_active_organization,
    removed_organization_is_no_longer_active,
}

async fn complete(client: &Client) -> SignIn<Complete> {
    let sent = client.sign_in().send_email_code(L).await.unwrap();
    take!(sent.verify("424242").await.unwrap(), AfterFirstFactor::Complete)
}

async fn session(client: &Client) -> String {
    complete(client).await.finalize().await.unwrap().session().id.clone()
}

/// Adds an organization with Linus as a member, and returns its id.
fn acme(world: &World) -> String {
    world.fake.add_organization(NewOrganization::new("Acme & Sons").admin(A).member(L)).unwrap()
}

fn active(finalized: Finalized) -> Session {
    take!(finalized, Finalized::Active).session().clone()
}

fn keys(pending: &PendingSession) -> Vec<SessionTaskKey> {
    pending.tasks().iter().map(|task| task.key.clone()).collect()
}

fn organization_in(jwt: &str) -> Value {
    let claims = URL_SAFE_NO_PAD.decode(jwt.split('.').nth(1).unwrap()).unwrap();
    serde_json::from_slice::<Value>(&claims).unwrap()["o"].clone()
}

async fn pending_session_becomes_active_in_an_organization(world: World) {
    let user = NewUser::new("new@example.com").password("first-day").session_task("choose-organization");
    world.fake.add_user(user).unwrap();
    world.fake.configure(|settings| settings.client_trust = false);
    let acme = world.fake.add_organization(NewOrganization::new("Acme").member("new@example.com")).unwrap();
    let client = world.client();
    let done = take!(client.sign_in().password("new@example.com", "first-day").await.unwrap(), AfterCreate::Complete);
    let pending = take!(done.finalize().await.unwrap(), Finalized::Pending);
    assert_eq!(keys(&pending), [SessionTaskKey::ChooseOrganization]);
    let memberships = &pending.session().user.as_deref().unwrap().organization_memberships;
    assert_eq!(memberships[0].organization.id, acme);

    let session = active(client.set_active_organization(pending.id(), Some(&acme)).await.unwrap());
    assert_eq!((session.id.as_str(), session.last_active_organization_id), (pending.id(), Some(acme)));
    assert_eq!(client.active_session().unwrap().id, pending.id());
}

async fn other_tasks_keep_the_session_pending(world: World) {
    let acme = acme(&world);
    world.fake.configure(|settings| (settings.force_organization_selection, settings.mfa_required) = (true, true));
    let client = world.client();
    let pending = take!(complete(&client).await.finalize().await.unwrap(), Finalized::Pending);
    assert_eq!(keys(&pending), [SessionTaskKey::SetupMfa, SessionTaskKey::ChooseOrganization]);
    let pending = take!(client.set_active_organization(pending.id(), Some(&acme)).await.unwrap(), Finalized::Pending);
    assert_eq!(keys(&pending), [SessionTaskKey::SetupMfa]);
    assert!(client.active_session().is_none());
}

async fn required_organization_makes_every_session_pending(world: World) {
    let acme = acme(&world);
    world.fake.configure(|settings| settings.force_organization_selection = true);
    let environment = world.client().environment().await.unwrap();
    assert_eq!(environment.other["organization_settings"]["force_organization_selection"], true);
    let client = world.client();
    let pending = take!(complete(&client).await.finalize().await.unwrap(), Finalized::Pending);
    let still = client.set_active_organization(pending.id(), None).await.unwrap();
    assert_eq!(keys(&take!(still, Finalized::Pending)), [SessionTaskKey::ChooseOrganization]);
    let session = active(client.set_active_organization(pending.id(), Some("acme-sons")).await.unwrap());
    assert_eq!(session.last_active_organization_id, Some(acme), "an organization can be named by its slug");
}

async fn finalize_can_select_an_organization(world: World) {
    world.fake.configure(|settings| settings.force_organization_selection = true);
    let client = world.client();
    let done = complete(&client).await.organization(Some("acme-sons"));
    let failed = done.finalize().await.unwrap_err();
    assert_eq!(codes(failed.error()), [ErrorCode::NotAMemberInOrganization]);
    let StepError::Stayed { sign_in: done, .. } = failed else { panic!("{failed:?}") };
    let acme = acme(&world);
    let session = active(done.finalize().await.unwrap());
    assert_eq!(session.last_active_organization_id, Some(acme), "the choice is kept with the sign-in");
}

async fn new_user_can_select_an_organization(world: World) {
    let client = world.client();
    let outcome = client.sign_in().create_or_sign_up("mary+clerk_test@example.com").await.unwrap();
    let sent = take!(outcome, AfterCreate::NeedsFirstFactor).send_email_code().await.unwrap();
    let new = take!(sent.verify("424242").await.unwrap(), AfterFirstFactor::Transferable);
    let up = take!(new.sign_up(SignUpFields::new()).await.unwrap(), clerk_sign_in::AfterSignUp::Complete);
    let id = world.fake.add_organization(NewOrganization::new("Nasa").member(up.user_id().unwrap())).unwrap();
    let session = active(up.organization(Some("nasa")).finalize().await.unwrap());
    assert_eq!(session.last_active_organization_id, Some(id));
}

async fn memberships_name_organization_role_and_permissions(world: World) {
    acme(&world);
    let client = world.client();
    let session = active(complete(&client).await.finalize().await.unwrap());
    let user = session.user.as_deref().unwrap();
    let [membership] = user.organization_memberships.as_slice() else { panic!("{user:?}") };
    let organization = &membership.organization;
    assert_eq!((organization.name.as_str(), organization.slug.as_str()), ("Acme & Sons", "acme-sons"));
    assert_eq!(organization.members_count, Some(2));
    assert_eq!((membership.role.as_str(), membership.role_name.as_str()), ("org:member", "Member"));
    assert_eq!(membership.permissions, ["org:sys_memberships:read"]);
    let member = membership.public_user_data.as_deref().unwrap();
    assert_eq!((member.user_id.as_ref(), member.identifier.as_str()), (Some(&user.id), L));
    assert_eq!(session.last_active_organization_id, None);
}

async fn organization_of_others_is_rejected(world: World) {
    let other = world.fake.add_organization(NewOrganization::new("Navy").admin(G)).unwrap();
    let client = world.client();
    let id = session(&client).await;
    for wanted in [other.as_str(), "navy", "org_unknown"] {
        let error = client.set_active_organization(&id, Some(wanted)).await.unwrap_err();
        assert_eq!(codes(&error), [ErrorCode::NotAMemberInOrganization], "{wanted}");
    }
    let session = client.active_session().expect("the session is still active");
    assert_eq!(session.last_active_organization_id, None);
}

async fn personal_account_can_be_selected_unless_an_organization_is_required(world: World) {
    let acme = acme(&world);
    let client = world.client();
    let id = session(&client).await;
    active(client.set_active_organization(&id, Some(&acme)).await.unwrap());
    let session = active(client.set_active_organization(&id, None).await.unwrap());
    assert_eq!(session.last_active_organization_id, None);
    active(client.set_active_organization(&id, Some(&acme)).await.unwrap());
    world.fake.configure(|settings| settings.force_organization_selection = true);
    let session = active(client.set_active_organization(&id, None).await.unwrap());
    assert_eq!(session.last_active_organization_id, Some(acme));
}

async fn touch_without_an_organization_keeps_it(world: World) {
    let acme = acme(&world);
    let client = world.client();
    let id = session(&client).await;
    active(client.set_active_organization(&id, Some(&acme)).await.unwrap());
    let session = active(client.set_active(&id).await.unwrap());
    assert_eq!(session.last_active_organization_id, Some(acme));
    let form = |touch| Request::TouchSession(touch).form().expose().to_owned();
    assert_eq!(form(TouchSession::select(&id)), "intent=select_session");
    assert_eq!(form(TouchSession::select(&id).organization(None)), "intent=select_org&active_organization_id=");
}

async fn token_names_the_active_organization(world: World) {
    let acme = acme(&world);
    let client = world.client();
    let id = session(&client).await;
    let token = async || organization_in(client.session_token(&id).await.unwrap().jwt.expose());
    assert_eq!(token().await, Value::Null);
    active(client.set_active_organization(&id, Some(&acme)).await.unwrap());
    assert_eq!(token().await, json!({ "id": acme, "slg": "acme-sons", "rol": "member" }));
    active(client.set_active_organization(&id, None).await.unwrap());
    assert_eq!(token().await, Value::Null);
}

async fn removed_organization_is_no_longer_active(world: World) {
    let acme = acme(&world);
    let client = world.client();
    let id = session(&client).await;
    active(client.set_active_organization(&id, Some(&acme)).await.unwrap());
    assert!(world.fake.remove_organization(&acme));
    let session = client.refresh().await.unwrap().unwrap().session(&id).cloned().unwrap();
    assert_eq!(session.last_active_organization_id, None);
    assert!(session.user.unwrap().organization_memberships.is_empty());

    let outcome = world.client().sign_in().password(G, GRACE_PASSWORD).await.unwrap();
    let sent = take!(outcome, AfterCreate::NeedsClientTrust).send_email_code().await.unwrap();
    let done = take!(sent.verify(&world.mailed_code(G)).await.unwrap(), AfterClientTrust::Complete);
    let user = active(done.finalize().await.unwrap()).user.unwrap();
    assert_eq!(user.organization_memberships, [], "nobody else is affected");
}
