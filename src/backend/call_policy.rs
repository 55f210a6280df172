//! The time limit of a call, and the repetition of reads.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use crate::platform::Timer;

/// The time limit of a call, and the pauses after which an unanswered read is sent again.
///
/// A [`Client`](crate::Client) uses the policy of its backend ([`Backend::call_policy`](super::Backend::call_policy)),
/// unless its builder sets [another one](crate::ClientBuilder::call_policy).
///
/// - **Time limit.** A call may take [this long](Self::timeout), including the wait for its turn and all repetitions. A
///   call that was not sent in time fails with [`NotSent`](super::BackendError::NotSent). A call that was sent but not
///   answered in time fails with [`Transport`](super::BackendError::Transport).
/// - **Repeated reads.** If no answer to a read comes, the client pauses and sends the read again. It does so once for
///   each of the [pauses](Self::pauses), as long as the next try begins within the time limit.
///
/// A write is sent only once. So is a read that uses something up, such as the nonce of a redirect. If a request could
/// not be sent at all, it is not repeated. A rejection is an answer, so the caller gets it at once, even if it contains
/// a `Retry-After`.
///
/// ```
/// use std::time::Duration;
/// use clerk_sign_in::backend::CallPolicy;
/// # use clerk_sign_in::fake::{FakeBackend, FakeClock};
/// # use clerk_sign_in::Client;
///
/// # let (my_backend, my_timer) = (FakeBackend::demo(), FakeClock::new());
/// let policy = CallPolicy::new(my_timer)
///     .timeout(Duration::from_secs(10))
///     .pauses(|| [100, 700].map(Duration::from_millis));
/// let client = Client::builder(my_backend).call_policy(policy).build();
/// # drop(client);
/// ```
#[derive(Clone)]
pub struct CallPolicy {
    timer: Arc<dyn Timer>,
    timeout: Duration,
    pauses: Arc<dyn Fn() -> Pauses + Send + Sync>,
}

/// The pauses before the repetitions of one read.
pub(crate) type Pauses = Box<dyn Iterator<Item = Duration> + Send>;

/// The default time limit of a call.
pub(super) const DEFAULT_TIMEOUT: Duration = Duration::from_secs(30);

impl CallPolicy {
    /// Creates a policy whose time limit is 30 s, measured by `timer`. It does not repeat reads.
    pub fn new(timer: impl Timer + 'static) -> Self {
        Self { timer: Arc::new(timer), timeout: DEFAULT_TIMEOUT, pauses: Arc::new(|| Box::new(std::iter::empty())) }
    }

    /// Sets the time limit of a call.
    #[must_use]
    pub const fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    /// Sets the pauses before a read is sent again. `pauses` is called once for each read.
    ///
    /// An unanswered read is sent again once for each pause. If there is no pause, it is not sent again. Use a library
    /// for exponential backoff if the pauses should grow and vary.
    #[must_use]
    pub fn pauses<I>(mut self, pauses: impl Fn() -> I + Send + Sync + 'static) -> Self
    where
        I: IntoIterator<Item = Duration>,
        I::IntoIter: Send + 'static,
    {
        self.pauses = Arc::new(move || Box::new(pauses().into_iter()));
        self
    }

    pub(crate) fn timer(&self) -> &dyn Timer {
        &*self.timer
    }

    pub(crate) const fn limit(&self) -> Duration {
        self.timeout
    }

    pub(crate) fn new_pauses(&self) -> Pauses {
        (self.pauses)()
    }
}

impl fmt::Debug for CallPolicy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CallPolicy").field("timeout", &self.timeout).finish_non_exhaustive()
    }
}
