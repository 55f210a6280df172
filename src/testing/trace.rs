//! Checks requests and their answers, from any client and any server, against [the rules](super::model).

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::fmt;

use serde::{Deserialize, Serialize};

use super::model::{self, AgainstTheRules, Expected, Given, Operation, Standing};
use crate::wire::{Answer, ClientUpdate, ErrorCode, Request, Response, Status};

/// A request and its answer, without secrets.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Exchange {
    /// What the request does with a sign-in; `None` if it is about something else.
    pub operation: Option<Operation>,
    /// The id of the sign-in that the request names.
    pub sign_in_id: Option<String>,
    /// What the server did.
    pub outcome: Outcome,
    /// The id of the client, if the answer shows it.
    pub client_id: Option<String>,
    /// The sign-in that the answer shows.
    pub sign_in: Option<Shown>,
    /// The id of the client's newest sign-in, if the answer shows it.
    pub newest_id: Option<String>,
    /// The id of the session that the request takes into use.
    pub touched_id: Option<String>,
    /// The ids of the sessions that the answer shows.
    pub session_ids: Vec<String>,
}

/// What the server did with a request.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Outcome {
    /// It carried the request out.
    CarriedOut,
    /// It rejected the request with these codes.
    Rejected(Vec<ErrorCode>),
    /// No answer was seen, so nobody knows.
    Unknown,
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::CarriedOut => f.write_str("it carried it out"),
            Self::Rejected(codes) => {
                let codes: Vec<_> = codes.iter().map(|code| format!("`{code}`")).collect();
                write!(f, "it rejected it with {}", codes.join(", "))
            }
            Self::Unknown => f.write_str("it gave no answer"),
        }
    }
}

/// A sign-in that an answer shows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Shown {
    /// The id.
    pub id: String,
    /// Where it stands.
    #[serde(flatten)]
    pub standing: Standing,
}

/// A request or an answer that the rules do not allow.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Outside {
    /// The answer is against the rules for one sign-in.
    #[error(transparent)]
    Rules(#[from] AgainstTheRules),
    /// The server carried out a request about a sign-in that another one had replaced.
    #[error("`{operation}` was carried out on a sign-in that had been replaced")]
    Replaced {
        /// The request.
        operation: Operation,
    },
    /// The answer shows another sign-in than the one that the request names.
    #[error("`{operation}` was answered with another sign-in")]
    AnotherSignIn {
        /// The request.
        operation: Operation,
    },
    /// The server carried out a request about a sign-in that was never created.
    #[error("`{operation}` was carried out on a sign-in that was never created")]
    NeverCreated {
        /// The request.
        operation: Operation,
    },
    /// The server took a session into use that no sign-in or sign-up had created.
    #[error("a session was taken into use that was never created")]
    SessionNeverCreated,
    /// A new sign-in has the id of an earlier one.
    #[error("a new sign-in has the id of an earlier one")]
    IdUsedTwice,
    /// The server did not do what it must do with this answer of the user.
    #[error(
        "`{operation}` at {at} with {given}: the server must {expected}, but {outcome}{}",
        status.as_ref().map(|status| format!(", and the status is `{}`", status.as_str())).unwrap_or_default()
    )]
    NotAsExpected {
        /// The request.
        operation: Operation,
        /// Where the sign-in was.
        at: Box<Standing>,
        /// What the user's answer was worth.
        given: Given,
        /// What the server must do.
        expected: Box<Expected>,
        /// What it did.
        outcome: Box<Outcome>,
        /// The status of the sign-in afterwards, if the answer shows it.
        status: Option<Status>,
    },
    /// The server sent more messages to the user than the request allows.
    #[error("{sent} messages were sent, but at most {most} may be sent")]
    TooManyMessages {
        /// The number of messages that were sent.
        sent: usize,
        /// The number that may be sent.
        most: usize,
    },
    /// A sign-in is complete, although the user did not verify their second factor.
    #[error("a sign-in is complete, but the user's second factor was not verified")]
    SecondFactorSkipped,
    /// An answer does not list a session of the client that the server has.
    #[error("an answer does not list a session of the client")]
    SessionLost,
    /// A session belongs to another user than the one who signed in.
    #[error("a session belongs to another user than the one who signed in")]
    AnotherUser,
    /// An answer to a native client has no token.
    #[error("an answer to a native client has no token")]
    NoToken,
    /// The rejection of a user's answer does not describe the client.
    #[error("the rejection of a wrong code or password does not describe the client")]
    RejectionWithoutClient,
}

/// What a check found that is not against the rules.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Checked {
    /// The request is not about a sign-in, or nothing is known of the sign-in yet.
    NothingToCheck,
    /// The request was legal where the sign-in was.
    InTurn,
    /// The client sent a request that was not legal where the sign-in was, and the server rejected it.
    OutOfTurn {
        /// The request.
        operation: Operation,
        /// Where the sign-in was.
        at: Box<Standing>,
    },
}

