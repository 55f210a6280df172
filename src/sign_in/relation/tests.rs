//! The relation is held against the signatures of the steps, as `docs/public-api.txt` lists them.

use std::collections::BTreeMap;

use super::{LeadsTo, OnFailure, Step};
use crate::sign_in::outcomes::{
    AfterClientTrust, AfterCreate, AfterFirstFactor, AfterRedirect, AfterReset, AfterResetCode, AfterSecondFactor,
    BeforeFirstFactor,
};
use crate::sign_in::state_kind::StateKind;

const PUBLIC_API: &str = include_str!("../../../docs/public-api.txt");

/// A method of `SignIn` that consumes the sign-in.
struct Method {
    /// The type parameter of the `SignIn`, such as `CodeSent<S>`.
    at: String,
    name: String,
    returns: String,
}

fn methods() -> Vec<Method> {
    let plain = PUBLIC_API.replace("clerk_sign_in::", "").replace("core::result::", "");
    let method = |line: &str| {
        let rest = line.strip_prefix("pub async fn SignIn<").or_else(|| line.strip_prefix("pub fn SignIn<"))?;
        let (at, rest) = rest.split_once(">::").filter(|(at, _)| !at.contains('('))?;
        let (name, rest) = rest.split_once('(')?;
        let rest = rest.strip_prefix("self")?;
        let returns = rest.split_once(" -> ").map_or("", |(_, returns)| returns);
        let name = name.split('<').next().unwrap_or(name);
        Some(Method { at: at.to_owned(), name: name.to_owned(), returns: returns.to_owned() })
    };
    plain.lines().filter_map(method).collect()
}

/// The stages, by the name of their types: the stage itself, its outcome, and what is left of its passkey's challenge.
const STAGES: [(&str, &str, &str); 3] = [
    ("NeedsFirstFactor", "AfterFirstFactor", "BeforeFirstFactor"),
    ("NeedsSecondFactor", "AfterSecondFactor", "SignIn<NeedsSecondFactor>"),
    ("NeedsClientTrust", "AfterClientTrust", "SignIn<NeedsClientTrust>"),
];

/// The methods of one state: of its own `impl` blocks, of those for each stage, and of those for every state.
fn methods_of(kind: StateKind) -> BTreeMap<String, String> {
    let own = kind.name().replace("PasskeyChallenged", "PasskeyChallenged<NeedsFirstFactor>");
    let own = own.replace("<NeedsFirstFactor><", "<");
    let mut found = BTreeMap::new();
    for Method { at, name, returns } in methods() {
        let is_for_all = at == "S" && matches!(name.as_str(), "refresh" | "start_over");
        // The stage for which a method of `S` or of `CodeSent<S>` is one of this state.
        let stage = STAGES.iter().find(|(stage, ..)| match at.strip_suffix("<S>") {
            Some(prepared) => format!("{prepared}<{stage}>") == own,
            None => at == "S" && *stage == own,
        });
        let returns = match stage {
            Some((stage, outcome, before)) => returns
                .replace("<S as Stage>::Outcome", outcome)
                .replace("<S as Stage>::BeforePasskey", before)
                .replace("<S>", &format!("<{stage}>"))
                .replace("PasskeyChallenged<NeedsFirstFactor>", "PasskeyChallenged"),
            None => returns,
        };
        if at == own || is_for_all || stage.is_some() {
            assert!(found.insert(name.clone(), returns).is_none(), "{own} has two methods `{name}`");
        }
    }
    found
}

/// Reads where a step leads from the type that it returns.
fn leads_to(from: StateKind, returns: &str) -> Option<LeadsTo> {
    let success = returns.strip_prefix("Result<").unwrap_or(returns);
    let success = success.split_once(", ").map_or(success, |(success, _)| success);
    let outcomes = [
        ("AfterCreate", AfterCreate::STATES),
        ("AfterFirstFactor", AfterFirstFactor::STATES),
        ("AfterRedirect", AfterRedirect::STATES),
        ("AfterSecondFactor", AfterSecondFactor::STATES),
        ("AfterClientTrust", AfterClientTrust::STATES),
        ("AfterResetCode", AfterResetCode::STATES),
        ("AfterReset", AfterReset::STATES),
        ("BeforeFirstFactor", BeforeFirstFactor::STATES),
    ];
    let single = |state: &StateKind| {
        let position = StateKind::ALL.iter().position(|it| it == state).expect("it is one of all");
        LeadsTo::States(&StateKind::ALL[position..=position])
    };
    match success {
        "AnySignIn" => Some(LeadsTo::AnyState),
        "Finalized" => Some(LeadsTo::Session),
        "AfterSignUp" => Some(LeadsTo::SignUp),
        "Self" => Some(single(&from)),
        // The wait for a link ends with the outcome of the stage.
        wait if wait.starts_with("LinkWait<") => {
            let (.., outcome, _) = STAGES.iter().find(|(stage, ..)| wait.contains(stage))?;
            leads_to(from, outcome)
        }
        success => outcomes
            .iter()
            .find(|(outcome, _)| *outcome == success)
            .map(|(_, states)| LeadsTo::States(states))
            .or_else(|| StateKind::ALL.iter().find(|it| format!("SignIn<{}>", it.name()) == success).map(single)),
    }
}

#[test]
fn each_state_has_the_steps_that_the_types_have() {
    for state in StateKind::ALL {
        let related: Vec<&str> = state.transitions().map(|transition| transition.step.name()).collect();
        let mut sorted = related.clone();
        sorted.sort_unstable();
        let methods = methods_of(*state);
        assert_eq!(sorted, methods.keys().map(String::as_str).collect::<Vec<_>>(), "{}", state.name());
    }
}

#[test]
fn each_step_leads_where_its_type_says() {
    for state in StateKind::ALL {
        let methods = methods_of(*state);
        for transition in state.transitions() {
            let returns = &methods[transition.step.name()];
            let expected = leads_to(*state, returns).unwrap_or_else(|| panic!("not read: {returns}"));
            assert_eq!(transition.leads_to, expected, "{} {} -> {returns}", state.name(), transition.step);
            let fails = match returns.as_str() {
                returns if returns.contains("StepError<Complete>") => OnFailure::Stays,
                returns if returns.contains("StepError<") || returns.starts_with("LinkWait<") => {
                    OnFailure::StaysOrMoves
                }
                returns if returns.ends_with(", Self>") => OnFailure::Stays,
                _ => OnFailure::Impossible,
            };
            assert_eq!(transition.on_failure, fails, "{} {} -> {returns}", state.name(), transition.step);
        }
    }
}

#[test]
fn every_step_is_legal_in_some_state() {
    for step in Step::ALL {
        assert!(StateKind::ALL.iter().any(|state| state.allows(*step)), "{step}");
    }
}

#[test]
fn names_in_formats_are_the_names_of_the_methods() {
    for step in Step::ALL {
        assert_eq!(serde_json::to_string(step).expect("a step can be written"), format!("\"{step}\""));
    }
}
