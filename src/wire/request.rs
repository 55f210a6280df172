//! All requests to the Frontend API.

use http::Method;

use crate::fault_switches::without;

use super::endpoints::{
    attempt_factor, client, complete_magic_link, create_sign_in, get_sign_in, passkey, prepare_factor, reset_password,
    session, sign_up, sign_up_verification, submit_proof, totp, touch_session, trusted_device, user, verify_captcha,
};
use super::{
    ActingSession, AttemptFactor, AttemptSignUp, AttemptTrustedDevice, ChangePassword, CompleteMagicLink,
    CreateSessionToken, CreateSignIn, CreateSignUp, GetSignIn, GetSignUp, OneSession, PrepareFactor, PrepareSignUp,
    PrepareTrustedDevice, RemovePasskey, RenamePasskey, ResetPassword, RevokeTrustedDevice, SubmitProof, TouchSession,
    UpdateSignUp, ValidateTrustedDevice, VerifyCaptcha, VerifyPasskey, VerifyTotp,
};

requests! {
    /// A request to the Frontend API.
    pub enum Request {
        /// `GET /v1/environment`: reads the settings of the instance. Clerk's JavaScript client uses `PATCH` instead.
        GetEnvironment = client::GET_ENVIRONMENT,
        /// `POST /v1/dev_browser`: registers a browser with a development instance.
        CreateDevelopmentBrowser = client::CREATE_DEVELOPMENT_BROWSER,

        /// `GET /v1/client`: reads the client, its sessions and the sign-in under way.
        GetClient = client::GET,
        /// `POST /v1/client`: registers this client.
        CreateClient = client::CREATE,
        /// `DELETE /v1/client`: ends every session of this client, and then forgets the client.
        DeleteClient = client::DELETE,
        /// `POST /v1/client/verify`: reports a solved captcha.
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
        /// `POST /v1/client/magic_links/complete`: completes a flow.
        ///
        /// An app sends this request after it was opened by a link that it had requested.
        CompleteMagicLink(CompleteMagicLink) = complete_magic_link::COMPLETE,
        /// `POST /v1/client/trusted_devices/validate`: asks whether a trusted device can be used on this client.
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
        /// `DELETE /v1/client/sessions`: ends every session of this client, but keeps the client.
        EndSessions = session::END_ALL,

        /// `GET /v1/me`: reads the user of a session.
        GetUser(ActingSession) = user::GET,
        /// `GET /v1/me/sessions/active`: lists the user's active sessions on all clients.
        ListSessions(ActingSession) = user::LIST_SESSIONS,
        /// `POST /v1/me/change_password`: sets a new password for the user of a session.
        ChangePassword(ChangePassword) = user::CHANGE_PASSWORD,
        /// `POST /v1/me/totp`: begins to set up an authenticator app for the user of a session.
        CreateTotp(ActingSession) = totp::CREATE,
        /// `POST /v1/me/totp/attempt_verification`: finishes the setup of an authenticator app.
        VerifyTotp(VerifyTotp) = totp::VERIFY,
        /// `POST /v1/me/passkeys`: begins to create a passkey for the user of a session.
        CreatePasskey(ActingSession) = passkey::CREATE,
        /// `POST /v1/me/passkeys/{passkey_id}/attempt_verification`: finishes the creation of a passkey.
        VerifyPasskey(VerifyPasskey) = passkey::VERIFY,
        /// `PATCH /v1/me/passkeys/{passkey_id}`: renames a passkey.
        RenamePasskey(RenamePasskey) = passkey::RENAME,
        /// `DELETE /v1/me/passkeys/{passkey_id}`: removes a passkey.
        RemovePasskey(RemovePasskey) = passkey::REMOVE,
        /// `GET /v1/me/trusted_devices`: lists the trusted devices that belong to the user of a session.
        ListTrustedDevices(ActingSession) = trusted_device::LIST,
        /// `POST /v1/me/trusted_devices/prepare`: begins to enrol a device for the user of a session.
        PrepareTrustedDevice(PrepareTrustedDevice) = trusted_device::PREPARE,
        /// `POST /v1/me/trusted_devices/attempt`: finishes the enrolment of a device.
        AttemptTrustedDevice(AttemptTrustedDevice) = trusted_device::ATTEMPT,
        /// `DELETE /v1/me/trusted_devices/{trusted_device_id}`: revokes a trusted device.
        RevokeTrustedDevice(RevokeTrustedDevice) = trusted_device::REVOKE,

        and
        /// A request that a browser or an app's own backend sends. SDKs never send such a request.
        Browser(super::BrowserRequest) if "fake",
    }
}

impl Request {
    /// Returns `true` if the request only reads data and can therefore be sent again after a failure.
    ///
    /// A request that uses up the nonce of a redirect does not count as a read, although its method is GET.
    #[must_use]
    pub fn is_read(&self) -> bool {
        #[cfg(feature = "fake")]
        if let Self::Browser(request) = self {
            return request.is_read();
        }
        let uses_up_a_nonce = match self {
            Self::GetSignIn(get) => get.rotating_token_nonce.is_some() && !without("a nonce is used once"),
            Self::GetSignUp(get) => get.rotating_token_nonce.is_some(),
            _ => false,
        };
        self.method() == Method::GET && !uses_up_a_nonce
    }

    /// Returns the HTTP method that is documented for the endpoint.
    #[must_use]
    pub fn method(&self) -> Method {
        self.endpoint().method.clone()
    }
}

/// Returns the value from the parameters, or the default value if the endpoint has no parameters.
pub(in crate::wire) fn if_any<T: Default, const N: usize>(given: [T; N]) -> T {
    given.into_iter().next().unwrap_or_default()
}
