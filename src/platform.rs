//! Capabilities that an app provides for a sign-in.
//!
//! The capabilities are a timer, a browser, a wallet, passkeys, the key of a trusted device, and a solver of
//! challenges.

mod browser;
mod capability_error;
mod challenge_solver;
#[cfg(feature = "local-device-key")]
mod local_device_key;
#[cfg(feature = "local-passkeys")]
mod local_passkeys;
#[cfg(feature = "local-wallet")]
mod local_wallet;
mod passkey_authenticator;
#[cfg(feature = "system-browser")]
mod system_browser;
mod timer;
mod trusted_device_key;
mod wallet;

pub use browser::{Browser, BrowserVisit};
pub use capability_error::CapabilityError;
pub use challenge_solver::{Captcha, CaptchaSolution, ChallengeSolver};
#[cfg(feature = "local-device-key")]
pub use local_device_key::LocalDeviceKey;
#[cfg(feature = "local-passkeys")]
pub use local_passkeys::LocalPasskeys;
#[cfg(feature = "local-wallet")]
pub use local_wallet::LocalWallet;
pub use passkey_authenticator::{Mediation, PasskeyAuthenticator, PasskeyRequest};
#[cfg(feature = "system-browser")]
pub use system_browser::SystemBrowser;
pub use timer::Timer;
pub(crate) use timer::before;
#[cfg(any(feature = "http", feature = "server"))]
pub use timer::{SystemTimer, TokioTimer};
pub use trusted_device_key::TrustedDeviceKey;
pub use wallet::{Wallet, WalletProvider, WalletRequest};
