//! The rules for a new password, which an app can check before it sends the password.

use crate::fault_switches::without;
use crate::wire::{Environment, ErrorCode, PasswordSettings};

/// The lowest number of characters that any instance accepts.
const LEAST: usize = 8;
/// The highest number of characters that any instance accepts. It is also the highest accepted number of bytes.
///
/// Bcrypt ignores all bytes beyond this number.
const MOST: usize = 72;
/// The characters that count as special if an instance does not list its own.
const SPECIAL: &str = "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~";

/// An instance's rules for a new password.
///
/// With these rules, an app can tell the user what is wrong before it sends the password, for example while the user
/// types.
///
/// The server makes the final decision, because only the server knows the old password and the leaked passwords. If the
/// server rejects the password, [`Error::broken_password_rules`](crate::Error::broken_password_rules) returns the
/// broken [rules](PasswordRule).
///
/// ```
/// use clerk_sign_in::fake::FakeBackend;
/// use clerk_sign_in::{Client, PasswordPolicy, PasswordRule};
///
/// # futures::executor::block_on(async {
/// let fake = FakeBackend::new();
/// fake.configure(|settings| settings.password_settings.require_numbers = true);
/// let client = Client::new(fake);
///
/// let policy = PasswordPolicy::from_environment(&client.environment().await?);
/// let broken = policy.broken_by("short");
/// assert_eq!(broken, [PasswordRule::MinLength, PasswordRule::Number]);
/// assert_eq!(policy.describe(PasswordRule::MinLength), "has 8 characters or more");
/// assert!(policy.broken_by("a-wire-of-11.8-inches").is_empty());
/// # Ok::<_, clerk_sign_in::Error>(())
/// # }).unwrap();
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct PasswordPolicy {
    settings: PasswordSettings,
}

/// A rule that a password must follow. [`PasswordPolicy::describe`] describes it in words.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum PasswordRule {
    /// The password is long enough (`form_password_length_too_short`).
    MinLength,
    /// The password is not too long (`form_password_length_too_long`).
    MaxLength,
    /// The password does not have too many bytes in UTF-8 (`form_password_size_in_bytes_exceeded`).
    ///
    /// In UTF-8, some characters consist of several bytes.
    MaxBytes,
    /// The password contains a letter from `a` to `z` (`form_password_no_lowercase`).
    Lowercase,
    /// The password contains a letter from `A` to `Z` (`form_password_no_uppercase`).
    Uppercase,
    /// The password contains a digit from `0` to `9` (`form_password_no_number`).
    Number,
    /// The password contains a special character (`form_password_no_special_char`).
    SpecialCharacter,
    /// The password is hard to guess (`form_password_not_strong_enough`).
    Strength,
    /// The password does not appear in any known data breach (`form_password_pwned`, `form_password_compromised`).
    ///
    /// Only the server can check this.
    NotPwned,
    /// The password is not the user's identifier (`form_password_matches_identifier`). Only the server can check this.
    NotIdentifier,
    /// The password is not the old one (`form_new_password_matches_current`). Only the server can check this.
    NotCurrent,
}

impl PasswordPolicy {
    /// Creates the policy of an instance from its [environment](crate::Client::environment).
    #[must_use]
    pub fn from_environment(environment: &Environment) -> Self {
        Self::new(&environment.user_settings.password_settings)
    }

    /// Creates the policy that these settings describe.
    #[must_use]
    pub fn new(settings: &PasswordSettings) -> Self {
        Self { settings: settings.clone() }
    }

    /// The lowest accepted number of characters.
    ///
    /// Like Clerk's own clients, this method never returns less than 8.
    #[must_use]
    pub fn min_length(&self) -> usize {
        usize::try_from(self.settings.min_length).unwrap_or(usize::MAX).max(LEAST)
    }

    /// The highest accepted number of characters.
    ///
    /// Like Clerk's own clients, this method never returns more than 72.
    #[must_use]
    pub fn max_length(&self) -> usize {
        match usize::try_from(self.settings.max_length) {
            Ok(0) | Err(_) => MOST,
            Ok(most) => most.min(MOST),
        }
    }

    /// The lowest accepted zxcvbn score (0 to 4), or `None` if the instance does not rate passwords.
    #[must_use]
    pub fn min_strength(&self) -> Option<u8> {
        self.settings.show_zxcvbn.then_some(self.settings.min_zxcvbn_strength).filter(|least| *least > 0)
    }

    /// Returns every rule of this policy. An app can list the rules before the user types anything.
    #[must_use]
    pub fn rules(&self) -> Vec<PasswordRule> {
        use PasswordRule as R;
        let settings = &self.settings;
        let rules = [
            (R::MinLength, true),
            (R::MaxLength, true),
            (R::MaxBytes, true),
            (R::Lowercase, settings.require_lowercase),
            (R::Uppercase, settings.require_uppercase),
            (R::Number, settings.require_numbers),
            (R::SpecialCharacter, settings.require_special_char),
            (R::Strength, self.min_strength().is_some()),
            (R::NotPwned, !settings.disable_hibp),
            (R::NotIdentifier, true),
            (R::NotCurrent, true),
        ];
        rules.into_iter().filter(|(_, holds)| *holds).map(|(rule, _)| rule).collect()
    }

    /// Returns every rule that a password breaks, except the rules that only the server can check.
    ///
    /// If the list is empty, the app can send the password. This method does not check [`PasswordRule::Strength`]. To
    /// check that rule too, use [`broken_by_rated`](Self::broken_by_rated).
    #[doc(alias = "validatePassword")]
    #[must_use]
    pub fn broken_by(&self, password: &str) -> Vec<PasswordRule> {
        self.broken_by_rated(password, u8::MAX)
    }

