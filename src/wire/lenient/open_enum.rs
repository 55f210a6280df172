//! The decoding of open enums.

use std::fmt;
use std::marker::PhantomData;

use serde::de::value::{MapAccessDeserializer, SeqAccessDeserializer};
use serde::de::{Error, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};
use serde_json::Value;

/// Decodes a value of an open enum. A value that is not text becomes an unknown value, which is its JSON text.
pub(in crate::wire) fn open_enum<'de, T, D>(deserializer: D) -> Result<Option<T>, D::Error>
where
    T: for<'text> From<&'text str>,
    D: Deserializer<'de>,
{
    deserializer.deserialize_any(OpenEnum(PhantomData))
}

struct OpenEnum<T>(PhantomData<T>);

impl<'de, T: for<'text> From<&'text str>> Visitor<'de> for OpenEnum<T> {
    type Value = Option<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Self::Value, E> {
        Ok(Some(T::from(text)))
    }

    fn visit_unit<E: Error>(self) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_bool<E: Error>(self, flag: bool) -> Result<Self::Value, E> {
        Ok(Some(unknown(&flag.into())))
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<Self::Value, E> {
        Ok(Some(unknown(&number.into())))
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<Self::Value, E> {
        Ok(Some(unknown(&number.into())))
    }

    fn visit_f64<E: Error>(self, number: f64) -> Result<Self::Value, E> {
        Ok(Some(unknown(&number.into())))
    }

    fn visit_seq<L: SeqAccess<'de>>(self, list: L) -> Result<Self::Value, L::Error> {
        Value::deserialize(SeqAccessDeserializer::new(list)).map(|value| Some(unknown(&value)))
    }

    fn visit_map<O: MapAccess<'de>>(self, object: O) -> Result<Self::Value, O::Error> {
        Value::deserialize(MapAccessDeserializer::new(object)).map(|value| Some(unknown(&value)))
    }
}

fn unknown<T: for<'text> From<&'text str>>(value: &Value) -> T {
    T::from(&value.to_string())
}
