//! The names of the script, as calls of the dynamic object.

use std::collections::BTreeMap;

use clerk_sign_in::async_trait;
use clerk_sign_in::dynamic::{
    DynamicError, DynamicSignIn, FirstFactorAnswer, PasskeyFlow, PrepareOptions, Recipient, SecondFactorAnswer,
};
use clerk_sign_in::platform::{
    Browser, BrowserVisit, CapabilityError, LocalWallet, Mediation, PasskeyAuthenticator, PasskeyRequest, TokioTimer,
    Wallet, WalletProvider, WalletRequest,
};
use clerk_sign_in::wire::{Channel, CreateSignIn, Factor, Secret, Strategy};
use clerk_sign_in::{Error, OtherSessions, Sso};
use serde_json::{Value, json};
use support::keys::Keys;

/// A wallet, an authenticator and a browser that the user does not have.
#[derive(Debug)]
struct Absent(WalletProvider);

#[async_trait]
impl PasskeyAuthenticator for Absent {
    async fn get_assertion(&self, _: PasskeyRequest<'_>) -> Result<Secret, CapabilityError> {
        Err(CapabilityError::unavailable("there is no authenticator"))
    }
}

#[async_trait]
impl Wallet for Absent {
    fn provider(&self) -> WalletProvider {
        self.0.clone()
    }

    async fn address(&self) -> Result<String, CapabilityError> {
        Err(CapabilityError::unavailable("there is no wallet"))
    }

    async fn sign_message(&self, _: WalletRequest<'_>) -> Result<Secret, CapabilityError> {
        Err(CapabilityError::unavailable("there is no wallet"))
    }
}

#[async_trait]
impl Browser for Absent {
    async fn reserve(&self) -> Result<Box<dyn BrowserVisit>, CapabilityError> {
        Err(CapabilityError::unavailable("there is no browser"))
    }
}

/// The user's wallet, as a wallet of another provider. All of them sign alike.
#[derive(Debug)]
struct Named<'a> {
    wallet: &'a LocalWallet,
    provider: WalletProvider,
}

#[async_trait]
impl Wallet for Named<'_> {
    fn provider(&self) -> WalletProvider {
        self.provider.clone()
    }

    async fn address(&self) -> Result<String, CapabilityError> {
        self.wallet.address().await
    }

    async fn sign_message(&self, request: WalletRequest<'_>) -> Result<Secret, CapabilityError> {
        self.wallet.sign_message(WalletRequest::new(request.message, &WalletProvider::Metamask)).await
    }
}

/// The parameters of one call.
pub(super) struct Given(pub(super) BTreeMap<String, Value>);

impl Given {
    fn text(&self, name: &str) -> Option<&str> {
        self.0.get(name).and_then(Value::as_str)
    }

    pub(super) fn required(&self, name: &str) -> &str {
        self.text(name).unwrap_or_default()
    }

    fn flag(&self, name: &str) -> Option<bool> {
        self.0.get(name).and_then(Value::as_bool)
    }

    fn strategy(&self) -> Option<Strategy> {
        self.text("strategy").map(|strategy| serde_json::from_value(json!(strategy)).unwrap())
    }

    fn recipient(&self, identifier: &str, id: &str) -> Recipient<'_> {
        match (self.text(identifier), self.text(id)) {
            (Some(identifier), _) => Recipient::Identifier(identifier),
            (None, Some(id)) => Recipient::Id(id),
            (None, None) => Recipient::Chosen,
        }
    }

    fn other_sessions(&self) -> OtherSessions {
        match self.flag("signOutOfOtherSessions") {
            Some(false) => OtherSessions::Keep,
            _ => OtherSessions::SignOut,
        }
    }
}

