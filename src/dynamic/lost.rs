//! The data that the slot keeps while a call has the sign-in: to show the sign-in, and to find it again.

use std::sync::Arc;

use super::DynamicState;
use crate::client::{Client, Finalized};
use crate::fault_switches::without;
use crate::relation::Step;
use crate::sign_in::states::factors;
use crate::sign_in::{AnySignIn, Checkpoint, StateKind};
use crate::wire::{Factor, Secret, Session, SignInAttempt, TouchSession};

/// A checkpoint of a sign-in that a call has, and the facts that the server does not report.
#[derive(Clone)]
pub(super) struct Lost {
    pub(super) shown: Shown,
    pub(super) checkpoint: Checkpoint,
    pub(super) wanted: Step,
    /// The factor that the call was about to prepare.
    pub(super) choosing: Option<Factor>,
    /// The attempt that the call may have begun, if it may have begun one.
    pub(super) begins: Option<Arc<Begins>>,
    /// The session and organization that the user chose.
    touch: Option<TouchSession>,
    /// The nonce with which the user came back from an identity provider.
    nonce: Option<Secret>,
    /// The end, if the sign-in was already over before the call.
    pub(super) ended: Option<Arc<Ended>>,
}

/// The state and the description of a sign-in, for readers while a call has it.
#[derive(Clone)]
pub(super) struct Shown {
    pub(super) kind: StateKind,
    pub(super) attempt: Arc<SignInAttempt>,
    pub(super) sent_to: Option<Factor>,
}

/// An attempt that a call may have begun: for whom, and what the client knew before the call.
pub(super) struct Begins {
    /// The identifier of the user; `None` if the attempt may be for anybody.
    identifier: Option<String>,
    known_attempt_id: Option<String>,
    known_session_ids: Vec<String>,
    known_sign_up_id: Option<String>,
}

/// The end of a sign-in, with its last description.
pub(super) struct Ended {
    pub(super) end: End,
    pub(super) last: Shown,
}

/// How a sign-in ended.
#[derive(Clone)]
pub(super) enum End {
    Session { id: String, pending_tasks: Vec<String>, needs_finalize: bool },
    SignUp,
}

impl Lost {
    pub(super) fn new(wanted: Step, sign_in: &AnySignIn) -> Self {
        let (touch, nonce) = match sign_in {
            AnySignIn::Complete(at) => (Some(at.touch().clone()), None),
            AnySignIn::RedirectReady(at) => (None, at.nonce().cloned()),
            _ => (None, None),
        };
        let (shown, checkpoint) = (Shown::new(sign_in), sign_in.checkpoint());
        Self { shown, checkpoint, wanted, choosing: None, begins: None, touch, nonce, ended: None }
    }

    pub(super) fn choosing(mut self, factor: Option<Factor>) -> Self {
        self.choosing = factor;
        self
    }

    pub(super) fn ended(mut self, ended: Arc<Ended>) -> Self {
        self.ended = Some(ended);
        self
    }

    /// Notes for whom the step may begin an attempt, if it may begin one.
    pub(super) fn begins(self, identifier: Option<&str>, sign_in: &AnySignIn) -> Self {
        // These steps begin an attempt anew if the one under way cannot be continued.
        let visits = matches!(self.wanted, Step::Sso | Step::SsoWith | Step::RedirectAgain | Step::RedirectAgainWith);
        if sign_in.kind() == StateKind::NeedsIdentifier || self.wanted == Step::SignUp || visits {
            self.begins_anew(identifier, sign_in.client())
        } else if self.wanted == Step::Resend {
            self.begins_anew(sign_in.identifier(), sign_in.client())
        } else {
            self
        }
    }

    pub(super) fn begins_anew(mut self, identifier: Option<&str>, client: &Client) -> Self {
        self.begins = Some(Arc::new(Begins::new(identifier, client)));
        self
    }

    /// The same call, which has come to another state.
    pub(super) fn reached(&self, sign_in: &AnySignIn, choosing: Option<Factor>) -> Self {
        Self::new(self.wanted, sign_in).choosing(choosing)
    }

    /// The same call, which got no answer and handed the sign-in back.
    pub(super) fn handed_back(&self, sign_in: &AnySignIn) -> Self {
        let has_begun = sign_in.id() != self.checkpoint.id();
        let begins = self.begins.clone().filter(|_| !has_begun);
        let ended = self.ended.clone().filter(|_| !has_begun);
        Self { begins, ended, ..self.reached(sign_in, self.choosing.clone()) }
    }

