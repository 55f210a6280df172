//! The app: the typed machine, driven by moves.

use clerk_sign_in::fake::{FakeBackend, Message, TEST_CODE};
use clerk_sign_in::platform::{LocalDeviceKey, LocalPasskeys, LocalWallet, Mediation, Wallet};
use clerk_sign_in::wire::{Secret, SignUpFields};
use clerk_sign_in::{
    AfterSignUp, AnySignIn, AnyStepError, Client, CodeSent, Error, Finalized, LinkSent, OtherSessions,
    PasskeyChallenged, Resumed, SignIn, Stage, State, StepError,
};

use crate::moves::Move;
use crate::worlds::{PAGE, World};

/// What the app holds.
#[derive(Debug)]
pub enum App {
    SignIn(AnySignIn),
    /// A session that is in use.
    Session(String),
}

/// A user in front of the app.
pub struct User<'a> {
    pub world: &'a World,
    pub fake: &'a FakeBackend,
    pub client: &'a Client,
    /// The user's password now.
    pub password: &'a str,
    pub keys: &'a Keys,
}

pub struct Keys {
    pub wallet: LocalWallet,
    pub wallet_address: String,
    pub passkeys: LocalPasskeys,
    pub device: LocalDeviceKey,
    pub device_id: String,
}

pub const PASSWORDS: [&str; 2] = ["correct-horse-battery", "staple-of-the-lighthouse"];
pub const BACKUP_CODES: [&str; 2] = ["backup-one", "backup-two"];

type Done = (App, Option<Error>);

