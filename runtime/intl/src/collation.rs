//! The order of texts.

use std::cell::RefCell;
use std::cmp::Ordering;
use std::collections::HashMap;

use icu_collator::options::{AlternateHandling, CaseLevel, CollatorOptions, Strength};
use icu_collator::preferences::{CollationCaseFirst, CollationNumericOrdering};
use icu_collator::{Collator, CollatorBorrowed, CollatorPreferences};
use icu_locale::Locale;

/// How a collator is made. All fields have the values of `Intl.Collator`'s options.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Wanted {
    /// A tag; its `-u-co-` chooses among the orders of the language.
    pub locale: String,
    /// `base`, `accent`, `case` or `variant`.
    pub sensitivity: String,
    /// `upper`, `lower` or `false`; empty: the language's own.
    pub case_first: String,
    /// Whether digits count as numbers.
    pub numeric: bool,
    /// `yes`, `no`; empty: the language's own.
    pub ignore_punctuation: String,
}

#[derive(Default)]
struct Collators {
    known: HashMap<Wanted, u32>,
    made: Vec<CollatorBorrowed<'static>>,
}

thread_local! {
    // A collator is a few references into compiled data, and there are only so many kinds: none is ever dropped.
    static COLLATORS: RefCell<Collators> = RefCell::default();
}

/// The number of a collator, made when it is first wanted. `None`: there is none for that locale.
pub fn collator(wanted: &Wanted) -> Option<u32> {
    COLLATORS.with_borrow_mut(|collators| {
        if let Some(number) = collators.known.get(wanted) {
            return Some(*number);
        }
        let made = make(wanted)?;
        let number = u32::try_from(collators.made.len()).ok()?;
        collators.made.push(made);
        collators.known.insert(wanted.clone(), number);
        Some(number)
    })
}

fn make(wanted: &Wanted) -> Option<CollatorBorrowed<'static>> {
    let locale = Locale::try_from_str(&wanted.locale).ok()?;
    let mut preferences = CollatorPreferences::from(&locale);
    preferences.numeric_ordering = Some(if wanted.numeric { CollationNumericOrdering::True } else { CollationNumericOrdering::False });
    preferences.case_first = match wanted.case_first.as_str() {
        "upper" => Some(CollationCaseFirst::Upper),
        "lower" => Some(CollationCaseFirst::Lower),
        "false" => Some(CollationCaseFirst::False),
        _ => None,
    };
    let mut options = CollatorOptions::default();
    options.strength = Some(match wanted.sensitivity.as_str() {
        "base" | "case" => Strength::Primary,
        "accent" => Strength::Secondary,
        _ => Strength::Tertiary,
    });
    if wanted.sensitivity == "case" {
        options.case_level = Some(CaseLevel::On);
    }
    options.alternate_handling = match wanted.ignore_punctuation.as_str() {
        "yes" => Some(AlternateHandling::Shifted),
        "no" => Some(AlternateHandling::NonIgnorable),
        _ => None,
    };
    Collator::try_new(preferences, options).ok()
}

/// -1, 0 or 1. An unknown number compares all as alike.
#[must_use]
pub fn compare(number: u32, left: &str, right: &str) -> i32 {
    COLLATORS.with_borrow(|collators| match collators.made.get(number as usize).map(|collator| collator.compare(left, right)) {
        Some(Ordering::Less) => -1,
        Some(Ordering::Greater) => 1,
        _ => 0,
    })
}
