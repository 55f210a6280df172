//! Parameters as `application/x-www-form-urlencoded`.

use std::cell::{Cell, RefCell};
use std::io::{self, Write};

use serde::Serialize;
use serde_json::ser::{CharEscape, Formatter};

use super::Secret;
use super::secret_buffer::SecretBuffer;

/// Encodes parameters as a form, in the way that the Frontend API expects.
///
/// Each parameter becomes one key-value pair. The value of an object or an array is JSON text. A parameter that is null
/// is left out.
///
/// Parameters can be passwords. They are therefore written directly into a buffer that is wiped, without a copy in
/// between.
pub(in crate::wire) fn to_form<T: Serialize>(parameters: &T) -> Secret {
    let form = Form::default();
    let mut serializer = serde_json::Serializer::with_formatter(&form, Pairs { form: &form, depth: 0 });
    // Only a map with keys that are not text cannot be written. No parameter contains such a map.
    if parameters.serialize(&mut serializer).is_err() {
        return Secret::from("");
    }
    form.text.into_inner().into_secret()
}

/// Returns the form, or an empty form if the endpoint has no parameters.
pub(in crate::wire) fn or_empty<const N: usize>(given: [Secret; N]) -> Secret {
    given.into_iter().next().unwrap_or_else(|| "".into())
}

/// The form that has been written so far.
#[derive(Default)]
struct Form {
    text: RefCell<SecretBuffer>,
    name: RefCell<Vec<u8>>,
    writes: Cell<Writes>,
}

/// The part of a pair that is being written.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
enum Writes {
    #[default]
    Name,
    /// The value, of which nothing is written yet. If it is null, there will be no pair.
    FirstOfValue,
    Value,
}

impl Write for &Form {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.write_all(bytes).map(|()| bytes.len())
    }

    fn write_all(&mut self, bytes: &[u8]) -> io::Result<()> {
        if self.writes.get() == Writes::Name {
            self.name.borrow_mut().extend_from_slice(bytes);
            return Ok(());
        }
        let mut text = self.text.borrow_mut();
        if self.writes.replace(Writes::Value) == Writes::FirstOfValue {
            if !text.is_empty() {
                text.push("&");
            }
            form_urlencoded::byte_serialize(&self.name.borrow()).for_each(|part| text.push(part));
            text.push("=");
        }
        form_urlencoded::byte_serialize(bytes).for_each(|part| text.push(part));
        Ok(())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Writes JSON, except that the fields of the outermost object become the pairs of a form.
struct Pairs<'a> {
    form: &'a Form,
    /// The number of objects and arrays around the next value.
    depth: usize,
}

impl Pairs<'_> {
    /// Writes JSON text, unless it belongs to the outermost object or to one of its fields.
    fn nested<W: ?Sized + Write>(&self, writer: &mut W, json: &str) -> io::Result<()> {
        // Even an empty text begins a value.
        writer.write_all(if self.depth > 1 { json.as_bytes() } else { b"" })
    }
}

impl Formatter for Pairs<'_> {
    fn write_null<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        if self.depth > 1 { writer.write_all(b"null") } else { Ok(()) }
    }

    fn begin_string<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.nested(writer, "\"")
    }

    fn end_string<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.nested(writer, "\"")
    }

    fn write_char_escape<W: ?Sized + Write>(&mut self, writer: &mut W, escape: CharEscape) -> io::Result<()> {
        let (escaped, plain) = match escape {
            CharEscape::Quote => ("\\\"", b'"'),
            CharEscape::ReverseSolidus => ("\\\\", b'\\'),
            CharEscape::Solidus => ("\\/", b'/'),
            CharEscape::Backspace => ("\\b", 0x08),
            CharEscape::FormFeed => ("\\f", 0x0c),
            CharEscape::LineFeed => ("\\n", b'\n'),
            CharEscape::CarriageReturn => ("\\r", b'\r'),
            CharEscape::Tab => ("\\t", b'\t'),
            CharEscape::AsciiControl(byte) if self.depth > 1 => return write!(writer, "\\u{byte:04x}"),
            CharEscape::AsciiControl(byte) => ("", byte),
        };
        if self.depth > 1 { writer.write_all(escaped.as_bytes()) } else { writer.write_all(&[plain]) }
    }

    fn begin_array<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.depth += 1;
        self.nested(writer, "[")
    }

    fn end_array<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.nested(writer, "]")?;
        self.depth -= 1;
        Ok(())
    }

    fn begin_object<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.depth += 1;
        self.nested(writer, "{")
    }

    fn end_object<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        // Nothing else is written at the end of the outermost object, whose last field may be null.
        if self.depth > 1 {
            writer.write_all(b"}")?;
        }
        self.depth -= 1;
        Ok(())
    }

    fn begin_object_key<W: ?Sized + Write>(&mut self, writer: &mut W, first: bool) -> io::Result<()> {
        if self.depth > 1 {
            return if first { Ok(()) } else { writer.write_all(b",") };
        }
        self.form.name.borrow_mut().clear();
        self.form.writes.set(Writes::Name);
        Ok(())
    }

    fn begin_object_value<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        if self.depth > 1 {
            return writer.write_all(b":");
        }
        self.form.writes.set(Writes::FirstOfValue);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn form(parameters: &Value) -> String {
        to_form(parameters).expose().to_owned()
    }

    #[test]
    fn values_are_text_or_json() {
        let parameters = json!({
            "array": ["a", "b&c", { "d": null }],
            "empty": "",
            "false": false,
            "nothing": null,
            "number": -7,
            "object": { "a": "b \"c\"\u{1}\n", "d": [], "e": {}, "f": [1, true, null] },
            "text": "a b&c=d/\"e\"\\\n\t\u{1}\u{e9}",
        });
        let encoded = form(&parameters);
        let pairs: Vec<_> = form_urlencoded::parse(encoded.as_bytes()).into_owned().collect();
        let values: Vec<_> = pairs.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        assert_eq!(
            values,
            [
                ("array", r#"["a","b&c",{"d":null}]"#),
                ("empty", ""),
                ("false", "false"),
                ("number", "-7"),
                ("object", r#"{"a":"b \"c\"\u0001\n","d":[],"e":{},"f":[1,true,null]}"#),
                ("text", "a b&c=d/\"e\"\\\n\t\u{1}\u{e9}"),
            ]
        );
        for (name, value) in &pairs {
            let read: Value = serde_json::from_str(value).unwrap_or_else(|_| Value::String(value.clone()));
            assert_eq!(read, parameters[name], "{name}");
        }
    }

    #[test]
    fn nulls_leave_nothing_behind() {
        assert_eq!(form(&json!({})), "");
        assert_eq!(form(&json!({ "a": null })), "");
        assert_eq!(form(&json!({ "a": null, "b": "c", "d": null })), "b=c");
    }

    proptest::proptest! {
        #[test]
        fn any_text_survives(name in ".{1,8}", value in proptest::prelude::any::<String>()) {
            let encoded = form(&json!({ &name: value }));
            let mut serializer = form_urlencoded::Serializer::new(String::new());
            proptest::prop_assert_eq!(encoded, serializer.append_pair(&name, &value).finish());
        }
    }
}
