//! A client of a law, which makes any call in any order, and the answers that it gets.

use http::StatusCode;

use super::law::{Outcome, Unmet};
use super::{Harness, TestUser};
use crate::backend::{Backend, CallContext, Identity};
use crate::wire::{
    Answer, AttemptFactor, ClientResource, ClientUpdate, CreateSignIn, ErrorCode, Factor, GetSignIn, OneSession,
    PrepareFactor, Rejection, Request, ResetPassword, Response, Secret, SignInAttempt, Status, Strategy, SubmitProof,
    TokenUpdate,
};

/// The number of times that a call is repeated after the server asked the client to slow down.
const PATIENCE: usize = 5;

/// The factor that a request is about.
#[derive(Clone, Copy)]
pub(super) enum Which {
    First,
    /// The second factor, or client trust.
    Second,
}

/// A native client. It keeps its newest token and the server's newest descriptions, but checks nothing by itself.
#[derive(Clone)]
pub(super) struct Caller<'a> {
    backend: &'a dyn Backend,
    harness: &'a dyn Harness,
    pub(super) token: Option<Secret>,
    pub(super) client: Option<ClientResource>,
    /// The sign-in that the client created last, as it was described last.
    pub(super) sign_in: SignInAttempt,
    calls: u64,
}

impl<'a> Caller<'a> {
    pub(super) fn new(backend: &'a dyn Backend, harness: &'a dyn Harness) -> Self {
        Self { backend, harness, token: None, client: None, sign_in: SignInAttempt::default(), calls: 0 }
    }

    /// Makes a call. If the server asks the client to slow down, waits and repeats the call.
    pub(super) async fn call(&mut self, request: Request) -> Outcome<Reply> {
        for _ in 0..PATIENCE {
            let reply = self.call_once(&request).await?;
            let Err(rejection) = &reply.response.result else { return Ok(reply) };
            match rejection.retry_after.filter(|_| rejection.has(&ErrorCode::TooManyRequests)) {
                Some(wait) => self.harness.advance(wait).await?,
                None => return Ok(reply),
            }
        }
        Err(Unmet::broken("an answer", "too_many_requests, although the client waited"))
    }

    async fn call_once(&mut self, request: &Request) -> Outcome<Reply> {
        self.calls = self.calls.saturating_add(1);
        let mut context = CallContext::new(Identity::Native { token: self.token.clone() });
        context.sequence = self.calls;
        let asked = format!("{} {}", request.method(), request.path());
        let response = match self.backend.call(context, request.clone()).await {
            Ok(response) => response,
            Err(error) => return Err(Unmet::broken(format!("an answer to {asked}"), error.to_string())),
        };
        match &response.token {
            TokenUpdate::Replaced(token) => self.token = Some(token.clone()),
            TokenUpdate::Cleared => self.token = None,
            TokenUpdate::Unchanged => {}
        }
        match &response.client {
            ClientUpdate::Known(client) => self.client = Some((**client).clone()),
            ClientUpdate::Gone => self.client = None,
            ClientUpdate::Unchanged => {}
        }
        match &response.result {
            Ok(Answer::SignInAttempt(sign_in)) => self.sign_in = (**sign_in).clone(),
            // A rejected create may have begun a sign-in, which the description of the client then shows.
            Err(_) if matches!(request, Request::CreateSignIn(_)) => {
                let begun = self.client.as_ref().and_then(|client| client.sign_in.as_deref());
                self.sign_in = begun.cloned().unwrap_or_default();
            }
            _ => {}
        }
        Ok(Reply { asked, response })
    }

    pub(super) async fn create(&mut self, create: CreateSignIn) -> Outcome<Reply> {
        self.call(Request::CreateSignIn(create)).await
    }

    /// Begins a sign-in with only an identifier.
    pub(super) async fn identify(&mut self, identifier: &str) -> Outcome<Reply> {
        self.create(CreateSignIn::with_identifier(identifier)).await
    }

    /// Begins a sign-in with an identifier and a password.
    pub(super) async fn create_with_password(&mut self, identifier: &str, password: &Secret) -> Outcome<Reply> {
        let mut create = CreateSignIn::with_identifier(identifier);
        (create.strategy, create.password) = (Some(Strategy::Password), Some(password.clone()));
        self.create(create).await
    }

