//! The command line.

use std::path::PathBuf;

use clap::builder::{PossibleValuesParser, TypedValueParser};
use clap::{Args, Parser};
use clerk_sign_in::PublishableKey;
use clerk_sign_in::fake::SignUpField;

use crate::embedded;

/// An example of the crate clerk-sign-in that signs a user in or up at the terminal. Each state has its own screen.
///
/// Without --url or --publishable-key, the program signs in at an embedded fake of Clerk's Frontend API. The fake sends
/// no mail. Instead, the program shows the messages that the fake would send.
#[derive(Debug, Parser)]
#[command(after_help = EXIT_STATUS, after_long_help = format!("{}\n\n{EXIT_STATUS}", embedded::users()))]
pub(crate) struct Arguments {
    /// Sign in at the Frontend API with this URL, without `/v1`
    #[arg(long, conflicts_with = "publishable_key")]
    pub(crate) url: Option<String>,

    /// Sign in at the instance with this publishable key, `pk_test_…` or `pk_live_…`
    #[arg(long, value_name = "KEY")]
    pub(crate) publishable_key: Option<PublishableKey>,

    /// Sign in as ada@example.com without asking any questions
    #[arg(long, conflicts_with = "publishable_key")]
    pub(crate) demo: bool,

    /// The file in which an unfinished sign-in or a session is saved
    #[arg(long, value_name = "FILE", default_value_os_t = default_checkpoint())]
    pub(crate) checkpoint: PathBuf,

    #[command(flatten)]
    pub(crate) instance: Instance,
}

/// The requirements of the embedded fake. A real instance may have the same requirements.
#[derive(Debug, Args)]
#[command(next_help_heading = "The embedded fake")]
#[group(conflicts_with_all = ["url", "publishable_key", "demo"])]
pub(crate) struct Instance {
    /// At the next step, require this many challenges of Clerk Protect, one after another
    #[arg(long, value_name = "N", default_value_t = 0, hide_default_value = true)]
    pub(crate) gate: u32,

    /// In any 10 seconds, allow at most 5 sign-ins and at most 3 answers
    #[arg(long)]
    pub(crate) limits: bool,

    /// Treat every password as too old, so that users must choose a new one
    #[arg(long)]
    pub(crate) old_passwords: bool,

    /// Do not reveal whether an identifier has an account
    #[arg(long)]
    pub(crate) hide_identifiers: bool,

    /// Ask for a captcha at each sign-in
    #[arg(long)]
    pub(crate) captcha: bool,

    /// Do not allow sign-ups
    #[arg(long)]
    pub(crate) no_sign_ups: bool,

    /// Require these fields at a sign-up (a list separated by commas)
    #[arg(long, value_name = "FIELDS", value_delimiter = ',', value_parser = sign_up_field())]
    pub(crate) sign_up_requires: Vec<SignUpField>,
}

const EXIT_STATUS: &str = "Exit status: 0 signed in, 1 not signed in, 2 wrong arguments, 130 interrupted by Ctrl-C.";

fn sign_up_field() -> impl TypedValueParser<Value = SignUpField> {
    let names = ["first_name", "last_name", "username", "password", "legal_accepted"];
    PossibleValuesParser::new(names).try_map(|name| serde_json::from_value::<SignUpField>(name.into()))
}

fn default_checkpoint() -> PathBuf {
    std::env::temp_dir().join("clerk-sign-in-checkpoint.json")
}
