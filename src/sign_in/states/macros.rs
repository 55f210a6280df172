//! Macros that turn a type into a state.
//!
//! These are macros because neither a function nor a trait can select the variant of [`AnySignIn`](crate::AnySignIn)
//! that corresponds to a state.

/// Turns a type into a state that is possible only after the first call.
///
/// The corresponding variant of `AnySignIn` has the same name as the type.
macro_rules! state {
    ($state:ident) => {
        impl $crate::sign_in::states::State for $state {}

        impl $crate::sign_in::states::Started for $state {}

        sealed_state!($state);
    };
}

/// Implements the sealed trait for a state. The corresponding variant of `AnySignIn` has the same name as the state.
macro_rules! sealed_state {
    ($state:ident) => {
        impl $crate::sign_in::states::sealed::Sealed for $state {
            const KIND: $crate::sign_in::state_kind::StateKind = $crate::sign_in::state_kind::StateKind::$state;

            fn into_any(sign_in: $crate::sign_in::core::SignIn<Self>) -> $crate::sign_in::any::AnySignIn {
                $crate::sign_in::any::AnySignIn::$state(sign_in)
            }

            fn from_any(
                any: $crate::sign_in::any::AnySignIn,
            ) -> Result<$crate::sign_in::core::SignIn<Self>, $crate::sign_in::any::AnySignIn> {
                if let $crate::sign_in::any::AnySignIn::$state(sign_in) = any { Ok(sign_in) } else { Err(any) }
            }
        }
    };
}

/// Implements the conversions between the prepared states of a stage and the given variants of [`AnySignIn`].
macro_rules! prepared_states {
    (code: $code_sent:ident, link: $link_sent:ident) => {
        const CODE_SENT: $crate::sign_in::state_kind::StateKind = $crate::sign_in::state_kind::StateKind::$code_sent;
        const LINK_SENT: $crate::sign_in::state_kind::StateKind = $crate::sign_in::state_kind::StateKind::$link_sent;

        fn stage() -> Self {
            Self(())
        }

        fn code_sent_into_any(
            sign_in: $crate::sign_in::core::SignIn<$crate::sign_in::states::CodeSent<Self>>,
        ) -> $crate::sign_in::any::AnySignIn {
            $crate::sign_in::any::AnySignIn::$code_sent(sign_in)
        }

        fn code_sent_from_any(
            any: $crate::sign_in::any::AnySignIn,
        ) -> Result<
            $crate::sign_in::core::SignIn<$crate::sign_in::states::CodeSent<Self>>,
            $crate::sign_in::any::AnySignIn,
        > {
            if let $crate::sign_in::any::AnySignIn::$code_sent(sign_in) = any { Ok(sign_in) } else { Err(any) }
        }

        fn link_sent_into_any(
            sign_in: $crate::sign_in::core::SignIn<$crate::sign_in::states::LinkSent<Self>>,
        ) -> $crate::sign_in::any::AnySignIn {
            $crate::sign_in::any::AnySignIn::$link_sent(sign_in)
        }

        fn link_sent_from_any(
            any: $crate::sign_in::any::AnySignIn,
        ) -> Result<
            $crate::sign_in::core::SignIn<$crate::sign_in::states::LinkSent<Self>>,
            $crate::sign_in::any::AnySignIn,
        > {
            if let $crate::sign_in::any::AnySignIn::$link_sent(sign_in) = any { Ok(sign_in) } else { Err(any) }
        }
    };
}