/// Checks exchanges, one after the other. It remembers the last 10,000 sign-ins, clients and sessions.
#[derive(Clone, Debug, Default, Serialize)]
pub struct TraceChecker {
    known: BTreeMap<String, Known>,
    order: VecDeque<String>,
    /// The newest sign-in of each client.
    current: BTreeMap<String, String>,
    clients: VecDeque<String>,
    sessions: BTreeSet<String>,
    session_order: VecDeque<String>,
    is_complete: bool,
}

#[derive(Clone, Debug, Serialize)]
struct Known {
    client_id: Option<String>,
    /// Where the sign-in stands; `None` after a request whose answer was not seen.
    standing: Option<Standing>,
}

const AT_MOST: usize = 10_000;

impl Exchange {
    /// The exchange of a request and its response; `None` as the response if no answer was seen.
    #[must_use]
    pub fn new(request: &Request, response: Option<&Response>) -> Self {
        let (operation, sign_in_id) = Operation::of(request).unzip();
        let client = response.and_then(|response| match &response.client {
            ClientUpdate::Known(client) => Some(client),
            _ => None,
        });
        let answered = match response.map(|response| &response.result) {
            Some(Ok(Answer::SignInAttempt(attempt))) => Some(attempt),
            _ => None,
        };
        let attempt = answered.or_else(|| client.and_then(|client| client.sign_in.as_ref()));
        let sign_in = attempt.filter(|attempt| !attempt.id.is_empty());
        let newest_id = client.and_then(|client| Some(client.sign_in.as_ref()?.id.clone()));
        Self {
            operation,
            sign_in_id: sign_in_id.flatten().map(str::to_owned),
            outcome: match response.map(|response| &response.result) {
                Some(Ok(_)) => Outcome::CarriedOut,
                Some(Err(rejection)) => {
                    Outcome::Rejected(rejection.errors.iter().map(|error| error.code.clone()).collect())
                }
                None => Outcome::Unknown,
            },
            client_id: client.map(|client| client.id.clone()).filter(|id| !id.is_empty()),
            sign_in: sign_in.map(|attempt| Shown { id: attempt.id.clone(), standing: Standing::from(&**attempt) }),
            newest_id: newest_id.filter(|id| !id.is_empty()),
            touched_id: match request {
                Request::TouchSession(touch) => Some(touch.session_id.clone()),
                _ => None,
            },
            session_ids: client.iter().flat_map(|client| &client.sessions).map(|session| session.id.clone()).collect(),
        }
    }
}

impl TraceChecker {
    /// A checker that knows no sign-in yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// A checker for a trace that begins with the server, so that each sign-in is created in the trace.
    #[must_use]
    pub fn of_a_complete_trace() -> Self {
        Self { is_complete: true, ..Self::default() }
    }

    /// Checks the next exchange.
    ///
    /// # Errors
    /// [`Outside`] if the answer is against the rules. The checker then goes on from what the answer shows.
    pub fn check(&mut self, exchange: &Exchange) -> Result<Checked, Outside> {
        let judged = self.judge(exchange);
        self.learn(exchange);
        judged
    }

    /// Where a sign-in is, as far as the exchanges showed it.
    pub(super) fn standing(&self, sign_in_id: &str) -> Option<&Standing> {
        self.known.get(sign_in_id)?.standing.as_ref()
    }

    /// Returns `true` if an exchange showed this sign-in.
    pub(super) fn knows(&self, sign_in_id: &str) -> bool {
        self.known.contains_key(sign_in_id)
    }

    /// Returns `true` if the client has a newer sign-in than this one.
    pub(super) fn is_replaced(&self, sign_in_id: &str) -> bool {
        let client_id = self.known.get(sign_in_id).and_then(|known| known.client_id.as_ref());
        client_id.and_then(|client_id| self.current.get(client_id)).is_some_and(|newest| newest != sign_in_id)
    }

