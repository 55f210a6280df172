//! Texts that describe errors, sessions and factors to the user.

use std::error::Error as _;
use std::time::Duration;

use clerk_sign_in::platform::CapabilityError;
use clerk_sign_in::wire::{ErrorCode, Factor, IdentifierKind, Strategy, User};
use clerk_sign_in::{Error, ErrorKind, Finalized, LinkError, PasswordPolicy, PasswordRule, RedirectError, SignUp};

pub(crate) fn error(error: &Error) -> String {
    if let Some(lockout) = error.lockout() {
        return format!("This account is locked after too many wrong answers. Try again in {}.", duration(lockout));
    }
    if error.has_code(&ErrorCode::UserLocked) {
        return "This account is locked until an administrator unlocks it.".to_owned();
    }
    if error.has_code(&ErrorCode::RequiresCaptcha) {
        return "The server wants a captcha solved first, which no terminal can show.".to_owned();
    }
    if error.has_code(&ErrorCode::StrategyForUserInvalid) {
        return "This account cannot do that. Choose another way.".to_owned();
    }
    if error.has_code(&ErrorCode::SignUpModeRestricted) {
        return "This instance does not allow sign-ups.".to_owned();
    }
    if error.has_code(&ErrorCode::SignUpRestrictedWaitlist) {
        return "Nobody can sign up here yet. There is a waiting list.".to_owned();
    }
    if error.has_code(&ErrorCode::SignUpIfMissingNotAllowed) {
        return "This instance does not allow sign-ups with this.".to_owned();
    }
    let what = match error.kind() {
        ErrorKind::Rejected(rejection) if !rejection.user_message().is_empty() => rejection.user_message(),
        ErrorKind::NotSent(_) => format!("The server cannot be reached{}. Nothing was sent.", root_cause(error)),
        ErrorKind::Transport(_) => format!("There was no answer from the server{}.", root_cause(error)),
        ErrorKind::Protocol(what) => format!("The server's answer cannot be read: {what}."),
        ErrorKind::StepNotApplied { state } => format!("The step was not taken. The sign-in is now at {state}."),
        ErrorKind::Link(LinkError::NotVerified { .. }) => {
            "The link was not opened in time, or no longer works.".to_owned()
        }
        ErrorKind::Capability(CapabilityError::Cancelled) => "Cancelled.".to_owned(),
        ErrorKind::Redirect(RedirectError::Pending) => "Nobody has come back from the provider yet.".to_owned(),
        ErrorKind::Redirect(RedirectError::NotVerified { .. }) => {
            "The sign-in at the provider took too long.".to_owned()
        }
        ErrorKind::Link(LinkError::NotOpened) => "Nobody has opened the link yet.".to_owned(),
        _ => format!("Not possible: {error}."),
    };
    match error.retry_after() {
        Some(wait) => format!("{what} Try again in {}.", duration(wait)),
        None => what,
    }
}

/// Returns a colon followed by the deepest cause of an error, or an empty text if the error has no cause.
fn root_cause(error: &Error) -> String {
    let causes = std::iter::successors(error.source(), |cause: &&dyn std::error::Error| (**cause).source());
    causes.last().map_or_else(String::new, |cause| format!(": {cause}"))
}

pub(crate) fn session(session: &Finalized) -> String {
    match session {
        Finalized::Active(active) => {
            let user = active.session().user.as_deref().map(user).unwrap_or_default();
            format!("\nSigned in{user}.\nActive session: {}", active.id())
        }
        Finalized::Pending(pending) => {
            let tasks: Vec<_> =
                pending.tasks().iter().map(|task| format!("  {}", task.key.as_str().replace('-', " "))).collect();
            format!(
                "\nAlmost signed in. Before the session can be used:\n{}\nPending session: {}",
                tasks.join("\n"),
                pending.id()
            )
        }
    }
}

fn user(user: &User) -> String {
    let names: Vec<_> = [&user.first_name, &user.last_name].into_iter().flatten().map(String::as_str).collect();
    if names.is_empty() { String::new() } else { format!(" as {}", names.join(" ")) }
}

