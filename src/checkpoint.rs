//! Coming back to a sign-in after a restart.

use serde::{Deserialize, Serialize};

use crate::any::AnySignIn;
use crate::client::Client;
use crate::error::{Error, ErrorKind};
use crate::sign_in::{Core, SignIn};
use crate::standing::Standing;
use crate::states::sealed::Stage as _;
use crate::states::{CodeSent, NeedsClientTrust, NeedsFirstFactor, NeedsSecondFactor, ResetCodeSent};
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
    code_sent: bool,
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
        let code_sent = matches!(
            standing,
            Standing::FirstFactorCodeSent
                | Standing::ResetCodeSent
                | Standing::SecondFactorCodeSent
                | Standing::ClientTrustCodeSent
        );
        Self { version: VERSION, code_sent, attempt: core.attempt.clone(), chosen: core.chosen.clone() }
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
        Ok(match (placed, self.code_sent) {
            (AnySignIn::NeedsFirstFactor(at), true) if at.was_by_reset_code() => {
                at.with_state(ResetCodeSent(())).into()
            }
            (AnySignIn::NeedsFirstFactor(at), true) => at.with_state(CodeSent(NeedsFirstFactor::stage())).into(),
            (AnySignIn::NeedsSecondFactor(at), true) => at.with_state(CodeSent(NeedsSecondFactor::stage())).into(),
            (AnySignIn::NeedsClientTrust(at), true) => at.with_state(CodeSent(NeedsClientTrust::stage())).into(),
            (AnySignIn::FirstFactorCodeSent(at), false) => at.with_state(NeedsFirstFactor::stage()).into(),
            (AnySignIn::ResetCodeSent(at), false) => at.choose_another().into(),
            (AnySignIn::SecondFactorCodeSent(at), false) => at.with_state(NeedsSecondFactor::stage()).into(),
            (AnySignIn::ClientTrustCodeSent(at), false) => at.with_state(NeedsClientTrust::stage()).into(),
            (placed, _) => placed,
        })
    }
}