/// Makes one call of the script.
pub(super) async fn call(
    sign_in: &DynamicSignIn,
    name: &str,
    given: &Given,
    keys: Option<&Keys>,
) -> Result<(), DynamicError> {
    match name {
        "create" => {
            let mut create = CreateSignIn::new();
            create.identifier = given.text("identifier").map(str::to_owned);
            create.password = given.text("password").map(Into::into);
            create.ticket = given.text("ticket").map(Into::into);
            create.strategy = given.strategy().or(given.text("password").map(|_| Strategy::Password));
            create.transfer = given.flag("transfer");
            create.sign_up_if_missing = given.flag("signUpIfMissing");
            sign_in.create(create).await
        }
        "password" => {
            let identifier =
                ["identifier", "emailAddress", "phoneNumber"].into_iter().find_map(|name| given.text(name));
            sign_in.password(identifier, given.required("password")).await
        }
        "ticket" => sign_in.ticket(given.required("ticket")).await,
        "submitProtectCheck" => sign_in.submit_proof(given.required("proofToken")).await,
        "finalize" => sign_in.finalize().await.map(drop),
        "reset" => {
            sign_in.reset();
            Ok(())
        }
        "authenticateWithGoogleOneTap" => {
            sign_in.authenticate_with_google_one_tap(given.required("token")).await.map(drop)
        }
        "authenticateWithRedirect" => {
            let sso = Sso::oauth("google").complete_redirect_url(given.required("redirectUrlComplete"));
            sign_in.authenticate_with_redirect(&sso, given.required("redirectUrl")).await.map(drop)
        }
        "sso" => {
            let sso = match given.strategy().unwrap() {
                Strategy::Oauth(provider) => Sso::oauth(provider.name()),
                other => panic!("no provider for {other}"),
            };
            let sso = sso.complete_redirect_url(given.required("redirectUrl"));
            sign_in.sso(&sso, given.required("redirectCallbackUrl")).await
        }
        _ if KEYS.contains(&name) => call_with_keys(sign_in, name, given, keys).await,
        _ if name.contains('.') => call_code(sign_in, name, given).await,
        _ => call_older(sign_in, name, given).await,
    }
}

/// The calls that ask a wallet, an authenticator or a browser.
const KEYS: [&str; 11] = [
    "passkey",
    "mfa.passkey",
    "web3",
    "authenticateWithPasskey",
    "authenticateWithWeb3",
    "authenticateWithMetamask",
    "authenticateWithOKXWallet",
    "authenticateWithCoinbaseWallet",
    "authenticateWithBase",
    "authenticateWithSolana",
    "authenticateWithPopup",
];

async fn call_with_keys(
    sign_in: &DynamicSignIn,
    name: &str,
    given: &Given,
    keys: Option<&Keys>,
) -> Result<(), DynamicError> {
    let provider = match name {
        "authenticateWithOKXWallet" => WalletProvider::OkxWallet,
        "authenticateWithCoinbaseWallet" => WalletProvider::CoinbaseWallet,
        "authenticateWithBase" => WalletProvider::Base,
        "authenticateWithSolana" => WalletProvider::Solana { wallet_name: "Phantom".to_owned() },
        _ => WalletProvider::Metamask,
    };
    let of_user = keys.map(|keys| Named { wallet: &keys.wallet, provider: provider.clone() });
    let absent = Absent(provider.clone());
    let wallet: &dyn Wallet = of_user.as_ref().map_or(&absent, |of_user| of_user);
    let passkeys: &dyn PasskeyAuthenticator = keys.map_or(&absent, |keys| &keys.passkeys);
    let flow = match given.text("flow") {
        Some("autofill") => PasskeyFlow::Autofill,
        Some("discoverable") => PasskeyFlow::Discoverable,
        _ => PasskeyFlow::Listed,
    };
    match name {
        "passkey" => sign_in.passkey(passkeys, flow).await,
        "mfa.passkey" => sign_in.mfa().passkey(passkeys, Mediation::Modal).await,
        "web3" => sign_in.web3(wallet).await,
        "authenticateWithPasskey" => sign_in.authenticate_with_passkey(passkeys, flow).await,
        "authenticateWithMetamask" => sign_in.authenticate_with_metamask(wallet).await,
        "authenticateWithCoinbaseWallet" => sign_in.authenticate_with_coinbase_wallet(wallet).await,
        "authenticateWithOKXWallet" => sign_in.authenticate_with_okx_wallet(wallet).await,
        "authenticateWithBase" => sign_in.authenticate_with_base(wallet).await,
        "authenticateWithSolana" => sign_in.authenticate_with_solana(wallet).await,
        "authenticateWithPopup" => sign_in.authenticate_with_popup(&Sso::oauth("google"), &absent).await,
        _ => {
            let sign = async |message: String| match keys {
                Some(_) => wallet.sign_message(WalletRequest::new(&message, &provider)).await,
                None => Ok(Secret::from("0x00")),
            };
            let identifier = if keys.is_some() {
                wallet.address().await.map_err(Error::from)?
            } else {
                given.required("identifier").to_owned()
            };
            sign_in.authenticate_with_web3(provider.clone(), &identifier, sign).await
        }
    }
}

