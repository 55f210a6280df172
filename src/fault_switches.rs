//! Switches that take a rule out of the code, to show that the tests notice its absence.
//!
//! They exist only in a build with `--cfg clerk_fault_switches` in `RUSTFLAGS`. In such a build, the environment
//! variable `CLERK_WITHOUT` names the rule to take out. `.ci/faults` prints which tests notice each of them.

/// Returns `true` if the rule with this name is taken out.
#[cfg(clerk_fault_switches)]
pub(crate) fn without(rule: &str) -> bool {
    static TAKEN_OUT: std::sync::OnceLock<Option<String>> = std::sync::OnceLock::new();
    TAKEN_OUT.get_or_init(|| std::env::var("CLERK_WITHOUT").ok()).as_deref() == Some(rule)
}

/// Returns `false`, because an ordinary build has every rule.
#[cfg(not(clerk_fault_switches))]
pub(crate) const fn without(_: &str) -> bool {
    false
}
