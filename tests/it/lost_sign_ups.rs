//! Drops a future or loses an answer at each call of a sign-up. The sign-up must still continue, and no user may sign
//! up twice.

use std::sync::Arc;

use clerk_sign_in::fake::SignUpField;
use clerk_sign_in::wire::{Channel, SignUpFieldName, SignUpFields, SignUpVerification, Strategy};
use clerk_sign_in::{
    AfterSignUp, AnySignIn, Client, Error, Finalized, IdToken, NeedsIdentifier, Resumed, SignIn, SignUp, SignedUp,
    StepError,
};
use support::accident::{Accident, KINDS, Kind};
use support::{G, World, take};

const M: &str = "mary@example.com";
const TYPO: &str = "mary@exmaple.com";
const NUMBER: &str = "+4930999999";

/// The way in which an unknown user signs up.
#[derive(Clone, Copy, Debug)]
enum Way {
    /// The user gives an address, and a code is sent to it.
    Code,
    /// The app has a credential from a provider's own SDK, and first uses it to sign in.
    IdToken,
    /// The app has a credential from a provider's own SDK, and uses it to sign up directly.
    OneTap,
    /// The user begins to sign up with a mistyped address, corrects it, and adds a phone number.
    Direct,
}

/// The point that the user has reached.
enum At {
    SignIn(AnySignIn),
    SignUp(SignUp),
    SignedUp(SignedUp),
    Session(String),
}

impl From<AfterSignUp> for At {
    fn from(after: AfterSignUp) -> Self {
        match after {
            AfterSignUp::MissingRequirements(sign_up) => Self::SignUp(sign_up),
            AfterSignUp::Complete(signed_up) => Self::SignedUp(signed_up),
            AfterSignUp::Unrecognized(sign_up) => panic!("{sign_up:?}"),
        }
    }
}

impl Way {
    const fn is_direct(self) -> bool {
        matches!(self, Self::Direct)
    }

    const fn required(self) -> &'static [SignUpField] {
        match self {
            Self::Direct => &[SignUpField::Username, SignUpField::PhoneNumber, SignUpField::EmailAddress],
            Self::Code | Self::IdToken | Self::OneTap => &[SignUpField::Username],
        }
    }

    /// Returns how many calls a user needs to sign up in this way.
    const fn calls(self) -> usize {
        match self {
            Self::Code => 6,
            Self::IdToken => 4,
            Self::OneTap => 3,
            Self::Direct => 8,
        }
    }

    async fn step(self, world: &World, at: At) -> Result<At, Error> {
        Ok(match at {
            At::SignIn(AnySignIn::NeedsIdentifier(at)) => return self.begin(world, at).await,
            At::SignIn(AnySignIn::NeedsFirstFactor(at)) => At::SignIn(at.send_email_code().await?.into()),
            At::SignIn(AnySignIn::FirstFactorCodeSent(at)) => {
                At::SignIn(at.verify(&world.mailed_code(M)).await?.into())
            }
            At::SignIn(AnySignIn::Transferable(at)) => at.sign_up(SignUpFields::new()).await?.into(),
            At::SignUp(sign_up) if self.is_direct() => return direct(world, sign_up).await,
            At::SignUp(sign_up) => sign_up.update(SignUpFields::new().username("mary")).await?.into(),
            At::SignedUp(signed_up) => {
                let session = take!(signed_up.finalize().await?, Finalized::Active);
                At::Session(session.id().to_owned())
            }
            At::SignIn(elsewhere) => panic!("{self:?} does not lead to {elsewhere:?}"),
            At::Session(_) => at,
        })
    }

    async fn begin(self, world: &World, at: SignIn<NeedsIdentifier>) -> Result<At, Error> {
        let credential = |strategy: Strategy| world.fake.provider_credential(&strategy, M).unwrap();
        match self {
            Self::Code => Ok(At::SignIn(at.create_or_sign_up(M).await?.into())),
            Self::IdToken => {
                let credential = credential(Strategy::oauth_token("apple"));
                Ok(At::SignIn(
                    at.id_token(&IdToken::from_code("apple", credential.code.as_ref().unwrap().expose())).await?.into(),
                ))
            }
            Self::Direct => {
                let begun = at.sign_up(SignUpFields::new().email_address(TYPO).username("mary")).await;
                begun.map(At::from).map_err(Error::from)
            }
            Self::OneTap => {
                let one_tap = IdToken::google_one_tap(credential(Strategy::GoogleOneTap).id_token.expose());
                match at.sign_up_by_id_token(&one_tap, SignUpFields::new()).await {
                    Ok(after) => Ok(after.into()),
                    Err(StepError::Stayed { error, .. } | StepError::Moved { error, .. }) => Err(error),
                }
            }
        }
    }
}

