//! What an operator reads when something is wrong: one message, where it stands, and what to do next.
//!
//! Guest-facing and wire-facing errors are not diagnostics; they carry the vendor's own code and text.

use std::fmt;
use std::path::{Path, PathBuf};

use serde::Serialize;

/// How grave a [`Diagnostic`] is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// The thing asked for cannot be done.
    Error,
    /// It can be done, but something in it will not work, or not as written.
    Warning,
}

/// A place in a file, both numbers counted from 1; `column` counts characters, not bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Position {
    /// Line, from 1.
    pub line: usize,
    /// Column in characters, from 1.
    pub column: usize,
}

impl Position {
    /// The position of byte `offset` in `text`; an offset past the end is the end.
    #[must_use]
    pub fn of(text: &str, offset: usize) -> Self {
        let mut end = offset.min(text.len());
        while !text.is_char_boundary(end) {
            end -= 1;
        }
        let before = &text[..end];
        let start_of_line = before.rfind('\n').map_or(0, |at| at + 1);
        Self { line: before.matches('\n').count() + 1, column: before[start_of_line..].chars().count() + 1 }
    }
}

/// An error or a warning for the operator. Build one with [`Diagnostic::error`] or [`Diagnostic::warning`] and add to it:
///
/// ```
/// # use greenroom_host::Diagnostic;
/// let missing = Diagnostic::error("`main` names a file that is not there: `src/index.ts`")
///     .in_file("wrangler.jsonc")
///     .hint("create the file, or point `main` at the Worker's entry module");
/// assert_eq!(missing.to_string(), "wrangler.jsonc: `main` names a file that is not there: `src/index.ts`");
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Diagnostic {
    /// Error or warning.
    pub severity: Severity,
    /// One sentence, lower-case start, values in backticks, no full stop.
    pub message: String,
    /// The file it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub file: Option<PathBuf>,
    /// Where in that file.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub position: Option<Position>,
    /// The lines around the position, ready to print.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub frame: Option<String>,
    /// What to do next; each a sentence like `message`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub hints: Vec<String>,
}

impl Diagnostic {
    /// An error with this message.
    pub fn error(message: impl Into<String>) -> Self {
        Self::new(Severity::Error, message.into())
    }

    /// A warning with this message.
    pub fn warning(message: impl Into<String>) -> Self {
        Self::new(Severity::Warning, message.into())
    }

    fn new(severity: Severity, message: String) -> Self {
        Self { severity, message, file: None, position: None, frame: None, hints: Vec::new() }
    }

    /// Names the file it is about.
    #[must_use]
    pub fn in_file(mut self, file: impl Into<PathBuf>) -> Self {
        self.file = Some(file.into());
        self
    }

    /// Says where in the file, and keeps the source lines around it. `text` is the whole file, `offset` a byte offset in it.
    #[must_use]
    pub fn at(mut self, text: &str, offset: usize) -> Self {
        let position = Position::of(text, offset);
        self.frame = Some(source_frame(text, position));
        self.position = Some(position);
        self
    }

    /// Adds one thing that the reader can do about it.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hints.push(hint.into());
        self
    }

    /// `file:line:column`, as far as known.
    #[must_use]
    pub fn location(&self) -> Option<String> {
        let file = self.file.as_deref().map(Path::display)?;
        Some(match self.position {
            Some(Position { line, column }) => format!("{file}:{line}:{column}"),
            None => file.to_string(),
        })
    }
}

impl fmt::Display for Diagnostic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.location() {
            Some(location) => write!(f, "{location}: {}", self.message),
            None => f.write_str(&self.message),
        }
    }
}

impl std::error::Error for Diagnostic {}

/// The line of `position` with up to two lines before and after it, numbered, and a caret under the column.
#[must_use]
pub fn source_frame(text: &str, position: Position) -> String {
    const AROUND: usize = 2;
    const WIDEST: usize = 160;
    let first = position.line.saturating_sub(AROUND).max(1);
    let last = position.line + AROUND;
    let width = last.to_string().len();
    let mut frame = String::new();
    for (number, line) in text.lines().enumerate().map(|(i, l)| (i + 1, l)).skip(first - 1).take(last - first + 1) {
        let mark = if number == position.line { '>' } else { ' ' };
        let shown: String = line.chars().take(WIDEST).collect();
        frame.push_str(&format!("{mark} {number:>width$} | {shown}\n"));
        if number == position.line {
            let indent = " ".repeat(position.column.min(WIDEST + 1) - 1);
            frame.push_str(&format!("  {:>width$} | {indent}^\n", ""));
        }
    }
    frame.truncate(frame.trim_end().len());
    frame
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn position_counts_characters_from_one() {
        assert_eq!(Position::of("a\nbé c", 5), Position { line: 2, column: 3 });
        assert_eq!(Position::of("", 99), Position { line: 1, column: 1 });
    }

    #[test]
    fn frame_marks_the_line_and_the_column() {
        let text = "one\ntwo\nthree\nfour";
        let frame = source_frame(text, Position { line: 2, column: 3 });
        assert_eq!(frame, "  1 | one\n> 2 | two\n    |   ^\n  3 | three\n  4 | four");
    }
}
