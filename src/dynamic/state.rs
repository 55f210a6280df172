//! The state of a dynamic sign-in, as plain data.

use serde::{Deserialize, Serialize};

use crate::relation::Step;
use crate::sign_in::StateKind;
use crate::wire::{Factor, IdentifierKind, SignInAttempt, Strategy, Timestamp};

/// Where a dynamic sign-in is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum At {
    /// In a state of the machine.
    UnderWay(StateKind),
    /// After the end: a session was created.
    Session,
    /// After the end: the sign-in became a sign-up.
    SignUp,
}

impl At {
    /// The name of the state's type, such as `CodeSent<NeedsFirstFactor>`; `Session` or `SignUp` after the end.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::UnderWay(state) => state.name(),
            Self::Session => "Session",
            Self::SignUp => "SignUp",
        }
    }
}

/// The stage at which something was sent or challenged.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StageKind {
    /// The first factor.
    FirstFactor,
    /// The second factor.
    SecondFactor,
    /// The trust in a new client.
    ClientTrust,
}

/// The state of a dynamic sign-in, as plain data that can be serialized.
///
/// It holds no secret. The provider's URL and the challenges are read with methods of
/// [`DynamicSignIn`](super::DynamicSignIn).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum DynamicState {
    /// The user has not given an identifier yet.
    NeedsIdentifier {
        /// The kinds of identifier that the instance accepts. Empty before the first call.
        supported_identifiers: Vec<IdentifierKind>,
    },
    /// A first factor must be verified.
    NeedsFirstFactor {
        /// The factors that the user may verify.
        factors: Vec<Factor>,
        /// The time until which the account is locked after too many wrong answers. `None` if it is not locked, if only
        /// an administrator can unlock it, or if the client has no [timer](crate::ClientBuilder::call_policy).
        locked_until: Option<Timestamp>,
    },
    /// A second factor must be verified.
    NeedsSecondFactor {
        /// The factors that the user may verify.
        factors: Vec<Factor>,
        /// The time until which the account is locked after too many wrong answers. `None` if it is not locked, if only
        /// an administrator can unlock it, or if the client has no [timer](crate::ClientBuilder::call_policy).
        locked_until: Option<Timestamp>,
    },
    /// The client is new to the user, so a factor must be verified.
    NeedsClientTrust {
        /// The factors that the user may verify.
        factors: Vec<Factor>,
        /// The time until which the account is locked after too many wrong answers. `None` if it is not locked, if only
        /// an administrator can unlock it, or if the client has no [timer](crate::ClientBuilder::call_policy).
        locked_until: Option<Timestamp>,
    },
    /// A code was sent.
    CodeSent {
        /// The stage at which it was sent.
        stage: StageKind,
        /// `email_code` or `phone_code`.
        strategy: Option<Strategy>,
        /// The factor to which it was sent, if that is known.
        sent_to: Option<Factor>,
        /// The time at which the code expires.
        expires_at: Option<Timestamp>,
        /// The number of codes that the user has entered.
        attempts: u32,
        /// The time until which the account is locked after too many wrong answers. `None` if it is not locked, if only
        /// an administrator can unlock it, or if the client has no [timer](crate::ClientBuilder::call_policy).
        locked_until: Option<Timestamp>,
    },
    /// A code was sent that lets the user choose a new password.
    ResetCodeSent {
        /// `reset_password_email_code` or `reset_password_phone_code`.
        strategy: Option<Strategy>,
        /// The factor to which it was sent, if that is known.
        sent_to: Option<Factor>,
        /// The time at which the code expires.
        expires_at: Option<Timestamp>,
        /// The number of codes that the user has entered.
        attempts: u32,
        /// The time until which the account is locked after too many wrong answers. `None` if it is not locked, if only
        /// an administrator can unlock it, or if the client has no [timer](crate::ClientBuilder::call_policy).
        locked_until: Option<Timestamp>,
    },
    /// A link was sent by email.
    LinkSent {
        /// The stage at which it was sent.
        stage: StageKind,
        /// The factor to which it was sent, if that is known.
        sent_to: Option<Factor>,
        /// The time at which the link expires.
        expires_at: Option<Timestamp>,
    },
    /// A passkey must answer a challenge.
    PasskeyChallenged {
        /// The stage at which it was challenged.
        stage: StageKind,
        /// The time at which the challenge expires.
        expires_at: Option<Timestamp>,
    },
    /// A wallet must sign a message.
    WalletChallenged {
        /// The strategy of the wallet.
        strategy: Option<Strategy>,
        /// The time at which the challenge expires.
        expires_at: Option<Timestamp>,
    },
    /// A trusted device must sign a challenge.
    TrustedDeviceChallenged {
        /// The time at which the challenge expires.
        expires_at: Option<Timestamp>,
    },
    /// The user must visit an identity provider.
    RedirectReady {
        /// The strategy, such as `oauth_google`.
        strategy: Option<Strategy>,
        /// The time at which the redirect expires.
        expires_at: Option<Timestamp>,
    },
    /// A new password must be chosen.
    NeedsNewPassword,
    /// Clerk Protect requires a proof.
    NeedsProtectCheck {
        /// The time at which the challenge expires.
        expires_at: Option<Timestamp>,
    },
    /// The factor is verified, but it belongs to no user.
    Transferable,
    /// The sign-in is complete. It waits for `finalize`.
    Complete {
        /// The id of the session.
        session_id: String,
    },
    /// The attempt was not finished in time.
    Abandoned,
    /// This version of the crate does not know the state.
    Unrecognized {
        /// The status, exactly as the server sent it.
        status: Option<String>,
    },
    /// The end: a session was created.
    Session {
        /// The id of the session.
        session_id: String,
        /// The keys of the tasks that the user must do before the session is active, such as `choose-organization`.
        pending_tasks: Vec<String>,
        /// `true` if the session was found after an interruption. `finalize` then makes it the active session.
        needs_finalize: bool,
    },
    /// The end: the sign-in became a sign-up. [`Client::sign_up`](crate::Client::sign_up) continues it.
    SignUp,
}

