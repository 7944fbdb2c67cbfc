//! Instants, as numbers and as dates.

use std::fmt;
use std::ops::{Add, Sub};
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::parse;

/// An instant: milliseconds since 1970-01-01T00:00:00Z.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Timestamp(pub u64);

impl Timestamp {
    /// Whole seconds since 1970.
    #[must_use]
    pub fn seconds(self) -> u64 {
        self.0 / 1000
    }

    /// How long after `earlier` this is; zero if it is not after it.
    #[must_use]
    pub fn since(self, earlier: Self) -> Duration {
        Duration::from_millis(self.0.saturating_sub(earlier.0))
    }

    /// As ISO 8601 has it, UTC, with milliseconds: `2026-11-26T12:30:00.000Z`.
    #[must_use]
    pub fn iso_8601(self) -> String {
        // Days are counted in years that begin in March, so that the day that leap years add comes last.
        let days = self.seconds() / 86_400 + 719_468;
        let (era, day_of_era) = (days / 146_097, days % 146_097);
        let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
        let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let months_since_march = (5 * day_of_year + 2) / 153;
        let day = day_of_year - (153 * months_since_march + 2) / 5 + 1;
        let month = if months_since_march < 10 { months_since_march + 3 } else { months_since_march - 9 };
        let year = era * 400 + year_of_era + u64::from(month <= 2);
        format!("{year:04}-{month:02}-{day:02}T{}.{:03}Z", self.time_of_day(), self.0 % 1000)
    }

    /// Reads what [`Self::iso_8601`] writes, and its usual variations: a date alone, a time without seconds or with fewer or more digits
    /// behind the point, an offset such as `+02:00` in place of `Z`. Without either it is UTC.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        parse::instant(text.trim()).map(Self)
    }

    /// `HH:MM:SS` of the day, UTC.
    #[must_use]
    pub fn time_of_day(self) -> String {
        let seconds = self.seconds() % 86_400;
        format!("{:02}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60)
    }
}

impl Add<Duration> for Timestamp {
    type Output = Self;
    fn add(self, duration: Duration) -> Self {
        Self(self.0.saturating_add(u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)))
    }
}

impl Sub<Duration> for Timestamp {
    type Output = Self;
    fn sub(self, duration: Duration) -> Self {
        Self(self.0.saturating_sub(u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)))
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{:03}", self.seconds(), self.0 % 1000)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn instants_have_dates() {
        let iso = |seconds: u64| Timestamp(seconds * 1000 + 7).iso_8601();
        assert_eq!(iso(0), "1970-01-01T00:00:00.007Z");
        assert_eq!(iso(951_782_400), "2000-02-29T00:00:00.007Z");
        assert_eq!(iso(4_107_542_399), "2100-02-28T23:59:59.007Z");
        assert_eq!(iso(4_107_542_400), "2100-03-01T00:00:00.007Z");
    }

    #[test]
    fn dates_are_read() {
        let read = |text: &str| Timestamp::parse(text).map(Timestamp::iso_8601);
        let same = |text: &str| assert_eq!(read(text).as_deref(), Some(text));
        same("1970-01-01T00:00:00.000Z");
        same("2000-02-29T23:59:59.999Z");
        same("9999-12-31T23:59:59.999Z");
        assert_eq!(read("2027-01-01").as_deref(), Some("2027-01-01T00:00:00.000Z"));
        assert_eq!(read("2027-01-01T02:00+02:00").as_deref(), Some("2027-01-01T00:00:00.000Z"));
        assert_eq!(read("2027-01-01 10:00:00.5").as_deref(), Some("2027-01-01T10:00:00.500Z"));
        assert_eq!(read("2027-01-01T10:00:00.123456Z").as_deref(), Some("2027-01-01T10:00:00.123Z"));
        for wrong in
            ["", "tomorrow", "2027", "2027-02-29", "2027-13-01", "2027-01-01T24:00Z", "2027-01-01T10:60Z", "1969-12-31", "2027-01-01Z5"]
        {
            assert_eq!(read(wrong), None, "{wrong}");
        }
    }
}
