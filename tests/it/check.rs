//! The check of backends and apps by random walks: right ones pass, and each broken one is found.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use clerk_sign_in::async_trait;
use clerk_sign_in::backend::{Backend, BackendError, CallContext, Identity};
use clerk_sign_in::fake::{ADA, Change, FakeBackend, GRACE, NewUser, UserChange};
use clerk_sign_in::server::Server;
use clerk_sign_in::testing::{Action, Check, CheckedBackend, Person, check};
use clerk_sign_in::wire::{
    Answer, ApiError, AttemptFactor, ClientUpdate, ErrorCode, Rejection, Request, Response, Secret, Status, Strategy,
    TokenUpdate,
};
use clerk_sign_in::{AnySignIn, Client, HttpBackend, Resumed, wire};
use support::openapi::{Plain, Validated};
use tokio::runtime::Runtime;

#[tokio::test]
async fn right_backend_passes_and_most_walks_end_in_a_session() {
    let report = check(async |fake| fake).await.unwrap();
    println!("{report:?}");
    assert_eq!(report.walks, 60);
    assert!(report.with_a_session * 2 >= report.walks, "{report:?}");
}

#[test]
fn right_backend_passes_over_http() {
    Runtime::new().unwrap().block_on(async {
        let servers = Mutex::new(Vec::new());
        let report = Check::new().walks(20).backend(async |fake: FakeBackend| {
            let server = Server::bind("127.0.0.1:0", fake.clone()).await.unwrap().with_provider(fake).spawn();
            let backend = HttpBackend::with_transport(server.url(), Validated::new(Plain::default()));
            servers.lock().unwrap().push(server);
            backend
        });
        println!("{:?}", report.await.unwrap());
    });
}

/// Scripts in which the server's counts change without a step that the referee can judge.
#[tokio::test]
async fn right_backend_passes_whatever_resets_the_count() {
    use Action as Do;
    let mistakes = [Do::Create(Person::Grace), Do::Password(false), Do::Password(false), Do::StartOver];
    let again =
        [Do::StartOver, Do::Create(Person::Grace), Do::Password(false), Do::Password(false), Do::Password(true)];
    let by: [&[Action]; 4] = [
        &[Do::CreateWithTicket(Person::Grace, true)],
        &[Do::CreateWithIdToken(Person::Grace, true)],
        &[Do::Create(Person::Grace), Do::SendEmailLink, Do::OpenLink],
        &[Do::Create(Person::Grace), Do::Sso, Do::GoToProvider(true)],
    ];
    for by in by {
        let script = [&mistakes, by, &again].concat();
        if let Err(finding) = Check::replay_backend(&script, async |fake| fake).await {
            panic!("{finding}, after {script:?}");
        }
    }
}

#[tokio::test]
async fn right_backend_passes_with_users_of_ones_own() {
    let fake = FakeBackend::new();
    fake.add_user(NewUser::new(ADA.email_address).password("a-password-of-my-own")).unwrap();
    let backend = Arc::new(CheckedBackend::with_server(fake.clone(), fake));
    let client = Client::new(Arc::clone(&backend));
    drop(client.sign_in().password(ADA.email_address, "a-password-of-my-own").await.unwrap());
    assert_eq!(backend.outside(), []);
}

/// A backend that carries out each call, and loses the answers to some.
#[derive(Debug)]
struct Losing(FakeBackend, AtomicUsize);

#[async_trait]
impl Backend for Losing {
    async fn call(&self, context: CallContext, request: Request) -> Result<Response, BackendError> {
        let response = self.0.call(context, request).await?;
        let is_lost = self.1.fetch_add(1, Ordering::Relaxed) % 2 == 1;
        if is_lost { Err(BackendError::transport("lost")) } else { Ok(response) }
    }
}

#[tokio::test]
async fn right_backend_passes_if_answers_are_lost() {
    let fake = FakeBackend::demo();
    fake.configure(|settings| settings.lockout_attempts = 3);
    let backend = Arc::new(CheckedBackend::with_server(Losing(fake.clone(), AtomicUsize::new(0)), fake.clone()));
    let client = Client::new(Arc::clone(&backend));
    for _ in 0..8 {
        let user = fake.totp_code(ADA.email_address).unwrap();
        for password in ["wrong", ADA.password.unwrap()] {
            let _ = client.sign_in().password(ADA.email_address, password).await;
            let Ok(Resumed::Attempt(at)) = client.resume().await else { continue };
            if let AnySignIn::NeedsSecondFactor(at) = at {
                let _ = at.verify_totp(&user).await;
            }
        }
        fake.advance(Duration::from_secs(40));
    }
    assert!(backend.checked() > 10, "{}", backend.checked());
    assert_eq!(backend.outside(), []);
}

