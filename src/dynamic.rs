//! One object for a sign-in whose state is known only at run time.
//!
//! A [`DynamicSignIn`] holds a sign-in in any state. User interfaces keep it in one place, and bindings for other
//! languages wrap it. It decides nothing: each call forwards to the step of the typed machine. A step that is not legal
//! in the current state is a [`DynamicError::WrongState`], and nothing is sent.
//!
//! ```
//! # use clerk_sign_in::fake::FakeBackend;
//! # use clerk_sign_in::{Client, relation::Step};
//! # use clerk_sign_in::dynamic::{DynamicError, DynamicState};
//! # futures::executor::block_on(async {
//! # let client = Client::new(FakeBackend::demo());
//! let sign_in = client.dynamic_sign_in();
//! sign_in.password(Some("ada@example.com"), "correct-horse-battery").await?;
//! assert!(matches!(sign_in.state(), DynamicState::NeedsSecondFactor { .. }));
//! assert!(sign_in.steps().contains(&Step::VerifyTotp));
//!
//! // A code was never sent, so there is nothing to verify. The call fails before anything is sent.
//! let failed = sign_in.verify("123456").await.unwrap_err();
//! assert!(matches!(failed, DynamicError::WrongState { wanted: Step::Verify, .. }));
//! # Ok::<_, DynamicError>(())
//! # }).unwrap();
//! ```

mod error;
mod flows;
mod legacy;
mod lost;
mod offered;
mod properties;
mod recovery;
mod slot;
mod state;
mod steps;
mod turn;

use std::fmt;
use std::sync::Arc;

use futures::Stream;

pub use error::DynamicError;
pub use flows::{
    BeginsAt, COMPOSITES, Composite, EmailCode, EmailLink, Mfa, PasskeyFlow, PhoneCode, Recipient,
    ResetPasswordEmailCode, ResetPasswordPhoneCode,
};
pub use legacy::{EmailLinkFlow, FirstFactorAnswer, PrepareOptions, SecondFactorAnswer};
pub use state::{At, DynamicState, FetchStatus, Snapshot, StageKind};

use crate::client::Client;
use crate::relation::Step;
use crate::sign_in::{AnySignIn, Checkpoint};
use crate::wire::SignInAttempt;
use slot::Place;

/// A sign-in in any state, behind one object that is always readable.
///
/// Its clones are the same sign-in. One call runs at a time: a second call fails with [`DynamicError::Busy`], because a
/// queue would submit things twice. Only [`reset`](Self::reset) is possible during a call, and the late result of that
/// call is then discarded.
///
/// # After an interruption
///
/// A call may be dropped, or get no readable answer. Then only the server knows whether it was carried out, and the
/// sign-in is [interrupted](Self::is_interrupted). [`state`](Self::state) returns the last known state. The next call,
/// even one that otherwise makes no request, first asks the server where the attempt stands. It then checks whether its
/// step is legal there. So nothing is lost, no attempt begins twice, and no message is sent twice. In addition to its
/// own errors, such a call can fail in these ways:
/// - [`DynamicError::Failed`]: the server did not say where the attempt stands, and the sign-in stays interrupted. Or
///   it said that the attempt is over ([`Error::is_over`](crate::Error::is_over)), for example because another attempt
///   has taken its place, or that the visit to an identity provider has failed.
/// - [`DynamicError::Moved`]: the call would have begun a new attempt or sent another message, but the earlier attempt
///   has moved on, or a message was already sent.
///
/// [`finalize`](Self::finalize), [`refresh`](Self::refresh) and
/// [`wait_for_verification`](Self::wait_for_verification) can simply be called again, so they leave no interruption.
#[derive(Clone)]
pub struct DynamicSignIn {
    place: Arc<Place>,
}

impl Client {
    /// Begins a sign-in behind one object. No call is made yet.
    #[must_use]
    pub fn dynamic_sign_in(&self) -> DynamicSignIn {
        DynamicSignIn::new(self.sign_in())
    }
}

