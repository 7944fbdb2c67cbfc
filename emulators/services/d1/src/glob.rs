//! Globs over paths with forward slashes: `*`, `?` within a segment, `**` for any number of segments. As for a shell, no wildcard
//! matches a leading dot.

/// Whether `path` matches `pattern`.
pub(crate) fn matches(pattern: &str, path: &str) -> bool {
    let pattern: Vec<&str> = pattern.split('/').collect();
    let path: Vec<&str> = path.split('/').collect();
    match_segments(&pattern, &path)
}

fn match_segments(pattern: &[&str], path: &[&str]) -> bool {
    match (pattern, path) {
        ([], []) => true,
        (["**", rest @ ..], _) => {
            match_segments(rest, path)
                || path.split_first().is_some_and(|(first, more)| !first.starts_with('.') && match_segments(pattern, more))
        }
        ([segment, rest @ ..], [first, more @ ..]) => match_segment(segment, first) && match_segments(rest, more),
        _ => false,
    }
}

fn match_segment(pattern: &str, name: &str) -> bool {
    if name.starts_with('.') && !pattern.starts_with('.') {
        return false;
    }
    match_characters(&pattern.chars().collect::<Vec<_>>(), &name.chars().collect::<Vec<_>>())
}

fn match_characters(pattern: &[char], name: &[char]) -> bool {
    match (pattern, name) {
        ([], []) => true,
        (['*', rest @ ..], _) => (0..=name.len()).any(|skipped| match_characters(rest, &name[skipped..])),
        (['?', rest @ ..], [_, more @ ..]) => match_characters(rest, more),
        ([wanted, rest @ ..], [found, more @ ..]) => wanted == found && match_characters(rest, more),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::matches;

    #[test]
    fn wildcards_stay_in_their_segment_unless_doubled() {
        assert!(matches("*.sql", "0001_a.sql") && !matches("*.sql", "a/b.sql") && !matches("*.sql", ".hidden.sql"));
        assert!(matches("*/migration.sql", "0001_a/migration.sql") && !matches("*/migration.sql", "migration.sql"));
        assert!(matches("**/*.sql", "a.sql") && matches("**/*.sql", "a/b/c.sql") && !matches("**/*.sql", ".git/c.sql"));
        assert!(matches("a?c", "abc") && !matches("a?c", "ac"));
    }
}
