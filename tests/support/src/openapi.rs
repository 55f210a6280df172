//! The published OpenAPI document of the Frontend API, against which requests and answers are checked.

mod excused;
mod explain;
mod form;
mod json_schema;
mod validated;

use std::cmp::Reverse;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, OnceLock};

use jsonschema::{Draft, Registry, Validator};
use serde_json::{Map, Value, json};

use super::published::folder;
pub use excused::{EXCUSED, Excuse};
pub use validated::{Plain, Validated};

/// The newest version of the API whose document is public. The version that the crate uses differs from it only by new
/// strategies, which are among the [exceptions](EXCUSED).
const VERSION: &str = "2026-05-12";

/// Returns the published document without changes.
fn published() -> Option<Value> {
    static DOCUMENT: OnceLock<Option<Value>> = OnceLock::new();
    let document = DOCUMENT.get_or_init(|| {
        let file = folder()?.join(format!("{VERSION}.yml"));
        let text = std::fs::read_to_string(&file).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
        Some(yaml_serde::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", file.display())))
    });
    document.clone()
}

/// The contract that requests and answers must follow, as stated in the document.
pub struct Contract {
    document: Value,
    schemas: Registry<'static>,
    /// The validator of each schema, stored under the schema's location in the document.
    validators: Mutex<HashMap<String, Arc<Validator>>>,
}

/// The violations, one line each.
pub type Wrong = Vec<String>;

impl Contract {
    /// Returns the document with all [exceptions](EXCUSED), or `None` if this run does not have the document.
    pub fn published() -> Option<&'static Self> {
        static CONTRACT: OnceLock<Option<Contract>> = OnceLock::new();
        CONTRACT.get_or_init(|| Self::without(None)).as_ref()
    }

    /// Returns the document with all exceptions except the one at this location.
    pub fn without(place: Option<&str>) -> Option<Self> {
        let mut document = published()?;
        for excuse in EXCUSED {
            for excused in excuse.places.iter().filter(|excused| Some(**excused) != place) {
                excuse.apply(&mut document, excused);
            }
        }
        Some(Self::new(document))
    }

    pub fn new(document: Value) -> Self {
        let resource = json_schema::components(&document);
        let registry = Registry::new().draft(Draft::Draft4).add(json_schema::COMPONENTS, resource);
        let schemas = registry.and_then(jsonschema::RegistryBuilder::prepare).unwrap();
        Self { document, schemas, validators: Mutex::default() }
    }

    /// Checks the method and the path of a request, and every parameter in its query and form.
    pub fn check_request(&self, method: &str, target: &str, body: &[u8]) -> Result<(), Wrong> {
        let called = self.called(method, target)?;
        let mut wrong = self.check_form(&called.place("query"), &self.query_of(&called), &called.query);
        let pairs = form::pairs(body);
        match called.operation.get("requestBody").map(|body| self.resolve(body)) {
            None if pairs.is_empty() => {}
            None => wrong.push("a body: the document has none here".to_owned()),
            Some(body) => {
                let schema = &body["content"]["application/x-www-form-urlencoded"]["schema"];
                wrong.extend(self.check_form(&called.place("form"), self.resolve(schema), &pairs));
            }
        }
        if wrong.is_empty() { Ok(()) } else { Err(wrong) }
    }

    /// Checks the status and the whole body of an answer.
    pub fn check_response(&self, method: &str, target: &str, status: u16, body: &[u8]) -> Result<(), Wrong> {
        let called = self.called(method, target)?;
        let Some(answer) = called.operation["responses"].get(status.to_string()) else {
            return Err(vec![format!("status {status}: the document does not have it here")]);
        };
        let Some(schema) = self.resolve(answer).pointer("/content/application~1json/schema") else {
            return if body.is_empty() { Ok(()) } else { Err(vec!["a body: the document has none here".to_owned()]) };
        };
        let body: Value = serde_json::from_slice(body).map_err(|error| vec![format!("not JSON: {error}")])?;
        let wrong = self.check(&called.place(&status.to_string()), schema, &body);
        if wrong.is_empty() { Ok(()) } else { Err(wrong) }
    }

    fn check_form(&self, place: &str, schema: &Value, pairs: &[(String, String)]) -> Wrong {
        let (values, mut wrong) = form::values(schema, pairs);
        wrong.extend(self.check(place, schema, &values));
        wrong
    }

    fn check(&self, place: &str, schema: &Value, value: &Value) -> Wrong {
        let validator = {
            let mut validators = self.validators.lock().unwrap();
            let known = validators.entry(place.to_owned()).or_insert_with(|| {
                let schema = json_schema::converted(schema);
                let options = jsonschema::options().with_draft(Draft::Draft4).should_validate_formats(false);
                let validator = options.with_registry(&self.schemas).offline().build(&schema);
                Arc::new(validator.unwrap_or_else(|error| panic!("{place}: {error}")))
            });
            Arc::clone(known)
        };
        validator.iter_errors(value).flat_map(|error| explain::explain(&error)).collect()
    }

    /// Returns the operation that a request calls.
    fn called<'a>(&'a self, method: &str, target: &str) -> Result<Called<'a>, Wrong> {
        let (path, query) = target.split_once('?').unwrap_or((target, ""));
        let mut query = form::pairs(query.as_bytes());
        // To avoid a preflight request, a browser sends a POST whose parameter `_method` names the real method.
        let overridden = query.iter().position(|(name, _)| name == "_method").map(|index| query.remove(index).1);
        let method = overridden.as_deref().unwrap_or(method).to_ascii_lowercase();

        let paths = self.document["paths"].as_object().unwrap();
        let templates = paths.keys().filter(|template| is_path_of(template, path));
        // `/client/sign_ins` takes precedence over `/client/{anything}`, which takes precedence over
        // `/{anything}/sign_ins`.
        let template = templates.min_by_key(|template| (template.matches('{').count(), Reverse(template.find('{'))));
        let operation = template.and_then(|template| Some((template, paths[template].get(&method)?)));
        let Some((template, operation)) = operation else {
            return Err(vec![format!("{method} {path}: the document has no such operation")]);
        };
        Ok(Called { name: format!("{method} {template}"), operation, query })
    }

    /// Returns the query parameters of an operation, as an object schema.
    fn query_of(&self, called: &Called<'_>) -> Value {
        let mut properties = Map::new();
        let mut required = Vec::new();
        for parameter in called.operation["parameters"].as_array().into_iter().flatten() {
            let parameter = self.resolve(parameter);
            if parameter["in"] == "query" {
                properties.insert(parameter["name"].as_str().unwrap().to_owned(), parameter["schema"].clone());
                required.extend((parameter["required"] == true).then(|| parameter["name"].clone()));
            }
        }
        for scheme in self.document["components"]["securitySchemes"].as_object().unwrap().values() {
            if scheme["in"] == "query" {
                properties.insert(scheme["name"].as_str().unwrap().to_owned(), json!({ "type": "string" }));
            }
        }
        let mut schema = json!({ "type": "object", "properties": properties });
        if !required.is_empty() {
            schema["required"] = required.into();
        }
        schema
    }

    fn resolve<'a>(&'a self, value: &'a Value) -> &'a Value {
        match value["$ref"].as_str() {
            Some(reference) => self.document.pointer(reference.trim_start_matches('#')).unwrap(),
            None => value,
        }
    }
}

/// The operation in the document that a request calls.
struct Called<'a> {
    name: String,
    operation: &'a Value,
    query: Vec<(String, String)>,
}

impl Called<'_> {
    fn place(&self, part: &str) -> String {
        format!("{} {part}", self.name)
    }
}

/// Returns `true` if a path matches a template such as `/v1/client/sign_ins/{sign_in_id}`.
fn is_path_of(template: &str, path: &str) -> bool {
    let fits = |(part, segment): (&str, &str)| part == segment || (part.starts_with('{') && !segment.is_empty());
    template.split('/').count() == path.split('/').count() && template.split('/').zip(path.split('/')).all(fits)
}
