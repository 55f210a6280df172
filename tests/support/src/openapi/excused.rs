//! Known errors in the document.

use serde_json::Value;

/// A part that is missing from the document, although the published client, the published list of errors or a recorded
/// answer shows that it exists.
pub struct Excuse {
    /// The locations of the missing part, as JSON pointers into the document. A `-` at the end of a pointer stands for
    /// the end of a list.
    pub places: &'static [&'static str],
    /// The missing part, in JSON.
    add: &'static str,
    /// The reason.
    pub because: &'static str,
}

impl Excuse {
    /// Adds the missing part to the document. `place` is one of the locations of that part.
    pub fn apply(&self, document: &mut Value, place: &str) {
        let added: Value = serde_json::from_str(self.add).unwrap_or_else(|error| panic!("{place}: {error}"));
        let (parent, name) = place.rsplit_once('/').unwrap();
        let parent = document.pointer_mut(parent).unwrap_or_else(|| panic!("{place}: not in the document"));
        let name = name.replace("~1", "/").replace("~0", "~");
        let is_there = match parent {
            Value::Array(items) => {
                let is_there = items.contains(&added);
                items.push(added);
                is_there
            }
            Value::Object(members) => members.insert(name, added).is_some(),
            other => panic!("{place}: cannot be added to {other}"),
        };
        assert!(!is_there, "{place}: the document has it by now");
    }
}

