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
    (code: $code:ident, link: $link:ident, passkey: $passkey:ident) => {
        fn stage() -> Self {
            Self(())
        }

        prepared_states!(CodeSent as $code: CODE_SENT, code_sent_into_any, code_sent_from_any);
        prepared_states!(LinkSent as $link: LINK_SENT, link_sent_into_any, link_sent_from_any);
        prepared_states!(
            PasskeyChallenged as $passkey: PASSKEY_CHALLENGED, passkey_challenged_into_any, passkey_challenged_from_any
        );
    };
    ($state:ident as $variant:ident: $kind:ident, $into_any:ident, $from_any:ident) => {
        const $kind: $crate::sign_in::state_kind::StateKind = $crate::sign_in::state_kind::StateKind::$variant;

        fn $into_any(
            sign_in: $crate::sign_in::core::SignIn<$crate::sign_in::states::$state<Self>>,
        ) -> $crate::sign_in::any::AnySignIn {
            $crate::sign_in::any::AnySignIn::$variant(sign_in)
        }

        fn $from_any(
            any: $crate::sign_in::any::AnySignIn,
        ) -> Result<$crate::sign_in::core::SignIn<$crate::sign_in::states::$state<Self>>, $crate::sign_in::any::AnySignIn>
        {
            if let $crate::sign_in::any::AnySignIn::$variant(sign_in) = any { Ok(sign_in) } else { Err(any) }
        }
    };
}
