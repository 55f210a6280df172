//! A wallet that signs messages.

use std::fmt;

use async_trait::async_trait;

use super::CapabilityError;
use crate::wire::{Secret, Strategy};

/// The user's wallet, which signs a message to prove that an account on a blockchain belongs to the user.
///
/// # Contract
/// - The two async methods may show something to the user, and may take as long as the user needs.
/// - When a method's future is dropped, any prompt that the method has opened closes. If the prompt cannot be closed,
///   its result is ignored. Nothing is signed after the future is dropped.
/// - If the user declines, the error is [`CapabilityError::Cancelled`] (error code 4001 in EIP-1193).
#[async_trait]
pub trait Wallet: fmt::Debug + Send + Sync {
    /// The kind of wallet. It determines the strategy with which the wallet's signatures are verified.
    fn provider(&self) -> WalletProvider;

    /// Returns the address of the account with which the user signs in.
    ///
    /// An Ethereum address has the form `0x…` (EIP-55). A Solana address is in base58.
    ///
    /// # Errors
    /// [`CapabilityError`] if the user declines, if no wallet is available, or if the wallet fails.
    async fn address(&self) -> Result<String, CapabilityError>;

    /// Signs a message, and returns the signature in the format of the Frontend API.
    ///
    /// - Ethereum: the `personal_sign` signature (EIP-191) of the text, written as `0x` followed by 65 bytes in hex.
    /// - Solana: the Ed25519 signature of the text, in base64.
    ///
    /// # Errors
    /// [`CapabilityError`] if the user declines, if no wallet is available, or if the wallet fails.
    #[doc(alias = "generateSignature")]
    async fn sign_message(&self, request: WalletRequest<'_>) -> Result<Secret, CapabilityError>;
}

/// A request for a signature.
#[doc(alias = "GenerateSignatureParams")]
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct WalletRequest<'a> {
    /// The text to sign.
    pub message: &'a str,
    /// The kind of wallet that must sign. For a Solana wallet, it contains the wallet's name.
    pub provider: &'a WalletProvider,
    /// The address of the account whose key must sign; `None` if it is not known. The server may hide a part of
    /// it.
    pub address: Option<&'a str>,
}

impl<'a> WalletRequest<'a> {
    /// Creates a request to sign this text.
    #[must_use]
    pub const fn new(message: &'a str, provider: &'a WalletProvider) -> Self {
        Self { message, provider, address: None }
    }
}

/// A kind of wallet that the Frontend API supports.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum WalletProvider {
    /// `MetaMask`.
    Metamask,
    /// Base.
    Base,
    /// Coinbase Wallet.
    CoinbaseWallet,
    /// OKX Wallet.
    OkxWallet,
    /// A Solana wallet.
    Solana {
        /// The name under which the wallet registers itself in a browser, such as `Phantom`.
        #[doc(alias = "walletName")]
        wallet_name: String,
    },
}

impl WalletProvider {
    /// The wallet of a strategy. A Solana wallet then has an empty name.
    pub(crate) fn from_strategy(strategy: &Strategy) -> Option<Self> {
        Some(match strategy {
            Strategy::Web3MetamaskSignature => Self::Metamask,
            Strategy::Web3BaseSignature => Self::Base,
            Strategy::Web3CoinbaseWalletSignature => Self::CoinbaseWallet,
            Strategy::Web3OkxWalletSignature => Self::OkxWallet,
            Strategy::Web3SolanaSignature => Self::Solana { wallet_name: String::new() },
            _ => return None,
        })
    }

    /// The strategy with which the server verifies signatures from this kind of wallet.
    #[must_use]
    pub const fn strategy(&self) -> Strategy {
        match self {
            Self::Metamask => Strategy::Web3MetamaskSignature,
            Self::Base => Strategy::Web3BaseSignature,
            Self::CoinbaseWallet => Strategy::Web3CoinbaseWalletSignature,
            Self::OkxWallet => Strategy::Web3OkxWalletSignature,
            Self::Solana { .. } => Strategy::Web3SolanaSignature,
        }
    }
}
