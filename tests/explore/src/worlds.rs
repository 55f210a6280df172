//! The worlds: each has one user, and one concern.

use std::time::Duration;

use clerk_sign_in::fake::{FakeBackend, FakeState, NewUser, Settings, UserChange};
use clerk_sign_in::platform::{LocalDeviceKey, LocalPasskeys, LocalWallet, TrustedDeviceKey, Wallet, WalletProvider};
use clerk_sign_in::wire::{DevicePlatform, Timestamp};
use futures::FutureExt;

use crate::app::{BACKUP_CODES, Keys, PASSWORDS};
use crate::moves::Move::{self, *};

pub const PAGE: &str = "https://example.com/verified";
const TOTP_SECRET: &str = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";
const KEY: [u8; 32] = [0x11; 32];

/// A server with one user, and the moves that are made there.
pub struct World {
    pub address: &'static str,
    pub ticket: String,
    /// `true` if the user has set up a second factor.
    pub has_second_factor: bool,
    /// `true` if a right answer may count only after a while, so that a session may not be reached without a wait.
    pub needs_time: bool,
    pub moves: Vec<Move>,
    pub beginning: FakeState,
}

pub struct Plan {
    name: &'static str,
    user: fn() -> NewUser,
    settings: fn(&mut Settings),
    has_second_factor: bool,
    /// `true` if the user has a wallet, a passkey and a trusted device.
    has_keys: bool,
    is_known: bool,
    moves: &'static [Move],
    waits: (u8, u8),
}

const ADDRESS: &str = "ada@example.com";
const ANYWHERE: [Move; 4] = [Refresh, Resume, Restart, StartOver];

fn plain() -> NewUser {
    NewUser::new(ADDRESS)
}

fn with_password() -> NewUser {
    plain().password(PASSWORDS[0])
}

fn with_totp() -> NewUser {
    with_password().totp_secret(TOTP_SECRET)
}

const CODES: &[Move] =
    &[Create, CreateWithEmailCode, SendEmailCode, Verify(true), Verify(false), Resend, ChooseAnother];
const PASSWORD: &[Move] =
    &[Create, CreateWithPassword(true), CreateWithPassword(false), Password(true), Password(false)];

pub const PLANS: &[Plan] = &[
    Plan { name: "email code", user: plain, moves: CODES, waits: (2, 1), ..BASE },
    Plan {
        name: "email code, lockout",
        settings: |settings| settings.lockout_attempts = 3,
        moves: CODES,
        waits: (1, 0),
        ..BASE
    },
    Plan { name: "password", user: with_password, moves: PASSWORD, waits: (2, 1), ..BASE },
    Plan {
        name: "password, lockout",
        user: with_password,
        settings: |settings| settings.lockout_attempts = 3,
        moves: PASSWORD,
        waits: (1, 0),
        ..BASE
    },
    Plan {
        name: "reset",
        user: with_password,
        moves: &[
            Create,
            CreateWithResetCode,
            SendResetCode,
            Verify(true),
            Verify(false),
            Resend,
            ChooseAnother,
            SubmitPassword(true),
            SubmitPassword(false),
            CreateWithPassword(true),
        ],
        waits: (1, 0),
        ..BASE
    },
    Plan {
        name: "authenticator app",
        user: with_totp,
        has_second_factor: true,
        moves: &[Create, CreateWithPassword(true), Password(true), Password(false), Totp(true), Totp(false)],
        ..BASE
    },
    Plan {
        name: "backup codes",
        user: || with_totp().backup_code(BACKUP_CODES[0]).backup_code(BACKUP_CODES[1]),
        has_second_factor: true,
        moves: &[CreateWithPassword(true), Totp(true), Totp(false), BackupCode(true), BackupCode(false)],
        ..BASE
    },
    Plan {
        name: "second factor by email",
        user: || with_password().email_code_second_factor(),
        has_second_factor: true,
        moves: &[CreateWithPassword(true), SendEmailCode, Verify(true), Verify(false), Resend, ChooseAnother],
        ..BASE
    },
    Plan {
        name: "second factor by phone",
        user: || with_password().phone_number("+493012345678").phone_code_second_factor(),
        has_second_factor: true,
        moves: &[CreateWithPassword(true), SendPhoneCode, Verify(true), Verify(false), Resend, ChooseAnother],
        ..BASE
    },
    Plan {
        name: "passkey as second factor",
        user: with_totp,
        settings: |settings| settings.passkey_satisfies_second_factor = true,
        has_second_factor: true,
        has_keys: true,
        moves: &[
            CreateWithPassword(true),
            ChallengePasskey,
            Sign(true),
            Sign(false),
            Resend,
            ChooseAnother,
            Totp(true),
        ],
        ..BASE
    },
    Plan {
        name: "client trust",
        user: with_password,
        settings: |settings| settings.client_trust = true,
        moves: &[
            CreateWithPassword(true),
            Create,
            Password(true),
            SendEmailCode,
            Verify(true),
            Verify(false),
            Resend,
            ChooseAnother,
        ],
        ..BASE
    },
    Plan {
        name: "links",
        settings: |settings| settings.client_trust = true,
        user: with_password,
        moves: &[Create, CreateWithPassword(true), SendEmailLink, OpenLink, Resend, ChooseAnother],
        ..BASE
    },
    Plan {
        name: "ticket",
        moves: &[CreateWithTicket(true), CreateWithTicket(false), Create, Totp(true), Totp(false)],
        user: with_totp,
        has_second_factor: true,
        ..BASE
    },
    Plan {
        name: "wallet",
        has_keys: true,
        moves: &[Create, ChallengeWallet, Sign(true), Sign(false), Resend, ChooseAnother],
        ..BASE
    },
    Plan {
        name: "passkey",
        has_keys: true,
        moves: &[Create, ChallengePasskey, Sign(true), Sign(false), Resend, ChooseAnother],
        ..BASE
    },
    Plan {
        name: "trusted device",
        has_keys: true,
        moves: &[Create, ChallengeTrustedDevice, Sign(true), Sign(false), Resend, ChooseAnother],
        ..BASE
    },
    Plan {
        name: "gates",
        user: with_totp,
        has_second_factor: true,
        moves: &[
            Create,
            CreateWithPassword(true),
            Password(true),
            Totp(true),
            Demand,
            SubmitProof(true),
            SubmitProof(false),
        ],
        ..BASE
    },
    Plan {
        name: "password too old",
        user: with_totp,
        settings: |settings| settings.passwords_valid_since = Some(Timestamp::from_millis(1_767_225_600_001)),
        has_second_factor: true,
        moves: &[CreateWithPassword(true), SubmitPassword(true), SubmitPassword(false), Totp(true)],
        waits: (1, 0),
        ..BASE
    },
    Plan {
        name: "sign-up",
        is_known: false,
        moves: &[CreateOrSignUp, SendEmailCode, Verify(true), Verify(false), Resend, ChooseAnother, SignUp],
        ..BASE
    },
    Plan {
        name: "older handle",
        user: with_password,
        moves: &[Create, Password(true), SendEmailCode, Verify(true), OlderHandle],
        ..BASE
    },
];

