//! The page `docs/from-clerk-js.md`: it has one row for each name of clerk-js, and each row has code that runs here.

mod code_of;
mod create;
mod finalize;
mod legacy;
mod links;
mod newer;
mod names;
mod passkeys;
mod properties;
mod reset;
pub(crate) mod shown;
mod sso;
pub(crate) mod users;
mod values;
mod wallets;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use names::{Name, listed};

const DOCUMENT: &str = include_str!("../../docs/from-clerk-js.md");

/// Makes one test of each scenario. A scenario must show all names of its sections.
macro_rules! scenarios {
    ($($module:ident::$scenario:ident shows [$($section:literal),+],)+) => {
        mod each_row_is_true {
            $(#[tokio::test]
            async fn $scenario() {
                let world = support::World::memory();
                let mut shown = super::shown::Shown::new(&[$($section),+]);
                super::$module::$scenario(&world, &mut shown).await;
                shown.is_complete();
            })+
        }

        const SHOWN: &[&str] = &[$($($section),+),+];
    };
}

scenarios! {
    properties::properties shows ["SignInFuture: properties", "SignIn: properties"],
    values::factors shows ["SignInFirstFactor and SignInSecondFactor"],
    values::verifications shows ["VerificationResource"],
    create::creates shows ["SignInFuture: create()", "SignIn: create()"],
    create::passwords shows ["SignInFuture: password()"],
    create::tickets shows ["SignInFuture: ticket()"],
    code_of::emails shows ["SignInFuture: emailCode"],
    code_of::phones shows ["SignInFuture: phoneCode"],
    code_of::second_factors shows ["SignInFuture: mfa"],
    reset::by_email shows ["SignInFuture: resetPasswordEmailCode"],
    reset::by_phone shows ["SignInFuture: resetPasswordPhoneCode"],
    reset::new_passwords shows ["SignIn: resetPassword() and validatePassword()"],
    links::links shows ["SignInFuture: emailLink"],
    links::flows shows ["SignIn: createEmailLinkFlow()"],
    finalize::sessions shows ["SignInFuture: finalize()"],
    finalize::resets shows ["SignInFuture: reset()"],
    passkeys::passkeys shows ["SignInFuture: passkey()", "SignIn: authenticateWithPasskey()"],
    sso::providers shows ["SignInFuture: sso()"],
    sso::redirects shows ["SignIn: authenticateWithRedirect()"],
    sso::popups shows ["SignIn: authenticateWithPopup()"],
    wallets::wallets shows ["SignInFuture: web3()", "SignIn: authenticateWithBase() and other wallets"],
    wallets::callbacks shows ["SignIn: authenticateWithWeb3()"],
    legacy::steps shows ["SignIn: the steps"],
    legacy::preparations shows ["SignIn: prepareFirstFactor()", "SignIn: attemptFirstFactor()"],
    legacy::older_second_factors shows ["SignIn: prepareSecondFactor()", "SignIn: attemptSecondFactor()"],
    newer::newer shows ["Newer than both pages"],
}

#[test]
fn every_section_has_a_scenario() {
    let sections: BTreeSet<_> = listed().into_iter().map(|name| name.section).collect();
    assert_eq!(sections, SHOWN.iter().copied().collect());
    assert_eq!(sections.len(), SHOWN.len(), "a section has two scenarios");
}

#[test]
fn document_has_one_row_for_each_name() {
    let rows: Vec<_> = rows().into_iter().map(|row| (row.section, row.name)).collect();
    let names: Vec<_> = listed().into_iter().map(|name| (name.section, name.text)).collect();
    assert_eq!(names.iter().collect::<BTreeSet<_>>().len(), names.len(), "a name is listed twice");
    let lacking: Vec<_> = names.iter().filter(|name| !rows.contains(name)).collect();
    let unlisted: Vec<_> = rows.iter().filter(|row| !names.contains(row)).collect();
    assert!(lacking.is_empty() && unlisted.is_empty(), "without a row: {lacking:?}, not listed: {unlisted:?}");
    assert!(rows == names, "a name has two rows, or the rows have another order");
}