pub const EXCUSED: &[Excuse] = &[
    Excuse {
        places: &["/components/schemas/Stubs.Verification.SAML/properties/strategy/enum/-"],
        add: r#""enterprise_sso""#,
        because: "the document says that it can be prepared, and no verification has it",
    },
    Excuse {
        places: &[
            "/paths/~1v1~1client~1sign_ins~1{sign_in_id}~1prepare_first_factor/post/requestBody/content/application~1x-www-form-urlencoded/schema/properties/enterprise_connection_id",
        ],
        add: r#"{ "type": "string" }"#,
        because: "the published client sends it if a domain has several connections",
    },
    Excuse {
        places: &[
            "/paths/~1v1~1client~1sign_ins~1{sign_in_id}/get/parameters/-",
            "/paths/~1v1~1client~1sign_ups~1{sign_up_id}/get/parameters/-",
        ],
        add: r#"{ "in": "query", "name": "rotating_token_nonce", "schema": { "type": "string" } }"#,
        because: "the published clients send the nonce of a provider's callback",
    },
    Excuse {
        places: &[
            "/components/schemas/Client.SignIn/properties/locale",
            "/components/schemas/Client.SignIn-2/properties/locale",
        ],
        add: r#"{ "type": "string", "nullable": true }"#,
        because: "every recorded sign-in has it, and the object is closed",
    },
    Excuse {
        places: &[
            "/components/schemas/Client.SignIn/properties/timezone",
            "/components/schemas/Client.SignIn-2/properties/timezone",
        ],
        add: r#"{ "type": "string", "nullable": true }"#,
        because: "the published client, which speaks a newer version of the API, reads it",
    },
    Excuse {
        places: &[
            "/paths/~1v1~1client~1sign_ins/post/requestBody/content/application~1x-www-form-urlencoded/schema/properties/locale",
            "/paths/~1v1~1client~1sign_ins/post/requestBody/content/application~1x-www-form-urlencoded/schema/properties/timezone",
            "/paths/~1v1~1client~1sign_ups/post/requestBody/content/application~1x-www-form-urlencoded/schema/properties/timezone",
        ],
        add: r#"{ "type": "string", "nullable": true }"#,
        because: "the published client, which speaks a newer version of the API, sends it",
    },
    Excuse {
        places: &["/components/schemas/Client.SessionBase/properties/status/enum/-"],
        add: r#""pending""#,
        because: "the other endpoints have it: `reset_password` alone is documented with an older session",
    },
    Excuse {
        places: &["/components/schemas/Client.SignIn-2/properties/supported_identifiers/items/enum/-"],
        add: r#""password""#,
        because: "recorded sign-ins list it",
    },
    Excuse {
        places: &[
            "/paths/~1v1~1client~1sign_ins~1{sign_in_id}~1prepare_first_factor/post/requestBody/content/application~1x-www-form-urlencoded/schema/properties/redirect_uri",
            "/paths/~1v1~1client~1sign_ins~1{sign_in_id}~1prepare_first_factor/post/requestBody/content/application~1x-www-form-urlencoded/schema/properties/code_challenge",
            "/paths/~1v1~1client~1sign_ins~1{sign_in_id}~1prepare_first_factor/post/requestBody/content/application~1x-www-form-urlencoded/schema/properties/code_challenge_method",
        ],
        add: r#"{ "type": "string" }"#,
        because: "the published mobile clients send them with a link that leads into an app",
    },
    Excuse {
        places: &["/paths/~1v1~1client~1magic_links~1complete"],
        add: r##"{
            "post": {
                "requestBody": {
                    "content": {
                        "application/x-www-form-urlencoded": {
                            "schema": {
                                "type": "object",
                                "properties": {
                                    "flow_id": { "type": "string" },
                                    "approval_token": { "type": "string" },
                                    "code_verifier": { "type": "string" }
                                },
                                "required": ["flow_id", "approval_token", "code_verifier"]
                            }
                        }
                    }
                },
                "responses": {
                    "200": {
                        "content": {
                            "application/json": {
                                "schema": {
                                    "type": "object",
                                    "properties": { "flow_id": { "type": "string" }, "ticket": { "type": "string" } },
                                    "required": ["flow_id", "ticket"]
                                }
                            }
                        }
                    },
                    "400": { "$ref": "#/components/responses/ClerkErrors" },
                    "401": { "$ref": "#/components/responses/ClerkErrors" },
                    "403": { "$ref": "#/components/responses/ClerkErrors" },
                    "404": { "$ref": "#/components/responses/ClerkErrors" },
                    "422": { "$ref": "#/components/responses/ClerkErrors" }
                }
            }
        }"##,
        because: "the published mobile clients call it, and the document has no path like it",
    },
    Excuse {
        places: &["/paths/~1v1~1client~1verify"],
        add: r##"{
            "post": {
                "requestBody": {
                    "content": {
                        "application/x-www-form-urlencoded": {
                            "schema": {
                                "type": "object",
                                "properties": {
                                    "captcha_token": { "type": "string" },
                                    "captcha_widget_type": { "type": "string", "enum": ["smart", "invisible"] },
                                    "captcha_error": { "type": "string" },
                                    "captcha_action": { "type": "string", "enum": ["verify", "heartbeat"] }
                                }
                            }
                        }
                    }
                },
                "responses": {
                    "200": { "$ref": "#/components/responses/Client.Client" },
                    "400": { "$ref": "#/components/responses/ClerkErrors" },
                    "401": { "$ref": "#/components/responses/ClerkErrors" },
                    "422": { "$ref": "#/components/responses/ClerkErrors" }
                }
            }
        }"##,
        because: "the published client calls it when a captcha was solved, and the document has no path like it",
    },
    Excuse {
        places: &[
            "/paths/~1v1~1client~1sign_ins/post/requestBody/content/application~1x-www-form-urlencoded/schema/properties/captcha_token",
            "/paths/~1v1~1client~1sign_ins/post/requestBody/content/application~1x-www-form-urlencoded/schema/properties/captcha_widget_type",
            "/paths/~1v1~1client~1sign_ins/post/requestBody/content/application~1x-www-form-urlencoded/schema/properties/captcha_error",
        ],
        add: r#"{ "type": "string" }"#,
        because: "the published client sends them with a sign-in that may become a sign-up; the document has them there only",
    },
    Excuse {
        places: &["/paths/~1v1~1verify/get/responses/200/content"],
        add: r#"{ "application/json": { "schema": { "type": "object" } } }"#,
        because: "a link without a page must show its opener a result",
    },
    Excuse {
        places: &["/paths/~1v1~1verify/get/responses/403"],
        add: r##"{ "$ref": "#/components/responses/ClerkErrors" }"##,
        because: "the published list of errors has `sign_in_email_link_not_same_client` with 403",
    },
    Excuse {
        places: &[
            "/components/schemas/Client.SignIn/properties/protect_check",
            "/components/schemas/Client.SignIn-2/properties/protect_check",
        ],
        add: r#"{
            "type": "object",
            "nullable": true,
            "properties": {
                "status": { "type": "string" },
                "token": { "type": "string" },
                "sdk_url": { "type": "string" },
                "expires_at": { "type": "integer" },
                "ui_hints": { "type": "object" }
            },
            "required": ["status", "token", "sdk_url"]
        }"#,
        because: "the published client reads it in every sign-in, and the object is closed",
    },
    Excuse {
        places: &["/paths/~1v1~1client~1sign_ins~1{sign_in_id}~1protect_check/patch"],
        add: r##"{
            "requestBody": {
                "content": {
                    "application/x-www-form-urlencoded": {
                        "schema": {
                            "type": "object",
                            "properties": { "proof_token": { "type": "string" } },
                            "required": ["proof_token"]
                        }
                    }
                }
            },
            "responses": {
                "200": { "$ref": "#/components/responses/Client.SignIn" },
                "400": { "$ref": "#/components/responses/ClerkErrors" },
                "401": { "$ref": "#/components/responses/ClerkErrors" },
                "403": { "$ref": "#/components/responses/ClerkErrors" },
                "404": { "$ref": "#/components/responses/ClerkErrors" },
                "422": { "$ref": "#/components/responses/ClerkErrors" }
            }
        }"##,
        because: "the published client calls it, and its path is empty",
    },
    Excuse {
        places: &[
            "/paths/~1v1~1client~1sign_ins~1{sign_in_id}~1prepare_first_factor/post/requestBody/content/application~1x-www-form-urlencoded/schema/properties/channel",
        ],
        add: r#"{ "type": "string" }"#,
        because: "the published client sends it with phone codes at the first factor",
    },
    Excuse {
        places: &["/components/securitySchemes/DevBrowserToken"],
        add: r#"{ "type": "apiKey", "in": "query", "name": "__clerk_db_jwt" }"#,
        because: "the published client sends it by this name; the document has an older one, `__dev_session`",
    },
    Excuse {
        places: &["/paths/~1v1~1me/get/parameters"],
        add: r#"[{ "in": "query", "name": "_clerk_session_id", "schema": { "type": "string" } }]"#,
        because: "the published client sends it, as to the other endpoints of `/v1/me`, which are documented with it",
    },
    Excuse {
        places: &[
            "/paths/~1v1~1me~1change_password/post/parameters",
            "/paths/~1v1~1me~1totp/post/parameters",
            "/paths/~1v1~1me~1totp~1attempt_verification/post/parameters",
            "/paths/~1v1~1me~1trusted_devices/get/parameters",
            "/paths/~1v1~1me~1trusted_devices~1prepare/post/parameters",
            "/paths/~1v1~1me~1trusted_devices~1attempt/post/parameters",
        ],
        add: r#"[{ "in": "query", "name": "_clerk_session_id", "schema": { "type": "string" } }]"#,
        because: "the published clients send it, as to the other endpoints of `/v1/me`, which are documented with it",
    },
    Excuse {
        places: &[
            "/paths/~1v1~1me~1passkeys~1{passkey_id}~1attempt_verification/post/parameters/-",
            "/paths/~1v1~1me~1passkeys~1{passkey_id}/patch/parameters/-",
            "/paths/~1v1~1me~1passkeys~1{passkey_id}/delete/parameters/-",
            "/paths/~1v1~1me~1trusted_devices~1{trusted_device_id}/delete/parameters/-",
        ],
        add: r#"{ "in": "query", "name": "_clerk_session_id", "schema": { "type": "string" } }"#,
        because: "the published clients send it, as to the other endpoints of `/v1/me`, which are documented with it",
    },
    Excuse {
        places: &["/paths/~1v1~1me~1trusted_devices~1prepare/post/responses/409"],
        add: r##"{ "$ref": "#/components/responses/ClerkErrors" }"##,
        because: "the published list of errors has `trusted_device_already_enrolled` with 409",
    },
    Excuse {
        places: &[
            "/paths/~1v1~1client~1sign_ups~1{sign_up_id}~1prepare_verification/post/requestBody/content/application~1x-www-form-urlencoded/schema/properties/channel",
        ],
        add: r#"{ "type": "string" }"#,
        because: "the published client sends it with a phone code",
    },
    Excuse {
        places: &["/components/schemas/Client.OrganizationSettings/properties/force_organization_selection"],
        add: r#"{ "type": "boolean" }"#,
        because: "the published client reads it, and the object is closed",
    },
    Excuse {
        places: &["/paths/~1v1~1dev_browser/post/responses/200/content"],
        add: r#"{ "application/json": { "schema": { "type": "object", "properties": { "id": { "type": "string" } }, "required": ["id"] } } }"#,
        because: "the published client reads the browser's `id` from the body",
    },
    Excuse {
        places: &[
            "/paths/~1v1~1client/post/responses/401",
            "/paths/~1v1~1client/delete/responses/401",
            "/paths/~1v1~1client~1sign_ins/post/responses/401",
        ],
        add: r##"{ "$ref": "#/components/responses/ClerkErrors" }"##,
        because: "the published list of errors has `authentication_invalid` and `requires_captcha` with 401",
    },
    Excuse {
        places: &[
            "/paths/~1v1~1client~1sign_ins~1{sign_in_id}~1prepare_second_factor/post/responses/404",
            "/paths/~1v1~1client~1sign_ins~1{sign_in_id}~1attempt_second_factor/post/responses/404",
            "/paths/~1v1~1client~1sign_ins~1{sign_in_id}~1reset_password/post/responses/404",
        ],
        add: r##"{ "$ref": "#/components/responses/ClerkErrors" }"##,
        because: "the published list of errors has `resource_not_found` with 404 for an unknown sign-in",
    },
    Excuse {
        places: &[
            "/paths/~1v1~1client~1sign_ups~1{sign_up_id}~1prepare_verification/post/responses/403",
            "/paths/~1v1~1client~1sign_ups~1{sign_up_id}~1prepare_verification/post/responses/404",
            "/paths/~1v1~1client~1sign_ups~1{sign_up_id}~1attempt_verification/post/responses/404",
        ],
        add: r##"{ "$ref": "#/components/responses/ClerkErrors" }"##,
        because: "the published list of errors has `resource_forbidden` with 403 and `resource_not_found` with 404 for a sign-up",
    },
    Excuse {
        places: &[
            "/paths/~1v1~1client~1sign_ins/post/responses/429",
            "/paths/~1v1~1client~1sign_ins~1{sign_in_id}~1prepare_second_factor/post/responses/429",
            "/paths/~1v1~1client~1sign_ins~1{sign_in_id}~1attempt_second_factor/post/responses/429",
            "/paths/~1v1~1client~1sign_ins~1{sign_in_id}~1reset_password/post/responses/429",
        ],
        add: r##"{ "$ref": "#/components/responses/ClerkErrors" }"##,
        because: "the published rate limits cover it, and the list of errors has `too_many_requests` and \
                  `verification_code_too_many_requests` with 429",
    },
    Excuse {
        places: &[
            "/paths/~1v1~1client~1sign_ins/post/requestBody/content/application~1x-www-form-urlencoded/schema/properties/sign_up_if_missing",
        ],
        add: r#"{ "type": "boolean", "nullable": true }"#,
        because: "the published client sends it (`signUpIfMissing`), and the published list of errors is about it",
    },
    Excuse {
        places: &[
            "/paths/~1v1~1client~1sign_ups/post/requestBody/content/application~1x-www-form-urlencoded/schema/properties/enterprise_connection_id",
            "/paths/~1v1~1client~1sign_ups/post/requestBody/content/application~1x-www-form-urlencoded/schema/properties/locale",
        ],
        add: r#"{ "type": "string", "nullable": true }"#,
        because: "the published client sends it",
    },
    Excuse {
        places: &["/paths/~1v1~1client~1sign_ups/post/responses/401"],
        add: r##"{ "$ref": "#/components/responses/ClerkErrors" }"##,
        because: "the published list of errors has `requires_captcha` with 401",
    },
    Excuse {
        places: &["/components/schemas/Stubs.Verification.OTP/properties/status/enum/-"],
        add: r#""transferable""#,
        because: "the published client uses it to continue as a sign-up, after `sign_up_if_missing_transfer`",
    },
    Excuse {
        places: &[
            "/paths/~1v1~1client~1sign_ins~1{sign_in_id}~1prepare_second_factor/post/requestBody/content/application~1x-www-form-urlencoded/schema/properties/strategy/enum/-",
            "/paths/~1v1~1client~1sign_ins~1{sign_in_id}~1attempt_second_factor/post/requestBody/content/application~1x-www-form-urlencoded/schema/properties/strategy/enum/-",
        ],
        add: r#""passkey""#,
        because: "a passkey can be the second factor since version 2026-08-20, whose document is not public",
    },
    Excuse {
        places: &[
            "/paths/~1v1~1client~1sign_ins~1{sign_in_id}~1attempt_second_factor/post/requestBody/content/application~1x-www-form-urlencoded/schema/properties/public_key_credential",
        ],
        add: r#"{ "type": "string" }"#,
        because: "the published client sends the passkey's answer in it since version 2026-08-20",
    },
    Excuse {
        places: &["/components/schemas/Client.SignIn-2/properties/second_factor_verification/oneOf/-"],
        add: r##"{ "$ref": "#/components/schemas/Stubs.Verification.Passkey" }"##,
        because: "the published client reads the passkey's challenge from it since version 2026-08-20",
    },
    Excuse {
        places: &["/components/schemas/UserSettings.Socials/properties/oauth_custom_acme"],
        add: r##"{ "$ref": "#/components/schemas/UserSettings.Social" }"##,
        because: "it lists one custom provider, and every instance has its own",
    },
];
