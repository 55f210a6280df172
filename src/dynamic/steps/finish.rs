//! Steps that go back, look again, wait, or finish the sign-in.

use std::convert::Infallible;
use std::future::Future;

use futures::channel::oneshot;
use futures::future::{self, Either};

use crate::client::{Finalized, Navigation};
use crate::dynamic::lost::{End, Lost};
use crate::dynamic::slot::Found;
use crate::dynamic::turn::{After, Turn, Wanted, after, settled};
use crate::dynamic::{DynamicError, DynamicSignIn};
use crate::platform::{ChallengeSolver, Timer};
use crate::relation::Step;
use crate::sign_in::AnySignIn;
use crate::wire::TouchSession;

impl DynamicSignIn {
    /// Goes back, so that another factor can be verified. No call is made, except [after an
    /// interruption](Self#after-an-interruption). See
    /// [`SignIn<CodeSent<S>>::choose_another`](crate::SignIn::choose_another).
    ///
    /// # Errors
    /// [`DynamicError`]: the step is not legal now, or a call runs.
    pub async fn choose_another(&self) -> Result<(), DynamicError> {
        let (turn, sign_in) = self.place.begin(Wanted::step(Step::ChooseAnother), |_| None).await?;
        turn.end(After::Here(sign_in.choose_another(), None))
    }

    /// Goes back to the code that was sent. No call is made, except [after an
    /// interruption](Self#after-an-interruption). See [`code_sent`](crate::SignIn::code_sent).
    ///
    /// # Errors
    /// [`DynamicError`]: the step is not legal now, a call runs, or there is no such code.
    pub async fn code_sent(&self) -> Result<(), DynamicError> {
        let (turn, sign_in) = self.place.begin(Wanted::step(Step::CodeSent), |_| None).await?;
        turn.end(match sign_in {
            AnySignIn::NeedsFirstFactor(at) => settled(at.code_sent()),
            AnySignIn::NeedsSecondFactor(at) => settled(at.code_sent()),
            AnySignIn::NeedsClientTrust(at) => settled(at.code_sent()),
            elsewhere => After::Illegal(elsewhere),
        })
    }

    /// Goes back to the link that was sent. No call is made, except [after an
    /// interruption](Self#after-an-interruption). See [`link_sent`](crate::SignIn::link_sent).
    ///
    /// # Errors
    /// [`DynamicError`]: the step is not legal now, a call runs, or there is no such link.
    pub async fn link_sent(&self) -> Result<(), DynamicError> {
        let (turn, sign_in) = self.place.begin(Wanted::step(Step::LinkSent), |_| None).await?;
        turn.end(match sign_in {
            AnySignIn::NeedsFirstFactor(at) => settled(at.link_sent()),
            AnySignIn::NeedsSecondFactor(at) => settled(at.link_sent()),
            AnySignIn::NeedsClientTrust(at) => settled(at.link_sent()),
            elsewhere => After::Illegal(elsewhere),
        })
    }

    /// Goes back to the reset code that was sent. No call is made, except [after an
    /// interruption](Self#after-an-interruption). See
    /// [`reset_code_sent`](crate::SignIn::reset_code_sent).
    ///
    /// # Errors
    /// [`DynamicError`]: the step is not legal now, a call runs, or there is no such code.
    pub async fn reset_code_sent(&self) -> Result<(), DynamicError> {
        let (turn, sign_in) = self.place.begin(Wanted::step(Step::ResetCodeSent), |_| None).await?;
        turn.end(match sign_in {
            AnySignIn::NeedsFirstFactor(at) => settled(at.reset_code_sent()),
            elsewhere => After::Illegal(elsewhere),
        })
    }

    /// Goes back to the challenge of a passkey. No call is made, except [after an
    /// interruption](Self#after-an-interruption). See
    /// [`passkey_challenged`](crate::SignIn::passkey_challenged).
    ///
    /// # Errors
    /// [`DynamicError`]: the step is not legal now, a call runs, or there is no such challenge.
    pub async fn passkey_challenged(&self) -> Result<(), DynamicError> {
        let (turn, sign_in) = self.place.begin(Wanted::step(Step::PasskeyChallenged), |_| None).await?;
        turn.end(match sign_in {
            AnySignIn::NeedsFirstFactor(at) => settled(at.passkey_challenged()),
            AnySignIn::NeedsSecondFactor(at) => settled(at.passkey_challenged()),
            AnySignIn::NeedsClientTrust(at) => settled(at.passkey_challenged()),
            elsewhere => After::Illegal(elsewhere),
        })
    }

