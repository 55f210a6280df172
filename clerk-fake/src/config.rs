//! The configuration file.

use std::path::Path;

use clerk_sign_in::fake::{FakeBackend, NewOrganization, NewUser};
use serde::Deserialize;
use serde_json::{Map, Value};

#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Config {
    settings: Map<String, Value>,
    users: Vec<NewUser>,
    organizations: Vec<NewOrganization>,
}

impl Config {
    pub(crate) fn read(path: &Path) -> Result<Self, String> {
        let text = std::fs::read_to_string(path).map_err(|error| format!("cannot read {}: {error}", path.display()))?;
        serde_json::from_str(&text).map_err(|error| format!("{}: {error}", path.display()))
    }

    pub(crate) fn apply(self, fake: &FakeBackend) -> Result<(), String> {
        let settings = fake.settings().with_json(self.settings).map_err(|error| format!("settings: {error}"))?;
        fake.configure(|known| *known = settings);
        for user in self.users {
            fake.add_user(user).map_err(|error| format!("users: {error}"))?;
        }
        for organization in self.organizations {
            fake.add_organization(organization).map_err(|error| format!("organizations: {error}"))?;
        }
        Ok(())
    }
}
