//! Rejections, which are the server's error responses.

use std::fmt;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::ErrorCode;
use super::lenient::{Lenient, or_default, or_unknown, unknown};

/// A rejection by the server, including all of its errors.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Rejection {
    /// The HTTP status.
    pub status: http::StatusCode,
    /// The errors, in the order in which the server sent them.
    pub errors: Vec<ApiError>,
    /// The time to wait before the next try, if the server stated it (`Retry-After`, RFC 9110 section 10.2.3).
    pub retry_after: Option<Duration>,
    /// The trace id, which Clerk's support team may ask for (`clerk_trace_id`).
    pub trace_id: Option<String>,
}

impl Rejection {
    /// Creates a rejection with one error.
    #[must_use]
    pub fn new(status: http::StatusCode, error: ApiError) -> Self {
        Self { status, errors: vec![error], retry_after: None, trace_id: None }
    }

    /// Returns the text to show to a user. The text consists of the server's messages for users, without error codes.
    ///
    /// The text is empty if the server sent no message.
    #[must_use]
    pub fn user_message(&self) -> String {
        let messages: Vec<_> = self.errors.iter().map(ApiError::user_message).filter(|text| !text.is_empty()).collect();
        messages.join(" ")
    }

    /// Returns `true` if one of the errors has this code.
    #[must_use]
    pub fn has(&self, code: &ErrorCode) -> bool {
        self.errors.iter().any(|error| &error.code == code)
    }
}

impl fmt::Display for Rejection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.errors.iter().all(ApiError::is_blank) {
            return write!(f, "the server answered {} and did not say why", self.status);
        }
        for (index, error) in self.errors.iter().enumerate() {
            if index > 0 {
                f.write_str("; ")?;
            }
            error.fmt(f)?;
        }
        Ok(())
    }
}

/// An error in a rejection, or in a verification that took place outside the app.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ApiError {
    /// The error code, which programs can match on. `Unknown` with an empty text if the server did not send one.
    #[serde(default = "unknown", deserialize_with = "or_unknown")]
    pub code: ErrorCode,
    /// The message for developers.
    #[serde(default, deserialize_with = "or_default")]
    pub message: String,
    /// The message for users.
    #[serde(default, deserialize_with = "or_default")]
    pub long_message: String,
    /// More details of the error.
    #[serde(default, skip_serializing_if = "Meta::is_empty", deserialize_with = "or_default")]
    pub meta: Box<Meta>,
}

impl Lenient for ApiError {
    fn unreadable() -> Option<Self> {
        Some(Self::new(unknown(), ""))
    }
}

impl ApiError {
    /// Creates an error that has the same message for developers and for users.
    #[must_use]
    pub fn new(code: ErrorCode, message: &str) -> Self {
        Self { code, message: message.to_owned(), long_message: message.to_owned(), meta: Box::default() }
    }

    /// Returns `true` if the error has neither a code nor a message.
    fn is_blank(&self) -> bool {
        self.code.as_str().is_empty() && self.user_message().is_empty()
    }

    /// Returns the text to show to a user. The text is empty if the server sent no message.
    #[must_use]
    pub fn user_message(&self) -> &str {
        if self.long_message.is_empty() { &self.message } else { &self.long_message }
    }
}

impl fmt::Display for ApiError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.user_message() {
            _ if self.is_blank() => f.write_str("an error without a code"),
            "" => write!(f, "{}", self.code),
            message => write!(f, "{message} ({})", self.code),
        }
    }
}

/// Details that the server adds to an error.
#[derive(Clone, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(from = "MetaFields")]
#[non_exhaustive]
pub struct Meta {
    /// The name of the parameter that was wrong.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub param_name: Option<String>,
    /// The id of the existing session, if the user is already signed in with this identifier.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub session_id: Option<String>,
    /// The number of seconds until the account is unlocked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lockout_expires_in_seconds: Option<u64>,
    /// All other details.
    #[serde(flatten)]
    pub other: Map<String, Value>,
}

impl fmt::Debug for Meta {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The other details can say who the user is, so only their names are shown.
        f.debug_struct("Meta")
            .field("param_name", &self.param_name)
            .field("session_id", &self.session_id)
            .field("lockout_expires_in_seconds", &self.lockout_expires_in_seconds)
            .field("other", &self.other.keys().collect::<Vec<_>>())
            .finish()
    }
}

impl Lenient for Meta {}

/// The details as the server writes them. The session's id has two names, and an error may have both.
#[derive(Default, Deserialize)]
#[serde(default)]
struct MetaFields {
    #[serde(deserialize_with = "or_default")]
    param_name: Option<String>,
    #[serde(deserialize_with = "or_default")]
    session_id: Option<String>,
    #[serde(rename = "sessionId", deserialize_with = "or_default")]
    session_id_in_camel_case: Option<String>,
    #[serde(deserialize_with = "or_default")]
    lockout_expires_in_seconds: Option<u64>,
    #[serde(flatten)]
    other: Map<String, Value>,
}

impl From<MetaFields> for Meta {
    fn from(fields: MetaFields) -> Self {
        Self {
            param_name: fields.param_name,
            session_id: fields.session_id.or(fields.session_id_in_camel_case),
            lockout_expires_in_seconds: fields.lockout_expires_in_seconds,
            other: fields.other,
        }
    }
}

impl Meta {
    fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}
