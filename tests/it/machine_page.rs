//! The page `docs/machine.md` is generated from the relation. To write it anew, run the test with `WRITE_DOCS=1`.

use std::fmt::Write as _;
use std::{env, fs};

use clerk_sign_in::StateKind;
use clerk_sign_in::dynamic::{BeginsAt, COMPOSITES, Composite};
use clerk_sign_in::relation::{Calls, LeadsTo, OnFailure, Step, Transition};

const PATH: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/machine.md");

const INTRODUCTION: &str = "\
# The machine: states and steps

This page is generated from the module [`relation`], which states the machine as a table. The types of the crate enforce
the same table: in a state, a `SignIn` has exactly the steps that are listed for that state.

## Where a sign-in can go

Each state, and the states to which its steps can lead. The steps that [every state](#every-state) has are left out, and
so are the steps that go back.

";

const HOW_TO_READ: &str = "
## State by state

The tables use these words:

| column | word | meaning |
|---|---|---|
| calls | none | the step makes no call, so it always works at once |
| | reads | the step only asks the server where the attempt stands |
| | writes | the step changes the attempt, or begins a new one |
| leads to | `S`, `T` | one of these states. Any other state that the server describes is the variant `Elsewhere` of the outcome |
| if it fails | stays | the sign-in is handed back in the same state |
| | stays or moves | the sign-in is handed back in the state that the server's answer shows. If that is another state, the error is [`StepError::Moved`] |

";

const CALLS: &str = "
## Calls of one object that make several moves

Most methods of a [`DynamicSignIn`] take the step of the same name. The methods below, which have the names of clerk-js,
make free moves to a state, and then take one or more steps. Where the call begins in any state, it begins a new attempt.

| call | begins in | steps |
|---|---|---|
";

const LINKS: &str = "
[`DynamicSignIn`]: https://docs.rs/clerk-sign-in/latest/clerk_sign_in/dynamic/struct.DynamicSignIn.html
[`StepError::Moved`]: https://docs.rs/clerk-sign-in/latest/clerk_sign_in/enum.StepError.html#variant.Moved
[`relation`]: https://docs.rs/clerk-sign-in/latest/clerk_sign_in/relation/index.html
";

fn is_everywhere(step: Step) -> bool {
    StateKind::ALL.iter().all(|state| state.allows(step))
}

/// The steps that only this state and a few others have.
fn own(state: StateKind) -> impl Iterator<Item = Transition> {
    state.transitions().filter(|transition| !is_everywhere(transition.step))
}

/// One line: the states to which the steps lead that do not go back.
fn overview(state: StateKind) -> String {
    let forward = own(state).filter(|transition| transition.step.calls() != Calls::None);
    let (mut states, mut beyond) = (Vec::new(), Vec::new());
    for transition in forward {
        match transition.leads_to {
            LeadsTo::States(to) => states.extend(to),
            LeadsTo::AnyState => beyond.push("any state"),
            LeadsTo::Session => beyond.push("a session"),
            LeadsTo::SignUp => beyond.push("a sign-up"),
        }
    }
    let named = StateKind::ALL.iter().filter(|state| states.contains(state)).map(|state| state.name());
    beyond.sort_unstable();
    beyond.dedup();
    let mut lines = vec![String::new()];
    for target in named.chain(beyond) {
        let line = lines.last_mut().unwrap();
        if line.len() + target.len() > 75 {
            lines.push(target.to_owned());
        } else {
            *line = if line.is_empty() { target.to_owned() } else { format!("{line} | {target}") };
        }
    }
    let to = lines.join(&format!("\n{:38}| ", ""));
    if to.is_empty() { format!("{}\n", state.name()) } else { format!("{:36} → {to}\n", state.name()) }
}

fn table(transitions: impl Iterator<Item = Transition>) -> String {
    let mut rows: Vec<(Vec<Step>, Transition)> = Vec::new();
    for transition in transitions {
        let is_alike = |other: &Transition| {
            (other.leads_to, other.on_failure, other.step.calls())
                == (transition.leads_to, transition.on_failure, transition.step.calls())
        };
        match rows.iter_mut().find(|(_, first)| is_alike(first)) {
            Some((steps, _)) => steps.push(transition.step),
            None => rows.push((vec![transition.step], transition)),
        }
    }
    let mut table = "| step | calls | leads to | if it fails |\n|---|---|---|---|\n".to_owned();
    for (steps, transition) in rows {
        let steps: Vec<String> = steps.iter().map(|step| format!("`{step}`")).collect();
        let calls = match transition.step.calls() {
            Calls::None => "none",
            Calls::Reads => "reads",
            Calls::Writes => "writes",
        };
        let leads_to = match transition.leads_to {
            LeadsTo::States(states) => {
                states.iter().map(|state| format!("`{}`", state.name())).collect::<Vec<_>>().join(", ")
            }
            LeadsTo::AnyState => "any state".to_owned(),
            LeadsTo::Session => "a session".to_owned(),
            LeadsTo::SignUp => "a sign-up".to_owned(),
        };
        let on_failure = match transition.on_failure {
            OnFailure::Impossible => "cannot fail",
            OnFailure::Stays => "stays",
            OnFailure::StaysOrMoves => "stays or moves",
        };
        writeln!(table, "| {} | {calls} | {leads_to} | {on_failure} |", steps.join(", ")).unwrap();
    }
    table
}

fn page() -> String {
    let mut page = format!("{INTRODUCTION}```text\n");
    for state in StateKind::ALL {
        page += &overview(*state);
    }
    page += "```\n";
    page += HOW_TO_READ;
    for state in StateKind::ALL {
        write!(page, "### `{}`\n\n", state.name()).unwrap();
        if own(*state).next().is_none() {
            page += "This state has only the steps of [every state](#every-state).\n\n";
        } else {
            page += &table(own(*state));
            page.push('\n');
        }
    }
    let everywhere = StateKind::Unrecognized.transitions().filter(|transition| is_everywhere(transition.step));
    write!(page, "### Every state\n\n{}", table(everywhere)).unwrap();
    page += CALLS;
    for Composite { call, begins, steps, .. } in COMPOSITES {
        let begins = match begins {
            BeginsAt::Anew => "any state".to_owned(),
            BeginsAt::In(states) => {
                states.iter().map(|state| format!("`{}`", state.name())).collect::<Vec<_>>().join(", ")
            }
        };
        let (call, condition) = call.split_once("), ").map_or((*call, ""), |(call, condition)| (call, condition));
        let call = if condition.is_empty() { format!("`{call}`") } else { format!("`{call})`, {condition}") };
        let steps: Vec<String> = steps.iter().map(|step| format!("`{step}`")).collect();
        writeln!(page, "| {call} | {begins} | {} |", steps.join(", then ")).unwrap();
    }
    page + LINKS
}

#[test]
fn page_is_generated_from_the_relation() {
    let page = page();
    if env::var_os("WRITE_DOCS").is_some() {
        fs::write(PATH, &page).unwrap();
    }
    let written = fs::read_to_string(PATH).unwrap_or_default();
    assert!(written == page, "docs/machine.md is not what the relation says: run this test with WRITE_DOCS=1");
}
