//! The calls that are paths of several moves, as data.

use BeginsAt::{Anew, In};
use StateKind as At;

use crate::relation::Step;
use crate::sign_in::StateKind;

/// A call of clerk-js's objects, as a path of the machine: free moves to a state, and then steps.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Composite {
    /// The call, with the parameters on which its path depends.
    pub call: &'static str,
    /// The states in which the steps begin.
    pub begins: BeginsAt,
    /// The steps, in order. If one fails, or leads to a state in which the next one is not legal, the call ends there.
    pub steps: &'static [Step],
}

/// The states in which the steps of a call begin.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BeginsAt {
    /// At `NeedsIdentifier`, with a new attempt. The call is possible in every state.
    Anew,
    /// In one of these states. The call is possible there, and where free moves lead there: steps without a call, which
    /// set a prepared factor aside, or go back to it.
    In(&'static [StateKind]),
}

/// The calls that make free moves or several steps, and their paths. Tests hold each path against
/// [the relation](crate::relation) and against the calls.
///
/// ```
/// use clerk_sign_in::dynamic::COMPOSITES;
/// use clerk_sign_in::relation::Step;
///
/// let wallet = COMPOSITES.iter().find(|composite| composite.call == "web3(wallet)").unwrap();
/// assert_eq!(wallet.steps, [Step::Create, Step::ChallengeWallet, Step::VerifyWith]);
/// ```
pub const COMPOSITES: &[Composite] = &[
    anew("create(parameters)", &[Step::Create]),
    anew("ticket(ticket)", &[Step::Ticket]),
    anew("password(another identifier)", &[Step::Password]),
    at(FIRST, "password(the same identifier or none)", &[Step::Password]),
    anew("email_code().send_code(Identifier)", &[Step::Create, Step::SendEmailCode]),
    at(FIRST, "email_code().send_code(Id)", &[Step::SendEmailCodeTo]),
    at(FIRST, "email_code().send_code(Chosen)", &[Step::SendEmailCode]),
    at(&[At::FirstFactorCodeSent], "email_code().verify_code(code)", &[Step::Verify]),
    anew("phone_code().send_code(Identifier)", &[Step::Create, Step::SendPhoneCode]),
    at(FIRST, "phone_code().send_code(Id)", &[Step::SendPhoneCodeTo]),
    at(FIRST, "phone_code().send_code(Chosen)", &[Step::SendPhoneCode]),
    at(&[At::FirstFactorCodeSent], "phone_code().verify_code(code)", &[Step::Verify]),
    anew("email_link().send_link(Identifier)", &[Step::Create, Step::SendEmailLink]),
    at(FIRST, "email_link().send_link(Id)", &[Step::SendEmailLinkTo]),
    at(FIRST, "email_link().send_link(Chosen)", &[Step::SendEmailLink]),
    anew("reset_password_email_code().send_code(Identifier)", &[Step::Create, Step::SendResetPasswordEmailCode]),
    at(FIRST, "reset_password_email_code().send_code(Id)", &[Step::SendResetPasswordEmailCodeTo]),
    at(FIRST, "reset_password_email_code().send_code(Chosen)", &[Step::SendResetPasswordEmailCode]),
    at(&[At::ResetCodeSent], "reset_password_email_code().verify_code(code)", &[Step::Verify]),
    anew("reset_password_phone_code().send_code(Identifier)", &[Step::Create, Step::SendResetPasswordPhoneCode]),
    at(FIRST, "reset_password_phone_code().send_code(Id)", &[Step::SendResetPasswordPhoneCodeTo]),
    at(FIRST, "reset_password_phone_code().send_code(Chosen)", &[Step::SendResetPasswordPhoneCode]),
    at(&[At::ResetCodeSent], "reset_password_phone_code().verify_code(code)", &[Step::Verify]),
    at(SECOND, "mfa().send_email_code()", &[Step::SendEmailCode]),
    at(SECOND, "mfa().send_phone_code()", &[Step::SendPhoneCode]),
    at(SECOND_CODE, "mfa().verify_email_code(code)", &[Step::Verify]),
    at(SECOND_CODE, "mfa().verify_phone_code(code)", &[Step::Verify]),
    at(&[At::NeedsSecondFactor], "mfa().verify_totp(code)", &[Step::VerifyTotp]),
    at(&[At::NeedsSecondFactor], "mfa().verify_backup_code(code)", &[Step::VerifyBackupCode]),
    at(SECOND, "mfa().passkey(authenticator)", &[Step::ChallengePasskey, Step::VerifyWith]),
    anew("passkey(authenticator, Discoverable)", &[Step::ChallengePasskey, Step::VerifyWith]),
    at(FIRST, "passkey(authenticator, Listed), if a passkey is offered", &[Step::ChallengePasskey, Step::VerifyWith]),
    anew("web3(wallet)", &[Step::Create, Step::ChallengeWallet, Step::VerifyWith]),
    anew("sso(sso, url), if the attempt is past the first factor", &[Step::Sso]),
    at(&[At::NeedsIdentifier, At::NeedsFirstFactor], "sso(sso, url)", &[Step::Sso]),
    at(&[At::RedirectReady], "sso(sso, url), after a redirect", &[Step::RedirectAgain]),
    anew("sso_with(sso, browser), if the attempt is past the first factor", &[Step::SsoWith]),
    at(&[At::NeedsIdentifier, At::NeedsFirstFactor], "sso_with(sso, browser)", &[Step::SsoWith]),
    at(&[At::RedirectReady], "sso_with(sso, browser), after a redirect", &[Step::RedirectAgainWith]),
    at(FIRST, "continue_sign_in(sso, url)", &[Step::Sso]),
    at(&[At::RedirectReady], "continue_sign_in(sso, url), after a redirect", &[Step::RedirectAgain]),
    at(&[At::Transferable], "continue_sign_up(fields)", &[Step::SignUp]),
    anew("authenticate_with_google_one_tap(token)", &[Step::IdToken, Step::Finalize]),
    at(FIRST, "create_email_link_flow().start(id, url)", &[Step::SendEmailLinkTo, Step::WaitForVerification]),
    at(FIRST, "prepare_first_factor(a code)", &[Step::SendCode]),
    at(FIRST, "prepare_first_factor(a link)", &[Step::SendEmailLink]),
    at(FIRST, "prepare_first_factor(a reset code)", &[Step::SendResetCode]),
    at(FIRST, "prepare_first_factor(a passkey)", &[Step::ChallengePasskey]),
    at(FIRST, "prepare_first_factor(a wallet)", &[Step::ChallengeWallet]),
    at(FIRST, "prepare_first_factor(a trusted device)", &[Step::ChallengeTrustedDevice]),
    at(FIRST, "prepare_first_factor(an identity provider)", &[Step::Sso]),
    at(&[At::ResetCodeSent], "attempt_first_factor(ResetPassword)", &[Step::ResetPassword]),
    at(&[At::FirstFactorPasskeyChallenged], "attempt_first_factor(Passkey)", &[Step::VerifyAssertion]),
    at(&[At::WalletChallenged], "attempt_first_factor(Web3)", &[Step::VerifySignature]),
    at(&[At::TrustedDeviceChallenged], "attempt_first_factor(TrustedDevice)", &[Step::VerifySignature]),
    at(SECOND, "prepare_second_factor(a code)", &[Step::SendCode]),
    at(SECOND, "prepare_second_factor(a link)", &[Step::SendEmailLink]),
    at(SECOND, "prepare_second_factor(a passkey)", &[Step::ChallengePasskey]),
    at(SECOND_PASSKEY, "attempt_second_factor(Passkey)", &[Step::VerifyAssertion]),
];

const FIRST: &[StateKind] = &[At::NeedsFirstFactor];
const SECOND: &[StateKind] = &[At::NeedsSecondFactor, At::NeedsClientTrust];
const SECOND_CODE: &[StateKind] = &[At::SecondFactorCodeSent, At::ClientTrustCodeSent];
const SECOND_PASSKEY: &[StateKind] = &[At::SecondFactorPasskeyChallenged, At::ClientTrustPasskeyChallenged];

const fn anew(call: &'static str, steps: &'static [Step]) -> Composite {
    Composite { call, begins: Anew, steps }
}

const fn at(states: &'static [StateKind], call: &'static str, steps: &'static [Step]) -> Composite {
    Composite { call, begins: In(states), steps }
}
