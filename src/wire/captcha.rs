//! The vocabulary of captchas.

use super::open_enum::open_enum;

open_enum! {
    /// How a captcha shows itself (`captcha_widget_type`).
    pub enum CaptchaWidgetType {
        /// It is in the page, and asks the user for something only if it has to.
        Smart = "smart",
        /// The user sees nothing of it.
        Invisible = "invisible",
    }
}

open_enum! {
    /// Whose captcha it is (`captcha_provider`).
    pub enum CaptchaProvider {
        /// Cloudflare Turnstile.
        Turnstile = "turnstile",
    }
}

open_enum! {
    /// Why a captcha was solved (`captcha_action`).
    pub enum CaptchaAction {
        /// The server asked for it (`requires_captcha`).
        Verify = "verify",
        /// It is solved from time to time, unseen, so that the server need not ask.
        Heartbeat = "heartbeat",
    }
}
