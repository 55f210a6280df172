//! The decoding of answers in which values are missing, null or of the wrong type.
//!
//! One bad value must never hide the rest of an answer. A value of the wrong type therefore counts as absent, and a
//! field that is absent has its default value. If the default would permit more than the server may have meant, the
//! type has a value that stands for an unreadable one ([`Lenient::unreadable`]), or the field has a function of its own
//! ([`or_true`], [`or_unknown`]).
//!
//! Every value is read exactly once, whatever it turns out to be, so the time to decode an answer is linear in its size.

mod open_enum;

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;
use std::marker::PhantomData;

use serde::de::value::MapAccessDeserializer;
use serde::de::{DeserializeOwned, DeserializeSeed, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};
use serde_json::{Map, Value};

pub(super) use open_enum::open_enum;

use super::{Secret, Timestamp};
use crate::fault_switches::without;

/// A type that can be read from any JSON value.
///
/// The provided methods are those of a type that is read from an object.
pub(crate) trait Lenient: DeserializeOwned {
    /// Returns the value that stands for one that cannot be read. `None` means that such a value counts as absent.
    fn unreadable() -> Option<Self> {
        None
    }

    /// Returns the value that stands for null where null is not documented.
    fn null() -> Option<Self> {
        Self::unreadable()
    }

    /// Reads a value. Returns `None` if it counts as absent.
    fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Self>, D::Error> {
        deserializer.deserialize_any(ListOrObject(PhantomData))
    }

    /// Reads a value from an object.
    fn from_object<'de, O: MapAccess<'de>>(object: O) -> Result<Option<Self>, O::Error> {
        Self::deserialize(MapAccessDeserializer::new(object)).map(Some)
    }

    /// Reads a value from a list.
    fn from_list<'de, L: SeqAccess<'de>>(mut list: L) -> Result<Option<Self>, L::Error> {
        while list.next_element::<IgnoredAny>()?.is_some() {}
        Ok(Self::unreadable())
    }
}

/// Decodes a value, or uses the default value if the value is null or cannot be read.
pub(crate) fn or_default<'de, T: Lenient + Default, D: Deserializer<'de>>(deserializer: D) -> Result<T, D::Error> {
    if without("one bad value does not hide the rest") {
        return T::deserialize(deserializer);
    }
    Ok(T::read(deserializer)?.unwrap_or_default())
}

/// Decodes a flag that restricts what is possible. The flag counts as set if it cannot be read.
pub(super) fn or_true<'de, D: Deserializer<'de>>(deserializer: D) -> Result<bool, D::Error> {
    let flag = Option::<bool>::read(deserializer)?;
    Ok(flag.is_none_or(Option::unwrap_or_default) && !without("an unreadable restriction restricts"))
}

/// Decodes a value of an open enum that must be present. Null and values that are not text are unknown values.
pub(super) fn or_unknown<'de, T, D>(deserializer: D) -> Result<T, D::Error>
where
    T: Lenient + for<'text> From<&'text str>,
    D: Deserializer<'de>,
{
    Ok(T::read(deserializer)?.unwrap_or_else(unknown))
}

/// Returns the value of an open enum that stands for a missing one.
pub(super) fn unknown<T: for<'text> From<&'text str>>() -> T {
    T::from("")
}

/// Decodes a value without which the answer has no meaning.
pub(super) fn required<'de, T: Lenient, D: Deserializer<'de>>(deserializer: D) -> Result<T, D::Error> {
    T::read(deserializer)?.ok_or_else(|| D::Error::custom("a required value is missing or has the wrong type"))
}

/// Decodes a whole body.
///
/// If an object contains a key twice, the last value counts.
pub(crate) fn from_text<T: Lenient>(text: &str) -> Result<T, serde_json::Error> {
    match serde_json::from_str(text) {
        Ok(Whole(value)) => Ok(value),
        // A struct refuses a key that it has already read. A `Value` keeps the last one.
        Err(error) if error.is_data() && !without("a repeated key does not hide the answer") => {
            let again = serde_json::from_str(text).and_then(|value: Value| Whole::deserialize(value));
            again.map_or(Err(error), |Whole(value)| Ok(value))
        }
        Err(error) => Err(error),
    }
}

#[derive(Deserialize)]
#[serde(bound = "T: Lenient", transparent)]
struct Whole<T>(#[serde(deserialize_with = "required")] T);

/// Reads a list or an object. Everything else is unreadable.
struct ListOrObject<T>(PhantomData<T>);

impl<'de, T: Lenient> Visitor<'de> for ListOrObject<T> {
    type Value = Option<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_unit<E: Error>(self) -> Result<Self::Value, E> {
        Ok(T::null())
    }

    fn visit_none<E: Error>(self) -> Result<Self::Value, E> {
        Ok(T::null())
    }

    fn visit_bool<E: Error>(self, _: bool) -> Result<Self::Value, E> {
        Ok(T::unreadable())
    }

    fn visit_i64<E: Error>(self, _: i64) -> Result<Self::Value, E> {
        Ok(T::unreadable())
    }

    fn visit_u64<E: Error>(self, _: u64) -> Result<Self::Value, E> {
        Ok(T::unreadable())
    }

    fn visit_f64<E: Error>(self, _: f64) -> Result<Self::Value, E> {
        Ok(T::unreadable())
    }

    fn visit_str<E: Error>(self, _: &str) -> Result<Self::Value, E> {
        Ok(T::unreadable())
    }

    fn visit_seq<L: SeqAccess<'de>>(self, list: L) -> Result<Self::Value, L::Error> {
        T::from_list(list)
    }

    fn visit_map<O: MapAccess<'de>>(self, object: O) -> Result<Self::Value, O::Error> {
        T::from_object(object)
    }
}

