//! Vocabularies of the Frontend API that may still grow: statuses, channels, kinds of identifier.

use super::open_enum::open_enum;

open_enum! {
    /// The status of a sign-in (`SignInStatus`).
    pub enum Status {
        /// The user has not given an identifier yet.
        NeedsIdentifier = "needs_identifier",
        /// A first factor must be verified: password, code, link, passkey, wallet, provider.
        NeedsFirstFactor = "needs_first_factor",
        /// The account requires a second factor.
        NeedsSecondFactor = "needs_second_factor",
        /// The password was right, but the client is new. A code sent to the user makes it trusted.
        NeedsClientTrust = "needs_client_trust",
        /// The user must choose a new password.
        NeedsNewPassword = "needs_new_password",
        /// Clerk Protect requires a proof first.
        NeedsProtectCheck = "needs_protect_check",
        /// Done: a session exists.
        Complete = "complete",
        /// Not finished in time (about 24 hours).
        Abandoned = "abandoned",
    }
}

open_enum! {
    /// The status of a sign-up (`SignUpStatus`).
    pub enum SignUpStatus {
        /// The instance requires more of the user than was given and verified.
        MissingRequirements = "missing_requirements",
        /// Done: a user and a session exist.
        Complete = "complete",
        /// Not finished in time (about 24 hours).
        Abandoned = "abandoned",
    }
}

open_enum! {
    /// The status of the verification of one factor.
    pub enum VerificationStatus {
        /// Prepared, but not answered correctly yet.
        Unverified = "unverified",
        /// Done.
        Verified = "verified",
        /// Too many wrong answers, or rejected by the provider. It must be prepared again.
        Failed = "failed",
        /// Not answered in time. It must be prepared again.
        Expired = "expired",
        /// Verified, but no user has this identifier: the sign-in can become a sign-up.
        Transferable = "transferable",
    }
}

open_enum! {
    /// The result of opening an email link, as the page behind the link receives it (`__clerk_status`).
    pub enum EmailLinkStatus {
        /// The factor is verified. The sign-in continues where it began.
        Verified = "verified",
        /// The link was too old. Send another one.
        Expired = "expired",
        /// The link does not work: a newer one was sent, or it was used before.
        Failed = "failed",
        /// The link must be opened in the browser in which the sign-in began.
        ClientMismatch = "client_mismatch",
    }
}

open_enum! {
    /// The trust that the server has in this client for this user (`ClientTrustState`).
    pub enum ClientTrustState {
        /// Not decided yet.
        Pending = "pending",
        /// The user never had a session on this client.
        New = "new",
        /// The user had a session on this client before.
        Known = "known",
    }
}

open_enum! {
    /// The kind of identifier of a sign-in (`SignInIdentifier`).
    pub enum IdentifierKind {
        /// An email address.
        EmailAddress = "email_address",
        /// A phone number in E.164 format.
        PhoneNumber = "phone_number",
        /// A user name.
        Username = "username",
        /// The address of a wallet.
        Web3Wallet = "web3_wallet",
        /// Listed by some instances, although it is not an identifier.
        Passkey = "passkey",
        /// Listed by some instances, although it is not an identifier.
        Password = "password",
    }
}

open_enum! {
    /// The channel through which a code reaches a phone.
    pub enum Channel {
        /// Text message.
        Sms = "sms",
        /// WhatsApp.
        Whatsapp = "whatsapp",
    }
}

open_enum! {
    /// The status of a session.
    pub enum SessionStatus {
        /// Usable.
        Active = "active",
        /// Created, but not usable until its tasks are done.
        Pending = "pending",
        /// Signed out.
        Ended = "ended",
        /// The lifetime of the session is over.
        Expired = "expired",
        /// Signed out and forgotten by the client.
        Removed = "removed",
        /// Another session replaced it.
        Replaced = "replaced",
        /// Ended by an administrator or from another client.
        Revoked = "revoked",
        /// Not used in time.
        Abandoned = "abandoned",
    }
}
