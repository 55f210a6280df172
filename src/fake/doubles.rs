//! Test doubles for the app's capabilities: a browser, a solver, and scripted capabilities.

mod browser;
mod challenge_solver;
mod scripted;

pub use browser::FakeBrowser;
pub use challenge_solver::FakeSolver;
pub use scripted::Scripted;
