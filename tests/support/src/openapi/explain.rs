//! Conversion of validation errors to lines of text. Each line contains the location of its error.

use jsonschema::ValidationError;
use jsonschema::error::ValidationErrorKind;

/// Explains an error. If a value fits none of several alternatives, explains the alternative that comes closest.
pub fn explain(error: &ValidationError<'_>) -> Vec<String> {
    if let ValidationErrorKind::AnyOf { context } = error.kind() {
        let alternatives = context.iter().map(|errors| errors.iter().flat_map(explain).collect::<Vec<_>>());
        let depth = |lines: &Vec<String>| lines.iter().map(|line| line.matches('/').count()).max();
        // The alternative that fits best is the one whose error is nested most deeply in the value. An error of the
        // alternative `null` is never nested.
        let closest = alternatives.max_by_key(|lines| (depth(lines), std::cmp::Reverse(lines.len())));
        return closest.unwrap_or_default();
    }
    let place = match error.instance_path().as_str() {
        "" => "/",
        place => place,
    };
    vec![format!("{place}: {}", error.masked())]
}
