//! Macros that define an enum of requests from a list of endpoints.

/// Expands to its first argument, which is a name. The macro is used only for endpoints with parameters.
macro_rules! named {
    ($name:ident, $parameters:ty) => {
        $name
    };
}

/// Defines an enum of requests from a list of endpoints. This is a macro because a function cannot define an enum.
macro_rules! requests {
    (
        $(#[$about:meta])*
        pub enum $requests:ident {
            $($(#[doc = $doc:literal])+ $request:ident $(($parameters:ty))? = $endpoint:path,)+
            $(and $(#[$more_about:meta])+ $more:ident($more_requests:ty) if $gate:literal,)?
        }
    ) => {
        $(#[$about])*
        #[derive(Clone, Debug)]
        #[non_exhaustive]
        pub enum $requests {
            $($(#[doc = $doc])+ $request $(($parameters))?,)+
            $(#[cfg(feature = $gate)] $(#[$more_about])+ $more($more_requests),)?
        }

        impl $requests {
            pub(crate) fn endpoint(&self) -> &'static $crate::wire::endpoint::Endpoint {
                match self {
                    $(Self::$request { .. } => &$endpoint,)+
                    $(#[cfg(feature = $gate)] Self::$more(request) => request.endpoint(),)?
                }
            }

            /// Returns the path, which starts with `/v1` or `/.well-known`. An id in the path is percent-encoded.
            #[must_use]
            pub fn path(&self) -> String {
                let id = match self {
                    $(Self::$request $((named!(parameters, $parameters)))? => {
                        $crate::wire::request::if_any([$(<$parameters as $crate::wire::endpoint::Parameters>::path_id(parameters))?])
                    })+
                    $(#[cfg(feature = $gate)] Self::$more(request) => return request.path(),)?
                };
                self.endpoint().path_for(id)
            }

            /// Returns the parameters as `application/x-www-form-urlencoded`, except the id, which is in the path.
            ///
            /// The form can contain a password, so it is a secret.
            #[must_use]
            pub fn form(&self) -> $crate::wire::Secret {
                match self {
                    $(Self::$request $((named!(parameters, $parameters)))? => {
                        $crate::wire::form::or_empty([$($crate::wire::form::to_form::<$parameters>(parameters))?])
                    })+
                    $(#[cfg(feature = $gate)] Self::$more(request) => request.form(),)?
                }
            }
        }

        #[cfg(feature = "fake")]
        impl $requests {
            /// Parses a request from its method, path segments and form.
            ///
            /// Returns `None` if this enum does not contain the request.
            pub(in crate::wire) fn parse_here(
                method: &http::Method,
                path: &[&str],
                form: &[u8],
            ) -> Result<Option<Self>, $crate::wire::RequestError> {
                $(if let Some(id) = $crate::wire::server::matched(&$endpoint, method, path) {
                    let _ = &id;
                    return Ok(Some(Self::$request $(({
                        $crate::wire::server::from_form::<$parameters>(form, &id)?
                    }))?));
                })+
                Ok(None)
            }
        }
    };
}
