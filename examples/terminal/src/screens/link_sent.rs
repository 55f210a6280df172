//! The screen of `LinkSent` (at any stage), on which the user can open the link or wait until it is opened.

use std::fmt::{self, Display};
use std::future::IntoFuture;

use clerk_sign_in::Stage;
use clerk_sign_in::platform::{SystemTimer, Timer, TokioTimer};
use clerk_sign_in::wire::VerificationStatus;
use clerk_sign_in::{AnySignIn, LinkSent, SignIn};

use crate::app::{App, Failed, Next, Pick};
use crate::leave::Leave;
use crate::terminal::say;
use crate::words;

/// The page to which links lead. The domain of this page is reserved for examples (RFC 2606).
pub(super) const PAGE: &str = "https://example.com/";

pub(super) async fn link_sent<S: Stage>(app: &mut App, mut sign_in: SignIn<LinkSent<S>>) -> Result<Next, Leave> {
    let (description, works) = describe(&sign_in);
    say(description);
    loop {
        let mut ways = vec![Way::SendAgain, Way::ChooseAnother];
        if works {
            ways.insert(0, Way::Wait);
            if app.has_mailbox() {
                ways.insert(0, Way::Open);
            }
        }
        let failed = match app.menu("The link", ways).await? {
            Pick::Way(Way::Open) => {
                app.open_link();
                continue;
            }
            Pick::Way(Way::Wait) => {
                let expires_at = sign_in.expires_at();
                let doing = || match expires_at.map(|expires_at| SystemTimer.now().until(expires_at)) {
                    Some(left) => format!("Waiting for the link: {} left", words::clock(left)),
                    None => "Waiting for the link".to_owned(),
                };
                let wait = |sign_in: SignIn<LinkSent<S>>| sign_in.wait_for_verification(TokioTimer).into_future();
                match app.long_step(doing, sign_in, wait).await? {
                    Ok(Ok(next)) => return Ok(Next::SignIn(next.into())),
                    Ok(Err(failed)) => failed,
                    Err(stopped) => return Ok(stopped),
                }
            }
            Pick::Way(Way::SendAgain) => {
                match app.step("Sending another link", sign_in, |sign_in| sign_in.resend(PAGE)).await? {
                    Ok(sent) => return Ok(sent.into()),
                    Err(failed) => failed,
                }
            }
            Pick::Way(Way::ChooseAnother) | Pick::Back => return Ok(AnySignIn::from(sign_in.choose_another()).into()),
            Pick::StartOver => return Ok(sign_in.start_over().into()),
        };
        sign_in = match app.failed(failed).await? {
            Failed::AskAgain(sign_in) => sign_in,
            Failed::GoOn(next) => return Ok(next),
        };
    }
}

/// Returns a description of the link that was sent, and `true` if the link still works.
fn describe<S: Stage>(sign_in: &SignIn<LinkSent<S>>) -> (String, bool) {
    let address = sign_in.sent_to().and_then(|factor| factor.safe_identifier.as_deref());
    let place = address.map_or_else(String::new, |address| format!(" to {address}"));
    let left = sign_in.expires_at().map(|ends| SystemTimer.now().until(ends));
    match (sign_in.verification().and_then(|verification| verification.status.as_ref()), left) {
        (Some(VerificationStatus::Failed), _) => (format!("The link sent{place} no longer works."), false),
        (Some(VerificationStatus::Expired), _) => (format!("The link sent{place} has expired."), false),
        (_, Some(left)) if left.is_zero() => (format!("The link sent{place} has expired."), false),
        (_, Some(left)) => (format!("A link was sent{place}. It works for {}.", words::duration(left)), true),
        (_, None) => (format!("A link was sent{place}."), true),
    }
}

enum Way {
    Open,
    Wait,
    SendAgain,
    ChooseAnother,
}

impl Display for Way {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Open => "Open it",
            Self::Wait => "Wait until it is opened",
            Self::SendAgain => "Send again",
            Self::ChooseAnother => "Choose another",
        })
    }
}
