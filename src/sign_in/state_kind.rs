//! An enum that lists the states of a sign-in.

use serde::{Deserialize, Serialize};

use crate::wire::{SignInAttempt, Verification};

/// The state of a sign-in, as plain data.
///
/// Each variant has the name of the variant of [`AnySignIn`](crate::AnySignIn) that holds a sign-in in this state. In
/// serde's formats, the names are in snake case, such as `needs_first_factor`.
///
/// ```
/// use clerk_sign_in::{StateKind, relation::Step};
///
/// assert!(StateKind::NeedsFirstFactor.allows(Step::Password));
/// assert!(!StateKind::NeedsSecondFactor.allows(Step::Password));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StateKind {
    /// The user has not given an identifier yet: [`NeedsIdentifier`](crate::NeedsIdentifier).
    NeedsIdentifier,
    /// A first factor must be verified: [`NeedsFirstFactor`](crate::NeedsFirstFactor).
    NeedsFirstFactor,
    /// A code for the first factor was sent: [`CodeSent<NeedsFirstFactor>`](crate::CodeSent).
    FirstFactorCodeSent,
    /// A link for the first factor was sent: [`LinkSent<NeedsFirstFactor>`](crate::LinkSent).
    FirstFactorLinkSent,
    /// A passkey must answer for the first factor: [`PasskeyChallenged`](crate::PasskeyChallenged).
    FirstFactorPasskeyChallenged,
    /// A wallet must sign a message: [`WalletChallenged`](crate::WalletChallenged).
    WalletChallenged,
    /// A trusted device must sign a challenge: [`TrustedDeviceChallenged`](crate::TrustedDeviceChallenged).
    TrustedDeviceChallenged,
    /// The user must visit an identity provider: [`RedirectReady`](crate::RedirectReady).
    RedirectReady,
    /// A code for a new password was sent: [`ResetCodeSent`](crate::ResetCodeSent).
    ResetCodeSent,
    /// A second factor must be verified: [`NeedsSecondFactor`](crate::NeedsSecondFactor).
    NeedsSecondFactor,
    /// A code for the second factor was sent: [`CodeSent<NeedsSecondFactor>`](crate::CodeSent).
    SecondFactorCodeSent,
    /// A link for the second factor was sent: [`LinkSent<NeedsSecondFactor>`](crate::LinkSent).
    SecondFactorLinkSent,
    /// A passkey must answer for the second factor:
    /// [`PasskeyChallenged<NeedsSecondFactor>`](crate::PasskeyChallenged).
    SecondFactorPasskeyChallenged,
    /// The client is new to the user: [`NeedsClientTrust`](crate::NeedsClientTrust).
    NeedsClientTrust,
    /// A code for client trust was sent: [`CodeSent<NeedsClientTrust>`](crate::CodeSent).
    ClientTrustCodeSent,
    /// A link for client trust was sent: [`LinkSent<NeedsClientTrust>`](crate::LinkSent).
    ClientTrustLinkSent,
    /// A passkey must answer for client trust:
    /// [`PasskeyChallenged<NeedsClientTrust>`](crate::PasskeyChallenged).
    ClientTrustPasskeyChallenged,
    /// A new password must be chosen: [`NeedsNewPassword`](crate::NeedsNewPassword).
    NeedsNewPassword,
    /// Clerk Protect requires a proof: [`NeedsProtectCheck`](crate::NeedsProtectCheck).
    NeedsProtectCheck,
    /// The verified factor belongs to no user: [`Transferable`](crate::Transferable).
    Transferable,
    /// A session exists: [`Complete`](crate::Complete).
    Complete,
    /// The attempt was not finished in time: [`Abandoned`](crate::Abandoned).
    Abandoned,
    /// This version of the crate does not know the state: [`Unrecognized`](crate::Unrecognized).
    Unrecognized,
}