    /// Goes back to the message for a wallet. No call is made, except [after an
    /// interruption](Self#after-an-interruption). See
    /// [`wallet_challenged`](crate::SignIn::wallet_challenged).
    ///
    /// # Errors
    /// [`DynamicError`]: the step is not legal now, a call runs, or there is no such message.
    pub async fn wallet_challenged(&self) -> Result<(), DynamicError> {
        let (turn, sign_in) = self.place.begin(Wanted::step(Step::WalletChallenged), |_| None).await?;
        turn.end(match sign_in {
            AnySignIn::NeedsFirstFactor(at) => settled(at.wallet_challenged()),
            elsewhere => After::Illegal(elsewhere),
        })
    }

    /// Goes back to the challenge of a trusted device. No call is made, except [after an
    /// interruption](Self#after-an-interruption). See
    /// [`trusted_device_challenged`](crate::SignIn::trusted_device_challenged).
    ///
    /// # Errors
    /// [`DynamicError`]: the step is not legal now, a call runs, or there is no such challenge.
    pub async fn trusted_device_challenged(&self) -> Result<(), DynamicError> {
        let (turn, sign_in) = self.place.begin(Wanted::step(Step::TrustedDeviceChallenged), |_| None).await?;
        turn.end(match sign_in {
            AnySignIn::NeedsFirstFactor(at) => settled(at.trusted_device_challenged()),
            elsewhere => After::Illegal(elsewhere),
        })
    }

    /// Goes back to the identity provider. No call is made, except [after an
    /// interruption](Self#after-an-interruption). See
    /// [`SignIn<NeedsFirstFactor>::redirect_ready`](crate::SignIn::redirect_ready).
    ///
    /// # Errors
    /// [`DynamicError`]: the step is not legal now, a call runs, or there is no open redirect.
    pub async fn redirect_ready(&self) -> Result<(), DynamicError> {
        let (turn, sign_in) = self.place.begin(Wanted::step(Step::RedirectReady), |_| None).await?;
        turn.end(match sign_in {
            AnySignIn::NeedsFirstFactor(at) => settled(at.redirect_ready()),
            AnySignIn::NeedsProtectCheck(at) => settled(at.redirect_ready()),
            elsewhere => After::Illegal(elsewhere),
        })
    }

    /// Asks the server where the attempt stands. See [`refresh`](crate::SignIn::refresh).
    ///
    /// # Errors
    /// [`DynamicError`]: a call runs, the sign-in is over, or the step failed.
    pub async fn refresh(&self) -> Result<(), DynamicError> {
        if !matches!(self.place.find_again().await?, Found::NothingLost) {
            return Ok(());
        }
        let (turn, sign_in) = self.place.begin(Wanted::step(Step::Refresh), |_| None).await?;
        turn.end(after(sign_in.refresh().await))
    }

    /// Waits until the link is opened. See [`wait_for_verification`](crate::SignIn::wait_for_verification).
    ///
    /// The wait polls the server once a second, and ends when the link is opened or expires. Calls other than
    /// [`cancel_wait`](Self::cancel_wait) and [`reset`](Self::reset) fail with [`DynamicError::Busy`] meanwhile.
    ///
    /// # Errors
    /// [`DynamicError`]: the step is not legal now, another call runs, the wait was cancelled, or the link was not
    /// opened.
    #[doc(alias = "waitForVerification")]
    #[doc(alias = "startEmailLinkFlow")]
    pub async fn wait_for_verification(&self, timer: impl Timer + 'static) -> Result<(), DynamicError> {
        let (turn, sign_in) = self.place.begin(Wanted::step(Step::WaitForVerification), |_| None).await?;
        let cancelled = turn.cancellable();
        turn.wait(sign_in, timer, cancelled).await
    }

    /// Ends a wait for a link. The link stays valid. Nothing happens if no wait is under way.
    #[doc(alias = "cancelEmailLinkFlow")]
    pub fn cancel_wait(&self) {
        self.place.cancel();
    }

    /// Solves Clerk Protect's challenges. See [`solve_with`](crate::SignIn::solve_with).
    ///
    /// # Errors
    /// [`DynamicError`]: the step is not legal now, another call runs, or the step failed.
    pub async fn solve_with(&self, solver: &dyn ChallengeSolver) -> Result<(), DynamicError> {
        step!(self.SolveWith { NeedsProtectCheck(at) => at.solve_with(solver), })
    }

