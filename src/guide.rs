// The documents in `docs`, as pages beside the items that they describe. A definition here comes before that of the
// document, whose own links are for readers of the repository.

//!
//! [architecture]: crate::guide::architecture
//! [compiler_messages]: crate::guide::compiler_messages
//! [errors]: crate::guide::errors
//! [fake_server]: crate::guide::fake_server
//! [from_other_sdks]: crate::guide::from_other_sdks
//! [`StepError::Moved`]: crate::StepError::Moved
#![doc = include_str!("../docs/guide.md")]

/// Errors: the questions to ask them, and what an app does.
pub mod errors {
    //!
    //! [`Client::resume`]: crate::Client::resume
    //! [`Client::set_active`]: crate::Client::set_active
    //! [`Client::solve_captcha`]: crate::Client::solve_captcha
    //! [`Error::kind`]: crate::Error::kind
    //! [`Error::user_message`]: crate::Error::user_message
    //! [`StepError::Moved`]: crate::StepError::Moved
    //! [`StepError::Stayed`]: crate::StepError::Stayed
    #![doc = include_str!("../docs/errors.md")]
}

/// The twelve commonest mistakes, the compiler's message for each, and the way out.
pub mod compiler_messages {
    //!
    //! [`Client::resume`]: crate::Client::resume
    //! [`platform`]: crate::platform
    #![doc = include_str!("../docs/compiler-messages.md")]
}

/// The calls of Clerk's other SDKs, and what takes their place here.
pub mod from_other_sdks {
    //!
    //! [`Client::changes`]: crate::Client::changes
    //! [`Client::complete_magic_link`]: crate::Client::complete_magic_link
    //! [`Client::end_session`]: crate::Client::end_session
    //! [`Client::export`]: crate::Client::export
    //! [`Client::new`]: crate::Client::new
    //! [`Client::resume`]: crate::Client::resume
    //! [`Client::session_token`]: crate::Client::session_token
    //! [`Client::set_active`]: crate::Client::set_active
    //! [`Client::sign_out`]: crate::Client::sign_out
    //! [`Error::rejection`]: crate::Error::rejection
    //! [`Finalized::Pending`]: crate::Finalized::Pending
    #![doc = include_str!("../docs/from-other-sdks.md")]
}

/// `clerk-fake`: a sign-in server for tests in any language.
pub mod fake_server {
    //!
    #![doc = include_str!("../docs/fake-server.md")]
}

/// How the crate is built, and why.
pub mod architecture {
    //!
    //! [`Client::export`]: crate::Client::export
    //! [`Client::resume`]: crate::Client::resume
    //! [`Client::solve_captcha`]: crate::Client::solve_captcha
    #![doc = include_str!("../docs/architecture.md")]
}
