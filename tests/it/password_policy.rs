//! The rules for new passwords. The client checks the rules before the call, and the server checks them again. Each
//! flow runs in memory and over HTTP.

use clerk_sign_in::PasswordRule::{
    Lowercase, MaxBytes, MaxLength, MinLength, NotCurrent, NotIdentifier, NotPwned, Number, SpecialCharacter, Strength,
    Uppercase,
};
use clerk_sign_in::fake::Settings;
use clerk_sign_in::wire::{ErrorCode, PasswordSettings};
use clerk_sign_in::{
    AfterClientTrust, AfterCreate, AfterFirstFactor, AfterReset, AfterResetCode, NeedsNewPassword, OtherSessions,
    PasswordPolicy, PasswordRule, PasswordStrength, SignIn,
};
use proptest::prelude::*;
use serde_json::json;
use support::{G, GRACE_PASSWORD, World, codes, over_every_identity, reached, stayed, take};

over_every_identity! {
    server_and_policy_report_the_same_rules,
    server_reports_rules_that_only_it_can_check,
    weak_password_error_includes_suggestions,
    leaked_password_cannot_sign_in_if_enforced,
}

/// Passwords that break different rules. The last password breaks none.
const TYPED: [&str; 9] = [
    "",
    "short",
    "only-small-letters",
    "ONLY-CAPITALS-9",
    "NoSpecialCharacter1",
    "Password1!",
    "Seventy-three-characters-are-one-more-than-bcrypt-hashes-and-that-is-all-9",
    "Zweiundsiebzig-Zeichen-äöü-äöü-äöü-äöü-äöü-äöü-äöü-äöü-äöü-äöü-äöü-äöü-9",
    "A-nanosecond-is-30-cm",
];

fn demanding(settings: &mut Settings) {
    let of = &mut settings.password_settings;
    (of.require_lowercase, of.require_uppercase, of.require_numbers, of.require_special_char) =
        (true, true, true, true);
    (of.show_zxcvbn, of.min_zxcvbn_strength) = (true, 3);
}

async fn new_password(world: &World) -> SignIn<NeedsNewPassword> {
    let sent = world.client().sign_in().send_reset_password_email_code(G).await.unwrap();
    let code = world.mailed_code(G);
    take!(sent.verify(&code).await.unwrap(), AfterResetCode::NeedsNewPassword)
}

async fn server_and_policy_report_the_same_rules(world: World) {
    world.fake.configure(demanding);
    let policy = PasswordPolicy::from_environment(&world.client().environment().await.unwrap());
    let mut new = new_password(&world).await;
    for typed in TYPED.into_iter().filter(|typed| !typed.is_empty()) {
        let broken = policy.broken_by_rated(typed, PasswordStrength::rate(typed).score);
        let unrated: Vec<_> = broken.iter().copied().filter(|rule| *rule != Strength).collect();
        assert_eq!(policy.broken_by(typed), unrated, "strength is known only from a rating");
        if broken.is_empty() {
            reached!(new.submit_password(typed, OtherSessions::Keep).await.unwrap(), AfterReset::Complete);
            return;
        }
        let (error, stayed) = stayed!(new.submit_password(typed, OtherSessions::Keep).await);
        assert_eq!(error.broken_password_rules(), broken, "{typed}");
        assert!(error.is_wrong_input() && error.is_about("password"));
        for (rule, told) in broken.iter().zip(&error.rejection().unwrap().errors) {
            assert_eq!(told.message, format!("A password {}.", policy.describe(*rule)));
        }
        new = stayed;
    }
    panic!("no password was accepted");
}

async fn server_reports_rules_that_only_it_can_check(world: World) {
    world.fake.configure(|settings| {
        settings.password_settings.disable_hibp = false;
        settings.pwned_passwords.push(GRACE_PASSWORD.to_owned());
    });
    let policy = PasswordPolicy::from_environment(&world.client().environment().await.unwrap());
    assert_eq!(policy.rules(), [MinLength, MaxLength, MaxBytes, NotPwned, NotIdentifier, NotCurrent]);
    let mut new = new_password(&world).await;
    for (typed, rules) in [
        ("12345678", vec![NotPwned]),
        (GRACE_PASSWORD, vec![NotPwned, NotCurrent]),
        ("Grace@Example.com", vec![NotIdentifier]),
    ] {
        assert_eq!(policy.broken_by(typed), []);
        let (error, stayed) = stayed!(new.submit_password(typed, OtherSessions::Keep).await);
        assert_eq!(error.broken_password_rules(), rules);
        new = stayed;
    }
}

