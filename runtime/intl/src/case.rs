//! Upper and lower case by the rules of a language.

use icu_casemap::CaseMapper;
use icu_locale::{LanguageIdentifier, Locale};

/// In upper case. An unknown tag counts as no language.
#[must_use]
pub fn upper(tag: &str, text: &str) -> String {
    CaseMapper::new().uppercase_to_string(text, &language(tag)).into_owned()
}

/// In lower case. An unknown tag counts as no language.
#[must_use]
pub fn lower(tag: &str, text: &str) -> String {
    CaseMapper::new().lowercase_to_string(text, &language(tag)).into_owned()
}

fn language(tag: &str) -> LanguageIdentifier {
    Locale::try_from_str(tag).map_or(LanguageIdentifier::UNKNOWN, |locale| locale.id)
}