/// Takes the next step of a sign-up that began with a mistyped address.
async fn direct(world: &World, sign_up: SignUp) -> Result<At, Error> {
    let attempt = sign_up.attempt();
    let is_sent = |verification: &Option<Box<SignUpVerification>>| {
        verification.as_ref().is_some_and(|verification| verification.next_action == "needs_attempt")
    };
    let (email_sent, phone_sent) =
        (is_sent(&attempt.verifications.email_address), is_sent(&attempt.verifications.phone_number));
    let at = match sign_up.unverified_fields() {
        [SignUpFieldName::EmailAddress, ..] if attempt.email_address.as_deref() == Some(TYPO) => {
            sign_up.update(SignUpFields::new().email_address(M)).await?.into()
        }
        [SignUpFieldName::EmailAddress, ..] if !email_sent => At::SignUp(sign_up.send_email_code().await?),
        [SignUpFieldName::EmailAddress, ..] => sign_up.verify_email_code(&world.mailed_code(M)).await?.into(),
        [SignUpFieldName::PhoneNumber] if !phone_sent => At::SignUp(sign_up.send_phone_code(Channel::Sms).await?),
        [SignUpFieldName::PhoneNumber] => sign_up.verify_phone_code(&world.mailed_code(NUMBER)).await?.into(),
        _ => sign_up.update(SignUpFields::new().phone_number(NUMBER)).await?.into(),
    };
    Ok(at)
}

/// Asks the server for the current state, and continues from there until a session is active.
async fn go_on(way: Way, world: &World, client: &Client) -> String {
    let mut at = match client.resume().await.unwrap() {
        Resumed::Attempt(at) => At::SignIn(at),
        Resumed::SignUp(sign_up) => At::SignUp(sign_up),
        Resumed::Session(session) => {
            drop(take!(client.set_active(&session.id).await.unwrap(), Finalized::Active));
            At::Session(session.id)
        }
        Resumed::Nothing => At::SignIn(client.sign_in().into()),
    };
    for _ in 0..=way.calls() {
        if let At::Session(id) = at {
            return id;
        }
        at = way.step(world, at).await.unwrap();
    }
    panic!("{way:?} does not end");
}

/// Returns `true` if the simulated failure happened.
async fn accident(world: &World, way: Way, kind: Kind, nth: usize) -> bool {
    world.fake.configure(|settings| settings.sign_up_required = way.required().to_vec());
    let backend = Arc::new(Accident::new(&world.backend, nth, kind));
    let client = world.client_over(Arc::clone(&backend)).build();
    let mut at = At::SignIn(client.sign_in().into());
    let (id, has_happened) = loop {
        let mut step = Box::pin(way.step(world, at));
        let answer = backend.waited_for(step.as_mut()).await;
        drop(step);
        match answer {
            Some(Ok(At::Session(id))) => break (id, false),
            Some(Ok(next)) => at = next,
            gone_wrong => {
                assert!(gone_wrong.is_none_or(|failed| failed.is_err_and(|error| error.is_outcome_unknown())));
                backend.is_over();
                break (go_on(way, world, &client).await, true);
            }
        }
    };
    let session = client.active_session().unwrap();
    let mary = world.fake.user(M).unwrap();
    assert_eq!((session.id, session.user.unwrap().id), (id, mary.id));
    assert_eq!(mary.username.as_deref(), Some("mary"));
    has_happened
}

/// Checks that a sign-up does not replace an earlier sign-in: `resume` returns the sign-in, and the client also keeps
/// the sign-up.
#[tokio::test]
async fn sign_up_beside_an_older_sign_in_is_found() {
    for lacking in [true, false] {
        let world = World::memory();
        let required = if lacking { vec![SignUpField::Username] } else { Vec::new() };
        world.fake.configure(|settings| settings.sign_up_required = required);
        let client = world.client_over(Arc::new(Accident::new(&world.backend, 2, Kind::AnswerLost))).build();
        let older = client.sign_in().create(G).await.unwrap();
        drop(older);
        let failed = Way::OneTap.begin(&world, client.sign_in()).await.err().unwrap();
        assert!(failed.is_outcome_unknown());
        let found = take!(client.resume().await.unwrap(), Resumed::Attempt);
        assert_eq!(found.attempt().identifier.as_deref(), Some(G));
        assert_eq!((client.sign_up().is_some(), client.active_session().is_some()), (lacking, !lacking));
    }
}

async fn accidents(world: impl AsyncFn() -> World) {
    let way_with = async |way: Way, kind: Kind| {
        let mut nth = 1;
        while accident(&world().await, way, kind, nth).await {
            nth += 1;
        }
        // A browser must first register with a development instance. This registration is an additional call.
        assert!(nth > way.calls(), "{way:?} with {kind:?}");
    };
    let all = [Way::Code, Way::IdToken, Way::OneTap, Way::Direct]
        .into_iter()
        .flat_map(|way| KINDS.map(|kind| way_with(way, kind)));
    futures::future::join_all(all).await;
}

#[tokio::test(start_paused = true)]
async fn every_accident_at_every_call_in_memory() {
    accidents(async || World::memory()).await;
}

#[tokio::test]
async fn every_accident_at_every_call_over_http() {
    accidents(World::http).await;
}

#[tokio::test]
async fn every_accident_at_every_call_with_cookies() {
    accidents(World::cookies).await;
}

#[tokio::test]
async fn every_accident_at_every_call_as_a_development_browser() {
    accidents(World::development_browsers).await;
}
