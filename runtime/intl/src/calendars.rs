//! Dates of the Gregorian calendar in others.

use icu_calendar::{AnyCalendar, AnyCalendarKind, Date};

/// A day of a calendar.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Day {
    /// The era as `icu` names it; empty in cyclic calendars.
    pub era: String,
    /// The year of the era; in cyclic calendars the year of the cycle.
    pub year: i32,
    /// The Gregorian year in which this year begins.
    pub related_year: i32,
    /// `M01` to `M13`; `L` at the end: a leap month.
    pub month_code: String,
    /// The month's place in its year, from 1.
    pub month: u8,
    /// From 1.
    pub day: u8,
}

/// The day that the Gregorian date is. `None`: no such calendar or date.
#[must_use]
pub fn day(calendar: &str, year: i32, month: u8, day: u8) -> Option<Day> {
    let kind = kind(calendar)?;
    let date = Date::try_new_iso(year, month, day).ok()?.to_calendar(AnyCalendar::new(kind));
    let (month, year) = (date.month(), date.year());
    Some(Day {
        era: year.era().map(|era| era.era.to_string()).unwrap_or_default(),
        year: year.era().map_or_else(|| year.cyclic().map_or(0, |cyclic| i32::from(cyclic.year)), |era| era.year),
        related_year: year.cyclic().map_or_else(|| year.extended_year(), |cyclic| cyclic.related_iso),
        month_code: month.to_input().code().0.to_string(),
        month: month.ordinal,
        day: date.day_of_month().0,
    })
}

fn kind(calendar: &str) -> Option<AnyCalendarKind> {
    Some(match calendar {
        "buddhist" => AnyCalendarKind::Buddhist,
        "hebrew" => AnyCalendarKind::Hebrew,
        "islamic-umalqura" => AnyCalendarKind::HijriUmmAlQura,
        "islamic-civil" => AnyCalendarKind::HijriTabularTypeIIFriday,
        "islamic-tbla" => AnyCalendarKind::HijriTabularTypeIIThursday,
        "japanese" => AnyCalendarKind::Japanese,
        "persian" => AnyCalendarKind::Persian,
        "roc" => AnyCalendarKind::Roc,
        _ => return None,
    })
}