impl<T: Lenient> Lenient for Option<T> {
    fn unreadable() -> Option<Self> {
        T::unreadable().map(Some)
    }

    fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Self>, D::Error> {
        struct NullOr<T>(PhantomData<T>);

        impl<'de, T: Lenient> Visitor<'de> for NullOr<T> {
            type Value = Option<Option<T>>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a JSON value")
            }

            fn visit_unit<E: Error>(self) -> Result<Self::Value, E> {
                Ok(Some(None))
            }

            fn visit_none<E: Error>(self) -> Result<Self::Value, E> {
                Ok(Some(None))
            }

            fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
                Ok(T::read(deserializer)?.map(Some))
            }
        }

        deserializer.deserialize_option(NullOr(PhantomData))
    }
}

impl<T: Lenient> Lenient for Box<T> {
    fn unreadable() -> Option<Self> {
        T::unreadable().map(Self::new)
    }

    fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Self>, D::Error> {
        Ok(T::read(deserializer)?.map(Self::new))
    }
}

/// An element that counts as absent is left out.
impl<T: Lenient> Lenient for Vec<T> {
    fn unreadable() -> Option<Self> {
        T::unreadable().map(|element| vec![element])
    }

    fn null() -> Option<Self> {
        None
    }

    fn from_object<'de, O: MapAccess<'de>>(object: O) -> Result<Option<Self>, O::Error> {
        skip(object)?;
        Ok(Self::unreadable())
    }

    fn from_list<'de, L: SeqAccess<'de>>(mut list: L) -> Result<Option<Self>, L::Error> {
        let mut elements = Self::new();
        while let Some(element) = list.next_element_seed(Element(PhantomData))? {
            elements.extend(element);
        }
        Ok(Some(elements))
    }
}

impl<T: Lenient> Lenient for BTreeMap<String, T> {
    fn from_object<'de, O: MapAccess<'de>>(mut object: O) -> Result<Option<Self>, O::Error> {
        let mut values = Self::new();
        while let Some(name) = object.next_key()? {
            if let Some(value) = object.next_value_seed(Element(PhantomData))? {
                values.insert(name, value);
            }
        }
        Ok(Some(values))
    }
}

struct Element<T>(PhantomData<T>);

impl<'de, T: Lenient> DeserializeSeed<'de> for Element<T> {
    type Value = Option<T>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        T::read(deserializer)
    }
}

fn skip<'de, O: MapAccess<'de>>(mut object: O) -> Result<(), O::Error> {
    while object.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
    Ok(())
}

impl Lenient for Map<String, Value> {}

impl Lenient for Value {
    fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Self>, D::Error> {
        Self::deserialize(deserializer).map(Some)
    }
}

/// Implements the reading of types that are neither a list nor an object, each with a function that converts a `Value`.
macro_rules! scalars {
    ($($type:ty: $convert:expr),+ $(,)?) => {
        $(impl Lenient for $type {
            fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Self>, D::Error> {
                Ok($convert(Value::deserialize(deserializer)?))
            }
        })+
    };
}

scalars! {
    bool: flag,
    String: text,
    Secret: text,
    Cow<'static, str>: text,
    u8: integer,
    u32: integer,
    u64: integer,
    i64: integer,
    Timestamp: |value| integer(value).map(Timestamp::from_millis),
}

fn flag(value: Value) -> Option<bool> {
    match value {
        Value::Bool(flag) => Some(flag),
        Value::String(text) => text.parse().ok(),
        _ => None,
    }
}

fn text<T: From<String>>(value: Value) -> Option<T> {
    if let Value::String(text) = value { Some(text.into()) } else { None }
}

/// Converts a number, or a text that contains a number. A fraction is cut off.
fn integer<T: TryFrom<i128>>(value: Value) -> Option<T> {
    let integer = match value {
        Value::Number(number) => {
            let exact = number.as_i64().map(i128::from).or_else(|| number.as_u64().map(i128::from));
            exact.or_else(|| truncated(number.as_f64()?))
        }
        Value::String(text) => text.parse().ok().or_else(|| truncated(text.parse().ok()?)),
        _ => None,
    };
    T::try_from(integer?).ok()
}

fn truncated(number: f64) -> Option<i128> {
    // A float that is no longer exact as text is far outside the range of every field.
    format!("{:.0}", number.trunc()).parse().ok()
}

#[cfg(test)]
mod tests;
