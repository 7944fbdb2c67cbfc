//! Where one statement ends and the next begins, as SQLite's `sqlite3_complete` sees it: at semicolons outside of strings, comments and
//! the bodies of triggers. <https://www.sqlite.org/c3ref/complete.html>

use std::ops::Range;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Token {
    Space,
    Semicolon,
    Explain,
    Create,
    Temp,
    Trigger,
    End,
    Other,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    /// Before the first token of a statement.
    Start,
    /// In a statement that is no trigger.
    Normal,
    /// After EXPLAIN.
    Explain,
    /// After CREATE, and TEMP perhaps.
    Create,
    /// In CREATE TRIGGER.
    Trigger,
    /// After a semicolon in it.
    Semicolon,
    /// After END behind such a semicolon.
    End,
}

impl State {
    /// The state after `token`; none where it ends the statement.
    fn after(self, token: Token) -> Option<Self> {
        use Token as T;
        Some(match (self, token) {
            (state, T::Space) => state,
            (Self::Start | Self::Normal | Self::Explain | Self::Create | Self::End, T::Semicolon) => return None,
            (Self::Trigger | Self::Semicolon, T::Semicolon) => Self::Semicolon,
            (Self::Start, T::Explain) | (Self::Explain, T::Other) => Self::Explain,
            (Self::Start | Self::Explain, T::Create) | (Self::Create, T::Temp) => Self::Create,
            (Self::Semicolon, T::End) => Self::End,
            (Self::Create, T::Trigger) | (Self::Trigger | Self::Semicolon | Self::End, _) => Self::Trigger,
            _ => Self::Normal,
        })
    }
}

/// The byte ranges of the statements in `sql`, each with its semicolon. What follows the last semicolon is a statement too, unless it is
/// nothing but blanks; comments alone are one.
pub(crate) fn statements(sql: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let (mut start, mut at, mut state) = (0, 0, State::Start);
    while at < sql.len() {
        let (token, length) = next_token(&sql.as_bytes()[at..]);
        at += length;
        if let Some(next) = state.after(token) {
            state = next;
        } else {
            found.push(start..at);
            (start, state) = (at, State::Start);
        }
    }
    if !sql[start..].trim_matches(is_blank).is_empty() {
        found.push(start..sql.len());
    }
    found
}

/// Whether there can be only one statement: no semicolon but at the end.
pub(crate) fn is_single(sql: &str) -> bool {
    let trimmed = sql.trim_end_matches(is_blank);
    trimmed.find(';').is_none_or(|at| at + 1 == trimmed.len())
}

/// Whether there is a token that is neither comment nor semicolon.
pub(crate) fn has_statement(sql: &str) -> bool {
    let mut at = 0;
    while at < sql.len() {
        let (token, length) = next_token(&sql.as_bytes()[at..]);
        if !matches!(token, Token::Space | Token::Semicolon) {
            return true;
        }
        at += length;
    }
    false
}

fn is_blank(c: char) -> bool {
    matches!(c, ' ' | '\t' | '\n' | '\r' | '\x0b' | '\x0c')
}

/// The kind and the length of the first token of `text`, which is not empty.
fn next_token(text: &[u8]) -> (Token, usize) {
    match text {
        [b';', ..] => (Token::Semicolon, 1),
        [b'-', b'-', ..] => (Token::Space, text.iter().position(|&byte| byte == b'\n').unwrap_or(text.len())),
        [b'/', b'*', rest @ ..] => (Token::Space, rest.windows(2).position(|pair| pair == b"*/").map_or(text.len(), |at| at + 4)),
        [b'[', rest @ ..] => (Token::Other, rest.iter().position(|&byte| byte == b']').map_or(text.len(), |at| at + 2)),
        // A doubled quote ends one string and begins the next: for this purpose the same.
        [quote @ (b'\'' | b'"' | b'`'), rest @ ..] => {
            (Token::Other, rest.iter().position(|byte| byte == quote).map_or(text.len(), |at| at + 2))
        }
        [byte, ..] if is_blank(char::from(*byte)) => (Token::Space, 1),
        [byte, ..] if is_word(*byte) => {
            let length = text.iter().position(|&byte| !is_word(byte)).unwrap_or(text.len());
            (keyword(&text[..length]), length)
        }
        _ => (Token::Other, 1),
    }
}

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'$') || byte >= 0x80
}

fn keyword(word: &[u8]) -> Token {
    const WORDS: &[(&str, Token)] = &[
        ("explain", Token::Explain),
        ("create", Token::Create),
        ("temp", Token::Temp),
        ("temporary", Token::Temp),
        ("trigger", Token::Trigger),
        ("end", Token::End),
    ];
    WORDS.iter().find(|(name, _)| name.as_bytes().eq_ignore_ascii_case(word)).map_or(Token::Other, |&(_, token)| token)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn split(sql: &str) -> Vec<&str> {
        statements(sql).into_iter().map(|range| sql[range].trim()).collect()
    }

    #[test]
    fn statements_end_at_semicolons_outside_of_strings_and_comments() {
        assert_eq!(split("SELECT 1; SELECT 2 ;\n"), ["SELECT 1;", "SELECT 2 ;"]);
        assert_eq!(
            split("SELECT 'a;''b', \";\", `;`, [;]; -- c;\nSELECT 2 /* ; */"),
            ["SELECT 'a;''b', \";\", `;`, [;];", "-- c;\nSELECT 2 /* ; */"]
        );
        assert_eq!(split("SELECT 'open; SELECT 2"), ["SELECT 'open; SELECT 2"]);
        assert_eq!(split("SELECT 1;;"), ["SELECT 1;", ";"]);
        assert_eq!(split("SELECT 1; -- end"), ["SELECT 1;", "-- end"]);
        assert!(split(" \n\t ").is_empty());
    }

    #[test]
    fn the_body_of_a_trigger_is_one_statement() {
        let trigger = "CREATE TEMP TRIGGER t AFTER INSERT ON a BEGIN INSERT INTO b VALUES (CASE WHEN 1 THEN 2 END); DELETE FROM c; END;";
        assert_eq!(split(&format!("{trigger} SELECT 1")), [trigger, "SELECT 1"]);
        assert_eq!(split("CREATE TABLE trigger_log (a); SELECT 1"), ["CREATE TABLE trigger_log (a);", "SELECT 1"]);
    }

    #[test]
    fn one_statement_and_none() {
        assert!(is_single("SELECT 1") && is_single("SELECT 1 ; \n") && is_single(""));
        assert!(!is_single("SELECT ';'") && !is_single("SELECT 1; --"));
        assert!(has_statement("/* a */ -- b\n SELECT") && !has_statement(" /* a */ ; -- b\n;"));
    }
}
