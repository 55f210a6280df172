//! Answers that come from a pipe, one on each line.

use std::fmt::Display;
use std::io::stdin;
use std::pin::Pin;

use futures::StreamExt;
use futures::channel::mpsc::{UnboundedReceiver, unbounded};
use futures::stream::Peekable;

use super::question::Question;
use super::{complain, say};
use crate::leave::Leave;

pub(super) struct Lines(Peekable<UnboundedReceiver<String>>);

impl Lines {
    /// Reads the lines in another thread, so that Ctrl-C works while the program waits for a line.
    pub(super) fn of_stdin() -> Self {
        let (sender, lines) = unbounded();
        std::thread::spawn(move || {
            for line in stdin().lines() {
                let Ok(line) = line else { return };
                if sender.unbounded_send(line).is_err() {
                    return;
                }
            }
        });
        Self(lines.peekable())
    }

    pub(super) async fn ask(&mut self, question: &Question<'_>) -> Result<String, Leave> {
        match question.hint_for_pipe() {
            Some(hint) => say(format_args!("{} ({hint}):", question.text)),
            None => say(format_args!("{}:", question.text)),
        }
        self.next().await
    }

    /// Asks for one of the options. The answer is the option's number or its text.
    pub(super) async fn choose<T: Display>(&mut self, question: &str, options: Vec<T>) -> Result<T, Leave> {
        say(question);
        for (number, option) in (1..).zip(&options) {
            say(format_args!("  {number}. {option}"));
        }
        let names: Vec<String> = options.iter().map(T::to_string).collect();
        let mut options: Vec<Option<T>> = options.into_iter().map(Some).collect();
        loop {
            let answer = self.next().await?;
            let answer = answer.trim();
            let chosen = (1..)
                .zip(&names)
                .position(|(number, name)| answer.parse() == Ok::<i32, _>(number) || name.eq_ignore_ascii_case(answer));
            match chosen.and_then(|index| options.get_mut(index)).and_then(Option::take) {
                Some(option) => return Ok(option),
                None => complain(format_args!("`{answer}` is not a choice: type a number from 1 to {}.", names.len())),
            }
        }
    }

    /// Waits for the next line, and returns `false` if there is none.
    pub(super) async fn has_next(&mut self) -> bool {
        Pin::new(&mut self.0).peek().await.is_some()
    }

    async fn next(&mut self) -> Result<String, Leave> {
        self.0.next().await.ok_or(Leave::EndOfInput)
    }
}
