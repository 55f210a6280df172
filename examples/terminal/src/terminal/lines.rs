//! Answers from a pipe: one a line.

use std::fmt::Display;
use std::io::stdin;

use futures::StreamExt;
use futures::channel::mpsc::{UnboundedReceiver, unbounded};

use super::{complain, say};
use crate::leave::Leave;

pub(super) struct Lines(UnboundedReceiver<String>);

impl Lines {
    /// Reads in a thread of its own, so that Ctrl-C is heard while the program waits for a line.
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
        Self(lines)
    }

    pub(super) async fn ask(&mut self, question: &str, hint: Option<&str>) -> Result<String, Leave> {
        match hint {
            Some(hint) => say(format_args!("{question} ({hint}):")),
            None => say(format_args!("{question}:")),
        }
        self.next().await
    }

    /// An option is chosen by its number or its text.
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
                None => complain(format_args!(
                    "`{answer}` is none of the choices: give a number from 1 to {}.",
                    names.len()
                )),
            }
        }
    }

    async fn next(&mut self) -> Result<String, Leave> {
        self.0.next().await.ok_or(Leave::EndOfInput)
    }
}