    /// Returns every rule that a password breaks if it has this strength.
    ///
    /// The strength is zxcvbn's score, from 0 to 4. The function `PasswordStrength::rate` computes this score. To
    /// use that function, enable the feature `password-strength`.
    ///
    /// ```
    /// # use clerk_sign_in::{PasswordPolicy, PasswordRule};
    /// # use clerk_sign_in::wire::PasswordSettings;
    /// # let settings: PasswordSettings =
    /// #     serde_json::from_str(r#"{ "show_zxcvbn": true, "min_zxcvbn_strength": 3 }"#).unwrap();
    /// let policy = PasswordPolicy::new(&settings);
    /// assert!(policy.broken_by("password1").is_empty(), "nobody has rated it");
    /// assert_eq!(policy.broken_by_rated("password1", 0), [PasswordRule::Strength]);
    /// ```
    #[must_use]
    pub fn broken_by_rated(&self, password: &str, strength: u8) -> Vec<PasswordRule> {
        self.rules().into_iter().filter(|rule| !self.holds(*rule, password, strength)).collect()
    }

    fn holds(&self, rule: PasswordRule, password: &str, strength: u8) -> bool {
        match rule {
            PasswordRule::MinLength if without("a password is long enough") => true,
            PasswordRule::MaxLength if without("a password is not too long") => true,
            PasswordRule::MaxBytes if without("a password has not too many bytes") => true,
            PasswordRule::Number if without("a password can need a digit") => true,
            PasswordRule::SpecialCharacter if without("a password can need a special character") => true,
            PasswordRule::Strength if without("a password is hard to guess") => true,
            PasswordRule::MinLength => password.chars().count() >= self.min_length(),
            PasswordRule::MaxLength => password.chars().count() <= self.max_length(),
            PasswordRule::MaxBytes => password.len() <= MOST || password.chars().count() > self.max_length(),
            PasswordRule::Lowercase => password.contains(|c: char| c.is_ascii_lowercase()),
            PasswordRule::Uppercase => password.contains(|c: char| c.is_ascii_uppercase()),
            PasswordRule::Number => password.contains(|c: char| c.is_ascii_digit()),
            PasswordRule::SpecialCharacter => password.contains(|c| self.special_characters().contains(c)),
            PasswordRule::Strength => self.min_strength().is_none_or(|least| strength >= least),
            PasswordRule::NotPwned | PasswordRule::NotIdentifier | PasswordRule::NotCurrent => true,
        }
    }

    fn special_characters(&self) -> &str {
        match self.settings.allowed_special_characters.as_str() {
            "" => SPECIAL,
            characters => characters,
        }
    }

    /// Returns words that describe the rule, such as `has 8 characters or more`.
    ///
    /// These words complete the phrase "A password …".
    #[must_use]
    pub fn describe(&self, rule: PasswordRule) -> String {
        match rule {
            PasswordRule::MinLength => format!("has {} characters or more", self.min_length()),
            PasswordRule::MaxLength => format!("has {} characters at most", self.max_length()),
            PasswordRule::MaxBytes => format!("has {MOST} bytes at most, of which some characters take several"),
            PasswordRule::Lowercase => "has a letter from a to z".to_owned(),
            PasswordRule::Uppercase => "has a letter from A to Z".to_owned(),
            PasswordRule::Number => "has a digit".to_owned(),
            PasswordRule::SpecialCharacter => format!("has one of {}", self.special_characters()),
            PasswordRule::Strength => "is harder to guess".to_owned(),
            PasswordRule::NotPwned => "does not appear in a known data breach".to_owned(),
            PasswordRule::NotIdentifier => "is not what the user signs in with".to_owned(),
            PasswordRule::NotCurrent => "differs from the old one".to_owned(),
        }
    }
}

impl PasswordRule {
    const ALL: [Self; 11] = [
        Self::MinLength,
        Self::MaxLength,
        Self::MaxBytes,
        Self::Lowercase,
        Self::Uppercase,
        Self::Number,
        Self::SpecialCharacter,
        Self::Strength,
        Self::NotPwned,
        Self::NotIdentifier,
        Self::NotCurrent,
    ];

    /// Returns the rule that this error code reports as broken, or `None` if the code reports something else.
    #[must_use]
    pub fn from_code(code: &ErrorCode) -> Option<Self> {
        match code {
            ErrorCode::FormPasswordCompromised => Some(Self::NotPwned),
            code => Self::ALL.into_iter().find(|rule| rule.code() == *code),
        }
    }

    /// The error code with which the server reports that the rule was broken.
    #[must_use]
    pub const fn code(self) -> ErrorCode {
        match self {
            Self::MinLength => ErrorCode::FormPasswordLengthTooShort,
            Self::MaxLength => ErrorCode::FormPasswordLengthTooLong,
            Self::MaxBytes => ErrorCode::FormPasswordSizeInBytesExceeded,
            Self::Lowercase => ErrorCode::FormPasswordNoLowercase,
            Self::Uppercase => ErrorCode::FormPasswordNoUppercase,
            Self::Number => ErrorCode::FormPasswordNoNumber,
            Self::SpecialCharacter => ErrorCode::FormPasswordNoSpecialChar,
            Self::Strength => ErrorCode::FormPasswordNotStrongEnough,
            Self::NotPwned => ErrorCode::FormPasswordPwned,
            Self::NotIdentifier => ErrorCode::FormPasswordMatchesIdentifier,
            Self::NotCurrent => ErrorCode::FormNewPasswordMatchesCurrent,
        }
    }
}
