//! Email links that lead back into a native app.

use super::NeedsFirstFactor;
use crate::client::pkce::{CHALLENGE_METHOD, code_challenge, code_verifier};
use crate::sign_in::core::SignIn;
use crate::sign_in::states::LinkSent;
use crate::sign_in::states::factors::choose;
use crate::sign_in::step_error::StepError;
use crate::wire::{PrepareFactor, Request, Strategy};

/// Email links that lead back into a native app. The steps for links to a page are listed further below.
impl SignIn<NeedsFirstFactor> {
    /// `NeedsFirstFactor` → `LinkSent<NeedsFirstFactor>`: sends a link that leads back into this app.
    /// `POST /v1/client/sign_ins/{id}/prepare_first_factor`
    ///
    /// The link leads to `redirect_uri`, which is a URI that makes the system open the app, such as
    /// `com.example.app://sign-in`. If the user typed an email address as the identifier, the link is sent to that
    /// address, whatever its case. Otherwise, it is sent to the user's first email address.
    ///
    /// Opening the link does not continue this sign-in. Instead,
    /// [`Client::complete_magic_link`](crate::Client::complete_magic_link) makes a ticket from the data in the URI.
    ///
    /// The client stores a secret, which later proves that this client requested the link (RFC 7636).
    /// [`Client::export`](crate::Client::export) includes this secret. A later request for a link replaces the secret.
    /// To send another link that leads into the app, call
    /// [`SignIn<LinkSent<S>>::choose_another`](SignIn#method.choose_another-1), and then call this step again.
    ///
    /// # Errors
    /// The errors are those of [`send_email_link`](SignIn#method.send_email_link-1). In addition, the step can fail
    /// with [`StepError::Stayed`] and this kind of error:
    /// - `Capability`: the system provided no random bytes.
    pub async fn send_email_link_to_app(
        self,
        redirect_uri: &str,
    ) -> Result<SignIn<LinkSent<NeedsFirstFactor>>, StepError<NeedsFirstFactor>> {
        let factor = choose(self.supported_first_factors(), &Strategy::EmailLink, self.identifier());
        let (factor, verifier) = match factor.and_then(|factor| Ok((factor, code_verifier()?))) {
            Ok(chosen) => chosen,
            Err(error) => return Err(StepError::stayed(error, self)),
        };
        let prepare = PrepareFactor {
            redirect_uri: Some(redirect_uri.to_owned()),
            code_challenge: Some(code_challenge(&verifier)),
            code_challenge_method: Some(CHALLENGE_METHOD.to_owned()),
            ..PrepareFactor::new(self.id(), &factor)
        };
        let client = self.client().clone();
        let before = client.code_verifier();
        // The link may arrive even if the server's answer is lost.
        client.keep_code_verifier(Some(verifier.clone()));
        let sent = self.prepare(factor, Request::PrepareFirstFactor(prepare)).await;
        if sent.as_ref().is_err_and(|failed| !failed.error().is_outcome_unknown()) {
            // No new link was sent. An earlier link must still lead back into the app, so keep its secret.
            client.withdraw_code_verifier(&verifier, before);
        }
        sent
    }
}
