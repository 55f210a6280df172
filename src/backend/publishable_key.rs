//! Publishable keys.

use std::fmt;
use std::str::FromStr;

use base64::Engine;
use base64::engine::general_purpose::STANDARD_NO_PAD;

use crate::wire::typed_text;

/// The publishable key of an instance, which starts with `pk_test_` or `pk_live_`.
///
/// The key contains the host of the Frontend API. It is not a secret.
///
/// ```
/// use clerk_sign_in::PublishableKey;
///
/// let key: PublishableKey = "pk_test_Y2xlcmsuZXhhbXBsZS5jb20k".parse()?;
/// assert_eq!(key.frontend_api(), "clerk.example.com");
/// assert!(key.is_development());
/// # Ok::<(), clerk_sign_in::PublishableKeyError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct PublishableKey {
    text: String,
    frontend_api: String,
    is_development: bool,
}

impl PublishableKey {
    /// Returns the host of the Frontend API.
    #[must_use]
    pub fn frontend_api(&self) -> &str {
        &self.frontend_api
    }

    /// Returns `true` if the key belongs to a development instance.
    #[must_use]
    pub const fn is_development(&self) -> bool {
        self.is_development
    }
}

impl FromStr for PublishableKey {
    type Err = PublishableKeyError;

    /// Reads a publishable key. White space and invisible marks around the key are dropped.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let text = typed_text::trim(text);
        let (is_development, encoded) = match (text.strip_prefix("pk_test_"), text.strip_prefix("pk_live_")) {
            (Some(encoded), _) => (true, encoded),
            (_, Some(encoded)) => (false, encoded),
            (None, None) => return Err(PublishableKeyError::Prefix),
        };
        let decoded =
            STANDARD_NO_PAD.decode(encoded.trim_end_matches('=')).map_err(|_| PublishableKeyError::Encoding)?;
        let decoded = String::from_utf8(decoded).map_err(|_| PublishableKeyError::Encoding)?;
        let host = decoded.strip_suffix('$').ok_or(PublishableKeyError::Truncated)?;
        let is_host = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | ':');
        if host.is_empty() || !host.chars().all(is_host) {
            return Err(PublishableKeyError::Host(host.to_owned()));
        }
        Ok(Self { text: text.to_owned(), frontend_api: host.to_owned(), is_development })
    }
}

impl fmt::Display for PublishableKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

/// The reason why a text is not a publishable key.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PublishableKeyError {
    /// The text does not start with `pk_test_` or `pk_live_`. A secret key (`sk_…`) must never be in an app.
    #[error("a publishable key starts with `pk_test_` or `pk_live_`: copy it from the dashboard's page of API keys")]
    Prefix,
    /// The part after the prefix is not base64-encoded text.
    #[error("the publishable key is damaged: what follows its prefix is not base64")]
    Encoding,
    /// The end of the key is missing.
    #[error("the publishable key is cut short: copy the whole of it")]
    Truncated,
    /// The key does not contain a valid host.
    #[error("the publishable key names no host: `{0}`")]
    Host(String),
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn damaged_keys_are_told_apart() {
        let parse = |text: &str| text.parse::<PublishableKey>();
        assert_eq!(parse("sk_test_abc"), Err(PublishableKeyError::Prefix));
        assert_eq!(parse("pk_test_%%"), Err(PublishableKeyError::Encoding));
        assert_eq!(parse("pk_test_Y2xlcmsuZXhhbXBsZS5jb20"), Err(PublishableKeyError::Truncated));
        assert!(matches!(parse("pk_live_YS9iJA=="), Err(PublishableKeyError::Host(host)) if host == "a/b"));
    }

    #[test]
    fn a_pasted_key_may_be_surrounded_by_white_space() {
        let key = "\u{feff} pk_test_Y2xlcmsuZXhhbXBsZS5jb20k\r\n".parse::<PublishableKey>().unwrap();
        assert_eq!(key.frontend_api(), "clerk.example.com");
        assert_eq!(key.to_string(), "pk_test_Y2xlcmsuZXhhbXBsZS5jb20k");
    }

    #[test]
    fn live_keys_may_be_padded() {
        let key: PublishableKey = "pk_live_Y2xlcmsuYWNtZS5kZXYk".parse().unwrap();
        assert_eq!((key.frontend_api(), key.is_development()), ("clerk.acme.dev", false));
        let padded: PublishableKey = "pk_live_YS5iJA==".parse().unwrap();
        assert_eq!(padded.frontend_api(), "a.b");
    }
}
