//! A state that this version of the crate does not know.

/// A sign-in whose state this version of the crate does not know.
///
/// The server reported either a status that this version does not know, or `complete` without a session. This state is
/// never treated as a success.
///
/// | step | gives or does | leads to |
/// |---|---|---|
/// | [`status`](crate::SignIn::status) | what the server said, not a step |  |
/// | [`refresh`](crate::SignIn::refresh) | asks the server again | [`AnySignIn`] |
/// | [`start_over`](crate::SignIn::start_over) | leaves the sign-in, without a call | [`NeedsIdentifier`] |
///
/// ```
/// use clerk_sign_in::{SignIn, Unrecognized};
///
/// fn message(sign_in: &SignIn<Unrecognized>) -> String {
///     let status = sign_in.status().map_or("nothing", |status| status.as_str());
///     format!("The server reported {status}. Please update this app.")
/// }
/// ```
///
/// [`NeedsIdentifier`]: crate::NeedsIdentifier
/// [`AnySignIn`]: crate::AnySignIn
#[derive(Debug)]
pub struct Unrecognized(pub(crate) ());

state!(Unrecognized);
