//! Every user, found by id or by what they sign in with.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::user::User;

#[derive(Clone, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub(super) struct Users {
    by_id: BTreeMap<String, User>,
    /// The id of the user with an address, number or name.
    known_as: BTreeMap<String, String>,
}

impl Users {
    pub(super) fn insert(&mut self, user: User) {
        self.remove(&user.id);
        for identifier in user.identifiers() {
            self.known_as.insert(key(identifier), user.id.clone());
        }
        self.by_id.insert(user.id.clone(), user);
    }

    pub(super) fn remove(&mut self, id: &str) -> Option<User> {
        let user = self.by_id.remove(id)?;
        for identifier in user.identifiers() {
            self.known_as.remove(&key(identifier));
        }
        Some(user)
    }

    pub(super) fn get(&self, id: &str) -> Option<&User> {
        self.by_id.get(id)
    }

    /// To change anything but what the user signs in with, which [`insert`](Self::insert) does.
    pub(super) fn get_mut(&mut self, id: &str) -> Option<&mut User> {
        self.by_id.get_mut(id)
    }

    pub(super) fn known_as(&self, identifier: &str) -> Option<&User> {
        self.by_id.get(self.known_as.get(&key(identifier))?)
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &User> {
        self.by_id.values()
    }

    pub(super) fn len(&self) -> usize {
        self.by_id.len()
    }
}

/// Email addresses are the same in upper and lower case.
fn key(identifier: &str) -> String {
    if identifier.contains('@') { identifier.to_ascii_lowercase() } else { identifier.to_owned() }
}
