//! Single sign-on: in the app's own hands, and in a browser.

use clerk_sign_in::fake::{EnterpriseConnection, FakeBackend, NewUser, SignUpField};
use clerk_sign_in::platform::{Browser, BrowserVisit, CapabilityError};
use clerk_sign_in::wire::{Secret, SignUpFields};
use clerk_sign_in::{AfterRedirect, AfterSignUp, AnySignIn, Finalized, SignIn, Sso, Transferable, async_trait};
use serde_json::json;
use support::{L, World, take};

use super::shown::{Recorder, Shown};
use super::users::{HOME, PAGE, first, state};

const EVE: &str = "eve@acme.example";
const ACME: &str = "ent_acme";
const POPUP: &str = "com.example.app://popup";
const ABROAD: &str = "ent_abroad";

/// A browser whose user consents at the fake's provider, and whose visits end only at the redirect URL.
#[derive(Clone, Debug)]
struct Popup(FakeBackend, &'static str);

#[async_trait]
impl Browser for Popup {
    async fn reserve(&self) -> Result<Box<dyn BrowserVisit>, CapabilityError> {
        Ok(Box::new(self.clone()))
    }
}

#[async_trait]
impl BrowserVisit for Popup {
    fn redirect_url(&self) -> &'static str {
        POPUP
    }

    async fn open(self: Box<Self>, url: &str) -> Result<Secret, CapabilityError> {
        self.0
            .consent(url, self.1)
            .map(Secret::from)
            .map_err(|rejection| CapabilityError::failed(rejection.to_string()))
    }
}

fn add_connections(world: &World) {
    let connections = [ACME, ABROAD].map(|id| EnterpriseConnection::new(id, id, "acme.example"));
    let older = EnterpriseConnection::new("ent_older", "Older", "older.example").saml();
    let all = connections.into_iter().chain([older]).collect();
    world.fake.configure(|settings| settings.enterprise_connections = all);
    world.fake.add_user(NewUser::new(EVE)).unwrap();
}

fn google() -> Sso {
    Sso::oauth("google")
}

pub(super) async fn providers(world: &World, shown: &mut Shown) {
    add_connections(world);
    let (client, recorder) = Recorder::client(world);
    let sso = google().prompt("login").complete_redirect_url(HOME);
    let ready = client.sign_in().sso(&sso, PAGE).await.unwrap();
    shown.row("sso().strategy: OAuthStrategy", recorder.sent("strategy", "oauth_google"));
    shown.row("sso().redirectCallbackUrl", recorder.sent("redirect_url", PAGE));
    shown.row("sso().redirectUrl", recorder.sent("action_complete_redirect_url", HOME));
    shown.row("sso().oidcPrompt", ready.external_url().contains("prompt=login"));
    let url = world.consent(&client, ready.external_url(), L).await.unwrap();
    let outcome = ready.finish(&url).await.unwrap();
    shown.row("sso()", matches!(outcome, AfterRedirect::Complete(_)));

    let begun = client.sign_in().sso(&Sso::enterprise().identifier(EVE), PAGE).await;
    let is_sent = recorder.sent("identifier", EVE) && recorder.sent("strategy", "enterprise_sso");
    shown.row("sso().identifier", is_sent);
    let choices = take!(begun.unwrap_err().into_any().handed_back, AnySignIn::NeedsFirstFactor);
    let factor = choices.supported_first_factors()[1].clone();
    let ready = choices.sso(&Sso::from_factor(&factor).unwrap(), PAGE).await.unwrap();
    shown.row("sso().enterpriseConnectionId", recorder.sent("enterprise_connection_id", ABROAD));
    shown.row("sso().strategy: 'enterprise_sso'", ready.external_url().contains(ABROAD));
    let older = Sso::saml().identifier("ann@older.example");
    shown.row("sso().strategy: 'saml'", state(client.sign_in().sso(&older, PAGE).await.unwrap()) == "RedirectReady");

    let client = world.client();
    let outcome = client.sign_in().sso_with(&google(), &Popup(world.fake.clone(), L)).await.unwrap();
    shown.row("sso().popup", matches!(outcome, AfterRedirect::Complete(_)));
}

