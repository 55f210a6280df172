//! What the referee keeps in its books: secrets, counts, and the codes that were sent.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use crate::fake::{FakeBackend, FakeUser};
use crate::testing::model::{Account, Given, Sent};
use crate::testing::trace::Exchange;
use crate::wire::{Request, Secret, Strategy, Timestamp};

/// The number of sign-ins that are kept. Ids that are the first in their order are forgotten first.
const AT_MOST: usize = 10_000;

#[derive(Clone, Debug, Default, Serialize)]
pub(super) struct Books {
    users: BTreeMap<String, User>,
    sign_ins: BTreeMap<String, SignIn>,
    /// The clients on which a user has had a session, as pairs of a client's id and a user's id.
    trusted: BTreeSet<(String, String)>,
}

#[derive(Clone, Default, Serialize)]
struct User {
    password: Option<String>,
    password_set_at: Option<Timestamp>,
    backup_codes: Vec<String>,
    /// The codes that were used. They do not count again.
    used: BTreeSet<String>,
    /// The codes that were given in a request without an answer.
    maybe_used: BTreeSet<String>,
    wrong_answers: u32,
    is_uncertain: bool,
    locked_until: Option<Timestamp>,
}

#[derive(Clone, Default, Serialize)]
struct SignIn {
    user_id: Option<String>,
    begun_at: Timestamp,
    first: Option<Mailed>,
    second: Option<Mailed>,
    /// The codes that were sent before.
    earlier: BTreeSet<String>,
}

/// A code that was sent.
#[derive(Clone, Serialize)]
pub(super) struct Mailed {
    pub(super) code: String,
    pub(super) strategy: Option<Strategy>,
    pub(super) sent: Sent,
}

impl Books {
    pub(super) fn learn(&mut self, user_id: &str, password: Option<&str>, backup_codes: &[&str]) {
        let user = self.users.entry(user_id.to_owned()).or_default();
        user.password = password.map(str::to_owned);
        user.backup_codes = backup_codes.iter().copied().map(str::to_owned).collect();
    }

    /// A sign-in began.
    pub(super) fn begin(&mut self, id: &str, user_id: Option<String>, now: Timestamp) {
        if self.sign_ins.len() >= AT_MOST {
            self.sign_ins.pop_first();
        }
        self.sign_ins.entry(id.to_owned()).or_insert(SignIn { user_id, begun_at: now, ..SignIn::default() });
    }

    /// The user of a sign-in that began with an identifier.
    pub(super) fn user(&self, sign_in_id: &str) -> Option<String> {
        self.sign_ins.get(sign_in_id)?.user_id.clone()
    }

    pub(super) fn user_of(&self, exchange: &Exchange) -> Option<String> {
        self.user(&exchange.sign_in.as_ref()?.id)
    }

    /// Returns `true` if the sign-in ended because of its age.
    pub(super) fn is_over(&self, sign_in_id: &str, now: Timestamp, server: &FakeBackend) -> bool {
        let begun_at = self.sign_ins.get(sign_in_id).map(|sign_in| sign_in.begun_at);
        begun_at.is_none_or(|begun_at| now >= begun_at + server.settings().attempt_lifetime)
    }

    pub(super) fn sent(&self, sign_in_id: &str, is_second: bool) -> Option<Sent> {
        self.code(sign_in_id, is_second).map(|code| code.sent)
    }

    fn code(&self, sign_in_id: &str, is_second: bool) -> Option<&Mailed> {
        let sign_in = self.sign_ins.get(sign_in_id)?;
        if is_second { sign_in.second.as_ref() } else { sign_in.first.as_ref() }
    }

    fn code_mut(&mut self, sign_in_id: &str, is_second: bool) -> Option<&mut Option<Mailed>> {
        let sign_in = self.sign_ins.get_mut(sign_in_id)?;
        Some(if is_second { &mut sign_in.second } else { &mut sign_in.first })
    }

    pub(super) fn sent_anew(&mut self, sign_in_id: &str, is_second: bool, code: Mailed) {
        self.nothing_sent(sign_in_id, is_second);
        if let Some(kept) = self.code_mut(sign_in_id, is_second) {
            *kept = Some(code);
        }
    }