#[test]
fn document_has_no_empty_cell_and_gives_reasons() {
    let names = listed();
    for row in rows() {
        let Row { section, name, here, through_one_object, difference } = row;
        let cells = [here, through_one_object, difference];
        assert!(!cells.contains(&""), "{section}: {name} has an empty cell");
        let listed = names.iter().find(|it| it.section == section && it.text == name).unwrap();
        assert_eq!(
            here == "–",
            !listed.has_counterpart,
            "{section}: {name} is `–` if and only if it has no counterpart"
        );
        let is_a_reason = difference != "nothing" && difference != "–";
        assert!(listed.has_counterpart || is_a_reason, "{section}: {name} has no counterpart, and no reason");
    }
}

/// Rustdoc finds an item by its name or by an alias.
#[test]
fn documentation_is_found_by_the_names_of_clerk_js() {
    let source = source(Path::new(env!("CARGO_MANIFEST_DIR")).join("src"));
    let is_found = |word: &str| {
        let named = ["pub fn", "pub async fn", "pub const fn"].map(|of| format!("{of} {word}("));
        let aliased = [format!("doc(alias = \"{word}\")"), format!("pub {word}: ")];
        named.iter().chain(&aliased).any(|item| source.contains(item))
    };
    let words: BTreeSet<_> = listed().iter().filter_map(Name::searched_for).map(str::to_owned).collect();
    assert!(words.contains("verifyTOTP") && words.contains("supportedFirstFactors"), "{words:?}");
    let missing: Vec<_> = words.into_iter().filter(|word| !is_found(word)).collect();
    assert!(missing.is_empty(), "not found: {missing:?}");
}

/// Each method that the page names for the object is called by a test of the object.
#[test]
fn methods_of_the_object_are_called_by_its_tests() {
    let tests = source(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/dynamic"));
    let mut named = BTreeSet::new();
    for row in rows() {
        for code in row.through_one_object.split('`').skip(1).step_by(2).filter(|code| !code.contains("::")) {
            let parts = code.split('.').skip(1).filter_map(|part| part.split_once('(')).map(|(method, _)| method);
            let parts = parts.filter(|method| !method.is_empty() && !code.starts_with("client"));
            named.extend(parts.filter(|method| !code.starts_with("navigation") || *method == "session"));
        }
    }
    assert!(named.contains("verify_totp") && named.contains("authenticate_with_okx_wallet"), "{named:?}");
    let missing: Vec<_> = named.iter().filter(|method| !tests.contains(&format!(".{method}("))).collect();
    assert!(missing.is_empty(), "not called: {missing:?}");
}

struct Row {
    section: &'static str,
    name: &'static str,
    here: &'static str,
    through_one_object: &'static str,
    difference: &'static str,
}

/// Reads the rows of the document's tables, except the table that explains the words.
fn rows() -> Vec<Row> {
    let mut section = "";
    let mut rows = Vec::new();
    for line in DOCUMENT.lines() {
        if let Some(heading) = line.strip_prefix("## ") {
            section = heading;
        }
        let Some(line) = line.strip_prefix("| ").filter(|_| !section.is_empty()) else { continue };
        let cells: Vec<_> = line.trim_end_matches('|').split('|').map(str::trim).collect();
        let [name, here, through_one_object, difference] = cells[..] else { panic!("{line} does not have four cells") };
        if name == "in clerk-js" {
            continue;
        }
        let name = name.strip_prefix('`').and_then(|name| name.strip_suffix('`')).unwrap();
        rows.push(Row { section, name, here, through_one_object, difference });
    }
    rows
}

/// Returns the text of all source files below this directory.
fn source(directory: PathBuf) -> String {
    let entries = std::fs::read_dir(directory).unwrap().map(|entry| entry.unwrap().path());
    entries
        .map(|path| if path.is_dir() { source(path) } else { std::fs::read_to_string(path).unwrap() })
        .collect::<Vec<_>>()
        .join("\n")
}
