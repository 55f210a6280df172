//! `RedirectReady`: go to the provider, and come back.

use std::fmt::{self, Display};

use clerk_sign_in::{AnySignIn, RedirectReady, SignIn};

use crate::app::{App, Next};
use crate::leave::Leave;
use crate::terminal::say;

pub(super) async fn redirect_ready(app: &mut App, sign_in: SignIn<RedirectReady>) -> Result<Next, Leave> {
    say("The way to the provider led out of this program, and cannot be gone again.");
    let ways = vec![Way::ChooseAnother];
    Ok(match app.menu("The provider", ways).await? {
        Some(Way::ChooseAnother) => AnySignIn::from(sign_in.choose_another()).into(),
        None => sign_in.start_over().into(),
    })
}

enum Way {
    ChooseAnother,
}

impl Display for Way {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::ChooseAnother => "Choose another",
        })
    }
}
