//! An unofficial crate for signing in with Clerk's Frontend API. It models a sign-in as a *typestate* machine: every
//! status of a sign-in is a type of its own. Each step consumes the sign-in and returns it in its next state. An
//! illegal step does not compile.
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
//! A passkey:         challenge_passkey, PasskeyChallenged, verify_with, at every stage
//! From every step:   NeedsProtectCheck (a gate), Transferable (no such user),
//!                    Unrecognized (never a success)
//! ```
//!
//! # A sign-in
//!
//! The user first enters the password, and then provides whatever else the account requires. If you leave out an arm of
//! the `match`, the program does not compile.
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
//! - **No step happens twice or too early.** A step takes the sign-in by value. A state cannot be cloned or
//!   constructed.
//! - **A failed step loses nothing.** [`StepError`] hands the sign-in back in its current state.
//! - **Unknown is never success.** A status that this version of the crate does not know leads to the state
//!   [`Unrecognized`]. The status `complete` without a session leads to the same state.
//! - **A dropped future loses nothing.** If you drop the future of a step, [`Client::resume`] gets the sign-in from the
//!   server again. A [`Checkpoint`] preserves the sign-in when the process ends.
//! - **No write is carried out twice.** The crate repeats reads that failed. If the server rejects a call because a
//!   captcha is missing, and the client can [solve](ClientBuilder::challenge_solver) the captcha, the crate repeats
//!   that call. It never repeats any other call. If an answer was lost ([`Error::is_outcome_unknown`]),
//!   [`refresh`](SignIn::refresh) shows what happened.
//! - **Secrets never appear** in `Debug` output, errors or checkpoints.
//!
//! # Where to go next
//!
//! | to | see |
//! |---|---|
//! | see every flow with its code | the [`guide`] |
//! | sign in step by step | [`SignIn`], whose page lists the steps in the order of the flow |
//! | find what a property, method or parameter of clerk-js is called here | [clerk-js, name by name](guide::from_clerk_js) |
//! | move from another Clerk SDK | [the calls of other SDKs and of this crate](guide::from_other_sdks) |
//! | understand a message of the compiler | [the twelve most common mistakes](guide::compiler_messages) |
//! | understand an error at run time | [the page on errors](guide::errors), [`Error`], [`ErrorKind`], [`wire::ErrorCode`] |
//! | wait for an email link, and handle the page to which it leads | [`LinkSent`], [`LinkWait`], [`Landing`] |
//! | sign in through a provider or an enterprise connection | [`Sso`], [`RedirectReady`], [`platform::Browser`] |
//! | sign in with Google One Tap or Sign in with Apple | [`IdToken`] |
//! | sign in with a passkey or a wallet | [`PasskeyChallenged`], [`WalletChallenged`], [`platform`] |
//! | sign in with a trusted device | [`TrustedDeviceChallenged`], [`platform::TrustedDeviceKey`] |
//! | hold a sign-in whose state is known only at run time | [`AnySignIn`] |
//! | sign up an unknown user | [`Transferable`], [`SignUp`] |
//! | continue after a restart | [`Checkpoint`], [`Client::export`], [`Client::resume`] |
//! | check a new password before it is sent | [`PasswordPolicy`] |
//! | solve captchas and protect checks | [`platform::ChallengeSolver`], [`Client::solve_captcha`], [`NeedsProtectCheck`] |
//! | reach the Frontend API | [`HttpBackend`], or your own HTTP stack through [`backend::Transport`] |
//! | write a backend, and check it | [the page on backends](guide::backend), `testing::laws` (feature `testing`) |
//! | test without a network | the features `fake` and `server`, and the [program `clerk-fake`](guide::fake_server) |
//! | property-test your own client | the feature `testing`, and [its section in the guide](guide#property-test-it) |
//! | find the faults of a backend or a client | `testing::CheckedBackend` and `testing::model` (feature `testing` or `server`) |
//! | keep the sign-in of a user interface, or wrap it for another language | [`dynamic::DynamicSignIn`], one object for every state |
//! | know the legal steps of a state at run time | [`StateKind::transitions`], [all of them in one page](guide::machine) |
//! | see how it is designed, and why | [the architecture](guide::architecture) |
//!
//! # Features
//!
//! - `http` (default): [`HttpBackend`], including an HTTP client, TLS and retries. It needs a tokio runtime.
//! - `pkce` (default): email links that lead back into a native app.
//! - `system-browser`: single sign-on in the user's own browser. Afterwards, the browser returns to the program at the
//!   loopback address.
//! - `local-wallet`, `local-passkeys`, `local-device-key`: implementations of traits in [`platform`]. With these
//!   implementations, the program itself holds the keys. The feature `local-keys` enables all three.
//! - `password-strength`: uses zxcvbn to rate how hard a password is to guess.
//! - `fake`: `FakeBackend`, a sign-in server that runs in memory.
//! - `server`: serves any backend over HTTP. The package `clerk-fake` runs the fake server as a separate program.
//! - `publishable-key` (included in `http`): reads an instance's publishable key. If you use your own HTTP client,
//!   enable this feature instead of `http`.
//! - `testing`: laws for backends, and invariants and random walks for property tests. The server's rules as a model, and the check of traces
//!   against them, also come with `server`.
//!
//! Without any features, the crate contains only the state machine, the wire format and the traits. In that case, it
//! needs no runtime, no HTTP client and no TLS.
//!
//! This project is not affiliated with, endorsed by, or sponsored by Clerk, Inc. "Clerk" is a trademark of Clerk, Inc.

#![cfg_attr(docsrs, feature(doc_cfg))]

// The layers, from top to bottom.
pub mod dynamic;
mod sign_in;
mod client;
mod error;
pub mod backend;
#[cfg(feature = "fake")]
pub mod fake;
pub mod platform;
mod password;
pub mod wire;
mod observers;
mod fault_switches;

/// The guide, which shows the code for every flow.
///
/// It has pages on errors, the compiler's messages, clerk-js, other SDKs, backends, the fake server, and the
/// architecture.
#[cfg(any(doc, doctest))]
pub mod guide;

// The modules that build on these layers.
#[cfg(feature = "server")]
pub mod server;
#[cfg(any(feature = "server", feature = "testing"))]
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
pub use sign_in::relation;
pub use sign_in::states::{
    Abandoned, CodeSent, Complete, IdToken, LinkSent, NeedsClientTrust, NeedsFirstFactor, NeedsIdentifier,
    NeedsNewPassword, NeedsProtectCheck, NeedsSecondFactor, OtherSessions, PasskeyChallenged, RedirectReady,
    ResetCodeSent, Sso, Stage, Started, State, Transferable, TrustedDeviceChallenged, Unrecognized, WalletChallenged,
};
pub use sign_in::{
    AfterClientTrust, AfterCreate, AfterFirstFactor, AfterMagicLink, AfterRedirect, AfterReset, AfterResetCode,
    AfterSecondFactor, AfterSignUp, AnySignIn, AnyStepError, BeforeFirstFactor, Checkpoint, FailedStep, LinkProgress,
    LinkWait, Resumed, SignIn, SignUp, SignUpError, SignedUp, StateKind, StepError,
};

/// The README, whose code must compile and run.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
