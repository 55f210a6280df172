//! Changes one value of an answer at a time, and checks that the rest of the answer survives.
//!
//! `meaning/fields.tsv` lists the fields that carry the meaning of an answer.

mod answers;
mod changes;
mod observed;

use std::collections::{BTreeMap, BTreeSet};

use answers::Sample;
use changes::{Change, changes, field, places};
use observed::Observed;
use serde_json::{Map, Value};

/// The role of a field in an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Role {
    /// Without a readable value, the answer is a protocol error.
    Answer,
    /// Without a readable value, the object that contains the field counts as absent.
    Object,
    /// The field decides what the answer means.
    Meaning,
    /// Everything else.
    None,
}

/// The table, whose keys are the kind of answer and the path.
fn table() -> BTreeMap<(&'static str, &'static str), Role> {
    let lines = include_str!("meaning/fields.tsv").lines().filter(|line| !line.starts_with('#'));
    let rows = lines.map(|line| {
        let [kind, path, role] = line.split('\t').collect::<Vec<_>>().try_into().unwrap();
        let role = match role {
            "answer" => Role::Answer,
            "object" => Role::Object,
            "meaning" => Role::Meaning,
            other => panic!("{other}"),
        };
        ((kind, path), role)
    });
    rows.collect()
}

/// Returns the places at which two documents differ. An absent object is the same as an empty one.
fn differences(one: &Value, other: &Value, here: &str, found: &mut Vec<String>) {
    match (one, other) {
        _ if one == other => {}
        (Value::Object(_) | Value::Null, Value::Object(_) | Value::Null) => {
            let objects = [one, other].into_iter().filter_map(Value::as_object);
            let names: BTreeSet<_> = objects.flat_map(Map::keys).collect();
            for name in names {
                let [one, other] = [one, other].map(|object| object.get(name).unwrap_or(&Value::Null));
                differences(one, other, &format!("{here}/{name}"), found);
            }
        }
        (Value::Array(one), Value::Array(other)) if one.len() == other.len() => {
            for (index, (one, other)) in one.iter().zip(other).enumerate() {
                differences(one, other, &format!("{here}/{index}"), found);
            }
        }
        _ => found.push(here.to_owned()),
    }
}

/// Returns the places outside the changed value that are not as before.
fn lost_beside(before: &Value, after: &Value, change: &Change, role: Role) -> Vec<String> {
    let (parent, index) = change.place.rsplit_once('/').unwrap();
    let mut before = before.clone();
    // An element that cannot be read is left out of its list, together with the place that it had.
    let list = |document: &Value| document.pointer(parent).and_then(Value::as_array).map(Vec::len);
    if list(&before).is_some_and(|length| list(after) == Some(length - 1)) {
        before.pointer_mut(parent).unwrap().as_array_mut().unwrap().remove(index.parse().unwrap());
    }
    let mut found = Vec::new();
    differences(&before, after, "", &mut found);
    let changed = if role == Role::Object { parent } else { &change.place };
    let is_inside = |place: &String| place == changed || place.starts_with(&format!("{changed}/"));
    found.retain(|place| !is_inside(place));
    found
}

/// Changes every value of these answers, and returns the number of changes for each role.
fn check(samples: &[Sample]) -> BTreeMap<Role, usize> {
    let table = table();
    let mut seen = BTreeSet::new();
    let (mut counts, mut changed, mut faults) = (BTreeMap::new(), BTreeMap::new(), Vec::new());
    for sample in samples {
        let before = Observed::new(sample, &sample.body);
        let kind = before.kind.as_str();
        for place in places(&sample.body) {
            let field = field(&place);
            let is_row = |of: &str, path: &str| (of == kind || of == "*") && path == field;
            let row = table.iter().find(|((of, path), _)| is_row(of, path));
            seen.extend(row.map(|(key, _)| *key));
            let role = row.map_or(Role::None, |(_, role)| *role);
            // The same field occurs in many answers. Only a field that decides is changed in all of them.
            let times = changed.entry((kind.to_owned(), field.clone())).or_insert(0);
            *times += 1;
            let decides = role != Role::None && !field.contains("client");
            if !decides && *times > 1 {
                continue;
            }
            for change in changes(&sample.body, &place) {
                if role == Role::None && matches!(change.what, "integer" | "negative" | "true") {
                    continue;
                }
                *counts.entry(role).or_insert(0) += 1;
                if let Err(fault) = check_one(sample, &before, &change, &field, role) {
                    let (meaning, name) = (&before.meaning, &sample.name);
                    faults.push(format!("{name}: {} {}: {fault}, was:\n{meaning}", change.place, change.what));
                }
            }
        }
    }
    assert!(faults.is_empty(), "{} faults:\n{}", faults.len(), faults[..faults.len().min(20)].join("\n"));
    let unseen: Vec<_> = table.keys().filter(|key| !seen.contains(*key)).collect();
    assert!(unseen.is_empty() || samples.len() < 20, "no answer has {unseen:?}");
    counts
}

fn check_one(sample: &Sample, before: &Observed, change: &Change, field: &str, role: Role) -> Result<(), String> {
    let after = Observed::new(sample, &change.body);
    match (&before.rendered, &after.rendered) {
        (Some(before), Some(after)) => {
            let lost = lost_beside(before, after, change, role);
            is_none(&lost, "lost")?;
        }
        _ if role == Role::Answer => {}
        _ => return Err(format!("cannot be read: {}", after.meaning)),
    }
    if role == Role::None && before.meaning != after.meaning {
        return Err(format!("means\n{}", after.meaning));
    }
    // If these fields are absent, the server itself says that the user may go on.
    let may_be_absent = ["protect_check", "tasks", "banned", "locked"].iter().any(|name| field.ends_with(name));
    let is_absent = matches!(change.what, "removed" | "null") && may_be_absent;
    if is_absent || (change.what == "object" && before.kind == "User") {
        return Ok(());
    }
    is_none(&after.permits.difference(&before.permits).cloned().collect::<Vec<_>>(), "permits")
}

fn is_none(found: &[String], what: &str) -> Result<(), String> {
    if found.is_empty() { Ok(()) } else { Err(format!("{what} {found:?}")) }
}

#[test]
fn bad_value_hides_nothing_in_the_answers_of_the_fake() {
    let samples = answers::of_the_fake();
    let counts = check(&samples);
    println!("{} answers of the fake, changed values: {counts:?}", samples.len());
    assert!(samples.len() > 50 && counts[&Role::None] > 10_000 && counts[&Role::Meaning] > 3_000, "{counts:?}");
}

#[test]
fn bad_value_hides_nothing_in_recorded_answers() {
    let samples = answers::recorded();
    let counts = check(&samples);
    println!("{} recorded answers, changed values: {counts:?}", samples.len());
}
