//! A wallet that signs.

use std::fmt;

use async_trait::async_trait;

use super::CapabilityError;
use crate::wire::{Secret, Strategy};

/// A wallet of the user, which shows that an account on a chain is theirs by signing a message.
///
/// # Contract
/// - Both methods may show something to the user, and take as long as the user does.
/// - Dropping a future closes what it shows, or lets it come to nothing; it signs nothing else.
/// - A user who says no is [`CapabilityError::Cancelled`] (code 4001 of EIP-1193).
#[async_trait]
pub trait Wallet: fmt::Debug + Send + Sync {
    /// Which wallet it is: it says by which strategy the server verifies what it signs.
    fn provider(&self) -> WalletProvider;

    /// The address of the account that the user signs in with: `0x…` (EIP-55), base58 for Solana.
    ///
    /// # Errors
    /// [`CapabilityError`] if the user says no, there is no wallet, or it fails.
    async fn address(&self) -> Result<String, CapabilityError>;

    /// Signs a message with the key of that account, and returns the signature as the Frontend API takes it: for Ethereum
    /// `personal_sign` (EIP-191) over the text, `0x` and 65 bytes in hex; for Solana Ed25519 over the text, in base64.
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
        /// The wallet's name, as it registers itself in a browser: `Phantom`.
        wallet_name: String,
    },
}

impl WalletProvider {
    /// The strategy by which the server verifies what this wallet signs.
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
