//! Rejections of new passwords.

use serde_json::json;

use super::param_rejection;
use crate::password::{PasswordPolicy, PasswordRule, PasswordStrength};
use crate::wire::{ErrorCode, Rejection};

pub(in crate::fake) fn password_breaks(rule: PasswordRule, policy: &PasswordPolicy, password: &str) -> Rejection {
    let mut rejection = param_rejection("password", rule.code(), &format!("A password {}.", policy.describe(rule)));
    if rule == PasswordRule::Strength {
        let suggestions = PasswordStrength::rate(password).suggestions;
        let suggestions = suggestions.into_iter().map(|it| json!({ "code": it.code, "message": it.message }));
        let zxcvbn = json!({ "suggestions": suggestions.collect::<Vec<_>>() });
        for error in &mut rejection.errors {
            error.meta.other.insert("zxcvbn".to_owned(), zxcvbn.clone());
        }
    }
    rejection
}

/// Names the parameter of the endpoint that changes a password.
pub(in crate::fake) fn of_new_password(mut rejection: Rejection) -> Rejection {
    for error in &mut rejection.errors {
        error.meta.param_name = Some("new_password".to_owned());
    }
    rejection
}

pub(in crate::fake) fn current_password_incorrect() -> Rejection {
    let message = "The current password is wrong.";
    param_rejection("current_password", ErrorCode::FormPasswordIncorrect, message)
}
