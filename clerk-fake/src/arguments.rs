//! The command line arguments.

use std::path::PathBuf;

use clap::Parser;
use tracing_subscriber::filter::LevelFilter;

/// A Clerk sign-in server for tests. Real clients can sign in to it offline. To control the mail, the clock and the
/// faults, use /_fake.
#[derive(Parser)]
#[command(name = "clerk-fake", version)]
pub(crate) struct Arguments {
    /// The port to listen on; 0 means any free port.
    #[arg(long, default_value_t = 4010)]
    pub(crate) port: u16,
    /// The address to listen on. Other machines can reach the server unless this is a loopback address.
    #[arg(long, default_value = "127.0.0.1")]
    pub(crate) host: String,
    /// A JSON file with `settings` and `users`, in the format of /_fake/settings and /_fake/users.
    #[arg(long, value_name = "FILE")]
    pub(crate) config: Option<PathBuf>,
    /// The seed for ids, codes and salts. With the same seed, the same requests in the same order get the same values.
    #[arg(long, value_name = "N")]
    pub(crate) seed: Option<u64>,
    /// Adds three demo users: ada@example.com (password and authenticator app), grace@example.com (password) and
    /// `linus+clerk_test@example.com` (email code 424242).
    #[arg(long)]
    pub(crate) demo: bool,
    /// Turns off rate limits, lockout and the wait before a code is sent again. Also allows a code from an
    /// authenticator app to be used more than once.
    #[arg(long)]
    pub(crate) no_limits: bool,
    /// A `node_modules` folder with the JavaScript packages that pages load from the Frontend API.
    #[arg(long, value_name = "FOLDER")]
    pub(crate) packages: Option<PathBuf>,
    /// Turns /_fake off.
    #[arg(long)]
    pub(crate) no_control: bool,
    /// The log level on stderr: off, error, warn, info or debug.
    #[arg(long, value_name = "LEVEL", default_value = "info")]
    pub(crate) log: LevelFilter,
}
