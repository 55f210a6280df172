// These modules show the documents in `docs` as pages beside the items that they describe. A link definition in this
// file takes precedence over a definition in the document. The documents' own link definitions are for readers of the
// repository.

//!
//! [architecture]: crate::guide::architecture
//! [backend]: crate::guide::backend
//! [compiler_messages]: crate::guide::compiler_messages
//! [errors]: crate::guide::errors
//! [fake_server]: crate::guide::fake_server
//! [from_clerk_js]: crate::guide::from_clerk_js
//! [from_other_sdks]: crate::guide::from_other_sdks
//! [machine]: crate::guide::machine
//! [`AnySignIn`]: crate::AnySignIn
//! [`Browser`]: crate::platform::Browser
//! [`ChallengeSolver`]: crate::platform::ChallengeSolver
//! [`Client`]: crate::Client
//! [`Client::active_session`]: crate::Client::active_session
//! [`CallPolicy`]: crate::backend::CallPolicy
//! [`Complete`]: crate::Complete
//! [`DynamicSignIn`]: crate::dynamic::DynamicSignIn
//! [`DynamicSignIn::changes`]: crate::dynamic::DynamicSignIn::changes
//! [`DynamicSignIn::reset`]: crate::dynamic::DynamicSignIn::reset
//! [`DynamicSignIn::snapshot`]: crate::dynamic::DynamicSignIn::snapshot
//! [`DynamicSignIn::steps`]: crate::dynamic::DynamicSignIn::steps
#![cfg_attr(any(feature = "server", feature = "testing"), doc = "[`CheckedBackend`]: crate::testing::CheckedBackend")]
#![cfg_attr(feature = "testing", doc = "[`Invariants`]: crate::testing::Invariants")]
#![cfg_attr(feature = "local-passkeys", doc = "[`LocalPasskeys`]: crate::platform::LocalPasskeys")]
#![cfg_attr(feature = "local-wallet", doc = "[`LocalWallet`]: crate::platform::LocalWallet")]
//! [`NeedsClientTrust`]: crate::NeedsClientTrust
//! [`NeedsFirstFactor`]: crate::NeedsFirstFactor
//! [`NeedsNewPassword`]: crate::NeedsNewPassword
//! [`NeedsProtectCheck`]: crate::NeedsProtectCheck
//! [`NeedsSecondFactor`]: crate::NeedsSecondFactor
//! [`PasskeyAuthenticator`]: crate::platform::PasskeyAuthenticator
//! [`RedirectReady`]: crate::RedirectReady
//! [`StepError::Moved`]: crate::StepError::Moved
#![cfg_attr(feature = "system-browser", doc = "[`SystemBrowser`]: crate::platform::SystemBrowser")]
//! [`Timer`]: crate::platform::Timer
#![cfg_attr(feature = "http", doc = "[`TokioTimer`]: crate::platform::TokioTimer")]
//! [`Transferable`]: crate::Transferable
#![cfg_attr(feature = "testing", doc = "[`Walker`]: crate::testing::Walker")]
//! [`Wallet`]: crate::platform::Wallet
//! [`WalletProvider`]: crate::platform::WalletProvider
#![cfg_attr(feature = "testing", doc = "[`actions`]: crate::testing::actions")]
#![doc = include_str!("../docs/guide.md")]

/// Errors: how an app examines them, and how it reacts.
pub mod errors {
    //!
    //! [`AnySignIn`]: crate::AnySignIn
    //! [`Client::resume`]: crate::Client::resume
    //! [`Client::set_active`]: crate::Client::set_active
    //! [`Client::solve_captcha`]: crate::Client::solve_captcha
    //! [`Error`]: crate::Error
    //! [`Error::kind`]: crate::Error::kind
    //! [`Error::user_message`]: crate::Error::user_message
    //! [`ErrorCode`]: crate::wire::ErrorCode
    //! [`ErrorKind`]: crate::ErrorKind
    //! [`StepError`]: crate::StepError
    //! [`StepError::Moved`]: crate::StepError::Moved
    //! [`StepError::Stayed`]: crate::StepError::Stayed
    #![doc = include_str!("../docs/errors.md")]
}

/// The twelve most common mistakes: the compiler's message for each mistake, and how to correct it.
pub mod compiler_messages {
    //!
    //! [`AfterCreate`]: crate::AfterCreate
    //! [`AnySignIn`]: crate::AnySignIn
    //! [`Backend`]: crate::backend::Backend
    //! [`Client::resume`]: crate::Client::resume
    //! [`Resumed`]: crate::Resumed
    //! [`Stage`]: crate::Stage
    //! [`Started`]: crate::Started
    //! [`StepError`]: crate::StepError
    //! [`Transport`]: crate::backend::Transport
    //! [`platform`]: crate::platform
    #![doc = include_str!("../docs/compiler-messages.md")]
}

/// The states, the steps that are legal in each state, and where each step can lead.
pub mod machine {
    //!
    //! [`DynamicSignIn`]: crate::dynamic::DynamicSignIn
    //! [`StepError::Moved`]: crate::StepError::Moved
    //! [`relation`]: crate::relation
    #![doc = include_str!("../docs/machine.md")]
}

