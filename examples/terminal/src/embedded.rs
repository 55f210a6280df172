//! The server in memory: who is known there, and what it asks for.

use std::collections::BTreeSet;
use std::time::Duration;

use clerk_sign_in::fake::{ADA, DemoPerson, FakeBackend, GRACE, LINUS, NewUser, NewUserError, RateLimits, TEST_CODE};
use clerk_sign_in::platform::{Timer, TokioTimer};

use crate::arguments::Instance;
use crate::keys;

/// The demo people, Mary, Phil and Wanda, by real time, so that a real authenticator app shows their codes.
pub(crate) fn server(instance: &Instance) -> Result<FakeBackend, NewUserError> {
    let fake = FakeBackend::demo().with_timer(TokioTimer);
    fake.add_user(mary())?;
    fake.add_user(Phil::user())?;
    fake.add_user(Wanda::user())?;
    fake.configure(|settings| {
        settings.rate_limits = instance.limits.then(RateLimits::published);
        // A moment after the last one moved in, so that everyone's password is too old.
        let now = TokioTimer.now() + Duration::from_millis(1);
        settings.passwords_valid_since = instance.old_passwords.then_some(now);
        settings.hide_unknown_identifiers = instance.hide_identifiers;
        settings.captcha_required = instance.captcha;
        settings.sign_ups = !instance.no_sign_ups;
        settings.sign_up_required.clone_from(&instance.sign_up_requires);
    });
    fake.demand_proofs(instance.gate);
    Ok(fake)
}

/// Who can sign in, and how.
pub(crate) fn introduction(fake: &FakeBackend) -> String {
    let mary = format!(
        "  {}, or {} or {}\n    password {}\n    authenticator app with the secret {}\n    backup codes {}; codes by \
         email and text message",
        Mary::EMAIL_ADDRESS,
        Mary::USERNAME,
        Mary::PHONE_NUMBER,
        Mary::PASSWORD,
        Mary::TOTP_SECRET,
        Mary::BACKUP_CODES.join(" and "),
    );
    let people: Vec<_> = [ADA, GRACE, LINUS]
        .map(introduce)
        .into_iter()
        .chain([mary, Phil::introduction(), Wanda::introduction()])
        .collect();
    let others = if fake.settings().sign_ups { "\nWhoever else has an address or a number can sign up." } else { "" };
    format!("Signing in at a server in memory. It knows:\n{}{others}", people.join("\n"))
}

fn introduce(person: DemoPerson) -> String {
    let password = match person.password {
        Some(password) => format!("password {password}"),
        None => format!("no password; the code by email is always {TEST_CODE}"),
    };
    let app = person.totp_secret.map(|secret| format!("\n    authenticator app with the secret {secret}"));
    format!("  {}\n    {password}{}", person.email_address, app.unwrap_or_default())
}

/// Has everything that an account can have.
struct Mary;

impl Mary {
    const EMAIL_ADDRESS: &str = "mary@example.com";
    const USERNAME: &str = "mary";
    const PHONE_NUMBER: &str = "+4915112345678";
    const PASSWORD: &str = "two-factors-please";
    const TOTP_SECRET: &str = "MARYHASASECRETOFHEROWNINBASE32AB";
    const BACKUP_CODES: [&str; 2] = ["mary-backup-1", "mary-backup-2"];
}

fn mary() -> NewUser {
    let mary = NewUser::new(Mary::EMAIL_ADDRESS)
        .name("Mary", "Jackson")
        .username(Mary::USERNAME)
        .phone_number(Mary::PHONE_NUMBER)
        .password(Mary::PASSWORD)
        .totp_secret(Mary::TOTP_SECRET)
        .email_code_second_factor()
        .phone_code_second_factor();
    Mary::BACKUP_CODES.into_iter().fold(mary, NewUser::backup_code)
}

/// Has a phone and no second factor, so that a new device becomes trusted by either code.
struct Phil;

impl Phil {
    const EMAIL_ADDRESS: &str = "phil@example.com";
    const PHONE_NUMBER: &str = "+4930123456";
    const PASSWORD: &str = "ring-ring-ring";

    fn user() -> NewUser {
        NewUser::new(Self::EMAIL_ADDRESS).name("Phil", "Reis").phone_number(Self::PHONE_NUMBER).password(Self::PASSWORD)
    }

    fn introduction() -> String {
        format!("  {}, or {}\n    password {}", Self::EMAIL_ADDRESS, Self::PHONE_NUMBER, Self::PASSWORD)
    }
}

/// Signs in by what she has: wallets, a passkey, a device. This terminal holds the keys.
pub(crate) struct Wanda;

impl Wanda {
    pub(crate) const EMAIL_ADDRESS: &str = "wanda@example.com";

    fn user() -> NewUser {
        let user = NewUser::new(Self::EMAIL_ADDRESS).name("Wanda", "Maximova");
        let addresses = keys::wallets().map(|wallet| keys::address(&wallet));
        addresses.collect::<BTreeSet<_>>().into_iter().fold(user, NewUser::web3_wallet)
    }

    fn introduction() -> String {
        format!(
            "  {}\n    wallets, a passkey and a trusted device, whose keys this terminal holds",
            Self::EMAIL_ADDRESS
        )
    }
}
