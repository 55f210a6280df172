//! A web app whose server signs in the visitors. Each page shows one state of the sign-in.
//!
//! ```sh
//! cargo run -p axum-app -- pk_test_…
//! ```
//!
//! The publishable key determines which server the app uses. To use another server, such as `clerk-fake`, give the URL
//! of that server as the second argument. By default, the app listens at `127.0.0.1:3000`. To change the address, set
//! the environment variable `ADDRESS`.
//!
//! Each visitor has their own client, which this server keeps in the visitor's session. Clerk treats this client as a
//! native client, so the settings of the instance must allow native clients.

use std::env;

use anyhow::Context as _;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use axum::{Form, Router};
use clerk_sign_in::wire::{Secret, Session as ClerkSession};
use clerk_sign_in::{
    AnySignIn, AnyStepError, Checkpoint, Client, ExportedClient, Finalized, HttpBackend, PendingSession, PublishableKey,
};
use maud::{DOCTYPE, Markup, html};
use serde::{Deserialize, Serialize};
use tower_sessions::cookie::SameSite;
use tower_sessions::{MemoryStore, Session, SessionManagerLayer};

const VISITOR: &str = "visitor";

/// The data in the visitor's session. The browser's cookie contains only the session's id.
#[derive(Serialize, Deserialize)]
struct Visitor {
    /// The client, which is as secret as a password. If sessions are stored outside this process's memory, the store
    /// must protect this secret.
    client: ExportedClient,
    /// `None` once the visitor is signed in.
    sign_in: Option<Checkpoint>,
}

/// The forms. The button that the visitor pressed determines which form was sent.
#[derive(Deserialize)]
#[serde(tag = "step", rename_all = "snake_case")]
enum Step {
    Identifier { identifier: String },
    Password { password: Secret },
    SendCode,
    Code { code: Secret },
    StartOver,
    SignOut,
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let mut arguments = env::args().skip(1);
    let key: PublishableKey = arguments.next().context("give the publishable key of your instance")?.parse()?;
    let mut backend = HttpBackend::builder_for(&key);
    if let Some(url) = arguments.next() {
        backend = backend.base_url(url);
    }
    // A real app uses a store that outlives the process. The cookie is `Secure`. Without https, most browsers send such
    // a cookie only to a server on the same machine, and Safari does not send it at all. With `Lax`, browsers send the
    // cookie when the visitor follows a link from another site. They do not send it when a form is submitted from
    // another site.
    let sessions = SessionManagerLayer::new(MemoryStore::default()).with_same_site(SameSite::Lax);
    let app = Router::new().route("/", get(show).post(submit)).layer(sessions).with_state(backend.build()?);
    let address = env::var("ADDRESS").unwrap_or_else(|_| "127.0.0.1:3000".to_owned());
    let listener = tokio::net::TcpListener::bind(address).await?;
    println!("http://{}", listener.local_addr()?);
    Ok(axum::serve(listener, app).await?)
}

async fn show(State(backend): State<HttpBackend>, session: Session) -> Result<Markup, Problem> {
    let Some(visitor) = session.get::<Visitor>(VISITOR).await? else {
        return begin(&session, &Client::new(backend)).await;
    };
    let client = Client::builder(backend).exported(visitor.client).build();
    match visitor.sign_in.map(|checkpoint| client.restore(checkpoint)).transpose()? {
        Some(AnySignIn::Complete(done)) => {
            let checkpoint = done.checkpoint();
            match done.finalize().await {
                Ok(Finalized::Active(signed_in)) => {
                    keep(&session, &client, None).await?;
                    Ok(home(signed_in.session()))
                }
                Ok(Finalized::Pending(pending)) => {
                    keep(&session, &client, Some(checkpoint)).await?;
                    Ok(tasks(&pending))
                }
                // If no answer came, the visitor can reload the page.
                Err(failed) => {
                    let (sign_in, error) = failed.into_parts();
                    Ok(page(&sign_in, Some(&error.user_message())))
                }
            }
        }
        Some(sign_in) => Ok(page(&sign_in, None)),
        None => {
            client.refresh().await?;
            match client.active_session() {
                Some(signed_in) => {
                    keep(&session, &client, None).await?;
                    Ok(home(&signed_in))
                }
                // The session has ended.
                None => begin(&session, &client).await,
            }
        }
    }
}

async fn submit(
    State(backend): State<HttpBackend>,
    session: Session,
    Form(step): Form<Step>,
) -> Result<Response, Problem> {
    // Redirects after each form, so that reloading the page does not send the form again.
    let to_page = || Redirect::to("/").into_response();
    // If a form comes without a session, another site may have sent it.
    let Some(visitor) = session.get::<Visitor>(VISITOR).await? else { return Ok(to_page()) };
    let client = Client::builder(backend).exported(visitor.client).build();
    let taken = match (visitor.sign_in, step) {
        (Some(checkpoint), step) => take(client.restore(checkpoint)?, step).await,
        (None, Step::SignOut) => {
            // The app keeps the client, so that Clerk still trusts this client at the next sign-in.
            client.sign_out().await?;
            Ok(client.sign_in().into())
        }
        (None, _) => return Ok(to_page()),
    };
    let (sign_in, error) = match taken {
        Ok(sign_in) => (sign_in, None),
        Err(failed) if failed.error.is_over() => (client.sign_in().into(), Some(failed.error)),
        Err(failed) => (failed.handed_back, Some(failed.error)),
    };
    if matches!(sign_in, AnySignIn::Complete(_)) {
        // Gives the session a new id, because somebody else may know the old one.
        session.cycle_id().await?;
    }
    keep(&session, &client, Some(sign_in.checkpoint())).await?;
    Ok(match error {
        Some(error) => (StatusCode::UNPROCESSABLE_ENTITY, page(&sign_in, Some(&error.user_message()))).into_response(),
        None => to_page(),
    })
}