pub(crate) fn identifiers(kinds: &[IdentifierKind]) -> String {
    let names: Vec<_> = kinds
        .iter()
        .filter_map(|kind| match kind {
            IdentifierKind::EmailAddress => Some("email address"),
            IdentifierKind::PhoneNumber => Some("phone number"),
            IdentifierKind::Username => Some("user name"),
            IdentifierKind::Web3Wallet => Some("wallet address"),
            _ => None,
        })
        .collect();
    match names.split_last() {
        None => "Email address, phone number or user name".to_owned(),
        Some((only, [])) => capitalised(only),
        Some((last, others)) => capitalised(&format!("{} or {last}", others.join(", "))),
    }
}

/// Returns the email address or phone number of a sign-up.
pub(crate) fn identifier_of(sign_up: &SignUp) -> Option<&str> {
    let attempt = sign_up.attempt();
    attempt.email_address.as_deref().or(attempt.phone_number.as_deref())
}

/// Returns a readable name for a sign-up field.
pub(crate) fn field(name: &str) -> String {
    match name {
        "username" => "user name".to_owned(),
        "legal_accepted" => "your consent to the legal terms".to_owned(),
        name => name.replace('_', " "),
    }
}

pub(crate) fn fields<'a>(names: impl IntoIterator<Item = &'a str>) -> String {
    names.into_iter().map(field).collect::<Vec<_>>().join(", ")
}

/// Returns a text that lists the rules that a password breaks.
pub(crate) fn password_rules(policy: &PasswordPolicy, broken: &[PasswordRule]) -> String {
    let broken: Vec<_> = broken.iter().map(|rule| policy.describe(*rule)).collect();
    format!("A password {}.", broken.join(", "))
}

pub(crate) fn factor(factor: &Factor) -> String {
    let way = match &factor.strategy {
        Strategy::Password => "password",
        Strategy::EmailCode => "code by email",
        Strategy::EmailLink => "link by email",
        Strategy::PhoneCode => "code by text message",
        Strategy::Totp => "authenticator app",
        Strategy::BackupCode => "backup code",
        Strategy::ResetPasswordEmailCode => "new password with a code by email",
        Strategy::ResetPasswordPhoneCode => "new password with a code by text message",
        Strategy::Passkey => "passkey",
        Strategy::TrustedDevice => "this device",
        strategy if strategy.is_web3() => wallet(strategy),
        Strategy::Oauth(provider) | Strategy::OauthToken(provider) => {
            return format!("{} account", self::provider(provider.name()));
        }
        Strategy::GoogleOneTap => "Google One Tap",
        Strategy::EnterpriseSso | Strategy::Saml => {
            return factor.enterprise_connection_name.clone().unwrap_or_else(|| "single sign-on".to_owned());
        }
        other => other.as_str(),
    };
    match &factor.safe_identifier {
        Some(address) if factor.strategy.is_web3() => format!("{way} with {address}"),
        Some(address) => format!("{way} to {address}"),
        None => way.to_owned(),
    }
}

pub(crate) fn provider(name: &str) -> String {
    match name {
        "github" => "GitHub".to_owned(),
        name => capitalised(name),
    }
}

pub(crate) const fn wallet(strategy: &Strategy) -> &'static str {
    match strategy {
        Strategy::Web3MetamaskSignature => "MetaMask",
        Strategy::Web3BaseSignature => "Base",
        Strategy::Web3CoinbaseWalletSignature => "Coinbase Wallet",
        Strategy::Web3OkxWalletSignature => "OKX Wallet",
        Strategy::Web3SolanaSignature => "Solana wallet",
        _ => "wallet",
    }
}

/// Returns a duration in minutes and seconds, such as `9:59`.
pub(crate) fn clock(left: Duration) -> String {
    format!("{}:{:02}", left.as_secs() / 60, left.as_secs() % 60)
}

/// Returns a duration in words. Rounds up, so that nobody tries again too early.
pub(crate) fn duration(duration: Duration) -> String {
    let seconds = duration.as_secs() + u64::from(duration.subsec_nanos() > 0);
    let (count, unit) = match seconds {
        0..=90 => (seconds, "second"),
        91..=5400 => (seconds.div_ceil(60), "minute"),
        5401..=172_800 => (seconds.div_ceil(3600), "hour"),
        _ => (seconds.div_ceil(86_400), "day"),
    };
    format!("{count} {unit}{}", if count == 1 { "" } else { "s" })
}

pub(crate) fn capitalised(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}
