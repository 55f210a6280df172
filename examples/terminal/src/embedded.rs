//! The embedded fake, its users and its requirements.

use std::collections::BTreeSet;
use std::time::Duration;

use clerk_sign_in::fake::{ADA, DemoUser, FakeBackend, GRACE, LINUS, NewUser, NewUserError, RateLimits, TEST_CODE};
use clerk_sign_in::platform::{SystemTimer, Timer};

use crate::arguments::Instance;
use crate::keys;

/// Creates a fake with the demo users and with Mary, Phil and Wanda. The fake runs in real time, so a real
/// authenticator app works with it.
pub(crate) fn server(instance: &Instance) -> Result<FakeBackend, NewUserError> {
    let fake = FakeBackend::demo().with_timer(SystemTimer);
    fake.add_user(mary())?;
    fake.add_user(Phil::user())?;
    fake.add_user(Wanda::user())?;
    fake.configure(|settings| {
        settings.passkey_satisfies_second_factor = true;
        settings.rate_limits = instance.limits.then(RateLimits::published);
        // This time is after the last user was created, so every password counts as too old.
        let now = SystemTimer.now() + Duration::from_millis(1);
        settings.passwords_valid_since = instance.old_passwords.then_some(now);
        settings.hide_unknown_identifiers = instance.hide_identifiers;
        settings.captcha_required = instance.captcha;
        settings.sign_ups = !instance.no_sign_ups;
        settings.sign_up_required.clone_from(&instance.sign_up_requires);
    });
    fake.require_protect_checks(instance.gate);
    Ok(fake)
}

/// Returns the text that is shown before the first screen.
pub(crate) fn introduction(fake: &FakeBackend) -> String {
    let others = if fake.settings().sign_ups { "\nAny other email address or phone number can sign up." } else { "" };
    format!(
        "Signing in at an embedded fake of Clerk's Frontend API. It sends no mail: what it would send shows here.\n\
         --url or --publishable-key signs in at a real instance, --demo needs no answers, --help shows all options.\n\n\
         {}{others}",
        users()
    )
}

/// Lists the users and the ways in which they sign in.
pub(crate) fn users() -> String {
    let mary = format!(
        "  {}, or {} or {}\n    password {}, then authenticator app {},\n    \
         backup code {}, or code by email or text message, or a passkey, which this terminal holds",
        Mary::EMAIL_ADDRESS,
        Mary::USERNAME,
        Mary::PHONE_NUMBER,
        Mary::PASSWORD,
        Mary::TOTP_SECRET,
        Mary::BACKUP_CODES.join(" or "),
    );
    let users: Vec<_> = [ADA, GRACE, LINUS]
        .map(introduce)
        .into_iter()
        .chain([mary, Phil::introduction(), Wanda::introduction()])
        .collect();
    format!("Users of the fake (with the secrets of their authenticator apps):\n{}", users.join("\n"))
}

fn introduce(person: DemoUser) -> String {
    let password = match person.password {
        Some(password) => format!("password {password}"),
        None => format!("no password; the code by email is always {TEST_CODE}"),
    };
    let app = person.totp_secret.map(|secret| format!(", then authenticator app {secret}"));
    format!("  {}\n    {password}{}", person.email_address, app.unwrap_or_default())
}

/// A user with every kind of factor. The example program holds this user's passkey.
pub(crate) struct Mary;

impl Mary {
    pub(crate) const EMAIL_ADDRESS: &str = "mary@example.com";
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

/// A user with a phone but no second factor. To verify a new client, Phil types a code from an email or a text message.
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

/// A user who signs in with wallets, a passkey or a trusted device, or with a password on a client that a passkey makes
/// trusted. The example program holds this user's keys.
pub(crate) struct Wanda;

impl Wanda {
    pub(crate) const EMAIL_ADDRESS: &str = "wanda@example.com";
    const PASSWORD: &str = "three-keys-on-a-ring";

    fn user() -> NewUser {
        let user = NewUser::new(Self::EMAIL_ADDRESS).name("Wanda", "Maximova").password(Self::PASSWORD);
        let addresses = keys::wallets().map(|wallet| keys::address(&wallet));
        addresses.collect::<BTreeSet<_>>().into_iter().fold(user, NewUser::web3_wallet)
    }

    fn introduction() -> String {
        format!(
            "  {}\n    wallets, a passkey and a trusted device, whose keys this terminal holds, or password {}",
            Self::EMAIL_ADDRESS,
            Self::PASSWORD,
        )
    }
}
