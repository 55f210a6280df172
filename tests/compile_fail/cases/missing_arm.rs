//! Forgets client trust, because the developer's own client is trusted.

use clerk_sign_in::AfterCreate;

pub fn page_after(outcome: &AfterCreate) -> &'static str {
    match outcome {
        AfterCreate::NeedsIdentifier(_) => "/sign-in",
        AfterCreate::NeedsFirstFactor(_) => "/sign-in/first-factor",
        AfterCreate::NeedsSecondFactor(_) => "/sign-in/second-factor",
        AfterCreate::NeedsNewPassword(_) => "/sign-in/new-password",
        AfterCreate::Complete(_) => "/",
        AfterCreate::Transferable(_) => "/sign-up",
        AfterCreate::NeedsProtectCheck(_) => "/sign-in/check",
        AfterCreate::Elsewhere(_) => "/sign-in/help",
    }
}

fn main() {}
