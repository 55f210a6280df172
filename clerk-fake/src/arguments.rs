//! The command line arguments.

use std::path::PathBuf;

use clap::Parser;
use tracing_subscriber::filter::LevelFilter;

/// A Clerk sign-in server for tests. Real Clerk clients can sign in to it without an internet connection. Tests control
/// its mail, its clock and its simulated faults through /_fake.
#[derive(Parser)]
#[command(name = "clerk-fake", version)]
pub(crate) struct Arguments {
    /// The port to listen on; 0 means any free port.
    #[arg(long, default_value_t = 4010)]
    pub(crate) port: u16,
    /// The address to listen on. If this is not a loopback address, other machines can reach the server.
    #[arg(long, default_value = "127.0.0.1")]
    pub(crate) host: String,
    /// A JSON file that contains `settings` and `users`, in the same format as /_fake/settings and /_fake/users.
    #[arg(long, value_name = "FILE")]
    pub(crate) config: Option<PathBuf>,
    /// The seed for ids, codes and salts. If the seed, the requests and their order are the same, the server generates
    /// the same values.
    #[arg(long, value_name = "N")]
    pub(crate) seed: Option<u64>,
    /// Adds three demo users: ada@example.com (password and authenticator app), grace@example.com (password) and
    /// `linus+clerk_test@example.com` (email code 424242).
    #[arg(long)]
    pub(crate) demo: bool,
    /// Turns off rate limits, lockout, and the wait before another code can be sent. With this option, a code from an
    /// authenticator app can be used more than once.
    #[arg(long)]
    pub(crate) no_limits: bool,
    /// A `node_modules` folder that contains the JavaScript packages that pages load from the Frontend API.
    #[arg(long, value_name = "FOLDER")]
    pub(crate) packages: Option<PathBuf>,
    /// Checks each request about a sign-in against the server's rules. When the server stops, it prints how many
    /// requests were out of turn, and exits with 1 if there were any.
    #[arg(long, conflicts_with = "no_control")]
    pub(crate) check: bool,
    /// Turns /_fake off.
    #[arg(long)]
    pub(crate) no_control: bool,
    /// The log level on stderr: off, error, warn, info or debug.
    #[arg(long, value_name = "LEVEL", default_value = "info")]
    pub(crate) log: LevelFilter,
}
