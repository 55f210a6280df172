//! Invariants that hold for every sign-in, whatever the user does.

use crate::sign_in::AnySignIn;
use crate::wire::{self, Status, Strategy};

/// A watcher that checks the sign-ins of one client and reports everything that must never happen.
///
/// Call [`observe`](Self::observe) with every sign-in that a step, a refresh or a resume returns.
#[derive(Clone, Debug, Default)]
pub struct Invariants {
    last: Option<wire::SignInAttempt>,
}

/// An invariant that does not hold.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum BrokenInvariant {
    /// The sign-in is complete but has no session, or it has a session but is not complete.
    #[error("the state {state} does not match the session {session:?}")]
    CompleteWithoutSession {
        /// The state.
        state: &'static str,
        /// The session, if there is one.
        session: Option<String>,
    },
    /// The state does not match the attempt's status. For instance, an unknown status was treated as a known one.
    #[error("the status {status:?} does not match the state {state}")]
    StatusOfAnotherState {
        /// The state.
        state: &'static str,
        /// The status.
        status: Option<Status>,
    },
    /// The sign-in asks again for a factor that was already verified.
    #[error("the sign-in went back from {from} to {to}")]
    WentBack {
        /// The status before.
        from: Status,
        /// The status after.
        to: Status,
    },
    /// The status of a complete sign-in changed.
    #[error("the complete sign-in became {0}")]
    LeftComplete(Status),
    /// The server required client trust after the user had verified a factor other than a password.
    #[error("client trust was required after {0:?}")]
    ClientTrustWithoutPassword(Option<Strategy>),
}

impl Invariants {
    /// Creates a watcher for a client that has no sign-in yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Checks the current state of the client's sign-in.
    ///
    /// # Errors
    /// [`BrokenInvariant`] if an invariant does not hold. If several invariants do not hold, the error describes the
    /// first of them.
    pub fn observe(&mut self, sign_in: &AnySignIn) -> Result<(), BrokenInvariant> {
        let attempt = sign_in.attempt();
        complete_has_a_session(sign_in)?;
        state_follows_status(sign_in)?;
        client_trust_follows_a_password(attempt)?;
        if let Some(last) = self.last.as_ref().filter(|last| last.id == attempt.id) {
            never_back(last, attempt)?;
        }
        self.last = Some(attempt.clone());
        Ok(())
    }
}

fn complete_has_a_session(sign_in: &AnySignIn) -> Result<(), BrokenInvariant> {
    let session = &sign_in.attempt().created_session_id;
    let is_complete = matches!(sign_in, AnySignIn::Complete(_));
    let may_have_one = is_complete || matches!(sign_in, AnySignIn::Unrecognized(_) | AnySignIn::NeedsProtectCheck(_));
    if session.is_some() && may_have_one || session.is_none() && !is_complete {
        return Ok(());
    }
    Err(BrokenInvariant::CompleteWithoutSession { state: sign_in.state_name(), session: session.clone() })
}

fn state_follows_status(sign_in: &AnySignIn) -> Result<(), BrokenInvariant> {
    let status = sign_in.status();
    let expected = match sign_in {
        // A passkey or a provider identifies the user, so the sign-in can start without an identifier.
        AnySignIn::FirstFactorPasskeyChallenged(_) | AnySignIn::RedirectReady(_)
            if status == Some(&Status::NeedsIdentifier) =>
        {
            Some(Status::NeedsIdentifier)
        }
        AnySignIn::NeedsIdentifier(_) => Some(Status::NeedsIdentifier),
        AnySignIn::NeedsFirstFactor(_)
        | AnySignIn::FirstFactorCodeSent(_)
        | AnySignIn::FirstFactorLinkSent(_)
        | AnySignIn::FirstFactorPasskeyChallenged(_)
        | AnySignIn::WalletChallenged(_)
        | AnySignIn::TrustedDeviceChallenged(_)
        | AnySignIn::RedirectReady(_)
        | AnySignIn::ResetCodeSent(_) => Some(Status::NeedsFirstFactor),
        AnySignIn::NeedsSecondFactor(_)
        | AnySignIn::SecondFactorCodeSent(_)
        | AnySignIn::SecondFactorLinkSent(_)
        | AnySignIn::SecondFactorPasskeyChallenged(_) => Some(Status::NeedsSecondFactor),
        AnySignIn::NeedsClientTrust(_)
        | AnySignIn::ClientTrustCodeSent(_)
        | AnySignIn::ClientTrustLinkSent(_)
        | AnySignIn::ClientTrustPasskeyChallenged(_) => Some(Status::NeedsClientTrust),
        AnySignIn::NeedsNewPassword(_) => Some(Status::NeedsNewPassword),
        AnySignIn::Complete(_) => Some(Status::Complete),
        AnySignIn::Abandoned(_) => Some(Status::Abandoned),
        // These three states depend on more than the attempt's status.
        AnySignIn::NeedsProtectCheck(_) | AnySignIn::Transferable(_) | AnySignIn::Unrecognized(_) => None,
    };
    if expected.is_none() || expected.as_ref() == status {
        return Ok(());
    }
    Err(BrokenInvariant::StatusOfAnotherState { state: sign_in.state_name(), status: status.cloned() })
}

fn client_trust_follows_a_password(attempt: &wire::SignInAttempt) -> Result<(), BrokenInvariant> {
    if attempt.status != Some(Status::NeedsClientTrust) {
        return Ok(());
    }
    let strategy = attempt.first_factor_verification.as_ref().and_then(|verification| verification.strategy.clone());
    if strategy == Some(Strategy::Password) {
        Ok(())
    } else {
        Err(BrokenInvariant::ClientTrustWithoutPassword(strategy))
    }
}

fn never_back(last: &wire::SignInAttempt, now: &wire::SignInAttempt) -> Result<(), BrokenInvariant> {
    let (Some(from), Some(to)) = (last.status.clone(), now.status.clone()) else { return Ok(()) };
    if from == Status::Complete && to != Status::Complete {
        return Err(BrokenInvariant::LeftComplete(to));
    }
    let verified = matches!(from, Status::NeedsSecondFactor | Status::NeedsClientTrust | Status::NeedsNewPassword);
    let asks_again = matches!(to, Status::NeedsIdentifier | Status::NeedsFirstFactor);
    if verified && asks_again { Err(BrokenInvariant::WentBack { from, to }) } else { Ok(()) }
}
