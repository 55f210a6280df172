//! The sign-up fields that this program can ask for, and the text of each question.

use std::fmt::{self, Display};

use clerk_sign_in::wire::{ApiError, Environment, SignUpFieldName, SignUpFields};
use clerk_sign_in::{Error, PasswordPolicy, PasswordRule};

use super::new_password::new_password;
use crate::app::{App, Pick};
use crate::leave::Leave;
use crate::terminal::{Question, complain, say};
use crate::words;

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Field {
    EmailAddress,
    PhoneNumber,
    FirstName,
    LastName,
    Username,
    Password,
    LegalAccepted,
}

impl Field {
    const ALL: [Self; 7] = [
        Self::EmailAddress,
        Self::PhoneNumber,
        Self::FirstName,
        Self::LastName,
        Self::Username,
        Self::Password,
        Self::LegalAccepted,
    ];

    /// Returns the field with this name, or `None` if this program cannot ask for it.
    pub(super) fn from_name(name: &SignUpFieldName) -> Option<Self> {
        Self::ALL.into_iter().find(|field| field.name() == name.as_str())
    }

    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::EmailAddress => "email_address",
            Self::PhoneNumber => "phone_number",
            Self::FirstName => "first_name",
            Self::LastName => "last_name",
            Self::Username => "username",
            Self::Password => "password",
            Self::LegalAccepted => "legal_accepted",
        }
    }
}

/// The result of asking for a field.
pub(super) enum Asked {
    Given,
    /// The user pressed Esc to go back and correct the previous field.
    Back,
    StartOver,
}

/// The fields that the user has given so far.
pub(super) struct Form {
    given: SignUpFields,
    environment: Option<Environment>,
}

impl Form {
    pub(super) async fn new(app: &mut App, fields: &[Field]) -> Result<Self, Leave> {
        let depends = fields.iter().any(|field| matches!(field, Field::Password | Field::LegalAccepted));
        let environment = if depends { app.environment("Asking for the settings").await? } else { None };
        Ok(Self { given: SignUpFields::new(), environment })
    }

    pub(super) fn given(&self) -> SignUpFields {
        self.given.clone()
    }

    /// Asks for a field.
    pub(super) async fn ask(&mut self, app: &mut App, field: Field) -> Result<Asked, Leave> {
        match field {
            Field::EmailAddress => text(app, field, &mut self.given.email_address).await,
            Field::PhoneNumber => text(app, field, &mut self.given.phone_number).await,
            Field::FirstName => text(app, field, &mut self.given.first_name).await,
            Field::LastName => text(app, field, &mut self.given.last_name).await,
            Field::Username => text(app, field, &mut self.given.username).await,
            Field::Password => self.password(app).await,
            Field::LegalAccepted => self.legal_terms(app).await,
        }
    }

    async fn password(&mut self, app: &mut App) -> Result<Asked, Leave> {
        let policy = self.policy();
        loop {
            let question = Question::new("Password").empty(INSTEAD);
            if let Some(password) = new_password(app, &question, policy.as_ref()).await? {
                self.given.password = Some(password);
                return Ok(Asked::Given);
            }
            match app.menu("Instead of the password", vec!["Type it"]).await? {
                Pick::Way(_) => {}
                Pick::Back => return Ok(Asked::Back),
                Pick::StartOver => return Ok(Asked::StartOver),
            }
        }
    }

    async fn legal_terms(&mut self, app: &mut App) -> Result<Asked, Leave> {
        let settings = self.environment.as_ref().map(|environment| &environment.display_config.other);
        for (what, name) in [("Terms", "terms_url"), ("Privacy policy", "privacy_policy_url")] {
            if let Some(url) = settings.and_then(|settings| settings.get(name)?.as_str()) {
                say(format_args!("{what}: {url}"));
            }
        }
        loop {
            match app.menu("Do you accept the legal terms?", vec![Consent::Yes, Consent::No]).await? {
                Pick::Way(Consent::Yes) => {
                    self.given.legal_accepted = Some(true);
                    return Ok(Asked::Given);
                }
                Pick::Way(Consent::No) => complain("Nobody can sign up here without accepting them."),
                Pick::Back => return Ok(Asked::Back),
                Pick::StartOver => return Ok(Asked::StartOver),
            }
        }
    }

    fn policy(&self) -> Option<PasswordPolicy> {
        self.environment.as_ref().map(PasswordPolicy::from_environment)
    }

    /// Says why the server rejected certain fields, and returns those fields so that the program can ask for them
    /// again.
    pub(super) fn rejected(&self, error: &Error) -> Vec<Field> {
        let rejected: Vec<_> = Field::ALL.into_iter().filter(|field| is_about(error, *field)).collect();
        let broken = error.broken_password_rules();
        for field in &rejected {
            match (field, self.policy()) {
                (Field::Password, Some(policy)) if !broken.is_empty() => {
                    complain(words::password_rules(&policy, &broken));
                }
                _ => {
                    let name = words::capitalised(&words::field(field.name()));
                    complain(format_args!("{name}: {}", at(error, *field)));
                }
            }
        }
        rejected
    }
}

fn is_about(error: &Error, field: Field) -> bool {
    errors(error).iter().any(|error| is_at(error, field))
}

/// Returns the server's message about a field.
fn at(error: &Error, field: Field) -> String {
    let about = errors(error).iter().filter(|error| is_at(error, field));
    let said: Vec<_> = about.map(ApiError::user_message).filter(|text| !text.is_empty()).collect();
    if said.is_empty() { "the server rejected it.".to_owned() } else { said.join(" ") }
}

fn is_at(error: &ApiError, field: Field) -> bool {
    error.meta.param_name.as_deref() == Some(field.name())
        || (field == Field::Password && PasswordRule::from_code(&error.code).is_some())
}

fn errors(error: &Error) -> &[ApiError] {
    error.rejection().map(|rejection| rejection.errors.as_slice()).unwrap_or_default()
}

const INSTEAD: &str = "to start over or leave";

async fn text(app: &mut App, field: Field, given: &mut Option<String>) -> Result<Asked, Leave> {
    let name = words::field(field.name());
    let label = words::capitalised(&name);
    loop {
        let Some(typed) = app.terminal.text(&Question::new(&label).empty(INSTEAD)).await? else {
            return Ok(Asked::Back);
        };
        if !typed.is_empty() {
            *given = Some(typed);
            return Ok(Asked::Given);
        }
        match app.menu(&format!("Instead of the {name}"), vec!["Type it"]).await? {
            Pick::Way(_) | Pick::Back => {}
            Pick::StartOver => return Ok(Asked::StartOver),
        }
    }
}

enum Consent {
    Yes,
    No,
}

impl Display for Consent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Yes => "Yes",
            Self::No => "No",
        })
    }
}
