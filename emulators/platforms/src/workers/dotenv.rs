//! Files of variables, in the syntax of the npm package `dotenv`, version 16, which `wrangler` reads them with.
//!
//! `KEY=value` and `KEY: value`, optionally after `export`; `#` starts a comment outside quotes, even without a blank before it; values in
//! single, double or back quotes may go over lines; in double quotes `\n` and `\r` are line breaks, and no other escape is undone.
//! What does not fit is skipped without a word. <https://github.com/motdotla/dotenv#what-rules-does-the-parsing-engine-follow>

use std::sync::LazyLock;

use regex::Regex;

/// A whole assignment. A quoted value that something else follows on its line is taken as an unquoted one, hence one pattern for both.
static ASSIGNMENT: LazyLock<Regex> = LazyLock::new(|| {
    let pattern = r#"(?mx)
        ^ \s* (?: export \s+ )?
        ( [A-Za-z0-9_.-]+ )
        (?: \s* = \s*? | : \s+? )
        ( \s* ' (?: \\' | [^'] )* '
        | \s* " (?: \\" | [^"] )* "
        | \s* ` (?: \\` | [^`] )* `
        | [^\#\n]+
        )?
        \s* (?: \#.* )? $"#;
    Regex::new(pattern).expect("invariant: the pattern is valid")
});

/// Names and values, in the order in which each name first comes; of several values for a name, the last.
pub(super) fn parse(text: &str) -> Vec<(String, String)> {
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    let mut variables = Vec::new();
    for assignment in ASSIGNMENT.captures_iter(&text) {
        set(&mut variables, &assignment[1], value(assignment.get(2).map_or("", |value| value.as_str())));
    }
    variables
}

/// Sets `name` to `value`, in its place where it is there already, else at the end.
pub(super) fn set(variables: &mut Vec<(String, String)>, name: &str, value: String) {
    match variables.iter_mut().find(|(known, _)| known == name) {
        Some(variable) => variable.1 = value,
        None => variables.push((name.to_owned(), value)),
    }
}

fn value(written: &str) -> String {
    let written = written.trim();
    let quoted = |quote: char| written.strip_prefix(quote).and_then(|rest| rest.strip_suffix(quote));
    let inner = ['\'', '"', '`'].into_iter().find_map(quoted).unwrap_or(written);
    if written.starts_with('"') { inner.replace("\\n", "\n").replace("\\r", "\r") } else { inner.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pairs(expected: &[(&str, &str)]) -> Vec<(String, String)> {
        expected.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
    }

    #[test]
    fn plain_values() {
        let text = "A=1\nexport B = two words  \n  C:three\nD: four\nE=\nF\n1.x-y=z\n";
        assert_eq!(parse(text), pairs(&[("A", "1"), ("B", "two words"), ("D", "four"), ("E", ""), ("1.x-y", "z")]));
    }

    #[test]
    fn comments() {
        let text = "# A=0\nA=1 # one\nB=a#b\nC='a#b' # c\nD=\"a # b\"\nE=# empty\n";
        assert_eq!(parse(text), pairs(&[("A", "1"), ("B", "a"), ("C", "a#b"), ("D", "a # b"), ("E", "")]));
    }

    #[test]
    fn quotes_and_escapes() {
        let text = r#"A='a\nb'
B="a\nb\tc"
C=`"both" 'kinds'`
D='it\'s'
E="say \"hi\""
F='x' y
G='
H=' padded '
I=""
J="#;
        let expected = [
            ("A", r"a\nb"),
            ("B", "a\nb\\tc"),
            ("C", r#""both" 'kinds'"#),
            ("D", r"it\'s"),
            ("E", r#"say \"hi\""#),
            ("F", "'x' y"),
            ("G", "'"),
            ("H", " padded "),
            ("I", ""),
            ("J", ""),
        ];
        assert_eq!(parse(text), pairs(&expected));
    }

    #[test]
    fn values_over_lines() {
        let text = "KEY=\"-----BEGIN-----\nabc\n-----END-----\"\nNEXT=1\nONE='a\nb'\n";
        assert_eq!(parse(text), pairs(&[("KEY", "-----BEGIN-----\nabc\n-----END-----"), ("NEXT", "1"), ("ONE", "a\nb")]));
    }

    #[test]
    fn a_quoted_value_may_start_on_the_next_line() {
        assert_eq!(parse("A=\n'x'\nB=\nC=2"), pairs(&[("A", "x"), ("B", ""), ("C", "2")]));
    }

    #[test]
    fn line_ends_and_repeats() {
        assert_eq!(parse("A=1\r\nB=2\rA=3"), pairs(&[("A", "3"), ("B", "2")]));
    }

    #[test]
    fn a_quote_that_is_never_closed_keeps_to_its_line() {
        assert_eq!(parse("A=\"open\nB=2\n"), pairs(&[("A", "\"open"), ("B", "2")]));
    }
}
