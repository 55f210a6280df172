//! A solver of captchas and of Clerk Protect's challenges.

use std::fmt;
use std::sync::Arc;

use async_trait::async_trait;

use super::CapabilityError;
use crate::wire::{CaptchaProvider, CaptchaWidgetType, DisplayConfig, ProtectCheck, Secret};

/// A solver of the challenges that keep robots out.
///
/// It is usually a page in a web view that runs the provider's script.
///
/// # Contract
/// - Both methods may show something to the user, and take as long as the user does.
/// - Dropping a future closes what it shows.
/// - If the user closes it, the error is [`CapabilityError::Cancelled`]. An app that can show nothing, or not this,
///   returns [`CapabilityError::Unavailable`]. If a script does not load or ends in an error, the error is
///   [`CapabilityError::Failed`].
/// - A client asks for one captcha at a time, however many calls wait for it.
#[async_trait]
pub trait ChallengeSolver: fmt::Debug + Send + Sync {
    /// Solves a captcha, and returns its token and which of the two captchas was solved.
    ///
    /// # Errors
    /// [`CapabilityError`] if the user closes it, it cannot be shown, or it fails.
    async fn solve_captcha(&self, captcha: &Captcha) -> Result<CaptchaSolution, CapabilityError>;

    /// Solves a challenge of Clerk Protect, and returns the proof.
    ///
    /// Load the module at [`sdk_url`](ProtectCheck::sdk_url). Call its default export with an element to show itself
    /// in, the [`token`](ProtectCheck::token) and the [`ui_hints`](ProtectCheck::ui_hints). The URL and the token are
    /// always present. The URL begins with `https://` and holds no user.
    ///
    /// # Errors
    /// [`CapabilityError`] if the user closes it, it cannot be shown, or it fails.
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
    /// The provider's key of the captcha (`sitekey`).
    pub site_key: String,
    /// The way in which the captcha shows itself.
    pub widget_type: CaptchaWidgetType,
    /// The key of a captcha that the user does not see, for an app that cannot show this one.
    pub invisible_site_key: Option<String>,
}

impl Captcha {
    /// Returns the captcha that the instance asks for; `None` if it names none.
    #[must_use]
    pub fn from_display_config(config: &DisplayConfig) -> Option<Self> {
        Some(Self {
            provider: config.captcha_provider.clone().unwrap_or(CaptchaProvider::Turnstile),
            site_key: config.captcha_public_key.clone()?,
            widget_type: config.captcha_widget_type.clone().unwrap_or(CaptchaWidgetType::Smart),
            invisible_site_key: config.captcha_public_key_invisible.clone(),
        })
    }

    /// Makes the solution of this captcha from the token that it yielded.
    #[must_use]
    pub fn solved(&self, token: Secret) -> CaptchaSolution {
        CaptchaSolution { token, widget_type: self.widget_type.clone() }
    }

    /// Makes the solution of the captcha that the user does not see from the token that it yielded.
    ///
    /// This captcha has the key [`invisible_site_key`](Self::invisible_site_key), and was solved instead.
    #[must_use]
    pub const fn solved_unseen(&self, token: Secret) -> CaptchaSolution {
        CaptchaSolution { token, widget_type: CaptchaWidgetType::Invisible }
    }
}

/// The solution of a captcha.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct CaptchaSolution {
    /// The token that the captcha yielded.
    pub token: Secret,
    /// The type of the solved captcha. The server verifies each type with a key of its own.
    pub widget_type: CaptchaWidgetType,
}
