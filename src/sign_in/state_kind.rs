//! An enum that lists the states of a sign-in.

use serde::{Deserialize, Serialize};

/// The state of a sign-in, as an enum value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StateKind {
    NeedsIdentifier,
    NeedsFirstFactor,
    FirstFactorCodeSent,
    FirstFactorLinkSent,
    FirstFactorPasskeyChallenged,
    WalletChallenged,
    TrustedDeviceChallenged,
    RedirectReady,
    ResetCodeSent,
    NeedsSecondFactor,
    SecondFactorCodeSent,
    SecondFactorLinkSent,
    SecondFactorPasskeyChallenged,
    NeedsClientTrust,
    ClientTrustCodeSent,
    ClientTrustLinkSent,
    ClientTrustPasskeyChallenged,
    NeedsNewPassword,
    NeedsProtectCheck,
    Transferable,
    Complete,
    Abandoned,
    Unrecognized,
}

impl StateKind {
    #[cfg(test)]
    pub(crate) const ALL: &[Self] = &[
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

    /// The name of the state's type.
    pub(crate) const fn name(self) -> &'static str {
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
