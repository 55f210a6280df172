//! Beginning an attempt with any parameters.

use crate::dynamic::turn::Wanted;
use crate::dynamic::{DynamicError, DynamicSignIn};
use crate::relation::Step;
use crate::wire::{CreateSignIn, Strategy};

impl DynamicSignIn {
    /// Begins an attempt, with any combination of parameters. `POST /v1/client/sign_ins`
    ///
    /// This is possible in every state. The new attempt replaces the attempt that is under way. If the server creates
    /// none, the earlier attempt stays.
    ///
    /// ```
    /// # use clerk_sign_in::fake::FakeBackend;
    /// # use clerk_sign_in::Client;
    /// # use clerk_sign_in::dynamic::{DynamicError, DynamicState};
    /// # use clerk_sign_in::wire::{CreateSignIn, Strategy};
    /// # futures::executor::block_on(async {
    /// # let client = Client::new(FakeBackend::demo());
    /// let sign_in = client.dynamic_sign_in();
    /// let mut create = CreateSignIn::with_identifier("linus+clerk_test@example.com");
    /// create.strategy = Some(Strategy::EmailCode);
    /// sign_in.create(create).await?;
    /// assert!(matches!(sign_in.state(), DynamicState::CodeSent { .. }));
    /// # Ok::<_, DynamicError>(())
    /// # }).unwrap();
    /// ```
    ///
    /// # Errors
    /// [`DynamicError`]: another call runs, or the step failed.
    pub async fn create(&self, create: CreateSignIn) -> Result<(), DynamicError> {
        let wanted = Wanted::step(Step::Create).identifier(create.identifier.as_deref());
        let (anew, fresh) = self.place.begin_anew(wanted).await?;
        anew.end(fresh.create_with(create).await)
    }

    /// Signs in with a ticket. See [`ticket`](crate::SignIn::ticket).
    ///
    /// This is possible in every state, as [`create`](Self::create) is.
    ///
    /// # Errors
    /// [`DynamicError`]: another call runs, or the step failed.
    pub async fn ticket(&self, ticket: &str) -> Result<(), DynamicError> {
        let mut create = CreateSignIn::new();
        create.strategy = Some(Strategy::Ticket);
        create.ticket = Some(ticket.into());
        let (anew, fresh) = self.place.begin_anew(Wanted::step(Step::Ticket)).await?;
        anew.end(fresh.create_with(create).await)
    }
}