    fn judge(&self, exchange: &Exchange) -> Result<Checked, Outside> {
        let Some(operation) = &exchange.operation else { return self.judge_shown(exchange) };
        if *operation == Operation::Create {
            return self.judge_new(exchange);
        }
        let Some(id) = &exchange.sign_in_id else { return Ok(Checked::NothingToCheck) };
        let known = self.known.get(id);
        let shown = exchange.sign_in.as_ref().filter(|shown| shown.id == *id).map(|shown| &shown.standing);
        if known.is_none() && self.is_complete && exchange.outcome == Outcome::CarriedOut {
            return Err(Outside::NeverCreated { operation: operation.clone() });
        }
        let Some(Known { standing: Some(before), .. }) = known else { return Ok(Checked::NothingToCheck) };
        let is_replaced = self.is_replaced(id);
        match (&exchange.outcome, shown) {
            (Outcome::Unknown, _) => return Ok(Checked::NothingToCheck),
            (Outcome::CarriedOut, _) if is_replaced && *operation != Operation::Read => {
                return Err(Outside::Replaced { operation: operation.clone() });
            }
            (Outcome::CarriedOut, None) => {
                return Err(Outside::AnotherSignIn { operation: operation.clone() });
            }
            (Outcome::CarriedOut, Some(after)) => model::carried_out(before, operation, after)?,
            (Outcome::Rejected(_), _) if is_replaced => return Ok(out_of_turn(operation, before)),
            (Outcome::Rejected(codes), after) => model::rejected(before, operation, codes, after)?,
        }
        let is_carried_out = exchange.outcome == Outcome::CarriedOut;
        let is_in_turn = is_carried_out || before.may_move_by_itself() || model::is_legal(before, operation);
        Ok(if is_in_turn { Checked::InTurn } else { out_of_turn(operation, before) })
    }

    fn judge_new(&self, exchange: &Exchange) -> Result<Checked, Outside> {
        let shown = match (&exchange.outcome, &exchange.sign_in) {
            (Outcome::CarriedOut, Some(shown)) => shown,
            (Outcome::Rejected(codes), _) => {
                model::rejected(&Standing::default(), &Operation::Create, codes, None)?;
                return Ok(Checked::InTurn);
            }
            _ => return Ok(Checked::NothingToCheck),
        };
        model::carried_out(&shown.standing, &Operation::Create, &shown.standing)?;
        if self.known.contains_key(&shown.id) { Err(Outside::IdUsedTwice) } else { Ok(Checked::InTurn) }
    }

    /// Judges a sign-in that the answer to another request shows, such as a read of the client.
    fn judge_shown(&self, exchange: &Exchange) -> Result<Checked, Outside> {
        let touched = exchange.touched_id.as_ref().filter(|_| exchange.outcome == Outcome::CarriedOut);
        if self.is_complete && touched.is_some_and(|id| !self.sessions.contains(id)) {
            return Err(Outside::SessionNeverCreated);
        }
        let Some(Shown { id, standing }) = &exchange.sign_in else { return Ok(Checked::NothingToCheck) };
        match self.known.get(id).and_then(|known| known.standing.as_ref()) {
            Some(before) => {
                model::changed_by_itself(before, standing)?;
                Ok(Checked::InTurn)
            }
            None => Ok(Checked::NothingToCheck),
        }
    }

    fn learn(&mut self, exchange: &Exchange) {
        for id in &exchange.session_ids {
            if self.sessions.insert(id.clone())
                && let Some(oldest) = remember(&mut self.session_order, id.clone())
            {
                self.sessions.remove(&oldest);
                self.is_complete = false;
            }
        }
        if let Some(Shown { id, standing }) = &exchange.sign_in {
            let is_new = !self.known.contains_key(id);
            let known = self.known.entry(id.clone()).or_insert(Known { client_id: None, standing: None });
            known.standing = Some(standing.clone());
            if exchange.client_id.is_some() {
                known.client_id.clone_from(&exchange.client_id);
            }
            if is_new && let Some(oldest) = remember(&mut self.order, id.clone()) {
                self.known.remove(&oldest);
                self.is_complete = false;
            }
        }
        let is_created = exchange.operation == Some(Operation::Create) && exchange.outcome == Outcome::CarriedOut;
        let created = exchange.sign_in.as_ref().filter(|_| is_created).map(|shown| &shown.id);
        if let (Some(client_id), Some(newest)) = (&exchange.client_id, created.or(exchange.newest_id.as_ref()))
            && self.current.insert(client_id.clone(), newest.clone()).is_none()
            && let Some(oldest) = remember(&mut self.clients, client_id.clone())
        {
            self.current.remove(&oldest);
        }
        if exchange.outcome == Outcome::Unknown {
            self.forget(exchange);
        }
    }

    /// Forgets what a request may have changed whose answer was not seen.
    fn forget(&mut self, exchange: &Exchange) {
        match &exchange.sign_in_id {
            Some(id) => {
                if let Some(known) = self.known.get_mut(id) {
                    known.standing = None;
                }
            }
            None if exchange.operation == Some(Operation::Create) => {
                self.current.clear();
                self.clients.clear();
                self.is_complete = false;
            }
            None => {}
        }
    }
}

/// Adds an id, and returns the oldest one if there are too many.
fn remember(order: &mut VecDeque<String>, id: String) -> Option<String> {
    order.push_back(id);
    if order.len() > AT_MOST { order.pop_front() } else { None }
}

fn out_of_turn(operation: &Operation, at: &Standing) -> Checked {
    Checked::OutOfTurn { operation: operation.clone(), at: Box::new(at.clone()) }
}
