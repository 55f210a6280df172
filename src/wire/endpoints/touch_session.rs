//! `POST /v1/client/sessions/{session_id}/touch`

use http::Method;
use serde::{Deserialize, Serialize};

use crate::wire::Session;
use crate::wire::endpoint::{Endpoint, Parameters, enveloped};
use crate::wire::open_enum::open_enum;

/// A request to report that a session is in use. The session becomes the client's active session.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[non_exhaustive]
pub struct TouchSession {
    /// The id of the session.
    #[serde(skip_serializing)]
    pub session_id: String,
    /// The reason for the request.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub intent: Option<TouchIntent>,
    /// The id or the slug of the organization to use in the session.
    ///
    /// An empty text selects the personal account. If the field is `None`, the organization stays.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub active_organization_id: Option<String>,
}

impl TouchSession {
    /// Makes this session the active session.
    #[must_use]
    pub fn select(session_id: &str) -> Self {
        Self {
            session_id: session_id.to_owned(),
            intent: Some(TouchIntent::SelectSession),
            active_organization_id: None,
        }
    }

    /// Also makes this organization the session's active organization. `None` selects the personal account.
    #[must_use]
    pub fn organization(mut self, id_or_slug: Option<&str>) -> Self {
        self.intent = Some(TouchIntent::SelectOrg);
        self.active_organization_id = Some(id_or_slug.unwrap_or_default().to_owned());
        self
    }
}

open_enum! {
    /// The reason for reporting that a session is in use.
    pub enum TouchIntent {
        /// The app came to the foreground.
        Focus = "focus",
        /// The user switched to this session.
        SelectSession = "select_session",
        /// The user switched to an organization.
        SelectOrg = "select_org",
    }
}

pub(in crate::wire) static TOUCH: Endpoint = Endpoint {
    method: Method::POST,
    path: "/v1/client/sessions/{session_id}/touch",
    decode: enveloped::<Box<Session>>,
};

impl Parameters for TouchSession {
    fn path_id(&self) -> Option<&str> {
        Some(&self.session_id)
    }
}
