//! What a server must answer if it is known whether the user's answer is right.
//!
//! The rules of the [parent module](super) look only at what requests and answers show. A test that owns the server
//! knows more: the user's password, the code in the mailbox, and what was counted so far. With this knowledge, the
//! outcome of most requests is certain.

use std::fmt;
use std::time::Duration;

use serde::Serialize;

use super::{Operation, Standing, is_legal};
use crate::wire::{ErrorCode, Status, Strategy, Timestamp};

/// Whether the user's answer is right.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Given {
    /// It is what the server waits for.
    Right,
    /// It was never right.
    Wrong,
    /// It was right once: an older code, or one that was used before.
    Spent,
    /// Only the server knows.
    Unknown,
}

/// A user, as far as the rules depend on it. The server's counts are included.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Account {
    /// `true` if the user must choose a new password after the old one was verified.
    pub must_renew_password: bool,
    /// The second factors that the user has set up. If there is one, a second factor is required.
    pub second_factors: Vec<Strategy>,
    /// `true` if a passkey counts as both factors.
    pub passkey_is_enough: bool,
    /// `true` if a password is enough on this client.
    pub is_trusted: bool,
    /// The number of wrong answers since the last right one.
    pub wrong_answers: u32,
    /// `true` if answers were given whose worth nobody knows, so that the count of wrong answers may be higher.
    pub is_uncertain: bool,
    /// The time until which the account is locked.
    pub locked_until: Option<Timestamp>,
}

impl Account {
    fn is_locked(&self, now: Timestamp) -> bool {
        self.locked_until.is_some_and(|until| now < until)
    }
}

/// A code that was sent, and awaits the user's answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[non_exhaustive]
pub struct Sent {
    /// The time at which the code was sent.
    pub at: Timestamp,
    /// The number of wrong answers to this code.
    pub wrong_answers: u32,
}

/// The limits of an instance. The default has the published values.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Limits {
    /// The number of wrong answers after which an account is locked. Zero means that no account is locked.
    pub lockout_attempts: u32,
    /// The time for which an account is locked.
    pub lockout_duration: Duration,
    /// The number of wrong answers after which a code counts no more.
    pub code_attempts: u32,
    /// The time for which a code counts.
    pub code_lifetime: Duration,
    /// The time after which a code can be sent again.
    pub resend_interval: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        let minute = Duration::from_secs(60);
        Self {
            lockout_attempts: 10,
            lockout_duration: 60 * minute,
            code_attempts: 5,
            code_lifetime: 10 * minute,
            resend_interval: Duration::from_secs(30),
        }
    }
}

/// A request about a sign-in, with everything on which its outcome depends.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Turn<'a> {
    /// Where the sign-in is.
    pub at: &'a Standing,
    /// The request.
    pub operation: &'a Operation,
    /// Whether the user's answer is right.
    pub given: Given,
    /// The user; `None` if the sign-in is not about a known user.
    pub account: Option<&'a Account>,
    /// The code that awaits the user's answer; `None` if none was sent.
    pub sent: Option<Sent>,
    /// The server's time.
    pub now: Timestamp,
    /// The limits of the instance.
    pub limits: Limits,
}

/// What a server must do with a request.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Expected {
    /// It carries the request out, and the sign-in then has this status.
    CarriedOut(Status),
    /// It rejects the request.
    Rejected(Reason),
    /// The rules leave it open.
    Open,
}

/// Why a server must reject a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Reason {
    /// The account is locked after too many wrong answers, of which this may be the last.
    Locked,
    /// The answer is wrong.
    Wrong,
    /// There were too many wrong answers to this code, of which this may be the last.
    TooManyWrong,
    /// The code counts no more, because too much time has passed.
    Expired,
    /// A code was sent a moment ago.
    TooSoon,
}

impl fmt::Display for Given {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Right => "a right answer",
            Self::Wrong => "a wrong answer",
            Self::Spent => "an answer that counts no more",
            Self::Unknown => "an unknown answer",
        })
    }
}

