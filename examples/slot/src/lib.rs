//! The loop of a user interface: messages go in, and a view comes out.
//!
//! The loop stands here twice. [`object::Screen`] keeps a `DynamicSignIn`, and [`typed::Screen`] keeps a typed sign-in.
//! Both survive a call that is broken off, a reset, and a restart of the program, in every state.

pub mod object;
pub mod typed;

/// What the user does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Message {
    /// The user typed something, and pressed Return.
    Typed(String),
    /// The user wants another code.
    Resend,
    /// The user wants to verify another factor.
    Another,
    /// The user wants to begin anew.
    StartOver,
}

/// What the window shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct View {
    /// What the user is asked for.
    pub asks: String,
    /// What went wrong, if anything did.
    pub error: Option<String>,
    /// `true` once the user is signed in.
    pub is_over: bool,
}
