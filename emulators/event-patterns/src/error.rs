//! What is wrong with a pattern.

/// AWS shows this much of a pattern, in characters.
const SHOWN: usize = 500;

/// What is wrong with a pattern. Shown as AWS's services show it behind `Event pattern is not valid. Reason: `.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{reason} at [Source: (String)\"{shown}\"; line: {line}, column: {column}]")]
pub struct PatternError {
    reason: String,
    shown: String,
    line: usize,
    column: usize,
}

impl PatternError {
    pub(crate) fn at(text: &str, (line, column): (usize, usize), reason: String) -> Self {
        Self { reason, shown: shown(text), line, column }
    }

    /// What is wrong, without its place.
    #[must_use]
    pub fn reason(&self) -> &str {
        &self.reason
    }
}

fn shown(text: &str) -> String {
    let Some((cut, _)) = text.char_indices().nth(SHOWN) else {
        return text.to_owned();
    };
    format!("{}\"[truncated {} chars]", &text[..cut], text[cut..].chars().count())
}