/// Takes the requested step if the sign-in is still in the state that the form was made for.
async fn take(sign_in: AnySignIn, step: Step) -> Result<AnySignIn, AnyStepError> {
    use AnySignIn as At;
    Ok(match (sign_in, step) {
        (sign_in, Step::StartOver) => sign_in.start_over().into(),
        (At::NeedsIdentifier(new), Step::Identifier { identifier }) => new.create(&identifier).await?.into(),
        (At::NeedsFirstFactor(first), Step::Password { password }) => first.password(password.expose()).await?.into(),
        (At::NeedsFirstFactor(first), Step::SendCode) => first.send_email_code().await?.into(),
        (At::FirstFactorCodeSent(sent), Step::Code { code }) => sent.verify(code.expose()).await?.into(),
        (At::FirstFactorCodeSent(sent), Step::SendCode) => sent.resend().await?.into(),
        (At::NeedsClientTrust(new_client), Step::SendCode) => new_client.send_email_code().await?.into(),
        (At::ClientTrustCodeSent(sent), Step::Code { code }) => sent.verify(code.expose()).await?.into(),
        (At::ClientTrustCodeSent(sent), Step::SendCode) => sent.resend().await?.into(),
        (At::NeedsSecondFactor(second), Step::Code { code }) => second.verify_totp(code.expose()).await?.into(),
        // The form is from an older page, so no step is taken.
        (elsewhere, _) => elsewhere,
    })
}

async fn begin(session: &Session, client: &Client) -> Result<Markup, Problem> {
    let sign_in: AnySignIn = client.sign_in().into();
    keep(session, client, Some(sign_in.checkpoint())).await?;
    Ok(page(&sign_in, None))
}

/// Saves the client and the sign-in. Every answer replaces the client's token, so the app must call this function after
/// every call to the server.
async fn keep(session: &Session, client: &Client, sign_in: Option<Checkpoint>) -> Result<(), Problem> {
    Ok(session.insert(VISITOR, Visitor { client: client.export(), sign_in }).await?)
}

fn page(sign_in: &AnySignIn, error: Option<&str>) -> Markup {
    let form = match sign_in {
        AnySignIn::NeedsIdentifier(_) => html! {
            label { "Email address" input name="identifier" type="email" autocomplete="username" required; }
            button name="step" value="identifier" { "Continue" }
        },
        AnySignIn::NeedsFirstFactor(_) => html! {
            label { "Password" input name="password" type="password" autocomplete="current-password" required; }
            button name="step" value="password" { "Sign in" }
            button name="step" value="send_code" formnovalidate { "Send me a code by email" }
        },
        AnySignIn::FirstFactorCodeSent(_) | AnySignIn::ClientTrustCodeSent(_) => html! {
            label { "Code from your email" input name="code" autocomplete="one-time-code" required; }
            button name="step" value="code" { "Sign in" }
            button name="step" value="send_code" formnovalidate { "Send another code" }
        },
        AnySignIn::NeedsClientTrust(_) => html! {
            p { "You have not signed in with this browser before." }
            button name="step" value="send_code" { "Send me a code by email" }
        },
        AnySignIn::NeedsSecondFactor(_) => html! {
            label { "Code of your authenticator app" input name="code" autocomplete="one-time-code" required; }
            button name="step" value="code" { "Sign in" }
        },
        AnySignIn::Complete(_) => html! {},
        _ => html! { p { "This app cannot continue this sign-in." } },
    };
    layout(&html! {
        @if let Some(identifier) = sign_in.identifier() { p { "Signing in as " b { (identifier) } } }
        @if let Some(error) = error { p role="alert" { (error) } }
        form method="post" {
            (form)
            button name="step" value="start_over" formnovalidate { "Start over" }
        }
    })
}

fn home(session: &ClerkSession) -> Markup {
    let name = session.public_user_data.as_ref().map_or("a user", |user| &user.identifier);
    layout(&html! {
        p { "Signed in as " b { (name) } }
        form method="post" { button name="step" value="sign_out" { "Sign out" } }
    })
}

fn tasks(session: &PendingSession) -> Markup {
    layout(&html! {
        p { "You are not signed in before this is done:" }
        ul { @for task in session.tasks() { li { (task.key) } } }
        form method="post" { button name="step" value="start_over" { "Start over" } }
    })
}

fn layout(content: &Markup) -> Markup {
    html! {
        (DOCTYPE)
        html lang="en" {
            head { meta charset="utf-8"; title { "Sign in" } }
            body { (content) }
        }
    }
}

/// An error that the visitor did not cause.
struct Problem(anyhow::Error);

impl<E: Into<anyhow::Error>> From<E> for Problem {
    fn from(error: E) -> Self {
        Self(error.into())
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        eprintln!("{:#}", self.0);
        (StatusCode::BAD_GATEWAY, layout(&html! { p { "Something went wrong. Please try again later." } }))
            .into_response()
    }
}