impl fmt::Display for Expected {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::CarriedOut(status) => write!(f, "carry it out, which leads to `{}`", status.as_str()),
            Self::Rejected(reason) => {
                let codes: Vec<_> = reason.codes().iter().map(|code| format!("`{code}`")).collect();
                write!(f, "reject it with {}", codes.join(" or "))
            }
            Self::Open => f.write_str("decide"),
        }
    }
}

impl Reason {
    /// The codes of which one must be in the rejection.
    #[must_use]
    pub const fn codes(self) -> &'static [ErrorCode] {
        const WRONG: &[ErrorCode] = &[
            ErrorCode::FormCodeIncorrect,
            ErrorCode::FormPasswordIncorrect,
            ErrorCode::FormPasswordOrIdentifierIncorrect,
        ];
        match self {
            Self::Locked => &[ErrorCode::UserLocked],
            Self::Wrong => WRONG,
            Self::TooManyWrong => &[ErrorCode::VerificationFailed],
            Self::Expired => &[ErrorCode::VerificationExpired],
            Self::TooSoon => &[ErrorCode::VerificationCodeTooManyRequests],
        }
    }
}

impl<'a> Turn<'a> {
    /// A request about which nothing more is known.
    #[must_use]
    pub fn new(at: &'a Standing, operation: &'a Operation, now: Timestamp) -> Self {
        Self { at, operation, given: Given::Unknown, account: None, sent: None, now, limits: Limits::default() }
    }

    /// Returns what the server must do. [`Expected::Open`] if the account is not known, if a protect check is required,
    /// if the request is not legal here, or if nobody knows whether the answer is right.
    ///
    /// ```
    /// use clerk_sign_in::testing::model::{Account, Expected, Given, Operation, Standing, Turn};
    /// use clerk_sign_in::wire::{Status, Strategy, Timestamp};
    ///
    /// let mut account = Account::default();
    /// account.second_factors.push(Strategy::Totp);
    /// let (at, password) = (Standing::new(Status::NeedsFirstFactor), Operation::AttemptFirst(Strategy::Password));
    /// let mut turn = Turn::new(&at, &password, Timestamp::from_millis(0));
    /// (turn.account, turn.given) = (Some(&account), Given::Right);
    /// assert_eq!(turn.expected(), Expected::CarriedOut(Status::NeedsSecondFactor));
    /// ```
    #[must_use]
    pub fn expected(&self) -> Expected {
        let Some(account) = self.account else { return Expected::Open };
        // Without a proof, nothing is looked at. A request that is not legal is judged by `rejected`.
        if self.at.is_gated() || !is_legal(self.at, self.operation) {
            return Expected::Open;
        }
        let is_locked = account.is_locked(self.now);
        match self.operation {
            Operation::PrepareFirst(strategy) | Operation::PrepareSecond(strategy) if is_sent(strategy) => {
                if is_locked {
                    Expected::Rejected(Reason::Locked)
                } else if self.is_too_soon(strategy) {
                    Expected::Rejected(Reason::TooSoon)
                } else {
                    self.at.status.clone().map_or(Expected::Open, Expected::CarriedOut)
                }
            }
            Operation::AttemptFirst(_) | Operation::AttemptSecond(_) if is_locked => Expected::Rejected(Reason::Locked),
            Operation::AttemptFirst(strategy) | Operation::AttemptSecond(strategy) => self.attempt(account, strategy),
            Operation::ResetPassword if self.given == Given::Right => self.follows(account, None),
            _ => Expected::Open,
        }
    }

    fn attempt(&self, account: &Account, strategy: &Strategy) -> Expected {
        if let Some(reason) = self.sent.filter(|_| is_sent(strategy)).and_then(|sent| self.counts_no_more(sent)) {
            return Expected::Rejected(reason);
        }
        match self.given {
            Given::Unknown => Expected::Open,
            Given::Right => self.follows(account, Some(strategy)),
            Given::Wrong | Given::Spent if self.locks(account) => Expected::Rejected(Reason::Locked),
            Given::Wrong | Given::Spent if account.is_uncertain => Expected::Open,
            Given::Wrong | Given::Spent => Expected::Rejected(match self.sent.filter(|_| is_sent(strategy)) {
                Some(sent) if sent.wrong_answers + 1 >= self.limits.code_attempts => Reason::TooManyWrong,
                _ => Reason::Wrong,
            }),
        }
    }

