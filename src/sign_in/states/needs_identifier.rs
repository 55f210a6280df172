//! `needs_identifier`: the user has not given an identifier yet.

// The order of these modules is the order in which the generated documentation lists the steps.
mod create;
mod password;
mod code;
mod reset_password;
mod email_link;
mod passkey;
mod wallet;
mod trusted_device;
mod sso;
mod id_token;
mod ticket;
mod sign_up;

pub use id_token::IdToken;

use super::State;

/// A sign-in that has no identifier yet. This is the first state.
///
/// [`Client::sign_in`](crate::Client::sign_in) returns it without calling the server. Each step in this state creates a
/// new attempt on the server. The new attempt replaces any attempt that was under way on this client.
///
/// | step | gives or does | leads to |
/// |---|---|---|
/// | [`create`](crate::SignIn::create), [`create_or_sign_up`](crate::SignIn::create_or_sign_up) | the identifier | [`AfterCreate`], mostly [`NeedsFirstFactor`] |
/// | [`password`](crate::SignIn::password) | identifier and password | [`AfterCreate`]: [`Complete`], [`NeedsSecondFactor`] or [`NeedsClientTrust`] |
/// | [`send_email_code`](crate::SignIn::send_email_code), [`send_phone_code`](crate::SignIn::send_phone_code) | the address or number to send a code to | [`CodeSent`] |
/// | [`send_reset_password_email_code`](crate::SignIn::send_reset_password_email_code), [`send_reset_password_phone_code`](crate::SignIn::send_reset_password_phone_code) | the same, for a forgotten password | [`ResetCodeSent`] |
/// | [`send_email_link`](crate::SignIn::send_email_link) | the address to send a link to | [`LinkSent`] |
/// | [`challenge_passkey`](crate::SignIn::challenge_passkey) | asks for any passkey | [`PasskeyChallenged`] |
/// | [`challenge_wallet`](crate::SignIn::challenge_wallet) | the wallet's address | [`WalletChallenged`] |
/// | [`trusted_device`](crate::SignIn::trusted_device) | the trusted device's id | [`AfterCreate`], mostly [`NeedsFirstFactor`] |
/// | [`sso`](crate::SignIn::sso), [`sso_with`](crate::SignIn::sso_with) | the identity provider | [`RedirectReady`], [`AfterRedirect`] |
/// | [`id_token`](crate::SignIn::id_token), [`sign_up_by_id_token`](crate::SignIn::sign_up_by_id_token) | an ID token | [`AfterCreate`], [`AfterSignUp`] |
/// | [`ticket`](crate::SignIn::ticket) | a ticket that the app's backend requested | [`AfterCreate`], mostly [`Complete`] |
/// | [`sign_up`](crate::SignIn#method.sign_up) | an address or a number of a new user | [`AfterSignUp`], mostly [`MissingRequirements`](crate::AfterSignUp::MissingRequirements) |
/// | [`transfer`](crate::SignIn::transfer) | takes over the data that a sign-up verified | [`AfterCreate`] |
///
/// ```
/// # use clerk_sign_in::fake::FakeBackend;
/// # use clerk_sign_in::{AfterCreate, Client};
/// # futures::executor::block_on(async {
/// # let client = Client::new(FakeBackend::demo());
/// let sign_in = client.sign_in();
/// match sign_in.create("ada@example.com").await? {
///     AfterCreate::NeedsFirstFactor(ada) => assert!(!ada.supported_first_factors().is_empty()),
///     other => return Err(other.unhandled()),
/// }
/// # Ok::<_, clerk_sign_in::Error>(())
/// # }).unwrap();
/// ```
///
/// [`NeedsFirstFactor`]: crate::NeedsFirstFactor
/// [`CodeSent`]: crate::CodeSent
/// [`LinkSent`]: crate::LinkSent
/// [`PasskeyChallenged`]: crate::PasskeyChallenged
/// [`WalletChallenged`]: crate::WalletChallenged
/// [`RedirectReady`]: crate::RedirectReady
/// [`ResetCodeSent`]: crate::ResetCodeSent
/// [`NeedsSecondFactor`]: crate::NeedsSecondFactor
/// [`NeedsClientTrust`]: crate::NeedsClientTrust
/// [`Complete`]: crate::Complete
/// [`AfterCreate`]: crate::AfterCreate
/// [`AfterRedirect`]: crate::AfterRedirect
/// [`AfterSignUp`]: crate::AfterSignUp
#[derive(Debug)]
pub struct NeedsIdentifier(pub(crate) ());

impl State for NeedsIdentifier {}

sealed_state!(NeedsIdentifier);
