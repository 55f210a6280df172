//! Servers whose settings differ from what they claim.

use std::time::Duration;

use super::{Fault, Kind, settings};

const SECOND: Duration = Duration::from_secs(1);
const HOUR: Duration = Duration::from_secs(60 * 60);

pub(super) const FAULTS: &[Fault] = &[
    settings("an unknown identifier is hidden", "unknown_identifier_is_rejected", |settings| {
        settings.hide_unknown_identifiers = true;
    }),
    Fault {
        claims: |settings| settings.hide_unknown_identifiers = true,
        ..settings("an unknown identifier is told", "hidden_identifier_is_answered_like_a_known_one", |settings| {
            settings.hide_unknown_identifiers = false;
        })
    },
    Fault {
        claims: |settings| settings.single_session = true,
        ..settings("a client can have several sessions", "single_session_allows_one_session", |settings| {
            settings.single_session = false;
        })
    },
    settings("a sign-in is never abandoned", "abandoned_sign_in_is_not_found", |settings| {
        settings.attempt_lifetime = 100 * HOUR;
    }),
    settings("a code never fails", "code_fails_after_too_many_wrong_answers", |settings| {
        (settings.code_attempts, settings.lockout_attempts) = (u32::MAX, 0);
    }),
    settings("a code expires after a minute", "code_works_until_it_expires", |settings| {
        settings.code_lifetime = 60 * SECOND;
    }),
    settings("codes and links live an hour", "expired_code_is_rejected", |settings| settings.code_lifetime = HOUR),
    settings("a code can be sent again at once", "resend_too_early_is_rejected", |settings| {
        settings.resend_interval = Duration::ZERO;
    }),
    settings("a code cannot be sent again", "only_the_newest_code_works", |settings| settings.resend_interval = HOUR),
    settings("accounts are never locked", "account_is_locked_after_wrong_answers", |settings| {
        settings.lockout_attempts = 0;
    }),
    settings("a code of the authenticator app works more than once", "totp_code_works_once", |settings| {
        settings.totp_codes_once = false;
    }),
    settings("every new client is trusted", "new_client_must_become_trusted", |settings| {
        settings.client_trust = false;
    }),
    settings("a user can be signed in twice", "user_is_not_signed_in_twice", |settings| {
        settings.reject_signed_in_identifiers = false;
    }),
    settings("users have no email links", "opened_link_completes_the_sign_in", |settings| settings.email_links = false),
    settings("users cannot sign up", "sign_up_if_missing_hides_who_is_known", |settings| settings.sign_ups = false),
    Fault { kind: Kind::NewestLink, ..settings("an older link works too", "only_the_newest_link_works", |_| {}) },
    Fault {
        kind: Kind::NoProtectChecks,
        ..settings("protect checks are not required", "protect_check_comes_before_the_step", |_| {})
    },
];
