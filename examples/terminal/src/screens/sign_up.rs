//! The screen of `MissingRequirements`, which asks for the fields that the instance still requires for the sign-up.

use std::fmt::{self, Display};

use clerk_sign_in::wire::SignUpFieldName;
use clerk_sign_in::{AfterSignUp, SignUp};

use super::sign_up_code::{self, Unverified};
use super::sign_up_fields::{Asked, Field, Form};
use super::stuck::sign_up_way_out;
use super::taken;
use crate::app::{App, Failed, Next, Pick};
use crate::leave::Leave;
use crate::terminal::say;
use crate::words;

pub(super) async fn missing_requirements(app: &mut App, mut sign_up: SignUp) -> Result<Next, Leave> {
    if !show_missing(&sign_up) {
        return sign_up_way_out(app, sign_up).await;
    }
    if let Some(field) = sign_up.unverified_fields().iter().find_map(Unverified::from_name) {
        return sign_up_code::unverified(app, sign_up, field).await;
    }
    let fields: Vec<_> = sign_up.missing_fields().iter().filter_map(Field::from_name).collect();
    let mut form = Form::new(app, &fields).await?;
    let is_whole = fields.is_empty();
    if is_whole {
        // In an earlier run of the program, the user filled in all fields, but the server rejected them.
        say("Nothing is missing any more.");
    }
    let (mut fields, mut is_asked) = (fields, is_whole);
    loop {
        if !ask(app, &mut form, &fields).await? {
            return Ok(app.anew());
        }
        if is_asked {
            let again = Some(Way::TypeAgain).filter(|_| !is_whole);
            match app.menu("What now?", [Way::Send].into_iter().chain(again).collect()).await? {
                Pick::Way(Way::Send) => {}
                Pick::Way(Way::TypeAgain) | Pick::Back => {
                    return Ok(Next::SignUp(AfterSignUp::MissingRequirements(sign_up)));
                }
                Pick::StartOver => return Ok(app.anew()),
            }
        }
        let failed = match app.sign_up_step("Signing up", sign_up.update(form.given())).await? {
            Ok(next) => return Ok(Next::SignUp(next)),
            Err(failed) => failed,
        };
        if taken::is_taken(&failed.error) {
            let what = words::identifier_of(&failed.handed_back);
            return taken::taken(app, failed.handed_back.client().sign_in(), what).await;
        }
        fields = form.rejected(&failed.error);
        is_asked = fields.is_empty();
        sign_up = if is_asked {
            match app.sign_up_failed(failed).await? {
                Failed::AskAgain(sign_up) => sign_up,
                Failed::GoOn(next) => return Ok(next),
            }
        } else {
            failed.handed_back
        };
    }
}

/// Asks for the fields, and returns `false` if the user wants to start over.
async fn ask(app: &mut App, form: &mut Form, fields: &[Field]) -> Result<bool, Leave> {
    let mut at = 0;
    while let Some(field) = fields.get(at) {
        match form.ask(app, *field).await? {
            Asked::Given => at += 1,
            Asked::Back if at > 0 => at -= 1,
            Asked::Back => match app.menu("Stop signing up?", vec!["Go on"]).await? {
                Pick::Way(_) | Pick::Back => {}
                Pick::StartOver => return Ok(false),
            },
            Asked::StartOver => return Ok(false),
        }
    }
    Ok(true)
}

/// Shows the missing fields, and returns `true` if this program can ask for all of them.
fn show_missing(sign_up: &SignUp) -> bool {
    let names = |names: &[SignUpFieldName]| words::fields(names.iter().map(SignUpFieldName::as_str));
    let (missing, unverified) = (sign_up.missing_fields(), sign_up.unverified_fields());
    let others: Vec<_> = missing.iter().filter(|name| Field::from_name(name).is_none()).cloned().collect();
    let unverified: Vec<_> = unverified.iter().filter(|name| Unverified::from_name(name).is_none()).cloned().collect();
    if !missing.is_empty() {
        say(format_args!("Still required: {}.", names(missing)));
    }
    if !others.is_empty() {
        say(format_args!("This program cannot ask for: {}.", names(&others)));
    }
    if !unverified.is_empty() {
        say(format_args!("Not verified yet, and this program cannot do it: {}.", names(&unverified)));
    }
    others.is_empty() && unverified.is_empty()
}

enum Way {
    Send,
    TypeAgain,
}

impl Display for Way {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Send => "Sign up with that",
            Self::TypeAgain => "Type it again",
        })
    }
}
