//! What an account can verify by, as choices.

use std::fmt::{self, Display};

use clerk_sign_in::SignIn;
use clerk_sign_in::Stage;
use clerk_sign_in::wire::{Factor, Strategy, Verification};

use super::link_sent::PAGE;
use crate::app::{App, Next};
use crate::leave::Leave;
use crate::terminal::say;
use crate::words;

pub(super) enum Way {
    By(Box<Factor>),
    /// A code is still out from before another way was looked for: sending one again would be refused for a while.
    TypeCode,
    /// And so for a link.
    WaitForLink,
}

/// The factors of these strategies. The others are named, so that nobody looks for them.
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

/// A code, or a link.
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
        // It works no more: the server knows where the sign-in stands.
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
