//! Values that describe captchas.

use super::open_enum::open_enum;

open_enum! {
    /// The appearance of a captcha (`captcha_widget_type`).
    pub enum CaptchaWidgetType {
        /// A captcha in the page that asks the user for something only if it has to.
        Smart = "smart",
        /// A captcha that the user does not see.
        Invisible = "invisible",
    }
}

open_enum! {
    /// The provider of a captcha (`captcha_provider`).
    pub enum CaptchaProvider {
        /// Cloudflare Turnstile.
        Turnstile = "turnstile",
    }
}

open_enum! {
    /// The reason for solving a captcha (`captcha_action`).
    pub enum CaptchaAction {
        /// The server asked for it (`requires_captcha`).
        Verify = "verify",
        /// The client solves it from time to time, unseen, so that the server does not have to ask.
        Heartbeat = "heartbeat",
    }
}
