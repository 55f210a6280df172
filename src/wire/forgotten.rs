//! Rejections that say that the server no longer knows something.

use http::StatusCode;

use super::{ErrorCode, Rejection, Request};

/// The thing that a request is about.
///
/// An error code such as `resource_not_found` refers to this thing, but does not name it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Subject {
    /// The client itself.
    Client,
    /// The sign-in with this id.
    Attempt(String),
    /// All sessions of the client.
    Sessions,
    /// The session with this id.
    Session(String),
    /// Something that belongs to the user of the session with this id.
    OfUser(String),
    /// Something else, such as a new sign-in.
    Other,
}

/// The thing that the server no longer knows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Forgotten<'a> {
    /// The client, or the browser that is registered with a development instance.
    Client,
    /// All sessions of the client.
    Sessions,
    /// The session with this id.
    Session(&'a str),
    /// The sign-in with this id.
    Attempt(&'a str),
}

impl Subject {
    pub(crate) fn from_request(request: &Request) -> Self {
        match request {
            Request::GetClient | Request::DeleteClient => Self::Client,
            Request::EndSessions => Self::Sessions,
            Request::GetSignIn(get) => Self::Attempt(get.sign_in_id.clone()),
            Request::PrepareFirstFactor(prepare) | Request::PrepareSecondFactor(prepare) => {
                Self::Attempt(prepare.sign_in_id.clone())
            }
            Request::AttemptFirstFactor(attempt) | Request::AttemptSecondFactor(attempt) => {
                Self::Attempt(attempt.sign_in_id.clone())
            }
            Request::ResetPassword(reset) => Self::Attempt(reset.sign_in_id.clone()),
            Request::SubmitProof(proof) => Self::Attempt(proof.sign_in_id.clone()),
            Request::GetSession(session) | Request::EndSession(session) | Request::RemoveSession(session) => {
                Self::Session(session.session_id.clone())
            }
            Request::TouchSession(touch) => Self::Session(touch.session_id.clone()),
            Request::CreateSessionToken(create) => Self::Session(create.session_id.clone()),
            Request::GetUser(acting)
            | Request::ListSessions(acting)
            | Request::CreateTotp(acting)
            | Request::CreatePasskey(acting)
            | Request::ListTrustedDevices(acting) => Self::OfUser(acting.session_id.clone()),
            Request::ChangePassword(change) => Self::OfUser(change.session_id.clone()),
            Request::VerifyTotp(verify) => Self::OfUser(verify.session_id.clone()),
            Request::VerifyPasskey(verify) => Self::OfUser(verify.session_id.clone()),
            Request::RenamePasskey(rename) => Self::OfUser(rename.session_id.clone()),
            Request::RemovePasskey(remove) => Self::OfUser(remove.session_id.clone()),
            Request::PrepareTrustedDevice(prepare) => Self::OfUser(prepare.session_id.clone()),
            Request::AttemptTrustedDevice(attempt) => Self::OfUser(attempt.device.session_id.clone()),
            Request::RevokeTrustedDevice(revoke) => Self::OfUser(revoke.session_id.clone()),
            Request::GetEnvironment
            | Request::CreateDevelopmentBrowser
            | Request::CreateClient
            | Request::VerifyCaptcha(_)
            | Request::CreateSignIn(_)
            | Request::CompleteMagicLink(_)
            | Request::ValidateTrustedDevice(_)
            | Request::CreateSignUp(_)
            | Request::GetSignUp(_)
            | Request::UpdateSignUp(_)
            | Request::PrepareSignUp(_)
            | Request::AttemptSignUp(_) => Self::Other,
            #[cfg(feature = "fake")]
            Request::Browser(_) => Self::Other,
        }
    }
}

impl Rejection {
    /// Returns what the server no longer knows, according to this rejection of a request about `subject`.
    pub(crate) fn forgotten<'a>(&self, subject: &'a Subject) -> Option<Forgotten<'a>> {
        let has = |codes: &[ErrorCode]| codes.iter().any(|code| self.has(code));
        if has(&CLIENT_UNKNOWN) {
            return Some(Forgotten::Client);
        }
        // The caller is not authenticated. A request of a session needs a session; the others need only a client.
        if has(&NOT_AUTHENTICATED) {
            return Some(match subject {
                Subject::Sessions => Forgotten::Sessions,
                Subject::Session(id) | Subject::OfUser(id) => Forgotten::Session(id),
                Subject::Client | Subject::Attempt(_) | Subject::Other => Forgotten::Client,
            });
        }
        if has(&[ErrorCode::ResourceNotFound]) && self.status == StatusCode::NOT_FOUND {
            return match subject {
                Subject::Client | Subject::Sessions => Some(Forgotten::Client),
                Subject::Session(id) => Some(Forgotten::Session(id)),
                Subject::Attempt(id) => Some(Forgotten::Attempt(id)),
                Subject::OfUser(_) | Subject::Other => None,
            };
        }
        None
    }

    /// Returns `true` if the sign-in that made the rejected request cannot continue.
    pub(crate) fn ends_a_sign_in(&self) -> bool {
        let attempt_unknown = [ErrorCode::ResourceNotFound, ErrorCode::ResourceForbidden];
        CLIENT_UNKNOWN.iter().chain(&NOT_AUTHENTICATED).chain(&attempt_unknown).any(|code| self.has(code))
    }
}

const CLIENT_UNKNOWN: [ErrorCode; 3] =
    [ErrorCode::ClientNotFound, ErrorCode::DevBrowserUnauthenticated, ErrorCode::AuthorizationHeaderFormatInvalid];

const NOT_AUTHENTICATED: [ErrorCode; 2] = [ErrorCode::AuthenticationInvalid, ErrorCode::SignedOut];
