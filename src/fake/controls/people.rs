//! The demo users, who appear in all examples.

use crate::fake::FakeState;
use crate::fake::clock::FakeClock;
use crate::fake::provider::ProviderAccount;
use crate::fake::records::new_user::NewUser;
use crate::platform::Timer;

/// A user of the demo server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct DemoUser {
    /// The first name.
    pub first_name: &'static str,
    /// The last name.
    pub last_name: &'static str,
    /// The email address.
    pub email_address: &'static str,
    /// The password.
    pub password: Option<&'static str>,
    /// The secret of the authenticator app, in base32.
    pub totp_secret: Option<&'static str>,
}

/// The demo user with a password and an authenticator app: `ada@example.com`, `correct-horse-battery`.
pub const ADA: DemoUser = DemoUser {
    first_name: "Ada",
    last_name: "Lovelace",
    email_address: "ada@example.com",
    password: Some("correct-horse-battery"),
    totp_secret: Some("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"),
};

/// The demo user with a password and no second factor: `grace@example.com`, `nanosecond-of-wire`.
///
/// Grace can sign in on a new client only after the client has become trusted.
pub const GRACE: DemoUser = DemoUser {
    first_name: "Grace",
    last_name: "Hopper",
    email_address: "grace@example.com",
    password: Some("nanosecond-of-wire"),
    totp_secret: None,
};

/// The demo user with a test address and no password: `linus+clerk_test@example.com`, whose code is always `424242`.
pub const LINUS: DemoUser = DemoUser {
    first_name: "Linus",
    last_name: "Torvalds",
    email_address: "linus+clerk_test@example.com",
    password: None,
    totp_secret: None,
};

pub(in crate::fake) fn move_in(state: &mut FakeState) {
    for person in [ADA, GRACE, LINUS] {
        let mut user = NewUser::new(person.email_address).name(person.first_name, person.last_name);
        if let Some(password) = person.password {
            user = user.password(password);
        }
        if let Some(secret) = person.totp_secret {
            user = user.totp_secret(secret);
        }
        state.provider.add(ProviderAccount::new(person.email_address).name(person.first_name, person.last_name));
        // Adding a demo user cannot fail, because each user has a different address and the authenticator app's secret
        // is valid.
        let _ = state.add_user(user, FakeClock::new().now());
    }
}
