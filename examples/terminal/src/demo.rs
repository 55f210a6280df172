//! A sign-in that runs without asking the user anything. It verifies the password and a code of the authenticator app,
//! and gets a session.

use std::process::ExitCode;
use std::time::Duration;

use clerk_sign_in::State;
use clerk_sign_in::fake::{ADA, FakeBackend};
use clerk_sign_in::platform::SystemTimer;
use clerk_sign_in::{AfterCreate, AfterSecondFactor, Complete, Error, Finalized, NeedsSecondFactor, SignIn, StepError};

use crate::arguments::Arguments;
use crate::server::Server;
use crate::terminal::{complain, note, say};
use crate::words;

type Failure = Box<dyn std::error::Error>;

pub(crate) async fn run(arguments: &Arguments) -> ExitCode {
    match walk(arguments).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            let why = failure.downcast_ref().map_or_else(|| failure.to_string(), words::error);
            complain(format_args!("error: {why}"));
            ExitCode::FAILURE
        }
    }
}

async fn walk(arguments: &Arguments) -> Result<(), Failure> {
    let server = Server::of(arguments)?;
    // Only an embedded server tells the program the codes. For any other server, the program calculates the codes
    // itself, because it knows the secret of the authenticator app.
    let authenticator = server.embedded().cloned().unwrap_or_else(|| FakeBackend::demo().with_timer(SystemTimer));

    let sign_in = enter(server.client().sign_in());
    let second =
        match sign_in.password(ADA.email_address, ADA.password.unwrap_or_default()).await.map_err(Error::from)? {
            AfterCreate::NeedsSecondFactor(second) => enter(second),
            other => return Err(other.unhandled().into()),
        };
    let complete = enter(verify(second, &authenticator).await?);
    match complete.finalize().await.map_err(Error::from)? {
        Finalized::Active(session) => say(format_args!("Active session: {}", session.id())),
        Finalized::Pending(session) => say(format_args!("Pending session: {}", session.id())),
    }
    Ok(())
}

fn enter<S: State>(sign_in: SignIn<S>) -> SignIn<S> {
    say(sign_in.state_name());
    sign_in
}

/// Verifies a code of the authenticator app. Each code works only once. If the program last ran a short time ago, this
/// function may have to wait for the next code.
async fn verify(second: SignIn<NeedsSecondFactor>, authenticator: &FakeBackend) -> Result<SignIn<Complete>, Failure> {
    let shows = || authenticator.totp_code(ADA.email_address).unwrap_or_default();
    let used = shows();
    let verified = match second.verify_totp(&used).await {
        Err(StepError::Stayed { error, sign_in }) if error.is_wrong_input() => {
            note("The code was used already. Waiting for the authenticator app to show the next one.");
            while shows() == used {
                tokio::time::sleep(Duration::from_secs(1)).await;
            }
            sign_in.verify_totp(&shows()).await.map_err(Error::from)?
        }
        first_try => first_try.map_err(Error::from)?,
    };
    match verified {
        AfterSecondFactor::Complete(complete) => Ok(complete),
        other => Err(other.unhandled().into()),
    }
}
