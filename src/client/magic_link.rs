//! Email links that lead back into a native app (RFC 7636).

use crate::client::Client;
use crate::client::landing::MagicLinkLanding;
use crate::error::{Error, ErrorKind, LinkError};
use crate::fault_switches::without;
use crate::wire::{Answer, CompleteMagicLink, Request};

impl Client {
    /// Completes an email link, and returns the answer, which is a ticket or a sign-up.
    ///
    /// Every readable answer means that the link is used up, so the code verifier is forgotten.
    pub(crate) async fn complete_link(&self, landing: &MagicLinkLanding) -> Result<Answer, Error> {
        let code_verifier = self.code_verifier().ok_or(ErrorKind::Link(LinkError::NotPending))?;
        let (flow_id, approval_token) = (landing.flow_id.clone(), landing.approval_token.clone());
        let complete = CompleteMagicLink::new(flow_id, approval_token, code_verifier);
        let answer = self.answer(Request::CompleteMagicLink(complete)).await?;
        let is_of_another = |flow_id: &String| *flow_id != landing.flow_id;
        match &answer {
            Answer::MagicLink(link)
                if link.flow_id.as_ref().is_some_and(is_of_another) && !without("an answer is about its own link") =>
            {
                Err(ErrorKind::Protocol("the answer is of another link".to_owned()).into())
            }
            _ => {
                self.keep_code_verifier(None);
                Ok(answer)
            }
        }
    }
}
