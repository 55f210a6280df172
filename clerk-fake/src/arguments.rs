//! What can be said on the command line.

use std::path::PathBuf;

use clap::Parser;
use tracing_subscriber::filter::LevelFilter;

/// A Clerk sign-in server for tests: real clients sign in to it, offline, with the mail, the clock and the faults in
/// your hand at /_fake.
#[derive(Parser)]
#[command(name = "clerk-fake", version)]
pub(crate) struct Arguments {
    /// The port to listen at; 0 takes a free one.
    #[arg(long, default_value_t = 4010)]
    pub(crate) port: u16,
    /// The address to listen at. Other machines reach any but a loopback address.
    #[arg(long, default_value = "127.0.0.1")]
    pub(crate) host: String,
    /// A JSON file with `settings` and `users`, as /_fake/settings and /_fake/users take them.
    #[arg(long, value_name = "FILE")]
    pub(crate) config: Option<PathBuf>,
    /// Where ids, codes and salts follow from, so that a run can be repeated.
    #[arg(long, value_name = "N")]
    pub(crate) seed: Option<u64>,
    /// Adds the demo people: ada (password and authenticator app), grace (password), both at example.com, and linus, who
    /// signs in by an email code that is always 424242.
    #[arg(long)]
    pub(crate) demo: bool,
    /// No rate limits, no lockout, no wait before a code is sent again, and codes of an authenticator app count more than
    /// once.
    #[arg(long)]
    pub(crate) no_limits: bool,
    /// A `node_modules` folder to serve the JavaScript packages from that pages load from the Frontend API.
    #[arg(long, value_name = "FOLDER")]
    pub(crate) packages: Option<PathBuf>,
    /// Turns /_fake off.
    #[arg(long)]
    pub(crate) no_control: bool,
    /// How much to log to stderr: off, error, warn, info or debug.
    #[arg(long, value_name = "LEVEL", default_value = "info")]
    pub(crate) log: LevelFilter,
}