#[tokio::test]
async fn right_backend_passes_with_concurrent_calls() {
    let runtime = FakeBackend::demo();
    let backend = Arc::new(CheckedBackend::with_server(runtime.clone(), runtime));
    let sign_ins = (0..20).map(|_| {
        let backend = Arc::clone(&backend);
        tokio::spawn(async move {
            let client = Client::new(backend);
            let sent = client.sign_in().send_email_code("linus+clerk_test@example.com").await.unwrap();
            tokio::task::yield_now().await;
            drop(sent.verify("424242").await.unwrap());
        })
    });
    for done in sign_ins.collect::<Vec<_>>() {
        done.await.unwrap();
    }
    assert_eq!(backend.outside(), []);
}

/// A backend with one fault.
#[derive(Debug)]
struct Broken {
    fake: FakeBackend,
    fault: Fault,
    calls: AtomicUsize,
    last: Mutex<Option<Response>>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fault {
    ForgetsTokens,
    LosesSessions,
    LosesOlderSessions,
    SwapsUsers,
    SwapsSessions,
    RepeatsCodes,
    AnswersLate,
    AcceptsWrongCodes,
    AcceptsWrongPasswords,
    SkipsSecondFactor,
    DropsClientFromRejections,
    NeverLocksAccounts,
    CompletesWithoutSession,
    ForgetsClients,
    SkipsSecondFactorAfterTickets,
    AlwaysBusy,
}

const FAULTS: [Fault; 16] = [
    Fault::ForgetsTokens,
    Fault::LosesSessions,
    Fault::LosesOlderSessions,
    Fault::SwapsUsers,
    Fault::SwapsSessions,
    Fault::RepeatsCodes,
    Fault::AnswersLate,
    Fault::AcceptsWrongCodes,
    Fault::AcceptsWrongPasswords,
    Fault::SkipsSecondFactor,
    Fault::DropsClientFromRejections,
    Fault::NeverLocksAccounts,
    Fault::CompletesWithoutSession,
    Fault::ForgetsClients,
    Fault::SkipsSecondFactorAfterTickets,
    Fault::AlwaysBusy,
];

impl Broken {
    fn new(fake: FakeBackend, fault: Fault) -> Self {
        Self { fake, fault, calls: AtomicUsize::new(0), last: Mutex::default() }
    }

    /// Returns the code that the user should have typed.
    fn right_code(&self, strategy: &Strategy) -> Option<Secret> {
        match strategy {
            Strategy::Totp => self.fake.totp_code(ADA.email_address).map(Secret::from),
            _ => Some(self.fake.outbox().last()?.code()?.clone()),
        }
    }

    fn changed(&self, context: &mut CallContext, request: &mut Request) {
        match (self.fault, request) {
            (Fault::SwapsUsers, Request::CreateSignIn(create))
                if create.identifier.as_deref() == Some(ADA.email_address) =>
            {
                create.identifier = Some(GRACE.email_address.to_owned());
            }
            (
                Fault::AcceptsWrongCodes,
                Request::AttemptFirstFactor(attempt) | Request::AttemptSecondFactor(attempt),
            ) => {
                let right = attempt.strategy.as_ref().and_then(|strategy| self.right_code(strategy));
                attempt.code = attempt.code.take().map(|typed| right.unwrap_or(typed));
            }
            (
                Fault::AcceptsWrongPasswords,
                Request::CreateSignIn(wire::CreateSignIn { password: Some(password), .. }),
            ) => {
                *password = ADA.password.unwrap().into();
            }
            (Fault::ForgetsClients, _) if self.calls.load(Ordering::Relaxed) % 9 == 8 => {
                context.identity = Identity::Native { token: None };
            }
            _ => {}
        }
    }

