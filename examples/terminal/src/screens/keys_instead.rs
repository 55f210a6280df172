//! Ways to sign in without an identifier. They begin at `NeedsIdentifier`, and use a key or an identity provider
//! instead.

use std::fmt::{self, Display};

use clerk_sign_in::platform::{LocalWallet, Wallet};
use clerk_sign_in::wire::{Factor, Strategy};
use clerk_sign_in::{AfterCreate, AnySignIn, NeedsIdentifier, SignIn, Sso};

use super::factors::CHALLENGING;
use super::{first_factor, id_token, redirect_ready};
use crate::app::{App, Next};
use crate::keys;
use crate::leave::Leave;
use crate::words;

pub(super) async fn keys_instead(app: &mut App, sign_in: SignIn<NeedsIdentifier>) -> Result<Next, Leave> {
    let keys = app.keys();
    let here = [Way::Passkey, Way::ThisDevice].into_iter().filter(|_| keys.is_some());
    let wallets = keys::wallets().map(|wallet| Way::Wallet(Box::new(wallet)));
    let providers = ["google", "github"].into_iter().map(Way::Provider);
    let tokens = [Strategy::GoogleOneTap, Strategy::oauth_token("apple")].into_iter().map(Way::IdToken);
    let way = app.menu("Sign in with", here.chain(wallets).chain(providers).chain(tokens).collect()).await?.way();
    let step = match (way, keys) {
        (Some(Way::Passkey), _) => {
            app.step(CHALLENGING, sign_in, SignIn::<NeedsIdentifier>::challenge_passkey).await?.map(AnySignIn::from)
        }
        (Some(Way::ThisDevice), Some(keys)) => {
            let id = &keys.device_id;
            match app.step("Signing in", sign_in, |sign_in| sign_in.trusted_device(id)).await? {
                Ok(AfterCreate::NeedsFirstFactor(first)) => return first_factor::this_device(app, first, id).await,
                step => step.map(AnySignIn::from),
            }
        }
        (Some(Way::Wallet(wallet)), _) => {
            let (provider, address) = (wallet.provider(), keys::address(&wallet));
            let challenge =
                |sign_in: SignIn<NeedsIdentifier>| async move { sign_in.challenge_wallet(&provider, &address).await };
            app.step(CHALLENGING, sign_in, challenge).await?.map(AnySignIn::from)
        }
        (Some(Way::Provider(name)), _) => {
            return redirect_ready::from_the_start(app, sign_in, &Sso::oauth(name)).await;
        }
        (Some(Way::IdToken(strategy)), _) => return id_token::id_token(app, sign_in, &strategy).await,
        (Some(Way::ThisDevice), None) | (None, _) => return Ok(sign_in.start_over().into()),
    };
    match step {
        Ok(next) => Ok(next.into()),
        Err(failed) => app.after_failure(failed).await,
    }
}

enum Way {
    Passkey,
    ThisDevice,
    Wallet(Box<LocalWallet>),
    /// The name of an identity provider.
    Provider(&'static str),
    IdToken(Strategy),
}

impl Display for Way {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Passkey => f.write_str("Passkey"),
            Self::ThisDevice => f.write_str("This device"),
            Self::Provider(name) => write!(f, "{} account", words::provider(name)),
            Self::IdToken(strategy) => write!(f, "{} by an ID token", words::factor(&Factor::new(strategy.clone()))),
            Self::Wallet(wallet) => f.write_str(words::wallet(&wallet.provider().strategy())),
        }
    }
}
