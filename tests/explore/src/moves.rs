//! The moves of a user and of the world, and where each is possible.

use clerk_sign_in::AnySignIn;

/// A step of the app, an event in the world, or a return after an interruption. A `bool` says whether the user's input
/// is right.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Move {
    // How a sign-in begins.
    Create,
    CreateWithPassword(bool),
    CreateWithEmailCode,
    CreateWithResetCode,
    CreateWithTicket(bool),
    CreateOrSignUp,
    // First factors.
    Password(bool),
    SendEmailCode,
    SendResetCode,
    SendEmailLink,
    ChallengePasskey,
    ChallengeWallet,
    ChallengeTrustedDevice,
    // Answers.
    Verify(bool),
    Sign(bool),
    Totp(bool),
    BackupCode(bool),
    SendPhoneCode,
    SubmitPassword(bool),
    SubmitProof(bool),
    // Repetition and choice.
    Resend,
    ChooseAnother,
    // The world.
    OpenLink,
    Demand,
    Wait(u8),
    // The end.
    SignUp,
    Finalize,
    SignOut,
    // From anywhere.
    Refresh,
    Resume,
    Restart,
    StartOver,
    /// A step of a handle that was held before a new sign-in replaced its own.
    OlderHandle,
}

/// The durations of the waits, in seconds: a code can be sent again, a code has expired, a sign-in is over.
pub const WAITS: [u64; 3] = [31, 11 * 60, 25 * 60 * 60];

impl Move {
    /// Returns `true` if the move creates a sign-in.
    pub const fn creates(self) -> bool {
        matches!(
            self,
            Self::Create
                | Self::CreateWithPassword(_)
                | Self::CreateWithEmailCode
                | Self::CreateWithResetCode
                | Self::CreateWithTicket(_)
                | Self::CreateOrSignUp
        )
    }

    /// Returns `true` if the move may change which sign-in the app holds.
    pub const fn may_change_the_id(self) -> bool {
        self.creates()
            || matches!(
                self,
                Self::StartOver
                    | Self::Resume
                    | Self::Restart
                    | Self::SignOut
                    | Self::SignUp
                    | Self::Finalize
                    | Self::ChallengePasskey
                    | Self::ChallengeWallet
                    | Self::ChallengeTrustedDevice
            )
    }

    /// Returns `true` if the app makes a call about the sign-in that it holds.
    pub const fn makes_a_call(self) -> bool {
        !matches!(
            self,
            Self::Wait(_)
                | Self::Demand
                | Self::OpenLink
                | Self::ChooseAnother
                | Self::StartOver
                | Self::OlderHandle
                | Self::SignOut
        )
    }

    /// Returns `true` if the user proves with it who they are.
    pub const fn proves(self) -> bool {
        matches!(
            self,
            Self::CreateWithPassword(true)
                | Self::CreateWithTicket(true)
                | Self::Password(true)
                | Self::Verify(true)
                | Self::Sign(true)
                | Self::Totp(true)
                | Self::BackupCode(true)
                | Self::OpenLink
        )
    }
}

/// Returns `true` if the app can make the move in this state.
pub fn is_possible(at: &AnySignIn, step: Move) -> bool {
    use AnySignIn as At;
    use Move as Do;
    match step {
        Do::Refresh => at.id().is_some(),
        Do::Resume | Do::Restart | Do::StartOver | Do::Demand | Do::Wait(_) | Do::OpenLink | Do::OlderHandle => true,
        Do::SignUp => matches!(at, At::Transferable(_)),
        Do::Finalize => matches!(at, At::Complete(_)),
        Do::SignOut => false,
        _ if step.creates() => matches!(at, At::NeedsIdentifier(_)),
        Do::Password(_) | Do::SendResetCode => matches!(at, At::NeedsFirstFactor(_)),
        Do::SendEmailCode | Do::SendEmailLink => {
            matches!(at, At::NeedsFirstFactor(_) | At::NeedsSecondFactor(_) | At::NeedsClientTrust(_))
        }
        Do::ChallengeWallet | Do::ChallengeTrustedDevice => {
            matches!(at, At::NeedsIdentifier(_) | At::NeedsFirstFactor(_))
        }
        Do::ChallengePasskey => {
            matches!(
                at,
                At::NeedsIdentifier(_) | At::NeedsFirstFactor(_) | At::NeedsSecondFactor(_) | At::NeedsClientTrust(_)
            )
        }
        Do::SendPhoneCode => matches!(at, At::NeedsSecondFactor(_) | At::NeedsClientTrust(_)),
        Do::Totp(_) | Do::BackupCode(_) => matches!(at, At::NeedsSecondFactor(_)),
        Do::SubmitPassword(_) => matches!(at, At::NeedsNewPassword(_)),
        Do::SubmitProof(_) => matches!(at, At::NeedsProtectCheck(_)),
        Do::Verify(_) => matches!(
            at,
            At::FirstFactorCodeSent(_)
                | At::SecondFactorCodeSent(_)
                | At::ClientTrustCodeSent(_)
                | At::ResetCodeSent(_)
        ),
        Do::Sign(_) => matches!(
            at,
            At::FirstFactorPasskeyChallenged(_)
                | At::SecondFactorPasskeyChallenged(_)
                | At::ClientTrustPasskeyChallenged(_)
                | At::WalletChallenged(_)
                | At::TrustedDeviceChallenged(_)
        ),
        Do::Resend | Do::ChooseAnother => matches!(
            at,
            At::FirstFactorCodeSent(_)
                | At::SecondFactorCodeSent(_)
                | At::ClientTrustCodeSent(_)
                | At::ResetCodeSent(_)
                | At::FirstFactorLinkSent(_)
                | At::SecondFactorLinkSent(_)
                | At::ClientTrustLinkSent(_)
                | At::FirstFactorPasskeyChallenged(_)
                | At::SecondFactorPasskeyChallenged(_)
                | At::ClientTrustPasskeyChallenged(_)
                | At::WalletChallenged(_)
                | At::TrustedDeviceChallenged(_)
        ),
        _ => false,
    }
}
