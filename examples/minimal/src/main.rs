//! Signs in with a password, and then with the code that the account requires.
//!
//! ```sh
//! cargo run -p minimal -- pk_test_…
//! ```
//!
//! The publishable key determines the server. To use another server, such as `clerk-fake`, give the URL of that server
//! as the second argument.

use anyhow::Context as _;
use clerk_sign_in::{AfterCreate, AnySignIn, Client, Error, Finalized, HttpBackend, PublishableKey};

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let mut arguments = std::env::args().skip(1);
    let key: PublishableKey = arguments.next().context("give the publishable key of your instance")?.parse()?;
    let mut backend = HttpBackend::builder_for(&key);
    if let Some(url) = arguments.next() {
        backend = backend.base_url(url);
    }
    match sign_in(&Client::new(backend.build()?)).await {
        Ok(Finalized::Active(session)) => {
            let user = session.session().public_user_data.as_ref().map_or("a user", |user| &user.identifier);
            println!("Session {} of {user}", session.id());
        }
        Ok(Finalized::Pending(session)) => {
            let tasks: Vec<&str> = session.tasks().iter().map(|task| task.key.as_str()).collect();
            println!("Not signed in before this is done: {}", tasks.join(", "));
        }
        Err(error) => {
            eprintln!("{}", error.user_message());
            std::process::exit(1);
        }
    }
    Ok(())
}

async fn sign_in(client: &Client) -> Result<Finalized, Error> {
    let sign_in: AnySignIn = match client.sign_in().password(&ask("Email address"), &ask("Password")).await? {
        AfterCreate::NeedsSecondFactor(second) => {
            second.verify_totp(&ask("Code of your authenticator app")).await?.into()
        }
        AfterCreate::NeedsClientTrust(new_client) => {
            new_client.send_email_code().await?.verify(&ask("Code from your email")).await?.into()
        }
        other => other.into(),
    };
    match sign_in {
        AnySignIn::Complete(done) => Ok(done.finalize().await?),
        other => Err(other.unhandled()),
    }
}

/// Asks the user. If the user gives no answer, the program ends.
fn ask(question: &str) -> String {
    println!("{question}?");
    match std::io::stdin().lines().next() {
        Some(Ok(answer)) => answer,
        _ => std::process::exit(1),
    }
}
