//! The start of the program, with a new sign-in or with the state that is saved in the file.

use std::fmt::{self, Display};

use clerk_sign_in::AnySignIn;

use crate::app::App;
use crate::arguments::Arguments;
use crate::leave::Leave;
use crate::saved::{self, LeftAt, Saved};
use crate::server::Server;
use crate::terminal::{Terminal, complain, say};
use crate::words;

pub(crate) struct Begun {
    pub(crate) app: App,
    pub(crate) start: Start,
}

/// The state in which the program starts. The saved state may be out of date, so the program asks the server first.
pub(crate) enum Start {
    Anew,
    SignIn(AnySignIn),
    SignUp,
    Session,
}

pub(crate) async fn begin(arguments: &Arguments) -> Result<Begun, Leave> {
    let mut terminal = Terminal::open();
    let server = Server::of(arguments).map_err(|error| Leave::Failed(error.to_string()))?;
    say(server.introduction());

    let file = arguments.checkpoint.display();
    let saved = match saved::read(&arguments.checkpoint) {
        Ok(None) => return Ok(anew(server, terminal, arguments)),
        Ok(Some(saved)) => saved,
        Err(error) => {
            complain(format_args!(
                "\n{file} does not contain a sign-in or a session that this program can read: {error}."
            ));
            may_be_replaced(&mut terminal).await?;
            return Ok(anew(server, terminal, arguments));
        }
    };
    let Saved { server: saved_server, client: exported, left_at, identifier } = saved;
    let Some(same_server) = server.as_saved(saved_server) else {
        complain(format_args!("\n{file} belongs to another server."));
        may_be_replaced(&mut terminal).await?;
        return Ok(anew(server, terminal, arguments));
    };
    let client = same_server.known_client(exported);
    let who = identifier.as_ref().map_or_else(String::new, |identifier| format!(" of {identifier}"));
    let start = match &left_at {
        LeftAt::Session => {
            say(format_args!("\nFound a session in {file}."));
            Start::Session
        }
        LeftAt::SignUp => {
            say(format_args!("\nA sign-up{who} was left in the middle."));
            Start::SignUp
        }
        LeftAt::SignIn(checkpoint) => match client.restore(checkpoint.clone()) {
            Ok(restored) => {
                say(format_args!("\nA sign-in{who} was left at {}.", restored.state_name()));
                Start::SignIn(restored)
            }
            Err(error) => {
                complain(format_args!("\n{file}: {}", words::error(&error)));
                may_be_replaced(&mut terminal).await?;
                return Ok(anew(server, terminal, arguments));
            }
        },
    };
    if !matches!(start, Start::Session) {
        match terminal.choose("Go on from there?", vec![Choice::GoOn, Choice::Anew], LEAVE).await? {
            Some(Choice::GoOn) => {}
            Some(Choice::Anew) => return Ok(anew(server, terminal, arguments)),
            Some(Choice::Leave) | None => return Err(Leave::Chosen),
        }
    }
    let mut app = App::new(terminal, same_server, client, arguments.checkpoint.clone());
    app.continue_from(left_at, identifier);
    app.show_mail();
    Ok(Begun { app, start })
}

fn anew(server: Server, terminal: Terminal, arguments: &Arguments) -> Begun {
    let client = server.client();
    let app = App::new(terminal, server, client, arguments.checkpoint.clone());
    Begun { app, start: Start::Anew }
}

/// Asks whether the file may be replaced. If the user mistyped the name, this may be a file that has nothing to do with
/// the program.
async fn may_be_replaced(terminal: &mut Terminal) -> Result<(), Leave> {
    match terminal.choose("What now?", vec![Choice::Anew, Choice::Leave], LEAVE).await? {
        Some(Choice::Anew | Choice::GoOn) => Ok(()),
        Some(Choice::Leave) | None => Err(Leave::Chosen),
    }
}

const LEAVE: &str = "to leave";

enum Choice {
    GoOn,
    Anew,
    Leave,
}

impl Display for Choice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::GoOn => "Go on",
            Self::Anew => "Start from the beginning, and discard the file",
            Self::Leave => "Leave, and keep the file",
        })
    }
}
