//! Calls that clerk-js makes with one method. Each is a sequence of steps of the machine.
//!
//! A call first makes the free moves that its first step needs. For example, `email_code().verify_code` goes back to a
//! code that was set aside. A call that begins an attempt replaces the attempt that is under way, unless the server
//! rejects it.

mod create;
mod password;
mod email_code;
mod email_link;
mod phone_code;
mod reset_password;
mod mfa;
mod passkey;
mod sso;
mod web3;

pub use email_code::EmailCode;
pub use email_link::EmailLink;
pub use mfa::Mfa;
pub use passkey::PasskeyFlow;
pub use phone_code::PhoneCode;
pub use reset_password::{ResetPasswordEmailCode, ResetPasswordPhoneCode};

use super::slot::{After, Anew, Turn};
use super::{DynamicError, DynamicSignIn};
use crate::error::ErrorKind;
use crate::relation::Step;
use crate::sign_in::states::NeedsFirstFactor;
use crate::sign_in::{AnySignIn, SignIn, StateKind};
use crate::wire::{CreateSignIn, Factor, Strategy};

/// Whom a code or a link is sent to.
///
/// clerk-js has three parameters for this, of which one may be given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Recipient<'a> {
    /// Begin an attempt with this address or number, and send to it.
    Identifier(&'a str),
    /// Continue the attempt, and send to the address or number with this id.
    Id(&'a str),
    /// Continue the attempt, and send to the address or number that the user typed, or to the default one.
    Chosen,
}

impl DynamicSignIn {
    /// Takes the sign-in out in one of these states, after the free moves that lead there.
    pub(super) async fn begin_at(
        &self,
        wanted: Step,
        states: &[StateKind],
        strategy: Option<&Strategy>,
        choosing: impl FnOnce(&AnySignIn) -> Option<Factor>,
    ) -> Result<(Turn, AnySignIn), DynamicError> {
        let free_moves = |sign_in: AnySignIn| {
            let moved = states.iter().try_fold(sign_in, |sign_in, state| match sign_in.move_to(*state) {
                Ok(there) => Err(there),
                Err(sign_in) => Ok(sign_in),
            });
            match moved {
                Err(there) if strategy.is_none_or(|strategy| there.prepared_strategy() == Some(strategy)) => Ok(there),
                Err(elsewhere) | Ok(elsewhere) => Err(elsewhere),
            }
        };
        self.place.begin_after(wanted, free_moves, choosing).await
    }

    /// Begins an attempt with an identifier, and goes on where a first factor can be prepared.
    async fn create_first(
        &self,
        wanted: Step,
        identifier: &str,
        strategy: &Strategy,
    ) -> Result<(Turn, SignIn<NeedsFirstFactor>), DynamicError> {
        let (anew, fresh): (Anew, _) = self.place.begin_anew(wanted, Some(identifier))?;
        let (mut turn, created) = anew.created(fresh.create_with(CreateSignIn::with_identifier(identifier)).await)?;
        let choosing = created.factor_to_prepare(strategy, None);
        turn.reached(&created, choosing);
        match created {
            AnySignIn::NeedsFirstFactor(first) => Ok((turn, first)),
            elsewhere => Err(turn.stop_at(elsewhere)),
        }
    }
}

impl Turn {
    /// Goes on after a step of a call that has several. If the step failed, the call ends.
    fn go_on(mut self, after: After) -> Result<(Self, AnySignIn), DynamicError> {
        match after {
            After::Here(sign_in, None) => {
                self.reached(&sign_in, None);
                Ok((self, sign_in))
            }
            failed => {
                self.end(failed)?;
                Err(DynamicError::Cancelled)
            }
        }
    }

    /// Ends a call of several steps whose next step is not possible, because the attempt is elsewhere.
    fn stop_at(self, elsewhere: AnySignIn) -> DynamicError {
        let error = ErrorKind::StepNotApplied { state: elsewhere.state_name() }.into();
        match self.end(After::Here(elsewhere, Some(error))) {
            Err(error) => error,
            Ok(()) => DynamicError::Cancelled,
        }
    }
}
