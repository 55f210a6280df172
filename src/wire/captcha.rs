//! Values that describe captchas.

use super::open_enum::open_enum;

open_enum! {
    /// The appearance of a captcha (`captcha_widget_type`).
    pub enum CaptchaWidgetType {
        /// A captcha that is shown in the page. It asks the user to do something only if necessary.
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
        /// The server asked for a captcha (`requires_captcha`).
        Verify = "verify",
        /// The client solves captchas in the background from time to time, so that the server does not ask for one.
        Heartbeat = "heartbeat",
    }
}
