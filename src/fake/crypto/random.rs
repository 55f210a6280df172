//! Ids, codes, tokens and salts derived from a seed.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use rand_chacha::ChaCha12Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};
use serde::{Deserialize, Serialize};

/// The source of all randomness. For a given seed, the n-th value is always the same.
#[derive(Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub(in crate::fake) struct Random {
    seed: u64,
    drawn: u64,
}

const ALPHANUMERIC: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
const HEX_DIGITS: &[u8; 16] = b"0123456789abcdef";
const DIGITS: &[u8; 10] = b"0123456789";
const BASE32: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
/// The length of Clerk's ids without the prefix.
const ID_LENGTH: usize = 27;
const TOKEN_LENGTH: usize = 43;
const TOKEN_ID_LENGTH: usize = 20;
const CODE_LENGTH: usize = 6;
const TOTP_SECRET_LENGTH: usize = 32;

impl Random {
    pub(in crate::fake) const fn new(seed: u64) -> Self {
        Self { seed, drawn: 0 }
    }

    /// Returns an id that starts with this prefix.
    ///
    /// Clerk's prefixes are `sia`, `sess`, `client`, `user`, `idn`, `dvb` and `sit`.
    pub(in crate::fake) fn id(&mut self, prefix: &str) -> String {
        format!("{prefix}_{}", self.text(ALPHANUMERIC, ID_LENGTH))
    }

    pub(in crate::fake) fn token(&mut self) -> String {
        self.text(ALPHANUMERIC, TOKEN_LENGTH)
    }

    /// Returns the id of a session token.
    pub(in crate::fake) fn token_id(&mut self) -> String {
        self.text(HEX_DIGITS, TOKEN_ID_LENGTH)
    }

    pub(in crate::fake) fn code(&mut self) -> String {
        self.text(DIGITS, CODE_LENGTH)
    }

    /// Returns the secret of an authenticator app (160 bits in base32, RFC 4226 section 4).
    pub(in crate::fake) fn totp_secret(&mut self) -> String {
        self.text(BASE32, TOTP_SECRET_LENGTH)
    }

    /// Returns a challenge that an authenticator must sign, once in base64url and once as bytes.
    pub(in crate::fake) fn challenge(&mut self) -> (String, [u8; 32]) {
        let mut bytes = [0; 32];
        self.draw().fill_bytes(&mut bytes);
        (URL_SAFE_NO_PAD.encode(bytes), bytes)
    }

    pub(in crate::fake) fn salt(&mut self) -> [u8; 16] {
        let mut salt = [0; 16];
        self.draw().fill_bytes(&mut salt);
        salt
    }

    fn text(&mut self, alphabet: &[u8], length: usize) -> String {
        let mut source = self.draw();
        let size = u64::try_from(alphabet.len()).unwrap_or(1);
        let letter = || {
            let at = usize::try_from(source.next_u64() % size).unwrap_or_default();
            char::from(alphabet.get(at).copied().unwrap_or(b'0'))
        };
        std::iter::repeat_with(letter).take(length).collect()
    }

    fn draw(&mut self) -> ChaCha12Rng {
        let mut source = ChaCha12Rng::seed_from_u64(self.seed);
        source.set_stream(self.drawn);
        self.drawn = self.drawn.wrapping_add(1);
        source
    }
}
