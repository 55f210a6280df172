//! Converts organizations to resources of the Frontend API.

use super::user::{IMAGE_URL, describe_public_user_data};
use crate::fake::records::organization::{ADMIN, MEMBER, Membership, Organization};
use crate::fake::records::session::Session;
use crate::fake::records::state::FakeState;
use crate::fake::records::user::User;
use crate::wire::{self, OrganizationMembership, PublicUserData};

/// The permissions that Clerk gives to administrators.
const OF_ADMINS: [&str; 6] = [
    "org:sys_profile:manage",
    "org:sys_profile:delete",
    "org:sys_memberships:read",
    "org:sys_memberships:manage",
    "org:sys_domains:read",
    "org:sys_domains:manage",
];
/// The permissions that Clerk gives to other members.
const OF_MEMBERS: [&str; 1] = ["org:sys_memberships:read"];

impl FakeState {
    pub(super) fn describe_memberships(&self, user: &User) -> Vec<OrganizationMembership> {
        let describe = |organization: &Organization| {
            let membership = organization.members.get(&user.id)?;
            Some(describe_membership(organization, membership, user))
        };
        self.organizations.values().filter_map(describe).collect()
    }

    /// Returns the session's active organization and the user's membership in it.
    ///
    /// If the organization was removed, or if the user is not a member anymore, the session has no active organization.
    pub(in crate::fake) fn active_membership(&self, session: &Session) -> Option<(&Organization, &Membership)> {
        let organization = self.organizations.get(session.organization_id.as_ref()?)?;
        Some((organization, organization.members.get(&session.user_id)?))
    }
}

fn describe_membership(organization: &Organization, membership: &Membership, user: &User) -> OrganizationMembership {
    let (role_name, permissions): (_, &[&str]) = match membership.role.as_str() {
        ADMIN => ("Admin", &OF_ADMINS),
        MEMBER => ("Member", &OF_MEMBERS),
        other => (other.strip_prefix("org:").unwrap_or(other), &[]),
    };
    OrganizationMembership {
        id: membership.id.clone(),
        organization: describe_organization(organization),
        role: membership.role.clone(),
        role_name: role_name.to_owned(),
        permissions: permissions.iter().map(|&permission| permission.to_owned()).collect(),
        public_user_data: Some(Box::new(PublicUserData {
            user_id: Some(user.id.clone()),
            ..describe_public_user_data(user)
        })),
        created_at: Some(organization.created_at),
        updated_at: Some(organization.created_at),
        ..OrganizationMembership::default()
    }
}

fn describe_organization(organization: &Organization) -> wire::Organization {
    wire::Organization {
        id: organization.id.clone(),
        name: organization.name.clone(),
        slug: organization.slug.clone(),
        image_url: Some(IMAGE_URL.to_owned()),
        members_count: u64::try_from(organization.members.len()).ok(),
        admin_delete_enabled: true,
        created_at: Some(organization.created_at),
        updated_at: Some(organization.created_at),
        ..wire::Organization::default()
    }
}
