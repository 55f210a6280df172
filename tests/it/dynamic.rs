//! The dynamic sign-in: one object for every state, checked at run time.

mod flows;
mod interrupted;
mod pairs;
mod states;
