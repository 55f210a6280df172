//! The meaning of an answer, as an app sees it.

use std::collections::BTreeSet;

use clerk_sign_in::backend::{CallContext, Identity, decode_response, encode_response};
use clerk_sign_in::wire::{Answer, ClientResource, ClientUpdate, Response, Session, SessionStatus, TrustedDevice};
use clerk_sign_in::{AnySignIn, AnyStepError, Client, Finalized};
use futures::executor::block_on;
use http::StatusCode;
use serde_json::{Value, json};
use support::Scripted;

use super::answers::Sample;

pub(super) struct Observed {
    /// The variant of the answer, or `Rejection`.
    pub(super) kind: String,
    pub(super) meaning: String,
    /// The things that the answer permits.
    pub(super) permits: BTreeSet<String>,
    /// The answer as the decoded types serialize it; `None` if it cannot be read.
    pub(super) rendered: Option<Value>,
}

impl Observed {
    /// Observes an answer to the request of the sample.
    pub(super) fn new(sample: &Sample, body: &Value) -> Self {
        let context = CallContext::new(Identity::Native { token: Some("t".into()) });
        let mut message = http::Response::new(body.to_string().into_bytes());
        *message.status_mut() = StatusCode::from_u16(sample.status).unwrap();
        let (kind, permits) = (String::new(), BTreeSet::new());
        match decode_response(&context, &sample.request, &message) {
            Err(error) => Self { kind, meaning: error.to_string(), permits, rendered: None },
            Ok(response) => {
                let rendered = serde_json::from_slice(encode_response(&context, &response).body()).unwrap();
                let mut observed = Self { kind, meaning: String::new(), permits, rendered: Some(rendered) };
                observed.observe(sample, body, &response);
                observed
            }
        }
    }

    fn observe(&mut self, sample: &Sample, body: &Value, response: &Response) {
        if let ClientUpdate::Known(client) = &response.client {
            self.client(client);
        }
        let kind = match &response.result {
            Ok(answer) => format!("{answer:?}").split(['(', ' ']).next().unwrap().to_owned(),
            Err(_) => "Rejection".to_owned(),
        };
        match &response.result {
            Err(rejection) => {
                let codes: Vec<_> = rejection.errors.iter().map(|error| error.code.as_str()).collect();
                self.means(format!("{} {codes:?}", rejection.status));
                self.refreshed(sample, body);
            }
            Ok(Answer::SignInAttempt(attempt)) if attempt.id.is_empty() => self.rendered = None,
            Ok(Answer::SignInAttempt(attempt)) => {
                self.means(format!("{} {:?} {:?}", attempt.id, attempt.status, attempt.created_session_id));
                self.refreshed(sample, body);
            }
            Ok(Answer::Session(session)) => {
                self.session(session);
                self.touched(sample, body);
            }
            Ok(Answer::Sessions(sessions)) => sessions.iter().for_each(|session| self.session(session)),
            Ok(Answer::SessionToken(token)) => self.means(token.jwt.expose()),
            Ok(Answer::MagicLink(link)) => self.means(link.ticket.expose()),
            Ok(Answer::User(user)) => {
                self.means(format!("{} {} {}", user.id, user.banned, user.locked));
                self.permits_if(!user.banned, "not banned");
                self.permits_if(!user.locked, "not locked");
            }
            Ok(Answer::SignUpAttempt(sign_up)) => {
                let lacks = (&sign_up.missing_fields, &sign_up.unverified_fields);
                let session = &sign_up.created_session_id;
                self.means(format!("{} {:?} {session:?} {lacks:?}", sign_up.id, sign_up.status));
                self.permits_if(
                    sign_up.status.as_ref().is_some_and(|status| status.as_str() == "complete"),
                    "signed up",
                );
            }
            Ok(Answer::Totp(totp)) => {
                self.means(format!("{} {}", totp.id, totp.verified));
                self.permits_if(totp.verified, "verified");
            }
            Ok(Answer::Passkey(passkey)) => {
                self.means(format!("{} {:?}", passkey.id, passkey.verification.as_ref().map(|it| &it.nonce)));
            }
            Ok(Answer::Deleted(deleted)) => {
                self.means(format!("{:?} {}", deleted.id, deleted.deleted));
                self.permits_if(deleted.deleted, "deleted");
            }
            Ok(Answer::TrustedDevice(device)) => self.device(device),
            Ok(Answer::TrustedDevices(devices)) => devices.iter().for_each(|device| self.device(device)),
            Ok(Answer::TrustedDeviceChallenge(challenge)) => self.means(&challenge.client_data),
            Ok(Answer::TrustedDeviceValidation(validation)) => {
                self.means(validation.valid.to_string());
                self.permits_if(validation.valid, "valid");
            }
            Ok(_) => {}
        }
        self.kind = kind;
    }

