//! Values that an app saves in a format of its choice. Use this module with `#[serde(with = "any_format")]`.
//!
//! The wire types have optional fields, open enums and maps of any JSON. Formats that do not describe themselves, such
//! as postcard, cannot read these types again. In a binary format, the value is therefore one string, which contains
//! JSON. In a text format, such as JSON or YAML, it is an ordinary object.

use std::fmt;
use std::marker::PhantomData;

use serde::de::value::MapAccessDeserializer;
use serde::de::{DeserializeOwned, Deserializer, Error as _, MapAccess, Visitor};
use serde::ser::{Error as _, Serialize, Serializer};

use super::secret_buffer::SecretBuffer;
use crate::fault_switches::without;

pub(crate) fn serialize<T: Serialize, S: Serializer>(value: &T, serializer: S) -> Result<S::Ok, S::Error> {
    if serializer.is_human_readable() || without("saved data can be read in every format") {
        return value.serialize(serializer);
    }
    let mut json = SecretBuffer::default();
    serde_json::to_writer(&mut json, value).map_err(S::Error::custom)?;
    serializer.serialize_str(json.into_secret().expose())
}

pub(crate) fn deserialize<'de, T: DeserializeOwned, D: Deserializer<'de>>(deserializer: D) -> Result<T, D::Error> {
    // Serde's buffer for flat structs claims to be a text format, so a string must be readable there too.
    if deserializer.is_human_readable() {
        deserializer.deserialize_any(Saved(PhantomData))
    } else {
        deserializer.deserialize_str(Saved(PhantomData))
    }
}

struct Saved<T>(PhantomData<T>);

impl<'de, T: DeserializeOwned> Visitor<'de> for Saved<T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a saved value: an object, or a string that contains JSON")
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<T, A::Error> {
        T::deserialize(MapAccessDeserializer::new(map)).map_err(A::Error::custom)
    }

    fn visit_str<E: serde::de::Error>(self, json: &str) -> Result<T, E> {
        // The message of `serde_json` can quote a value, and the value may be a secret.
        serde_json::from_str(json).map_err(|error| {
            E::custom(format!("the saved value cannot be read (line {}, column {})", error.line(), error.column()))
        })
    }
}