const BASE: Plan = Plan {
    name: "",
    user: plain,
    settings: |_| {},
    has_second_factor: false,
    has_keys: false,
    is_known: true,
    moves: &[],
    waits: (1, 0),
};

impl Plan {
    pub const fn name(&self) -> &'static str {
        self.name
    }

    /// The highest number of waits for a run without accidents, and for one with accidents.
    pub const fn waits(&self) -> (u8, u8) {
        self.waits
    }

    /// Makes the world, and the user's keys.
    pub fn make(&self) -> (World, Keys) {
        let fake = FakeBackend::new();
        fake.configure(|settings| {
            settings.code_attempts = 2;
            settings.lockout_attempts = 0;
            settings.client_trust = false;
            settings.reject_signed_in_identifiers = false;
            (self.settings)(settings);
        });
        let mut ticket = String::new();
        if self.is_known {
            fake.add_user((self.user)()).expect("a new user");
            let made = fake.add_ticket(ADDRESS, Duration::from_secs(30 * 24 * 60 * 60)).expect("the user exists");
            made.ticket.expose().clone_into(&mut ticket);
        }
        let keys = keys(&fake, self.has_keys);
        let settings = fake.settings();
        let moves = self.moves.iter().chain(&ANYWHERE).chain(&[Finalize, SignOut]).copied().collect();
        let world = World {
            address: ADDRESS,
            ticket,
            has_second_factor: self.has_second_factor,
            needs_time: settings.lockout_attempts > 0 || self.moves.contains(&Totp(true)),
            moves,
            beginning: fake.state(),
        };
        (world, keys)
    }
}

fn keys(fake: &FakeBackend, are_given: bool) -> Keys {
    let wallet = LocalWallet::new(WalletProvider::Metamask, &KEY).expect("a key of secp256k1");
    let wallet_address = wallet.address().now_or_never().and_then(Result::ok).expect("an address");
    let passkeys = LocalPasskeys::new(&fake.settings().issuer).expect("a URL");
    let device = LocalDeviceKey::generate();
    let mut device_id = String::new();
    if are_given {
        let user = fake.user(ADDRESS).expect("the user exists");
        let mut change = UserChange::default();
        change.web3_wallets = Some(vec![wallet_address.clone()]);
        fake.change_user(&user.id, change).expect("nobody else has the wallet");
        let options = fake.new_passkey(ADDRESS).expect("the user exists");
        let made = passkeys.create(&options);
        let made = made.now_or_never().and_then(Result::ok).expect("a passkey");
        fake.add_passkey(ADDRESS, made.expose()).expect("a right passkey");
        let jwk = device.public_key_jwk().now_or_never().and_then(Result::ok).expect("a key");
        let app = (DevicePlatform::Ios, "com.example.app");
        device_id = fake.add_trusted_device(&user.id, app, &jwk).expect("a right key");
    }
    Keys { wallet, wallet_address, passkeys, device, device_id }
}
