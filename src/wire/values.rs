//! The closed vocabularies of the Frontend API that may still grow: statuses, channels, kinds of identifier.

use super::open_enum::open_enum;

open_enum! {
    /// Where a sign-in stands (`SignInStatus`).
    pub enum Status {
        /// The user has not said who they are yet.
        NeedsIdentifier = "needs_identifier",
        /// A first factor has to be verified: password, code, link, passkey, wallet, provider.
        NeedsFirstFactor = "needs_first_factor",
        /// The account asks for a second factor.
        NeedsSecondFactor = "needs_second_factor",
        /// The password was right, and the device is new: a code sent to the user makes it trusted.
        NeedsClientTrust = "needs_client_trust",
        /// The user has to choose a new password.
        NeedsNewPassword = "needs_new_password",
        /// Clerk Protect wants a proof first.
        NeedsProtectCheck = "needs_protect_check",
        /// Done: a session exists.
        Complete = "complete",
        /// Not finished in time, about 24 hours.
        Abandoned = "abandoned",
    }
}

open_enum! {
    /// Where a sign-up stands (`SignUpStatus`).
    pub enum SignUpStatus {
        /// The instance wants more of the user than was given and verified.
        MissingRequirements = "missing_requirements",
        /// Done: a user and a session exist.
        Complete = "complete",
        /// Not finished in time, about 24 hours.
        Abandoned = "abandoned",
    }
}

open_enum! {
    /// How far the verification of one factor is.
    pub enum VerificationStatus {
        /// Prepared, and not answered correctly yet.
        Unverified = "unverified",
        /// Done.
        Verified = "verified",
        /// Too many wrong answers, or refused by the provider: it has to be prepared again.
        Failed = "failed",
        /// Not answered in time: it has to be prepared again.
        Expired = "expired",
        /// Verified, but no user has this identifier: the sign-in can become a sign-up.
        Transferable = "transferable",
    }
}

open_enum! {
    /// How opening a link in an email went, as the page that it leads to is told (`__clerk_status`).
    pub enum EmailLinkStatus {
        /// The factor is verified; the sign-in goes on where it was begun.
        Verified = "verified",
        /// The link was too old: send another.
        Expired = "expired",
        /// The link does not work: a newer one was sent, or it was used before.
        Failed = "failed",
        /// The link has to be opened in the browser in which the sign-in was begun.
        ClientMismatch = "client_mismatch",
    }
}

open_enum! {
    /// What the server knows of this device for this user (`ClientTrustState`).
    pub enum ClientTrustState {
        /// Not decided yet.
        Pending = "pending",
        /// The user never had a session on this device.
        New = "new",
        /// The user had a session on this device before.
        Known = "known",
    }
}

open_enum! {
    /// What can be given as the identifier of a sign-in (`SignInIdentifier`).
    pub enum IdentifierKind {
        /// An email address.
        EmailAddress = "email_address",
        /// A phone number in E.164 format.
        PhoneNumber = "phone_number",
        /// A user name.
        Username = "username",
        /// The address of a wallet.
        Web3Wallet = "web3_wallet",
        /// Listed by some instances, though it is no identifier.
        Passkey = "passkey",
        /// Listed by some instances, though it is no identifier.
        Password = "password",
    }
}

open_enum! {
    /// How a code travels to a phone.
    pub enum Channel {
        /// Text message.
        Sms = "sms",
        /// WhatsApp.
        Whatsapp = "whatsapp",
    }
}

open_enum! {
    /// What has become of a session.
    pub enum SessionStatus {
        /// Usable.
        Active = "active",
        /// Created, but its tasks have to be done before it is usable.
        Pending = "pending",
        /// Signed out.
        Ended = "ended",
        /// Its lifetime is over.
        Expired = "expired",
        /// Signed out and forgotten by the device.
        Removed = "removed",
        /// Another session replaced it.
        Replaced = "replaced",
        /// Ended by an administrator or another device.
        Revoked = "revoked",
        /// Not used in time.
        Abandoned = "abandoned",
    }
}