impl DynamicSignIn {
    /// Puts a sign-in behind one object.
    #[must_use]
    pub fn new(sign_in: impl Into<AnySignIn>) -> Self {
        Self { place: Place::new(sign_in.into()) }
    }

    /// The client on which the user signs in.
    #[must_use]
    pub fn client(&self) -> &Client {
        &self.place.client
    }

    /// The state, as plain data. During a call, this is the state before the call.
    #[must_use]
    pub fn state(&self) -> DynamicState {
        self.place.state()
    }

    /// The name of the state.
    #[must_use]
    pub fn at(&self) -> At {
        self.place.at()
    }

    /// The steps that are legal now and that the user's factors allow.
    ///
    /// Most methods have the name of their step. [`resend_link`](Self::resend_link) takes `Resend` of a link.
    /// [`verify_with_passkey`](Self::verify_with_passkey), [`verify_with_wallet`](Self::verify_with_wallet) and
    /// [`verify_with_trusted_device`](Self::verify_with_trusted_device) take `VerifyWith`. [`reset`](Self::reset) takes
    /// `StartOver`.
    #[must_use]
    pub fn steps(&self) -> Vec<Step> {
        self.place.steps()
    }

    /// Returns whether a call is under way.
    #[doc(alias = "fetchStatus")]
    #[must_use]
    pub fn fetch_status(&self) -> FetchStatus {
        if self.place.is_away() { FetchStatus::Fetching } else { FetchStatus::Idle }
    }

    /// Returns `true` if the last call was dropped or got no answer, so that the server may have carried it out.
    ///
    /// The next call first asks the server where the attempt stands.
    #[must_use]
    pub fn is_interrupted(&self) -> bool {
        self.place.is_interrupted()
    }

    /// The server's latest description of the attempt. Once the sign-in has become a session or a sign-up, this is the
    /// last description.
    #[must_use]
    pub fn attempt(&self) -> Arc<SignInAttempt> {
        self.place.described()
    }

    /// Returns a checkpoint, from which [`Client::restore`] restores the sign-in after a restart; `None` if the sign-in
    /// is over.
    ///
    /// During a call and after a dropped one, this is a checkpoint of the state before the call.
    #[must_use]
    pub fn checkpoint(&self) -> Option<Checkpoint> {
        self.place.checkpoint()
    }

    /// Everything that can be read of the sign-in at one moment. Other threads may change it meanwhile, so a view is
    /// best drawn from one snapshot.
    #[must_use]
    pub fn snapshot(&self) -> Snapshot {
        self.place.snapshot()
    }

    /// A stream that yields a snapshot after each change. Changes that nobody read are skipped, except the last one.
    ///
    /// The stream ends when the last clone of the object is dropped.
    pub fn changes(&self) -> impl Stream<Item = Snapshot> + Send + Unpin + use<> {
        self.place.subscribe()
    }

    /// Begins anew, without a call: nothing of the old attempt shows afterwards.
    ///
    /// This is possible during a call. The result of that call is then discarded, and the call fails with
    /// [`DynamicError::Cancelled`].
    pub fn reset(&self) {
        self.place.reset();
    }

    /// Returns the typed sign-in. The object and its clones begin anew.
    ///
    /// # Errors
    /// [`DynamicError`], with the object: another call runs, the sign-in is over, or a sign-in whose last call was
    /// dropped was not found again.
    pub async fn into_typed(self) -> Result<AnySignIn, (Self, DynamicError)> {
        let taken = self.place.take_out().await;
        taken.map_err(|error| (self, error))
    }
}

impl From<AnySignIn> for DynamicSignIn {
    fn from(sign_in: AnySignIn) -> Self {
        Self::new(sign_in)
    }
}

impl fmt::Debug for DynamicSignIn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DynamicSignIn")
            .field("at", &self.at().name())
            .field("fetch_status", &self.fetch_status())
            .field("is_interrupted", &self.is_interrupted())
            .finish_non_exhaustive()
    }
}