/// The settings of both methods: `method` is the name that clerk-js has for it.
async fn settings(world: &World, shown: &mut Shown, method: &str) {
    let mut row = |name: &str, is_true: bool| shown.row(&format!("{method}.{name}"), is_true);
    let (client, recorder) = Recorder::client(world);
    drop(client.sign_in().sso(&google().prompt("consent"), PAGE).await.unwrap());
    row("strategy: OAuthStrategy", recorder.sent("strategy", "oauth_google"));
    row("oidcPrompt", recorder.sent("oidc_prompt", "consent"));
    let attempt = first(&client, L).await;
    let id = attempt.id().to_owned();
    let ready = attempt.sso(&google(), PAGE).await.unwrap();
    row("continueSignIn", ready.id() == id && recorder.endpoint() == "prepare_first_factor");

    let begun = client.sign_in().sso(&Sso::enterprise().identifier(EVE), PAGE).await;
    let is_sent = recorder.sent("identifier", EVE) && begun.is_err();
    row("identifier", is_sent);
    row("emailAddress", is_sent && recorder.value("email_address").is_none());
    let ready = client.sign_in().sso(&Sso::enterprise().connection(ABROAD), PAGE).await.unwrap();
    row("enterpriseConnectionId", recorder.sent("enterprise_connection_id", ABROAD));
    row("strategy: 'enterprise_sso'", ready.external_url().contains(ABROAD));
}

/// A newcomer signs up after the redirect. Returns whether the server noted the consent and the metadata.
async fn signs_up(world: &World, shown: &mut Shown, method: &str, new: SignIn<Transferable>) -> bool {
    world.fake.configure(|settings| settings.sign_up_required = vec![SignUpField::LegalAccepted]);
    let up = take!(new.sign_up(SignUpFields::new()).await.unwrap(), AfterSignUp::MissingRequirements);
    let is_missing = up.missing_fields().len() == 1;
    let metadata = json!({ "plan": "gold" }).as_object().unwrap().clone();
    let fields = SignUpFields::new().legal_accepted().unsafe_metadata(metadata);
    let done = take!(up.update(fields).await.unwrap(), AfterSignUp::Complete);
    shown.row(&format!("{method}.legalAccepted"), is_missing);
    let session = take!(done.finalize().await.unwrap(), Finalized::Active);
    shown.row(&format!("{method}.continueSignUp"), session.id().starts_with("sess_"));
    let user = session.session().user.as_deref().unwrap();
    user.unsafe_metadata["plan"] == json!("gold")
}

pub(super) async fn redirects(world: &World, shown: &mut Shown) {
    const METHOD: &str = "authenticateWithRedirect()";
    add_connections(world);
    settings(world, shown, METHOD).await;
    let (client, recorder) = Recorder::client(world);
    let ready = client.sign_in().sso(&google().complete_redirect_url("/home"), "/page").await.unwrap();
    shown.row("authenticateWithRedirect().redirectUrl", recorder.sent("redirect_url", PAGE));
    let is_sent = recorder.sent("action_complete_redirect_url", HOME);
    shown.row("authenticateWithRedirect().redirectUrlComplete", is_sent);
    let url = world.consent(&client, ready.external_url(), "new@example.com").await.unwrap();
    let outcome = ready.finish(&url).await.unwrap();
    shown.row(METHOD, url.starts_with(PAGE));
    assert!(signs_up(world, shown, METHOD, take!(outcome, AfterRedirect::Transferable)).await);
}

pub(super) async fn popups(world: &World, shown: &mut Shown) {
    const METHOD: &str = "authenticateWithPopup()";
    add_connections(world);
    settings(world, shown, METHOD).await;
    let sso = google().complete_redirect_url(HOME);
    let (client, recorder) = Recorder::client(world);
    let outcome = client.sign_in().sso_with(&sso, &Popup(world.fake.clone(), "new@example.com")).await.unwrap();
    let new = take!(outcome, AfterRedirect::Transferable);
    shown.row("authenticateWithPopup().popup", new.is_transferable());
    shown.row("authenticateWithPopup().redirectUrl", recorder.values("redirect_url") == [POPUP]);
    // This browser would not notice that the user arrives at another page, so the server is not told about it.
    let is_left_out = recorder.values("action_complete_redirect_url").is_empty();
    let is_noted = signs_up(world, shown, METHOD, new).await;
    shown.row("authenticateWithPopup().unsafeMetadata", is_noted);

    let (client, recorder) = Recorder::client(world);
    let outcome = client.sign_in().sso_with(&sso, &world.fake.browser(L)).await.unwrap();
    let is_sent = recorder.values("action_complete_redirect_url") == [HOME];
    shown.row("authenticateWithPopup().redirectUrlComplete", is_left_out && is_sent);
    shown.row(METHOD, matches!(outcome, AfterRedirect::Complete(_)));
}
