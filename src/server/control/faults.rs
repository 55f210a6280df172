//! `/_fake/faults`, `/_fake/requests`, `/_fake/unsupported`, `/_fake/protect_checks`: injected faults, received requests,
//! what the server does not have, and protect checks.

use http::Method;
use serde::Deserialize;
use serde_json::json;

use super::{Answer, Control, Message, Rejected, body, limit, ok, unknown};
use crate::server::faults::Fault;
use crate::server::unsupported::Unsupported;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Challenges {
    demand: u32,
}

impl Control {
    pub(super) fn control_faults(&self, message: &Message) -> Result<Answer, Rejected> {
        let mut faults = self.faults();
        match *message.method() {
            Method::GET => {}
            Method::POST => {
                let fault: Fault = body(message)?;
                fault.mistake().map_or(Ok(()), |why| Err(Rejected::bad_request(why)))?;
                faults.push(fault);
            }
            Method::DELETE => faults.clear(),
            _ => return Err(unknown(message)),
        }
        Ok(ok(&json!({ "faults": *faults })))
    }

    pub(super) fn requests(&self, message: &Message) -> Result<Answer, Rejected> {
        let limit = limit(message)?;
        let mut seen = self.seen();
        match *message.method() {
            Method::GET => {}
            Method::DELETE => seen.clear(),
            _ => return Err(unknown(message)),
        }
        Ok(ok(&json!({ "requests": seen.newest_first().take(limit).collect::<Vec<_>>() })))
    }

    /// Lists the endpoints and parameters that clients sent and this server does not have.
    pub(super) fn list_unsupported(&self, message: &Message) -> Result<Answer, Rejected> {
        let mut unsupported = self.unsupported();
        match *message.method() {
            Method::GET => {}
            Method::DELETE => *unsupported = Unsupported::default(),
            _ => return Err(unknown(message)),
        }
        Ok(ok(&unsupported.listed()))
    }

    pub(super) fn protect_checks(&self, message: &Message) -> Result<Answer, Rejected> {
        if *message.method() != Method::POST {
            return Err(unknown(message));
        }
        let Challenges { demand } = body(message)?;
        self.fake.require_protect_checks(demand);
        Ok(ok(&json!({ "demanded": demand })))
    }
}
