//! The compiler's message for a step that is called on an enum of states. It says to `match` on the enum first.
//!
//! Without the methods in this module, the compiler would only say that the step does not exist. None of these methods
//! can be called, since no enum implements [`KnownState`].

use std::future::{Pending, pending};

use super::any::AnySignIn;
use super::outcomes::{
    AfterClientTrust, AfterCreate, AfterFirstFactor, AfterRedirect, AfterReset, AfterResetCode, AfterSecondFactor,
    BeforeFirstFactor,
};
use super::resume::Resumed;

/// A sign-in whose state the compiler knows.
///
/// No type implements this trait. Without the lifetime parameter, the compiler would therefore reject every method that
/// requires the trait.
#[diagnostic::on_unimplemented(
    message = "a step needs one state: `match` on the `{Self}` first",
    label = "the sign-in can be in several states here",
    note = "a `SignIn` has the steps of its state: `AnySignIn::NeedsFirstFactor(sign_in) => sign_in.password(…)`"
)]
pub trait KnownState<'never> {}

macro_rules! steps {
    ($($step:ident($($argument:ident),*);)+) => {$(
        #[doc(hidden)]
        pub fn $step<Next, Failed>(self, $($argument: impl Sized),*) -> Pending<Result<Next, Failed>>
        where
            for<'never> Self: KnownState<'never>,
        {
            pending()
        }
    )+};
}

macro_rules! match_first {
    ($($states:ident),+ $(,)?) => {$(
        impl $states {
            steps! {
                create(_identifier);
                password(_password);
                send_email_code();
                send_phone_code(_channel);
                send_email_link(_page_url);
                challenge_passkey();
                challenge_wallet(_provider);
                sso(_sso, _redirect_url);
                sso_with(_sso, _browser);
                send_reset_password_email_code();
                verify(_code);
                resend();
                wait_for_verification(_timer);
                verify_with(_signer);
                finish(_callback_url);
                submit_password(_password, _other_sessions);
                verify_totp(_code);
                verify_backup_code(_code);
                solve_with(_solver);
                sign_up(_fields);
                finalize();
            }
        }
    )+};
}

match_first! {
    AnySignIn, Resumed, AfterCreate, AfterFirstFactor, AfterRedirect, AfterSecondFactor, AfterClientTrust,
    AfterResetCode, AfterReset, BeforeFirstFactor,
}
