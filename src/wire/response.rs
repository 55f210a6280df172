//! Answers of the Frontend API.

use http::StatusCode;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{
    ClientResource, Deleted, Environment, MagicLink, Passkey, Rejection, Secret, Session, SessionToken, SignInAttempt,
    SignUpAttempt, TrustedDevice, TrustedDeviceChallenge, TrustedDeviceValidation, User,
};

/// An answer: what was asked for or a refusal, and what every answer says about the device.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Response {
    /// What was asked for, or why it was refused.
    pub result: Result<Answer, Rejection>,
    /// The device as it is now. A refusal carries it too.
    pub client: ClientUpdate,
    /// The token that the next request of this device has to carry.
    pub token: TokenUpdate,
}

impl Response {
    /// An answer that changes neither the device nor its token.
    #[must_use]
    pub fn new(result: Result<Answer, Rejection>) -> Self {
        Self { result, client: ClientUpdate::Unchanged, token: TokenUpdate::Unchanged }
    }
}

/// What was asked for.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Answer {
    /// The device itself, which stands in [`Response::client`].
    Client,
    /// A sign-in.
    SignInAttempt(Box<SignInAttempt>),
    /// What a native app signs in with after its link was opened.
    MagicLink(MagicLink),
    /// The sign-up.
    SignUpAttempt(Box<SignUpAttempt>),
    /// A session.
    Session(Box<Session>),
    /// Sessions of one user, on whatever device.
    Sessions(Vec<Session>),
    /// The user of a session.
    User(Box<User>),
    /// A passkey of the user of a session.
    Passkey(Box<Passkey>),
    /// Something of the user's that is gone.
    Deleted(Deleted),
    /// A trusted device of the user of a session.
    TrustedDevice(Box<TrustedDevice>),
    /// The trusted devices of the user of a session.
    TrustedDevices(Vec<TrustedDevice>),
    /// What a device signs to be enrolled.
    TrustedDeviceChallenge(Box<TrustedDeviceChallenge>),
    /// Whether a trusted device can sign in.
    TrustedDeviceValidation(TrustedDeviceValidation),
    /// A session's token.
    SessionToken(SessionToken),
    /// A browser of a development instance, whose token stands in [`Response::token`].
    DevelopmentBrowser,
    /// How the instance is set up.
    Environment(Box<Environment>),
    /// Where a browser is sent on to, and the cookies that it takes there.
    Redirect {
        /// By which status: 307, or 303 for a link in an email.
        status: StatusCode,
        /// The page, whose query may hold tokens.
        to: Secret,
        /// The cookies, each as the value of a `Set-Cookie` header.
        cookies: Vec<Secret>,
    },
    /// A public document: keys, for instance.
    Document(Value),
}

/// Makes an answer out of what it holds.
macro_rules! answers {
    ($($answer:ident($holds:ty)),+ $(,)?) => {
        $(impl From<$holds> for Answer {
            fn from(holds: $holds) -> Self {
                Self::$answer(holds)
            }
        })+
    };
}

answers! {
    SignInAttempt(Box<SignInAttempt>),
    MagicLink(MagicLink),
    SignUpAttempt(Box<SignUpAttempt>),
    Session(Box<Session>),
    Sessions(Vec<Session>),
    User(Box<User>),
    Passkey(Box<Passkey>),
    Deleted(Deleted),
    TrustedDevice(Box<TrustedDevice>),
    TrustedDevices(Vec<TrustedDevice>),
    TrustedDeviceChallenge(Box<TrustedDeviceChallenge>),
    TrustedDeviceValidation(TrustedDeviceValidation),
    SessionToken(SessionToken),
    Environment(Box<Environment>),
    Document(Value),
}

/// The body that tells a new development browser its token.
#[derive(Serialize, Deserialize)]
pub(crate) struct DevelopmentBrowser {
    pub(crate) id: Secret,
}

/// What an answer says about the device.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum ClientUpdate {
    /// Nothing.
    Unchanged,
    /// This is the device now.
    Known(Box<ClientResource>),
    /// The server does not know the device, or has forgotten it.
    Gone,
}

/// What an answer says about the device's token.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum TokenUpdate {
    /// Nothing.
    Unchanged,
    /// This one replaces it.
    Replaced(Secret),
    /// There is none any more.
    Cleared,
}
