//! x

mod any;
pub mod backend;
mod checkpoint;
mod client;
mod error;
mod finalize;
mod outcomes;
pub mod platform;
mod resume;
#[cfg(feature = "server")]
pub mod server;
mod sign_in;
pub mod states;
mod step_error;
#[cfg(feature = "testing")]
pub mod testing;
pub mod wire;

pub use any::AnySignIn;
pub use async_trait::async_trait;
#[cfg(feature = "fake")]
pub use backend::fake;
pub use backend::http::HttpBackend;
#[cfg(feature = "http")]
pub use backend::http::{PublishableKey, PublishableKeyError};
pub use checkpoint::Checkpoint;
pub use client::{Client, ClientBuilder, ExportedClient};
pub use error::{Error, ErrorKind};
pub use finalize::{ActiveSession, Finalized, Navigation, PendingSession};
pub use outcomes::{AfterClientTrust, AfterCreate, AfterFirstFactor, AfterSecondFactor};
pub use resume::Resumed;
pub use sign_in::SignIn;
pub use states::{
    Abandoned, CodeSent, Complete, NeedsClientTrust, NeedsFirstFactor, NeedsIdentifier, NeedsNewPassword,
    NeedsProtectCheck, NeedsSecondFactor, RESEND_INTERVAL, Transferable, Unrecognized,
};
pub use step_error::StepError;
