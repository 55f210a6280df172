//! The user's language and time zone.

use serde::{Deserialize, Serialize};

/// The language and the time zone that the client sent.
#[derive(Clone, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub(in crate::fake) struct Place {
    pub(in crate::fake) locale: Option<String>,
    pub(in crate::fake) timezone: Option<String>,
}
