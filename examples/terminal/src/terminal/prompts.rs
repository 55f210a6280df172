//! Prompts that a person answers at a terminal.

use std::env;
use std::fmt::Display;

use inquire::ui::{Attributes, Color, RenderConfig, StyleSheet, Styled};
use inquire::{InquireError, Password, PasswordDisplayMode, Select, Text, set_global_render_config};

use super::question::{Question, Suggested};
use super::wrapped;
use crate::leave::Leave;

/// A grey that has the same contrast with white as with black (4.6 to 1).
const GREY: Color = Color::AnsiValue(243);

/// The number of lines that a list needs for the question, the hint and the cursor, in addition to its options.
const LINES_AROUND_LIST: usize = 4;

/// Sets the colours of the prompts, and removes the library's text `<canceled>`. The library's bright cyan is
/// unreadable on a white background, so another colour replaces it.
pub(super) fn set_colours() {
    let no_colour = env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
    let config = if no_colour { RenderConfig::empty() } else { coloured() };
    set_global_render_config(config.with_canceled_prompt_indicator(Styled::new("")));
}

fn coloured() -> RenderConfig<'static> {
    let bold = StyleSheet::new().with_attr(Attributes::BOLD);
    RenderConfig::default_colored()
        .with_prompt_prefix(Styled::new("?").with_fg(Color::DarkGreen))
        .with_answered_prompt_prefix(Styled::new(">").with_fg(Color::DarkGreen))
        .with_highlighted_option_prefix(Styled::new(">").with_fg(Color::DarkGreen))
        .with_help_message(StyleSheet::new().with_fg(GREY))
        .with_answer(bold)
        .with_selected_option(Some(bold))
}

pub(super) fn text(question: &Question<'_>) -> Result<Option<String>, Leave> {
    let (text, hint) = (wrapped(question.text), wrapped(&question.hint_for_person()));
    let mut prompt = Text::new(&text).with_help_message(&hint);
    prompt.initial_value = match question.suggested {
        Suggested::Nothing => None,
        Suggested::Answer(text) | Suggested::Typo(text) => Some(text),
    };
    answered(prompt.prompt()).map(|answer| answer.map(|text| text.trim().to_owned()))
}

pub(super) fn secret(question: &Question<'_>) -> Result<Option<String>, Leave> {
    // In this prompt, pressing Esc has the same effect as an empty line of piped input.
    let escape = question.empty.unwrap_or(question.escape);
    let hint = Question { empty: None, ..question.escape(escape) }.hint_for_person();
    let (text, hint) = (wrapped(question.text), wrapped(&format!("{hint}; Ctrl-R to show what you type")));
    let prompt = Password::new(&text)
        .with_display_mode(PasswordDisplayMode::Masked)
        .without_confirmation()
        .with_display_toggle_enabled()
        .with_formatter(&|typed| if typed.is_empty() { String::new() } else { "********".to_owned() })
        .with_help_message(&hint);
    answered(prompt.prompt())
}

pub(super) fn choose<T: Display>(question: &str, options: Vec<T>, escape: &str) -> Result<Option<T>, Leave> {
    let height = crossterm::terminal::size().map_or(0, |(_, rows)| usize::from(rows));
    let fits = if height == 0 { options.len() } else { height.saturating_sub(LINES_AROUND_LIST).max(3) };
    let page = options.len().min(fits).max(1);
    let (question, hint) = (wrapped(question), wrapped(&format!("↑↓ and Enter to choose; Esc {escape}")));
    let prompt = Select::new(&question, options).without_filtering().with_page_size(page).with_help_message(&hint);
    answered(prompt.prompt())
}

fn answered<T>(answer: Result<T, InquireError>) -> Result<Option<T>, Leave> {
    match answer {
        Ok(answer) => Ok(Some(answer)),
        Err(InquireError::OperationCanceled) => Ok(None),
        Err(InquireError::OperationInterrupted) => Err(Leave::Interrupted),
        Err(error) => Err(Leave::Failed(format!("the terminal cannot be used: {error}"))),
    }
}
