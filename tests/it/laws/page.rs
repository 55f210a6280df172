//! The table of laws in `docs/backend.md` is generated from `LAWS`. To write it anew, run the test with `WRITE_DOCS=1`.

use std::fmt::Write as _;
use std::{env, fs};

use clerk_sign_in::testing::laws::LAWS;

const PATH: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/backend.md");
const HEADING: &str = "## The laws\n";

fn tables() -> String {
    let certain = LAWS.iter().filter(|law| law.certainty.as_str() == "certain").count();
    let mut text = format!("{HEADING}\n{} laws, of which {certain} are certain. ", LAWS.len());
    text += "This section is generated from `testing::laws::LAWS`.\n";
    let mut topic = "";
    for law in LAWS {
        if law.topic != topic {
            topic = law.topic;
            write!(text, "\n### {topic}\n\n| law | rule | source | |\n|---|---|---|---|\n").unwrap();
        }
        writeln!(text, "| `{}` | {} | {} | {} |", law.name, law.summary, law.source, law.certainty).unwrap();
    }
    text
}

#[test]
fn page_lists_the_laws() {
    let page = fs::read_to_string(PATH).unwrap();
    let (before, _) = page.split_once(HEADING).expect("the page has a section for the laws");
    let wanted = format!("{before}{}", tables());
    if env::var_os("WRITE_DOCS").is_some() {
        fs::write(PATH, &wanted).unwrap();
    } else {
        assert!(page == wanted, "docs/backend.md does not list the laws as they are: run this test with WRITE_DOCS=1");
    }
}

#[test]
fn each_law_has_a_name_of_its_own_and_a_rule_in_one_sentence() {
    for (index, law) in LAWS.iter().enumerate() {
        assert!(LAWS[..index].iter().all(|other| other.name != law.name), "{}", law.name);
        assert!(law.summary.ends_with('.') && law.summary.len() <= 120, "{}: {}", law.name, law.summary);
        assert!(law.name.len() <= 60 && !law.source.is_empty(), "{}", law.name);
    }
}
