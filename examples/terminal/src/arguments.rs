//! The command line.

use std::path::PathBuf;

use clap::builder::{PossibleValuesParser, TypedValueParser};
use clap::{Args, Parser};
use clerk_sign_in::PublishableKey;
use clerk_sign_in::fake::SignUpField;

/// Signs in or up at the terminal: at a server in memory, or at a real one.
#[derive(Debug, Parser)]
#[command(after_help = "Exit status: 0 signed in, 1 not signed in, 2 wrong arguments, 130 interrupted by Ctrl-C.")]
pub(crate) struct Arguments {
    /// Sign in at the Frontend API with this URL, without `/v1`
    #[arg(long, conflicts_with = "publishable_key")]
    pub(crate) url: Option<String>,

    /// Sign in at the instance with this publishable key, `pk_test_…` or `pk_live_…`
    #[arg(long, value_name = "KEY")]
    pub(crate) publishable_key: Option<PublishableKey>,

    /// Sign in as ada@example.com without asking anything
    #[arg(long, conflicts_with = "publishable_key")]
    pub(crate) demo: bool,

    /// Where a sign-in is kept that was left in the middle
    #[arg(long, value_name = "FILE", default_value_os_t = default_checkpoint())]
    pub(crate) checkpoint: PathBuf,

    #[command(flatten)]
    pub(crate) instance: Instance,
}

/// What the server in memory asks for, as any instance may.
#[derive(Debug, Args)]
#[command(next_help_heading = "The server in memory")]
#[group(conflicts_with_all = ["url", "publishable_key", "demo"])]
pub(crate) struct Instance {
    /// The next step meets this many challenges, one after the other
    #[arg(long, value_name = "N", default_value_t = 0, hide_default_value = true)]
    pub(crate) gate: u32,

    /// No more than 5 sign-ins and 3 answers in 10 seconds
    #[arg(long)]
    pub(crate) limits: bool,

    /// Every password is too old: after it, a new one has to be chosen
    #[arg(long)]
    pub(crate) old_passwords: bool,

    /// Whether an identifier is known is not told
    #[arg(long)]
    pub(crate) hide_identifiers: bool,

    /// A sign-in takes a captcha
    #[arg(long)]
    pub(crate) captcha: bool,

    /// Nobody can sign up
    #[arg(long)]
    pub(crate) no_sign_ups: bool,

    /// Whoever signs up has to give these, which commas separate
    #[arg(long, value_name = "FIELDS", value_delimiter = ',', value_parser = sign_up_field())]
    pub(crate) sign_up_requires: Vec<SignUpField>,
}

fn sign_up_field() -> impl TypedValueParser<Value = SignUpField> {
    let names = ["first_name", "last_name", "username", "password", "legal_accepted"];
    PossibleValuesParser::new(names).try_map(|name| serde_json::from_value::<SignUpField>(name.into()))
}

fn default_checkpoint() -> PathBuf {
    std::env::temp_dir().join("clerk-sign-in-checkpoint.json")
}