    /// The factor that was prepared has no code, so the code that was sent before counts no more.
    pub(super) fn nothing_sent(&mut self, sign_in_id: &str, is_second: bool) {
        let earlier = self.code_mut(sign_in_id, is_second).and_then(Option::take);
        if let (Some(earlier), Some(sign_in)) = (earlier, self.sign_ins.get_mut(sign_in_id)) {
            insert(&mut sign_in.earlier, earlier.code);
        }
    }

    pub(super) fn counted(&mut self, sign_in_id: &str, is_second: bool, sent: Sent) {
        if let Some(Some(code)) = self.code_mut(sign_in_id, is_second) {
            code.sent = sent;
        }
    }

    /// Forgets the codes of a sign-in, because an answer was not seen.
    pub(super) fn forget(&mut self, sign_in_id: &str) {
        self.sign_ins.remove(sign_in_id);
    }

    pub(super) fn sent_code(&self, sign_in_id: &str, is_second: bool, strategy: &Strategy, typed: &str) -> Given {
        match (self.sign_ins.get(sign_in_id), self.code(sign_in_id, is_second)) {
            (_, Some(code)) if code.strategy.as_ref() == Some(strategy) && code.code == typed => Given::Right,
            (Some(sign_in), Some(_)) if sign_in.earlier.contains(typed) => Given::Spent,
            (_, Some(code)) if code.strategy.as_ref() == Some(strategy) => Given::Wrong,
            _ => Given::Unknown,
        }
    }

    pub(super) fn password(&self, server: &FakeBackend, user_id: &str, typed: &Secret) -> Given {
        let known = self.users.get(user_id).and_then(|user| user.password.as_deref());
        // A test may have changed it, or a reset whose answer was lost.
        match known.filter(|known| server.is_password(user_id, known)) {
            Some(password) if password == typed.expose() => Given::Right,
            Some(_) => Given::Wrong,
            None => Given::Unknown,
        }
    }

    /// Judges a code of an authenticator app. The codes of the steps before and after count as well (RFC 6238 section
    /// 5.2), and they are not known here. So of the other codes, only the one that walks type as a wrong one is wrong.
    pub(super) fn totp(&self, server: &FakeBackend, user_id: &str, typed: &str, shown: &str) -> Given {
        let user = self.users.get(user_id);
        let is_used = user.is_some_and(|user| user.used.contains(typed)) && server.settings().totp_codes_once;
        match typed {
            typed if user.is_some_and(|user| user.maybe_used.contains(typed)) => Given::Unknown,
            typed if is_used && typed == shown => Given::Spent,
            typed if typed == shown => Given::Right,
            "000000" => Given::Wrong,
            _ => Given::Unknown,
        }
    }

    pub(super) fn backup_code(&self, user_id: &str, typed: &str) -> Given {
        match self.users.get(user_id) {
            Some(user) if user.maybe_used.contains(typed) => Given::Unknown,
            Some(user) if user.used.contains(typed) => Given::Spent,
            Some(user) if user.backup_codes.iter().any(|code| code == typed) => Given::Right,
            Some(user) if !user.backup_codes.is_empty() => Given::Wrong,
            _ => Given::Unknown,
        }
    }

    pub(super) fn account(&self, server: &FakeBackend, user_id: &str, client_id: Option<&str>) -> Option<Account> {
        let (user, settings) = (server.user(user_id)?, server.settings());
        let kept = self.users.get(user_id).cloned().unwrap_or_default();
        let has_address = !user.email_addresses.is_empty() || !user.phone_numbers.is_empty();
        let is_known = client_id.is_some_and(|id| self.trusted.contains(&(id.to_owned(), user_id.to_owned())));
        let set_at = kept.password_set_at.unwrap_or(user.created_at);
        Some(Account {
            must_renew_password: settings.passwords_valid_since.is_some_and(|since| set_at < since),
            second_factors: second_factors(&user),
            passkey_is_enough: settings.passkey_satisfies_second_factor,
            is_trusted: is_known || !settings.client_trust || !has_address,
            wrong_answers: kept.wrong_answers,
            is_uncertain: kept.is_uncertain,
            locked_until: kept.locked_until,
        })
    }

