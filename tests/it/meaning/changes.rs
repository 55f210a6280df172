//! Changes of one value in a JSON document.

use serde_json::{Value, json};

/// A document in which one value was changed.
pub(super) struct Change {
    /// The JSON pointer to the value (RFC 6901).
    pub(super) place: String,
    pub(super) what: &'static str,
    pub(super) body: Value,
}

/// Returns the path of a value in the notation of the table.
pub(super) fn field(place: &str) -> String {
    let names = place.split('/').skip(1).map(|name| if name.parse::<usize>().is_ok() { "*" } else { name });
    names.collect::<Vec<_>>().join(".")
}

/// Returns the places of all values. Of a list, only the first element and the last one are of interest.
pub(super) fn places(body: &Value) -> Vec<String> {
    let mut places = Vec::new();
    collect(body, "", &mut places);
    places
}

fn collect(value: &Value, here: &str, places: &mut Vec<String>) {
    let children: Vec<(String, &Value)> = match value {
        Value::Object(object) => object.iter().map(|(name, child)| (format!("{here}/{name}"), child)).collect(),
        Value::Array(list) => {
            let ends = list.iter().enumerate().filter(|(at, _)| *at == 0 || *at == list.len() - 1);
            ends.map(|(at, child)| (format!("{here}/{at}"), child)).collect()
        }
        _ => Vec::new(),
    };
    for (place, child) in children {
        collect(child, &place, places);
        places.push(place);
    }
}

/// Returns the changes of one value.
///
/// The value is removed, becomes null, becomes an unknown word, and gets each of the other types.
pub(super) fn changes(body: &Value, place: &str) -> Vec<Change> {
    let changed = |what, change: &dyn Fn(&mut Value)| {
        let mut body = body.clone();
        change(&mut body);
        Change { place: place.to_owned(), what, body }
    };
    let (parent, name) = place.rsplit_once('/').unwrap();
    let removed = changed("removed", &|body| match body.pointer_mut(parent).unwrap() {
        Value::Object(object) => drop(object.remove(name)),
        Value::Array(list) => drop(list.remove(name.parse().unwrap())),
        _ => unreachable!(),
    });
    let replaced = replacements(body.pointer(place).unwrap()).into_iter();
    let replaced = replaced.map(|(what, new)| changed(what, &|body| *body.pointer_mut(place).unwrap() = new.clone()));
    replaced.chain([removed]).collect()
}

fn replacements(value: &Value) -> Vec<(&'static str, Value)> {
    let all = [
        ("null", Value::Null),
        ("integer", json!(7)),
        ("float", json!(1.5)),
        ("negative", json!(-1)),
        ("word", json!("dreaming")),
        ("true", json!(true)),
        ("false", json!(false)),
        ("list", json!(["dreaming", 7, null, {}])),
        ("object", json!({ "dreaming": 1 })),
    ];
    // A value of the right type that the server may well send is no mistake.
    let is_plausible = |new: &Value| new == value || (new.is_boolean() && value.is_boolean());
    all.into_iter().filter(|(_, new)| !is_plausible(new)).collect()
}
