//! What the server does with a request: one file a kind of request.

mod attempt_factor;
mod complete;
mod create_sign_in;
mod limits;
mod prepare_factor;
mod protect_check;
mod reset_password;
mod touch_session;

use super::attempt::{Attempt, Check, Which};
use super::refusal;
use super::state::FakeState;
use super::user::User;
use crate::backend::{CallContext, Identity};
use crate::wire::{Answer, ClientUpdate, Rejection, Request, Response, Secret, Status, Timestamp, TokenUpdate};

pub(super) use protect_check::proof_of;

/// Answers a request: the whole server, without a clock or a lock.
pub(super) fn answer(state: &mut FakeState, now: Timestamp, context: &CallContext, request: Request) -> Response {
    let token = match &context.identity {
        Identity::Native { token } => token.as_ref(),
        Identity::Anonymous => None,
    };
    let device_id = match (token, &request) {
        (Some(token), _) => match state.device_of(token.expose()) {
            Some(device_id) => device_id,
            None => return unknown_token(),
        },
        // Looking does not make a device known.
        (None, Request::GetClient) => return unknown_device(),
        (None, _) => state.new_device(now),
    };

    state.let_time_pass(&device_id, now);
    let mut call = Call { state, now, device_id: &device_id };
    let result = call.carry_out(request);
    let mut response = Response::new(result);
    if let Some(device) = state.devices.get_mut(&device_id) {
        device.updated_at = now;
        if let Some(client) = state.describe_client(&device_id, now) {
            response.client = ClientUpdate::Known(Box::new(client));
        }
        if matches!(context.identity, Identity::Native { .. }) {
            let token = state.issue_token(&device_id).map(Secret::from);
            response.token = token.map_or(TokenUpdate::Unchanged, TokenUpdate::Replaced);
        }
    } else {
        response.client = ClientUpdate::Gone;
        response.token = TokenUpdate::Cleared;
    }
    response
}

fn unknown_token() -> Response {
    let mut response = Response::new(Err(refusal::authentication_invalid()));
    response.token = TokenUpdate::Cleared;
    response
}

fn unknown_device() -> Response {
    let mut response = Response::new(Ok(Answer::Client));
    response.client = ClientUpdate::Gone;
    response
}

/// One request of one device at one moment.
struct Call<'a> {
    state: &'a mut FakeState,
    now: Timestamp,
    device_id: &'a str,
}

impl Call<'_> {
    fn carry_out(&mut self, request: Request) -> Result<Answer, Rejection> {
        match request {
            Request::GetClient | Request::CreateClient => Ok(Answer::Client),
            Request::DeleteClient => {
                self.state.forget_device(self.device_id);
                Ok(Answer::Client)
            }
            Request::CreateSignIn(create) => self.create_sign_in(create),
            Request::GetSignIn(get) => self.get_sign_in(&get.sign_in_id),
            Request::PrepareFirstFactor(prepare) => {
                self.gated(&prepare.sign_in_id, |call| call.prepare_factor(Which::First, &prepare))
            }
            Request::AttemptFirstFactor(attempt) => {
                self.gated(&attempt.sign_in_id, |call| call.attempt_factor(Which::First, &attempt))
            }
            Request::PrepareSecondFactor(prepare) => {
                self.gated(&prepare.sign_in_id, |call| call.prepare_factor(Which::Second, &prepare))
            }
            Request::AttemptSecondFactor(attempt) => {
                self.gated(&attempt.sign_in_id, |call| call.attempt_factor(Which::Second, &attempt))
            }
            Request::ResetPassword(reset) => self.gated(&reset.sign_in_id, |call| call.reset_password(&reset)),
            Request::SubmitProof(proof) => self.submit_proof(&proof),
            Request::TouchSession(touch) => self.touch_session(&touch),
        }
    }

    fn get_sign_in(&self, id: &str) -> Result<Answer, Rejection> {
        let attempt = self.own_attempt(id)?;
        Ok(self.sign_in(attempt))
    }

    /// The attempt with this id, if it is this device's and not abandoned.
    fn own_attempt(&self, id: &str) -> Result<&Attempt, Rejection> {
        let attempt = self.state.attempts.get(id).filter(|attempt| attempt.device_id == self.device_id);
        attempt.filter(|attempt| attempt.status != Status::Abandoned).ok_or_else(refusal::sign_in_not_found)
    }

    /// The attempt with this id, if it is the one under way.
    fn current_attempt(&self, id: &str) -> Result<&Attempt, Rejection> {
        let attempt = self.own_attempt(id)?;
        let current = self.state.devices.get(self.device_id).and_then(|device| device.sign_in_id.as_deref());
        if current == Some(id) { Ok(attempt) } else { Err(refusal::sign_in_replaced()) }
    }

    /// The attempt with this id, if it is the one under way, its factor can be verified now, and its user may sign in.
    fn verifiable(&self, id: &str, which: Which) -> Result<&Attempt, Rejection> {
        let attempt = self.own_attempt(id)?;
        let expected = match which {
            Which::First => attempt.status == Status::NeedsFirstFactor,
            Which::Second => matches!(attempt.status, Status::NeedsSecondFactor | Status::NeedsClientTrust),
        };
        if expected {
            self.admit(attempt)?;
            return self.current_attempt(id);
        }
        Err(if attempt.check(which).is_some_and(Check::is_verified) {
            refusal::verification_already_verified()
        } else {
            refusal::wrong_status(self.state.settings.wrong_status.clone())
        })
    }

    fn user_of(&self, attempt: &Attempt) -> Option<&User> {
        self.state.users.get(attempt.user_id.as_ref()?)
    }

    fn user_of_mut(&mut self, attempt_id: &str) -> Option<&mut User> {
        let user_id = self.state.attempts.get(attempt_id)?.user_id.as_ref()?;
        self.state.users.get_mut(user_id)
    }

    fn sign_in(&self, attempt: &Attempt) -> Answer {
        Answer::SignInAttempt(Box::new(self.state.describe_sign_in(attempt, self.now)))
    }
}
