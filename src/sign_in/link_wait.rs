//! Waiting until a link is opened.

use std::fmt;
use std::future::{Future, IntoFuture};
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use futures::{Stream, StreamExt as _};

use crate::error::{Error, ErrorKind, LinkError};
use crate::fault_switches::without;
use crate::platform::{Timer, before};
use crate::sign_in::any::AnySignIn;
use crate::sign_in::core::SignIn;
use crate::sign_in::state_kind::StateKind;
use crate::sign_in::states::{LinkSent, Stage};
use crate::sign_in::step_error::StepError;
use crate::wire::{GetSignIn, Request, Timestamp, Verification, VerificationStatus};

/// The default time between two requests.
const INTERVAL: Duration = Duration::from_secs(1);

/// A wait for a link to be opened. [`SignIn::wait_for_verification`] creates it.
///
/// Await it to get the outcome, or use its [`progress`](Self::progress) to show the user how the wait is going.
#[must_use = "it waits for nothing until it is awaited"]
pub struct LinkWait<S> {
    sign_in: SignIn<LinkSent<S>>,
    timer: Arc<dyn Timer>,
    interval: Duration,
    timeout: Duration,
}

impl<S: Stage> LinkWait<S> {
    pub(super) fn new(sign_in: SignIn<LinkSent<S>>, timer: Arc<dyn Timer>) -> Self {
        Self { sign_in, timer, interval: INTERVAL, timeout: Verification::LINK_LIFETIME + INTERVAL }
    }

    /// Sets the time between two requests to the server. The default is 1 second, and the minimum is 1 millisecond.
    pub fn poll_interval(mut self, interval: Duration) -> Self {
        self.interval = interval.max(Duration::from_millis(1));
        self
    }

    /// Sets the time after which the wait gives up.
    ///
    /// The default is the lifetime of a link ([`LINK_LIFETIME`](Verification::LINK_LIFETIME)) plus 1 second.
    pub const fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    /// Returns a stream that yields one item for each request to the server. The last item is [`LinkProgress::Ended`].
    pub fn progress(self) -> impl Stream<Item = LinkProgress<S>> + Send + Unpin + use<S> {
        let give_up_at = self.timer.now() + self.timeout;
        let polls = Polls { wait: self, give_up_at, pause: Duration::ZERO, slept: Duration::ZERO };
        Box::pin(futures::stream::unfold(Some(polls), Polls::ask).fuse())
    }
}

/// The progress of a wait: the result of one request to the server, or the end of the wait.
#[derive(Debug)]
#[non_exhaustive]
pub enum LinkProgress<S: Stage> {
    /// The link has not been opened yet.
    Waiting {
        /// The time at which the link expires.
        expires_at: Option<Timestamp>,
    },
    /// The server did not answer, or was busy. The server will be asked again.
    Unanswered(Error),
    /// The wait is over, because the link was opened or because waiting longer is useless.
    Ended(Ended<S>),
}

type Ended<S> = Result<<S as Stage>::Outcome, StepError<LinkSent<S>>>;

/// The state of a wait between two polls.
struct Polls<S> {
    wait: LinkWait<S>,
    give_up_at: Timestamp,
    /// The pause before the next poll.
    pause: Duration,
    /// The sum of the pauses so far.
    ///
    /// It limits the wait even if the timer's clock is set back during the wait.
    slept: Duration,
}

impl<S: Stage> Polls<S> {
    async fn ask(polls: Option<Self>) -> Option<(LinkProgress<S>, Option<Self>)> {
        let Self { wait: LinkWait { sign_in, timer, interval, timeout }, give_up_at, pause, slept } = polls?;
        let not_opened = |sign_in| {
            Some((LinkProgress::Ended(Err(StepError::stayed(ErrorKind::Link(LinkError::NotOpened), sign_in))), None))
        };
        let pause = pause.min(timer.now().until(give_up_at)).min(timeout.saturating_sub(slept));
        if !pause.is_zero() {
            timer.sleep(pause).await;
        }
        let slept = slept.saturating_add(if without("a clock that is set back prolongs no wait") {
            Duration::ZERO
        } else {
            pause
        });
        if slept >= timeout || timer.now() >= give_up_at {
            return not_opened(sign_in);
        }
        let request = Request::GetSignIn(GetSignIn::new(sign_in.id()));
        let client = sign_in.client().clone();
        let Some(answer) = before(&*timer, give_up_at, Box::pin(client.send(request))).await else {
            return not_opened(sign_in);
        };
        let again = |sign_in, pause| {
            Some(Self { wait: LinkWait { sign_in, timer, interval, timeout }, give_up_at, pause, slept })
        };
        Some(match sign_in.answered(answer, false) {
            Ok(answered) => match settle::<S>(answered) {
                Ok(sign_in) => (LinkProgress::Waiting { expires_at: sign_in.expires_at() }, again(sign_in, interval)),
                Err(ended) => (LinkProgress::Ended(ended), None),
            },
            Err(StepError::Stayed { error, sign_in })
                if error.is_passing() && !without("a wait survives a lost answer") =>
            {
                let pause = interval.max(error.retry_after().unwrap_or_default());
                (LinkProgress::Unanswered(error), again(sign_in, pause))
            }
            Err(failed) => (LinkProgress::Ended(Err(failed)), None),
        })
    }
}

/// Returns the sign-in if the wait continues; otherwise, returns the result that ends the wait.
fn settle<S: Stage>(answered: AnySignIn) -> Result<SignIn<LinkSent<S>>, Ended<S>> {
    if StateKind::set_aside(answered.attempt()) != S::KIND {
        return Err(Ok(S::Outcome::from(answered)));
    }
    let sent: SignIn<LinkSent<S>> = answered.try_into().map_err(|elsewhere| Err(StepError::moved(elsewhere)))?;
    match sent.verification().and_then(|verification| verification.status.clone()) {
        Some(status) if status != VerificationStatus::Unverified && !without("a wait ends with its link") => {
            Err(Err(StepError::stayed(ErrorKind::Link(LinkError::NotVerified { status }), sent)))
        }
        _ => Ok(sent),
    }
}

impl<S: Stage> IntoFuture for LinkWait<S> {
    type Output = Ended<S>;
    type IntoFuture = Pin<Box<dyn Future<Output = Self::Output> + Send>>;

    fn into_future(self) -> Self::IntoFuture {
        let mut progress = self.progress();
        Box::pin(async move {
            loop {
                match progress.next().await {
                    Some(LinkProgress::Ended(how)) => return how,
                    Some(LinkProgress::Waiting { .. } | LinkProgress::Unanswered(_)) => {}
                    // The last item of the stream is always `Ended`, and the code above returns when it receives that
                    // item.
                    None => futures::future::pending().await,
                }
            }
        })
    }
}

impl<S: Stage> fmt::Debug for LinkWait<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { sign_in, interval, timeout, .. } = self;
        f.debug_struct("LinkWait")
            .field("sign_in", sign_in)
            .field("interval", interval)
            .field("timeout", timeout)
            .finish_non_exhaustive()
    }
}
