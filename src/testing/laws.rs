//! Laws for backends: rules of the server that clients rely on, each with a function that checks it.
//!
//! If you write a [`Backend`], run all laws against it:
//!
//! ```
//! use clerk_sign_in::fake::FakeBackend;
//! use clerk_sign_in::testing::laws;
//!
//! # futures::executor::block_on(async {
//! let fake = FakeBackend::new(); // your backend, and your harness
//! let report = laws::check_all(&fake, &fake).await;
//! assert!(report.is_kept(), "{report}");
//! # });
//! ```
//!
//! [`LAWS`] lists all laws, each with its source. To check one law alone, call its function.

mod law;
mod harness;
mod list;
mod trial;
mod caller;
mod clients;
mod creating;
mod steps;
mod codes;
mod passwords;
mod second_factors;
mod client_trust;
mod resets;
mod links;
mod tickets;
mod sessions;
mod protect_checks;
mod rejections;
mod sign_ups;
mod reads;
mod fake_harness;

pub use harness::{Harness, HarnessError, Instance, TestUser, WantedUser};
pub use law::{BrokenLaw, Certainty, Checking, Law, LawCheck, LawReport, NotKept, SkippedLaw};
pub use list::*;

use crate::backend::Backend;

/// Checks all [`LAWS`], one after the other.
pub async fn check_all(backend: &dyn Backend, harness: &dyn Harness) -> LawReport {
    let mut report = LawReport::default();
    for law in LAWS {
        report.add(law.name, (law.check)(backend, harness).await);
    }
    report
}