/// The calls of Clerk's other SDKs, and the calls that replace them in this crate.
pub mod from_other_sdks {
    //!
    //! [from_clerk_js]: crate::guide::from_clerk_js
    //! [`AnySignIn`]: crate::AnySignIn
    //! [`Client::changes`]: crate::Client::changes
    //! [`Client::complete_magic_link`]: crate::Client::complete_magic_link
    //! [`Client::end_session`]: crate::Client::end_session
    //! [`Client::export`]: crate::Client::export
    //! [`Client::new`]: crate::Client::new
    //! [`Client::resume`]: crate::Client::resume
    //! [`Client::session_token`]: crate::Client::session_token
    //! [`Client::set_active`]: crate::Client::set_active
    //! [`Client::set_active_organization`]: crate::Client::set_active_organization
    //! [`Client::sign_out`]: crate::Client::sign_out
    //! [`Error::rejection`]: crate::Error::rejection
    //! [`Finalized::Pending`]: crate::Finalized::Pending
    //! [`StepError`]: crate::StepError
    //! [`Transferable`]: crate::Transferable
    #![doc = include_str!("../docs/from-other-sdks.md")]
}

/// The names of clerk-js's sign-in objects, and what this crate has for each of them.
pub mod from_clerk_js {
    //!
    //! [from_other_sdks]: crate::guide::from_other_sdks
    //! [machine]: crate::guide::machine
    //! [`AnySignIn`]: crate::AnySignIn
    //! [`Browser`]: crate::platform::Browser
    //! [`Client`]: crate::Client
    //! [`CodeSent`]: crate::CodeSent
    //! [`Complete`]: crate::Complete
    //! [`DynamicSignIn`]: crate::dynamic::DynamicSignIn
    //! [`Factor`]: crate::wire::Factor
    //! [`Landing`]: crate::Landing
    //! [`LinkSent`]: crate::LinkSent
    //! [`NeedsClientTrust`]: crate::NeedsClientTrust
    //! [`NeedsFirstFactor`]: crate::NeedsFirstFactor
    //! [`NeedsIdentifier`]: crate::NeedsIdentifier
    //! [`NeedsNewPassword`]: crate::NeedsNewPassword
    //! [`NeedsProtectCheck`]: crate::NeedsProtectCheck
    //! [`NeedsSecondFactor`]: crate::NeedsSecondFactor
    //! [`PasskeyAuthenticator`]: crate::platform::PasskeyAuthenticator
    //! [`PasskeyChallenged`]: crate::PasskeyChallenged
    //! [`PasswordPolicy`]: crate::PasswordPolicy
    //! [`RedirectReady`]: crate::RedirectReady
    //! [`ResetCodeSent`]: crate::ResetCodeSent
    //! [`StepError`]: crate::StepError
    //! [`Transferable`]: crate::Transferable
    //! [`Verification`]: crate::wire::Verification
    //! [`Wallet`]: crate::platform::Wallet
    //! [`WalletChallenged`]: crate::WalletChallenged
    //! [`WalletRequest`]: crate::platform::WalletRequest
    #![doc = include_str!("../docs/from-clerk-js.md")]
}

/// `clerk-fake`: a sign-in server for tests in any language.
pub mod fake_server {
    //!
    #![doc = include_str!("../docs/fake-server.md")]
}

/// A guide to writing a backend, with the laws that check it.
pub mod backend {
    //!
    //! [`Backend`]: crate::backend::Backend
    #![cfg_attr(feature = "testing", doc = "[`CheckedBackend`]: crate::testing::CheckedBackend")]
    #![cfg_attr(feature = "fake", doc = "[`FakeBackend`]: crate::fake::FakeBackend")]
    #![cfg_attr(feature = "testing", doc = "[`Harness`]: crate::testing::laws::Harness")]
    //! [`HttpBackend`]: crate::HttpBackend
    //! [`Transport`]: crate::backend::Transport
    #![cfg_attr(feature = "testing", doc = "[`testing::check`]: crate::testing::check()")]
    #![cfg_attr(feature = "testing", doc = "[`testing::laws`]: crate::testing::laws")]
    #![doc = include_str!("../docs/backend.md")]
}

/// The design of the crate, and the reasons for it.
pub mod architecture {
    //!
    //! [machine]: crate::guide::machine
    //! [`Backend`]: crate::backend::Backend
    //! [`BeforeFirstFactor`]: crate::BeforeFirstFactor
    //! [`Browser`]: crate::platform::Browser
    //! [`Checkpoint`]: crate::Checkpoint
    //! [`Client`]: crate::Client
    //! [`Client::export`]: crate::Client::export
    //! [`Client::resume`]: crate::Client::resume
    //! [`Client::solve_captcha`]: crate::Client::solve_captcha
    //! [`CodeSent`]: crate::CodeSent
    //! [`Complete`]: crate::Complete
    #![cfg_attr(feature = "http", doc = "[`HttpBackend`]: crate::HttpBackend")]
    //! [`Identity`]: crate::backend::Identity
    //! [`NeedsClientTrust`]: crate::NeedsClientTrust
    //! [`NeedsFirstFactor`]: crate::NeedsFirstFactor
    //! [`NeedsIdentifier`]: crate::NeedsIdentifier
    //! [`NeedsSecondFactor`]: crate::NeedsSecondFactor
    //! [`PasskeyChallenged`]: crate::PasskeyChallenged
    //! [`RedirectReady`]: crate::RedirectReady
    //! [`Request`]: crate::wire::Request
    //! [`CallPolicy`]: crate::backend::CallPolicy
    //! [`Sso`]: crate::Sso
    //! [`Transferable`]: crate::Transferable
    //! [`Transport`]: crate::backend::Transport
    //! [`TrustedDeviceChallenged`]: crate::TrustedDeviceChallenged
    //! [`Unrecognized`]: crate::Unrecognized
    //! [`WalletChallenged`]: crate::WalletChallenged
    #![doc = include_str!("../docs/architecture.md")]
}