    fn means(&mut self, text: impl AsRef<str>) {
        self.meaning.push_str(text.as_ref());
        self.meaning.push('\n');
    }

    fn permits_if(&mut self, is_permitted: bool, what: &str) {
        if is_permitted {
            self.permits.insert(what.to_owned());
        }
    }

    /// Counts the things that can be used. An unknown id is still an id, so the ids themselves do not count.
    fn permits_one_more(&mut self, is_usable: bool, what: &str) {
        let known = self.permits.iter().filter(|permitted| permitted.ends_with(what)).count();
        self.permits_if(is_usable, &format!("{} {what}", known + 1));
    }

    fn client(&mut self, client: &ClientResource) {
        self.means(&client.id);
        client.sessions.iter().for_each(|session| self.session(session));
        self.permits_if(client.captcha_bypass, "no captcha");
    }

    fn session(&mut self, session: &Session) {
        let tasks: Vec<_> = session.tasks.iter().flatten().map(|task| &task.key).collect();
        self.means(format!("{} {:?} {tasks:?}", session.id, session.status));
        let is_active = session.status == Some(SessionStatus::Active) && tasks.is_empty();
        self.permits_one_more(is_active && !session.id.is_empty(), "session");
    }

    fn device(&mut self, device: &TrustedDevice) {
        self.means(format!("{} {:?}", device.id, device.status));
        let is_active = device.status.as_ref().is_some_and(|status| status.as_str() == "active");
        self.permits_one_more(is_active && !device.id.is_empty(), "device");
    }

    /// Observes a sign-in that gets this answer when it is refreshed.
    fn refreshed(&mut self, sample: &Sample, body: &Value) {
        let original = ["/response/id", "/meta/client/sign_in/id"];
        let id = original.iter().find_map(|place| sample.body.pointer(place)?.as_str()).unwrap_or("sia_1");
        let begun = json!({ "response": { "id": id, "status": "needs_first_factor" }, "client": null });
        let client = Scripted::json([(200, begun), (sample.status, body.clone())]);
        let begun = block_on(client.sign_in().create("ada")).unwrap();
        match block_on(AnySignIn::from(begun).refresh()) {
            Ok(at) => {
                self.means(format!("{} {:?}", at.state_name(), at.id()));
                self.permits_if(!matches!(at, AnySignIn::NeedsProtectCheck(_)), "no gate");
                for stage in 0..=rank(at.state_name()) {
                    self.permits.insert(format!("stage {stage}"));
                }
            }
            // The sign-in stays where it was before this answer, or where the client beside the rejection puts it.
            Err(AnyStepError { error, .. }) => self.means(error.code()),
        }
        self.in_use(&client);
    }

    /// Observes a session that gets this answer when it is touched.
    fn touched(&mut self, sample: &Sample, body: &Value) {
        let id = sample.body["response"]["id"].as_str().unwrap();
        let client = Scripted::json([(sample.status, body.clone())]);
        match block_on(client.set_active(id)) {
            Ok(Finalized::Active(_)) => {
                self.means("active");
                self.permits.insert("active".to_owned());
            }
            Ok(Finalized::Pending(session)) => self.means(format!("pending {:?}", session.tasks())),
            Err(error) => self.means(error.code()),
        }
        self.in_use(&client);
    }

    fn in_use(&mut self, client: &Client) {
        let id = client.active_session().map(|session| session.id);
        self.means(format!("in use: {id:?}"));
        self.permits_if(id.is_some(), "a session in use");
    }
}

/// Returns how far a sign-in has come.
fn rank(state: &str) -> u8 {
    match state {
        "Unrecognized" | "Abandoned" | "NeedsProtectCheck" => 0,
        "NeedsIdentifier" => 1,
        "NeedsNewPassword" => 3,
        second if second.contains("NeedsSecondFactor") || second.contains("NeedsClientTrust") => 3,
        "Transferable" => 4,
        "Complete" => 5,
        // The first factor, or what was prepared for it.
        _ => 2,
    }
}
