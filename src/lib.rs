//! Unofficial. Sign in with Clerk's Frontend API as a *typestate* machine: every status of a sign-in is a type, a step
//! consumes the sign-in and returns the next one, and an illegal step does not compile.
//!
//! ```text
//!   Client::sign_in()
//!          │
//! ┌────────▼────────┐ create   ┌──────────────────┐ send_…_code   ┌──────────┐
//! │ NeedsIdentifier ├─────────►│ NeedsFirstFactor ├──────────────►│ CodeSent │
//! └────────┬────────┘          └───┬──────────┬───┘◄──────────────┴───────┬──┘
//!          │ password              │ password │     choose_another        │ verify
//!          │                       │          │ send_reset_…              │
//!          │                       │          ▼                           │
//!          │                       │   ┌───────────────┐                  │
//!          │                       │   │ ResetCodeSent │                  │
//!          │                       │   └──────┬────────┘                  │
//!          │                       │          │ verify                    │
//!          │                       │  ┌───────▼──────────┐                │
//!          │                       │  │ NeedsNewPassword │                │
//!          │                       │  └───────┬──────────┘                │
//!          │                       │          │ submit_password           │
//!          └───────────────────────┴─────┬────┴───────────────────────────┘
//!                  ┌─────────────────────┼─────────────────┐
//!         ┌────────▼──────────┐          │        ┌────────▼─────────┐
//!         │ NeedsSecondFactor │          │        │ NeedsClientTrust │
//!         └────────┬──────────┘          │        └────────┬─────────┘
//!                  │ verify_totp, …      │                 │ send_…_code, verify
//!                  └─────────────────────┼─────────────────┘
//!                                  ┌─────▼────┐ finalize
//!                                  │ Complete ├──────────►  Finalized::Active or ::Pending
//!                                  └──────────┘
//!
//! A link by email:   send_email_link, LinkSent, wait_for_verification, wherever a code is sent
//! From every step:   NeedsProtectCheck (a gate), Transferable (no such user),
//!                    Unrecognized (never a success)
//! ```
//!
//! # A sign-in
//!
//! The password comes first, and then what the account asks for. Leave an arm out, and the program does not compile.
//!
//! ```
//! use clerk_sign_in::fake::FakeBackend;
//! use clerk_sign_in::{
//!     AfterClientTrust, AfterCreate, AfterSecondFactor, Client, Finalized, StepError,
//! };
//!
//! # futures::executor::block_on(async {
//! let fake = FakeBackend::demo();            // or HttpBackend::from_publishable_key(&key)?
//! let client = Client::new(fake.clone());
//!
//! let done =
//!     match client.sign_in().password("ada@example.com", "correct-horse-battery").await? {
//!     AfterCreate::Complete(done) => done,
//!     AfterCreate::NeedsSecondFactor(mut second) => loop {
//! #       let ask = |_: &str| fake.totp_code("ada@example.com").unwrap();
//!         match second.verify_totp(&ask("authenticator code")).await {
//!             Ok(AfterSecondFactor::Complete(done)) => break done,
//!             Ok(other) => return Err(other.unhandled()),
//!             // A wrong code hands the sign-in back: ask again.
//!             Err(StepError::Stayed { error, sign_in }) if error.is_wrong_input() => {
//!                 second = sign_in
//!             }
//!             Err(failed) => return Err(failed.into()),
//!         }
//!     },
//!     AfterCreate::NeedsClientTrust(new_client) => {
//!         let sent = new_client.send_email_code().await?;
//! #       let ask = |_: &str| "424242".to_owned();
//!         match sent.verify(&ask("code from the email")).await? {
//!             AfterClientTrust::Complete(done) => done,
//!             other => return Err(other.unhandled()),
//!         }
//!     }
//!     other => return Err(other.unhandled()),
//! };
//! match done.finalize().await? {
//!     Finalized::Active(session) => println!("signed in: {}", session.id()),
//!     Finalized::Pending(session) => println!("first: {:?}", session.tasks()),
//! }
//! # Ok::<_, clerk_sign_in::Error>(())
//! # }).unwrap();
//! ```
//!
//! # What holds everywhere
//!
//! - **No step twice, none too early.** A step takes the sign-in by value; states have no `Clone` and no constructor.
//! - **A failed step loses nothing.** [`StepError`] hands the sign-in back, where it now stands.
//! - **Unknown is never success.** A status that this version does not know is [`Unrecognized`], and so is `complete`
//!   without a session.
//! - **A dropped future loses nothing.** [`Client::resume`] asks the server what it holds; a [`Checkpoint`] outlives the
//!   process.
//! - **No write is carried out twice.** Only reads are sent again, and a call that was rejected for want of a captcha, if
//!   the client can [solve it](ClientBuilder::challenge_solver). After a lost answer ([`Error::is_outcome_unknown`]),
//!   [`refresh`](SignIn::refresh) tells what happened.
//! - **Secrets do not show** in `Debug`, errors or checkpoints.
//!
//! # Where to go next
//!
//! | to | see |
//! |---|---|
//! | see every flow with its code | the [`guide`] |
//! | sign in step by step | [`SignIn`], whose page lists the steps in the order of the flow |
//! | come from another SDK of Clerk | [the calls there and here](guide::from_other_sdks) |
//! | understand a message of the compiler | [the twelve commonest mistakes](guide::compiler_messages) |
//! | know what went wrong at run time | [the page on errors](guide::errors), [`Error`], [`ErrorKind`], [`wire::ErrorCode`] |
//! | wait for a link by email, and land from one | [`LinkSent`], [`LinkWait`], [`Landing`] |
//! | sign in at a provider, or by an enterprise connection | [`Sso`], [`RedirectReady`], [`platform::Browser`] |
//! | sign in by Google One Tap, or Sign in with Apple | [`IdToken`] |
//! | sign in by a passkey, a wallet or a trusted device | [`PasskeyChallenged`], [`WalletChallenged`], [`TrustedDeviceChallenged`], [`platform`] |
//! | hold a sign-in whose state is known only at run time | [`AnySignIn`] |
//! | sign up an unknown user | [`Transferable`], [`SignUp`] |
//! | come back after a restart | [`Checkpoint`], [`Client::export`], [`Client::resume`] |
//! | check a new password before it is sent | [`PasswordPolicy`] |
//! | solve captchas and the challenges of Clerk Protect | [`platform::ChallengeSolver`], [`Client::solve_captcha`], [`NeedsProtectCheck`] |
//! | reach the Frontend API | [`HttpBackend`], or your own HTTP stack by [`backend::Transport`] |
//! | test without a network | `fake`, served to any language by `server` and the [program `clerk-fake`](guide::fake_server) |
//! | property-test your own client | the feature `testing`, and [its chapter](guide#property-test-it) |
//! | see how it is built, and why | [the architecture](guide::architecture) |
//!
//! # Features
//!
//! - `http` (default): [`HttpBackend`] with an HTTP client, TLS and retries. Needs a tokio runtime.
//! - `pkce` (default): links by email that lead back into a native app.
//! - `system-browser`: the user's own browser for single sign-on, which comes back by the loopback address.
//! - `local-wallet`, `local-passkeys`, `local-device-key`, or `local-keys` for the three of them: keys that the program
//!   holds, behind the traits in [`platform`].
//! - `password-strength`: rates how hard a password is to guess, by zxcvbn.
//! - `fake`: `FakeBackend`, a sign-in server in memory.
//! - `server`: serves any backend over HTTP. The package `clerk-fake` is the fake as a program.
//! - `publishable-key` (in `http`): reads an instance's key, for an HTTP client of your own.
//! - `testing`: invariants and random walks for property tests.
//!
//! Without features, the crate is the machine, the wire format and the traits: no runtime, no HTTP client, no TLS.
//!
//! This project is not affiliated with, endorsed by, or sponsored by Clerk, Inc. "Clerk" is a trademark of Clerk, Inc.

