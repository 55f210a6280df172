//! Functions that tests use to control users, organizations, keys, tickets and providers.

pub(in crate::fake) mod accounts;
pub(in crate::fake) mod people;
pub(in crate::fake) mod organizations;
pub(in crate::fake) mod passkeys;
pub(in crate::fake) mod tickets;
pub(in crate::fake) mod trusted_devices;
pub(in crate::fake) mod providers;
