//! Factors that a user can verify.

use serde::{Deserialize, Serialize};

use super::Strategy;
use super::lenient::{Lenient, or_default, or_unknown, unknown};

/// A factor that a user can verify (`SignInFirstFactor`, `SignInSecondFactor`).
///
/// A factor combines a strategy with the address or device that the strategy uses.
#[doc(alias = "SignInFirstFactor")]
#[doc(alias = "SignInSecondFactor")]
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Factor {
    /// The strategy. `Unknown` with an empty text if the server did not send one.
    #[serde(default = "unknown", deserialize_with = "or_unknown")]
    pub strategy: Strategy,
    /// The email address or phone number, partly hidden because the user is not signed in yet.
    #[doc(alias = "safeIdentifier")]
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "or_default")]
    pub safe_identifier: Option<String>,
    /// The id of the email address, if the strategy sends an email.
    #[doc(alias = "emailAddressId")]
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "or_default")]
    pub email_address_id: Option<String>,
    /// The id of the phone number, if the strategy sends a code to a phone.
    #[doc(alias = "phoneNumberId")]
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "or_default")]
    pub phone_number_id: Option<String>,
    /// The id of the wallet.
    #[doc(alias = "web3WalletId")]
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "or_default")]
    pub web3_wallet_id: Option<String>,
    /// The id of the passkey.
    #[doc(alias = "passkeyId")]
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "or_default")]
    pub passkey_id: Option<String>,
    /// The id of the trusted device.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "or_default")]
    pub trusted_device_id: Option<String>,
    /// The id of the enterprise connection.
    #[doc(alias = "enterpriseConnectionId")]
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "or_default")]
    pub enterprise_connection_id: Option<String>,
    /// The name of the enterprise connection, which an app can show on a button.
    #[doc(alias = "enterpriseConnectionName")]
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "or_default")]
    pub enterprise_connection_name: Option<String>,
    /// `true` if this is the user's primary address or number.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "or_default")]
    pub primary: Option<bool>,
    /// `true` if the user made this factor the default second factor.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "or_default")]
    pub default: Option<bool>,
}

impl Lenient for Factor {}

impl Factor {
    /// Creates a factor that has only a strategy.
    #[must_use]
    pub const fn new(strategy: Strategy) -> Self {
        Self {
            strategy,
            safe_identifier: None,
            email_address_id: None,
            phone_number_id: None,
            web3_wallet_id: None,
            passkey_id: None,
            trusted_device_id: None,
            enterprise_connection_id: None,
            enterprise_connection_name: None,
            primary: None,
            default: None,
        }
    }
}
