//! Checkpoints of a sign-in.

use std::fmt;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::any::AnySignIn;
use super::core::{ChosenFactor, Core, SignIn};
use super::state_kind::StateKind;
use super::states::State;
use crate::client::Client;
use crate::error::{Error, ErrorKind};
use crate::fault_switches::without;
use crate::wire::{self, any_format};

/// A saved sign-in, which can be [restored](Client::restore) after a restart.
///
/// The checkpoint also records two things that the server does not report. One is the factor for which a code was sent.
/// The other is whether the user set that factor aside. The checkpoint holds no password, code or client token. To save
/// the token that authenticates the client, use [`Client::export`].
///
/// A checkpoint contains the user's identifier. While a redirect or a protect check is open, it also contains the
/// provider's URL or the challenge's token. The `Debug` output shows none of these.
///
/// Store a checkpoint in any format of serde. In a text format, such as JSON, it is an object. In a binary format, such
/// as CBOR, `MessagePack` or postcard, it is a string that contains JSON. A checkpoint from a newer version of the crate
/// is never misread, because the attempt to restore it fails with an error.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Checkpoint(#[serde(with = "any_format")] Saved);

#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Saved {
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
    /// The checkpoint holds no password and no client token. For details, see [`Checkpoint`].
    #[must_use]
    pub fn checkpoint(&self) -> Checkpoint {
        Checkpoint::new(S::KIND, &self.core)
    }
}

impl AnySignIn {
    /// Returns a checkpoint from which this state can be restored after a restart.
    ///
    /// The checkpoint holds no password and no client token. For details, see [`Checkpoint`].
    #[must_use]
    pub fn checkpoint(&self) -> Checkpoint {
        Checkpoint::new(self.kind(), self.core())
    }
}

impl Checkpoint {
    fn new(kind: StateKind, core: &Core) -> Self {
        let set_aside = kind != StateKind::from_attempt(&core.attempt) && kind == StateKind::set_aside(&core.attempt);
        let (attempt, chosen) = (Arc::clone(&core.attempt), core.chosen().cloned());
        Self(Saved { version: VERSION, set_aside, attempt, chosen })
    }

    /// The attempt's id, or `None` before the first call.
    #[must_use]
    pub fn id(&self) -> Option<&str> {
        Some(self.0.attempt.id.as_str()).filter(|id| !id.is_empty())
    }

    pub(crate) fn restore(self, client: Client) -> Result<AnySignIn, Error> {
        let Saved { version, set_aside, attempt, chosen } = self.0;
        if version != VERSION && !without("a checkpoint has the version of its reader") {
            let what = format!("it has version {version}, and this program reads version {VERSION}");
            return Err(ErrorKind::Checkpoint(what).into());
        }
        let placed = AnySignIn::place(Core::new(client, attempt, chosen));
        let begun = placed.id().is_some() || matches!(placed, AnySignIn::NeedsIdentifier(_));
        if !begun {
            return Err(ErrorKind::Checkpoint("it names no sign-in".to_owned()).into());
        }
        let set_aside = set_aside && !without("a checkpoint tells what was set aside");
        Ok(if set_aside { placed.choose_another() } else { placed })
    }
}

impl fmt::Debug for Checkpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Saved { version, set_aside, attempt, .. } = &self.0;
        f.debug_struct("Checkpoint")
            .field("version", version)
            .field("id", &attempt.id)
            .field("status", &attempt.status)
            .field("set_aside", set_aside)
            .finish_non_exhaustive()
    }
}
