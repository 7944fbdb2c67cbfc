//! References between variables of `.env` files, as the npm package `dotenv-expand`, version 12, resolves them.
//!
//! `$NAME` and `${NAME}` stand for the value of a variable that was set before; `${NAME:-other}` and `${NAME-other}` for `other` where it is
//! empty or not set; `${NAME:+other}` and `${NAME+other}` for `other` where it is set; `\$` for a dollar sign.
//! <https://github.com/motdotla/dotenv-expand>

use super::dotenv::set;

/// How many references of one value are resolved. Values that refer to each other could go on for ever.
const MOST: usize = 1000;

/// `outer` and, over it, each of `parsed` with its references resolved. A name that `outer` has keeps the value it has there.
pub(super) fn expand(parsed: Vec<(String, String)>, outer: Vec<(String, String)>) -> Vec<(String, String)> {
    let mut done: Vec<(String, String)> = Vec::with_capacity(parsed.len());
    for (name, value) in parsed {
        let value = match find(&outer, &name) {
            Some(given) if !given.is_empty() && given != value => given.to_owned(),
            _ => resolve(value, &outer, &done),
        };
        set(&mut done, &name, value.replace("\\$", "$"));
    }
    let mut all = outer;
    for (name, value) in done {
        set(&mut all, &name, value);
    }
    all
}

fn find<'v>(variables: &'v [(String, String)], name: &str) -> Option<&'v str> {
    variables.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
}

/// After each replacement the value is read again from its start, since what was put in may hold references too.
fn resolve(value: String, outer: &[(String, String)], done: &[(String, String)]) -> String {
    let mut result = value;
    let mut seen: Vec<String> = Vec::new();
    for _ in 0..MOST {
        let Some(reference) = Reference::first(&result) else { break };
        let (template, name) = (reference.template.to_owned(), reference.name.to_owned());
        let known = find(outer, &name).or_else(|| find(done, &name)).filter(|value| !value.is_empty());
        seen.push(result.clone());
        let replacement = match (reference.operator, known) {
            (Operator::IfSet, None) => "",
            (Operator::Otherwise, Some(value)) if !seen.iter().any(|earlier| earlier == value) => value,
            (Operator::IfSet, Some(_)) | (Operator::Otherwise, _) => reference.other,
        };
        result = result.replacen(&template, replacement, 1);
        if find(done, &name) == Some(result.as_str()) {
            break;
        }
    }
    result
}

#[derive(Clone, Copy)]
enum Operator {
    /// `-` and `:-`, and what a reference without operator does, with nothing as the other value.
    Otherwise,
    /// `+` and `:+`.
    IfSet,
}

struct Reference<'t> {
    /// As written: `${NAME:-other}`.
    template: &'t str,
    name: &'t str,
    operator: Operator,
    other: &'t str,
}

impl<'t> Reference<'t> {
    /// The first reference in `text` whose dollar sign has no backslash before it.
    fn first(text: &'t str) -> Option<Self> {
        let mut starts = text.match_indices('$').map(|(at, _)| at).filter(|at| !text[..*at].ends_with('\\'));
        starts.find_map(|at| Self::at(&text[at..]))
    }

    /// The reference that `text`, which starts with a dollar sign, starts with.
    fn at(text: &'t str) -> Option<Self> {
        let after = &text[1..];
        if let Some(braced) = after.strip_prefix('{')
            && let Some(end) = braced.find(['{', '}'])
            && end > 0
            && braced[end..].starts_with('}')
        {
            return Some(Self::new(&text[..end + 3], &braced[..end]));
        }
        let length = after.bytes().take_while(|byte| byte.is_ascii_alphanumeric() || *byte == b'_').count();
        let named = length > 0 && !after.starts_with(|first: char| first.is_ascii_digit());
        named.then(|| Self::new(&text[..=length], &after[..length]))
    }

    fn new(template: &'t str, expression: &'t str) -> Self {
        let Some(at) = expression.find(['+', '-']) else {
            return Self { template, name: expression, operator: Operator::Otherwise, other: "" };
        };
        let name = &expression[..at];
        let operator = if expression[at..].starts_with('+') { Operator::IfSet } else { Operator::Otherwise };
        Self { template, name: name.strip_suffix(':').unwrap_or(name), operator, other: &expression[at + 1..] }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn expanded(file: &[(&str, &str)], outer: &[(&str, &str)]) -> Vec<(String, String)> {
        let owned = |pairs: &[(&str, &str)]| pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        expand(owned(file), owned(outer))
    }

    fn last(file: &[(&str, &str)]) -> String {
        expanded(file, &[]).pop().unwrap().1
    }

    #[test]
    fn references() {
        assert_eq!(last(&[("HOST", "h"), ("URL", "http://$HOST:${PORT}/${HOST}")]), "http://h:/h");
        assert_eq!(last(&[("A", "1"), ("B", "${A}"), ("C", "$B$A")]), "11");
        assert_eq!(last(&[("C", "$LATER"), ("LATER", "x")]), "x");
        assert_eq!(expanded(&[("C", "$LATER"), ("LATER", "x")], &[])[0].1, "");
    }

    #[test]
    fn operators() {
        assert_eq!(last(&[("A", "${X:-x} ${Y-y:-z}")]), "x y:-z");
        assert_eq!(last(&[("X", "1"), ("A", "${X:-x} ${X:+set} ${Y+set}.")]), "1 set .");
        assert_eq!(last(&[("X", "1"), ("A", "${Y:-$X}")]), "1");
    }

    #[test]
    fn dollars_that_are_none() {
        assert_eq!(last(&[("A", r"\$HOME costs 5$, ${} $1")]), "$HOME costs 5$, ${} $1");
    }

    #[test]
    fn the_outer_environment_wins() {
        let all = expanded(&[("A", "file"), ("B", "$A"), ("C", "c")], &[("A", "outer"), ("Z", "z")]);
        let expected = [("A", "outer"), ("Z", "z"), ("B", "outer"), ("C", "c")];
        assert_eq!(all, expected.map(|(name, value)| (name.to_owned(), value.to_owned())));
    }

    #[test]
    fn circles_end() {
        assert_eq!(last(&[("A", "$A")]), "");
        let all = expanded(&[("A", "a $X")], &[("X", "$Y$Y"), ("Y", "$X$X")]);
        assert!(all.last().unwrap().1.starts_with("a "));
    }
}
