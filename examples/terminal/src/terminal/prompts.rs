//! Prompts for a person.

use std::fmt::Display;

use clerk_sign_in::wire::Secret;
use inquire::{InquireError, Password, PasswordDisplayMode, Select, Text};

use crate::leave::Leave;

pub(super) fn text(question: &str, hint: Option<&str>, suggested: Option<&str>) -> Result<String, Leave> {
    let mut prompt = Text::new(question);
    prompt.default = suggested;
    prompt.help_message = hint;
    prompt.prompt().map_err(leave)
}

pub(super) fn secret(question: &str, hint: &str) -> Result<Secret, Leave> {
    let prompt = Password::new(question).with_display_mode(PasswordDisplayMode::Masked).without_confirmation();
    let hint = format!("{hint}; Ctrl-R shows it");
    prompt
        .with_display_toggle_enabled()
        .with_formatter(&|typed| if typed.is_empty() { String::new() } else { "********".to_owned() })
        .with_help_message(&hint)
        .prompt()
        .map(Secret::from)
        .map_err(leave)
}

pub(super) fn choose<T: Display>(question: &str, options: Vec<T>) -> Result<T, Leave> {
    Select::new(question, options)
        .without_filtering()
        .with_help_message("↑↓ and Enter; Esc leaves")
        .prompt()
        .map_err(leave)
}

fn leave(error: InquireError) -> Leave {
    match error {
        InquireError::OperationInterrupted => Leave::Interrupted,
        InquireError::OperationCanceled => Leave::Chosen,
        error => Leave::Failed(format!("the terminal cannot be used: {error}")),
    }
}
