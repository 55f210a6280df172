//! The steps with which a walker signs up as an unknown user.

use super::{Walker, next};
use crate::client::Finalized;
use crate::error::{Error, ErrorKind};
use crate::sign_in::states::Transferable;
use crate::sign_in::{AfterSignUp, AnySignIn, SignIn};
use crate::wire::SignUpFields;

impl Walker {
    /// Signs up without further data, because the demo server requires only the verified identifier.
    pub(super) async fn sign_up(&mut self, at: SignIn<Transferable>) -> (AnySignIn, Option<Error>) {
        let signed_up = match at.sign_up(SignUpFields::new()).await {
            Ok(AfterSignUp::Complete(signed_up)) => signed_up,
            Ok(elsewhere) => return (self.client.sign_in().into(), Some(elsewhere.unhandled())),
            Err(failed) => return next::<AnySignIn, _>(Err(failed)),
        };
        let error = match signed_up.finalize().await {
            Ok(Finalized::Active(_)) => None,
            Ok(Finalized::Pending(_)) => Some(ErrorKind::SessionUnusable { status: None }.into()),
            Err(failed) => Some(failed.error),
        };
        self.signed_up += usize::from(error.is_none());
        (self.client.sign_in().into(), error)
    }
}
