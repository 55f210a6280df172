//! `/_fake/settings`: how the instance is set up.

use http::Method;
use serde_json::{Map, Value};

use super::{Answer, Control, Message, Refused, body, ok, unknown};

impl Control {
    pub(super) fn settings(&self, message: &Message) -> Result<Answer, Refused> {
        match *message.method() {
            Method::GET => {}
            Method::PATCH => {
                let change: Map<String, Value> = body(message)?;
                let settings =
                    self.fake.settings().changed(change).map_err(|error| Refused::bad_request(error.to_string()))?;
                self.fake.configure(|known| *known = settings);
            }
            _ => return Err(unknown(message)),
        }
        Ok(ok(&self.fake.settings()))
    }
}
