//! The list of all laws, each with its source. Each check is a method of `Trial` with the law's name.

use super::Harness;
use super::law::{Certainty, Law, NotKept};
use super::trial::Trial;
use crate::backend::Backend;

/// Defines a public function for each law, and the list of all laws.
macro_rules! laws {
    ($($topic:literal { $($(#[doc = $doc:literal])+ $name:ident: $certainty:ident, $source:literal;)+ })+) => {
        $($(
            $(#[doc = $doc])+
            #[doc = ""]
            #[doc = concat!("Source: ", $source, ".")]
            ///
            /// # Errors
            /// [`NotKept`] if the backend breaks the law, or if the law cannot be checked with this harness.
            pub async fn $name(backend: &dyn Backend, harness: &dyn Harness) -> Result<(), NotKept> {
                Trial::new(backend, harness).$name().await.map_err(|unmet| unmet.in_law(stringify!($name)))
            }
        )+)+

        /// All laws, topic by topic.
        pub const LAWS: &[Law] = &[$($(Law {
            name: stringify!($name),
            topic: $topic,
            summary: concat!($($doc),+).trim_ascii(),
            source: $source,
            certainty: Certainty::$certainty,
            check: |backend, harness| Box::pin($name(backend, harness)),
        },)+)+];
    };
}

laws! {
    "Clients and tokens" {
        /// The first write of a new native client creates the client, and answers its token.
        first_write_creates_the_client: Certain, "OpenAPI `POST /v1/client`; observed in published recordings";
        /// Every answer to a native client carries a token, also a rejection.
        every_native_answer_carries_a_token: Certain, "observed in published recordings; Clerk's iOS and Android SDKs";
        /// The newest token identifies the same client in later calls.
        newest_token_identifies_the_client: Certain, "Clerk's iOS, Android and Expo SDKs";
        /// The token before the newest still works, because an answer may be lost and calls may overlap.
        token_before_the_newest_still_works: Inferred, "clerk-js in native mode makes several calls at once";
        /// A token that the server never issued is rejected.
        unknown_token_is_rejected: Certain, "Clerk's list of errors, `authentication_invalid`";
        /// Two new clients have different ids and different tokens.
        new_clients_are_different: Certain, "OpenAPI `POST /v1/client`";
        /// A client without a token can read the client and the environment.
        new_client_may_read: Certain, "OpenAPI `GET /v1/client`, `GET /v1/environment`: no security required";
        /// A sign-in is found only by its own client.
        another_clients_sign_in_is_not_found: Certain, "OpenAPI `GET /v1/client/sign_ins/{id}`";
        /// A call without the token cannot continue the sign-in.
        call_without_the_token_is_another_client: Certain, "OpenAPI `GET /v1/client/sign_ins/{id}`";
    }
    "Creating a sign-in" {
        /// A sign-in that is created with nothing needs an identifier.
        create_without_an_identifier_needs_one: Certain, "OpenAPI `POST /v1/client/sign_ins`; clerk-js";
        /// An identifier leads to the first factors of its user.
        identifier_leads_to_the_first_factors: Certain, "Clerk's documents on email and password sign-in";
        /// An unknown identifier is rejected.
        unknown_identifier_is_rejected: Certain, "Clerk's list of errors, `form_identifier_not_found`";
        /// If unknown identifiers are hidden, an unknown one is answered like a known one.
        hidden_identifier_is_answered_like_a_known_one: Inferred,
            "Clerk's list of errors, `form_password_or_identifier_incorrect`";
        /// A new sign-in replaces the current one, and has an id of its own.
        create_replaces_the_current_sign_in: Certain, "OpenAPI `POST /v1/client/sign_ins`";
        /// A replaced sign-in can be read, but no step on it is accepted.
        step_on_a_replaced_sign_in_is_rejected: Certain,
            "Clerk's list of errors, `resource_forbidden` (mutation on older sign-in)";
        /// A right password at create verifies the first factor at once.
        right_password_at_create_verifies_at_once: Certain, "OpenAPI `POST /v1/client/sign_ins`; `SignInStart.tsx`";
        /// A wrong password at create is rejected, but the sign-in exists and can go on.
        wrong_password_at_create_keeps_the_sign_in: Certain, "observed in a published recording";
        /// A code strategy at create sends the code at once.
        code_strategy_at_create_sends_the_code: Certain, "Clerk's document `forgot-password`";
        /// The language and the time zone that were given at create are shown.
        locale_given_at_create_is_shown: Inferred, "clerk-js 6.40, parameters of `create`";
        /// An unfinished sign-in is no longer found after its lifetime.
        abandoned_sign_in_is_not_found: Certain, "OpenAPI `GET /v1/client/sign_ins/{id}`";
    }
    "Steps" {
        /// Every step keeps the sign-in's id.
        every_step_keeps_the_id: Certain, "OpenAPI, the paths `…/sign_ins/{sign_in_id}/…`";
        /// A sign-in has a session if it is complete, and only then.
        only_a_complete_sign_in_has_a_session: Certain, "Clerk's documents; clerk-js `finalize`";
        /// A step on a complete sign-in is rejected.
        complete_sign_in_takes_no_step: Certain, "Clerk's list of errors, `verification_already_verified`";
        /// A verified first factor cannot be verified again.
        verified_factor_is_not_verified_again: Certain, "Clerk's list of errors, `verification_already_verified`";
        /// A second factor cannot be verified before the first.
        second_factor_does_not_come_first: Certain, "OpenAPI `…/prepare_second_factor`, `…/attempt_second_factor`";
        /// Second factors are listed only when one is needed.
        second_factors_are_listed_when_needed: Certain, "observed in published recordings";
        /// After a complete sign-in with a code, the client shows the session and no sign-in.
        completed_sign_in_leaves_the_client: Certain, "observed in published recordings";
        /// Once a factor is verified, the sign-in never asks for the first factor again.
        sign_in_never_goes_back: Inferred, "no published client expects it";
    }
    "Codes" {
        /// Preparing a code sends one message to the address, and the verification is pending.
        prepared_code_is_sent: Certain, "OpenAPI `…/prepare_first_factor`";
        /// A phone code is sent to the phone, not by email.
        phone_code_is_sent_to_the_phone: Certain, "OpenAPI `…/prepare_first_factor`";
        /// The right code verifies the factor.
        right_code_verifies: Certain, "OpenAPI `…/attempt_first_factor`";
        /// A wrong code is rejected, and the sign-in stays as it was.
        wrong_code_is_rejected_and_the_sign_in_stays: Certain, "Clerk's list of errors, `form_code_incorrect`";
        /// Each wrong code is counted in the verification.
        wrong_code_is_counted: Inferred, "observed in published recordings: the count begins at 0";
        /// Only the code of the newest message works.
        only_the_newest_code_works: Certain, "reports of users: a code is sent twice and the first stops working";
        /// After too many wrong codes, even the right code is rejected.
        code_fails_after_too_many_wrong_answers: Certain, "Clerk's list of errors, `verification_failed`";
        /// After a code has failed, a new code can be sent and works.
        failed_code_can_be_sent_again: Certain, "OpenAPI, the statuses of a verification";
        /// A code works until its lifetime is over.
        code_works_until_it_expires: Certain, "Clerk's documents: codes live 10 minutes";
        /// An expired code is rejected.
        expired_code_is_rejected: Certain, "Clerk's list of errors, `verification_expired`";
        /// After a code has expired, a new code can be sent and works.
        expired_code_can_be_sent_again: Certain, "OpenAPI, the statuses of a verification";
        /// A code cannot be sent again at once. The rejection says how long to wait, and the first code still works.
        resend_too_early_is_rejected: Certain, "Clerk's list of errors, `verification_code_too_many_requests`";
        /// A code that was not sent cannot be verified.
        unsent_code_cannot_be_verified: Certain, "OpenAPI `…/attempt_first_factor`";
        /// The code of one sign-in does not work for another.
        code_belongs_to_its_sign_in: Inferred, "a verification belongs to one sign-in";
        /// A code is sent only to an address of the user who signs in.
        code_goes_only_to_the_users_own_address: Inferred, "OpenAPI, `supported_first_factors`";
    }
    "Passwords and lockout" {
        /// The right password verifies the first factor.
        right_password_verifies: Certain, "OpenAPI `…/attempt_first_factor`";
        /// A wrong password is rejected, and the sign-in stays as it was.
        wrong_password_is_rejected_and_the_sign_in_stays: Certain, "Clerk's list of errors, `form_password_incorrect`";
        /// A password is rejected if the user has none.
        password_of_a_user_without_one_is_rejected: Certain, "Clerk's list of errors, `strategy_for_user_invalid`";
        /// After too many wrong answers the account is locked, and even the right password is rejected.
        account_is_locked_after_wrong_answers: Certain, "Clerk's document on account lockout";
        /// The last wrong answers before a lockout are answered with a warning.
        lockout_is_announced: Certain, "Clerk's list of errors, `account_lockout_warning`";
        /// The lock ends after the time that the rejection names.
        lock_ends_after_its_time: Certain, "Clerk's list of errors, `lockout_expires_in_seconds`";
        /// A lock holds on every client.
        lock_holds_on_every_client: Inferred, "Clerk's document on account lockout: the account is locked";
        /// A right answer resets the count of wrong answers.
        right_answer_resets_the_count: Inferred, "Clerk's document on account lockout: consecutive attempts";
    }
    "Second factors" {
        /// A user with a second factor is not signed in before it is verified.
        second_factor_is_required: Certain, "Clerk's document on multi-factor authentication";
        /// A code as the first factor does not replace the second factor.
        second_factor_is_required_after_a_code: Certain, "`SignInFactorOneCodeForm.tsx`";
        /// The code of the authenticator app completes the sign-in.
        totp_code_completes: Certain, "Clerk's document on multi-factor authentication";
        /// A wrong code is rejected, and the sign-in still needs its second factor.
        wrong_totp_code_is_rejected_and_the_sign_in_stays: Certain, "Clerk's list of errors, `form_code_incorrect`";
        /// A code of the authenticator app works only once.
        totp_code_works_once: Certain, "RFC 6238 section 5.2";
        /// A backup code completes the sign-in, and works only once.
        backup_code_works_once: Certain, "Clerk's document on multi-factor authentication";
        /// A user with a second factor is asked for it, and not for client trust.
        second_factor_wins_over_client_trust: Certain, "Clerk's document `device-trust`";
    }
    "Client trust" {
        /// After a password alone, a new client must become trusted.
        new_client_must_become_trusted: Certain, "Clerk's document `device-trust`";
        /// A code completes client trust.
        code_completes_client_trust: Certain, "Clerk's document `device-trust`";
        /// A wrong code is rejected, and the client still has to become trusted.
        wrong_code_does_not_make_a_client_trusted: Certain, "Clerk's list of errors, `form_code_incorrect`";
        /// A trusted client is not asked again, also after signing out.
        trusted_client_is_not_asked_again: Certain, "Clerk's document `device-trust`";
        /// Trust belongs to one client, so another client is asked.
        trust_belongs_to_one_client: Certain, "Clerk's document `device-trust`";
        /// Trust belongs to one user, so another user of the same client is asked.
        trust_belongs_to_one_user: Inferred, "Clerk's document `device-trust`";
        /// A sign-in without a password never needs client trust.
        only_a_password_needs_client_trust: Certain, "Clerk's document `device-trust`";
    }
    "Password reset" {
        /// The right reset code leads to a new password, and not to a session.
        reset_code_leads_to_a_new_password: Certain, "Clerk's document `forgot-password`";
        /// The new password completes the sign-in of a user without a second factor.
        new_password_completes: Certain, "`ResetPassword.tsx`; Clerk's document `forgot-password`";
        /// A user with a second factor must verify it after the new password.
        second_factor_follows_the_new_password: Certain, "`ResetPassword.tsx`; Clerk's document `forgot-password`";
        /// After a reset, the new password works and the old one does not.
        new_password_replaces_the_old_one: Certain, "Clerk's document `forgot-password`";
        /// An unacceptable new password is rejected, and the sign-in still needs one.
        unacceptable_password_is_rejected: Certain, "Clerk's list of errors, `form_password_…`";
        /// A new password cannot be set before the reset code was verified.
        new_password_needs_the_reset_code: Certain, "OpenAPI `…/reset_password`";
        /// A reset code does not sign in by itself.
        reset_code_is_no_sign_in_code: Inferred, "OpenAPI, the strategies of `…/attempt_first_factor`";
        /// A reset signs the user out elsewhere if the request says so.
        reset_can_sign_out_other_sessions: Certain, "OpenAPI `…/reset_password`, `sign_out_of_other_sessions`";
        /// A reset leaves the user's other sessions alone if the request does not say otherwise.
        reset_can_keep_other_sessions: Certain, "OpenAPI `…/reset_password`, `sign_out_of_other_sessions`";
    }
    "Email links" {
        /// An opened link verifies the factor of the sign-in that asked for the link, wherever the link was opened.
        opened_link_completes_the_sign_in: Certain, "`SignInFactorOneEmailLinkCard.tsx`";
        /// Until the link is opened, the sign-in waits.
        unopened_link_verifies_nothing: Certain, "`SignInFactorOneEmailLinkCard.tsx`";
        /// After a link was opened, the client still shows the complete sign-in.
        opened_link_is_seen_on_the_client: Certain, "observed in a published recording";
        /// Only the newest link works.
        only_the_newest_link_works: Inferred, "Clerk's list of errors, `verification_link_token_stale`";
        /// An expired link verifies nothing, and the verification is expired.
        expired_link_verifies_nothing: Certain, "Clerk's list of errors, `verification_link_token_expired`";
    }
    "Tickets" {
        /// A ticket signs its user in.
        ticket_signs_in: Certain, "`SignInStart.tsx`; Clerk's document `embedded-email-links`";
        /// A ticket works only once.
        ticket_works_once: Certain, "Clerk's list of errors, `sign_in_token_already_used_code`";
        /// An expired ticket is rejected.
        expired_ticket_is_rejected: Certain, "Clerk's list of errors, `ticket_expired_code`";
        /// A ticket that the server never issued is rejected.
        unknown_ticket_is_rejected: Certain, "Clerk's list of errors, `ticket_invalid_code`";
        /// A ticket does not replace the second factor.
        ticket_does_not_replace_the_second_factor: Certain, "`SignInStart.tsx`";
    }
    "Sessions" {
        /// A new session is active, belongs to the user, and is on the client.
        new_session_belongs_to_the_user: Certain, "OpenAPI, `Client` and `Session`";
        /// A session says which factors were verified.
        session_knows_its_factors: Certain, "observed in published recordings, `factor_verification_age`";
        /// Touching a session makes it the client's active session.
        touched_session_becomes_active: Certain, "OpenAPI `…/sessions/{id}/touch`";
        /// A session token is a JWT for this session and this user, and lives 60 seconds.
        session_token_names_the_session: Certain, "Clerk's document on session tokens; RFC 7519";
        /// An ended session is off the client, and has no more tokens.
        ended_session_is_over: Certain, "OpenAPI `…/sessions/{id}/end`";
        /// Ending a session leaves the other sessions of the client alone.
        ending_a_session_leaves_the_others: Certain, "OpenAPI `…/sessions/{id}/end`";
        /// Signing out ends every session of the client, but the client stays.
        signing_out_keeps_the_client: Certain, "OpenAPI `DELETE /v1/client/sessions`";
        /// A session is found only by its own client.
        another_clients_session_is_not_found: Inferred, "OpenAPI `…/sessions/{id}/touch`, `…/tokens`";
        /// A user who is signed in on the client is not signed in twice.
        user_is_not_signed_in_twice: Inferred, "clerk-js, `identifier_already_signed_in`";
        /// In single-session mode, a client that is signed in begins no other sign-in.
        single_session_allows_one_session: Certain, "Clerk's list of errors, `session_exists`";
    }
    "Protect checks" {
        /// A protect check is answered before the step is carried out.
        protect_check_comes_before_the_step: Certain, "`handleProtectCheck.ts`";
        /// While a protect check is pending, other steps are rejected.
        gated_sign_in_takes_no_other_step: Inferred, "Clerk's list of errors, `requires_protect_check`";
        /// Reading the sign-in shows the same challenge.
        reading_keeps_the_challenge: Certain, "OpenAPI `GET /v1/client/sign_ins/{id}`; clerk-js";
        /// A wrong proof is rejected, and the challenge stays.
        wrong_proof_keeps_the_gate: Inferred, "`SignInProtectCheck.tsx`";
        /// The right proof brings the sign-in back to where it was, and the step can be repeated.
        right_proof_opens_the_gate: Certain, "`handleProtectCheck.ts`";
        /// A proof can lead to another challenge.
        challenges_can_be_chained: Certain, "`handleProtectCheck.ts`: a chained gate";
        /// A proof without a protect check is rejected.
        proof_without_a_check_is_rejected: Inferred, "Clerk's list of errors, `protect_check_already_resolved`";
    }
    "Rejections" {
        /// A rejection shows the client, with the sign-in that it is about.
        rejection_shows_the_client: Certain, "OpenAPI, `ClerkErrors`: `meta.client`";
        /// A rejection has an error with a code and a message.
        rejection_says_why: Certain, "OpenAPI, `ClerkError`";
        /// A rejection of a wrong value names the parameter.
        rejection_names_the_parameter: Certain, "observed in a published recording, `meta.param_name`";
        /// A sign-in that does not exist is not found.
        unknown_sign_in_is_not_found: Certain, "OpenAPI `GET /v1/client/sign_ins/{id}`";
    }
    "Signing up" {
        /// If the user can sign up, an unknown identifier is answered like a known one.
        sign_up_if_missing_hides_who_is_known: Certain, "Clerk's document `sign-in-or-up`";
        /// If the user can sign up, the right code of an unknown address makes the sign-in transferable.
        verified_unknown_address_is_transferable: Certain,
            "`SignInFactorOneCodeForm.tsx`, `sign_up_if_missing_transfer`";
        /// A sign-up takes over a transferable sign-in, which is then used up.
        sign_up_takes_over_the_sign_in: Certain, "clerk-js `clerk.ts`, `signUp.create({ transfer: true })`";
        /// A sign-in that is not transferable cannot become a sign-up.
        only_a_transferable_sign_in_becomes_a_sign_up: Certain, "Clerk's list of errors, `account_transfer_invalid`";
    }
    "Reads" {
        /// Reading a sign-in twice shows the same, and changes nothing.
        reading_a_sign_in_changes_nothing: Certain, "RFC 9110 section 9.2.1; OpenAPI `GET /v1/client/sign_ins/{id}`";
        /// Reading the client twice shows the same, and changes nothing.
        reading_the_client_changes_nothing: Certain, "RFC 9110 section 9.2.1; OpenAPI `GET /v1/client`";
        /// The client, the sign-in by its id, and the answer to the last step all show the same sign-in.
        sign_in_is_the_same_everywhere: Certain, "OpenAPI, `Client.sign_in`";
        /// Reading a sign-in does not use up its code.
        reading_does_not_use_up_a_code: Certain, "RFC 9110 section 9.2.1";
    }
}
