//! Organizations, and the memberships of users in them.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::lenient::{Lenient, or_default};
use super::{PublicUserData, Timestamp};

/// An organization (`Client.Organization`).
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct Organization {
    #[serde(skip_deserializing)]
    pub(crate) object: OrganizationObject,
    /// The organization's id, `org_…`.
    #[serde(deserialize_with = "or_default")]
    pub id: String,
    /// The name.
    #[serde(deserialize_with = "or_default")]
    pub name: String,
    /// The name as it appears in URLs. No other organization has the same slug.
    #[serde(deserialize_with = "or_default")]
    pub slug: String,
    /// The URL of the logo.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "or_default")]
    pub image_url: Option<String>,
    /// `true` if the organization has a logo of its own.
    #[serde(deserialize_with = "or_default")]
    pub has_image: bool,
    /// The number of members.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "or_default")]
    pub members_count: Option<u64>,
    /// The number of invitations that have not been accepted yet.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "or_default")]
    pub pending_invitations_count: Option<u64>,
    /// The maximum number of members, including pending invitations; 0 means that there is no limit.
    #[serde(deserialize_with = "or_default")]
    pub max_allowed_memberships: u64,
    /// `true` if administrators of the organization may delete it.
    #[serde(deserialize_with = "or_default")]
    pub admin_delete_enabled: bool,
    /// Data that the app stores about the organization and that every member can read.
    #[serde(deserialize_with = "or_default")]
    pub public_metadata: Map<String, Value>,
    /// The time at which the organization was created.
    #[serde(deserialize_with = "or_default")]
    pub created_at: Option<Timestamp>,
    /// The time of the last change.
    #[serde(deserialize_with = "or_default")]
    pub updated_at: Option<Timestamp>,
}

impl Lenient for Organization {}

/// A user's membership in an organization (`Client.OrganizationMembership`).
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct OrganizationMembership {
    #[serde(skip_deserializing)]
    pub(crate) object: OrganizationMembershipObject,
    /// The membership's id, `orgmem_…`.
    #[serde(deserialize_with = "or_default")]
    pub id: String,
    /// The organization.
    #[serde(deserialize_with = "or_default")]
    pub organization: Organization,
    /// The key of the user's role, such as `org:admin`.
    #[serde(deserialize_with = "or_default")]
    pub role: String,
    /// The name of the role, such as `Admin`.
    #[serde(deserialize_with = "or_default")]
    pub role_name: String,
    /// The permissions that the role grants, such as `org:sys_memberships:manage`.
    #[serde(deserialize_with = "or_default")]
    pub permissions: Vec<String>,
    /// Data that the app stores about the membership and that the user can read.
    #[serde(deserialize_with = "or_default")]
    pub public_metadata: Map<String, Value>,
    /// The public data about the member.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "or_default")]
    pub public_user_data: Option<Box<PublicUserData>>,
    /// The time at which the user joined the organization.
    #[serde(deserialize_with = "or_default")]
    pub created_at: Option<Timestamp>,
    /// The time of the last change.
    #[serde(deserialize_with = "or_default")]
    pub updated_at: Option<Timestamp>,
}

impl Lenient for OrganizationMembership {}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum OrganizationObject {
    #[default]
    Organization,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum OrganizationMembershipObject {
    #[default]
    OrganizationMembership,
}
