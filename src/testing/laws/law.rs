//! A law, and the reasons why it may not be kept.

use std::fmt;
use std::pin::Pin;

use super::Harness;
use crate::backend::Backend;

/// A rule of the server that clients rely on, and the function that checks it.
#[derive(Clone, Copy)]
#[non_exhaustive]
pub struct Law {
    /// The name, which is also the name of the function.
    pub name: &'static str,
    /// The part of the API that the rule is about.
    pub topic: &'static str,
    /// The rule, in one sentence.
    pub summary: &'static str,
    /// The published text from which the rule is known.
    pub source: &'static str,
    /// The certainty of the rule.
    pub certainty: Certainty,
    /// The function that checks the rule.
    pub check: LawCheck,
}

/// A function that checks a law with a backend and a harness.
pub type LawCheck = for<'a> fn(&'a dyn Backend, &'a dyn Harness) -> Checking<'a>;

/// A check that is under way.
pub type Checking<'a> = Pin<Box<dyn Future<Output = Result<(), NotKept>> + Send + 'a>>;

impl fmt::Debug for Law {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Law").field("name", &self.name).finish_non_exhaustive()
    }
}

/// The certainty of a rule of Clerk's server.
///
/// Clerk publishes no complete specification, and no rule here was observed on a live instance by this project.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Certainty {
    /// Clerk's documents state the rule, or Clerk's own clients depend on it.
    Certain,
    /// The rule follows from something that Clerk publishes, such as the name of an error.
    Inferred,
}

impl Certainty {
    /// Returns the word for it in documents: `certain` or `inferred`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Certain => "certain",
            Self::Inferred => "inferred",
        }
    }
}

impl fmt::Display for Certainty {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The reason why a check did not pass.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum NotKept {
    /// The backend breaks the law.
    #[error(transparent)]
    Broken(#[from] BrokenLaw),
    /// The law was not checked.
    #[error(transparent)]
    Skipped(#[from] SkippedLaw),
}

/// A law that the backend breaks.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{law}: expected {expected}, but got {came}")]
#[non_exhaustive]
pub struct BrokenLaw {
    /// The name of the law.
    pub law: &'static str,
    /// The expected behaviour.
    pub expected: String,
    /// The backend's behaviour. Secrets are hidden.
    pub came: String,
}

/// A law that was not checked, because the harness or the instance lacks something.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{law}: skipped, because {reason}")]
#[non_exhaustive]
pub struct SkippedLaw {
    /// The name of the law.
    pub law: &'static str,
    /// The reason, such as `the harness cannot advance the clock`.
    pub reason: String,
}

/// The result of a check while the law's name is not known yet.
pub(super) type Outcome<T = ()> = Result<T, Unmet>;

/// What [`NotKept`] says, without the law's name.
pub(super) enum Unmet {
    Broken { expected: String, came: String },
    Skipped { reason: String },
}

impl Unmet {
    pub(super) fn broken(expected: impl Into<String>, came: impl Into<String>) -> Self {
        Self::Broken { expected: expected.into(), came: came.into() }
    }

    pub(super) fn skipped(reason: impl Into<String>) -> Self {
        Self::Skipped { reason: reason.into() }
    }

    pub(super) fn in_law(self, law: &'static str) -> NotKept {
        match self {
            Self::Broken { expected, came } => BrokenLaw { law, expected, came }.into(),
            Self::Skipped { reason } => SkippedLaw { law, reason }.into(),
        }
    }
}

/// The results of [`check_all`](super::check_all).
///
/// `Display` lists the laws that are broken, and then those that were skipped.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct LawReport {
    /// The names of the laws that the backend keeps.
    pub kept: Vec<&'static str>,
    /// The laws that the backend breaks.
    pub broken: Vec<BrokenLaw>,
    /// The laws that were not checked.
    pub skipped: Vec<SkippedLaw>,
}

impl LawReport {
    /// Returns `true` if the backend breaks no law. Laws that were skipped do not count.
    #[must_use]
    pub fn is_kept(&self) -> bool {
        self.broken.is_empty()
    }

    pub(super) fn add(&mut self, law: &'static str, result: Result<(), NotKept>) {
        match result {
            Ok(()) => self.kept.push(law),
            Err(NotKept::Broken(broken)) => self.broken.push(broken),
            Err(NotKept::Skipped(skipped)) => self.skipped.push(skipped),
        }
    }
}

impl fmt::Display for LawReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { kept, broken, skipped } = self;
        writeln!(f, "{} laws kept, {} broken, {} skipped", kept.len(), broken.len(), skipped.len())?;
        broken.iter().try_for_each(|broken| writeln!(f, "- {broken}"))?;
        skipped.iter().try_for_each(|skipped| writeln!(f, "- {skipped}"))
    }
}
