//! A solver of captchas and of Clerk Protect's challenges.

use std::fmt;
use std::sync::Arc;

use async_trait::async_trait;

use super::CapabilityError;
use crate::wire::{CaptchaProvider, CaptchaWidgetType, DisplayConfig, ProtectCheck, Secret};

/// A solver of the challenges that keep bots out.
///
/// It is usually a web view that shows a page with the provider's script.
///
/// # Contract
/// - Both methods may show something to the user, and may take as long as the user needs.
/// - When a method's future is dropped, any prompt that the method has opened closes.
/// - If the user closes the challenge, the error is [`CapabilityError::Cancelled`]. If the app cannot show the
///   challenge, the error is [`CapabilityError::Unavailable`]. If a script does not load or reports an error, the error
///   is [`CapabilityError::Failed`].
/// - A client asks for only one captcha at a time, even if several calls are waiting for a solution.
#[async_trait]
pub trait ChallengeSolver: fmt::Debug + Send + Sync {
    /// Solves a captcha. Returns the captcha's token, and the type of captcha that was solved.
    ///
    /// # Errors
    /// [`CapabilityError`] if the user closes the challenge, if the challenge cannot be shown, or if it fails.
    async fn solve_captcha(&self, captcha: &Captcha) -> Result<CaptchaSolution, CapabilityError>;

    /// Solves a challenge of Clerk Protect, and returns the proof.
    ///
    /// Load the module at [`sdk_url`](ProtectCheck::sdk_url). Call the module's default export. Pass to this export an
    /// element in which the challenge can show its user interface, and also the [`token`](ProtectCheck::token) and the
    /// [`ui_hints`](ProtectCheck::ui_hints). The URL and the token are always present. The URL begins with `https://`
    /// and contains no user information.
    ///
    /// # Errors
    /// [`CapabilityError`] if the user closes the challenge, if the challenge cannot be shown, or if it fails.
    async fn solve_protect_check(&self, check: &ProtectCheck) -> Result<Secret, CapabilityError>;
}

#[async_trait]
impl<S: ChallengeSolver + ?Sized> ChallengeSolver for Arc<S> {
    async fn solve_captcha(&self, captcha: &Captcha) -> Result<CaptchaSolution, CapabilityError> {
        (**self).solve_captcha(captcha).await
    }

    async fn solve_protect_check(&self, check: &ProtectCheck) -> Result<Secret, CapabilityError> {
        (**self).solve_protect_check(check).await
    }
}

/// A captcha to solve.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Captcha {
    /// The provider of the captcha.
    pub provider: CaptchaProvider,
    /// The key of the captcha at the provider (`sitekey`).
    pub site_key: String,
    /// The way in which the captcha is shown.
    pub widget_type: CaptchaWidgetType,
    /// The key of an invisible captcha. An app can use the invisible captcha if it cannot show this one.
    pub invisible_site_key: Option<String>,
}

impl Captcha {
    /// Returns the captcha that the instance requires, or `None` if the instance's settings do not name a captcha.
    #[must_use]
    pub fn from_display_config(config: &DisplayConfig) -> Option<Self> {
        Some(Self {
            provider: config.captcha_provider.clone().unwrap_or(CaptchaProvider::Turnstile),
            site_key: config.captcha_public_key.clone()?,
            widget_type: config.captcha_widget_type.clone().unwrap_or(CaptchaWidgetType::Smart),
            invisible_site_key: config.captcha_public_key_invisible.clone(),
        })
    }

    /// Creates the solution to this captcha from the token that the captcha returned.
    #[must_use]
    pub fn solved(&self, token: Secret) -> CaptchaSolution {
        CaptchaSolution { token, widget_type: self.widget_type.clone() }
    }

    /// Creates the solution to the invisible captcha from the token that the captcha returned.
    ///
    /// Use this method if the app solved the invisible captcha instead of this captcha. The key of the invisible
    /// captcha is [`invisible_site_key`](Self::invisible_site_key).
    #[must_use]
    pub const fn solved_unseen(&self, token: Secret) -> CaptchaSolution {
        CaptchaSolution { token, widget_type: CaptchaWidgetType::Invisible }
    }
}

/// The solution to a captcha.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct CaptchaSolution {
    /// The token that the captcha returned.
    pub token: Secret,
    /// The type of the solved captcha. The server verifies each type with a different key.
    pub widget_type: CaptchaWidgetType,
}
