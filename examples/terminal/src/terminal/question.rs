//! A question that the user answers by typing.

/// A question that the user answers by typing, together with hints about the keys.
#[derive(Clone, Copy)]
pub(crate) struct Question<'a> {
    pub(crate) text: &'a str,
    /// A hint about what else the user can type.
    pub(crate) also: Option<&'a str>,
    /// The effect of an empty line, as the prompt shows it (for example, "to go back").
    pub(crate) empty: Option<&'a str>,
    /// The effect of Esc.
    pub(crate) escape: &'a str,
    pub(crate) suggested: Suggested<'a>,
}

/// The text that the answer field contains at first.
#[derive(Clone, Copy)]
pub(crate) enum Suggested<'a> {
    Nothing,
    /// The likely answer. If the answers come from a pipe, an empty line stands for this answer.
    Answer(&'a str),
    /// A mistyped answer, which the user can correct.
    Typo(&'a str),
}

impl<'a> Question<'a> {
    pub(crate) const fn new(text: &'a str) -> Self {
        Self { text, also: None, empty: None, escape: "to go back", suggested: Suggested::Nothing }
    }

    /// Sets the effect of an empty line.
    pub(crate) const fn empty(self, empty: &'a str) -> Self {
        Self { empty: Some(empty), ..self }
    }

    /// Sets the effect of Esc.
    pub(crate) const fn escape(self, escape: &'a str) -> Self {
        Self { escape, ..self }
    }

    /// Returns the hint that is shown to a person. This hint also explains the Esc key.
    pub(super) fn hint_for_person(&self) -> String {
        let empty = self.empty.filter(|empty| *empty != self.escape).map(|empty| format!("leave empty {empty}"));
        let escape = format!("Esc {}", self.escape);
        [self.also.map(str::to_owned), empty, Some(escape)].into_iter().flatten().collect::<Vec<_>>().join("; ")
    }

    /// Returns the hint that is shown if the answers come from a pipe.
    pub(super) fn hint_for_pipe(&self) -> Option<String> {
        let empty = match self.suggested {
            Suggested::Answer(suggested) => Some(format!("leave empty for {suggested}")),
            _ => self.empty.map(|empty| format!("leave empty {empty}")),
        };
        let parts: Vec<_> = [self.also.map(str::to_owned), empty].into_iter().flatten().collect();
        (!parts.is_empty()).then(|| parts.join("; "))
    }
}
