//! Every state on the way has its step: by password, with whatever the account asks for after it.

use clerk_sign_in::{AfterClientTrust, AfterCreate, AfterFirstFactor, AfterSecondFactor, Client, Complete, Error, Finalized, SignIn, StepError};

pub async fn sign_in(client: &Client, ask: impl Fn(&str) -> String) -> Result<bool, Error> {
    let complete = match client.sign_in().password(&ask("email address"), &ask("password")).await? {
        AfterCreate::Complete(complete) => complete,
        AfterCreate::NeedsSecondFactor(mut second) => loop {
            match second.verify_totp(&ask("code of the authenticator app")).await {
                Ok(AfterSecondFactor::Complete(complete)) => break complete,
                Ok(elsewhere) => return Err(elsewhere.unhandled()),
                Err(StepError::Stayed { error, sign_in }) if error.is_wrong_input() => second = sign_in,
                Err(failed) => return Err(failed.into()),
            }
        },
        AfterCreate::NeedsClientTrust(new_device) => {
            let sent = new_device.send_email_code().await?;
            match sent.verify(&ask("code in the email")).await? {
                AfterClientTrust::Complete(complete) => complete,
                elsewhere => return Err(elsewhere.unhandled()),
            }
        }
        elsewhere => return Err(elsewhere.unhandled()),
    };
    is_signed_in(complete).await
}

pub async fn sign_in_by_code(client: &Client, ask: impl Fn(&str) -> String) -> Result<bool, Error> {
    let sent = client.sign_in().send_email_code(&ask("email address")).await?;
    match sent.verify(&ask("code in the email")).await? {
        AfterFirstFactor::Complete(complete) => is_signed_in(complete).await,
        elsewhere => Err(elsewhere.unhandled()),
    }
}

async fn is_signed_in(complete: SignIn<Complete>) -> Result<bool, Error> {
    match complete.finalize().await? {
        Finalized::Active(_) => Ok(true),
        Finalized::Pending(_) => Ok(false),
    }
}

fn main() {}
