//! Calls that clerk-js makes with one method. Each is a path of the machine: free moves and steps.
//!
//! [The table](COMPOSITES) lists them. A call that begins an attempt replaces the attempt that is under way, unless the
//! server creates none.

mod composites;
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

pub use composites::{BeginsAt, COMPOSITES, Composite};
pub use email_code::EmailCode;
pub use email_link::EmailLink;
pub use mfa::Mfa;
pub use passkey::PasskeyFlow;
pub use phone_code::PhoneCode;
pub use reset_password::{ResetPasswordEmailCode, ResetPasswordPhoneCode};

use std::fmt;
use std::future::Future;

use super::turn::{After, Turn, Wanted, after};
use super::{DynamicError, DynamicSignIn};
use crate::relation::Step;
use crate::sign_in::states::NeedsFirstFactor;
use crate::sign_in::{AnySignIn, SignIn, StateKind, StepError};
use crate::wire::{CreateSignIn, Strategy};

/// Whom a code or a link is sent to.
///
/// clerk-js has three parameters for this, of which one may be given. The `Debug` output hides the address.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Recipient<'a> {
    /// Begin an attempt with this address or number, and send to it.
    Identifier(&'a str),
    /// Continue the attempt, and send to the address or number with this id.
    Id(&'a str),
    /// Continue the attempt, and send to the address or number that the user typed, or to the default one.
    Chosen,
}

impl<'a> Recipient<'a> {
    const fn id(self) -> Option<&'a str> {
        if let Self::Id(id) = self { Some(id) } else { None }
    }
}

impl fmt::Debug for Recipient<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Identifier(_) => "Identifier(…)",
            Self::Id(_) => "Id(…)",
            Self::Chosen => "Chosen",
        })
    }
}

impl DynamicSignIn {
    /// Sends a code or a link for the first factor, after the attempt was created if the recipient asks for that.
    async fn send<T, F>(
        &self,
        wanted: Step,
        strategy: &Strategy,
        recipient: Recipient<'_>,
        send: impl FnOnce(SignIn<NeedsFirstFactor>) -> F,
    ) -> Result<(), DynamicError>
    where
        T: Into<AnySignIn>,
        F: Future<Output = Result<T, StepError<NeedsFirstFactor>>>,
    {
        if let Recipient::Identifier(identifier) = recipient {
            let (turn, first) = self.create_first(Step::Create, identifier, strategy).await?;
            return turn.end(after(send(first).await));
        }
        let choosing = |sign_in: &AnySignIn| sign_in.factor_to_prepare(strategy, recipient.id());
        let wanted = Wanted::at(wanted, &[StateKind::NeedsFirstFactor]);
        let (turn, sign_in) = self.place.begin(wanted, choosing).await?;
        turn.end(match sign_in {
            AnySignIn::NeedsFirstFactor(first) => after(send(first).await),
            elsewhere => After::Illegal(elsewhere),
        })
    }

    /// Verifies a code of this strategy that was sent in one of these states, even if it was set aside.
    pub(super) async fn verify_sent(
        &self,
        states: &[StateKind],
        strategy: &Strategy,
        code: &str,
    ) -> Result<(), DynamicError> {
        let wanted = Wanted::at(Step::Verify, states).prepared(strategy);
        let (turn, sign_in) = self.place.begin(wanted, |_| None).await?;
        turn.end(match sign_in {
            AnySignIn::FirstFactorCodeSent(at) => after(at.verify(code).await),
            AnySignIn::SecondFactorCodeSent(at) => after(at.verify(code).await),
            AnySignIn::ClientTrustCodeSent(at) => after(at.verify(code).await),
            AnySignIn::ResetCodeSent(at) => after(at.verify(code).await),
            elsewhere => After::Illegal(elsewhere),
        })
    }

    /// Begins an attempt with an identifier, and goes on where a first factor can be prepared.
    async fn create_first(
        &self,
        wanted: Step,
        identifier: &str,
        strategy: &Strategy,
    ) -> Result<(Turn, SignIn<NeedsFirstFactor>), DynamicError> {
        let wanted = Wanted::step(wanted).identifier(Some(identifier));
        let (anew, fresh) = self.place.begin_anew(wanted).await?;
        let (mut turn, created) = anew.created(fresh.create_with(CreateSignIn::with_identifier(identifier)).await)?;
        let choosing = created.factor_to_prepare(strategy, None);
        turn.reached(&created, choosing)?;
        match created {
            AnySignIn::NeedsFirstFactor(first) => Ok((turn, first)),
            elsewhere => Err(turn.stop_at(elsewhere)),
        }
    }
}
