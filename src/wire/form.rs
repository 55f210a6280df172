//! Parameters as `application/x-www-form-urlencoded`.

use serde::Serialize;
use serde_json::Value;

/// Encodes parameters as a form, in the way that the Frontend API expects.
///
/// Each item of an array becomes a separate key-value pair that has the array's key. An object becomes a single value,
/// which is JSON text.
pub(in crate::wire) fn to_form<T: Serialize>(parameters: &T) -> String {
    let mut form = form_urlencoded::Serializer::new(String::new());
    if let Ok(Value::Object(parameters)) = serde_json::to_value(parameters) {
        for (name, value) in &parameters {
            match value {
                Value::Null => {}
                Value::String(text) => drop(form.append_pair(name, text)),
                Value::Array(items) => {
                    for item in items {
                        form.append_pair(name, item.as_str().unwrap_or(&item.to_string()));
                    }
                }
                other => drop(form.append_pair(name, &other.to_string())),
            }
        }
    }
    form.finish()
}