#![cfg_attr(docsrs, feature(doc_cfg))]

// From the top down.
mod sign_in;
mod client;
mod error;
pub mod backend;
#[cfg(feature = "fake")]
pub mod fake;
pub mod platform;
mod password;
pub mod wire;

/// The guide: every flow with its code, and pages on errors, the compiler's messages and the fake server.
#[cfg(any(doc, doctest))]
pub mod guide;

// What stands on it.
#[cfg(feature = "server")]
pub mod server;
#[cfg(feature = "testing")]
pub mod testing;

pub use async_trait::async_trait;
pub use backend::http::HttpBackend;
#[cfg(feature = "publishable-key")]
pub use backend::publishable_key::{PublishableKey, PublishableKeyError};
pub use client::{
    ActiveSession, Client, ClientBuilder, EmailLinkLanding, ExportedClient, Finalized, Landing, MagicLinkLanding,
    Navigation, PendingSession, TrustedDeviceEnrollment,
};
pub use error::{Error, ErrorKind, LinkError, RedirectError};
pub use password::{PasswordPolicy, PasswordRule};
#[cfg(feature = "password-strength")]
pub use password::{PasswordStrength, PasswordSuggestion};
pub use sign_in::states::{
    Abandoned, CodeSent, Complete, IdToken, LinkSent, NeedsClientTrust, NeedsFirstFactor, NeedsIdentifier,
    NeedsNewPassword, NeedsProtectCheck, NeedsSecondFactor, OtherSessions, PasskeyChallenged, RedirectReady,
    ResetCodeSent, Sso, Stage, Started, State, Transferable, TrustedDeviceChallenged, Unrecognized, WalletChallenged,
};
pub use sign_in::{
    AfterClientTrust, AfterCreate, AfterFirstFactor, AfterRedirect, AfterReset, AfterResetCode, AfterSecondFactor,
    AfterSignUp, AnySignIn, AnyStepError, BeforeFirstFactor, Checkpoint, FailedStep, LinkProgress, LinkWait, Resumed,
    SignIn, SignUp, SignUpError, SignedUp, StepError,
};

/// The code in the README compiles and runs.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
