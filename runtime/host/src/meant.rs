//! What was meant by a name that nobody knows.

/// The one of `known` that `name` is most likely a misspelling of.
pub fn closest<'k>(name: &str, known: impl IntoIterator<Item = &'k str>) -> Option<&'k str> {
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

/// A hint for an unknown `name`: the known one that it resembles, or else `otherwise`.
pub fn did_you_mean<'k>(name: &str, known: impl IntoIterator<Item = &'k str>, otherwise: &str) -> String {
    closest(name, known).map_or_else(|| otherwise.to_owned(), |meant| format!("did you mean `{meant}`?"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_what_was_meant() {
        let known = ["name", "kv_namespaces", "compatibility_date", "ai"];
        assert_eq!(closest("kv-namespaces", known), Some("kv_namespaces"));
        assert_eq!(closest("compatibilityDate", known), Some("compatibility_date"));
        assert_eq!(closest("nmae", known), Some("name"));
        assert_eq!(closest("MyFuncton", ["MyFunction", "Table"]), Some("MyFunction"));
        assert_eq!(closest("workers", known), None);
        assert_eq!(did_you_mean("zzz", known, "remove it"), "remove it");
    }
}
