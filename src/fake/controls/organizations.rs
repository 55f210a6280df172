//! Functions that tests use to add, list and remove organizations.

use std::collections::BTreeMap;

use crate::fake::FakeBackend;
use crate::fake::records::organization::{
    FakeOrganization, Membership, NewOrganization, NewOrganizationError, Organization, slug_from,
};
use crate::fake::records::state::FakeState;
use crate::platform::Timer;
use crate::wire::Timestamp;

impl FakeBackend {
    /// Adds an organization, and returns its id (`org_…`).
    ///
    /// # Errors
    /// [`NewOrganizationError`] if another organization has the same slug, or if there is no such user.
    ///
    /// # Examples
    /// ```
    /// use clerk_sign_in::fake::{ADA, FakeBackend, LINUS, NewOrganization};
    ///
    /// let fake = FakeBackend::demo();
    /// let acme = NewOrganization::new("Acme").admin(ADA.email_address).member(LINUS.email_address);
    /// let id = fake.add_organization(acme)?;
    /// assert_eq!(fake.organizations()[0].id, id);
    /// # Ok::<_, clerk_sign_in::fake::NewOrganizationError>(())
    /// ```
    pub fn add_organization(&self, organization: NewOrganization) -> Result<String, NewOrganizationError> {
        let now = self.clock().now();
        self.lock().add_organization(organization, now)
    }

    /// Returns all organizations, sorted by id.
    #[must_use]
    pub fn organizations(&self) -> Vec<FakeOrganization> {
        self.lock().organizations.values().map(described).collect()
    }

    /// Removes the organization with this id. Sessions in which it was active continue without it.
    ///
    /// Returns `true` if there was such an organization.
    #[must_use]
    pub fn remove_organization(&self, id: &str) -> bool {
        self.lock().organizations.remove(id).is_some()
    }
}

impl FakeState {
    pub(in crate::fake) fn add_organization(
        &mut self,
        new: NewOrganization,
        now: Timestamp,
    ) -> Result<String, NewOrganizationError> {
        let slug = new.slug.unwrap_or_else(|| slug_from(&new.name));
        if self.organizations.values().any(|known| known.slug == slug) {
            return Err(NewOrganizationError::SlugTaken(slug));
        }
        let mut members = BTreeMap::new();
        for member in new.members {
            let user = self.users.find(&member.user).map(|user| user.id.clone());
            let user = user.ok_or(NewOrganizationError::UserNotFound(member.user))?;
            members.insert(user, Membership { id: self.random.id("orgmem"), role: member.role });
        }
        let id = self.random.id("org");
        let organization = Organization { id: id.clone(), name: new.name, slug, members, created_at: now };
        self.organizations.insert(id.clone(), organization);
        Ok(id)
    }
}

fn described(organization: &Organization) -> FakeOrganization {
    let role = |(user, membership): (&String, &Membership)| (user.clone(), membership.role.clone());
    FakeOrganization {
        id: organization.id.clone(),
        name: organization.name.clone(),
        slug: organization.slug.clone(),
        members: organization.members.iter().map(role).collect(),
    }
}
