//! Organizations and their members.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::wire::Timestamp;

/// The role of administrators.
pub(in crate::fake) const ADMIN: &str = "org:admin";
/// The role of all other members.
pub(in crate::fake) const MEMBER: &str = "org:member";

/// A stored organization.
#[derive(Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub(in crate::fake) struct Organization {
    pub(in crate::fake) id: String,
    pub(in crate::fake) name: String,
    pub(in crate::fake) slug: String,
    /// The members, keyed by user id.
    pub(in crate::fake) members: BTreeMap<String, Membership>,
    pub(in crate::fake) created_at: Timestamp,
}

impl Organization {
    /// Returns `true` if the user with this id is a member.
    pub(in crate::fake) fn has(&self, user_id: &str) -> bool {
        self.members.contains_key(user_id)
    }

    /// Returns the claim `o` of a session token. In the claim, roles have no prefix.
    pub(in crate::fake) fn claim(&self, membership: &Membership) -> Value {
        let role = membership.role.strip_prefix("org:").unwrap_or(&membership.role);
        json!({ "id": self.id, "slg": self.slug, "rol": role })
    }
}

/// A user's membership in an organization.
#[derive(Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub(in crate::fake) struct Membership {
    pub(in crate::fake) id: String,
    pub(in crate::fake) role: String,
}

/// An organization to [add](crate::fake::FakeBackend::add_organization) to the fake.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[must_use = "it does nothing until it is added to a server"]
pub struct NewOrganization {
    pub(in crate::fake) name: String,
    #[serde(default)]
    pub(in crate::fake) slug: Option<String>,
    #[serde(default)]
    pub(in crate::fake) members: Vec<NewMember>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::fake) struct NewMember {
    /// The user's id, or one of their identifiers.
    pub(in crate::fake) user: String,
    #[serde(default = "member")]
    pub(in crate::fake) role: String,
}

fn member() -> String {
    MEMBER.to_owned()
}

impl NewOrganization {
    /// Creates an organization that has this name and no members.
    pub fn new(name: impl Into<String>) -> Self {
        Self { name: name.into(), slug: None, members: Vec::new() }
    }

    /// Sets the slug. By default, the slug is derived from the name.
    pub fn slug(mut self, slug: impl Into<String>) -> Self {
        self.slug = Some(slug.into());
        self
    }

    /// Adds a member, who has the role `org:member`. The user can be specified by id or by identifier.
    pub fn member(self, id_or_identifier: impl Into<String>) -> Self {
        self.member_with_role(id_or_identifier, MEMBER)
    }

    /// Adds an administrator, who has the role `org:admin`. The user can be specified by id or by identifier.
    pub fn admin(self, id_or_identifier: impl Into<String>) -> Self {
        self.member_with_role(id_or_identifier, ADMIN)
    }

    /// Adds a member who has this role, such as `org:billing`.
    pub fn member_with_role(mut self, id_or_identifier: impl Into<String>, role: impl Into<String>) -> Self {
        self.members.push(NewMember { user: id_or_identifier.into(), role: role.into() });
        self
    }
}

/// The reason why an organization cannot be added.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum NewOrganizationError {
    /// Another organization has this slug.
    #[error("another organization has the slug `{0}`: choose a different one with `slug`")]
    SlugTaken(String),
    /// There is no user with this id or identifier.
    #[error("there is no user `{0}`")]
    UserNotFound(String),
}

/// A stored organization, as tests see it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct FakeOrganization {
    /// The organization's id, `org_…`.
    pub id: String,
    /// The name.
    pub name: String,
    /// The slug.
    pub slug: String,
    /// The roles of the members, keyed by user id.
    pub members: BTreeMap<String, String>,
}

/// Derives a slug from a name: `Acme & Sons` becomes `acme-sons`.
pub(in crate::fake) fn slug_from(name: &str) -> String {
    let lower = name.to_lowercase();
    let words = lower.split(|character: char| !character.is_alphanumeric()).filter(|word| !word.is_empty());
    words.collect::<Vec<_>>().join("-")
}
