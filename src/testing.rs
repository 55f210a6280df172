//! Property tests of sign-ins. Random walks check invariants that must always hold.
//!
//! ```
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
//! ```

mod actions;
mod invariants;
mod keys;
mod walk;

pub use actions::{Action, Person, actions};
pub use invariants::{BrokenInvariant, Invariants};
pub use walk::{BrokenWalk, Walker};
