//! `GET /.well-known/…`: public documents.

use http::Method;
use serde_json::Value;

use crate::wire::endpoint::{Endpoint, plain};

pub(in crate::wire) static KEYS: Endpoint =
    Endpoint { method: Method::GET, path: "/.well-known/jwks.json", decode: plain::<Value> };

pub(in crate::wire) static OPENID_CONFIGURATION: Endpoint =
    Endpoint { method: Method::GET, path: "/.well-known/openid-configuration", decode: plain::<Value> };
