//! Words of messages: what was meant by a name that nobody knows.

/// A hint for an unknown `name`: the known one that it resembles, or else `otherwise`.
pub(crate) fn did_you_mean<'k>(name: &str, known: impl IntoIterator<Item = &'k str>, otherwise: &str) -> String {
    closest(name, known).map_or_else(|| otherwise.to_owned(), |meant| format!("did you mean `{meant}`?"))
}

/// The one of `known` that `name` is most likely a misspelling of.
pub(crate) fn closest<'k>(name: &str, known: impl IntoIterator<Item = &'k str>) -> Option<&'k str> {
    let plain = |text: &str| text.to_lowercase().replace(['-', '_', ' '], "");
    let wanted = plain(name);
    let length = wanted.chars().count();
    let most = (length / 4).clamp(1, 8);
    // What differs more in length is no misspelling, and need not be compared letter by letter.
    let near =
        known.into_iter().map(|candidate| (plain(candidate), candidate)).filter(|(text, _)| text.chars().count().abs_diff(length) <= most);
    let ranked = near.map(|(text, candidate)| (strsim::damerau_levenshtein(&wanted, &text), candidate));
    let (distance, candidate) = ranked.min_by_key(|(distance, _)| *distance)?;
    (distance <= most).then_some(candidate)
}

/// `a`, `b` and `c`, each in backticks.
pub(crate) fn listed<T: AsRef<str>>(names: &[T]) -> String {
    let quoted: Vec<String> = names.iter().map(|name| format!("`{}`", name.as_ref())).collect();
    match quoted.split_last() {
        None => String::new(),
        Some((only, [])) => only.clone(),
        Some((last, before)) => format!("{} and {last}", before.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_what_was_meant() {
        assert_eq!(closest("MyFuncton", ["MyFunction", "Table"]), Some("MyFunction"));
        assert_eq!(closest("Queue", ["MyFunction", "Table"]), None);
        assert_eq!(did_you_mean("x", ["MyFunction"], "declare it"), "declare it");
    }

    #[test]
    fn lists_in_backticks() {
        assert_eq!(listed(&["a"]), "`a`");
        assert_eq!(listed(&["a", "b", "c"]), "`a`, `b` and `c`");
    }
}
