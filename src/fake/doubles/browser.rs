//! A browser whose user consents at the fake's provider.

use async_trait::async_trait;

use crate::fake::FakeBackend;
use crate::platform::{Browser, BrowserVisit, CapabilityError};
use crate::wire::Secret;

/// The URL to which the provider sends the user back. It opens the native app.
const CALLBACK: &str = "com.example.app://callback";

/// A browser whose user immediately consents to any request from the fake's provider.
///
/// Created with [`FakeBackend::browser`].
#[derive(Clone, Debug)]
pub struct FakeBrowser {
    fake: FakeBackend,
    email_address: String,
}

impl FakeBackend {
    /// Creates a browser whose user chooses the account with this address at the provider, and consents.
    ///
    /// ```
    /// # use clerk_sign_in::fake::{FakeBackend, LINUS};
    /// # use clerk_sign_in::{AfterRedirect, Client, Sso};
    /// # futures::executor::block_on(async {
    /// let fake = FakeBackend::demo();
    /// let client = Client::new(fake.clone());
    /// let browser = fake.browser(LINUS.email_address);
    /// let AfterRedirect::Complete(linus) =
    ///     client.sign_in().sso_with(&Sso::oauth("github"), &browser).await? else {
    ///     panic!()
    /// };
    /// # drop(linus);
    /// # Ok::<_, clerk_sign_in::Error>(())
    /// # }).unwrap();
    /// ```
    #[must_use]
    pub fn browser(&self, email_address: &str) -> FakeBrowser {
        FakeBrowser { fake: self.clone(), email_address: email_address.to_owned() }
    }
}

#[async_trait]
impl Browser for FakeBrowser {
    async fn reserve(&self) -> Result<Box<dyn BrowserVisit>, CapabilityError> {
        Ok(Box::new(self.clone()))
    }
}

#[async_trait]
impl BrowserVisit for FakeBrowser {
    fn redirect_url(&self) -> &str {
        CALLBACK
    }

    /// The fake's provider sends the user to any URL, and the visit ends there.
    fn ends_at(&self, _: &str) -> bool {
        true
    }

    async fn open(self: Box<Self>, url: &str) -> Result<Secret, CapabilityError> {
        let back = self.fake.consent(url, &self.email_address);
        back.map(Secret::from).map_err(|rejection| CapabilityError::failed(rejection.user_message()))
    }
}
