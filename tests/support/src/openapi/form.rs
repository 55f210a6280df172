//! Forms as JSON. Every value in a form is text, so the schema decides its type.

use serde_json::{Map, Value};

use super::Wrong;

pub fn pairs(form: &[u8]) -> Vec<(String, String)> {
    form_urlencoded::parse(form).into_owned().collect()
}

/// Returns the values by name, and a violation for each unknown or repeated name.
pub fn values(schema: &Value, pairs: &[(String, String)]) -> (Value, Wrong) {
    let mut values = Map::new();
    let mut wrong = Wrong::new();
    for (name, text) in pairs {
        let Some(property) = schema["properties"].get(name) else {
            // The document lists all parameters of every form, so others are wrong even if the form's schema allows
            // them.
            wrong.push(format!("/{name}: the document has no such parameter"));
            continue;
        };
        if property["type"] == "array" {
            let items = values.entry(name).or_insert_with(|| Value::Array(Vec::new()));
            items.as_array_mut().unwrap().push(value(&property["items"], text));
        } else if values.insert(name.clone(), value(property, text)).is_some() {
            wrong.push(format!("/{name}: given more than once"));
        }
    }
    (values.into(), wrong)
}

/// Converts a value. Text that does not match its type stays text, and the schema then rejects it.
fn value(schema: &Value, text: &str) -> Value {
    match schema["type"].as_str() {
        Some("boolean" | "integer" | "number" | "object") => serde_json::from_str(text).unwrap_or_else(|_| text.into()),
        _ => text.into(),
    }
}