    /// Begins a sign-in with the user's identifier and password.
    pub(super) async fn enter_password(&mut self, user: &TestUser) -> Outcome<Reply> {
        let password = user.password.as_ref().ok_or_else(|| Unmet::broken("a user with a password", "one without"))?;
        self.create_with_password(&user.email_address, password).await
    }

    /// Begins a sign-in that sends something to the user at once.
    pub(super) async fn create_sending(&mut self, identifier: &str, strategy: Strategy) -> Outcome<Reply> {
        let mut create = CreateSignIn::with_identifier(identifier);
        create.strategy = Some(strategy);
        self.create(create).await
    }

    pub(super) async fn create_with_ticket(&mut self, ticket: &Secret) -> Outcome<Reply> {
        let mut create = CreateSignIn::new();
        (create.strategy, create.ticket) = (Some(Strategy::Ticket), Some(ticket.clone()));
        self.create(create).await
    }

    /// Prepares the first factor of this strategy that the sign-in offers.
    pub(super) async fn prepare(&mut self, which: Which, strategy: &Strategy) -> Outcome<Reply> {
        let factor = self.factor(which, strategy)?;
        let prepare = PrepareFactor::new(&self.sign_in.id, &factor);
        self.call(preparing(which, prepare)).await
    }

    pub(super) async fn attempt(&mut self, which: Which, strategy: Strategy, code: &Secret) -> Outcome<Reply> {
        let attempt = AttemptFactor::code(&self.sign_in.id, strategy, code.expose());
        self.call(attempting(which, attempt)).await
    }

    pub(super) async fn attempt_email_code(&mut self, code: &Secret) -> Outcome<Reply> {
        self.attempt(Which::First, Strategy::EmailCode, code).await
    }

    pub(super) async fn attempt_password(&mut self, password: &Secret) -> Outcome<Reply> {
        let attempt = AttemptFactor::password(&self.sign_in.id, password.expose());
        self.call(attempting(Which::First, attempt)).await
    }

    pub(super) async fn reset_password(&mut self, password: &Secret, sign_out_others: bool) -> Outcome<Reply> {
        let reset = ResetPassword::new(&self.sign_in.id, password.expose(), sign_out_others);
        self.call(Request::ResetPassword(reset)).await
    }

    pub(super) async fn submit_proof(&mut self, proof: &Secret) -> Outcome<Reply> {
        let submit = SubmitProof::new(&self.sign_in.id, proof.expose());
        self.call(Request::SubmitProof(submit)).await
    }

    /// Reads the current sign-in.
    pub(super) async fn reload(&mut self) -> Outcome<SignInAttempt> {
        let get = GetSignIn::new(&self.sign_in.id);
        self.call(Request::GetSignIn(get)).await?.sign_in()
    }

    /// Reads the client.
    pub(super) async fn read_client(&mut self) -> Outcome<ClientResource> {
        self.call(Request::GetClient).await?.accepted()?;
        self.known()
    }

    pub(super) async fn read_session(&mut self, id: &str) -> Outcome<Reply> {
        self.call(Request::GetSession(OneSession::new(id))).await
    }

    /// Signs in with a code that is sent by email, and returns the id of the session.
    pub(super) async fn sign_in_by_code(&mut self, user: &TestUser) -> Outcome<String> {
        self.identify(&user.email_address).await?.at(&Status::NeedsFirstFactor)?;
        self.prepare(Which::First, &Strategy::EmailCode).await?.at(&Status::NeedsFirstFactor)?;
        let code = self.newest_code(&user.email_address).await?;
        let complete = self.attempt_email_code(&code).await?.at(&Status::Complete)?;
        complete.created_session_id.ok_or_else(|| Unmet::broken("a session", "none"))
    }

    /// Becomes trusted with a code that is sent by email, and returns the id of the session.
    pub(super) async fn become_trusted(&mut self, user: &TestUser) -> Outcome<String> {
        self.prepare(Which::Second, &Strategy::EmailCode).await?.at(&Status::NeedsClientTrust)?;
        let code = self.newest_code(&user.email_address).await?;
        let complete = self.attempt(Which::Second, Strategy::EmailCode, &code).await?.at(&Status::Complete)?;
        complete.created_session_id.ok_or_else(|| Unmet::broken("a session", "none"))
    }

    async fn newest_code(&self, to: &str) -> Outcome<Secret> {
        super::trial::Trial::new(self.backend, self.harness).code(to).await
    }

