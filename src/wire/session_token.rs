//! Session tokens.

use serde::de::MapAccess;
use serde::de::value::MapAccessDeserializer;
use serde::{Deserialize, Serialize};

use super::Secret;
use super::lenient::{Lenient, or_default};

/// A JWT that identifies a session to the app's own backend. The instance signs it, and it is valid for 60 seconds.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[non_exhaustive]
pub struct SessionToken {
    #[serde(skip_deserializing)]
    pub(crate) object: TokenObject,
    /// The token itself (RFC 7519).
    pub jwt: Secret,
}

/// A token without its JWT is no token.
impl Lenient for SessionToken {
    fn from_object<'de, O: MapAccess<'de>>(object: O) -> Result<Option<Self>, O::Error> {
        #[derive(Default, Deserialize)]
        #[serde(default)]
        struct Fields {
            #[serde(deserialize_with = "or_default")]
            jwt: Option<Secret>,
        }
        let Fields { jwt } = Fields::deserialize(MapAccessDeserializer::new(object))?;
        Ok(jwt.map(Self::new))
    }
}

impl SessionToken {
    /// Creates a token from its JWT.
    #[must_use]
    pub fn new(jwt: impl Into<Secret>) -> Self {
        Self { object: TokenObject::Token, jwt: jwt.into() }
    }
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum TokenObject {
    #[default]
    Token,
}
