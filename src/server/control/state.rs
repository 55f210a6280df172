//! `/_fake/state`, `/_fake/reset`: reads, replaces or resets the whole state.

use http::Method;
use serde_json::json;

use super::{Answer, Control, Message, Rejected, body, ok, unknown};
use crate::fake::FakeState;
use crate::server::unsupported::Unsupported;

impl Control {
    pub(super) fn state(&self, message: &Message) -> Result<Answer, Rejected> {
        match *message.method() {
            Method::GET => Ok(ok(&self.fake.state())),
            Method::PUT => {
                self.fake.restore(body::<FakeState>(message)?);
                self.seen().forget();
                Ok(ok(&json!({})))
            }
            _ => Err(unknown(message)),
        }
    }

    /// Restores the initial state, and removes all faults and received requests.
    ///
    /// The clock does not change.
    pub(super) fn reset(&self) -> Answer {
        self.fake.begin_again(&self.beginning);
        self.faults().clear();
        self.seen().clear();
        self.seen().forget();
        *self.unsupported() = Unsupported::default();
        ok(&json!({}))
    }
}
