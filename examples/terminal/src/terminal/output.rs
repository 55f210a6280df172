//! The output of the program, wrapped between words to fit the width of the terminal.

use std::env;
use std::fmt::Display;
use std::io::{IsTerminal, Write, stderr, stdout};

use crossterm::style::Stylize;
use textwrap::{Options, WordSplitter, fill};

/// Prints a result on stdout.
pub(crate) fn say(text: impl Display) {
    let text = text.to_string();
    let text = if stdout().is_terminal() { wrapped(&text) } else { text };
    // Errors are ignored. If nobody reads the output any more, nobody answers the questions either, so the program
    // ends.
    let _ = writeln!(stdout().lock(), "{text}");
}

/// Prints an error on stderr. At a terminal, a mark and a colour distinguish the error from other output.
pub(crate) fn complain(text: impl Display) {
    let text = text.to_string();
    let text = if is_coloured() {
        let trimmed = text.trim_start_matches('\n');
        let newlines = "\n".repeat(text.len() - trimmed.len());
        format!("{newlines}{}", wrapped(&format!("✗ {trimmed}")).red().bold())
    } else if stderr().is_terminal() {
        wrapped(&text)
    } else {
        text
    };
    let _ = writeln!(stderr().lock(), "{text}");
}

/// Prints a note on stderr. A note is neither a result nor an error.
pub(crate) fn note(text: impl Display) {
    let text = text.to_string();
    let text = if stderr().is_terminal() { wrapped(&text) } else { text };
    let _ = writeln!(stderr().lock(), "{text}");
}

/// Wraps each line between words, and indents the new lines like the original line. A word is never broken, because it
/// may be a password.
pub(crate) fn wrapped(text: &str) -> String {
    let width = width();
    let lines = text.split('\n').map(|line| {
        let indent = line.get(..line.len() - line.trim_start().len()).unwrap_or_default();
        let options =
            Options::new(width).break_words(false).word_splitter(WordSplitter::NoHyphenation).subsequent_indent(indent);
        fill(line, options)
    });
    lines.collect::<Vec<_>>().join("\n")
}

/// Returns the width that text may use. The last column stays empty, because some terminals move to the next line when
/// text reaches that column.
fn width() -> usize {
    let columns = crossterm::terminal::size().map_or(0, |(columns, _)| usize::from(columns));
    if columns == 0 { 80 } else { columns.saturating_sub(1).max(20) }
}

fn is_coloured() -> bool {
    stderr().is_terminal() && env::var_os("NO_COLOR").is_none_or(|value| value.is_empty())
}
