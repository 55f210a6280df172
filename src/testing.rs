//! Tools that find faults: the server's rules as a model, a check of any trace of requests against them, and random
//! walks for property tests.
//!
//! The model and the check need the feature `server` or `testing`, and the walks `testing`.
//!
//! ```
//! # #[cfg(feature = "testing")] {
//! use clerk_sign_in::fake::FakeBackend;
//! use clerk_sign_in::testing::{Walker, actions};
//! use proptest::prelude::*;
//!
//! proptest!(ProptestConfig::with_cases(8), |(actions in actions(30))| {
//!     let fake = FakeBackend::demo();
//!     let walker = Walker::new(fake.clone(), fake);
//!     let walked = futures::executor::block_on(walker.walk(&actions));
//!     prop_assert!(walked.is_ok(), "{}", walked.unwrap_err());
//! });
//! # }
//! ```

pub mod model;
mod trace;
mod checked;

#[cfg(feature = "testing")]
mod actions;
#[cfg(feature = "testing")]
mod invariants;
#[cfg(feature = "testing")]
mod keys;
#[cfg(feature = "testing")]
mod walk;

#[cfg(feature = "testing")]
pub use actions::{Action, Person, actions};
pub use checked::CheckedBackend;
#[cfg(feature = "testing")]
pub use invariants::{BrokenInvariant, Invariants};
pub use trace::{Checked, Exchange, Outcome, Outside, Shown, TraceChecker};
#[cfg(feature = "testing")]
pub use walk::{BrokenWalk, Walker};
