//! What is refused to new passwords.

use serde_json::json;

use super::about;
use crate::password_policy::{PasswordPolicy, PasswordRule};
use crate::password_strength::PasswordStrength;
use crate::wire::{ErrorCode, Rejection};

pub(in crate::backend::fake) fn password_breaks(
    rule: PasswordRule,
    policy: &PasswordPolicy,
    password: &str,
) -> Rejection {
    let code = match rule {
        PasswordRule::MinLength => ErrorCode::FormPasswordLengthTooShort,
        PasswordRule::MaxLength => ErrorCode::FormPasswordLengthTooLong,
        PasswordRule::MaxBytes => ErrorCode::FormPasswordSizeInBytesExceeded,
        PasswordRule::Lowercase => ErrorCode::FormPasswordNoLowercase,
        PasswordRule::Uppercase => ErrorCode::FormPasswordNoUppercase,
        PasswordRule::Number => ErrorCode::FormPasswordNoNumber,
        PasswordRule::SpecialCharacter => ErrorCode::FormPasswordNoSpecialChar,
        PasswordRule::Strength => ErrorCode::FormPasswordNotStrongEnough,
        PasswordRule::NotPwned => ErrorCode::FormPasswordPwned,
        PasswordRule::NotIdentifier => ErrorCode::FormPasswordMatchesIdentifier,
        PasswordRule::NotCurrent => ErrorCode::FormNewPasswordMatchesCurrent,
    };
    let mut refusal = about("password", code, &format!("A password {}.", policy.describe(rule)));
    if rule == PasswordRule::Strength {
        let suggestions = PasswordStrength::of(password).suggestions;
        let suggestions = suggestions.into_iter().map(|it| json!({ "code": it.code, "message": it.message }));
        let zxcvbn = json!({ "suggestions": suggestions.collect::<Vec<_>>() });
        for error in &mut refusal.errors {
            error.meta.other.insert("zxcvbn".to_owned(), zxcvbn.clone());
        }
    }
    refusal
}
