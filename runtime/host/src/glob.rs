//! Patterns in which `*` stands for any characters, none and slashes included, and `?` for one. All else stands for itself.

/// Whether `pattern` covers the whole of `text`.
#[must_use]
pub fn matches(pattern: &str, text: &str) -> bool {
    covers(pattern, text, |a, b| a == b)
}

/// The same where upper and lower case of ASCII are one.
#[must_use]
pub fn matches_ignoring_case(pattern: &str, text: &str) -> bool {
    covers(pattern, text, |a, b| a.eq_ignore_ascii_case(&b))
}

fn covers(pattern: &str, text: &str, same: impl Fn(char, char) -> bool) -> bool {
    let (pattern, text): (Vec<char>, Vec<char>) = (pattern.chars().collect(), text.chars().collect());
    let (mut at, mut read) = (0, 0);
    // Where to go on if what follows the last star does not fit: only the last one matters, since leftmost matches leave the most room.
    let mut star: Option<(usize, usize)> = None;
    while read < text.len() {
        match pattern.get(at) {
            Some('*') => {
                star = Some((at + 1, read));
                at += 1;
            }
            Some(&wanted) if wanted == '?' || same(wanted, text[read]) => {
                at += 1;
                read += 1;
            }
            _ => {
                let Some((after, from)) = star else { return false };
                star = Some((after, from + 1));
                (at, read) = (after, from + 1);
            }
        }
    }
    pattern[at..].iter().all(|left| *left == '*')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stars_and_question_marks() {
        for (pattern, text) in [("*", ""), ("a*c", "ac"), ("a*c", "abcbc"), ("*.com/*", "api.a.com/x/y"), ("a?c", "abc"), ("é*", "éa")] {
            assert!(matches(pattern, text), "{pattern} {text}");
        }
        for (pattern, text) in [("", "a"), ("a*c", "acb"), ("a?c", "ac"), ("A", "a"), ("ab*ba", "aba"), ("a", "")] {
            assert!(!matches(pattern, text), "{pattern} {text}");
        }
        assert!(matches_ignoring_case("p*t", "PUT") && !matches_ignoring_case("p*t", "PUTS"));
        assert!(!matches(&"a*".repeat(50), &"a".repeat(49)), "and no time is lost over it");
    }
}
