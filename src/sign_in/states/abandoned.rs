//! `abandoned`: not finished in time.

/// A sign-in that was not finished in time, about 24 hours.
///
/// | step | gives or does | leads to |
/// |---|---|---|
/// | [`start_over`](crate::SignIn::start_over) | begins again, without a call | [`NeedsIdentifier`] |
///
/// ```
/// # use std::time::Duration;
/// # use clerk_sign_in::fake::FakeBackend;
/// # use clerk_sign_in::{AfterCreate, AnySignIn, Client};
/// # futures::executor::block_on(async {
/// # let fake = FakeBackend::demo();
/// # let client = Client::new(fake.clone());
/// # let AfterCreate::NeedsFirstFactor(ada) = client.sign_in().create("ada@example.com").await? else { panic!() };
/// # fake.advance(Duration::from_secs(25 * 60 * 60));
/// // A day later:
/// match ada.refresh().await? {
///     AnySignIn::Abandoned(over) => { over.start_over().create("ada@example.com").await?; }
///     other => return Err(other.unhandled()),
/// }
/// # Ok::<_, clerk_sign_in::Error>(())
/// # }).unwrap();
/// ```
///
/// [`NeedsIdentifier`]: crate::NeedsIdentifier
#[derive(Debug)]
pub struct Abandoned(pub(crate) ());

state!(Abandoned);
