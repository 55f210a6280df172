//! The question for a new password, which must follow the instance's rules. The user types it twice.

use clerk_sign_in::PasswordPolicy;
use clerk_sign_in::wire::Secret;

use crate::app::App;
use crate::leave::Leave;
use crate::terminal::{Question, complain};
use crate::words;

/// Asks for a new password until the password follows the rules. Returns `None` if the user does not want to enter a
/// password.
pub(super) async fn new_password(
    app: &mut App,
    question: &Question<'_>,
    policy: Option<&PasswordPolicy>,
) -> Result<Option<Secret>, Leave> {
    loop {
        let Some(password) = app.terminal.secret(question).await? else { return Ok(None) };
        let broken = policy.map(|policy| (policy, policy.broken_by(password.expose())));
        if let Some((policy, broken)) = broken.filter(|(_, broken)| !broken.is_empty()) {
            complain(words::password_rules(policy, &broken));
            continue;
        }
        match app.terminal.repeats(&password)? {
            Some(true) => return Ok(Some(password)),
            Some(false) => complain("The two passwords are not the same. Type the new password again."),
            None => {}
        }
    }
}
