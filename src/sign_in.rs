//! The sign-in state machine: a sign-in, its states, and the steps between them.

// The generated documentation lists the `impl` blocks in the order of these modules.
pub(crate) mod states;
mod core;
mod outcomes;
mod any;
mod match_first;
mod state_kind;
mod state_from_attempt;
mod step;
mod step_error;
mod checkpoint;
mod resume;
mod link_wait;
mod magic_link;
mod sign_up;
pub mod relation;

pub use any::AnySignIn;
pub use checkpoint::Checkpoint;
pub use core::SignIn;
pub use link_wait::{LinkProgress, LinkWait};
pub use magic_link::AfterMagicLink;
pub use outcomes::{
    AfterClientTrust, AfterCreate, AfterFirstFactor, AfterRedirect, AfterReset, AfterResetCode, AfterSecondFactor,
    BeforeFirstFactor,
};
pub use resume::Resumed;
pub use sign_up::{AfterSignUp, SignUp, SignUpError, SignedUp};
pub(crate) use state_from_attempt::is_redirect_open;
pub use state_kind::StateKind;
pub use step_error::{AnyStepError, FailedStep, StepError};
