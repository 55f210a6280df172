//! `/_fake/organizations`: the organizations and their members.

use http::{Method, StatusCode};
use serde_json::json;

use super::{Answer, Control, Message, Rejected, body, json as answer, ok, unknown};
use crate::fake::{NewOrganization, NewOrganizationError};

impl Control {
    pub(super) fn organizations(&self, message: &Message, path: &[&str]) -> Result<Answer, Rejected> {
        let organizations = self.fake.organizations();
        match (message.method(), path) {
            (&Method::GET, []) => Ok(ok(&json!({ "organizations": organizations }))),
            (&Method::POST, []) => {
                let id = self.fake.add_organization(body::<NewOrganization>(message)?);
                let id = id.map_err(|error| rejected(&error))?;
                let added = self.fake.organizations().into_iter().find(|organization| organization.id == id);
                Ok(answer(StatusCode::CREATED, &added))
            }
            (&Method::DELETE, [id]) => {
                let known = organizations.into_iter().find(|it| it.id == *id || it.slug == *id);
                let removed = known.filter(|known| self.fake.remove_organization(&known.id));
                let removed = removed.ok_or_else(|| Rejected::not_found(format!("there is no organization `{id}`")))?;
                Ok(ok(&removed))
            }
            _ => Err(unknown(message)),
        }
    }
}

fn rejected(error: &NewOrganizationError) -> Rejected {
    Rejected(StatusCode::UNPROCESSABLE_ENTITY, error.to_string())
}
