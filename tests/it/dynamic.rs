//! The dynamic sign-in: one object for every state, checked at run time.

mod composites;
mod flows;
mod found_again;
pub(crate) mod interrupted;
mod kept;
mod overtaken;
mod pairs;
mod states;
