//! The screens of `PasskeyChallenged`, `WalletChallenged` and `TrustedDeviceChallenged`: the user signs the challenge.

use std::fmt::{self, Display};

use clerk_sign_in::platform::Mediation;
use clerk_sign_in::{
    AnySignIn, PasskeyChallenged, SignIn, Stage, State, StepError, TrustedDeviceChallenged, WalletChallenged,
};

use crate::app::{App, Next, Pick};
use crate::keys;
use crate::leave::Leave;
use crate::terminal::say;

const SIGNING: &str = "Signing";
const ASKING: &str = "Asking for another challenge";

pub(super) async fn passkey_challenged<S: Stage>(
    app: &mut App,
    sign_in: SignIn<PasskeyChallenged<S>>,
) -> Result<Next, Leave> {
    let keys = app.keys().filter(|_| !sign_in.options().is_empty());
    let way = app.menu("The passkey", ways(keys.is_some(), Way::UsePasskey)).await?;
    let step = match (way, keys) {
        (Pick::Way(Way::AskAgain), _) => {
            app.step(ASKING, sign_in, SignIn::<PasskeyChallenged<S>>::challenge_again).await?.map(AnySignIn::from)
        }
        (Pick::Way(Way::ChooseAnother) | Pick::Back, _) => return Ok(Next::SignIn(sign_in.choose_another().into())),
        (Pick::Way(_), Some(keys)) => {
            let sign = |sign_in: SignIn<PasskeyChallenged<S>>| async move {
                sign_in.verify_with(&keys.passkeys, Mediation::Modal).await
            };
            app.step(SIGNING, sign_in, sign).await?.map(Into::into)
        }
        (Pick::Way(_), None) => return Ok(sign_in.into()),
        (Pick::StartOver, _) => return Ok(sign_in.start_over().into()),
    };
    went_on(app, step).await
}

pub(super) async fn wallet_challenged(app: &mut App, sign_in: SignIn<WalletChallenged>) -> Result<Next, Leave> {
    let wallet = keys::wallet_for(&sign_in.strategy()).filter(|_| !sign_in.message().is_empty());
    if !sign_in.message().is_empty() {
        say(format_args!("The wallet signs this text:\n\n{}\n", sign_in.message()));
    }
    let way = app.menu("The wallet", ways(wallet.is_some(), Way::Sign)).await?;
    let step = match (way, wallet) {
        (Pick::Way(Way::AskAgain), _) => {
            app.step(ASKING, sign_in, SignIn::<WalletChallenged>::challenge_again).await?.map(AnySignIn::from)
        }
        (Pick::Way(Way::ChooseAnother) | Pick::Back, _) => return Ok(sign_in.choose_another().into()),
        (Pick::Way(_), Some(wallet)) => {
            let sign = |sign_in: SignIn<WalletChallenged>| async move { sign_in.verify_with(&wallet).await };
            app.step(SIGNING, sign_in, sign).await?.map(AnySignIn::from)
        }
        (Pick::Way(_), None) => return Ok(sign_in.into()),
        (Pick::StartOver, _) => return Ok(sign_in.start_over().into()),
    };
    went_on(app, step).await
}

pub(super) async fn trusted_device_challenged(
    app: &mut App,
    sign_in: SignIn<TrustedDeviceChallenged>,
) -> Result<Next, Leave> {
    let challenged = sign_in.challenge().trusted_device_id.clone();
    let keys = app.keys().filter(|keys| challenged.as_deref() == Some(keys.device_id.as_str()));
    let way = app.menu("The key of this device", ways(keys.is_some(), Way::Sign)).await?;
    let step = match (way, keys) {
        (Pick::Way(Way::AskAgain), _) => {
            app.step(ASKING, sign_in, SignIn::<TrustedDeviceChallenged>::challenge_again).await?.map(AnySignIn::from)
        }
        (Pick::Way(Way::ChooseAnother) | Pick::Back, _) => return Ok(sign_in.choose_another().into()),
        (Pick::Way(_), Some(keys)) => {
            let sign =
                |sign_in: SignIn<TrustedDeviceChallenged>| async move { sign_in.verify_with(&keys.device).await };
            app.step(SIGNING, sign_in, sign).await?.map(AnySignIn::from)
        }
        (Pick::Way(_), None) => return Ok(sign_in.into()),
        (Pick::StartOver, _) => return Ok(sign_in.start_over().into()),
    };
    went_on(app, step).await
}

async fn went_on<S: State>(app: &mut App, step: Result<AnySignIn, StepError<S>>) -> Result<Next, Leave> {
    match step {
        Ok(next) => Ok(next.into()),
        Err(failed) => app.after_failure(failed).await,
    }
}

fn ways(can_sign: bool, sign: Way) -> Vec<Way> {
    can_sign.then_some(sign).into_iter().chain([Way::AskAgain, Way::ChooseAnother]).collect()
}

enum Way {
    UsePasskey,
    Sign,
    AskAgain,
    ChooseAnother,
}

impl Display for Way {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::UsePasskey => "Use it",
            Self::Sign => "Sign",
            Self::AskAgain => "Ask for another challenge",
            Self::ChooseAnother => "Choose another",
        })
    }
}
