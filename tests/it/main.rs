//! One program that contains all integration tests. Each flow is a function that takes a [`support::World`].
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::needless_pass_by_value,
    clippy::too_many_lines,
    reason = "helpers fail the test as the tests do, and tables are long"
)]

mod accounts;
mod answers;
mod browsers;
mod captchas;
mod check;
mod concurrency;
mod control;
mod decoding;
mod dynamic;
mod email_link_wait;
mod email_links;
mod errors;
mod expired_and_moved;
mod fake_rules;
mod flows;
mod formats;
mod forgotten;
mod from_clerk_js;
mod http_backend;
mod id_tokens;
mod laws;
mod locales;
mod lost_answers;
mod lost_sign_ups;
mod machine_page;
mod magic_links;
mod meaning;
mod native_sdks;
mod openapi;
mod organizations;
mod passkeys;
mod passkeys_second;
mod password_policy;
mod pasted_text;
mod protect_checks;
mod provider;
mod provider_sign_ups;
mod provider_urls;
mod rules;
mod secrets;
mod server;
mod session_tasks;
mod sessions;
mod sign_up_codes;
mod sign_up_guards;
mod sign_up_steps;
mod sign_ups;
mod sso;
mod system_browser;
mod tickets;
mod time_order;
mod transitions;
mod trusted_devices;
mod typed_addresses;
mod waiting;
mod walks;
mod wallets;
mod wire;
