//! Enums for statuses, channels and kinds of identifiers. The Frontend API may add values to these enums.

use super::open_enum::open_enum;

open_enum! {
    /// The status of a sign-in (`SignInStatus`).
    pub enum Status {
        /// The user has not given an identifier yet.
        NeedsIdentifier = "needs_identifier",
        /// A first factor must be verified: a password, code, link, passkey, wallet or provider.
        NeedsFirstFactor = "needs_first_factor",
        /// The account requires a second factor.
        NeedsSecondFactor = "needs_second_factor",
        /// The password was right, but the client is new. The user must enter a code, which makes the client trusted.
        NeedsClientTrust = "needs_client_trust",
        /// The user must choose a new password.
        NeedsNewPassword = "needs_new_password",
        /// Clerk Protect requires a proof first.
        NeedsProtectCheck = "needs_protect_check",
        /// The sign-in is complete, and a session exists.
        Complete = "complete",
        /// The sign-in was not finished in time (about 24 hours).
        Abandoned = "abandoned",
    }
}

open_enum! {
    /// The status of a sign-up (`SignUpStatus`).
    pub enum SignUpStatus {
        /// Required data is still missing or not verified.
        MissingRequirements = "missing_requirements",
        /// The sign-up is complete, and a user and a session exist.
        Complete = "complete",
        /// The sign-up was not finished in time (about 24 hours).
        Abandoned = "abandoned",
    }
}

open_enum! {
    /// The name of a field that a sign-up asks for (`SignUpField`).
    ///
    /// A strategy such as `oauth_google` is [`Unknown`](Self::Unknown).
    pub enum SignUpFieldName {
        /// An email address.
        EmailAddress = "email_address",
        /// A phone number.
        PhoneNumber = "phone_number",
        /// An email address or a phone number.
        EmailAddressOrPhoneNumber = "email_address_or_phone_number",
        /// The address of a wallet.
        Web3Wallet = "web3_wallet",
        /// A user name.
        Username = "username",
        /// A password.
        Password = "password",
        /// A first name.
        FirstName = "first_name",
        /// A last name.
        LastName = "last_name",
        /// Agreement to the legal terms.
        LegalAccepted = "legal_accepted",
        /// A sign-in with the enterprise connection that the email address belongs to.
        EnterpriseSso = "enterprise_sso",
    }
}

open_enum! {
    /// The status of the verification of one factor.
    pub enum VerificationStatus {
        /// The verification was prepared, but has not been answered correctly yet.
        Unverified = "unverified",
        /// The factor is verified.
        Verified = "verified",
        /// There were too many wrong answers, or the provider rejected the user. The factor must be prepared again.
        Failed = "failed",
        /// The verification was not answered in time. The factor must be prepared again.
        Expired = "expired",
        /// The identifier is verified, but no user has it. The sign-in can become a sign-up.
        Transferable = "transferable",
    }
}

open_enum! {
    /// The result of opening an email link. The link leads to a page, which receives this result as `__clerk_status`.
    pub enum EmailLinkStatus {
        /// The factor is verified. The sign-in continues in the app or browser in which it began.
        Verified = "verified",
        /// The link has expired. Send a new one.
        Expired = "expired",
        /// The link does not work, because it was already used or because a newer link was sent.
        Failed = "failed",
        /// The link must be opened in the browser in which the sign-in began.
        ClientMismatch = "client_mismatch",
    }
}

open_enum! {
    /// The server's trust in this client for the user who signs in (`ClientTrustState`).
    pub enum ClientTrustState {
        /// The server has not decided yet whether it trusts the client.
        Pending = "pending",
        /// The user never had a session on this client.
        New = "new",
        /// The user had a session on this client before.
        Known = "known",
    }
}

open_enum! {
    /// The kind of identifier that a sign-in uses (`SignInIdentifier`).
    pub enum IdentifierKind {
        /// An email address.
        EmailAddress = "email_address",
        /// A phone number in E.164 format.
        PhoneNumber = "phone_number",
        /// A user name.
        Username = "username",
        /// The address of a wallet.
        Web3Wallet = "web3_wallet",
        /// A passkey. Some instances list it, although it is not an identifier.
        Passkey = "passkey",
        /// A password. Some instances list it, although it is not an identifier.
        Password = "password",
    }
}

open_enum! {
    /// The channel through which a code reaches a phone.
    pub enum Channel {
        /// A text message.
        Sms = "sms",
        /// A WhatsApp message.
        Whatsapp = "whatsapp",
    }
}

open_enum! {
    /// The status of a session.
    pub enum SessionStatus {
        /// The session is usable.
        Active = "active",
        /// The session exists, but is not usable until its tasks are done.
        Pending = "pending",
        /// The user signed out.
        Ended = "ended",
        /// The lifetime of the session is over.
        Expired = "expired",
        /// The user signed out, and the session was removed from the client.
        Removed = "removed",
        /// Another session replaced this one.
        Replaced = "replaced",
        /// The session was ended by an administrator or from another client.
        Revoked = "revoked",
        /// The session was unused for too long.
        Abandoned = "abandoned",
    }
}

open_enum! {
    /// The key of a task that a user must complete before a session is usable (`SessionTask['key']`).
    pub enum SessionTaskKey {
        /// The user must choose an organization. See
        /// [`set_active_organization`](crate::Client::set_active_organization).
        ChooseOrganization = "choose-organization",
        /// The user must set a new password.
        ResetPassword = "reset-password",
        /// The user must set up a second factor.
        SetupMfa = "setup-mfa",
    }
}

/// A key that the server left out is unknown.
impl Default for SessionTaskKey {
    fn default() -> Self {
        Self::from("")
    }
}
