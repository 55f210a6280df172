//! Converts OpenAPI 3.0.3 schemas to JSON Schema draft 4, which is the format that OpenAPI schemas are based on.

use serde_json::{Map, Value, json};

/// The address of the document's named schemas.
pub const COMPONENTS: &str = "json-schema:///components";

/// Returns the document's named schemas. The schemas refer to each other by [this address](COMPONENTS).
pub fn components(document: &Value) -> Value {
    let schemas = document["components"]["schemas"].as_object().unwrap();
    let schemas: Map<_, _> = schemas.iter().map(|(name, schema)| (name.clone(), converted(schema))).collect();
    json!({ "components": { "schemas": schemas } })
}

/// Converts a schema, and all schemas inside it.
pub fn converted(schema: &Value) -> Value {
    let Some(schema) = schema.as_object() else { return schema.clone() };
    let mut out = Map::new();
    for (keyword, value) in schema {
        match keyword.as_str() {
            "type" | "enum" | "required" | "pattern" | "minimum" | "maximum" | "exclusiveMinimum"
            | "exclusiveMaximum" | "minLength" | "maxLength" | "minItems" | "maxItems" | "uniqueItems"
            | "minProperties" | "maxProperties" | "multipleOf" => drop(out.insert(keyword.clone(), value.clone())),
            "$ref" => {
                let here = format!("{COMPONENTS}{}", value.as_str().unwrap());
                out.insert(keyword.clone(), here.into());
            }
            "items" | "not" | "additionalProperties" => drop(out.insert(keyword.clone(), converted(value))),
            "properties" => {
                let properties = value.as_object().unwrap().iter();
                let properties: Map<_, _> = properties.map(|(name, it)| (name.clone(), converted(it))).collect();
                out.insert(keyword.clone(), properties.into());
            }
            "allOf" | "anyOf" => drop(out.insert(keyword.clone(), all_converted(value))),
            // `oneOf` becomes `anyOf`, because the alternatives overlap. A verification that fits one kind may also fit
            // another.
            "oneOf" => drop(out.insert("anyOf".to_owned(), all_converted(value))),
            "nullable" | "format" | "description" | "title" | "example" | "examples" | "default" | "deprecated"
            | "readOnly" | "writeOnly" | "discriminator" | "externalDocs" | "xml" => {}
            extension if extension.starts_with("x-") => {}
            other => panic!("the document has a keyword that is not converted: `{other}`"),
        }
    }
    // `nullable` is also applied to a schema that has `allOf` or a reference. OpenAPI does not allow this, but a strict
    // conversion would reject real answers.
    if schema.get("nullable") == Some(&Value::Bool(true)) {
        return json!({ "anyOf": [{ "type": "null" }, out] });
    }
    out.into()
}

fn all_converted(schemas: &Value) -> Value {
    schemas.as_array().unwrap().iter().map(converted).collect()
}
