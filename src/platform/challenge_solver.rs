//! What solves captchas and the challenges of Clerk Protect.

use std::fmt;
use std::sync::Arc;

use async_trait::async_trait;

use super::CapabilityError;
use crate::wire::{CaptchaProvider, CaptchaWidgetType, DisplayConfig, ProtectCheck, Secret};

/// What shows that no robot signs in: a page in a web view that runs the provider's script, mostly.
///
/// # Contract
/// - Both methods may show something to the user, and take as long as the user does.
/// - Dropping a future closes what it shows.
/// - A user who closes it is [`CapabilityError::Cancelled`]. An app that can show nothing, or not this, is
///   [`CapabilityError::Unavailable`]; a script that does not load or ends in an error is [`CapabilityError::Failed`].
/// - One captcha is asked for at a time on a device, however many calls wait for it.
#[async_trait]
pub trait ChallengeSolver: fmt::Debug + Send + Sync {
    /// Has a captcha solved, and returns what it yielded and which of the two captchas it was.
    ///
    /// # Errors
    /// [`CapabilityError`] if the user closes it, it cannot be shown, or it fails.
    async fn solve_captcha(&self, captcha: &Captcha) -> Result<CaptchaSolution, CapabilityError>;

    /// Has a challenge of Clerk Protect solved, and returns the proof: loads the module at
    /// [`sdk_url`](ProtectCheck::sdk_url), and calls its default export with an element to show itself in and the
    /// [`token`](ProtectCheck::token) and [`ui_hints`](ProtectCheck::ui_hints). Both the URL, which begins with `https://`
    /// and holds no user, and the token are there.
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
    /// Whose captcha it is.
    pub provider: CaptchaProvider,
    /// The provider's key of it (`sitekey`).
    pub site_key: String,
    /// How it shows itself.
    pub widget_type: CaptchaWidgetType,
    /// The key of a captcha that the user does not see, for where this one cannot be shown.
    pub invisible_site_key: Option<String>,
}

impl Captcha {
    /// The captcha that the instance asks for; `None` if it names none.
    #[must_use]
    pub fn from_display_config(config: &DisplayConfig) -> Option<Self> {
        Some(Self {
            provider: config.captcha_provider.clone().unwrap_or(CaptchaProvider::Turnstile),
            site_key: config.captcha_public_key.clone()?,
            widget_type: config.captcha_widget_type.clone().unwrap_or(CaptchaWidgetType::Smart),
            invisible_site_key: config.captcha_public_key_invisible.clone(),
        })
    }

    /// It was solved, and yielded this token.
    #[must_use]
    pub fn solved(&self, token: Secret) -> CaptchaSolution {
        CaptchaSolution { token, widget_type: self.widget_type.clone() }
    }

    /// The one that the user does not see was solved instead ([`invisible_site_key`](Self::invisible_site_key)), and
    /// yielded this token.
    #[must_use]
    pub const fn solved_unseen(&self, token: Secret) -> CaptchaSolution {
        CaptchaSolution { token, widget_type: CaptchaWidgetType::Invisible }
    }
}

/// What a captcha yielded.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct CaptchaSolution {
    /// The token.
    pub token: Secret,
    /// Which captcha it is of: the server verifies each with a key of its own.
    pub widget_type: CaptchaWidgetType,
}