/// Calls a method of `emailCode`, `emailLink`, `phoneCode`, `mfa` or of a reset.
async fn call_code(sign_in: &DynamicSignIn, name: &str, given: &Given) -> Result<(), DynamicError> {
    match name {
        "emailCode.sendCode" => sign_in.email_code().send_code(given.recipient("emailAddress", "emailAddressId")).await,
        "emailCode.verifyCode" => sign_in.email_code().verify_code(given.required("code")).await,
        "phoneCode.sendCode" => {
            let channel = if given.text("channel") == Some("whatsapp") { Channel::Whatsapp } else { Channel::Sms };
            sign_in.phone_code().send_code(given.recipient("phoneNumber", "phoneNumberId"), channel).await
        }
        "phoneCode.verifyCode" => sign_in.phone_code().verify_code(given.required("code")).await,
        "emailLink.sendLink" => {
            let url = given.required("verificationUrl");
            sign_in.email_link().send_link(given.recipient("emailAddress", "emailAddressId"), url).await
        }
        "emailLink.waitForVerification" => sign_in.email_link().wait_for_verification(TokioTimer).await,
        "resetPasswordEmailCode.sendCode" => sign_in.reset_password_email_code().send_code(Recipient::Chosen).await,
        "resetPasswordPhoneCode.sendCode" => sign_in.reset_password_phone_code().send_code(Recipient::Chosen).await,
        "resetPasswordEmailCode.verifyCode" => {
            sign_in.reset_password_email_code().verify_code(given.required("code")).await
        }
        "resetPasswordPhoneCode.verifyCode" => {
            sign_in.reset_password_phone_code().verify_code(given.required("code")).await
        }
        "resetPasswordEmailCode.submitPassword" | "resetPasswordPhoneCode.submitPassword" => {
            sign_in.submit_password(given.required("password"), given.other_sessions()).await
        }
        "mfa.sendEmailCode" => sign_in.mfa().send_email_code().await,
        "mfa.sendPhoneCode" => sign_in.mfa().send_phone_code().await,
        "mfa.verifyEmailCode" => sign_in.mfa().verify_email_code(given.required("code")).await,
        "mfa.verifyPhoneCode" => sign_in.mfa().verify_phone_code(given.required("code")).await,
        "mfa.verifyTOTP" => sign_in.mfa().verify_totp(given.required("code")).await,
        "mfa.verifyBackupCode" => sign_in.mfa().verify_backup_code(given.required("code")).await,
        other => panic!("the script calls {other}, which is not known here"),
    }
}

/// Calls a method of the older object.
async fn call_older(sign_in: &DynamicSignIn, name: &str, given: &Given) -> Result<(), DynamicError> {
    match name {
        "prepareFirstFactor" | "prepareSecondFactor" => {
            let mut factor = Factor::new(given.strategy().unwrap());
            factor.email_address_id = given.text("emailAddressId").map(str::to_owned);
            factor.phone_number_id = given.text("phoneNumberId").map(str::to_owned);
            let options = PrepareOptions::new().redirect_url(given.required("redirectUrl"));
            if name == "prepareFirstFactor" {
                sign_in.prepare_first_factor(&factor, &options).await
            } else {
                sign_in.prepare_second_factor(&factor, &options).await
            }
        }
        "attemptFirstFactor" => {
            let answer = match given.required("strategy") {
                "password" => FirstFactorAnswer::Password(given.required("password")),
                "email_code" => FirstFactorAnswer::EmailCode(given.required("code")),
                "phone_code" => FirstFactorAnswer::PhoneCode(given.required("code")),
                "reset_password_email_code" => FirstFactorAnswer::ResetPasswordEmailCode(given.required("code")),
                other => panic!("no answer for {other}"),
            };
            sign_in.attempt_first_factor(answer).await
        }
        "attemptSecondFactor" => {
            let answer = match given.required("strategy") {
                "phone_code" => SecondFactorAnswer::PhoneCode(given.required("code")),
                "totp" => SecondFactorAnswer::Totp(given.required("code")),
                other => panic!("no answer for {other}"),
            };
            sign_in.attempt_second_factor(answer).await
        }
        "resetPassword" => sign_in.submit_password(given.required("password"), given.other_sessions()).await,
        "createEmailLinkFlow" => {
            let flow = sign_in.create_email_link_flow();
            let start = flow.start(given.required("emailAddressId"), given.required("redirectUrl"), TokioTimer);
            let cancel = async {
                tokio::time::sleep(std::time::Duration::from_millis(500)).await;
                flow.cancel();
            };
            tokio::join!(start, cancel).0
        }
        other => panic!("the script calls {other}, which is not known here"),
    }
}
