//! Questions and answers: prompts for a person, plain lines for a pipe.

mod lines;
mod prompts;
mod spinner;

use std::fmt::Display;
use std::future::{Future, pending};
use std::io::{IsTerminal, Write, stderr, stdin, stdout};
use std::pin::Pin;
use std::task::{Context, Waker};

use clerk_sign_in::wire::Secret;

use crate::leave::Leave;
use lines::Lines;

/// What the program says, on stdout.
pub(crate) fn say(text: impl Display) {
    // If nobody reads any more, the answers end as well.
    let _ = writeln!(stdout().lock(), "{text}");
}

/// What went wrong, and what is no result, on stderr.
pub(crate) fn complain(text: impl Display) {
    let _ = writeln!(stderr().lock(), "{text}");
}

/// Where answers come from, and what interrupts.
pub(crate) struct Terminal {
    /// `None` if a person answers prompts.
    lines: Option<Lines>,
    interrupted: Interrupted,
}

type Interrupted = Pin<Box<dyn Future<Output = ()> + Send>>;

impl Terminal {
    pub(crate) fn open() -> Self {
        let mut interrupted = Box::pin(async {
            // Without a way to hear of signals, there is no interruption.
            if tokio::signal::ctrl_c().await.is_err() {
                pending::<()>().await;
            }
        });
        // It is heard from the first poll on, and nothing is to be missed before the first wait.
        let _ = interrupted.as_mut().poll(&mut Context::from_waker(Waker::noop()));
        Self { lines: (!stdin().is_terminal()).then(Lines::of_stdin), interrupted }
    }

    /// A line of text. `hint` says what an empty one does; `suggested` is what it stands for, if anything.
    pub(crate) async fn text(
        &mut self,
        question: &str,
        hint: Option<&str>,
        suggested: Option<&str>,
    ) -> Result<String, Leave> {
        let answer = match &mut self.lines {
            None => prompts::text(question, hint, suggested)?,
            Some(lines) => {
                let answer = or_interrupt(&mut self.interrupted, lines.ask(question, hint.or(suggested))).await??;
                if answer.is_empty() { suggested.unwrap_or_default().to_owned() } else { answer }
            }
        };
        Ok(answer.trim().to_owned())
    }

    /// Text that is not shown.
    pub(crate) async fn secret(&mut self, question: &str, hint: &str) -> Result<Secret, Leave> {
        match &mut self.lines {
            None => prompts::secret(question, hint),
            Some(lines) => {
                let answer = or_interrupt(&mut self.interrupted, lines.ask(question, Some(hint))).await??;
                Ok(answer.into())
            }
        }
    }

    /// One of the options.
    pub(crate) async fn choose<T: Display>(&mut self, question: &str, options: Vec<T>) -> Result<T, Leave> {
        match &mut self.lines {
            None => prompts::choose(question, options),
            Some(lines) => or_interrupt(&mut self.interrupted, lines.choose(question, options)).await?,
        }
    }

    /// Waits for a call, with a spinner if it takes long. Ctrl-C drops it.
    pub(crate) async fn wait<T>(&mut self, doing: &str, call: impl Future<Output = T>) -> Result<T, Leave> {
        let call = async {
            tokio::select! {
                result = call => result,
                never = spinner::spin(doing) => match never {},
            }
        };
        or_interrupt(&mut self.interrupted, call).await
    }
}

async fn or_interrupt<T>(interrupted: &mut Interrupted, work: impl Future<Output = T>) -> Result<T, Leave> {
    tokio::select! {
        result = work => Ok(result),
        () = interrupted => Err(Leave::Interrupted),
    }
}
