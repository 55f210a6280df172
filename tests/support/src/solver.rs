//! A challenge solver that tests can watch.

use std::future::pending;
use std::sync::{Arc, Mutex};
use std::task::Poll;

use clerk_sign_in::async_trait;
use clerk_sign_in::fake::{FakeSolver, Scripted};
use clerk_sign_in::platform::{CapabilityError, Captcha, CaptchaSolution, ChallengeSolver};
use clerk_sign_in::wire::{ProtectCheck, Secret};

/// A solver that first gives scripted answers, and then answers as the fake's solver does. It records every challenge.
#[derive(Clone, Debug)]
pub struct Watched(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    solver: Scripted<FakeSolver>,
    captchas: Mutex<Vec<Captcha>>,
    checks: Mutex<Vec<ProtectCheck>>,
}

impl Watched {
    pub fn new(answers: impl IntoIterator<Item = Result<Secret, CapabilityError>>) -> Self {
        let solver = Scripted::new(FakeSolver, answers);
        Self(Arc::new(Inner { solver, captchas: Mutex::default(), checks: Mutex::default() }))
    }

    pub fn captchas(&self) -> Vec<Captcha> {
        self.0.captchas.lock().unwrap().clone()
    }

    pub fn checks(&self) -> Vec<ProtectCheck> {
        self.0.checks.lock().unwrap().clone()
    }
}

#[async_trait]
impl ChallengeSolver for Watched {
    async fn solve_captcha(&self, captcha: &Captcha) -> Result<CaptchaSolution, CapabilityError> {
        self.0.captchas.lock().unwrap().push(captcha.clone());
        // The user takes a moment to answer, and other tasks can run during that time.
        moment().await;
        self.0.solver.solve_captcha(captcha).await
    }

    async fn solve_protect_check(&self, check: &ProtectCheck) -> Result<Secret, CapabilityError> {
        self.0.checks.lock().unwrap().push(check.clone());
        moment().await;
        self.0.solver.solve_protect_check(check).await
    }
}

/// Yields once, so that other tasks can run.
pub async fn moment() {
    let mut is_over = false;
    std::future::poll_fn(|context| {
        context.waker().wake_by_ref();
        if std::mem::replace(&mut is_over, true) { Poll::Ready(()) } else { Poll::Pending }
    })
    .await;
}

/// A solver that never answers.
#[derive(Debug)]
pub struct Silent;

#[async_trait]
impl ChallengeSolver for Silent {
    async fn solve_captcha(&self, _: &Captcha) -> Result<CaptchaSolution, CapabilityError> {
        pending().await
    }

    async fn solve_protect_check(&self, _: &ProtectCheck) -> Result<Secret, CapabilityError> {
        pending().await
    }
}

/// Returns one error for each way to fail: the user cancels, the challenge cannot be shown, or the solver fails.
pub fn every_failure() -> [CapabilityError; 3] {
    [CapabilityError::Cancelled, CapabilityError::unavailable("no web view"), CapabilityError::failed("no script")]
}
