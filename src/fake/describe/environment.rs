//! The part of the instance's settings that clients can see.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use crate::fake::records::organization::{ADMIN, MEMBER};
use crate::fake::records::sign_up::SignUpField;
use crate::fake::records::state::FakeState;
use crate::wire::{
    Attribute, AuthConfig, CaptchaProvider, CaptchaWidgetType, DisplayConfig, Environment, IdentifierKind, Strategy,
    UserSettings,
};

/// Keys that Cloudflare publishes for tests. With these keys, the captcha always succeeds and returns a dummy token.
const CAPTCHA_KEY: &str = "1x00000000000000000000AA";
const INVISIBLE_CAPTCHA_KEY: &str = "1x00000000000000000000BB";

impl FakeState {
    pub(in crate::fake) fn describe_environment(&self) -> Environment {
        Environment {
            auth_config: self.auth_config(),
            display_config: self.display_config(),
            user_settings: self.user_settings(),
            other: members(json!({
                "organization_settings": self.organization_settings(),
                "fraud_settings": { "native": { "device_attestation_mode": "disabled" } },
                "maintenance_mode": false,
                "client_debug_mode": false,
                "partitioned_cookies": false,
            })),
        }
    }

    fn organization_settings(&self) -> Value {
        let is_forced = self.settings.force_organization_selection;
        json!({
            "enabled": is_forced || !self.organizations.is_empty(),
            "max_allowed_memberships": 0,
            "force_organization_selection": is_forced,
            "actions": { "admin_delete": true },
            "domains": { "enabled": false, "enrollment_modes": [], "default_role": MEMBER },
            "slug": { "disabled": false },
            "creator_role": ADMIN,
        })
    }

