//! Signs in or up at the terminal, one screen per state.
//!
//! `cargo run -p terminal` signs in at a server in memory, where `--gate`,
//! `--limits` and the like try what an instance may ask for; `--url` and `--publishable-key` sign in at a real one, and
//! `--demo` walks through a sign-in by itself.
//!
//! The program holds an [`AnySignIn`](clerk_sign_in::AnySignIn), or the [`AfterSignUp`](clerk_sign_in::AfterSignUp) that
//! it became, shows the screen of its state and gets the next one, until there is a session ([`screens`]). Whoever leaves in the middle finds a checkpoint when they come back ([`saved`]).
//! Answers come from prompts, or line by line from a pipe ([`terminal`]).

mod app;
mod arguments;
mod begin;
mod demo;
mod embedded;
mod keys;
mod leave;
mod saved;
mod screens;
mod server;
mod terminal;
mod words;

use std::process::ExitCode;

use clap::Parser;

use app::App;
use arguments::Arguments;
use begin::Begun;
use leave::Leave;
use terminal::{complain, say};

#[tokio::main]
async fn main() -> ExitCode {
    let arguments = Arguments::parse();
    if arguments.demo {
        return demo::run(&arguments).await;
    }
    match sign_in(&arguments).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(leave) => leave.exit_code(),
    }
}

async fn sign_in(arguments: &Arguments) -> Result<(), Leave> {
    let Begun { mut app, start } = begin::begin(arguments).await.inspect_err(|leave| complain(leave))?;
    match screens::until_session(&mut app, start).await {
        Ok(session) => {
            saved::delete(app.file());
            say(words::session(&session));
            Ok(())
        }
        Err(leave) => {
            complain(&leave);
            if app.has_begun() {
                save(&app);
            } else {
                saved::delete(app.file());
            }
            Err(leave)
        }
    }
}

fn save(app: &App) {
    let file = app.file().display();
    match saved::write(app.file(), &app.saved()) {
        Ok(()) => complain(format!("The sign-in is kept in {file}: start the same way again to go on from there.")),
        Err(error) => complain(format!("The sign-in could not be kept in {file}: {error}.")),
    }
}
