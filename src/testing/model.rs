//! The server's rules for one sign-in: which request is legal where, and which answers the rules allow.
//!
//! The rules are written from Clerk's published documents, apart from the fake server's code. They use
//! [the relation](crate::relation) for what is legal, and look only at what a request and its answer show. So they can
//! judge any server and any client. What only the server knows, such as the user's password, they leave open. A
//! [`Turn`] adds this knowledge.

mod expected;
mod operation;
mod standing;

pub(super) use expected::is_sent;
pub use expected::{Account, Expected, Given, Limits, Reason, Sent, Turn};
pub use operation::Operation;
pub use standing::{Factor, Standing};

use crate::relation::{LeadsTo, Step};
use crate::sign_in::StateKind;
use crate::wire::{ErrorCode, Status, Strategy, VerificationStatus};

/// An answer to a request about a sign-in that the rules do not allow.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum AgainstTheRules {
    /// The server carried out a request that was not legal.
    #[error("`{operation}` is not legal at {at}, but was carried out")]
    CarriedOut {
        /// The request.
        operation: Operation,
        /// Where the sign-in was.
        at: Box<Standing>,
    },
    /// The server rejected a request as out of turn, although it was legal.
    #[error("`{operation}` is legal at {at}, but was rejected with `{code}`")]
    RejectedAsIllegal {
        /// The request.
        operation: Operation,
        /// Where the sign-in was.
        at: Box<Standing>,
        /// The code of the rejection.
        code: ErrorCode,
    },
    /// The request cannot lead from one standing to the other.
    #[error("`{operation}` led from {from} to {to}")]
    LedElsewhere {
        /// The request.
        operation: Operation,
        /// Where the sign-in was.
        from: Box<Standing>,
        /// Where the sign-in is after the answer.
        to: Box<Standing>,
    },
    /// The sign-in changed, although nothing was asked of it, and no link, provider or time can have changed it.
    #[error("the sign-in went from {from} to {to} by itself")]
    ChangedByItself {
        /// Where the sign-in was.
        from: Box<Standing>,
        /// Where the sign-in is.
        to: Box<Standing>,
    },
    /// No sign-in can stand there: for example, it is complete and has no session.
    #[error("no sign-in can be at {at}: {why}")]
    Impossible {
        /// Where the sign-in is.
        at: Box<Standing>,
        /// What is wrong.
        why: &'static str,
    },
}

/// Returns `true` if the request is legal where the sign-in stands, or after steps that make no request.
///
/// ```
/// use clerk_sign_in::testing::model::{Factor, Operation, Standing, is_legal};
/// use clerk_sign_in::wire::{Status, Strategy, VerificationStatus};
///
/// let sent = Factor::new(Strategy::EmailCode, VerificationStatus::Unverified);
/// let at = Standing::new(Status::NeedsFirstFactor).first(sent);
/// assert!(is_legal(&at, &Operation::AttemptFirst(Strategy::EmailCode)));
/// // The code can be set aside, so the password can be verified. A code for a phone was not sent.
/// assert!(is_legal(&at, &Operation::AttemptFirst(Strategy::Password)));
/// assert!(!is_legal(&at, &Operation::AttemptFirst(Strategy::PhoneCode)));
/// ```
#[must_use]
pub fn is_legal(at: &Standing, operation: &Operation) -> bool {
    match operation {
        Operation::Create | Operation::Read => true,
        Operation::SubmitProof => at.is_gated(),
        _ => !leads_to(at, operation).is_empty(),
    }
}

/// Judges a request that the server carried out.
///
/// # Errors
/// [`AgainstTheRules`] if the request was not legal, or cannot have led to where the sign-in is now.
pub fn carried_out(before: &Standing, operation: &Operation, after: &Standing) -> Result<(), AgainstTheRules> {
    possible(after)?;
    let elsewhere = || AgainstTheRules::LedElsewhere {
        operation: operation.clone(),
        from: Box::new(before.clone()),
        to: Box::new(after.clone()),
    };
    match operation {
        Operation::Create => return Ok(()),
        Operation::Read => return changed_by_itself(before, after),
        Operation::SubmitProof if before.is_gated() => {
            return if may_follow_a_proof(before, after) { Ok(()) } else { Err(elsewhere()) };
        }
        _ => {}
    }
    // A link that was opened or a visit to a provider may have moved the sign-in, unseen.
    if before.may_move_by_itself() {
        return Ok(());
    }
    if !is_legal(before, operation) {
        return Err(AgainstTheRules::CarriedOut { operation: operation.clone(), at: Box::new(before.clone()) });
    }
    if after.is_gated() {
        return Ok(());
    }
    let to = after.state();
    let reaches = leads_to(before, operation).iter().any(|leads| match leads {
        LeadsTo::States(states) => states.contains(&to),
        LeadsTo::AnyState => true,
        LeadsTo::Session | LeadsTo::SignUp => false,
    });
    if reaches && operation.leaves(before, after) { Ok(()) } else { Err(elsewhere()) }
}