impl User<'_> {
    /// Makes a move in a state where it is possible.
    pub async fn make(&self, at: AnySignIn, step: Move) -> Done {
        use AnySignIn as At;
        use Move as Do;
        match (at, step) {
            (at, Do::Refresh) => match at.refresh().await {
                Ok(at) => (App::SignIn(at), None),
                Err(AnyStepError { error, handed_back }) => (App::SignIn(handed_back), Some(error)),
            },
            (at, Do::StartOver) => (App::SignIn(at.start_over().into()), None),
            (at, Do::Resume | Do::Restart) => self.resume(at).await,
            (At::Complete(at), Do::Finalize) => match at.finalize().await {
                Ok(Finalized::Active(session)) => (App::Session(session.id().to_owned()), None),
                Ok(Finalized::Pending(session)) => (App::Session(session.id().to_owned()), None),
                Err(failed) => handed_back(failed),
            },
            (At::Transferable(at), Do::SignUp) => match at.sign_up(SignUpFields::new()).await {
                Ok(AfterSignUp::Complete(signed_up)) => match signed_up.finalize().await {
                    Ok(Finalized::Active(session)) => (App::Session(session.id().to_owned()), None),
                    Ok(Finalized::Pending(session)) => (App::Session(session.id().to_owned()), None),
                    Err(failed) => (App::SignIn(self.client.sign_in().into()), Some(failed.error)),
                },
                Ok(elsewhere) => (App::SignIn(self.client.sign_in().into()), Some(elsewhere.unhandled())),
                Err(failed) => handed_back(failed),
            },
            (At::NeedsIdentifier(at), step) => self.begin(at, step).await,
            (At::NeedsFirstFactor(at), step) => match step {
                Do::Password(right) => next(at.password(self.typed_password(right)).await),
                Do::SendEmailCode => next(at.send_email_code().await),
                Do::SendResetCode => next(at.send_reset_password_email_code().await),
                Do::SendEmailLink => next(at.send_email_link(PAGE).await),
                Do::ChallengePasskey => next(at.challenge_passkey().await),
                Do::ChallengeWallet => next(at.challenge_wallet(&self.keys.wallet.provider()).await),
                Do::ChallengeTrustedDevice => next(at.challenge_trusted_device(&self.keys.device_id).await),
                _ => (App::SignIn(at.into()), None),
            },
            (At::NeedsSecondFactor(at), step) => match step {
                Do::Totp(right) => next(at.verify_totp(&self.totp_code(right)).await),
                Do::BackupCode(right) => next(at.verify_backup_code(self.backup_code(right)).await),
                Do::SendEmailCode => next(at.send_email_code().await),
                Do::SendPhoneCode => next(at.send_phone_code().await),
                Do::SendEmailLink => next(at.send_email_link(PAGE).await),
                Do::ChallengePasskey => next(at.challenge_passkey().await),
                _ => (App::SignIn(at.into()), None),
            },
            (At::NeedsClientTrust(at), step) => match step {
                Do::SendEmailCode => next(at.send_email_code().await),
                Do::SendPhoneCode => next(at.send_phone_code().await),
                Do::SendEmailLink => next(at.send_email_link(PAGE).await),
                Do::ChallengePasskey => next(at.challenge_passkey().await),
                _ => (App::SignIn(at.into()), None),
            },
            (At::NeedsNewPassword(at), Do::SubmitPassword(accepted)) => {
                let other = PASSWORDS.iter().find(|password| **password != self.password).unwrap_or(&"short");
                let chosen = if accepted { other } else { "short" };
                next(at.submit_password(chosen, OtherSessions::Keep).await)
            }
            (At::NeedsProtectCheck(at), Do::SubmitProof(right)) => {
                let token = at.protect_check().and_then(|check| check.token.clone()).filter(|_| right);
                next(at.submit_proof(&FakeBackend::proof_for(token.as_ref().map_or("nothing", Secret::expose))).await)
            }
            (At::FirstFactorCodeSent(at), step) => self.code_sent(at, step).await,
            (At::SecondFactorCodeSent(at), step) => self.code_sent(at, step).await,
            (At::ClientTrustCodeSent(at), step) => self.code_sent(at, step).await,
            (At::ResetCodeSent(at), step) => match step {
                Do::Verify(right) => next(at.verify(&self.code(right)).await),
                Do::Resend => next(at.resend().await),
                Do::ChooseAnother => (App::SignIn(at.choose_another().into()), None),
                _ => (App::SignIn(at.into()), None),
            },
            (At::FirstFactorLinkSent(at), step) => link_sent(at, step).await,
            (At::SecondFactorLinkSent(at), step) => link_sent(at, step).await,
            (At::ClientTrustLinkSent(at), step) => link_sent(at, step).await,
            (At::FirstFactorPasskeyChallenged(at), step) => self.passkey(at, step).await,
            (At::SecondFactorPasskeyChallenged(at), step) => self.passkey(at, step).await,
            (At::ClientTrustPasskeyChallenged(at), step) => self.passkey(at, step).await,
            (At::WalletChallenged(at), step) => match step {
                Do::Sign(true) => next(at.verify_with(&self.keys.wallet).await),
                Do::Sign(false) => next(at.verify_signature("wrong").await),
                Do::Resend => next(at.challenge_again().await),
                Do::ChooseAnother => (App::SignIn(at.choose_another().into()), None),
                _ => (App::SignIn(at.into()), None),
            },
            (At::TrustedDeviceChallenged(at), step) => match step {
                Do::Sign(true) => next(at.verify_with(&self.keys.device).await),
                Do::Sign(false) => next(at.verify_signature("wrong").await),
                Do::Resend => next(at.challenge_again().await),
                Do::ChooseAnother => (App::SignIn(at.choose_another().into()), None),
                _ => (App::SignIn(at.into()), None),
            },
            (at, _) => (App::SignIn(at), None),
        }
    }

    async fn begin(&self, at: SignIn<clerk_sign_in::NeedsIdentifier>, step: Move) -> Done {
        let address = self.world.address;
        match step {
            Move::Create => next(at.create(address).await),
            Move::CreateWithPassword(right) => next(at.password(address, self.typed_password(right)).await),
            Move::CreateWithEmailCode => next(at.send_email_code(address).await),
            Move::CreateWithResetCode => next(at.send_reset_password_email_code(address).await),
            Move::CreateOrSignUp => next(at.create_or_sign_up(address).await),
            Move::CreateWithTicket(right) => {
                next(at.ticket(if right { &self.world.ticket } else { "no-ticket" }).await)
            }
            Move::ChallengePasskey => next(at.challenge_passkey().await),
            Move::ChallengeWallet => {
                next(at.challenge_wallet(&self.keys.wallet.provider(), &self.keys.wallet_address).await)
            }
            Move::ChallengeTrustedDevice => next(at.trusted_device(&self.keys.device_id).await),
            _ => (App::SignIn(at.into()), None),
        }
    }

    async fn code_sent<S: Stage>(&self, at: SignIn<CodeSent<S>>, step: Move) -> Done {
        match step {
            Move::Verify(right) => next(at.verify(&self.code(right)).await),
            Move::Resend => next(at.resend().await),
            Move::ChooseAnother => (App::SignIn(at.choose_another().into()), None),
            _ => (App::SignIn(at.into()), None),
        }
    }

    async fn passkey<S: Stage>(&self, at: SignIn<PasskeyChallenged<S>>, step: Move) -> Done {
        match step {
            Move::Sign(true) => next(at.verify_with(&self.keys.passkeys, Mediation::Modal).await),
            Move::Sign(false) => next(at.verify_assertion("wrong").await),
            Move::Resend => next(at.challenge_again().await),
            Move::ChooseAnother => (App::SignIn(at.choose_another().into()), None),
            _ => (App::SignIn(at.into()), None),
        }
    }

    async fn resume(&self, at: AnySignIn) -> Done {
        match self.client.resume().await {
            Ok(Resumed::Attempt(at)) => (App::SignIn(at), None),
            Ok(Resumed::Session(session)) => (App::Session(session.id.clone()), None),
            Ok(Resumed::SignUp(_) | Resumed::Nothing) => (App::SignIn(self.client.sign_in().into()), None),
            Err(error) => (App::SignIn(at), Some(error)),
        }
    }

    fn typed_password(&self, right: bool) -> &str {
        if right { self.password } else { "wrong" }
    }

    fn totp_code(&self, right: bool) -> String {
        let shown = self.fake.totp_code(self.world.address).filter(|_| right);
        shown.unwrap_or_else(|| "000000".to_owned())
    }

    /// The user crosses out the codes that were used, in their order.
    fn backup_code(&self, right: bool) -> &'static str {
        let left = self.fake.user(self.world.address).map_or(0, |user| user.backup_codes_left);
        let next = BACKUP_CODES.iter().rev().nth(left.saturating_sub(1));
        next.filter(|_| right && left > 0).unwrap_or(&"not-a-backup-code")
    }

    /// The newest code in the mailbox or on the phone.
    fn code(&self, right: bool) -> String {
        let outbox = self.fake.outbox();
        let newest = outbox.iter().rev().find_map(Message::code).map_or(TEST_CODE, Secret::expose);
        if right { newest.to_owned() } else { "000000".to_owned() }
    }
}

async fn link_sent<S: Stage>(at: SignIn<LinkSent<S>>, step: Move) -> Done {
    match step {
        Move::Resend => next(at.resend(PAGE).await),
        Move::ChooseAnother => (App::SignIn(at.choose_another().into()), None),
        _ => (App::SignIn(at.into()), None),
    }
}

fn handed_back<S: State>(failed: StepError<S>) -> Done {
    let AnyStepError { error, handed_back } = failed.into_any();
    (App::SignIn(handed_back), Some(error))
}

fn next<T: Into<AnySignIn>, S: State>(step: Result<T, StepError<S>>) -> Done {
    match step {
        Ok(next) => (App::SignIn(next.into()), None),
        Err(failed) => handed_back(failed),
    }
}
