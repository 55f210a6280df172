//! Property tests of a backend or of an app.

use std::fmt;
use std::sync::Arc;

use async_trait::async_trait;
use proptest::strategy::{Strategy as _, ValueTree};
use proptest::test_runner::TestRunner;

use super::{Action, BrokenWalk, CheckedBackend, Outside, SimulatedUser, Walker, actions};
use crate::backend::Backend;
use crate::fake::FakeBackend;

/// The number of attempts to shorten a script that fails.
const SHORTENINGS: usize = 400;

/// Checks a backend with 60 random walks of up to 30 actions each. See [`Check`].
///
/// # Errors
/// [`BrokenCheck`] with the shortest script that was found, if an answer is against the rules or a walk breaks. Also if
/// fewer than half of the walks lead to a session.
///
/// # Examples
/// ```
/// use clerk_sign_in::testing::check;
///
/// # futures::executor::block_on(async {
/// check(async |fake| fake /* put your wrapper around it */).await.unwrap();
/// # });
/// ```
pub async fn check<B: Backend + 'static>(make: impl AsyncFn(FakeBackend) -> B) -> Result<CheckReport, BrokenCheck> {
    Check::new().backend(make).await
}

/// A check of a backend or an app by random walks.
///
/// In each walk, users sign in on a new [demo server](FakeBackend::demo). A referee judges each answer: it knows the
/// users' passwords, reads the mailbox, and counts. The walks are the same in each run.
#[derive(Clone, Debug)]
pub struct Check {
    walks: usize,
    max_actions: usize,
}

/// The numbers of a check that found no fault.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct CheckReport {
    /// The number of walks.
    pub walks: usize,
    /// The number of walks in which at least one user got a session.
    pub with_a_session: usize,
    /// The number of sessions.
    pub sessions: usize,
    /// The number of requests whose answers were judged.
    pub judged: usize,
}

/// A script that breaks a rule. `Debug` and `Display` print it as a list of actions, to be pasted behind
/// `use clerk_sign_in::testing::{Action::*, Person::*}`.
#[non_exhaustive]
pub struct BrokenCheck {
    /// The shortest script that was found. It can be repeated with [`Check::replay_backend`] or [`Check::replay_app`].
    pub script: Vec<Action>,
    /// The fault.
    pub finding: Finding,
}

