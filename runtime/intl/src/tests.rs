//! The Rust side alone; what the classes answer is a spec.

use crate::collation::{Wanted, collator, compare};
use crate::segments::{Granularity, ends};
use crate::{calendars, case, data, locales, source, zones};

#[test]
fn every_chunk_is_json_text() {
    for name in ["locales", "plurals", "numbering", "time", "zones", "und/numbers", "de/gregorian", "en/units"] {
        let text = data::text(name).unwrap_or_else(|| panic!("no {name}"));
        assert!(text.starts_with('{') && text.ends_with('}'), "{name}");
    }
    assert_eq!(data::text("xx/numbers"), None);
}

#[test]
fn tags_are_canonicalized_or_refused() {
    assert_eq!(locales::canonicalize("EN-latn-us").as_deref(), Some("en-Latn-US"));
    assert_eq!(locales::canonicalize("iw").as_deref(), Some("he"));
    for wrong in ["", "e", "en_US", "en-", "x-private", "toolonglanguage", "en-u", "en-a-a-a-", "de-1996-1996"] {
        assert_eq!(locales::canonicalize(wrong), None, "{wrong:?}");
    }
    assert_eq!(locales::maximize("zh-TW").as_deref(), Some("zh-Hant-TW"));
    assert_eq!(locales::minimize("en-Latn-US").as_deref(), Some("en"));
}

#[test]
fn offsets_follow_the_history_of_a_zone() {
    let zone = zones::find("America/New_York").expect("the zone");
    assert_eq!(zones::offset(zone, 1_704_067_200), (-18_000, false));
    assert_eq!(zones::offset(zone, 1_720_000_000), (-14_400, true));
    assert_eq!(zones::offset(zone, -3_000_000_000), (-17_762, false));
    assert_eq!(zones::find("Mars/Olympus"), None);
}

#[test]
fn collators_take_their_options() {
    let wanted = |sensitivity: &str, numeric| Wanted {
        locale: "en".to_owned(),
        sensitivity: sensitivity.to_owned(),
        case_first: String::new(),
        numeric,
        ignore_punctuation: String::new(),
    };
    let base = collator(&wanted("base", false)).expect("a collator");
    assert_eq!(compare(base, "a", "Á"), 0);
    let variant = collator(&wanted("variant", true)).expect("a collator");
    assert_eq!(compare(variant, "a2", "a10"), -1);
    assert_eq!(compare(variant, "a", "A"), -1);
    assert_eq!(collator(&wanted("variant", true)), Some(variant));
    assert_eq!(compare(u32::MAX, "a", "b"), 0);
}

#[test]
fn segments_end_where_readers_see_it() {
    let text: Vec<u16> = "e\u{301}👨‍👩‍👧!".encode_utf16().collect();
    assert_eq!(ends(Granularity::Grapheme, &text), [2, 10, 11]);
    let text: Vec<u16> = "Hi, you".encode_utf16().collect();
    assert_eq!(ends(Granularity::Word, &text), [2 * 2 + 1, 3 * 2, 4 * 2, 7 * 2 + 1]);
    assert_eq!(ends(Granularity::Sentence, &[]), [0_u32; 0]);
}

#[test]
fn case_depends_on_the_language() {
    assert_eq!(case::upper("tr", "i"), "İ");
    assert_eq!(case::lower("tr", "I"), "ı");
    assert_eq!(case::upper("de", "ß"), "SS");
}

#[test]
fn other_calendars_count_their_own_years() {
    let day = calendars::day("buddhist", 2024, 2, 29).expect("a day");
    assert_eq!((day.year, day.month, day.day), (2567, 2, 29));
    assert_eq!(calendars::day("hebrew", 2024, 10, 3).map(|day| (day.year, day.month_code)), Some((5785, "M01".to_owned())));
    assert_eq!(calendars::day("buddhist", 2023, 2, 29), None);
    assert_eq!(calendars::day("mayan", 2023, 2, 28), None);
}

#[test]
fn the_sources_are_there() {
    assert!(source("core").is_some());
    assert!(source("nothing").is_none());
}
