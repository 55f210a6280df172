//! A Clerk sign-in server for tests in any language. `docs/fake-server.md` explains how to use it.

mod arguments;
mod config;

use std::error::Error;
use std::io::{self, IsTerminal, Write};
use std::process::ExitCode;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use clap::Parser;
use clerk_sign_in::fake::{FakeBackend, FakeState, Settings};
use clerk_sign_in::platform::SystemTimer;
use clerk_sign_in::server::{Check, Server};

use arguments::Arguments;
use config::Config;

#[tokio::main]
async fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let ansi = io::stderr().is_terminal();
    tracing_subscriber::fmt().with_max_level(arguments.log).with_ansi(ansi).with_writer(io::stderr).init();
    match run(&arguments).await {
        Ok(check) if arguments.check => report(check),
        Ok(_) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("clerk-fake: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn run(arguments: &Arguments) -> Result<Check, Box<dyn Error>> {
    let config = arguments.config.as_deref().map(Config::read).transpose()?.unwrap_or_default();
    let seed = arguments.seed.unwrap_or_else(random_seed);
    let mut fake = FakeBackend::restored(FakeState::new(seed)).with_timer(SystemTimer);
    fake.configure(|settings| *settings = Settings::strict());
    if arguments.demo {
        fake = fake.with_demo_users();
    }
    config.apply(&fake)?;
    if arguments.no_limits {
        fake.configure(Settings::lift_limits);
    }

    let address = (arguments.host.as_str(), arguments.port);
    let server = Server::bind(address, fake.clone())
        .await
        .map_err(|error| format!("cannot listen on {}:{}: {error}", arguments.host, arguments.port))?;
    let url = server.url();
    fake.configure(|settings| {
        settings.public_url.get_or_insert_with(|| url.clone());
    });
    let is_public = !server.address().ip().is_loopback();
    let server = if arguments.no_control { server } else { server.with_control(fake.clone()) };
    let server = match &arguments.packages {
        Some(folder) => server.with_packages(folder),
        None => server,
    };

    // Listen for signals before printing `ready`, because a script may stop the server as soon as it reads that line.
    let stop = stopped()?;
    if is_public {
        warn_of_public_address(arguments);
    }
    announce(&fake.settings(), &url, !arguments.no_control)?;
    let check = server.check();
    server.serve(stop).await?;
    Ok(check.now())
}

/// Prints what the check found.
fn report(check: Check) -> ExitCode {
    let Check { requests, sign_ins, out_of_turn, outside, .. } = check;
    let mut stderr = io::stderr().lock();
    // Whoever started the program may no longer listen.
    let _ = writeln!(
        stderr,
        "clerk-fake: {requests} requests about {sign_ins} sign-ins were checked: {out_of_turn} were out of turn, and \
         {outside} answers were outside the rules"
    );
    if out_of_turn == 0 && outside == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// Prints the URLs and the key. The last line is meant for scripts, which wait for it.
fn announce(settings: &Settings, url: &str, has_control: bool) -> io::Result<()> {
    let mut out = io::stdout().lock();
    writeln!(out, "clerk-fake {}", env!("CARGO_PKG_VERSION"))?;
    writeln!(out, "  Frontend API     {url}")?;
    writeln!(out, "  publishable key  {}", publishable_key(&settings.issuer, settings.development))?;
    if has_control {
        writeln!(out, "  controls         {url}/_fake")?;
    }
    writeln!(out, "ready {url}")?;
    out.flush()
}

fn warn_of_public_address(arguments: &Arguments) {
    eprintln!(
        "clerk-fake: WARNING: other machines can reach this server. It has no TLS, and its signing key is public."
    );
    eprintln!("clerk-fake: WARNING: Anyone who reaches it can sign in as any user.");
    if !arguments.no_control {
        eprintln!("clerk-fake: WARNING: They can also change everything at /_fake. Turn that off with --no-control.");
    }
}

/// Returns a seed that is different in each run. A browser may still have a token from an earlier run, so the server
/// must not give the same token to a client of this run.
fn random_seed() -> u64 {
    use std::hash::{BuildHasher, RandomState};
    RandomState::new().hash_one(std::process::id())
}

/// Returns the publishable key, which contains the issuer's host.
fn publishable_key(issuer: &str, development: bool) -> String {
    let host = issuer.split_once("://").map_or(issuer, |(_, host)| host);
    let kind = if development { "test" } else { "live" };
    format!("pk_{kind}_{}", STANDARD.encode(format!("{host}$")))
}

/// Completes on Ctrl-C or SIGTERM. Signals are caught as soon as this function is called, before the future is polled.
#[cfg(unix)]
fn stopped() -> io::Result<impl Future<Output = ()>> {
    use tokio::signal::unix::{SignalKind, signal};
    let (mut interrupted, mut terminated) = (signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?);
    Ok(async move {
        tokio::select! {
            _ = interrupted.recv() => {}
            _ = terminated.recv() => {}
        }
    })
}

/// Completes on Ctrl-C. Signals are caught as soon as this function is called, before the future is polled.
#[cfg(windows)]
fn stopped() -> io::Result<impl Future<Output = ()>> {
    let mut interrupted = tokio::signal::windows::ctrl_c()?;
    Ok(async move { drop(interrupted.recv().await) })
}
