//! A wallet that signs.

use std::fmt;

use async_trait::async_trait;

use super::CapabilityError;
use crate::wire::{Secret, Strategy};

/// A wallet of the user, which signs a message to prove that an account on a chain is theirs.
///
/// # Contract
/// - Both methods may show something to the user, and take as long as the user does.
/// - Dropping a future closes what it shows, or ignores the result. It signs nothing else.
/// - If the user says no, the error is [`CapabilityError::Cancelled`] (code 4001 of EIP-1193).
#[async_trait]
pub trait Wallet: fmt::Debug + Send + Sync {
    /// The kind of the wallet, which decides the strategy that verifies its signatures.
    fn provider(&self) -> WalletProvider;

    /// Returns the address of the account that the user signs in with: `0x…` (EIP-55), or base58 for Solana.
    ///
    /// # Errors
    /// [`CapabilityError`] if the user says no, there is no wallet, or it fails.
    async fn address(&self) -> Result<String, CapabilityError>;

    /// Signs a message with the key of that account, and returns the signature as the Frontend API takes it.
    ///
    /// - Ethereum: `personal_sign` (EIP-191) over the text, `0x` and 65 bytes in hex.
    /// - Solana: Ed25519 over the text, in base64.
    ///
    /// # Errors
    /// [`CapabilityError`] if the user says no, there is no wallet, or it fails.
    async fn sign_message(&self, message: &str) -> Result<Secret, CapabilityError>;
}

/// A kind of wallet that the Frontend API knows.
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
        /// The name with which the wallet registers itself in a browser: `Phantom`.
        wallet_name: String,
    },
}

impl WalletProvider {
    /// The strategy with which the server verifies this wallet's signatures.
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
