//! `/_fake/users`: the users who can sign in.

use http::{Method, StatusCode};
use percent_encoding::percent_decode_str;
use serde_json::json;

use super::{Answer, Control, Message, Rejected, body, json as answer, ok, unknown};
use crate::fake::{FakeUser, NewUser, NewUserError, UserChange};

impl Control {
    pub(super) fn users(&self, message: &Message, path: &[&str]) -> Result<Answer, Rejected> {
        match (message.method(), path) {
            (&Method::GET, []) => Ok(ok(&json!({ "users": self.fake.users() }))),
            (&Method::POST, []) => {
                let id = self.fake.add_user(body::<NewUser>(message)?).map_err(|error| rejected(&error))?;
                Ok(answer(StatusCode::CREATED, &self.user(&id)?))
            }
            (&Method::GET, [id]) => Ok(ok(&self.user(id)?)),
            (&Method::PATCH, [id]) => {
                let id = self.user(id)?.id;
                self.fake.change_user(&id, body::<UserChange>(message)?).map_err(|error| rejected(&error))?;
                Ok(ok(&self.user(&id)?))
            }
            (&Method::DELETE, [id]) => {
                let user = self.user(id)?;
                self.fake.remove_user(&user.id);
                Ok(ok(&user))
            }
            (&Method::DELETE, [id, "sessions"]) => {
                let id = self.user(id)?.id;
                self.fake.end_sessions(&id);
                Ok(ok(&self.user(&id)?))
            }
            (&Method::GET, [id, "totp"]) => {
                let user = self.user(id)?;
                let code = self
                    .fake
                    .totp_code(&user.id)
                    .ok_or_else(|| Rejected::not_found(format!("{} has no authenticator app", user.id)))?;
                Ok(ok(&json!({ "code": code })))
            }
            _ => Err(unknown(message)),
        }
    }

    /// Finds a user by their id or by one of their identifiers.
    fn user(&self, id: &str) -> Result<FakeUser, Rejected> {
        let id = percent_decode_str(id).decode_utf8_lossy();
        self.fake.user(&id).ok_or_else(|| Rejected::not_found(format!("there is no user `{id}`")))
    }
}

fn rejected(error: &NewUserError) -> Rejected {
    Rejected(StatusCode::UNPROCESSABLE_ENTITY, error.to_string())
}
