//! Tests that a saved sign-in and a saved client can be read again in every format.

use std::fmt::Debug;

use clerk_sign_in::backend::Identity;
use clerk_sign_in::wire::Secret;
use clerk_sign_in::{AfterCreate, AnySignIn, Checkpoint, Client, ExportedClient, Sso};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use support::{A, G, World, take};

/// A format: its name, how it writes a value, and how it reads the value again.
type Format<T> = (&'static str, fn(&T) -> Vec<u8>, fn(&[u8]) -> Result<T, String>);

fn text(error: impl ToString) -> String {
    error.to_string()
}

fn formats<T: Serialize + DeserializeOwned>() -> [Format<T>; 5] {
    [
        ("JSON", |value| serde_json::to_vec(value).unwrap(), |bytes| serde_json::from_slice(bytes).map_err(text)),
        (
            "CBOR",
            |value| {
                let mut bytes = Vec::new();
                ciborium::into_writer(value, &mut bytes).unwrap();
                bytes
            },
            |bytes| ciborium::from_reader(bytes).map_err(text),
        ),
        ("postcard", |value| postcard::to_stdvec(value).unwrap(), |bytes| postcard::from_bytes(bytes).map_err(text)),
        ("MessagePack", |value| rmp_serde::to_vec(value).unwrap(), |bytes| rmp_serde::from_slice(bytes).map_err(text)),
        (
            "MessagePack with names",
            |value| rmp_serde::to_vec_named(value).unwrap(),
            |bytes| rmp_serde::from_slice(bytes).map_err(text),
        ),
    ]
}

/// An app's saved data, which contains both values.
#[derive(Debug, Serialize, Deserialize)]
struct Saved {
    before: u32,
    client: Option<ExportedClient>,
    sign_in: Checkpoint,
    after: String,
}

/// An app's saved data in a flat format. Serde reads such data through a buffer of its own.
#[derive(Debug, Serialize, Deserialize)]
struct Flat {
    version: u32,
    #[serde(flatten)]
    rest: Rest,
}

#[derive(Debug, Serialize, Deserialize)]
struct Rest {
    sign_in: Checkpoint,
    client: ExportedClient,
}

#[track_caller]
fn same<T: Debug + Serialize>(name: &str, read: &T, written: &T) {
    // `Debug` hides what is secret, so the JSON text is compared.
    assert_eq!(serde_json::to_string(read).unwrap(), serde_json::to_string(written).unwrap(), "{name}");
}

async fn sign_ins(world: &World, client: &Client) -> Vec<AnySignIn> {
    let first = take!(client.sign_in().create(A).await.unwrap(), AfterCreate::NeedsFirstFactor);
    let ready = client.sign_in().sso(&Sso::oauth("google"), "com.example.app://callback").await.unwrap();
    world.fake.require_protect_checks(1);
    let gated = client.sign_in().create(G).await.unwrap();
    let mut all = vec![client.sign_in().into(), first.into(), ready.into(), gated.into()];
    all.push(client.sign_in().send_email_code(G).await.unwrap().into());
    let link = client.sign_in().create(G).await.unwrap();
    let link = take!(link, AfterCreate::NeedsFirstFactor).send_email_link_to_app("com.example.app://in").await;
    all.push(link.unwrap().into());
    all
}

#[tokio::test]
async fn checkpoint_and_export_survive_every_format() {
    let world = World::memory();
    let client = world.client();
    for sign_in in sign_ins(&world, &client).await {
        for (name, write, read) in formats::<Saved>() {
            let saved = Saved {
                before: 7,
                client: Some(client.export()),
                sign_in: sign_in.checkpoint(),
                after: "after".to_owned(),
            };
            let again = read(&write(&saved)).unwrap_or_else(|error| panic!("{name}: {error}"));
            same(name, &again, &saved);
            let restored = world.client().restore(again.sign_in).unwrap();
            assert_eq!(restored.state_name(), sign_in.state_name(), "{name}");
        }
        for (name, write, read) in formats::<Flat>() {
            // Formats that do not describe themselves cannot be flat.
            if matches!(name, "postcard" | "MessagePack") {
                continue;
            }
            let rest = Rest { sign_in: sign_in.checkpoint(), client: client.export() };
            let saved = Flat { version: 1, rest };
            let again = read(&write(&saved)).unwrap_or_else(|error| panic!("{name}: {error}"));
            same(name, &again, &saved);
        }
    }
}

#[tokio::test]
async fn every_identity_survives_every_format() {
    let token = || Some(Secret::from("a \"token\" of \u{1F511}"));
    for identity in [
        Identity::Anonymous,
        Identity::Native { token: None },
        Identity::Native { token: token() },
        Identity::Cookie { token: token() },
        Identity::DevelopmentBrowser { token: token() },
    ] {
        let exported = Client::builder(World::memory().fake).identity(identity).build().export();
        for (name, write, read) in formats::<ExportedClient>() {
            let again = read(&write(&exported)).unwrap_or_else(|error| panic!("{name}: {error}"));
            same(name, &again, &exported);
        }
    }
}

/// A file of an earlier revision is still read: its JSON is an object, and `identity` may be missing.
#[test]
fn json_stays_an_object() {
    let saved = r#"{"version":"1","token":"t"}"#;
    let exported: ExportedClient = serde_json::from_str(saved).unwrap();
    let written = serde_json::to_value(&exported).unwrap();
    assert_eq!(written, serde_json::json!({ "version": "1", "identity": "native", "token": "t" }));
    let checkpoint = serde_json::to_value(World::memory().client().sign_in().checkpoint()).unwrap();
    assert_eq!(checkpoint["version"], 2);
}

#[test]
fn damaged_or_newer_data_is_an_error_without_secrets() {
    for damaged in [r#"{"version":"2","token":"hunter2"}"#, r#"{"version":"1","token":"#, "", "7", "\"hunter2\""] {
        let error = serde_json::from_str::<ExportedClient>(damaged).unwrap_err().to_string();
        assert!(!error.contains("hunter2"), "{error}");
        let binary = postcard::to_stdvec(damaged).unwrap();
        let error = postcard::from_bytes::<ExportedClient>(&binary).unwrap_err().to_string();
        assert!(!error.contains("hunter2"), "{error}");
        let mut binary = Vec::new();
        ciborium::into_writer(damaged, &mut binary).unwrap();
        let error = ciborium::from_reader::<ExportedClient, _>(&*binary).unwrap_err().to_string();
        assert!(!error.contains("hunter2"), "{error}");
    }
}
