//! Steps that begin an attempt or a sign-up.

use crate::dynamic::lost::End;
use crate::dynamic::turn::{After, Turn, Wanted, after};
use crate::dynamic::{DynamicError, DynamicSignIn};
use crate::relation::Step;
use crate::sign_in::AnySignIn;
use crate::sign_in::states::{IdToken, State};
use crate::sign_in::{AfterSignUp, StepError};
use crate::wire::SignUpFields;

impl DynamicSignIn {
    /// Creates an attempt without an identifier. See
    /// [`create_without_identifier`](crate::SignIn::create_without_identifier).
    ///
    /// # Errors
    /// [`DynamicError`]: the step is not legal now, another call runs, or the step failed.
    pub async fn create_without_identifier(&self) -> Result<(), DynamicError> {
        step!(self.CreateWithoutIdentifier {
            NeedsIdentifier(at) => at.create_without_identifier(),
        })
    }

    /// Begins a sign-in that an unknown user can continue as a sign-up. See
    /// [`create_or_sign_up`](crate::SignIn::create_or_sign_up).
    ///
    /// # Errors
    /// [`DynamicError`]: the step is not legal now, another call runs, or the step failed.
    #[doc(alias = "signUpIfMissing")]
    pub async fn create_or_sign_up(&self, identifier: &str) -> Result<(), DynamicError> {
        step!(self.CreateOrSignUp of identifier => {
            NeedsIdentifier(at) => at.create_or_sign_up(identifier),
        })
    }

    /// Begins a sign-in with the verified data of the sign-up that is under way. See
    /// [`transfer`](crate::SignIn::transfer).
    ///
    /// # Errors
    /// [`DynamicError`]: the step is not legal now, another call runs, or the step failed.
    pub async fn transfer(&self) -> Result<(), DynamicError> {
        step!(self.Transfer {
            NeedsIdentifier(at) => at.transfer(),
        })
    }

    /// Begins a sign-in with a trusted device. See [`trusted_device`](crate::SignIn::trusted_device).
    ///
    /// # Errors
    /// [`DynamicError`]: the step is not legal now, another call runs, or the step failed.
    pub async fn trusted_device(&self, trusted_device_id: &str) -> Result<(), DynamicError> {
        step!(self.TrustedDevice {
            NeedsIdentifier(at) => at.trusted_device(trusted_device_id),
        })
    }

    /// Signs in with an ID token of an identity provider. See [`id_token`](crate::SignIn::id_token).
    ///
    /// # Errors
    /// [`DynamicError`]: the step is not legal now, another call runs, or the step failed.
    pub async fn id_token(&self, id_token: &IdToken) -> Result<(), DynamicError> {
        step!(self.IdToken {
            NeedsIdentifier(at) => at.id_token(id_token),
        })
    }

    /// Signs up with an ID token of an identity provider. See
    /// [`sign_up_by_id_token`](crate::SignIn::sign_up_by_id_token).
    ///
    /// # Errors
    /// [`DynamicError`]: the step is not legal now, another call runs, or the step failed.
    pub async fn sign_up_by_id_token(
        &self,
        id_token: &IdToken,
        fields: SignUpFields,
    ) -> Result<AfterSignUp, DynamicError> {
        let (turn, sign_in) = self.place.begin(Wanted::step(Step::SignUpByIdToken), |_| None).await?;
        let (after, sign_up) = match sign_in {
            AnySignIn::NeedsIdentifier(at) => signed_up(at.sign_up_by_id_token(id_token, fields).await),
            elsewhere => (After::Illegal(elsewhere), None),
        };
        turn.end_with(after, sign_up)
    }

    /// Signs up, either because the user is unknown or before any sign-in. See
    /// [`SignIn<Transferable>::sign_up`](crate::SignIn#method.sign_up-1).
    ///
    /// The sign-up is returned, and the state is then [`SignUp`](crate::dynamic::DynamicState::SignUp).
    ///
    /// # Errors
    /// [`DynamicError`]: the step is not legal now, another call runs, or the step failed.
    pub async fn sign_up(&self, fields: SignUpFields) -> Result<AfterSignUp, DynamicError> {
        let (turn, sign_in) = self.place.begin(Wanted::step(Step::SignUp), |_| None).await?;
        turn.sign_up(sign_in, fields).await
    }
}

impl Turn {
    /// Goes on as a sign-up.
    pub(in crate::dynamic) async fn sign_up(
        self,
        sign_in: AnySignIn,
        fields: SignUpFields,
    ) -> Result<AfterSignUp, DynamicError> {
        let (after, sign_up) = match sign_in {
            AnySignIn::NeedsIdentifier(at) => signed_up(at.sign_up(fields).await),
            AnySignIn::Transferable(at) => signed_up(at.sign_up(fields).await),
            elsewhere => (After::Illegal(elsewhere), None),
        };
        self.end_with(after, sign_up)
    }
}

fn signed_up<S: State>(step: Result<AfterSignUp, StepError<S>>) -> (After, Option<AfterSignUp>) {
    match step {
        Ok(sign_up) => (After::Over(End::SignUp), Some(sign_up)),
        Err(failed) => (after(Err::<AnySignIn, _>(failed)), None),
    }
}
