//! The factors of an account, from which the user chooses one.

use std::fmt::{self, Display};

use clerk_sign_in::SignIn;
use clerk_sign_in::Stage;
use clerk_sign_in::wire::{Factor, Strategy, Verification};

use super::link_sent::PAGE;
use crate::app::{App, Next};
use crate::leave::Leave;
use crate::terminal::say;
use crate::words;

pub(super) const CHALLENGING: &str = "Asking for a challenge";

pub(super) enum Way {
    By(Box<Factor>),
    /// The code that was sent earlier still works. The server does not send another code so soon.
    TypeCode,
    /// The link that was sent earlier still works.
    WaitForLink,
}

/// Returns the factors with these strategies. Tells the user that the other factors cannot be used, so that the user
/// does not look for them.
pub(super) fn ways(factors: &[Factor], strategies: &[Strategy], verification: Option<&Verification>) -> Vec<Way> {
    let (usable, others): (Vec<_>, Vec<_>) = factors.iter().partition(|factor| strategies.contains(&factor.strategy));
    if !others.is_empty() {
        let others: Vec<_> = others.into_iter().map(words::factor).collect();
        say(format_args!("Not possible in this terminal: {}.", others.join(", ")));
    }
    let code_is_out = verification.is_some_and(|verification| {
        verification.is_pending()
            && verification.strategy.as_ref().is_some_and(|by| by.is_sent_code() || by.is_reset_code())
    });
    let link_is_out = verification
        .is_some_and(|verification| verification.is_pending() && verification.strategy == Some(Strategy::EmailLink));
    let ways = usable.into_iter().map(|factor| Way::By(Box::new(factor.clone())));
    let out = [code_is_out.then_some(Way::TypeCode), link_is_out.then_some(Way::WaitForLink)];
    ways.chain(out.into_iter().flatten()).collect()
}

/// Sends a code or a link.
pub(super) async fn send<S: Stage>(app: &mut App, sign_in: SignIn<S>, factor: &Factor) -> Result<Next, Leave> {
    if factor.strategy == Strategy::EmailLink {
        let id = factor.email_address_id.as_deref().unwrap_or_default();
        return match app.step("Sending a link", sign_in, |sign_in| sign_in.send_email_link_to(id, PAGE)).await? {
            Ok(sent) => Ok(sent.into()),
            Err(failed) => app.after_failure(failed).await,
        };
    }
    match app.step("Sending a code", sign_in, |sign_in| sign_in.send_code(factor)).await? {
        Ok(sent) => Ok(sent.into()),
        Err(failed) => app.after_failure(failed).await,
    }
}

pub(super) async fn code_that_is_out<S: Stage>(app: &mut App, sign_in: SignIn<S>) -> Result<Next, Leave> {
    match sign_in.code_sent() {
        Ok(sent) => Ok(sent.into()),
        // The code no longer works, so the program asks the server for the current state.
        Err(sign_in) => app.find_again(sign_in.into()).await,
    }
}

pub(super) async fn link_that_is_out<S: Stage>(app: &mut App, sign_in: SignIn<S>) -> Result<Next, Leave> {
    match sign_in.link_sent() {
        Ok(sent) => Ok(sent.into()),
        Err(sign_in) => app.find_again(sign_in.into()).await,
    }
}

impl Display for Way {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::By(factor) => f.write_str(&words::capitalised(&words::factor(factor))),
            Self::TypeCode => f.write_str("The code that was sent"),
            Self::WaitForLink => f.write_str("The link that was sent"),
        }
    }
}
