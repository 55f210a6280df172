//! Steps that verify a factor.

use crate::dynamic::turn::{After, Wanted, after};
use crate::dynamic::{DynamicError, DynamicSignIn};
use crate::platform::{Mediation, PasskeyAuthenticator, TrustedDeviceKey, Wallet};
use crate::relation::Step;
use crate::sign_in::AnySignIn;
use crate::sign_in::states::OtherSessions;

impl DynamicSignIn {
    /// Verifies a code that was sent. See [`SignIn<CodeSent<S>>::verify`](crate::SignIn::verify).
    ///
    /// # Errors
    /// [`DynamicError`]: the step is not legal now, another call runs, or the step failed.
    pub async fn verify(&self, code: &str) -> Result<(), DynamicError> {
        step!(self.Verify {
            FirstFactorCodeSent | SecondFactorCodeSent | ClientTrustCodeSent(at) => at.verify(code),
            ResetCodeSent(at) => at.verify(code),
        })
    }

    /// Verifies a code of an authenticator app. See [`verify_totp`](crate::SignIn::verify_totp).
    ///
    /// # Errors
    /// [`DynamicError`]: the step is not legal now, another call runs, or the step failed.
    pub async fn verify_totp(&self, code: &str) -> Result<(), DynamicError> {
        step!(self.VerifyTotp {
            NeedsSecondFactor(at) => at.verify_totp(code),
        })
    }

    /// Verifies a backup code. See [`verify_backup_code`](crate::SignIn::verify_backup_code).
    ///
    /// # Errors
    /// [`DynamicError`]: the step is not legal now, another call runs, or the step failed.
    pub async fn verify_backup_code(&self, code: &str) -> Result<(), DynamicError> {
        step!(self.VerifyBackupCode {
            NeedsSecondFactor(at) => at.verify_backup_code(code),
        })
    }

    /// Lets a passkey answer the challenge. See
    /// [`SignIn<PasskeyChallenged<S>>::verify_with`](crate::SignIn::verify_with).
    ///
    /// # Errors
    /// [`DynamicError`]: the step is not legal now, another call runs, or the step failed.
    pub async fn verify_with_passkey(
        &self,
        authenticator: &dyn PasskeyAuthenticator,
        mediation: Mediation,
    ) -> Result<(), DynamicError> {
        step!(self.VerifyWith {
            FirstFactorPasskeyChallenged
                | SecondFactorPasskeyChallenged
                | ClientTrustPasskeyChallenged(at) => at.verify_with(authenticator, mediation),
        })
    }

    /// Lets a wallet sign the message. See
    /// [`SignIn<WalletChallenged>::verify_with`](crate::SignIn#method.verify_with-1).
    ///
    /// # Errors
    /// [`DynamicError`]: the step is not legal now, another call runs, or the step failed.
    pub async fn verify_with_wallet(&self, wallet: &dyn Wallet) -> Result<(), DynamicError> {
        step!(self.VerifyWith {
            WalletChallenged(at) => at.verify_with(wallet),
        })
    }

    /// Lets a trusted device sign the challenge. See
    /// [`SignIn<TrustedDeviceChallenged>::verify_with`](crate::SignIn#method.verify_with-2).
    ///
    /// # Errors
    /// [`DynamicError`]: the step is not legal now, another call runs, or the step failed.
    pub async fn verify_with_trusted_device(&self, key: &dyn TrustedDeviceKey) -> Result<(), DynamicError> {
        step!(self.VerifyWith {
            TrustedDeviceChallenged(at) => at.verify_with(key),
        })
    }

    /// Verifies the answer of a passkey. See [`verify_assertion`](crate::SignIn::verify_assertion).
    ///
    /// # Errors
    /// [`DynamicError`]: the step is not legal now, another call runs, or the step failed.
    pub async fn verify_assertion(&self, public_key_credential: &str) -> Result<(), DynamicError> {
        step!(self.VerifyAssertion {
            FirstFactorPasskeyChallenged
                | SecondFactorPasskeyChallenged
                | ClientTrustPasskeyChallenged(at) => at.verify_assertion(public_key_credential),
        })
    }

    /// Verifies the signature of a wallet or a trusted device. See
    /// [`SignIn<WalletChallenged>::verify_signature`](crate::SignIn::verify_signature).
    ///
    /// # Errors
    /// [`DynamicError`]: the step is not legal now, another call runs, or the step failed.
    pub async fn verify_signature(&self, signature: &str) -> Result<(), DynamicError> {
        step!(self.VerifySignature {
            WalletChallenged(at) => at.verify_signature(signature),
            TrustedDeviceChallenged(at) => at.verify_signature(signature),
        })
    }

    /// Verifies the code and chooses a new password. See [`reset_password`](crate::SignIn::reset_password).
    ///
    /// # Errors
    /// [`DynamicError`]: the step is not legal now, another call runs, or the step failed.
    pub async fn reset_password(
        &self,
        code: &str,
        new_password: &str,
        other_sessions: OtherSessions,
    ) -> Result<(), DynamicError> {
        step!(self.ResetPassword {
            ResetCodeSent(at) => at.reset_password(code, new_password, other_sessions),
        })
    }

    /// Chooses a new password. See [`submit_password`](crate::SignIn::submit_password).
    ///
    /// # Errors
    /// [`DynamicError`]: the step is not legal now, another call runs, or the step failed.
    pub async fn submit_password(&self, new_password: &str, other_sessions: OtherSessions) -> Result<(), DynamicError> {
        step!(self.SubmitPassword {
            NeedsNewPassword(at) => at.submit_password(new_password, other_sessions),
        })
    }
}
