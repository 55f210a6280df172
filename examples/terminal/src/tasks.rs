//! The screens of a pending session, on which the user completes the session's tasks.

use std::fmt::{self, Display};

use clerk_sign_in::wire::{ChangePassword, OrganizationMembership, Secret, SessionTaskKey};
use clerk_sign_in::{Client, Error, Finalized, PendingSession};

use crate::app::App;
use crate::leave::Leave;
use crate::terminal::{Question, complain, say};
use crate::words;

/// Lets the user complete the tasks, one after the other. Returns the session, which is still pending if the user wants
/// to complete them later.
pub(crate) async fn until_active(app: &mut App, mut session: Finalized) -> Result<Finalized, Leave> {
    loop {
        let Finalized::Pending(pending) = &session else { return Ok(session) };
        let task = pending.tasks().first().and_then(|task| Task::from_key(&task.key));
        let Some(task) = task else { return Ok(session) };
        if !app.terminal.has_more().await? {
            return Ok(session);
        }
        say(words::session(&session));
        let chosen = app.terminal.choose("What now?", vec![Way::Now(task), Way::Later], "to do it later").await?;
        if !matches!(chosen, Some(Way::Now(_))) {
            return Ok(session);
        }
        match task.complete(app, pending).await? {
            Some(Ok(next)) => session = next,
            Some(Err(error)) => complain(words::error(&error)),
            None => {}
        }
    }
}

/// A task that this program knows.
#[derive(Clone, Copy)]
enum Task {
    ChooseOrganization,
    ResetPassword,
    SetUpAuthenticator,
}

impl Task {
    const fn from_key(key: &SessionTaskKey) -> Option<Self> {
        match key {
            SessionTaskKey::ChooseOrganization => Some(Self::ChooseOrganization),
            SessionTaskKey::ResetPassword => Some(Self::ResetPassword),
            SessionTaskKey::SetupMfa => Some(Self::SetUpAuthenticator),
            _ => None,
        }
    }

    /// Completes the task. Returns `None` if the user does not want to.
    async fn complete(
        self,
        app: &mut App,
        pending: &PendingSession,
    ) -> Result<Option<Result<Finalized, Error>>, Leave> {
        let client = app.client().clone();
        match self {
            Self::ChooseOrganization => choose_organization(app, &client, pending).await,
            Self::ResetPassword => {
                let Some(password) = app.terminal.secret(&Question::new("New password")).await? else {
                    return Ok(None);
                };
                let changed = change_password(&client, pending.id(), &password);
                Ok(Some(app.terminal.wait("Changing the password", changed).await?))
            }
            Self::SetUpAuthenticator => set_up_authenticator(app, &client, pending.id()).await,
        }
    }
}

async fn choose_organization(
    app: &mut App,
    client: &Client,
    pending: &PendingSession,
) -> Result<Option<Result<Finalized, Error>>, Leave> {
    let user = pending.session().user.as_deref();
    let memberships: Vec<_> = user.into_iter().flat_map(|user| &user.organization_memberships).map(Named).collect();
    if memberships.is_empty() {
        complain("You are not a member of any organization yet. Ask an administrator to add you.");
    }
    let chosen = app.terminal.choose("Which organization?", memberships, "to go back").await?;
    let Some(Named(membership)) = chosen else { return Ok(None) };
    let selected = client.set_active_organization(pending.id(), Some(&membership.organization.id));
    Ok(Some(app.terminal.wait("Opening the organization", selected).await?))
}

async fn change_password(client: &Client, session_id: &str, password: &Secret) -> Result<Finalized, Error> {
    client.change_password(ChangePassword::new(session_id, password.expose())).await?;
    client.set_active(session_id).await
}

async fn set_up_authenticator(
    app: &mut App,
    client: &Client,
    session_id: &str,
) -> Result<Option<Result<Finalized, Error>>, Leave> {
    let totp = match app.terminal.wait("Asking for a secret", client.create_totp(session_id)).await? {
        Ok(totp) => totp,
        Err(error) => return Ok(Some(Err(error))),
    };
    if let Some(secret) = &totp.secret {
        say(format_args!("Type this secret into your authenticator app: {}", secret.expose()));
    }
    let Some(code) = app.terminal.text(&Question::new("Code that the app shows")).await? else { return Ok(None) };
    let verified = async {
        client.verify_totp(session_id, &code).await?;
        client.set_active(session_id).await
    };
    Ok(Some(app.terminal.wait("Checking the code", verified).await?))
}

/// A membership, which is shown as the name of its organization.
struct Named<'a>(&'a OrganizationMembership);

impl Display for Named<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.organization.name)
    }
}

enum Way {
    Now(Task),
    Later,
}

impl Display for Way {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Now(Task::ChooseOrganization) => "Choose an organization",
            Self::Now(Task::ResetPassword) => "Set a new password",
            Self::Now(Task::SetUpAuthenticator) => "Set up an authenticator app",
            Self::Later => "Do it later",
        })
    }
}
