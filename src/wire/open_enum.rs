//! String enums that can also be decoded from unknown values.

use std::fmt;

/// A value for which this version of the crate has no variant, exactly as the server sent it.
///
/// Such a value is created only by decoding, so it is never one of the known values. For example, no code can create
/// `Status::Unknown("complete")`.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct UnknownValue(Box<str>);

impl UnknownValue {
    pub(super) fn new(value: &str) -> Self {
        Self(value.into())
    }

    /// Returns the value exactly as the server sent it.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for UnknownValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// Defines an enum from a list of `Variant = "text"`, and adds an `Unknown` variant.
///
/// The macro also implements `as_str`, `Display`, `From<&str>`, `Serialize` and `Deserialize`.
macro_rules! open_enum {
    ($(#[$meta:meta])* pub enum $name:ident { $($(#[$variant_meta:meta])* $variant:ident = $text:literal,)+ }) => {
        $(#[$meta])*
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        pub enum $name {
            $($(#[$variant_meta])* $variant,)+
            /// A value that this version of the crate does not know.
            Unknown($crate::wire::UnknownValue),
        }

        impl $name {
            /// All values that this version of the crate knows, in the order of the variants.
            pub const KNOWN: &'static [Self] = &[$(Self::$variant,)+];

            /// Returns the text that represents the value in requests and answers.
            #[must_use]
            pub fn as_str(&self) -> &str {
                match self {
                    $(Self::$variant => $text,)+
                    Self::Unknown(value) => value.as_str(),
                }
            }
        }

        impl From<&str> for $name {
            fn from(text: &str) -> Self {
                match text {
                    $($text => Self::$variant,)+
                    other => Self::Unknown($crate::wire::UnknownValue::new(other)),
                }
            }
        }

        $crate::wire::open_enum::string_impls!($name);
    };
}

/// Implements `Display`, `Serialize`, `Deserialize` and `Lenient` using `as_str` and `From<&str>`.
macro_rules! string_impls {
    ($name:ident) => {
        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                struct Text;
                impl serde::de::Visitor<'_> for Text {
                    type Value = $name;
                    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        f.write_str("a string")
                    }
                    fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<$name, E> {
                        Ok($name::from(text))
                    }
                }
                deserializer.deserialize_str(Text)
            }
        }

        impl $crate::wire::lenient::Lenient for $name {
            fn read<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Option<Self>, D::Error> {
                $crate::wire::lenient::open_enum(deserializer)
            }
        }
    };
}

pub(crate) use {open_enum, string_impls};
