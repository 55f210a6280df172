//! A desktop app that stays signed in, and continues an unfinished sign-in after a restart.
//!
//! ```sh
//! cargo run -p desktop -- sign-in pk_test_…
//! cargo run -p desktop -- whoami pk_test_…
//! cargo run -p desktop -- sign-out pk_test_…
//! ```
//!
//! The publishable key determines the server. To use another server, such as `clerk-fake`, give the URL of that server
//! as the third argument.
//!
//! Users can sign in with Google only if the instance allows redirects to `http://127.0.0.1`.

use std::path::PathBuf;
use std::process::ExitCode;
use std::{env, fs, io};

use anyhow::{Context as _, bail};
use clerk_sign_in::platform::SystemBrowser;
use clerk_sign_in::wire::{ErrorCode, Session, SignUpFields};
use clerk_sign_in::{
    AfterSignUp, AnySignIn, AnyStepError, Checkpoint, Client, CodeSent, Error, ExportedClient, Finalized, HttpBackend,
    PublishableKey, SignIn, Sso, Stage, StepError,
};
use serde::{Deserialize, Serialize};

const APP_NAME: &str = "Desktop example";
const FILE: &str = ".clerk-sign-in-desktop.json";

/// The data that the app saves for its next start.
#[derive(Serialize, Deserialize)]
struct Kept {
    /// The server to which the client belongs. The client's token must not be sent to any other server.
    server: String,
    /// The exported client, which must be kept as secret as a password. A real app keeps it in the system's keychain.
    client: ExportedClient,
    /// The unfinished sign-in. The checkpoint contains no secret.
    sign_in: Option<Checkpoint>,
}

struct App {
    folder: PathBuf,
    server: String,
    client: Client,
    sign_in: Option<Checkpoint>,
}

#[tokio::main]
async fn main() -> ExitCode {
    match run().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error:#}");
            ExitCode::FAILURE
        }
    }
}

async fn run() -> anyhow::Result<()> {
    let mut arguments = env::args().skip(1);
    let (Some(command), Some(key)) = (arguments.next(), arguments.next()) else {
        bail!("usage: desktop sign-in|whoami|sign-out PUBLISHABLE_KEY [URL]");
    };
    let mut backend = HttpBackend::builder_for(&key.parse::<PublishableKey>()?);
    if let Some(url) = arguments.next() {
        backend = backend.base_url(url);
    }
    let mut app = App::open(backend.build()?)?;
    match command.as_str() {
        "sign-in" => app.sign_in().await,
        "whoami" => app.who_am_i().await,
        "sign-out" => app.sign_out().await,
        other => bail!("no such command: {other}"),
    }
}

impl App {
    fn open(backend: HttpBackend) -> anyhow::Result<Self> {
        let folder = env::home_dir().context("there is no home folder")?;
        let kept: Option<Kept> = match fs::read(folder.join(FILE)) {
            Ok(text) => Some(serde_json::from_slice(&text)?),
            Err(error) if error.kind() == io::ErrorKind::NotFound => None,
            Err(error) => return Err(error.into()),
        };
        let server = backend.base_url().to_owned();
        let client = Client::builder(backend);
        Ok(match kept.filter(|kept| kept.server == server) {
            Some(kept) => Self { folder, server, client: client.exported(kept.client).build(), sign_in: kept.sign_in },
            None => Self { folder, server, client: client.build(), sign_in: None },
        })
    }

    /// Saves the client and the sign-in. Every answer replaces the client's token, so the app saves the client after
    /// every call to the server.
    fn keep(&mut self, sign_in: Option<Checkpoint>) -> anyhow::Result<()> {
        self.sign_in = sign_in;
        let (server, client, sign_in) = (self.server.clone(), self.client.export(), self.sign_in.clone());
        // The new file can be read only by its owner (mode 0600). The new file replaces the old one in one step.
        let mut new = tempfile::NamedTempFile::new_in(&self.folder)?;
        serde_json::to_writer(&mut new, &Kept { server, client, sign_in })?;
        new.persist(self.folder.join(FILE))?;
        Ok(())
    }

