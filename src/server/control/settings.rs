//! `/_fake/settings`: the settings of the instance.

use http::Method;
use serde_json::{Map, Value};

use super::{Answer, Control, Message, Rejected, body, ok, unknown};

impl Control {
    pub(super) fn settings(&self, message: &Message) -> Result<Answer, Rejected> {
        match *message.method() {
            Method::GET => {}
            Method::PATCH => {
                let change: Map<String, Value> = body(message)?;
                let mut changed = Ok(());
                self.fake.configure(|settings| {
                    changed = settings.with_json(change).map(|new| *settings = new);
                });
                changed.map_err(|error| Rejected::bad_request(error.to_string()))?;
            }
            _ => return Err(unknown(message)),
        }
        Ok(ok(&self.fake.settings()))
    }
}
