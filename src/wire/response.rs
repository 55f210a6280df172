//! Answers of the Frontend API.

use http::StatusCode;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::lenient::Lenient;
use super::{
    ClientResource, Deleted, Environment, MagicLink, Passkey, Rejection, Secret, Session, SessionToken, SignInAttempt,
    SignUpAttempt, Timestamp, Totp, TrustedDevice, TrustedDeviceChallenge, TrustedDeviceValidation, User,
};

/// An answer from the server, which contains the result and the changes to the client.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Response {
    /// The answer to the request, or the rejection.
    pub result: Result<Answer, Rejection>,
    /// The change to the client. The server also sends this change with a rejection.
    pub client: ClientUpdate,
    /// The change to the client's token. The next request must contain the latest token.
    pub token: TokenUpdate,
    /// The server's time when it answered (`Date`, RFC 9110 section 6.6.1). Over HTTP, it is in whole seconds.
    pub date: Option<Timestamp>,
}

impl Response {
    /// Creates an answer that changes neither the client nor its token.
    #[must_use]
    pub fn new(result: Result<Answer, Rejection>) -> Self {
        Self { result, client: ClientUpdate::Unchanged, token: TokenUpdate::Unchanged, date: None }
    }
}

/// A successful answer to a request.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Answer {
    /// The client itself. Its data is in [`Response::client`].
    Client,
    /// A sign-in.
    SignInAttempt(Box<SignInAttempt>),
    /// The ticket that a native app uses to sign in after its link was opened. If the link belongs to a sign-up, the
    /// answer is the sign-up instead.
    MagicLink(MagicLink),
    /// A sign-up.
    SignUpAttempt(Box<SignUpAttempt>),
    /// A session.
    Session(Box<Session>),
    /// A user's sessions on all clients.
    Sessions(Vec<Session>),
    /// The user of a session.
    User(Box<User>),
    /// The authenticator app of the user of a session.
    Totp(Box<Totp>),
    /// A passkey that belongs to the user of a session.
    Passkey(Box<Passkey>),
    /// A confirmation that one of the user's objects was deleted.
    Deleted(Deleted),
    /// A trusted device that belongs to the user of a session.
    TrustedDevice(Box<TrustedDevice>),
    /// The trusted devices that belong to the user of a session.
    TrustedDevices(Vec<TrustedDevice>),
    /// The challenge that a device signs during its enrolment.
    TrustedDeviceChallenge(Box<TrustedDeviceChallenge>),
    /// The result of validating a trusted device.
    TrustedDeviceValidation(TrustedDeviceValidation),
    /// A session's token.
    SessionToken(SessionToken),
    /// A browser that is now registered with a development instance. Its token is in [`Response::token`].
    DevelopmentBrowser,
    /// The settings of the instance.
    Environment(Box<Environment>),
    /// A redirect that sends a browser to a page and sets cookies.
    Redirect {
        /// The HTTP status, which is 303 for a link from an email and 307 in all other cases.
        status: StatusCode,
        /// The URL of the page. The query of the URL may contain tokens.
        to: Secret,
        /// The cookies, each as the value of a `Set-Cookie` header.
        cookies: Vec<Secret>,
    },
    /// A public document, such as the keys for verifying session tokens.
    Document(Value),
}

/// Implements the conversion of each payload into an `Answer`.
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
    Totp(Box<Totp>),
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

/// The body that contains the token of a browser that was just registered with a development instance.
#[derive(Serialize, Deserialize)]
pub(crate) struct DevelopmentBrowser {
    pub(crate) id: Secret,
}

impl Lenient for DevelopmentBrowser {}

/// The change that an answer makes to the client.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum ClientUpdate {
    /// No change.
    Unchanged,
    /// The client as it is after the request.
    Known(Box<ClientResource>),
    /// The server does not know the client, or no longer knows it.
    Gone,
}

/// The change that an answer makes to the client's token.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum TokenUpdate {
    /// No change.
    Unchanged,
    /// A new token that replaces the old one.
    Replaced(Secret),
    /// The client no longer has a token.
    Cleared,
}
