//! Coming back to a sign-in after a restart.

use serde::{Deserialize, Serialize};

use crate::client::Client;
use crate::error::{Error, ErrorKind};
use crate::sign_in::any::AnySignIn;
use crate::sign_in::core::{Core, SignIn};
use crate::sign_in::standing::Standing;
use crate::wire;

/// Where a sign-in stands, to be written down and [restored](Client::restore) after a restart.
///
/// It adds what the server does not say, such as the factor that a code went to. It holds no password, code or token:
/// the token that proves the device is in [`Client::export`]. Serialise it with any serde format; a checkpoint of a newer
/// version of the crate is refused when restored, never misread.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Checkpoint {
    version: u32,
    /// Whether a code was sent and is waited for, which the verification alone cannot tell once it expired or was set
    /// aside for another factor.
    prepared: bool,
    attempt: Box<wire::SignInAttempt>,
    chosen: Option<Box<wire::Factor>>,
}

const VERSION: u32 = 1;

impl Checkpoint {
    /// The attempt's id; `None` before the first call.
    #[must_use]
    pub fn id(&self) -> Option<&str> {
        Some(self.attempt.id.as_str()).filter(|id| !id.is_empty())
    }

    pub(crate) fn of(standing: Standing, core: &Core) -> Self {
        let prepared = standing != standing.stage();
        Self { version: VERSION, prepared, attempt: core.attempt.clone(), chosen: core.chosen.clone() }
    }

    pub(crate) fn restore(self, client: Client) -> Result<AnySignIn, Error> {
        if self.version != VERSION {
            let what = format!("it has version {}, and this program reads version {VERSION}", self.version);
            return Err(ErrorKind::Checkpoint(what).into());
        }
        let placed = SignIn::placed(client, self.attempt, self.chosen);
        let begun = placed.id().is_some() || matches!(placed, AnySignIn::NeedsIdentifier(_));
        if !begun {
            return Err(ErrorKind::Checkpoint("it names no sign-in".to_owned()).into());
        }
        Ok(if self.prepared { placed.prepared() } else { placed.choose_another() })
    }
}