impl DynamicState {
    /// Describes an attempt in a state of the machine.
    pub(super) fn new(
        kind: StateKind,
        attempt: &SignInAttempt,
        sent_to: Option<Factor>,
        locked_until: Option<Timestamp>,
    ) -> Self {
        use StateKind as K;
        let first = attempt.first_factor_verification.as_deref();
        let verification = kind.verification_in(attempt);
        let expires_at = verification.and_then(|verification| verification.expire_at);
        let strategy = verification.and_then(|verification| verification.strategy.clone());
        let attempts = verification.and_then(|verification| verification.attempts).unwrap_or_default();
        let stage = match kind.stage() {
            K::NeedsSecondFactor => StageKind::SecondFactor,
            K::NeedsClientTrust => StageKind::ClientTrust,
            _ => StageKind::FirstFactor,
        };
        let second_factors = || attempt.supported_second_factors.clone().unwrap_or_default();
        match kind {
            K::NeedsIdentifier => {
                Self::NeedsIdentifier { supported_identifiers: attempt.supported_identifiers.clone() }
            }
            K::NeedsFirstFactor => {
                let factors = attempt.supported_first_factors.clone().unwrap_or_default();
                Self::NeedsFirstFactor { factors, locked_until }
            }
            K::NeedsSecondFactor => Self::NeedsSecondFactor { factors: second_factors(), locked_until },
            K::NeedsClientTrust => Self::NeedsClientTrust { factors: second_factors(), locked_until },
            K::FirstFactorCodeSent | K::SecondFactorCodeSent | K::ClientTrustCodeSent => {
                Self::CodeSent { stage, strategy, sent_to, expires_at, attempts, locked_until }
            }
            K::ResetCodeSent => Self::ResetCodeSent { strategy, sent_to, expires_at, attempts, locked_until },
            K::FirstFactorLinkSent | K::SecondFactorLinkSent | K::ClientTrustLinkSent => {
                Self::LinkSent { stage, sent_to, expires_at }
            }
            K::FirstFactorPasskeyChallenged | K::SecondFactorPasskeyChallenged | K::ClientTrustPasskeyChallenged => {
                Self::PasskeyChallenged { stage, expires_at }
            }
            K::WalletChallenged => Self::WalletChallenged { strategy, expires_at },
            K::TrustedDeviceChallenged => {
                let challenge = first.and_then(|first| first.trusted_device_challenge.as_ref());
                Self::TrustedDeviceChallenged { expires_at: challenge.and_then(|challenge| challenge.expires_at) }
            }
            K::RedirectReady => Self::RedirectReady { strategy, expires_at },
            K::NeedsNewPassword => Self::NeedsNewPassword,
            K::NeedsProtectCheck => {
                let expires_at = attempt.protect_check.as_ref().and_then(|check| check.expires_at);
                Self::NeedsProtectCheck { expires_at }
            }
            K::Transferable => Self::Transferable,
            K::Complete => Self::Complete { session_id: attempt.created_session_id.clone().unwrap_or_default() },
            K::Abandoned => Self::Abandoned,
            K::Unrecognized => {
                Self::Unrecognized { status: attempt.status.as_ref().map(|status| status.as_str().to_owned()) }
            }
        }
    }
}

/// What can be read of a dynamic sign-in at one moment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Snapshot {
    /// The state. During a call, this is the state before the call.
    pub state: DynamicState,
    /// The steps that are legal in this state and that the user's factors allow.
    pub steps: Vec<Step>,
    /// Whether a call is under way.
    pub fetch_status: FetchStatus,
    /// `true` if the last call was dropped or got no answer, so that the server may have carried it out.
    pub is_interrupted: bool,
}

/// Whether a call is under way.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FetchStatus {
    /// No call is under way.
    Idle,
    /// A call is under way.
    Fetching,
}
