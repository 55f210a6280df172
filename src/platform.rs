//! What an app lends to a sign-in: time, a wallet, passkeys.

mod capability_error;
mod passkey_authenticator;
mod timer;
mod wallet;

pub use capability_error::CapabilityError;
pub use passkey_authenticator::{Mediation, PasskeyAuthenticator, PasskeyRequest};
pub use timer::Timer;
#[cfg(any(feature = "http", feature = "server"))]
pub use timer::TokioTimer;
pub use wallet::{Wallet, WalletProvider};
