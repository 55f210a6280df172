//! The fake server as a harness of its own.

use std::time::Duration;

use async_trait::async_trait;

use super::{Harness, HarnessError, Instance, TestUser, WantedUser};
use crate::fake::{Content, FakeBackend, NewUser, NewUserError};
use crate::wire::Secret;

const PASSWORD: &str = "correct-horse-battery";
const TOTP_SECRET: &str = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";
const BACKUP_CODES: [&str; 2] = ["abcd-1234", "efgh-5678"];

fn address(name: &str, number: usize) -> String {
    format!("{name}-{number}@laws.example")
}

#[async_trait]
impl Harness for FakeBackend {
    async fn add_user(&self, wanted: WantedUser) -> Result<TestUser, HarnessError> {
        for number in self.users().len().. {
            let mut user = TestUser::new(address("user", number));
            user.phone_number = wanted.phone_number.then(|| format!("+49301{number:06}"));
            user.password = wanted.password.then(|| PASSWORD.into());
            let backup_codes = if wanted.backup_codes { &BACKUP_CODES[..] } else { &[] };
            user.backup_codes = backup_codes.iter().copied().map(Secret::from).collect();

            let mut new = NewUser::new(&user.email_address);
            new = user.phone_number.iter().fold(new, NewUser::phone_number);
            new = user.password.iter().fold(new, |new, password| new.password(password.expose()));
            new = user.backup_codes.iter().fold(new, |new, code| new.backup_code(code.expose()));
            if wanted.totp || wanted.backup_codes {
                new = new.totp_secret(TOTP_SECRET);
            }
            match FakeBackend::add_user(self, new) {
                Ok(_) => return Ok(user),
                Err(NewUserError::IdentifierTaken(_)) => {}
                Err(error) => return Err(HarnessError::failed(error)),
            }
        }
        Err(HarnessError::Cannot("find a free address"))
    }

    async fn unused_address(&self) -> Result<String, HarnessError> {
        let mut addresses = (0..=self.users().len()).map(|number| address("nobody", number));
        let free = addresses.find(|address| self.user(address).is_none());
        free.ok_or(HarnessError::Cannot("find a free address"))
    }

    async fn messages_to(&self, address: &str) -> Result<Vec<Content>, HarnessError> {
        let messages = self.outbox().into_iter().filter(|message| message.to == address);
        Ok(messages.map(|message| message.content).collect())
    }

    fn instance(&self) -> Instance {
        let settings = self.settings();
        Instance {
            client_trust: settings.client_trust,
            lockout_attempts: Some(settings.lockout_attempts).filter(|&attempts| attempts > 0),
            code_lifetime: settings.code_lifetime,
            resend_interval: settings.resend_interval,
            attempt_lifetime: settings.attempt_lifetime,
            email_links: settings.email_links,
            single_session: settings.single_session,
            hides_unknown_identifiers: settings.hide_unknown_identifiers,
            sign_ups: settings.sign_ups && settings.sign_up_required.is_empty(),
        }
    }

    async fn advance(&self, duration: Duration) -> Result<(), HarnessError> {
        FakeBackend::advance(self, duration);
        Ok(())
    }

    async fn totp_code(&self, user: &TestUser) -> Result<Secret, HarnessError> {
        let code = FakeBackend::totp_code(self, &user.email_address).map(Secret::from);
        code.ok_or_else(|| HarnessError::failed("the user has no authenticator app"))
    }

    async fn open_link(&self, link: &Secret) -> Result<(), HarnessError> {
        // The server may reject the link. The law looks at the sign-in.
        let _ = FakeBackend::open_link(self, link.expose());
        Ok(())
    }

    async fn add_ticket(&self, user: &TestUser, lifetime: Duration) -> Result<Secret, HarnessError> {
        let ticket = FakeBackend::add_ticket(self, &user.email_address, lifetime);
        ticket.map(|ticket| ticket.ticket).map_err(HarnessError::failed)
    }

    async fn require_protect_checks(&self, checks: u32) -> Result<(), HarnessError> {
        FakeBackend::require_protect_checks(self, checks);
        Ok(())
    }

    async fn proof_for(&self, token: &Secret) -> Result<Secret, HarnessError> {
        Ok(FakeBackend::proof_for(token.expose()).into())
    }
}
