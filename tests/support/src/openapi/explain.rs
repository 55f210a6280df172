//! Validation errors as lines of text, each with the location of the error.

use jsonschema::ValidationError;
use jsonschema::error::ValidationErrorKind;

/// Explains an error. If none of several alternatives fits, explains the one that comes closest.
pub fn explain(error: &ValidationError<'_>) -> Vec<String> {
    if let ValidationErrorKind::AnyOf { context } = error.kind() {
        let alternatives = context.iter().map(|errors| errors.iter().flat_map(explain).collect::<Vec<_>>());
        let depth = |lines: &Vec<String>| lines.iter().map(|line| line.matches('/').count()).max();
        // The alternative whose error is nested deepest in the value fits best. An error of the alternative `null` is
        // never nested.
        let closest = alternatives.max_by_key(|lines| (depth(lines), std::cmp::Reverse(lines.len())));
        return closest.unwrap_or_default();
    }
    let place = match error.instance_path().as_str() {
        "" => "/",
        place => place,
    };
    vec![format!("{place}: {}", error.masked())]
}