async fn weak_password_error_includes_suggestions(world: World) {
    world.fake.configure(demanding);
    let new = new_password(&world).await;
    let (error, _) = stayed!(new.submit_password("Password1!", OtherSessions::Keep).await);
    assert_eq!(codes(&error), [ErrorCode::FormPasswordNotStrongEnough]);
    let told = &error.rejection().unwrap().errors[0].meta.other["zxcvbn"]["suggestions"];
    let own = PasswordStrength::rate("Password1!").suggestions;
    assert!(!own.is_empty());
    let own: Vec<_> = own.iter().map(|it| json!({ "code": it.code, "message": it.message })).collect();
    assert_eq!(*told, json!(own));
}

async fn leaked_password_cannot_sign_in_if_enforced(world: World) {
    let first = || async { take!(world.client().sign_in().create(G).await.unwrap(), AfterCreate::NeedsFirstFactor) };
    world.fake.configure(|settings| {
        settings.password_settings.disable_hibp = false;
        settings.pwned_passwords.push(GRACE_PASSWORD.to_owned());
    });
    reached!(first().await.password(GRACE_PASSWORD).await.unwrap(), AfterFirstFactor::NeedsClientTrust);
    world.fake.configure(|settings| {
        settings.password_settings.enforce_hibp_on_sign_in = true;
        settings.password_settings.disable_hibp = true;
    });
    reached!(first().await.password(GRACE_PASSWORD).await.unwrap(), AfterFirstFactor::NeedsClientTrust);

    world.fake.configure(|settings| settings.password_settings.disable_hibp = false);
    let (error, first) = stayed!(first().await.password("guess").await);
    assert_eq!(codes(&error), [ErrorCode::FormPasswordIncorrect], "a wrong password must not be reported as leaked");
    let (error, first) = stayed!(first.password(GRACE_PASSWORD).await);
    assert_eq!(error.broken_password_rules(), [NotPwned]);
    // The user can continue by choosing a new password.
    let sent = first.send_reset_password_email_code().await.unwrap();
    let code = world.mailed_code(G);
    let new = take!(sent.verify(&code).await.unwrap(), AfterResetCode::NeedsNewPassword);
    let done = new.submit_password("a-nanosecond-is-30-cm", OtherSessions::Keep).await.unwrap();
    reached!(done, AfterReset::Complete);
    let trust = world.client().sign_in().password(G, "a-nanosecond-is-30-cm").await.unwrap();
    let trust = take!(trust, AfterCreate::NeedsClientTrust).send_email_code().await.unwrap();
    reached!(trust.verify(&world.mailed_code(G)).await.unwrap(), AfterClientTrust::Complete);
}

fn policy(change: impl FnOnce(&mut PasswordSettings)) -> PasswordPolicy {
    let mut settings = PasswordSettings::default();
    change(&mut settings);
    PasswordPolicy::new(&settings)
}

