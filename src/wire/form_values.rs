//! Values that a form can hold only as text.

use serde::de::Error;
use serde::{Deserialize, Deserializer};
use serde_json::{Map, Value};

#[derive(Deserialize)]
#[serde(untagged)]
enum BoolOrText {
    Bool(bool),
    Text(String),
}

/// Decodes a boolean, or the text that represents it in a form.
pub(in crate::wire) fn bool_from_form<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<bool>, D::Error> {
    match Option::deserialize(deserializer)? {
        None => Ok(None),
        Some(BoolOrText::Bool(value)) => Ok(Some(value)),
        Some(BoolOrText::Text(text)) => match text.as_str() {
            "true" | "1" => Ok(Some(true)),
            "false" | "0" => Ok(Some(false)),
            _ => Err(D::Error::custom("neither `true` nor `false`")),
        },
    }
}

#[derive(Deserialize)]
#[serde(untagged)]
enum ObjectOrText {
    Object(Map<String, Value>),
    Text(String),
}

/// Decodes an object, or the JSON text that represents it in a form.
pub(in crate::wire) fn object_from_form<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<Map<String, Value>>, D::Error> {
    match Option::deserialize(deserializer)? {
        None => Ok(None),
        Some(ObjectOrText::Object(object)) => Ok(Some(object)),
        Some(ObjectOrText::Text(text)) => {
            serde_json::from_str(&text).map(Some).map_err(|_| D::Error::custom("no JSON object"))
        }
    }
}