/// A fault that a walk found.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Finding {
    /// An answer was against the rules.
    #[error(transparent)]
    Answer(#[from] Outside),
    /// The walk broke.
    #[error(transparent)]
    Walk(#[from] BrokenWalk),
    /// Fewer than half of the walks led to a session, so users cannot sign in.
    #[error("users got a session in {} of {} walks", .0.with_a_session, .0.walks)]
    TooFewSessions(CheckReport),
    /// The app reported an error.
    #[error("the app reported: {0}")]
    App(Box<dyn std::error::Error + Send + Sync>),
}

/// An app that [actions](Action) drive.
///
/// An implementation checks its own invariants after each action, and reports a broken one as an error.
#[async_trait]
pub trait App: Send {
    /// Takes an action of the user. An app skips an action that it does not offer where it is.
    ///
    /// The user knows what to type. Actions that happen at the server or in the mailbox, such as [`Action::Wait`] and
    /// [`Action::OpenLink`], have happened already.
    ///
    /// # Errors
    /// Any error ends the walk and is reported.
    async fn take(
        &mut self,
        action: Action,
        user: &mut SimulatedUser,
    ) -> Result<(), Box<dyn std::error::Error + Send + Sync>>;
}

impl Check {
    /// A check with 60 walks of up to 30 actions each.
    #[must_use]
    pub const fn new() -> Self {
        Self { walks: 60, max_actions: 30 }
    }

    /// Sets the number of walks.
    #[must_use]
    pub const fn walks(mut self, walks: usize) -> Self {
        self.walks = walks;
        self
    }

    /// Sets the highest number of actions in a walk.
    #[must_use]
    pub const fn max_actions(mut self, most: usize) -> Self {
        self.max_actions = most;
        self
    }

    /// Checks a backend, which `make` puts around a new server for each walk. Returns the numbers of all walks.
    ///
    /// # Errors
    /// [`BrokenCheck`] at the first walk that finds a fault, with the shortest script that was found. Also after the
    /// last walk, if fewer than half of the walks led to a session.
    pub async fn backend<B: Backend + 'static>(
        self,
        make: impl AsyncFn(FakeBackend) -> B,
    ) -> Result<CheckReport, BrokenCheck> {
        let report = self.run(async |script| Self::replay_backend(script, &make).await).await?;
        if report.with_a_session * 2 < report.walks {
            return Err(BrokenCheck { script: Vec::new(), finding: Finding::TooFewSessions(report) });
        }
        Ok(report)
    }

    /// Checks an app. `make` starts the app with a backend for each walk. Returns the numbers of all walks.
    ///
    /// # Errors
    /// [`BrokenCheck`] at the first walk that finds a fault, with the shortest script that was found.
    pub async fn app<A: App>(self, make: impl AsyncFn(Arc<dyn Backend>) -> A) -> Result<CheckReport, BrokenCheck> {
        self.run(async |script| Self::replay_app(script, &make).await).await
    }

    /// Takes the actions of one script with a backend. Returns the numbers of this walk.
    ///
    /// # Errors
    /// [`Finding`] at the first fault.
    pub async fn replay_backend<B: Backend + 'static>(
        script: &[Action],
        make: impl AsyncFn(FakeBackend) -> B,
    ) -> Result<CheckReport, Finding> {
        let fake = server();
        let backend = Arc::new(CheckedBackend::with_server(make(fake.clone()).await, fake.clone()));
        let watched = Arc::clone(&backend);
        let walked = Walker::new(fake, Arc::clone(&backend)).walk_while(script, || watched.outside().is_empty()).await;
        finding(&backend)?;
        Ok(report(walked?, backend.checked()))
    }

    /// Takes the actions of one script with an app. Returns the numbers of this walk.
    ///
    /// # Errors
    /// [`Finding`] at the first fault.
    pub async fn replay_app<A: App>(
        script: &[Action],
        make: impl AsyncFn(Arc<dyn Backend>) -> A,
    ) -> Result<CheckReport, Finding> {
        let fake = server();
        let backend = Arc::new(CheckedBackend::with_server(fake.clone(), fake.clone()));
        let mut app = make(Arc::<CheckedBackend<FakeBackend>>::clone(&backend)).await;
        let mut user = SimulatedUser::new(fake.clone());
        for &action in script {
            user.person = action.person().unwrap_or(user.person);
            super::walk::happens(action, &fake, &user);
            app.take(action, &mut user).await.map_err(Finding::App)?;
            finding(&backend)?;
        }
        let sessions = fake.users().iter().map(|user| user.sessions).sum();
        Ok(report(sessions, backend.checked()))
    }

    async fn run(
        self,
        once: impl AsyncFn(&[Action]) -> Result<CheckReport, Finding>,
    ) -> Result<CheckReport, BrokenCheck> {
        let mut runner = TestRunner::deterministic();
        let scripts = actions(self.max_actions);
        let mut all = CheckReport::default();
        for _ in 0..self.walks {
            // These strategies reject nothing, so that there is always a next script.
            let Ok(mut tree) = scripts.new_tree(&mut runner) else { break };
            match once(&tree.current()).await {
                Ok(walk) => {
                    all.walks += 1;
                    all.with_a_session += usize::from(walk.sessions > 0);
                    all.sessions += walk.sessions;
                    all.judged += walk.judged;
                }
                Err(finding) => return Err(shortest(&mut tree, finding, once).await),
            }
        }
        Ok(all)
    }
}

impl Default for Check {
    fn default() -> Self {
        Self::new()
    }
}

async fn shortest(
    tree: &mut impl ValueTree<Value = Vec<Action>>,
    finding: Finding,
    once: impl AsyncFn(&[Action]) -> Result<CheckReport, Finding>,
) -> BrokenCheck {
    let mut broken = BrokenCheck { script: tree.current(), finding };
    let mut is_shorter = tree.simplify();
    for _ in 0..SHORTENINGS {
        if !is_shorter {
            break;
        }
        let script = tree.current();
        is_shorter = match once(&script).await {
            Err(finding) => {
                broken = BrokenCheck { script, finding };
                tree.simplify()
            }
            Ok(_) => tree.complicate(),
        };
    }
    broken
}

/// A demo server on which a user can sign in twice, so that walks go on, and which locks an account after few mistakes.
fn server() -> FakeBackend {
    let fake = FakeBackend::demo();
    fake.configure(|settings| {
        settings.reject_signed_in_identifiers = false;
        settings.lockout_attempts = 3;
    });
    fake
}

fn finding<B: Backend>(backend: &CheckedBackend<B>) -> Result<(), Finding> {
    backend.outside().into_iter().next().map_or(Ok(()), |outside| Err(Finding::Answer(outside)))
}

fn report(sessions: usize, judged: usize) -> CheckReport {
    CheckReport { walks: 1, with_a_session: usize::from(sessions > 0), sessions, judged }
}

impl fmt::Display for BrokenCheck {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}", self.finding)?;
        f.write_str(if self.script.is_empty() { "without a script" } else { "after these actions:" })?;
        for action in &self.script {
            write!(f, "\n    {action:?},")?;
        }
        Ok(())
    }
}

impl fmt::Debug for BrokenCheck {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl std::error::Error for BrokenCheck {}