#[test]
fn each_rule_has_exact_bounds() {
    let plain = policy(|settings| settings.disable_hibp = true);
    assert_eq!(plain.broken_by("1234567"), [MinLength]);
    assert_eq!(plain.broken_by("12345678"), []);
    // The length is counted in characters, not in bytes, but there is also a maximum number of bytes.
    assert_eq!(plain.broken_by("äöüäöüä"), [MinLength]);
    assert_eq!(plain.broken_by(&"ä".repeat(36)), []);
    assert_eq!(plain.broken_by(&"ä".repeat(37)), [MaxBytes]);
    assert_eq!(plain.broken_by(&"x".repeat(72)), []);
    assert_eq!(plain.broken_by(&"x".repeat(73)), [MaxLength]);

    let within = policy(|settings| (settings.min_length, settings.max_length) = (10, 12));
    assert_eq!((within.min_length(), within.max_length()), (10, 12));
    assert_eq!(
        ["123456789", "1234567890", "123456789012", "1234567890123"].map(|typed| within.broken_by(typed)),
        [vec![MinLength], vec![], vec![], vec![MaxLength]]
    );
    let beyond = policy(|settings| (settings.min_length, settings.max_length) = (1, 1000));
    assert_eq!((beyond.min_length(), beyond.max_length()), (8, 72));

    let letters = policy(|settings| (settings.require_lowercase, settings.require_uppercase) = (true, true));
    assert_eq!(letters.broken_by("12345678"), [Lowercase, Uppercase]);
    assert_eq!(letters.broken_by("ÄÖÜäöü12"), [Lowercase, Uppercase], "like Clerk's own clients");
    assert_eq!(letters.broken_by("aZ345678"), []);
    assert_eq!(policy(|settings| settings.require_numbers = true).broken_by("abcdefgh"), [Number]);

    let special = |allowed: &str| {
        policy(|settings| {
            (settings.require_special_char, settings.allowed_special_characters) = (true, allowed.to_owned());
        })
    };
    assert_eq!(special("").broken_by("abcd efgh"), [SpecialCharacter], "a space is not special");
    assert_eq!(special("").broken_by("abcd\\efgh"), []);
    assert_eq!(special("§").broken_by("abcd!efgh"), [SpecialCharacter]);
    assert_eq!(special("§").broken_by("abcd§efgh"), []);
    assert_eq!(special("§$").describe(SpecialCharacter), "has one of §$");
}

#[test]
fn strength_is_checked_only_if_the_instance_rates_it() {
    assert_eq!(PasswordStrength::rate("password").score, 0);
    let rated = |least, is_on| {
        policy(|settings| (settings.min_zxcvbn_strength, settings.show_zxcvbn) = (least, is_on))
            .broken_by_rated("password", 0)
    };
    assert_eq!(rated(1, true), [Strength]);
    assert_eq!(rated(0, true), []);
    assert!(!policy(|settings| settings.show_zxcvbn = true).rules().contains(&Strength));
    assert_eq!(rated(4, false), []);
}

#[test]
fn unknown_password_setting_is_rejected() {
    let change = json!({ "password_settings": { "min_lenght": 12 } });
    let rejected = Settings::default().with_json(change.as_object().unwrap().clone()).unwrap_err();
    assert!(rejected.to_string().contains("there is no password setting `min_lenght`"), "{rejected}");
    for (name, value) in [("min_length", json!("12")), ("min_length", json!(12.5)), ("require_numbers", json!("yes"))] {
        let change = json!({ "password_settings": { name: value } });
        let rejected = Settings::default().with_json(change.as_object().unwrap().clone()).unwrap_err();
        let reason = format!("the password setting `{name}` has the wrong type");
        assert!(rejected.to_string().contains(&reason), "{rejected}");
    }
    let change = json!({ "password_settings": { "min_length": 12, "require_numbers": true } });
    let changed = Settings::default().with_json(change.as_object().unwrap().clone()).unwrap();
    assert_eq!(PasswordPolicy::new(&changed.password_settings).broken_by("elevenchars"), [MinLength, Number]);
}

proptest! {
    /// Adding text to a password can break the rules about maximum length and strength, but no other rules.
    #[test]
    fn more_characters_break_only_length_and_strength(typed in "\\PC{0,40}", more in "\\PC{0,40}") {
        let policy = policy(|settings| {
            (settings.require_lowercase, settings.require_uppercase) = (true, true);
            (settings.require_numbers, settings.require_special_char) = (true, true);
        });
        let grows = |rule: &PasswordRule| !matches!(rule, MaxLength | MaxBytes | Strength);
        let before = policy.broken_by(&typed);
        for rule in policy.broken_by(&format!("{typed}{more}")).iter().filter(|rule| grows(rule)) {
            prop_assert!(before.contains(rule), "{rule:?}");
        }
    }
}
