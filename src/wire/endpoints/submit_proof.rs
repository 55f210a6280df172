//! `PATCH /v1/client/sign_ins/{sign_in_id}/protect_check`

use http::Method;
use serde::{Deserialize, Serialize};

use crate::wire::endpoint::{Endpoint, Parameters, enveloped};
use crate::wire::{Secret, SignInAttempt};

/// A request that answers a challenge from Clerk Protect.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[non_exhaustive]
pub struct SubmitProof {
    /// The id of the sign-in.
    #[serde(skip_serializing)]
    pub sign_in_id: String,
    /// The proof that the challenge's script produced. The server rejects a request without this parameter.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub proof_token: Option<Secret>,
}

impl SubmitProof {
    /// Answers the challenge with this proof.
    #[must_use]
    pub fn new(sign_in_id: &str, proof_token: &str) -> Self {
        Self { sign_in_id: sign_in_id.to_owned(), proof_token: Some(proof_token.into()) }
    }
}

pub(in crate::wire) static SUBMIT: Endpoint = Endpoint {
    method: Method::PATCH,
    path: "/v1/client/sign_ins/{sign_in_id}/protect_check",
    decode: enveloped::<Box<SignInAttempt>>,
};

impl Parameters for SubmitProof {
    fn path_id(&self) -> Option<&str> {
        Some(&self.sign_in_id)
    }
}