    async fn spoil(&self, context: &CallContext, response: &mut Response) -> Result<(), BackendError> {
        let client = if let ClientUpdate::Known(client) = &mut response.client { Some(client) } else { None };
        match (self.fault, client, &mut response.result) {
            (Fault::ForgetsTokens, ..) if self.calls.load(Ordering::Relaxed) % 7 == 6 => {
                response.token = TokenUpdate::Unchanged;
            }
            (Fault::LosesSessions, Some(client), _) => client.sessions.clear(),
            (Fault::LosesOlderSessions, Some(client), _) => client.sessions.truncate(1),
            (Fault::SwapsSessions, Some(client), _) => {
                let grace = self.fake.user(GRACE.email_address).unwrap().id;
                let users = client.sessions.iter_mut().filter_map(|session| session.user.as_mut());
                users.for_each(|user| user.id.clone_from(&grace));
            }
            (Fault::DropsClientFromRejections, _, Err(_)) => response.client = ClientUpdate::Unchanged,
            (Fault::CompletesWithoutSession, _, Ok(Answer::SignInAttempt(attempt))) => {
                attempt.created_session_id = None;
            }
            (Fault::AlwaysBusy, ..) => {
                let error = ApiError::new(ErrorCode::TooManyRequests, "too many requests");
                response.result = Err(Rejection::new(http::StatusCode::TOO_MANY_REQUESTS, error));
            }
            (
                Fault::SkipsSecondFactor | Fault::SkipsSecondFactorAfterTickets,
                _,
                Ok(Answer::SignInAttempt(attempt)),
            ) if attempt.status == Some(Status::NeedsSecondFactor)
                && (self.fault == Fault::SkipsSecondFactor || is_by_ticket(attempt)) =>
            {
                let mut context = context.clone();
                if let TokenUpdate::Replaced(token) = &response.token {
                    context.identity.replace_token(Some(token.clone()));
                }
                let code = self.right_code(&Strategy::Totp).unwrap();
                let attempt = AttemptFactor::code(&attempt.id, Strategy::Totp, code.expose());
                *response = self.fake.call(context, Request::AttemptSecondFactor(attempt)).await?;
                if self.fault == Fault::SkipsSecondFactorAfterTickets
                    && let Ok(Answer::SignInAttempt(attempt)) = &mut response.result
                {
                    attempt.second_factor_verification = None;
                }
            }
            (Fault::NeverLocksAccounts, ..) => {
                for user in self.fake.users() {
                    let mut change = UserChange::default();
                    change.locked_until = Change::Remove;
                    self.fake.change_user(&user.id, change).unwrap();
                }
            }
            _ => {}
        }
        Ok(())
    }
}

#[async_trait]
impl Backend for Broken {
    async fn call(&self, mut context: CallContext, mut request: Request) -> Result<Response, BackendError> {
        self.changed(&mut context, &mut request);
        let is_prepare = matches!(request, Request::PrepareFirstFactor(_) | Request::PrepareSecondFactor(_));
        let again = (self.fault == Fault::RepeatsCodes && is_prepare).then(|| request.clone());
        let mut response = self.fake.call(context.clone(), request).await?;
        if let Some(again) = again {
            self.fake.configure(|settings| settings.resend_interval = Duration::ZERO);
            response = self.fake.call(context.clone(), again).await?;
        }
        self.spoil(&context, &mut response).await?;
        self.calls.fetch_add(1, Ordering::Relaxed);
        let mut last = self.last.lock().unwrap();
        let earlier = last.replace(response.clone()).filter(|_| self.fault == Fault::AnswersLate);
        Ok(earlier.unwrap_or(response))
    }
}

fn is_by_ticket(attempt: &wire::SignInAttempt) -> bool {
    let first = attempt.first_factor_verification.as_ref();
    first.is_some_and(|first| first.strategy == Some(Strategy::Ticket))
}

#[tokio::test]
async fn each_broken_backend_is_found() {
    let mut not_found = Vec::new();
    for fault in FAULTS {
        match check(async |fake| Broken::new(fake, fault)).await {
            Ok(report) => not_found.push((fault, report)),
            Err(broken) => {
                println!("{fault:?}: {broken}\n");
                // A fault of every seventh or ninth answer needs so many answers.
                let is_periodic = matches!(fault, Fault::ForgetsTokens | Fault::ForgetsClients);
                assert!(broken.script.len() <= 12 || is_periodic, "{fault:?}: {broken}");
            }
        }
    }
    assert!(not_found.is_empty(), "{not_found:?}");
}