    /// Submits a proof to Clerk Protect. See [`submit_proof`](crate::SignIn::submit_proof).
    ///
    /// # Errors
    /// [`DynamicError`]: the step is not legal now, another call runs, or the step failed.
    #[doc(alias = "submitProtectCheck")]
    pub async fn submit_proof(&self, proof_token: &str) -> Result<(), DynamicError> {
        step!(self.SubmitProof { NeedsProtectCheck(at) => at.submit_proof(proof_token), })
    }

    /// Chooses the organization in which the session begins; `None` means the personal account. No call is made,
    /// except [after an interruption](Self#after-an-interruption). See
    /// [`organization`](crate::SignIn::organization).
    ///
    /// # Errors
    /// [`DynamicError`]: the step is not legal now, or a call runs.
    pub async fn organization(&self, organization: Option<&str>) -> Result<(), DynamicError> {
        let (turn, sign_in) = self.place.begin(Wanted::step(Step::Organization), |_| None).await?;
        turn.end(match sign_in {
            AnySignIn::Complete(at) => After::Here(at.organization(organization).into(), None),
            elsewhere => After::Illegal(elsewhere),
        })
    }

    /// Makes the session active. See [`finalize`](crate::SignIn::finalize).
    ///
    /// # Errors
    /// [`DynamicError`]: the step is not legal now, another call runs, or the step failed.
    pub async fn finalize(&self) -> Result<Finalized, DynamicError> {
        self.make_active(Step::Finalize, |_| std::future::ready(())).await
    }

    /// Makes the session active after the app has navigated. See [`finalize_with`](crate::SignIn::finalize_with).
    ///
    /// # Errors
    /// [`DynamicError`]: the step is not legal now, another call runs, or the step failed.
    pub async fn finalize_with<N, F>(&self, navigate: N) -> Result<Finalized, DynamicError>
    where
        N: FnOnce(Navigation) -> F,
        F: Future<Output = ()>,
    {
        self.make_active(Step::FinalizeWith, navigate).await
    }

    async fn make_active<N, F>(&self, step: Step, navigate: N) -> Result<Finalized, DynamicError>
    where
        N: FnOnce(Navigation) -> F,
        F: Future<Output = ()>,
    {
        if let Some((turn, session_id)) = self.place.begin_found(step).await? {
            let finalized = self.client().finalize(&TouchSession::select(&session_id), navigate).await;
            return turn.end_found(finalized);
        }
        let (turn, sign_in) = self.place.begin(Wanted::step(step), |_| None).await?;
        turn.finalize(sign_in, navigate).await
    }
}

impl Turn {
    /// Waits until the link is opened, or until the wait is cancelled.
    pub(in crate::dynamic) async fn wait(
        self,
        sign_in: AnySignIn,
        timer: impl Timer + 'static,
        cancelled: oneshot::Receiver<Infallible>,
    ) -> Result<(), DynamicError> {
        let here = Lost::new(Step::WaitForVerification, &sign_in);
        let wait = async {
            match sign_in {
                AnySignIn::FirstFactorLinkSent(at) => after(at.wait_for_verification(timer).await),
                AnySignIn::SecondFactorLinkSent(at) => after(at.wait_for_verification(timer).await),
                AnySignIn::ClientTrustLinkSent(at) => after(at.wait_for_verification(timer).await),
                elsewhere => After::Illegal(elsewhere),
            }
        };
        // A cancellation counts even if it came before the wait began.
        match future::select(cancelled, Box::pin(wait)).await {
            Either::Right((after, _)) => self.end(after),
            Either::Left(_) => {
                // The link was sent and is still valid, so the sign-in is where it was before the wait.
                let sign_in = here.before(self.client());
                sign_in.map_or(Ok(()), |sign_in| self.end(After::Here(sign_in, None)))?;
                Err(DynamicError::Cancelled)
            }
        }
    }

    /// Makes the session of a complete sign-in active.
    pub(in crate::dynamic) async fn finalize<N, F>(
        self,
        sign_in: AnySignIn,
        navigate: N,
    ) -> Result<Finalized, DynamicError>
    where
        N: FnOnce(Navigation) -> F,
        F: Future<Output = ()>,
    {
        let (after, finalized) = match sign_in {
            AnySignIn::Complete(at) => match at.finalize_with(navigate).await {
                Ok(finalized) => (After::Over(End::finalized(&finalized)), Some(finalized)),
                Err(failed) => (after(Err::<AnySignIn, _>(failed)), None),
            },
            elsewhere => (After::Illegal(elsewhere), None),
        };
        self.end_with(after, finalized)
    }
}
