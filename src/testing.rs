//! Tools that find faults: the server's rules as a model, a check of any trace of requests against them, and random
//! walks that test a backend or an app. If you write a backend, the `laws` check that it keeps the server's rules.
//!
//! The model and the checks of traces need the feature `server` or `testing`, and the walks `testing`.
//!
//! ```
//! # #[cfg(feature = "testing")] {
//! use clerk_sign_in::testing::check;
//!
//! # futures::executor::block_on(async {
//! // Put your own backend around the fake. Simulated users then test it, and make mistakes.
//! check(async |fake| fake).await.unwrap();
//! # });
//! # }
//! ```

pub mod model;
mod trace;
mod referee;
mod checked;

#[cfg(feature = "testing")]
mod actions;
#[cfg(feature = "testing")]
mod user;
#[cfg(feature = "testing")]
mod keys;
#[cfg(feature = "testing")]
mod invariants;
#[cfg(feature = "testing")]
pub mod laws;
#[cfg(feature = "testing")]
mod walk;
#[cfg(feature = "testing")]
mod check;

#[cfg(feature = "testing")]
pub use actions::{Action, Person, actions};
#[cfg(feature = "testing")]
pub use check::{App, BrokenCheck, Check, CheckReport, Finding, check};
pub use checked::{CheckedBackend, Learned};
#[cfg(feature = "testing")]
pub use invariants::{BrokenInvariant, Invariants};
pub use trace::{Checked, Exchange, Outcome, Outside, Shown, TraceChecker};
#[cfg(feature = "testing")]
pub use user::SimulatedUser;
#[cfg(feature = "testing")]
pub use walk::{BrokenWalk, Walker};
