//! The command line.

use std::path::PathBuf;

use clap::Parser;
use clerk_sign_in::PublishableKey;

/// Signs in at the terminal: at a server in memory, or at a real one.
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
}

fn default_checkpoint() -> PathBuf {
    std::env::temp_dir().join("clerk-sign-in-checkpoint.json")
}
