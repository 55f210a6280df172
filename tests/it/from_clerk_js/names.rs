//! The list of names.

const LIST: &str = include_str!("names.txt");

/// A property, method, parameter or value of clerk-js.
pub(super) struct Name {
    /// The object and method to which the name belongs.
    pub(super) section: &'static str,
    pub(super) text: &'static str,
    pub(super) has_counterpart: bool,
}

impl Name {
    /// Returns the word for which somebody searches the documentation: the last word of a property or method.
    ///
    /// Parameters and values are found at their method.
    pub(super) fn searched_for(&self) -> Option<&str> {
        let is_property_or_method = match self.text.split_once("()") {
            Some((_, rest)) => rest.is_empty(),
            None => !self.text.contains(": ") && !self.text.contains(' '),
        };
        let word = self.text.trim_end_matches("()").rsplit(['.', ' ']).next();
        word.filter(|_| self.has_counterpart && is_property_or_method)
    }
}

/// Returns all names, in the order of the reference pages.
pub(super) fn listed() -> Vec<Name> {
    let mut section = "";
    let mut names = Vec::new();
    for line in LIST.lines().filter(|line| !line.is_empty()) {
        if let Some(heading) = line.strip_prefix("## ") {
            section = heading;
        } else if !line.starts_with('#') {
            let has_counterpart = !line.starts_with("none: ");
            names.push(Name { section, text: line.trim_start_matches("none: "), has_counterpart });
        }
    }
    names
}