    /// Returns the first factor of this strategy that the sign-in offers.
    pub(super) fn factor(&self, which: Which, strategy: &Strategy) -> Outcome<Factor> {
        let offered = match which {
            Which::First => &self.sign_in.supported_first_factors,
            Which::Second => &self.sign_in.supported_second_factors,
        };
        let factor = offered.iter().flatten().find(|factor| factor.strategy == *strategy).cloned();
        let named: Vec<_> = offered.iter().flatten().map(|factor| factor.strategy.as_str()).collect();
        let came = format!("the factors [{}]", named.join(", "));
        factor.ok_or_else(|| Unmet::broken(format!("the factor {strategy}"), came))
    }

    /// Returns the server's newest description of the client.
    pub(super) fn known(&self) -> Outcome<ClientResource> {
        self.client.clone().ok_or_else(|| Unmet::broken("a description of the client", "none"))
    }
}

pub(super) fn preparing(which: Which, prepare: PrepareFactor) -> Request {
    match which {
        Which::First => Request::PrepareFirstFactor(prepare),
        Which::Second => Request::PrepareSecondFactor(prepare),
    }
}

fn attempting(which: Which, attempt: AttemptFactor) -> Request {
    match which {
        Which::First => Request::AttemptFirstFactor(attempt),
        Which::Second => Request::AttemptSecondFactor(attempt),
    }
}

/// An answer, and the request that it answers.
pub(super) struct Reply {
    asked: String,
    pub(super) response: Response,
}

impl Reply {
    pub(super) fn accepted(self) -> Outcome<Answer> {
        let Self { asked, response } = self;
        response.result.map_err(|rejection| Unmet::broken(format!("{asked} to succeed"), shown(&rejection)))
    }

    pub(super) fn sign_in(self) -> Outcome<SignInAttempt> {
        let asked = self.asked.clone();
        match self.accepted()? {
            Answer::SignInAttempt(sign_in) => Ok(*sign_in),
            _ => Err(Unmet::broken(format!("{asked} to answer a sign-in"), "something else")),
        }
    }

    /// Expects a sign-in with this status.
    pub(super) fn at(self, status: &Status) -> Outcome<SignInAttempt> {
        let asked = self.asked.clone();
        let sign_in = self.sign_in()?;
        if sign_in.status.as_ref() == Some(status) {
            return Ok(sign_in);
        }
        let came = sign_in.status.as_ref().map_or("no status", Status::as_str);
        Err(Unmet::broken(format!("{asked} to lead to {status}"), came))
    }

    /// Expects a rejection, whatever the error.
    pub(super) fn rejected(self) -> Outcome<Rejection> {
        match self.response.result {
            Err(rejection) if rejection.status.is_client_error() => Ok(rejection),
            Err(rejection) => Err(Unmet::broken(format!("{} to be rejected with 4xx", self.asked), shown(&rejection))),
            Ok(answer) => Err(Unmet::broken(format!("{} to be rejected", self.asked), accepted(&answer))),
        }
    }

    /// Expects a rejection with this HTTP status and, among its errors, this code.
    pub(super) fn rejected_with(self, status: u16, code: &ErrorCode) -> Outcome<Rejection> {
        let expected = format!("{} to be rejected with {status} {code}", self.asked);
        match self.response.result {
            Err(rejection) if is(&rejection, status) && rejection.has(code) => Ok(rejection),
            Err(rejection) => Err(Unmet::broken(expected, shown(&rejection))),
            Ok(answer) => Err(Unmet::broken(expected, accepted(&answer))),
        }
    }

    /// Returns `true` if the request was rejected with this error.
    pub(super) fn is_rejected_with(&self, code: &ErrorCode) -> bool {
        self.response.result.as_ref().is_err_and(|rejection| rejection.has(code))
    }
}

fn is(rejection: &Rejection, status: u16) -> bool {
    StatusCode::from_u16(status).is_ok_and(|status| rejection.status == status)
}

fn accepted(answer: &Answer) -> String {
    match answer {
        Answer::SignInAttempt(sign_in) => {
            format!("success, with the status {}", sign_in.status.as_ref().map_or("none", Status::as_str))
        }
        _ => "success".to_owned(),
    }
}

/// Describes a rejection without its messages, which may contain addresses.
pub(super) fn shown(rejection: &Rejection) -> String {
    let codes: Vec<_> = rejection.errors.iter().map(|error| error.code.as_str()).collect();
    format!("the rejection {} [{}]", rejection.status.as_u16(), codes.join(", "))
}