    pub(super) fn keep(&mut self, user_id: &str, account: &Account) {
        let user = self.users.entry(user_id.to_owned()).or_default();
        user.wrong_answers = account.wrong_answers;
        user.is_uncertain = account.is_uncertain;
        user.locked_until = account.locked_until;
    }

    /// Learns from a request that was carried out: a new password, or a code that was used.
    pub(super) fn carried_out(&mut self, request: &Request, user_id: &str, sign_in_id: &str, now: Timestamp) {
        let (code, new_password) = match request {
            Request::ResetPassword(reset) => (None, reset.password.as_ref()),
            Request::AttemptFirstFactor(attempt) if attempt.code.is_some() => {
                (attempt.code.as_ref(), attempt.password.as_ref())
            }
            Request::AttemptSecondFactor(attempt) => (attempt.code.as_ref(), None),
            _ => return,
        };
        let user = self.users.entry(user_id.to_owned()).or_default();
        if let Some(password) = new_password {
            user.password = Some(password.expose().to_owned());
            user.password_set_at = Some(now);
        }
        let is_own_code = matches!(request, Request::AttemptSecondFactor(attempt)
            if matches!(attempt.strategy, Some(Strategy::Totp | Strategy::BackupCode)));
        match (code, self.sign_ins.get_mut(sign_in_id)) {
            (Some(code), _) if is_own_code => {
                insert(&mut user.used, code.expose().to_owned());
            }
            (Some(code), Some(sign_in)) => {
                insert(&mut sign_in.earlier, code.expose().to_owned());
            }
            _ => {}
        }
    }

    /// Notes a request whose answer was not seen.
    pub(super) fn maybe_carried_out(&mut self, request: &Request, user_id: &str) {
        self.doubt(user_id);
        if let Request::AttemptSecondFactor(attempt) = request
            && let Some(code) = &attempt.code
        {
            let user = self.users.entry(user_id.to_owned()).or_default();
            insert(&mut user.maybe_used, code.expose().to_owned());
        }
    }

    /// Notes that the count of wrong answers may have begun again.
    pub(super) fn doubt(&mut self, user_id: &str) {
        let user = self.users.entry(user_id.to_owned()).or_default();
        user.is_uncertain |= user.wrong_answers > 0;
    }

    /// Notes that the count of any user may have begun again.
    pub(super) fn doubt_all(&mut self) {
        for user in self.users.values_mut() {
            user.is_uncertain |= user.wrong_answers > 0;
        }
    }

    pub(super) fn sign_ins_of<'a>(&'a self, user_id: &'a str) -> impl Iterator<Item = &'a String> {
        let of_user = self.sign_ins.iter().filter(move |(_, sign_in)| sign_in.user_id.as_deref() == Some(user_id));
        of_user.map(|(id, _)| id)
    }

    pub(super) fn trust(&mut self, client_id: &str, user_id: &str) {
        insert(&mut self.trusted, (client_id.to_owned(), user_id.to_owned()));
    }
}

/// Adds a value, and drops one if there are too many.
fn insert<T: Ord>(values: &mut BTreeSet<T>, value: T) {
    if values.len() >= AT_MOST {
        values.pop_first();
    }
    values.insert(value);
}

/// Returns `true` if the user must verify a second factor.
pub(super) fn has_second_factor(user: &FakeUser) -> bool {
    !second_factors(user).is_empty()
}

fn second_factors(user: &FakeUser) -> Vec<Strategy> {
    let by_phone = user.phone_code_second_factor && !user.phone_numbers.is_empty();
    let by_email = user.email_code_second_factor && !user.email_addresses.is_empty();
    let has = [(user.has_totp, Strategy::Totp), (by_phone, Strategy::PhoneCode), (by_email, Strategy::EmailCode)];
    has.into_iter().filter(|(has, _)| *has).map(|(_, strategy)| strategy).collect()
}

impl std::fmt::Debug for User {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("User").field("wrong_answers", &self.wrong_answers).finish_non_exhaustive()
    }
}

impl std::fmt::Debug for SignIn {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SignIn").field("user_id", &self.user_id).finish_non_exhaustive()
    }
}
