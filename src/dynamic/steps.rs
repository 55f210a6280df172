//! The steps of the machine, each under its own name. A step is legal exactly where the relation lists it.

/// Takes a step: chooses the typed sign-in by its state, and forwards the call to it.
///
/// `of` gives the identifier with which the step begins an attempt. `prepares` gives the strategy and the id of the
/// factor that the step is about to prepare, or the factor itself. This is a macro because the sign-in has another type
/// in each state.
macro_rules! step {
    ($object:ident.$step:ident $arms:tt) => {
        step!(@ $object, Wanted::step(Step::$step), |_| None, $arms)
    };
    ($object:ident.$step:ident of $identifier:expr => $arms:tt) => {
        step!(@ $object, Wanted::step(Step::$step).identifier(Some($identifier)), |_| None, $arms)
    };
    ($object:ident.$step:ident prepares ($strategy:expr, $id:expr) => $arms:tt) => {
        step!(@ $object, Wanted::step(Step::$step), |at| at.factor_to_prepare(&$strategy, $id), $arms)
    };
    ($object:ident.$step:ident prepares $factor:ident => $arms:tt) => {
        step!(@ $object, Wanted::step(Step::$step), |_| Some($factor.clone()), $arms)
    };
    (@ $object:ident, $wanted:expr, $choosing:expr, { $($($state:ident)|+ ($at:ident) => $call:expr,)+ }) => {{
        let (turn, sign_in) = $object.place.begin($wanted, $choosing).await?;
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