    /// Returns the OpenID discovery document (OpenID Connect Discovery 1.0 section 4.2).
    pub(in crate::fake) fn describe_openid(&self) -> Value {
        let issuer = &self.settings.issuer;
        json!({
            "issuer": issuer,
            "jwks_uri": format!("{issuer}/.well-known/jwks.json"),
            "authorization_endpoint": format!("{issuer}/oauth/authorize"),
            "token_endpoint": format!("{issuer}/oauth/token"),
            "revocation_endpoint": format!("{issuer}/oauth/token/revoke"),
            "introspection_endpoint": format!("{issuer}/oauth/token_info"),
            "userinfo_endpoint": format!("{issuer}/oauth/userinfo"),
            "scopes_supported": ["openid", "profile", "email"],
            "response_types_supported": ["code"],
            "response_modes_supported": ["query"],
            "grant_types_supported": ["authorization_code"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["RS256"],
            "token_endpoint_auth_methods_supported": ["none"],
            "claims_supported": ["sub", "iss", "iat", "nbf", "exp", "jti", "sid", "azp", "fva", "sts", "pla", "fea", "v"],
            "code_challenge_methods_supported": ["S256"],
            "backchannel_logout_supported": false,
            "frontchannel_logout_supported": false,
        })
    }

    fn auth_config(&self) -> AuthConfig {
        let settings = &self.settings;
        let on = |kind| if settings.identifiers.contains(&kind) { "on" } else { "off" };
        let identifiers: Vec<String> = settings.identifiers.iter().map(ToString::to_string).collect();
        AuthConfig {
            identification_strategies: identifiers.clone(),
            first_factors: vec![
                Strategy::Password,
                Strategy::EmailCode,
                Strategy::PhoneCode,
                Strategy::ResetPasswordEmailCode,
                Strategy::ResetPasswordPhoneCode,
                Strategy::Ticket,
            ]
            .into_iter()
            .chain(settings.email_links.then_some(Strategy::EmailLink))
            .chain(settings.passkeys.then_some(Strategy::Passkey))
            .chain(settings.trusted_devices.then_some(Strategy::TrustedDevice))
            .chain(settings.web3_strategies.iter().cloned())
            .chain(settings.oauth_strategies.iter().cloned())
            .chain((!settings.enterprise_connections.is_empty()).then_some(Strategy::EnterpriseSso))
            .collect(),
            second_factors: vec![Strategy::Totp, Strategy::BackupCode, Strategy::PhoneCode, Strategy::EmailCode]
                .into_iter()
                .chain(settings.email_links.then_some(Strategy::EmailLink))
                .collect(),
            single_session_mode: settings.single_session,
            other: members(json!({
                "object": "auth_config",
                "id": "aconf_fake",
                "first_name": "on",
                "last_name": "on",
                "email_address": on(IdentifierKind::EmailAddress),
                "phone_number": on(IdentifierKind::PhoneNumber),
                "username": on(IdentifierKind::Username),
                "password": "on",
                "identification_requirements": [identifiers],
                "email_address_verification_strategies": ["email_code"],
                "enhanced_email_deliverability": false,
                "test_mode": true,
                "cookieless_dev": true,
                "url_based_session_syncing": settings.development,
                "claimed_at": null,
                "reverification": false,
                "native_settings": {
                    "object": "native_settings",
                    "api_enabled": true,
                    "trusted_device_sign_in_enabled": settings.trusted_devices,
                    "trusted_device_enrollment_prompt_after_sign_in_enabled": false,
                    "trusted_device_enrollment_prompt_after_sign_up_enabled": false,
                },
            })),
        }
    }

    fn display_config(&self) -> DisplayConfig {
        let kind = if self.settings.development { "development" } else { "production" };
        let captcha = self.settings.captcha_required;
        // Pages of the app, to which prebuilt components send the user.
        let pages = [
            ("home_url", "/"),
            ("sign_up_url", "/sign-up"),
            ("user_profile_url", "/user"),
            ("waitlist_url", "/waitlist"),
            ("oauth_consent_url", "/oauth-consent"),
            ("after_sign_in_url", "/"),
            ("after_sign_up_url", "/"),
            ("after_sign_out_one_url", "/"),
            ("after_sign_out_all_url", "/"),
            ("after_switch_session_url", "/"),
            ("after_join_waitlist_url", "/"),
            ("organization_profile_url", "/organization"),
            ("create_organization_url", "/create-organization"),
            ("after_leave_organization_url", "/"),
            ("after_create_organization_url", "/"),
            ("logo_link_url", "/"),
        ];
        let mut other = members(json!({
            "object": "display_config",
            "id": "display_config_fake",
            "theme": {},
            "preferred_sign_in_strategy": "password",
            "logo_image_url": "",
            "favicon_image_url": "",
            "support_email": null,
            "branded": false,
            "experimental_force_oauth_first": false,
            "clerk_js_version": null,
            "show_devmode_warning": false,
            "help_url": null,
            "privacy_policy_url": null,
            "terms_url": null,
            "logo_url": null,
            "favicon_url": null,
            "logo_image": null,
            "favicon_image": null,
        }));
        other.extend(pages.map(|(name, page)| (name.to_owned(), page.into())));
        DisplayConfig {
            application_name: self.settings.application_name.clone(),
            instance_environment_type: kind.to_owned(),
            sign_in_url: "/sign-in".to_owned(),
            captcha_public_key: captcha.then(|| CAPTCHA_KEY.to_owned()),
            captcha_widget_type: captcha.then_some(CaptchaWidgetType::Smart),
            captcha_public_key_invisible: captcha.then(|| INVISIBLE_CAPTCHA_KEY.to_owned()),
            captcha_provider: captcha.then_some(CaptchaProvider::Turnstile),
            captcha_oauth_bypass: Vec::new(),
            google_one_tap_client_id: self.settings.google_one_tap().map(str::to_owned),
            other,
        }
    }

    fn user_settings(&self) -> UserSettings {
        let settings = &self.settings;
        let off = || json!({ "enabled": false });
        UserSettings {
            attributes: self.attributes(),
            password_settings: settings.password_settings.clone(),
            other: members(json!({
                "social": self.social(),
                "saml": { "enabled": settings.enterprise_connections.iter().any(|connection| connection.saml) },
                "enterprise_sso": { "enabled": !settings.enterprise_connections.is_empty(), "self_serve_sso": false },
                "sign_in": { "second_factor": { "required": settings.mfa_required } },
                "sign_up": {
                    "captcha_enabled": settings.captcha_required,
                    "captcha_widget_type": "smart",
                    "custom_action_required": false,
                    "progressive": true,
                    "mode": if settings.sign_ups { "public" } else { "restricted" },
                    "legal_consent_enabled": settings.sign_up_required.contains(&SignUpField::LegalAccepted),
                },
                "restrictions": {
                    "allowlist": off(),
                    "blocklist": off(),
                    "allowlist_blocklist_disabled_on_sign_in": off(),
                    "block_email_subaddresses": off(),
                    "block_disposable_email_domains": off(),
                },
                "username_settings": {
                    "min_length": null,
                    "max_length": null,
                    "allow_extended_special_characters": true,
                    "allow_numeric_usernames": true,
                },
                "actions": {
                    "delete_self": false,
                    "create_organization": false,
                    "create_organizations_limit": null,
                },
                "attack_protection": {
                    "user_lockout": {
                        "enabled": settings.lockout_attempts > 0,
                        "max_attempts": settings.lockout_attempts,
                        "duration_in_minutes": settings.lockout_duration.as_secs() / 60,
                    },
                    "pii": { "enabled": settings.mask_safe_identifiers },
                    "email_link": { "require_same_client": settings.email_link_same_client },
                    "enumeration_protection": { "enabled": settings.hide_unknown_identifiers },
                },
                "passkey_settings": {
                    "allow_autofill": settings.passkeys && settings.passkey_autofill,
                    "show_sign_in_button": settings.passkeys,
                    "satisfies_second_factor": settings.passkey_satisfies_second_factor,
                },
            })),
        }
    }

    /// Returns the providers, keyed by strategy.
    fn social(&self) -> Map<String, Value> {
        let named = self.settings.oauth_strategies.iter().filter_map(|strategy| match strategy {
            Strategy::Oauth(provider) => Some((strategy.as_str(), provider.name())),
            _ => None,
        });
        let provider = |(strategy, name): (&str, &str)| {
            let shown = name.strip_prefix("custom_").unwrap_or(name);
            let (first, rest) = shown.split_at_checked(1).unwrap_or((shown, ""));
            let provider = json!({
                "strategy": strategy,
                "name": format!("{}{rest}", first.to_uppercase()),
                "enabled": true,
                "required": false,
                "authenticatable": true,
                "not_selectable": false,
                "deprecated": false,
                "block_email_subaddresses": false,
                "logo_url": null,
            });
            (strategy.to_owned(), provider)
        };
        named.map(provider).collect()
    }

    fn attributes(&self) -> BTreeMap<String, Attribute> {
        let identifier = |kind| self.settings.identifiers.contains(&kind);
        let by_email = identifier(IdentifierKind::EmailAddress);
        let by_phone = identifier(IdentifierKind::PhoneNumber);
        let (web3, passkey) = (self.settings.web3_strategies.clone(), vec![Strategy::Passkey]);
        let by_wallet = identifier(IdentifierKind::Web3Wallet) && !web3.is_empty();
        let (mut email, phone) = (vec![Strategy::EmailCode], vec![Strategy::PhoneCode]);
        // A new email address is verified with a code.
        let shown_by = email.clone();
        if self.settings.email_links {
            email.push(Strategy::EmailLink);
        }
        [
            ("email_address", attribute(true, by_email.then(|| email.clone()), Some(email), shown_by)),
            ("phone_number", attribute(true, by_phone.then(|| phone.clone()), Some(phone.clone()), phone)),
            ("username", attribute(true, identifier(IdentifierKind::Username).then(Vec::new), None, Vec::new())),
            // A password verifies an identifier, but is not an identifier. It has no first factors here, because
            // prebuilt components treat every attribute that has first factors as an identifier.
            ("password", attribute(true, None, None, Vec::new())),
            ("authenticator_app", attribute(true, None, Some(vec![Strategy::Totp]), vec![Strategy::Totp])),
            ("backup_code", attribute(true, None, Some(vec![Strategy::BackupCode]), Vec::new())),
            ("first_name", attribute(true, None, None, Vec::new())),
            ("last_name", attribute(true, None, None, Vec::new())),
            ("web3_wallet", attribute(!web3.is_empty(), by_wallet.then(|| web3.clone()), None, web3.clone())),
            ("ticket", attribute(true, None, None, Vec::new())),
            (
                "passkey",
                attribute(self.settings.passkeys, self.settings.passkeys.then(|| passkey.clone()), None, passkey),
            ),
        ]
        .map(|(name, attribute)| {
            // During a sign-up, prebuilt components ask the user for the required attributes.
            let required = self.settings.sign_up_required.iter().any(|field| field.name() == name);
            (name.to_owned(), Attribute { required, ..attribute })
        })
        .into()
    }
}

/// Describes an attribute of a user.
///
/// `first_factors` is `None` if the attribute cannot be used as a first factor. `second_factors` is `None` if the
/// attribute cannot be used as a second factor.
fn attribute(
    enabled: bool,
    first_factors: Option<Vec<Strategy>>,
    second_factors: Option<Vec<Strategy>>,
    verifications: Vec<Strategy>,
) -> Attribute {
    Attribute {
        enabled,
        required: false,
        used_for_first_factor: first_factors.is_some(),
        first_factors: first_factors.unwrap_or_default(),
        used_for_second_factor: second_factors.is_some(),
        second_factors: second_factors.unwrap_or_default(),
        verifications,
        other: members(json!({ "verify_at_sign_up": false, "immutable": false })),
    }
}

/// Returns the members of a JSON object.
fn members(object: Value) -> Map<String, Value> {
    if let Value::Object(members) = object { members } else { Map::new() }
}
