//! Questions and answers. A person sees prompts. If a pipe supplies the answers, the questions are plain lines.

mod keys;
mod lines;
mod output;
mod prompts;
mod question;
mod spinner;

use std::fmt::Display;
use std::future::{Future, pending};
use std::io::{IsTerminal, stdin};
use std::pin::Pin;
use std::task::{Context, Waker};

use clerk_sign_in::wire::Secret;

use crate::leave::Leave;
use lines::Lines;
pub(crate) use output::{complain, note, say, wrapped};
pub(crate) use question::{Question, Suggested};
use spinner::Pressed;

/// The source of answers, and the signal that interrupts the program.
pub(crate) struct Terminal {
    /// The lines that come from a pipe, or `None` if a person answers the prompts.
    lines: Option<Lines>,
    interrupted: Interrupted,
}

type Interrupted = Pin<Box<dyn Future<Output = ()> + Send>>;

impl Terminal {
    pub(crate) fn open() -> Self {
        let mut interrupted = Box::pin(async {
            // If the program cannot receive signals, nothing interrupts it.
            if tokio::signal::ctrl_c().await.is_err() {
                pending::<()>().await;
            }
        });
        // The first poll installs the signal handler. The program therefore notices even a signal that arrives before
        // the program waits for the first time.
        let _ = interrupted.as_mut().poll(&mut Context::from_waker(Waker::noop()));
        let lines = (!stdin().is_terminal()).then(Lines::of_stdin);
        if lines.is_none() {
            prompts::set_colours();
        }
        Self { lines, interrupted }
    }

    /// Asks for a line of text. Returns `None` on Esc.
    pub(crate) async fn text(&mut self, question: &Question<'_>) -> Result<Option<String>, Leave> {
        let Some(lines) = &mut self.lines else { return prompts::text(question) };
        let answer = or_interrupt(&mut self.interrupted, lines.ask(question)).await??;
        let answer = match question.suggested {
            Suggested::Answer(suggested) if answer.is_empty() => suggested.to_owned(),
            _ => answer.trim().to_owned(),
        };
        Ok(Some(answer))
    }

    /// Asks for text that is not shown while the user types it. Returns `None` on Esc, or if nothing was typed.
    pub(crate) async fn secret(&mut self, question: &Question<'_>) -> Result<Option<Secret>, Leave> {
        let typed = match &mut self.lines {
            None => prompts::secret(question)?,
            Some(lines) => Some(or_interrupt(&mut self.interrupted, lines.ask(question)).await??),
        };
        Ok(typed.filter(|typed| !typed.is_empty()).map(Secret::from))
    }

    /// Asks the user to repeat a new secret, unless the answers come from a pipe. Returns whether the two secrets are
    /// equal, or `None` on Esc.
    pub(crate) fn repeats(&self, secret: &Secret) -> Result<Option<bool>, Leave> {
        if self.lines.is_some() {
            return Ok(Some(true));
        }
        let again = Question { escape: "to type another", ..Question::new("The same again") };
        Ok(prompts::secret(&again)?.map(|typed| typed == secret.expose()))
    }

    /// Asks for one of the options. Returns `None` on Esc. The hint tells the user what Esc does, for example "to go
    /// back".
    pub(crate) async fn choose<T: Display>(
        &mut self,
        question: &str,
        options: Vec<T>,
        escape: &str,
    ) -> Result<Option<T>, Leave> {
        match &mut self.lines {
            None => prompts::choose(question, options, escape),
            Some(lines) => or_interrupt(&mut self.interrupted, lines.choose(question, options)).await?.map(Some),
        }
    }

    /// Returns `true` if another answer is possible. A person can always give another answer. A pipe can give another
    /// answer only if it has another line.
    pub(crate) async fn has_more(&mut self) -> Result<bool, Leave> {
        match &mut self.lines {
            None => Ok(true),
            Some(lines) => or_interrupt(&mut self.interrupted, lines.has_next()).await,
        }
    }

    /// Waits for a call, and shows a spinner if the call takes a while. Ctrl-C drops the call.
    pub(crate) async fn wait<T>(&mut self, doing: &str, call: impl Future<Output = T>) -> Result<T, Leave> {
        let is_person = self.lines.is_none();
        let spin = async { while spinner::spin(|| format!("{doing} …"), is_person).await != Pressed::Interrupt {} };
        tokio::select! {
            result = call => Ok(result),
            () = spin => Err(Leave::Interrupted),
            () = &mut self.interrupted => Err(Leave::Interrupted),
        }
    }

    /// Works like [`wait`](Self::wait), but is meant for calls that may take minutes. Not only Ctrl-C but also Esc
    /// drops the call. Returns `None` on Esc.
    pub(crate) async fn wait_or_stop<T>(
        &mut self,
        doing: impl Fn() -> String,
        call: impl Future<Output = T>,
    ) -> Result<Option<T>, Leave> {
        let is_person = self.lines.is_none();
        tokio::select! {
            result = call => Ok(Some(result)),
            pressed = spinner::spin(|| format!("{}; Esc to stop", doing()), is_person) => match pressed {
                Pressed::Interrupt => Err(Leave::Interrupted),
                Pressed::Escape => Ok(None),
            },
            () = &mut self.interrupted => Err(Leave::Interrupted),
        }
    }
}

async fn or_interrupt<T>(interrupted: &mut Interrupted, work: impl Future<Output = T>) -> Result<T, Leave> {
    tokio::select! {
        result = work => Ok(result),
        () = interrupted => Err(Leave::Interrupted),
    }
}