    /// The sign-in as it was before the call, without a call.
    pub(super) fn before(&self, client: &Client) -> Option<AnySignIn> {
        let sign_in = self.checkpoint.clone().restore(client.clone()).ok()?;
        Some(self.with_what_the_server_does_not_know(sign_in))
    }

    /// Gives the sign-in back the nonce and the chosen organization, if it is still where they belong.
    pub(super) fn with_what_the_server_does_not_know(&self, sign_in: AnySignIn) -> AnySignIn {
        match (sign_in, &self.touch, &self.nonce) {
            (AnySignIn::Complete(at), Some(touch), _) if at.session_id() == touch.session_id => {
                at.with_touch(touch.clone()).into()
            }
            (AnySignIn::RedirectReady(at), _, Some(nonce)) if Some(at.id()) == self.checkpoint.id() => {
                at.with_nonce(nonce.clone()).into()
            }
            (sign_in, ..) => sign_in,
        }
    }

    /// The last description of the sign-in.
    pub(super) fn last(&self) -> &Shown {
        self.ended.as_ref().map_or(&self.shown, |ended| &ended.last)
    }
}

impl Shown {
    pub(super) fn new(sign_in: &AnySignIn) -> Self {
        Self { kind: sign_in.kind(), attempt: sign_in.shared_attempt(), sent_to: sign_in.sent_to().cloned() }
    }
}

impl Begins {
    fn new(identifier: Option<&str>, client: &Client) -> Self {
        let snapshot = client.snapshot();
        let sessions = snapshot.iter().flat_map(|client| &client.sessions);
        Self {
            identifier: identifier.map(str::to_owned),
            known_attempt_id: client.last_attempt_id(),
            known_session_ids: sessions.map(|session| session.id.clone()).collect(),
            known_sign_up_id: client.sign_up().map(|sign_up| sign_up.id().to_owned()),
        }
    }

    pub(super) fn is_attempt(&self, attempt: &AnySignIn) -> bool {
        let is_user = match (&self.identifier, attempt.identifier()) {
            (Some(typed), Some(identifier)) => factors::may_be(identifier, typed),
            (None, _) | (_, None) => true,
        };
        let is_new = attempt.id() != self.known_attempt_id.as_deref();
        (is_new || without("a lost call began only a new attempt")) && is_user
    }

    pub(super) fn is_session(&self, session: &Session) -> bool {
        let is_user = match (&self.identifier, &session.user) {
            (Some(typed), Some(user)) => {
                let email_addresses = user.email_addresses.iter().map(|it| &it.email_address);
                let phone_numbers = user.phone_numbers.iter().map(|it| &it.phone_number);
                let wallets = user.web3_wallets.iter().map(|it| &it.web3_wallet);
                let mut listed = email_addresses.chain(phone_numbers).chain(wallets).chain(&user.username);
                listed.any(|listed| factors::may_be(listed, typed))
            }
            (None, _) | (_, None) => true,
        };
        !self.known_session_ids.contains(&session.id) && is_user
    }

    pub(super) fn is_sign_up_of(&self, client: &Client) -> bool {
        client.sign_up().is_some_and(|sign_up| Some(sign_up.id()) != self.known_sign_up_id.as_deref())
    }
}

impl End {
    pub(super) fn finalized(finalized: &Finalized) -> Self {
        let (id, pending_tasks) = match finalized {
            Finalized::Active(session) => (session.id(), Vec::new()),
            Finalized::Pending(session) => {
                (session.id(), session.tasks().iter().map(|task| task.key.as_str().to_owned()).collect())
            }
        };
        Self::Session { id: id.to_owned(), pending_tasks, needs_finalize: false }
    }

    /// A session that was found, and that is not in use yet.
    pub(super) fn found(session: &Session) -> Self {
        let pending_tasks = session.tasks.iter().flatten().map(|task| task.key.as_str().to_owned()).collect();
        Self::Session { id: session.id.clone(), pending_tasks, needs_finalize: true }
    }

    pub(super) fn state(&self) -> DynamicState {
        match self.clone() {
            Self::SignUp => DynamicState::SignUp,
            Self::Session { id, pending_tasks, needs_finalize } => {
                DynamicState::Session { session_id: id, pending_tasks, needs_finalize }
            }
        }
    }
}
