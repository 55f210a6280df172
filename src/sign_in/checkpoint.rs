//! Checkpoints of a sign-in.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::any::AnySignIn;
use super::core::{ChosenFactor, Core, SignIn};
use super::state_kind::StateKind;
use super::states::State;
use crate::client::Client;
use crate::error::{Error, ErrorKind};
use crate::wire;

/// A saved sign-in, which can be [restored](Client::restore) after a restart.
///
/// The checkpoint also records two things that the server does not report. One is the factor for which a code was sent.
/// The other is whether the user set that factor aside. The checkpoint holds no password, code or token. To save the
/// token that authenticates the client, use [`Client::export`].
///
/// To store a checkpoint, serialise it as JSON. A checkpoint from a newer version of the crate is never misread,
/// because the attempt to restore it fails with an error.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Checkpoint {
    version: u32,
    /// `true` if the user set aside the prepared factor. The server does not know about this choice.
    set_aside: bool,
    attempt: Arc<wire::SignInAttempt>,
    chosen: Option<ChosenFactor>,
}

const VERSION: u32 = 2;

impl<S: State> SignIn<S> {
    /// Returns a checkpoint from which this state can be restored after a restart.
    ///
    /// The checkpoint holds no secret. For details, see [`Checkpoint`].
    #[must_use]
    pub fn checkpoint(&self) -> Checkpoint {
        Checkpoint::new(S::KIND, &self.core)
    }
}

impl AnySignIn {
    /// Returns a checkpoint from which this state can be restored after a restart.
    ///
    /// The checkpoint holds no secret. For details, see [`Checkpoint`].
    #[must_use]
    pub fn checkpoint(&self) -> Checkpoint {
        Checkpoint::new(self.kind(), self.core())
    }
}

impl Checkpoint {
    fn new(kind: StateKind, core: &Core) -> Self {
        let set_aside = kind != StateKind::from_attempt(&core.attempt) && kind == StateKind::set_aside(&core.attempt);
        Self { version: VERSION, set_aside, attempt: Arc::clone(&core.attempt), chosen: core.chosen().cloned() }
    }

    /// The attempt's id, or `None` before the first call.
    #[must_use]
    pub fn id(&self) -> Option<&str> {
        Some(self.attempt.id.as_str()).filter(|id| !id.is_empty())
    }

    pub(super) fn restore(self, client: Client) -> Result<AnySignIn, Error> {
        if self.version != VERSION {
            let what = format!("it has version {}, and this program reads version {VERSION}", self.version);
            return Err(ErrorKind::Checkpoint(what).into());
        }
        let placed = AnySignIn::place(Core::new(client, self.attempt, self.chosen));
        let begun = placed.id().is_some() || matches!(placed, AnySignIn::NeedsIdentifier(_));
        if !begun {
            return Err(ErrorKind::Checkpoint("it names no sign-in".to_owned()).into());
        }
        Ok(if self.set_aside { placed.choose_another() } else { placed })
    }
}
