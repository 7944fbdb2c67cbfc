//! Names of snapshots.

use super::error::StateError;

/// The longest name, in bytes: it is a folder's, and file systems take 255 with what is put before it.
const LONGEST: usize = 100;

/// Whether a snapshot may have the name.
pub(crate) fn check(name: &str) -> Result<(), StateError> {
    let allowed = |letter: char| letter.is_alphanumeric() || matches!(letter, '-' | '_' | '.' | ' ');
    let why = if name.is_empty() {
        "it is empty"
    } else if name.len() > LONGEST {
        "it is longer than 100 bytes"
    } else if name.starts_with('.') {
        "it starts with a `.`"
    } else if name.trim() != name {
        "it starts or ends with a space"
    } else if !name.chars().all(allowed) {
        "it has a character that no name may have"
    } else {
        return Ok(());
    };
    Err(StateError::Name { name: name.to_owned(), why })
}

/// The error for a name that is not among `known`.
pub(crate) fn unknown<'a>(name: &str, known: impl Iterator<Item = &'a str>) -> StateError {
    let near = known.map(|other| (strsim::jaro_winkler(name, other), other)).filter(|(likeness, _)| *likeness > 0.75);
    let nearest = near.max_by(|a, b| a.0.total_cmp(&b.0)).map(|(_, other)| other.to_owned());
    StateError::Unknown { name: name.to_owned(), nearest }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_do_not_lead_anywhere() {
        for good in ["a", "before migration 2", "v1.2-rc_3", "größer"] {
            assert_eq!(check(good), Ok(()), "{good}");
        }
        let long = "x".repeat(101);
        for bad in ["", ".", "..", "../a", "a/b", "a\\b", ".hidden", " a", "a ", "a\0b", "a\nb", "*", &long] {
            assert!(check(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn the_nearest_is_told() {
        let nearest = |name| match unknown(name, ["before-login", "empty"].into_iter()) {
            StateError::Unknown { nearest, .. } => nearest,
            other => panic!("{other}"),
        };
        assert_eq!(nearest("before-logn").as_deref(), Some("before-login"));
        assert_eq!(nearest("xyz"), None);
    }
}
