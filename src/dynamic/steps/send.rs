//! Steps that send a code or a link.

use crate::dynamic::turn::{After, Wanted, after};
use crate::dynamic::{DynamicError, DynamicSignIn};
use crate::relation::Step;
use crate::sign_in::AnySignIn;
use crate::wire::{Channel, Factor, Strategy};

impl DynamicSignIn {
    /// Sends a code by email. See
    /// [`SignIn<NeedsFirstFactor>::send_email_code`](crate::SignIn#method.send_email_code-1).
    ///
    /// With an `identifier`, the step begins an attempt. Without one, it continues the attempt.
    ///
    /// # Errors
    /// [`DynamicError`]: the step is not legal now, another call runs, or the step failed.
    pub async fn send_email_code(&self, identifier: Option<&str>) -> Result<(), DynamicError> {
        if let Some(identifier) = identifier {
            return step!(self.SendEmailCode of identifier => {
                NeedsIdentifier(at) => at.send_email_code(identifier),
            });
        }
        step!(self.SendEmailCode prepares (Strategy::EmailCode, None) => {
            NeedsFirstFactor | NeedsSecondFactor | NeedsClientTrust(at) => at.send_email_code(),
        })
    }

    /// Sends a code to the email address with this id. See
    /// [`SignIn<NeedsFirstFactor>::send_email_code_to`](crate::SignIn::send_email_code_to).
    ///
    /// # Errors
    /// [`DynamicError`]: the step is not legal now, another call runs, or the step failed.
    pub async fn send_email_code_to(&self, email_address_id: &str) -> Result<(), DynamicError> {
        step!(self.SendEmailCodeTo prepares (Strategy::EmailCode, Some(email_address_id)) => {
            NeedsFirstFactor | NeedsSecondFactor | NeedsClientTrust(at) => at.send_email_code_to(email_address_id),
        })
    }

    /// Sends a code to a phone. See
    /// [`SignIn<NeedsFirstFactor>::send_phone_code`](crate::SignIn#method.send_phone_code-1).
    ///
    /// With an `identifier`, the step begins an attempt. Without one, it continues the attempt. The channel counts for
    /// a first factor only, because the server chooses the channel of a second factor.
    ///
    /// # Errors
    /// [`DynamicError`]: the step is not legal now, another call runs, or the step failed.
    pub async fn send_phone_code(&self, identifier: Option<&str>, channel: Channel) -> Result<(), DynamicError> {
        if let Some(identifier) = identifier {
            return step!(self.SendPhoneCode of identifier => {
                NeedsIdentifier(at) => at.send_phone_code(identifier, channel),
            });
        }
        step!(self.SendPhoneCode prepares (Strategy::PhoneCode, None) => {
            NeedsFirstFactor(at) => at.send_phone_code(channel),
            NeedsSecondFactor | NeedsClientTrust(at) => at.send_phone_code(),
        })
    }

    /// Sends a code to the phone number with this id. See
    /// [`SignIn<NeedsFirstFactor>::send_phone_code_to`](crate::SignIn::send_phone_code_to).
    ///
    /// The channel counts for a first factor only, because the server chooses the channel of a second factor.
    ///
    /// # Errors
    /// [`DynamicError`]: the step is not legal now, another call runs, or the step failed.
    pub async fn send_phone_code_to(&self, phone_number_id: &str, channel: Channel) -> Result<(), DynamicError> {
        step!(self.SendPhoneCodeTo prepares (Strategy::PhoneCode, Some(phone_number_id)) => {
            NeedsFirstFactor(at) => at.send_phone_code_to(phone_number_id, channel),
            NeedsSecondFactor | NeedsClientTrust(at) => at.send_phone_code_to(phone_number_id),
        })
    }

    /// Sends a code to one of the listed factors. See [`send_code`](crate::SignIn::send_code).
    ///
    /// # Errors
    /// [`DynamicError`]: the step is not legal now, another call runs, or the step failed.
    pub async fn send_code(&self, factor: &Factor) -> Result<(), DynamicError> {
        step!(self.SendCode prepares factor => {
            NeedsFirstFactor | NeedsSecondFactor | NeedsClientTrust(at) => at.send_code(factor),
        })
    }

    /// Sends a code to one of the listed phone numbers, through this channel. See
    /// [`send_code_through`](crate::SignIn::send_code_through).
    ///
    /// # Errors
    /// [`DynamicError`]: the step is not legal now, another call runs, or the step failed.
    pub async fn send_code_through(&self, factor: &Factor, channel: Channel) -> Result<(), DynamicError> {
        step!(self.SendCodeThrough prepares factor => {
            NeedsFirstFactor(at) => at.send_code_through(factor, channel),
        })
    }

    /// Sends a code by email that lets the user choose a new password. See
    /// [`SignIn<NeedsFirstFactor>::send_reset_password_email_code`](crate::SignIn#method.send_reset_password_email_code-1).
    ///
    /// With an `identifier`, the step begins an attempt. Without one, it continues the attempt.
    ///
    /// # Errors
    /// [`DynamicError`]: the step is not legal now, another call runs, or the step failed.
    pub async fn send_reset_password_email_code(&self, identifier: Option<&str>) -> Result<(), DynamicError> {
        if let Some(identifier) = identifier {
            return step!(self.SendResetPasswordEmailCode of identifier => {
                NeedsIdentifier(at) => at.send_reset_password_email_code(identifier),
            });
        }
        step!(self.SendResetPasswordEmailCode prepares (Strategy::ResetPasswordEmailCode, None) => {
            NeedsFirstFactor(at) => at.send_reset_password_email_code(),
        })
    }