impl StateKind {
    /// All states, in the order in which a sign-in reaches them.
    pub const ALL: &[Self] = &[
        Self::NeedsIdentifier,
        Self::NeedsFirstFactor,
        Self::FirstFactorCodeSent,
        Self::FirstFactorLinkSent,
        Self::FirstFactorPasskeyChallenged,
        Self::WalletChallenged,
        Self::TrustedDeviceChallenged,
        Self::RedirectReady,
        Self::ResetCodeSent,
        Self::NeedsSecondFactor,
        Self::SecondFactorCodeSent,
        Self::SecondFactorLinkSent,
        Self::SecondFactorPasskeyChallenged,
        Self::NeedsClientTrust,
        Self::ClientTrustCodeSent,
        Self::ClientTrustLinkSent,
        Self::ClientTrustPasskeyChallenged,
        Self::NeedsNewPassword,
        Self::NeedsProtectCheck,
        Self::Transferable,
        Self::Complete,
        Self::Abandoned,
        Self::Unrecognized,
    ];

    /// The name of the state's type, such as `CodeSent<NeedsFirstFactor>`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::NeedsIdentifier => "NeedsIdentifier",
            Self::NeedsFirstFactor => "NeedsFirstFactor",
            Self::FirstFactorCodeSent => "CodeSent<NeedsFirstFactor>",
            Self::FirstFactorLinkSent => "LinkSent<NeedsFirstFactor>",
            Self::FirstFactorPasskeyChallenged => "PasskeyChallenged",
            Self::WalletChallenged => "WalletChallenged",
            Self::TrustedDeviceChallenged => "TrustedDeviceChallenged",
            Self::RedirectReady => "RedirectReady",
            Self::ResetCodeSent => "ResetCodeSent",
            Self::NeedsSecondFactor => "NeedsSecondFactor",
            Self::SecondFactorCodeSent => "CodeSent<NeedsSecondFactor>",
            Self::SecondFactorLinkSent => "LinkSent<NeedsSecondFactor>",
            Self::SecondFactorPasskeyChallenged => "PasskeyChallenged<NeedsSecondFactor>",
            Self::NeedsClientTrust => "NeedsClientTrust",
            Self::ClientTrustCodeSent => "CodeSent<NeedsClientTrust>",
            Self::ClientTrustLinkSent => "LinkSent<NeedsClientTrust>",
            Self::ClientTrustPasskeyChallenged => "PasskeyChallenged<NeedsClientTrust>",
            Self::NeedsNewPassword => "NeedsNewPassword",
            Self::NeedsProtectCheck => "NeedsProtectCheck",
            Self::Transferable => "Transferable",
            Self::Complete => "Complete",
            Self::Abandoned => "Abandoned",
            Self::Unrecognized => "Unrecognized",
        }
    }

    /// Returns the verification of this state's stage: that of the first factor, or that of the second factor and of
    /// client trust.
    pub(crate) fn verification_in(self, attempt: &SignInAttempt) -> Option<&Verification> {
        let is_first = self.stage() == Self::NeedsFirstFactor;
        let verification =
            if is_first { &attempt.first_factor_verification } else { &attempt.second_factor_verification };
        verification.as_deref()
    }

    /// Returns the stage at which the factor of a prepared state was chosen. For any other state, returns the state
    /// itself.
    pub(crate) const fn stage(self) -> Self {
        match self {
            Self::FirstFactorCodeSent
            | Self::FirstFactorLinkSent
            | Self::FirstFactorPasskeyChallenged
            | Self::WalletChallenged
            | Self::TrustedDeviceChallenged
            | Self::RedirectReady
            | Self::ResetCodeSent => Self::NeedsFirstFactor,
            Self::SecondFactorCodeSent | Self::SecondFactorLinkSent | Self::SecondFactorPasskeyChallenged => {
                Self::NeedsSecondFactor
            }
            Self::ClientTrustCodeSent | Self::ClientTrustLinkSent | Self::ClientTrustPasskeyChallenged => {
                Self::NeedsClientTrust
            }
            unprepared => unprepared,
        }
    }
}
