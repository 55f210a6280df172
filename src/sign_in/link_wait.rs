//! Waiting for a link to be opened.

use std::fmt;
use std::future::{Future, IntoFuture};
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use futures::{Stream, StreamExt as _};

use crate::error::{Error, ErrorKind, LinkError};
use crate::platform::Timer;
use crate::sign_in::any::AnySignIn;
use crate::sign_in::core::SignIn;
use crate::sign_in::state_kind::StateKind;
use crate::sign_in::states::{LinkSent, Stage};
use crate::sign_in::step_error::StepError;
use crate::wire::{GetSignIn, Request, Timestamp, Verification, VerificationStatus};

/// How often the server is asked.
const INTERVAL: Duration = Duration::from_secs(1);

impl<S: Stage> SignIn<LinkSent<S>> {
    /// `LinkSent<S>` → the outcome of `S`: waits until the link was opened, here or elsewhere.
    /// `GET /v1/client/sign_ins/{id}`, again and again
    ///
    /// It is to be awaited; [`LinkWait`] says how often it asks and for how long. Dropping it stops it and loses nothing: the
    /// link keeps working, and [`Client::resume`](crate::Client::resume) finds the sign-in.
    ///
    /// # Errors
    /// [`StepError::Stayed`] with [`ErrorKind`]
    /// - `Link` with [`LinkError`] `NotVerified`: the link expired or failed; send another, or choose another factor. With
    ///   `NotOpened`: nobody opened it during the wait; wait again, or send another.
    /// - `Rejected`: the server does not know the attempt any more (`resource_not_found`).
    ///
    /// [`StepError::Moved`] if the attempt waits for something else now, such as a code that was sent from another handle.
    ///
    /// An answer that is lost, or a server that is busy (429, 5xx), does not end it: it asks again, after the time that the
    /// server asks for ([`retry_after`](Error::retry_after)).
    pub fn wait_for_verification(self, timer: impl Timer + 'static) -> LinkWait<S> {
        LinkWait {
            sign_in: self,
            timer: Arc::new(timer),
            interval: INTERVAL,
            timeout: Verification::LINK_LIFETIME + INTERVAL,
        }
    }
}

/// Waits until a link was opened; made by [`SignIn::wait_for_verification`].
///
/// Await it for the outcome, or take its [`progress`](Self::progress) to show something meanwhile.
#[must_use = "it waits for nothing until it is awaited"]
pub struct LinkWait<S> {
    sign_in: SignIn<LinkSent<S>>,
    timer: Arc<dyn Timer>,
    interval: Duration,
    timeout: Duration,
}

impl<S: Stage> LinkWait<S> {
    /// Asks the server this often. The default is 1 second.
    pub const fn poll_interval(mut self, interval: Duration) -> Self {
        self.interval = interval;
        self
    }

    /// Gives up after this time. The default is the lifetime of a link
    /// ([`LINK_LIFETIME`](Verification::LINK_LIFETIME)) and a second.
    pub const fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    /// What happens while it is waited: an item for each time the server was asked. The last is [`LinkProgress::Ended`].
    pub fn progress(self) -> impl Stream<Item = LinkProgress<S>> + Send + Unpin + use<S> {
        let give_up_at = self.timer.now() + self.timeout;
        Box::pin(futures::stream::unfold(Some((self, give_up_at, Duration::ZERO)), ask).fuse())
    }
}

/// What became of asking the server whether the link was opened.
#[derive(Debug)]
#[non_exhaustive]
pub enum LinkProgress<S: Stage> {
    /// The link was not opened yet.
    Waiting {
        /// Until when it works.
        expires_at: Option<Timestamp>,
    },
    /// The server gave no answer, or none now; it will be asked again.
    Unanswered(Error),
    /// The link was opened, or it is of no use to wait on.
    Ended(Ended<S>),
}

type Ended<S> = Result<<S as Stage>::Outcome, StepError<LinkSent<S>>>;
type Waiting<S> = (LinkWait<S>, Timestamp, Duration);

async fn ask<S: Stage>(waiting: Option<Waiting<S>>) -> Option<(LinkProgress<S>, Option<Waiting<S>>)> {
    let (LinkWait { sign_in, timer, interval, timeout }, give_up_at, pause) = waiting?;
    if !pause.is_zero() {
        timer.sleep(pause.min(timer.now().until(give_up_at))).await;
    }
    if timer.now() >= give_up_at {
        return Some((
            LinkProgress::Ended(Err(StepError::stayed(ErrorKind::Link(LinkError::NotOpened), sign_in))),
            None,
        ));
    }
    let request = Request::GetSignIn(GetSignIn::new(sign_in.id()));
    let again = |sign_in, pause| Some((LinkWait { sign_in, timer, interval, timeout }, give_up_at, pause));
    Some(match sign_in.step(request).await {
        Ok(answered) => match settle::<S>(answered) {
            Ok(sign_in) => (LinkProgress::Waiting { expires_at: sign_in.expires_at() }, again(sign_in, interval)),
            Err(ended) => (LinkProgress::Ended(ended), None),
        },
        Err(StepError::Stayed { error, sign_in }) if is_passing(&error) => {
            let pause = interval.max(error.retry_after().unwrap_or_default());
            (LinkProgress::Unanswered(error), again(sign_in, pause))
        }
        Err(failed) => (LinkProgress::Ended(Err(failed)), None),
    })
}

/// Goes on waiting, or says how it ended.
fn settle<S: Stage>(answered: AnySignIn) -> Result<SignIn<LinkSent<S>>, Ended<S>> {
    if StateKind::set_aside(answered.attempt()) != S::KIND {
        return Err(Ok(S::Outcome::from(answered)));
    }
    let sent: SignIn<LinkSent<S>> = answered.try_into().map_err(|elsewhere| Err(StepError::moved(elsewhere)))?;
    match sent.verification().and_then(|verification| verification.status.clone()) {
        Some(status) if status != VerificationStatus::Unverified => {
            Err(Err(StepError::stayed(ErrorKind::Link(LinkError::NotVerified { status }), sent)))
        }
        _ => Ok(sent),
    }
}

/// Whether it says nothing of the link, so that asking again may.
fn is_passing(error: &Error) -> bool {
    let is_busy = |status: http::StatusCode| status == http::StatusCode::TOO_MANY_REQUESTS || status.is_server_error();
    error.is_outcome_unknown() || error.rejection().is_some_and(|rejection| is_busy(rejection.status))
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
                    // It has ended with `Ended`.
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
