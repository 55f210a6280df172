//! The screens of the program. Each state has its own screen.

mod challenged;
mod client_trust;
mod code_sent;
mod complete;
mod factors;
mod first_factor;
mod id_token;
mod identifier;
mod keys_instead;
mod link_sent;
mod new_password;
mod protect_check;
mod redirect_ready;
mod reset_password;
mod second_factor;
mod sign_up;
mod sign_up_code;
mod sign_up_fields;
mod stuck;
mod taken;
mod transferable;
mod unknown_identifier;

use clerk_sign_in::{AfterSignUp, AnySignIn, Finalized};

use crate::app::{App, Next};
use crate::begin::Start;
use crate::leave::Leave;
use crate::terminal::say;

/// Shows one screen after another until there is a session.
pub(crate) async fn until_session(app: &mut App, start: Start) -> Result<Finalized, Leave> {
    let mut next = match start {
        Start::Anew => app.anew(),
        Start::SignIn(sign_in) => app.find_again(sign_in).await?,
        Start::SignUp => app.resume_sign_up().await?,
        Start::Session => app.kept_session().await?,
    };
    let mut shown = "";
    loop {
        let name = match &next {
            Next::SignIn(sign_in) => sign_in.state_name(),
            Next::SignUp(AfterSignUp::MissingRequirements(_)) => "MissingRequirements",
            Next::SignUp(AfterSignUp::Complete(_)) => "Complete",
            Next::SignUp(AfterSignUp::Unrecognized(_)) => "Unrecognized",
            Next::Session(_) => shown,
        };
        app.shows(shown != name);
        if shown != name {
            shown = name;
            say(format_args!("\n── {shown} ──"));
        }
        next = match next {
            Next::SignIn(sign_in) => {
                app.remember(&sign_in);
                show(app, sign_in).await?
            }
            Next::SignUp(sign_up) => {
                app.remember_sign_up();
                show_sign_up(app, sign_up).await?
            }
            Next::Session(session) => return Ok(session),
        }
    }
}

/// Shows the screen of a sign-up.
async fn show_sign_up(app: &mut App, sign_up: AfterSignUp) -> Result<Next, Leave> {
    match sign_up {
        AfterSignUp::MissingRequirements(sign_up) => sign_up::missing_requirements(app, sign_up).await,
        AfterSignUp::Complete(signed_up) => complete::signed_up(app, signed_up).await,
        AfterSignUp::Unrecognized(sign_up) => stuck::unrecognized_sign_up(app, sign_up).await,
    }
}

/// Shows the screen of a state. The match is exhaustive, so each new state of the crate needs a new screen here.
async fn show(app: &mut App, sign_in: AnySignIn) -> Result<Next, Leave> {
    match sign_in {
        AnySignIn::NeedsIdentifier(at) => identifier::needs_identifier(app, at).await,
        AnySignIn::NeedsFirstFactor(at) => first_factor::needs_first_factor(app, at).await,
        AnySignIn::FirstFactorCodeSent(at) => code_sent::code_sent(app, at).await,
        AnySignIn::FirstFactorLinkSent(at) => link_sent::link_sent(app, at).await,
        AnySignIn::FirstFactorPasskeyChallenged(at) => challenged::passkey_challenged(app, at).await,
        AnySignIn::WalletChallenged(at) => challenged::wallet_challenged(app, at).await,
        AnySignIn::TrustedDeviceChallenged(at) => challenged::trusted_device_challenged(app, at).await,
        AnySignIn::RedirectReady(at) => redirect_ready::redirect_ready(app, at).await,
        AnySignIn::ResetCodeSent(at) => code_sent::reset_code_sent(app, at).await,
        AnySignIn::NeedsSecondFactor(at) => second_factor::needs_second_factor(app, at).await,
        AnySignIn::SecondFactorCodeSent(at) => code_sent::code_sent(app, at).await,
        AnySignIn::SecondFactorLinkSent(at) => link_sent::link_sent(app, at).await,
        AnySignIn::SecondFactorPasskeyChallenged(at) => challenged::passkey_challenged(app, at).await,
        AnySignIn::NeedsClientTrust(at) => client_trust::needs_client_trust(app, at).await,
        AnySignIn::ClientTrustCodeSent(at) => code_sent::code_sent(app, at).await,
        AnySignIn::ClientTrustLinkSent(at) => link_sent::link_sent(app, at).await,
        AnySignIn::ClientTrustPasskeyChallenged(at) => challenged::passkey_challenged(app, at).await,
        AnySignIn::NeedsNewPassword(at) => reset_password::needs_new_password(app, at).await,
        AnySignIn::NeedsProtectCheck(at) => protect_check::needs_protect_check(app, at).await,
        AnySignIn::Transferable(at) => transferable::transferable(app, at).await,
        AnySignIn::Complete(at) => complete::complete(app, at).await,
        AnySignIn::Abandoned(at) => stuck::abandoned(app, at).await,
        AnySignIn::Unrecognized(at) => stuck::unrecognized(app, at).await,
    }
}
