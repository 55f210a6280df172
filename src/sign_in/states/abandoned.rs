//! `abandoned`: the sign-in was not finished in time.

/// A sign-in that was not finished within the time limit of about 24 hours.
///
/// [`Client::resume`](crate::Client::resume) returns this state instead of the state in which the user stopped.
///
/// | step | gives or does | leads to |
/// |---|---|---|
/// | [`start_over`](crate::SignIn::start_over) | begins again, without a call | [`NeedsIdentifier`] |
///
/// ```
/// # use std::time::Duration;
/// # use clerk_sign_in::fake::FakeBackend;
/// # use clerk_sign_in::{AnySignIn, Client, Resumed};
/// # futures::executor::block_on(async {
/// # let fake = FakeBackend::demo();
/// # let client = Client::new(fake.clone());
/// # client.sign_in().create("ada@example.com").await?.unhandled();
/// # fake.advance(Duration::from_secs(25 * 60 * 60));
/// // A day later:
/// match client.resume().await? {
///     Resumed::Attempt(AnySignIn::Abandoned(over)) => {
///         over.start_over().create("ada@example.com").await?;
///     }
///     other => panic!("{other:?}"),
/// }
/// # Ok::<_, clerk_sign_in::Error>(())
/// # }).unwrap();
/// ```
///
/// [`NeedsIdentifier`]: crate::NeedsIdentifier
#[derive(Debug)]
pub struct Abandoned(pub(crate) ());

state!(Abandoned);
