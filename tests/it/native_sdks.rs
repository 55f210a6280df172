//! The fields without which the native SDKs cannot decode an answer.
//!
//! The lists were taken from the published models of Clerk's SDKs for iOS and Android. A field is listed if the model of
//! at least one of the two SDKs declares it as required.

use clerk_sign_in::fake::NewUser;
use clerk_sign_in::{AfterRedirect, Sso};
use serde_json::Value;
use support::{L, World, take};

#[derive(Clone, Copy, Debug, PartialEq)]
enum Kind {
    Text,
    Flag,
    Number,
    List,
    Object,
}
use Kind::{Flag, List, Number, Object, Text};

/// The required fields of each kind of object, named by its member `object`.
const BY_NAME: &[(&str, &[(&str, Kind)])] = &[
    (
        "display_config",
        &[
            ("instance_environment_type", Text),
            ("application_name", Text),
            ("preferred_sign_in_strategy", Text),
            ("branded", Flag),
            ("logo_image_url", Text),
            ("home_url", Text),
        ],
    ),
    ("auth_config", &[("single_session_mode", Flag)]),
    ("client", &[("id", Text), ("sessions", List), ("updated_at", Number)]),
    (
        "session",
        &[
            ("id", Text),
            ("status", Text),
            ("expire_at", Number),
            ("abandon_at", Number),
            ("last_active_at", Number),
            ("created_at", Number),
            ("updated_at", Number),
        ],
    ),
    (
        "user",
        &[
            ("id", Text),
            ("image_url", Text),
            ("has_image", Flag),
            ("backup_code_enabled", Flag),
            ("create_organization_enabled", Flag),
            ("delete_self_enabled", Flag),
            ("password_enabled", Flag),
            ("totp_enabled", Flag),
            ("two_factor_enabled", Flag),
            ("email_addresses", List),
            ("external_accounts", List),
            ("passkeys", List),
            ("phone_numbers", List),
            ("created_at", Number),
            ("updated_at", Number),
        ],
    ),
    (
        "external_account",
        &[
            ("id", Text),
            ("identification_id", Text),
            ("provider", Text),
            ("provider_user_id", Text),
            ("email_address", Text),
            ("approved_scopes", Text),
            ("public_metadata", Object),
            ("created_at", Number),
        ],
    ),
    ("email_address", &[("id", Text), ("email_address", Text)]),
    ("phone_number", &[("id", Text), ("phone_number", Text), ("reserved_for_second_factor", Flag)]),
    ("passkey", &[("id", Text), ("name", Text), ("created_at", Number), ("updated_at", Number)]),
    ("sign_in_attempt", &[("id", Text), ("status", Text)]),
];

/// The required fields of objects that do not name their kind, by the member that contains them.
const BY_MEMBER: &[(&str, &[(&str, Kind)])] = &[
    ("public_user_data", &[("image_url", Text), ("has_image", Flag), ("identifier", Text)]),
    ("user_settings", &[("attributes", Object), ("sign_up", Object), ("social", Object), ("actions", Object)]),
    (
        "sign_up",
        &[("custom_action_required", Flag), ("progressive", Flag), ("mode", Text), ("legal_consent_enabled", Flag)],
    ),
    ("user_settings.actions", &[("delete_self", Flag), ("create_organization", Flag)]),
    ("passkey_settings", &[("allow_autofill", Flag), ("show_sign_in_button", Flag)]),
    ("fraud_settings", &[("native", Object)]),
    ("native", &[("device_attestation_mode", Text)]),
];

/// The required fields of every member of an object.
const BY_PARENT: &[(&str, &[(&str, Kind)])] = &[
    (
        "attributes",
        &[
            ("enabled", Flag),
            ("required", Flag),
            ("used_for_first_factor", Flag),
            ("first_factors", List),
            ("used_for_second_factor", Flag),
            ("second_factors", List),
            ("verifications", List),
            ("verify_at_sign_up", Flag),
        ],
    ),
    (
        "social",
        &[
            ("enabled", Flag),
            ("required", Flag),
            ("authenticatable", Flag),
            ("strategy", Text),
            ("not_selectable", Flag),
            ("name", Text),
        ],
    ),
];

/// Checks a value and everything inside it. Records the names of the lists that were used.
fn check(value: &Value, member: &str, parent: &str, used: &mut Vec<String>) {
    match value {
        Value::Array(items) => items.iter().for_each(|item| check(item, member, parent, used)),
        Value::Object(fields) => {
            let name = fields.get("object").and_then(Value::as_str).unwrap_or_default();
            let qualified = format!("{parent}.{member}");
            for (lists, name) in [(BY_NAME, name), (BY_MEMBER, member), (BY_PARENT, parent)] {
                let is_settings = !fields.contains_key("object");
                let is_named = |known: &str| known == name || (lists == BY_MEMBER && known == qualified);
                let list = lists.iter().find(|(known, _)| is_named(known)).filter(|_| is_settings || lists == BY_NAME);
                for (field, kind) in list.into_iter().flat_map(|(_, list)| *list) {
                    let value = fields.get(*field).unwrap_or(&Value::Null);
                    let is_right = match kind {
                        Text => value.is_string(),
                        Flag => value.is_boolean(),
                        Number => value.is_i64(),
                        List => value.is_array(),
                        Object => value.is_object(),
                    };
                    assert!(is_right, "`{field}` of `{name}` is {value}, but the SDKs need {kind:?}");
                }
                used.extend(list.map(|(name, _)| (*name).to_owned()));
            }
            fields.iter().for_each(|(field, value)| check(value, field, member, used));
        }
        _ => {}
    }
}

#[tokio::test]
async fn every_required_field_is_there() {
    let world = World::http().await;
    let vera = NewUser::new("vera@example.com").phone_number("+14155550123").username("vera");
    world.fake.add_user(vera).unwrap();
    world.fake.new_passkey("vera@example.com").unwrap();
    let client = world.client();
    for account in ["vera@example.com", L] {
        let ready = client.sign_in().sso(&Sso::oauth("google"), "https://app.example/back").await.unwrap();
        let back = world.consent(&client, ready.external_url(), account).await.unwrap();
        drop(take!(ready.finish(&back).await.unwrap(), AfterRedirect::Complete).finalize().await.unwrap());
    }
    drop(client.sign_in().create("grace@example.com").await.unwrap());

    let url = world.fake.settings().public_url.unwrap();
    let mut used = Vec::new();
    for path in ["environment", "client"] {
        let request = reqwest::Client::new().get(format!("{url}/v1/{path}?_is_native=true"));
        let request = request.header("authorization", World::token_of(&client).unwrap());
        let body = request.send().await.unwrap().bytes().await.unwrap();
        check(&serde_json::from_slice(&body).unwrap(), "", "", &mut used);
    }
    for (name, _) in [BY_NAME, BY_MEMBER, BY_PARENT].into_iter().flatten() {
        assert!(used.iter().any(|used| used == name), "no answer contained `{name}`");
    }
}
