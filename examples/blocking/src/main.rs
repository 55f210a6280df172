//! Signs in without an async runtime. The program supplies its own HTTP client, ureq.
//!
//! ```sh
//! cargo run -p blocking -- pk_test_…
//! ```
//!
//! The publishable key determines the server. To use another server, such as `clerk-fake`, give the URL of that server
//! as the second argument.

use std::io;
use std::time::Duration;

use anyhow::Context as _;
use clerk_sign_in::backend::{BackendError, Transport};
use clerk_sign_in::{AfterFirstFactor, Client, Error, Finalized, HttpBackend, PublishableKey, StepError, async_trait};
use futures::executor::block_on;
use ureq::http::{Request, Response};
use ureq::{Agent, Timeout};

/// The HTTP client. Any other HTTP client can be used in the same way.
#[derive(Debug)]
struct Ureq(Agent);

impl Ureq {
    fn new() -> Self {
        // A rejection is an answer with a 4xx status. The HTTP client must not report it as an error. Redirects are not
        // followed.
        let config = Agent::config_builder().http_status_as_error(false).max_redirects(0);
        let (connecting, whole) = (Duration::from_secs(10), Duration::from_secs(30));
        Self(config.timeout_connect(Some(connecting)).timeout_global(Some(whole)).build().into())
    }
}

#[async_trait]
impl Transport for Ureq {
    // This call blocks the thread. That is harmless, because nothing else runs on the thread.
    async fn send(&self, message: Request<Vec<u8>>) -> Result<Response<Vec<u8>>, BackendError> {
        let (head, mut body) = self.0.run(message).map_err(failed)?.into_parts();
        Ok(Response::from_parts(head, body.read_to_vec().map_err(failed)?))
    }
}

/// `NotSent` promises that the server did nothing. If it is uncertain whether the server acted, the error is
/// `Transport`.
fn failed(error: ureq::Error) -> BackendError {
    match &error {
        ureq::Error::HostNotFound | ureq::Error::Timeout(Timeout::Resolve | Timeout::Connect) => {
            BackendError::not_sent(error)
        }
        ureq::Error::Io(cause) if cause.kind() == io::ErrorKind::ConnectionRefused => BackendError::not_sent(error),
        _ => BackendError::transport(error),
    }
}

fn main() -> anyhow::Result<()> {
    let mut arguments = std::env::args().skip(1);
    let key: PublishableKey = arguments.next().context("give the publishable key of your instance")?.parse()?;
    let url = arguments.next().unwrap_or_else(|| format!("https://{}", key.frontend_api()));
    let client = Client::new(HttpBackend::with_transport(&url, Ureq::new()));
    match block_on(sign_in(&client)) {
        Ok(Finalized::Active(session)) => println!("Signed in: {}", session.id()),
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
    let mut sent = client.sign_in().send_email_code(&ask("Email address")).await?;
    let done = loop {
        match sent.verify(&ask("Code from your email")).await {
            Ok(AfterFirstFactor::Complete(done)) => break done,
            Ok(other) => return Err(other.unhandled()),
            Err(StepError::Stayed { error, sign_in }) if error.is_wrong_input() => {
                eprintln!("{}", error.user_message());
                sent = sign_in;
            }
            Err(failed) => return Err(failed.into()),
        }
    };
    Ok(done.finalize().await?)
}

/// Asks the user. If the user gives no answer, the program ends.
fn ask(question: &str) -> String {
    println!("{question}?");
    match io::stdin().lines().next() {
        Some(Ok(answer)) => answer,
        _ => std::process::exit(1),
    }
}
