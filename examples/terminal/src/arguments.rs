//! The command line.

use std::path::PathBuf;

use clap::builder::{PossibleValuesParser, TypedValueParser};
use clap::{Args, Parser};
use clerk_sign_in::PublishableKey;
use clerk_sign_in::fake::SignUpField;

use crate::embedded;

/// An example program for the crate clerk-sign-in. It signs a user in or up at the terminal. Each state of the sign-in
/// has its own screen.
///
/// If neither --url nor --publishable-key is given, the program uses an embedded fake of Clerk's Frontend API. The fake
/// sends no mail. Instead, the program shows the messages that the fake would send.
#[derive(Debug, Parser)]
#[command(after_help = EXIT_STATUS, after_long_help = format!("{}\n\n{EXIT_STATUS}", embedded::users()))]
pub(crate) struct Arguments {
    /// Sign in at the Frontend API that has this URL (written without `/v1`)
    #[arg(long, conflicts_with = "publishable_key")]
    pub(crate) url: Option<String>,

    /// Sign in at the instance that this publishable key (`pk_test_…` or `pk_live_…`) belongs to
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

/// The requirements that the embedded fake imposes. A real instance may impose the same requirements.
#[derive(Debug, Args)]
#[command(next_help_heading = "The embedded fake")]
#[group(conflicts_with_all = ["url", "publishable_key", "demo"])]
pub(crate) struct Instance {
    /// Require this number of Clerk Protect challenges, one after another, at the next step
    #[arg(long, value_name = "N", default_value_t = 0, hide_default_value = true)]
    pub(crate) gate: u32,

    /// In any period of 10 seconds, allow at most 5 sign-ins and at most 3 answers
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

    /// Require these fields when a user signs up (a comma-separated list)
    #[arg(long, value_name = "FIELDS", value_delimiter = ',', value_parser = sign_up_field())]
    pub(crate) sign_up_requires: Vec<SignUpField>,
}

const EXIT_STATUS: &str = "Exit status: 0 signed in, 1 not signed in, 2 wrong arguments, 130 interrupted by Ctrl-C.";

fn sign_up_field() -> impl TypedValueParser<Value = SignUpField> {
    let names = ["email_address", "phone_number", "first_name", "last_name", "username", "password", "legal_accepted"];
    PossibleValuesParser::new(names).try_map(|name| serde_json::from_value::<SignUpField>(name.into()))
}

fn default_checkpoint() -> PathBuf {
    std::env::temp_dir().join("clerk-sign-in-checkpoint.json")
}
