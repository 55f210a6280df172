//! Passkeys as the first factor.

use std::sync::{Arc, Mutex};

use clerk_sign_in::platform::{CapabilityError, LocalPasskeys, Mediation, PasskeyAuthenticator, PasskeyRequest};
use clerk_sign_in::wire::Secret;
use clerk_sign_in::{AfterFirstFactor, async_trait};
use support::{World, take};

use super::shown::{Recorder, Shown};
use super::users::{QUINN, add_quinn, first};

/// An authenticator that notes how the user is asked.
#[derive(Debug)]
struct Noting(LocalPasskeys, Arc<Mutex<Vec<Mediation>>>);

#[async_trait]
impl PasskeyAuthenticator for Noting {
    async fn get_assertion(&self, request: PasskeyRequest<'_>) -> Result<Secret, CapabilityError> {
        self.1.lock().unwrap().push(request.mediation);
        self.0.get_assertion(request).await
    }
}

pub(super) async fn passkeys(world: &World, shown: &mut Shown) {
    add_quinn(world);
    let passkeys = LocalPasskeys::new(&world.fake.settings().issuer).unwrap();
    let made = passkeys.create(&world.fake.new_passkey(QUINN).unwrap()).await.unwrap();
    world.fake.add_passkey(QUINN, made.expose()).unwrap();
    let asked = Arc::default();
    let authenticator = Noting(passkeys, Arc::clone(&asked));
    let mut row = |name: &str, is_true: bool| {
        shown.row(&format!("passkey(){name}"), is_true);
        shown.row(&format!("authenticateWithPasskey(){name}"), is_true);
    };

    let (client, recorder) = Recorder::client(world);
    for (flow, mediation) in [("autofill", Mediation::Autofill), ("discoverable", Mediation::Modal)] {
        let client = world.client();
        let challenged = client.sign_in().challenge_passkey().await.unwrap();
        let outcome = challenged.verify_with(&authenticator, mediation).await.unwrap();
        let done = take!(outcome, AfterFirstFactor::Complete);
        let is_asked = asked.lock().unwrap().last() == Some(&mediation);
        row(&format!(".flow: '{flow}'"), is_asked && done.identifier() == Some(QUINN));
    }
    drop(client.sign_in().challenge_passkey().await.unwrap());
    row("", recorder.endpoint() == "sign_ins" && recorder.sent("strategy", "passkey"));
    let challenged = first(&client, QUINN).await.challenge_passkey().await.unwrap();
    let is_prepared = recorder.endpoint() == "prepare_first_factor";
    let outcome = challenged.verify_with(&authenticator, Mediation::Modal).await.unwrap();
    row(": no parameters", is_prepared && matches!(outcome, AfterFirstFactor::Complete(_)));
}
