//! The addresses of wallets, the messages that wallets sign, and the signatures.

use std::time::Duration;

use alloy_primitives::{Address, Signature};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ed25519_dalek::VerifyingKey;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use crate::wire::{Secret, Strategy, Timestamp};

/// A kind of chain, which determines the format of addresses and signatures.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::fake) enum Chain {
    Ethereum,
    Solana,
}

/// The strategies that verify a wallet, each with its chain.
const STRATEGIES: [(Strategy, Chain); 5] = [
    (Strategy::Web3MetamaskSignature, Chain::Ethereum),
    (Strategy::Web3BaseSignature, Chain::Ethereum),
    (Strategy::Web3CoinbaseWalletSignature, Chain::Ethereum),
    (Strategy::Web3OkxWalletSignature, Chain::Ethereum),
    (Strategy::Web3SolanaSignature, Chain::Solana),
];

/// Returns every strategy that verifies a wallet.
pub(in crate::fake) fn every_strategy() -> Vec<Strategy> {
    STRATEGIES.map(|(strategy, _)| strategy).into()
}

impl Chain {
    /// Returns the chain to which an address belongs. Returns `None` for an invalid address.
    ///
    /// The address of a Solana contract is invalid here, because a contract cannot sign.
    pub(in crate::fake) fn from_address(address: &str) -> Option<Self> {
        if address.starts_with("0x") {
            address.parse::<Address>().ok().map(|_| Self::Ethereum)
        } else {
            solana_key(address).map(|_| Self::Solana)
        }
    }

    pub(in crate::fake) fn strategies(self) -> impl Iterator<Item = Strategy> {
        STRATEGIES.into_iter().filter(move |(_, chain)| *chain == self).map(|(strategy, _)| strategy)
    }

    fn name(self) -> &'static str {
        match self {
            Self::Ethereum => "Ethereum",
            Self::Solana => "Solana",
        }
    }

    /// Returns the chain id that messages contain. The id of Ethereum's main network is 1 (EIP-155).
    fn id(self) -> &'static str {
        match self {
            Self::Ethereum => "1",
            Self::Solana => "solana:mainnet",
        }
    }
}

/// Returns the address in the notation of its chain. An Ethereum address is written with the EIP-55 checksum.
pub(in crate::fake) fn written(address: &str) -> String {
    match (address.starts_with("0x"), address.parse::<Address>()) {
        (true, Ok(address)) => address.to_checksum(None),
        _ => address.to_owned(),
    }
}

/// Returns the message that a wallet shows and signs (EIP-4361; Solana's wallets use the same text).
pub(in crate::fake) fn message(
    (domain, uri): (&str, &str),
    chain: Chain,
    address: &str,
    nonce: &str,
    (issued_at, lifetime): (Timestamp, Duration),
) -> String {
    format!(
        "{domain} wants you to sign in with your {chain} account:\n{address}\n\nSign in.\n\nURI: {uri}\nVersion: 1\nChain ID: \
         {id}\nNonce: {nonce}\nIssued At: {issued}\nExpiration Time: {expires}",
        chain = chain.name(),
        address = written(address),
        id = chain.id(),
        issued = rfc_3339(issued_at),
        expires = rfc_3339(issued_at + lifetime),
    )
}

fn rfc_3339(at: Timestamp) -> String {
    let nanos = i128::from(at.as_millis()) * 1_000_000;
    let time = OffsetDateTime::from_unix_timestamp_nanos(nanos).unwrap_or(OffsetDateTime::UNIX_EPOCH);
    time.format(&Rfc3339).unwrap_or_default()
}

/// Returns `true` if the account with this address signed the message.
pub(in crate::fake) fn is_signed_by(address: &str, message: &str, signature: &Secret) -> bool {
    match Chain::from_address(address) {
        Some(Chain::Ethereum) => signed_by_ethereum(address, message, signature.expose()).unwrap_or(false),
        Some(Chain::Solana) => signed_by_solana(address, message, signature.expose()).unwrap_or(false),
        None => false,
    }
}

/// Recovers the signer's address from the signature, and compares it with `address` (EIP-191, EIP-155).
fn signed_by_ethereum(address: &str, message: &str, signature: &str) -> Option<bool> {
    let address: Address = address.parse().ok()?;
    let signature: Signature = signature.parse().ok()?;
    Some(signature.recover_address_from_msg(message).ok()? == address)
}

fn signed_by_solana(address: &str, message: &str, signature: &str) -> Option<bool> {
    let signature = ed25519_dalek::Signature::from_slice(&STANDARD.decode(signature).ok()?).ok()?;
    Some(solana_key(address)?.verify_strict(message.as_bytes(), &signature).is_ok())
}

/// Returns the public key of a Solana account, which is the same as the account's address.
fn solana_key(address: &str) -> Option<VerifyingKey> {
    let bytes = bs58::decode(address).into_vec().ok()?;
    VerifyingKey::try_from(bytes.as_slice()).ok()
}
