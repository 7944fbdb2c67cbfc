//! Locale tags: whether they are well-formed, their canonical form, their likely subtags.

use icu_locale::{Locale, LocaleCanonicalizer, LocaleExpander};

/// The canonical form of a tag. `None`: it is none that `Intl` takes.
#[must_use]
pub fn canonicalize(tag: &str) -> Option<String> {
    let mut locale = parse(tag)?;
    LocaleCanonicalizer::new_extended().canonicalize(&mut locale);
    Some(locale.to_string())
}

/// With the likeliest script and region.
#[must_use]
pub fn maximize(tag: &str) -> Option<String> {
    let mut locale = parse(tag)?;
    LocaleExpander::new_extended().maximize(&mut locale.id);
    Some(locale.to_string())
}

/// Without the subtags that the others imply.
#[must_use]
pub fn minimize(tag: &str) -> Option<String> {
    let mut locale = parse(tag)?;
    LocaleExpander::new_extended().minimize(&mut locale.id);
    Some(locale.to_string())
}

fn parse(tag: &str) -> Option<Locale> {
    // The specification allows neither underscores nor a private use part alone.
    if tag.contains('_') || tag.starts_with("x-") || tag.starts_with("X-") {
        return None;
    }
    Locale::try_from_str(tag).ok()
}
