//! The start: from the beginning, or from where a sign-in or a sign-up was left.

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

/// Where the first screen comes from. The server may have gone on since somebody left, and is asked first.
pub(crate) enum Start {
    Anew,
    SignIn(AnySignIn),
    SignUp,
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
            complain(format_args!("\n{file} holds no sign-in that can be read: {error}."));
            may_be_replaced(&mut terminal).await?;
            return Ok(anew(server, terminal, arguments));
        }
    };
    let Saved { server: saved_server, device, left_at, identifier } = saved;
    let Some(same_server) = server.as_saved(saved_server) else {
        complain(format_args!("\n{file} holds a sign-in at another server."));
        may_be_replaced(&mut terminal).await?;
        return Ok(anew(server, terminal, arguments));
    };
    let client = same_server.known_client(device);
    let (start, place) = match left_at {
        LeftAt::SignUp => (Start::SignUp, None),
        LeftAt::SignIn(checkpoint) => match client.restore(checkpoint) {
            Ok(restored) => {
                let place = restored.state_name();
                (Start::SignIn(restored), Some(place))
            }
            Err(error) => {
                complain(format_args!("\n{file}: {}", words::error(&error)));
                may_be_replaced(&mut terminal).await?;
                return Ok(anew(server, terminal, arguments));
            }
        },
    };

    let who = identifier.as_ref().map_or_else(String::new, |identifier| format!(" of {identifier}"));
    match place {
        Some(place) => say(format_args!("\nA sign-in{who} was left at {place}.")),
        None => say(format_args!("\nA sign-up{who} was left in the middle.")),
    }
    Ok(match terminal.choose("Go on from there?", vec![Choice::GoOn, Choice::Anew]).await? {
        Choice::GoOn => {
            let mut app = App::new(terminal, same_server, client, arguments.checkpoint.clone());
            app.continue_from_checkpoint();
            app.identifier = identifier;
            app.show_mail();
            Begun { app, start }
        }
        Choice::Anew | Choice::Leave => anew(server, terminal, arguments),
    })
}

fn anew(server: Server, terminal: Terminal, arguments: &Arguments) -> Begun {
    let client = server.client();
    let app = App::new(terminal, server, client, arguments.checkpoint.clone());
    Begun { app, start: Start::Anew }
}

/// The file may be anything, such as a name mistyped on the command line: the user says whether it can go.
async fn may_be_replaced(terminal: &mut Terminal) -> Result<(), Leave> {
    match terminal.choose("What now?", vec![Choice::Anew, Choice::Leave]).await? {
        Choice::Anew | Choice::GoOn => Ok(()),
        Choice::Leave => Err(Leave::Chosen),
    }
}

enum Choice {
    GoOn,
    Anew,
    Leave,
}

impl Display for Choice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::GoOn => "Go on",
            Self::Anew => "Begin anew; the file will be replaced or deleted",
            Self::Leave => "Leave, and keep the file",
        })
    }
}
