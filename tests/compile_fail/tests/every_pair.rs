//! Every pair of a state and a step: the pair compiles exactly if the relation lists it.
//!
//! One run of the compiler checks all pairs. Each pair is a line of a generated program, so the line of an error names
//! the pair.

#![allow(clippy::expect_used)]

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};

use clerk_sign_in::StateKind;
use clerk_sign_in::relation::Step;

const MANIFEST: &str = r#"
[package]
name = "every-pair"
edition = "2024"

[dependencies]
clerk-sign-in = { path = "ROOT", default-features = false, features = ["pkce"] }

[workspace]
"#;

const IMPORTS: &str = "use clerk_sign_in::*;\n";

/// The program, and the pair that stands on each line that has one.
fn program() -> (String, BTreeMap<usize, (StateKind, Step)>) {
    let (mut program, mut pairs) = (IMPORTS.to_owned(), BTreeMap::new());
    for (number, state) in StateKind::ALL.iter().enumerate() {
        writeln!(program, "type At{number} = SignIn<{}>;", state.name()).expect("text can be written");
        for step in Step::ALL {
            pairs.insert(program.lines().count() + 1, (*state, *step));
            writeln!(program, "pub fn at{number}_{step}() {{ let _ = At{number}::{step}; }}")
                .expect("text can be written");
        }
    }
    (program, pairs)
}

/// The error codes of each line, such as `E0599`.
fn errors(folder: &Path) -> BTreeMap<usize, Vec<String>> {
    let cargo = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut check = Command::new(cargo);
    check.args(["check", "--offline", "--quiet", "--message-format", "short"]).current_dir(folder);
    let output = check.env("CARGO_TARGET_DIR", folder.join("target")).env_remove("RUSTFLAGS").output();
    let output = String::from_utf8(output.expect("cargo runs").stderr).expect("messages are text");
    let mut errors: BTreeMap<usize, Vec<String>> = BTreeMap::new();
    for message in output.lines() {
        let error = message.split_once("src/lib.rs:").and_then(|(_, rest)| rest.split_once(": error["));
        let Some((place, error)) = error else { continue };
        let line = place.split(':').next().and_then(|line| line.parse().ok());
        let code = error.split(']').next().unwrap_or_default().to_owned();
        errors.entry(line.expect("an error has a line")).or_default().push(code);
    }
    assert!(!errors.is_empty(), "the program was not checked: {output}");
    errors
}

#[test]
fn pair_compiles_exactly_if_the_relation_lists_it() {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().expect("the workspace exists");
    let folder = root.join("target/tests/every_pair");
    let (program, pairs) = program();
    fs::create_dir_all(folder.join("src")).expect("the folder can be made");
    let root_text = root.to_str().expect("the path is text");
    fs::write(folder.join("Cargo.toml"), MANIFEST.replace("ROOT", root_text)).expect("the manifest can be written");
    fs::copy(root.join("Cargo.lock"), folder.join("Cargo.lock")).expect("the lock file can be copied");
    fs::write(folder.join("src/lib.rs"), program).expect("the program can be written");

    let errors = errors(&folder);
    let stray: Vec<_> = errors.keys().filter(|line| !pairs.contains_key(line)).collect();
    assert!(stray.is_empty(), "errors on lines without a pair: {stray:?}");
    let mut wrong = Vec::new();
    let mut legal = 0;
    for (line, (state, step)) in &pairs {
        let codes = errors.get(line).map(Vec::as_slice).unwrap_or_default();
        // E0282 and E0283 say that a method with a type parameter exists.
        let compiles = codes.iter().all(|code| matches!(code.as_str(), "E0282" | "E0283"));
        legal += usize::from(compiles);
        if compiles != state.allows(*step) {
            wrong.push(format!("{} {step}: compiles: {compiles}, {codes:?}", state.name()));
        }
    }
    println!("{} pairs of a state and a step: {legal} compile, {} do not", pairs.len(), pairs.len() - legal);
    assert!(wrong.is_empty(), "the types and the relation differ:\n{}", wrong.join("\n"));
}
