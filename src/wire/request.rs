//! Every request, from the endpoints in their files.

use http::Method;

use super::endpoints::{
    attempt_factor, client, complete_magic_link, create_sign_in, get_sign_in, passkey, prepare_factor, reset_password,
    session, sign_up, sign_up_verification, submit_proof, touch_session, trusted_device, user, verify_captcha,
};
use super::{
    ActingSession, AttemptFactor, AttemptSignUp, AttemptTrustedDevice, CompleteMagicLink, CreateSessionToken,
    CreateSignIn, CreateSignUp, GetSignIn, GetSignUp, OneSession, PrepareFactor, PrepareSignUp, PrepareTrustedDevice,
    RemovePasskey, RenamePasskey, ResetPassword, RevokeTrustedDevice, SubmitProof, TouchSession, UpdateSignUp,
    ValidateTrustedDevice, VerifyCaptcha, VerifyPasskey,
};

requests! {
    /// A request to the Frontend API.
    pub enum Request {
        /// `GET /v1/environment`: how the instance is set up. A browser's client asks by `PATCH`.
        GetEnvironment = client::GET_ENVIRONMENT,
        /// `POST /v1/dev_browser`: makes a browser known to a development instance.
        CreateDevelopmentBrowser = client::CREATE_DEVELOPMENT_BROWSER,

        /// `GET /v1/client`: the client, its sessions, the sign-in under way.
        GetClient = client::GET,
        /// `POST /v1/client`: makes this client known.
        CreateClient = client::CREATE,
        /// `DELETE /v1/client`: ends every session of this client, and forgets the client.
        DeleteClient = client::DELETE,
        /// `POST /v1/client/verify`: a captcha was solved.
        VerifyCaptcha(VerifyCaptcha) = verify_captcha::VERIFY,

        /// `POST /v1/client/sign_ins`
        CreateSignIn(CreateSignIn) = create_sign_in::CREATE,
        /// `GET /v1/client/sign_ins/{sign_in_id}`
        GetSignIn(GetSignIn) = get_sign_in::GET,
        /// `POST /v1/client/sign_ins/{sign_in_id}/prepare_first_factor`
        PrepareFirstFactor(PrepareFactor) = prepare_factor::PREPARE_FIRST,
        /// `POST /v1/client/sign_ins/{sign_in_id}/attempt_first_factor`
        AttemptFirstFactor(AttemptFactor) = attempt_factor::ATTEMPT_FIRST,
        /// `POST /v1/client/sign_ins/{sign_in_id}/prepare_second_factor`
        PrepareSecondFactor(PrepareFactor) = prepare_factor::PREPARE_SECOND,
        /// `POST /v1/client/sign_ins/{sign_in_id}/attempt_second_factor`
        AttemptSecondFactor(AttemptFactor) = attempt_factor::ATTEMPT_SECOND,
        /// `POST /v1/client/sign_ins/{sign_in_id}/reset_password`
        ResetPassword(ResetPassword) = reset_password::RESET,
        /// `PATCH /v1/client/sign_ins/{sign_in_id}/protect_check`
        SubmitProof(SubmitProof) = submit_proof::SUBMIT,
        /// `POST /v1/client/magic_links/complete`: a link led back to the native app that asked for it.
        CompleteMagicLink(CompleteMagicLink) = complete_magic_link::COMPLETE,
        /// `POST /v1/client/trusted_devices/validate`: can a trusted device sign in from here?
        ValidateTrustedDevice(ValidateTrustedDevice) = trusted_device::VALIDATE,

        /// `POST /v1/client/sign_ups`
        CreateSignUp(CreateSignUp) = sign_up::CREATE,
        /// `GET /v1/client/sign_ups/{sign_up_id}`
        GetSignUp(GetSignUp) = sign_up::GET,
        /// `PATCH /v1/client/sign_ups/{sign_up_id}`
        UpdateSignUp(UpdateSignUp) = sign_up::UPDATE,
        /// `POST /v1/client/sign_ups/{sign_up_id}/prepare_verification`
        PrepareSignUp(PrepareSignUp) = sign_up_verification::PREPARE,
        /// `POST /v1/client/sign_ups/{sign_up_id}/attempt_verification`
        AttemptSignUp(AttemptSignUp) = sign_up_verification::ATTEMPT,

        /// `GET /v1/client/sessions/{session_id}`
        GetSession(OneSession) = session::GET,
        /// `POST /v1/client/sessions/{session_id}/touch`
        TouchSession(TouchSession) = touch_session::TOUCH,
        /// `POST /v1/client/sessions/{session_id}/tokens`
        CreateSessionToken(CreateSessionToken) = session::CREATE_TOKEN,
        /// `POST /v1/client/sessions/{session_id}/end`
        EndSession(OneSession) = session::END,
        /// `POST /v1/client/sessions/{session_id}/remove`
        RemoveSession(OneSession) = session::REMOVE,
        /// `DELETE /v1/client/sessions`: ends every session of this client, which stays known.
        EndSessions = session::END_ALL,

        /// `GET /v1/me`: the user of a session.
        GetUser(ActingSession) = user::GET,
        /// `GET /v1/me/sessions/active`: the sessions of a session's user, on every client.
        ListSessions(ActingSession) = user::LIST_SESSIONS,
        /// `POST /v1/me/passkeys`: a session's user begins to make a passkey.
        CreatePasskey(ActingSession) = passkey::CREATE,
        /// `POST /v1/me/passkeys/{passkey_id}/attempt_verification`: the passkey is made.
        VerifyPasskey(VerifyPasskey) = passkey::VERIFY,
        /// `PATCH /v1/me/passkeys/{passkey_id}`: a passkey has another name.
        RenamePasskey(RenamePasskey) = passkey::RENAME,
        /// `DELETE /v1/me/passkeys/{passkey_id}`: a passkey is removed.
        RemovePasskey(RemovePasskey) = passkey::REMOVE,
        /// `GET /v1/me/trusted_devices`: the trusted devices of a session's user.
        ListTrustedDevices(ActingSession) = trusted_device::LIST,
        /// `POST /v1/me/trusted_devices/prepare`: a session's user begins to enrol a device.
        PrepareTrustedDevice(PrepareTrustedDevice) = trusted_device::PREPARE,
        /// `POST /v1/me/trusted_devices/attempt`: the device is enrolled.
        AttemptTrustedDevice(AttemptTrustedDevice) = trusted_device::ATTEMPT,
        /// `DELETE /v1/me/trusted_devices/{trusted_device_id}`: a trusted device is revoked.
        RevokeTrustedDevice(RevokeTrustedDevice) = trusted_device::REVOKE,

        and
        /// A request of a browser or an app's own backend, which no SDK makes.
        Browser(super::BrowserRequest) if "fake",
    }
}

impl Request {
    /// Returns `true` if it only reads, so that it may be sent again after a failure.
    #[must_use]
    pub fn is_read(&self) -> bool {
        #[cfg(feature = "fake")]
        if let Self::Browser(request) = self {
            return request.is_read();
        }
        self.method() == Method::GET
    }

    /// The method that the endpoint is documented with.
    #[must_use]
    pub fn method(&self) -> Method {
        self.endpoint().method.clone()
    }
}

/// Returns what the parameters give, if there are any.
pub(in crate::wire) fn if_any<T: Default, const N: usize>(given: [T; N]) -> T {
    given.into_iter().next().unwrap_or_default()
}