    async fn sign_in(&mut self) -> anyhow::Result<()> {
        let mut sign_in = self.resume().await.map_err(for_user)?;
        loop {
            self.keep(Some(sign_in.checkpoint()))?;
            sign_in = match sign_in {
                AnySignIn::Complete(done) => return self.signed_in(done.finalize().await.map_err(for_user)?),
                // No user has this account yet, so sign up.
                AnySignIn::Transferable(new) => match new.sign_up(SignUpFields::new()).await.map_err(for_user)? {
                    AfterSignUp::Complete(done) => return self.signed_in(done.finalize().await.map_err(for_user)?),
                    other => return Err(for_user(other.unhandled())),
                },
                sign_in => match step(sign_in).await {
                    Ok(next) => next,
                    Err(failed) => {
                        self.keep(Some(failed.handed_back.checkpoint()))?;
                        // Any error other than wrong input ends the program. When the program starts again, it
                        // continues with this sign-in.
                        if !failed.error.is_wrong_input() {
                            return Err(for_user(failed.error));
                        }
                        eprintln!("{}", failed.error.user_message());
                        failed.handed_back
                    }
                },
            };
        }
    }

    /// Returns the current state of the last run's unfinished sign-in, or a new sign-in if there is none.
    async fn resume(&mut self) -> Result<AnySignIn, Error> {
        let left = self.sign_in.take().map(|checkpoint| self.client.restore(checkpoint));
        let Some(Ok(left)) = left else { return Ok(self.client.sign_in().into()) };
        match left.refresh().await {
            Err(failed) if failed.error.is_over() => Ok(self.client.sign_in().into()),
            refreshed => Ok(refreshed?),
        }
    }

    fn signed_in(&mut self, session: Finalized) -> anyhow::Result<()> {
        self.keep(None)?;
        match session {
            Finalized::Active(session) => println!("Signed in as {}.", name(session.session())),
            Finalized::Pending(session) => {
                let tasks: Vec<&str> = session.tasks().iter().map(|task| task.key.as_str()).collect();
                println!("Not signed in before this is done: {}", tasks.join(", "));
            }
        }
        Ok(())
    }

    async fn who_am_i(&mut self) -> anyhow::Result<()> {
        self.client.refresh().await.map_err(for_user)?;
        self.keep(self.sign_in.clone())?;
        match self.client.active_session() {
            Some(session) => println!("You are {}.", name(&session)),
            None => println!("Nobody is signed in."),
        }
        Ok(())
    }

    /// Signs out. The app keeps the client, so that the server still trusts this client at the next sign-in.
    async fn sign_out(&mut self) -> anyhow::Result<()> {
        self.client.sign_out().await.map_err(for_user)?;
        self.keep(None)?;
        println!("Signed out.");
        Ok(())
    }
}

/// Asks the user for the input that the next step needs, and then takes the step.
async fn step(sign_in: AnySignIn) -> Result<AnySignIn, AnyStepError> {
    Ok(match sign_in {
        AnySignIn::NeedsIdentifier(new) => match ask("Email address, or nothing to sign in with Google").as_str() {
            "" => new.sso_with(&Sso::oauth("google"), &SystemBrowser::new(APP_NAME)).await?.into(),
            address => match new.create_or_sign_up(address).await {
                // This instance does not allow sign-ups.
                Err(StepError::Stayed { error, sign_in }) if error.has_code(&ErrorCode::SignUpIfMissingNotAllowed) => {
                    sign_in.create(address).await?.into()
                }
                step => step?.into(),
            },
        },
        AnySignIn::NeedsFirstFactor(first) => first.send_email_code().await?.into(),
        AnySignIn::NeedsClientTrust(new_client) => new_client.send_email_code().await?.into(),
        AnySignIn::NeedsSecondFactor(second) => {
            match ask("Code of your authenticator app, or nothing to begin again").as_str() {
                "" => second.start_over().into(),
                code => second.verify_totp(code).await?.into(),
            }
        }
        AnySignIn::FirstFactorCodeSent(sent) => code(sent).await?,
        AnySignIn::ClientTrustCodeSent(sent) => code(sent).await?,
        // The browser did not come back to the app, the sign-in is too old, or this app does not support the sign-in's
        // state.
        other => {
            println!("The sign-in begins again.");
            other.start_over().into()
        }
    })
}

async fn code<S: Stage>(sent: SignIn<CodeSent<S>>) -> Result<AnySignIn, AnyStepError> {
    Ok(match ask("Code from your email, or nothing for another").as_str() {
        "" => sent.resend().await?.into(),
        code => sent.verify(code).await?.into(),
    })
}

/// Asks the user. If the user gives no answer, the program ends, and repeats the question when it restarts.
fn ask(question: &str) -> String {
    println!("{question}?");
    match io::stdin().lines().next() {
        Some(Ok(answer)) => answer,
        _ => std::process::exit(1),
    }
}

fn name(session: &Session) -> &str {
    session.public_user_data.as_ref().map_or("a user", |user| &user.identifier)
}

fn for_user(error: impl Into<Error>) -> anyhow::Error {
    anyhow::Error::msg(error.into().user_message())
}
