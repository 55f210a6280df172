//! The methods of clerk-js's older object `SignIn`, which name a factor by its strategy.

mod answer;
mod authenticate;
mod email_link_flow;
mod prepare;

pub use answer::{FirstFactorAnswer, SecondFactorAnswer};
pub use email_link_flow::EmailLinkFlow;
pub use prepare::PrepareOptions;
