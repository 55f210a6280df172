//! An example program that uses `clerk-sign-in` to sign a user in or up at the terminal. Each state has its own screen.
//!
//! `cargo run -p terminal` signs in to an embedded fake. Options such as `--gate` and `--limits` turn on requirements
//! that a real instance may have. With `--url` or `--publishable-key`, the program signs in to a real instance. With
//! `--demo`, the program asks no questions.
//!
//! The program holds an [`AnySignIn`](clerk_sign_in::AnySignIn), or an [`AfterSignUp`](clerk_sign_in::AfterSignUp) if
//! the sign-in has become a sign-up. It shows the screen of the current state, and the screen returns the next state.
//! This repeats until there is a session ([`screens`]). If the session is pending,
//! the user first completes its tasks ([`tasks`]). Then the user gets a small menu ([`signed_in`]). An unfinished
//! sign-in, or a session that the user wants to keep, is saved in a file for the next start ([`saved`]). The user's
//! answers come from prompts, or from the lines of a pipe ([`terminal`]).

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
mod signed_in;
mod tasks;
mod terminal;
mod words;

use std::process::ExitCode;

use clap::Parser;

use app::App;
use arguments::Arguments;
use begin::{Begun, Start};
use leave::Leave;
use signed_in::Then;
use terminal::{complain, note};

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
    let Begun { mut app, mut start } = begin::begin(arguments).await.inspect_err(Leave::show)?;
    loop {
        match screens::until_session(&mut app, start).await {
            Ok(session) => match signed_in::signed_in(&mut app, session).await.inspect_err(Leave::show)? {
                Then::Leave => return Ok(()),
                Then::SignInAgain => start = Start::Anew,
            },
            // The user wanted to sign out and leave, so this is not a failure.
            Err(Leave::Chosen | Leave::EndOfInput) if app.is_signed_out() => return Ok(()),
            Err(leave) => {
                leave.show();
                save(&app);
                return Err(leave);
            }
        }
    }
}

fn save(app: &App) {
    if !app.has_begun() {
        saved::delete(app.file());
        return;
    }
    let (what, file) = (if app.is_kept() { "session" } else { "sign-in" }, app.file().display());
    match saved::write(app.file(), &app.saved()) {
        Ok(()) => note(format_args!("The {what} is kept in {file}. Start the same way again to continue.")),
        Err(error) => complain(format_args!("The {what} could not be kept in {file}: {error}.")),
    }
}
