//! The screen over the typed machine. The compiler checks each step. In return, the screen takes the sign-in out and
//! puts it back, keeps what the view needs, and finds a sign-in again whose step was dropped.

use clerk_sign_in::wire::{Factor, Strategy};
use clerk_sign_in::{AnySignIn, Checkpoint, Client, Error, Finalized, Resumed, State, StepError};

use crate::{Message, View};

/// A window in which the user signs in.
#[derive(Debug)]
pub struct Screen {
    client: Client,
    /// Empty while a message is handled, after one that was dropped or got no answer, and once the user is signed in.
    sign_in: Option<AnySignIn>,
    /// What the sign-in was before the message that took it out.
    before: Option<Checkpoint>,
    asks: String,
    error: Option<String>,
    is_over: bool,
}

impl Screen {
    /// A window for a new sign-in.
    #[must_use]
    pub fn new(client: &Client) -> Self {
        Self::with(client, client.sign_in().into())
    }

    /// The window as it was before the program ended.
    ///
    /// # Errors
    /// The checkpoint is of another version.
    pub fn restored(client: &Client, checkpoint: Checkpoint) -> Result<Self, Error> {
        Ok(Self::with(client, client.restore(checkpoint)?))
    }

    fn with(client: &Client, sign_in: AnySignIn) -> Self {
        let (client, asks) = (client.clone(), asks(&sign_in));
        Self { client, sign_in: Some(sign_in), before: None, asks, error: None, is_over: false }
    }

    /// What to save, so that the window can be restored after the program has ended.
    #[must_use]
    pub fn checkpoint(&self) -> Option<Checkpoint> {
        self.sign_in.as_ref().map(AnySignIn::checkpoint).or_else(|| self.before.clone())
    }

    /// What the window shows.
    #[must_use]
    pub fn view(&self) -> View {
        View { asks: self.asks.clone(), error: self.error.clone(), is_over: self.is_over }
    }

    /// Handles a message. The future may be dropped at any time.
    pub async fn update(&mut self, message: Message) {
        let sign_in = match self.take().await {
            Ok(Some(sign_in)) => sign_in,
            Ok(None) => return,
            Err(error) => {
                self.error = Some(error.user_message());
                return;
            }
        };
        self.before = Some(sign_in.checkpoint());
        let (next, error) = match (sign_in, message) {
            (sign_in, Message::StartOver) => (sign_in.start_over().into(), None),
            (AnySignIn::NeedsIdentifier(start), Message::Typed(text)) => settle(start.create(&text).await),
            (AnySignIn::NeedsFirstFactor(first), Message::Typed(text)) => {
                if has_password(first.supported_first_factors()) {
                    settle(first.password(&text).await)
                } else {
                    // A code that was set aside still works.
                    match first.code_sent() {
                        Ok(sent) => (sent.into(), None),
                        Err(first) => settle(first.send_email_code().await),
                    }
                }
            }
            (AnySignIn::NeedsClientTrust(trust), Message::Typed(_)) => match trust.code_sent() {
                Ok(sent) => (sent.into(), None),
                Err(trust) => settle(trust.send_email_code().await),
            },
            (AnySignIn::NeedsSecondFactor(second), Message::Typed(text)) => settle(second.verify_totp(&text).await),
            (AnySignIn::FirstFactorCodeSent(sent), Message::Typed(text)) => settle(sent.verify(&text).await),
            (AnySignIn::FirstFactorCodeSent(sent), Message::Resend) => settle(sent.resend().await),
            (AnySignIn::FirstFactorCodeSent(sent), Message::Another) => (sent.choose_another().into(), None),
            (AnySignIn::ClientTrustCodeSent(sent), Message::Typed(text)) => settle(sent.verify(&text).await),
            (AnySignIn::ClientTrustCodeSent(sent), Message::Resend) => settle(sent.resend().await),
            (AnySignIn::ClientTrustCodeSent(sent), Message::Another) => (sent.choose_another().into(), None),
            (AnySignIn::Complete(done), Message::Typed(_)) => match done.finalize().await {
                Ok(Finalized::Active(_) | Finalized::Pending(_)) => {
                    (self.is_over, self.asks, self.error) = (true, "Welcome".to_owned(), None);
                    return;
                }
                Err(failed) => {
                    let (sign_in, error) = failed.into_parts();
                    (sign_in, Some(error))
                }
            },
            (elsewhere, _) => (elsewhere, None),
        };
        self.asks = asks(&next);
        // Without an answer, only the server knows where the attempt stands, so the next message asks first.
        self.sign_in = Some(next).filter(|_| !error.as_ref().is_some_and(Error::is_outcome_unknown));
        self.error = error.map(|error| error.user_message());
    }

    /// Takes the sign-in out. If an earlier message was dropped, the server knows where the attempt stands.
    async fn take(&mut self) -> Result<Option<AnySignIn>, Error> {
        if self.is_over || self.sign_in.is_some() {
            return Ok(self.sign_in.take());
        }
        let sign_in = match (self.client.resume().await?, self.before.clone()) {
            (Resumed::Attempt(sign_in), _) => sign_in,
            (Resumed::Session(session), _) => {
                drop(self.client.set_active(&session.id).await?);
                (self.is_over, self.asks) = (true, "Welcome".to_owned());
                return Ok(None);
            }
            (_, Some(checkpoint)) => self.client.restore(checkpoint)?,
            (_, None) => self.client.sign_in().into(),
        };
        Ok(Some(sign_in))
    }
}

/// The sign-in after a step, and the error if the step failed.
fn settle<S: State>(step: Result<impl Into<AnySignIn>, StepError<S>>) -> (AnySignIn, Option<Error>) {
    match step {
        Ok(next) => (next.into(), None),
        Err(failed) => {
            let (sign_in, error) = failed.into_parts();
            (sign_in, Some(error))
        }
    }
}

fn asks(sign_in: &AnySignIn) -> String {
    match sign_in {
        AnySignIn::NeedsIdentifier(_) => "Email address".to_owned(),
        AnySignIn::NeedsFirstFactor(first) if has_password(first.supported_first_factors()) => "Password".to_owned(),
        AnySignIn::NeedsFirstFactor(_) | AnySignIn::NeedsClientTrust(_) => "Press Return for a code".to_owned(),
        AnySignIn::FirstFactorCodeSent(_) | AnySignIn::ClientTrustCodeSent(_) => {
            let address = sign_in.sent_to().and_then(|factor| factor.safe_identifier.as_deref());
            format!("Code that was sent to {}", address.unwrap_or("you"))
        }
        AnySignIn::NeedsSecondFactor(_) => "Code of your authenticator app".to_owned(),
        AnySignIn::Complete(_) => "Press Return to continue".to_owned(),
        _ => "This window cannot go on from here".to_owned(),
    }
}

fn has_password(factors: &[Factor]) -> bool {
    factors.iter().any(|factor| factor.strategy == Strategy::Password)
}