    /// Sends such a code to the email address with this id. See
    /// [`send_reset_password_email_code_to`](crate::SignIn::send_reset_password_email_code_to).
    ///
    /// # Errors
    /// [`DynamicError`]: the step is not legal now, another call runs, or the step failed.
    pub async fn send_reset_password_email_code_to(&self, email_address_id: &str) -> Result<(), DynamicError> {
        let strategy = Strategy::ResetPasswordEmailCode;
        step!(self.SendResetPasswordEmailCodeTo prepares (strategy, Some(email_address_id)) => {
            NeedsFirstFactor(at) => at.send_reset_password_email_code_to(email_address_id),
        })
    }

    /// Sends a code to a phone that lets the user choose a new password. See
    /// [`SignIn<NeedsFirstFactor>::send_reset_password_phone_code`](crate::SignIn#method.send_reset_password_phone_code-1).
    ///
    /// With an `identifier`, the step begins an attempt. Without one, it continues the attempt.
    ///
    /// # Errors
    /// [`DynamicError`]: the step is not legal now, another call runs, or the step failed.
    pub async fn send_reset_password_phone_code(&self, identifier: Option<&str>) -> Result<(), DynamicError> {
        if let Some(identifier) = identifier {
            return step!(self.SendResetPasswordPhoneCode of identifier => {
                NeedsIdentifier(at) => at.send_reset_password_phone_code(identifier),
            });
        }
        step!(self.SendResetPasswordPhoneCode prepares (Strategy::ResetPasswordPhoneCode, None) => {
            NeedsFirstFactor(at) => at.send_reset_password_phone_code(),
        })
    }

    /// Sends such a code to the phone number with this id. See
    /// [`send_reset_password_phone_code_to`](crate::SignIn::send_reset_password_phone_code_to).
    ///
    /// # Errors
    /// [`DynamicError`]: the step is not legal now, another call runs, or the step failed.
    pub async fn send_reset_password_phone_code_to(&self, phone_number_id: &str) -> Result<(), DynamicError> {
        let strategy = Strategy::ResetPasswordPhoneCode;
        step!(self.SendResetPasswordPhoneCodeTo prepares (strategy, Some(phone_number_id)) => {
            NeedsFirstFactor(at) => at.send_reset_password_phone_code_to(phone_number_id),
        })
    }

    /// Sends such a code to one of the listed factors. See [`send_reset_code`](crate::SignIn::send_reset_code).
    ///
    /// # Errors
    /// [`DynamicError`]: the step is not legal now, another call runs, or the step failed.
    pub async fn send_reset_code(&self, factor: &Factor) -> Result<(), DynamicError> {
        step!(self.SendResetCode prepares factor => {
            NeedsFirstFactor(at) => at.send_reset_code(factor),
        })
    }

    /// Sends a link by email. See [`send_email_link`](crate::SignIn#method.send_email_link-1).
    ///
    /// With an `identifier`, the step begins an attempt. Without one, it continues the attempt.
    ///
    /// # Errors
    /// [`DynamicError`]: the step is not legal now, another call runs, or the step failed.
    pub async fn send_email_link(&self, identifier: Option<&str>, page_url: &str) -> Result<(), DynamicError> {
        if let Some(identifier) = identifier {
            return step!(self.SendEmailLink of identifier => {
                NeedsIdentifier(at) => at.send_email_link(identifier, page_url),
            });
        }
        step!(self.SendEmailLink prepares (Strategy::EmailLink, None) => {
            NeedsFirstFactor | NeedsSecondFactor | NeedsClientTrust(at) => at.send_email_link(page_url),
        })
    }

    /// Sends a link to the email address with this id. See
    /// [`send_email_link_to`](crate::SignIn::send_email_link_to).
    ///
    /// # Errors
    /// [`DynamicError`]: the step is not legal now, another call runs, or the step failed.
    pub async fn send_email_link_to(&self, email_address_id: &str, page_url: &str) -> Result<(), DynamicError> {
        step!(self.SendEmailLinkTo prepares (Strategy::EmailLink, Some(email_address_id)) => {
            NeedsFirstFactor
                | NeedsSecondFactor
                | NeedsClientTrust(at) => at.send_email_link_to(email_address_id, page_url),
        })
    }

    /// Sends a link that leads back into a native app. See
    /// [`send_email_link_to_app`](crate::SignIn::send_email_link_to_app).
    ///
    /// # Errors
    /// [`DynamicError`]: the step is not legal now, another call runs, or the step failed.
    #[cfg(feature = "pkce")]
    pub async fn send_email_link_to_app(&self, redirect_uri: &str) -> Result<(), DynamicError> {
        step!(self.SendEmailLinkToApp prepares (Strategy::EmailLink, None) => {
            NeedsFirstFactor(at) => at.send_email_link_to_app(redirect_uri),
        })
    }

    /// Sends the code again. See [`SignIn<CodeSent<S>>::resend`](crate::SignIn::resend).
    ///
    /// # Errors
    /// [`DynamicError`]: the step is not legal now, another call runs, or the step failed.
    pub async fn resend(&self) -> Result<(), DynamicError> {
        step!(self.Resend {
            FirstFactorCodeSent | SecondFactorCodeSent | ClientTrustCodeSent(at) => at.resend(),
            ResetCodeSent(at) => at.resend(),
        })
    }

    /// Sends the link again. See [`SignIn<LinkSent<S>>::resend`](crate::SignIn#method.resend-1).
    ///
    /// # Errors
    /// [`DynamicError`]: the step is not legal now, another call runs, or the step failed.
    pub async fn resend_link(&self, page_url: &str) -> Result<(), DynamicError> {
        step!(self.Resend {
            FirstFactorLinkSent | SecondFactorLinkSent | ClientTrustLinkSent(at) => at.resend(page_url),
        })
    }
}
