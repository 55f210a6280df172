//! The screen over one object. The object is always there, so the view can always be drawn.

use clerk_sign_in::dynamic::{DynamicError, DynamicSignIn, DynamicState};
use clerk_sign_in::relation::Step;
use clerk_sign_in::wire::{CreateSignIn, Strategy};
use clerk_sign_in::{Checkpoint, Client, Error};

use crate::{Message, View};

/// A window in which the user signs in.
#[derive(Debug)]
pub struct Screen {
    sign_in: DynamicSignIn,
    error: Option<String>,
}

impl Screen {
    /// A window for a new sign-in.
    #[must_use]
    pub fn new(client: &Client) -> Self {
        Self { sign_in: client.dynamic_sign_in(), error: None }
    }

    /// The window as it was before the program ended.
    ///
    /// # Errors
    /// The checkpoint is of another version.
    pub fn restored(client: &Client, checkpoint: Checkpoint) -> Result<Self, Error> {
        Ok(Self { sign_in: client.restore(checkpoint)?.into(), error: None })
    }

    /// What to save, so that the window can be restored after the program has ended.
    #[must_use]
    pub fn checkpoint(&self) -> Option<Checkpoint> {
        self.sign_in.checkpoint()
    }

    /// What the window shows. It can be drawn at any time, even while a message is handled.
    #[must_use]
    pub fn view(&self) -> View {
        let asks = match self.sign_in.state() {
            DynamicState::NeedsIdentifier { .. } => "Email address".to_owned(),
            DynamicState::NeedsFirstFactor { factors, .. } if has_password(&factors) => "Password".to_owned(),
            DynamicState::NeedsFirstFactor { .. } | DynamicState::NeedsClientTrust { .. } => {
                "Press Return for a code".to_owned()
            }
            DynamicState::CodeSent { sent_to, .. } => {
                let address = sent_to.and_then(|factor| factor.safe_identifier);
                format!("Code that was sent to {}", address.as_deref().unwrap_or("you"))
            }
            DynamicState::NeedsSecondFactor { .. } => "Code of your authenticator app".to_owned(),
            DynamicState::Complete { .. } | DynamicState::Session { needs_finalize: true, .. } => {
                "Press Return to continue".to_owned()
            }
            DynamicState::Session { .. } => "Welcome".to_owned(),
            _ => "This window cannot go on from here".to_owned(),
        };
        let is_over = matches!(self.sign_in.state(), DynamicState::Session { needs_finalize: false, .. });
        View { asks, error: self.error.clone(), is_over }
    }

    /// Handles a message. The future may be dropped at any time.
    pub async fn update(&mut self, message: Message) {
        let called = self.call(message).await;
        self.error = called.err().map(|error| error.user_message());
    }

    async fn call(&self, message: Message) -> Result<(), DynamicError> {
        let sign_in = &self.sign_in;
        let text = match message {
            Message::Typed(text) => text,
            Message::Resend => return sign_in.resend().await,
            Message::Another => return sign_in.choose_another().await,
            Message::StartOver => {
                sign_in.reset();
                return Ok(());
            }
        };
        match sign_in.state() {
            DynamicState::NeedsIdentifier { .. } => sign_in.create(CreateSignIn::with_identifier(text)).await,
            DynamicState::NeedsFirstFactor { factors, .. } if has_password(&factors) => {
                sign_in.password(None, &text).await
            }
            DynamicState::NeedsFirstFactor { .. } | DynamicState::NeedsClientTrust { .. } => {
                // A code that was set aside still works.
                if sign_in.steps().contains(&Step::CodeSent) {
                    sign_in.code_sent().await
                } else {
                    sign_in.send_email_code(None).await
                }
            }
            DynamicState::CodeSent { .. } => sign_in.verify(&text).await,
            DynamicState::NeedsSecondFactor { .. } => sign_in.verify_totp(&text).await,
            DynamicState::Complete { .. } | DynamicState::Session { needs_finalize: true, .. } => {
                sign_in.finalize().await.map(drop)
            }
            _ => Ok(()),
        }
    }
}

fn has_password(factors: &[clerk_sign_in::wire::Factor]) -> bool {
    factors.iter().any(|factor| factor.strategy == Strategy::Password)
}
