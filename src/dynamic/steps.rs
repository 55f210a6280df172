//! The steps of the machine, each under its own name. A step is legal exactly where the relation lists it.

/// Takes a step: chooses the typed sign-in by its state, and forwards the call to it.
///
/// The expression before the arms returns the factor that the step is about to prepare, if it prepares one. This is a
/// macro because the sign-in has another type in each state.
macro_rules! step {
    ($object:ident.$step:ident $arms:tt) => {
        step!($object.$step, |_| None => $arms)
    };
    ($object:ident.$step:ident, $choosing:expr => { $($($state:ident)|+ ($at:ident) => $call:expr,)+ }) => {{
        let (turn, sign_in) = $object.place.begin_choosing(Step::$step, $choosing).await?;
        turn.end(match sign_in {
            $($(AnySignIn::$state($at) => after($call.await),)+)+
            elsewhere => After::Illegal(elsewhere),
        })
    }};
}

mod begin;
mod send;
mod challenge;
mod verify;
mod finish;
