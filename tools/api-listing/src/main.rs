//! Lists the public API of the library, so that each change of the API is visible in a diff.
//!
//! `cargo run -p api-listing` compares the list with `docs/public-api.txt`. `cargo run -p api-listing -- --write`
//! rewrites that file.

use std::error::Error;
use std::path::Path;
use std::process::{Command, ExitCode};
use std::{env, fs};

const LISTING: &str = "docs/public-api.txt";
/// The environment variable that holds the path of the real rustdoc. The variable is set only when cargo runs this
/// program instead of rustdoc.
const STANDS_IN: &str = "API_LISTING_RUSTDOC";

fn main() -> ExitCode {
    let result = match env::var(STANDS_IN) {
        Ok(rustdoc) => stand_in(&rustdoc),
        Err(_) => run(env::args().any(|argument| argument == "--write")),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

/// Rustdoc's JSON format is unstable, so rustdoc needs the flag for unstable features. Only rustdoc gets this flag, so
/// that nothing else is rebuilt.
fn stand_in(rustdoc: &str) -> Result<(), Box<dyn Error>> {
    let status = Command::new(rustdoc).args(env::args_os().skip(1)).env("RUSTC_BOOTSTRAP", "1").status()?;
    if status.success() { Ok(()) } else { Err("rustdoc failed".into()) }
}

fn run(write: bool) -> Result<(), Box<dyn Error>> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let cargo = env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned());
    let rustdoc = env::var("RUSTDOC").unwrap_or_else(|_| "rustdoc".to_owned());
    let mut command = Command::new(cargo);
    command.env(STANDS_IN, rustdoc).env("RUSTDOC", env::current_exe()?).current_dir(&root);
    command.args(["rustdoc", "--quiet", "--lib", "--all-features", "-p", "clerk-sign-in"]);
    command.args(["--", "-Z", "unstable-options", "--output-format", "json", "--cap-lints", "allow"]);
    if !command.status()?.success() {
        return Err("the documentation cannot be made".into());
    }
    let target = env::var("CARGO_TARGET_DIR").map_or_else(|_| root.join("target"), Into::into);
    let api = public_api::Builder::from_rustdoc_json(target.join("doc/clerk_sign_in.json"))
        .omit_blanket_impls(true)
        .omit_auto_trait_impls(true)
        .omit_auto_derived_impls(true)
        .build()?;
    let lines: Vec<String> = api.items().map(ToString::to_string).collect();
    let text = lines.join("\n") + "\n";

    let file = root.join(LISTING);
    if write {
        fs::write(file, text)?;
        println!("{} items", lines.len());
        return Ok(());
    }
    if fs::read_to_string(file)? == text {
        println!("{} items, as {LISTING} lists them", lines.len());
        return Ok(());
    }
    Err(format!("the public API differs from {LISTING}: write it anew with `cargo run -p api-listing -- --write`")
        .into())
}
