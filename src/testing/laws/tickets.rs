//! Tickets, which an app's own backend creates for its users (`POST /v1/sign_in_tokens` of the Backend API).

use std::time::Duration;

use super::WantedUser;
use super::law::Outcome;
use super::trial::{Trial, expect};
use crate::wire::{ErrorCode, Status};

const HOUR: Duration = Duration::from_secs(60 * 60);

impl Trial<'_> {
    pub(super) async fn ticket_signs_in(&self) -> Outcome {
        let user = self.user(WantedUser::new()).await?;
        let ticket = self.ticket(&user, HOUR).await?;
        let mut caller = self.caller();
        let complete = caller.create_with_ticket(&ticket).await?.at(&Status::Complete)?;
        let session = complete.created_session_id.unwrap_or_default();
        expect(caller.known()?.session(&session).is_some(), "the new session on the client", &session)
    }

    pub(super) async fn ticket_works_once(&self) -> Outcome {
        let user = self.user(WantedUser::new()).await?;
        let ticket = self.ticket(&user, HOUR).await?;
        self.caller().create_with_ticket(&ticket).await?.at(&Status::Complete)?;
        let again = self.caller().create_with_ticket(&ticket).await?;
        again.rejected_with(400, &ErrorCode::SignInTokenAlreadyUsedCode)?;
        Ok(())
    }

    pub(super) async fn expired_ticket_is_rejected(&self) -> Outcome {
        let user = self.user(WantedUser::new()).await?;
        let ticket = self.ticket(&user, HOUR).await?;
        self.advance(HOUR).await?;
        self.caller().create_with_ticket(&ticket).await?.rejected_with(400, &ErrorCode::TicketExpiredCode)?;
        Ok(())
    }

    pub(super) async fn unknown_ticket_is_rejected(&self) -> Outcome {
        let reply = self.caller().create_with_ticket(&"made-up".into()).await?;
        reply.rejected_with(400, &ErrorCode::TicketInvalidCode)?;
        Ok(())
    }

    pub(super) async fn ticket_does_not_replace_the_second_factor(&self) -> Outcome {
        let user = self.user(WantedUser::new().totp()).await?;
        let ticket = self.ticket(&user, HOUR).await?;
        let next = self.caller().create_with_ticket(&ticket).await?.at(&Status::NeedsSecondFactor)?;
        expect(next.created_session_id.is_none(), "no session yet", &next.created_session_id)
    }
}