/// Judges a request that the server rejected. `after` is where the rejection says that the sign-in is, if it says so.
///
/// # Errors
/// [`AgainstTheRules`] if the request was legal and the rejection says that it was not, or if the rejection cannot have
/// led to where the sign-in is now.
pub fn rejected(
    before: &Standing,
    operation: &Operation,
    codes: &[ErrorCode],
    after: Option<&Standing>,
) -> Result<(), AgainstTheRules> {
    if let Some(after) = after {
        possible(after)?;
        if !may_follow_a_rejection(before, operation, after) {
            let (from, to) = (Box::new(before.clone()), Box::new(after.clone()));
            return Err(AgainstTheRules::LedElsewhere { operation: operation.clone(), from, to });
        }
    }
    let Some(code) = codes.iter().find(|code| is_out_of_turn(before, operation, code)) else { return Ok(()) };
    let is_stopped = before.is_gated() && *operation != Operation::SubmitProof;
    if before.may_move_by_itself() || is_stopped || !is_legal(before, operation) {
        return Ok(());
    }
    let (operation, at, code) = (operation.clone(), Box::new(before.clone()), code.clone());
    Err(AgainstTheRules::RejectedAsIllegal { operation, at, code })
}

/// Returns `true` if the code says that the request does not belong where the sign-in is.
fn is_out_of_turn(at: &Standing, operation: &Operation, code: &ErrorCode) -> bool {
    match code {
        ErrorCode::ClientStateInvalid | ErrorCode::VerificationMissing | ErrorCode::VerificationNotSent => true,
        ErrorCode::VerificationAlreadyVerified => {
            operation.factor(at).is_none_or(|factor| factor.status != VerificationStatus::Verified)
        }
        _ => false,
    }
}

/// Judges a sign-in that was seen without a request that changes it.
///
/// # Errors
/// [`AgainstTheRules`] if neither a link, nor a provider, nor time can have changed it.
pub fn changed_by_itself(before: &Standing, after: &Standing) -> Result<(), AgainstTheRules> {
    possible(after)?;
    let is_over = after.status == Some(Status::Abandoned) && !before.has_session;
    // A read of a gated sign-in does not open the gate, but another client's proof does.
    let may_move = before.may_move_by_itself() || before.is_gated();
    if may_move || is_over || before.may_expire_to(after) {
        Ok(())
    } else {
        Err(AgainstTheRules::ChangedByItself { from: Box::new(before.clone()), to: Box::new(after.clone()) })
    }
}

/// Where the request can lead: one entry for each step of the machine that makes it.
fn leads_to(at: &Standing, operation: &Operation) -> Vec<LeadsTo> {
    let state = at.state();
    let free = state.transitions().filter(|transition| transition.step == Step::ChooseAnother);
    let set_aside = free.flat_map(|transition| match transition.leads_to {
        LeadsTo::States(states) => states,
        _ => &[],
    });
    let of_status = set_aside.copied().filter(|aside| at.is_stage(*aside));
    let steps = |state: StateKind| {
        let made = operation.steps(state).iter().filter_map(move |step| state.transition(*step));
        made.map(|transition| transition.leads_to).collect::<Vec<_>>()
    };
    let is_prepared = operation.is_prepared(at);
    std::iter::once(state).chain(of_status).filter(|_| is_prepared).flat_map(steps).collect()
}

fn may_follow_a_proof(before: &Standing, after: &Standing) -> bool {
    // The proof lets the gated request through, whatever it was. A gate may follow another.
    let (Some(from), Some(to)) = (&before.status, &after.status) else { return true };
    *from == Status::NeedsProtectCheck || *to == Status::NeedsProtectCheck || !goes_back(from, to)
}

fn may_follow_a_rejection(before: &Standing, operation: &Operation, after: &Standing) -> bool {
    if changed_by_itself(before, after).is_ok() || after.is_gated() {
        return true;
    }
    let (factor, other) = if operation.is_second() {
        (&after.second, before.first == after.first)
    } else {
        (&after.first, before.second == after.second)
    };
    let strategy = operation.strategy();
    let is_its_own = factor.as_ref().is_none_or(|factor| Some(&factor.strategy) == strategy);
    let is_unverified = factor.as_ref().is_none_or(|factor| factor.status != VerificationStatus::Verified);
    before.status == after.status && other && is_its_own && is_unverified && before.has_session == after.has_session
}

/// Returns `true` if the sign-in asks again for what was verified.
fn goes_back(from: &Status, to: &Status) -> bool {
    let is_past = matches!(from, Status::NeedsSecondFactor | Status::NeedsClientTrust | Status::NeedsNewPassword);
    let is_before = matches!(to, Status::NeedsIdentifier | Status::NeedsFirstFactor);
    (is_past && is_before) || (*from == Status::Complete && *to != Status::Complete)
}

const fn is_before_complete(status: &Status) -> bool {
    matches!(
        status,
        Status::NeedsIdentifier
            | Status::NeedsFirstFactor
            | Status::NeedsSecondFactor
            | Status::NeedsClientTrust
            | Status::NeedsNewPassword
    )
}

/// Judges where a sign-in is, whatever led there.
fn possible(at: &Standing) -> Result<(), AgainstTheRules> {
    let first = at.first.as_ref();
    let why = if at.status == Some(Status::Complete) && !at.has_session {
        "it is complete and has no session"
    } else if at.has_session && at.status.as_ref().is_some_and(is_before_complete) {
        "it has a session and is not complete"
    } else if at.status == Some(Status::NeedsClientTrust)
        && first.is_some_and(|first| first.strategy != Strategy::Password)
    {
        "client trust is required after a password only"
    } else {
        return Ok(());
    };
    Err(AgainstTheRules::Impossible { at: Box::new(at.clone()), why })
}
