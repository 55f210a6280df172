//! The endpoints without parameters: `/v1/client`, `/v1/environment` and `/v1/dev_browser`.

use http::Method;

use crate::wire::endpoint::{Decoded, Endpoint, client, plain};
use crate::wire::lenient::from_text;
use crate::wire::{Answer, ClientUpdate, DevelopmentBrowser, Environment};

pub(in crate::wire) static GET: Endpoint = Endpoint { method: Method::GET, path: "/v1/client", decode: client };

pub(in crate::wire) static CREATE: Endpoint = Endpoint { method: Method::POST, path: "/v1/client", decode: client };

pub(in crate::wire) static DELETE: Endpoint = Endpoint { method: Method::DELETE, path: "/v1/client", decode: client };

pub(in crate::wire) static GET_ENVIRONMENT: Endpoint =
    Endpoint { method: Method::GET, path: "/v1/environment", decode: plain::<Box<Environment>> };

pub(in crate::wire) static CREATE_DEVELOPMENT_BROWSER: Endpoint =
    Endpoint { method: Method::POST, path: "/v1/dev_browser", decode: development_browser };

fn development_browser(body: &str) -> Result<Decoded, serde_json::Error> {
    let DevelopmentBrowser { id } = from_text(body)?;
    Ok(Decoded { answer: Answer::DevelopmentBrowser, client: ClientUpdate::Unchanged, token: Some(id) })
}