    fn follows(&self, account: &Account, strategy: Option<&Strategy>) -> Expected {
        let first = self.at.first.as_ref().map(|first| &first.strategy);
        let by_password = strategy.or(first) == Some(&Strategy::Password);
        let needs_second = !account.second_factors.is_empty();
        Expected::CarriedOut(match (self.operation, strategy) {
            (Operation::AttemptSecond(_), _) => Status::Complete,
            (Operation::AttemptFirst(_), Some(strategy)) if strategy.is_reset_code() => Status::NeedsNewPassword,
            (Operation::AttemptFirst(_), Some(Strategy::Password)) if account.must_renew_password => {
                Status::NeedsNewPassword
            }
            (Operation::AttemptFirst(_), Some(Strategy::Passkey)) if account.passkey_is_enough => Status::Complete,
            _ if needs_second => Status::NeedsSecondFactor,
            _ if by_password && !account.is_trusted => Status::NeedsClientTrust,
            _ => Status::Complete,
        })
    }

    /// Adds the server's answer to the counts in `account` and `sent`, which the next turn then starts from.
    ///
    /// `codes` are the codes of the rejection; there are none if the request was carried out. Do not call this for a
    /// request that was stopped by a protect check, because the server does not count it.
    pub fn note(&self, was_carried_out: bool, codes: &[ErrorCode], account: &mut Account, sent: &mut Option<Sent>) {
        match self.operation {
            Operation::PrepareFirst(strategy) | Operation::PrepareSecond(strategy) if was_carried_out => {
                *sent = is_sent(strategy).then_some(Sent { at: self.now, wrong_answers: 0 });
            }
            Operation::AttemptFirst(_) | Operation::AttemptSecond(_) if was_carried_out => {
                (account.wrong_answers, account.is_uncertain) = (0, false);
            }
            Operation::AttemptFirst(strategy) | Operation::AttemptSecond(strategy) => {
                let is_of = |reason: &Reason| codes.iter().any(|code| reason.codes().contains(code));
                if ![Reason::Wrong, Reason::TooManyWrong, Reason::Locked].iter().any(is_of) {
                    account.is_uncertain |= self.given == Given::Unknown;
                } else if self.is_counted(account, strategy) {
                    self.note_wrong_answer(account, sent.as_mut().filter(|_| is_sent(strategy)));
                }
            }
            _ => {}
        }
    }

    fn note_wrong_answer(&self, account: &mut Account, sent: Option<&mut Sent>) {
        if let Some(sent) = sent {
            sent.wrong_answers += 1;
        }
        if self.limits.lockout_attempts == 0 {
            return;
        }
        if self.locks(account) {
            (account.wrong_answers, account.locked_until) = (0, Some(self.now + self.limits.lockout_duration));
        } else {
            account.wrong_answers += 1;
        }
    }

    /// Returns `false` if the server does not look at the answer.
    fn is_counted(&self, account: &Account, strategy: &Strategy) -> bool {
        let waits = self.sent.filter(|_| is_sent(strategy)).is_none_or(|sent| self.counts_no_more(sent).is_none());
        waits && !account.is_locked(self.now)
    }

    /// Returns `true` if one more wrong answer locks the account.
    fn locks(&self, account: &Account) -> bool {
        let most = self.limits.lockout_attempts;
        most > 0 && !account.is_uncertain && account.wrong_answers + 1 >= most
    }

    fn counts_no_more(&self, sent: Sent) -> Option<Reason> {
        if sent.wrong_answers >= self.limits.code_attempts {
            Some(Reason::TooManyWrong)
        } else if self.now >= sent.at + self.limits.code_lifetime {
            Some(Reason::Expired)
        } else {
            None
        }
    }

    fn is_too_soon(&self, strategy: &Strategy) -> bool {
        let is_same = self.operation.factor(self.at).is_some_and(|factor| factor.strategy == *strategy);
        is_same && self.sent.is_some_and(|sent| self.now < sent.at + self.limits.resend_interval)
    }
}

/// Returns `true` if a code is sent for this strategy.
pub(in crate::testing) fn is_sent(strategy: &Strategy) -> bool {
    strategy.is_sent_code() || strategy.is_reset_code()
}
